package store

import (
	"context"
	"fmt"
	"time"
)

// DayPlan is how much of a broadcast goes out on one day.
type DayPlan struct {
	Day         string // 2006-01-02, in the shop's zone
	People      int
	From, Until time.Time
}

// The longest plan that is written down, and the most steps that are thought ahead.
const (
	planDays  = 366
	planSteps = 20_000
)

// aDay is the window of the messaging limit.
const aDay = 24 * time.Hour

// released are people of the messaging limit's window who leave it at a moment.
type released struct {
	at time.Time
	n  int
}

// selectReleases counts by minutes: a person leaves the window a day after her last call.
const selectReleases = `SELECT at / 60000, count(*) FROM (SELECT max(claimed_at) AS at FROM outbox
	WHERE claimed_at > ? AND outcome NOT IN ('unspent', 'refused') GROUP BY contact_id) GROUP BY 1 ORDER BY 1`

// planner thinks ahead how a broadcast goes out, day by day.
type planner struct {
	shop   Shop
	zone   *time.Location
	limit  int // people in a rolling day, 0 without
	rate   int // a second
	now    time.Time
	used   []released // of the window, the first to leave first
	within int        // people in used
	days   []DayPlan
	count  int // of days, also of those that are not written down
	last   string
}

// plan says which day brings how many people, with what the last day has used,
// the shop's hours and its pace. Nights of people elsewhere are not in it.
func (s *Store) plan(ctx context.Context, shop Shop, account Account, start time.Time, people int) (days []DayPlan, count int, err error) {
	p := &planner{shop: shop, zone: shop.Location(), limit: account.MessagingLimit, rate: account.Throughput, now: s.now()}
	if start.After(p.now) {
		p.now = start
	}
	if p.rate <= 0 {
		p.rate = 80
	}
	if p.limit > 0 {
		err := s.each(ctx, selectReleases, []any{s.now().Add(-aDay).UnixMilli()}, func(scan func(...any) error) error {
			var minute int64
			var r released
			err := scan(&minute, &r.n)
			r.at = time.UnixMilli((minute + 1) * 60_000).Add(aDay)
			p.used, p.within = append(p.used, r), p.within+r.n
			return err
		})
		if err != nil {
			return nil, 0, fmt.Errorf("read whom the last day has reached: %w", err)
		}
	}
	p.run(people)
	return p.days, p.count, nil
}

func (p *planner) run(people int) {
	for range planSteps {
		if people <= 0 {
			return
		}
		n, ok := p.step(people)
		if !ok {
			return // it never opens
		}
		people -= n
	}
	if p.limit > 0 {
		p.count += (people + p.limit - 1) / p.limit
	}
}

// step lets some people go out, or moves on to when somebody can; false means never.
func (p *planner) step(people int) (n int, ok bool) {
	closes := p.now.Add(365 * aDay)
	if !p.shop.Practice {
		open, next := p.shop.Hours.Next(p.now.In(p.zone))
		if !open {
			p.now = next
			return 0, !next.IsZero()
		}
		closes = p.shop.Hours.closing(p.now.In(p.zone))
	}
	for len(p.used) > 0 && !p.used[0].at.After(p.now) {
		p.within -= p.used[0].n
		p.used = p.used[1:]
	}
	n = people
	if p.limit > 0 {
		if n = min(n, p.limit-p.within); n <= 0 {
			if len(p.used) == 0 {
				return 0, false
			}
			p.now = p.used[0].at
			return 0, true
		}
	}
	n = min(n, max(int(closes.Sub(p.now).Seconds()*float64(p.rate)), 1))
	took := time.Duration(float64(n) / float64(p.rate) * float64(time.Second))
	p.write(n, took)
	if p.limit > 0 {
		p.used, p.within = append(p.used, released{p.now.Add(took + aDay), n}), p.within+n
	}
	p.now = p.now.Add(max(took, time.Millisecond))
	return n, true
}

func (p *planner) write(n int, took time.Duration) {
	day, until := p.now.In(p.zone).Format(time.DateOnly), p.now.Add(took).UTC()
	if day == p.last {
		if len(p.days) == p.count {
			p.days[p.count-1].People += n
			p.days[p.count-1].Until = until
		}
		return
	}
	p.last = day
	if p.count++; p.count <= planDays {
		p.days = append(p.days, DayPlan{Day: day, People: n, From: p.now.UTC(), Until: until})
	}
}

// closing is when the hours end that are open at a moment.
func (h Hours) closing(now time.Time) time.Time {
	closes := min(h.Closes, LatestClosing)
	year, month, day := now.Date()
	return time.Date(year, month, day, closes/60, closes%60, 0, 0, now.Location())
}
