package cli_test

import (
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// halves are two broadcasts to the two halves of the customers.
func (d *desk) halves(count int) (first, second string) {
	d.Helper()
	first = d.composed(count)
	numbers := make([]string, 0, count/2)
	for n := range count / 2 {
		numbers = append(numbers, number(n))
	}
	d.run(0, append(append([]string{"contacts", "tag"}, numbers...), "+late")...)
	args := createBread()
	for i, word := range args {
		if word == "added:<30d" {
			args[i] = "tag:late"
		}
	}
	second = strings.TrimSpace(d.run(0, args...).out)
	d.run(0, "broadcast", "cancel", first)
	for i, word := range args {
		if word == "tag:late" {
			args[i] = "-tag:late"
		}
	}
	return strings.TrimSpace(d.run(0, args...).out), second
}

func TestWhatIsSentBesideAnotherCommandIsSentByThatOne(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	first, second := d.halves(12)
	one := d.start("broadcast", "send", first, "--yes", "--without-feed", "--rate", "2")
	d.wait("the first is being sent", func() bool { return len(d.sandbox.Calls()) > 0 })
	got := d.run(0, "broadcast", "send", second, "--yes", "--without-feed", "--json")
	var sent outcome
	decode(t, got.out, &sent)
	if sent.State != "done" || sent.Counts["accepted"] != 6 || sent.Counts["queued"] != 0 {
		t.Errorf("%+v", sent)
	}
	if !strings.Contains(got.errors, "Another Pregón (process") {
		t.Errorf("it does not say who sends: %q", got.errors)
	}
	if end := <-one.done; end.code != 0 {
		t.Errorf("the first ended with %d: %s", end.code, end.errors)
	}
	d.sentOnce(12)
}

func TestCtrlCInACommandThatOnlyWatchesLeavesTheBroadcastRunning(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(8)
	one := d.start("broadcast", "send", id, "--yes", "--without-feed", "--rate", "2")
	d.wait("it is being sent", func() bool { return len(d.sandbox.Calls()) > 0 })
	two := d.start("broadcast", "send", id, "--yes", "--json")
	d.wait("the second says that it watches", func() bool { return strings.Contains(two.complaints.String(), "when you leave") })
	two.cancel()
	end := <-two.done
	var left outcome
	decode(t, end.out, &left)
	if left.State != "sending" || end.code != 130 {
		t.Errorf("exit %d: %+v", end.code, left)
	}
	if !strings.Contains(end.errors, "only stopped watching") || !strings.Contains(end.errors, "goes on") {
		t.Errorf("it says %q", end.errors)
	}
	if end := <-one.done; end.code != 0 {
		t.Errorf("the first ended with %d: %s", end.code, end.errors)
	}
	d.sentOnce(8)
}
