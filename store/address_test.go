package store_test

import (
	"testing"

	"pregon/store"
)

func TestWhoHasNoNumberIsReachedByWhatsAppsID(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		of   interface{ Address() string }
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
		if got := test.of.Address(); got != test.want {
			t.Errorf("%+v is reached at %q, want %q", test.of, got, test.want)
		}
	}
}
