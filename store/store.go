package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Store is the shop file: everything but the right to call a contact. That is
// the Outbox's, and neither leads to the other.
type Store struct{ *file }

// Option changes how a file is opened.
type Option func(*file)

// WithClock replaces the clock; tests freeze it.
func WithClock(now func() time.Time) Option {
	return func(f *file) { f.now = now }
}

// Open opens the shop file at path, making it (mode 0600, its folder 0700) and
// its suppression key (path + ".key") when there is none, and migrates it.
//
// What a broken restore or backup left is cleared before; see BrokenRestore.
//
// It fails with ErrForeignFile, ErrNewerSchema, ErrDamaged, ErrReadOnly or
// ErrBusy, and then has changed nothing. A missing or foreign suppression key
// does not keep the file from being read: see KeyMissing.
func Open(ctx context.Context, path string, options ...Option) (*Store, *Outbox, error) {
	f := newFile(path, options)
	if err := f.endBroken(); err != nil {
		return nil, nil, err
	}
	isNew, err := prepareFile(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	err = f.open(ctx, isNew)
	if found := f.broken; err == nil { // a restore that began meanwhile did not find this one
		if err = f.endBroken(); err == nil && f.broken != found {
			err = ErrBusy // this may be the file that was there before
		}
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.close())
	}
	return &Store{f}, &Outbox{file: f, places: places{}}, nil
}

func newFile(path string, options []Option) *file {
	f := &file{
		path: path, now: time.Now, passed: func(string) {}, turn: make(chan struct{}, 1),
		listeners: map[chan struct{}]struct{}{}, turns: turnLength,
	}
	for _, option := range options {
		option(f)
	}
	return f
}

func (f *file) open(ctx context.Context, isNew bool) error {
	var err error
	if f.pool, err = sql.Open("sqlite", dsn(f.path, writing)); err != nil {
		return fmt.Errorf("open the shop file: %w", translate(err))
	}
	f.pool.SetMaxOpenConns(1)
	if err := checkSmall(ctx, f.pool, f.path, isNew); err != nil {
		return err
	}
	if err := migrate(ctx, f.pool, f.path, isNew, f.now()); err != nil {
		return err
	}
	conn, err := f.pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open the shop file: %w", translate(err))
	}
	f.writer = newSession(conn)
	if _, err := conn.ExecContext(ctx, dontWait); err != nil {
		return fmt.Errorf("open the shop file: %w", translate(err))
	}
	if f.reader, err = readPool(f.path); err != nil {
		return fmt.Errorf("open the shop file: %w", translate(err))
	}
	return f.loadKey(ctx)
}

// Close ends all reading and writing. The Outbox of the same file ends with it.
// Closing twice is closing once.
func (s *Store) Close() error { return s.close() }

func (f *file) close() error {
	f.mu.Lock()
	closed := f.closed
	f.closed = true
	f.mu.Unlock()
	if closed {
		return nil
	}
	var errs []error
	if f.reader != nil {
		errs = append(errs, f.reader.Close())
	}
	errs = append(errs, f.writer.close())
	if f.pool != nil {
		errs = append(errs, f.pool.Close())
	}
	return errors.Join(errs...)
}

// Path is where the shop file lies.
func (s *Store) Path() string { return s.path }

// Changes returns a channel that has a value after the file changed, in this
// process or in another (asked every half second). Several changes may become
// one value. It stops with ctx.
func (s *Store) Changes(ctx context.Context) <-chan struct{} {
	listener := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners[listener] = struct{}{}
	if s.deafen == nil { // all listen through one connection, of the few there are
		var watching context.Context
		watching, s.deafen = context.WithCancel(context.WithoutCancel(ctx))
		go s.watch(watching)
	}
	context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if delete(s.listeners, listener); len(s.listeners) == 0 {
			s.deafen()
			s.deafen = nil
		}
	})
	return listener
}

// foreignChange is how often the file is asked whether another process wrote.
const foreignChange = 500 * time.Millisecond

// watch compares SQLite's data_version, which only another connection's commit moves.
func (f *file) watch(ctx context.Context) {
	conn, err := f.reader.Conn(ctx)
	if err != nil {
		return // the pool closed: there is nothing left to hear
	}
	defer func() { _ = conn.Close() }()
	ticker := time.NewTicker(foreignChange)
	defer ticker.Stop()
	var last int64
	for {
		var version int64
		if err := conn.QueryRowContext(ctx, "PRAGMA data_version").Scan(&version); err != nil {
			return
		}
		if last != 0 && version != last {
			f.signal()
		}
		last = version
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (f *file) signal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for listener := range f.listeners {
		notify(listener)
	}
}

func notify(listener chan struct{}) {
	select {
	case listener <- struct{}{}:
	default: // it already knows
	}
}
