package store

import (
	"context"
	"fmt"

	"pregon/store/intake"
)

// keepChunk is how many staged rows one statement takes in: after each the import can still be stopped.
const keepChunk = 2000

const (
	insertImport = `INSERT INTO imports (file, sha256, source, staff, vouch, signs, tags, at) VALUES (?, ?, ?, ?, ?, ?,
		(SELECT json_group_array(DISTINCT w.value) FROM staged s, json_each(s.tags) w WHERE s.tags <> ''), ?)`
	updateImport = `UPDATE imports SET rows = ?, added = ?, updated = ?, unchanged = ?, duplicates = ?, suppressed = ?,
		rejected = ?, opted_in = ? WHERE id = ?`
	lastContact = `SELECT coalesce(max(id), 0) FROM contacts`
	addStaged   = `INSERT INTO contacts (id, phone, user_id, phone_mac, user_mac, name, folded, language, country, fields, source, import_id,
		import_row, added_at, updated_at)
		SELECT ?1 + s.seq, s.number, s.user_id, s.mac, s.user_mac, s.name, s.folded, s.language, s.country, s.fields, ?2, ?3, s.line, ?4, ?4
		FROM staged s WHERE s.seq > ?5 AND s.seq <= ?6 AND s.person IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM plan WHERE seq = s.seq)`
	tagStaged = `INSERT OR IGNORE INTO contact_tags (tag, contact_id) SELECT w.value, ?1 + s.seq FROM staged s, json_each(s.tags) w
		WHERE s.seq > ?2 AND s.seq <= ?3 AND s.tags <> '' AND s.person IS NOT NULL
		AND NOT EXISTS (SELECT 1 FROM plan WHERE seq = s.seq) ORDER BY 1, 2`
	noteChange = `INSERT INTO import_changes (import_id, contact_id, row, before, after)
		VALUES (?1, ?2, (SELECT line FROM staged WHERE seq = ?3), ?4, ?5)`
)

// Vouch takes the owner's written answer for a file that looks bought.
func (g *StagedImport) Vouch(answer string) { g.Import.Vouch = answer }

// Commit takes the file into the shop in one transaction: wholly, or not at all when it fails or ctx ends. What
// changed in the shop since the file was compared is compared again. Refuses with *BoughtError.
func (g *StagedImport) Commit(ctx context.Context) (Imported, error) {
	if g.Bought() && clean(g.Import.Vouch) == "" {
		return Imported{}, &BoughtError{Signs: g.preview.Signs}
	}
	if _, err := g.on.conn.ExecContext(ctx, keepingCache); err != nil {
		return Imported{}, fmt.Errorf("import: %w", translate(err))
	}
	var report Imported
	err := g.store.writeOn(ctx, g.on, func(t *tx) error {
		var version int64
		if err := t.scan(dataVersion, nil, &version); err != nil {
			return fmt.Errorf("look whether the shop changed: %w", err)
		}
		if version != g.version {
			if err := g.plan(ctx, t); err != nil {
				return err
			}
		}
		report = g.preview
		report.OptedIn, report.Attested, report.Unproven = 0, 0, 0
		return g.keep(ctx, t, &report)
	})
	if err != nil {
		return Imported{}, err
	}
	return report, nil
}

func (g *StagedImport) keep(ctx context.Context, t *tx, r *Imported) error {
	signs := r.Signs
	if signs == nil {
		signs = []intake.Sign{}
	}
	var err error
	r.ID, err = t.insert(insertImport, g.File, g.sum, g.Source, g.Staff, clean(g.Import.Vouch), jsonText(signs), t.now.UnixMilli())
	if err != nil {
		return fmt.Errorf("record the import: %w", err)
	}
	var base int64
	if err := t.scan(lastContact, nil, &base); err != nil {
		return fmt.Errorf("add the contacts: %w", err)
	}
	if err := g.add(ctx, t, r.ID, base); err != nil {
		return err
	}
	err = g.eachChange(ctx, t, func(c change) error { return c.apply(t, r.ID) })
	if err != nil {
		return err
	}
	if err := g.eachProof(ctx, t, base, func(c claimant) error { return g.prove(t, r, c) }); err != nil {
		return err
	}
	if r.Twins > 0 {
		if _, err := t.exec(keepTwins, r.ID); err != nil {
			return fmt.Errorf("note the duplicates: %w", err)
		}
	}
	_, err = t.exec(updateImport, r.Rows, r.Added, r.Updated, r.Unchanged, r.Duplicates, r.Suppressed, r.Rejected, r.OptedIn, r.ID)
	if err != nil {
		return fmt.Errorf("record the import: %w", err)
	}
	detail, err := auditDetail(*r, g.Import, g.sum)
	if err != nil {
		return err
	}
	return t.audit(AuditEvent{Type: "import", Staff: g.Staff, Subject: fmt.Sprintf("import %d", r.ID), Detail: detail})
}

// add takes in those who are not known, as contacts base + seq.
func (g *StagedImport) add(ctx context.Context, t *tx, id, base int64) error {
	now := t.now.UnixMilli()
	for from := 0; from < g.people; from += keepChunk {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("import: %w", err)
		}
		upTo := min(from+keepChunk, g.people)
		if _, err := t.exec(addStaged, base, g.Source, id, now, from, upTo); err != nil {
			return fmt.Errorf("add the contacts: %w", err)
		}
		if _, err := t.exec(tagStaged, base, from, upTo); err != nil {
			return fmt.Errorf("tag the contacts: %w", err)
		}
		g.tell(ImportKeeping, upTo, g.people, 0)
	}
	return nil
}

// apply brings a contact up to date and notes what it was.
func (c *change) apply(t *tx, id int64) error {
	if c.edit.Name != nil || c.edit.Language != nil || len(c.edit.Fields) > 0 {
		if err := t.edit(c.known, c.edit); err != nil {
			return fmt.Errorf("update contact %d: %w", c.known.ID, err)
		}
	}
	if err := t.tag(c.known.ID, c.tags, nil); err != nil {
		return err
	}
	_, err := t.exec(noteChange, id, c.known.ID, c.seq, jsonText(c.before), jsonText(c.after))
	return err
}

// Watch has progress hear of the commit.
func (g *StagedImport) Watch(progress func(ImportProgress)) { g.Progress = progress }
