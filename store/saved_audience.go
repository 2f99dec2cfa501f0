package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"pregon/store/audience"
)

// SavedAudience is a query kept under a name, which audience:NAME asks for. A
// draft that names it follows its changes until the broadcast starts; from then
// on the broadcast goes to those who were in it at that moment.
type SavedAudience struct {
	Name, Query string
	By          string // who saved or changed it last
	At          time.Time
}

// InUseError says what a name or tag is still used by: drafts and scheduled
// broadcasts, and saved audiences, each by name.
type InUseError struct{ Broadcasts, Audiences []string }

func (e *InUseError) Error() string {
	return fmt.Sprintf("in use by %d broadcasts and %d audiences", len(e.Broadcasts), len(e.Audiences))
}

const (
	insertAudience = `INSERT INTO saved_audiences (name, folded, query, changed_by, changed_at) VALUES (?, ?, ?, ?, ?)`
	updateAudience = `UPDATE saved_audiences SET name = ?2, folded = ?3, query = ?4, changed_by = ?5, changed_at = ?6
		WHERE folded = ?1`
	deleteAudience  = `DELETE FROM saved_audiences WHERE folded = ?`
	audienceColumns = `SELECT name, query, changed_by, changed_at FROM saved_audiences`
	selectAudience  = audienceColumns + ` WHERE folded = ?`
	listAudiences   = audienceColumns + ` ORDER BY folded`
	queryOfAudience = `SELECT query FROM saved_audiences WHERE folded = ?`
	namedQueries    = `SELECT name, query FROM saved_audiences ORDER BY folded`
	selectUnsent    = `SELECT name, audience FROM broadcasts WHERE state IN ('draft', 'scheduled') AND audience <> '' ORDER BY id`
)

// row reads one row, inside a transaction or outside.
type row func(query string, args []any, into ...any) error

// audience reads a query with the saved audiences that it names.
// Refuses with *audience.SyntaxError.
func (f *file) audience(ctx context.Context, query string) (audience.Expr, error) {
	return resolve(query, func(sql string, args []any, into ...any) error { return f.scan(ctx, sql, args, into...) })
}

func (t *tx) audience(query string) (audience.Expr, error) { return resolve(query, t.scan) }

func resolve(query string, read row) (audience.Expr, error) {
	var failed error
	tree, err := audience.Resolve(query, func(name string) (saved string, found bool) {
		err := read(queryOfAudience, []any{audienceKey(name)}, &saved)
		if err != nil && !errors.Is(err, ErrNotFound) {
			failed = err
		}
		return saved, err == nil
	})
	switch {
	case failed != nil:
		return nil, fmt.Errorf("look up a saved audience: %w", failed)
	case err != nil:
		return nil, fmt.Errorf("read the audience: %w", err)
	}
	return tree, nil
}

// tidyName is a name as it is kept: one blank between words.
func tidyName(name string) string { return strings.Join(strings.Fields(norm.NFC.String(name)), " ") }

// audienceKey is what two names of one audience have in common.
func audienceKey(name string) string { return Fold(tidyName(name)) }

// check validates what is to be saved and tidies it.
func (a *SavedAudience) check() error {
	a.Name, a.Query = tidyName(a.Name), strings.TrimSpace(a.Query)
	switch {
	case audienceKey(a.Name) == "":
		return &InvalidError{Field: "name", Reason: "empty"}
	case len(a.Name) > maxTag:
		return &InvalidError{Field: "name", Reason: "too_long"}
	case strings.ContainsFunc(a.Name, unicode.IsControl):
		return &InvalidError{Field: "name", Reason: "unknown"}
	case a.Query == "":
		return &InvalidError{Field: "query", Reason: "empty"} // an empty audience is nobody
	}
	if _, err := audience.ParseSaved(a.Query); err != nil {
		return fmt.Errorf("read the audience: %w", err)
	}
	return nil
}

// SaveAudience keeps a query under a name. Refuses with *InvalidError, with
// *audience.SyntaxError where the query cannot be read or names another saved
// audience, and with ErrConflict where the name is taken, whatever its case and
// accents.
func (s *Store) SaveAudience(ctx context.Context, name, query, staff string) (SavedAudience, error) {
	a := SavedAudience{Name: name, Query: query, By: staff}
	if err := a.check(); err != nil {
		return SavedAudience{}, err
	}
	err := s.write(ctx, func(t *tx) error {
		a.At = t.now
		return t.saveAudience(a)
	})
	if err != nil {
		return SavedAudience{}, err
	}
	return a, nil
}

func (t *tx) saveAudience(a SavedAudience) error {
	if _, err := t.insert(insertAudience, a.Name, audienceKey(a.Name), a.Query, a.By, millis(a.At)); err != nil {
		return fmt.Errorf("save the audience: %w", err)
	}
	return t.audit(AuditEvent{Type: "audience_saved", Staff: a.By})
}

