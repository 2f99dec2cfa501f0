package store

import (
	"context"
	"encoding/json"
	"fmt"

	"pregon/store/intake"
)

// RowKind is what an import does with a row.
type RowKind string

// The kinds. The first five are what [StagedImport.Rows] takes.
const (
	RowAdded      RowKind = "added"
	RowUpdated    RowKind = "updated"
	RowUnchanged  RowKind = "unchanged"
	RowDuplicate  RowKind = "duplicate"
	RowSuppressed RowKind = "suppressed"
	RowRejected   RowKind = "rejected"
	rowUnclear    RowKind = "unclear" // known, and Go must look whether anything differs
)

// plan holds the staged people who are not simply added. SQLite walks its tables in their order, so that a million
// people are compared without jumping about.
const (
	createPlan = `CREATE TEMP TABLE plan (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, contact INTEGER NOT NULL)`
	clearPlan  = `DELETE FROM plan`
	planTwice  = `INSERT INTO plan SELECT seq, 'duplicate', 0 FROM (
		SELECT seq, person = lag(person) OVER (ORDER BY person, seq) AS twice FROM staged WHERE person IS NOT NULL) WHERE twice`
	planSuppressed = `INSERT OR IGNORE INTO plan SELECT seq, 'suppressed', 0 FROM staged WHERE person IS NOT NULL
		AND (EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = staged.mac)
		OR EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = staged.other_mac)
		OR EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = staged.user_mac))`
	planKnown = `INSERT OR IGNORE INTO plan SELECT s.seq, CASE
		WHEN t.merged_into <> 0 THEN 'unclear'
		WHEN t.suppressed OR t.erased THEN 'suppressed'
		WHEN (s.name = '' OR s.name = c.name) AND (s.language = '' OR s.language = c.language)
			AND (s.fields = '{}' OR s.fields = c.fields OR json_patch(c.fields, s.fields) = c.fields)
			AND (s.tags = '' OR NOT EXISTS (SELECT 1 FROM json_each(s.tags) w
				WHERE NOT EXISTS (SELECT 1 FROM contact_tags WHERE tag = w.value AND contact_id = c.id)))
			THEN 'unchanged'
		ELSE 'unclear' END, ` + standsFor + `
		FROM staged s CROSS JOIN contacts c ON c.phone = s.number CROSS JOIN standings t ON t.contact_id = c.id
		WHERE s.number IS NOT NULL AND ` + arrived
	planKnownOther = `INSERT OR IGNORE INTO plan SELECT s.seq, CASE WHEN (t.suppressed OR t.erased) AND t.merged_into = 0 THEN 'suppressed' ELSE 'unclear' END, ` + standsFor + `
		FROM staged s CROSS JOIN contacts c ON c.phone = s.other CROSS JOIN standings t ON t.contact_id = c.id
		WHERE s.other IS NOT NULL AND ` + arrived
	planKnownUser = `INSERT OR IGNORE INTO plan SELECT s.seq, CASE WHEN (t.suppressed OR t.erased) AND t.merged_into = 0 THEN 'suppressed' ELSE 'unclear' END, ` + standsFor + `
		FROM staged s CROSS JOIN contacts c ON c.user_id = s.user_id CROSS JOIN standings t ON t.contact_id = c.id
		WHERE s.user_id IS NOT NULL AND ` + arrived
	planTwiceUser = `INSERT OR IGNORE INTO plan SELECT seq, 'duplicate', 0 FROM (
		SELECT seq, user_id = lag(user_id) OVER (ORDER BY user_id, seq) AS twice FROM staged WHERE user_id IS NOT NULL) WHERE twice`
	// A closed entry stands for what it was merged into.
	standsFor    = `coalesce(nullif(t.merged_into, 0), c.id)`
	selectChange = `SELECT p.seq, s.name, s.language, s.fields, s.tags, c.id, c.name, c.language, c.fields,
		(SELECT json_group_array(tag) FROM contact_tags WHERE contact_id = c.id)
		FROM plan p JOIN staged s ON s.seq = p.seq JOIN contacts c ON c.id = p.contact`
	selectUnclear = selectChange + ` WHERE p.seq > ? AND p.kind IN ('unclear', 'updated') ORDER BY p.seq LIMIT 500`
	decideUnclear = `UPDATE plan SET kind = ? WHERE seq = ?`
	countPlan     = `SELECT kind, count(*) FROM plan GROUP BY kind`
	countRuns     = `SELECT count(*) FROM (SELECT CAST(substr(person, 2) AS INTEGER) - lag(CAST(substr(person, 2) AS INTEGER))
		OVER (ORDER BY person) AS step FROM staged WHERE person LIKE '+%') WHERE step = 1`
	countKnown = `SELECT (SELECT count(*) FROM (SELECT 1 FROM contacts LIMIT 1)), (SELECT count(*) FROM (SELECT 1 FROM suppressed_identities LIMIT 1)),
		(SELECT count(*) FROM (SELECT 1 FROM staged WHERE user_id IS NOT NULL LIMIT 1))`
	dataVersion = `PRAGMA data_version`
)

