package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// DayPlan is how much of a broadcast goes out on one day.
type DayPlan struct {
	Day         string // 2006-01-02, in the shop's zone
	People      int
	From, Until time.Time
}

// Outlook is how people are going to be reached: by the messaging limit, the
// pace, the shop's hours and, where a number tells one, the hours of its zone.
type Outlook struct {
	// Days is how many days it takes, 1 at least. Plan says what goes out on
	// each, of the first year.
	Days int
	Plan []DayPlan
	// Elsewhere are those who live by another clock than the shop's, and
	// NoCommonHours those of them where it is night whenever the shop is open:
	// they are in no plan.
	Elsewhere, NoCommonHours int
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

// zoned are people who live by one clock.
type zoned struct {
	people  int
	theirs  *time.Location // nil: the shop's
	open    bool
	changes time.Time // when open has to be asked again
}

const (
	// By minutes: a person leaves the window a day after her last call.
	selectReleases = `SELECT at / 60000, count(*) FROM (SELECT max(claimed_at) AS at FROM outbox
		WHERE claimed_at > ? AND outcome NOT IN ('unspent', 'refused') GROUP BY contact_id) GROUP BY 1 ORDER BY 1`
	selectQueuedZones = `SELECT zone, count(*) FROM deliveries WHERE broadcast_id = ? AND state = 'queued' GROUP BY zone`
)

// planner thinks ahead how a broadcast goes out, day by day.
type planner struct {
	shop   Shop
	zone   *time.Location
	limit  int // people in a rolling day, 0 without
	rate   int // a second
	now    time.Time
	left   []*zoned
	used   []released // of the window, the first to leave first
	within int        // people in used
	Outlook
	last string
}

// Remaining looks ahead for those of a broadcast who are still in its queue.
func (s *Store) Remaining(ctx context.Context, id BroadcastID) (Outlook, error) {
	shop, err := s.Shop(ctx)
	if err != nil {
		return Outlook{}, err
	}
	account, err := s.Account(ctx)
	if err != nil {
		return Outlook{}, err
	}
	asked, err := s.AskedRate(ctx, id)
	if err != nil {
		return Outlook{}, err
	}
	if asked != nil && *asked > 0 {
		account.Throughput = *asked
	}
	people := map[string]int{}
	err = s.each(ctx, selectQueuedZones, []any{id}, func(scan func(...any) error) error {
		var zone string
		var n int
		err := scan(&zone, &n)
		people[zone] += n
		return err
	})
	if err != nil {
		return Outlook{}, fmt.Errorf("count who is left: %w", err)
	}
	return s.outlook(ctx, shop, account, s.now(), people)
}

// outlook says which day brings how many of the people of each zone, "" being
// the shop's, with what the last day has used.
func (s *Store) outlook(ctx context.Context, shop Shop, account Account, start time.Time, people map[string]int) (Outlook, error) {
	p := &planner{shop: shop, zone: shop.Location(), limit: account.MessagingLimit, rate: account.Throughput, now: s.now()}
	if start.After(p.now) {
		p.now = start
	}
	if p.rate <= 0 {
		p.rate = 80
	}
	places := places{}
	for _, zone := range slices.Sorted(maps.Keys(people)) {
		n := people[zone]
		group := &zoned{people: n}
		if zone != "" {
			p.Elsewhere += n
			group.theirs = places.of(zone) // the shop's where this machine does not know it, as at the gate
		}
		p.left = append(p.left, group)
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
			return Outlook{}, fmt.Errorf("read whom the last day has reached: %w", err)
		}
	}
	p.run()
	p.Days = max(p.Days, 1)
	return p.Outlook, nil
}

func (p *planner) run() {
	for range planSteps {
		if len(p.left) == 0 || !p.step() {
			return
		}
	}
	if p.limit > 0 {
		people := 0
		for _, group := range p.left {
			people += group.people
		}
		p.Days += (people + p.limit - 1) / p.limit
	}
}

// step lets some people go out, or moves on to when somebody can; false means never.
func (p *planner) step() bool {
	people, changes := p.awake()
	if people == 0 {
		p.now = changes
		return !changes.IsZero()
	}
	for len(p.used) > 0 && !p.used[0].at.After(p.now) {
		p.within -= p.used[0].n
		p.used = p.used[1:]
	}
	n := people
	if p.limit > 0 {
		if n = min(n, p.limit-p.within); n <= 0 {
			if len(p.used) == 0 {
				return false
			}
			p.now = p.used[0].at
			return true
		}
	}
	n = min(n, max(int(changes.Sub(p.now).Seconds()*float64(p.rate)), 1))
	took := time.Duration(float64(n) / float64(p.rate) * float64(time.Second))
	p.write(n, took)
	p.take(n, people)
	if p.limit > 0 {
		p.used, p.within = append(p.used, released{p.now.Add(took + aDay), n}), p.within+n
	}
	p.now = p.now.Add(max(took, time.Millisecond))
	return true
}

// awake counts who can be called now, and says when that changes. Who never can is dropped.
func (p *planner) awake() (people int, changes time.Time) {
	p.left = slices.DeleteFunc(p.left, func(group *zoned) bool {
		if !group.changes.After(p.now) {
			p.ask(group)
		}
		if group.changes.IsZero() && group.theirs != nil {
			p.NoCommonHours += group.people
		}
		return group.changes.IsZero() || group.people == 0
	})
	for _, group := range p.left {
		if group.open {
			people += group.people
		}
		if changes.IsZero() || group.changes.Before(changes) {
			changes = group.changes
		}
	}
	return people, changes
}

// ask notes whether it is open for a group, and until when that stays so; the zero time means for ever closed.
func (p *planner) ask(group *zoned) {
	if p.shop.Practice {
		group.open, group.changes = true, p.now.Add(planDays*aDay)
		return
	}
	hours, theirs := p.shop.Hours, group.theirs
	if theirs == nil {
		theirs = p.zone
	}
	group.open, group.changes = hours.NextIn(p.now, p.zone, theirs)
	if group.open {
		group.changes = hours.closing(p.now.In(p.zone))
		if first := hours.closing(p.now.In(theirs)); first.Before(group.changes) {
			group.changes = first
		}
	}
}

// take lets n of the people who can be called go, from every zone its share: the
// queue is in the order of the contacts, wherever they live.
func (p *planner) take(n, people int) {
	for _, group := range p.left {
		if group.open {
			share := (n*group.people + people - 1) / people
			people -= group.people
			group.people -= share
			n -= share
		}
	}
}

func (p *planner) write(n int, took time.Duration) {
	day, until := p.now.In(p.zone).Format(time.DateOnly), p.now.Add(took).UTC()
	if day == p.last {
		if len(p.Plan) == p.Days {
			p.Plan[p.Days-1].People += n
			p.Plan[p.Days-1].Until = until
		}
		return
	}
	p.last = day
	if p.Days++; p.Days <= planDays {
		p.Plan = append(p.Plan, DayPlan{Day: day, People: n, From: p.now.UTC(), Until: until})
	}
}
