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
	alsoSupp = `INSERT INTO suppressions (mac, reason, since) SELECT ?1, reason, since FROM suppressions WHERE mac = ?2
		ON CONFLICT DO NOTHING`
	alsoStopped = `INSERT INTO identity_stops (mac, at, type, evidence) SELECT ?1, at, type, evidence FROM identity_stops
		WHERE mac = ?2 ON CONFLICT DO NOTHING`
	suppressOther = `UPDATE standings SET suppressed = 1 WHERE contact_id = (SELECT id FROM contacts WHERE phone = ?)`
	selectPast    = `SELECT kind, value FROM past_identities WHERE contact_id = ?`
	selectPhones  = `SELECT c.phone FROM contacts c JOIN standings s ON s.contact_id = c.id
		WHERE (c.id = ?1 OR (s.merged_into = ?1 AND s.merged_into <> 0)) AND c.phone IS NOT NULL
		UNION ALL SELECT value FROM past_identities WHERE contact_id = ?1 AND kind = 'phone'`
)

// Erase blocks a contact for good: no message, no further fact, and its
// identities go on the suppression list, so that adding the same person again
// changes nothing. What names the person leaves the file after PurgeAfter, by
// Retain, or at once by Purge. Erasing twice is ErrErased.
func (s *Store) Erase(ctx context.Context, id ContactID, staff string) error {
	return s.write(ctx, func(t *tx) error {
		if err := t.suppressPerson(id); err != nil {
			return err
		}
		return t.erase(id, staff, t.now.Add(PurgeAfter))
	})
}

// suppressPerson puts a contact's identities on the list, and with her the contact who is herself under another spelling
// of her number.
func (t *tx) suppressPerson(id ContactID) error {
	if err := t.suppress(id); err != nil {
		return err
	}
	numbers, err := t.numbersOf(id)
	if err != nil {
		return err
	}
	for _, number := range numbers {
		for _, other := range number.Variants() {
			if _, err := t.exec(suppressOther, other); err != nil {
				return fmt.Errorf("suppress another spelling: %w", err)
			}
		}
	}
	return nil
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
	numbers, err := t.numbersOf(id)
	if err != nil {
		return nil, err
	}
	for _, number := range numbers {
		others, err := t.otherSpellings(number)
		if err != nil {
			return nil, err
		}
		macs = append(macs, others...)
	}
	if len(macs) == 0 {
		return nil, ErrNotFound
	}
	return macs, nil
}

// numbersOf are those that a contact has or had, with those of the entries that were merged into it.
func (t *tx) numbersOf(id ContactID) ([]phone.E164, error) {
	var numbers []phone.E164
	err := t.each(selectPhones, []any{id}, func(scan func(...any) error) error {
		var number phone.E164
		err := scan(&number)
		numbers = append(numbers, number)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the numbers: %w", err)
	}
	return numbers, nil
}

// list puts a number that comes in on the list where another spelling of it is there: somebody who left before all
// spellings were listed is known by the one she had.
func (t *tx) list(number phone.E164, mac any) error {
	others, err := t.otherSpellings(number)
	if err != nil {
		return err
	}
	for _, other := range others {
		for _, query := range []string{alsoSupp, alsoStopped} {
			if _, err := t.exec(query, mac, other); err != nil {
				return fmt.Errorf("look for another spelling on the suppression list: %w", err)
			}
		}
	}
	return nil
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
