package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

const (
	selectErasure = `SELECT purge_at, purged_at FROM erasures WHERE contact_id = ?`
	purgeDue      = `UPDATE erasures SET purge_at = min(purge_at, ?1) WHERE purged_at = 0 AND contact_id IN (
		SELECT ?2 UNION ALL SELECT contact_id FROM standings WHERE merged_into = ?2 AND merged_into <> 0)`
	// Nobody leaves the file while a message to them may be on its way: its
	// answer and its statuses still have to find their row.
	selectPurgeable = `SELECT contact_id FROM erasures e WHERE purged_at = 0 AND purge_at <= ? AND NOT EXISTS (
		SELECT 1 FROM deliveries WHERE contact_id = e.contact_id AND state = 'sending') LIMIT 500`
	beginPurge = `UPDATE erasures SET begun = 1 WHERE contact_id = ?`
	endPurge   = `UPDATE erasures SET begun = 0, purged_at = ? WHERE contact_id = ?`
	// The row itself stays, since ledgers and deliveries point to it. A contact
	// must have an identity; the new one names nobody.
	blankContact = `UPDATE contacts SET phone = NULL, phone_mac = NULL, user_id = 'erased-' || id, user_mac = zeroblob(32),
		name = '', folded = '', language = '', country = '', fields = '{}', source = 'erased', import_id = NULL,
		import_row = NULL WHERE id = ?`
	blankTags    = `DELETE FROM contact_tags WHERE contact_id = ?`
	blankConsent = `UPDATE consent_events SET salt = x'', evidence = CASE evidence WHEN '' THEN '' ELSE 'erased' END,
		reason = CASE reason WHEN '' THEN '' ELSE 'erased' END WHERE contact_id = ?`
	blankSaved = `UPDATE saved_number_events SET salt = x'', evidence = CASE evidence WHEN '' THEN '' ELSE 'erased' END,
		reason = CASE reason WHEN '' THEN '' ELSE 'erased' END WHERE contact_id = ?`
	blankPlatform = `UPDATE platform_events SET salt = x'', evidence = CASE evidence WHEN '' THEN '' ELSE 'erased' END
		WHERE contact_id = ?`
	blankIdentity = `UPDATE identity_events SET salt = x'', evidence = CASE evidence WHEN '' THEN '' ELSE 'erased' END
		WHERE contact_id = ?`
	blankReviews = `UPDATE review_events SET salt = x'', evidence = CASE evidence WHEN '' THEN '' ELSE 'erased' END
		WHERE contact_id = ?`
	blankStops = `UPDATE identity_stops SET evidence = 'erased' WHERE mac IN (
		SELECT phone_mac FROM contacts WHERE id = ?1 UNION SELECT user_mac FROM contacts WHERE id = ?1)`
	dropInbound    = `DELETE FROM inbound WHERE contact_id = ?`
	dropIdentities = `DELETE FROM past_identities WHERE contact_id = ?`
	// What was not understood, or not applied, may name her in its own words.
	dropMentions = `DELETE FROM events WHERE (type IN ('unread', 'inbound', 'identity') OR type LIKE 'refused.%') AND EXISTS (
		SELECT 1 FROM contacts WHERE id = ? AND (instr(payload, substr(phone, 2)) OR instr(payload, user_id)))`
	// A wamid holds the number it was given for.
	dropEvents = `DELETE FROM events WHERE wamid <> '' AND wamid IN (
		SELECT wamid FROM deliveries WHERE contact_id = ? AND wamid IS NOT NULL)`
	dropWamids = `DELETE FROM wamids WHERE wamid IN (
		SELECT wamid FROM deliveries WHERE contact_id = ? AND wamid IS NOT NULL)`
	selectAudiences = `SELECT id, audience FROM broadcasts WHERE audience <> ''`
	selectNamed     = `SELECT folded, (SELECT json_group_array(number) FROM (SELECT phone AS number FROM contacts
		WHERE id = ?1 AND phone IS NOT NULL UNION SELECT value FROM past_identities WHERE contact_id = ?1 AND kind = 'phone'))
		FROM contacts WHERE id = ?1`
	selectSavedAudiences = `SELECT id, name, query FROM saved_audiences`
	blankSavedAudience   = `UPDATE saved_audiences SET query = 'erased', name = iif(?2, 'erased-' || id, name),
		folded = iif(?2, 'erased-' || id, folded) WHERE id = ?1`
	dropTagChanges  = `DELETE FROM tag_change_rows WHERE contact_id = ?`
	blankAudience   = `UPDATE broadcasts SET audience = 'erased' WHERE id = ?`
	blankDeliveries = `UPDATE deliveries SET params = NULL, wamid = NULL WHERE contact_id = ?`
	// What was deleted from the index of names is only marked until it is merged.
	optimizeNames = `INSERT INTO contacts_grams (contacts_grams) VALUES ('optimize')`
)

