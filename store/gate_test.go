package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// raw opens the shop file as somebody with SQL and bad intentions would.
func raw(tb testing.TB, shop *storetest.Shop) *sql.DB {
	tb.Helper()
	db, err := sql.Open("sqlite", "file:"+shop.File+"?_pragma=busy_timeout(5000)")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	return db
}

func TestZeroClaimCannotBeSpent(t *testing.T) {
	t.Parallel()
	if _, err := (store.Claim{}).Spend(); !errors.Is(err, store.ErrNoClaim) {
		t.Errorf("Spend of the zero claim = %v, want ErrNoClaim", err)
	}
	shop := storetest.New(t)
	err := shop.Outbox.Settle(t.Context(), []store.Result{{Outcome: store.Accepted{Wamid: "w"}}})
	if !errors.Is(err, store.ErrNoClaim) {
		t.Errorf("Settle of the zero claim = %v, want ErrNoClaim", err)
	}
}

func TestClaimIsSpentOnceEvenByCopies(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	claim := claimOne(t, shop, shop.Started(t, "sendable:yes"))
	duplicate := claim
	address, err := claim.Spend()
	if err != nil || address.Phone != storetest.Phone(1) {
		t.Fatalf("Spend = %v, %v", address, err)
	}
	if _, err := duplicate.Spend(); !errors.Is(err, store.ErrSpent) {
		t.Errorf("second Spend = %v, want ErrSpent", err)
	}
}

func TestHoardedClaimExpires(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	claim := claimOne(t, shop, shop.Started(t, "sendable:yes"))
	shop.Clock.Advance(store.SpendWithin + time.Millisecond)
	if _, err := claim.Spend(); !errors.Is(err, store.ErrExpired) {
		t.Errorf("Spend after the deadline = %v, want ErrExpired", err)
	}
}

