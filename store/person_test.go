package store_test

import (
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

// scoped is a message of somebody who is named by an id alone.
func scoped(shop *storetest.Shop, userID, text string) store.Inbound {
	shop.Clock.Advance(2 * time.Second)
	return store.Inbound{Wamid: "wamid." + userID + shop.Clock.Now().String() + text, UserID: userID, Kind: "text", Text: text, At: shop.Clock.Now()}
}

func TestRequirement14ANumberAndAnIdThatMeetAreOnePerson(t *testing.T) {
	t.Parallel()
	tests := map[string]func(t *testing.T, shop *storetest.Shop){
		"in a message": func(t *testing.T, shop *storetest.Shop) {
			t.Helper()
			m := write(shop, 1, "hello")
			m.UserID = "CA.1"
			tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
		},
		"in a preference": func(t *testing.T, shop *storetest.Shop) {
			t.Helper()
			tell(t, shop, store.Feed{Preferences: []store.Preference{{Phone: storetest.Phone(1), UserID: "CA.1", Value: "resume"}}})
		},
		"in a status": func(t *testing.T, shop *storetest.Shop) {
			t.Helper()
			claim := claimOne(t, shop, shop.Started(t, "customer"))
			for _, state := range []store.DeliveryState{store.DeliverySent, store.DeliverySent, store.DeliveryRead} {
				tell(t, shop, store.Feed{Statuses: []store.Status{{PublicID: claim.PublicID(), Wamid: "w", State: state, UserID: "CA.1"}}})
			}
		},
		"as news": func(t *testing.T, shop *storetest.Shop) {
			t.Helper()
			tell(t, shop, store.Feed{Identities: []store.Identity{{Phone: storetest.Phone(1), UserID: "CA.1"}}})
		},
	}
	for name, meet := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			id := shop.Customer(t, 1)
			meet(t, shop)
			c, err := shop.Store.Contact(t.Context(), id)
			if err != nil || c.UserID != "CA.1" || c.Phone != storetest.Phone(1) || c.Standing.Saved != store.GradeSeenByStaff {
				t.Fatalf("linked: %+v, %v, and what was attested stands", c, err)
			}
			history, err := shop.History(t.Context(), id)
			links := slices.DeleteFunc(history, func(e store.LedgerEvent) bool { return e.Ledger != "identity" })
			if err != nil || len(links) != 1 || links[0].Type != "linked" {
				t.Errorf("links %+v, %v, want one", links, err)
			}
			tell(t, shop, store.Feed{Inbound: []store.Inbound{scoped(shop, "CA.1", "stop")}})
			if got := standing(t, shop, id).Consent; got != store.ConsentWithdrawn {
				t.Errorf("her stop under the id alone: %s, want withdrawn", got)
			}
		})
	}
}

func TestRequirement14AStopUnderTheIdAloneReachesHerAndNobodyElse(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(t *testing.T, shop *storetest.Shop){
		"by a word": func(t *testing.T, shop *storetest.Shop) {
			t.Helper()
			tell(t, shop, store.Feed{Inbound: []store.Inbound{scoped(shop, "CA.1", "STOP")}})
		},
		"by a button": func(t *testing.T, shop *storetest.Shop) {
			t.Helper()
			m := scoped(shop, "CA.1", "No thanks")
			m.Kind, m.Payload = "button", "STOP:1"
			tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
		},
		"by the switch": func(t *testing.T, shop *storetest.Shop) {
			t.Helper()
			tell(t, shop, store.Feed{Preferences: []store.Preference{{UserID: "CA.1", Value: "stop", At: shop.Clock.Now()}}})
		},
	} {
		for _, known := range []string{"with her number", "by her id alone"} {
			t.Run(name+" "+known, func(t *testing.T) {
				t.Parallel()
				shop := storetest.New(t)
				her := store.NewContact{UserID: "CA.1", Source: "QR"}
				if known == "with her number" {
					her.Phone = storetest.Phone(1)
				}
				c, err := shop.AddContact(t.Context(), her)
				must(t, err)
				other, err := shop.AddContact(t.Context(), store.NewContact{UserID: "CA.11", Source: "QR"})
				must(t, err)
				for _, id := range []store.ContactID{c.ID, other.ID} {
					shop.OptIn(t, id)
					shop.Saved(t, id)
				}
				stop(t, shop)
				for id, sendable := range map[store.ContactID]bool{c.ID: false, other.ID: true} {
					if got, err := shop.Store.Contact(t.Context(), id); err != nil || got.Verdict.Sendable() != sendable {
						t.Errorf("contact %d is %+v, %v", id, got.Standing, err)
					}
				}
				found, err := shop.ContactByUserID(t.Context(), "CA.1")
				if err != nil || found.ID != c.ID {
					t.Errorf("under her id stands %d, %v", found.ID, err)
				}
			})
		}
	}
	if _, err := storetest.New(t).ContactByUserID(t.Context(), "CA.1"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("nobody's id: %v", err)
	}
}

