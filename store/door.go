package store

import (
	"context"
	"fmt"
	"time"
)

// DoorProblem is why the shop's public address did not lead to its own receiver.
type DoorProblem string

// The problems. DoorOpen is none.
const (
	DoorOpen        DoorProblem = ""
	DoorUnreachable DoorProblem = "unreachable" // nothing answered in time
	DoorCertificate DoorProblem = "certificate" // one that the platform would not take
	DoorForeign     DoorProblem = "foreign"     // somebody else answered
)

// Door is how the last round trip through the shop's public address ended.
type Door struct {
	URL      string // "" when none was ever tried
	TriedAt  time.Time
	PassedAt time.Time // the last one that arrived; zero: none did, at this address
	Problem  DoorProblem
}

const (
	selectDoor = `SELECT url, tried_at, passed_at, problem FROM door WHERE id = 1`
	updateDoor = `UPDATE door SET tried_at = ?2, problem = ?3, url = ?1,
		passed_at = CASE WHEN ?3 = '' THEN ?2 WHEN url = ?1 THEN passed_at ELSE 0 END WHERE id = 1`
	// Only events of the platform connect a feed; a round trip keeps a connected one fresh.
	keepFeedFresh = `UPDATE account SET feed_heard_at = CASE WHEN feed_heard_at > ?1 + 300000 THEN ?1 ELSE max(feed_heard_at, ?1) END
		WHERE feed_since > 0`
)

// Door returns how the last round trip ended.
func (s *Store) Door(ctx context.Context) (Door, error) {
	var d Door
	var tried, passed int64
	if err := s.scan(ctx, selectDoor, nil, &d.URL, &tried, &passed, &d.Problem); err != nil {
		return Door{}, fmt.Errorf("read the last round trip: %w", err)
	}
	d.TriedAt, d.PassedAt = moment(tried), moment(passed)
	return d, nil
}

// RecordRoundTrip notes how a round trip through a public address ended. One
// that arrived counts as hearing the feed, where the platform connected it before.
func (s *Store) RecordRoundTrip(ctx context.Context, url string, problem DoorProblem) error {
	return s.write(ctx, func(t *tx) error {
		if _, err := t.exec(updateDoor, url, t.now.UnixMilli(), problem); err != nil {
			return fmt.Errorf("record the round trip: %w", err)
		}
		if problem != DoorOpen {
			return nil
		}
		_, err := t.exec(keepFeedFresh, t.now.UnixMilli())
		return err
	})
}