// copiesAhead is more than any clock goes wrong: a purge takes every copy there is.
const copiesAhead = 100 * 365 * 24 * time.Hour

// purgeSubject is the subject of the audit event that says who was purged.
func purgeSubject(id ContactID) string { return fmt.Sprintf("contact %d", id) }

// PurgeDate is when what names an erased contact leaves the file, and whether
// it has left. Refuses with ErrNotFound where nobody was erased.
func (s *Store) PurgeDate(ctx context.Context, id ContactID) (at time.Time, purged bool, err error) {
	var due, done int64
	if err := s.scan(ctx, selectErasure, []any{id}, &due, &done); err != nil {
		return time.Time{}, false, err
	}
	return moment(due), done != 0, nil
}

// Purge removes what names an erased contact now and not on its day: number,
// name, fields, tags, evidence, the words filled into messages. The chain of
// the ledgers still verifies, and the suppression list still knows the person.
// The copies of the file from before a migration go as well, and the files that
// restores kept lose the person too.
// Refuses with ErrNotFound where the contact was not erased, and with
// ErrInFlight while a message may be on its way.
func (s *Store) Purge(ctx context.Context, id ContactID, staff string) error {
	err := s.write(ctx, func(t *tx) error {
		changed, err := t.exec(purgeDue, t.now.UnixMilli(), id)
		if err == nil && changed == 0 {
			err = ErrNotFound
		}
		return err
	})
	if err != nil {
		return err
	}
	if _, err := s.purgeDue(ctx, staff); err != nil {
		return err
	}
	if _, err := s.forgetInKept(ctx); err != nil {
		return err
	}
	_, purged, err := s.PurgeDate(ctx, id)
	if err == nil && !purged {
		err = ErrInFlight
	}
	return err
}

// purgeDue purges everybody whose day has come, then writes the file anew so
// that no page keeps what was in it.
func (s *Store) purgeDue(ctx context.Context, staff string) (int, error) {
	total := 0
	for {
		n := 0
		err := s.write(ctx, func(t *tx) (err error) {
			n, err = t.purgeSome(staff)
			return err
		})
		total += n
		if err != nil || n == 0 {
			if err == nil && total > 0 {
				err = s.compact(ctx)
			}
			if total > 0 && (err == nil || errors.Is(err, ErrNotEmptied)) { // written anew whole: the copies are not needed
				err = errors.Join(err, s.dropCopies(s.moment().Add(copiesAhead)))
			}
			return total, err
		}
	}
}

