package store

import (
	"context"
	"fmt"
	"time"

	"pregon/store/phone"
)

// PurgeAfter is how long after an erasure the words about the person stay in
// the file, blocked: long enough to see that it was a mistake, and within the
// month the law gives (GDPR, article 12, 3).
const PurgeAfter = 28 * 24 * time.Hour

const (
	insertErasure = `INSERT INTO erasures (contact_id, purge_at) VALUES (?, ?)`
	eraseMerged   = `INSERT INTO erasures (contact_id, purge_at) SELECT contact_id, ?2 FROM standings
		WHERE merged_into = ?1 AND merged_into <> 0 ON CONFLICT DO NOTHING`
	selectPast   = `SELECT kind, value FROM past_identities WHERE contact_id = ?`
	selectPhones = `SELECT c.phone FROM contacts c JOIN standings s ON s.contact_id = c.id
		WHERE (c.id = ?1 OR (s.merged_into = ?1 AND s.merged_into <> 0)) AND c.phone IS NOT NULL
		UNION ALL SELECT value FROM past_identities WHERE contact_id = ?1 AND kind = 'phone'`
)

// Erase blocks a contact for good: no message, no further fact, and its
// identities go on the suppression list, so that adding the same person again
// changes nothing. What names the person leaves the file after PurgeAfter, by
// Retain, or at once by Purge. Erasing twice is ErrErased.
func (s *Store) Erase(ctx context.Context, id ContactID, staff string) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.suppress(id); err != nil {
			return err
		}
		return t.erase(id, staff, t.now.Add(PurgeAfter))
	})
}

// erase puts the erasure on the ledger and its second step on a day.
func (t *tx) erase(id ContactID, staff string, purge time.Time) error {
	if _, err := t.consent(LedgerEvent{Contact: id, Type: string(EventErased), Staff: staff}); err != nil {
		return err
	}
	if _, err := t.exec(insertErasure, id, purge.UnixMilli()); err != nil {
		return fmt.Errorf("plan the purge: %w", err)
	}
	if _, err := t.exec(eraseMerged, id, purge.UnixMilli()); err != nil {
		return fmt.Errorf("plan the purge of what was merged: %w", err)
	}
	return nil
}

// suppress puts a contact's identities on the list.
func (t *tx) suppress(id ContactID) error {
	macs, err := t.everyMAC(id)
	if err != nil {
		return err
	}
	for _, identity := range macs {
		if _, err := t.exec(insertSupp, identity, "erased", t.now.UnixMilli()); err != nil {
			return fmt.Errorf("suppress: %w", err)
		}
	}
	_, err = t.exec(suppressNow, id)
	return err
}

// everyMAC lists the keyed hashes of all numbers and ids that a contact has or
// had, each number in all its spellings, with those of the entries that were merged into it.
func (t *tx) everyMAC(id ContactID) ([]any, error) {
	var macs []any
	err := t.each(selectMACs, []any{id}, func(scan func(...any) error) error {
		var mac []byte
		err := scan(&mac)
		macs = append(macs, mac)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the identities: %w", err)
	}
	err = t.each(selectPast, []any{id}, func(scan func(...any) error) error {
		var kind, value string
		if err := scan(&kind, &value); err != nil {
			return err
		}
		mac, err := t.file.identityMAC(kind, value)
		macs = append(macs, mac)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the identities of before: %w", err)
	}
	err = t.each(selectPhones, []any{id}, func(scan func(...any) error) error {
		var number phone.E164
		if err := scan(&number); err != nil {
			return err
		}
		others, err := t.otherSpellings(number)
		macs = append(macs, others...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the numbers: %w", err)
	}
	if len(macs) == 0 {
		return nil, ErrNotFound
	}
	return macs, nil
}

// otherSpellings are the keyed hashes of a number as WhatsApp or an old list may spell it: a hash cannot tell that the two
// are one, so whoever is suppressed is so under each.
func (t *tx) otherSpellings(number phone.E164) ([]any, error) {
	var macs []any
	for _, other := range number.Variants() {
		mac, err := t.file.identityMAC(kindPhone, string(other))
		if err != nil {
			return nil, err
		}
		macs = append(macs, mac)
	}
	return macs, nil
}
