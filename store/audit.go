package store

import "context"

// AuditEvent is one line of the record of who did what.
type AuditEvent struct {
	Type    string // shop_changed, broadcast_started, export, import, notice_published, …
	Staff   string
	Subject string // the id of what it was done to
	Detail  string
}

// auditPurged is the type of the event that says whose words left the file;
// its Subject is purgeSubject. Only such a contact's rows may lack their words.
const auditPurged = "purged"

// RecordAudit puts a line on the record, in the chain of the ledgers.
func (s *Store) RecordAudit(ctx context.Context, event AuditEvent) error {
	return s.write(ctx, func(t *tx) error { return t.audit(event) })
}

func (t *tx) audit(event AuditEvent) error {
	id, at, offset, recorded, err := eventHead(t, t.now)
	if err != nil {
		return err
	}
	_, _, err = auditLedger.append(t, id, event.Type, at, offset, recorded, event.Staff, event.Subject, event.Detail)
	return err
}
