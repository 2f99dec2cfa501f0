package sandbox

import (
	"slices"
	"sync/atomic"
	"time"
)

// Call is one accepted message.
type Call struct {
	To           string    `json:"to"`                // as sent
	WaID         string    `json:"wa_id,omitempty"`   // digits; empty for a business-scoped id
	UserID       string    `json:"user_id,omitempty"` // the business-scoped id sent to
	At           time.Time `json:"time"`
	Type         string    `json:"type"` // template, text, …
	Template     string    `json:"template,omitempty"`
	Language     string    `json:"language,omitempty"`
	Category     string    `json:"category,omitempty"`
	Params       []Param   `json:"params,omitempty"`
	Text         string    `json:"text,omitempty"`
	CallbackData string    `json:"biz_opaque_callback_data,omitempty"`
	Wamid        string    `json:"wamid"`
	Status       string    `json:"message_status"`
	Fault        Action    `json:"fault,omitempty"`
	Answered     bool      `json:"answered"` // a whole answer with the wamid was handed to the network
}

// record is a call in the log. All but answered is fixed once it is there.
type record struct {
	Call
	answered  atomic.Bool
	number    string // the phone-number id it was sent from
	marketing bool   // by the marketing endpoint
	nth       uint64 // of this person's accepted calls, from 1
}

func (r *record) address() address { return address{r.WaID, r.UserID} }

// shown is a copy for people and tests.
func (r *record) shown() Call {
	c := r.Call
	c.Params = slices.Clone(c.Params)
	c.Answered = r.answered.Load()
	return c
}

// Calls returns every accepted message since the last Reset, oldest first.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	calls := slices.Clip(s.state.calls)
	s.mu.Unlock()
	list := make([]Call, len(calls))
	for i, c := range calls {
		list[i] = c.shown()
	}
	return list
}

// CallsTo counts the accepted messages to one number, however it is written,
// or to one business-scoped id.
func (s *Server) CallsTo(to string) int {
	key := to
	if number := plainNumber(to); number != "" {
		key = normalise(number)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.state.people[key]; p != nil {
		return int(p.accepted) //nolint:gosec // no run makes that many calls
	}
	return 0
}
