package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
)

// help shows every key of a screen, from the same records that handle them.
type help struct {
	env   *view.Env
	title string
	lines []line
	top   int
	done  bool
}

type line struct{ keys, text, off string }

func newHelp(env *view.Env, v view.View, globals []view.Action) *help {
	h := &help{env: env, title: v.Title()}
	for _, action := range append(v.Actions(), globals...) {
		text := action.Help
		if text == "" {
			text = action.Label
		}
		h.lines = append(h.lines, line{keys: strings.Join(action.Keys, " "), text: text, off: action.Why()})
	}
	return h
}

func (h *help) ID() view.ID            { return "help" }
func (h *help) Title() string          { return h.env.Say.T("Keys: %s", h.title) }
func (h *help) Init() tea.Cmd          { return nil }
func (h *help) Update(tea.Msg) tea.Cmd { return nil }
func (h *help) Typing() bool           { return false }

// Done reports whether it was closed; there is nobody to answer to.
func (h *help) Done() (view.Answer, bool) { return view.Answer{Dialog: h.ID()}, h.done }

// Actions close and scroll.
func (h *help) Actions() []view.Action {
	scroll := func(by int) func() tea.Cmd {
		return func() tea.Cmd {
			h.top = min(max(0, h.top+by), max(0, len(h.lines)-1))
			return nil
		}
	}
	return []view.Action{
		{Keys: []string{"esc", "?", "q", "enter"}, Label: h.env.Say.T("close"), Run: func() tea.Cmd {
			h.done = true
			return nil
		}},
		{Keys: []string{"down", "j", "pgdown"}, Label: h.env.Say.T("more"), Run: scroll(1)},
		{Keys: []string{"up", "k", "pgup"}, Label: h.env.Say.T("back"), Run: scroll(-1), Hidden: true},
	}
}

// Render draws the keys beside what they do, and why one is off.
func (h *help) Render(size view.Size) view.Frame {
	th := h.env.Theme
	const keys = 14
	var out []string
	for _, l := range h.lines[h.top:] {
		words := theme.Wrap(l.text, size.W-keys-1)
		for i, text := range words {
			left := strings.Repeat(" ", keys)
			if i == 0 {
				left = th.Paint(theme.Key, th.Fit(l.keys, keys))
			}
			out = append(out, left+" "+text)
		}
		if l.off != "" {
			out = append(out, strings.Repeat(" ", keys+1)+th.Mark(theme.Warn, th.Truncate(l.off, size.W-keys-3, theme.Right)))
		}
	}
	return view.Frame{Content: joinLines(out[:min(len(out), size.H)])}
}
