package store

import (
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors that callers decide on.
var (
	// ErrNotFound says that no row has this id, number or name.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that the identity or name is taken by another row.
	ErrConflict = errors.New("already exists")
	// ErrNotSetUp says that the shop's own data has not been entered yet.
	ErrNotSetUp = errors.New("the shop is not set up")
	// ErrForeignFile says that the file is a database of another program, or no database.
	ErrForeignFile = errors.New("not a Pregon shop file")
	// ErrNewerSchema says that a newer Pregon wrote the file.
	ErrNewerSchema = errors.New("the shop file was written by a newer version")
	// ErrDamaged says that SQLite found the file damaged; nothing was changed.
	ErrDamaged = errors.New("the shop file is damaged")
	// ErrDiskFull says that the last change was not made, and nothing else was lost.
	ErrDiskFull = errors.New("the disk is full")
	// ErrReadOnly says that the file or its folder cannot be written.
	ErrReadOnly = errors.New("the shop file cannot be written")
	// ErrBusy says that another process held the file for longer than the busy timeout.
	ErrBusy = errors.New("the shop file is busy")
	// ErrKeyMissing says that the suppression key beside the shop file is missing or
	// another one, so that nobody can be checked against the suppression list.
	ErrKeyMissing = errors.New("the suppression key is missing")
	// ErrDraftChanged says that somebody edited the broadcast while it was being
	// started; nothing was sent.
	ErrDraftChanged = errors.New("the broadcast was edited while it was starting")
	// ErrErased says that the contact has been erased and takes no further facts.
	ErrErased = errors.New("the contact is erased")
)

// Code is the word for an error that callers decide on: "disk_full", "erased", …; "" for any other error.
func Code(err error) string {
	for _, known := range []struct {
		err  error
		code string
	}{
		{ErrHalfUndone, "half_undone"}, // before whatever kept it from its end
		{ErrNotFound, "not_found"},
		{ErrConflict, "conflict"},
		{ErrNotSetUp, "not_set_up"},
		{ErrForeignFile, "foreign_file"},
		{ErrNewerSchema, "newer_schema"},
		{ErrDamaged, "damaged"},
		{ErrDiskFull, "disk_full"},
		{ErrReadOnly, "read_only"},
		{ErrBusy, "busy"},
		{ErrKeyMissing, "key_missing"},
		{ErrDraftChanged, "draft_changed"},
		{ErrErased, "erased"},
		{ErrLockLost, "lock_lost"},
		{ErrInFlight, "in_flight"},
		{ErrNotEmptied, "not_emptied"},
		{ErrUndone, "undone"},
		{ErrOtherShop, "other_shop"},
		{ErrRestored, "restored"},
		{ErrNotDue, "not_due"},
		{ErrNoTemplate, "no_template"},
	} {
		if errors.Is(err, known.err) {
			return known.code
		}
	}
	if _, locked := errors.AsType[*LockedError](err); locked {
		return "locked"
	}
	return ""
}

// InvalidError is input that was refused before anything was written.
type InvalidError struct {
	Field  string // the name the command line and the forms use
	Reason string // a code: empty, unknown, too_long, not_a_number, …
}

func (e *InvalidError) Error() string { return fmt.Sprintf("%s: %s", e.Field, e.Reason) }

// MoveError is a change of state outside the closed set of lawful moves.
type MoveError struct {
	Of       string // consent, broadcast, delivery
	From, To string
	// NeedsAct is true when only a new act of the customer can do it
	// (a withdrawn contact cannot be brought back by staff alone).
	NeedsAct bool
}

func (e *MoveError) Error() string {
	return fmt.Sprintf("%s cannot go from %s to %s", e.Of, e.From, e.To)
}

// translate gives the driver's errors the meaning callers decide on. It reads
// driver codes; the text is read only for the names our own triggers raise.
func translate(err error) error {
	var native *sqlite.Error
	if !errors.As(err, &native) {
		return err
	}
	switch native.Code() & 0xff {
	case sqlite3.SQLITE_CORRUPT:
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	case sqlite3.SQLITE_NOTADB:
		return fmt.Errorf("%w: %w", ErrForeignFile, err)
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM:
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("%w: %w", ErrBusy, err)
	}
	switch native.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		return fmt.Errorf("%w: %w", ErrConflict, err)
	case sqlite3.SQLITE_CONSTRAINT_TRIGGER:
		if strings.Contains(native.Error(), "erased: ") {
			return fmt.Errorf("%w: %w", ErrErased, err)
		}
	}
	return err
}
