package sender_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

func TestTheMessagingLimitHoldsOverARollingDay(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10, sandbox.Options{})
	if err := d.SaveAccount(t.Context(), store.Account{MessagingLimit: 4, Throughput: 80, Status: "CONNECTED"}); err != nil {
		t.Fatal(err)
	}
	id := d.Broadcast(t, everybody)
	first := run(t, d.engine(t, d.Shop, nil), id, asAna)
	if first.State != store.BroadcastSending || first.Wait.Reason != sender.WaitLimit {
		t.Fatalf("ended %+v, want it to wait for the limit", first)
	}
	if in := first.Wait.Until.Sub(d.clock.Now()); in > 24*time.Hour || in < 23*time.Hour {
		t.Errorf("it waits for %s, want a rolling day from the first call", in)
	}
	// A restart does not forget, and nobody goes out until the day is over.
	if again := run(t, d.engine(t, d.reopen(t), nil), id, asAna); again.Wait.Reason != sender.WaitLimit {
		t.Errorf("ended %+v, want it still to wait", again)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 4, store.DeliveryQueued: 6})
	d.clock.advance(24*time.Hour + time.Minute)
	if next := run(t, d.engine(t, d.reopen(t), nil), id, asAna); next.Wait.Reason != sender.WaitLimit {
		t.Errorf("ended %+v on the second day", next)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 8, store.DeliveryQueued: 2})
	if p, found := d.engine(t, d.Shop, nil).Snapshot(id); found {
		t.Errorf("an engine that never ran it shows %+v", p)
	}
}

func TestQuietHoursHoldTheBroadcast(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 3, sandbox.Options{})
	d.clock.advance(12 * time.Hour) // Tuesday, 22:00
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, nil)
	ended := run(t, e, id, asAna)
	morning := time.Date(2026, time.November, 25, 9, 0, 0, 0, time.UTC)
	if ended.Wait != (sender.Wait{Reason: sender.WaitHours, Until: morning}) || d.calls.Load() != 0 {
		t.Fatalf("ended %+v after %d calls, want to wait for nine o'clock", ended, d.calls.Load())
	}
	events, err := d.BroadcastEvents(t.Context(), id, 1)
	if err != nil || events[0].Reason != "quiet_hours" || !events[0].Until.Equal(morning) {
		t.Errorf("the record says %+v, %v", events, err)
	}
	if err := e.Continue(t.Context(), id); err != nil { // in the background it stays
		t.Fatal(err)
	}
	await(t, e, id, func(p sender.Progress) bool { return p.Running && p.Wait.Reason == sender.WaitHours })
	d.clock.advance(morning.Sub(d.clock.Now()))
	await(t, e, id, func(p sender.Progress) bool { return p.State == store.BroadcastDone && !p.Running })
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 3})
}

func TestOnlyAPracticeShopAtItsSandboxIsOpenAtAllHours(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 3, sandbox.Options{})
	settings := storetest.Settings()
	settings.Practice = true
	if err := d.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	d.clock.advance(12 * time.Hour)
	id := d.Broadcast(t, everybody)
	away := d.engine(t, d.Shop, func(c *sender.Config) { c.BaseURL = "https://graph.example" })
	if ended := run(t, away, id, asAna); ended.Wait.Reason != sender.WaitHours {
		t.Errorf("ended %+v, want quiet hours at an address that is not this machine's", ended)
	}
	if ended := run(t, d.engine(t, d.reopen(t), nil), id, asAna); ended.State != store.BroadcastDone {
		t.Errorf("ended %+v, want it done at night", ended)
	}
}

func TestRequirement13AFeedThatFallsSilentPausesWhatIsBeingSent(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 3, sandbox.Options{})
	if err := d.FeedHeard(t.Context()); err != nil {
		t.Fatal(err)
	}
	id := d.Broadcast(t, everybody)
	if err := d.Outbox.Start(t.Context(), id, store.Start{Staff: "Ana"}); err != nil {
		t.Fatal(err)
	}
	d.clock.advance(25 * time.Hour)
	e := d.engine(t, d.Shop, nil)
	if ended := run(t, e, id, asAna); ended.State != store.BroadcastPaused || ended.Reason != sender.ReasonFeed || d.calls.Load() != 0 {
		t.Errorf("ended %+v after %d calls, want it paused for the feed", ended, d.calls.Load())
	}
	_, err := e.Run(t.Context(), id, asAna)
	if blocked := wantErrorAs[*store.BlockedError](t, err); blocked != nil && !slices.Equal(blocked.Blockers, []store.Blocker{store.BlockerFeedStale}) {
		t.Errorf("resumed while it is silent it is blocked by %v", blocked.Blockers)
	}
	if err := d.FeedHeard(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ended := run(t, e, id, asAna); ended.State != store.BroadcastDone {
		t.Errorf("ended %+v, want done once the feed is heard", ended)
	}
}

