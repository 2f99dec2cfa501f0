package store_test

import (
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestWhoIsErasedIsListedUntilSheLeavesTheFile(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	ids := []store.ContactID{shop.Customer(t, 1), shop.Customer(t, 2), shop.Customer(t, 3), shop.Customer(t, 4)}
	must(t, shop.Merge(ctx, ids[0], ids[3], "Ana")) // leaves with the one it became part of
	must(t, shop.Erase(ctx, ids[0], "Ana"))
	first := shop.Clock.Now()
	shop.Clock.Advance(time.Hour)
	must(t, shop.Erase(ctx, ids[1], "Ana"))
	want := []store.Erased{
		{Contact: ids[0], At: first, PurgeAt: first.Add(store.PurgeAfter)},
		{Contact: ids[1], At: first.Add(time.Hour), PurgeAt: first.Add(time.Hour).Add(store.PurgeAfter)},
	}
	same := func(a, b store.Erased) bool {
		return a.Contact == b.Contact && a.At.Equal(b.At) && a.PurgeAt.Equal(b.PurgeAt)
	}
	if got, err := shop.Erased(ctx); err != nil || !slices.EqualFunc(got, want, same) {
		t.Errorf("listed are %+v, %v, want %+v", got, err, want)
	}
	must(t, shop.Purge(ctx, ids[0], "Ana"))
	if got, err := shop.Erased(ctx); err != nil || !slices.EqualFunc(got, want[1:], same) {
		t.Errorf("after one left there are %+v, %v", got, err)
	}
}
