package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// reasonMerged is why an event stands in a ledger that was another contact's, reasonUnmerged why it does no longer.
const (
	reasonMerged   = "merged"
	reasonUnmerged = "unmerged"
)

const (
	// What both got: one of the two is enough.
	leaveOutTwin = `UPDATE deliveries SET state = 'excluded', reason = 'merged', ended_at = ?3
		WHERE state = 'queued' AND contact_id = ?1 AND broadcast_id IN (
			SELECT p.broadcast_id FROM deliveries p WHERE p.contact_id = ?2 AND (p.state = 'queued' OR ` + reachedSQL + `))`
	moveDeliveries = `UPDATE deliveries SET contact_id = ?2 WHERE contact_id = ?1
		AND broadcast_id NOT IN (SELECT broadcast_id FROM deliveries WHERE contact_id = ?2)`
	moveTags    = `INSERT INTO contact_tags (tag, contact_id) SELECT tag, ?2 FROM contact_tags WHERE contact_id = ?1 ON CONFLICT DO NOTHING`
	moveInbound = `UPDATE inbound SET contact_id = ?2 WHERE contact_id = ?1`
	movePast    = `UPDATE past_identities SET contact_id = ?2 WHERE contact_id = ?1`
	moveHeard   = `UPDATE contacts SET last_inbound_at = max(last_inbound_at,
		(SELECT last_inbound_at FROM contacts WHERE id = ?1)) WHERE id = ?2`
	setIdentities = `UPDATE contacts SET phone = ?2, phone_mac = ?3, user_id = ?4, user_mac = ?5 WHERE id = ?1`
	lastOptIn     = `SELECT type, occurred_at, method, place, staff, notice, notice_version, notice_sha256, language,
		business_number, evidence FROM consent_events e WHERE contact_id = ? AND type IN ('given', 'confirmed')
		AND NOT EXISTS (SELECT 1 FROM consent_events v WHERE v.contact_id = e.contact_id AND v.supersedes = e.event_id)
		ORDER BY seq DESC LIMIT 1`
)

// merging says which contact becomes part of which.
type merging struct {
	keep, drop ContactID
	at         time.Time
	staff      string
	evidence   string
	before     *mergeBefore // what undoing it goes by
}

// Merge makes one contact of two that are one person. keep gets what it lacks
// of drop's name, words and identities, and all its deliveries; drop stays as a
// closed entry that leads to keep, with its history. An opt-out of either holds
// for both, and the saved number has to be attested again; [Store.Merges] lists
// it, to be undone. Refuses with ErrNotFound, with ErrErased where one of them
// is erased or merged already, and with *InvalidError where both are the same.
func (s *Store) Merge(ctx context.Context, keep, drop ContactID, staff string) error {
	if keep == drop {
		return &InvalidError{Field: "contact", Reason: "same"}
	}
	if strings.TrimSpace(staff) == "" {
		return &InvalidError{Field: "staff", Reason: "empty"}
	}
	err := s.write(ctx, func(t *tx) error {
		return t.merge(merging{keep: keep, drop: drop, at: t.now, staff: staff})
	})
	if err != nil {
		return fmt.Errorf("merge contact %d into %d: %w", drop, keep, err)
	}
	return nil
}

// errPreview ends a merge that was only tried.
var errPreview = errors.New("only tried")

// PreviewMerge returns the contact that [Store.Merge] would make of two, and changes nothing. Refuses as Merge does.
func (s *Store) PreviewMerge(ctx context.Context, keep, drop ContactID) (Contact, error) {
	if keep == drop {
		return Contact{}, &InvalidError{Field: "contact", Reason: "same"}
	}
	var would Contact
	err := s.write(ctx, func(t *tx) error {
		if err := t.merge(merging{keep: keep, drop: drop, at: t.now}); err != nil {
			return err
		}
		var err error
		would, err = t.contact(keep)
		return errors.Join(err, errPreview)
	})
	if errors.Is(err, errPreview) && would.ID != 0 {
		return would, nil
	}
	return Contact{}, fmt.Errorf("try to merge contact %d into %d: %w", drop, keep, err)
}

