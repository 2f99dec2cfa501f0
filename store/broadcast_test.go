package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/audience"
	"pregon/store/storetest"
)

func TestBroadcastStatesAreAClosedSet(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	acts := map[string]func(*storetest.Shop, store.BroadcastID) error{
		"pause":  func(s *storetest.Shop, id store.BroadcastID) error { return s.PauseBroadcast(ctx, id, "Ana") },
		"cancel": func(s *storetest.Shop, id store.BroadcastID) error { return s.CancelBroadcast(ctx, id, "Ana") },
		"resume": func(s *storetest.Shop, id store.BroadcastID) error { return s.Outbox.Resume(ctx, id, "Ana") },
		"schedule": func(s *storetest.Shop, id store.BroadcastID) error {
			return s.ScheduleBroadcast(ctx, id, store.Schedule{At: storetest.Start, Staff: "Ana"})
		},
		"start": func(s *storetest.Shop, id store.BroadcastID) error {
			return s.Outbox.Start(ctx, id, store.Start{WithoutFeed: true})
		},
	}
	lawful := map[store.BroadcastState][]string{
		store.BroadcastDraft:     {"cancel", "schedule", "start"},
		store.BroadcastScheduled: {"cancel", "schedule", "start"},
		store.BroadcastSending:   {"cancel", "pause", "resume"},
		store.BroadcastPaused:    {"cancel", "pause", "resume"},
		store.BroadcastCancelled: {"cancel"},
	}
	for state, allowed := range lawful {
		for name, act := range acts {
			shop := storetest.New(t)
			shop.Customer(t, 1)
			id := inState(t, shop, state)
			err := act(shop, id)
			var move *store.MoveError
			if want := slices.Contains(allowed, name); (err == nil) != want || (err != nil && !errors.As(err, &move)) {
				t.Errorf("%s from %s = %v, lawful %v", name, state, err, want)
			}
		}
	}
}

func inState(t *testing.T, shop *storetest.Shop, state store.BroadcastState) store.BroadcastID {
	t.Helper()
	var id store.BroadcastID
	var err error
	switch state {
	case store.BroadcastDraft:
		return shop.Broadcast(t, "sendable:yes")
	case store.BroadcastScheduled:
		id = shop.Broadcast(t, "sendable:yes")
		err = shop.ScheduleBroadcast(t.Context(), id, store.Schedule{At: storetest.Start.Add(time.Hour), Staff: "Ana"})
	case store.BroadcastSending:
		return shop.Started(t, "sendable:yes")
	case store.BroadcastPaused:
		id = shop.Started(t, "sendable:yes")
		err = shop.PauseBroadcast(t.Context(), id, "Ana")
	case store.BroadcastCancelled, store.BroadcastDone:
		id = shop.Started(t, "sendable:yes")
		err = shop.CancelBroadcast(t.Context(), id, "Ana")
	}
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestStartedBroadcastCannotBeEdited(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	b, err := shop.Store.Broadcast(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var move *store.MoveError
	if err := shop.SaveDraft(t.Context(), id, b.Draft); !errors.As(err, &move) {
		t.Errorf("SaveDraft = %v, want a MoveError", err)
	}
}

func TestBadDraftsAreRefusedWithTheirPlace(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	var invalid *store.InvalidError
	if _, err := shop.CreateBroadcast(t.Context(), store.Draft{Name: " "}, "Ana"); !errors.As(err, &invalid) || invalid.Field != "name" {
		t.Errorf("no name = %v", err)
	}
	var syntax *audience.SyntaxError
	_, err := shop.CreateBroadcast(t.Context(), store.Draft{Name: "x", Audience: "tag:vip color:red"}, "Ana")
	if !errors.As(err, &syntax) || syntax.Pos != 8 {
		t.Errorf("a bad audience = %v, want its place", err)
	}
	if list, err := shop.Broadcasts(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("refused drafts left %d broadcasts, %v", len(list), err)
	}
}

func TestCheckCountsTheSameAsTheGateThenDoes(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 10 {
		shop.Contact(t, n)
	}
	for n := range 10 {
		shop.Customer(t, 100+n)
	}
	nameless, err := shop.AddContact(ctx, store.NewContact{Phone: storetest.Phone(200), Source: "counter"})
	if err != nil {
		t.Fatal(err)
	}
	shop.OptIn(t, nameless.ID)
	shop.Saved(t, nameless.ID)
	b, err := shop.CreateBroadcast(ctx, store.Draft{
		Name: "x", Template: "offer", Language: "en", Audience: "country:CA", Bindings: store.Bindings{"1": {Field: "name"}},
	}, "Ana")
	if err != nil {
		t.Fatal(err)
	}
	check, err := shop.Check(ctx, b.ID)
	if err != nil || check.Audience != 21 || check.Sendable != 10 || check.Excluded[store.ReasonMissingParameter] != 1 || check.ByCountry["CA"] != 10 {
		t.Fatalf("Check = %+v, %v", check, err)
	}
	if _, err := shop.Outbox.Acquire(ctx); err != nil {
		t.Fatal(err)
	}
	if err := shop.Outbox.Start(ctx, b.ID, store.Start{WithoutFeed: true}); err != nil {
		t.Fatal(err)
	}
	claimed, err := shop.Outbox.Claim(ctx, b.ID, 100)
	if err != nil || len(claimed.Claims) != check.Sendable {
		t.Errorf("Claim = %d claims, %v, the check said %d", len(claimed.Claims), err, check.Sendable)
	}
	excluded, err := shop.Excluded(ctx, b.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, tally := range excluded {
		if check.Excluded[store.Reason(tally.Reason)] != tally.Count {
			t.Errorf("%s: %d left out, the check said %d", tally.Reason, tally.Count, check.Excluded[store.Reason(tally.Reason)])
		}
	}
}

func TestStartKilledWhileFreezingBeginsAgain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 5 {
		shop.Customer(t, n)
	}
	id := shop.Broadcast(t, "sendable:yes")
	// What a kill between two chunks leaves behind.
	if _, err := raw(t, shop).ExecContext(t.Context(), `INSERT INTO deliveries (broadcast_id, contact_id, params) VALUES (?, 1, '{}')`, id); err != nil {
		t.Fatal(err)
	}
	if _, err := shop.Outbox.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := shop.Outbox.Start(t.Context(), id, store.Start{WithoutFeed: true}); err != nil {
		t.Fatal(err)
	}
	if counts := shop.Counts(t.Context(), t, id); counts.Audience() != 5 || counts[store.DeliveryQueued] != 5 {
		t.Errorf("counts = %v, want 5 queued", counts)
	}
}