// ChangeAudience gives a saved audience another query. Drafts that name it mean
// the new one from then on. Refuses like SaveAudience, and with ErrNotFound.
func (s *Store) ChangeAudience(ctx context.Context, name, query, staff string) (SavedAudience, error) {
	return s.rewriteAudience(ctx, name, staff, func(t *tx, a *SavedAudience) error {
		a.Query = query
		return nil
	})
}

// RenameAudience gives a saved audience another name. Refuses with
// *InvalidError, ErrNotFound, ErrConflict, and *InUseError while a broadcast that
// has not started names it, unless both names are found by the same words.
func (s *Store) RenameAudience(ctx context.Context, name, to, staff string) (SavedAudience, error) {
	return s.rewriteAudience(ctx, name, staff, func(t *tx, a *SavedAudience) error {
		a.Name = to
		if audienceKey(to) == audienceKey(name) {
			return nil
		}
		return t.audienceUnused(name)
	})
}

func (s *Store) rewriteAudience(ctx context.Context, name, staff string, change func(*tx, *SavedAudience) error) (SavedAudience, error) {
	var a SavedAudience
	err := s.write(ctx, func(t *tx) (err error) {
		if a, err = t.savedAudience(name); err != nil {
			return err
		}
		if err := change(t, &a); err != nil {
			return err
		}
		a.By, a.At = staff, t.now
		if err := a.check(); err != nil {
			return err
		}
		if _, err := t.exec(updateAudience, audienceKey(name), a.Name, audienceKey(a.Name), a.Query, a.By, millis(a.At)); err != nil {
			return fmt.Errorf("change the audience: %w", err)
		}
		return t.audit(AuditEvent{Type: "audience_changed", Staff: staff})
	})
	if err != nil {
		return SavedAudience{}, err
	}
	return a, nil
}

// DeleteAudience takes a saved audience away and returns it, for
// RestoreAudience to undo that. Refuses with ErrNotFound, and with *InUseError
// while a broadcast that has not started names it.
func (s *Store) DeleteAudience(ctx context.Context, name, staff string) (SavedAudience, error) {
	var gone SavedAudience
	err := s.write(ctx, func(t *tx) (err error) {
		if gone, err = t.savedAudience(name); err != nil {
			return err
		}
		if err := t.audienceUnused(name); err != nil {
			return err
		}
		if _, err := t.exec(deleteAudience, audienceKey(name)); err != nil {
			return fmt.Errorf("delete the audience: %w", err)
		}
		return t.audit(AuditEvent{Type: "audience_deleted", Staff: staff})
	})
	return gone, err
}

// RestoreAudience undoes DeleteAudience. Refuses with ErrConflict where the name
// was given to another one since.
func (s *Store) RestoreAudience(ctx context.Context, gone SavedAudience) error {
	if err := gone.check(); err != nil {
		return err
	}
	return s.write(ctx, func(t *tx) error { return t.saveAudience(gone) })
}

// audienceUnused refuses with *InUseError where an unsent broadcast names it.
func (t *tx) audienceUnused(name string) error {
	var used InUseError
	err := t.each(selectUnsent, nil, func(scan func(...any) error) error {
		var broadcast, query string
		err := scan(&broadcast, &query)
		for _, named := range audience.Names(query) {
			if audienceKey(named) == audienceKey(name) {
				used.Broadcasts = append(used.Broadcasts, broadcast)
				break
			}
		}
		return err
	})
	if err == nil && len(used.Broadcasts) > 0 {
		err = &used
	}
	return err
}

func (t *tx) savedAudience(name string) (SavedAudience, error) {
	return scanAudience(func(into ...any) error { return t.scan(selectAudience, []any{audienceKey(name)}, into...) })
}

// SavedAudience returns one saved audience, or ErrNotFound.
func (s *Store) SavedAudience(ctx context.Context, name string) (SavedAudience, error) {
	return scanAudience(func(into ...any) error { return s.scan(ctx, selectAudience, []any{audienceKey(name)}, into...) })
}

// SavedAudiences lists the saved audiences by name.
func (s *Store) SavedAudiences(ctx context.Context) ([]SavedAudience, error) {
	var list []SavedAudience
	err := s.each(ctx, listAudiences, nil, func(scan func(...any) error) error {
		a, err := scanAudience(scan)
		list = append(list, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the saved audiences: %w", err)
	}
	return list, nil
}

func scanAudience(scan func(...any) error) (SavedAudience, error) {
	var a SavedAudience
	var at int64
	err := scan(&a.Name, &a.Query, &a.By, &at)
	a.At = moment(at)
	return a, err
}
