package store

import (
	"context"
	"fmt"
	"time"
)

// EffectWithin is how long after a broadcast reached somebody an answer or a
// withdrawal counts as caused by it.
const EffectWithin = 72 * time.Hour

// Effects are what people did after a broadcast reached them.
type Effects struct {
	Answered int // wrote to the shop
	Stopped  int // withdrew, wherever they said so
}

// touchedSQL holds for a delivery d that reached the person; arrivedSQL is when,
// as well as it is known.
const (
	touchedSQL  = `d.state IN ('accepted', 'sent', 'delivered', 'read')`
	arrivedSQL  = `CASE WHEN d.delivered_at > 0 THEN d.delivered_at WHEN d.sent_at > 0 THEN d.sent_at ELSE d.accepted_at END`
	answeredSQL = `(` + touchedSQL + ` AND EXISTS (SELECT 1 FROM inbound i WHERE i.contact_id = d.contact_id
		AND i.at BETWEEN ` + arrivedSQL + ` AND ` + arrivedSQL + ` + 259200000))`
	stoppedSQL = `(` + touchedSQL + ` AND EXISTS (SELECT 1 FROM consent_events e WHERE e.contact_id = d.contact_id
		AND e.type = 'withdrawn' AND e.occurred_at BETWEEN ` + arrivedSQL + ` AND ` + arrivedSQL + ` + 259200000))`
	countEffects = `SELECT coalesce(sum(` + answeredSQL + `), 0), coalesce(sum(` + stoppedSQL + `), 0) FROM deliveries d
		WHERE d.broadcast_id = ?`
	countReads = `SELECT (d.read_at - ?2) / ?3, count(*) FROM deliveries d
		WHERE d.broadcast_id = ?1 AND d.state = 'read' AND d.read_at >= ?2 AND d.read_at < ?2 + ?3 * ?4 GROUP BY 1`
)

// Effects counts who answered a broadcast and who withdrew because of it,
// within EffectWithin of its arrival.
func (s *Store) Effects(ctx context.Context, id BroadcastID) (Effects, error) {
	var e Effects
	if err := s.scan(ctx, countEffects, []any{id}, &e.Answered, &e.Stopped); err != nil {
		return Effects{}, fmt.Errorf("count what the broadcast caused: %w", err)
	}
	return e, nil
}

// Reads counts when a broadcast was read: in steps of the given length from a
// moment on, n of them.
func (s *Store) Reads(ctx context.Context, id BroadcastID, from time.Time, step time.Duration, n int) ([]int, error) {
	reads := make([]int, n)
	args := []any{id, from.UnixMilli(), step.Milliseconds(), n}
	err := s.each(ctx, countReads, args, func(scan func(...any) error) error {
		var at, count int
		if err := scan(&at, &count); err != nil {
			return err
		}
		if at >= 0 && at < n {
			reads[at] = count
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("count the reads: %w", err)
	}
	return reads, nil
}
