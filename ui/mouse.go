package ui

import (
	"image"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

// turnMouse gives the mouse to the terminal, which then selects text as everywhere else, or takes it back.
func (a *App) turnMouse() tea.Cmd {
	a.bare = !a.bare
	text := a.env.Say.T("The mouse clicks and scrolls in Pregón again.")
	if a.bare {
		text = a.env.Say.T("The mouse selects text now, as elsewhere in the terminal. F2 gives it back to Pregón.")
	}
	return view.Send(view.Tell{Level: view.Note, Text: text})
}

// mouse hands what was clicked to whoever drew it, and a click beside everything to whom it may stop.
func (a *App) mouse(msg tea.Msg) tea.Cmd {
	if wheel, ok := msg.(tea.MouseWheelMsg); ok {
		return a.wheel(wheel)
	}
	click, ok := msg.(tea.MouseClickMsg)
	if !ok || click.Button != tea.MouseLeft {
		return nil
	}
	a.forgetErrors()
	for _, z := range a.zones {
		if !image.Pt(click.X, click.Y).In(z.Area) {
			continue
		}
		switch z.Msg.(type) {
		case ownMsg:
			return a.own(z.Msg)
		case tea.KeyPressMsg:
			_, command := a.Update(z.Msg)
			return command
		}
		return a.toFrontOrView(z.Msg)
	}
	return a.toFrontOrView(click)
}

// wheel turns as the arrow keys do. While letters are typed those keys go from line to line, so the view gets the
// turn itself.
func (a *App) wheel(wheel tea.MouseWheelMsg) tea.Cmd {
	if len(a.stack) == 0 && a.view().Typing() {
		return a.view().Update(wheel)
	}
	key := "down"
	if wheel.Button == tea.MouseWheelUp {
		key = "up"
	}
	_, command := a.Update(Key(key))
	return command
}

func (a *App) toFrontOrView(msg tea.Msg) tea.Cmd {
	if len(a.stack) > 0 {
		return a.front(msg)
	}
	return a.view().Update(msg)
}

func zone(x, y, width int, msg tea.Msg) view.Zone {
	return view.Zone{Area: image.Rect(x, y, x+width, y+1), Msg: msg}
}
