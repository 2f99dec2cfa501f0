package store_test

import (
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

const month = 31 * 24 * time.Hour

func retain(t *testing.T, shop *storetest.Shop, want store.Retained) {
	t.Helper()
	got, err := shop.Retain(t.Context())
	if err != nil || got != want {
		t.Errorf("on %s Retain = %+v, %v; want %+v", shop.Clock.Now().Format(time.DateOnly), got, err, want)
	}
}

func consentOf(t *testing.T, shop *storetest.Shop, id store.ContactID) store.Consent {
	t.Helper()
	c, err := shop.Store.Contact(t.Context(), id)
	must(t, err)
	return c.Standing.Consent
}

func TestRequirement20AConsentNobodyUsedForTwoYearsExpires(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	idle, used := shop.Customer(t, 1), shop.Customer(t, 2)
	retain(t, shop, store.Retained{})
	shop.Clock.Advance(20 * month)
	shop.Saved(t, used) // she was at the counter
	retain(t, shop, store.Retained{})
	shop.Clock.Advance(5 * month)
	retain(t, shop, store.Retained{Expired: 1})
	if got := consentOf(t, shop, idle); got != store.ConsentExpired {
		t.Errorf("the idle consent is %s", got)
	}
	if got := consentOf(t, shop, used); got != store.ConsentGiven {
		t.Errorf("the used consent is %s", got)
	}
	retain(t, shop, store.Retained{})
	if c, err := shop.Store.Contact(t.Context(), idle); err != nil || c.Verdict.Sendable() {
		t.Errorf("an expired consent is sent to: %+v, %v", c.Verdict, err)
	}
	shop.OptIn(t, idle) // asked again, and said yes
	if got := consentOf(t, shop, idle); got != store.ConsentGiven {
		t.Errorf("after a new yes it is %s", got)
	}
}

func TestABroadcastThatWasAcceptedUsesTheConsent(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	shop.Clock.Advance(20 * month)
	must(t, shop.FeedHeard(t.Context()))
	claimed, err := shop.Outbox.Claim(t.Context(), shop.Started(t, "sendable:yes"), 1)
	must(t, err)
	must(t, shop.Outbox.Settle(t.Context(), []store.Result{{Claim: claimed.Claims[0], Outcome: store.Accepted{Wamid: "wamid.1"}}}))
	shop.Clock.Advance(20 * month)
	retain(t, shop, store.Retained{})
	if got := consentOf(t, shop, id); got != store.ConsentGiven {
		t.Errorf("it is %s", got)
	}
}

func TestRequirement20AProofIsKeptItsYearsAndNoLonger(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		years                   int
		end                     func(*testing.T, *storetest.Shop, store.ContactID)
		kept, gone              time.Duration // after the last use
		suppressed, alsoExpired bool
	}{
		"withdrawn, three years": {years: 3, end: withdraw, kept: 35 * month, gone: 2 * month, suppressed: true},
		"withdrawn, one year":    {years: 1, end: withdraw, kept: 11 * month, gone: 2 * month, suppressed: true},
		"withdrawn, five years":  {years: 5, end: withdraw, kept: 58 * month, gone: 2 * month, suppressed: true},
		"let lapse":              {years: 3, end: func(*testing.T, *storetest.Shop, store.ContactID) {}, kept: 35 * month, gone: 2 * month, alsoExpired: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			settings := storetest.Settings()
			settings.KeepYears = test.years
			must(t, shop.SaveShop(t.Context(), settings, "Ana"))
			id := shop.Customer(t, 1)
			test.end(t, shop, id)
			shop.Clock.Advance(test.kept)
			want := store.Retained{}
			if test.alsoExpired {
				want.Expired = 1
			}
			retain(t, shop, want)
			shop.Clock.Advance(test.gone)
			retain(t, shop, store.Retained{Erased: 1, Purged: 1})
			if c, err := shop.Store.Contact(t.Context(), id); err != nil || c.Phone != "" || c.Name != "" {
				t.Errorf("she is still %+v, %v", c, err)
			}
			again, err := shop.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(1), Source: "counter"})
			if err != nil || again.Standing.Suppressed != test.suppressed {
				t.Errorf("the same number comes back suppressed %v, %v; want %v", again.Standing.Suppressed, err, test.suppressed)
			}
			if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
				t.Errorf("the chain: %+v, %v", v, err)
			}
		})
	}
}

