package sandbox

import (
	"math"
	"time"
)

// Limits of cloudapi 4.3 and 4.2.
const (
	pairEvery = 6 * time.Second
	pairBurst = 45
	window    = 24 * time.Hour
)

// throughput refuses what is faster than the number may send.
func (st *state) throughput(now time.Time) *failure {
	if st.pace == nil || st.pace.AllowN(now, 1) {
		return nil
	}
	f := refuse(130429, "Message failed to send because there were too many messages sent from this phone number in a short period of time")
	f.subcode = 2494055
	return f
}

// pair refuses a person's next message when the burst is used up: one message
// every six seconds, up to 45 of them borrowed from the future.
func (p *person) pair(now time.Time) *failure {
	next := p.next
	if next.Before(now) {
		next = now
	}
	if next.Sub(now) > (pairBurst-1)*pairEvery {
		return refuse(131056, "Message failed to send because there were too many messages sent from this phone number to the same phone number in a short period of time")
	}
	p.next = next.Add(pairEvery)
	return nil
}

// daily counts distinct people of the last 24 hours and refuses one too many.
func (st *state) daily(p *person, now time.Time, limit int) *failure {
	st.recent.dropBefore(now.Add(-window), func(old *person) {
		if old.counted--; old.counted == 0 {
			st.distinct--
		}
	})
	if p.counted == 0 {
		if st.distinct >= limit {
			return refuse(131048, "Message failed to send because the messaging limit of %d people in 24 hours is reached", limit)
		}
		st.distinct++
	}
	p.counted++
	st.recent.add(p, now)
	return nil
}

// recentCalls is a queue of who was called when.
type recentCalls struct {
	entries []recentCall
	head    int
}

type recentCall struct {
	who *person
	at  time.Time
}

func (q *recentCalls) add(p *person, at time.Time) {
	q.entries = append(q.entries, recentCall{p, at})
}

func (q *recentCalls) dropBefore(oldest time.Time, drop func(*person)) {
	for q.head < len(q.entries) && !q.entries[q.head].at.After(oldest) {
		drop(q.entries[q.head].who)
		q.head++
	}
	if q.head > len(q.entries)/2 {
		q.entries = append(q.entries[:0], q.entries[q.head:]...)
		q.head = 0
	}
}

// tier is the name of a messaging limit; a limit between two steps has the
// name of the higher one.
func tier(limit int) string {
	if limit == 0 {
		limit = math.MaxInt
	}
	for _, step := range tiers {
		if limit <= step.people {
			return step.name
		}
	}
	return "TIER_UNLIMITED"
}

var tiers = []struct {
	people int
	name   string
}{
	{50, "TIER_50"},
	{250, "TIER_250"},
	{1_000, "TIER_1K"},
	{2_000, "TIER_2K"},
	{10_000, "TIER_10K"},
	{100_000, "TIER_100K"},
}
