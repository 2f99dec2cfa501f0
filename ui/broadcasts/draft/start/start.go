// Package start is the last step of a draft: when it goes, what keeps it from going, and the ritual by which it does.
package start

import (
	"image"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
	"pregon/ui/widget/place"
	"pregon/ui/widget/ritual"
)

// The lines of the step: when it goes, and the count.
const (
	LineWhen = iota
	LineCount
)

// Start is the step while it is stood at.
type Start struct {
	env     *view.Env
	line    *input.Line // the time as typed; empty is now
	goes    time.Time   // what it means; the zero time is now
	planned time.Time   // when it starts by itself; the zero time is never
	asks    store.Question
	by      string // who confirmed it
	at      int
	now     Situation
	ritual  *ritual.Ritual
}

// Situation is what the rest of the draft says to a start.
type Situation struct {
	Blockers []store.Blocker // but for a missing feed
	Feedless bool            // which the owner may accept
	Standing *Standing       // with Meta; nil where it is not asked for
	Counting bool            // it is not all in the shop file yet, or not counted as it stands there
	Unseen   bool            // nobody looked at who gets it and who does not
	Starting bool
	Count    int // of those who will get it
}

// New returns the step of a draft that is not planned.
func New(env *view.Env) *Start {
	return &Start{env: env, line: input.New(40), at: LineCount, ritual: ritual.New(env, view.Broadcasts)}
}

// Planned is when it starts by itself; the zero time is never.
func (s *Start) Planned() time.Time { return s.planned }

// Plan notes how the broadcast stands in the shop file: when it starts by itself, or that it does not.
func (s *Start) Plan(b store.Broadcast) {
	s.planned, s.asks, s.by = b.SendAt, b.Asks(), b.Confirmed.By
	if b.State != store.BroadcastScheduled {
		s.planned = time.Time{}
		return
	}
	if !s.planned.IsZero() {
		s.ritual.Close()
		s.line.Set("")
		s.goes = time.Time{}
		s.Stand(LineCount)
	}
}

// Goes is when it is to start, the zero time for now.
func (s *Start) Goes() time.Time { return s.goes }

// At is the line of the cursor.
func (s *Start) At() int { return s.at }

// Stand goes to a line; -1 leaves the step.
func (s *Start) Stand(at int) {
	s.line.Blur()
	if at < 0 {
		s.ritual.Close()
		return
	}
	if s.at = min(at, LineCount); s.at == LineWhen && s.planned.IsZero() {
		s.line.Focus()
	}
}

// Typing says that letters belong to the time or to the ritual, also while it is not open yet: a count that is typed
// too early must not lead to another tab.
func (s *Start) Typing() bool { return s.planned.IsZero() }

// Writing says that letters belong to the time.
func (s *Start) Writing() bool { return s.line.Focused() }

// Holding says that it will begin by itself unless a key stops it.
func (s *Start) Holding() bool { return s.ritual.Holding() }

// Release stops it.
func (s *Start) Release() { s.ritual.Release() }

// Changed stops and closes the ritual: what it was for is another thing now.
func (s *Start) Changed() { s.ritual.Close() }

// Update takes keys, pastes, clicks and ticks; begin is true once the ritual is played to its end.
func (s *Start) Update(msg tea.Msg) (begin bool, cmd tea.Cmd) {
	if !s.line.Focused() || s.Holding() {
		return s.ritual.Update(msg)
	}
	if s.line.Update(msg) {
		s.goes = time.Time{}
		if at, ok := s.env.Say.When(s.line.Value(), s.env.Now()); ok {
			s.goes = at
		}
		return false, s.Prepare(s.now)
	}
	return false, nil
}

// Enter goes on from a time that can be used, and is the ritual's own key after that.
func (s *Start) Enter() (begin bool, cmd tea.Cmd) {
	if s.at == LineCount {
		return s.ritual.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	}
	if why := s.untimely(); why != "" {
		return false, view.Send(view.Tell{Level: view.Caution, Text: why})
	}
	s.Stand(LineCount)
	return false, s.Prepare(s.now)
}

// Why says why the count is not asked for yet, or "".
func (s *Start) Why() string {
	p := s.env.Say
	switch {
	case s.at == LineWhen:
		return ""
	case len(s.now.Blockers) > 0:
		return p.Blocker(string(s.now.Blockers[0]))
	case s.now.Standing.stops():
		return s.now.Standing.why()
	case s.now.Counting, s.now.Standing.waiting(), s.now.Starting:
		return p.T("One moment: it is being counted and checked.")
	case s.now.Unseen:
		return p.T("Look at step 4 first: who gets it, and who does not.")
	}
	return s.untimely()
}

// Prepare opens the ritual where nothing is in its way. What changed stops what is being held, and says so.
func (s *Start) Prepare(now Situation) tea.Cmd {
	s.now = now
	held := s.ritual.Holding()
	if now.Counting || now.Standing.waiting() || now.Unseen || now.Starting || len(now.Blockers) > 0 || now.Standing.stops() || !s.planned.IsZero() || s.untimely() != "" {
		s.ritual.Close()
	} else {
		s.ritual.Open(s.deed())
	}
	if held && !s.ritual.Holding() {
		return view.Send(view.Tell{Level: view.Caution, Text: s.env.Say.T("Stopped, because something changed. Nothing was sent.")})
	}
	return nil
}

