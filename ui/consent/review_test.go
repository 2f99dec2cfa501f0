package consent_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/consent"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// writes lets a customer write to the shop, as the feed tells it.
func writes(tb testing.TB, shop *storetest.Shop, number phone.E164, texts ...string) {
	tb.Helper()
	for _, text := range texts {
		shop.Clock.Advance(time.Second)
		kind := "text"
		if text == "" {
			kind = "audio"
		}
		err := shop.RecordFeed(tb.Context(), store.Feed{Inbound: []store.Inbound{{
			Wamid: "wamid." + string(number) + shop.Clock.Now().String(), Phone: number, At: shop.Clock.Now(), Kind: kind, Text: text,
		}}})
		if err != nil {
			tb.Fatal(err)
		}
	}
}

// waiting is a shop in which the words of two customers wait for a person.
func waiting(tb testing.TB) (shop *storetest.Shop, first, second store.ContactID) {
	tb.Helper()
	shop = storetest.New(tb)
	first, second = shop.Customer(tb, 1), shop.Customer(tb, 2)
	writes(tb, shop, storetest.Phone(1), "please no more", "please no more, \x1b[31mreally\u202e")
	writes(tb, shop, storetest.Phone(2), "")
	return shop, first, second
}

func standing(tb testing.TB, shop *storetest.Shop, id store.ContactID) store.Standing {
	tb.Helper()
	c, err := shop.Store.Contact(tb.Context(), id)
	if err != nil {
		tb.Fatal(err)
	}
	return c.Standing
}

func TestRequirement10WhatMayBeARefusalIsJudgedByAPerson(t *testing.T) {
	t.Parallel()
	shop, first, second := waiting(t)
	c := at(t, shop, 80, 24)
	c.Press("esc")
	c.See("r judge 2")
	c.Press("r")
	c.See("What did she mean?", "1 of 2", "Customer 1", "please no more", "really", "S  She meant stop", "N  Not a refusal", "Until you decide she gets nothing.")
	c.Unseen("[31m")
	boxes := strings.Split(lineWith(c.Screen(), "She meant stop"), "┃")
	if len(boxes) != 5 || len([]rune(boxes[1])) != len([]rune(boxes[3])) {
		t.Errorf("the answers differ in size: %q", boxes)
	}
	c.Press("s")
	c.See("Recorded: she meant stop, and gets nothing more.", "1 of 1", "Customer 2", "(no words: a voice message")
	if s := standing(t, shop, first); s.Consent != store.ConsentWithdrawn {
		t.Errorf("the first is %+v", s)
	}
	c.Press("n")
	c.See("Recorded: it was no refusal.", "Nothing waits for your judgement.")
	if s := standing(t, shop, second); s.Consent != store.ConsentGiven || s.Held {
		t.Errorf("the second is %+v", s)
	}
	c.Press("s")
	c.See("Nothing waits for your judgement.")
	c.Press("esc")
	c.Unseen("judge 1", "judge 0")
	if events, err := shop.VerifyLedger(t.Context()); err != nil || !events.OK {
		t.Errorf("%+v, %v", events, err)
	}
}

func TestTheQueueIsReadInAnyOrderAndLeftUndecided(t *testing.T) {
	t.Parallel()
	shop, _, second := waiting(t)
	c := at(t, shop, 80, 24)
	c.Press("esc", "b", "down")
	c.See("2  ! wait for your judgement: was it a refusal?")
	c.Press("enter", "down", "down")
	c.See("2 of 2", "Customer 2")
	c.Press("up")
	c.See("1 of 2", "Customer 1")
	c.Press("down", "enter")
	if got, ok := c.list.got.(view.OpenContact); !ok || got.ID != int64(second) {
		t.Errorf("asked for %#v", c.list.got)
	}
	c.Press("1", "esc") // from the list back, and out of the queue
	c.See("Where everybody stands")
	if s := standing(t, shop, second); !s.Held {
		t.Errorf("looking decided: %+v", s)
	}
}

func TestWhatWasTakenForAStopCanBeTakenBack(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	writes(t, shop, storetest.Phone(1), "cancelar")
	c := at(t, shop, 80, 24)
	c.Press("esc", "r")
	c.See("It was taken for a stop, and she gets nothing.")
	c.Click("Not a refusal")
	c.See("Recorded: it was no refusal.")
	if s := standing(t, shop, id); s.Consent != store.ConsentGiven {
		t.Errorf("%+v", s)
	}
}

