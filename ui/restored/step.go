package restored

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/view"
)

// take shows how it stands now. What is decided stays so; a broadcast that came or went meanwhile leads to the first
// that is undecided.
func (p *Page) take(n now) tea.Cmd {
	if n.waiting == nil {
		if p.writing.Waiting() {
			return nil // its own answer is on the way, and finds nobody if the page closes now
		}
		p.done = true
		return view.Send(view.Tell{Level: view.Note, Text: p.env.Say.T("Nothing waits for a review any more.")})
	}
	same := slices.EqualFunc(p.now.open, n.open, func(a, b store.Broadcast) bool { return a.ID == b.ID && a.State == b.State })
	p.now, p.read = n, true
	if same {
		return nil
	}
	for id := range p.goes {
		if !slices.ContainsFunc(n.open, func(b store.Broadcast) bool { return b.ID == id }) {
			delete(p.goes, id)
		}
	}
	if p.at > 0 {
		p.turn(1 + max(0, slices.IndexFunc(n.open, func(b store.Broadcast) bool { _, decided := p.goes[b.ID]; return !decided })))
	}
	return nil
}

// broadcast is the one that is asked about.
func (p *Page) broadcast() (store.Broadcast, bool) {
	if p.at < 1 || p.at > len(p.now.open) {
		return store.Broadcast{}, false
	}
	return p.now.open[p.at-1], true
}

// last says that everything is decided, or that there is nothing to decide, and the word is asked for.
func (p *Page) last() bool { return p.read && (p.nothing() || p.at > len(p.now.open)) }

// nothing says that no broadcast had begun or was planned: the whole review is one page.
func (p *Page) nothing() bool { return len(p.now.open) == 0 }
