package sandbox

import (
	"slices"
	"strconv"
	"strings"
)

// armed is a rule with its counters and its people in the form calls are compared in.
type armed struct {
	*Rule
	do       Action
	people   map[string]bool
	prefixes []string
	seen     int // calls that met the conditions before nth
	fired    int
}

func arm(rules []Rule) []*armed {
	list := make([]*armed, 0, len(rules))
	for i := range rules {
		r := &armed{Rule: &rules[i], do: rules[i].action()}
		if len(r.To) > 0 {
			r.people = make(map[string]bool, len(r.To))
			for _, to := range r.To {
				if number := plainNumber(to); number != "" {
					to = normalise(number)
				}
				r.people[to] = true
			}
		}
		for _, p := range r.Prefix {
			r.prefixes = append(r.prefixes, strings.TrimPrefix(p, "+"))
		}
		list = append(list, r)
	}
	return list
}

// call is what rules look at.
type call struct {
	endpoint string // messages, templates, account
	to       address
	try      uint64 // how often this person was called before
	template string
}

// match finds the first rule for c and counts it. It must be called once for
// every call, under the server's lock.
func (st *state) match(c call, seed uint64) *armed {
	var hit *armed
	for i, r := range st.rules {
		if !r.concerns(c) {
			continue
		}
		r.seen++
		if hit == nil && r.now() && r.draws(c, newLot(seed, c.to.key(), c.try).word(strconv.Itoa(i))) {
			r.fired++
			hit = r
		}
	}
	return hit
}

func (r *armed) concerns(c call) bool {
	switch {
	case or(r.Endpoint, "messages") != c.endpoint:
		return false
	case r.people != nil && !r.people[c.to.key()]:
		return false
	case r.Template != "" && r.Template != c.template:
		return false
	case len(r.prefixes) > 0:
		return slices.ContainsFunc(r.prefixes, func(p string) bool { return strings.HasPrefix(c.to.waID, p) })
	}
	return true
}

// now tells whether the rule's turn has come.
func (r *armed) now() bool {
	switch {
	case r.Times > 0 && r.fired >= r.Times:
		return false
	case len(r.Nth) > 0 && !slices.Contains(r.Nth, r.seen):
		return false
	case r.Every > 0 && r.seen%r.Every != 0:
		return false
	case r.From > 0 && r.seen < r.From:
		return false
	case r.Until > 0 && r.seen > r.Until:
		return false
	}
	return true
}

// draws picks a share of the calls, the same ones in every run whatever their
// order: a person's first call, or second, is always drawn alike. Calls that
// concern nobody are picked by their number.
func (r *armed) draws(c call, dice lot) bool {
	if r.Share == 0 {
		return true
	}
	if c.to.key() == "" {
		dice = dice.word(strconv.Itoa(r.seen))
	}
	return dice.part("share") < r.Share
}
