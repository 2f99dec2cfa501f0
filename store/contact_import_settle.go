package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/gofrs/flock"
)

const (
	openImports   = `SELECT (SELECT import_id FROM arriving) + (SELECT import_id FROM leaving)`
	lastArrived   = `SELECT coalesce(max(id), 0) FROM contacts WHERE id BETWEEN ? AND ?`
	takeTags      = `DELETE FROM contact_tags WHERE contact_id BETWEEN ? AND ?`
	takeStandings = `DELETE FROM standings WHERE contact_id BETWEEN ? AND ?`
	takeContacts  = `DELETE FROM contacts WHERE id BETWEEN ? AND ?`
	takeRows      = `DELETE FROM arriving_rows WHERE seq IN (SELECT seq FROM arriving_rows LIMIT ?)`
	takeImport    = `DELETE FROM imports WHERE id = ?`
)

// SettledImport says what became of an import that was interrupted.
type SettledImport struct {
	ID       int64 // 0: there was none
	Finished bool  // it was decided, and what was left of it was done; else all of it was taken back
	Undone   bool  // it was being taken back, and all of it is now
}

// SettleImport ends what a process that died left of an import: wholly in the shop when its people were seen already,
// else wholly out of it. One that was being taken back is out of it too, at whatever point that ended. It leaves an
// import alone that goes on in a living process.
func (s *Store) SettleImport(ctx context.Context) (SettledImport, error) {
	var open int64
	if err := s.scan(ctx, openImports, nil, &open); err != nil || open == 0 {
		return SettledImport{}, err
	}
	lock := s.importLock()
	free, err := lock.TryLock()
	if err != nil || !free {
		return SettledImport{}, err //nolint:wrapcheck // the path stands in it
	}
	settled, err := s.settle(ctx)
	return settled, errors.Join(err, lock.Unlock())
}

// importLock is the operating system's and free when its process dies.
func (f *file) importLock() *flock.Flock {
	return flock.New(f.path+".import", flock.SetPermissions(0o600))
}

// lockImports waits until nobody else brings contacts in, and settles what a dead process left.
func (s *Store) lockImports(ctx context.Context) (release func() error, err error) {
	lock := s.importLock()
	if _, err := lock.TryLockContext(ctx, 50*time.Millisecond); err != nil {
		return nil, fmt.Errorf("wait for the other import: %w", err)
	}
	if _, err := s.settle(ctx); err != nil {
		return nil, errors.Join(err, lock.Unlock())
	}
	return lock.Unlock, nil
}

// settle is SettleImport for who holds the lock.
func (s *Store) settle(ctx context.Context) (SettledImport, error) {
	var a arrival
	var leaving int64
	var hidden bool
	if err := s.scan(ctx, leavingNow, nil, &leaving, &hidden); err != nil {
		return SettledImport{}, err
	}
	if leaving != 0 {
		_, err := s.takeOut(ctx, nil)
		return SettledImport{ID: leaving, Undone: true}, err
	}
	if err := s.scan(ctx, selectArriving, nil, &a.id, &a.first, &a.last); err != nil || a.id == 0 {
		return SettledImport{}, err
	}
	if a.hidden() {
		return SettledImport{ID: a.id}, s.takeBack(ctx, s.writer)
	}
	i, err := s.arrivedImport(ctx, a.id)
	if err == nil {
		err = s.inTurns(ctx, s.writer, noRest, func(t *tx) (bool, error) { return i.writeSome(t, &Imported{ID: a.id}) })
	}
	return SettledImport{ID: a.id, Finished: true}, err
}

func noRest(context.Context) error { return nil }

// takeBack removes whom nobody has seen, and all that is known of their import.
func (s *Store) takeBack(ctx context.Context, on *session) error {
	return s.inTurns(ctx, on, noRest, func(t *tx) (bool, error) {
		a, err := t.arrival()
		if err != nil || a.id == 0 || !a.hidden() {
			return true, err
		}
		var last int64
		if err := t.scan(lastArrived, []any{a.first, a.last}, &last); err != nil {
			return false, err
		}
		if last > 0 {
			for _, text := range []string{takeTags, takeStandings, takeContacts} {
				if _, err := t.exec(text, last-keepChunk+1, last); err != nil {
					return false, fmt.Errorf("take the import back: %w", err)
				}
			}
			return false, nil
		}
		if n, err := t.exec(takeRows, keepChunk); err != nil || n > 0 {
			return false, err
		}
		for _, step := range []struct {
			text string
			args []any
		}{{showArrived, nil}, {endArriving, nil}, {takeImport, []any{a.id}}} {
			if _, err := t.exec(step.text, step.args...); err != nil {
				return false, fmt.Errorf("take the import back: %w", err)
			}
		}
		return true, nil
	})
}
