package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

// versions are the numbers of all migrations, the oldest first.
func versions(t *testing.T) []int64 {
	t.Helper()
	files, err := fs.Glob(os.DirFS("migrations"), "*.sql")
	must(t, err)
	list := make([]int64, 0, len(files))
	for _, file := range files {
		version, err := goose.NumericComponent(file)
		must(t, err)
		list = append(list, version)
	}
	slices.Sort(list)
	return list
}

// lived is a shop in the middle of its work: people in every standing, one
// broadcast half sent, one planned, one drafted. Its ledgers are those that a
// file of any version has, and with a feed those that came with it.
func lived(t *testing.T, feed bool) *storetest.Shop {
	t.Helper()
	ctx := t.Context()
	shop := storetest.New(t)
	for n := range 8 {
		id := shop.Customer(t, n)
		must(t, shop.TagContacts(ctx, []store.ContactID{id}, []string{"vip", fmt.Sprintf("street-%d", n)}, nil))
		must(t, shop.Edit(ctx, id, store.EditContact{Fields: map[string]string{"city": "Vancouver"}}))
	}
	shop.Contact(t, 10)
	_, err := shop.RecordAsked(ctx, store.Asked{Contact: shop.Contact(t, 11), Staff: "Marta"})
	must(t, err)
	_, err = shop.RecordRefusal(ctx, shop.Contact(t, 12), "Marta", "counter")
	must(t, err)
	_, err = shop.RecordOptOut(ctx, store.OptOut{Contact: shop.Customer(t, 13), Staff: "Marta", Reason: "too many"})
	must(t, err)
	must(t, shop.RecordPlatform(ctx, store.PlatformEvent{Contact: shop.Customer(t, 14), Type: "stopped", At: shop.Clock.Now()}))
	must(t, shop.Erase(ctx, shop.Customer(t, 15), "Ana"))
	gone := shop.Customer(t, 16)

	shop.Broadcast(t, "tag:vip")
	planned := shop.Broadcast(t, "customer")
	must(t, shop.ScheduleBroadcast(ctx, planned, store.Schedule{At: shop.Clock.Now().Add(48 * time.Hour), Staff: "Ana"}))
	id := shop.Started(t, "customer")
	claims := settle(t, shop, id, store.Accepted{Wamid: "wamid.0"}, store.Accepted{Wamid: "wamid.1"}, store.Unknown{Why: "timeout"},
		store.Refused{Code: 131026})
	tell(t, shop, store.Feed{Statuses: []store.Status{
		{Wamid: "wamid.0", State: store.DeliveryRead, At: shop.Clock.Now()},
		{Wamid: "wamid.nobody's", State: store.DeliveryDelivered, At: shop.Clock.Now()},
	}})
	if len(claims) != 4 {
		t.Fatalf("claimed %d", len(claims))
	}
	if c := claimOne(t, shop, id); c.PublicID() == "" { // under way when the program was updated
		t.Fatal("no claim")
	}
	if feed {
		tell(t, shop, store.Feed{Identities: []store.Identity{{Phone: storetest.Phone(0), UserID: "CA.1", At: shop.Clock.Now()}}})
		must(t, shop.OpenReview(ctx, 9)) // of the one without consent
		must(t, shop.Merge(ctx, gone, shop.Contact(t, 20), "Ana"))
	}
	must(t, shop.Erase(ctx, gone, "Ana")) // while she waits in the queue
	return shop
}

