package store_test

import (
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// TestStatusThatOvertookTheAnswerDoesNotHoldUpItsBatch lets the feed tell of a
// message, by our own id, before the answer to it is settled.
func TestStatusThatOvertookTheAnswerDoesNotHoldUpItsBatch(t *testing.T) {
	t.Parallel()
	for _, state := range []store.DeliveryState{store.DeliverySent, store.DeliveryDelivered, store.DeliveryRead, store.DeliveryFailed} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			shop.Customer(t, 1)
			shop.Customer(t, 2)
			id := shop.Started(t, "sendable:yes")
			claimed, err := shop.Outbox.Claim(ctx, id, 2)
			if err != nil || len(claimed.Claims) != 2 {
				t.Fatalf("Claim = %+v, %v", claimed, err)
			}
			overtaken, other := claimed.Claims[0], claimed.Claims[1]
			told := shop.Clock.Now()
			err = shop.RecordFeed(ctx, store.Feed{Statuses: []store.Status{{
				Wamid: "w1", PublicID: overtaken.PublicID(), State: state, At: told, Code: 131026,
			}}})
			if err != nil {
				t.Fatal(err)
			}
			shop.Clock.Advance(time.Second)
			err = shop.Outbox.Settle(ctx, []store.Result{
				{Claim: overtaken, Outcome: store.Accepted{Wamid: "w1", Held: true}},
				{Claim: other, Outcome: store.Accepted{Wamid: "w2"}},
			})
			if err != nil {
				t.Fatalf("Settle = %v, want the whole batch settled", err)
			}
			list, err := shop.Deliveries(ctx, id, store.DeliveryFilter{})
			if err != nil || len(list) != 2 {
				t.Fatalf("Deliveries = %+v, %v", list, err)
			}
			if got := list[0]; got.State != state || got.Wamid != "w1" || got.AcceptedAt.IsZero() {
				t.Errorf("the overtaken one = %+v, want it still %s, with its wamid and a moment", got, state)
			}
			if got := list[1]; got.State != store.DeliveryAccepted || got.Wamid != "w2" {
				t.Errorf("the other one = %+v, want it accepted", got)
			}
		})
	}
}
