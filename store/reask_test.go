package store_test

import (
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestRequirement16AskingAgainWithinNinetyDaysOfANoIsOnTheRecord(t *testing.T) {
	t.Parallel()
	day := 24 * time.Hour
	yes := func(method store.Method, evidence string) func(*storetest.Shop, store.ContactID) error {
		return func(shop *storetest.Shop, id store.ContactID) error {
			in := storetest.OptIn(id)
			in.Method, in.Evidence = method, evidence
			_, err := shop.RecordOptIn(t.Context(), in)
			return err
		}
	}
	no := func(shop *storetest.Shop, id store.ContactID) error {
		_, err := shop.RecordRefusal(t.Context(), id, "Marta", "counter")
		return err
	}
	tests := []struct {
		name     string
		first    func(*storetest.Shop, store.ContactID) error
		later    time.Duration
		second   func(*storetest.Shop, store.ContactID) error
		recorded string
	}{
		{"a yes the next week", no, 7 * day, yes(store.MethodSpoken, ""), "7 days after a no"},
		{"a yes at the screen on the last day", no, 90*day - time.Hour, yes(store.MethodCounterScreen, ""), "89 days after a no"},
		{"another no the next day", no, day, no, "1 days after a no"},
		{"a question the next day", no, day, func(shop *storetest.Shop, id store.ContactID) error {
			_, err := shop.RecordAsked(t.Context(), store.Asked{Contact: id, Staff: "Marta"})
			return err
		}, "1 days after a no"},
		{"a card after she withdrew", func(shop *storetest.Shop, id store.ContactID) error {
			shop.OptIn(t, id)
			withdraw(t, shop, id)
			return nil
		}, day, yes(store.MethodPaper, "card 7"), "1 days after a no"},
		{"after ninety days", no, 90 * day, yes(store.MethodSpoken, ""), ""},
		{"she wrote herself", no, day, yes(store.MethodQRInbound, "wamid.1"), ""},
		{"she filled in a form herself", no, day, yes(store.MethodWeb, "form 3"), ""},
		{"the no was a mistake", func(shop *storetest.Shop, id store.ContactID) error {
			if err := no(shop, id); err != nil {
				return err
			}
			_, err := shop.VoidLast(t.Context(), id, "Marta")
			return err
		}, day, yes(store.MethodSpoken, ""), ""},
		{"nobody said no", func(*storetest.Shop, store.ContactID) error { return nil }, day, yes(store.MethodSpoken, ""), ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			id := shop.Contact(t, 1)
			must(t, test.first(shop, id))
			shop.Clock.Advance(test.later)
			must(t, test.second(shop, id))
			var lines int
			var detail, staff string
			err := raw(t, shop).QueryRowContext(t.Context(), `SELECT count(*), coalesce(max(detail), ''), coalesce(max(staff), '')
				FROM audit_events WHERE type = 'asked_again' AND subject = 'contact 1'`).Scan(&lines, &detail, &staff)
			must(t, err)
			if detail != test.recorded || lines > 1 || (lines == 1) != (staff == "Marta") {
				t.Errorf("the record has %d lines, %q by %q, want %q", lines, detail, staff, test.recorded)
			}
			if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
				t.Errorf("VerifyLedger = %+v, %v", v, err)
			}
		})
	}
}
