package sender_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

// keeping runs an engine's schedule until the test or stop ends it.
func keeping(t *testing.T, e *sender.Engine) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	work.Go(func() { e.Schedule(ctx) })
	stop = func() {
		cancel()
		work.Wait()
	}
	t.Cleanup(stop)
	return stop
}

// confirmed saves a broadcast to everybody and confirms it for a time from now.
func (d *desk) confirmed(t *testing.T, in time.Duration) store.BroadcastID {
	t.Helper()
	id := d.Broadcast(t, everybody)
	plan := store.Schedule{At: d.clock.Now().Add(in), Staff: "Ana", People: len(d.people), WithoutFeed: true}
	if err := d.ScheduleBroadcast(t.Context(), id, plan); err != nil {
		t.Fatal(err)
	}
	return id
}

// becomes waits until a broadcast stands as want says.
func (d *desk) becomes(t *testing.T, id store.BroadcastID, want func(store.Broadcast) bool) store.Broadcast {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(30 * time.Second)
	for {
		b, err := d.Store.Broadcast(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if want(b) {
			return b
		}
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("waited in vain; last %+v", b)
		}
	}
}

func isDone(b store.Broadcast) bool { return b.State == store.BroadcastDone }

func TestScheduledBroadcastGoesOutAtItsTimeOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 5, sandbox.Options{})
	id := d.confirmed(t, time.Minute)
	due := d.clock.Now().Add(time.Minute)
	keeping(t, d.engine(t, d.Shop, nil))
	b := d.becomes(t, id, isDone)
	if b.StartedAt.Before(due.Add(-time.Second)) || b.StartedBy != "Ana" || b.Counts[store.DeliveryAccepted] != 5 {
		t.Errorf("it went out as %+v, due at %v", b, due)
	}
	if len(d.sandbox.Calls()) != 5 {
		t.Errorf("%d calls", len(d.sandbox.Calls()))
	}
	d.wantNobodyTwice(t)
}

func TestMissedTimeAsksAndSendsNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 3, sandbox.Options{})
	missed := d.confirmed(t, time.Minute)
	d.clock.advance(2 * time.Hour) // nothing ran meanwhile
	next := d.confirmed(t, time.Second)
	keeping(t, d.engine(t, d.Shop, nil))
	d.becomes(t, next, isDone)
	b := d.becomes(t, missed, func(b store.Broadcast) bool { return b.Asks() != "" })
	if b.Asks() != store.QuestionMissed || b.State != store.BroadcastScheduled || len(d.sandbox.Calls()) != 3 {
		t.Errorf("%s %q after %d calls", b.State, b.Asks(), len(d.sandbox.Calls()))
	}
}

func TestRestartGoesOnWithWhatWasSentAndNotWithWhatWasPaused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 40, sandbox.Options{Latency: 10 * time.Millisecond})
	slow := func(c *sender.Config) { c.InFlight = 1 }
	first := d.engine(t, d.Shop, slow)
	stop := keeping(t, first)
	id := d.confirmed(t, 0)
	await(t, first, id, func(p sender.Progress) bool { return p.Counts[store.DeliveryAccepted] >= 3 })
	stop()
	if err := first.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	b, err := d.Store.Broadcast(t.Context(), id)
	if err != nil || b.State != store.BroadcastSending || b.Counts[store.DeliveryUnknown]+b.Counts[store.DeliverySending] != 0 {
		t.Fatalf("a clean stop left %+v, %v", b, err)
	}
	// Another one, which a person paused.
	other := d.reopen(t)
	started := store.Start{Staff: "Ana", WithoutFeed: true}
	paused := d.Broadcast(t, everybody)
	if _, err := other.Outbox.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := other.Outbox.Start(t.Context(), paused, started); err != nil {
		t.Fatal(err)
	}
	if err := other.PauseBroadcast(t.Context(), paused, "Ana"); err != nil {
		t.Fatal(err)
	}
	if err := other.Outbox.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := d.reopen(t)
	keeping(t, d.engine(t, again, nil))
	b = d.becomes(t, id, isDone)
	if b.Counts[store.DeliveryAccepted] != 40 {
		t.Errorf("it ended as %+v", b.Counts)
	}
	d.wantNobodyTwice(t)
	if b, err := d.Store.Broadcast(t.Context(), paused); err != nil || b.State != store.BroadcastPaused || b.Counts[store.DeliveryQueued] != 40 {
		t.Errorf("what a person paused became %+v, %v", b, err)
	}
}

func TestWhatAnotherProcessSendsIsLeftToIt(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 30, sandbox.Options{Latency: 20 * time.Millisecond})
	id := d.Broadcast(t, everybody)
	theirs := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 })
	if err := theirs.Start(t.Context(), id, store.Start{Staff: "Ana", WithoutFeed: true}); err != nil {
		t.Fatal(err)
	}
	ours := d.engine(t, d.reopen(t), nil)
	keeping(t, ours)
	d.becomes(t, id, isDone)
	if _, ran := ours.Snapshot(id); ran {
		t.Error("both sent it")
	}
	d.wantNobodyTwice(t)
}

func TestScheduledBroadcastWaitsForOpeningHours(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 3, sandbox.Options{})
	settings := storetest.Settings()
	settings.Hours.Opens = 11 * 60 // in an hour
	if err := d.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	id := d.confirmed(t, time.Second)
	e := d.engine(t, d.Shop, nil)
	keeping(t, e)
	p := await(t, e, id, func(p sender.Progress) bool { return p.Wait.Reason == sender.WaitHours })
	if p.Wait.Until.Hour() != 11 || len(d.sandbox.Calls()) != 0 {
		t.Errorf("it waits as %+v after %d calls", p.Wait, len(d.sandbox.Calls()))
	}
	d.clock.advance(time.Hour)
	d.becomes(t, id, isDone)
}

func TestScheduleOfAPracticeShopReachesNobodyReal(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 2, sandbox.Options{})
	settings := storetest.Settings()
	settings.Practice = true
	if err := d.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	id := d.confirmed(t, 0)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.BaseURL = "http://192.0.2.1" }) // kept for documentation
	ctx, cancel := context.WithTimeout(t.Context(), 1200*time.Millisecond)
	defer cancel()
	e.Schedule(ctx)
	if b, err := d.Store.Broadcast(t.Context(), id); err != nil || b.State != store.BroadcastScheduled {
		t.Errorf("it became %+v, %v", b.State, err)
	}
}

func TestBlockedBroadcastStartsWhenTheReasonIsGone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 2, sandbox.Options{})
	id := d.confirmed(t, time.Second)
	if !d.sandbox.SetTemplateStatus("offer", "en", "PAUSED") {
		t.Fatal("no template")
	}
	e := d.engine(t, d.Shop, nil)
	stop := keeping(t, e)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for blocked := false; !blocked; <-tick.C { // the schedule read the template's new state
		template, err := d.Template(t.Context(), "offer", "en")
		if err != nil {
			t.Fatal(err)
		}
		blocked = template.Status == "PAUSED"
	}
	stop()
	if b, err := d.Store.Broadcast(t.Context(), id); err != nil || b.State != store.BroadcastScheduled || b.Asks() != "" {
		t.Errorf("blocked in time it is %+v, %v", b, err)
	}
	d.sandbox.SetTemplateStatus("offer", "en", "APPROVED")
	keeping(t, e)
	d.becomes(t, id, isDone)
}
