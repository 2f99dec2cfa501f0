package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
)

// Proof is all that shows what one contact agreed to, and what came of it.
type Proof struct {
	Shop       Shop
	Contact    Contact
	Events     []LedgerEvent // of every ledger, oldest first
	Deliveries []PastDelivery
	// Whole is true when each of Events is as it was written and hangs in the
	// chain where it says; VerifyLedger checks the chain from end to end.
	Whole bool
	// Head is the hash of the newest event of the whole ledger, in hex, and
	// Total how many events it ends; who keeps both can tell later whether
	// anything before was changed.
	Head  string
	Total int64
	At    time.Time // when it was read
}

// Yes is the opt-in that stands, with the words shown; false where none does, as of whoever is erased.
func (p Proof) Yes() (LedgerEvent, bool) {
	now := p.Contact.Standing
	if now.Erased || now.Consent != ConsentGiven && now.Consent != ConsentConfirmed {
		return LedgerEvent{}, false
	}
	voided := make(map[string]bool)
	for _, e := range slices.Backward(p.Events) {
		if e.Supersedes != "" {
			voided[e.Supersedes] = true
		}
		opted := e.Type == string(EventGiven) || e.Type == string(EventConfirmed)
		if e.Ledger == "consent" && opted && !voided[e.ID] {
			return e, true
		}
	}
	return LedgerEvent{}, false
}

// Proof reads what is known of one contact. Refuses with ErrNotFound.
func (s *Store) Proof(ctx context.Context, id ContactID) (Proof, error) {
	p := Proof{At: s.moment()}
	var err error
	if p.Shop, err = s.Shop(ctx); err != nil {
		return Proof{}, err
	}
	if p.Contact, err = s.Contact(ctx, id); err != nil {
		return Proof{}, err
	}
	if p.Events, err = s.History(ctx, id); err != nil {
		return Proof{}, err
	}
	if p.Deliveries, err = s.ContactDeliveries(ctx, id); err != nil {
		return Proof{}, err
	}
	if p.Whole, err = s.wholeFor(ctx, id); err != nil {
		return Proof{}, err
	}
	var head []byte
	if err := s.scan(ctx, selectChain, nil, &p.Total, &head); err != nil {
		return Proof{}, fmt.Errorf("read the chain: %w", err)
	}
	p.Head = hex.EncodeToString(head)
	return p, nil
}

// wholeFor checks the events of one contact without reading the others.
func (s *Store) wholeFor(ctx context.Context, id ContactID) (bool, error) {
	for _, l := range []ledger{consentLedger, savedNumberLedger, platformLedger, identityLedger, reviewLedger} {
		whole, err := s.wholeIn(ctx, l, id)
		if err != nil || !whole {
			return false, err
		}
	}
	return true, nil
}

func (s *Store) wholeIn(ctx context.Context, l ledger, id ContactID) (whole bool, err error) {
	rows, err := s.reader.QueryContext(ctx, l.selectOfSQL(), id)
	if err != nil {
		return false, fmt.Errorf("read %s: %w", l.table, translate(err))
	}
	defer func() { err = errors.Join(err, translate(rows.Close())) }()
	return l.fits(rows)
}

// fits reports whether every row is as it was written.
func (l ledger) fits(rows *sql.Rows) (bool, error) {
	reader := &ledgerReader{ledger: l, rows: rows}
	for {
		if err := reader.next(); err != nil || reader.done {
			return err == nil, err
		}
		written := bytes.Equal(reader.digest, l.digest(reader.salt, reader.values))
		if !written || !bytes.Equal(reader.hash, link(reader.prev, reader.seq, reader.digest)) {
			return false, nil
		}
	}
}
