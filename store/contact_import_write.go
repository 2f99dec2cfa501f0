package store

import (
	"context"
	"encoding/json"
	"fmt"
)

// writeChunk is after how many people an import looks whether its turn is over.
const writeChunk = 50

const (
	noteChange = `INSERT INTO import_changes (import_id, contact_id, row, before, after) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT DO NOTHING`
	// What was merged stands for what it was merged into; who was suppressed or erased since is not touched.
	selectArrivedRows = `SELECT a.seq, a.name, a.language, a.fields, a.tags, c.id, c.name, c.language, c.fields,
		(SELECT json_group_array(tag) FROM contact_tags WHERE contact_id = c.id),
		a.row, a.known, coalesce(a.proof, ''), t.suppressed OR t.erased, t.consent, t.consent_at, t.saved_at, c.country
		FROM arriving_rows a JOIN standings o ON o.contact_id = a.contact_id
		JOIN standings t ON t.contact_id = coalesce(nullif(o.merged_into, 0), a.contact_id) JOIN contacts c ON c.id = t.contact_id
		ORDER BY a.seq LIMIT ?`
	dropArrivedRows  = `DELETE FROM arriving_rows WHERE seq <= ?`
	clearArrivedRows = `DELETE FROM arriving_rows` // of people who left since
	countArrivedRows = `SELECT count(*) FROM arriving_rows`
	countOptedIn     = `UPDATE imports SET opted_in = opted_in + ? WHERE id = ?`
	selectWritten    = `SELECT file, sha256, source, staff, vouch, rows, added, updated, opted_in, rejected, signs FROM imports WHERE id = ?`
)

// arrivedImport is an import as far as its record tells.
func (s *Store) arrivedImport(ctx context.Context, id int64) (*importing, error) {
	var in Import
	var text, sum string
	var n int
	err := s.scan(ctx, selectWritten, []any{id}, &in.File, &sum, &in.Source, &in.Staff, &in.Vouch, &n, &n, &n, &n, &n, &text)
	if err != nil {
		return nil, fmt.Errorf("read the import: %w", err)
	}
	return s.newImport(ctx, in)
}

// written is a row of a file whose person is in the shop by now.
type written struct {
	change
	claimant
	row               int
	known, outOfReach bool
}

// writeSome writes what a file says of the next few people: what changes on those who were known, and what is proved.
// With the last of them the import is on the record.
func (i *importing) writeSome(t *tx, r *Imported) (done bool, err error) {
	some, err := i.writtenRows(t)
	if err != nil {
		return false, err
	}
	if len(some) == 0 {
		return true, t.recordImport(r.ID)
	}
	before := r.OptedIn
	for _, w := range some {
		if err := i.write(t, r, w); err != nil {
			return false, err
		}
	}
	if _, err := t.exec(dropArrivedRows, some[len(some)-1].change.seq); err != nil {
		return false, fmt.Errorf("write on the contacts: %w", err)
	}
	if _, err := t.exec(countOptedIn, r.OptedIn-before, r.ID); err != nil {
		return false, fmt.Errorf("record the import: %w", err)
	}
	i.wrote += len(some)
	i.tell(ImportWriting, i.wrote, i.toWrite, 0)
	return false, nil
}

func (i *importing) writtenRows(t *tx) ([]written, error) {
	var some []written
	err := t.each(selectArrivedRows, []any{writeChunk}, func(scan func(...any) error) error {
		var w written
		var proved string
		var consentAt, savedAt int64
		var err error
		w.change, err = scanChange(func(into ...any) error {
			return scan(append(into, &w.row, &w.known, &proved, &w.outOfReach, &w.consent, &consentAt, &savedAt, &w.country)...)
		})
		if err != nil {
			return err
		}
		w.consentAt, w.savedAt, w.contact, w.claimant.seq = moment(consentAt), moment(savedAt), w.change.known.ID, w.change.seq
		if proved != "" {
			w.claims = true
			err = json.Unmarshal([]byte(proved), &w.proof)
		}
		some = append(some, w)
		return err //nolint:wrapcheck // below
	})
	if err != nil {
		return nil, fmt.Errorf("read what is to be written: %w", err)
	}
	return some, nil
}

// write brings one contact up to date, notes what it was, and puts what is proved on the ledgers.
func (i *importing) write(t *tx, r *Imported, w written) error {
	if w.outOfReach {
		return nil
	}
	if c := w.change; w.known && c.kind() == RowUpdated {
		if c.edit.Name != nil || c.edit.Language != nil || len(c.edit.Fields) > 0 {
			if err := t.edit(c.known, c.edit); err != nil {
				return fmt.Errorf("update contact %d: %w", c.known.ID, err)
			}
		}
		if err := t.tag(c.known.ID, c.tags, nil); err != nil {
			return err
		}
		if _, err := t.exec(noteChange, r.ID, c.known.ID, w.row, jsonText(c.before), jsonText(c.after)); err != nil {
			return fmt.Errorf("note the change: %w", err)
		}
	}
	if !w.claims {
		return nil
	}
	return i.prove(t, r, w)
}

// recordImport ends an import with its line on the audit record.
func (t *tx) recordImport(id int64) error {
	var done Imported
	var in Import
	var sum, signs string
	err := t.scan(selectWritten, []any{id}, &in.File, &sum, &in.Source, &in.Staff, &in.Vouch, &done.Rows, &done.Added, &done.Updated,
		&done.OptedIn, &done.Rejected, &signs)
	if err == nil {
		err = json.Unmarshal([]byte(signs), &done.Signs)
	}
	if err != nil {
		return fmt.Errorf("record the import: %w", err)
	}
	for _, text := range []string{endArriving, clearArrivedRows} {
		if _, err := t.exec(text); err != nil {
			return fmt.Errorf("record the import: %w", err)
		}
	}
	detail, err := auditDetail(done, in, sum)
	if err != nil {
		return err
	}
	return t.audit(AuditEvent{Type: "import", Staff: in.Staff, Subject: fmt.Sprintf("import %d", id), Detail: detail})
}
