package form

import (
	"image"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// narrow is the room that a value needs beside a label, in cells; where there is less, the label stands above.
const narrow = 36

// widestLabel is the room that labels take at most, in cells.
const widestLabel = 22

// Render draws the fields below each other: labels beside their values, above them where the room is narrow; what is
// wrong stands below the field, and what helps below the one that has the keys. What is too long scrolls.
func (f *Form) Render(size view.Size) view.Frame {
	labels := 0
	for _, p := range f.parts {
		labels = max(labels, theme.Width(p.Label))
	}
	labels = min(labels, widestLabel)
	frames := make([]view.Frame, 0, len(f.parts))
	first, last, height := 0, 0, 0
	for i, p := range f.parts {
		frame := f.draw(p, i == f.index(), size, labels)
		frame.Zones = []view.Zone{{Area: image.Rect(0, 0, size.W, place.Height(frame)), Msg: Pressed{f, i}}}
		if i == f.index() {
			first, last = height, height+place.Height(frame)
		}
		height += place.Height(frame)
		frames = append(frames, frame)
	}
	f.top = max(min(f.top, first), last-size.H)
	f.top = max(0, min(f.top, height-size.H))
	return place.Crop(f.env.Theme, scrolled(place.Column(frames...), f.top), size)
}

// Height is how many lines the whole form takes in that room.
func (f *Form) Height(size view.Size) int {
	return place.Height(f.Render(view.Size{W: size.W, H: 1 << 10}))
}

func (f *Form) draw(p *part, here bool, size view.Size, labels int) view.Frame {
	th := f.env.Theme
	pointer := "  "
	if here {
		pointer = th.Paint(theme.Accent, th.Glyph.Pointer) + " "
	}
	var lines []string
	lead := pointer + th.Paint(theme.Muted, th.Fit(p.Label, labels)) + "  "
	if labels > 12 && size.W-labels < narrow {
		lines = append(lines, pointer+th.Paint(theme.Muted, th.Truncate(p.Label, size.W-2, theme.Right)))
		lead = "    "
	}
	indent := theme.Width(lead)
	frame := view.Frame{}
	if p.line != nil {
		text, cursor, _ := p.line.input.Render(th, size.W-indent-2, p.Hint)
		if here && cursor >= 0 {
			frame.Cursor = tea.NewCursor(indent+cursor, len(lines))
		}
		lines = append(lines, lead+text)
	} else {
		p.huh.WithWidth(max(1, size.W-indent-2))
		lines = append(lines, lead+strings.TrimRight(p.huh.View(), " "))
	}
	below := func(role theme.Role, text string) {
		for _, line := range theme.Wrap(text, size.W-indent-2) {
			lines = append(lines, strings.Repeat(" ", indent)+th.Paint(role, line))
		}
	}
	switch {
	case p.fault != "":
		below(theme.Warn, th.Sign(theme.Warn)+" "+p.fault)
	case here && p.Help != "":
		below(theme.Muted, p.Help)
	}
	frame.Content = strings.Join(lines, "\n")
	return frame
}

// scrolled is a frame without its first lines.
func scrolled(f view.Frame, by int) view.Frame {
	out := view.Frame{Content: strings.Join(strings.Split(f.Content, "\n")[by:], "\n")}
	if f.Cursor != nil {
		cursor := *f.Cursor
		cursor.Y -= by
		out.Cursor = &cursor
	}
	for _, z := range f.Zones {
		out.Zones = append(out.Zones, view.Zone{Area: z.Area.Sub(image.Pt(0, by)), Msg: z.Msg})
	}
	return out
}