func (t *tx) purgeSome(staff string) (int, error) {
	var due []ContactID
	err := t.each(selectPurgeable, []any{t.now.UnixMilli()}, func(scan func(...any) error) error {
		var id ContactID
		err := scan(&id)
		due = append(due, id)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("find who is to be purged: %w", err)
	}
	for _, id := range due {
		if err := t.purge(id, staff); err != nil {
			return 0, fmt.Errorf("purge contact %d: %w", id, err)
		}
	}
	return len(due), nil
}

func (t *tx) purge(id ContactID, staff string) error {
	if _, err := t.exec(beginPurge, id); err != nil {
		return err
	}
	if err := t.purgeAudiences(id); err != nil {
		return err
	}
	steps := []string{
		dropEvents, dropWamids, dropMentions, dropInbound, dropIdentities, blankStops, blankTags, dropTagChanges, blankContact, suppressNow,
		blankConsent, blankSaved, blankPlatform, blankIdentity, blankReviews, blankDeliveries,
	}
	for _, step := range steps {
		if _, err := t.exec(step, id); err != nil {
			return err
		}
	}
	if _, err := t.exec(dropOldChanges); err != nil { // a tag may have been hers alone
		return err
	}
	if _, err := t.exec(endPurge, t.now.UnixMilli(), id); err != nil {
		return err
	}
	return t.audit(AuditEvent{Type: auditPurged, Staff: staff, Subject: purgeSubject(id)})
}

// purgeAudiences takes the person out of the audiences that name her. Nobody
// is found by what stands there instead.
func (t *tx) purgeAudiences(id ContactID) error {
	var her identity
	var numbers string
	if err := t.scan(selectNamed, []any{id}, &her.name, &numbers); err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(numbers), &her.numbers); err != nil {
		return fmt.Errorf("decode the numbers: %w", err)
	}
	var named []BroadcastID
	err := t.each(selectAudiences, nil, func(scan func(...any) error) error {
		var broadcast BroadcastID
		var audience string
		err := scan(&broadcast, &audience)
		if her.isNamedIn(audience) {
			named = append(named, broadcast)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read the audiences: %w", err)
	}
	for _, broadcast := range named {
		if _, err := t.exec(blankAudience, broadcast); err != nil {
			return err
		}
	}
	return t.purgeSaved(her)
}

// purgeSaved does the same for saved audiences, whose own names may name her too.
func (t *tx) purgeSaved(her identity) error {
	titled := map[int64]bool{}
	err := t.each(selectSavedAudiences, nil, func(scan func(...any) error) error {
		var id int64
		var title, query string
		err := scan(&id, &title, &query)
		if inTitle := her.isNamedIn(title); inTitle || her.isNamedIn(query) {
			titled[id] = inTitle
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("read the saved audiences: %w", err)
	}
	for id, inTitle := range titled {
		if _, err := t.exec(blankSavedAudience, id, inTitle); err != nil {
			return err
		}
	}
	return nil
}

// identity is what a contact can be named by: the folded name, and every number the
// shop knows or knew.
type identity struct {
	name    string
	numbers []string
}

// isNamedIn reports whether a text holds a number, in any spelling that ends in
// its last seven digits, or the folded name.
func (p identity) isNamedIn(text string) bool {
	const told = 7
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
	for _, number := range p.numbers {
		if len(number) > told && strings.Contains(digits, number[len(number)-told:]) {
			return true
		}
	}
	return p.name != "" && strings.Contains(Fold(text), p.name)
}

// compact writes the whole file anew, since a page keeps what was deleted from
// it until the room is used again, and empties the WAL, which keeps older
// pages. ErrNotEmptied means that another program is reading an older state
// just now: the next Retain does it.
func (s *Store) compact(ctx context.Context) error {
	err := s.alone(ctx, func(t *tx) error {
		if _, err := t.exec(optimizeNames); err != nil {
			return err
		}
		_, err := t.exec("VACUUM")
		return err
	})
	if err != nil {
		return fmt.Errorf("write the file anew: %w", err)
	}
	return s.emptyWAL(ctx)
}

func (s *Store) emptyWAL(ctx context.Context) error {
	return s.alone(ctx, func(t *tx) error {
		var busy, pages, moved int
		if err := t.scan("PRAGMA wal_checkpoint(TRUNCATE)", nil, &busy, &pages, &moved); err != nil {
			return fmt.Errorf("empty the write-ahead log: %w", err)
		}
		if busy != 0 {
			return ErrNotEmptied
		}
		return nil
	})
}

// alone runs fn on the writing connection outside a transaction.
func (f *file) alone(ctx context.Context, fn func(*tx) error) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("wait for the shop file: %w", ctx.Err())
	case f.turn <- struct{}{}:
	}
	defer func() { <-f.turn }()
	ctx = context.WithoutCancel(ctx)
	if _, err := f.writer.conn.ExecContext(ctx, doWait); err != nil {
		return translate(err)
	}
	err := fn(&tx{file: f, on: f.writer, ctx: ctx, now: f.moment()})
	if _, also := f.writer.conn.ExecContext(ctx, dontWait); err == nil {
		err = translate(also)
	}
	return err
}

// Errors of a purge.
var (
	// ErrInFlight: a message to the person may be on its way.
	ErrInFlight = errors.New("a message is on its way")
	// ErrNotEmptied: another program reads an older state of the file.
	ErrNotEmptied = errors.New("the write-ahead log is in use")
)