// aged writes a shop file as the program of an earlier version would have kept
// the same shop: in its tables, with its columns.
func aged(t *testing.T, shop *storetest.Shop, version int64) string {
	t.Helper()
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite", "file:"+path)
	must(t, err)
	must(t, store.MigrateTo(ctx, db, version))
	conn, err := db.Conn(ctx)
	must(t, err)
	do := func(statement string, args ...any) {
		t.Helper()
		if _, err := conn.ExecContext(ctx, statement, args...); err != nil {
			t.Fatalf("version %d: %s: %v", version, statement, err)
		}
	}
	do(`PRAGMA synchronous = OFF`)
	do(`PRAGMA application_id = ` + applicationID(t))
	do(`ATTACH ? AS now`, shop.File)
	guards := texts(ctx, t, conn, `SELECT sql FROM main.sqlite_schema WHERE type = 'trigger'`)
	for _, name := range texts(ctx, t, conn, `SELECT name FROM main.sqlite_schema WHERE type = 'trigger'`) {
		do(`DROP TRIGGER ` + name)
	}
	for _, table := range plainTables(ctx, t, conn) {
		columns := strings.Join(texts(ctx, t, conn, `SELECT name FROM pragma_table_info(?1, 'main')
			INTERSECT SELECT name FROM pragma_table_info(?1, 'now')`, table), ", ")
		do(`DELETE FROM main.` + table)
		do(`INSERT INTO main.` + table + ` (` + columns + `) SELECT ` + columns + ` FROM now.` + table)
	}
	for _, index := range texts(ctx, t, conn, `SELECT name FROM main.sqlite_schema WHERE name IN ('contacts_fts', 'contacts_grams')`) {
		if index == "contacts_fts" {
			do(`INSERT INTO contacts_fts (contacts_fts) VALUES ('rebuild')`)
			continue
		}
		do(`INSERT INTO contacts_grams (rowid, text) SELECT id, folded || ' ' || coalesce(phone, '') || '  ' FROM contacts`)
	}
	for _, guard := range guards {
		do(guard)
	}
	must(t, errors.Join(conn.Close(), db.Close()))
	key, err := os.ReadFile(shop.File + ".key")
	must(t, err)
	must(t, os.WriteFile(path+".key", key, 0o600))
	return path
}

func texts(ctx context.Context, t *testing.T, conn *sql.Conn, query string, args ...any) []string {
	t.Helper()
	rows, err := conn.QueryContext(ctx, query, args...)
	must(t, err)
	defer func() { _ = rows.Close() }()
	var list []string
	for rows.Next() {
		var text string
		must(t, rows.Scan(&text))
		list = append(list, text)
	}
	must(t, rows.Err())
	return list
}

// plainTables are those that hold what a shop wrote, without the indexes of
// words, which are made of them.
func plainTables(ctx context.Context, t *testing.T, conn *sql.Conn) []string {
	t.Helper()
	return texts(ctx, t, conn, `SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
		AND name NOT LIKE 'goose_%' AND name NOT LIKE 'contacts_fts%' AND name NOT LIKE 'contacts_gram%' ORDER BY 1`)
}

// held are all rows of a file, a line each, as far as these columns go.
func held(t *testing.T, path string, columns map[string]string) map[string][]string {
	t.Helper()
	ctx := t.Context()
	db, err := sql.Open("sqlite", "file:"+path+"?mode=ro")
	must(t, err)
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx)
	must(t, err)
	defer func() { _ = conn.Close() }()
	if len(columns) == 0 {
		for _, table := range plainTables(ctx, t, conn) {
			columns[table] = strings.Join(texts(ctx, t, conn, `SELECT 'quote(' || name || ')' FROM pragma_table_info(?)`, table), " || ' ' || ")
		}
	}
	rows := map[string][]string{}
	for table, line := range columns {
		rows[table] = texts(ctx, t, conn, `SELECT `+line+` FROM `+table+` ORDER BY 1`)
	}
	return rows
}

