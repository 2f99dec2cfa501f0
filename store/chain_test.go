package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// event is one row of a ledger, by where it stands.
type event struct {
	table string
	seq   int64
}

func (e event) String() string { return fmt.Sprintf("%s %d", e.table, e.seq) }

// forge is somebody who can write the whole file, with every guard taken out.
type forge struct {
	*testing.T
	shop   *storetest.Shop
	conn   *sql.Conn
	events []event // in the order of the chain
}

// newForge makes a shop with something in each ledger.
func newForge(t *testing.T) *forge {
	t.Helper()
	ctx := t.Context()
	shop := storetest.New(t)
	for n := range 5 {
		shop.Customer(t, n)
	}
	shop.Clock.Advance(time.Minute)
	if err := shop.RecordPlatform(ctx, store.PlatformEvent{Contact: 1, Type: "unreachable", Code: 131026, At: shop.Clock.Now()}); err != nil {
		t.Fatal(err)
	}
	tell(t, shop, store.Feed{Identities: []store.Identity{{Phone: storetest.Phone(0), UserID: "CA.1"}, {Phone: storetest.Phone(1), UserID: "CA.2"}}})
	for n := range 2 {
		if err := shop.OpenReview(ctx, store.ContactID(n+1)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: 3, Staff: "Marta"}); err != nil {
		t.Fatal(err)
	}
	conn, err := raw(t, shop).Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	f := &forge{T: t, shop: shop, conn: conn}
	f.do(`PRAGMA ignore_check_constraints = 1`)
	for _, table := range allLedgers {
		f.do("DROP TRIGGER " + table + "_frozen")
		f.do("DROP TRIGGER " + table + "_kept")
		first := len(f.events)
		f.each("SELECT seq FROM "+table, func(seq int64) { f.events = append(f.events, event{table, seq}) })
		if len(f.events) == first {
			t.Fatalf("%s is empty", table)
		}
	}
	slices.SortFunc(f.events, func(a, b event) int { return int(a.seq - b.seq) })
	f.whole("before")
	return f
}

func (f *forge) do(statement string, args ...any) {
	f.Helper()
	if _, err := f.conn.ExecContext(f.Context(), statement, args...); err != nil {
		f.Fatalf("%s: %v", statement, err)
	}
}

func (f *forge) each(query string, use func(seq int64)) {
	f.Helper()
	rows, err := f.conn.QueryContext(f.Context(), query)
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var seq int64
		if err := rows.Scan(&seq); err != nil {
			f.Fatal(err)
		}
		use(seq)
	}
	if err := rows.Err(); err != nil {
		f.Fatal(err)
	}
}

func (f *forge) verify() store.Verification {
	f.Helper()
	v, err := f.shop.VerifyLedger(f.Context())
	if err != nil {
		f.Fatal(err)
	}
	return v
}

func (f *forge) whole(when string) {
	f.Helper()
	if v := f.verify(); !v.OK || v.Events != int64(len(f.events)) {
		f.Fatalf("%s: %+v, want %d events and no fault", when, v, len(f.events))
	}
}

// columns are those of a ledger with their types.
func (f *forge) columns(table string) map[string]string {
	f.Helper()
	found := map[string]string{}
	rows, err := f.conn.QueryContext(f.Context(), `SELECT name, type FROM pragma_table_info(?)`, table)
	if err != nil {
		f.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name, kind string
		if err := rows.Scan(&name, &kind); err != nil {
			f.Fatal(err)
		}
		found[name] = kind
	}
	if err := rows.Err(); err != nil || len(found) < 10 {
		f.Fatalf("%s has the columns %v, %v", table, found, err)
	}
	return found
}

func TestVerifyNamesAnEditOfAnyColumnOfAnyEvent(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	other := map[string]string{"INTEGER": `%s + 1`, "TEXT": `%s || 'x'`, "BLOB": `CAST(%s || x'00' AS BLOB)`}
	tried := 0
	for _, e := range f.events {
		for column, kind := range f.columns(e.table) {
			if column == "seq" {
				continue // its place: moved and removed events have tests of their own
			}
			var before any
			at := fmt.Sprintf(" FROM %s WHERE seq = %d", e.table, e.seq)
			if err := f.conn.QueryRowContext(f.Context(), "SELECT "+column+at).Scan(&before); err != nil {
				t.Fatal(err)
			}
			change := fmt.Sprintf("UPDATE %s SET %s = %%s WHERE seq = %d", e.table, column, e.seq)
			f.do(fmt.Sprintf(change, fmt.Sprintf(other[kind], column)))
			if v := f.verify(); v.OK || !strings.HasPrefix(v.FirstBad, e.String()+" ") || (v.Fault != "edited" && v.Fault != "reordered") {
				t.Errorf("%s, %s: %+v", e, column, v)
			}
			f.do(fmt.Sprintf(change, "?"), before)
			tried++
		}
	}
	f.whole("after all was put back")
	if tried < 200 {
		t.Errorf("only %d edits were tried", tried)
	}
}

func TestVerifyMissesNoEventThatWasTakenOut(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	for i, e := range f.events {
		f.do(fmt.Sprintf(`CREATE TEMP TABLE gone AS SELECT * FROM %s WHERE seq = %d`, e.table, e.seq)) //nolint:unqueryvet // whatever columns there are
		f.do(fmt.Sprintf(`DELETE FROM %s WHERE seq = %d`, e.table, e.seq))
		fault := "missing"
		if i == len(f.events)-1 {
			fault = "tail"
		}
		if v := f.verify(); v.OK || v.Fault != fault || v.FirstBad != fmt.Sprintf("event %d", e.seq) {
			t.Errorf("without %s: %+v, want it named as %s", e, v, fault)
		}
		f.putBack(e)
	}
	f.whole("after all was put back")
}

