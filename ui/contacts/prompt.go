package contacts

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/contacts/edit"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/form"
	"pregon/ui/widget/place"
	"pregon/ui/widget/question"
)

// kind is what a prompt asks.
type kind int

const (
	tagging kind = iota
	editing
	adding
	withdrawing
	untagging
)

// prompt is a question below the list: a form to fill in, or, without one, something to confirm.
type prompt struct {
	kind    kind
	title   string
	ids     []store.ContactID
	form    *form.Form // nil where there is nothing to fill in
	card    *edit.Card // of one contact
	warned  string     // the tag of which was warned; enter again keeps it
	leaving bool       // what is not saved was said
}

func (p *prompt) typed(msg tea.Msg) {
	p.leaving = false
	if p.form != nil && p.form.Update(msg) {
		p.warned = ""
	}
}

// current is whom the keys are about: the person on screen, else the row of the cursor.
func (v *View) current() (store.Contact, bool) {
	if v.inside && v.person != nil {
		return v.person.Contact, true
	}
	return v.table.Current()
}

// ask opens a prompt of a kind, about the person on screen, else the row of the cursor; tags go to all picked.
func (v *View) ask(k kind) tea.Cmd {
	say := v.env.Say
	c, _ := v.current()
	p := &prompt{kind: k, ids: []store.ContactID{c.ID}}
	switch k {
	case tagging:
		if picked := v.table.Picked(); !v.inside && len(picked) > 0 {
			p.ids = picked
		}
		p.title = say.T("Tags of %d contacts", len(p.ids))
		p.form = form.New(v.env, form.Field{Key: "tag", Label: say.T("Tags"), Hint: "+vip -old"})
	case editing:
		p.title = say.T("What is known of her")
		p.card = edit.Known(v.env, c)
	case adding:
		p.title = say.T("A new contact. She gets nothing before she agreed.")
		p.card = edit.New(v.env, v.region)
	case withdrawing:
		p.title = say.T("No more broadcasts from this moment, for good, to %s?", v.people.Name(c))
	case untagging: // needs no question
	}
	if p.card != nil {
		p.form = p.card.Form
	}
	v.prompt = p
	return nil
}

// leave drops the prompt; where something was typed, only the second time.
func (v *View) leave() tea.Cmd {
	if p := v.prompt; p.card != nil && p.form.Changed() && !p.leaving {
		p.leaving = true
		return view.Send(view.Tell{Level: view.Caution, Text: v.env.Say.T("This is not saved yet. Esc again drops it.")})
	}
	v.prompt = nil
	return nil
}

// next goes to the next field, and from the last on to saving.
func (v *View) next() tea.Cmd {
	if v.prompt.form.Next() {
		return nil
	}
	return v.submit()
}

// renderPrompt draws the question over as much of the list as it needs; the list keeps a few rows.
func (v *View) renderPrompt(size view.Size) view.Frame {
	th, p := v.env.Theme, v.prompt
	lines := []string{th.Paint(theme.Faint, strings.Repeat(th.Glyph.Rule, size.W))}
	if p.form == nil {
		return place.Column(place.Text(lines...), question.Render(th, p.title, size.W,
			question.Yes(v.env.Say.T("yes, withdraw")), question.No(v.env.Say.T("no, keep"))))
	}
	lines = v.wrapped(lines, theme.Strong, p.title, size.W)
	room := view.Size{W: size.W, H: max(1, size.H-len(lines)-min(4, size.H/4))}
	room.H = min(room.H, p.form.Height(room))
	return place.Column(place.Text(lines...), p.form.Render(room))
}
