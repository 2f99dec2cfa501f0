package sandbox

import (
	"time"

	"golang.org/x/time/rate"
)

// state is everything that Reset throws away. Server.mu guards it.
type state struct {
	calls    []*record
	refused  map[int]int    // by code
	faults   map[Action]int // by action
	callback map[string]int // accepted calls by callback data
	people   map[string]*person
	distinct int // people with a call in recent
	recent   recentCalls
	rules    []*armed
	pace     *rate.Limiter
	pending  queue
	seq      uint64
	hooks    HookStats
	uploads  []Upload
	reviews  []review // of templates that were handed in
}

// person is what the server knows of one address.
type person struct {
	tries    uint64    // calls that reached the rules
	accepted uint64    // calls accepted
	counted  int       // calls in the rolling 24 hours
	window   time.Time // free-form messages until then
	next     time.Time // when the pair limit is even again
	stopped  bool      // marketing, by Meta's switch
}

func newState(opt *Options) *state {
	st := &state{
		refused: make(map[int]int), faults: make(map[Action]int), callback: make(map[string]int),
		people: make(map[string]*person), rules: arm(opt.Script.Rules),
	}
	if opt.Rate > 0 {
		st.pace = rate.NewLimiter(rate.Limit(opt.Rate), opt.Rate)
	}
	return st
}

func (st *state) person(key string) *person {
	p := st.people[key]
	if p == nil {
		p = new(person)
		st.people[key] = p
	}
	return p
}
