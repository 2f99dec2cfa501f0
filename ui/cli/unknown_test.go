package cli_test

import (
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

type undecided struct {
	ID      int
	Unknown []struct {
		Phone, Name, Reason string
		AttemptedAt         string `json:"attempted_at"`
		DecideFrom          string `json:"decide_from"`
	}
}

// lostOne is a shop that sent to three people, and of the second nobody knows whether it arrived.
func lostOne(t *testing.T) (d *desk, id string) {
	t.Helper()
	d = newShop(t, sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{To: []string{number(1)}, Do: sandbox.DoResetAfter, Times: 1}}}})
	id = d.composed(3)
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0")
	return d, id
}

func TestUnknownIsListedWithWhy(t *testing.T) {
	t.Parallel()
	d, id := lostOne(t)
	var list undecided
	d.read(&list, "broadcast", "unknown", id)
	if len(list.Unknown) != 1 || list.Unknown[0].Phone != number(1) || list.Unknown[0].Reason != "connection_lost" ||
		list.Unknown[0].AttemptedAt == "" || list.Unknown[0].DecideFrom != "" {
		t.Fatalf("got %+v", list)
	}
	got := d.run(0, "broadcast", "unknown", id)
	for _, want := range []string{"the connection broke off", "may have arrived", "--resend PHONE", "now"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("%q is not said:\n%s", want, got.out)
		}
	}
	if got := d.run(0, "broadcast", "report", id); !strings.Contains(got.out, "pregon broadcast unknown "+id) {
		t.Errorf("the report does not lead there:\n%s", got.out)
	}
}

func TestResentOnlyByADecisionAndASend(t *testing.T) {
	t.Parallel()
	d, id := lostOne(t)
	var sent outcome
	d.read(&sent, "broadcast", "send", id, "--yes")
	if sent.State != "done" || len(d.sandbox.Calls()) != 3 {
		t.Fatalf("sent again by itself: %+v, %d calls", sent, len(d.sandbox.Calls()))
	}
	got := d.run(0, "broadcast", "unknown", id, "--resend", number(1), "--staff", "Ana")
	if !strings.Contains(got.errors, "pregon broadcast send "+id+" --yes") || len(d.sandbox.Calls()) != 3 {
		t.Errorf("said %q after %d calls", got.errors, len(d.sandbox.Calls()))
	}
	d.read(&sent, "broadcast", "send", id, "--yes", "--without-feed")
	if sent.State != "done" || sent.Counts["accepted"] != 3 || sent.Counts["unknown"] != 0 {
		t.Errorf("got %+v", sent)
	}
	if times := d.sandbox.CallsTo(number(1)); times != 2 { // the one that was lost had been taken
		t.Errorf("%d calls to the one who was to get it again", times)
	}
	if times := d.sandbox.CallsTo(number(0)); times != 1 {
		t.Errorf("%d calls to somebody else", times)
	}
	if got := d.run(0, "broadcast", "unknown", id); !strings.Contains(got.out, "Of everybody it is known") {
		t.Errorf("still listed:\n%s", got.out)
	}
}

func TestGivenUpIsFinalAndStandsApart(t *testing.T) {
	t.Parallel()
	d, id := lostOne(t)
	var after outcome
	d.read(&after, "broadcast", "unknown", id, "--give-up", number(1), "--staff", "Ana")
	if after.State != "done" || after.Counts["failed"] != 1 || after.Counts["unknown"] != 0 {
		t.Errorf("got %+v", after)
	}
	if got := d.run(0, "broadcast", "report", id); !strings.Contains(got.out, "given up: nobody knows whether it arrived") {
		t.Errorf("the report says\n%s", got.out)
	}
	got := d.run(2, "broadcast", "unknown", id, "--resend", number(1))
	if !strings.Contains(got.errors, "is not unknown in this broadcast. Nothing was changed.") {
		t.Errorf("resent what was given up: %q", got.errors)
	}
	d.run(2, "broadcast", "unknown", id, "--resend", number(1), "--give-up", number(1))
	d.run(2, "broadcast", "unknown", id, "--resend", number(0))
	d.run(2, "broadcast", "unknown", "77")
	d.run(2, "broadcast", "unknown", id, "--resend", "banana")
}

func TestADraftIsDiscardedAndARunIsNot(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(1)
	var gone outcome
	d.read(&gone, "broadcast", "discard", id, "--staff", "Ana")
	if gone.State != "cancelled" {
		t.Errorf("got %+v", gone)
	}
	if got := d.run(0, "broadcast", "list"); !strings.Contains(got.out, "No broadcasts yet") {
		t.Errorf("still listed:\n%s", got.out)
	}
	d.run(2, "broadcast", "send", id, "--yes", "--without-feed")
	d.run(2, "broadcast", "discard", id)
	if calls := len(d.sandbox.Calls()); calls != 0 {
		t.Errorf("%d calls", calls)
	}
}