// compare finds out what each staged row would do.
func (g *StagedImport) compare(ctx context.Context) error {
	g.tell(ImportComparing, 0, g.people, 0)
	t := &tx{file: g.store.file, on: g.on, ctx: ctx, now: g.now}
	for _, text := range []string{indexStaged, indexUsers} {
		if _, err := t.exec(text); err != nil {
			return fmt.Errorf("sort the rows: %w", err)
		}
	}
	if err := g.plan(ctx, t); err != nil {
		return err
	}
	if err := t.scan(countRuns, nil, &g.census.Consecutive); err != nil {
		return fmt.Errorf("count the runs of numbers: %w", err)
	}
	g.census.Unknown = g.preview.Added
	g.preview.Signs = g.census.Signs()
	g.tell(ImportComparing, g.people, g.people, 0)
	return nil
}

// plan compares the staged rows with the shop as t sees it, and counts.
func (g *StagedImport) plan(ctx context.Context, t *tx) error {
	if err := t.scan(dataVersion, nil, &g.version); err != nil {
		return fmt.Errorf("compare the rows: %w", err)
	}
	var err error
	if g.seen, err = t.milestone(); err != nil {
		return err
	}
	var contacts, suppressions, users bool
	if err := t.scan(countKnown, nil, &contacts, &suppressions, &users); err != nil {
		return fmt.Errorf("compare the rows: %w", err)
	}
	for _, step := range []struct {
		needed bool
		text   string
	}{
		{true, clearPlan},
		{true, planTwice},
		{suppressions, planSuppressed},
		{users, planTwiceUser},
		{contacts, planKnown},
		{contacts, planKnownOther},
		{contacts && users, planKnownUser},
	} {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("import: %w", err)
		}
		if !step.needed {
			continue
		}
		if _, err := t.exec(step.text); err != nil {
			return fmt.Errorf("compare the rows: %w", err)
		}
	}
	if err := g.decide(ctx, t); err != nil {
		return err
	}
	g.twins = 0
	if contacts && users {
		if err := t.scan(countStagedTwins, nil, &g.twins); err != nil {
			return fmt.Errorf("look for duplicates: %w", err)
		}
	}
	return g.total(ctx, t)
}

// change is what a row brings to somebody who is known.
type change struct {
	seq    int
	known  Contact
	edit   EditContact
	tags   []string // to be added
	before importChange
	after  importChange
}

// importChange is what undoing an import goes by: what was replaced, and by what.
type importChange struct {
	Name     *string           `json:"name,omitempty"`
	Language *string           `json:"language,omitempty"`
	Fields   map[string]string `json:"fields,omitempty"`
	Tags     []string          `json:"tags,omitempty"`
}

// decide looks at the rows of people who are known and not plainly unchanged.
func (g *StagedImport) decide(ctx context.Context, t *tx) error {
	return g.eachChange(ctx, t, func(c change) error {
		_, err := t.exec(decideUnclear, c.kind(), c.seq)
		return err
	})
}

// kind is what becomes of a row that is about somebody who is known.
func (c *change) kind() RowKind {
	if c.edit.Name == nil && c.edit.Language == nil && len(c.edit.Fields)+len(c.tags) == 0 {
		return RowUnchanged
	}
	return RowUpdated
}

// eachChange reads the changes of people who are known, some at a time, so that fn may write.
func (g *StagedImport) eachChange(ctx context.Context, t *tx, fn func(change) error) error {
	for last := 0; ; {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("import: %w", err)
		}
		var some []change
		err := t.each(selectUnclear, []any{last}, func(scan func(...any) error) error {
			c, err := scanChange(scan)
			some = append(some, c)
			return err
		})
		if err != nil {
			return fmt.Errorf("compare the rows: %w", err)
		}
		for _, c := range some {
			if err := fn(c); err != nil {
				return err
			}
			last = c.seq
		}
		if len(some) == 0 {
			return nil
		}
	}
}

