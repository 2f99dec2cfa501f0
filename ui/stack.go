package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

// silence is how long no key may have come before a dialog that opened by
// itself hears keys, so that a half-typed word does not answer it.
const silence = 400 * time.Millisecond

// asked is one open dialog.
type asked struct {
	owner  view.ID
	dialog view.Dialog
	deaf   bool      // opened by itself and nobody was silent yet
	key    time.Time // the last key it did not hear
}

// ask lays a dialog over what is there.
func (a *App) ask(intent view.Ask) tea.Cmd {
	a.stack = append(a.stack, asked{owner: intent.Owner, dialog: intent.Dialog, deaf: intent.Itself, key: a.env.Now()})
	return tea.Batch(intent.Dialog.Init(), a.closeDone())
}

// front gives the front dialog a message; its actions come before its Update.
func (a *App) front(msg tea.Msg) tea.Cmd {
	open := &a.stack[len(a.stack)-1]
	key, isKey := msg.(tea.KeyPressMsg)
	if isKey && open.deaf {
		if now := a.env.Now(); now.Sub(open.key) < silence {
			open.key = now
			return nil
		}
		open.deaf = false
	}
	var command tea.Cmd
	if isKey {
		if _, found := view.Find(open.dialog.Actions(), key, open.dialog.Typing()); found {
			command = a.press(open.dialog.Actions(), key)
			return tea.Batch(command, a.closeDone())
		}
	}
	command = open.dialog.Update(msg)
	return tea.Batch(command, a.closeDone())
}

// closeDone takes away dialogs that are done and sends their answers home.
func (a *App) closeDone() tea.Cmd {
	var commands []tea.Cmd
	a.stack = slices.DeleteFunc(a.stack, func(open asked) bool {
		answer, done := open.dialog.Done()
		if answer.To = open.owner; done && answer.To != "" {
			commands = append(commands, func() tea.Msg { return answer })
		}
		return done
	})
	return tea.Batch(commands...)
}
