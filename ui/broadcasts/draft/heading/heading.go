// Package heading is the first line of a draft: its name, which only the shop sees, and whether all is saved.
package heading

import (
	"image"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
	"pregon/ui/widget/place"
)

// Heading is the line. Draft names are at most 200 characters.
type Heading struct {
	*input.Line
	env *view.Env
	at  time.Time
}

// New returns the heading of a draft that has a name, or none yet.
func New(env *view.Env, name string) *Heading {
	h := &Heading{env: env, Line: input.New(200)}
	h.Set(name)
	return h
}

// Name is what it is called in the shop file: what was typed, else the day.
func (h *Heading) Name() string {
	if name := h.Value(); strings.TrimSpace(name) != "" {
		return name
	}
	return h.env.Say.T("Broadcast of %s", h.env.Say.Day(h.env.Now(), h.env.Now()))
}

// Saved notes that all of the draft is in the shop file now.
func (h *Heading) Saved() { h.at = h.env.Now() }

// Render draws the name, or the line in which it is typed, and beside it whether something is unsaved. of is sent
// where the name is clicked.
func (h *Heading) Render(of tea.Msg, name string, unsaved bool, width int) view.Frame {
	p, th := h.env.Say, h.env.Theme
	saved := ""
	switch {
	case unsaved:
		saved = th.Mark(theme.Warn, p.T("not saved yet"))
	case !h.at.IsZero():
		saved = th.Paint(theme.Muted, p.T("saved %s", p.Clock(h.at)))
	}
	room := max(1, width-theme.Width(saved)-2)
	if h.Focused() {
		return place.Beside(place.Line(th, h.Line, room, p.T("a name only you see")), room, 2, place.Text(saved))
	}
	shown := theme.Safe(name).String()
	if strings.TrimSpace(shown) == "" {
		shown = p.T("New broadcast")
	}
	f := place.Text(th.Fit(th.Paint(theme.Strong, shown), room) + "  " + saved)
	f.Zones = []view.Zone{{Area: image.Rect(0, 0, room, 1), Msg: of}}
	return f
}
