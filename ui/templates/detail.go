package templates

import (
	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/bubble"
	"pregon/ui/widget/place"
)

// detail is the template of the cursor: what Meta says of it, what stands against it, and the message itself.
func (v *View) detail(size view.Size) view.Frame {
	width := size.W
	t, ok := v.list.Current()
	if !ok || width < 12 {
		return view.Frame{}
	}
	p, th := v.env.Say, v.env.Theme
	stands, role := status(p, t.Status)
	rated, rating := quality(p, t.Quality)
	facts := th.Mark(role, stands) + th.Paint(theme.Muted, " "+th.Glyph.Separator+" "+p.T("quality:")+" ") + th.Mark(rating, rated) +
		th.Paint(theme.Muted, " "+th.Glyph.Separator+" "+category(p, t.Category))
	lines := []string{
		th.Paint(theme.Strong, theme.Safe(t.Name).String()) + th.Paint(theme.Muted, "  "+theme.Safe(t.Language).String()),
	}
	lines = append(lines, theme.Wrap(facts, width)...)
	lines = append(lines, th.Paint(theme.Muted, p.T("read from Meta %s", p.Ago(t.SyncedAt, v.env.Now()))))
	message, err := t.Message()
	if err != nil {
		return place.Text(append(lines, "", th.Mark(theme.Bad, p.T("What Meta sent of this template cannot be read.")))...)
	}
	if why := unsendable(p, t); why != "" {
		lines = append(lines, theme.Wrap(th.Mark(theme.Bad, why), width)...)
	}
	if head := message.MediaHeader(); head != "" && head != "LOCATION" {
		lines = append(lines, theme.Wrap(th.Paint(theme.Muted, p.T("It has %s at its head: you choose the file when you compose.", p.Head(head))), width)...)
	}
	if !message.WayOut() {
		lines = append(lines, theme.Wrap(th.Mark(theme.Warn,
			p.T("It shows no way to stop. Add a line or a button with STOP: people without one press Block.")), width)...)
	}
	lines = append(lines, " ")
	text, hidden := bubble.Render(th, p, v.drawn(message), view.Size{W: width, H: max(1, size.H-len(lines))}, v.skip)
	v.skip = min(v.skip, hidden)
	return place.Text(append(lines, text)...)
}

// drawn is the message with the template's own places in it: nobody is chosen yet.
func (v *View) drawn(m *store.Message) bubble.Message {
	out := bubble.Message{
		Media: m.MediaHeader(), Header: m.Part("HEADER").Text, Body: m.Part("BODY").Text, Footer: m.Part("FOOTER").Text,
		Clock: v.env.Say.Clock(v.env.Now()), Ticks: 2,
	}
	for _, b := range m.Part("BUTTONS").Buttons {
		out.Buttons = append(out.Buttons, bubble.Button{Type: b.Type, Label: b.Text})
	}
	return out
}
