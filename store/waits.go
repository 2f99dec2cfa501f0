package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Waiting are people of a broadcast who wait for their time.
type Waiting struct {
	Reason string    // WaitsHours, WaitsNoHours, WaitsPair, or "" for those who are tried again
	Until  time.Time // when the first of them may be called
	People int
}

const (
	selectWaits = `SELECT reason, min(not_before), count(*) FROM deliveries
		WHERE broadcast_id = ? AND state = 'queued' AND not_before > ? GROUP BY reason`
	// Who has not come to the head of the queue yet, and lives by another clock.
	selectZonesAhead = `SELECT zone, count(*) FROM deliveries
		WHERE broadcast_id = ? AND state = 'queued' AND not_before <= ? AND zone <> '' GROUP BY zone`
)

// Waits lists who waits for what, those first whose time comes first. Who would
// be put off at the head of the queue waits already, and until then.
func (s *Store) Waits(ctx context.Context, id BroadcastID) ([]Waiting, error) {
	shop, err := s.Shop(ctx)
	if err != nil {
		return nil, err
	}
	now, waits := s.now(), map[string]Waiting{}
	note := func(w Waiting) {
		if before, known := waits[w.Reason]; known {
			w.People += before.People
			if before.Until.Before(w.Until) {
				w.Until = before.Until
			}
		}
		waits[w.Reason] = w
	}
	err = s.each(ctx, selectWaits, []any{id, now.UnixMilli()}, func(scan func(...any) error) error {
		var w Waiting
		var until int64
		err := scan(&w.Reason, &until, &w.People)
		w.Until = moment(until)
		note(w)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read who waits: %w", err)
	}
	if !shop.Practice {
		at := night{shop.Hours, shop.Timezone, places{}, now}
		err = s.each(ctx, selectZonesAhead, []any{id, now.UnixMilli()}, func(scan func(...any) error) error {
			var zone string
			var w Waiting
			err := scan(&zone, &w.People)
			if w.Reason, w.Until = at.over(zone); w.Reason != "" {
				note(w)
			}
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("read who lives where it is night: %w", err)
	}
	list := make([]Waiting, 0, len(waits))
	for _, w := range waits {
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b Waiting) int {
		return cmp.Or(a.Until.Compare(b.Until), strings.Compare(a.Reason, b.Reason))
	})
	return list, nil
}
