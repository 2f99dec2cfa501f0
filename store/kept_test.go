package store_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// putBack is a shop whose backup was put back, with the file that was kept: both hold one person of lostWords, unless she
// was erased before the backup was put back, and two others.
func putBack(t *testing.T, before func(shop *storetest.Shop, id store.ContactID)) (shop *storetest.Shop, kept string, id store.ContactID) {
	t.Helper()
	shop = storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	c, err := shop.AddContact(ctx, store.NewContact{
		Phone: storetest.Phone(77), Name: lostName, Source: "counter", Tags: []string{lostTag}, Fields: map[string]string{"city": lostField},
	})
	must(t, err)
	shop.OptIn(t, c.ID)
	v := newVault(t)
	from, _ := v.backup(t, shop)
	shop.Customer(t, 2) // only in the file that is kept
	before(shop, c.ID)
	must(t, shop.Close())
	shop.Clock.Advance(time.Hour)
	r := v.restore(t, shop.File, from, shop.Clock)
	again := storetest.Open(t, shop.File, shop.Clock)
	files, err := again.Kept()
	if err != nil || len(files) != 1 || files[0] != r.Kept {
		t.Fatalf("Kept = %v, %v, want %s", files, err, r.Kept)
	}
	return again, r.Kept, c.ID
}

func TestRequirement17NoKeptFileHoldsAPurgedPerson(t *testing.T) {
	t.Parallel()
	nothing := func(*storetest.Shop, store.ContactID) {}
	atOnce := func(ctx context.Context, shop *storetest.Shop, id store.ContactID) error {
		return errors.Join(shop.Erase(ctx, id, "Ana"), shop.Purge(ctx, id, "Ana"))
	}
	tests := []struct {
		name   string
		before func(shop *storetest.Shop, id store.ContactID) // to the file that is kept then
		after  func(ctx context.Context, shop *storetest.Shop, id store.ContactID) error
	}{
		{"erased and purged at once after it was put back", nothing, atOnce},
		{"erased before, due while the file is kept", func(shop *storetest.Shop, id store.ContactID) {
			must(t, shop.Erase(t.Context(), id, "Ana"))
		}, func(ctx context.Context, shop *storetest.Shop, _ store.ContactID) error {
			shop.Clock.Advance(store.PurgeAfter - time.Minute)
			_, err := shop.Retain(ctx)
			return err
		}},
		{"a message to her was on its way", func(shop *storetest.Shop, id store.ContactID) {
			shop.Saved(t, id)
			claimOne(t, shop, shop.Started(t, `"`+lostName+`"`))
			must(t, shop.Outbox.Release(t.Context()))
		}, atOnce},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop, kept, id := putBack(t, test.before)
			if words := beside(t, shop); len(words) == 0 {
				t.Fatal("no file holds her even before the purge")
			}
			must(t, test.after(t.Context(), shop, id))
			if words := beside(t, shop); len(words) > 0 {
				t.Errorf("still there: %v", words)
			}
			// The others are in it as before, and it is a whole shop.
			was := storetest.Open(t, kept, shop.Clock)
			for n := 1; n <= 2; n++ {
				if c, err := was.ContactByPhone(t.Context(), storetest.Phone(n)); err != nil || !c.Verdict.Sendable() {
					t.Errorf("customer %d in the kept file: %+v, %v", n, c.Verdict, err)
				}
			}
			if v, err := was.VerifyLedger(t.Context()); err != nil || !v.OK || was.KeyMissing() {
				t.Errorf("the kept file: %+v, %v", v, err)
			}
			// She stays out of it, should it ever become the shop file again.
			again, err := was.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(77), Name: "Back", Source: "list"})
			if err != nil || !again.Standing.Suppressed {
				t.Errorf("the same number comes back there as %+v, %v, want it suppressed", again.Standing, err)
			}
		})
	}
}

func TestAKeptFileGoesByItselfAfterFourWeeks(t *testing.T) {
	t.Parallel()
	shop, kept, _ := putBack(t, func(*storetest.Shop, store.ContactID) {})
	other := filepath.Join(filepath.Dir(shop.File), "other.db.before-20260101-000000.000")
	must(t, os.WriteFile(other, []byte("another shop's"), 0o600))
	for _, test := range []struct {
		wait time.Duration
		gone int
	}{{store.PurgeAfter - time.Minute, 0}, {2 * time.Minute, 1}} {
		shop.Clock.Advance(test.wait)
		done, err := shop.Retain(t.Context())
		if err != nil || done.Kept != test.gone {
			t.Errorf("after %s: %+v, %v, want %d gone", test.wait, done, err, test.gone)
		}
		left, err := filepath.Glob(kept + "*")
		if err != nil || (len(left) == 0) != (test.gone == 1) {
			t.Errorf("after %s: %v is left, %v", test.wait, left, err)
		}
	}
	if _, err := os.Stat(other); err != nil {
		t.Errorf("the file of another shop: %v", err)
	}
}

func TestAKeptFileThatCannotBeReadGoesWithWhoMayBeInIt(t *testing.T) {
	t.Parallel()
	shop, kept, id := putBack(t, func(*storetest.Shop, store.ContactID) {})
	data, err := os.ReadFile(kept)
	must(t, err)
	copy(data[len(data)/2:], bytes.Repeat([]byte{0xAA}, 3*4096))
	must(t, os.WriteFile(kept, data, 0o600))
	if done, err := shop.Retain(t.Context()); err != nil || done.Kept != 0 {
		t.Errorf("Retain = %+v, %v: it went although nobody is to be forgotten", done, err)
	}
	must(t, shop.Erase(t.Context(), id, "Ana"))
	must(t, shop.Purge(t.Context(), id, "Ana"))
	if words := beside(t, shop); len(words) > 0 {
		t.Errorf("still there: %v", words)
	}
	if left, err := shop.Kept(); err != nil || strings.Join(left, "") != "" {
		t.Errorf("Kept = %v, %v", left, err)
	}
}
