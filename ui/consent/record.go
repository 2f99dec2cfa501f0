package consent

import (
	"context"
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/consent/customer"
	"pregon/ui/theme"
	"pregon/ui/view"
)

type (
	// outcome is what a write did, and how the customer stands after it.
	outcome struct {
		kind   customer.Kind
		number phone.E164 // who stood there when it was asked for
		visit  store.Visit
	}
	// last is what can be taken back: all that was recorded of one customer. Nothing of it is ever drawn, so that
	// it may outlive her visit.
	last struct {
		kind   customer.Kind
		visits []store.Visit
	}
	// confirm is a withdrawal that waits for a second key.
	confirm struct{ title, reason string }
)

// write records what was said of the customer, all of it or nothing.
func (v *View) write(k customer.Kind, said store.Counter) tea.Cmd {
	name := strings.TrimSpace(v.lines[nameLine].Value())
	if name != strings.TrimSpace(theme.Safe(v.customer.Contact.Name).String()) {
		said.Name = name // what only looks the same on this screen stays as it is
	}
	notice, _ := v.notice()
	said.Phone, said.Language = v.customer.Typing.Number, notice.Language
	said.Staff, said.Place = v.env.Staff(), v.setup.shop.Name
	return view.Do(v.env, view.Consent, &v.writing, func(ctx context.Context) (outcome, error) {
		visit, err := v.store.RecordCounter(ctx, said)
		return outcome{k, said.Phone, visit}, err
	})
}

// yes records that she agreed, and with it how the number is saved. From a withdrawal it takes the card she signed.
func (v *View) yes() tea.Cmd {
	notice, _ := v.notice()
	in := store.OptIn{Notice: notice.ID, Version: notice.Version, Method: store.MethodSpoken}
	switch {
	case v.customer.NeedsCard():
		in.Method, in.Evidence = store.MethodPaper, strings.TrimSpace(v.lines[cardLine].Value())
	case v.customer.Screen:
		in.Method = store.MethodCounterScreen
	}
	return v.write(customer.SaidYes, store.Counter{Yes: &in, Saved: v.customer.Grade})
}

// no records a refusal. From somebody who agreed it is a withdrawal, which is asked about first.
func (v *View) no() tea.Cmd {
	if v.customer.Agreed() {
		return v.withdraw()
	}
	return v.write(customer.SaidNo, store.Counter{No: true})
}

// grade says how the number is saved: of somebody who agreed it is recorded at once, else with the yes.
func (v *View) grade(g store.Grade) tea.Cmd {
	if !v.customer.Agreed() {
		v.customer.Grade = g
		return nil
	}
	return v.write(customer.Graded, store.Counter{Saved: g})
}

func (v *View) withdraw() tea.Cmd {
	v.confirm = &confirm{v.env.Say.T("No more broadcasts to her, from this moment and for good?"), "told us"}
	return nil
}

// young ends it for somebody under 18: nobody new is kept, who is known gets nothing more.
func (v *View) young() tea.Cmd {
	if v.customer.Known() {
		v.confirm = &confirm{v.env.Say.T("Under 18: no more broadcasts, from this moment and for good?"), "under 18"}
		return nil
	}
	v.next()
	return view.Send(view.Tell{Level: view.Note, Text: v.env.Say.T("Nobody under 18 gets broadcasts. Nothing was saved.")})
}

func (v *View) confirmed() tea.Cmd {
	return v.write(customer.Withdrew, store.Counter{Stop: &store.OptOut{Reason: v.confirm.reason, Method: store.MethodSpoken}})
}

// undo takes back all that was recorded of the last customer, also after she left.
func (v *View) undo() tea.Cmd {
	visits, staff := v.last.visits, v.env.Staff()
	return view.Do(v.env, view.Consent, &v.writing, func(ctx context.Context) (outcome, error) {
		_, err := v.store.VoidCounter(ctx, staff, visits...)
		return outcome{kind: customer.Undone}, err
	})
}

// written shows what a write did.
func (v *View) written(answer view.Result[outcome]) tea.Cmd {
	if !answer.Of(&v.writing) {
		return nil
	}
	if answer.Err != nil {
		return tea.Batch(v.refused(answer.Err), v.find())
	}
	done, c := answer.Value, &v.customer
	if done.kind == customer.Undone {
		v.last, c.Done = last{}, 0
		return tea.Batch(v.find(), view.Send(view.Tell{Level: view.Done, Text: v.env.Say.T("The last entry is taken back, as a mistake.")}))
	}
	v.remember(done)
	if done.number != c.Typing.Number {
		return nil // somebody else stands here by now
	}
	v.confirm, c.Grade = nil, ""
	v.finding.Drop() // what is under way was asked before this was written
	v.meet(done.visit.Contact)
	if done.kind != customer.Graded {
		c.Done, c.DoneAt = done.kind, v.env.Now()
	}
	v.focus(choices)
	return nil
}

// remember keeps what can be taken back: what is said of the saved number belongs to the answer before it.
func (v *View) remember(done outcome) {
	id := done.visit.Contact.ID
	if done.kind == customer.Graded && len(v.last.visits) > 0 && v.last.visits[0].Contact.ID == id {
		v.last.visits = append(v.last.visits, done.visit)
		return
	}
	v.last = last{done.kind, []store.Visit{done.visit}}
}

// refused goes to the line that was wrong, or says why nothing was recorded.
func (v *View) refused(err error) tea.Cmd {
	say, text := v.env.Say, v.nameless()
	move, moved := errors.AsType[*store.MoveError](err)
	invalid, isInvalid := errors.AsType[*store.InvalidError](err)
	switch {
	case moved && move.To == string(store.EventVoided):
		v.last = last{}
		text = say.T("Not taken back: something else was recorded since. Nothing was changed.")
	case moved && move.NeedsAct:
		text = say.T("Not recorded: she withdrew, and only she herself can come back.")
	case moved:
		text = say.T("Not recorded: this can no longer be changed.")
	case isInvalid && invalid.Field == "staff":
	case isInvalid && invalid.Field == "name":
		v.focus(nameLine)
		text = say.T("This name is too long.")
	default:
		return v.failed(err)
	}
	return view.Send(view.Tell{Level: view.Caution, Text: text})
}
