package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// identity applies a change of number or id.
func (t *tx) identity(i Identity) error {
	at := dated(i.At, t.now)
	now, before := named{i.Phone, i.UserID}, named{i.OldPhone, i.OldUserID}
	was, err := t.meet(before, at, i.Evidence)
	if err != nil {
		return err
	}
	is, err := t.meet(now, at, i.Evidence)
	switch {
	case err != nil:
		return err
	case was == 0:
		return t.inherit(is, now, before, at, i.Evidence)
	case is == 0:
		return t.learn(was, now, at, i.Evidence)
	case was != is:
		_, err := t.unite(is, was, at, i.Evidence)
		return err
	}
	return nil // told before
}

// inherit passes the stop of a stranger on to who she is now, contact or not.
func (t *tx) inherit(is ContactID, now, before named, at time.Time, evidence string) error {
	macs, err := t.macs(before)
	if err != nil {
		return err
	}
	stopped := false
	for _, mac := range macs {
		var one bool
		if err := t.scan(isSuppressed, []any{mac}, &one); err != nil {
			return fmt.Errorf("look for a stop: %w", err)
		}
		stopped = stopped || one
	}
	switch {
	case is == 0 && stopped:
		err = t.stopStranger(now, at, evidence)
		fallthrough
	case is == 0:
		return errors.Join(err, t.await(Identity{
			Phone: now.phone, UserID: now.userID, OldPhone: before.phone, OldUserID: before.userID, At: at, Evidence: evidence,
		}))
	}
	known, err := t.position(is)
	if err != nil || known.erased {
		return err
	}
	for kind, value := range map[string]string{kindPhone: string(before.phone), kindUser: before.userID} {
		if value == "" {
			continue
		}
		if _, err := t.exec(keepIdentity, kind, value, is, at.UnixMilli()); err != nil {
			return fmt.Errorf("keep the identity before: %w", err)
		}
	}
	for _, mac := range macs {
		if err := t.adopt(is, mac); err != nil {
			return err
		}
	}
	if !stopped {
		return nil
	}
	return t.stopContact(known, at, evidence)
}

const (
	selectAwaited = `SELECT payload FROM events WHERE key = ?`
	dropAwaited   = `DELETE FROM events WHERE key = ?`
)

// await keeps a change of somebody nobody knows yet: it may be the second of
// two changes, told before the first.
func (t *tx) await(i Identity) error {
	payload, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("encode a change of identity: %w", err)
	}
	for kind, value := range map[string]string{kindPhone: string(i.OldPhone), kindUser: i.OldUserID} {
		if value == "" {
			continue
		}
		_, err := t.exec(keepEvent, t.awaited(kind, value), "identity", "", millis(i.At), t.now.UnixMilli(), string(payload))
		if err != nil {
			return fmt.Errorf("keep a change of identity: %w", err)
		}
	}
	return nil
}

func (t *tx) awaited(kind, value string) string { return "identity:" + t.file.digest(kind+":"+value) }

// overtaken applies the change that was told before the one that led to this identity.
func (t *tx) overtaken(kind, value string) error {
	var payload string
	err := t.scan(selectAwaited, []any{t.awaited(kind, value)}, &payload)
	if err != nil {
		return ignoreNotFound(err)
	}
	var next Identity
	if err := json.Unmarshal([]byte(payload), &next); err != nil {
		return fmt.Errorf("decode a change of identity: %w", err)
	}
	if _, err := t.exec(dropAwaited, t.awaited(kind, value)); err != nil {
		return fmt.Errorf("forget a change of identity: %w", err)
	}
	return t.identity(next)
}

// identityEvent is one line of the identity ledger.
type identityEvent struct {
	contact  ContactID
	kind     string // linked, number_changed, user_id_changed, merged
	other    ContactID
	at       time.Time
	staff    string
	evidence string
}

func (t *tx) identityEvent(e identityEvent) error {
	id, at, offset, recorded, err := eventHead(t, e.at)
	if err != nil {
		return err
	}
	_, _, err = identityLedger.append(t, id, int64(e.contact), e.kind, at, offset, recorded, int64(e.other), e.staff,
		e.evidence)
	if err != nil {
		if raised(err, "unlawful") {
			return &MoveError{Of: "contact", To: e.kind}
		}
		return fmt.Errorf("record %s: %w", e.kind, err)
	}
	return nil
}
