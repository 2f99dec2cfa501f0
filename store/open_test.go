package store_test

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestRequirement28NewFileIsPrivate(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Log("modes are not Unix's here; the profile's folder is private by itself")
		return
	}
	shop := storetest.New(t)
	shop.Contact(t, 1)
	for path, want := range map[string]fs.FileMode{
		shop.File: 0o600, shop.File + "-wal": 0o600, shop.File + "-shm": 0o600, shop.File + ".key": 0o600,
		filepath.Dir(shop.File): 0o700 | fs.ModeDir,
	} {
		info, err := os.Stat(path)
		if err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v, want %v", filepath.Base(path), info.Mode(), err, want)
		}
	}
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	t.Parallel()
	foreign := filepath.Join(t.TempDir(), "other.db")
	db, err := sql.Open("sqlite", "file:"+foreign)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), "CREATE TABLE songs (name TEXT)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	text := filepath.Join(t.TempDir(), "letter.txt")
	if err := os.WriteFile(text, bytes.Repeat([]byte("Dear Lucía, "), 50), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{foreign, text} {
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := store.Open(t.Context(), path); !errors.Is(err, store.ErrForeignFile) {
			t.Errorf("%s: %v, want ErrForeignFile", filepath.Base(path), err)
		}
		after, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s was changed: %v", filepath.Base(path), err)
		}
	}
}

func TestNewerFileIsRefused(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	if _, err := raw(t, shop).ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.Open(t.Context(), shop.File); !errors.Is(err, store.ErrNewerSchema) {
		t.Errorf("Open = %v, want ErrNewerSchema", err)
	}
}

func TestDamagedFileIsRefused(t *testing.T) {
	t.Parallel()
	for name, damage := range map[string]func([]byte) []byte{
		"cut short": func(b []byte) []byte { return b[:len(b)/2] },
		"overwritten": func(b []byte) []byte {
			copy(b[len(b)/2:], bytes.Repeat([]byte{0xAA}, 3*4096))
			return b
		},
	} {
		shop := storetest.New(t)
		for n := range 50 {
			shop.Contact(t, n)
		}
		if err := shop.Close(); err != nil {
			t.Fatal(err)
		}
		whole, err := os.ReadFile(shop.File)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "damaged.db")
		if err := os.WriteFile(path, damage(whole), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := store.Open(t.Context(), path); !errors.Is(err, store.ErrDamaged) {
			t.Errorf("%s: Open = %v, want ErrDamaged", name, err)
		}
	}
}

func TestFileLeftByAKillBeforeItsFirstCheckpointOpens(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Contact(t, 1)
	path := filepath.Join(t.TempDir(), "killed.db")
	for _, suffix := range []string{"", "-wal", ".key"} {
		content, err := os.ReadFile(shop.File + suffix)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path+suffix, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again := storetest.Open(t, path, shop.Clock)
	if _, err := again.ContactByPhone(t.Context(), storetest.Phone(1)); err != nil {
		t.Errorf("the contact is gone: %v", err)
	}
}

func TestRequirement18MissingKeyKeepsEverybodyUnsent(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	if err := errors.Join(shop.Outbox.Release(t.Context()), shop.Close(), os.Remove(shop.File+".key")); err != nil {
		t.Fatal(err)
	}
	again := storetest.Open(t, shop.File, shop.Clock)
	if !again.KeyMissing() {
		t.Error("KeyMissing = false")
	}
	if _, err := again.Outbox.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := again.Outbox.Claim(t.Context(), id, 1); !errors.Is(err, store.ErrKeyMissing) {
		t.Errorf("Claim = %v, want ErrKeyMissing", err)
	}
	if _, err := again.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(2), Source: "counter"}); !errors.Is(err, store.ErrKeyMissing) {
		t.Errorf("AddContact = %v, want ErrKeyMissing", err)
	}
	if _, err := os.Stat(shop.File + ".key"); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a new key was made, which would un-suppress everyone")
	}
}

func TestChangesAreHeardInThisProcessAndAnother(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	here := shop.Changes(t.Context())
	there := storetest.Open(t, shop.File, shop.Clock).Changes(t.Context())
	for n := 0; ; n++ { // the other process begins to listen at some moment
		shop.Contact(t, n)
		<-here
		select {
		case <-there:
			return
		default:
		}
	}
}

// TestManyWhoListenLeaveConnectionsToRead: there are four that read, and more sessions than that may listen.
func TestManyWhoListenLeaveConnectionsToRead(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	other := storetest.Open(t, shop.File, shop.Clock)
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	heard := make([]<-chan struct{}, 12)
	for i := range heard {
		heard[i] = shop.Changes(ctx)
	}
	reading, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	for n := 0; len(heard) > 0; n++ { // until all have heard of what another process wrote
		other.Contact(t, n)
		if _, err := shop.Shop(reading); err != nil {
			t.Fatalf("nothing can be read while %d listen: %v", len(heard), err)
		}
		heard = slices.DeleteFunc(heard, func(listener <-chan struct{}) bool {
			select {
			case <-listener:
				return true
			default:
				return false
			}
		})
	}
	leave()
	again, done := context.WithCancel(t.Context())
	defer done()
	late := shop.Changes(again) // the first listener after the last has left
	for n := 100_000; ; n++ {
		other.Contact(t, n)
		select {
		case <-late:
			return
		case <-reading.Done():
			t.Fatal("a listener that came after all had left heard nothing")
		default:
		}
	}
}
