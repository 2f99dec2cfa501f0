package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SavedNumber is a dated statement that a contact saved the shop's number. It
// is an attestation: nothing can prove it.
type SavedNumber struct {
	Contact  ContactID
	Grade    Grade  // told, says_saved, seen_by_staff or self_written
	Staff    string // who heard or saw it; "" only for self_written by message
	Evidence string // wamid of the customer's own SAVED message
	At       time.Time
}

// RecordSavedNumber puts an attestation for the shop's present number on the
// ledger. Refuses with *InvalidError, ErrNotSetUp, ErrNotFound or ErrErased.
func (s *Store) RecordSavedNumber(ctx context.Context, saved SavedNumber) (LedgerEvent, error) {
	if err := saved.validate(); err != nil {
		return LedgerEvent{}, err
	}
	return s.recordSaved(ctx, saved, "")
}

func (n SavedNumber) validate() error {
	grades := []Grade{GradeTold, GradeSaysSaved, GradeSeenByStaff, GradeSelfWritten}
	switch {
	case !slices.Contains(grades, n.Grade):
		return &InvalidError{Field: "grade", Reason: reasonOf(string(n.Grade))}
	case strings.TrimSpace(n.Staff) == "" && (n.Grade != GradeSelfWritten || n.Evidence == ""):
		return &InvalidError{Field: "staff", Reason: "empty"}
	}
	return nil
}

// RevokeSavedNumber records that a contact has not, or no longer, saved the number.
func (s *Store) RevokeSavedNumber(ctx context.Context, id ContactID, staff, reason string) (LedgerEvent, error) {
	return s.recordSaved(ctx, SavedNumber{Contact: id, Grade: GradeUnknown, Staff: staff}, reason)
}

func (s *Store) recordSaved(ctx context.Context, saved SavedNumber, reason string) (LedgerEvent, error) {
	var made LedgerEvent
	err := s.write(ctx, func(t *tx) (err error) {
		made, err = t.savedNumber(saved, reason)
		return err
	})
	return made, err
}

func (t *tx) savedNumber(saved SavedNumber, reason string) (LedgerEvent, error) {
	if _, err := t.consentState(saved.Contact); err != nil {
		return LedgerEvent{}, fmt.Errorf("find the contact: %w", err)
	}
	shop, err := t.shop()
	if err != nil {
		return LedgerEvent{}, err
	}
	id, at, offset, recorded, err := eventHead(t, saved.At)
	if err != nil {
		return LedgerEvent{}, err
	}
	hash, prev, err := savedNumberLedger.append(t, id, int64(saved.Contact), string(saved.Grade), at, offset, recorded,
		saved.Staff, string(shop.Number), saved.Evidence, reason)
	if err != nil {
		return LedgerEvent{}, fmt.Errorf("record the saved number: %w", err)
	}
	return LedgerEvent{
		ID: id, Contact: saved.Contact, Ledger: "saved_number", Type: string(saved.Grade), At: moment(at),
		RecordedAt: moment(recorded), Staff: saved.Staff, BusinessNumber: string(shop.Number),
		Evidence: saved.Evidence, Reason: reason, Hash: hex.EncodeToString(hash), Prev: hex.EncodeToString(prev),
	}, nil
}