func (t *tx) merge(m merging) error {
	keep, err := t.position(m.keep)
	if err != nil {
		return err
	}
	drop, err := t.position(m.drop)
	if err != nil {
		return err
	}
	if keep.erased || drop.erased {
		return ErrErased
	}
	if m.before, err = t.beforeMerge(keep, drop); err != nil {
		return err
	}
	id, err := t.beginMerge(m)
	if err != nil {
		return err
	}
	steps := []func(merging, position, position) error{
		t.mergeReviews, t.mergeConsent, t.mergePlatform, t.mergeWords, t.mergeIdentities, t.mergeDeliveries,
	}
	for _, step := range steps {
		if err := step(m, keep, drop); err != nil {
			return err
		}
	}
	if err := t.unsave(keep, reasonMerged, m.evidence); err != nil {
		return err
	}
	if err := t.endMerge(id, m); err != nil {
		return err
	}
	return t.audit(AuditEvent{
		Type: "contacts_merged", Staff: m.staff, Subject: strconv.FormatInt(int64(m.keep), 10),
		Detail: "contact " + strconv.FormatInt(int64(m.drop), 10),
	})
}

// mergeReviews takes over what is still to be judged.
func (t *tx) mergeReviews(m merging, keep, drop position) error {
	open, err := t.openReviews(drop.id)
	if err != nil {
		return err
	}
	for _, r := range open {
		moved := reviewEvent{contact: drop.id, kind: r.Kind, act: "moved", at: t.now, opened: r.ID}
		if _, err := t.reviewEvent(moved); err != nil {
			return err
		}
		if !r.Kind.holds() {
			continue // about a withdrawal, which holds for both
		}
		id, err := t.openReview(reviewEvent{contact: keep.id, kind: r.Kind, at: r.At, evidence: r.Wamid})
		if err != nil {
			return err
		}
		m.before.Joined = id
		if _, err := t.exec(moveReview, r.ID, id); err != nil {
			return fmt.Errorf("move a review: %w", err)
		}
	}
	return nil
}

// mergeConsent lets the opt-out win, and else the proof of a yes count for whom
// nobody had asked.
func (t *tx) mergeConsent(m merging, keep, drop position) error {
	withdrawn := LedgerEvent{
		Contact: keep.id, Type: string(EventWithdrawn), At: drop.consentAt, Reason: reasonMerged, Staff: m.staff,
	}
	copied := LedgerEvent{Contact: keep.id, Type: string(drop.consent), At: drop.consentAt, Reason: reasonMerged, Staff: m.staff}
	var err error
	switch {
	case drop.consent == ConsentWithdrawn && (keep.consent != ConsentWithdrawn || drop.consentAt.After(keep.consentAt)),
		drop.consent == ConsentRefused && keep.agreed() && !drop.consentAt.Before(keep.consentAt):
		_, err = t.consent(withdrawn)
	case drop.agreed() && (keep.consent == ConsentNone || keep.consent == ConsentAsked):
		err = t.copyOptIn(keep, drop)
	case (drop.consent == ConsentAsked || drop.consent == ConsentRefused) && keep.consent == ConsentNone:
		_, err = t.consent(copied)
	}
	return err
}

// copyOptIn repeats the other's yes, with the words, the proof and the date it has.
func (t *tx) copyOptIn(keep, drop position) error {
	e := LedgerEvent{Contact: keep.id, Reason: reasonMerged}
	var at int64
	n := &e.Notice
	err := t.scan(lastOptIn, []any{drop.id}, &e.Type, &at, &e.Method, &e.Place, &e.Staff, &n.ID, &n.Version, &n.SHA256,
		&n.Language, &e.BusinessNumber, &e.Evidence)
	if err != nil {
		return fmt.Errorf("read the other's opt-in: %w", err)
	}
	e.At = moment(at)
	own := e.Method == MethodQRInbound || e.Method == MethodInbound
	if e.Type == string(EventConfirmed) && keep.consent == ConsentNone && (!own || e.Evidence == "") {
		e.Type = string(EventGiven) // it stands as what can be shown without the question before it
	}
	_, err = t.consent(e)
	return err
}

