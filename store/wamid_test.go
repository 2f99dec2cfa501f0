package store_test

import (
	"fmt"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// toldOf reports whether a status that brings nothing but the platform's id moves the delivery.
func toldOf(t *testing.T, shop *storetest.Shop, id store.BroadcastID, row int, wamid string) bool {
	t.Helper()
	before := deliveries(t, shop, id)[row].State
	err := shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{{Wamid: wamid, State: store.DeliveryRead, At: shop.Clock.Now()}}})
	if err != nil {
		t.Fatal(err)
	}
	after := deliveries(t, shop, id)[row].State
	return before != after && after == store.DeliveryRead
}

// Answers come out of order, and somebody asks in the middle: whatever was filed by then, every id is found.
func TestEveryWamidIsFoundWhenItIsAskedFor(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id, claims := claimMany(t, shop, 12)
	results := allAccepted(claims)
	mustSettle(t, shop, results[3], results[7]) // the first ones are still under way
	for _, row := range []int{7, 3} {
		if !toldOf(t, shop, id, row, fmt.Sprintf("wamid.%d", row)) {
			t.Errorf("delivery %d is not found while older calls are under way", row)
		}
	}
	mustSettle(t, shop, results[:3]...)
	if !toldOf(t, shop, id, 1, "wamid.1") {
		t.Error("delivery 1 is not found: it was filed past")
	}
	mustSettle(t, shop, results[4:]...)
	for _, row := range []int{11, 0, 2, 4, 5, 6, 8, 9, 10} {
		if !toldOf(t, shop, id, row, fmt.Sprintf("wamid.%d", row)) {
			t.Errorf("delivery %d is not found", row)
		}
	}
	if toldOf(t, shop, id, 0, "wamid.of.a.stranger") {
		t.Error("an id that nobody gave moved somebody")
	}
}

// A call that ended without an answer gets its id from the first status that names it by our own.
func TestAWamidThatComesLateIsFoundFromThenOn(t *testing.T) {
	t.Parallel()
	for _, asked := range []bool{false, true} {
		shop := storetest.New(t)
		id, claims := claimMany(t, shop, 3)
		results := allAccepted(claims)
		results[1].Outcome = store.Unknown{Why: "timeout"}
		results[2].Outcome = store.Accepted{} // taken, and no id told
		mustSettle(t, shop, results...)
		if asked && !toldOf(t, shop, id, 0, "wamid.0") {
			t.Error("the one with an answer is not found")
		}
		for row := 1; row < 3; row++ {
			wamid := fmt.Sprintf("late.%d", row)
			if toldOf(t, shop, id, row, wamid) {
				t.Errorf("delivery %d was found by an id that nobody told of", row)
			}
			err := shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{
				{Wamid: wamid, PublicID: claims[row].PublicID(), State: store.DeliverySent, At: shop.Clock.Now()},
			}})
			if err != nil {
				t.Fatal(err)
			}
		}
		for row := 1; row < 3; row++ {
			err := shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{
				{Wamid: fmt.Sprintf("late.%d", row), State: store.DeliveryRead, At: shop.Clock.Now()},
			}})
			if err != nil {
				t.Fatal(err)
			}
			if d := deliveries(t, shop, id)[row]; d.State != store.DeliveryRead {
				t.Errorf("asked %t: delivery %d is %s after its id was told", asked, row, d.State)
			}
		}
	}
}

// The counts are kept by the rows' own moves; adding the rows up must give the same, whatever happened to them.
func TestCountsAreThoseOfTheRows(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id, claims := claimMany(t, shop, 12)
	results := allAccepted(claims)
	results[1].Outcome = store.Unknown{Why: "timeout"}
	results[2].Outcome = store.Refused{Code: 131026}
	results[3].Outcome = store.Later{At: shop.Clock.Now(), Code: 131000}
	results[4].Outcome = store.OptedOut{Code: 131050}
	results[5].Outcome = store.Unspent{}
	mustSettle(t, shop, results[:10]...)
	toldOf(t, shop, id, 6, "wamid.6")
	counts, rows := shop.Counts(t.Context(), t, id), store.Counts{}
	for _, d := range deliveries(t, shop, id) {
		rows[d.State]++
	}
	for _, state := range deliveryStates {
		if counts[state] != rows[state] {
			t.Errorf("%d are counted as %s, and %d are", counts[state], state, rows[state])
		}
	}
}
