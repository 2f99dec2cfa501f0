package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// MergeRecord is a merge that can be undone.
type MergeRecord struct {
	ID         int64
	Kept, Gone ContactID
	Staff      string // "" where the platform told that both are one
	At         time.Time
}

const (
	selectMerges = `SELECT id, kept, gone, staff, at FROM merges WHERE undone_at = 0 AND before <> '{}' ORDER BY id DESC LIMIT ?`
	lastMerge    = `SELECT id, kept, gone, first_seq, last_seq, before, at FROM merges WHERE undone_at = 0 ORDER BY id DESC LIMIT 1`
	oneMerge     = `SELECT id, kept, gone, first_seq, last_seq, before, at FROM merges WHERE undone_at = 0 AND id = ?`
	mergedLater  = `SELECT EXISTS (SELECT 1 FROM merges WHERE id > ?1 AND undone_at = 0 AND kept IN (?2, ?3))
		OR EXISTS (SELECT 1 FROM merges WHERE id > ?1 AND undone_at = 0 AND gone IN (?2, ?3))`
	undoneMerge   = `UPDATE merges SET undone_at = ?2, before = '{}' WHERE id = ?1`
	giveBackName  = `UPDATE past_identities SET contact_id = ?3 WHERE kind = ?1 AND value = ?2 AND contact_id = ?4`
	giveBackHeard = `UPDATE inbound SET contact_id = ?2 WHERE wamid = ?1 AND contact_id = ?3`
	giveBackRows  = `UPDATE deliveries SET contact_id = ?2 WHERE contact_id = ?1
		AND id IN (SELECT delivery_id FROM merged_deliveries WHERE merge_id = ?3)`
	heardBefore = `UPDATE contacts SET country = ?2, last_inbound_at = max(?3,
		coalesce((SELECT max(at) FROM inbound WHERE contact_id = ?1 AND received_at >= ?4), 0)) WHERE id = ?1`
	resuppress = `UPDATE standings SET suppressed = EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = (SELECT phone_mac FROM contacts WHERE id = ?1))
		OR EXISTS (SELECT 1 FROM suppressed_identities WHERE mac = (SELECT user_mac FROM contacts WHERE id = ?1)) WHERE contact_id = ?1`
)

