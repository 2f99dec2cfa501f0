package store_test

import (
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

func TestWhoHasNoNumberIsReachedByWhatsAppsID(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		of   interface{ Address(erased string) string }
		want string
	}{
		{store.Contact{Phone: "+16045550123", UserID: "CA.1"}, "+1 604-555-0123"},
		{store.Contact{UserID: "CA.1"}, "CA.1"},
		{store.Delivery{Phone: "+16045550123", UserID: "CA.1"}, "+1 604-555-0123"},
		{store.Delivery{UserID: "CA.1"}, "CA.1"},
		{store.Undecided{Delivery: store.Delivery{UserID: "CA.1"}}, "CA.1"},
		{store.ReviewCase{Phone: "+16045550123"}, "+1 604-555-0123"},
		{store.ReviewCase{UserID: "CA.1"}, "CA.1"},
		{store.Contact{}, ""},
	} {
		if got := test.of.Address("borrado"); got != test.want {
			t.Errorf("%+v is reached at %q, want %q", test.of, got, test.want)
		}
	}
}

// TestWhoHasLeftTheFileIsCalledByTheReadersWord: a row still stands for her wherever something was sent to her.
func TestWhoHasLeftTheFileIsCalledByTheReadersWord(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	broadcast := shop.Started(t, "sendable:yes")
	must(t, shop.Erase(t.Context(), id, "Ana"))
	must(t, shop.Purge(t.Context(), id, "Ana"))
	c, err := shop.Store.Contact(t.Context(), id)
	must(t, err)
	if got := c.Address("borrado"); got != "borrado" {
		t.Errorf("the contact is %q", got)
	}
	list, err := shop.Deliveries(t.Context(), broadcast, store.DeliveryFilter{})
	must(t, err)
	if len(list) != 1 {
		t.Fatalf("%d deliveries", len(list))
	}
	for _, d := range list {
		if got := d.Address("borrado"); got != "borrado" {
			t.Errorf("the delivery is to %q", got)
		}
	}
}
