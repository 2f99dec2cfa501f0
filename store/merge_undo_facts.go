package store

import (
	"errors"
	"fmt"
	"time"
)

const (
	mergeConsentEvent = `SELECT event_id FROM consent_events WHERE contact_id = ? AND seq > ? AND seq <= ? AND reason = 'merged'`
	optOutSince       = `SELECT type, occurred_at FROM consent_events e WHERE contact_id = ? AND seq > ? AND type IN ('withdrawn', 'refused')
		AND NOT EXISTS (SELECT 1 FROM consent_events v WHERE v.contact_id = e.contact_id AND v.supersedes = e.event_id)
		ORDER BY seq DESC LIMIT 1`
	mergePlatformEvent = `SELECT type, occurred_at FROM platform_events WHERE contact_id = ? AND seq > ? AND seq <= ? ORDER BY seq DESC LIMIT 1`
	stopSince          = `SELECT occurred_at FROM platform_events WHERE contact_id = ? AND seq > ? AND type = 'stopped' ORDER BY seq DESC LIMIT 1`
	attestedBefore     = `SELECT type, occurred_at, utc_offset, staff, business_number, evidence FROM saved_number_events
		WHERE contact_id = ? AND seq <= ? ORDER BY seq DESC LIMIT 1`
	attestedSince = `SELECT type FROM saved_number_events WHERE contact_id = ? AND seq > ? ORDER BY seq DESC LIMIT 1`
)

// unmergeConsent takes the merge's own word off the kept contact. An opt-out that came since is both's; a yes that
// came since is nobody's who had not agreed before, since it may have been the other's.
func (t *tx) unmergeConsent(m merged, _ position) error {
	var kind string
	var at int64
	err := t.scan(optOutSince, []any{m.Kept, m.last}, &kind, &at)
	if err == nil {
		_, err = t.consent(LedgerEvent{
			Contact: m.Gone, Type: string(EventWithdrawn), At: moment(at), Staff: m.staff, Reason: reasonUnmerged,
		})
	}
	if err := ignoreNotFound(err); err != nil {
		return err
	}
	var own string
	if err := t.scan(mergeConsentEvent, []any{m.Kept, m.first, m.last}, &own); ignoreNotFound(err) != nil {
		return err
	}
	if own != "" {
		_, err := t.consent(LedgerEvent{
			Contact: m.Kept, Type: string(EventVoided), Staff: m.staff, Reason: reasonUnmerged, Supersedes: own,
		})
		if _, later := errors.AsType[*MoveError](err); err != nil && !later {
			return err
		}
	}
	return t.disown(m)
}

// disown ends a consent that the kept contact has now and had not before the merge.
func (t *tx) disown(m merged) error {
	now, err := t.position(m.Kept)
	if err != nil || !now.agreed() || m.Consent == ConsentGiven || m.Consent == ConsentConfirmed {
		return err
	}
	end := LedgerEvent{Contact: m.Kept, Type: string(EventExpired), Staff: m.staff, Reason: reasonUnmerged}
	if m.Consent == ConsentWithdrawn || m.Consent == ConsentRefused {
		end.Type = string(EventWithdrawn)
	}
	_, err = t.consent(end)
	return err
}

// unmergePlatform takes the other's stop off the kept contact, unless WhatsApp told of one since, which is both's.
func (t *tx) unmergePlatform(m merged, _ position) error {
	now, err := t.position(m.Kept)
	if err != nil {
		return err
	}
	var since int64
	err = t.scan(stopSince, []any{m.Kept, m.last}, &since)
	switch {
	case err == nil && now.platform == PlatformStopped:
		return t.platform(PlatformEvent{Contact: m.Gone, Type: "stopped", At: moment(since), Evidence: reasonUnmerged})
	case ignoreNotFound(err) != nil:
		return err
	}
	var kind string
	var at int64
	if err := t.scan(mergePlatformEvent, []any{m.Kept, m.first, m.last}, &kind, &at); err != nil {
		return ignoreNotFound(err)
	}
	back := PlatformEvent{Contact: m.Kept, Type: "reachable", At: moment(at + 1), Evidence: reasonUnmerged}
	if kind == "stopped" {
		back.Type = "resumed"
	}
	if err := t.platform(back); err != nil || m.Platform != PlatformUnreachable {
		return err
	}
	return t.platform(PlatformEvent{Contact: m.Kept, Type: "unreachable", At: moment(at + 2), Evidence: reasonUnmerged})
}

// unmergeSaved lets the attestation of before stand again, unless it was taken back since.
func (t *tx) unmergeSaved(m merged, _ position) error {
	now, err := t.position(m.Kept)
	if err != nil {
		return err
	}
	if !m.Attested {
		return t.unsave(now, reasonUnmerged, "") // what was said since is of whichever of the two
	}
	var since Grade
	err = t.scan(attestedSince, []any{m.Kept, m.last}, &since)
	if ignoreNotFound(err) != nil || err == nil && !now.attested() {
		return ignoreNotFound(err)
	}
	var before savedAs
	err = t.scan(attestedBefore, []any{m.Kept, m.first}, &before.Grade, &before.at, &before.offset, &before.staff, &before.number, &before.evidence)
	if err != nil {
		return fmt.Errorf("read the saved number: %w", err)
	}
	return t.saveAgain(m.Kept, before)
}

// savedAs is an attestation as it stands on the ledger.
type savedAs struct {
	Grade
	at, offset              int64
	staff, number, evidence string
}

// saveAgain repeats an attestation with the number it was made for, so that it counts for no other.
func (t *tx) saveAgain(id ContactID, s savedAs) error {
	event, _, _, recorded, err := eventHead(t, time.Time{})
	if err != nil {
		return err
	}
	_, _, err = savedNumberLedger.append(t, event, int64(id), string(s.Grade), s.at, s.offset, recorded, s.staff, s.number, s.evidence,
		reasonUnmerged)
	if err != nil {
		return fmt.Errorf("record the saved number: %w", err)
	}
	return nil
}
