package store

import "time"

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

// closing is when the hours end that are open at a moment.
func (h Hours) closing(now time.Time) time.Time {
	closes := min(h.Closes, LatestClosing)
	year, month, day := now.Date()
	return time.Date(year, month, day, closes/60, closes%60, 0, 0, now.Location())
}

// elsewhere returns what takes the one time zone that a number tells, and gives
// it back where it is another than the shop's, else "". Who has a number of the
// zone that the shop's own number tells lives by the shop's clock.
func (shop Shop) elsewhere() func(zone string) string {
	own := shop.Number.Zone()
	return func(zone string) string {
		if zone == own || zone == shop.Timezone {
			return ""
		}
		return zone
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
	w, known := q.zones[h.zone]
	if !known {
		w.Reason, w.Until = night{q.shop.Hours, q.shop.Timezone, q.places, q.now}.over(h.zone)
		q.zones[h.zone] = w
	}
	return w.Reason, w.Until
}

// night is when people who live by another clock than the shop's may not be called.
type night struct {
	hours  Hours
	shop   string // its zone
	places places
	now    time.Time
}

// over says until when people of a zone have to wait and why; "" when they need not.
func (n night) over(zone string) (reason string, until time.Time) {
	theirs, here := n.places.of(zone), n.places.of(n.shop)
	if theirs == nil || here == nil {
		return "", time.Time{} // the shop's hours hold; a zone this machine does not know keeps nobody waiting for ever
	}
	open, next := n.hours.NextIn(n.now, here, theirs)
	switch {
	case open:
		return "", time.Time{}
	case next.IsZero():
		return WaitsNoHours, n.now.Add(24 * time.Hour)
	}
	return WaitsHours, next
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