// scanChange compares one row with the contact it is about: what the file says goes before what is known, what it
// leaves empty stays.
func scanChange(scan func(...any) error) (change, error) {
	var c change
	var name, language, fields, tags, knownFields, knownTags string
	err := scan(&c.seq, &name, &language, &fields, &tags, &c.known.ID, &c.known.Name, &c.known.Language, &knownFields, &knownTags)
	if err != nil {
		return c, err
	}
	var brought map[string]string
	var wanted []string
	for _, one := range []struct {
		text string
		into any
	}{{fields, &brought}, {orElse(tags, "[]"), &wanted}, {knownFields, &c.known.Fields}, {knownTags, &c.known.Tags}} {
		if err := json.Unmarshal([]byte(one.text), one.into); err != nil {
			return c, fmt.Errorf("decode row %d: %w", c.seq, err)
		}
	}
	c.compare(name, language, brought, wanted)
	return c, nil
}

func (c *change) compare(name, language string, fields map[string]string, tags []string) {
	if name != "" && name != c.known.Name {
		c.edit.Name, c.before.Name, c.after.Name = &name, &c.known.Name, &name
	}
	if language != "" && language != c.known.Language {
		c.edit.Language, c.before.Language, c.after.Language = &language, &c.known.Language, &language
	}
	for key, value := range fields {
		if c.known.Fields[key] == value {
			continue
		}
		if c.edit.Fields == nil {
			c.edit.Fields, c.before.Fields = map[string]string{}, map[string]string{}
		}
		c.edit.Fields[key], c.before.Fields[key] = value, c.known.Fields[key]
	}
	c.after.Fields = c.edit.Fields
	has := map[string]bool{}
	for _, tag := range c.known.Tags {
		has[tag] = true
	}
	for _, tag := range tags {
		if !has[tag] {
			c.tags = append(c.tags, tag)
		}
	}
	c.after.Tags = c.tags
}

// total counts the plan into the preview.
func (g *StagedImport) total(ctx context.Context, t *tx) error {
	p := Imported{Rows: g.preview.Rows, Rejected: g.preview.Rejected, Signs: g.preview.Signs, Twins: g.twins, Signed: g.signed}
	p.Added = g.census.People
	err := t.each(countPlan, nil, func(scan func(...any) error) error {
		var kind RowKind
		var n int
		if err := scan(&kind, &n); err != nil {
			return err
		}
		p.Added -= n
		switch kind {
		case RowUpdated:
			p.Updated = n
		case RowUnchanged:
			p.Unchanged = n
		case RowDuplicate:
			p.Duplicates = n
		case RowSuppressed:
			p.Suppressed = n
		case RowAdded, RowRejected, rowUnclear:
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("count the rows: %w", err)
	}
	err = g.eachProof(ctx, t, func(c claimant) error {
		optIn, attest := g.judge(c)
		if optIn != nil {
			p.OptedIn++
		} else if !c.agreed() {
			p.Unproven++
		}
		if attest != nil {
			p.Attested++
		}
		return nil
	})
	g.preview = p
	return err
}

// Preview returns what importing would do, if nothing else changed in between.
func (g *StagedImport) Preview() Imported { return g.preview }

// Bought reports whether the file looks like a bought list, so that committing it needs the owner's answer.
func (g *StagedImport) Bought() bool { return intake.Bought(g.preview.Signs) }

// StagedRow is a row of a file before it is imported.
type StagedRow struct {
	Line          int
	Name          string // from outside: pass theme.Safe before showing
	Phone         string
	Reason, Value string // of a refused row
}

const (
	selectStagedRows = `SELECT s.line, s.name, coalesce(s.number, s.user_id, ''), s.reason, s.value FROM staged s LEFT JOIN plan p ON p.seq = s.seq
		WHERE CASE WHEN s.person IS NULL THEN 'rejected' ELSE coalesce(p.kind, 'added') END = ? ORDER BY s.seq LIMIT ?`
)

// Rows returns the first rows of a kind, at most limit.
func (g *StagedImport) Rows(ctx context.Context, kind RowKind, limit int) ([]StagedRow, error) {
	t := &tx{file: g.store.file, on: g.on, ctx: ctx, now: g.now}
	var list []StagedRow
	err := t.each(selectStagedRows, []any{kind, limit}, func(scan func(...any) error) error {
		var r StagedRow
		err := scan(&r.Line, &r.Name, &r.Phone, &r.Reason, &r.Value)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the rows: %w", err)
	}
	return list, nil
}
