package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pregon/store/phone"
)

// claimant is a staged person whose row claims an opt-in, and where she stands.
type claimant struct {
	seq       int
	contact   ContactID // 0 for one who is not there yet
	proof     proof
	consent   Consent
	consentAt time.Time
	savedAt   time.Time
	country   string
	claims    bool // its row says anything of a consent
}

func (c claimant) agreed() bool { return c.consent == ConsentGiven || c.consent == ConsentConfirmed }

const selectProofs = `SELECT s.seq, coalesce(p.contact, 0), s.proof,
	coalesce(t.consent, 'none'), coalesce(t.consent_at, 0), coalesce(t.saved_at, 0), s.country
	FROM staged s LEFT JOIN plan p ON p.seq = s.seq LEFT JOIN standings t ON t.contact_id = p.contact
	WHERE s.seq > ? AND s.proof IS NOT NULL AND coalesce(p.kind, 'added') IN ('added', 'updated', 'unchanged') ORDER BY s.seq LIMIT 500`

// eachProof reads the claims of a file, some at a time.
func (g *StagedImport) eachProof(ctx context.Context, t *tx, fn func(claimant) error) error {
	for last := 0; ; {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("import: %w", err)
		}
		var some []claimant
		err := t.each(selectProofs, []any{last}, func(scan func(...any) error) error {
			var c claimant
			var text string
			var consentAt, savedAt int64
			if err := scan(&c.seq, &c.contact, &text, &c.consent, &consentAt, &savedAt, &c.country); err != nil {
				return err
			}
			c.consentAt, c.savedAt = moment(consentAt), moment(savedAt)
			some = append(some, c)
			return json.Unmarshal([]byte(text), &some[len(some)-1].proof)
		})
		if err != nil {
			return fmt.Errorf("read the proofs: %w", err)
		}
		for _, c := range some {
			if err := fn(c); err != nil {
				return err
			}
			last = c.seq
		}
		if len(some) == 0 {
			return nil
		}
	}
}

// judge tells what a claim puts on the ledgers, if anything: an opt-in for a whole proof of somebody who never said
// no, and an attestation that is newer than what is known. A file never revives.
func (i *importing) judge(c claimant) (*OptIn, *SavedNumber) {
	p := c.proof
	if p.At == "" || p.Method == "" || p.Notice == "" || p.Evidence == "" {
		return nil, nil
	}
	var optIn *OptIn
	if !c.agreed() {
		if optIn = i.optInOf(c); optIn == nil {
			return nil, nil
		}
	}
	grade := Grade(strings.ToLower(p.Grade))
	at, ok := i.moment(p.SavedAt)
	if !ok || !slices.Contains(savedGrades(), grade) || !at.After(c.savedAt) || i.future(at) {
		return optIn, nil
	}
	return optIn, &SavedNumber{Contact: c.contact, Grade: grade, Staff: i.Staff, At: at}
}

func (i *importing) optInOf(c claimant) *OptIn {
	at, ok := i.moment(c.proof.At)
	id, version := ParseNotice(c.proof.Notice)
	method := Method(strings.ToLower(c.proof.Method))
	switch {
	case c.consent == ConsentWithdrawn, c.consent == ConsentRefused, !ok, i.future(at), at.Before(c.consentAt),
		!slices.Contains(Methods(), method), method.heard() && phone.SignedIn(c.country), !i.notices[fmt.Sprintf("%s@%d", id, version)]:
		return nil
	}
	return &OptIn{
		Contact: c.contact, Method: method, Notice: id, Version: version, Staff: i.Staff, Evidence: c.proof.Evidence, At: at,
	}
}

// future is when the ledgers refuse a time; see eventHead.
func (i *importing) future(at time.Time) bool { return at.After(i.now.Add(5 * time.Minute)) }

// prove puts what a claim is worth on the ledgers, and notes it for the undoing.
func (i *importing) prove(t *tx, r *Imported, w written) error {
	c := w.claimant
	optIn, attest := i.judge(c)
	var event, saved string
	if optIn != nil {
		made, err := t.optIn(*optIn)
		switch {
		case refused(err):
			optIn, attest = nil, nil // the ledger knows better
		case err != nil:
			return err
		default:
			event = made.ID
			r.OptedIn++
		}
	}
	if optIn == nil && !c.agreed() {
		r.Unproven++
	}
	if attest != nil {
		made, err := t.savedNumber(*attest, "")
		if err != nil && !refused(err) {
			return err
		}
		if err == nil {
			saved = made.ID
			r.Attested++
		}
	}
	if event+saved == "" {
		return nil
	}
	_, err := t.exec(noteProof, r.ID, c.contact, w.row, event, saved)
	return err
}

const noteProof = `INSERT INTO import_changes (import_id, contact_id, row, consent_event, saved_event) VALUES (?, ?, ?, ?, ?)
	ON CONFLICT DO UPDATE SET consent_event = excluded.consent_event, saved_event = excluded.saved_event`

// refused reports whether a ledger said no to a fact, rather than failed.
func refused(err error) bool {
	var invalid *InvalidError
	var move *MoveError
	return errors.As(err, &invalid) || errors.As(err, &move)
}
