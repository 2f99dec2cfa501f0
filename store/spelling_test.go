package store_test

import (
	"testing"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

// TestRequirement17SuppressionHoldsInEverySpellingOfANumber: WhatsApp names somebody in Brazil without the ninth digit whom
// the shop's list has with it, and the other way round; so with Mexico's 1 and Argentina's 9.
func TestRequirement17SuppressionHoldsInEverySpellingOfANumber(t *testing.T) {
	t.Parallel()

	gone := map[string]func(*testing.T, *storetest.Shop, phone.E164){
		"purged": func(t *testing.T, shop *storetest.Shop, number phone.E164) {
			t.Helper()
			c, err := shop.AddContact(t.Context(), store.NewContact{Phone: number, Source: "counter"})
			must(t, err)
			must(t, shop.Erase(t.Context(), c.ID, "Ana"))
			must(t, shop.Purge(t.Context(), c.ID, "Ana"))
		},
		"a stranger's stop": func(t *testing.T, shop *storetest.Shop, number phone.E164) {
			t.Helper()
			tell(t, shop, store.Feed{Inbound: []store.Inbound{{Wamid: "wamid.1", Phone: number, Kind: "text", Text: "STOP", At: shop.Clock.Now()}}})
		},
		"a stranger's switch": func(t *testing.T, shop *storetest.Shop, number phone.E164) {
			t.Helper()
			tell(t, shop, store.Feed{Preferences: []store.Preference{{Phone: number, Value: "stop", At: shop.Clock.Now()}}})
		},
	}
	back := map[string]func(*testing.T, *storetest.Shop, phone.E164) store.Contact{
		"by hand": func(t *testing.T, shop *storetest.Shop, number phone.E164) store.Contact {
			t.Helper()
			c, err := shop.AddContact(t.Context(), store.NewContact{Phone: number, Source: "counter"})
			must(t, err)
			return c
		},
		"in a file": func(t *testing.T, shop *storetest.Shop, number phone.E164) store.Contact {
			t.Helper()
			text := proofHeader + "Ana," + string(number) + ",2026-11-01,paper,optin-es,card 7,self_written,2026-11-01\n"
			if got := mustBring(t, shop, text, nil); got.OptedIn != 0 || got.Suppressed != 1 {
				t.Errorf("imported %+v", got)
			}
			c, err := shop.ContactByPhone(t.Context(), number)
			if err != nil {
				return store.Contact{} // left out altogether
			}
			return c
		},
	}
	for _, number := range []phone.E164{"+5511961234567", "+522221234567", "+5491123456789"} {
		variants := number.Variants()
		if len(variants) == 0 {
			t.Fatalf("%s has one spelling", number)
		}
		for _, pair := range [][2]phone.E164{{number, variants[0]}, {variants[0], number}} {
			for how, leave := range gone {
				for where, come := range back {
					t.Run(how+" "+where+" "+string(pair[0])+" "+string(pair[1]), func(t *testing.T) {
						t.Parallel()
						shop := storetest.New(t)
						leave(t, shop, pair[0])
						if c := come(t, shop, pair[1]); c.ID != 0 && (!c.Standing.Suppressed || c.Verdict.Sendable()) {
							t.Errorf("back as %+v", c.Standing)
						}
					})
				}
			}
		}
	}
}

// TestRequirement17WhoLeftUnderOneSpellingIsKnownInEvery: lists of before hold one spelling only, and a hash cannot be
// spelled otherwise; the number that comes in can.
func TestRequirement17WhoLeftUnderOneSpellingIsKnownInEvery(t *testing.T) {
	t.Parallel()
	back := map[string]func(*testing.T, *storetest.Shop, phone.E164){
		"by hand": func(t *testing.T, shop *storetest.Shop, number phone.E164) {
			t.Helper()
			c, err := shop.AddContact(t.Context(), store.NewContact{Phone: number, Source: "counter"})
			must(t, err)
			shop.OptIn(t, c.ID)
			shop.Saved(t, c.ID)
		},
		"with her yes": func(t *testing.T, shop *storetest.Shop, number phone.E164) {
			t.Helper()
			yes := storetest.OptIn(0)
			_, err := shop.RecordCounter(t.Context(), store.Counter{Phone: number, Staff: "Ana", Yes: &yes, Saved: store.GradeSeenByStaff})
			must(t, err)
		},
		"in a file": func(t *testing.T, shop *storetest.Shop, number phone.E164) {
			t.Helper()
			text := proofHeader + "Ana," + string(number) + ",2026-11-01,paper,optin-en,card 7,self_written,2026-11-01\n"
			if got := mustBring(t, shop, text, nil); got.OptedIn != 0 || got.Suppressed != 1 {
				t.Errorf("imported %+v", got)
			}
		},
		"as another's new number": func(t *testing.T, shop *storetest.Shop, number phone.E164) {
			t.Helper()
			shop.Customer(t, 1)
			tell(t, shop, store.Feed{Identities: []store.Identity{{OldPhone: storetest.Phone(1), Phone: number, At: shop.Clock.Now(), Evidence: "wamid.2"}}})
			id, err := shop.ContactByPhone(t.Context(), number)
			must(t, err)
			shop.Saved(t, id.ID)
		},
	}
	for country, number := range map[string]phone.E164{"Brazil": "+5511961234567", "Mexico": "+522221234567", "Argentina": "+5491123456789"} {
		other := number.Variants()[0]
		for _, pair := range [][2]phone.E164{{number, other}, {other, number}} {
			for where, come := range back {
				t.Run(country+" "+where+" "+string(pair[1]), func(t *testing.T) {
					t.Parallel()
					shop := storetest.New(t)
					c, err := shop.AddContact(t.Context(), store.NewContact{Phone: pair[0], Source: "counter"})
					must(t, err)
					must(t, shop.Erase(t.Context(), c.ID, "Ana"))
					must(t, shop.Purge(t.Context(), c.ID, "Ana"))
					unlisted(t, shop, pair[1])
					come(t, shop, pair[1])
					if c, err := shop.ContactByPhone(t.Context(), pair[1]); err == nil && (!c.Standing.Suppressed || c.Verdict.Sendable()) {
						t.Errorf("back as %+v", c.Standing)
					}
					if counts, err := shop.CountContacts(t.Context(), "sendable:yes"); err != nil || counts.Total != 0 {
						t.Errorf("%d would be written to, %v", counts.Total, err)
					}
				})
			}
		}
	}
}

// unlisted takes one spelling off the lists, as they were kept when only the number a person had was on them.
func unlisted(t *testing.T, shop *storetest.Shop, spelling phone.E164) {
	t.Helper()
	db := raw(t, shop)
	for _, query := range []string{`DROP TRIGGER suppressions_kept`, `DELETE FROM suppressions WHERE mac = ?1`} {
		args := []any{shop.SpellingMAC(spelling)}
		if query[:4] == "DROP" {
			args = nil
		}
		done, err := db.ExecContext(t.Context(), query, args...)
		must(t, err)
		if n, err := done.RowsAffected(); args != nil && (err != nil || n != 1) {
			t.Fatalf("%d entries of %s, %v", n, spelling, err)
		}
	}
}

// TestRequirement17ErasingSuppressesHerUnderTheOtherSpellingToo: she is there twice.
func TestRequirement17ErasingSuppressesHerUnderTheOtherSpellingToo(t *testing.T) {
	t.Parallel()
	for _, number := range []phone.E164{"+5511961234567", "+522221234567", "+5491123456789"} {
		t.Run(string(number), func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			var two []store.ContactID
			for _, spelling := range []phone.E164{number, number.Variants()[0]} {
				c, err := shop.AddContact(t.Context(), store.NewContact{Phone: spelling, Source: "counter"})
				must(t, err)
				shop.OptIn(t, c.ID)
				shop.Saved(t, c.ID)
				two = append(two, c.ID)
			}
			broadcast := shop.Started(t, "sendable:yes")
			must(t, shop.Erase(t.Context(), two[0], "Ana"))
			if got := standing(t, shop, two[1]); !got.Suppressed {
				t.Errorf("the other entry is %+v", got)
			}
			if claimed, err := shop.Outbox.Claim(t.Context(), broadcast, 2); err != nil || len(claimed.Claims) != 0 {
				t.Errorf("claimed %d, %v", len(claimed.Claims), err)
			}
			replayed(t, shop)
		})
	}
}
