package store_test

import (
	"slices"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

func TestTheSpineOfAListOfDeliveriesIsThoseOfTheList(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 6 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	claimed, err := shop.Outbox.Claim(t.Context(), id, 5)
	must(t, err)
	outcomes := []store.Outcome{
		store.Accepted{Wamid: "w1"}, store.Refused{Code: 131026}, store.Refused{Code: 131049}, store.Unknown{Why: "timeout"}, store.Accepted{Wamid: "w2"},
	}
	var results []store.Result
	for i, claim := range claimed.Claims {
		results = append(results, store.Result{Claim: claim, Outcome: outcomes[i]})
	}
	must(t, shop.Outbox.Settle(t.Context(), results))
	for _, test := range []struct {
		filter store.DeliveryFilter
		want   int
	}{
		{store.DeliveryFilter{}, 6},
		{store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryAccepted, store.DeliveryQueued}}, 3},
		{store.DeliveryFilter{Code: 131026}, 1},
		{store.DeliveryFilter{Reason: "timeout"}, 1},
		{store.DeliveryFilter{After: claimed.Claims[1].Delivery(), Limit: 3}, 3},
		{store.DeliveryFilter{Answered: true}, 0},
	} {
		list, err := shop.Deliveries(t.Context(), id, test.filter)
		must(t, err)
		var want []store.DeliveryID
		for _, d := range list {
			want = append(want, d.ID)
		}
		if got, err := shop.DeliveryIDs(t.Context(), id, test.filter); err != nil || got.Len() != test.want || !slices.Equal(got.All(), want) {
			t.Errorf("%+v: %v, %v, want the %d of %v", test.filter, got.All(), err, test.want, want)
		}
	}
}
