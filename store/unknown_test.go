package store_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// lost is a broadcast to three people: to one of them nobody knows whether it
// went, and one got it; the third is as the test leaves it.
func lost(t *testing.T, feed bool) (*storetest.Shop, store.BroadcastID, store.Delivery) {
	t.Helper()
	shop := storetest.New(t)
	if feed {
		check(t, shop.FeedHeard(t.Context()))
	}
	shop.Customer(t, 0)
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	settle(t, shop, id, store.Unknown{Why: "timeout"}, store.Accepted{Wamid: "wamid.1"})
	return shop, id, deliveries(t, shop, id, store.DeliveryUnknown)[0]
}

// settle claims a person for each outcome and settles it.
func settle(t *testing.T, shop *storetest.Shop, id store.BroadcastID, outcomes ...store.Outcome) []store.Claim {
	t.Helper()
	claimed, err := shop.Outbox.Claim(t.Context(), id, len(outcomes))
	check(t, err)
	results := make([]store.Result, 0, len(outcomes))
	for i, claim := range claimed.Claims {
		results = append(results, store.Result{Claim: claim, Outcome: outcomes[i]})
	}
	check(t, shop.Outbox.Settle(t.Context(), results))
	return claimed.Claims
}

func deliveries(t *testing.T, shop *storetest.Shop, id store.BroadcastID, states ...store.DeliveryState) []store.Delivery {
	t.Helper()
	list, err := shop.Deliveries(t.Context(), id, store.DeliveryFilter{States: states})
	check(t, err)
	return list
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func stateOf(t *testing.T, shop *storetest.Shop, id store.BroadcastID) store.BroadcastState {
	t.Helper()
	b, err := shop.Store.Broadcast(t.Context(), id)
	check(t, err)
	return b.State
}

// finished ends the broadcast, as the engine does when nobody waits.
func finished(t *testing.T, shop *storetest.Shop, id store.BroadcastID) {
	t.Helper()
	if done, err := shop.Outbox.Finish(t.Context(), id); err != nil || !done {
		t.Fatalf("Finish = %v, %v", done, err)
	}
}

func TestUnknownIsListedWithWhenAndWhy(t *testing.T) {
	t.Parallel()
	for _, feed := range []bool{false, true} {
		shop, id, d := lost(t, feed)
		list, err := shop.Unknowns(t.Context(), id)
		if err != nil || len(list) != 1 || list[0].ID != d.ID || list[0].Reason != "timeout" || !list[0].AttemptedAt.Equal(storetest.Start) {
			t.Fatalf("Unknowns = %+v, %v", list, err)
		}
		if want := storetest.Start.Add(store.DecideAfter); feed != list[0].DecideFrom.Equal(want) || feed == list[0].DecideFrom.IsZero() {
			t.Errorf("feed %v: decided from %v", feed, list[0].DecideFrom)
		}
	}
}

func TestNobodyDecidesWhileTheFeedMayStillTell(t *testing.T) {
	t.Parallel()
	shop, _, d := lost(t, true)
	decide := func(resend bool) error {
		return shop.DecideUnknown(t.Context(), store.UnknownDecision{Delivery: d.ID, Resend: resend, Staff: "Ana"})
	}
	var early *store.EarlyError
	for _, resend := range []bool{true, false} {
		if err := decide(resend); !errors.As(err, &early) || !early.From.Equal(storetest.Start.Add(24*time.Hour)) {
			t.Errorf("at once: %v", err)
		}
	}
	shop.Clock.Advance(24*time.Hour - time.Millisecond)
	if err := decide(true); !errors.As(err, &early) {
		t.Errorf("a moment too early: %v", err)
	}
	shop.Clock.Advance(2 * time.Hour) // the feed is silent for more than a day by now
	if err := decide(true); !errors.As(err, &early) || !early.From.IsZero() {
		t.Errorf("while the feed is silent: %v", err)
	}
	check(t, shop.FeedHeard(t.Context()))
	check(t, decide(true))
}

func TestADecisionNeedsAPersonAndSomethingUnknown(t *testing.T) {
	t.Parallel()
	shop, id, d := lost(t, false)
	ctx := t.Context()
	var invalid *store.InvalidError
	if err := shop.DecideUnknown(ctx, store.UnknownDecision{Delivery: d.ID, Staff: " "}); !errors.As(err, &invalid) || invalid.Field != "staff" {
		t.Errorf("nobody decided: %v", err)
	}
	if err := shop.DecideUnknown(ctx, store.UnknownDecision{Delivery: 999, Staff: "Ana"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("about nothing: %v", err)
	}
	var move *store.MoveError
	known := deliveries(t, shop, id, store.DeliveryAccepted)[0]
	for _, resend := range []bool{true, false} {
		err := shop.DecideUnknown(ctx, store.UnknownDecision{Delivery: known.ID, Resend: resend, Staff: "Ana"})
		if !errors.As(err, &move) || move.From != "accepted" {
			t.Errorf("about somebody who got it: %v", err)
		}
	}
	check(t, shop.DecideUnknown(ctx, store.UnknownDecision{Delivery: d.ID, Staff: "Ana"}))
	if err := shop.DecideUnknown(ctx, store.UnknownDecision{Delivery: d.ID, Resend: true, Staff: "Ana"}); !errors.As(err, &move) {
		t.Errorf("decided twice: %v", err)
	}
}

func TestResendingPassesTheWholeGateAgain(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	tests := []struct {
		name   string
		before func(shop *storetest.Shop, d store.Delivery) error
		want   store.DeliveryState
		reason string
	}{
		{"nothing changed", func(*storetest.Shop, store.Delivery) error { return nil }, store.DeliverySending, ""},
		{"withdrew", func(shop *storetest.Shop, d store.Delivery) error {
			_, err := shop.RecordOptOut(ctx, store.OptOut{Contact: d.Contact, Staff: "Ana"})
			return err
		}, store.DeliveryExcluded, "withdrawn"},
		{"number no longer saved", func(shop *storetest.Shop, d store.Delivery) error {
			_, err := shop.RevokeSavedNumber(ctx, d.Contact, "Ana", "new phone")
			return err
		}, store.DeliveryExcluded, "not_saved"},
		{"erased", func(shop *storetest.Shop, d store.Delivery) error { return shop.Erase(ctx, d.Contact, "Ana") }, store.DeliveryExcluded, "withdrawn"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			shop, id, d := lost(t, false)
			finished(t, shop, id)
			check(t, shop.DecideUnknown(t.Context(), store.UnknownDecision{Delivery: d.ID, Resend: true, Staff: "Ana"}))
			if state := stateOf(t, shop, id); state != store.BroadcastPaused {
				t.Fatalf("a broadcast that is done became %s: somebody must resume it", state)
			}
			claimed, err := shop.Outbox.Claim(t.Context(), id, 5)
			if err != nil || len(claimed.Claims) != 0 {
				t.Fatalf("claimed by itself: %+v, %v", claimed, err)
			}
			check(t, tt.before(shop, d))
			check(t, shop.Outbox.Resume(t.Context(), id, "Ana"))
			if _, err = shop.Outbox.Claim(t.Context(), id, 5); err != nil {
				t.Fatal(err)
			}
			for _, got := range deliveries(t, shop, id) {
				if got.ID == d.ID && (got.State != tt.want || got.Reason != tt.reason && tt.name != "erased") {
					t.Errorf("the delivery is %s %q, want %s %q", got.State, got.Reason, tt.want, tt.reason)
				}
			}
		})
	}
}

func TestAResentMessageEndsLikeAnyOther(t *testing.T) {
	t.Parallel()
	shop, id, d := lost(t, false)
	ctx := t.Context()
	finished(t, shop, id)
	check(t, shop.DecideUnknown(ctx, store.UnknownDecision{Delivery: d.ID, Resend: true, Staff: "Ana"}))
	check(t, shop.Outbox.Resume(ctx, id, "Ana"))
	claims := settle(t, shop, id, store.Unknown{Why: "connection_lost"})
	if len(claims) != 1 || claims[0].Attempt() != 2 {
		t.Fatalf("claimed %d", len(claims))
	}
	finished(t, shop, id)
	check(t, shop.DecideUnknown(ctx, store.UnknownDecision{Delivery: d.ID, Staff: "Marta"})) // one decision for each attempt
	counts := shop.Counts(ctx, t, id)
	if counts[store.DeliveryFailed] != 1 || counts[store.DeliveryAccepted] != 1 || counts.Audience() != 2 {
		t.Errorf("counts %v", counts)
	}
	failures, err := shop.Failures(ctx, id)
	if err != nil || len(failures) != 1 || failures[0].Reason != store.ReasonGivenUp {
		t.Errorf("Failures = %+v, %v", failures, err)
	}
	if state := stateOf(t, shop, id); state != store.BroadcastDone {
		t.Errorf("giving up made it %s", state)
	}
}

func TestDecisionsAreOnTheRecord(t *testing.T) {
	t.Parallel()
	shop, id, d := lost(t, false)
	check(t, shop.DecideUnknown(t.Context(), store.UnknownDecision{Delivery: d.ID, Staff: "Marta"}))
	events, err := shop.BroadcastEvents(t.Context(), id, 1)
	if err != nil || len(events) != 1 || events[0].Type != "unknown_give_up" || events[0].Staff != "Marta" {
		t.Errorf("events %+v, %v", events, err)
	}
	var staff, detail string
	db := raw(t, shop)
	err = db.QueryRowContext(t.Context(), `SELECT staff, detail FROM audit_events WHERE type = 'unknown_give_up'`).Scan(&staff, &detail)
	if err != nil || staff != "Marta" || detail != "attempt 1" {
		t.Errorf("audit %q %q, %v", staff, detail, err)
	}
	for _, statement := range []string{
		`UPDATE unknown_decisions SET decision = 'resend'`, `DELETE FROM unknown_decisions`,
		`INSERT INTO unknown_decisions VALUES (1, 1, 'resend', 'Eve', 1)`, `INSERT INTO unknown_decisions VALUES (2, 1, 'resend', 'Eve', 1)`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("SQLite let through: %s", statement)
		}
	}
}

