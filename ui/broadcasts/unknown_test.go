package broadcasts_test

import (
	"testing"
	"time"

	"pregon/store"
	"pregon/ui/view"
)

// lost is a tab that shows a broadcast that is done, of which one call went nobody knows where. It was two days ago.
func lost(t *testing.T, width, height int) (*desk, store.BroadcastID) {
	t.Helper()
	d, id := running(t, width, height)
	d.settle(t, id, store.Unknown{Why: "timeout"}, store.Accepted{Wamid: "w1"}, store.Accepted{Wamid: "w2"}, store.Accepted{Wamid: "w3"}, store.Accepted{Wamid: "w4"}, nil, nil, nil)
	if done, err := d.shop.Outbox.Finish(t.Context(), id); err != nil || !done {
		t.Fatalf("Finish = %v, %v", done, err)
	}
	d.shop.Clock.Advance(48 * time.Hour)
	must(t, d.shop.FeedHeard(t.Context()))
	d.Advance(48 * time.Hour)
	d.Send(view.StoreChanged{})
	return d, id
}

func TestWhatNobodyKnowsIsWorkedOffByAPerson(t *testing.T) {
	t.Parallel()
	d, id := lost(t, 80, 24)
	d.Press("u")
	d.See("Nobody knows  1 person", "may have arrived", "never sent again by itself", "Customer 0", "no answer in time", "now")
	d.Press("s")
	d.See("Send it to Customer 0 again?", "then come twice", "not now")
	d.Press("enter")
	if d.shop.Counts(t.Context(), t, id)[store.DeliveryUnknown] != 1 {
		t.Fatal("Enter alone sent it again")
	}
	d.Press("s", "y")
	d.Send(view.StoreChanged{})
	d.See("It waits again and passes every check anew", "Of everybody it is known")
	b, err := d.shop.Store.Broadcast(t.Context(), id)
	if err != nil || b.State != store.BroadcastSending || b.Counts[store.DeliveryQueued] != 1 {
		t.Errorf("it is %s, %v, %v", b.State, b.Counts, err)
	}
	d.Press("esc")
	d.See("Marta decided: one of the unknown is sent again")
}

func TestGivingUpAsksAndStandsInTheReport(t *testing.T) {
	t.Parallel()
	d, id := lost(t, 80, 24)
	d.Press("u", "g")
	d.See("Leave it at that for Customer 0? That is for good.")
	d.Press("n")
	d.See("never sent again by itself")
	d.Press("g", "y")
	d.See("Left at that. It stays in the report as given up.")
	d.Send(view.StoreChanged{})
	d.Press("esc")
	d.See("given up: nobody knows whether it arrived")
	if counts := d.shop.Counts(t.Context(), t, id); counts[store.DeliveryFailed] != 1 || counts[store.DeliveryUnknown] != 0 {
		t.Errorf("counts %v", counts)
	}
	d.Press("u")
	d.See("Of everybody it is known what became")
}

func TestNobodyDecidesOnScreenWhileTheFeedMayTell(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	d.settle(t, id, store.Unknown{Why: "killed"})
	d.Press("u")
	d.See("Pregón was ended in", "Wed 10:00")
	d.Press("s")
	d.See("The feed may still tell. Decide from 25 Nov 2026 10:00 on.")
	d.Unseen("Send it to Customer 0 again?")
	d.shop.Clock.Advance(24 * time.Hour)
	d.Advance(24*time.Hour + time.Minute)
	d.Send(view.StoreChanged{})
	d.shop.Clock.Advance(48 * time.Hour) // and now it is silent
	d.Press("s", "y")
	d.See("The feed is silent")
	if d.shop.Counts(t.Context(), t, id)[store.DeliveryUnknown] != 1 {
		t.Error("it was decided all the same")
	}
}

func TestTheCursorStaysOnWhatIsAskedAbout(t *testing.T) {
	t.Parallel()
	d, id := running(t, 80, 24)
	d.settle(t, id, store.Unknown{Why: "timeout"}, store.Unknown{Why: "killed"}, nil, nil, nil, nil, nil, nil)
	d.shop.Clock.Advance(25 * time.Hour)
	must(t, d.shop.FeedHeard(t.Context()))
	d.Advance(25 * time.Hour)
	d.Send(view.StoreChanged{})
	d.Press("u", "g", "down", "down", "y")
	d.See("Customer 1")
	list, err := d.shop.Unknowns(t.Context(), id)
	if err != nil || len(list) != 1 || list[0].Name != "Customer 1" {
		t.Errorf("left %+v, %v", list, err)
	}
}

func TestTheReportSaysWhatItCaused(t *testing.T) {
	t.Parallel()
	d, _ := lost(t, 80, 24)
	now := d.shop.Clock.Now()
	must(t, d.shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{
		{Wamid: "w1", State: store.DeliveryRead, At: now.Add(-47 * time.Hour)}, {Wamid: "w2", State: store.DeliveryRead, At: now.Add(-40 * time.Hour)},
	}}))
	_, err := d.shop.RecordOptOut(t.Context(), store.OptOut{Contact: 2, Staff: "Ana", Method: store.MethodSpoken, Reason: "said so"})
	must(t, err)
	d.Send(view.StoreChanged{})
	d.See("answered", "stops caused        1", "Read over time  █▁▁▁█▁▁▁", "48 h")
	for range 12 {
		d.Press("up")
	}
	d.Press("down", "down", "down", "down", "enter")
	d.See("stops caused  1 person", "Customer 1")
}

func TestUnknownLooksTheSameEverywhere(t *testing.T) {
	t.Parallel()
	for name, size := range sizes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, _ := lost(t, size[0], size[1])
			d.Golden("done-" + name)
			d.Press("u")
			d.Golden("unknown-" + name)
			d.Press("s")
			d.Golden("again-" + name)
		})
	}
}

func TestALineOfTheReportWithNobodySaysSo(t *testing.T) {
	t.Parallel()
	d, _ := lost(t, 80, 24)
	d.Press("down", "enter")
	d.Says("delivered 0 people", "Nobody stands behind this line of the report.", "esc back")
	d.Press("esc")
	d.See("stops caused")
}