// deed is what the ritual is for: to send now, or to plan, which can be taken back until then.
func (s *Start) deed() ritual.Deed {
	p, deed := s.env.Say, ritual.Deed{Count: s.now.Count}
	if s.now.Feedless {
		deed.Terms = p.Blocker(string(store.BlockerNoFeed))
	}
	if !s.goes.IsZero() {
		deed.Ask, deed.Harmless = p.T("Type %d to plan it for %d people, %s", deed.Count, deed.Count, p.Exact(s.goes)), true
	}
	return deed
}

// untimely says why it cannot start at the time that was typed, or "".
func (s *Start) untimely() string {
	p := s.env.Say
	switch {
	case strings.TrimSpace(s.line.Value()) == "":
		return ""
	case s.goes.IsZero():
		return p.T("Write a day and a time, such as %s. Empty is now.", p.T("tomorrow")+" 10:30")
	case s.goes.Before(s.env.Now().Add(time.Minute)):
		return p.T("%s is over already.", p.Exact(s.goes))
	}
	return ""
}

// Summary is the step in a line.
func (s *Start) Summary() (theme.Role, string) {
	p := s.env.Say
	switch {
	case !s.planned.IsZero() && s.asked() != "":
		return theme.Warn, p.T("Planned for %s", p.Exact(s.planned))
	case !s.planned.IsZero():
		return theme.Good, p.T("Planned for %s", p.Ago(s.planned, s.env.Now()))
	case !s.goes.IsZero():
		return theme.Plain, p.Ago(s.goes, s.env.Now())
	}
	return theme.Plain, ""
}

// Render draws what is missing, or when it goes and the ritual. of is sent where the time is clicked.
func (s *Start) Render(of tea.Msg, width int) view.Frame {
	p, th := s.env.Say, s.env.Theme
	switch {
	case !s.planned.IsZero():
		return place.Text(s.plan(width)...)
	case len(s.now.Blockers) > 0 || s.now.Standing.stops():
		var lines []string
		for _, b := range s.now.Blockers {
			lines = append(lines, theme.Wrap(th.Mark(theme.Warn, p.Blocker(string(b))), width)...)
		}
		return place.Text(append(lines, s.now.Standing.lines(width)...)...)
	case s.now.Starting:
		return place.Text(th.Paint(theme.Accent, p.T("starting")))
	case s.ritual.Holding():
		return s.ritual.Render(width)
	case s.now.Unseen && !s.now.Counting:
		return place.Text(theme.Wrap(th.Mark(theme.Warn, p.T("Look at step 4 first: who gets it, and who does not.")), width)...)
	}
	count := s.ritual.Render(width)
	switch {
	case s.now.Counting:
		count = place.Text(th.Paint(theme.Muted, p.T("saving and counting")))
	case s.now.Standing.waiting():
		count = place.Text(th.Paint(theme.Muted, p.T("asking WhatsApp whether it can go out")))
	default:
		count = place.Column(place.Text(s.now.Standing.lines(width)...), count)
	}
	if s.at == LineWhen {
		count.Cursor = nil
	}
	return place.Column(s.when(of, width), count)
}

// when is the time to start, and what is wrong with it.
func (s *Start) when(of tea.Msg, width int) view.Frame {
	p, th := s.env.Say, s.env.Theme
	label := th.Paint(theme.Muted, p.T("When"))
	from := theme.Width(label) + 2
	hint := p.T("now")
	if s.at == LineWhen {
		hint = p.T("now, or a day and a time")
	}
	f := place.Beside(place.Text(label), from-2, 2, place.Line(th, s.line, max(1, width-from), hint))
	f.Zones = []view.Zone{{Area: image.Rect(0, 0, width, 1), Msg: of}}
	switch why := s.untimely(); {
	case why != "":
		return place.Column(f, place.Text(theme.Wrap(th.Mark(theme.Warn, why), width)...))
	case !s.goes.IsZero():
		said := p.T("that is %s, in %s", p.Exact(s.goes), p.Duration(s.goes.Sub(s.env.Now())))
		return place.Column(f, place.Text(th.Paint(theme.Muted, th.Truncate(said, width, theme.Right))))
	}
	return f
}

// asked is why it will not start by itself, or did not, or "".
func (s *Start) asked() string {
	p := s.env.Say
	switch {
	case s.asks != "":
		return p.Asks(string(s.asks))
	case s.by == "":
		return p.Asks(string(store.QuestionUnconfirmed))
	case s.env.Now().Sub(s.planned) > store.MissedAfter:
		return p.Asks(string(store.QuestionMissed))
	}
	return ""
}

// plan says when it starts by itself, or why not, and how that is taken back.
func (s *Start) plan(width int) []string {
	p, th := s.env.Say, s.env.Theme
	if why := s.asked(); why != "" {
		lines := theme.Wrap(th.Mark(theme.Warn, p.T("It was planned for %s. %s", p.Exact(s.planned), why)), width)
		return append(lines, theme.Wrap(th.Paint(theme.Muted, p.T("Nothing was sent. Press u to take the plan back, then send it now or plan it anew.")), width)...)
	}
	lines := theme.Wrap(th.Mark(theme.Good, p.T("Planned for %s", p.Exact(s.planned))+", "+p.T("by %s", theme.Safe(s.by))), width)
	return append(lines, theme.Wrap(th.Paint(theme.Muted, p.T("pregon serve starts it then; who withdrew by that time is left out. Press u to take the plan back.")), width)...)
}
