// Package sheet writes a page from top to bottom: sentences that wrap, lines to type into, and a list that takes the
// room that is left.
package sheet

import (
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
	"pregon/ui/widget/place"
)

// Sheet is a page that is being written.
type Sheet struct {
	th    *theme.Theme
	size  view.Size
	frame view.Frame
}

// New returns an empty sheet of a size, below an empty line.
func New(th *theme.Theme, size view.Size) *Sheet {
	return &Sheet{th: th, size: size, frame: place.Text(" ")}
}

// Frame is what was written, as far as there is room.
func (s *Sheet) Frame() view.Frame { return place.Crop(s.th, s.frame, s.size) }

// Line adds a line as it is.
func (s *Sheet) Line(text string) { s.add(place.Text(text)) }

// Gap adds an empty line.
func (s *Sheet) Gap() { s.Line(" ") }

func (s *Sheet) add(f view.Frame) { s.frame = place.Column(s.frame, f) }

// Say adds a sentence, over as many lines as it takes.
func (s *Sheet) Say(role theme.Role, text string) {
	for _, line := range theme.Wrap(text, s.size.W-3) {
		s.Line("  " + s.th.Paint(role, line))
	}
}

// Mark adds a sentence with the sign of its role before it; an empty one adds nothing.
func (s *Sheet) Mark(role theme.Role, text string) {
	if text == "" {
		return
	}
	if sign := s.th.Sign(role); sign != "" {
		text = sign + " " + text
	}
	s.Say(role, text)
}

// Field adds a line to type into, below its label where the room is narrow.
func (s *Sheet) Field(label string, line *input.Line, hint string) {
	const indent, below = 13, 4
	if s.size.Narrow() {
		s.Line("  " + s.th.Paint(theme.Muted, label))
		s.add(place.Indent(place.Line(s.th, line, s.size.W-below-2, hint), below))
		return
	}
	s.add(place.Beside(place.Text("  "+s.th.Paint(theme.Muted, label)), indent, 0, place.Line(s.th, line, s.size.W-indent-2, hint)))
}

// List adds as many of count lines as there is room for, those around the one that is pointed at.
func (s *Sheet) List(count, at int, text func(int) string) {
	room := max(1, s.size.H-place.Height(s.frame))
	from := max(0, min(at-room/2, count-room))
	for i := from; i < min(count, from+room); i++ {
		lead := "  "
		if i == at {
			lead = s.th.Paint(theme.Accent, s.th.Glyph.Pointer) + " "
		}
		s.Line(lead + s.th.Truncate(text(i), s.size.W-3, theme.Right))
	}
}