func TestUnknownNeverMovesWithoutADecision(t *testing.T) {
	t.Parallel()
	shop, id, _ := lost(t, false)
	finished(t, shop, id)
	db := raw(t, shop)
	for _, statement := range []string{
		`UPDATE deliveries SET state = 'queued' WHERE state = 'unknown'`,
		`UPDATE deliveries SET state = 'failed', reason = 'given_up' WHERE state = 'unknown'`,
		`UPDATE deliveries SET state = 'sending' WHERE state = 'unknown'`,
		`UPDATE broadcasts SET state = 'paused'`, `UPDATE broadcasts SET state = 'sending'`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("SQLite let through: %s", statement)
		}
	}
}

func TestALateStatusStillTellsTheTruth(t *testing.T) {
	t.Parallel()
	publicID := func(t *testing.T, shop *storetest.Shop, id store.BroadcastID, d store.Delivery) string {
		t.Helper()
		b, err := shop.Store.Broadcast(t.Context(), id)
		check(t, err)
		return b.PublicID + "." + strconv.FormatInt(int64(d.ID), 10)
	}
	withdraw := func(ctx context.Context, shop *storetest.Shop, id store.BroadcastID, d store.Delivery) error {
		if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: d.Contact, Staff: "Ana"}); err != nil {
			return err
		}
		_, err := shop.Outbox.Claim(ctx, id, 5)
		return err
	}
	tests := []struct {
		name   string
		resend bool
		then   func(ctx context.Context, shop *storetest.Shop, id store.BroadcastID, d store.Delivery) error
		status store.DeliveryState
		code   int
	}{
		{"given up, delivered", false, nil, store.DeliveryDelivered, 0},
		{"given up, only sent", false, nil, store.DeliverySent, 0},
		{"given up, failed after all", false, nil, store.DeliveryFailed, 131026},
		{"waiting again, read", true, nil, store.DeliveryRead, 0},
		{"waiting again, failed after all", true, nil, store.DeliveryFailed, 131026},
		{"withdrew while waiting, delivered", true, withdraw, store.DeliveryDelivered, 0},
		{"cancelled while waiting, sent", true, func(ctx context.Context, shop *storetest.Shop, id store.BroadcastID, _ store.Delivery) error {
			return shop.CancelBroadcast(ctx, id, "Ana")
		}, store.DeliverySent, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			shop, id, d := lost(t, false)
			check(t, shop.DecideUnknown(t.Context(), store.UnknownDecision{Delivery: d.ID, Resend: tt.resend, Staff: "Ana"}))
			if tt.then != nil {
				check(t, tt.then(t.Context(), shop, id, d))
			}
			status := store.Status{PublicID: publicID(t, shop, id, d), Wamid: "wamid.late", State: tt.status, Code: tt.code, At: shop.Clock.Now()}
			check(t, shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{status, status}}))
			for _, got := range deliveries(t, shop, id) {
				if got.ID == d.ID && (got.State != tt.status || got.Code != tt.code) {
					t.Errorf("it is %s %d, want %s", got.State, got.Code, tt.status)
				}
			}
			claimed, err := shop.Outbox.Claim(t.Context(), id, 5)
			if err != nil || len(claimed.Claims) != 0 {
				t.Errorf("sent once more although it arrived: %+v, %v", claimed, err)
			}
		})
	}
}

