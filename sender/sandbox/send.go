package sandbox

import (
	"net/http"
	"time"
)

// draft is a message that passed every check that needs no lock.
type draft struct {
	*message
	to        address
	number    string
	marketing bool
	form      *form // nil unless a template
	params    []Param
}

// outcome is what was decided about one call, to be answered after the latency.
type outcome struct {
	rule   *armed   // nil without a fault
	record *record  // nil when not taken
	fail   *failure // nil unless refused
	early  *update  // to be posted before the answer
}

// messages is POST messages and POST marketing_messages. What is decided is
// decided at once; the latency comes after, as if on the way back, so that a
// client which gives up in between has nevertheless sent its message.
func (s *Server) messages(w http.ResponseWriter, r *http.Request, id string, marketing bool) {
	if !s.isNumber(id) {
		s.wait(r.Context(), s.opt.Latency)
		s.writeFailure(w, noSuchObject("post", id))
		return
	}
	m, fail := readMessage(r)
	if fail == nil && m.Status != "" {
		s.wait(r.Context(), s.opt.Latency)
		s.markRead(w, m)
		return
	}
	now := s.opt.Now()
	var d *draft
	if fail == nil {
		d, fail = s.prepare(m, id, marketing)
	}
	var out outcome
	if fail != nil {
		out.fail = s.hurried(now, fail)
	} else {
		out = s.decide(d, now)
	}
	if out.early != nil {
		s.postNow(r.Context(), out.early)
	}
	delay := s.opt.Latency
	if out.rule != nil {
		delay += time.Duration(out.rule.Delay)
	}
	if !s.wait(r.Context(), delay) && out.record != nil {
		return
	}
	s.answer(w, &out)
}

func (s *Server) markRead(w http.ResponseWriter, m *message) {
	if m.Status != "read" || m.MessageID == "" {
		s.writeFailure(w, invalid("Param status must be one of {READ} and message_id is required"))
		return
	}
	s.writeJSON(w, http.StatusOK, map[string]bool{"success": true})
}

// prepare checks a message against the rules of form and the template.
func (s *Server) prepare(m *message, id string, marketing bool) (*draft, *failure) {
	if fail := m.checkEnvelope(); fail != nil {
		return nil, fail
	}
	to, fail := m.recipient()
	if fail != nil {
		return nil, fail
	}
	d := &draft{message: m, to: to, number: id, marketing: marketing}
	switch {
	case to.waID != "" && to.waID == s.own:
		return nil, refuse(131021, "Recipient phone number cannot be the sender phone number")
	case m.Type != "template" && marketing:
		return nil, refuse(131055, "Only template messages can be sent here")
	case m.Type != "template":
		return d, m.checkContent()
	case m.Template == nil || m.Template.Name == "":
		return nil, invalid("The parameter template['name'] is required.")
	case m.Template.Language.Code == "":
		return nil, invalid("The parameter template['language']['code'] is required.")
	}
	if d.form, fail = s.library.Load().find(m.Template.Name, m.Template.Language.Code); fail != nil {
		return nil, fail
	}
	switch {
	case marketing && d.form.Category != "MARKETING":
		return nil, refuse(134100, "Only marketing templates can be sent here")
	case d.form.Category == "AUTHENTICATION" && to.userID != "":
		return nil, refuse(131062, "Authentication templates need a phone number")
	}
	d.params, fail = d.form.check(m.Template.Components)
	return d, fail
}

// hurried lets the throughput limit speak first for a call that is refused anyway.
func (s *Server) hurried(now time.Time, fail *failure) *failure {
	s.mu.Lock()
	defer s.mu.Unlock()
	if slow := s.state.throughput(now); slow != nil {
		return slow
	}
	return fail
}
