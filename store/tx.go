package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"
)

// file is what Store and Outbox share: the pools over one file, its key, its clock.
type file struct {
	path   string
	pool   *sql.DB // lends the one writing connection
	reader *sql.DB // query_only
	key    []byte  // of the suppression list; nil when missing
	now    func() time.Time
	passed func(step string) // told of each step that a kill may come after; for tests
	broken BrokenRestore

	turn   chan struct{} // holds one token: whose turn it is to write
	writer *session      // guarded by turn
	turns  time.Duration // how long an import writes at a time

	mu        sync.Mutex
	listeners map[chan struct{}]struct{}
	deafen    context.CancelFunc // ends the watching for all listeners; nil while there are none
	closed    bool
}

// session is one connection that may write, and what was prepared on it.
type session struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

func newSession(conn *sql.Conn) *session {
	return &session{conn: conn, statements: map[string]*sql.Stmt{}}
}

func (s *session) close() error {
	if s == nil {
		return nil
	}
	errs := make([]error, 0, len(s.statements)+1)
	for _, statement := range s.statements {
		errs = append(errs, statement.Close())
	}
	return errors.Join(append(errs, s.conn.Close())...)
}

// tx is one write transaction: one connection, one moment in time. Its
// statements do not end with the caller's context, so that a commit is never
// left half way; what takes long is cut into several transactions.
type tx struct {
	file *file
	on   *session
	ctx  context.Context //nolint:containedctx // lives as long as one call to write
	now  time.Time
}

// write runs fn in an immediate transaction, durable when it returns nil.
func (f *file) write(ctx context.Context, fn func(*tx) error) error {
	return f.writeOn(ctx, f.writer, fn)
}

// writeOn is write on a connection of its own, whose turn it is all the same.
func (f *file) writeOn(ctx context.Context, on *session, fn func(*tx) error) error {
	if err := ctx.Err(); err != nil { // of two that are ready, select takes either
		return fmt.Errorf("wait for the shop file: %w", err)
	}
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for the shop file: %w", ctx.Err())
	case f.turn <- struct{}{}:
	}
	defer func() { <-f.turn }()
	t := &tx{file: f, on: on, ctx: context.WithoutCancel(ctx), now: f.moment()}
	if err := t.begin(ctx); err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	if err := fn(t); err != nil {
		// SQLite may have rolled back by itself (disk full), so a failed
		// ROLLBACK says nothing new.
		_, _ = t.exec("ROLLBACK")
		return err
	}
	if _, err := t.exec("COMMIT"); err != nil {
		_, _ = t.exec("ROLLBACK")
		return fmt.Errorf("commit: %w", err)
	}
	f.signal()
	return nil
}

const (
	// patience is how long a write waits for another process.
	patience = 5 * time.Second
	// lookEvery is how often it looks whether that one pauses. SQLite by itself looks ten times a second, and misses
	// the pauses of an import: the connection that writes does not wait in SQLite.
	lookEvery = 3 * time.Millisecond
	dontWait  = "PRAGMA busy_timeout = 0"
	doWait    = "PRAGMA busy_timeout = 5000"
)

// begin waits for the right to write. Fails with ErrBusy, or when ctx ends.
func (t *tx) begin(ctx context.Context) error {
	_, err := t.exec("BEGIN IMMEDIATE")
	if !errors.Is(err, ErrBusy) {
		return err
	}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for end := time.Now().Add(patience); ; {
		select {
		case <-ctx.Done():
			return ctx.Err() //nolint:wrapcheck // the caller says what was begun
		case <-look.C:
		}
		_, err := t.exec("BEGIN IMMEDIATE")
		if !errors.Is(err, ErrBusy) || time.Now().After(end) {
			return err
		}
	}
}

// moment is the clock in the precision of the file.
func (f *file) moment() time.Time { return f.now().UTC().Truncate(time.Millisecond) }

// prepared returns the statement, made once for its connection.
func (t *tx) prepared(query string) (*sql.Stmt, error) {
	if statement, found := t.on.statements[query]; found {
		return statement, nil
	}
	statement, err := t.on.conn.PrepareContext(t.ctx, query)
	if err != nil {
		return nil, fmt.Errorf("prepare: %w", translate(err))
	}
	t.on.statements[query] = statement
	return statement, nil
}

// exec runs a constant statement and returns how many rows it changed.
func (t *tx) exec(query string, args ...any) (int64, error) {
	statement, err := t.prepared(query) //nolint:sqlclosecheck // kept for the life of the file
	if err != nil {
		return 0, err
	}
	result, err := statement.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, translate(err)
	}
	changed, err := result.RowsAffected()
	return changed, translate(err)
}

// insert runs a constant INSERT and returns the new row's id.
func (t *tx) insert(query string, args ...any) (int64, error) {
	statement, err := t.prepared(query) //nolint:sqlclosecheck // kept for the life of the file
	if err != nil {
		return 0, err
	}
	result, err := statement.ExecContext(t.ctx, args...)
	if err != nil {
		return 0, translate(err)
	}
	id, err := result.LastInsertId()
	return id, translate(err)
}

// scan reads one row of a constant query; ErrNotFound when there is none.
func (t *tx) scan(query string, args []any, into ...any) error {
	statement, err := t.prepared(query) //nolint:sqlclosecheck // kept for the life of the file
	if err != nil {
		return err
	}
	return found(statement.QueryRowContext(t.ctx, args...).Scan(into...))
}

// each reads the rows of a constant query.
func (t *tx) each(query string, args []any, row func(scan func(...any) error) error) error {
	statement, err := t.prepared(query) //nolint:sqlclosecheck // kept for the life of the file
	if err != nil {
		return err
	}
	rows, err := statement.QueryContext(t.ctx, args...)
	if err != nil {
		return translate(err)
	}
	return eachRow(rows, row)
}

// scan reads one row outside a transaction; ErrNotFound when there is none.
func (f *file) scan(ctx context.Context, query string, args []any, into ...any) error {
	return found(f.reader.QueryRowContext(ctx, query, args...).Scan(into...))
}

// each reads rows outside a transaction, from one snapshot of the file.
func (f *file) each(ctx context.Context, query string, args []any, row func(scan func(...any) error) error) error {
	rows, err := f.reader.QueryContext(ctx, query, args...)
	if err != nil {
		return translate(err)
	}
	return eachRow(rows, row)
}

func eachRow(rows *sql.Rows, row func(scan func(...any) error) error) (err error) {
	defer func() { err = errors.Join(err, translate(rows.Close())) }()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return translate(rows.Err())
}

func found(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return ErrNotFound
	}
	return translate(err)
}

// millis is a moment as the file keeps it; the zero time is 0.
func millis(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

// moment reads what millis wrote.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
