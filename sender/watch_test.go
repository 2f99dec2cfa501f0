package sender_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

// holding is a desk at which another engine has the lock, since it waits for the
// opening of the shop with one half of the people; the other half is a draft.
func holding(t *testing.T, people int) (d *desk, theirs *sender.Engine, waits, draft store.BroadcastID) {
	t.Helper()
	d = newDesk(t, people, sandbox.Options{})
	d.opens(t, 11*60)
	waits, draft = d.halves(t)
	theirs = d.engine(t, d.reopen(t), nil)
	if err := theirs.Start(t.Context(), waits, asAna.Start); err != nil {
		t.Fatal(err)
	}
	await(t, theirs, waits, func(p sender.Progress) bool { return p.Wait.Reason == sender.WaitHours })
	return d, theirs, waits, draft
}

// opens sets when broadcasts may go out from; it is ten.
func (d *desk) opens(t *testing.T, minute int) {
	t.Helper()
	settings := storetest.Settings()
	settings.Hours.Opens = minute
	if err := d.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsStartedBesideTheSenderIsTakenUpByIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		begin func(ctx context.Context, d *desk, e *sender.Engine, id store.BroadcastID) error
	}{
		{"started in the background", func(ctx context.Context, _ *desk, e *sender.Engine, id store.BroadcastID) error {
			return e.Start(ctx, id, asAna.Start)
		}},
		{"resumed", func(ctx context.Context, d *desk, e *sender.Engine, id store.BroadcastID) error {
			err := d.Outbox.Start(ctx, id, asAna.Start)
			return errors.Join(err, d.PauseBroadcast(ctx, id, "Ana"), e.Resume(ctx, id, "Ana"))
		}},
		{"recorded by a process that is gone", func(ctx context.Context, d *desk, _ *sender.Engine, id store.BroadcastID) error {
			return d.Outbox.Start(ctx, id, asAna.Start)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, theirs, _, id := holding(t, 6)
			ours := d.engine(t, d.Shop, nil)
			if err := test.begin(t.Context(), d, ours, id); err != nil {
				t.Fatal(err)
			}
			begun := time.Now()
			await(t, theirs, id, func(p sender.Progress) bool { return p.Running })
			if took := time.Since(begun); took > time.Second && !testing.Short() {
				t.Errorf("it was taken up after %s, want a second at most", took)
			}
			d.opens(t, 9*60)
			d.becomes(t, id, isDone)
			if p, known := ours.Snapshot(id); known && p.Running {
				t.Errorf("it ran here as well: %+v", p)
			}
		})
	}
}

func TestWhoStartsBesideTheSenderSeesItToItsEnd(t *testing.T) {
	t.Parallel()
	d, _, _, id := holding(t, 8)
	ours := d.engine(t, d.Shop, nil)
	ended := run(t, ours, id, asAna)
	if ended.State != store.BroadcastSending || ended.Wait.Reason != sender.WaitHours || ended.Wait.Until.Hour() != 11 || !ended.Elsewhere {
		t.Errorf("while all wait it ended as %+v", ended)
	}
	watching := asAna
	watching.Wait = true
	seen := make(chan error, 1)
	go func() {
		var err error
		ended, err = ours.Run(t.Context(), id, watching)
		seen <- err
	}()
	await(t, ours, id, func(p sender.Progress) bool { return p.Elsewhere })
	d.opens(t, 9*60)
	if err := <-seen; err != nil {
		t.Fatal(err)
	}
	if ended.State != store.BroadcastDone || !ended.Elsewhere {
		t.Errorf("it ended as %+v", ended)
	}
	if p, _ := ours.Snapshot(id); p.Running || p.Elsewhere || p.State != store.BroadcastDone || p.Counts[store.DeliveryQueued] != 0 {
		t.Errorf("the last picture is %+v", p)
	}
}

func TestLeavingTheWatcherLeavesItRunning(t *testing.T) {
	t.Parallel()
	d, theirs, waits, _ := holding(t, 3)
	ours := d.engine(t, d.Shop, nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		await(t, ours, waits, func(p sender.Progress) bool { return p.Elsewhere && p.Wait.Reason == sender.WaitHours })
		cancel()
	}()
	ended, err := ours.Run(ctx, waits, sender.RunOptions{Start: asAna.Start, Wait: true})
	if !errors.Is(err, context.Canceled) || !ended.Elsewhere || ended.State != store.BroadcastSending {
		t.Errorf("Run = %+v, %v", ended, err)
	}
	if p, _ := theirs.Snapshot(waits); !p.Running {
		t.Errorf("it stopped: %+v", p)
	}
	d.opens(t, 9*60)
	d.becomes(t, waits, isDone)
	d.wantNobodyTwice(t)
}

func TestWhoWatchesGoesOnWhenTheSenderIsGone(t *testing.T) {
	t.Parallel()
	for _, background := range []bool{false, true} {
		d, theirs, waits, _ := holding(t, 5)
		ours := d.engine(t, d.Shop, nil)
		over := make(chan sender.Ended, 1)
		if background {
			if err := ours.Continue(t.Context(), waits); err != nil {
				t.Fatal(err)
			}
		} else {
			go func() {
				ended, err := ours.Run(t.Context(), waits, sender.RunOptions{Start: asAna.Start, Wait: true})
				if err != nil {
					t.Errorf("Run: %v", err)
				}
				over <- ended
			}()
		}
		await(t, ours, waits, func(p sender.Progress) bool { return p.Elsewhere })
		if err := theirs.Close(t.Context()); err != nil {
			t.Fatal(err)
		}
		await(t, ours, waits, func(p sender.Progress) bool { return p.Running && !p.Elsewhere })
		d.opens(t, 9*60)
		d.becomes(t, waits, isDone)
		if !background {
			if ended := <-over; ended.State != store.BroadcastDone || ended.Elsewhere {
				t.Errorf("it ended as %+v", ended)
			}
		}
		d.wantNobodyTwice(t)
	}
}

func TestThePaceThatWasAskedForGoesWithTheBroadcast(t *testing.T) {
	t.Parallel()
	d, _, _, id := holding(t, 4)
	three := 3
	ctx, cancel := context.WithCancel(t.Context())
	ours := d.engine(t, d.Shop, nil)
	go func() {
		await(t, ours, id, func(p sender.Progress) bool { return p.Elsewhere })
		cancel()
	}()
	if _, err := ours.Run(ctx, id, sender.RunOptions{Start: asAna.Start, Rate: &three, Wait: true}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if asked, err := d.AskedRate(t.Context(), id); err != nil || asked == nil || *asked != 3 {
		t.Errorf("the pace is %v, %v", asked, err)
	}
}
