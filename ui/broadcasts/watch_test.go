package broadcasts_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/view"
)

// running is a tab that watches a broadcast to the eight people of the desk.
func running(t *testing.T, width, height int) (*desk, store.BroadcastID) {
	t.Helper()
	d := open(t, width, height)
	d.people(t)
	id := d.shop.Started(t, "country:CA")
	d.engine.progress = sender.Progress{Broadcast: id, State: store.BroadcastSending, Running: true, Rate: 41.2, Left: 3 * time.Minute}
	d.Send(view.OpenBroadcast{ID: int64(id)})
	return d, id
}

func TestWatchingShowsHowFarItIs(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	d.See("Half price", "sending · 41 a second · 3 min left", "0 of 8", "waiting 8")
	d.settle(t, id, store.Accepted{Wamid: "wamid.1"}, store.Refused{Code: 131026}, store.Unknown{Why: "timeout"})
	d.See("accepted 1", "failed 1", "unknown 1", "Customer 1: is not on WhatsApp (131026)", "Customer 2: nobody knows whether it arrived")
}

func TestAWithdrawalMidwayIsSeenAsNotSent(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	_, err := d.shop.RecordOptOut(t.Context(), store.OptOut{Contact: 1, Staff: "Ana", Method: store.MethodSpoken, Reason: "said so"})
	must(t, err)
	d.settle(t, id, store.Accepted{Wamid: "wamid.1"})
	d.See("10:00  ! Customer 0: said stop: not sent", "left out")
}

func TestAWaitIsNeverSilent(t *testing.T) {
	t.Parallel()
	tomorrow := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	tests := []struct {
		wait sender.Wait
		want string
	}{
		{sender.Wait{Reason: sender.WaitHours, Until: tomorrow}, "waits until Wed 09:00, the shop's opening hour"},
		{sender.Wait{Reason: sender.WaitLimit, Until: tomorrow}, "today's messages are used up, goes on Wed 09:00"},
		{sender.Wait{Reason: sender.WaitPlatform, Until: time.Date(2026, 11, 24, 10, 0, 40, 0, time.UTC)}, "Meta asked to go slower, goes on in "},
		{sender.Wait{Reason: sender.WaitNetwork}, "Meta cannot be reached, tries again later"},
		{sender.Wait{Reason: sender.WaitRetry, Until: time.Date(2026, 11, 24, 10, 5, 0, 0, time.UTC)}, "the rest is tried again in 5 min"},
		{sender.Wait{Reason: sender.WaitRate}, "keeps the pace of the number"},
	}
	d, id := running(t, 80, 24)
	for _, test := range tests {
		d.engine.mu.Lock()
		d.engine.progress.Wait = test.wait
		d.engine.mu.Unlock()
		d.Send(view.Progress{Broadcast: int64(id), Running: true})
		d.See(test.want)
	}
}

func TestPauseResumeAndCancel(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	state := func(want store.BroadcastState) {
		t.Helper()
		b, err := d.shop.Store.Broadcast(t.Context(), id)
		must(t, err)
		if b.State != want {
			t.Errorf("the broadcast is %s, want %s", b.State, want)
		}
	}
	d.Press("p")
	state(store.BroadcastPaused)
	d.See("paused", "paused by hand", "go on")
	d.Press("r")
	state(store.BroadcastSending)
	d.Press("c")
	d.See("Cancel for good? 8 people who still wait will not get it.")
	d.Press("enter")
	state(store.BroadcastSending)
	d.Press("c", "y")
	state(store.BroadcastCancelled)
	d.See("cancelled")
}

func TestEscLeavesItRunning(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	d.See("leave it running")
	d.Press("esc")
	d.See("sending", "0 of 8", "Half price")
	d.settle(t, id, store.Accepted{Wamid: "wamid.1"})
	d.See("1 of 8")
}