func TestAFeedThatFallsSilentInTheMiddlePausesTheRest(t *testing.T) {
	t.Parallel()
	for _, accepted := range []bool{false, true} {
		d := newDesk(t, 40, sandbox.Options{Latency: 20 * time.Millisecond})
		if !accepted { // else it was never connected when it started
			if err := d.FeedHeard(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		id := d.Broadcast(t, everybody)
		e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 })
		d.during(func(n int64) {
			if n == 5 {
				if err := d.FeedHeard(t.Context()); err != nil {
					t.Error(err)
				}
				d.clock.advance(25 * time.Hour)
			}
		})
		ended := run(t, e, id, sender.RunOptions{Start: store.Start{Staff: "Ana", WithoutFeed: accepted}, Wait: true})
		if accepted != (ended.State == store.BroadcastDone) || accepted == (ended.Reason == sender.ReasonFeed) {
			t.Errorf("accepted %v: it ended as %+v after %d calls", accepted, ended, d.calls.Load())
		}
		if !accepted && d.calls.Load() > 25 { // a look a quarter of a second
			t.Errorf("%d were called after it fell silent", d.calls.Load())
		}
	}
}

func graded(quality string) func(*desk) error {
	return func(d *desk) error {
		return d.sandbox.SetScript(sandbox.Script{Account: sandbox.Account{Quality: quality}})
	}
}

func offerIs(status string) func(*desk) error {
	return func(d *desk) error {
		if !d.sandbox.SetTemplateStatus("offer", "en", status) {
			return store.ErrNotFound
		}
		return nil
	}
}

// TestResumeIsRefusedWhileMetaIsAgainstIt pauses what is being sent for what Meta says, and resumes it when that is over.
func TestResumeIsRefusedWhileMetaIsAgainstIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		against func(*desk) error
		lifted  func(*desk) error
		want    store.Blocker
	}{
		{"a red number", graded("RED"), graded("GREEN"), store.BlockerQualityRed},
		{"a paused template", offerIs("PAUSED"), offerIs("APPROVED"), store.BlockerNotApproved},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 60, sandbox.Options{Latency: 20 * time.Millisecond})
			id := d.Broadcast(t, everybody)
			e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 })
			if err := e.Start(t.Context(), id, asAna.Start); err != nil {
				t.Fatal(err)
			}
			await(t, e, id, func(p sender.Progress) bool { return p.Counts[store.DeliveryAccepted] > 0 })
			_, err := e.SyncTemplates(t.Context())
			err = errors.Join(err, test.against(d), e.SyncAccount(t.Context()))
			if _, syncErr := e.SyncTemplates(t.Context()); errors.Join(err, syncErr) != nil {
				t.Fatal(err, syncErr)
			}
			await(t, e, id, func(p sender.Progress) bool { return p.State == store.BroadcastPaused && !p.Running })
			blocked := wantErrorAs[*store.BlockedError](t, e.Resume(t.Context(), id, "Ana"))
			if blocked == nil || !slices.Equal(blocked.Blockers, []store.Blocker{test.want}) {
				t.Errorf("Resume is refused with %v", blocked)
			}
			if err := errors.Join(test.lifted(d), e.Resume(t.Context(), id, "Ana")); err != nil {
				t.Fatalf("Resume after it was lifted: %v", err)
			}
			d.becomes(t, id, isDone)
			d.wantNobodyTwice(t)
		})
	}
}

func TestTheRateIsKept(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 30, sandbox.Options{Rate: 80})
	rate := 40
	id := d.Broadcast(t, everybody)
	begun := time.Now()
	untilDone(t, d.engine(t, d.Shop, func(c *sender.Config) { c.Rate = &rate }), id)
	// A burst of 4 at once, the other 26 at 40 a second.
	if took := time.Since(begun); took < 600*time.Millisecond {
		t.Errorf("30 calls at 40 a second took %s", took)
	}
	if refused := d.sandbox.Stats().Refused; len(refused) != 0 {
		t.Errorf("refused: %v", refused)
	}
}

