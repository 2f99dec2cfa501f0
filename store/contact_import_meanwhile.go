package store

import (
	"fmt"

	"pregon/store/phone"
)

// milestone is how far the shop had come when it was last compared with a file.
type milestone struct {
	contact int64  // the newest
	renamed int64  // the newest event of somebody who got another number or id
	stops   string // how many identities are stopped; they only become more
}

const (
	newestPeople = `SELECT (SELECT coalesce(max(id), 0) FROM contacts), (SELECT coalesce(max(seq), 0) FROM identity_events)`
	countStops   = `SELECT (SELECT count(*) FROM suppressions) || '/' || (SELECT count(*) FROM identity_stops)`
	// The ids of those who are on their way lie between the newest before and whoever was written down since.
	newcomers = `SELECT id, coalesce(phone, ''), coalesce(user_id, '') FROM contacts WHERE id > ?1 AND id < (SELECT first FROM arriving)
		UNION ALL SELECT id, coalesce(phone, ''), coalesce(user_id, '') FROM contacts WHERE id > max(?1, (SELECT last FROM arriving))
		UNION SELECT c.id, coalesce(c.phone, ''), coalesce(c.user_id, '') FROM identity_events e JOIN contacts c ON c.id = e.contact_id WHERE e.seq > ?2`
	stagedAs = `SELECT seq FROM staged WHERE person = ?1 AND NOT EXISTS (SELECT 1 FROM plan WHERE seq = staged.seq)
		UNION SELECT seq FROM staged WHERE user_id = ?2 AND ?2 <> '' AND NOT EXISTS (SELECT 1 FROM plan WHERE seq = staged.seq)`
	planMet = `INSERT INTO plan SELECT ?1, CASE WHEN (suppressed OR erased) AND merged_into = 0 THEN 'suppressed' ELSE 'unclear' END,
		coalesce(nullif(merged_into, 0), contact_id) FROM standings WHERE contact_id = ?2`
	stoppedAdded = `SELECT p.seq FROM plan p JOIN contacts c ON c.id = ?1 + p.seq WHERE p.kind = 'suppressed'`
	takeRow      = `DELETE FROM arriving_rows WHERE seq = ?`
	oneChange    = selectChange + ` WHERE p.seq = ? AND p.kind = 'unclear'`
)

func (t *tx) milestone() (m milestone, err error) {
	if err = t.scan(newestPeople, nil, &m.contact, &m.renamed); err == nil {
		err = t.scan(countStops, nil, &m.stops)
	}
	if err != nil {
		err = fmt.Errorf("look whether the shop changed: %w", err)
	}
	return m, err
}

// catchUp takes those out of the file's newcomers whom somebody wrote down, or gave another number, since they were
// compared: the file finds them known.
func (k *keeping) catchUp(t *tx) error {
	var now milestone
	if err := t.scan(newestPeople, nil, &now.contact, &now.renamed); err != nil {
		return fmt.Errorf("look whether the shop changed: %w", err)
	}
	if k.stopped {
		if err := k.leaveStopped(t); err != nil {
			return err
		}
	}
	if now.contact == k.seen.contact && now.renamed == k.seen.renamed {
		return nil
	}
	type newcomer struct {
		id     int64
		number phone.E164
		userID string
	}
	var met []newcomer
	err := t.each(newcomers, []any{k.seen.contact, k.seen.renamed}, func(scan func(...any) error) error {
		var one newcomer
		err := scan(&one.id, &one.number, &one.userID)
		met = append(met, one)
		return err
	})
	if err != nil {
		return fmt.Errorf("look who came meanwhile: %w", err)
	}
	for _, one := range met {
		if err := k.meet(t, one.id, spelledOnce(one.number, one.userID), one.userID); err != nil {
			return err
		}
	}
	k.seen.contact, k.seen.renamed = max(now.contact, k.base+int64(k.people)), now.renamed
	return nil
}

// spelledOnce is what the staging table knows a person by.
func spelledOnce(number phone.E164, userID string) string {
	if number == "" {
		return "id:" + userID
	}
	one := string(number)
	if variants := number.Variants(); len(variants) > 0 {
		one = min(one, string(variants[0]))
	}
	return one
}

// meet plans the rows of the file anew that are about a contact.
func (k *keeping) meet(t *tx, id int64, person, userID string) error {
	rows, err := t.numbers(stagedAs, person, userID)
	if err != nil {
		return fmt.Errorf("find the rows of contact %d: %w", id, err)
	}
	for _, seq := range rows {
		if _, err := t.exec(planMet, seq, id); err != nil {
			return fmt.Errorf("compare contact %d: %w", id, err)
		}
		if err := k.leave(t, seq); err != nil {
			return err
		}
		k.report.Added--
		kind, err := k.decideOne(t, seq)
		if err != nil {
			return err
		}
		switch kind {
		case RowUpdated:
			k.report.Updated++
		case RowUnchanged:
			k.report.Unchanged++
		default:
			k.report.Suppressed++
		}
		if seq <= int64(k.kept) { // what the row was to write on her is now about somebody known
			if _, err := t.exec(keepRows, k.base, seq-1, seq); err != nil {
				return fmt.Errorf("keep the changes: %w", err)
			}
		}
	}
	return nil
}

// decideOne looks what a row changes on the contact it was found to be about.
func (k *keeping) decideOne(t *tx, seq int64) (RowKind, error) {
	kind := RowSuppressed
	err := t.each(oneChange, []any{seq}, func(scan func(...any) error) error {
		c, err := scanChange(scan)
		kind = c.kind()
		return err
	})
	if err != nil || kind == RowSuppressed {
		return kind, err
	}
	_, err = t.exec(decideUnclear, kind, seq)
	return kind, err
}

// leave takes a row's contact out again, if it is in.
func (k *keeping) leave(t *tx, seq int64) error {
	for _, text := range []string{takeTags, takeStandings, takeContacts} {
		if _, err := t.exec(text, k.base+seq, k.base+seq); err != nil {
			return fmt.Errorf("take a row back: %w", err)
		}
	}
	if _, err := t.exec(takeRow, seq); err != nil {
		return fmt.Errorf("take a row back: %w", err)
	}
	return nil
}

// findStopped plans those as suppressed whose stop came since; catchUp takes them out.
func (k *keeping) findStopped(t *tx, now milestone) error {
	n, err := t.exec(planSuppressed)
	if err != nil {
		return fmt.Errorf("look who said stop: %w", err)
	}
	k.seen.stops = now.stops
	k.stopped = k.stopped || n > 0
	k.report.Added -= int(n)
	k.report.Suppressed += int(n)
	return nil
}

// leaveStopped takes out who said stop after her row was in.
func (k *keeping) leaveStopped(t *tx) error {
	k.stopped = false
	rows, err := t.numbers(stoppedAdded, k.base)
	if err != nil {
		return fmt.Errorf("find who said stop: %w", err)
	}
	for _, seq := range rows {
		if err := k.leave(t, seq); err != nil {
			return err
		}
	}
	return nil
}

// numbers reads a column of numbers.
func (t *tx) numbers(query string, args ...any) ([]int64, error) {
	var list []int64
	err := t.each(query, args, func(scan func(...any) error) error {
		var n int64
		err := scan(&n)
		list = append(list, n)
		return err
	})
	return list, err
}
