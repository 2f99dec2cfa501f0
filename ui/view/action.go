package view

import (
	"slices"

	tea "charm.land/bubbletea/v2"
)

// Action is one thing that can be done now: its keys, its words, its handler and why it is off. The footer,
// the help overlay, the key table in the README and the key handling all read this one record.
type Action struct {
	Keys   []string       // as tea.KeyPressMsg.String spells them; the first is shown
	Label  string         // for the footer, a word or two, translated
	Help   string         // for the overlay, one sentence, translated
	Run    func() tea.Cmd // the handler
	Off    func() string  // why it cannot be done now, translated, or ""; nil is always on
	Hidden bool           // in the overlay but not in the footer
}

// Why is the reason the action is off, or "".
func (a Action) Why() string {
	if a.Off == nil {
		return ""
	}
	return a.Off()
}

// Find returns the action a key stands for. While typing, printable keys stand for themselves.
func Find(actions []Action, key tea.KeyPressMsg, typing bool) (Action, bool) {
	letter := typing && key.Text != ""
	for _, a := range actions {
		if !letter && slices.Contains(a.Keys, key.String()) {
			return a, true
		}
	}
	return Action{}, false
}
