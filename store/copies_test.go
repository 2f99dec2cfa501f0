package store_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// updated is a shop file that this program brought up from an older schema, with the copy that was made before.
func updated(t *testing.T) (*storetest.Shop, store.ContactID) {
	t.Helper()
	was, id := wholeLife(t)
	path := aged(t, was, 15)
	shop := storetest.Open(t, path, storetest.NewClock())
	copies, err := shop.Copies()
	if err != nil || len(copies) != 1 {
		t.Fatalf("the update made %v, %v, want one copy", copies, err)
	}
	return shop, id
}

func TestRequirement17NoCopyBesideTheFileHoldsAPurgedPerson(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		purge func(ctx context.Context, shop *storetest.Shop, id store.ContactID) error
	}{
		{"at once", func(ctx context.Context, shop *storetest.Shop, id store.ContactID) error {
			return shop.Purge(ctx, id, "Ana")
		}},
		{"on its day", func(ctx context.Context, shop *storetest.Shop, _ store.ContactID) error {
			shop.Clock.Advance(store.PurgeAfter + time.Hour)
			done, err := shop.Retain(ctx)
			if done.Copies != 1 {
				t.Errorf("it says that %d copies went", done.Copies)
			}
			return err
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop, id := updated(t)
			others := filepath.Join(filepath.Dir(shop.File), "other.db.schema-3.20260101-000000.bak")
			must(t, os.WriteFile(others, []byte("another shop's"), 0o600))
			if words := beside(t, shop); len(words) == 0 {
				t.Fatal("the copy does not hold her even before the purge")
			}
			must(t, shop.Erase(t.Context(), id, "Ana"))
			must(t, test.purge(t.Context(), shop, id))
			if words := beside(t, shop); len(words) > 0 {
				t.Errorf("still there: %v", words)
			}
			if _, err := os.Stat(others); err != nil {
				t.Errorf("the copy of another shop: %v", err)
			}
		})
	}
}

// beside lists which of her words stand in any file of the shop's folder.
func beside(t *testing.T, shop *storetest.Shop) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(shop.File))
	must(t, err)
	var found []string
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(filepath.Dir(shop.File), entry.Name()))
		must(t, err)
		for _, word := range lostWords {
			if bytes.Contains(data, []byte(word)) {
				found = append(found, word+" in "+entry.Name())
			}
		}
	}
	return slices.Compact(found)
}

func TestACopyGoesByItselfAfterFourWeeks(t *testing.T) {
	t.Parallel()
	shop, _ := updated(t)
	copies, err := shop.Copies()
	must(t, err)
	for _, test := range []struct {
		age  time.Duration
		left int
	}{{store.PurgeAfter - time.Hour, 1}, {store.PurgeAfter + time.Hour, 0}} {
		made := shop.Clock.Now().Add(-test.age)
		must(t, os.Chtimes(copies[0], made, made))
		done, err := shop.Retain(t.Context())
		must(t, err)
		if left, err := shop.Copies(); err != nil || len(left) != test.left || done.Copies != 1-test.left {
			t.Errorf("after %s: %v left, %v, and %d told", test.age, left, err, done.Copies)
		}
	}
}
