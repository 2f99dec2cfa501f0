package draft

import (
	tea "charm.land/bubbletea/v2"

	"pregon/ui/broadcasts/draft/start"
	"pregon/ui/view"
)

// Actions are the keys of this moment. While the start is held there is one: any key stops it.
func (c *Page) Actions() []view.Action {
	p := c.env.Say
	if c.start.Holding() {
		return []view.Action{{
			Keys: []string{"esc", "enter", "tab", "shift+tab", "up", "down", "left", "right", "backspace", "pgup", "pgdown"}, Label: p.T("stop"),
			Help: p.T("Any key stops the start"), Run: func() tea.Cmd { return c.perform(c.start.Update(tea.KeyPressMsg{Code: tea.KeyEscape})) },
		}}
	}
	var actions []view.Action
	if c.step != stepSend || c.start.Planned().IsZero() {
		actions = append(actions, view.Action{Keys: []string{"enter"}, Label: c.onward(), Help: p.T("Take this and go on"), Run: c.enter, Off: c.noStart})
	}
	switch {
	case c.step == stepPeople && c.crowd.Completable():
		actions = append(actions, view.Action{Keys: []string{"tab"}, Label: p.T("complete"), Help: p.T("Complete the word; again, another one that fits."), Run: func() tea.Cmd { return c.wrote(tea.KeyPressMsg{Code: tea.KeyTab}) }})
	case c.step != stepSend:
		actions = append(actions, view.Action{Keys: []string{"tab"}, Label: p.T("next step"), Help: p.T("Go to the next step"), Hidden: c.step == stepCheck, Run: func() tea.Cmd { return c.walk(1) }})
	}
	switch {
	case c.step == stepWords:
		actions = append(actions, c.head().Actions()...)
	case c.step == stepCheck:
		actions = append(actions,
			view.Action{Keys: []string{"t"}, Label: p.T("to me first"), Help: p.T("Send it to your own number alone, as a test"), Run: func() tea.Cmd { return c.desk.Try(c.id, c.copied()) }, Off: func() string { return c.verdict().NoTest(c.shelf.Chosen()) }},
			view.Action{Keys: []string{"o"}, Label: p.T("show them"), Help: p.T("Show the contacts who are left out for this reason"), Run: c.showLeftOut, Off: c.noList})
	case c.step == stepSend && !c.start.Planned().IsZero():
		actions = append(actions, view.Action{Keys: []string{"u"}, Label: p.T("take the plan back"), Help: p.T("It does not start by itself then"), Run: c.unplan})
	}
	return append(append(actions,
		view.Action{Keys: []string{"esc"}, Label: p.T("back"), Help: p.T("Back to the list; the draft is kept"), Run: c.back},
		view.Action{Keys: []string{"shift+tab"}, Label: c.before(), Help: p.T("Go to the step before; before the first is the name"), Hidden: c.step != stepTemplate, Run: func() tea.Cmd { return c.walk(-1) }},
		view.Action{Keys: []string{"up"}, Label: c.upward(), Help: p.T("One line up"), Hidden: c.step != stepSend || c.start.At() == start.LineWhen || !c.start.Planned().IsZero(), Run: func() tea.Cmd { return c.move(-1) }},
		view.Action{Keys: []string{"down"}, Label: p.T("down"), Help: p.T("One line down"), Hidden: true, Run: func() tea.Cmd { return c.move(1) }},
		view.Action{Keys: []string{"pgdown"}, Label: p.T("read on"), Help: p.T("See more of a long message"), Hidden: true, Run: c.scroll(3)},
		view.Action{Keys: []string{"pgup"}, Label: p.T("read back"), Help: p.T("See the beginning of a long message"), Hidden: true, Run: c.scroll(-3)},
	), c.sideways()...)
}

// sideways are left and right: another source under a word's line, else another reader.
func (c *Page) sideways() []view.Action {
	p := c.env.Say
	switch {
	case c.step == stepWords && c.words.OnSource():
		return []view.Action{
			{Keys: []string{"right"}, Label: p.T("another source"), Help: p.T("Change where the word comes from"), Run: func() tea.Cmd { return c.turn(1) }},
			{Keys: []string{"left"}, Label: p.T("source before"), Help: p.T("Change where the word comes from"), Hidden: true, Run: func() tea.Cmd { return c.turn(-1) }},
		}
	case c.step == stepPeople:
		return c.crowd.Saved()
	case c.step == stepTemplate, c.name.Focused(), c.words.Typing(), c.start.Writing():
		return nil
	}
	return []view.Action{
		{Keys: []string{"right"}, Label: p.T("next reader"), Help: p.T("See the message as the next customer sees it"), Run: func() tea.Cmd { return c.reader.Leaf(1) }},
		{Keys: []string{"left"}, Label: p.T("reader before"), Help: p.T("See the message as the customer before sees it"), Hidden: true, Run: func() tea.Cmd { return c.reader.Leaf(-1) }},
	}
}

func (c *Page) scroll(by int) func() tea.Cmd {
	return func() tea.Cmd {
		c.reader.Scroll(by)
		return nil
	}
}

func (c *Page) onward() string {
	switch c.step {
	case stepTemplate:
		return c.env.Say.T("choose")
	case stepSend:
		if c.start.At() == start.LineCount {
			return c.env.Say.T("confirm")
		}
	case stepName, stepPeople, stepWords, stepCheck:
	}
	return c.env.Say.T("go on")
}

// noStart says at the last step what must be mended before the count is asked for.
func (c *Page) noStart() string {
	if c.step != stepSend {
		return ""
	}
	return c.start.Why()
}

func (c *Page) before() string {
	if c.step == stepTemplate {
		return c.env.Say.T("name")
	}
	return c.env.Say.T("step before")
}

func (c *Page) upward() string {
	if c.step == stepSend {
		return c.env.Say.T("another time")
	}
	return c.env.Say.T("up")
}
