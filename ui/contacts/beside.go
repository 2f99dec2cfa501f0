package contacts

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/contacts/person"
	"pregon/ui/view"
	"pregon/ui/widget/form"
)

type (
	peek          struct{ move int } // the cursor rests since that move
	searchPressed struct{}
)

// Recipient is this tab, also while another is shown.
func (peek) Recipient() view.ID { return view.Contacts }

// turn gives the list a message; where there is room, the person beside it follows the cursor.
func (v *View) turn(msg tea.Msg) tea.Cmd {
	return tea.Batch(v.table.Update(msg), v.follow())
}

// follow asks for the person of the cursor's row once the cursor rests.
func (v *View) follow() tea.Cmd {
	if v.inside {
		return nil
	}
	id, there := v.table.Key()
	if !v.wide || !there {
		if v.table.Loaded() {
			v.person, v.peeked = nil, 0
			v.fetching.Drop()
		}
		return nil
	}
	if id == v.peeked {
		return nil
	}
	v.peeked = id
	v.peeks++
	move := v.peeks
	return v.env.After(rest, func(time.Time) tea.Msg { return peek{move} })
}

// open gives the person of the cursor's row the keys.
func (v *View) open() tea.Cmd {
	id, _ := v.table.Key()
	v.inside, v.peeked = true, id
	if v.person != nil && v.person.Contact.ID != id {
		v.person = nil
	}
	return v.fetch(id)
}

// closePerson gives the keys back to the list.
func (v *View) closePerson() tea.Cmd {
	v.inside, v.peeked = false, 0
	v.fetching.Drop()
	if !v.wide {
		v.person = nil
		return nil
	}
	return v.follow()
}

// pressed is a click on the history, which takes the keys with it.
func (v *View) pressed(press person.Pressed) tea.Cmd {
	if v.person == nil || v.prompt != nil {
		return nil
	}
	v.inside = true
	v.search.Blur()
	v.person.Click(press)
	return nil
}

// clicked is a click on a row, a field or the search, or an answer to the list.
func (v *View) clicked(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case form.Pressed:
		if v.prompt != nil {
			v.prompt.typed(msg)
		}
		return nil
	case searchPressed:
		if v.prompt == nil {
			v.inside = v.inside && !v.wide
			return v.focusSearch()
		}
		return nil
	}
	before, inside := v.table.Cursor(), v.inside
	command := v.table.Update(msg)
	if inside && v.wide && v.table.Cursor() != before { // a click on a row beside the person
		v.inside = false
	}
	return tea.Batch(command, v.follow())
}
