package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestLeftOutAreSettledWithTheReason(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 30 {
		shop.Contact(t, n)
	}
	shop.Customer(t, 100)
	gone := shop.Customer(t, 101)
	id := shop.Started(t, "customer")
	if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: gone, Staff: "Marta"}); err != nil {
		t.Fatal(err)
	}
	claimed, err := shop.Outbox.Claim(ctx, id, 5)
	if err != nil || len(claimed.Claims) != 1 || claimed.Excluded != 31 {
		t.Fatalf("Claim = %+v, %v, want 1 claim and 31 excluded", claimed, err)
	}
	excluded, err := shop.Excluded(ctx, id)
	want := []store.Tally{{Reason: "no_consent", Count: 30}, {Reason: "withdrawn", Count: 1}}
	if err != nil || !slices.Equal(excluded, want) {
		t.Errorf("Excluded = %v, %v, want %v", excluded, err, want)
	}
}

func TestKilledInTheMiddleOfACallIsUnknownAndNeverClaimedAgain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 3 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	claimed, err := shop.Outbox.Claim(ctx, id, 2)
	if err != nil || len(claimed.Claims) != 2 {
		t.Fatalf("Claim = %+v, %v", claimed, err)
	}
	if err := shop.Outbox.Release(ctx); err != nil {
		t.Fatal(err)
	}
	next := storetest.Open(t, shop.File, shop.Clock)
	if orphans, err := next.Outbox.Acquire(ctx); err != nil || orphans != 2 {
		t.Fatalf("Acquire = %d, %v, want 2 orphans", orphans, err)
	}
	rest, err := next.Outbox.Claim(ctx, id, 10)
	if err != nil || len(rest.Claims) != 1 {
		t.Errorf("Claim after the kill = %d claims, %v, want only the one never claimed", len(rest.Claims), err)
	}
	// The dead engine's answers come too late to change anything by themselves.
	if err := shop.Outbox.Settle(ctx, []store.Result{{Claim: claimed.Claims[0], Outcome: store.Later{}}}); err != nil {
		t.Fatal(err)
	}
	counts := next.Counts(ctx, t, id)
	if counts[store.DeliveryUnknown] != 2 || counts[store.DeliverySending] != 1 || counts.Audience() != 3 {
		t.Errorf("counts = %v, want 2 unknown and 1 sending of 3", counts)
	}
}