func TestADecisionOfSomebodyElseIsSaid(t *testing.T) {
	t.Parallel()
	shop, _, _ := waiting(t)
	c := at(t, shop, 80, 24)
	c.Press("esc", "r")
	reviews, err := shop.Reviews(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := shop.ResolveReview(t.Context(), reviews[0].ID, store.ReviewNotARefusal, "Ana"); err != nil {
		t.Fatal(err)
	}
	c.Press("s")
	c.See("Somebody else decided this just now.", "1 of 1", "Customer 2")
}

func TestNobodyJudgesWithoutAName(t *testing.T) {
	t.Parallel()
	shop, first, _ := waiting(t)
	c := at(t, shop, 80, 24)
	c.Env.Staff = func() string { return "" }
	c.Press("esc", "r", "s")
	c.See("Nobody knows who you are")
	if s := standing(t, shop, first); s.Consent != store.ConsentGiven {
		t.Errorf("%+v", s)
	}
}

func TestNewWordsReachTheQueueOnScreen(t *testing.T) {
	t.Parallel()
	shop, _, _ := waiting(t)
	c := at(t, shop, 80, 24)
	c.Press("esc", "r", "down")
	id := shop.Customer(t, 3)
	writes(t, shop, storetest.Phone(3), "no me interesa")
	c.Send(view.StoreChanged{})
	c.See("2 of 3", "Customer 2")
	c.Press("down")
	c.See("3 of 3", "no me interesa")
	if s := standing(t, shop, id); !s.Held {
		t.Errorf("%+v", s)
	}
}

func TestALongMessageIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	for n := range 15 {
		writes(t, shop, storetest.Phone(1), fmt.Sprintf("please no more, I said %d times", n+1))
	}
	c := at(t, shop, 60, 20)
	c.Press("esc", "r")
	c.See("S  She meant stop", "pgdown")
	c.Unseen("said 15 times")
	for range 10 {
		c.Press("pgdown")
	}
	c.See("said 15 times", "S  She meant stop")
	for range 10 {
		c.Press("pgup")
	}
	c.See("said 1 times")
}

func TestTheQueueIsCountedOnEveryScreen(t *testing.T) {
	t.Parallel()
	shop, _, _ := waiting(t)
	list := &neighbour{}
	d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{
			Views: []view.View{list, consent.New(env, shop.Store)}, Header: func(ctx context.Context) (ui.Header, error) {
				reviews, err := shop.Reviews(ctx)
				return ui.Header{Shop: "Luna", Reviews: len(reviews)}, err
			},
		})
	})
	d.See("2 Consent !2")
	d.Resize(40, 15)
	d.See("!2")
	d.Click("!2")
	d.See("Read aloud")
}

func TestTheBoardFindsWhoHasToBeAskedAgainSoon(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	for _, test := range []struct {
		name  string
		later time.Duration
		want  string
	}{
		{"a year later", 365 * 24 * time.Hour, "0  ! agreed, and that runs out within 60 days"},
		{"after 23 months", 335 * 24 * time.Hour, "1  ! agreed, and that runs out within 60 days"},
	} {
		shop.Clock.Advance(test.later)
		c := at(t, shop, 80, 24)
		c.Press("esc", "b")
		c.See(test.want)
		c.Click("runs out within 60 days")
		if got, ok := c.list.got.(view.ListContacts); !ok || got.Query != store.ExpireSoonQuery {
			t.Errorf("%s: asked for %#v", test.name, c.list.got)
		}
	}
	if ids, err := shop.ContactIDs(t.Context(), store.ExpireSoonQuery, store.SortID); err != nil || len(ids) != 1 {
		t.Errorf("%v, %v", ids, err)
	}
	writes(t, shop, storetest.Phone(1), "thank you, see you on Saturday") // who writes has not forgotten
	if ids, err := shop.ContactIDs(t.Context(), store.ExpireSoonQuery, store.SortID); err != nil || len(ids) != 0 {
		t.Errorf("%v, %v", ids, err)
	}
}

func TestQueueScreens(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name string
		w, h int
	}{{"40x12", 40, 12}, {"60x20", 60, 20}, {"80x24", 80, 24}, {"120x40", 120, 40}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			shop, _, _ := waiting(t)
			c := at(t, shop, size.w, size.h)
			c.Press("esc", "r")
			c.Golden("queue-" + size.name)
		})
	}
}
