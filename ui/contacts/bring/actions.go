package bring

import (
	"slices"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/view"
)

// Actions are what can be done at this step.
func (p *Page) Actions() []view.Action {
	say := p.env.Say
	leave := view.Action{Keys: []string{"esc"}, Label: say.T("leave it"), Help: say.T("Take nothing in and go back to the list."), Run: p.leave}
	switch p.step {
	case asking:
		return []view.Action{
			{Keys: []string{"enter"}, Label: say.T("next"), Help: say.T("Go to the next line; at the last one, look at the file."), Run: p.next, Off: p.looks},
			{Keys: []string{"tab"}, Label: say.T("complete"), Help: say.T("Complete the name of the file."), Run: p.tab},
			{Keys: []string{"shift+tab"}, Label: say.T("line before"), Help: say.T("Go to the line before."), Run: do(func() { p.focus(1 - p.at) }), Hidden: true},
			leave,
		}
	case choosing:
		return []view.Action{{Keys: []string{"enter"}, Label: say.T("this sheet"), Help: say.T("Take the contacts of this sheet."), Run: p.pickSheet, Off: p.looks}, p.before(asking)}
	case mapping:
		return []view.Action{
			{Keys: []string{"enter"}, Label: say.T("read the file"), Help: say.T("Read the file whole and show what it would do. Nothing changes yet."), Run: p.readFile, Off: p.noPhone},
			{Keys: []string{"right", "l", "space"}, Label: say.T("means …"), Help: say.T("Give this column the next meaning."), Run: func() tea.Cmd { return p.turn(1) }, Off: p.fixed},
			{Keys: []string{"left", "h"}, Label: say.T("meaning before"), Help: say.T("Give this column the meaning before."), Run: func() tea.Cmd { return p.turn(-1) }, Off: p.fixed, Hidden: true},
			p.before(asking),
		}
	case reading, keeping:
		leave.Label, leave.Help, leave.Run = say.T("stop"), say.T("Stop; the contacts stay as they were."), do(func() { p.stop() })
		return []view.Action{leave}
	case undoing:
		return nil
	case deciding:
		return append(p.decisions(), leave)
	case finished:
	}
	leave.Label, leave.Help = say.T("done"), say.T("Go back to the list.")
	leave.Keys = []string{"enter", "esc"}
	undo := view.Action{Keys: []string{"u"}, Label: say.T("undo all"), Help: say.T("Take the whole import back."), Run: p.undo}
	if p.undone != nil {
		return []view.Action{leave}
	}
	return []view.Action{leave, undo}
}

func (p *Page) decisions() []view.Action {
	say := p.env.Say
	actions := []view.Action{{
		Keys: []string{"enter"}, Label: say.T("take them in"), Help: say.T("Take the file in, all of it in one go. It can be undone as a whole."),
		Run: p.keep, Off: p.nothing,
	}}
	if p.several() {
		actions = append(actions,
			view.Action{Keys: []string{"f"}, Label: say.T("first mobile"), Help: say.T("Of people with several mobiles take the one that stands first."), Run: p.answer(store.FirstPhone)},
			view.Action{Keys: []string{"b"}, Label: say.T("all mobiles"), Help: say.T("Make each mobile of a person a contact of its own."), Run: p.answer(store.AllPhones)})
	}
	if p.bought() {
		actions = append(actions, view.Action{
			Keys: []string{"tab"}, Label: say.T("answer"), Help: say.T("Go to the answer, or to the rows that are not taken."), Run: do(p.toggleAnswer),
		})
	}
	return append(actions, p.before(mapping))
}

// before goes one step back. Esc does, except where it leaves the page.
func (p *Page) before(to step) view.Action {
	say := p.env.Say
	keys := []string{"esc"}
	if p.step == deciding {
		keys = []string{"m"}
	}
	label := say.T("back")
	if to == mapping {
		label = say.T("columns")
	}
	return view.Action{Keys: keys, Label: label, Help: say.T("Go one step back; nothing is taken in yet."), Run: do(func() {
		p.step, p.cursor, p.fault = to, 0, ""
		if to == asking {
			p.options.Sheet = ""
			p.focus(fileLine)
		}
	})}
}

func (p *Page) several() bool {
	return slices.ContainsFunc(p.people, func(row store.StagedRow) bool { return row.Reason == "several_numbers" })
}

func (p *Page) answer(choice store.PhoneChoice) func() tea.Cmd {
	return func() tea.Cmd {
		p.phones = choice
		return p.readFile()
	}
}

func (p *Page) toggleAnswer() {
	if p.lines[answerLine].Focused() {
		p.lines[answerLine].Blur()
		return
	}
	p.focus(answerLine)
}

// next goes from the file to the source, and from there to the file's columns.
func (p *Page) next() tea.Cmd {
	say := p.env.Say
	switch {
	case p.value(fileLine) == "":
		p.fault = say.T("Which file? Drop it on this window, or type where it lies.")
		p.focus(fileLine)
		return nil
	case p.at == fileLine:
		p.focus(sourceLine)
		return nil
	case p.value(sourceLine) == "":
		p.fault = say.T("Where did these numbers come from? It stays on the record of everybody in the file.")
		return nil
	}
	if p.path() != p.answered { // what was said of one file says nothing of another
		p.answered, p.phones = p.path(), store.AskPhone
		clear(p.options.Map)
	}
	return p.look()
}

func (p *Page) tab() tea.Cmd {
	if p.at == sourceLine {
		p.focus(fileLine)
		return nil
	}
	return p.complete()
}

func (p *Page) pickSheet() tea.Cmd {
	p.options.Sheet = p.file.Sheets[p.cursor]
	return p.look()
}

func (p *Page) looks() string {
	if p.looking.Waiting() {
		return p.env.Say.T("One moment: the file is being looked at.")
	}
	return ""
}

func (p *Page) noPhone() string {
	if !p.file.Phone {
		return p.env.Say.T("Go to the column of the phone numbers and press %s until it says so.", p.env.Theme.Glyph.RightKey)
	}
	return p.looks()
}

// fixed: the properties of a card mean what they mean.
func (p *Page) fixed() string {
	if p.file.Format == "vcard" {
		return p.env.Say.T("Cards say themselves what is what.")
	}
	return p.looks()
}

func (p *Page) nothing() string {
	say := p.env.Say
	switch {
	case p.plan.Added+p.plan.Updated+p.plan.OptedIn+p.plan.Attested == 0:
		return say.T("There is nothing to take in: everybody is known already.")
	case p.bought() && p.value(answerLine) == "":
		return say.T("First say how these people became your customers.")
	}
	return ""
}

// do is a handler that needs no command.
func do(what func()) func() tea.Cmd {
	return func() tea.Cmd {
		what()
		return nil
	}
}
