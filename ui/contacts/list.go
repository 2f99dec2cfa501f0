package contacts

import (
	"strings"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// Render draws the list, the person over or beside it, and a prompt below.
func (v *View) Render(size view.Size) view.Frame {
	if v.bring != nil {
		return v.bring.Render(size)
	}
	th, body := v.env.Theme, size
	var below view.Frame
	if v.prompt != nil {
		below = v.renderPrompt(size)
		body.H = max(1, size.H-place.Height(below))
	}
	var frame view.Frame
	left := body.W * 3 / 5
	switch {
	case v.person == nil || !v.inside && !size.Wide() || v.table.Len() == 0 && !v.inside:
		frame = v.renderList(body)
	case size.Wide():
		frame = place.Beside(v.renderList(view.Size{W: left, H: body.H}), left, 2,
			v.person.Render(view.Size{W: body.W - left - 2, H: body.H}, v.inside))
	default:
		frame = v.person.Render(body, true)
	}
	if frame = place.Crop(th, frame, body); v.prompt == nil {
		return frame
	}
	frame.Content += strings.Repeat("\n", max(0, body.H-place.Height(frame)))
	return place.Crop(th, place.Column(frame, below), size)
}

func (v *View) renderList(size view.Size) view.Frame {
	head := v.renderSearch(size)
	room := view.Size{W: size.W, H: size.H - place.Height(head)}
	if !v.table.Loaded() || v.table.Len() > 0 {
		return place.Column(head, v.table.Render(room))
	}
	title, next := v.tally.Nobody(v.env.Say, v.query)
	lines := v.wrapped([]string{" "}, theme.Strong, title, size.W)
	for _, text := range next {
		lines = v.wrapped(lines, theme.Muted, text, size.W)
	}
	return place.Column(head, place.Text(lines...))
}

func (v *View) wrapped(lines []string, role theme.Role, text string, width int) []string {
	for _, line := range theme.Wrap(text, width-3) {
		lines = append(lines, "  "+v.env.Theme.Paint(role, line))
	}
	return lines
}
