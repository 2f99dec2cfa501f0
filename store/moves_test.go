package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// bench tries acts on a shop file in a transaction that is always taken back,
// so that every try begins at the same rows.
type bench struct {
	*testing.T
	db *sql.DB
}

func newBench(t *testing.T, shop *storetest.Shop) bench {
	t.Helper()
	db := raw(t, shop)
	db.SetMaxOpenConns(1)
	return bench{t, db}
}

// forced is a statement that is done as if its table had no guards.
type forced struct{ table, statement string }

// try brings rows into states that no lawful way needs to lead to, then does an
// act with every guard in place, and returns what became of it.
func (b bench) try(act string, setup ...forced) (err error) {
	b.Helper()
	b.within(func(do doing) { err = do(act) }, setup...)
	return err
}

// doing does one act and returns what became of it.
type doing func(act string, args ...any) error

// within does the same for several acts, each of which begins at the same rows.
func (b bench) within(acts func(doing), setup ...forced) {
	b.Helper()
	ctx := b.Context()
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, f := range setup {
		unguarded(ctx, b.T, tx, f)
	}
	prepared := map[string]*sql.Stmt{} // which takes far longer than the act where a table has many guards
	acts(func(act string, args ...any) error {
		b.Helper()
		if prepared[act] == nil {
			if prepared[act], err = tx.PrepareContext(ctx, act); err != nil { //nolint:sqlclosecheck // ends with the transaction
				b.Fatal(err)
			}
		}
		if _, err := tx.ExecContext(ctx, "SAVEPOINT act"); err != nil {
			b.Fatal(err)
		}
		_, err := prepared[act].ExecContext(ctx, args...)
		if _, err := tx.ExecContext(ctx, "ROLLBACK TO act"); err != nil {
			b.Fatal(err)
		}
		return err
	})
}

