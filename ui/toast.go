package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
)

// How long a short text stays, and how many stay at once.
const (
	toastFor  = 5 * time.Second
	maxToasts = 3
)

// toast is a short text. Trouble stays until a key.
type toast struct {
	view.Tell
	until time.Time // zero: until a key
}

func (a *App) tell(what view.Tell) {
	t := toast{Tell: what}
	if what.Level != view.Trouble {
		t.until = a.env.Now().Add(toastFor)
	}
	a.toasts = slices.DeleteFunc(a.toasts, func(old toast) bool { return old.Tell == what })
	a.toasts = append(a.toasts, t)
	if len(a.toasts) > maxToasts {
		a.toasts = a.toasts[1:]
	}
}

// forgetErrors drops what waited for a key.
func (a *App) forgetErrors() {
	a.toasts = slices.DeleteFunc(a.toasts, func(t toast) bool { return t.until.IsZero() })
}

func (a *App) dropExpired() {
	now := a.env.Now()
	a.toasts = slices.DeleteFunc(a.toasts, func(t toast) bool { return !t.until.IsZero() && !now.Before(t.until) })
}

// expire wakes the app when the next text has had its time.
func (a *App) expire() tea.Cmd {
	for _, t := range a.toasts {
		if !t.until.IsZero() {
			return a.env.After(max(t.until.Sub(a.env.Now()), time.Millisecond), func(time.Time) tea.Msg { return expired{} })
		}
	}
	return nil
}

// renderToasts draws the texts, newest last, at most width cells wide.
func (a *App) renderToasts(width int) []string {
	th := a.env.Theme
	var lines []string
	for _, t := range a.toasts {
		role := theme.Muted
		switch t.Level {
		case view.Done:
			role = theme.Good
		case view.Caution:
			role = theme.Warn
		case view.Trouble:
			role = theme.Bad
		case view.Note:
		}
		for i, line := range theme.Wrap(t.Text, max(10, width-4)) {
			if i == 0 {
				lines = append(lines, " "+th.Mark(role, line))
			} else {
				lines = append(lines, "   "+th.Paint(role, line))
			}
		}
	}
	return lines
}
