package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// tomorrow is when the broadcasts of these tests are to start.
var tomorrow = storetest.Start.Add(24 * time.Hour)

// scheduled is a shop with so many customers and a broadcast to all of them,
// confirmed for tomorrow.
func scheduled(t *testing.T, people int) (*storetest.Shop, store.BroadcastID) {
	t.Helper()
	shop := storetest.New(t)
	for n := range people {
		shop.Customer(t, n)
	}
	id := shop.Broadcast(t, "sendable:yes")
	plan := store.Schedule{At: tomorrow, Staff: "Ana", People: people, WithoutFeed: true}
	if err := shop.ScheduleBroadcast(t.Context(), id, plan); err != nil {
		t.Fatal(err)
	}
	if _, err := shop.Outbox.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	return shop, id
}

func read(t *testing.T, shop *storetest.Shop, id store.BroadcastID) store.Broadcast {
	t.Helper()
	b, err := shop.Store.Broadcast(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestScheduledBroadcastStartsAtItsTimeOnTheOwnersWord(t *testing.T) {
	t.Parallel()
	shop, id := scheduled(t, 3)
	ctx := t.Context()
	if got := read(t, shop, id).Confirmed; got.By != "Ana" || got.People != 3 || !got.At.Equal(storetest.Start) {
		t.Errorf("confirmation %+v", got)
	}
	shop.Clock.Advance(24*time.Hour - time.Millisecond)
	if err := shop.Outbox.StartDue(ctx, id); !errors.Is(err, store.ErrNotDue) {
		t.Errorf("a moment too early: %v", err)
	}
	if due, err := shop.DueBroadcasts(ctx); len(due) != 0 || err != nil {
		t.Errorf("due %v, %v", due, err)
	}
	shop.Clock.Advance(time.Millisecond)
	if due, err := shop.DueBroadcasts(ctx); len(due) != 1 || due[0] != id || err != nil {
		t.Errorf("due %v, %v", due, err)
	}
	if err := shop.Outbox.StartDue(ctx, id); err != nil {
		t.Fatal(err)
	}
	b := read(t, shop, id)
	if b.State != store.BroadcastSending || b.StartedBy != "Ana" || !b.WithoutFeed || b.Counts[store.DeliveryQueued] != 3 {
		t.Errorf("started as %+v", b)
	}
	// A clock that jumps back finds nothing to start again.
	shop.Clock.Advance(-2 * time.Hour)
	if err := shop.Outbox.StartDue(ctx, id); !isMove(err) {
		t.Errorf("again: %v, want a MoveError", err)
	}
	shop.Clock.Advance(2 * time.Hour)
	if due, err := shop.DueBroadcasts(ctx); len(due) != 0 || err != nil {
		t.Errorf("due again %v, %v", due, err)
	}
}

func TestWhatWasConfirmedStandsOnTheRecord(t *testing.T) {
	t.Parallel()
	shop, id := scheduled(t, 2)
	events, err := shop.BroadcastEvents(t.Context(), id, 10)
	if err != nil || len(events) != 1 || events[0].Type != "scheduled" || events[0].Staff != "Ana" || !events[0].Until.Equal(tomorrow) {
		t.Errorf("events %+v, %v", events, err)
	}
	var staff, detail string
	row := raw(t, shop).QueryRowContext(t.Context(), "SELECT staff, detail FROM audit_events WHERE type = 'broadcast_scheduled'")
	if err := row.Scan(&staff, &detail); err != nil || staff != "Ana" || !strings.HasPrefix(detail, "2 people at 2026-11-25T10:00:00Z, without") {
		t.Errorf("audit %q %q, %v", staff, detail, err)
	}
}

func TestScheduledBroadcastAsksInsteadOfSurprising(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		before func(*testing.T, *storetest.Shop, store.BroadcastID)
		want   store.Question
	}{
		{"half an hour late is not late", func(_ *testing.T, s *storetest.Shop, _ store.BroadcastID) {
			s.Clock.Advance(24*time.Hour + 30*time.Minute)
		}, ""},
		{"missed", func(_ *testing.T, s *storetest.Shop, _ store.BroadcastID) {
			s.Clock.Advance(24*time.Hour + 30*time.Minute + time.Millisecond)
		}, store.QuestionMissed},
		{"one in ten more", func(t *testing.T, s *storetest.Shop, _ store.BroadcastID) {
			t.Helper()
			s.Customer(t, 100)
			s.Clock.Advance(24 * time.Hour)
		}, ""},
		{"two in ten more", func(t *testing.T, s *storetest.Shop, _ store.BroadcastID) {
			t.Helper()
			s.Customer(t, 100)
			s.Customer(t, 101)
			s.Clock.Advance(24 * time.Hour)
		}, store.QuestionGrew},
		{"fewer", func(t *testing.T, s *storetest.Shop, _ store.BroadcastID) {
			t.Helper()
			c, err := s.ContactByPhone(t.Context(), storetest.Phone(1))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := s.RecordOptOut(t.Context(), store.OptOut{Contact: c.ID, Reason: "STOP"}); err != nil {
				t.Fatal(err)
			}
			s.Clock.Advance(24 * time.Hour)
		}, ""},
		{"another name for it", func(t *testing.T, s *storetest.Shop, id store.BroadcastID) {
			t.Helper()
			draft := read(t, s, id).Draft
			draft.Name = "Renamed"
			if err := s.SaveDraft(t.Context(), id, draft); err != nil {
				t.Fatal(err)
			}
			s.Clock.Advance(24 * time.Hour)
		}, ""},
		{"another time", func(t *testing.T, s *storetest.Shop, id store.BroadcastID) {
			t.Helper()
			if err := s.ScheduleBroadcast(t.Context(), id, store.Schedule{At: tomorrow.Add(time.Hour), Staff: "Marta"}); err != nil {
				t.Fatal(err)
			}
			s.Clock.Advance(25 * time.Hour)
		}, store.QuestionUnconfirmed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop, id := scheduled(t, 10)
			test.before(t, shop, id)
			for range 2 { // asking twice is asking once
				err := shop.Outbox.StartDue(t.Context(), id)
				var ask *store.AskError
				if test.want == "" {
					if err != nil || read(t, shop, id).State != store.BroadcastSending {
						t.Fatalf("StartDue = %v", err)
					}
					return
				}
				if !errors.As(err, &ask) || ask.Question != test.want {
					t.Fatalf("StartDue = %v, want the question %s", err, test.want)
				}
			}
			b := read(t, shop, id)
			if b.State != store.BroadcastScheduled || b.Asks() != test.want || b.Counts.Audience() != 0 {
				t.Errorf("it stands as %+v", b)
			}
			if due, err := shop.DueBroadcasts(t.Context()); len(due) != 0 || err != nil {
				t.Errorf("still due: %v, %v", due, err)
			}
			asked := 0
			events, err := shop.BroadcastEvents(t.Context(), id, 10)
			for _, event := range events {
				if event.Type == "asked" && event.Reason == string(test.want) {
					asked++
				}
			}
			if asked != 1 || err != nil {
				t.Errorf("asked %d times, %v: %+v", asked, err, events)
			}
			// The owner says yes, and it goes.
			if err := shop.Outbox.Start(t.Context(), id, store.Start{Staff: "Ana", WithoutFeed: true}); err != nil {
				t.Errorf("Start = %v", err)
			}
			if b := read(t, shop, id); b.State != store.BroadcastSending || b.Reason != "" {
				t.Errorf("started as %+v", b)
			}
		})
	}
}