func TestRequirement14ANewNumberTakesHerAlongAndAsksForTheSavedNumberAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]store.Identity{
		"a new number":           {OldPhone: storetest.Phone(1), Phone: storetest.Phone(2)},
		"a new number and id":    {OldPhone: storetest.Phone(1), Phone: storetest.Phone(2), OldUserID: "CA.1", UserID: "CA.2"},
		"by the id":              {OldUserID: "CA.1", UserID: "CA.2", Phone: storetest.Phone(2)},
		"the id stayed":          {UserID: "CA.1", Phone: storetest.Phone(2)},
		"a new id":               {OldUserID: "CA.1", UserID: "CA.2"},
		"a new id, by the phone": {Phone: storetest.Phone(1), UserID: "CA.2"},
	}
	for name, news := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			id := shop.Customer(t, 1)
			tell(t, shop, store.Feed{Identities: []store.Identity{{Phone: storetest.Phone(1), UserID: "CA.1"}}})
			news.At, news.Evidence = shop.Clock.Now(), "wamid.system"
			for range 2 {
				tell(t, shop, store.Feed{Identities: []store.Identity{news}})
			}
			c, err := shop.Store.Contact(ctx, id)
			if err != nil || c.Standing.Saved != store.GradeInvalid || c.Standing.Consent != store.ConsentGiven || c.Verdict.Sendable() {
				t.Fatalf("after the change: %+v, %v", c.Standing, err)
			}
			if news.Phone == storetest.Phone(2) && c.Phone != news.Phone || news.UserID == "CA.2" && c.UserID != "CA.2" {
				t.Errorf("she is %s %s", c.Phone, c.UserID)
			}
			// What still comes under the old names is hers.
			tell(t, shop, store.Feed{Inbound: []store.Inbound{scoped(shop, "CA.1", "stop")}})
			if got := standing(t, shop, id); got.Consent != store.ConsentWithdrawn {
				t.Errorf("a stop under her old id: %+v", got)
			}
			if c, err := shop.Store.Contact(ctx, id); err != nil || news.UserID == "CA.2" && c.UserID != "CA.2" {
				t.Errorf("the old id came back: %+v, %v", c, err)
			}
		})
	}
}

func TestRequirement14ASuppressedPersonStaysSoUnderEveryName(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	says(t, shop, 1, "STOP") // nobody yet
	id := shop.Contact(t, 1)
	tell(t, shop, store.Feed{Identities: []store.Identity{{OldPhone: storetest.Phone(1), Phone: storetest.Phone(2), UserID: "CA.2"}}})
	if got := standing(t, shop, id); !got.Suppressed {
		t.Errorf("with a new number: %+v", got)
	}
	// A stranger's stop goes with her too.
	says(t, shop, 5, "STOP")
	tell(t, shop, store.Feed{Identities: []store.Identity{{OldPhone: storetest.Phone(5), Phone: storetest.Phone(6)}}})
	if got := standing(t, shop, shop.Contact(t, 6)); !got.Suppressed {
		t.Errorf("the stranger's new number: %+v", got)
	}
	// And who was erased does not come back by another name.
	gone := shop.Customer(t, 7)
	if err := shop.Erase(ctx, gone, "Ana"); err != nil {
		t.Fatal(err)
	}
	m := write(shop, 7, "hello")
	m.UserID = "CA.7"
	tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
	c, err := shop.AddContact(ctx, store.NewContact{UserID: "CA.7", Source: "list"})
	if err != nil || !c.Standing.Suppressed {
		t.Errorf("the erased under her id: %+v, %v", c.Standing, err)
	}
}

func TestRequirement14AnErasedTwinSuppressesTheOther(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	byPhone := shop.Customer(t, 1)
	byID, err := shop.AddContact(ctx, store.NewContact{UserID: "CA.1", Source: "QR"})
	if err != nil {
		t.Fatal(err)
	}
	if err := shop.Erase(ctx, byID.ID, "Ana"); err != nil {
		t.Fatal(err)
	}
	m := write(shop, 1, "hello")
	m.UserID = "CA.1"
	tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
	if c, err := shop.Store.Contact(ctx, byPhone); err != nil || !c.Standing.Suppressed || c.Verdict.Sendable() {
		t.Errorf("the living twin: %+v, %v", c.Standing, err)
	}
}