// The days are counted from the last use, or from the withdrawal where that came later.
func TestRequirement20TheYearsBeginWithTheLastUseAndEndOnTheirDay(t *testing.T) {
	t.Parallel()
	if years := store.DefaultShop().KeepYears; years != 3 || store.LongestKeepYears != 5 {
		t.Errorf("a proof is kept %d years by default, and %d at most", years, store.LongestKeepYears)
	}
	shop := storetest.New(t)
	her := shop.Customer(t, 1)
	const day = 24 * time.Hour
	for range 6 { // of years, in which she writes once in a while
		shop.Clock.Advance(365 * day)
		says(t, shop, 1, "hola")
		retain(t, shop, store.Retained{})
	}
	shop.Clock.Advance(30 * day)
	withdraw(t, shop, her)
	ended := shop.Clock.Now()
	shop.Clock.Advance(ended.AddDate(3, 0, -1).Sub(ended))
	retain(t, shop, store.Retained{})
	if c, err := shop.Store.Contact(t.Context(), her); err != nil || c.Phone == "" {
		t.Errorf("a day too early she is %+v, %v", c, err)
	}
	shop.Clock.Advance(2 * day)
	retain(t, shop, store.Retained{Erased: 1, Purged: 1})
	if left := remains(t, shop, []string{string(storetest.Phone(1)), "Customer 1"}); len(left) > 0 {
		t.Errorf("of her remains %v", left)
	}
}

func TestRequirement20AConsentExpiresOnItsDay(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	her := shop.Customer(t, 1)
	used := shop.Clock.Now()
	const day = 24 * time.Hour
	shop.Clock.Advance(used.AddDate(0, 24, -1).Sub(used))
	retain(t, shop, store.Retained{})
	if got := consentOf(t, shop, her); got != store.ConsentGiven {
		t.Errorf("a day too early it is %s", got)
	}
	shop.Clock.Advance(2 * day)
	retain(t, shop, store.Retained{Expired: 1})
	if got := consentOf(t, shop, her); got != store.ConsentExpired {
		t.Errorf("after its day it is %s", got)
	}
}

func withdraw(t *testing.T, shop *storetest.Shop, id store.ContactID) {
	t.Helper()
	_, err := shop.RecordOptOut(t.Context(), store.OptOut{Contact: id, Reason: "said stop", Staff: "Marta"})
	must(t, err)
}

func TestRetentionRunsOnceADayAndSaysWhatItDid(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	run := func(want store.Retained) {
		t.Helper()
		if got, err := shop.RetainIfDue(t.Context()); err != nil || got != want {
			t.Errorf("RetainIfDue = %+v, %v; want %+v", got, err, want)
		}
	}
	run(store.Retained{})
	shop.Clock.Advance(25 * month)
	run(store.Retained{Expired: 1})
	shop.Customer(t, 2)
	shop.Clock.Advance(23 * time.Hour)
	run(store.Retained{})
	var lines int
	row := raw(t, shop).QueryRowContext(t.Context(), `SELECT count(*) FROM audit_events WHERE type = 'retention' AND detail LIKE 'expired 1,%'`)
	if err := row.Scan(&lines); err != nil || lines != 1 {
		t.Errorf("the record has %d lines of it, %v; want one", lines, err)
	}
}

func TestAClockThatWentBackDoesNotStopTheRetention(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	if _, err := shop.RetainIfDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	shop.Customer(t, 1)
	shop.Clock.Advance(-48 * time.Hour)
	if _, err := shop.RetainIfDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	shop.Clock.Advance(26 * month)
	if got, err := shop.RetainIfDue(t.Context()); err != nil || got.Expired != 1 {
		t.Errorf("RetainIfDue = %+v, %v", got, err)
	}
}

func TestHowLongAProofIsKeptHasBounds(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for years, lawful := range map[int]bool{-1: false, 0: false, 1: true, store.LongestKeepYears: true, store.LongestKeepYears + 1: false} {
		settings := storetest.Settings()
		settings.KeepYears = years
		if err := shop.SaveShop(t.Context(), settings, "Ana"); (err == nil) != lawful {
			t.Errorf("%d years: %v", years, err)
		}
	}
	settings := storetest.Settings()
	settings.KeepYears = 5
	must(t, shop.SaveShop(t.Context(), settings, "Ana"))
	if got, err := shop.Shop(t.Context()); err != nil || got.KeepYears != 5 {
		t.Errorf("it is kept %d years, %v", got.KeepYears, err)
	}
}
