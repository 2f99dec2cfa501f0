package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Undone is what undoing an import did.
type Undone struct {
	ID       int64
	Removed  int // contacts it had added and that nobody touched since
	Kept     int // contacts it had added and that have a history by now, which must stay
	Restored int // contacts it had changed
	Voided   int // opt-ins that stood in the file
}

// ErrUndone says that the import was taken back before.
var ErrUndone = errors.New("the import is undone already")

// ErrHalfUndone says that the import is seen no more, and that what is left to do follows.
var ErrHalfUndone = errors.New("the import is taken back but for the rest, which follows")

const (
	selectUndone  = `SELECT undone_at FROM imports WHERE id = ?`
	leavingNow    = `SELECT import_id, hidden FROM leaving`
	markUndone    = `UPDATE imports SET undone_at = ? WHERE id = ?`
	selectChanges = `SELECT contact_id, before, after, consent_event, saved_event FROM import_changes
		WHERE import_id = ? AND contact_id > ? ORDER BY contact_id LIMIT ?`
)

// UndoImport takes an import back as a whole. Whom it added and nobody touched since is gone; who has a consent, a
// message or anything else of her own by now stays, because ledgers only grow; what it changed is as it was, unless
// somebody changed it again; opt-ins that stood in the file are voided.
//
// It works in many short transactions, between which others write. Those who leave are gone for all who look in one
// moment. When ctx ends before that, nothing is taken back; after it fails with ErrHalfUndone besides, and what is left
// is done by [Store.SettleImport], as it is when the process dies at any point. It waits for another import. Refuses
// with ErrNotFound or ErrUndone, or *InvalidError without staff. Progress may be nil and must not block.
func (s *Store) UndoImport(ctx context.Context, id int64, staff string, progress func(ImportProgress)) (_ Undone, err error) {
	if strings.TrimSpace(staff) == "" {
		return Undone{}, &InvalidError{Field: "staff", Reason: "empty"}
	}
	release, err := s.lockImports(ctx)
	if err != nil {
		return Undone{}, err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := s.beginUndo(ctx, id, staff); err != nil {
		return Undone{}, err
	}
	undone, err := s.takeOut(ctx, progress)
	if err != nil {
		return Undone{}, errors.Join(err, s.stay(context.WithoutCancel(ctx)))
	}
	return undone, nil
}

// beginUndo has an import begin to leave. Nobody sees anything of it yet.
func (s *Store) beginUndo(ctx context.Context, id int64, staff string) error {
	var first, last int64
	if err := s.scan(ctx, importRange, []any{id}, &first, &last); err != nil {
		return fmt.Errorf("find who came with import %d: %w", id, err)
	}
	return s.write(ctx, func(t *tx) error {
		var before int64
		if err := t.scan(selectUndone, []any{id}, &before); err != nil {
			return fmt.Errorf("find import %d: %w", id, err)
		}
		if before != 0 {
			return ErrUndone
		}
		if n, err := t.exec(beginLeaving, id, staff, first, last); err != nil || n == 0 {
			return errors.Join(fmt.Errorf("take the import back: %w", ErrBusy), err)
		}
		return nil
	})
}

// stay gives an undo up of which nobody has seen anything.
func (s *Store) stay(ctx context.Context) error {
	return s.write(ctx, func(t *tx) error {
		var id int64
		var hidden bool
		if err := t.scan(leavingNow, nil, &id, &hidden); err != nil {
			return fmt.Errorf("take the import back: %w", err)
		}
		if hidden {
			return ErrHalfUndone
		}
		return t.forgetLeaving()
	})
}

// changed is a contact that an import changed.
type changed struct {
	id             ContactID
	before, after  importChange
	consent, saved string // events
}

// changes are the next few of those whom an import changed, behind a contact.
func (t *tx) changes(id, behind int64) ([]changed, error) {
	var list []changed
	err := t.each(selectChanges, []any{id, behind, writeChunk}, func(scan func(...any) error) error {
		var c changed
		var before, after string
		if err := scan(&c.id, &before, &after, &c.consent, &c.saved); err != nil {
			return err
		}
		list = append(list, c)
		last := &list[len(list)-1]
		return errors.Join(json.Unmarshal([]byte(before), &last.before), json.Unmarshal([]byte(after), &last.after))
	})
	if err != nil {
		return nil, fmt.Errorf("read what the import changed: %w", err)
	}
	return list, nil
}

// undoChange gives one contact back what still stands as the import left it.
func (t *tx) undoChange(c changed, u *Undone, staff string) error {
	now, err := t.contact(c.id)
	if err != nil {
		return err
	}
	if now.Standing.Erased {
		return ErrErased
	}
	if err := t.undoProof(c, u, staff); err != nil {
		return err
	}
	var edit EditContact
	if c.after.Name != nil && now.Name == *c.after.Name {
		edit.Name = c.before.Name
	}
	if c.after.Language != nil && now.Language == *c.after.Language {
		edit.Language = c.before.Language
	}
	for key, value := range c.after.Fields {
		if now.Fields[key] == value {
			if edit.Fields == nil {
				edit.Fields = map[string]string{}
			}
			edit.Fields[key] = c.before.Fields[key]
		}
	}
	tags := slices.DeleteFunc(slices.Clone(c.after.Tags), func(tag string) bool { return !slices.Contains(now.Tags, tag) })
	if edit.Name == nil && edit.Language == nil && len(edit.Fields)+len(tags) == 0 {
		return nil
	}
	u.Restored++
	if err := t.edit(now, edit); err != nil {
		return err
	}
	return t.tag(c.id, nil, tags)
}

// undoProof voids what the file put on the ledgers, where nothing newer stands on it.
func (t *tx) undoProof(c changed, u *Undone, staff string) error {
	if c.consent != "" {
		_, err := t.consent(LedgerEvent{
			Contact: c.id, Type: string(EventVoided), Staff: staff, Reason: reasonMistake, Supersedes: c.consent,
		})
		switch {
		case err == nil:
			u.Voided++
		case !refused(err):
			return err
		}
	}
	if c.saved != "" {
		if err := t.unattest(c.id, staff, c.saved, c.saved); err != nil && !refused(err) {
			return err
		}
	}
	return nil
}

// ImportRecord is what the shop keeps of an import.
type ImportRecord struct {
	ID                   int64
	File, SHA256         string
	Source, Staff, Vouch string
	Rows, Added, Updated int
	Rejected             int
	At, UndoneAt         time.Time
}

// Provenance says where the shop has a contact from.
type Provenance struct {
	Import ImportRecord
	Row    int // line of the file
}

const (
	importColumns    = `i.id, i.file, i.sha256, i.source, i.staff, i.vouch, i.rows, i.added, i.updated, i.rejected, i.at, i.undone_at`
	selectProvenance = `SELECT ` + importColumns + `, h.row FROM (
		SELECT import_id, import_row AS row FROM contacts WHERE id = ?1 AND import_id IS NOT NULL
		UNION SELECT import_id, row FROM import_changes WHERE contact_id = ?1) h JOIN imports i ON i.id = h.import_id ORDER BY i.id`
	selectImports = `SELECT ` + importColumns + `, 0 FROM imports i WHERE i.id NOT IN (SELECT import_id FROM arriving) ORDER BY i.id DESC LIMIT ?`
)

// Provenance lists the imports that added or changed a contact, the oldest first. It is empty for somebody added by
// hand.
func (s *Store) Provenance(ctx context.Context, id ContactID) ([]Provenance, error) {
	return s.importRecords(ctx, selectProvenance, id)
}

// Imports lists the newest imports, at most limit.
func (s *Store) Imports(ctx context.Context, limit int) ([]ImportRecord, error) {
	found, err := s.importRecords(ctx, selectImports, limit)
	list := make([]ImportRecord, len(found))
	for n := range found {
		list[n] = found[n].Import
	}
	return list, err
}

func (s *Store) importRecords(ctx context.Context, query string, arg any) ([]Provenance, error) {
	var list []Provenance
	err := s.each(ctx, query, []any{arg}, func(scan func(...any) error) error {
		var p Provenance
		var at, undone int64
		i := &p.Import
		err := scan(&i.ID, &i.File, &i.SHA256, &i.Source, &i.Staff, &i.Vouch, &i.Rows, &i.Added, &i.Updated, &i.Rejected, &at, &undone, &p.Row)
		i.At, i.UndoneAt = moment(at), moment(undone)
		list = append(list, p)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the imports: %w", err)
	}
	return list, nil
}
