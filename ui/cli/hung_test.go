package cli_test

import (
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

// TestWhoWatchesIsToldThatTheOtherProcessIsSilent: the clock runs a minute ahead of the last heartbeat of the one that sends.
func TestWhoWatchesIsToldThatTheOtherProcessIsSilent(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(8)
	one := d.start("broadcast", "send", id, "--yes", "--without-feed", "--rate", "1")
	d.wait("it is being sent", func() bool { return len(d.sandbox.Calls()) > 0 })
	two := d.start("broadcast", "send", id, "--yes", "--json")
	d.wait("the second says that it watches", func() bool { return strings.Contains(two.complaints.String(), "when you leave") })
	if said := two.complaints.String(); strings.Contains(said, "shown no life") {
		t.Errorf("it says of a process that lives: %q", said)
	}
	d.ahead.Add(int64(time.Minute))
	d.wait("the second says that nobody answers", func() bool {
		said := two.complaints.String()
		return strings.Contains(said, "has shown no life since 10:0") && strings.Contains(said, "then this one goes on")
	})
	two.cancel()
	<-two.done
	one.cancel()
	<-one.done
}