func TestRawSQLCannotSendToTheIneligible(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Contact(t, 1)
	shop.Customer(t, 2)
	shop.Started(t, "customer")
	db := raw(t, shop)
	tests := map[string]string{
		"call an ineligible contact": `UPDATE deliveries SET state = 'sending', attempts = 1 WHERE contact_id = 1`,
		"insert a delivery as sending": `INSERT INTO deliveries (broadcast_id, contact_id, state, attempts)
			VALUES (1, 1, 'sending', 1)`,
		"add people after the start": `INSERT INTO deliveries (broadcast_id, contact_id) SELECT 1, id FROM contacts`,
		"bring back an excluded one": `UPDATE deliveries SET state = 'accepted' WHERE contact_id = 1`,
		"delete the traces":          `DELETE FROM deliveries`,
		"make oneself eligible":      `UPDATE standings SET eligible = 1`,
		"finish with people waiting": `UPDATE broadcasts SET state = 'done'`,
		"change the words":           `UPDATE broadcasts SET components = '[]'`,
	}
	for name, statement := range tests {
		if _, err := db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestRequirement01LedgersOnlyGrow(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	if err := shop.RecordPlatform(t.Context(), store.PlatformEvent{Contact: id, Type: "unreachable"}); err != nil {
		t.Fatal(err)
	}
	db := raw(t, shop)
	for _, table := range []string{"consent_events", "saved_number_events", "platform_events", "audit_events", "notices"} {
		for _, statement := range []string{"DELETE FROM %s", "UPDATE %s SET rowid = rowid + 100"} {
			statement = fmt.Sprintf(statement, table)
			if table == "notices" {
				statement = strings.Replace(statement, "rowid = rowid + 100", "text = 'other words'", 1)
			}
			if _, err := db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append_only") {
				t.Errorf("%s: %v, want append_only", statement, err)
			}
		}
	}
}

func TestNobodyRewritesWhoConfirmedOrStoppedABroadcast(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Started(t, "customer")
	if err := shop.CancelBroadcast(t.Context(), id, "Ana"); err != nil {
		t.Fatal(err)
	}
	before, err := shop.BroadcastEvents(t.Context(), id, 9)
	if err != nil || len(before) < 2 {
		t.Fatalf("its history is %+v, %v", before, err)
	}
	db := raw(t, shop)
	for _, statement := range []string{
		`UPDATE broadcast_events SET staff = 'Nobody'`, `UPDATE broadcast_events SET at = 1`, `DELETE FROM broadcast_events`,
		`DELETE FROM broadcast_events WHERE type = 'cancelled'`,
	} {
		if _, err := db.ExecContext(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "append_only") {
			t.Errorf("%s: %v, want append_only", statement, err)
		}
	}
	if after, err := shop.BroadcastEvents(t.Context(), id, 9); err != nil || !slices.Equal(after, before) {
		t.Errorf("its history is now %+v, %v", after, err)
	}
}

// TestRequirement01EveryLedgerIsGuarded looks at the schema, so that a ledger without an event in a test is held too.
func TestRequirement01EveryLedgerIsGuarded(t *testing.T) {
	t.Parallel()
	db := raw(t, storetest.New(t))
	rows, err := db.QueryContext(t.Context(), `SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'prev' WHERE m.type = 'table'`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var chained string
		if err := rows.Scan(&chained); err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(allLedgers, chained) {
			t.Errorf("%s is a ledger, and no test looks at it", chained)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, table := range append([]string{"suppressions", "identity_stops", "erasures", "restores", "notices", "outbox", "broadcast_events"}, allLedgers...) {
		for _, act := range []string{"UPDATE", "DELETE"} {
			var guards int
			err := db.QueryRowContext(t.Context(), `SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?
				AND sql LIKE '%BEFORE ' || ? || '%append_only%'`, table, act).Scan(&guards)
			if err != nil || guards == 0 {
				t.Errorf("%s of %s: %d triggers refuse it, %v", act, table, guards, err)
			}
		}
	}
}

func TestStoreDoesNotLeadToTheOutbox(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	var s any = shop.Store
	if _, ok := s.(interface {
		Claim(ctx context.Context, id store.BroadcastID, n int) (store.Claimed, error)
	}); ok {
		t.Error("a Store can claim")
	}
	if _, ok := any(shop.Outbox).(interface{ Close() error }); ok {
		t.Error("an Outbox acts as a Store")
	}
}

func TestSecondEngineIsRefused(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	if _, err := shop.Outbox.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := storetest.Open(t, shop.File, shop.Clock)
	var locked *store.LockedError
	if _, err := second.Outbox.Acquire(t.Context()); !errors.As(err, &locked) || locked.PID == 0 {
		t.Fatalf("second Acquire = %v, want a LockedError that names the process", err)
	}
	if err := shop.Outbox.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := second.Outbox.Acquire(t.Context()); err != nil {
		t.Errorf("Acquire after Release = %v", err)
	}
}

func TestClaimWithoutTheLockIsRefused(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	if err := shop.Outbox.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := shop.Outbox.Claim(t.Context(), id, 1); !errors.Is(err, store.ErrLockLost) {
		t.Errorf("Claim = %v, want ErrLockLost", err)
	}
}

// TestRequirement06GateAgreesWithTheVerdict walks every combination of the three axes and
// compares what the screens say with whom the gate lets be called, and both with the rule itself.
func TestRequirement06GateAgreesWithTheVerdict(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	n := 0
	lawful := map[string]bool{}
	for _, consent := range []string{"none", "asked", "given", "confirmed", "refused", "withdrawn"} {
		for _, grade := range []store.Grade{"", store.GradeTold, store.GradeSaysSaved, store.GradeSeenByStaff, store.GradeSelfWritten} {
			for _, platform := range []string{"", "stopped", "unreachable"} {
				for _, erased := range []bool{false, true} {
					n++
					stand(ctx, t, shop, shop.Contact(t, n), consent, grade, platform, erased)
					lawful[string(storetest.Phone(n))] = (consent == "given" || consent == "confirmed") &&
						grade != "" && grade != store.GradeTold && platform == "" && !erased
				}
			}
		}
	}
	ids, err := shop.ContactIDs(ctx, "", store.SortID)
	if err != nil {
		t.Fatal(err)
	}
	contacts, err := shop.ContactsByID(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	broadcast := shop.Started(t, "customer")
	called := map[string]bool{}
	for {
		claimed, err := shop.Outbox.Claim(ctx, broadcast, 7)
		if err != nil {
			t.Fatal(err)
		}
		for _, claim := range claimed.Claims {
			address, err := claim.Spend()
			if err != nil {
				t.Fatal(err)
			}
			called[string(address.Phone)] = true
		}
		if claimed.Examined == 0 {
			break
		}
	}
	if len(called) == 0 {
		t.Fatal("nobody was called")
	}
	for _, c := range contacts {
		if called[string(c.Phone)] != c.Verdict.Sendable() {
			t.Errorf("%+v: called %v, verdict %v", c.Standing, called[string(c.Phone)], c.Verdict.Why)
		}
		if called[string(c.Phone)] != lawful[string(c.Phone)] {
			t.Errorf("%+v: called %v, and the rule says %v", c.Standing, called[string(c.Phone)], lawful[string(c.Phone)])
		}
	}
}

func stand(ctx context.Context, t *testing.T, shop *storetest.Shop, id store.ContactID, consent string, grade store.Grade, platform string, erased bool) {
	t.Helper()
	var err error
	switch consent {
	case "asked":
		_, err = shop.RecordAsked(ctx, store.Asked{Contact: id, Staff: "Marta"})
	case "given", "withdrawn":
		shop.OptIn(t, id) //nolint:contextcheck // takes the test's own
	case "confirmed":
		shop.OptIn(t, id) //nolint:contextcheck // takes the test's own
		in := storetest.OptIn(id)
		in.Confirmed, in.Method, in.Evidence = true, store.MethodInbound, "wamid.1"
		_, err = shop.RecordOptIn(ctx, in)
	case "refused":
		_, err = shop.RecordRefusal(ctx, id, "Marta", "")
	}
	if err == nil && consent == "withdrawn" {
		_, err = shop.RecordOptOut(ctx, store.OptOut{Contact: id})
	}
	if err == nil && grade != "" {
		_, err = shop.RecordSavedNumber(ctx, store.SavedNumber{Contact: id, Grade: grade, Staff: "Marta"})
	}
	if err == nil && platform != "" {
		err = shop.RecordPlatform(ctx, store.PlatformEvent{Contact: id, Type: platform})
	}
	if err == nil && erased {
		err = shop.Erase(ctx, id, "Ana")
	}
	if err != nil {
		t.Fatal(err)
	}
}

func claimOne(t *testing.T, shop *storetest.Shop, id store.BroadcastID) store.Claim {
	t.Helper()
	claimed, err := shop.Outbox.Claim(t.Context(), id, 1)
	if err != nil || len(claimed.Claims) != 1 {
		t.Fatalf("Claim = %+v, %v, want one claim", claimed, err)
	}
	return claimed.Claims[0]
}
