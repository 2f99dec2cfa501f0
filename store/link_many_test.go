package store_test

import (
	"fmt"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// identities are what a shop knows of its people and their messages after it heard of them.
func identities(t *testing.T, shop *storetest.Shop) (all []string) {
	t.Helper()
	for n := range linkPeople {
		c, err := shop.ContactByPhone(t.Context(), storetest.Phone(n))
		if err != nil {
			t.Fatal(err)
		}
		past, err := shop.ContactDeliveries(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("%d %q %v %v %v %v", n, c.UserID, c.Standing.Consent, c.Standing.Suppressed, c.LastInbound, past[0].State))
	}
	rows, err := raw(t, shop).QueryContext(t.Context(), `SELECT contact_id, type, occurred_at, other FROM identity_events
		UNION ALL SELECT coalesce(contact_id, 0), 'wrote ' || meaning, at, 0 FROM inbound ORDER BY 1, 2`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var contact, at, other int64
		var kind string
		if err := rows.Scan(&contact, &kind, &at, &other); err != nil {
			t.Fatal(err)
		}
		all = append(all, fmt.Sprintf("event of %d: %s %d %d", contact, kind, at, other))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
		t.Errorf("the ledger: %+v, %v", v, err)
	}
	return all
}

const linkPeople = 24

// TestFirstStatusesLinkPeopleTogetherAsEachAlone tells the first statuses of everybody with their ids at once and one by
// one: among them an id that another contact has, one that a stranger stopped with, one that wrote before, one that is
// told of two people, and one person who is told two.
func TestFirstStatusesLinkPeopleTogetherAsEachAlone(t *testing.T) {
	t.Parallel()
	hear := func(together bool) []string {
		shop, _, statuses := told(t, linkPeople)
		ctx := t.Context()
		if _, err := shop.AddContact(ctx, store.NewContact{UserID: "CA.other", Name: "Other", Source: "till"}); err != nil {
			t.Fatal(err)
		}
		stranger := func(user, text string) {
			said := store.Inbound{Wamid: "in." + user, UserID: user, At: storetest.Start, Kind: "text", Text: text}
			if err := shop.RecordFeed(ctx, store.Feed{Inbound: []store.Inbound{said}}); err != nil {
				t.Fatal(err)
			}
		}
		stranger("CA.stop", "STOP")
		stranger("CA.hello", "hello")
		for i := range statuses {
			statuses[i].State, statuses[i].At, statuses[i].UserID = store.DeliverySent, storetest.Start, fmt.Sprintf("CA.%d", i)
		}
		statuses[3].UserID, statuses[5].UserID, statuses[7].UserID, statuses[9].UserID = "CA.other", "CA.stop", "CA.hello", "CA.8"
		second := statuses[11]
		second.UserID, second.State = "CA.eleven", store.DeliveryDelivered
		statuses = append(statuses, second)
		if together {
			if err := shop.RecordFeed(ctx, store.Feed{Statuses: statuses}); err != nil {
				t.Fatal(err)
			}
			return identities(t, shop)
		}
		for _, status := range statuses {
			if err := shop.RecordFeed(ctx, store.Feed{Statuses: []store.Status{status}}); err != nil {
				t.Fatal(err)
			}
		}
		return identities(t, shop)
	}
	together, alone := hear(true), hear(false)
	if len(together) != len(alone) {
		t.Errorf("together %d facts, alone %d", len(together), len(alone))
	}
	for i := range min(len(together), len(alone)) {
		if together[i] != alone[i] {
			t.Errorf("together %q, alone %q", together[i], alone[i])
		}
	}
}
