// Package pace keeps screens that follow something fast from drawing it more often than anybody can read.
package pace

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

// Least is the time between two turns: ten a second.
const Least = 100 * time.Millisecond

// Wake is the tick of whoever asked for it; Of says who, N lets a later question outdate it.
type Wake struct {
	To view.ID
	Of any // a pointer
	N  int
}

// Recipient lets the tick arrive while another view is in front.
func (w Wake) Recipient() view.ID { return w.To }

// Pacer lets something happen at once and then at most ten times a second; the last time is never lost.
type Pacer struct {
	env   *view.Env
	owner view.ID
	last  time.Time
	due   bool
}

// New returns a pacer whose ticks go to owner.
func New(env *view.Env, owner view.ID) *Pacer { return &Pacer{env: env, owner: owner} }

// Ask does it now, or has a tick come when it is time; the owner gives that to Woke.
func (p *Pacer) Ask(now func() tea.Cmd) tea.Cmd {
	at := p.env.Now()
	wait := Least - at.Sub(p.last)
	switch {
	case p.due:
		return nil
	case wait <= 0 || wait > Least: // a clock that was set back
		p.last = at
		return now()
	}
	p.due = true
	return p.env.After(wait, func(time.Time) tea.Msg { return Wake{To: p.owner, Of: p} })
}

// Woke reports whether msg is the tick this pacer waited for.
func (p *Pacer) Woke(msg tea.Msg) bool {
	if w, ok := msg.(Wake); !ok || w.Of != any(p) || !p.due {
		return false
	}
	p.due, p.last = false, p.env.Now()
	return true
}
