package cli

import (
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

func TestRequirement10EveryScreenCountsWhatWaitsForAPerson(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	counts := func(want int) {
		t.Helper()
		if h, err := header(t.Context(), shop.Store); err != nil || h.Reviews != want {
			t.Errorf("the header counts %d, %v, want %d", h.Reviews, err, want)
		}
	}
	counts(0)
	for n, message := range []store.Inbound{{Kind: "text", Text: "please no more"}, {Kind: "audio"}, {Kind: "text", Text: "hola"}} {
		shop.Customer(t, n)
		message.Wamid, message.Phone, message.At = "wamid."+message.Kind+message.Text, storetest.Phone(n), shop.Clock.Now()
		if err := shop.RecordFeed(t.Context(), store.Feed{Inbound: []store.Inbound{message}}); err != nil {
			t.Fatal(err)
		}
	}
	counts(2)
	reviews, err := shop.Reviews(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := shop.ResolveReview(t.Context(), reviews[0].ID, store.ReviewWithdraw, "Marta"); err != nil {
		t.Fatal(err)
	}
	counts(1)
}
