// Package input is one line of text being typed: the editing is that of bubbles, the drawing is ours, since
// what is typed or pasted may be wide, joined or hostile and the cursor must still stand where it stands.
package input

import (
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
)

// Line is one line of text with a cursor.
type Line struct {
	model  textinput.Model
	hidden bool
}

// New returns an empty line that takes at most limit runes, 500 at most.
func New(limit int) *Line {
	m := textinput.New()
	m.SetVirtualCursor(false)
	m.CharLimit = min(limit, 500)
	m.KeyMap.Paste = key.NewBinding(key.WithDisabled()) // the terminal pastes; reading its clipboard is not ours
	return &Line{model: m}
}

// Hide draws a dot for each letter, for what nobody may read over a shoulder.
func (l *Line) Hide(hidden bool) { l.hidden = hidden }

// Focus and Blur say whether the line hears keys.
func (l *Line) Focus() { l.model.Focus() }

// Blur lets the keys go elsewhere.
func (l *Line) Blur() { l.model.Blur() }

// Focused says whether the line hears keys.
func (l *Line) Focused() bool { return l.model.Focused() }

// Value is what was typed, without controls and the like.
func (l *Line) Value() string { return l.model.Value() }

// Position is the cursor, in runes from the beginning.
func (l *Line) Position() int { return l.model.Position() }

// Set replaces the text and puts the cursor behind it.
func (l *Line) Set(text string) {
	l.model.SetValue(theme.Safe(text).String())
	l.model.CursorEnd()
}

// SetAt replaces the text and puts the cursor at a rune, for text that is formatted while it is typed.
func (l *Line) SetAt(text string, position int) {
	l.Set(text)
	l.model.SetCursor(position)
}

// Update takes keys and pastes while the line has the focus, and says whether the text changed.
func (l *Line) Update(msg tea.Msg) (changed bool) {
	before := l.model.Value()
	if paste, ok := msg.(tea.PasteMsg); ok {
		msg = tea.PasteMsg{Content: theme.Safe(paste.Content).String()} // the model would keep the tail of an escape sequence
	}
	l.model, _ = l.model.Update(msg) // without a virtual cursor it never has a command
	if after := l.model.Value(); after != before {
		l.tidy(after)
	}
	return l.model.Value() != before
}

// tidy takes out what must not be drawn and keeps the cursor behind what stood before it.
func (l *Line) tidy(typed string) {
	clean := theme.Safe(typed).String()
	if clean == typed {
		return
	}
	before := theme.Safe(string([]rune(typed)[:l.model.Position()])).String()
	l.model.SetValue(clean)
	l.model.SetCursor(utf8.RuneCountInString(before))
}

// Render draws the line into width cells and tells the cell of the cursor, -1 without focus. An empty line
// shows its hint. A long one is scrolled so that the cursor is seen; from is the first cell shown.
func (l *Line) Render(th *theme.Theme, width int, hint string) (text string, cursor, from int) {
	cursor = -1
	if width < 1 {
		return "", cursor, 0
	}
	value := l.model.Value()
	if l.hidden {
		value = strings.Repeat("*", utf8.RuneCountInString(value))
	}
	if l.Focused() {
		at := theme.Width(string([]rune(value)[:l.model.Position()]))
		from = max(0, at-width+1)
		cursor = at - from
	}
	if value == "" {
		return th.Paint(theme.Muted, th.Truncate(hint, width, theme.Right)), cursor, 0
	}
	text = ansi.Cut(value, from, from+width)
	if !l.Focused() {
		text = th.Truncate(value, width, theme.Right)
	}
	return text, cursor, from
}
