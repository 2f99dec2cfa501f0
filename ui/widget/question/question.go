// Package question is something asked in the page itself, with the keys that answer it, which can be clicked.
package question

import (
	"image"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// Answer is one answer: its key and its words.
type Answer struct {
	Key   tea.KeyPressMsg
	Label string // translated
}

// Yes is the answer of the letter y, No that of the way out.
func Yes(label string) Answer { return Answer{tea.KeyPressMsg{Code: 'y', Text: "y"}, label} }

// No leaves everything as it is.
func No(label string) Answer { return Answer{tea.KeyPressMsg{Code: tea.KeyEscape}, label} }

// Render draws the question and below it the answers in one line, or below each other where the room is narrow.
func Render(th *theme.Theme, title string, width int, answers ...Answer) view.Frame {
	const indent, gap = 2, 4
	lines := theme.Wrap(title, width-indent-1)
	for i, line := range lines {
		lines[i] = strings.Repeat(" ", indent) + th.Paint(theme.Strong, line)
	}
	frame := place.Text(lines...)
	row, x := view.Frame{}, 0
	for _, a := range answers {
		name := a.Key.String()
		wide := theme.Width(name) + 1 + theme.Width(a.Label)
		if x > 0 && indent+x+gap+wide > width {
			frame, row, x = place.Column(frame, place.Indent(row, indent)), view.Frame{}, 0
		}
		if x > 0 {
			row.Content += strings.Repeat(" ", gap)
			x += gap
		}
		row.Content += th.Paint(theme.Key, name) + " " + a.Label
		row.Zones = append(row.Zones, view.Zone{Area: image.Rect(x, 0, x+wide, 1), Msg: a.Key})
		x += wide
	}
	return place.Column(frame, place.Indent(row, indent))
}

// Choice is one of two answers of equal weight.
type Choice struct {
	Letter string // the key, as it is shown
	Label  string // translated
	Msg    tea.Msg
}

// Pair draws two answers in one size and look, since a smaller No is a lie; below each other where they do not fit
// beside each other.
func Pair(th *theme.Theme, width int, a, b Choice) view.Frame {
	text := func(c Choice) string { return " " + c.Letter + "  " + c.Label + " " }
	inner := max(theme.Width(text(a)), theme.Width(text(b)))
	side := th.Paint(theme.Accent, th.Glyph.Bar)
	box := func(c Choice) view.Frame {
		return view.Frame{
			Content: side + th.Paint(theme.Button, theme.PadRight(text(c), inner)) + side,
			Zones:   []view.Zone{{Area: image.Rect(0, 0, inner+2, 1), Msg: c.Msg}},
		}
	}
	gap := min(8, width-2*inner-8)
	if gap < 2 {
		return place.Indent(place.Column(box(a), box(b)), 2)
	}
	return place.Indent(place.Beside(box(a), inner+2, gap, box(b)), 4)
}
