package store

import (
	"context"
	"errors"
	"fmt"
)

const (
	// The range is found before the import begins to leave: nobody joins an import that is in.
	importRange     = `SELECT coalesce(min(id), 9223372036854775807), coalesce(max(id), 0) FROM contacts WHERE import_id = ?`
	countChanges    = `SELECT count(*) FROM import_changes WHERE import_id = ?`
	selectDeparture = `SELECT import_id, staff, first, last, looked, hidden, changed, removed, kept, restored, voided FROM leaving`
	beginLeaving    = `UPDATE leaving SET import_id = ?1, staff = ?2, first = ?3, last = ?4, looked = ?3 - 1, hidden = 0, changed = 0,
		removed = 0, kept = 0, restored = 0, voided = 0 WHERE import_id = 0`
	saveLooked  = `UPDATE leaving SET looked = ?`
	saveChanged = `UPDATE leaving SET changed = ?, restored = ?, voided = ?`
	saveRemoved = `UPDATE leaving SET last = ?, removed = ?, kept = ?`
	hideLeaving = `UPDATE leaving SET hidden = 1`
	hideRange   = `UPDATE arriving SET (first, last) = (SELECT first, last FROM leaving)`
	endLeaving  = `UPDATE leaving SET import_id = 0, staff = '', first = 9223372036854775807, last = 0, looked = 0, hidden = 0,
		changed = 0, removed = 0, kept = 0, restored = 0, voided = 0`
	clearStaying = `DELETE FROM staying`
	// referring lists the columns that may say something of a contact, in whatever tables there are.
	referring = `SELECT m.name, f."from" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table' AND f."table" = 'contacts' AND m.name NOT IN ('standings', 'contact_tags', 'import_changes')`
	findStaying = `INSERT OR IGNORE INTO staying SELECT c.id FROM contacts c WHERE c.id > ?2 AND c.id <= ?3 AND (c.import_id IS NOT ?1
		OR c.updated_at <> c.added_at OR EXISTS (SELECT 1 FROM contact_tags w WHERE w.contact_id = c.id
			AND w.tag NOT IN (SELECT j.value FROM imports i, json_each(i.tags) j WHERE i.id = ?1))
		OR EXISTS (SELECT 1 FROM import_changes h WHERE h.contact_id = c.id)`
	leaveTags      = `DELETE FROM contact_tags WHERE contact_id > ?1 AND contact_id <= ?2 AND contact_id NOT IN (SELECT contact_id FROM staying)`
	leaveStandings = `DELETE FROM standings WHERE contact_id > ?1 AND contact_id <= ?2 AND contact_id NOT IN (SELECT contact_id FROM staying)`
	leaveContacts  = `DELETE FROM contacts WHERE id > ?1 AND id <= ?2 AND id NOT IN (SELECT contact_id FROM staying)`
	countStaying   = `SELECT count(*) FROM contacts WHERE id > ?2 AND id <= ?3 AND import_id = ?1`
)

// departure is an import that is being taken back, as far as it has come.
type departure struct {
	Undone
	store             *Store
	staff             string
	first, last       int64
	looked, changed   int64
	hidden, restoring bool // restoring: some of what it changed is left
	touched           string
	steps, of         int // for who watches
	progress          func(ImportProgress)
}

// departure reads what is being taken back; its ID is 0 for none.
func (s *Store) departure(ctx context.Context) (*departure, error) {
	d := &departure{store: s, restoring: true}
	err := s.scan(ctx, selectDeparture, nil, &d.ID, &d.staff, &d.first, &d.last, &d.looked, &d.hidden, &d.changed,
		&d.Removed, &d.Kept, &d.Restored, &d.Voided)
	if err != nil || d.ID == 0 {
		return d, err
	}
	d.touched = findStaying
	err = s.each(ctx, referring, nil, func(scan func(...any) error) error {
		var table, column string
		err := scan(&table, &column)
		d.touched += fmt.Sprintf(" OR EXISTS (SELECT 1 FROM %q WHERE %q = c.id)", table, column)
		return err
	})
	if d.touched += ")"; err != nil {
		return nil, fmt.Errorf("find what refers to contacts: %w", err)
	}
	if err := s.scan(ctx, countChanges, []any{d.ID}, &d.of); err != nil {
		return nil, fmt.Errorf("count what the import changed: %w", err)
	}
	d.of += int(max(0, d.last-d.first+1))
	return d, nil
}

// takeOut takes back what began to leave, in short transactions. Who stops waiting for it leaves the rest to the next
// start, or, while nothing was seen of it yet, everything as it was.
func (s *Store) takeOut(ctx context.Context, progress func(ImportProgress)) (Undone, error) {
	d, err := s.departure(ctx)
	if err != nil {
		return Undone{}, err
	}
	d.progress = progress
	if err := s.inTurns(ctx, s.writer, noRest, d.step); err != nil {
		return Undone{}, err
	}
	return d.Undone, nil
}

