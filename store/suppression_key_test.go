package store_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// TestRequirement18TheListHoldsNothingThatCanBeTriedOut: all numbers of a country are hashed in seconds, so without a key
// that lies elsewhere a hash is as good as the number.
func TestRequirement18TheListHoldsNothingThatCanBeTriedOut(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	erased := shop.Customer(t, 1)
	must(t, shop.Erase(t.Context(), erased, "Ana"))
	must(t, shop.Purge(t.Context(), erased, "Ana"))
	tell(t, shop, store.Feed{Inbound: []store.Inbound{{Wamid: "wamid.1", Phone: storetest.Phone(2), Kind: "text", Text: "STOP", At: shop.Clock.Now()}}})
	text, key := keyOf(t, shop)
	for n, query := range map[int]string{1: `SELECT mac FROM suppressions`, 2: `SELECT mac FROM identity_stops`} {
		hash := hmac.New(sha256.New, key)
		hash.Write([]byte("phone:" + string(storetest.Phone(n))))
		var kept []byte
		if err := raw(t, shop).QueryRowContext(t.Context(), query).Scan(&kept); err != nil || !hmac.Equal(kept, hash.Sum(nil)) {
			t.Errorf("%s holds %x, %v, want the keyed hash", query, kept, err)
		}
	}
	forbidden := map[string][]byte{"its key": key, "its key as text": text}
	for n := 1; n <= 2; n++ {
		number := storetest.Phone(n)
		for _, plain := range []string{string(number), number.Digits(), "phone:" + string(number)} {
			sum := sha256.Sum256([]byte(plain))
			forbidden["a plain hash of "+plain] = sum[:]
		}
	}
	for _, file := range []string{"", "-wal"} {
		data, err := os.ReadFile(shop.File + file)
		if os.IsNotExist(err) {
			continue
		}
		must(t, err)
		for what, bytesOf := range forbidden {
			if bytes.Contains(data, bytesOf) {
				t.Errorf("the file holds %s", what)
			}
		}
	}
}

// keyOf is the key beside a shop file, as it is written and as it is used.
func keyOf(t *testing.T, shop *storetest.Shop) (text, key []byte) {
	t.Helper()
	text, err := os.ReadFile(shop.File + ".key")
	must(t, err)
	text = bytes.TrimSpace(text)
	key, err = hex.DecodeString(string(text))
	if err != nil || len(key) != sha256.Size {
		t.Fatalf("the key has %d bytes, %v", len(key), err)
	}
	return text, key
}

func TestRequirement18EveryShopHasAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	var keys [2][]byte
	for i := range keys {
		folder := filepath.Join(t.TempDir(), "shop")
		must(t, os.Mkdir(folder, 0o700))
		_, keys[i] = keyOf(t, storetest.Open(t, filepath.Join(folder, "shop.db"), storetest.NewClock()))
	}
	if bytes.Equal(keys[0], keys[1]) {
		t.Error("two shops hash a number alike: one could tell whom the other lost")
	}
}
