// Package query is the search of the contacts as it is typed: what completes it, where it goes wrong, and the counts beside
// it.
package query

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/audience"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/complete"
	"pregon/ui/widget/input"
	"pregon/ui/widget/place"
	"pregon/ui/widget/saved"
)

// Line is the line of the search.
type Line struct {
	*input.Line

	env   *view.Env
	tab   *complete.Line
	words store.Vocabulary // what a search can name
	fault *audience.SyntaxError
}

// New returns an empty search.
func New(env *view.Env) *Line {
	l := &Line{Line: input.New(500), env: env}
	l.tab = complete.New(l.Line, func(text string, cursor int) complete.Choice {
		return complete.Choice(l.words.Complete(text, cursor))
	})
	return l
}

// Know takes what a search can name.
func (l *Line) Know(words store.Vocabulary) {
	l.words = words
	l.read()
}

// Update takes keys, Tab among them, and pastes, and says whether the text changed.
func (l *Line) Update(msg tea.Msg) bool {
	changed := l.tab.Update(msg)
	l.read()
	return changed
}

// Set replaces the text.
func (l *Line) Set(text string) {
	l.Line.Set(text)
	l.read()
}

// Completable says that the word at the cursor can be completed.
func (l *Line) Completable() bool { return l.tab.Ready() }

// Readable says that it is a search.
func (l *Line) Readable() bool { return l.fault == nil }

// Saved are the keys that save what is asked for and list what is saved; they are hidden where others matter more.
func (l *Line) Saved(hidden bool) []view.Action {
	return saved.Actions(l.env, l.Value(), l.Readable(), hidden)
}

func (l *Line) read() {
	l.fault, _ = errors.AsType[*audience.SyntaxError](l.words.Check(l.Value()))
}

// Render draws the search with the counts at its right, or below where the room is narrow, and marks the place of a fault.
func (l *Line) Render(width int, counts, hint string) view.Frame {
	th := l.env.Theme
	room := width - 5
	beside := room-theme.Width(counts) >= 24
	if beside {
		room -= theme.Width(counts) + 2
	}
	text, cursor, from := l.Line.Render(th, room, hint)
	lines := []string{"  " + th.Paint(theme.Key, "/") + " " + text}
	if beside {
		lines[0] = theme.PadRight(lines[0], width-theme.Width(counts)-1) + th.Paint(theme.Muted, counts)
	}
	if l.fault != nil && (l.fault.Code != audience.CodeMissingValue || !l.tab.Ready()) { // what can follow stands below
		start := max(0, theme.Width(l.Value()[:l.fault.Pos])-from)
		marks := strings.Repeat("^", max(1, theme.Width(l.Value()[l.fault.Pos:l.fault.End])))
		lines = append(lines, strings.Repeat(" ", 4+start)+th.Paint(theme.Warn, marks))
		for _, line := range theme.Wrap(th.Glyph.Warn+" "+l.faultText(), width-3) {
			lines = append(lines, "  "+th.Paint(theme.Warn, line))
		}
	}
	if l.Focused() { // also when it is empty: the list must not jump while somebody types
		lines = append(lines, "    "+l.tab.Render(th, "tab", width-6))
	}
	if !beside {
		lines = append(lines, "    "+th.Paint(theme.Muted, counts))
	}
	frame := place.Text(lines...)
	if cursor >= 0 {
		frame.Cursor = tea.NewCursor(4+cursor, 0)
	}
	return frame
}

// faultText says what is wrong with the search and what would be allowed there.
func (l *Line) faultText() string {
	want := l.fault.Want
	if l.fault.Code == audience.CodeUnknownKey {
		want = audience.Keys()
	}
	return l.env.Say.WrongSearch(l.fault.Code.String(), want)
}
