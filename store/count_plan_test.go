package store_test

import (
	"slices"
	"strings"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// TestCountsReadNoRowThatAnIndexAnswersFor looks at the plans of counts that would else read everybody's row.
func TestCountsReadNoRowThatAnIndexAnswersFor(t *testing.T) {
	t.Parallel()
	shop := multitude(t, 300)
	db := raw(t, shop)
	statements := store.CountSQL(shop.Clock.Now())
	for name, index := range map[string]string{
		"eligible":      "USING INDEX standings_eligible",
		"undeliverable": "USING INDEX contacts_undeliverable",
		"unseen":        "USING COVERING INDEX standings_erased",
		"tagged":        "USING PRIMARY KEY (tag=?)",
		"places":        "USING COVERING INDEX contacts_places",
		"words":         "VIRTUAL TABLE INDEX",
		"led":           "SEARCH c USING INTEGER PRIMARY KEY",
		"contacted":     "SEARCH deliveries USING INTEGER PRIMARY KEY (rowid>?)",
		"field":         "USING INDEX contacts_fields",
	} {
		lines := plan(t, db, statements[name])
		if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, index) }) {
			t.Errorf("%s: no %s in %q", name, index, lines)
		}
	}
	if lines := plan(t, db, statements["gram"]); len(lines) != 1 || !strings.Contains(lines[0], "VIRTUAL TABLE INDEX") {
		t.Errorf("a gram is looked up by %q, want the index of words alone", lines)
	}
}

func TestCountsKnowThatAShopWantsTheSecondYes(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	shop.Customer(t, 2)
	for confirm, want := range map[bool]int{false: 2, true: 0} {
		settings, err := shop.Shop(t.Context())
		must(t, err)
		settings.RequireConfirmed = confirm
		must(t, shop.SaveShop(t.Context(), settings, "Ana"))
		for query, total := range map[string]int{"": 2, "added:<9y": 2, "sendable:yes": want, "-tag:vip": 2, "-tag:vip sendable:yes": want} {
			if got, err := shop.CountContacts(t.Context(), query); err != nil || got != (store.ContactCounts{Total: total, Sendable: want}) {
				t.Errorf("asking for a second yes %v: %q counts %+v, %v; want %d and %d", confirm, query, got, err, total, want)
			}
		}
	}
}
