package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"pregon/store/phone"
)

// mergeBefore is what two contacts were before they became one, as far as the ledgers do not say it. It lies in the
// file until one of them is erased.
type mergeBefore struct {
	Words          importChange   `json:"words"` // of the one that was kept: what was replaced, and by what
	Became         importChange   `json:"became"`
	Country        string         `json:"country"`
	Heard          int64          `json:"heard"`
	TakenPhone     phone.E164     `json:"taken_phone"` // what she took over from the other
	TakenUser      string         `json:"taken_user"`
	GonePhone      phone.E164     `json:"gone_phone"` // what the other was known by
	GoneUser       string         `json:"gone_user"`
	Past           []pastName     `json:"past"`
	Inbound        []string       `json:"inbound"` // wamids
	Followers      []ContactID    `json:"followers"`
	Consent        Consent        `json:"consent"`
	Platform       Platform       `json:"platform"`
	Attested       bool           `json:"attested"`
	Suppressed     bool           `json:"suppressed"`
	GoneSuppressed bool           `json:"gone_suppressed"`
	Reviews        []mergedReview `json:"reviews"`
	GoneReviews    []mergedReview `json:"gone_reviews"`
	Joined         string         `json:"joined"` // the review under which those of the other went on
}

// pastName is a number or id of before.
type pastName struct {
	Kind  string `json:"kind"`
	Value string `json:"value"`
}

// mergedReview is an open review.
type mergedReview struct {
	ID         string     `json:"id"`
	Evidence   string     `json:"evidence"`
	Withdrawal string     `json:"withdrawal"`
	Kind       ReviewKind `json:"kind"`
	At         time.Time  `json:"at"`
}

const (
	insertMerge = `INSERT INTO merges (kept, gone, first_seq, before, staff, at) VALUES (?1, ?2, (SELECT events FROM chain), '{}', ?3, ?4)`
	keepMerge   = `UPDATE merges SET before = ?2, last_seq = (SELECT events FROM chain) WHERE id = ?1`
	goneRows    = `INSERT INTO merged_deliveries SELECT ?1, id FROM deliveries WHERE contact_id = ?2`
	selectHers  = `SELECT (SELECT json_group_array(wamid) FROM inbound WHERE contact_id = ?1),
		(SELECT json_group_array(json_object('kind', kind, 'value', value)) FROM past_identities WHERE contact_id = ?1),
		(SELECT json_group_array(contact_id) FROM standings WHERE merged_into = ?1 AND merged_into <> 0)`
	selectKept = `SELECT country, last_inbound_at FROM contacts WHERE id = ?`
)

// beforeMerge reads what undoing a merge goes by.
func (t *tx) beforeMerge(keep, drop position) (*mergeBefore, error) {
	b := &mergeBefore{
		GonePhone: drop.phone, GoneUser: drop.userID, Consent: keep.consent, Platform: keep.platform,
		Attested: keep.attested(), Suppressed: keep.suppressed, GoneSuppressed: drop.suppressed,
	}
	if err := t.scan(selectKept, []any{keep.id}, &b.Country, &b.Heard); err != nil {
		return nil, err
	}
	var inbound, past, followers string
	if err := t.scan(selectHers, []any{drop.id}, &inbound, &past, &followers); err != nil {
		return nil, fmt.Errorf("read what the other has: %w", err)
	}
	for _, one := range []struct {
		text string
		into any
	}{{inbound, &b.Inbound}, {past, &b.Past}, {followers, &b.Followers}} {
		if err := json.Unmarshal([]byte(one.text), one.into); err != nil {
			return nil, fmt.Errorf("decode what the other has: %w", err)
		}
	}
	var err error
	if b.Reviews, err = t.mergedReviews(keep.id); err != nil {
		return nil, err
	}
	b.GoneReviews, err = t.mergedReviews(drop.id)
	return b, err
}

func (t *tx) mergedReviews(id ContactID) ([]mergedReview, error) {
	open, err := t.openReviews(id)
	if err != nil {
		return nil, err
	}
	list := make([]mergedReview, 0, len(open))
	for _, r := range open {
		one := mergedReview{ID: r.ID, Evidence: r.Wamid, Kind: r.Kind, At: r.At}
		if err := t.scan(withdrawnBy, []any{r.ID}, &one.Withdrawal); err != nil {
			return nil, fmt.Errorf("read a review: %w", err)
		}
		list = append(list, one)
	}
	return list, nil
}

// learn notes which words the kept contact takes over.
func (b *mergeBefore) learn(mine Contact, edit EditContact) {
	if edit.Name != nil {
		b.Words.Name, b.Became.Name = &mine.Name, edit.Name
	}
	if edit.Language != nil {
		b.Words.Language, b.Became.Language = &mine.Language, edit.Language
	}
	b.Words.Fields, b.Became.Fields = map[string]string{}, edit.Fields
	for key := range edit.Fields {
		b.Words.Fields[key] = mine.Fields[key]
	}
}

// beginMerge writes down that two contacts become one; endMerge what it did.
func (t *tx) beginMerge(m merging) (int64, error) {
	mine, err := t.contact(m.keep)
	if err != nil {
		return 0, err
	}
	theirs, err := t.contact(m.drop)
	if err != nil {
		return 0, err
	}
	for _, tag := range theirs.Tags {
		if !slices.Contains(mine.Tags, tag) {
			m.before.Became.Tags = append(m.before.Became.Tags, tag)
		}
	}
	id, err := t.insert(insertMerge, m.keep, m.drop, m.staff, t.now.UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("keep the merge: %w", err)
	}
	if _, err := t.exec(goneRows, id, m.drop); err != nil {
		return 0, fmt.Errorf("keep the deliveries: %w", err)
	}
	return id, nil
}

func (t *tx) endMerge(id int64, m merging) error {
	if _, err := t.exec(keepMerge, id, jsonText(m.before)); err != nil {
		return fmt.Errorf("keep the merge: %w", err)
	}
	return nil
}
