package sandbox

import "time"

// step is one status of a message and when after acceptance it happens.
type step struct {
	status string
	after  time.Duration
	code   int
}

// planStatuses schedules what the callback will hear about a message. It
// returns the sent status instead of scheduling it when it must come before
// the answer.
func (s *Server) planStatuses(rec *record, rule *armed) *update {
	if s.callback == "" || s.opt.Script.Webhooks.Silent || s.deaf || s.opt.Script.Account.Unheard {
		return nil
	}
	do := Action("")
	if rule != nil {
		do = rule.do
	}
	dice := newLot(s.opt.Seed+s.opt.Script.Seed, rec.address().key(), rec.nth)
	if do == DoHeld {
		s.push(&update{held: &assessment{rec, rule.Code}, due: rec.At.Add(s.delays.Held.at(dice.part("held")))})
		return nil
	}
	steps := s.steps(rec, rule, dice)
	if do == DoReply {
		after := steps[len(steps)-1].after + s.delays.Reply.at(dice.part("reply"))
		s.push(&update{reply: &utterance{From: rec.address().key(), Text: rule.Text}, due: rec.At.Add(after)})
	}
	return s.schedule(rec, steps, rec.At, do, dice)
}

// steps picks the life of one message.
func (s *Server) steps(rec *record, rule *armed, dice lot) []step {
	person := newLot(s.opt.Seed+s.opt.Script.Seed, rec.address().key(), 0)
	chosen := s.shares.fateOf(person)
	if rule != nil {
		switch rule.do {
		case DoSilent:
			return nil
		case DoFail:
			return s.failed(rule.Code, dice)
		case DoUnread, DoReply:
			chosen = leavesUnread
		case DoDeliver, DoDouble, DoReverse, DoEarly:
			chosen = reads
		default: // says nothing about statuses
		}
	}
	if s.opt.Script.Account.Unpaid {
		return s.failed(131042, dice)
	}
	if chosen == unreachable {
		return s.failed(131026, dice)
	}
	sent := s.delays.Sent.at(dice.part("sent"))
	delivered := sent + s.delays.Delivered.at(dice.part("delivered"))
	read := delivered + s.delays.Read.at(dice.part("reading"))
	steps := []step{{"sent", sent, 0}, {"delivered", delivered, 0}, {"read", read, 0}}
	switch chosen {
	case staysOffline:
		return steps[:1]
	case leavesUnread:
		return steps[:2]
	default:
		return steps
	}
}

func (s *Server) failed(code int, dice lot) []step {
	return []step{{"failed", s.delays.Failed.at(dice.part("failed")), code}}
}

// schedule puts steps into the queue. Reversed ones keep the time they
// happened at and swap the time they are told.
func (s *Server) schedule(rec *record, steps []step, from time.Time, do Action, dice lot) *update {
	hooks := s.opt.Script.Webhooks
	reverse := do == DoReverse || dice.part("reverse") < hooks.Reverse
	double := do == DoDouble || dice.part("double") < hooks.Double
	var early *update
	for i, st := range steps {
		told := st.after
		if reverse {
			told = steps[len(steps)-1-i].after
		}
		u := update{rec: rec, status: st.status, code: st.code, at: from.Add(st.after), due: from.Add(told)}
		if do == DoEarly && i == 0 {
			u.at, u.due = from, from
			early = &u
			continue
		}
		s.push(&u)
		if double {
			again := u
			again.due = again.due.Add(time.Second)
			s.push(&again)
		}
	}
	return early
}

// assessment is a held message; code is what it fails with, 0 if it is released.
type assessment struct {
	rec  *record
	code int
}

// assessed is called when the time of a held message has come.
func (s *Server) assessed(a *assessment, now time.Time) {
	dice := newLot(s.opt.Seed+s.opt.Script.Seed, a.rec.address().key(), a.rec.nth)
	steps := []step{{"failed", 0, a.code}}
	if a.code == 0 {
		steps = s.steps(a.rec, nil, dice)
	}
	s.schedule(a.rec, steps, now, "", dice)
}
