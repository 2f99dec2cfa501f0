package store

import (
	"context"
	"errors"
	"fmt"

	"pregon/store/intake"
)

const (
	insertImport = `INSERT INTO imports (file, sha256, source, staff, vouch, signs, tags, at) VALUES (?, ?, ?, ?, ?, ?,
		(SELECT json_group_array(DISTINCT w.value) FROM staged s, json_each(s.tags) w WHERE s.tags <> ''), ?)`
	updateImport = `UPDATE imports SET rows = ?, added = ?, updated = ?, unchanged = ?, duplicates = ?, suppressed = ?,
		rejected = ? WHERE id = ?`
	lastContact = `SELECT coalesce(max(id), 0) FROM contacts`
	addStaged   = `INSERT INTO contacts (id, phone, user_id, phone_mac, user_mac, name, folded, language, country, fields, source, import_id,
		import_row, added_at, updated_at)
		SELECT ?1 + s.seq, s.number, s.user_id, s.mac, s.user_mac, s.name, s.folded, s.language, s.country, s.fields, ?2, ?3, s.line, ?4, ?4
		FROM staged s WHERE s.seq > ?5 AND s.seq <= ?6 AND s.person IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM plan WHERE seq = s.seq)`
	tagStaged = `INSERT OR IGNORE INTO contact_tags (tag, contact_id) SELECT w.value, ?1 + s.seq FROM staged s, json_each(s.tags) w
		WHERE s.seq > ?2 AND s.seq <= ?3 AND s.tags <> '' AND s.person IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM plan WHERE seq = s.seq) ORDER BY 1, 2`
	keepRows = `INSERT INTO arriving_rows (seq, row, contact_id, known, name, language, fields, tags, proof)
		SELECT s.seq, s.line, coalesce(p.contact, ?1 + s.seq), p.seq IS NOT NULL, s.name, s.language, s.fields, s.tags, s.proof
		FROM staged s LEFT JOIN plan p ON p.seq = s.seq WHERE s.seq > ?2 AND s.seq <= ?3 AND s.person IS NOT NULL AND (p.kind IN ('unclear', 'updated')
			OR s.proof IS NOT NULL AND coalesce(p.kind, 'added') IN ('added', 'unchanged'))`
)

// keeping is a staged import on its way into the shop.
type keeping struct {
	*StagedImport
	id     int64 // of the import; 0 before it began
	base   int64 // contacts are base + seq
	at     int64
	upTo   int // the last row that is in
	kept   int // the last row of which is kept what is to be written on people
	looked int // how often the stops were looked through again
	// stopped: some of whom the plan knows by now that they said stop may be in.
	stopped bool
	report  Imported
}

// compareAgain compares the file once more, if anything changed.
func (k *keeping) compareAgain(ctx context.Context) error {
	t := &tx{file: k.store.file, on: k.on, ctx: ctx, now: k.now}
	var version int64
	if err := t.scan(dataVersion, nil, &version); err != nil {
		return fmt.Errorf("look whether the shop changed: %w", err)
	}
	if version == k.version {
		return nil
	}
	return k.plan(ctx, t)
}

// between looks through new stops, for which the whole file has to be walked: so nobody waits for that.
func (k *keeping) between(ctx context.Context) error {
	t := &tx{file: k.store.file, on: k.on, ctx: ctx, now: k.now}
	now, err := t.milestone()
	if err != nil || now.stops == k.seen.stops {
		return err
	}
	k.looked++
	return k.findStopped(t, now)
}

// step does the next part of what can still be taken back; done shows all of it.
func (k *keeping) step(t *tx) (done bool, err error) {
	if err := t.ctx.Err(); err != nil {
		return false, fmt.Errorf("import: %w", err)
	}
	if k.id == 0 {
		return false, k.begin(t)
	}
	if err := k.catchUp(t); err != nil {
		return false, err
	}
	switch {
	case k.upTo < k.people:
		return false, k.add(t)
	case k.kept < k.people:
		from := k.kept
		k.kept = min(from+4*keepChunk, k.people)
		if _, err := t.exec(keepRows, k.base, from, k.kept); err != nil {
			return false, fmt.Errorf("keep the changes: %w", err)
		}
		return false, nil
	}
	return k.show(t)
}

// begin keeps the ids of those who come, and hides them.
func (k *keeping) begin(t *tx) error {
	signs := k.report.Signs
	if signs == nil {
		signs = []intake.Sign{}
	}
	var err error
	k.at = t.now.UnixMilli()
	k.id, err = t.insert(insertImport, k.File, k.sum, k.Source, k.Staff, clean(k.Import.Vouch), jsonText(signs), k.at)
	if err != nil {
		return fmt.Errorf("record the import: %w", err)
	}
	if err := t.scan(lastContact, nil, &k.base); err != nil {
		return fmt.Errorf("add the contacts: %w", err)
	}
	if n, err := t.exec(beginArriving, k.id, k.base+1, k.base+int64(k.people)); err != nil || n == 0 {
		return errors.Join(fmt.Errorf("add the contacts: %w", ErrBusy), err)
	}
	k.report.ID = k.id
	return k.catchUp(t)
}

// add takes in the next of those who are not known.
func (k *keeping) add(t *tx) error {
	from := k.upTo
	k.upTo = min(from+keepChunk, k.people)
	if _, err := t.exec(addStaged, k.base, k.Source, k.id, k.at, from, k.upTo); err != nil {
		return fmt.Errorf("add the contacts: %w", err)
	}
	if _, err := t.exec(tagStaged, k.base, from, k.upTo); err != nil {
		return fmt.Errorf("tag the contacts: %w", err)
	}
	k.tell(ImportKeeping, k.upTo, k.people, 0)
	return nil
}

// show is the moment in which the whole file is in the shop.
func (k *keeping) show(t *tx) (done bool, err error) {
	now, err := t.milestone()
	if err != nil {
		return false, err
	}
	if now.stops != k.seen.stops {
		if k.looked < 3 {
			return false, nil
		}
		if err := k.findStopped(t, now); err != nil { // somebody stops every second
			return false, err
		}
		if err := k.catchUp(t); err != nil {
			return false, err
		}
	}
	r := &k.report
	if r.Twins > 0 {
		if _, err := t.exec(keepTwins, k.id); err != nil {
			return false, fmt.Errorf("note the duplicates: %w", err)
		}
	}
	_, err = t.exec(updateImport, r.Rows, r.Added, r.Updated, r.Unchanged, r.Duplicates, r.Suppressed, r.Rejected, k.id)
	if err == nil {
		_, err = t.exec(showArrived)
	}
	if err != nil {
		return false, fmt.Errorf("record the import: %w", err)
	}
	return true, nil
}
