package store_test

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestFullDiskLosesOnlyTheLastChange(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	kept := 0
	for ; kept < 5; kept++ {
		shop.Customer(t, kept)
	}
	if err := shop.LimitPages(ctx, 1); err != nil { // SQLite makes it the present size
		t.Fatal(err)
	}
	var err error
	for ; err == nil && kept < 5000; kept++ {
		_, err = shop.AddContact(ctx, store.NewContact{Phone: storetest.Phone(kept), Name: "Ana", Source: "counter"})
	}
	kept--
	if !errors.Is(err, store.ErrDiskFull) {
		t.Fatalf("after %d contacts: %v, want ErrDiskFull", kept, err)
	}
	if counts, err := shop.CountContacts(ctx, ""); err != nil || counts.Total != kept || counts.Sendable != 5 {
		t.Errorf("counts = %+v, %v, want the %d that were added", counts, err, kept)
	}
	if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
	if err := shop.LimitPages(ctx, 1<<30); err != nil {
		t.Fatal(err)
	}
	shop.Customer(t, kept) // room again: the same contact goes in
	var verdict string
	if err := raw(t, shop).QueryRowContext(ctx, "PRAGMA integrity_check").Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check = %s, %v", verdict, err)
	}
}

func TestFileThatCannotBeWrittenIsSaidToBe(t *testing.T) {
	t.Parallel()
	if os.Getuid() <= 0 {
		t.Skip("the system's administrator, or a system without modes, may write anything")
	}
	shop := storetest.New(t)
	shop.Customer(t, 1)
	folder := filepath.Dir(shop.File)
	if err := shop.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(shop.File)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Chmod(shop.File, 0o400), os.Chmod(folder, 0o500)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
	for _, path := range []string{shop.File, filepath.Join(folder, "new.db"), filepath.Join(folder, "deeper", "new.db")} {
		s, _, err := store.Open(t.Context(), path)
		if !errors.Is(err, store.ErrReadOnly) {
			t.Errorf("Open(%s) = %v, want ErrReadOnly", filepath.Base(path), err)
		}
		if err == nil {
			_ = s.Close()
		}
	}
	if after, err := os.ReadFile(shop.File); err != nil || string(after) != string(before) {
		t.Errorf("the file was changed: %v", err)
	}
}

// older makes a shop file as an earlier version of the program left it.
func older(t *testing.T, version int64) string {
	t.Helper()
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "older.db")
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, "PRAGMA application_id = 0x5052474e"); err != nil {
		t.Fatal(err)
	}
	if err := store.MigrateTo(ctx, db, version); err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(ctx, `INSERT INTO contacts (phone, phone_mac, name, folded, source, added_at, updated_at)
		VALUES (?, x'00', 'Ana', 'ana', 'counter', 1, 1)`, storetest.Phone(1))
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// schemaOf asks a file for its version and for how many contacts it holds.
func schemaOf(ctx context.Context, t *testing.T, path string) (version, contacts int) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	err = db.QueryRowContext(ctx, "SELECT (SELECT max(version_id) FROM goose_db_version), (SELECT count(*) FROM contacts)").Scan(&version, &contacts)
	if err != nil {
		t.Fatal(err)
	}
	return version, contacts
}

func copies(t *testing.T, path string) []string {
	t.Helper()
	list, err := filepath.Glob(path + ".*.bak")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestOlderFileIsMigratedWithACopyBesideIt(t *testing.T) {
	t.Parallel()
	for _, version := range []int64{1, 2} {
		path := older(t, version)
		shop := storetest.Open(t, path, storetest.NewClock())
		if _, err := shop.ContactByPhone(t.Context(), storetest.Phone(1)); err != nil {
			t.Errorf("from %d: the contact is gone: %v", version, err)
		}
		list := copies(t, path)
		if len(list) != 1 {
			t.Fatalf("from %d: copies = %v, want one", version, list)
		}
		info, err := os.Stat(list[0])
		if err != nil || (os.Getuid() >= 0 && info.Mode() != fs.FileMode(0o600)) {
			t.Errorf("from %d: the copy has mode %v, %v, want 0600", version, info.Mode(), err)
		}
		if got, contacts := schemaOf(t.Context(), t, list[0]); got != int(version) || contacts != 1 {
			t.Errorf("from %d: the copy has schema %d and %d contacts", version, got, contacts)
		}
		// The copy is a shop file itself, and opening the new one again copies nothing.
		storetest.Open(t, list[0], storetest.NewClock())
		storetest.Open(t, path, storetest.NewClock())
		if again := copies(t, path); len(again) > 2 || len(copies(t, list[0])) != 1 {
			t.Errorf("from %d: copies = %v", version, again)
		}
	}
}

func TestFailedMigrationLeavesTheFileAsItWas(t *testing.T) {
	t.Parallel()
	path := older(t, 2)
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	// In the way of the last statements of the next migration.
	_, err = db.ExecContext(t.Context(), "CREATE TABLE events (id INTEGER PRIMARY KEY)")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	clock := storetest.NewClock()
	if _, _, err := store.Open(t.Context(), path, store.WithClock(clock.Now)); err == nil {
		t.Fatal("Open = nil, want the migration to fail")
	}
	if version, contacts := schemaOf(t.Context(), t, path); version != 2 || contacts != 1 || len(copies(t, path)) != 1 {
		t.Errorf("schema %d, %d contacts, copies %v, want it untouched with a copy", version, contacts, copies(t, path))
	}
	if db, err = sql.Open("sqlite", "file:"+path); err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "DROP TABLE events")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Second)
	if _, err := storetest.Open(t, path, clock).ContactByPhone(t.Context(), storetest.Phone(1)); err != nil {
		t.Errorf("after the way was cleared: %v", err)
	}
}
