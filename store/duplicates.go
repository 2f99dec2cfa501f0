package store

import (
	"context"
	"fmt"
)

// Likeness is why two contacts seem to be one person.
type Likeness string

// The reasons, the surest first.
const (
	SameID       Likeness = "id"       // one had the business-scoped id that the other has
	SameSpelling Likeness = "spelling" // two spellings of one number: Brazil, Mexico, Argentina
	SameRow      Likeness = "row"      // a row of a file named both
)

// Twins are two contacts that seem to be one person. Nothing is merged by itself.
type Twins struct {
	Why        Likeness
	One, Other ContactID // the one that was added first
}

// What was merged already stands for what it became; the erased are left out.
const (
	// The longer spelling leads to the shorter one, see [phone.E164.Variants]: one walk along the numbers of three
	// countries, with one look into the index for each.
	twinSpellings = `SELECT 'spelling', c.id, o.id FROM contacts c CROSS JOIN contacts o
		ON o.phone = CASE substr(c.phone, 1, 3) WHEN '+55' THEN substr(c.phone, 1, 5) || substr(c.phone, 7)
			ELSE substr(c.phone, 1, 3) || substr(c.phone, 5) END
		WHERE (c.phone >= '+55' AND c.phone < '+56' AND substr(c.phone, 6, 1) = '9' AND substr(c.phone, 7, 1) >= '6'
			OR c.phone >= '+521' AND c.phone < '+522' OR c.phone >= '+549' AND c.phone < '+54:') AND length(c.phone) = 14`
	twinIDs  = `SELECT 'id', c.id, p.contact_id FROM past_identities p CROSS JOIN contacts c ON c.user_id = p.value WHERE p.kind = 'user'`
	twinRows = `SELECT 'row', w.one, w.other FROM twins w JOIN imports i ON i.id = w.import_id WHERE i.undone_at = 0`
	likeOnes = ` FROM (
		SELECT min(CASE why WHEN 'id' THEN 1 WHEN 'spelling' THEN 2 ELSE 3 END) AS rank, min(one, other) AS first, max(one, other) AS second FROM (
			SELECT why, coalesce(nullif(a.merged_into, 0), a.contact_id) AS one, coalesce(nullif(b.merged_into, 0), b.contact_id) AS other
			FROM (SELECT '' AS why, 0 AS x, 0 AS y WHERE 0 UNION ALL ` + twinIDs + ` UNION ALL ` + twinSpellings + ` UNION ALL ` + twinRows + `)
			JOIN standings a ON a.contact_id = x JOIN standings b ON b.contact_id = y)
		WHERE one <> other GROUP BY 2, 3) JOIN standings a ON a.contact_id = first JOIN standings b ON b.contact_id = second
		WHERE a.erased = 0 AND b.erased = 0 AND ` + arrivedFirst + ` AND ` + arrivedSecond
	selectTwins = `SELECT rank, first, second` + likeOnes + ` ORDER BY rank, first, second LIMIT ?`
	countTwins  = `SELECT count(*)` + likeOnes
)

// Duplicates lists pairs of contacts that seem to be one person, the surest first, at most limit, and counts all.
func (s *Store) Duplicates(ctx context.Context, limit int) (pairs []Twins, total int, err error) {
	err = s.each(ctx, selectTwins, []any{limit}, func(scan func(...any) error) error {
		var rank int
		var one Twins
		err := scan(&rank, &one.One, &one.Other)
		one.Why = []Likeness{SameID, SameSpelling, SameRow}[min(max(rank, 1), 3)-1]
		pairs = append(pairs, one)
		return err
	})
	if err == nil {
		total = len(pairs)
		if total == limit {
			err = s.scan(ctx, countTwins, nil, &total)
		}
	}
	if err != nil {
		return nil, 0, fmt.Errorf("look for duplicates: %w", err)
	}
	return pairs, total, nil
}

// Rows of a file that name two contacts: one by number, the other by id.
const (
	stagedTwins = ` FROM staged s CROSS JOIN contacts u ON u.user_id = s.user_id CROSS JOIN contacts n ON n.phone IN (s.number, s.other)
		JOIN standings a ON a.contact_id = n.id JOIN standings b ON b.contact_id = u.id WHERE s.user_id IS NOT NULL
		AND coalesce(nullif(a.merged_into, 0), n.id) <> coalesce(nullif(b.merged_into, 0), u.id)`
	countStagedTwins = `SELECT count(DISTINCT s.seq)` + stagedTwins
	keepTwins        = `INSERT OR IGNORE INTO twins (one, other, import_id, row) SELECT min(n.id, u.id), max(n.id, u.id), ?1, s.line` + stagedTwins
)
