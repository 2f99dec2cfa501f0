package contacts

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/contacts/edit"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// outcome is what a write did.
type outcome struct {
	kind   kind
	added  store.ContactID
	change store.TagChange
}

// submit saves what the prompt asked, if it is whole.
func (v *View) submit() tea.Cmd {
	p := v.prompt
	if p.form != nil && !p.form.Valid() {
		return nil
	}
	switch p.kind {
	case tagging:
		return v.submitTags()
	case editing:
		changes := p.card.Edited()
		return v.warned(p.card.NewTags(), func(ctx context.Context, _ *outcome) error { return v.store.Edit(ctx, p.ids[0], changes) })
	case adding:
		c := p.card.Added()
		return v.warned(c.Tags, func(ctx context.Context, done *outcome) error {
			made, err := v.store.AddContact(ctx, c)
			done.added = made.ID
			return err
		})
	case withdrawing:
		out := store.OptOut{Contact: p.ids[0], Reason: "told us", Staff: v.env.Staff(), Method: store.MethodSpoken}
		return v.write(withdrawing, func(ctx context.Context, _ *outcome) error {
			_, err := v.store.RecordOptOut(ctx, out)
			return err
		})
	case untagging: // asks nothing
	}
	return nil
}

func (v *View) submitTags() tea.Cmd {
	p := v.prompt
	add, remove := edit.Changes(p.form.Value("tag"))
	if len(add)+len(remove) == 0 {
		p.form.Mark("tag", v.env.Say.T("Write +tag to add one, -tag to take one away."))
		return nil
	}
	return v.warned(add, func(ctx context.Context, done *outcome) (err error) {
		done.change, err = v.store.Retag(ctx, p.ids, add, remove)
		return err
	})
}

// warned writes, unless a new tag has to be warned of first.
func (v *View) warned(tags []string, work func(context.Context, *outcome) error) tea.Cmd {
	p := v.prompt
	if tag, kind := store.FirstSensitive(tags); kind != store.NotSensitive && p.warned != tag {
		say := v.env.Say
		p.form.Mark("tag", say.Protected(string(kind), theme.Safe(tag).String())+" "+say.T("Enter again keeps it."))
		p.warned = tag
		return nil
	}
	return v.write(p.kind, work)
}

func (v *View) write(k kind, work func(context.Context, *outcome) error) tea.Cmd {
	return view.Do(v.env, view.Contacts, &v.writing, func(ctx context.Context) (outcome, error) {
		done := outcome{kind: k}
		err := work(ctx, &done)
		return done, err
	})
}

// undoTags takes the last change of tags back.
func (v *View) undoTags() tea.Cmd {
	change := v.retagged
	return v.write(untagging, func(ctx context.Context, _ *outcome) error { return v.store.UndoTags(ctx, change) })
}

// written tells what a write did, or marks the field that was refused.
func (v *View) written(answer view.Result[outcome]) tea.Cmd {
	if !answer.Of(&v.writing) {
		return nil
	}
	if answer.Err != nil {
		return v.refused(answer.Err)
	}
	v.prompt = nil
	say, commands := v.env.Say, []tea.Cmd{v.reload()}
	var text string
	switch done := answer.Value; done.kind {
	case withdrawing:
		text = say.T("Withdrawn: she gets nothing more from this moment.")
	case adding:
		text = say.T("Added. Next: ask her at the counter, with a.")
		v.inside = true
		commands = append(commands, v.table.Go(done.added), v.fetch(done.added))
	case tagging:
		text = say.T("The tags of %d contacts are changed; u takes it back.", done.change.Contacts())
		v.retagged = done.change
		v.table.PickNone()
	case untagging:
		text = say.T("The tags are as they were.")
		v.retagged = store.TagChange{}
	case editing:
		text = say.T("The changes are saved.")
	}
	return tea.Batch(append(commands, view.Send(view.Tell{Level: view.Done, Text: text}))...)
}

func (v *View) refused(err error) tea.Cmd {
	p := v.prompt
	invalid, isInvalid := errors.AsType[*store.InvalidError](err)
	switch {
	case p == nil || p.form == nil:
		return v.failed(err)
	case errors.Is(err, store.ErrConflict):
		p.form.Mark("phone", v.env.Say.T("This number is in your contacts already."))
	case isInvalid:
		p.form.Mark(invalid.Field, v.env.Say.Refused(invalid.Reason))
	default:
		return v.failed(err)
	}
	return nil
}