func unguarded(ctx context.Context, t *testing.T, tx *sql.Tx, f forced) {
	t.Helper()
	guards := map[string]string{}
	rows, err := tx.QueryContext(ctx, `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?`, f.table)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			t.Fatal(err)
		}
		guards[name] = text
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	run := func(text string) {
		t.Helper()
		if _, err := tx.ExecContext(ctx, text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	for name := range guards {
		run("DROP TRIGGER " + name)
	}
	run(f.statement)
	for _, text := range guards {
		run(text)
	}
}

// judge compares what became of an act with whether it is lawful; an unlawful
// one has to be refused by the guard that says so.
func (b bench) judge(what string, err error, lawful bool, guard string) {
	b.Helper()
	if lawful && err != nil {
		b.Errorf("%s: %v, want it done", what, err)
	}
	if !lawful && (err == nil || !strings.Contains(err.Error(), guard)) {
		b.Errorf("%s: %v, want it refused as %s", what, err, guard)
	}
}

var deliveryStates = []store.DeliveryState{
	store.DeliveryQueued, store.DeliveryExcluded, store.DeliverySending, store.DeliveryAccepted, store.DeliverySent,
	store.DeliveryDelivered, store.DeliveryRead, store.DeliveryFailed, store.DeliveryUnknown, store.DeliveryCancelled,
}

// deliveryMoves is the state machine of one person's message. Everything that
// is not in it is refused by the file itself, whoever asks.
var deliveryMoves = map[store.DeliveryState][]store.DeliveryState{
	store.DeliveryQueued: {store.DeliveryQueued, store.DeliverySending, store.DeliveryExcluded, store.DeliveryCancelled},
	store.DeliverySending: {
		store.DeliveryQueued, store.DeliveryAccepted, store.DeliverySent, store.DeliveryDelivered, store.DeliveryRead,
		store.DeliveryFailed, store.DeliveryUnknown,
	},
	store.DeliveryAccepted:  {store.DeliverySent, store.DeliveryDelivered, store.DeliveryRead, store.DeliveryFailed},
	store.DeliverySent:      {store.DeliveryDelivered, store.DeliveryRead, store.DeliveryFailed},
	store.DeliveryDelivered: {store.DeliveryRead},
	store.DeliveryFailed:    {store.DeliveryDelivered, store.DeliveryRead},
	store.DeliveryUnknown: {
		store.DeliveryAccepted, store.DeliverySent, store.DeliveryDelivered, store.DeliveryRead, store.DeliveryFailed,
	},
}

func TestNoDeliveryMovesUnlawfully(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	shop.Started(t, "sendable:yes")
	b := newBench(t, shop)
	for _, from := range deliveryStates {
		b.within(func(do doing) {
			for _, to := range deliveryStates {
				err := do(`UPDATE deliveries SET state = ?`, to)
				b.judge(fmt.Sprintf("%s to %s", from, to), err, slices.Contains(deliveryMoves[from], to), "delivery_move")
			}
		}, forced{"deliveries", fmt.Sprintf(`UPDATE deliveries SET state = '%s', attempts = 1, reason = 'x'`, from)})
	}
}

// TestADecisionMovesOnlyTheAttemptItIsOf: what a person decided about what is
// unknown opens the one way back into the queue, and lets a late status tell.
func TestADecisionMovesOnlyTheAttemptItIsOf(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	shop.Started(t, "sendable:yes")
	b := newBench(t, shop)
	told := []store.DeliveryState{
		store.DeliveryAccepted, store.DeliverySent, store.DeliveryDelivered, store.DeliveryRead, store.DeliveryFailed,
	}
	ended := []store.DeliveryState{store.DeliveryQueued, store.DeliveryExcluded, store.DeliveryCancelled, store.DeliveryFailed}
	for _, decision := range []string{"resend", "give_up"} {
		for _, attempt := range []int{1, 2} {
			mine := attempt == 2 // the attempt the delivery is at
			for _, from := range deliveryStates {
				b.within(func(do doing) {
					for _, to := range deliveryStates {
						lawful := slices.Contains(deliveryMoves[from], to)
						if mine && from == store.DeliveryUnknown && to == store.DeliveryQueued {
							lawful = decision == "resend"
						}
						if mine && slices.Contains(ended, from) && slices.Contains(told, to) {
							lawful = true
						}
						err := do(`UPDATE deliveries SET state = ?`, to)
						b.judge(fmt.Sprintf("%s of attempt %d of 2: %s to %s", decision, attempt, from, to), err, lawful, "delivery_move")
					}
				},
					forced{"unknown_decisions", fmt.Sprintf(`INSERT INTO unknown_decisions VALUES (1, %d, '%s', 'Ana', 1)`, attempt, decision)},
					forced{"deliveries", fmt.Sprintf(`UPDATE deliveries SET state = '%s', attempts = 2, reason = 'x'`, from)})
			}
		}
	}
}

// TestTheQueueOpensOnlyToWhomTheGateLetsThrough closes one condition of the gate
// after the other; each alone keeps the call from being made.
func TestTheQueueOpensOnlyToWhomTheGateLetsThrough(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	shop.Started(t, "sendable:yes")
	b := newBench(t, shop)
	const call = `UPDATE deliveries SET state = 'sending', attempts = 1`
	tests := []struct {
		name, table, closed, guard string
	}{
		{"nothing is in the way", "standings", `UPDATE standings SET held = 0`, ""},
		{"no consent", "standings", `UPDATE standings SET consent = 'none'`, "gate"},
		{"only asked", "standings", `UPDATE standings SET consent = 'asked'`, "gate"},
		{"refused", "standings", `UPDATE standings SET consent = 'refused'`, "gate"},
		{"withdrawn", "standings", `UPDATE standings SET consent = 'withdrawn'`, "gate"},
		{"expired", "standings", `UPDATE standings SET consent = 'expired'`, "gate"},
		{"confirmed is as good as given", "standings", `UPDATE standings SET consent = 'confirmed'`, ""},
		{"not saved", "standings", `UPDATE standings SET saved = 'unknown'`, "gate"},
		{"only told to save", "standings", `UPDATE standings SET saved = 'told'`, "gate"},
		{"saved another number", "standings", `UPDATE standings SET saved = 'invalid'`, "gate"},
		{"stopped in WhatsApp", "standings", `UPDATE standings SET platform = 'stopped'`, "gate"},
		{"unreachable", "standings", `UPDATE standings SET platform = 'unreachable'`, "gate"},
		{"suppressed", "standings", `UPDATE standings SET suppressed = 1`, "gate"},
		{"erased", "standings", `UPDATE standings SET erased = 1`, "gate"},
		{"words to be judged", "standings", `UPDATE standings SET held = 1`, "gate"},
		{"the shop wants it confirmed", "shop", `UPDATE shop SET require_confirmed = 1`, "gate"},
		{"the broadcast is paused", "broadcasts", `UPDATE broadcasts SET state = 'paused'`, "gate"},
		{"the broadcast is cancelled", "broadcasts", `UPDATE broadcasts SET state = 'cancelled'`, "gate"},
		{"the broadcast is a draft", "broadcasts", `UPDATE broadcasts SET state = 'draft'`, "gate"},
		{"an unreviewed backup", "restores", `INSERT INTO restores (backup_at, restored_at) VALUES (1, 2)`, "restored"},
	}
	for _, tt := range tests {
		b.judge(tt.name, b.try(call, forced{tt.table, tt.closed}), tt.guard == "", tt.guard)
	}
}

func TestAnOpenAttemptKeepsItsPersonOutOfTheQueue(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	claimOne(t, shop, shop.Started(t, "sendable:yes"))
	b := newBench(t, shop)
	const back = `UPDATE deliveries SET state = 'queued'`
	b.judge("while the attempt is open", b.try(back), false, "the attempt is still open")
	settled := forced{"outbox", `UPDATE outbox SET settled_at = 5, outcome = 'unspent'`}
	b.judge("once it is settled", b.try(back, settled), true, "")
}

var broadcastStates = []store.BroadcastState{
	store.BroadcastDraft, store.BroadcastScheduled, store.BroadcastSending, store.BroadcastPaused, store.BroadcastDone, store.BroadcastCancelled,
}

// broadcastMoves is the state machine of a broadcast.
var broadcastMoves = map[store.BroadcastState][]store.BroadcastState{
	store.BroadcastDraft:     {store.BroadcastScheduled, store.BroadcastSending, store.BroadcastCancelled},
	store.BroadcastScheduled: {store.BroadcastDraft, store.BroadcastSending, store.BroadcastCancelled},
	store.BroadcastSending:   {store.BroadcastPaused, store.BroadcastDone, store.BroadcastCancelled},
	store.BroadcastPaused:    {store.BroadcastSending, store.BroadcastCancelled},
}

func TestNoBroadcastMovesUnlawfully(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Broadcast(t, "sendable:yes")
	b := newBench(t, shop)
	for _, from := range broadcastStates {
		for _, to := range broadcastStates {
			setup := fmt.Sprintf(`UPDATE broadcasts SET state = '%s', frozen_at = 5`, from)
			err := b.try(fmt.Sprintf(`UPDATE broadcasts SET state = '%s'`, to), forced{"broadcasts", setup})
			lawful := from == to || slices.Contains(broadcastMoves[from], to)
			b.judge(fmt.Sprintf("%s to %s", from, to), err, lawful, "broadcast_move")
		}
	}
}

// TestABroadcastStartsAndEndsOnlyWhenItMay are the moves of the machine that
// need more than the right state.
func TestABroadcastStartsAndEndsOnlyWhenItMay(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	shop.Started(t, "sendable:yes")
	b := newBench(t, shop)
	const (
		toSending, toDone, toPaused = `UPDATE broadcasts SET state = 'sending'`, `UPDATE broadcasts SET state = 'done'`, `UPDATE broadcasts SET state = 'paused'`
		scheduled                   = `UPDATE broadcasts SET state = 'scheduled', frozen_at = 5`
	)
	tests := []struct {
		name, table, setup, act, guard string
	}{
		{"starts with its audience frozen", "broadcasts", scheduled, toSending, ""},
		{"starts without", "broadcasts", `UPDATE broadcasts SET state = 'scheduled', frozen_at = 0`, toSending, "audience not frozen"},
		{"ends while somebody waits", "deliveries", `UPDATE deliveries SET state = 'queued'`, toDone, "people are still waiting"},
		{"ends with what is unknown", "deliveries", `UPDATE deliveries SET state = 'unknown', attempts = 1`, toDone, ""},
		{"ends with all called", "deliveries", `UPDATE deliveries SET state = 'accepted', attempts = 1`, toDone, ""},
		{"other words once it sends", "broadcasts", `UPDATE broadcasts SET state = 'sending'`, `UPDATE broadcasts SET name = 'other'`, "cannot be edited"},
		{"other people once it is paused", "broadcasts", `UPDATE broadcasts SET state = 'paused'`, `UPDATE broadcasts SET audience = 'vip'`, "cannot be edited"},
		{"other places once it is done", "broadcasts", `UPDATE broadcasts SET state = 'done'`, `UPDATE broadcasts SET bindings = '[]'`, "cannot be edited"},
		{"other template once it is cancelled", "broadcasts", `UPDATE broadcasts SET state = 'cancelled'`, `UPDATE broadcasts SET template = 'x'`, "cannot be edited"},
		{"thrown away once it started", "broadcasts", `UPDATE broadcasts SET started_at = 5`, `UPDATE broadcasts SET discarded_at = 6`, "only a draft is thrown away"},
		{"a question nobody has", "broadcasts", scheduled, `UPDATE broadcasts SET reason = 'bored'`, "no such question"},
	}
	for _, tt := range tests {
		b.judge(tt.name, b.try(tt.act, forced{tt.table, tt.setup}), tt.guard == "", tt.guard)
	}
	draft := forced{"broadcasts", `UPDATE broadcasts SET state = 'draft', frozen_at = 5`}
	paused := forced{"broadcasts", `UPDATE broadcasts SET state = 'paused'`}
	done := forced{"broadcasts", `UPDATE broadcasts SET state = 'done'`}
	backup := forced{"restores", `INSERT INTO restores (backup_at, restored_at) VALUES (1, 2)`}
	stopped := forced{"account", `UPDATE account SET stopped = 'RESTRICTED'`}
	decided := forced{"unknown_decisions", `INSERT INTO unknown_decisions VALUES (1, 1, 'resend', 'Ana', 1)`}
	called := forced{"deliveries", `UPDATE deliveries SET attempts = 1`}
	older := forced{"unknown_decisions", `INSERT INTO unknown_decisions VALUES (1, 7, 'resend', 'Ana', 1)`}
	for _, tt := range []struct {
		name  string
		setup []forced
		act   string
		guard string
	}{
		{"ends while a call is under way", []forced{
			{"deliveries", `UPDATE deliveries SET state = 'accepted', attempts = 1`},
			{"broadcast_counts", `UPDATE broadcast_counts SET n = 1 WHERE state = 'sending'`},
		}, toDone, "people are still waiting"},
		{"starts in an unreviewed backup", []forced{draft, backup}, toSending, "restored"},
		{"is planned in an unreviewed backup", []forced{draft, backup}, `UPDATE broadcasts SET state = 'scheduled'`, "restored"},
		{"goes on in an unreviewed backup", []forced{paused, backup}, toSending, "restored"},
		{"pauses in an unreviewed backup", []forced{backup}, toPaused, ""},
		{"starts with the account stopped", []forced{draft, stopped}, toSending, "the account is stopped"},
		{"goes on with the account stopped", []forced{paused, stopped}, toSending, "the account is stopped"},
		{"pauses with the account stopped", []forced{stopped}, toPaused, ""},
		{"opens again for whom somebody decided to call", []forced{done, called, decided}, toPaused, ""},
		{"opens again to send at once", []forced{done, called, decided}, toSending, "broadcast_move"},
		{"opens again by what was decided of another attempt", []forced{done, called, older}, toPaused, "broadcast_move"},
	} {
		b.judge(tt.name, b.try(tt.act, tt.setup...), tt.guard == "", tt.guard)
	}
}