func TestTheReportAddsUpAndLeadsToPeople(t *testing.T) {
	t.Parallel()
	for name, size := range sizes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, id := running(t, size[0], size[1])
			d.settle(t, id, store.Accepted{Wamid: "wamid.1"}, store.Accepted{Wamid: "wamid.2"}, store.Refused{Code: 131026},
				store.Unknown{Why: "timeout"}, store.Accepted{Wamid: "wamid.3"}, nil, nil, nil)
			must(t, d.shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{
				{Wamid: "wamid.1", State: store.DeliveryRead, At: d.shop.Clock.Now()}, {Wamid: "wamid.2", State: store.DeliveryDelivered, At: d.shop.Clock.Now()},
			}}))
			if done, err := d.shop.Outbox.Finish(t.Context(), id); err != nil || !done {
				t.Fatalf("finished %v %v", done, err)
			}
			d.Send(view.StoreChanged{})
			d.See("sent", "8 people", "accepted", "left out", "said stop", "is not on WhatsApp (131026)")
			d.Golden("report-" + name)
			d.Press("up", "up", "up", "up", "down", "down", "down", "down", "down", "enter")
			d.See("left out  3 people")
			d.Golden("behind-" + name)
			d.Press("esc", "f")
			d.See("Failed  2 people", "Customer 2", "Customer 3")
			d.Press("esc", "esc")
			d.See("3 of 8")
		})
	}
}

func TestWhyOpensThePerson(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	d.settle(t, id, store.Refused{Code: 131026})
	d.Press("f")
	for _, action := range d.view.Actions() {
		if action.Keys[0] != "enter" {
			continue
		}
		if got := action.Run()(); got != (view.OpenContact{ID: 1}) {
			t.Errorf("enter gives %v", got)
		}
	}
}

func TestErrorsAreSaidInWords(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	must(t, d.shop.CancelBroadcast(t.Context(), id, "Ana"))
	d.engine.fail = errors.New("raw\x1b[2J text")
	d.Press("p") // the screen does not know of the cancellation yet
	d.See("That is no longer possible: this broadcast is cancelled.")
	d.Unseen("raw")
}

func TestARunThatDiedIsGoneOnWith(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	d.engine.mu.Lock()
	d.engine.progress.Running, d.engine.progress.Err = false, errors.New("disk full")
	d.engine.mu.Unlock()
	d.Send(view.Progress{Broadcast: int64(id)})
	d.See("nothing was lost", "Press r to go on", "go on")
	d.Unseen("disk full")
	d.Press("r")
	d.engine.mu.Lock()
	defer d.engine.mu.Unlock()
	if d.engine.continued != 1 {
		t.Errorf("continued %d times", d.engine.continued)
	}
}

func TestWatchingLooksTheSameEverywhere(t *testing.T) {
	t.Parallel()
	for name, size := range sizes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, id := running(t, size[0], size[1])
			d.settle(t, id, store.Accepted{Wamid: "wamid.1"}, store.Refused{Code: 131049}, store.Unknown{Why: "timeout"})
			d.Golden("watch-" + name)
			d.Press("c")
			d.Golden("cancel-" + name)
		})
	}
}

func TestCountsAndReportLinesAreClicked(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	click := func(text string) {
		t.Helper()
		for y, line := range strings.Split(d.Screen(), "\n") {
			if before, _, found := strings.Cut(line, text); found {
				d.Send(tea.MouseClickMsg{X: len([]rune(before)), Y: y, Button: tea.MouseLeft})
				return
			}
		}
		t.Fatalf("nothing to click: %s\n%s", text, d.Screen())
	}
	d.settle(t, id, store.Refused{Code: 131026}, store.Accepted{Wamid: "w1"})
	click("failed 1")
	d.See("▸failed 1")
	click("failed 1") // the second click leads to its people
	d.See("failed  1 person", "Customer 0")
	d.Press("esc")
	d.settle(t, id, nil, nil, nil, nil, nil, nil)
	must(t, d.shop.CancelBroadcast(t.Context(), id, "Ana"))
	d.Send(view.StoreChanged{})
	click("left out")
	d.See("▸ left out")
	click("left out")
	d.See("left out  3 people")
}
