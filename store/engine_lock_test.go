package store_test

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestHeartbeatShowsWhoSends(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	watcher := storetest.Open(t, shop.File, shop.Clock)
	steps := []struct {
		name string
		act  func() error
		want bool
	}{
		{"nobody yet", func() error { return nil }, false},
		{"acquired", func() error { _, err := shop.Outbox.Acquire(t.Context()); return err }, true},
		{"silent for a while", func() error { shop.Clock.Advance(3 * store.BeatEvery); return nil }, true},
		{"silent for too long", func() error { shop.Clock.Advance(time.Millisecond); return nil }, false},
		{"beats again", func() error { return shop.Outbox.Beat(t.Context()) }, true},
		{"acquired twice", func() error { _, err := shop.Outbox.Acquire(t.Context()); return err }, true},
		{"released", func() error { return shop.Outbox.Release(t.Context()) }, false},
		{"released twice", func() error { return shop.Outbox.Release(t.Context()) }, false},
	}
	for _, step := range steps {
		if err := step.act(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		held, err := watcher.Holder(t.Context())
		if err != nil || (held != nil) != step.want {
			t.Errorf("%s: Holder = %v, %v, want one: %v", step.name, held, err, step.want)
		}
		if held != nil && (held.PID != os.Getpid() || held.Since.IsZero() || held.BeatAt.Before(held.Since)) {
			t.Errorf("%s: Holder = %+v", step.name, held)
		}
	}
	if err := shop.Outbox.Beat(t.Context()); !errors.Is(err, store.ErrLockLost) {
		t.Errorf("Beat without the lock = %v, want ErrLockLost", err)
	}
}

// takeOver makes another engine the newest while the first one still believes
// that it sends, as on a network drive that lost the system's lock.
func takeOver(t *testing.T, shop *storetest.Shop) *storetest.Shop {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("an open lock file cannot be removed here, so nobody can take over")
	}
	if err := os.Remove(shop.File + ".lock"); err != nil {
		t.Fatal(err)
	}
	return storetest.Open(t, shop.File, shop.Clock)
}

func TestEngineThatOnlySeemedDeadIsFencedOff(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 3 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	claim := claimOne(t, shop, id)
	second := takeOver(t, shop)
	if orphans, err := second.Outbox.Acquire(ctx); err != nil || orphans != 1 {
		t.Fatalf("Acquire = %d, %v, want the one call under way", orphans, err)
	}
	if claimed, err := shop.Outbox.Claim(ctx, id, 1); !errors.Is(err, store.ErrLockLost) || len(claimed.Claims) != 0 {
		t.Errorf("Claim of the old engine = %+v, %v, want ErrLockLost", claimed, err)
	}
	if err := shop.Outbox.Beat(ctx); !errors.Is(err, store.ErrLockLost) {
		t.Errorf("Beat of the old engine = %v, want ErrLockLost", err)
	}
	// What it says of a call that was given up may be wrong, but a retry would be worse.
	for _, outcome := range []store.Outcome{store.Unspent{}, store.Later{}, store.Refused{Code: 131026}, store.Accepted{Wamid: "w"}} {
		if err := shop.Outbox.Settle(ctx, []store.Result{{Claim: claim, Outcome: outcome}}); err != nil {
			t.Errorf("Settle of the old engine = %v", err)
		}
	}
	if counts := second.Counts(ctx, t, id); counts[store.DeliveryUnknown] != 1 || counts[store.DeliveryQueued] != 2 {
		t.Errorf("counts = %v, want 1 unknown and 2 queued", counts)
	}
	if claimed, err := second.Outbox.Claim(ctx, id, 5); err != nil || len(claimed.Claims) != 2 {
		t.Errorf("Claim of the new engine = %+v, %v, want the two that wait", claimed, err)
	}
}

// tally counts how often each delivery was claimed.
type claimTally struct {
	mu     sync.Mutex
	claims map[store.DeliveryID]int
	enough chan struct{} // closed once some were claimed
}

func (c *claimTally) add(claims []store.Claim) {
	c.mu.Lock()
	defer c.mu.Unlock()
	before := len(c.claims)
	for _, claim := range claims {
		c.claims[claim.Delivery()]++
	}
	if before < 60 && len(c.claims) >= 60 {
		close(c.enough)
	}
}

