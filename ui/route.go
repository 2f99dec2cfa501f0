package ui

import (
	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

// place is where a message goes.
type place int

const (
	toAll place = iota
	toApp
	toFront // the front dialog, which exists
	toGlobal
	toActive
	toAddress
	toMouse
)

// situation is what routing depends on.
type situation struct {
	dialog bool // one is open
	typing bool // letters belong to a text field of the active view
	taken  func(tea.KeyPressMsg) bool
	global func(tea.KeyPressMsg) bool
}

// route says who gets a message. It is the table of the package comment.
func route(msg tea.Msg, now situation) place {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg, tea.BackgroundColorMsg, tea.ColorProfileMsg, tea.FocusMsg, tea.BlurMsg,
		view.StoreChanged, view.Progress:
		return toAll
	case view.Intent, headerRead, ownMsg:
		return toApp
	case view.Addressed:
		return toAddress
	case tea.KeyPressMsg:
		return routeKey(msg, now)
	case tea.MouseMsg:
		return toMouse
	}
	if now.dialog {
		return toFront
	}
	return toActive
}

func routeKey(key tea.KeyPressMsg, now situation) place {
	switch {
	case key.String() == leaveChord:
		return toApp
	case now.dialog:
		return toFront
	case now.typing && key.Text != "":
		return toActive
	case !now.taken(key) && now.global(key):
		return toGlobal
	}
	return toActive
}