func TestWhatAStrangerSaidIsHersOnceSheIsKnown(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Customer(t, 1)
	tell(t, shop, store.Feed{Inbound: []store.Inbound{scoped(shop, "CA.1", "please no more")}})
	if reviews, err := shop.Reviews(ctx); err != nil || len(reviews) != 0 || standing(t, shop, id).Held {
		t.Fatalf("before they met: %+v, %v", reviews, err)
	}
	tell(t, shop, store.Feed{Identities: []store.Identity{{Phone: storetest.Phone(1), UserID: "CA.1"}}})
	reviews, err := shop.Reviews(ctx)
	if err != nil || len(reviews) != 1 || !slices.Equal(reviews[0].Messages, []string{"please no more"}) || !standing(t, shop, id).Held {
		t.Errorf("after they met: %+v, %v", reviews, err)
	}
	other := shop.Customer(t, 2)
	tell(t, shop, store.Feed{Inbound: []store.Inbound{scoped(shop, "CA.2", "STOP")}})
	tell(t, shop, store.Feed{Identities: []store.Identity{{Phone: storetest.Phone(2), UserID: "CA.2"}}})
	if got := standing(t, shop, other); got.Consent != store.ConsentWithdrawn || !got.Suppressed {
		t.Errorf("her stop before they met: %+v", got)
	}
}

func TestSpellingsOfOneNumberAreNoChange(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	number := phone.E164("+5511912345678") // Brazil, with and without the ninth digit
	c, err := shop.AddContact(t.Context(), store.NewContact{Phone: number, Source: "counter"})
	if err != nil {
		t.Fatal(err)
	}
	shop.OptIn(t, c.ID)
	shop.Saved(t, c.ID)
	for n, spelling := range append(number.Variants(), number) {
		tell(t, shop, store.Feed{Inbound: []store.Inbound{{Wamid: string(rune('a' + n)), Phone: spelling, UserID: "BR.1", Kind: "text", Text: "oi"}}})
	}
	got, err := shop.Store.Contact(t.Context(), c.ID)
	if err != nil || got.Phone != number || !got.Verdict.Sendable() {
		t.Errorf("%+v, %v, want unchanged", got, err)
	}
}

func TestAKeyThatIsGoneLosesNoStop(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	known := shop.Customer(t, 1)
	lost := reopenWithoutKey(t, shop)
	if err := lost.RecordFeed(t.Context(), store.Feed{Inbound: []store.Inbound{write(shop, 1, "STOP")}}); err != nil {
		t.Fatal(err)
	}
	if got := standing(t, lost, known).Consent; got != store.ConsentWithdrawn {
		t.Errorf("a contact's stop: %s", got)
	}
	err := lost.RecordFeed(t.Context(), store.Feed{Inbound: []store.Inbound{write(shop, 9, "STOP")}})
	if !errors.Is(err, store.ErrKeyMissing) {
		t.Errorf("a stranger's stop = %v, want ErrKeyMissing so that it comes again", err)
	}
}

// reopenWithoutKey opens the file once more while its key is elsewhere.
func reopenWithoutKey(t *testing.T, shop *storetest.Shop) *storetest.Shop {
	t.Helper()
	if err := os.Rename(shop.File+".key", shop.File+".away"); err != nil {
		t.Fatal(err)
	}
	return storetest.Open(t, shop.File, shop.Clock)
}

func TestRequirement14TwoChangesOfNumberCountInEitherOrder(t *testing.T) {
	t.Parallel()
	first := store.Identity{OldPhone: storetest.Phone(1), Phone: storetest.Phone(2)}
	second := store.Identity{OldPhone: storetest.Phone(2), Phone: storetest.Phone(3), UserID: "CA.3"}
	for name, order := range map[string][]store.Identity{
		"as they came": {first, second}, "the other way": {second, first}, "again and again": {second, first, first, second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			id := shop.Customer(t, 1)
			for _, news := range order {
				tell(t, shop, store.Feed{Identities: []store.Identity{news}})
			}
			c, err := shop.Store.Contact(t.Context(), id)
			if err != nil || c.Phone != storetest.Phone(3) || c.UserID != "CA.3" {
				t.Errorf("she is %s %s, %v, want the newest number", c.Phone, c.UserID, err)
			}
			if n := countRows(t, shop, "events"); n != 0 {
				t.Errorf("%d changes are still waited with", n)
			}
			says(t, shop, 2, "stop") // from the number between
			if got := standing(t, shop, id).Consent; got != store.ConsentWithdrawn {
				t.Errorf("a stop from the number between: %s", got)
			}
		})
	}
}

