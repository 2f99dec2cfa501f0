// Package place puts drawn frames beside and below each other, carrying the cursor and the clickable zones
// along, and cuts them to their room.
package place

import (
	"image"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
)

// Text is a frame of lines without cursor or zones.
func Text(lines ...string) view.Frame { return view.Frame{Content: strings.Join(lines, "\n")} }

// Line is a line of text being typed, with its cursor; an empty one shows its hint.
func Line(th *theme.Theme, line *input.Line, width int, hint string) view.Frame {
	text, cursor, _ := line.Render(th, width, hint)
	f := Text(text)
	if cursor >= 0 {
		f.Cursor = tea.NewCursor(cursor, 0)
	}
	return f
}

// Height is the number of lines of a frame.
func Height(f view.Frame) int { return strings.Count(f.Content, "\n") + 1 }

// Column puts frames below each other. A frame without content takes no line.
func Column(frames ...view.Frame) view.Frame {
	var out view.Frame
	var parts []string
	y := 0
	for _, f := range frames {
		if f.Content == "" {
			continue
		}
		parts = append(parts, f.Content)
		join(&out, f, 0, y)
		y += Height(f)
	}
	out.Content = strings.Join(parts, "\n")
	return out
}

// Beside puts two frames side by side: the left one takes width cells, the right one begins gap cells later.
func Beside(left view.Frame, width, gap int, right view.Frame) view.Frame {
	var out view.Frame
	join(&out, left, 0, 0)
	join(&out, right, width+gap, 0)
	a, b := strings.Split(left.Content, "\n"), strings.Split(right.Content, "\n")
	lines := make([]string, max(len(a), len(b)))
	for i := range lines {
		var l, r string
		if i < len(a) {
			l = a[i]
		}
		if i < len(b) {
			r = b[i]
		}
		lines[i] = l
		if r != "" {
			lines[i] = theme.PadRight(l, width+gap) + r
		}
	}
	out.Content = strings.Join(lines, "\n")
	return out
}

// Indent moves a frame to the right.
func Indent(f view.Frame, by int) view.Frame {
	var out view.Frame
	join(&out, f, by, 0)
	pad := strings.Repeat(" ", by)
	lines := strings.Split(f.Content, "\n")
	for i, line := range lines {
		if line != "" {
			lines[i] = pad + line
		}
	}
	out.Content = strings.Join(lines, "\n")
	return out
}

// Crop cuts a frame to its room: lines below and cells beyond are lost, and with them cursor and zones there.
func Crop(th *theme.Theme, f view.Frame, size view.Size) view.Frame {
	lines := strings.Split(f.Content, "\n")
	lines = lines[:min(len(lines), max(0, size.H))]
	for i, line := range lines {
		lines[i] = th.Truncate(line, size.W, theme.Right)
	}
	out := view.Frame{Content: strings.Join(lines, "\n")}
	room := image.Rect(0, 0, size.W, size.H)
	if c := f.Cursor; c != nil && image.Pt(c.X, c.Y).In(room) {
		out.Cursor = c
	}
	for _, z := range f.Zones {
		if area := z.Area.Intersect(room); !area.Empty() {
			out.Zones = append(out.Zones, view.Zone{Area: area, Msg: z.Msg})
		}
	}
	return out
}

func join(out *view.Frame, f view.Frame, x, y int) {
	if f.Cursor != nil {
		moved := *f.Cursor
		moved.X += x
		moved.Y += y
		out.Cursor = &moved
	}
	for _, z := range f.Zones {
		out.Zones = append(out.Zones, view.Zone{Area: z.Area.Add(image.Pt(x, y)), Msg: z.Msg})
	}
}
