// Package complete completes what is typed in a line: one key takes what can only be meant, or goes through what may be
// meant, and one quiet line below shows that. It knows nothing of what is typed; whoever owns the line does.
package complete

import (
	"strings"
	"unicode"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/widget/input"
)

// Choice says what may stand instead of the bytes From to To of a text. An option that ends in a colon or a full stop
// is a beginning; any other is whole, and a blank may follow it.
type Choice struct {
	From, To int
	Options  []string
}

// Line completes one line.
type Line struct {
	line *input.Line
	ask  func(text string, cursor int) Choice // the cursor in bytes
	// While the options are gone through: them, where they stand, and which one stands there now.
	round Choice
	at    int
	shown string // the whole text since; another one ends the round
}

// New completes a line by what ask knows.
func New(line *input.Line, ask func(text string, cursor int) Choice) *Line {
	return &Line{line: line, ask: ask}
}

// Update takes what is typed into the line, and Tab, and says whether the text changed.
func (l *Line) Update(msg tea.Msg) bool {
	if key, ok := msg.(tea.KeyPressMsg); ok && key.String() == "tab" {
		return l.Next()
	}
	return l.line.Update(msg)
}

// Ready says that Next has something to do: the cursor stands at a word that is not whole.
func (l *Line) Ready() bool { return len(l.choice().Options) > 0 }

// going says that the options are being gone through.
func (l *Line) going() bool { return len(l.round.Options) > 0 && l.line.Value() == l.shown }

func (l *Line) choice() Choice {
	if l.going() {
		return l.round
	}
	text, cursor := l.line.Value(), l.cursor()
	if before, _ := utf8.DecodeLastRuneInString(text[:cursor]); !l.line.Focused() || cursor == 0 || unicode.IsSpace(before) || before == '(' {
		return Choice{}
	}
	return l.ask(text, cursor)
}

// cursor is where the cursor stands, in bytes.
func (l *Line) cursor() int {
	text := []rune(l.line.Value())
	return len(string(text[:min(l.line.Position(), len(text))]))
}

// Next completes as far as all options agree; where that is no step, it puts the next option there. It says whether the
// text changed.
func (l *Line) Next() bool {
	c := l.choice()
	before := l.line.Value()
	switch {
	case len(c.Options) == 0:
		return false
	case l.going():
		l.at = (l.at + 1) % len(c.Options)
		l.cycle(c)
	case len(c.Options) == 1:
		l.put(c, c.Options[0]+l.blank(c))
	default:
		typed := before[c.From:min(l.cursor(), c.To)]
		if common := agreed(c.Options); len(common) > len(typed) && strings.EqualFold(common[:len(typed)], typed) {
			l.put(c, common)
			break
		}
		l.at = 0
		l.cycle(c)
	}
	return l.line.Value() != before
}

// cycle puts the option of the round into the line and waits for the next.
func (l *Line) cycle(c Choice) {
	option := c.Options[l.at]
	l.put(c, option)
	l.round, l.shown = Choice{c.From, c.From + len(option), c.Options}, l.line.Value()
}

func (l *Line) put(c Choice, text string) {
	l.round = Choice{}
	value := l.line.Value()
	head := theme.Safe(value[:c.From] + text).String()
	l.line.SetAt(head+value[c.To:], utf8.RuneCountInString(head))
}

// blank is what follows the only option.
func (l *Line) blank(c Choice) string {
	option := c.Options[0]
	if strings.HasSuffix(option, ":") || strings.HasSuffix(option, ".") || c.To < len(l.line.Value()) {
		return ""
	}
	return " "
}

// agreed is what all options begin with.
func agreed(options []string) string {
	common := []rune(options[0])
	for _, option := range options[1:] {
		other := []rune(option)
		n := 0
		for n < len(common) && n < len(other) && common[n] == other[n] {
			n++
		}
		common = common[:n]
	}
	return string(common)
}

// Render is the quiet line below: the key and what may follow, the option in the line strong and always in sight; ""
// where there is nothing to complete.
func (l *Line) Render(th *theme.Theme, key string, width int) string {
	c := l.choice()
	room := width - theme.Width(key) - 1
	if len(c.Options) == 0 || room < 4 {
		return ""
	}
	at := -1
	if l.going() {
		at = l.at
	}
	first := 0
	for at > first && theme.Width(strings.Join(c.Options[first:at+1], "  ")) > room-2 {
		first++
	}
	parts := make([]string, 0, len(c.Options)-first)
	for i, option := range c.Options[first:] {
		role := theme.Muted
		if first+i == at {
			role = theme.Strong
		}
		parts = append(parts, th.Paint(role, theme.Safe(option).String()))
	}
	return th.Paint(theme.Key, key) + " " + th.Truncate(strings.Join(parts, "  "), room, theme.Right)
}