func TestAWithdrawalSettlesWhatWasStillToBeJudged(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	acts := map[string]func(n int, id store.ContactID){
		"by her own stop": func(n int, _ store.ContactID) { says(t, shop, n, "STOP") },
		"by staff": func(_ int, id store.ContactID) {
			if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: id, Staff: "Marta"}); err != nil {
				t.Fatal(err)
			}
		},
		"by the switch": func(n int, _ store.ContactID) {
			tell(t, shop, store.Feed{Preferences: []store.Preference{{Phone: storetest.Phone(n), Value: "stop", At: shop.Clock.Now()}}})
		},
		"by an erasure": func(_ int, id store.ContactID) {
			if err := shop.Erase(ctx, id, "Ana"); err != nil {
				t.Fatal(err)
			}
		},
	}
	n := 0
	for name, act := range acts {
		n++
		id := shop.Customer(t, n)
		says(t, shop, n, "no more")
		act(n, id)
		if reviews, err := shop.Reviews(ctx); err != nil || len(reviews) != 0 {
			t.Errorf("%s: %+v, %v, want nothing left to judge", name, reviews, err)
		}
		if board, err := shop.Board(ctx, time.Time{}); err != nil || board.Reviews != 0 {
			t.Errorf("%s: the board counts %d, %v", name, board.Reviews, err)
		}
		if c, err := shop.Store.Contact(ctx, id); err != nil || c.Verdict.Sendable() {
			t.Errorf("%s: %+v, %v", name, c.Standing, err)
		}
	}
}

func TestRequirement18StopsOfStrangersSurviveARestore(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	known := shop.Customer(t, 3)
	v := newVault(t)
	from, _ := v.backup(t, shop)
	says(t, shop, 1, "STOP") // a stranger, after the backup
	if err := shop.Close(); err != nil {
		t.Fatal(err)
	}
	v.restore(t, shop.File, from, shop.Clock)
	again := storetest.Open(t, shop.File, shop.Clock)
	c, err := again.AddContact(ctx, store.NewContact{Phone: storetest.Phone(1), Source: "list"})
	if err != nil || !c.Standing.Suppressed {
		t.Errorf("the stranger after the restore: %+v, %v, want suppressed", c.Standing, err)
	}
	if got := standing(t, again, known); got.Suppressed {
		t.Errorf("somebody else: %+v", got)
	}
}

// FuzzFeed tells one shop whatever there may be: nothing of it may be refused,
// bring anybody's consent about, or break the chain.
func FuzzFeed(f *testing.F) {
	f.Add("w1", "+16045000001", "CA.1", "text", "STOP", "", "stop", int64(1_790_000_000))
	f.Add("w2", "", "CA.1", "button", "Yes", "STOP:1", "resume", int64(0))
	f.Add("w3", "+16045000002", "", "audio", "", "", "", int64(-5))
	f.Add("", "", "", "", "", "", "", int64(1<<60))
	f.Add("w4\x00", "+1", "\xff", "interactive", "\u202eSTOP", "x", "stop", int64(1))
	shop := storetest.New(f)
	for n := range 4 {
		shop.Contact(f, n)
	}
	f.Fuzz(func(t *testing.T, wamid, number, user, kind, text, payload, value string, at int64) {
		when := time.Unix(at%(1<<35), 0)
		feed := store.Feed{
			Inbound: []store.Inbound{{
				Wamid: wamid, Phone: e164(number), UserID: user, Name: text, Kind: kind, Text: text, Payload: payload, At: when, ContextWamid: wamid,
			}},
			Preferences: []store.Preference{{Phone: e164(number), UserID: user, Value: value, At: when, Evidence: text}},
			Identities:  []store.Identity{{Phone: e164(number), OldUserID: user, At: when}},
			Templates:   []store.TemplateNews{{Name: "offer", Language: "en", Status: kind, Quality: value, At: when}},
			Account:     []store.AccountNews{{Kind: kind, Event: text, Quality: value, MessagingLimit: payload, At: when}},
			Unread:      []store.Unread{{Key: wamid, Type: kind, Payload: payload}},
		}
		if err := shop.RecordFeed(t.Context(), feed); err != nil {
			t.Fatalf("%+v: %v", feed, err)
		}
		board, err := shop.Board(t.Context(), time.Time{})
		if err != nil || board.Sendable != 0 || board.NotSaved != 0 {
			t.Fatalf("%+v brought a consent about: %+v, %v", feed, board, err)
		}
	})
}

// e164 is a number as the receiver hands it over: parsed, or none.
func e164(text string) phone.E164 {
	number, err := phone.Parse(text, "")
	if err != nil {
		return ""
	}
	return number
}
