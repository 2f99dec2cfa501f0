package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// allLedgers are the tables of the chain.
var allLedgers = []string{
	"consent_events", "saved_number_events", "platform_events", "identity_events", "review_events", "audit_events",
}

// replayed makes a new file out of a shop's people and ledgers alone, event by
// event in the order of the chain, and compares the standings that come of it.
// Every event has to be lawful once more.
func replayed(t *testing.T, shop *storetest.Shop) {
	t.Helper()
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "again.db")
	empty, _, err := store.Open(ctx, path)
	if err := errors.Join(err, empty.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	conn, err := db.Conn(ctx) // an attached file belongs to one connection
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	do := func(query string, args ...any) {
		t.Helper()
		if _, err := conn.ExecContext(ctx, query, args...); err != nil {
			t.Fatalf("%s %v: %v", query, args, err)
		}
	}
	do(`ATTACH ? AS old`, shop.File)
	do(`BEGIN`)
	for _, table := range []string{"shop", "suppressions", "identity_stops", "notices"} {
		do(`INSERT INTO ` + table + ` SELECT * FROM old.` + table) //nolint:unqueryvet // whatever columns there are
	}
	do(`INSERT INTO contacts SELECT * FROM old.contacts`) //nolint:unqueryvet // whatever columns there are
	replayEvents(ctx, t, conn)
	do(`COMMIT`)
	const line = `SELECT contact_id || ' ' || consent || ' ' || consent_at || ' ' || grade || ' ' || grade_for || ' ' || saved || ' ' ||
		saved_at || ' ' || platform || ' ' || platform_at || ' ' || suppressed || ' ' || erased || ' ' || held || ' ' || merged_into || ' ' || eligible`
	rows, err := conn.QueryContext(ctx, line+` FROM old.standings EXCEPT `+line+` FROM standings`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var different string
		if err := rows.Scan(&different); err != nil {
			t.Fatal(err)
		}
		t.Errorf("the ledgers do not lead to: %s", different)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

func replayEvents(ctx context.Context, t *testing.T, conn *sql.Conn) {
	t.Helper()
	var places []string
	for _, table := range allLedgers {
		places = append(places, fmt.Sprintf("SELECT seq, '%s' AS name FROM old.%s", table, table))
	}
	rows, err := conn.QueryContext(ctx, strings.Join(places, " UNION ALL ")+" ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	type place struct {
		seq   int64
		table string
	}
	defer func() { _ = rows.Close() }()
	var order []place
	for rows.Next() {
		var p place
		if err := rows.Scan(&p.seq, &p.table); err != nil {
			t.Fatal(err)
		}
		order = append(order, p)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, p := range order {
		again := `INSERT INTO ` + p.table + ` SELECT * FROM old.` + p.table + ` WHERE seq = ?` //nolint:unqueryvet // whatever columns there are
		if _, err := conn.ExecContext(ctx, again, p.seq); err != nil {
			t.Fatalf("event %d of %s is not lawful again: %v", p.seq, p.table, err)
		}
	}
}

func TestRequirement04TheLedgersAloneLeadToTheSameStandings(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	poster(t, shop, "luna")
	random := rand.New(rand.NewPCG(7, 8))
	words := []string{"STOP", "cancelar", "no more", "ALTA luna", "START", "GUARDADO", "hola", "no", "yes"}
	for n := range 30 {
		shop.Customer(t, n)
	}
	for n := range 400 {
		who := random.IntN(36) // some are strangers
		switch random.IntN(9) {
		case 0:
			tell(t, shop, store.Feed{Preferences: []store.Preference{{
				Phone: storetest.Phone(who), Value: []string{"stop", "resume"}[random.IntN(2)], At: shop.Clock.Now().Add(-time.Duration(random.IntN(100)) * time.Minute),
			}}})
		case 1:
			tell(t, shop, store.Feed{Identities: []store.Identity{{Phone: storetest.Phone(who), UserID: fmt.Sprintf("CA.%d", random.IntN(20))}}})
		case 2:
			if n%4 == 0 {
				tell(t, shop, store.Feed{Identities: []store.Identity{{OldPhone: storetest.Phone(who), Phone: storetest.Phone(100 + n)}}})
			}
		case 3:
			reviews, err := shop.Reviews(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if len(reviews) > 0 {
				if err := shop.ResolveReview(ctx, reviews[0].ID, store.ReviewNotARefusal, "Marta"); err != nil {
					t.Fatal(err)
				}
			}
		default:
			shop.Clock.Advance(time.Minute)
			m := write(shop, who, words[random.IntN(len(words))])
			m.At = m.At.Add(-time.Duration(random.IntN(20)) * time.Minute) // out of order
			tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
		}
	}
	if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
	replayed(t, shop)
}

// TestRequirement04TenThousandEventsLeadToTheSameStandings replays a ledger as long as a shop's of some years.
func TestRequirement04TenThousandEventsLeadToTheSameStandings(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("some seconds")
	}
	shop := storetest.New(t)
	const people = 400
	for n := range people {
		shop.Contact(t, n)
	}
	must(t, shop.RandomLife(t.Context(), 10_000, people, rand.New(rand.NewPCG(4, 10_000))))
	if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK || v.Events < 10_000 {
		t.Fatalf("VerifyLedger = %+v, %v, want ten thousand events", v, err)
	}
	replayed(t, shop)
}

// story is what one person may have written, in order.
type story struct {
	feed []store.Feed
	at   []time.Time
}

func (s *story) add(at time.Time, feed store.Feed) {
	s.feed, s.at = append(s.feed, feed), append(s.at, at)
}

func TestRequirement09NoOrderOfTheFeedAllowsMoreThanTheTrueOne(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(9, 10))
	shop := storetest.New(t)
	poster(t, shop, "luna")
	poster(t, shop, "sol")
	shop.Clock.Advance(100 * time.Hour)
	person, freer := 0, 0
	for range 60 {
		s := randomStory(random)
		var sendable [3]bool // in order, and twice shuffled
		for turn := range sendable {
			person++
			id := shop.Contact(t, person)
			order := random.Perm(len(s.feed))
			if turn == 0 {
				for i := range order {
					order[i] = i
				}
			}
			for _, i := range append(order, order[:len(order)/2]...) {
				tell(t, shop, named(s.feed[i], person, i))
			}
			c, err := shop.Store.Contact(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			sendable[turn] = c.Verdict.Sendable()
			if turn > 0 && sendable[turn] && !sendable[0] {
				t.Errorf("told in the order %v she can be sent to (%+v), in the true one she cannot: %+v", order, c.Standing, s.feed)
			}
		}
		if sendable[0] {
			freer++
		}
	}
	if freer < 5 {
		t.Errorf("only %d stories end well: they try nothing", freer)
	}
}

// randomStory is a few acts, an hour apart.
func randomStory(random *rand.Rand) *story {
	s := &story{}
	words := []string{"ALTA luna", "ALTA sol", "GUARDADO", "GUARDADO", "STOP", "START", "no more", "hola", "cancelar"}
	at := storetest.Start.Add(time.Hour)
	s.add(at, store.Feed{Inbound: []store.Inbound{{Kind: "text", Text: "ALTA luna", At: at}}})
	for range 2 + random.IntN(4) {
		at = at.Add(time.Hour)
		if random.IntN(6) == 0 {
			s.add(at, store.Feed{Preferences: []store.Preference{{Value: []string{"stop", "resume"}[random.IntN(2)], At: at}}})
			continue
		}
		s.add(at, store.Feed{Inbound: []store.Inbound{{Kind: "text", Text: words[random.IntN(len(words))], At: at}}})
	}
	return s
}

// named is one act of a story as that of customer n.
func named(feed store.Feed, n, act int) store.Feed {
	if len(feed.Preferences) > 0 {
		p := feed.Preferences[0]
		p.Phone = storetest.Phone(n)
		return store.Feed{Preferences: []store.Preference{p}}
	}
	m := feed.Inbound[0]
	m.Phone, m.Wamid = storetest.Phone(n), fmt.Sprintf("wamid.%d.%d", n, act)
	return store.Feed{Inbound: []store.Inbound{m}}
}

// TestAnOlderFileKeepsItsStandings opens a file as it was before the feed.
func TestAnOlderFileKeepsItsStandings(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	path := filepath.Join(t.TempDir(), "shop.db")
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=foreign_keys(1)")
	if err != nil {
		t.Fatal(err)
	}
	if err := store.MigrateTo(ctx, db, 3); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`PRAGMA application_id = ` + applicationID(t),
		`INSERT INTO contacts (phone, phone_mac, name, source, added_at, updated_at) VALUES ('+16045550100', x'01', 'Ana', 'list', 1, 1),
			('+16045550101', x'02', 'Eva', 'list', 1, 1)`,
		`UPDATE standings SET consent = 'given', consent_at = 5, saved = 'says_saved', grade = 'says_saved', saved_at = 6 WHERE contact_id = 1`,
		`UPDATE standings SET consent = 'withdrawn', platform = 'stopped', suppressed = 1, erased = 1 WHERE contact_id = 2`,
	} {
		if _, err := db.ExecContext(ctx, text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	shop := storetest.Open(t, path, storetest.NewClock())
	if got := standing(t, shop, 1); got.Consent != store.ConsentGiven || got.Saved != store.GradeSaysSaved || got.Held || got.Erased {
		t.Errorf("Ana: %+v", got)
	}
	if ids, err := shop.ContactIDs(ctx, "sendable:yes", store.SortID); err != nil || len(ids) != 1 || ids[0] != 1 {
		t.Errorf("sendable: %v, %v", ids, err)
	}
	if got := standing(t, shop, 2); got.Consent != store.ConsentWithdrawn || got.Platform != store.PlatformStopped || !got.Suppressed || !got.Erased {
		t.Errorf("Eva: %+v", got)
	}
}

// applicationID is the mark of a shop file, read from one.
func applicationID(t *testing.T) string {
	t.Helper()
	var id string
	if err := raw(t, storetest.New(t)).QueryRowContext(t.Context(), "PRAGMA application_id").Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}