func TestStartingAndStoppingTwiceIsSafe(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 20, sandbox.Options{Latency: 30 * time.Millisecond})
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 2 })
	ctx := t.Context()
	_ = wantErrorAs[*store.MoveError](t, e.Pause(ctx, id, "Ana")) // before it started
	_ = wantErrorAs[*store.MoveError](t, e.Continue(ctx, id))
	for range 2 {
		if err := e.Start(ctx, id, asAna.Start); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := e.Pause(ctx, id, "Ana"); err != nil {
			t.Fatal(err)
		}
	}
	// At once, while the calls under way still finish.
	_ = wantErrorAs[*store.MoveError](t, e.Start(ctx, id, asAna.Start))
	for range 2 {
		if err := e.Resume(ctx, id, "Ana"); err != nil {
			t.Fatal(err)
		}
	}
	await(t, e, id, func(p sender.Progress) bool { return p.State == store.BroadcastDone && !p.Running })
	d.wantNobodyTwice(t)
	for range 2 {
		if err := e.Close(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := e.Start(ctx, d.Broadcast(t, everybody), asAna.Start); !errors.Is(err, sender.ErrClosed) {
		t.Errorf("Start after Close = %v", err)
	}
}

func TestTwoBroadcastsShareTheLock(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 20, sandbox.Options{Latency: 5 * time.Millisecond})
	half := len(d.people) / 2
	for i, tag := range []string{"one", "two"} {
		if err := d.TagContacts(t.Context(), d.people[i*half:(i+1)*half], []string{tag}, nil); err != nil {
			t.Fatal(err)
		}
	}
	first, second := d.Broadcast(t, "tag:one"), d.Broadcast(t, "tag:two")
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 2 })
	for _, id := range []store.BroadcastID{first, second} {
		if err := e.Start(t.Context(), id, asAna.Start); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []store.BroadcastID{first, second} {
		await(t, e, id, func(p sender.Progress) bool { return p.State == store.BroadcastDone && !p.Running })
	}
	if held, err := d.Holder(t.Context()); held != nil || err != nil {
		t.Errorf("the lock is held by %v, %v after the last", held, err)
	}
	if n := len(d.sandbox.Calls()); n != 20 {
		t.Errorf("%d calls, want 20", n)
	}
}

func TestAnEngineThatLostTheLockStops(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 20, sandbox.Options{})
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 })
	d.during(func(n int64) {
		if n != 5 {
			return
		}
		// As if it had been dead for a while and another had taken over.
		if err := d.Outbox.Release(t.Context()); err != nil {
			t.Error(err)
		}
	})
	ended, err := e.Run(t.Context(), id, asAna)
	if !errors.Is(err, store.ErrLockLost) || d.calls.Load() > 5 {
		t.Errorf("Run = %+v, %v after %d calls, want it to stop at once", ended, err, d.calls.Load())
	}
}

func TestAMissingTokenStopsBeforeAnyClaimIsUsed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 5, sandbox.Options{})
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, func(c *sender.Config) {
		c.Token = func(context.Context) (string, error) { return "", nil }
	})
	if ended := run(t, e, id, asAna); ended.State != store.BroadcastPaused || ended.Reason != "platform_token" || d.calls.Load() != 0 {
		t.Errorf("ended %+v after %d calls", ended, d.calls.Load())
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryQueued: 5})
}

func TestSynchronisingFillsTheShopFile(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0, sandbox.Options{
		PhoneNumberID: "600000000000031", WABAID: "500000000000041", Script: sandbox.Script{Account: sandbox.Account{Tier: "TIER_10K"}},
	})
	e := d.engine(t, d.Shop, nil)
	if n, err := e.SyncTemplates(t.Context()); n != 1 || err != nil {
		t.Errorf("SyncTemplates = %d, %v", n, err)
	}
	if err := e.SyncAccount(t.Context()); err != nil {
		t.Fatal(err)
	}
	if a, err := d.Account(t.Context()); err != nil || a.MessagingLimit != 10_000 || a.Throughput != 80 || a.Currency != "EUR" {
		t.Errorf("Account = %+v, %v", a, err)
	}
	wrong := d.engine(t, d.Shop, func(c *sender.Config) {
		c.Token = func(context.Context) (string, error) { return "old", nil }
	})
	if failed := wantErrorAs[*sender.CallError](t, wrong.SyncAccount(t.Context())); failed != nil && failed.Reason != "platform_token" {
		t.Errorf("the error is %+v", failed)
	}
}
