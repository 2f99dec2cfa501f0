package contacts

import (
	"cmp"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/contacts/bring"
	"pregon/ui/contacts/erased"
	"pregon/ui/contacts/tags"
	"pregon/ui/contacts/twins"
	"pregon/ui/view"
)

// Actions are what can be done now.
func (v *View) Actions() []view.Action {
	say := v.env.Say
	tag := view.Action{Keys: []string{"t"}, Label: say.T("tag"), Help: say.T("Add and take away tags, of all that are picked."), Run: v.asking(tagging), Off: v.gone}
	change := view.Action{Keys: []string{"e"}, Label: say.T("edit"), Help: say.T("Change her name, language, tags and what else is known of her."), Run: v.asking(editing), Off: v.gone}
	withdraw := view.Action{Keys: []string{"w"}, Label: say.T("withdraw"), Help: say.T("She wants no more broadcasts: effective at once."), Run: v.asking(withdrawing), Off: v.gone}
	counter := view.Action{Keys: []string{"a"}, Label: say.T("ask her"), Help: say.T("Go to the counter with her number."), Run: v.counter, Off: v.noNumber}
	copied := view.Action{Keys: []string{"c"}, Label: say.T("copy"), Help: say.T("Copy her number, or WhatsApp's id where no number is known."), Run: v.copyNumber, Off: v.nobody, Hidden: true}
	papers := view.Action{Keys: []string{"p"}, Label: say.T("papers"), Help: say.T("Show or save the proof of what she agreed to and her receipt, or erase her."), Run: v.papers, Off: v.nobody}
	all := view.Action{Keys: []string{"esc"}, Label: say.T("show all"), Help: say.T("End the search and the picking."), Run: v.showAll}
	switch {
	case v.bring != nil:
		return v.bring.Actions()
	case v.prompt != nil:
		return v.promptActions()
	case v.search.Focused():
		return append([]view.Action{
			{Keys: []string{"enter"}, Label: say.T("to the list"), Help: say.T("Keep the search and go to the list."), Run: v.endSearch},
			{Keys: []string{"tab"}, Label: say.T("complete"), Help: say.T("Complete the word; again, another one that fits."), Run: func() tea.Cmd { return v.searchTyped(tea.KeyPressMsg{Code: tea.KeyTab}) }, Hidden: !v.search.Completable()},
			all,
		}, v.search.Saved(false)...)
	case v.inside && v.person != nil:
		return []view.Action{
			{Keys: []string{"enter"}, Label: say.T("details"), Help: say.T("Show the exact words, the proof and the times of this entry."), Run: do(v.person.Toggle)},
			counter, change, withdraw, papers,
			{Keys: []string{"esc"}, Label: say.T("back"), Help: say.T("Back to the list."), Run: v.closePerson},
			tag, copied,
		}
	}
	change.Hidden, papers.Hidden = true, true
	actions := []view.Action{
		{Keys: []string{"enter"}, Label: say.T("open"), Help: say.T("Show her history, and why she can or cannot get broadcasts."), Run: v.open, Off: v.nobody},
		{Keys: []string{"/"}, Label: say.T("search"), Help: say.T("Search by name, number, tag and all that is known."), Run: v.focusSearch},
		{Keys: []string{"n"}, Label: say.T("new"), Help: say.T("Add one contact by hand."), Run: v.asking(adding)},
		{Keys: []string{"i"}, Label: say.T("import"), Help: say.T("Bring contacts from a file: CSV, Excel, or the cards of a phone."), Run: do(func() { v.bring = bring.New(v.env, v.store, v.brought) })},
		tag, withdraw, counter,
		{Keys: []string{"space"}, Label: say.T("pick"), Help: say.T("Pick her, for tags."), Run: v.pick, Off: v.nobody},
		{Keys: []string{"ctrl+a"}, Label: say.T("pick all"), Help: say.T("Pick everybody of this search, or nobody."), Run: do(v.table.PickAll), Off: v.nobody, Hidden: true},
		change, papers, copied,
		{Keys: []string{"T"}, Label: say.T("all tags"), Help: say.T("List all tags, to rename one or to take it from everybody."), Run: v.openTags, Hidden: true},
		{Keys: []string{"D"}, Label: say.T("duplicates"), Help: say.T("List who seems to be there twice, to make one of two."), Run: v.openTwins, Hidden: true},
	}
	if v.hers != nil {
		actions = append(actions, view.Action{Keys: []string{"E"}, Label: say.T("erased"), Help: say.T("List who was erased and has not left the file yet."), Run: v.openErased, Hidden: true})
	}
	actions = append(actions, v.search.Saved(true)...)
	if v.retagged.Contacts() > 0 {
		actions = append(actions, view.Action{Keys: []string{"u"}, Label: say.T("undo"), Help: say.T("Take the last change of tags back."), Run: v.undoTags, Off: v.busy})
	}
	if v.search.Value() != "" || len(v.table.Picked()) > 0 {
		actions = append(actions, all)
	}
	return actions
}

