package store

import (
	"context"
	"fmt"
	"time"
)

// Erased is a contact who is blocked for good and has not left the file yet.
type Erased struct {
	Contact ContactID
	At      time.Time // when she was erased
	PurgeAt time.Time // when what names her leaves the file
}

// What was merged into somebody leaves with whom it was merged into.
const selectErased = `SELECT e.contact_id, coalesce((SELECT max(occurred_at) FROM consent_events
	WHERE contact_id = e.contact_id AND type = 'erased'), 0), e.purge_at
	FROM erasures e JOIN standings s ON s.contact_id = e.contact_id
	WHERE e.purged_at = 0 AND s.merged_into = 0 ORDER BY e.purge_at, e.contact_id`

// Erased lists those who are blocked for good and whom the file still names, who leaves first at the top. They are in no
// other list.
func (s *Store) Erased(ctx context.Context) ([]Erased, error) {
	var list []Erased
	err := s.each(ctx, selectErased, nil, func(scan func(...any) error) error {
		var one Erased
		var at, purge int64
		err := scan(&one.Contact, &at, &purge)
		one.At, one.PurgeAt = moment(at), moment(purge)
		list = append(list, one)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list the erased: %w", err)
	}
	return list, nil
}
