package store

import (
	"fmt"
	"time"
)

// AskAgainAfter is how long staff do not ask somebody again who said no. Who asks earlier is warned, and that it was done
// is on the record.
const AskAgainAfter = 90 * 24 * time.Hour

const lastNo = `SELECT coalesce(max(occurred_at), 0) FROM consent_events e WHERE contact_id = ?1 AND type IN ('refused', 'withdrawn')
	AND NOT EXISTS (SELECT 1 FROM consent_events WHERE contact_id = ?1 AND supersedes = e.event_id)`

// noteReask puts it on the record where an answer that staff got at a moment, now if that is zero, is one to a question
// asked too early. It comes before the answer itself.
func (t *tx) noteReask(id ContactID, staff string, at time.Time) error {
	var no int64
	if err := t.scan(lastNo, []any{id}, &no); err != nil {
		return fmt.Errorf("look for a no: %w", err)
	}
	if at.IsZero() {
		at = t.now
	}
	since := at.Sub(moment(no))
	if no == 0 || since < 0 || since >= AskAgainAfter {
		return nil
	}
	days := int(since / (24 * time.Hour))
	return t.audit(AuditEvent{Type: "asked_again", Staff: staff, Subject: purgeSubject(id), Detail: fmt.Sprintf("%d days after a no", days)})
}