func (v *View) promptActions() []view.Action {
	say, p := v.env.Say, v.prompt
	leave := view.Action{Keys: []string{"esc"}, Label: say.T("no, keep"), Help: say.T("Change nothing."), Run: v.leave, Off: v.busy}
	if p.form == nil {
		leave.Keys = append(leave.Keys, "n")
		return []view.Action{{Keys: []string{"y", "Y"}, Label: say.T("yes, withdraw"), Help: say.T("She wants no more broadcasts: effective at once."), Run: v.submit, Off: v.busy}, leave}
	}
	leave.Label = say.T("leave it")
	actions := []view.Action{
		{Keys: []string{"enter"}, Label: say.T("next, save"), Help: say.T("Go to the next line; at the last one, save."), Run: v.next, Off: v.busy},
		{Keys: []string{"tab", "down"}, Label: say.T("next line"), Help: say.T("Go to the next line."), Run: do(p.form.Forth), Hidden: true},
		{Keys: []string{"shift+tab", "up"}, Label: say.T("line before"), Help: say.T("Go to the line before."), Run: do(p.form.Back), Hidden: true},
		leave,
	}
	if p.card != nil {
		save := view.Action{Keys: []string{"ctrl+s"}, Label: say.T("save"), Help: say.T("Save what stands here."), Run: v.submit, Off: v.busy}
		actions = append(actions[:1:1], append([]view.Action{save}, actions[1:]...)...)
	}
	return actions
}

func lay(d view.Dialog) tea.Cmd { return view.Send(view.Ask{Owner: view.Contacts, Dialog: d}) }

func (v *View) openTags() tea.Cmd  { return lay(tags.New(v.env, v.store)) }
func (v *View) openTwins() tea.Cmd { return lay(twins.New(v.env, v.store, v.people)) }

func (v *View) openErased() tea.Cmd {
	return lay(erased.New(v.env, v.store, v.people, func(id store.ContactID) tea.Cmd { return lay(v.hers(id)) }))
}

// do is a handler that needs no command.
func do(what func()) func() tea.Cmd {
	return func() tea.Cmd {
		what()
		return nil
	}
}

func (v *View) asking(k kind) func() tea.Cmd { return func() tea.Cmd { return v.ask(k) } }

func (v *View) nobody() string {
	if _, ok := v.current(); ok {
		return ""
	}
	return v.env.Say.T("There is nobody here. n adds a contact.")
}

// gone is nobody, and that she was erased while her page was open.
func (v *View) gone() string {
	if c, ok := v.current(); ok && c.Standing.Erased {
		return v.env.Say.Trouble("erased")
	}
	return v.nobody()
}

func (v *View) noNumber() string {
	if c, ok := v.current(); !ok || c.Phone != "" {
		return v.nobody()
	}
	return v.env.Say.T("Her number is not known yet: the counter needs it.")
}

func (v *View) busy() string {
	if v.writing.Waiting() {
		return v.env.Say.T("One moment: it is being saved.")
	}
	return ""
}

func (v *View) copyNumber() tea.Cmd {
	c, _ := v.current()
	return view.Send(view.Copy{Text: cmp.Or(string(c.Phone), c.UserID)})
}

func (v *View) papers() tea.Cmd {
	if c, ok := v.current(); ok && v.hers != nil {
		return lay(v.hers(c.ID))
	}
	return nil
}

func (v *View) pick() tea.Cmd {
	v.table.Toggle()
	return v.turn(tea.KeyPressMsg{Code: tea.KeyDown})
}

func (v *View) counter() tea.Cmd {
	c, _ := v.current()
	return view.Send(view.OpenConsent{Phone: string(c.Phone)})
}

func (v *View) endSearch() tea.Cmd {
	v.search.Blur()
	return v.apply()
}

func (v *View) showAll() tea.Cmd {
	v.table.PickNone()
	return v.list("")
}