// Merges lists the merges that can be undone, the newest first, at most limit.
func (s *Store) Merges(ctx context.Context, limit int) ([]MergeRecord, error) {
	var list []MergeRecord
	err := s.each(ctx, selectMerges, []any{limit}, func(scan func(...any) error) error {
		var m MergeRecord
		var at int64
		err := scan(&m.ID, &m.Kept, &m.Gone, &m.Staff, &at)
		m.At = moment(at)
		list = append(list, m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the merges: %w", err)
	}
	return list, nil
}

// merged is a merge as it is undone.
type merged struct {
	MergeRecord
	mergeBefore
	first, last int64 // its events are after first and up to last
	staff       string
}

// UndoMerge makes two contacts of one again, as they were, the last merge where id is 0. An opt-out that came since
// holds for both, since nobody can tell whose it was; a yes that came since counts for neither that had not agreed
// before. Refuses with *InvalidError without staff, with ErrNotFound, with ErrErased where one of them was erased, and
// with *MoveError while a later merge stands on this one or an identity changed since.
func (s *Store) UndoMerge(ctx context.Context, id int64, staff string) (MergeRecord, error) {
	if strings.TrimSpace(staff) == "" {
		return MergeRecord{}, &InvalidError{Field: "staff", Reason: "empty"}
	}
	var m merged
	err := s.write(ctx, func(t *tx) (err error) {
		if m, err = t.mergeOf(id); err != nil {
			return err
		}
		m.staff = staff
		return t.unmerge(m)
	})
	if err != nil {
		return MergeRecord{}, fmt.Errorf("undo the merge: %w", err)
	}
	return m.MergeRecord, nil
}

func (t *tx) mergeOf(id int64) (merged, error) {
	query, args := lastMerge, []any(nil)
	if id != 0 {
		query, args = oneMerge, []any{id}
	}
	var m merged
	var before string
	var at int64
	if err := t.scan(query, args, &m.ID, &m.Kept, &m.Gone, &m.first, &m.last, &before, &at); err != nil {
		return m, err
	}
	m.At = moment(at)
	if before == "{}" {
		return m, ErrErased
	}
	if err := json.Unmarshal([]byte(before), &m.mergeBefore); err != nil {
		return m, fmt.Errorf("decode merge %d: %w", m.ID, err)
	}
	var later bool
	if err := t.scan(mergedLater, []any{m.ID, m.Kept, m.Gone}, &later); err != nil {
		return m, err
	}
	if later {
		return m, &MoveError{Of: "merge", From: "later", To: reasonUnmerged}
	}
	return m, nil
}

func (t *tx) unmerge(m merged) error {
	keep, err := t.position(m.Kept)
	if err != nil {
		return err
	}
	switch {
	case keep.erased:
		return ErrErased
	case m.TakenPhone != "" && keep.phone != m.TakenPhone, m.TakenUser != "" && keep.userID != m.TakenUser:
		return &MoveError{Of: "merge", From: "changed", To: reasonUnmerged}
	}
	opened := identityEvent{contact: m.Gone, kind: reasonUnmerged, other: m.Kept, at: t.now, staff: m.staff}
	if err := t.identityEvent(opened); err != nil {
		return err
	}
	steps := []func(merged, position) error{
		t.unmergeIdentities, t.unmergeWords, t.unmergeConsent, t.unmergePlatform, t.unmergeSaved, t.unmergeReviews, t.unmergeStops,
	}
	for _, step := range steps {
		if err := step(m, keep); err != nil {
			return err
		}
	}
	if _, err := t.exec(undoneMerge, m.ID, t.now.UnixMilli()); err != nil {
		return fmt.Errorf("mark the merge: %w", err)
	}
	return t.audit(AuditEvent{
		Type: "merge_undone", Staff: m.staff, Subject: strconv.FormatInt(int64(m.Kept), 10),
		Detail: "contact " + strconv.FormatInt(int64(m.Gone), 10),
	})
}

// unmergeIdentities gives each what named her, and what was said and got under it.
func (t *tx) unmergeIdentities(m merged, keep position) error {
	left := keep.named
	if m.TakenPhone != "" {
		left.phone = ""
	}
	if m.TakenUser != "" {
		left.userID = ""
	}
	if err := t.leaveOver(m.Kept, left); err != nil {
		return err
	}
	if err := t.leaveOver(m.Gone, named{m.GonePhone, m.GoneUser}); err != nil {
		return err
	}
	for _, follower := range m.Followers {
		leads := identityEvent{contact: follower, kind: reasonMerged, other: m.Gone, at: t.now, staff: m.staff}
		if err := t.identityEvent(leads); err != nil {
			return err
		}
	}
	for _, name := range m.Past {
		if _, err := t.exec(giveBackName, name.Kind, name.Value, m.Gone, m.Kept); err != nil {
			return fmt.Errorf("give back a name of before: %w", err)
		}
	}
	for _, wamid := range m.Inbound {
		if _, err := t.exec(giveBackHeard, wamid, m.Gone, m.Kept); err != nil {
			return fmt.Errorf("give back a message: %w", err)
		}
	}
	if _, err := t.exec(heardBefore, m.Kept, m.Country, m.Heard, m.At.UnixMilli()); err != nil {
		return fmt.Errorf("give back the messages: %w", err)
	}
	if _, err := t.exec(giveBackRows, m.Kept, m.Gone, m.ID); err != nil {
		return fmt.Errorf("give back the deliveries: %w", err)
	}
	return nil
}

// unmergeWords takes from the kept contact what still stands as the merge left it.
func (t *tx) unmergeWords(m merged, _ position) error {
	var nothing Undone
	err := t.undoChange(changed{id: m.Kept, before: m.Words, after: m.Became}, &nothing, m.staff)
	if err != nil {
		return fmt.Errorf("give back the words: %w", err)
	}
	return nil
}

const (
	mergedReviewEnd = `SELECT seq, type FROM review_events WHERE opened = ? AND opened <> ''`
	reviewHolds     = `SELECT EXISTS (SELECT 1 FROM inbound WHERE review = ? AND review <> '' AND contact_id = ?)`
	moveHerReview   = `UPDATE inbound SET review = ?2 WHERE review = ?1 AND review <> '' AND contact_id = ?3`
)

// unmergeReviews opens again what was to be judged, but for what somebody judged since.
func (t *tx) unmergeReviews(m merged, _ position) error {
	for _, r := range m.Reviews {
		ended, by, err := t.reviewEnd(r.ID)
		if err != nil {
			return err
		}
		if by == "" || ended > m.last { // still open, or judged since
			continue
		}
		if err := t.reopen(m.Kept, r, r.ID); err != nil {
			return err
		}
	}
	for _, r := range m.GoneReviews {
		_, by, err := t.reviewEnd(m.Joined)
		if err != nil {
			return err
		}
		if r.Kind.holds() && by == string(ReviewNotARefusal) {
			continue
		}
		from := r.ID
		if r.Kind.holds() {
			from = m.Joined
		}
		if err := t.reopen(m.Gone, r, from); err != nil {
			return err
		}
	}
	return t.closeJoined(m)
}

// reviewEnd tells which event ended a review, and how; "" while it is open.
func (t *tx) reviewEnd(id string) (seq int64, by string, err error) {
	err = t.scan(mergedReviewEnd, []any{id}, &seq, &by)
	return seq, by, ignoreNotFound(err)
}

func (t *tx) reopen(id ContactID, r mergedReview, from string) error {
	again := reviewEvent{contact: id, kind: r.Kind, at: r.At, evidence: r.Evidence, withdrawal: r.Withdrawal}
	review, err := t.openReview(again)
	if err != nil {
		return err
	}
	if _, err := t.exec(moveHerReview, from, review, id); err != nil {
		return fmt.Errorf("move a review: %w", err)
	}
	return nil
}

// closeJoined ends the review that the merge opened for the other's words, unless the kept one's are in it by now.
func (t *tx) closeJoined(m merged) error {
	hers := slices.ContainsFunc(m.Reviews, func(r mergedReview) bool { return r.ID == m.Joined })
	if m.Joined == "" || hers {
		return nil
	}
	_, by, err := t.reviewEnd(m.Joined)
	if err != nil || by != "" {
		return err
	}
	var holds bool
	if err := t.scan(reviewHolds, []any{m.Joined, m.Kept}, &holds); err != nil || holds {
		return err
	}
	for _, r := range m.GoneReviews {
		if !r.Kind.holds() {
			continue
		}
		_, err := t.reviewEvent(reviewEvent{contact: m.Kept, kind: r.Kind, act: "moved", at: t.now, opened: m.Joined})
		return err
	}
	return nil
}

const stopsSince = `SELECT EXISTS (SELECT 1 FROM identity_stops WHERE mac = ?1 AND type = 'stopped' AND at > ?2)`

// unmergeStops lifts what only the merge had stopped; a stop that came since holds for both.
func (t *tx) unmergeStops(m merged, _ position) error {
	for _, one := range []struct {
		id      ContactID
		stopped bool
	}{{m.Kept, m.Suppressed}, {m.Gone, m.GoneSuppressed}} {
		macs, err := t.everyMAC(one.id)
		if err != nil {
			return err
		}
		for _, mac := range macs {
			if one.stopped || m.Suppressed == m.GoneSuppressed {
				continue
			}
			lifted := m.At.Add(time.Millisecond).UnixMilli()
			if _, err := t.exec(insertStop, mac, lifted, "joined", t.file.digest(reasonUnmerged)); err != nil {
				return fmt.Errorf("lift a stop: %w", err)
			}
		}
		if _, err := t.exec(resuppress, one.id); err != nil {
			return fmt.Errorf("lift a stop: %w", err)
		}
	}
	return t.stopBoth(m)
}

func (t *tx) stopBoth(m merged) error {
	since := false
	var both []position
	for _, id := range []ContactID{m.Kept, m.Gone} {
		macs, err := t.everyMAC(id)
		if err != nil {
			return err
		}
		for _, mac := range macs {
			var one bool
			if err := t.scan(stopsSince, []any{mac, m.At.UnixMilli()}, &one); err != nil {
				return fmt.Errorf("look for a stop: %w", err)
			}
			since = since || one
		}
		now, err := t.position(id)
		if err != nil {
			return err
		}
		both = append(both, now)
	}
	var err error
	for _, one := range both {
		if since {
			err = errors.Join(err, t.stopContact(one, t.now, reasonUnmerged))
		}
	}
	return err
}