// mergePlatform keeps a stop, the newer of the two.
func (t *tx) mergePlatform(m merging, keep, drop position) error {
	event := PlatformEvent{Contact: keep.id, At: drop.stoppedAt, Evidence: cmp.Or(m.evidence, reasonMerged)}
	switch {
	case drop.platform == PlatformStopped && keep.platform != PlatformStopped:
		event.Type = "stopped"
		if keep.stoppedAt.After(event.At) {
			event.At = keep.stoppedAt
		}
	case drop.platform == PlatformUnreachable && keep.platform == PlatformOK && keep.phone == "":
		event.Type = "unreachable"
	default:
		return nil
	}
	return t.platform(event)
}

// mergeWords fills in what keep lacks.
func (t *tx) mergeWords(m merging, keep, drop position) error {
	for _, query := range []string{moveTags, moveInbound, movePast, moveHeard} {
		if _, err := t.exec(query, drop.id, keep.id); err != nil {
			return fmt.Errorf("take over what the other has: %w", err)
		}
	}
	mine, err := t.contact(keep.id)
	if err != nil {
		return err
	}
	theirs, err := t.contact(drop.id)
	if err != nil {
		return err
	}
	edit := EditContact{Fields: map[string]string{}}
	if mine.Name == "" {
		edit.Name = &theirs.Name
	}
	if mine.Language == "" {
		edit.Language = &theirs.Language
	}
	for key, value := range theirs.Fields {
		if mine.Fields[key] == "" {
			edit.Fields[key] = value
		}
	}
	m.before.learn(mine, edit)
	return t.edit(mine, edit)
}

// mergeIdentities closes drop and gives keep what names her and she lacks; the
// rest stays with drop, where it leads to keep.
func (t *tx) mergeIdentities(m merging, keep, drop position) error {
	if keep.suppressed != drop.suppressed {
		for _, one := range []position{keep, drop} {
			if err := t.stopContact(one, t.now, reasonMerged); err != nil {
				return err
			}
		}
		keep.suppressed = true
	}
	closed := identityEvent{contact: drop.id, kind: "merged", other: keep.id, at: m.at, staff: m.staff, evidence: m.evidence}
	if err := t.identityEvent(closed); err != nil {
		return err
	}
	taken, left := named{}, drop.named
	if keep.phone == "" {
		taken.phone, left.phone = drop.phone, ""
	}
	if keep.userID == "" {
		taken.userID, left.userID = drop.userID, ""
	}
	m.before.TakenPhone, m.before.TakenUser = taken.phone, taken.userID
	if err := t.leaveOver(drop.id, left); err != nil {
		return err
	}
	if taken.phone != "" {
		if err := t.setIdentity(keep, kindPhone, string(taken.phone), m.at, m.evidence); err != nil {
			return err
		}
	}
	if taken.userID != "" {
		return t.setIdentity(keep, kindUser, taken.userID, m.at, m.evidence)
	}
	return nil
}

// leaveOver lets a closed entry keep what is left to it; without any identity it
// gets one that names the entry and nobody.
func (t *tx) leaveOver(drop ContactID, left named) error {
	if left == (named{}) {
		left.userID = "merged." + strconv.FormatInt(int64(drop), 10)
	}
	phoneMAC, err := t.file.identityMAC(kindPhone, string(left.phone))
	if err != nil {
		return err
	}
	userMAC, err := t.file.identityMAC(kindUser, left.userID)
	if err != nil {
		return err
	}
	if _, err := t.exec(setIdentities, drop, orNull(string(left.phone)), phoneMAC, orNull(left.userID), userMAC); err != nil {
		return fmt.Errorf("free the identities: %w", err)
	}
	return nil
}

// mergeDeliveries lets the deliveries follow the person, and none come twice.
func (t *tx) mergeDeliveries(_ merging, keep, drop position) error {
	for _, pair := range [][2]ContactID{{drop.id, keep.id}, {keep.id, drop.id}} {
		if _, err := t.exec(leaveOutTwin, pair[0], pair[1], t.now.UnixMilli()); err != nil {
			return fmt.Errorf("leave out what would come twice: %w", err)
		}
	}
	if _, err := t.exec(moveDeliveries, drop.id, keep.id); err != nil {
		return fmt.Errorf("move the deliveries: %w", err)
	}
	return nil
}
