package store

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"pregon/store/phone"
)

// named is how the platform names somebody: by number, by business-scoped id,
// or by both.
type named struct {
	phone  phone.E164
	userID string
}

// The kinds of identity, as in past_identities and in the keyed hashes.
const (
	kindPhone = "phone"
	kindUser  = "user"
)

const (
	pastIdentity = `SELECT coalesce(nullif(s.merged_into, 0), p.contact_id) FROM past_identities p
		JOIN standings s ON s.contact_id = p.contact_id WHERE p.kind = ? AND p.value = ?`
	byUserID      = idByUserID + ` UNION ALL ` + pastIdentity + ` LIMIT 1`
	livingContact = `SELECT coalesce(nullif(merged_into, 0), contact_id) FROM standings WHERE contact_id = ?`
	keepIdentity  = `INSERT INTO past_identities (kind, value, contact_id, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (kind, value) DO UPDATE SET contact_id = excluded.contact_id, until = excluded.until`
	dropIdentity = `DELETE FROM past_identities WHERE kind = ? AND value = ?`
	setPhone     = `UPDATE contacts SET phone = ?, phone_mac = ?, country = ?, updated_at = ? WHERE id = ?`
	setUserID    = `UPDATE contacts SET user_id = ?, user_mac = ?,
		country = CASE WHEN phone IS NULL THEN ? ELSE country END, updated_at = ? WHERE id = ?`
	selectPosition = `SELECT s.consent, s.consent_at, s.saved, s.saved_at, s.platform, s.platform_at, s.suppressed,
		s.erased, s.held, coalesce(c.phone, ''), coalesce(c.user_id, ''), c.name
		FROM standings s JOIN contacts c ON c.id = s.contact_id WHERE s.contact_id = ?`
	isSuppressed = `SELECT EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = ?)`
	insertStop   = `INSERT INTO identity_stops (mac, at, type, evidence) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	strangerRows = `SELECT wamid, kind, meaning, at, text FROM inbound WHERE mac = ? AND contact_id IS NULL ORDER BY at`
	adoptRow     = `UPDATE inbound SET contact_id = ?, mac = NULL, review = ? WHERE wamid = ?`
)

// position is where a contact stands, within a transaction.
type position struct {
	id                            ContactID
	consent                       Consent
	consentAt, savedAt, stoppedAt time.Time
	saved                         Grade
	platform                      Platform
	suppressed, erased, held      bool
	named
	name string
}

func (p position) agreed() bool { return p.consent == ConsentGiven || p.consent == ConsentConfirmed }

func (p position) attested() bool {
	return p.saved == GradeSaysSaved || p.saved == GradeSeenByStaff || p.saved == GradeSelfWritten
}

func (t *tx) position(id ContactID) (position, error) {
	p := position{id: id}
	var consentAt, savedAt, stoppedAt int64
	err := t.scan(selectPosition, []any{id}, &p.consent, &consentAt, &p.saved, &savedAt, &p.platform, &stoppedAt,
		&p.suppressed, &p.erased, &p.held, &p.phone, &p.userID, &p.name)
	p.consentAt, p.savedAt, p.stoppedAt = moment(consentAt), moment(savedAt), moment(stoppedAt)
	return p, err
}

// living is the contact that stands for id now: id itself, or what it was merged into.
func (t *tx) living(id ContactID) (ContactID, error) {
	var living ContactID
	err := t.scan(livingContact, []any{id}, &living)
	return living, err
}

// byPhone finds who has or had a number, in any of its spellings; 0 is nobody.
func (t *tx) byPhone(number phone.E164) (ContactID, error) {
	if number == "" {
		return 0, nil
	}
	spellings := append([]phone.E164{number}, number.Variants()...)
	for _, query := range []string{idByPhone, pastIdentity} {
		for _, spelling := range spellings {
			args := []any{spelling}
			if query == pastIdentity {
				args = []any{kindPhone, spelling}
			}
			id, err := t.oneID(query, args...)
			if id != 0 || err != nil {
				return id, err
			}
		}
	}
	return 0, nil
}

// byUser finds who has or had a business-scoped id; 0 is nobody.
func (t *tx) byUser(userID string) (ContactID, error) {
	if userID == "" {
		return 0, nil
	}
	return t.oneID(byUserID, userID, kindUser, userID)
}

func (t *tx) oneID(query string, args ...any) (ContactID, error) {
	var id ContactID
	err := t.scan(query, args, &id)
	if errors.Is(err, ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("find the contact: %w", err)
	}
	return id, nil
}

// meet finds the contact of a person, 0 for a stranger. What names her and was
// not known is hers from now on; two contacts that turn out to be one person
// are merged.
func (t *tx) meet(p named, at time.Time, evidence string) (ContactID, error) {
	byPhone, err := t.byPhone(p.phone)
	if err != nil {
		return 0, err
	}
	byUser, err := t.byUser(p.userID)
	if err != nil || byPhone == 0 && byUser == 0 {
		return 0, err
	}
	if byPhone != 0 && byUser != 0 && byPhone != byUser {
		return t.unite(byPhone, byUser, at, evidence)
	}
	id := cmp.Or(byPhone, byUser)
	unknown := p
	if byPhone != 0 {
		unknown.phone = ""
	}
	if byUser != 0 {
		unknown.userID = ""
	}
	return id, t.learn(id, unknown, at, evidence)
}

// unite makes one contact of two. Who was erased is not brought back by that:
// the other one is suppressed as well.
func (t *tx) unite(keep, drop ContactID, at time.Time, evidence string) (ContactID, error) {
	a, err := t.position(keep)
	if err != nil {
		return 0, err
	}
	b, err := t.position(drop)
	switch {
	case err != nil:
		return 0, err
	case a.erased && b.erased:
		return keep, nil
	case a.erased:
		return drop, t.stopContact(b, at, evidence)
	case b.erased:
		return keep, t.stopContact(a, at, evidence)
	}
	return keep, t.merge(merging{keep: keep, drop: drop, at: at, evidence: evidence})
}

// learn gives a contact the identities that nobody had yet.
func (t *tx) learn(id ContactID, p named, at time.Time, evidence string) error {
	if p == (named{}) {
		return nil
	}
	now, err := t.position(id)
	if err != nil {
		return err
	}
	if now.erased { // the same person under another name
		return t.stopStranger(p, at, evidence)
	}
	if p.phone != "" {
		if err := t.setIdentity(now, kindPhone, string(p.phone), at, evidence); err != nil {
			return err
		}
	}
	if p.userID != "" {
		return t.setIdentity(now, kindUser, p.userID, at, evidence)
	}
	return nil
}

// setIdentity gives a contact a number or an id that is nobody else's. The one
// before stays hers in the past; a changed one makes it doubtful whether she
// has the shop's number saved, and an opt-out goes with her.
func (t *tx) setIdentity(now position, kind, value string, at time.Time, evidence string) error {
	mac, err := t.file.identityMAC(kind, value)
	if err != nil {
		return err
	}
	before, event := now.userID, "user_id_changed"
	if kind == kindPhone {
		before, event = string(now.phone), "number_changed"
		if err := t.list(phone.E164(value), mac); err != nil {
			return err
		}
	}
	if before == "" {
		event = "linked"
	} else if _, err := t.exec(keepIdentity, kind, before, now.id, t.now.UnixMilli()); err != nil {
		return fmt.Errorf("keep the identity before: %w", err)
	}
	if now.suppressed {
		named := named{userID: value}
		if kind == kindPhone {
			named.phone, named.userID = phone.E164(value), ""
		}
		if err := t.stopStranger(named, t.now, "identity"); err != nil {
			return err
		}
	}
	if kind == kindPhone {
		_, err = t.exec(setPhone, value, mac, phone.E164(value).Country(), t.now.UnixMilli(), now.id)
	} else {
		country := (&NewContact{UserID: value}).country()
		_, err = t.exec(setUserID, value, mac, country, t.now.UnixMilli(), now.id)
	}
	if err != nil {
		return fmt.Errorf("set the identity: %w", err)
	}
	if _, err := t.exec(dropIdentity, kind, value); err != nil {
		return fmt.Errorf("set the identity: %w", err)
	}
	if err := t.identityEvent(identityEvent{contact: now.id, kind: event, at: at, evidence: evidence}); err != nil {
		return err
	}
	if before != "" {
		if err := t.unsave(now, "identity changed", evidence); err != nil {
			return err
		}
	}
	if err := t.adopt(now.id, mac); err != nil {
		return err
	}
	return t.overtaken(kind, value)
}

// unsave makes an attestation invalid: what was saved is not what is called now.
func (t *tx) unsave(now position, reason, evidence string) error {
	if !now.attested() {
		return nil
	}
	_, err := t.savedNumber(SavedNumber{Contact: now.id, Grade: GradeInvalid, Evidence: evidence}, reason)
	return err
}

// adopt gives a contact what a stranger said under an identity that is hers.
func (t *tx) adopt(id ContactID, mac any) error {
	if mac == nil {
		return nil
	}
	var said []heard
	err := t.each(strangerRows, []any{mac}, func(scan func(...any) error) error {
		var h heard
		var at int64
		err := scan(&h.wamid, &h.kind, &h.meaning, &at, &h.text)
		h.at = moment(at)
		said = append(said, h)
		return err
	})
	if err != nil {
		return fmt.Errorf("read what a stranger said: %w", err)
	}
	for _, h := range said {
		now, err := t.position(id)
		if err != nil {
			return err
		}
		review, err := t.consequence(now, h)
		if err != nil {
			return err
		}
		if _, err := t.exec(adoptRow, id, review, h.wamid); err != nil {
			return fmt.Errorf("give a message its contact: %w", err)
		}
	}
	return nil
}

// macs are the keyed hashes of a person, those that are known, her number in all its spellings.
func (t *tx) macs(p named) ([]any, error) {
	var list []any
	for kind, value := range map[string]string{kindPhone: string(p.phone), kindUser: p.userID} {
		mac, err := t.file.identityMAC(kind, value)
		if err != nil {
			return nil, err
		}
		if mac != nil {
			list = append(list, mac)
		}
	}
	others, err := t.otherSpellings(p.phone)
	return append(list, others...), err
}

// stopStranger keeps the stop of somebody who is no contact: whoever adds her
// later adds somebody who is suppressed.
func (t *tx) stopStranger(p named, at time.Time, evidence string) error {
	macs, err := t.macs(p)
	if err != nil {
		return err
	}
	return t.stopIdentities(macs, at, evidence)
}

func (t *tx) stopIdentities(macs []any, at time.Time, evidence string) error {
	proof := t.file.digest(evidence) // a wamid holds the number it came from
	for _, mac := range macs {
		if _, err := t.exec(insertStop, mac, at.UnixMilli(), "stopped", proof); err != nil {
			return fmt.Errorf("keep a stop: %w", err)
		}
	}
	return nil
}

// stopContact stops a contact under every name she has or had.
func (t *tx) stopContact(now position, at time.Time, evidence string) error {
	macs, err := t.everyMAC(now.id)
	if err != nil {
		return err
	}
	if err := t.stopIdentities(macs, at, evidence); err != nil {
		return err
	}
	_, err = t.exec(suppressNow, now.id)
	return err
}

// dated gives what the platform told a moment that can be kept. Its clock may
// be ahead of ours, or it may leave the moment out; neither may cost an opt-out.
func dated(at, now time.Time) time.Time {
	if at.UnixMilli() <= 0 || at.After(now) {
		return now
	}
	return at
}