func TestOutcomesLeadToTheirStates(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	outcomes := []store.Outcome{
		store.Accepted{Wamid: "wamid.1"},
		store.Later{At: storetest.Start.Add(time.Minute), Code: 130429},
		store.Refused{Code: 131026},
		store.OptedOut{Code: 131050},
		store.Unknown{Why: "timeout"},
		store.Unspent{},
	}
	want := []store.DeliveryState{
		store.DeliveryAccepted, store.DeliveryQueued, store.DeliveryFailed, store.DeliveryFailed, store.DeliveryUnknown, store.DeliveryQueued,
	}
	for n := range outcomes {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	claimed, err := shop.Outbox.Claim(ctx, id, len(outcomes))
	if err != nil {
		t.Fatal(err)
	}
	var results []store.Result
	for i, claim := range claimed.Claims {
		results = append(results, store.Result{Claim: claim, Outcome: outcomes[i]})
	}
	for range 2 { // the second time changes nothing
		if err := shop.Outbox.Settle(ctx, results); err != nil {
			t.Fatal(err)
		}
	}
	list, err := shop.Deliveries(ctx, id, store.DeliveryFilter{})
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range list {
		if d.State != want[i] {
			t.Errorf("%T: %s, want %s", outcomes[i], d.State, want[i])
		}
	}
	if c, err := shop.ContactByPhone(ctx, storetest.Phone(3)); err != nil ||
		c.Standing.Consent != store.ConsentWithdrawn || c.Standing.Platform != store.PlatformStopped {
		t.Errorf("after 131050: %+v, %v, want withdrawn and stopped", c.Standing, err)
	}
	again, err := shop.Outbox.Claim(ctx, id, 10)
	if err != nil || len(again.Claims) != 1 || !again.NextAt.Equal(storetest.Start.Add(time.Minute)) {
		t.Errorf("Claim = %d claims, next at %v, %v, want the unspent one, and the later one in a minute", len(again.Claims), again.NextAt, err)
	}
}

func TestPausedBroadcastGivesNoClaims(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	if err := shop.PauseBroadcast(ctx, id, "Ana"); err != nil {
		t.Fatal(err)
	}
	if claimed, err := shop.Outbox.Claim(ctx, id, 1); err != nil || len(claimed.Claims) != 0 || claimed.State != store.BroadcastPaused {
		t.Errorf("Claim = %+v, %v", claimed, err)
	}
	if err := shop.CancelBroadcast(ctx, id, "Ana"); err != nil {
		t.Fatal(err)
	}
	if counts := shop.Counts(ctx, t, id); counts[store.DeliveryCancelled] != 1 {
		t.Errorf("counts after cancel = %v", counts)
	}
	var move *store.MoveError
	if err := shop.Outbox.Resume(ctx, id, "Ana"); !errors.As(err, &move) {
		t.Errorf("Resume after cancel = %v, want a MoveError", err)
	}
}

func TestRequirement22SecondBroadcastWithinTheWeekIsTooSoon(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	first := shop.Started(t, "sendable:yes")
	claim := claimOne(t, shop, first)
	if err := shop.Outbox.Settle(ctx, []store.Result{{Claim: claim, Outcome: store.Accepted{Wamid: "w1"}}}); err != nil {
		t.Fatal(err)
	}
	second := shop.Broadcast(t, "sendable:yes")
	check, err := shop.Check(ctx, second)
	if err != nil || check.Excluded[store.ReasonTooSoon] != 1 || check.Sendable != 0 {
		t.Errorf("Check the same day = %+v, %v", check, err)
	}
	shop.Clock.Advance(7*24*time.Hour + time.Second)
	if check, err := shop.Check(ctx, second); err != nil || check.Sendable != 1 {
		t.Errorf("Check a week later = %+v, %v", check, err)
	}
}

func TestEmptyAudienceIsNobody(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	for _, audience := range []string{"", "tag:nothing"} {
		id := shop.Broadcast(t, audience)
		var blocked *store.BlockedError
		err := shop.Outbox.Start(t.Context(), id, store.Start{WithoutFeed: true})
		if !errors.As(err, &blocked) || !slices.Contains(blocked.Blockers, store.BlockerNoAudience) {
			t.Errorf("Start to %q = %v, want no_audience", audience, err)
		}
	}
}

func TestStartWithoutFeedNeedsTheOwnersWord(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Broadcast(t, "sendable:yes")
	var blocked *store.BlockedError
	if err := shop.Outbox.Start(t.Context(), id, store.Start{}); !errors.As(err, &blocked) || !slices.Contains(blocked.Blockers, store.BlockerNoFeed) {
		t.Errorf("Start = %v, want no_feed", err)
	}
	if err := shop.FeedHeard(t.Context()); err != nil {
		t.Fatal(err)
	}
	shop.Clock.Advance(25 * time.Hour)
	if err := shop.Outbox.Start(t.Context(), id, store.Start{WithoutFeed: true}); !errors.As(err, &blocked) || !slices.Contains(blocked.Blockers, store.BlockerFeedStale) {
		t.Errorf("Start with a silent feed = %v, want feed_stale", err)
	}
}

func TestCountsAddUpToTheAudienceAlways(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 20 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "customer")
	for round := range 10 {
		claimed, err := shop.Outbox.Claim(ctx, id, 2)
		if err != nil {
			t.Fatal(err)
		}
		for i, claim := range claimed.Claims {
			result := store.Result{Claim: claim, Outcome: store.Accepted{Wamid: fmt.Sprintf("w%d.%d", round, i)}}
			if err := shop.Outbox.Settle(ctx, []store.Result{result}); err != nil {
				t.Fatal(err)
			}
		}
		if counts := shop.Counts(ctx, t, id); counts.Audience() != 20 {
			t.Fatalf("counts = %v, want 20 in all", counts)
		}
	}
	if done, err := shop.Outbox.Finish(ctx, id); err != nil || !done {
		t.Errorf("Finish = %v, %v", done, err)
	}
}
