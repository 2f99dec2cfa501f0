package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// TestTwoStartsAtOnceFreezeTheWholeAudienceOnce starts one broadcast from two handles of the file at once, again and
// again: whoever wins, everybody is in it, once.
func TestTwoStartsAtOnceFreezeTheWholeAudienceOnce(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	const people = 4500 // more than two transactions' worth
	shop.Crowd(t, 0, people)
	other := storetest.Open(t, shop.File, shop.Clock)
	for round := range 4 {
		id := shop.Broadcast(t, "sendable:yes OR -sendable:yes")
		var both sync.WaitGroup
		errs := make([]error, 2)
		for i, outbox := range []*store.Outbox{shop.Outbox, other.Outbox} {
			both.Go(func() { errs[i] = outbox.Start(t.Context(), id, store.Start{Staff: "Ana", WithoutFeed: true}) })
		}
		both.Wait()
		won := 0
		for _, err := range errs {
			_, moved := errors.AsType[*store.MoveError](err)
			switch {
			case err == nil:
				won++
			case !moved && !errors.Is(err, store.ErrDraftChanged):
				t.Errorf("round %d: %v", round, err)
			}
		}
		b, err := shop.Store.Broadcast(t.Context(), id)
		if err != nil || won != 1 || b.State != store.BroadcastSending || b.Counts[store.DeliveryQueued] != people {
			t.Fatalf("round %d: %d started it, %v, %s with %v", round, won, err, b.State, b.Counts)
		}
	}
}

func TestARunIsToldToOthersUntilItsEngineIsGone(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	shop := storetest.New(t)
	shop.Customer(t, 0)
	id := shop.Started(t, "sendable:yes")
	if _, found, err := shop.Run(ctx, id); found || err != nil {
		t.Errorf("before any run: %v, %v", found, err)
	}
	want := store.Run{Wait: "quiet_hours", Until: storetest.Start.Add(time.Hour), Slower: "warm_up"}
	if err := shop.Outbox.TellRun(ctx, id, want); err != nil {
		t.Fatal(err)
	}
	other := storetest.Open(t, shop.File, shop.Clock)
	if err := other.Outbox.TellRun(ctx, id, store.Run{}); !errors.Is(err, store.ErrLockLost) {
		t.Errorf("without the lock: %v", err)
	}
	if got, found, err := other.Run(ctx, id); got != want || !found || err != nil {
		t.Errorf("got %+v, %v, %v", got, found, err)
	}
	if err := shop.Outbox.Release(ctx); err != nil {
		t.Fatal(err)
	}
	if _, found, err := other.Run(ctx, id); found || err != nil {
		t.Errorf("after the engine ended: %v, %v", found, err)
	}
	if _, err := other.Outbox.Acquire(ctx); err != nil {
		t.Fatal(err)
	}
	if _, found, err := other.Run(ctx, id); found || err != nil {
		t.Errorf("what a dead engine left counts: %v, %v", found, err)
	}
}