// putBack writes an event again as it was, past the guards of the chain.
func (f *forge) putBack(e event) {
	f.Helper()
	ctx := context.WithoutCancel(f.Context())
	tx, err := f.conn.BeginTx(ctx, nil)
	if err != nil {
		f.Fatal(err)
	}
	unguarded(ctx, f.T, tx, forced{e.table, fmt.Sprintf(`INSERT INTO %s SELECT * FROM temp.gone`, e.table)}) //nolint:unqueryvet // whatever columns there are
	if _, err := tx.ExecContext(ctx, `DROP TABLE temp.gone`); err != nil {
		f.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		f.Fatal(err)
	}
}

func TestVerifyNamesTheFirstOfTwoEventsThatChangedPlaces(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	swap := func(table string, a, b int64) {
		f.do(fmt.Sprintf(`UPDATE %s SET seq = -1 WHERE seq = %d`, table, a))
		f.do(fmt.Sprintf(`UPDATE %s SET seq = %d WHERE seq = %d`, table, a, b))
		f.do(fmt.Sprintf(`UPDATE %s SET seq = %d WHERE seq = -1`, table, b))
	}
	tried := 0
	for i, e := range f.events {
		for _, later := range f.events[i+1:] {
			if later.table != e.table {
				continue
			}
			swap(e.table, e.seq, later.seq)
			if v := f.verify(); v.OK || v.Fault != "reordered" || !strings.HasPrefix(v.FirstBad, e.String()+" ") {
				t.Errorf("%s and %s changed places: %+v", e, later, v)
			}
			swap(e.table, e.seq, later.seq)
			tried++
		}
	}
	f.whole("after all was put back")
	if tried < 20 {
		t.Errorf("only %d pairs were tried", tried)
	}
}

func TestVerifyNamesWhatWasWrittenBesideTheChain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ act, fault, names string }{
		"an event before the first": {`INSERT INTO audit_events SELECT 0, 'forged', type, occurred_at, utc_offset, recorded_at, staff, subject,
			detail, salt, digest, prev, hash FROM audit_events WHERE seq = 1`, "reordered", "audit_events 0 "},
		"an event after the last": {`INSERT INTO audit_events SELECT 1000, 'forged', type, occurred_at, utc_offset, recorded_at, staff, subject,
			detail, salt, digest, prev, hash FROM audit_events WHERE seq = 1`, "missing", "event "},
		"the next event, copied": {`INSERT INTO audit_events SELECT (SELECT events + 1 FROM chain), 'forged', type, occurred_at, utc_offset,
			recorded_at, staff, subject, detail, salt, digest, prev, hash FROM audit_events WHERE seq = 1`, "edited", "audit_events "},
		"the chain's count": {`UPDATE chain SET events = events - 1`, "tail", "event "},
		"the chain's head":  {`UPDATE chain SET head = zeroblob(32)`, "tail", "event "},
		"one event in two places": {`INSERT INTO consent_events SELECT 1, 'x', 1, type, occurred_at, utc_offset, recorded_at, method, place,
			staff, notice, notice_version, notice_sha256, language, purpose, channel, business_number, evidence, reason, supersedes, salt,
			digest, prev, hash FROM consent_events LIMIT 1`, "edited", "consent_events 1 "},
		// Words leave an event only with the purge of the person, which is an event itself.
		"words taken out as if she were erased": {`UPDATE consent_events SET evidence = 'erased', salt = x'' WHERE contact_id = 1`, "edited", "consent_events"},
		"everything":                            {`DELETE FROM consent_events`, "missing", "event "},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newForge(t)
			for _, table := range []string{"consent_events", "audit_events"} {
				for _, guard := range []string{"_chained", "_head"} {
					f.do("DROP TRIGGER " + table + guard)
				}
			}
			f.do("DROP TRIGGER IF EXISTS consent_moves")
			f.do(tt.act)
			if v := f.verify(); v.OK || v.Fault != tt.fault || !strings.HasPrefix(v.FirstBad, tt.names) {
				t.Errorf("%+v, want %s at %s", v, tt.fault, tt.names)
			}
		})
	}
}

// TestAPurgeExcusesNobodyElsesEvents: the words of an erased person are taken out
// lawfully; the same done to another's events is an edit.
func TestAPurgeExcusesNobodyElsesEvents(t *testing.T) {
	t.Parallel()
	f := newForge(t)
	ctx := t.Context()
	if err := f.shop.Erase(ctx, 1, "Ana"); err != nil {
		t.Fatal(err)
	}
	f.shop.Clock.Advance(60 * 24 * time.Hour)
	if _, err := f.shop.Retain(ctx); err != nil {
		t.Fatal(err)
	}
	if v := f.verify(); !v.OK {
		t.Fatalf("after a purge: %+v, want no fault", v)
	}
	f.do(`UPDATE saved_number_events SET evidence = 'erased', salt = x'' WHERE contact_id = 2`)
	if v := f.verify(); v.OK || v.Fault != "edited" || !strings.HasPrefix(v.FirstBad, "saved_number_events ") {
		t.Errorf("the same of somebody else: %+v, want it named", v)
	}
}
