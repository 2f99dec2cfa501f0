package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"
)

// LedgerEvent is one line of a contact's history, from any of the ledgers.
type LedgerEvent struct {
	ID      string // UUIDv7
	Contact ContactID
	Ledger  string // consent, saved_number, platform, identity, review
	// Type is a ConsentType; a Grade; stopped, resumed, unreachable, reachable;
	// linked, number_changed, user_id_changed, merged; opened, withdraw,
	// not_a_refusal, moved, with a ReviewKind as the Reason.
	Type       string
	At         time.Time
	RecordedAt time.Time
	Method     Method
	Place      string
	Staff      string
	Notice     Notice // the exact words shown; zero where none were
	// BusinessNumber is the number consented to or saved.
	BusinessNumber string
	Evidence       string
	Reason         string
	Supersedes     string // id of the event this one voids
	Code           int    // the platform's, 0 where none
	Hash, Prev     string // hex
}

// withMerged are a contact, ?1, and the entries that were merged into it.
const withMerged = `(SELECT ?1 UNION ALL SELECT contact_id FROM standings WHERE merged_into = ?1 AND merged_into <> 0)`

const selectHistory = `SELECT seq, 'consent' AS ledger, event_id, e.type, e.occurred_at, e.recorded_at, e.method,
	e.place, e.staff, e.notice, e.notice_version, e.language, e.notice_sha256, coalesce(n.text, ''),
	e.business_number, e.evidence, e.reason, e.supersedes, 0 AS code, e.hash, e.prev
	FROM consent_events e LEFT JOIN notices n ON n.id = e.notice AND n.version = e.notice_version
	WHERE e.contact_id IN ` + withMerged + `
	UNION ALL SELECT seq, 'saved_number', event_id, type, occurred_at, recorded_at, '', '', staff, '', 0, '', '', '',
	business_number, evidence, reason, '', 0, hash, prev FROM saved_number_events WHERE contact_id IN ` + withMerged + `
	UNION ALL SELECT seq, 'platform', event_id, type, occurred_at, recorded_at, '', '', '', '', 0, '', '', '',
	'', evidence, '', '', code, hash, prev FROM platform_events WHERE contact_id IN ` + withMerged + `
	UNION ALL SELECT seq, 'identity', event_id, type, occurred_at, recorded_at, '', '', staff, '', 0, '', '', '',
	'', evidence, '', '', 0, hash, prev FROM identity_events WHERE contact_id IN ` + withMerged + `
	UNION ALL SELECT seq, 'review', event_id, type, occurred_at, recorded_at, '', '', staff, '', 0, '', '', '',
	'', evidence, kind, opened, 0, hash, prev FROM review_events WHERE contact_id IN ` + withMerged + `
	ORDER BY seq`

// History returns everything the ledgers hold of a contact, and of the entries
// merged into it, oldest first.
func (s *Store) History(ctx context.Context, id ContactID) ([]LedgerEvent, error) {
	var list []LedgerEvent
	err := s.each(ctx, selectHistory, []any{id}, func(scan func(...any) error) error {
		e := LedgerEvent{Contact: id}
		var seq, at, recorded int64
		var hash, prev []byte
		err := scan(&seq, &e.Ledger, &e.ID, &e.Type, &at, &recorded, &e.Method, &e.Place, &e.Staff, &e.Notice.ID,
			&e.Notice.Version, &e.Notice.Language, &e.Notice.SHA256, &e.Notice.Text, &e.BusinessNumber, &e.Evidence,
			&e.Reason, &e.Supersedes, &e.Code, &hash, &prev)
		e.At, e.RecordedAt = moment(at), moment(recorded)
		e.Hash, e.Prev = hex.EncodeToString(hash), hex.EncodeToString(prev)
		list = append(list, e)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	return list, nil
}