// TestEightClaimersAndATakeOverNeverClaimTwice lets four goroutines claim from
// each of two open files, and the second take the lock over in the middle.
func TestEightClaimersAndATakeOverNeverClaimTwice(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	const size = 200
	for n := range size {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	second := takeOver(t, shop)
	tally := &claimTally{claims: map[store.DeliveryID]int{}, enough: make(chan struct{})}
	claim := func(from *storetest.Shop, until func() bool) {
		for {
			ended := until() // asked before, so that nobody leaves with rows unseen
			claimed, err := from.Outbox.Claim(t.Context(), id, 3)
			tally.add(claimed.Claims)
			switch {
			case errors.Is(err, store.ErrLockLost):
				if ended {
					return
				}
			case err != nil:
				t.Error(err)
				return
			case claimed.Examined == 0:
				return
			}
		}
	}
	taken := make(chan struct{})
	over := func() bool {
		select {
		case <-taken:
			return true
		default:
			return false
		}
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() { claim(shop, over) })
		group.Go(func() { <-taken; claim(second, over) })
	}
	<-tally.enough
	if _, err := second.Outbox.Acquire(t.Context()); err != nil {
		t.Error(err)
	}
	close(taken)
	group.Wait()
	if len(tally.claims) != size {
		t.Errorf("%d of %d were claimed", len(tally.claims), size)
	}
	for delivery, times := range tally.claims {
		if times != 1 {
			t.Errorf("delivery %d was claimed %d times", delivery, times)
		}
	}
}

func TestThoseWhoWaitAreClaimedWhenTheirTimeComes(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	waits := []time.Duration{3 * time.Minute, time.Minute, 0, 3 * time.Minute, -time.Hour}
	for n := range waits {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	claimed, err := shop.Outbox.Claim(ctx, id, len(waits))
	if err != nil {
		t.Fatal(err)
	}
	var results []store.Result
	for n, claim := range claimed.Claims {
		outcome := store.Outcome(store.Later{At: storetest.Start.Add(waits[n]), Code: 130429})
		if waits[n] == 0 {
			outcome = store.Unspent{}
		}
		results = append(results, store.Result{Claim: claim, Outcome: outcome})
	}
	if err := shop.Outbox.Settle(ctx, results); err != nil {
		t.Fatal(err)
	}
	at := func(minutes int) time.Time { return storetest.Start.Add(time.Duration(minutes) * time.Minute) }
	steps := []struct {
		advance  time.Duration
		n, want  int
		examined int
		next     time.Time
	}{
		{0, 1, 1, 1, time.Time{}}, // full: there may be more
		{0, 5, 1, 1, at(1)},
		{time.Minute - time.Millisecond, 5, 0, 0, at(1)},
		{time.Millisecond, 5, 1, 1, at(3)},
		{2 * time.Minute, 5, 2, 2, time.Time{}},
		{time.Hour, 5, 0, 0, time.Time{}},
	}
	for i, step := range steps {
		shop.Clock.Advance(step.advance)
		got, err := shop.Outbox.Claim(ctx, id, step.n)
		if err != nil || len(got.Claims) != step.want || got.Examined != step.examined || !got.NextAt.Equal(step.next) {
			t.Errorf("step %d: %d claims, %d examined, next at %v, %v, want %+v", i, len(got.Claims), got.Examined, got.NextAt, err, step)
		}
		for _, claim := range got.Claims {
			if claim.Attempt() != 2 {
				t.Errorf("step %d: attempt %d, want the second", i, claim.Attempt())
			}
		}
	}
}

func TestPeopleOfTheRollingDay(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 6 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	settle := func(outcomes ...store.Outcome) {
		t.Helper()
		claimed, err := shop.Outbox.Claim(ctx, id, len(outcomes))
		if err != nil || len(claimed.Claims) != len(outcomes) {
			t.Fatalf("Claim = %+v, %v, want %d", claimed, err, len(outcomes))
		}
		var results []store.Result
		for n, claim := range claimed.Claims {
			results = append(results, store.Result{Claim: claim, Outcome: outcomes[n]})
		}
		if err := shop.Outbox.Settle(ctx, results); err != nil {
			t.Fatal(err)
		}
	}
	first, second := storetest.Start, storetest.Start.Add(12*time.Hour)
	settle(store.Accepted{Wamid: "w1"}, store.Unknown{Why: "timeout"}, store.Refused{Code: 131026}, store.Later{At: second}, store.Unspent{})
	// The one not used goes out now, and so does the next; the later one waits.
	settle(store.Accepted{Wamid: "w2"})
	shop.Clock.Advance(12 * time.Hour)
	settle(store.Accepted{Wamid: "w3"}, store.Accepted{Wamid: "w4"})
	const day = 24 * time.Hour
	tests := []struct {
		now   time.Time
		want  int
		first time.Time
	}{
		{second, 5, first},
		{first.Add(day - time.Millisecond), 5, first},
		{first.Add(day), 2, second},
		{second.Add(day - time.Millisecond), 2, second},
		{second.Add(day), 0, time.Time{}},
	}
	for _, test := range tests {
		people, since, err := shop.Outbox.PeopleSince(ctx, test.now.Add(-day))
		if err != nil || people != test.want || !since.Equal(test.first) {
			t.Errorf("at %s: %d people since %v, %v, want %d since %v", fmt.Sprint(test.now.Sub(first)), people, since, err, test.want, test.first)
		}
	}
}