func TestBlockedWhenDueIsTriedAgainUntilItIsTooLate(t *testing.T) {
	t.Parallel()
	shop, id := scheduled(t, 2)
	shop.Clock.Advance(24 * time.Hour)
	paused := storetest.Offer()
	paused.Status = "PAUSED"
	if err := shop.SaveTemplates(t.Context(), []store.Template{paused}); err != nil {
		t.Fatal(err)
	}
	var blocked *store.BlockedError
	if err := shop.Outbox.StartDue(t.Context(), id); !errors.As(err, &blocked) || read(t, shop, id).Asks() != "" {
		t.Errorf("in time: %v", err)
	}
	shop.Clock.Advance(31 * time.Minute)
	var ask *store.AskError
	if err := shop.Outbox.StartDue(t.Context(), id); !errors.As(err, &ask) || ask.Question != store.QuestionBlocked {
		t.Errorf("too late: %v", err)
	}
}

func TestOnlyWhatCouldStartCanBeConfirmed(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 5 {
		shop.Customer(t, n)
	}
	id := shop.Broadcast(t, "sendable:yes")
	plan := store.Schedule{At: tomorrow, Staff: "Ana", People: 5}
	var blocked *store.BlockedError
	if err := shop.ScheduleBroadcast(ctx, id, plan); !errors.As(err, &blocked) || blocked.Blockers[0] != store.BlockerNoFeed {
		t.Errorf("without a feed: %v", err)
	}
	plan.WithoutFeed, plan.People = true, 4
	var ask *store.AskError
	if err := shop.ScheduleBroadcast(ctx, id, plan); !errors.As(err, &ask) || ask.Question != store.QuestionGrew {
		t.Errorf("for fewer than there are: %v", err)
	}
	if b := read(t, shop, id); b.State != store.BroadcastDraft || !b.SendAt.IsZero() || b.Confirmed.Given() {
		t.Errorf("a refusal left %+v", b)
	}
	plan.People = 5
	if err := shop.ScheduleBroadcast(ctx, id, plan); err != nil {
		t.Fatal(err)
	}
	if err := shop.ScheduleBroadcast(ctx, id, store.Schedule{Staff: "Ana"}); err != nil {
		t.Fatal(err)
	}
	if b := read(t, shop, id); b.State != store.BroadcastDraft || !b.SendAt.IsZero() || b.Confirmed.Given() {
		t.Errorf("taken back it is %+v", b)
	}
	if err := shop.ScheduleBroadcast(ctx, id+1, plan); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("one that is not there: %v", err)
	}
	started := shop.Started(t, "sendable:yes")
	if err := shop.ScheduleBroadcast(ctx, started, plan); !isMove(err) {
		t.Errorf("one that started: %v", err)
	}
	if err := shop.Outbox.StartDue(ctx, id); !isMove(err) {
		t.Errorf("a draft started by itself: %v", err)
	}
}

