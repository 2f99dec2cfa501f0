package draft

import (
	tea "charm.land/bubbletea/v2"

	"pregon/ui/broadcasts/draft/start"
	"pregon/ui/broadcasts/draft/verdict"
	"pregon/ui/view"
	"pregon/ui/widget/rows"
)

// step is a part of the page; the name stands above the others.
type step int

const (
	stepName step = iota
	stepTemplate
	stepPeople
	stepWords
	stepCheck
	stepSend
)

func (c *Page) enter() tea.Cmd {
	switch c.step {
	case stepTemplate:
		t, ok := c.shelf.Take()
		if !ok {
			return nil
		}
		c.draft.Template, c.draft.Language = t.Name, t.Language
		c.pick()
		return tea.Batch(c.edit(), c.walk(1))
	case stepWords:
		if c.words.At()+1 < c.words.Lines() {
			return c.move(1)
		}
	case stepSend:
		return c.perform(c.start.Enter())
	default:
	}
	return c.walk(1)
}

// walk goes some steps on or back.
func (c *Page) walk(by int) tea.Cmd {
	return c.stand(min(max(c.step+step(by), stepName), stepSend))
}

// stand goes to a step.
func (c *Page) stand(s step) tea.Cmd {
	loose := (s == stepWords) != (c.step == stepWords)
	if s != c.step {
		c.words.Stand(0)
		c.start.Stand(start.LineCount)
		c.standing.Forget()
	}
	c.step, c.reason = s, 0
	c.shelf.Find()
	c.focus()
	if loose {
		return tea.Batch(c.prepare(), c.meet())
	}
	return c.prepare()
}

// move goes to another line of the step.
func (c *Page) move(by int) tea.Cmd {
	at := c.reason
	switch c.step {
	case stepTemplate:
		at = c.shelf.At()
	case stepWords:
		at = c.words.At()
	case stepSend:
		at = c.start.At()
	default:
	}
	return c.point(at + by)
}

// point goes to a line of the step, the nearest there is.
func (c *Page) point(at int) tea.Cmd {
	at = max(0, at)
	switch c.step {
	case stepTemplate:
		c.shelf.Stand(at)
	case stepCheck:
		c.reason = min(at, max(0, len(c.verdict().Reasons())-1))
	case stepWords:
		c.words.Stand(at)
	case stepSend:
		c.start.Stand(at)
		return c.prepare()
	default:
	}
	return nil
}

// picked goes to what was clicked; a second click on it does what enter does.
func (c *Page) picked(pick rows.Pick) tea.Cmd {
	switch pick.Of {
	case lines{c, "steps"}:
		return c.stand(stepTemplate + step(pick.At))
	case lines{c, "panel"}:
		if c.step == stepTemplate && c.shelf.At() == pick.At {
			return c.enter()
		}
		return c.point(pick.At)
	}
	return nil
}

// focus gives the letters to where the cursor stands.
func (c *Page) focus() {
	c.name.Blur()
	c.crowd.Blur()
	if c.step != stepWords {
		c.words.Stand(-1)
	}
	if c.step != stepSend {
		c.start.Stand(-1)
	}
	switch c.step {
	case stepName:
		c.name.Focus()
	case stepPeople:
		c.crowd.Focus()
	case stepWords:
		c.words.Stand(c.words.At())
	case stepSend:
		c.start.Stand(c.start.At())
	default:
	}
}

// wrote puts what was typed where the cursor stands.
func (c *Page) wrote(msg tea.Msg) tea.Cmd {
	switch c.step {
	case stepName:
		if !c.name.Update(msg) {
			return nil
		}
		c.draft.Name = c.name.Value()
	case stepPeople:
		if !c.crowd.Update(msg) {
			return nil
		}
		if !c.crowd.Readable() {
			return c.prepare()
		}
		c.draft.Audience = c.crowd.Text()
	case stepWords:
		if !c.words.Update(msg) {
			return nil
		}
		c.draft.Bindings = c.words.Bindings()
	case stepSend:
		return c.perform(c.start.Update(msg))
	case stepTemplate, stepCheck:
		return nil
	}
	return c.edit()
}

// turn changes where a word comes from.
func (c *Page) turn(by int) tea.Cmd {
	c.words.Turn(by)
	c.draft.Bindings = c.words.Bindings()
	return c.edit()
}

func (c *Page) noList() string {
	if verdict.Query(c.verdict().Under(c.reason), "") == "" {
		return c.env.Say.T("There is no list for this")
	}
	return ""
}

func (c *Page) showLeftOut() tea.Cmd {
	return view.Send(view.ListContacts{Query: verdict.Query(c.verdict().Under(c.reason), c.draft.Audience)})
}

func (c *Page) back() tea.Cmd {
	if !c.crowd.Readable() {
		text := c.env.Say.T("The draft is kept without the last words about who gets it: they were not understood.")
		return tea.Batch(c.Leave(), view.Send(view.Tell{Level: view.Caution, Text: text}), c.desk.Back())
	}
	return tea.Batch(c.Leave(), c.desk.Back())
}
