package store

import (
	"context"
	"fmt"
	"time"
)

// PlatformEvent is a fact WhatsApp told about one contact.
type PlatformEvent struct {
	Contact  ContactID
	Type     string // stopped, resumed, unreachable, reachable
	At       time.Time
	Code     int
	Evidence string
}

// RecordPlatform puts a fact of the platform on the ledger. There is no call
// by which staff could end a stop: only the customer's resume does.
func (s *Store) RecordPlatform(ctx context.Context, event PlatformEvent) error {
	return s.write(ctx, func(t *tx) error { return t.platform(event) })
}

func (t *tx) platform(event PlatformEvent) error {
	id, at, offset, recorded, err := eventHead(t, event.At)
	if err != nil {
		return err
	}
	_, _, err = platformLedger.append(t, id, int64(event.Contact), event.Type, at, offset, recorded, int64(event.Code),
		event.Evidence)
	if err != nil {
		return fmt.Errorf("record %s: %w", event.Type, err)
	}
	return nil
}
