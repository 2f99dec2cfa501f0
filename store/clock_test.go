package store_test

import (
	"errors"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

const year = 365 * 24 * time.Hour

func TestPersonPutOffByAWrongClockIsNotForgotten(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	claim := claimOne(t, shop, id)
	put := store.Later{At: shop.Clock.Now().Add(time.Minute), Code: 131000}
	if err := shop.Outbox.Settle(ctx, []store.Result{{Claim: claim, Outcome: put}}); err != nil {
		t.Fatal(err)
	}
	claim1 := func(want int) time.Time {
		t.Helper()
		claimed, err := shop.Outbox.Claim(ctx, id, 1)
		if err != nil || len(claimed.Claims) != want {
			t.Fatalf("Claim = %+v, %v, want %d", claimed, err, want)
		}
		return claimed.NextAt
	}
	if next := claim1(0); !next.Equal(put.At) {
		t.Errorf("the next is at %s, want %s", next, put.At)
	}
	shop.Clock.Advance(-store.LongestPutOff + time.Minute) // as long as anybody may wait
	if next := claim1(0); !next.Equal(put.At) {
		t.Errorf("the next is at %s, want %s still", next, put.At)
	}
	shop.Clock.Advance(-year)
	if next := claim1(0); !next.Equal(shop.Clock.Now()) {
		t.Errorf("the next is at %s, want now: the clock went back", next)
	}
	claim1(1)
}

func TestClaimAcrossAJumpOfTheClockIsSpentOnceAtMost(t *testing.T) {
	t.Parallel()
	for jump, want := range map[time.Duration]error{
		0: nil, -24 * time.Hour: nil, -year: nil, store.SpendWithin + time.Millisecond: store.ErrExpired, year: store.ErrExpired,
	} {
		shop := storetest.New(t)
		shop.Customer(t, 1)
		claim := claimOne(t, shop, shop.Started(t, "sendable:yes"))
		shop.Clock.Advance(jump)
		if _, err := claim.Spend(); !errors.Is(err, want) {
			t.Errorf("after %s: Spend = %v, want %v", jump, err, want)
		}
		shop.Clock.Advance(-jump)
		if _, err := claim.Spend(); !errors.Is(err, store.ErrSpent) {
			t.Errorf("after %s and back: Spend = %v, want ErrSpent", jump, err)
		}
	}
}

func TestHeartbeatOfAWrongClockIsNoLife(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	if _, err := shop.Outbox.Acquire(ctx); err != nil {
		t.Fatal(err)
	}
	steps := []struct {
		name string
		jump time.Duration
		beat bool
		want bool
	}{
		{"as it is", 0, false, true},
		{"a little back", -store.BeatEvery, false, true},
		{"a day back", -24 * time.Hour, false, false},
		{"a day back, and it beats", 0, true, true},
		{"a year on", year, false, false},
		{"a year on, and it beats", 0, true, true},
		{"a year back again", -year, false, false},
	}
	for _, step := range steps {
		shop.Clock.Advance(step.jump)
		if step.beat {
			if err := shop.Outbox.Beat(ctx); err != nil {
				t.Fatalf("%s: %v", step.name, err)
			}
		}
		if held, err := shop.Holder(ctx); err != nil || (held != nil) != step.want {
			t.Errorf("%s: Holder = %+v, %v, want one: %v", step.name, held, err, step.want)
		}
	}
	// Whatever the clock says, the lock is the system's.
	second := storetest.Open(t, shop.File, shop.Clock)
	if _, err := second.Outbox.Acquire(ctx); err == nil {
		t.Error("a second engine got the lock after the clock went back")
	}
}

func TestFeedHeardByAWrongClockProvesNothing(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	steps := []struct {
		name  string
		jump  time.Duration
		heard bool
		want  bool
	}{
		{"just heard", 0, true, true},
		{"a little back", -time.Minute, false, true},
		{"heard in a year to come", year, true, true},
		{"and the clock set right", -year, false, false},
		{"until it is heard again", 0, true, true},
		{"a day of silence", store.FeedStaleAfter, false, true},
		{"and more", time.Minute, false, false},
	}
	for _, step := range steps {
		shop.Clock.Advance(step.jump)
		if step.heard {
			if err := shop.FeedHeard(ctx); err != nil {
				t.Fatal(err)
			}
		}
		account, err := shop.Account(ctx)
		if err != nil || account.FeedFresh(shop.Clock.Now()) != step.want {
			t.Errorf("%s: heard at %s, now %s, %v, want fresh: %v", step.name, account.FeedHeardAt, shop.Clock.Now(), err, step.want)
		}
	}
}

func TestOptOutCountsWhateverTheClockSays(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{-year, -24 * time.Hour, 24 * time.Hour, year} {
		shop := storetest.New(t)
		ctx := t.Context()
		person := shop.Customer(t, 1)
		id := shop.Started(t, "sendable:yes")
		shop.Clock.Advance(jump)
		if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: person, Staff: "Marta"}); err != nil {
			t.Errorf("after %s: %v", jump, err)
		}
		shop.Clock.Advance(-jump)
		claimed, err := shop.Outbox.Claim(ctx, id, 1)
		if err != nil || len(claimed.Claims) != 0 || claimed.Excluded != 1 {
			t.Errorf("after %s: Claim = %+v, %v, want nobody", jump, claimed, err)
		}
	}
}

