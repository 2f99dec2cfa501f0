package store

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A ledger is one append-only table. All ledgers share one hash chain:
//
//	digest = SHA-256(salt ‖ table ‖ every column)
//	hash   = SHA-256(prev ‖ seq ‖ digest)
//
// The salt lets an erasure drop a row's words and still leave the chain whole.
// The chain shows that a row was edited, removed or moved; it cannot show that
// somebody who can write the whole file rebuilt it from the start, which is why
// its head is worth keeping elsewhere.
type ledger struct {
	table   string
	columns []string // after seq, in the order they are hashed
}

var (
	consentLedger = ledger{"consent_events", []string{
		"event_id", "contact_id", "type", "occurred_at", "utc_offset", "recorded_at", "method", "place", "staff",
		"notice", "notice_version", "notice_sha256", "language", "purpose", "channel", "business_number",
		"evidence", "reason", "supersedes",
	}}
	savedNumberLedger = ledger{"saved_number_events", []string{
		"event_id", "contact_id", "type", "occurred_at", "utc_offset", "recorded_at", "staff", "business_number",
		"evidence", "reason",
	}}
	platformLedger = ledger{"platform_events", []string{
		"event_id", "contact_id", "type", "occurred_at", "utc_offset", "recorded_at", "code", "evidence",
	}}
	identityLedger = ledger{"identity_events", []string{
		"event_id", "contact_id", "type", "occurred_at", "utc_offset", "recorded_at", "other", "staff", "evidence",
	}}
	reviewLedger = ledger{"review_events", []string{
		"event_id", "contact_id", "type", "occurred_at", "utc_offset", "recorded_at", "kind", "staff", "evidence",
		"opened", "withdrawal",
	}}
	auditLedger = ledger{"audit_events", []string{
		"event_id", "type", "occurred_at", "utc_offset", "recorded_at", "staff", "subject", "detail",
	}}
)

func ledgers() []ledger {
	return []ledger{consentLedger, savedNumberLedger, platformLedger, identityLedger, reviewLedger, auditLedger}
}

const selectChain = `SELECT events, head FROM chain WHERE id = 1`

// append adds a row at the end of the chain and returns its hash and the one
// before it. values follow l.columns.
func (l ledger) append(t *tx, values ...any) (hash, prev []byte, err error) {
	var seq int64
	if err := t.scan(selectChain, nil, &seq, &prev); err != nil {
		return nil, nil, fmt.Errorf("read the chain: %w", err)
	}
	seq++
	salt := make([]byte, 16)
	if _, err := rand.Read(salt); err != nil {
		return nil, nil, fmt.Errorf("make a salt: %w", err)
	}
	digest := l.digest(salt, values)
	hash = link(prev, seq, digest)
	args := append([]any{seq}, values...)
	if _, err := t.exec(l.insertSQL(), append(args, salt, digest, prev, hash)...); err != nil {
		return nil, nil, err
	}
	return hash, prev, nil
}

func (l ledger) insertSQL() string {
	return "INSERT INTO " + l.table + " (seq, " + strings.Join(l.columns, ", ") + ", salt, digest, prev, hash) VALUES (?" +
		strings.Repeat(", ?", len(l.columns)+4) + ")"
}

func (l ledger) selectSQL() string { return l.rowsSQL() + " ORDER BY seq" }

// selectOfSQL reads the rows of one contact and of those merged into it.
func (l ledger) selectOfSQL() string {
	return l.rowsSQL() + " WHERE contact_id IN " + withMerged + " ORDER BY seq"
}

func (l ledger) rowsSQL() string {
	return "SELECT seq, salt, digest, prev, hash, " + strings.Join(l.columns, ", ") + " FROM " + l.table
}

// digest hashes the columns with their lengths, so that no two rows can look alike.
func (l ledger) digest(salt []byte, values []any) []byte {
	hash := sha256.New()
	field := func(kind byte, text []byte) {
		var head [9]byte
		head[0] = kind
		binary.BigEndian.PutUint64(head[1:], uint64(len(text)))
		hash.Write(head[:])
		hash.Write(text)
	}
	field('s', salt)
	field('t', []byte(l.table))
	for _, value := range values {
		switch v := value.(type) {
		case string:
			field('t', []byte(v))
		case int64:
			field('i', binary.BigEndian.AppendUint64(nil, uint64(v)))
		default: // STRICT tables hold nothing else
			field('?', fmt.Append(nil, v))
		}
	}
	return hash.Sum(nil)
}

func link(prev []byte, seq int64, digest []byte) []byte {
	hash := sha256.New()
	hash.Write(prev)
	hash.Write(binary.BigEndian.AppendUint64(nil, uint64(seq)))
	hash.Write(digest)
	return hash.Sum(nil)
}

// eventHead returns the columns that begin every event: its id and its times.
func eventHead(t *tx, occurred time.Time) (id string, at, offset, recorded int64, err error) {
	if occurred.IsZero() {
		occurred = t.file.now()
	}
	if occurred.After(t.now.Add(5 * time.Minute)) {
		return "", 0, 0, 0, &InvalidError{Field: "at", Reason: "future"}
	}
	made, err := uuid.NewV7()
	if err != nil {
		return "", 0, 0, 0, fmt.Errorf("make an event id: %w", err)
	}
	_, seconds := occurred.Zone()
	return made.String(), occurred.UnixMilli(), int64(seconds / 60), t.now.UnixMilli(), nil
}