func TestOnlyAnArrivedRoundTripKeepsAFeedFresh(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	const address = "https://shop.example.com/webhook"
	trip := func(url string, problem store.DoorProblem) (store.Door, store.Account) {
		t.Helper()
		shop.Clock.Advance(time.Hour)
		if err := shop.RecordRoundTrip(ctx, url, problem); err != nil {
			t.Fatal(err)
		}
		door, err := shop.Door(ctx)
		account, err2 := shop.Account(ctx)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		return door, account
	}
	if door, err := shop.Door(ctx); err != nil || door != (store.Door{}) {
		t.Errorf("at first %+v, %v", door, err)
	}
	if door, account := trip(address, store.DoorOpen); !door.PassedAt.Equal(shop.Clock.Now()) || account.FeedConnected() {
		t.Errorf("%+v, %+v: a round trip alone connects no feed", door, account)
	}
	if err := shop.FeedHeard(ctx); err != nil {
		t.Fatal(err)
	}
	if _, account := trip(address, store.DoorOpen); !account.FeedHeardAt.Equal(shop.Clock.Now()) {
		t.Errorf("heard at %v, want now", account.FeedHeardAt)
	}
	heard := shop.Clock.Now()
	for _, problem := range []store.DoorProblem{store.DoorUnreachable, store.DoorCertificate, store.DoorForeign} {
		door, account := trip(address, problem)
		if !account.FeedHeardAt.Equal(heard) || !door.PassedAt.Equal(heard) || door.Problem != problem || !door.TriedAt.Equal(shop.Clock.Now()) {
			t.Errorf("%s: %+v, heard at %v", problem, door, account.FeedHeardAt)
		}
	}
	if door, _ := trip("https://other.example.com/webhook", store.DoorForeign); !door.PassedAt.IsZero() {
		t.Errorf("another address passed at %v", door.PassedAt)
	}
	if err := shop.RecordRoundTrip(ctx, address, "odd"); err == nil {
		t.Error("an unknown problem was taken")
	}
}

func TestOtherWordsTakeTheConfirmationBack(t *testing.T) {
	t.Parallel()
	shop, id := scheduled(t, 2)
	draft := read(t, shop, id).Draft
	draft.Bindings = store.Bindings{"1": {Value: "friend"}}
	if err := shop.SaveDraft(t.Context(), id, draft); err != nil {
		t.Fatal(err)
	}
	if b := read(t, shop, id); b.State != store.BroadcastDraft || b.Confirmed.Given() {
		t.Errorf("it stands as %+v", b)
	}
	shop.Clock.Advance(24 * time.Hour)
	if err := shop.Outbox.StartDue(t.Context(), id); !isMove(err) {
		t.Errorf("StartDue = %v", err)
	}
}
