package store

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"pregon/store/phone"
)

// present is what the file that is there now must hand on to the one that takes
// its place. A nil present is no file.
type present struct {
	unread     bool // it is damaged
	left       []leaving
	suppressed []suppressed
	stops      []identityStop
}

// leaving is one person's newest opt-out, or stop at WhatsApp.
type leaving struct {
	to    Address
	event string // its id
	kind  string // withdrawn, refused, stopped, or held: and the kind of review
	at    int64
	code  int
}

type suppressed struct {
	mac    []byte
	reason string
	since  int64
}

// identityStop is a stop, or its end, of somebody who was no contact.
type identityStop struct {
	mac            []byte
	at             int64
	kind, evidence string
}

const (
	selectLeaving = `SELECT coalesce(c.phone, ''), coalesce(c.user_id, ''), e.event_id, e.type, e.occurred_at, 0
		FROM standings s JOIN contacts c ON c.id = s.contact_id JOIN consent_events e ON e.seq = (
			SELECT max(seq) FROM consent_events WHERE contact_id = s.contact_id AND type = s.consent)
		WHERE s.consent IN ('withdrawn', 'refused') AND s.erased = 0
		UNION ALL SELECT coalesce(c.phone, ''), coalesce(c.user_id, ''), e.event_id, e.type, e.occurred_at, e.code
		FROM standings s JOIN contacts c ON c.id = s.contact_id JOIN platform_events e ON e.seq = (
			SELECT max(seq) FROM platform_events WHERE contact_id = s.contact_id AND type = 'stopped')
		WHERE s.platform = 'stopped' AND s.erased = 0
		UNION ALL SELECT coalesce(c.phone, ''), coalesce(c.user_id, ''), r.event_id, 'held:' || r.kind, r.occurred_at, 0
		FROM open_reviews r JOIN contacts c ON c.id = r.contact_id JOIN standings s ON s.contact_id = c.id WHERE s.erased = 0`
	selectStops        = `SELECT mac, at, type, evidence FROM identity_stops`
	selectSuppressions = `SELECT mac, reason, since FROM suppressions`
	countContacts      = `SELECT count(*) FROM contacts`
)

// readPresent reads the opt-outs of the file at path. key is the backup's: a file
// with people in it and another key is another shop's, which is ErrOtherShop.
func readPresent(ctx context.Context, path string, key []byte, options []Option) (*present, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) || (err == nil && info.Size() == 0) {
		return nil, nil //nolint:nilnil // none
	}
	if err != nil {
		return nil, fmt.Errorf("look at the shop file: %w", err)
	}
	old := &present{}
	err = old.read(ctx, path, key, options)
	if errors.Is(err, ErrDamaged) {
		return &present{unread: true}, nil
	}
	return old, err
}

func (p *present) read(ctx context.Context, path string, key []byte, options []Option) (err error) {
	f := newFile(path, options)
	defer func() { err = errors.Join(err, f.close()) }()
	isNew, err := prepareFile(ctx, path)
	if err != nil || isNew {
		return err
	}
	if err := f.open(ctx, false); err != nil {
		return err
	}
	if err := quickCheck(ctx, f.reader); err != nil {
		return err
	}
	var proof []byte
	if err := f.scan(ctx, selectProof, nil, &proof); err != nil {
		return fmt.Errorf("read the key's proof: %w", err)
	}
	if !hmac.Equal(proof, mac(key, "proof")) {
		var people int
		if err := f.scan(ctx, countContacts, nil, &people); err != nil || people > 0 {
			return errors.Join(ErrOtherShop, err)
		}
		return nil
	}
	return p.collect(ctx, f)
}