// step does the next part; done when all of it is on the record.
func (d *departure) step(t *tx) (done bool, err error) {
	switch {
	case !d.hidden && d.looked < d.last:
		return false, d.look(t)
	case !d.hidden:
		return false, d.hide(t)
	case d.restoring:
		return false, d.restore(t)
	case d.first <= d.last:
		return false, d.remove(t)
	}
	return true, d.end(t)
}

// look finds out who of the next few has a history by now.
func (d *departure) look(t *tx) error {
	from := d.looked
	d.looked = min(from+keepChunk, d.last)
	if _, err := t.exec(d.touched, d.ID, from, d.looked); err != nil {
		return fmt.Errorf("look who has a history: %w", err)
	}
	if _, err := t.exec(saveLooked, d.looked); err != nil {
		return fmt.Errorf("look who has a history: %w", err)
	}
	d.tell(ImportLooking, int(d.looked-d.first+1), int(d.last-d.first+1))
	return nil
}

// hide is the moment from which on nobody sees who leaves.
func (d *departure) hide(t *tx) error {
	a, err := t.arrival()
	if err != nil {
		return fmt.Errorf("take the import back: %w", err)
	}
	if a.id == d.ID { // it was stopped before its end
		if err := t.recordImport(d.ID); err != nil {
			return err
		}
	}
	d.hidden = true
	for _, step := range []struct {
		text string
		args []any
	}{{hideLeaving, nil}, {hideRange, nil}, {markUndone, []any{t.now.UnixMilli(), d.ID}}} {
		if _, err := t.exec(step.text, step.args...); err != nil {
			return fmt.Errorf("take the import back: %w", err)
		}
	}
	return nil
}

// restore gives the next few of those whom the import changed back what they had.
func (d *departure) restore(t *tx) error {
	some, err := t.changes(d.ID, d.changed)
	if err != nil {
		return err
	}
	if len(some) == 0 {
		d.restoring = false
		return nil
	}
	for _, c := range some {
		if err := t.undoChange(c, &d.Undone, d.staff); err != nil && !errors.Is(err, ErrErased) && !errors.Is(err, ErrNotFound) {
			return fmt.Errorf("restore contact %d: %w", c.id, err)
		}
	}
	d.changed = int64(some[len(some)-1].id)
	if _, err := t.exec(saveChanged, d.changed, d.Restored, d.Voided); err != nil {
		return fmt.Errorf("restore the contacts: %w", err)
	}
	d.steps += len(some)
	d.tell(ImportLeaving, d.steps, d.of)
	return nil
}

// remove deletes the last few of those who are hidden.
func (d *departure) remove(t *tx) error {
	from := max(d.first-1, d.last-keepChunk)
	var gone int64
	for _, text := range []string{leaveTags, leaveStandings, leaveContacts} {
		var err error
		if gone, err = t.exec(text, from, d.last); err != nil {
			return fmt.Errorf("remove what the import added: %w", err)
		}
	}
	var kept int
	if err := t.scan(countStaying, []any{d.ID, from, d.last}, &kept); err != nil {
		return fmt.Errorf("remove what the import added: %w", err)
	}
	d.steps += int(d.last - from)
	d.last, d.Removed, d.Kept = from, d.Removed+int(gone), d.Kept+kept
	if _, err := t.exec(saveRemoved, d.last, d.Removed, d.Kept); err != nil {
		return fmt.Errorf("remove what the import added: %w", err)
	}
	d.tell(ImportLeaving, d.steps, d.of)
	return nil
}

// end puts it on the record.
func (d *departure) end(t *tx) error {
	if err := t.forgetLeaving(); err != nil {
		return err
	}
	if _, err := t.exec(showArrived); err != nil {
		return fmt.Errorf("take the import back: %w", err)
	}
	return t.audit(AuditEvent{
		Type: "import_undone", Staff: d.staff, Subject: fmt.Sprintf("import %d", d.ID),
		Detail: jsonText(map[string]int{"removed": d.Removed, "kept": d.Kept, "restored": d.Restored, "voided": d.Voided}),
	})
}

func (t *tx) forgetLeaving() error {
	for _, text := range []string{endLeaving, clearStaying} {
		if _, err := t.exec(text); err != nil {
			return fmt.Errorf("take the import back: %w", err)
		}
	}
	return nil
}

func (d *departure) tell(step ImportStep, rows, of int) {
	if d.progress != nil {
		d.progress(ImportProgress{Step: step, Rows: rows, Of: of})
	}
}
