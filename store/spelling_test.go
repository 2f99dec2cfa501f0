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