func (p *present) collect(ctx context.Context, f *file) error {
	err := f.each(ctx, selectLeaving, nil, func(scan func(...any) error) error {
		var l leaving
		var number string
		err := scan(&number, &l.to.UserID, &l.event, &l.kind, &l.at, &l.code)
		l.to.Phone = phone.E164(number)
		p.left = append(p.left, l)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the opt-outs: %w", err)
	}
	if p.suppressed, err = f.suppressed(ctx, selectSuppressions); err != nil {
		return err
	}
	err = f.each(ctx, selectStops, nil, func(scan func(...any) error) error {
		var s identityStop
		err := scan(&s.mac, &s.at, &s.kind, &s.evidence)
		p.stops = append(p.stops, s)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the stops of strangers: %w", err)
	}
	return nil
}

// suppressed reads the suppression list, or what a query chooses of it.
func (f *file) suppressed(ctx context.Context, query string) ([]suppressed, error) {
	var list []suppressed
	err := f.each(ctx, query, nil, func(scan func(...any) error) error {
		var s suppressed
		err := scan(&s.mac, &s.reason, &s.since)
		list = append(list, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the suppression list: %w", err)
	}
	return list, nil
}

const (
	knownEvent = `SELECT (SELECT count(*) FROM consent_events WHERE event_id = ?1) + (SELECT count(*) FROM platform_events WHERE event_id = ?1)
		+ (SELECT count(*) FROM review_events WHERE event_id = ?1)`
	idsByIdentity = `SELECT DISTINCT coalesce(nullif(s.merged_into, 0), c.id) FROM contacts c JOIN standings s ON s.contact_id = c.id
		WHERE ((c.phone = ?1 AND ?1 <> '') OR (c.user_id = ?2 AND ?2 <> '')) AND ` + arrived
	idsByMAC       = `SELECT id FROM contacts WHERE phone_mac = ?1 OR user_mac = ?1`
	carriedSource  = "carried over at restore"
	carriedMessage = "opted out after the backup was made"
)

// carryOver takes over what the backup does not know yet, and returns how much.
func (t *tx) carryOver(p *present, staff string) (int, error) {
	carried := 0
	for _, s := range p.stops {
		inserted, err := t.exec(insertStop, s.mac, s.at, s.kind, s.evidence)
		if err != nil {
			return 0, fmt.Errorf("keep a stop: %w", err)
		}
		carried += int(inserted)
		ids, err := t.contactIDs(idsByMAC, s.mac)
		if err != nil {
			return 0, err
		}
		for _, id := range ids {
			if _, err := t.exec(liftStop, id); err != nil {
				return 0, fmt.Errorf("keep a stop: %w", err)
			}
		}
	}
	for _, l := range p.left {
		done, err := t.carryLeaving(l, staff)
		if err != nil {
			return 0, err
		}
		carried += done
	}
	for _, s := range p.suppressed {
		inserted, err := t.exec(insertSupp, s.mac, s.reason, s.since)
		if err != nil {
			return 0, fmt.Errorf("suppress: %w", err)
		}
		if inserted == 0 {
			continue
		}
		carried++
		ids, err := t.contactIDs(idsByMAC, s.mac)
		if err != nil {
			return 0, err
		}
		for _, id := range ids { // the backup brought back who was erased
			if err := ignoreErased(t.eraseAgain(id, moment(s.since), staff)); err != nil {
				return 0, err
			}
		}
	}
	return carried, nil
}

// eraseAgain keeps the day on which the words about the person were to go.
func (t *tx) eraseAgain(id ContactID, since time.Time, staff string) error {
	if err := t.suppressPerson(id); err != nil {
		return err
	}
	return t.erase(id, staff, since.Add(PurgeAfter))
}

// carryLeaving records one opt-out again, for everybody it is about.
func (t *tx) carryLeaving(l leaving, staff string) (int, error) {
	var known int
	if err := t.scan(knownEvent, []any{l.event}, &known); err != nil || known > 0 {
		return 0, err
	}
	ids, err := t.contactIDs(idsByIdentity, string(l.to.Phone), l.to.UserID)
	if err != nil {
		return 0, err
	}
	if len(ids) == 0 { // came after the backup; the no must be there when the number comes again
		id, err := t.addContact(NewContact{Phone: l.to.Phone, UserID: l.to.UserID, Source: carriedSource})
		if err != nil {
			return 0, err
		}
		ids = append(ids, id)
	}
	for _, id := range ids {
		if err := ignoreErased(t.leave(id, l, staff)); err != nil {
			return 0, err
		}
	}
	return 1, nil
}

func (t *tx) leave(id ContactID, l leaving, staff string) error {
	at := moment(l.at)
	if at.After(t.now) {
		at = t.now // the clock went back since; that must not cost an opt-out
	}
	if l.kind == "stopped" {
		return t.platform(PlatformEvent{Contact: id, Type: l.kind, At: at, Code: l.code, Evidence: l.event})
	}
	if kind, held := strings.CutPrefix(l.kind, "held:"); held {
		_, err := t.openReview(reviewEvent{contact: id, kind: ReviewKind(kind), at: at, evidence: l.event})
		return err
	}
	state, err := t.consentState(id)
	if err != nil || state == ConsentWithdrawn {
		return err
	}
	kind := l.kind
	if state == ConsentGiven || state == ConsentConfirmed {
		kind = string(EventWithdrawn)
	}
	_, err = t.consent(LedgerEvent{
		Contact: id, Type: kind, At: at, Staff: staff, Reason: carriedMessage, Evidence: l.event,
	})
	return err
}

func (t *tx) contactIDs(query string, args ...any) ([]ContactID, error) {
	var ids []ContactID
	err := t.each(query, args, func(scan func(...any) error) error {
		var id ContactID
		err := scan(&id)
		ids = append(ids, id)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find the contact: %w", err)
	}
	return ids, nil
}
