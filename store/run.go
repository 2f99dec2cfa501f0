package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Run is what the process that sends a broadcast tells of it to those that
// watch from elsewhere; how far it is they read from the deliveries.
type Run struct {
	Wait   string    // why nobody is called now, one of the sender's reasons; "" when somebody is
	Until  time.Time // of the wait; zero when nobody can tell
	Slower string    // why the pace is lower than the number's own, "" when it is not
}

const (
	tellRun = `INSERT INTO runs (broadcast_id, engine_id, wait, until, slower) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (broadcast_id) DO UPDATE SET engine_id = excluded.engine_id, wait = excluded.wait, until = excluded.until,
		slower = excluded.slower`
	endRun = `DELETE FROM runs WHERE broadcast_id = ?`
	// What an engine told that is not the newest any more was left behind by its death.
	selectRun = `SELECT r.wait, r.until, r.slower FROM runs r JOIN engines e ON e.id = r.engine_id
		WHERE r.broadcast_id = ? AND e.ended_at = 0 AND e.id = (SELECT max(id) FROM engines)`
	askRate    = `UPDATE broadcasts SET rate = ?2 WHERE id = ?1 AND rate IS NOT ?2`
	selectRate = `SELECT rate FROM broadcasts WHERE id = ?`
)

// TellRun notes how a broadcast goes that this engine sends. Fails with
// ErrLockLost when it no longer may.
func (o *Outbox) TellRun(ctx context.Context, id BroadcastID, run Run) error {
	return o.write(ctx, func(t *tx) error {
		if err := o.held(t); err != nil {
			return err
		}
		_, err := t.exec(tellRun, id, o.engine, run.Wait, millis(run.Until), run.Slower)
		return err
	})
}

// EndRun takes back what TellRun noted.
func (o *Outbox) EndRun(ctx context.Context, id BroadcastID) error {
	return o.write(ctx, func(t *tx) error {
		_, err := t.exec(endRun, id)
		return err
	})
}

// Run returns what the process that sends a broadcast told of it last; false
// when none has it in hand. One that died is found out by Holder.
func (s *Store) Run(ctx context.Context, id BroadcastID) (Run, bool, error) {
	var run Run
	var until int64
	err := s.scan(ctx, selectRun, []any{id}, &run.Wait, &until, &run.Slower)
	if errors.Is(err, ErrNotFound) {
		return Run{}, false, nil
	}
	if err != nil {
		return Run{}, false, fmt.Errorf("read how the broadcast goes: %w", err)
	}
	run.Until = moment(until)
	return run, true, nil
}

// AskRate keeps the pace at which a broadcast is to go out, whichever process
// sends it: messages a second, 0 for no cap, nil for the number's own.
func (o *Outbox) AskRate(ctx context.Context, id BroadcastID, rate *int) error {
	if now, err := (&Store{o.file}).AskedRate(ctx, id); err != nil || rate == nil && now == nil {
		return err
	}
	return o.write(ctx, func(t *tx) error {
		_, err := t.exec(askRate, id, rate)
		return err
	})
}

// AskedRate is what AskRate kept. Fails with ErrNotFound.
func (s *Store) AskedRate(ctx context.Context, id BroadcastID) (*int, error) {
	var rate sql.NullInt64
	if err := s.scan(ctx, selectRate, []any{id}, &rate); err != nil {
		return nil, fmt.Errorf("read the pace that was asked for: %w", err)
	}
	if !rate.Valid {
		return nil, nil //nolint:nilnil // the number's own
	}
	asked := int(rate.Int64)
	return &asked, nil
}
