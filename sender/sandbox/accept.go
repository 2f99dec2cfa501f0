package sandbox

import (
	"time"
)

// decide is the whole life of a call on the server, in one critical section:
// throughput, then the script, then what depends on the person, then the log.
func (s *Server) decide(d *draft, now time.Time) outcome {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := s.state
	s.number = d.number
	if slow := st.throughput(now); slow != nil {
		return outcome{fail: slow}
	}
	p := st.person(d.to.key())
	p.tries++
	c := call{endpoint: "messages", to: d.to, try: p.tries}
	if d.form != nil {
		c.template = d.form.Name
	}
	out := outcome{rule: st.match(c, s.opt.Seed+s.opt.Script.Seed)}
	if out.rule != nil {
		st.faults[out.rule.do]++
		if !out.rule.do.takes() && !out.rule.Accepted {
			return out
		}
	}
	if out.fail = s.permit(d, p, now); out.fail != nil {
		return out
	}
	out.record = s.accept(d, p, now, out.rule)
	out.early = s.planStatuses(out.record, out.rule)
	return out
}

// permit holds what the account and the person allow right now.
func (s *Server) permit(d *draft, p *person, now time.Time) *failure {
	if fail := s.opt.Script.Account.blocked(); fail != nil {
		return fail
	}
	if d.form != nil && len(s.state.uploads) > 0 {
		if fail := s.state.known(d.number, d.Template.Components, now); fail != nil {
			return fail
		}
	}
	open := now.Before(p.window)
	switch {
	case d.form == nil && !open:
		return refuse(131047, "Message failed to send because more than 24 hours have passed since the customer last replied to this number")
	case p.stopped && d.form != nil && d.form.Category == "MARKETING":
		return refuse(131050, "The recipient chose to stop receiving marketing messages from this business")
	}
	saved := p.next
	if fail := p.pair(now); fail != nil {
		return fail
	}
	if open || d.form == nil || s.opt.DailyLimit == 0 {
		return nil
	}
	if fail := s.state.daily(p, now, s.opt.DailyLimit); fail != nil {
		p.next = saved
		return fail
	}
	return nil
}

// accept writes the message into the log.
func (s *Server) accept(d *draft, p *person, now time.Time, rule *armed) *record {
	p.accepted++
	rec := &record{number: d.number, marketing: d.marketing, nth: p.accepted}
	rec.Call = Call{
		To: or(string(d.To), d.Recipient), WaID: d.to.waID, UserID: d.to.userID, At: now, Type: d.Type,
		Params: d.params, CallbackData: d.Callback, Wamid: s.wamid(d.to.key()), Status: "accepted",
	}
	if d.form != nil {
		rec.Template, rec.Language, rec.Category = d.form.Name, d.form.Language, d.form.Category
	}
	if d.Text != nil {
		rec.Text = d.Text.Body
	}
	if rule != nil {
		rec.Fault = rule.do
		if rule.do == DoHeld {
			rec.Status = "held_for_quality_assessment"
		}
	}
	if d.Callback != "" {
		s.state.callback[d.Callback]++
	}
	s.state.calls = append(s.state.calls, rec)
	return rec
}