func TestADecidedPersonCountsAsReached(t *testing.T) {
	t.Parallel()
	shop, id, d := lost(t, false)
	check(t, shop.DecideUnknown(t.Context(), store.UnknownDecision{Delivery: d.ID, Staff: "Ana"}))
	finished(t, shop, id)
	got, err := shop.CheckDraft(t.Context(), store.Draft{
		Template: "offer", Language: "en", Audience: "customer", Bindings: store.Bindings{"1": {Field: "name"}},
	})
	if err != nil || got.Sendable != 0 || got.Excluded[store.ReasonTooSoon] != 2 {
		t.Errorf("check %+v, %v: who may have got one is not called again so soon", got, err)
	}
}

func TestACancelledBroadcastSendsNothingAgain(t *testing.T) {
	t.Parallel()
	shop, id, d := lost(t, false)
	check(t, shop.CancelBroadcast(t.Context(), id, "Ana"))
	var move *store.MoveError
	err := shop.DecideUnknown(t.Context(), store.UnknownDecision{Delivery: d.ID, Resend: true, Staff: "Ana"})
	if !errors.As(err, &move) || move.Of != "broadcast" {
		t.Errorf("resent in a cancelled broadcast: %v", err)
	}
	check(t, shop.DecideUnknown(t.Context(), store.UnknownDecision{Delivery: d.ID, Staff: "Ana"}))
}