// Verification is what VerifyLedger found.
type Verification struct {
	Events int64  // events read, all ledgers together
	Head   string // hash of the last event, in hex; worth keeping elsewhere
	OK     bool
	// FirstBad names the first event that does not fit ("consent_events 12
	// 0198…"), Fault says how: edited, missing, reordered, tail.
	FirstBad, Fault string
}

// VerifyLedger reads every event of every ledger and checks the whole chain.
func (s *Store) VerifyLedger(ctx context.Context) (Verification, error) {
	transaction, err := s.reader.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return Verification{}, translate(err)
	}
	result, err := verify(ctx, transaction)
	if rollback := transaction.Rollback(); err == nil && rollback != nil {
		err = translate(rollback)
	}
	return result, err
}

// verify merges the ledgers by seq, from one snapshot.
func verify(ctx context.Context, transaction *sql.Tx) (_ Verification, err error) {
	var readers []*ledgerReader
	defer func() {
		for _, reader := range readers {
			err = errors.Join(err, reader.rows.Close())
		}
	}()
	for _, l := range ledgers() {
		rows, err := transaction.QueryContext(ctx, l.selectSQL()) //nolint:rowserrcheck // ledgerReader.next checks
		if err != nil {
			return Verification{}, fmt.Errorf("read %s: %w", l.table, translate(err))
		}
		reader := &ledgerReader{ledger: l, rows: rows}
		readers = append(readers, reader)
		if err := reader.next(); err != nil {
			return Verification{}, err
		}
	}
	var events int64
	var head []byte
	if err := transaction.QueryRowContext(ctx, selectChain).Scan(&events, &head); err != nil {
		return Verification{}, fmt.Errorf("read the chain: %w", translate(err))
	}
	purged, err := purgedContacts(ctx, transaction)
	if err != nil {
		return Verification{}, err
	}
	v := Verification{OK: true}
	prev := make([]byte, sha256.Size)
	for {
		first := lowest(readers)
		if first == nil {
			break
		}
		if v.OK {
			first.check(&v, prev, purged)
		}
		prev, v.Events = first.hash, v.Events+1
		if err := first.next(); err != nil {
			return Verification{}, err
		}
	}
	if v.OK && (v.Events != events || !bytes.Equal(prev, head)) {
		v.OK, v.Fault, v.FirstBad = false, "tail", fmt.Sprintf("event %d", v.Events+1)
	}
	v.Head = hex.EncodeToString(prev)
	return v, nil
}

// ledgerReader walks one ledger.
type ledgerReader struct {
	ledger
	rows                     *sql.Rows
	done                     bool
	seq                      int64
	salt, digest, prev, hash []byte
	values                   []any
}

func (r *ledgerReader) next() error {
	if !r.rows.Next() {
		r.done = true
		return translate(r.rows.Err())
	}
	r.values = make([]any, len(r.columns))
	into := []any{&r.seq, &r.salt, &r.digest, &r.prev, &r.hash}
	for i := range r.values {
		into = append(into, &r.values[i])
	}
	if err := r.rows.Scan(into...); err != nil {
		return fmt.Errorf("read %s: %w", r.table, translate(err))
	}
	return nil
}

func lowest(readers []*ledgerReader) *ledgerReader {
	var first *ledgerReader
	for _, reader := range readers {
		if !reader.done && (first == nil || reader.seq < first.seq) {
			first = reader
		}
	}
	return first
}

// check compares the row with the place it stands at.
func (r *ledgerReader) check(v *Verification, prev []byte, purged map[string]bool) {
	var fault string
	switch {
	case r.seq > v.Events+1:
		v.OK, v.Fault, v.FirstBad = false, "missing", fmt.Sprintf("event %d", v.Events+1)
		return
	case r.seq < v.Events+1:
		fault = "reordered"
	case !r.asWritten(purged):
		fault = "edited"
	case !bytes.Equal(r.prev, prev) || !bytes.Equal(r.hash, link(prev, r.seq, r.digest)):
		fault = "reordered"
	default:
		return
	}
	v.OK, v.Fault, v.FirstBad = false, fault, fmt.Sprintf("%s %d %v", r.table, r.seq, r.values[0])
}

// asWritten reports whether the row's words are those it was written with, or
// were taken out by a purge: without a salt nobody can tell what they were, and
// the chain itself says that it was done.
func (r *ledgerReader) asWritten(purged map[string]bool) bool {
	if bytes.Equal(r.digest, r.ledger.digest(r.salt, r.values)) {
		return true
	}
	contact, names := r.values[1].(int64) // the audit record has a text there
	return names && len(r.salt) == 0 && purged[purgeSubject(ContactID(contact))]
}

const selectPurged = `SELECT subject FROM audit_events WHERE type = '` + auditPurged + `'`

// purgedContacts are the subjects of all purges on the record.
func purgedContacts(ctx context.Context, transaction *sql.Tx) (map[string]bool, error) {
	purged := make(map[string]bool)
	rows, err := transaction.QueryContext(ctx, selectPurged)
	if err != nil {
		return nil, fmt.Errorf("read the purges: %w", translate(err))
	}
	return purged, eachRow(rows, func(scan func(...any) error) error {
		var subject string
		err := scan(&subject)
		purged[subject] = true
		return err
	})
}
