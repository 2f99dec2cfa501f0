package store

import (
	"slices"
	"time"

	"pregon/store/phone"
)

// searchDays is how far ahead an hour is looked for that is open in two zones.
const searchDays = 8

// Next says whether broadcasts may go out at a moment, in the zone it is
// expressed in, and if not, when next. The zero time means never: no day is open.
func (h Hours) Next(now time.Time) (open bool, next time.Time) {
	opens, closes := max(h.Opens, EarliestOpening), min(h.Closes, LatestClosing)
	if opens >= closes {
		return false, time.Time{}
	}
	year, month, day := now.Date()
	for ahead := range searchDays {
		// time.Date keeps the wall's time over a change of the clocks.
		from := time.Date(year, month, day+ahead, opens/60, opens%60, 0, 0, now.Location())
		until := time.Date(year, month, day+ahead, closes/60, closes%60, 0, 0, now.Location())
		if !h.Days[from.Weekday()] || !now.Before(until) {
			continue
		}
		if !now.Before(from) {
			return true, time.Time{}
		}
		return false, from
	}
	return false, time.Time{}
}

// NextIn is Next for somebody who lives in another zone than the shop: both
// have to be open. The zero time means that they are not within a week.
func (h Hours) NextIn(now time.Time, shop, theirs *time.Location) (open bool, next time.Time) {
	end := now.AddDate(0, 0, searchDays)
	for at := now; at.Before(end); {
		open, next := h.Next(at.In(shop))
		if !open {
			if next.IsZero() {
				return false, time.Time{}
			}
			at = next
			continue
		}
		if open, next = h.Next(at.In(theirs)); !open {
			if next.IsZero() {
				return false, time.Time{}
			}
			at = next
			continue
		}
		return at.Equal(now), at.UTC()
	}
	return false, time.Time{}
}

// zoneTeller returns what tells the one time zone of a number, where it is
// another than the shop's, else "". Who has a number of the zone that the shop's
// own number tells lives by the shop's clock.
func (shop Shop) zoneTeller() func(phone.E164) string {
	here := append(shop.Number.Zones(), shop.Timezone)
	if len(here) > 2 {
		here = here[len(here)-1:]
	}
	return func(number phone.E164) string {
		if zones := number.Zones(); len(zones) == 1 && !slices.Contains(here, zones[0]) {
			return zones[0]
		}
		return ""
	}
}

// Why a delivery waits in the queue for its time.
const (
	WaitsHours   = "quiet_hours"     // it is night, or a closed day, where they live
	WaitsNoHours = "no_common_hours" // it always is while the shop is open; looked at again in a day
	WaitsPair    = "pair"            // they got something seconds ago
)

// PairEvery is the least time between two messages to one person (cloudapi: pair rate).
const PairEvery = 6 * time.Second

// waiting says until when a head of the queue has to wait and why; "" when it
// does not.
func (q *queue) waiting(h head) (reason string, until time.Time) {
	if next := h.calledAt.Add(PairEvery); q.now.Before(next) && !h.calledAt.After(q.now) {
		return WaitsPair, next
	}
	if h.zone == "" || q.allHours {
		return "", time.Time{}
	}
	at, known := q.zones[h.zone]
	if !known {
		at = q.zoneOpens(h.zone)
		q.zones[h.zone] = at
	}
	switch {
	case at.IsZero():
		return WaitsNoHours, q.now.Add(24 * time.Hour)
	case at.After(q.now):
		return WaitsHours, at
	}
	return "", time.Time{}
}

// zoneOpens is when somebody of a zone may be called next: now, or later, or never.
func (q *queue) zoneOpens(name string) time.Time {
	theirs := q.places.of(name)
	here := q.places.of(q.shop.Timezone)
	if theirs == nil || here == nil {
		return q.now // the shop's hours hold; a zone this machine does not know keeps nobody waiting for ever
	}
	open, next := q.shop.Hours.NextIn(q.now, here, theirs)
	if open {
		return q.now
	}
	return next
}

// places remembers time zones, which are files to be read.
type places map[string]*time.Location

// of is a zone by its name; nil where this machine does not know it.
func (p places) of(name string) *time.Location {
	zone, known := p[name]
	if !known {
		var err error
		if zone, err = time.LoadLocation(name); err != nil {
			zone = nil
		}
		p[name] = zone
	}
	return zone
}