// tooSoon is how many of everybody who agreed would be left out of a broadcast as written to a short time ago.
func tooSoon(t *testing.T, shop *storetest.Shop) int {
	t.Helper()
	draft := store.Draft{Template: "offer", Language: "en", Audience: "consent:given", Bindings: store.Bindings{"1": {Value: "x"}}}
	check, err := shop.CheckDraft(t.Context(), draft)
	if err != nil {
		t.Fatal(err)
	}
	return check.Excluded[store.ReasonTooSoon]
}

// TestAnAttemptDatedAheadCountsFromWhenTheClockWasRight writes to two people while the clock is a year ahead: one is told
// to have got it, the other one had enough. Once the clock is right both have their full time, and no year.
func TestAnAttemptDatedAheadCountsFromWhenTheClockWasRight(t *testing.T) {
	t.Parallel()
	for _, told := range []bool{false, true} {
		shop := storetest.New(t)
		ctx := t.Context()
		shop.Customer(t, 1)
		shop.Customer(t, 2)
		shop.Clock.Advance(year)
		id := shop.Started(t, "sendable:yes")
		got, err := shop.Outbox.Claim(ctx, id, 2)
		if err != nil || len(got.Claims) != 2 {
			t.Fatalf("Claim = %+v, %v", got, err)
		}
		mustSettle(t, shop, store.Result{Claim: got.Claims[0], Outcome: store.Accepted{Wamid: "wamid.1"}},
			store.Result{Claim: got.Claims[1], Outcome: store.Refused{Code: 131049}})
		if err := shop.Outbox.Release(ctx); err != nil {
			t.Fatal(err)
		}
		shop.Clock.Advance(-year + time.Hour)
		if told {
			sent := store.Status{Wamid: "wamid.1", State: store.DeliverySent, At: storetest.Start}
			if err := shop.RecordFeed(ctx, store.Feed{FromFile: true, Statuses: []store.Status{sent}}); err != nil {
				t.Fatal(err)
			}
		}
		want := func(when string, n int) {
			t.Helper()
			if got := tooSoon(t, shop); got != n {
				t.Errorf("told %v, %s: %d are too soon, want %d", told, when, got, n)
			}
		}
		want("once the clock is right", 2)
		if told {
			shop.Clock.Advance(store.DefaultShop().Every - time.Hour + time.Minute)
			want("a week after it was sent", 1)
			continue
		}
		shop.Clock.Advance(30 * 24 * time.Hour)
		want("as long as nobody knows when it was", 2)
		if _, err := shop.Outbox.Acquire(ctx); err != nil {
			t.Fatal(err)
		}
		shop.Clock.Advance(store.DefaultShop().Every - time.Minute)
		want("nearly a week after an engine began by a right clock", 2)
		shop.Clock.Advance(2 * time.Minute)
		want("a week after that", 0)
	}
}

