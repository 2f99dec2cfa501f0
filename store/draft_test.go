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

func offerTo(audience string) store.Draft {
	return store.Draft{
		Name: "Half price", Template: "offer", Language: "en", Audience: audience, Bindings: store.Bindings{"1": {Field: "name", Fallback: "neighbour"}},
	}
}

func TestADiscardedDraftIsGoneFromTheListAndNeverStarts(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	for _, planned := range []bool{false, true} {
		shop := storetest.New(t)
		shop.Customer(t, 1)
		id := shop.Broadcast(t, "customer")
		if planned {
			check(t, shop.ScheduleBroadcast(ctx, id, store.Schedule{At: storetest.Start.Add(time.Hour), Staff: "Ana"}))
		}
		check(t, shop.DiscardDraft(ctx, id, "Marta"))
		if list, err := shop.Broadcasts(ctx); err != nil || len(list) != 0 {
			t.Errorf("still listed: %+v, %v", list, err)
		}
		if _, err := shop.Outbox.Acquire(ctx); err != nil {
			t.Fatal(err)
		}
		var move *store.MoveError
		if err := shop.Outbox.Start(ctx, id, store.Start{Staff: "Ana", WithoutFeed: true}); !errors.As(err, &move) {
			t.Errorf("it starts: %v", err)
		}
		if err := shop.SaveDraft(ctx, id, offerTo("customer")); !errors.As(err, &move) {
			t.Errorf("it can be edited: %v", err)
		}
		if next := shop.Broadcast(t, "customer"); next == id {
			t.Error("another broadcast got its id")
		}
		var staff, name string
		err := raw(t, shop).QueryRowContext(ctx, `SELECT staff, detail FROM audit_events WHERE type = 'draft_discarded'`).Scan(&staff, &name)
		if err != nil || staff != "Marta" || name != "Half price" {
			t.Errorf("on the record: %q %q, %v", staff, name, err)
		}
	}
}

func TestOnlyADraftIsDiscarded(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Started(t, "customer")
	var move *store.MoveError
	if err := shop.DiscardDraft(t.Context(), id, "Ana"); !errors.As(err, &move) || stateOf(t, shop, id) != store.BroadcastSending {
		t.Errorf("a running broadcast was thrown away: %v", err)
	}
	if err := shop.DiscardDraft(t.Context(), 99, "Ana"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that is none: %v", err)
	}
	if _, err := raw(t, shop).ExecContext(t.Context(), `UPDATE broadcasts SET discarded_at = 1`); err == nil {
		t.Error("SQLite lets a started broadcast be hidden")
	}
}

func TestAnEditTakesThePlanBack(t *testing.T) {
	t.Parallel()
	at := storetest.Start.Add(time.Hour)
	tests := []struct {
		name string
		edit func(*store.Draft)
		want store.BroadcastState
	}{
		{"nothing", func(*store.Draft) {}, store.BroadcastScheduled},
		{"the name alone", func(d *store.Draft) { d.Name = "Bread" }, store.BroadcastScheduled},
		{"other people", func(d *store.Draft) { d.Audience = "tag:vip" }, store.BroadcastDraft},
		{"other words", func(d *store.Draft) { d.Bindings = store.Bindings{"1": {Value: "friend"}} }, store.BroadcastDraft},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			shop := storetest.New(t)
			id := shop.Broadcast(t, "customer")
			check(t, shop.ScheduleBroadcast(ctx, id, store.Schedule{At: at, Staff: "Ana"}))
			b, err := shop.Store.Broadcast(ctx, id)
			check(t, err)
			tt.edit(&b.Draft)
			check(t, shop.SaveDraft(ctx, id, b.Draft))
			b, err = shop.Store.Broadcast(ctx, id)
			if err != nil || b.State != tt.want || b.SendAt.IsZero() == (tt.want == store.BroadcastScheduled) {
				t.Errorf("it is %s for %v, %v, want %s", b.State, b.SendAt, err, tt.want)
			}
		})
	}
}

// TestRecipientsAreThoseTheGateWouldTake holds the preview to the gate: the very people who are claimed are shown.
func TestRecipientsAreThoseTheGateWouldTake(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	shop := storetest.New(t)
	for n := range 6 {
		shop.Customer(t, n)
	}
	shop.OptIn(t, shop.Contact(t, 6))
	shop.Contact(t, 7)
	before := shop.Started(t, `"Customer 0" OR "Customer 1"`)
	settle(t, shop, before, store.Accepted{Wamid: "a"}, store.Unknown{Why: "timeout"})
	nameless, empty := shop.Customer(t, 8), ""
	check(t, shop.Edit(ctx, nameless, store.EditContact{Name: &empty}))
	draft := offerTo("country:CA")
	draft.Bindings = store.Bindings{"1": {Field: "name"}}

	got, err := shop.Recipients(ctx, draft, 0, 100)
	check(t, err)
	var names []string
	for _, c := range got {
		names = append(names, c.Name)
	}
	want := []string{"Customer 2", "Customer 3", "Customer 4", "Customer 5"}
	if !slices.Equal(names, want) {
		t.Errorf("shown %q, want %q", names, want)
	}
	b, err := shop.CreateBroadcast(ctx, draft, "Ana")
	check(t, err)
	check(t, shop.Outbox.Start(ctx, b.ID, store.Start{WithoutFeed: true}))
	claimed, err := shop.Outbox.Claim(ctx, b.ID, 100)
	if err != nil || len(claimed.Claims) != len(want) {
		t.Errorf("claimed %d, %v, shown %d", len(claimed.Claims), err, len(want))
	}
}

func TestRecipientsAreWalkedOneByOne(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 5 {
		shop.Customer(t, 4-n)
	}
	for n := range 6 {
		got, err := shop.Recipients(t.Context(), offerTo("customer"), n, 1)
		switch {
		case err != nil:
			t.Fatal(err)
		case n == 5 && len(got) != 0:
			t.Errorf("a sixth of five: %q", got[0].Name)
		case n < 5 && (len(got) != 1 || got[0].Name != fmt.Sprintf("Customer %d", n)):
			t.Errorf("%d is %+v", n, got)
		}
	}
}

func TestAPlaceWithoutABindingHidesNobody(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id, empty := shop.Customer(t, 1), ""
	check(t, shop.Edit(t.Context(), id, store.EditContact{Name: &empty}))
	tests := []struct {
		name  string
		draft func(*store.Draft)
		want  int
	}{
		{"no binding yet", func(d *store.Draft) { d.Bindings = nil }, 1},
		{"a field that is empty", func(d *store.Draft) { d.Bindings = store.Bindings{"1": {Field: "name"}} }, 0},
		{"with a fallback", func(*store.Draft) {}, 1},
		{"no template yet", func(d *store.Draft) { d.Template = "" }, 1},
		{"nobody yet", func(d *store.Draft) { d.Audience = " " }, 0},
	}
	for _, tt := range tests {
		draft := offerTo("sendable:yes")
		tt.draft(&draft)
		if got, err := shop.Recipients(t.Context(), draft, 0, 10); err != nil || len(got) != tt.want {
			t.Errorf("%s: %d, %v, want %d", tt.name, len(got), err, tt.want)
		}
	}
	if _, err := shop.Recipients(t.Context(), offerTo("nokey:x"), 0, 1); err == nil {
		t.Error("an audience that cannot be read has readers")
	}
}