func TestEveryOlderVersionIsMigratedWithoutLosingAnything(t *testing.T) {
	t.Parallel()
	silent, heard := lived(t, false), lived(t, true)
	for _, version := range versions(t) {
		if version < 3 {
			continue // no broadcasts yet: the two have a test of their own
		}
		t.Run(strconv.FormatInt(version, 10), func(t *testing.T) {
			t.Parallel()
			shop, erased := silent, 2
			if version >= 4 {
				shop, erased = heard, 3 // with the entry that was merged into hers
			}
			path := aged(t, shop, version)
			columns := map[string]string{}
			before := held(t, path, columns)
			clock := storetest.NewClock()
			now := storetest.Open(t, path, clock)
			after := held(t, path, columns)
			for table, rows := range before {
				for _, row := range rows {
					if !slices.Contains(after[table], row) {
						t.Errorf("%s lost %s", table, row)
					}
				}
			}
			if len(before["deliveries"]) < 8 || len(before["consent_events"]) < 12 || len(before["suppressions"]) < 2 {
				t.Fatalf("the older file holds too little: %v", before)
			}
			sound(t, now)
			sameGate(t, shop, now)
			// Who was erased leaves the file, whatever version it was done with.
			clock.Advance(store.PurgeAfter + 25*time.Hour)
			if done, err := now.Retain(t.Context()); err != nil || done.Purged != erased {
				t.Errorf("Retain = %+v, %v, want %d people purged", done, err, erased)
			}
			sound(t, now)
		})
	}
}

// sound is a file that nothing is wrong with.
func sound(t *testing.T, shop *storetest.Shop) {
	t.Helper()
	if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
	db := raw(t, shop)
	conn, err := db.Conn(t.Context())
	must(t, err)
	defer func() { _ = conn.Close() }()
	if list := texts(t.Context(), t, conn, `SELECT integrity_check FROM pragma_integrity_check`); !slices.Equal(list, []string{"ok"}) {
		t.Errorf("integrity_check = %v", list)
	}
	if list := texts(t.Context(), t, conn, `SELECT "table" FROM pragma_foreign_key_check`); len(list) > 0 {
		t.Errorf("rows of %v point to nothing", list)
	}
}

// sameGate compares whom a migrated file lets be called with what the shop of
// today says, and sees that nobody is called a second time.
func sameGate(t *testing.T, today, old *storetest.Shop) {
	t.Helper()
	ctx := t.Context()
	want, err := today.ContactIDs(ctx, "sendable:yes", store.SortID)
	must(t, err)
	if got, err := old.ContactIDs(ctx, "sendable:yes", store.SortID); err != nil || !slices.Equal(got, want) {
		t.Errorf("sendable are %v, %v, want %v", got, err, want)
	}
	if got, err := old.ContactIDs(ctx, "customer 7", store.SortID); err != nil || len(got) != 1 {
		t.Errorf("a name is found %d times, %v", len(got), err)
	}
	if orphans, err := old.Outbox.Acquire(ctx); err != nil || orphans != 1 {
		t.Errorf("%d calls were under way, %v, want 1", orphans, err)
	}
	list, err := old.Broadcasts(ctx)
	must(t, err)
	sending := slices.IndexFunc(list, func(b store.Broadcast) bool { return b.State == store.BroadcastSending })
	if len(list) != 3 || sending < 0 {
		t.Fatalf("broadcasts are %+v", list)
	}
	claimed, err := old.Outbox.Claim(ctx, list[sending].ID, 100)
	must(t, err)
	var called []phone.E164
	for _, claim := range claimed.Claims {
		address, err := claim.Spend()
		must(t, err)
		called = append(called, address.Phone)
	}
	slices.Sort(called)
	// Of the eight customers five had been called, and the ninth is erased.
	if rest := []phone.E164{storetest.Phone(5), storetest.Phone(6), storetest.Phone(7)}; !slices.Equal(called, rest) {
		t.Errorf("%v are called, want the rest, %v", called, rest)
	}
	again, err := old.AddContact(ctx, store.NewContact{Phone: storetest.Phone(15), Source: "counter"})
	if err == nil && !again.Standing.Suppressed {
		t.Errorf("who was erased is not suppressed: %+v", again.Standing)
	}
}