func TestAClockThatIsBehindTakesNoTimeAway(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	claim := claimOne(t, shop, shop.Started(t, "sendable:yes"))
	mustSettle(t, shop, store.Result{Claim: claim, Outcome: store.Accepted{Wamid: "wamid.1"}})
	if err := shop.Outbox.Release(ctx); err != nil {
		t.Fatal(err)
	}
	shop.Clock.Advance(-year)
	if n := tooSoon(t, shop); n != 1 {
		t.Errorf("a year behind %d are too soon, want the one", n)
	}
	if _, err := shop.Outbox.Acquire(ctx); err != nil { // by the clock that is behind
		t.Fatal(err)
	}
	shop.Clock.Advance(year + time.Hour)
	if n := tooSoon(t, shop); n != 1 {
		t.Errorf("once the clock is right again %d are too soon, want the one", n)
	}
	shop.Clock.Advance(store.DefaultShop().Every)
	if n := tooSoon(t, shop); n != 0 {
		t.Errorf("a week later %d are too soon, want none", n)
	}
}

// TestACallOfAClockThatIsBehindCountsFromItsAnswer calls eight people while the clock is a week behind; the platform's
// answers, or what is known of its clock, tell when it was. Once the clock is right nobody is taken for long called.
func TestACallOfAClockThatIsBehindCountsFromItsAnswer(t *testing.T) {
	t.Parallel()
	const week = 7 * 24 * time.Hour
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 8 {
		shop.Customer(t, n)
	}
	must(t, shop.FeedHeard(ctx))
	id := shop.Started(t, "sendable:yes")
	right := shop.Clock.Now()
	shop.Clock.Advance(-week)
	got, err := shop.Outbox.Claim(ctx, id, 8)
	if err != nil || len(got.Claims) != 8 {
		t.Fatalf("Claim = %+v, %v", got, err)
	}
	results := make([]store.Result, 8)
	for n, claim := range got.Claims {
		results[n] = store.Result{Claim: claim, Outcome: store.Accepted{Wamid: "wamid." + claim.PublicID()}, At: right}
	}
	results[1].Outcome = store.Unknown{Why: "timeout"}
	results[3].Outcome = store.Refused{Code: 131049}
	results[5].Outcome = store.Unspent{}
	mustSettle(t, shop, results...)
	if err := shop.Outbox.Release(ctx); err != nil {
		t.Fatal(err)
	}
	shop.Clock.Advance(week)
	if n := tooSoon(t, shop); n != 7 {
		t.Errorf("once the clock is right %d are too soon, want all but who was not called", n)
	}
	if n, first, err := shop.Outbox.PeopleSince(ctx, right.Add(-24*time.Hour)); n != 6 || !first.Equal(right) || err != nil {
		t.Errorf("PeopleSince = %d, %s, %v, want those who may have been reached", n, first, err)
	}
	unknown, err := shop.Unknowns(ctx, id)
	if err != nil || len(unknown) != 1 || !unknown[0].DecideFrom.Equal(right.Add(store.DecideAfter)) {
		t.Errorf("Unknowns = %+v, %v, want one to be decided a day after its answer failed to come", unknown, err)
	}
	shop.Clock.Advance(store.DefaultShop().Every + time.Minute)
	if n := tooSoon(t, shop); n != 0 {
		t.Errorf("a week later %d are too soon, want none", n)
	}
}

// TestACallIsNotDatedBackByItsAnswer settles a call with a time long before it was made.
func TestACallIsNotDatedBackByItsAnswer(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	claim := claimOne(t, shop, shop.Started(t, "sendable:yes"))
	mustSettle(t, shop, store.Result{Claim: claim, Outcome: store.Accepted{Wamid: "wamid.1"}, At: shop.Clock.Now().Add(-year)})
	if n := tooSoon(t, shop); n != 1 {
		t.Errorf("%d are too soon, want the one", n)
	}
}
