package draft

import (
	"image"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/broadcasts/draft/spread"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/rows"
)

// Render draws the five steps, the message, and beside or above it the step of the cursor.
func (c *Page) Render(size view.Size) view.Frame {
	th := c.env.Theme
	f := place.Crop(th, c.page(size), size)
	if c.start.Holding() { // wherever it is clicked, it stops
		f.Zones = []view.Zone{{Area: image.Rect(0, 0, size.W, size.H), Msg: tea.MouseClickMsg{}}}
	}
	return f
}

func (c *Page) page(size view.Size) view.Frame {
	th := c.env.Theme
	var steps []view.Frame
	for s := stepTemplate; s <= stepSend; s++ {
		steps = append(steps, place.Text(c.stepLine(s, size.W-rows.Indent)))
	}
	of, height := lines{c, "steps"}, len(steps)
	if size.H < 17 {
		height = 1
	}
	top := place.Column(c.name.Render(rows.Pick{Of: of, At: int(stepName - stepTemplate)}, c.draft.Name, c.Unsaved(), size.W), rows.Render(th, of, steps, int(c.step-stepTemplate), view.Size{W: size.W, H: height}), place.Text(" "))
	keeps := 7 // lines of the message
	switch c.step {
	case stepCheck:
		keeps = 6 // who is left out is more than it
	case stepSend:
		keeps = 5
	default:
	}
	return spread.Render(th, size, top, keeps, c.panel, c.preview)
}

// preview shows the message of the template, or as somebody who gets it will see it.
func (c *Page) preview(size view.Size) view.Frame {
	if c.step == stepTemplate {
		return c.reader.Render(c.shelf.Under(), true, size)
	}
	return c.reader.Render(c.shelf.Chosen(), false, size)
}

// stepLine is one step, what is chosen in it, and what it lacks.
func (c *Page) stepLine(s step, width int) string {
	th := c.env.Theme
	name, role, words := c.summary(s)
	look := theme.Muted
	if s == c.step {
		look = theme.Strong
	}
	if words != "" {
		words = th.Mark(role, words)
	}
	return th.Truncate(th.Paint(look, theme.PadRight(name, 13))+" "+words, width, theme.Right)
}

func (c *Page) summary(s step) (name string, role theme.Role, words string) {
	p := c.env.Say
	switch s {
	case stepTemplate:
		role, words = c.shelf.Summary()
		return p.T("1 Template"), role, words
	case stepPeople:
		role, words = c.crowd.Summary(c.check)
		return p.T("2 People"), role, words
	case stepWords:
		if c.shelf.Chosen() == nil || c.check == nil {
			return p.T("3 Words"), theme.Plain, ""
		}
		if missing := c.head().Missing(); missing != "" {
			return p.T("3 Words"), theme.Warn, missing
		}
		if n := len(c.check.Unbound); n > 0 {
			return p.T("3 Words"), theme.Warn, p.T("%d still empty", n)
		}
		return p.T("3 Words"), theme.Good, c.words.Summary()
	case stepCheck:
		if c.check == nil || c.check.Audience == 0 || len(c.check.Unbound) > 0 {
			return p.T("4 Check"), theme.Plain, ""
		}
		role = theme.Good
		if c.check.Sendable == 0 {
			role = theme.Bad
		}
		return p.T("4 Check"), role, c.verdict().Short()
	case stepName, stepSend:
	}
	role, words = c.start.Summary()
	return p.T("5 Send"), role, words
}

// panel is the step of the cursor.
func (c *Page) panel(size view.Size) view.Frame {
	p := c.env.Say
	switch c.step {
	case stepTemplate:
		return c.shelf.Render(lines{c, "panel"}, size)
	case stepPeople:
		if c.edits != c.looked {
			return c.crowd.Render(nil, size)
		}
		return c.crowd.Render(c.check, size)
	case stepWords:
		head := c.head().Render(size.W)
		if head.Content != "" {
			size.H = max(1, size.H-place.Height(head))
		}
		return place.Column(head, c.words.Render(lines{c, "panel"}, size))
	case stepCheck:
		return c.verdict().Render(lines{c, "panel"}, c.reason, size)
	case stepSend:
		return c.send(size)
	case stepName:
	}
	return place.Text(theme.Wrap(p.T("The name is for the shop's own list; no customer sees it."), size.W)...)
}
