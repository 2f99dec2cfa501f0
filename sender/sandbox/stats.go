package sandbox

import (
	"maps"
)

// Stats are figures since the last Reset.
type Stats struct {
	Requests     int64          `json:"requests"` // of any endpoint under a version
	Accepted     int            `json:"accepted"`
	Unanswered   int            `json:"unanswered"` // accepted, but no whole answer went out
	People       int            `json:"people"`     // distinct people accepted
	Repeats      int            `json:"repeats"`    // accepted beyond the first with the same callback data
	Refused      map[int]int    `json:"refused"`    // by error code
	Faults       map[Action]int `json:"faults"`     // rules fired, by action
	Distinct24h  int            `json:"distinct_24h"`
	InFlight     int64          `json:"in_flight"`
	PeakInFlight int64          `json:"peak_in_flight"`
	Webhooks     HookStats      `json:"webhooks"`
}

// HookStats count what went to the callback URL.
type HookStats struct {
	Posts   int `json:"posts"`   // POST requests made
	Refused int `json:"refused"` // of those, not answered with 200
	Updates int `json:"updates"` // statuses and messages taken by the receiver
	Pending int `json:"pending"` // updates not delivered yet
}

// Stats returns the figures of this moment.
func (s *Server) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	out := Stats{
		Requests: s.requests.Load(), Accepted: len(st.calls),
		Refused: maps.Clone(st.refused), Faults: maps.Clone(st.faults),
		Distinct24h: st.distinct, InFlight: s.inFlight.Load(), PeakInFlight: s.peak.Load(), Webhooks: st.hooks,
	}
	out.Webhooks.Pending = len(st.pending)
	for _, c := range st.calls {
		if !c.answered.Load() {
			out.Unanswered++
		}
	}
	for _, p := range st.people {
		if p.accepted > 0 {
			out.People++
		}
	}
	for _, n := range st.callback {
		out.Repeats += n - 1
	}
	return out
}

// Reset forgets every call, person, limit and pending webhook, rewinds the
// script and brings the templates back to how they began.
func (s *Server) Reset() {
	s.library.Store(s.firstLibrary)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.state = newState(&s.opt)
	s.requests.Store(0)
	s.peak.Store(s.inFlight.Load())
}

func (s *Server) countRefusal(code int) {
	s.mu.Lock()
	s.state.refused[code]++
	s.mu.Unlock()
}
