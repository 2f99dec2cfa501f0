package audiences

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"pregon/store/audience"
	"pregon/ui/view"
	"pregon/ui/widget/form"
)

// Actions are what can be done now.
func (l *List) Actions() []view.Action {
	say := l.env.Say
	switch {
	case l.query != "":
		return []view.Action{
			{Keys: []string{"enter", "ctrl+s"}, Label: say.T("save"), Help: say.T("Keep the audience under this name."), Run: l.keep, Off: l.busy},
			{Keys: []string{"esc"}, Label: say.T("leave it"), Help: say.T("Change nothing."), Run: l.close, Off: l.busy},
		}
	case l.name != nil:
		return []view.Action{
			{Keys: []string{"enter"}, Label: say.T("save"), Help: say.T("Give the audience this name."), Run: l.rename, Off: l.busy},
			{Keys: []string{"esc"}, Label: say.T("leave it"), Help: say.T("Change nothing."), Run: l.leave, Off: l.busy},
		}
	}
	actions := []view.Action{
		{Keys: []string{"enter"}, Label: say.T("use it"), Help: say.T("Put this audience where you were typing."), Run: l.choose, Off: l.none},
		{Keys: []string{"r"}, Label: say.T("rename"), Help: say.T("Give the audience another name."), Run: func() tea.Cmd {
			name, _ := l.table.Key()
			return l.ask(name)
		}, Off: l.none},
		{Keys: []string{"x"}, Label: say.T("delete"), Help: say.T("Delete the audience; nobody in it is touched, and u takes it back."), Run: l.remove, Off: l.none},
	}
	if l.gone != nil {
		actions = append(actions, view.Action{Keys: []string{"u"}, Label: say.T("undo"), Help: say.T("Take the deletion back."), Run: l.restore, Off: l.busy})
	}
	return append(actions, view.Action{Keys: []string{"esc", "q", "f4"}, Label: say.T("close"), Help: say.T("Back to where you were."), Run: l.close})
}

func (l *List) busy() string {
	if l.writing.Waiting() {
		return l.env.Say.T("One moment: it is being saved.")
	}
	return ""
}

func (l *List) none() string {
	if _, ok := l.table.Key(); !ok {
		return l.env.Say.T("No audience is saved yet: ctrl+s saves one where it is typed.")
	}
	return l.busy()
}

// ask opens the line of a name.
func (l *List) ask(name string) tea.Cmd {
	l.name = form.New(l.env, form.Field{Key: "name", Label: l.env.Say.T("Name"), Value: name, Limit: 60})
	l.taken = ""
	return nil
}

func (l *List) leave() tea.Cmd {
	l.name = nil
	return nil
}

func (l *List) close() tea.Cmd {
	l.done = true
	return nil
}

func (l *List) choose() tea.Cmd {
	name, _ := l.table.Key()
	l.answer = view.Answer{Dialog: view.Audiences, Yes: true, Text: audience.Named{Name: name}.String()}
	return l.close()
}

// keep saves the query; under a name that is another one's already only the second time.
func (l *List) keep() tea.Cmd {
	name, query, staff := l.name.Value("name"), l.query, l.env.Staff()
	save := l.store.SaveAudience
	if l.taken != "" && l.taken == name {
		save = l.store.ChangeAudience
	}
	return l.write(func(ctx context.Context) (written, error) {
		a, err := save(ctx, name, query, staff)
		return written{kept, a}, err
	})
}

func (l *List) rename() tea.Cmd {
	from, _ := l.table.Key()
	to, staff := l.name.Value("name"), l.env.Staff()
	return l.write(func(ctx context.Context) (written, error) {
		a, err := l.store.RenameAudience(ctx, from, to, staff)
		return written{renamed, a}, err
	})
}

func (l *List) remove() tea.Cmd {
	name, _ := l.table.Key()
	staff := l.env.Staff()
	return l.write(func(ctx context.Context) (written, error) {
		a, err := l.store.DeleteAudience(ctx, name, staff)
		return written{deleted, a}, err
	})
}

func (l *List) restore() tea.Cmd {
	gone := *l.gone
	return l.write(func(ctx context.Context) (written, error) {
		return written{restored, gone}, l.store.RestoreAudience(ctx, gone)
	})
}

func (l *List) write(work func(context.Context) (written, error)) tea.Cmd {
	return view.Do(l.env, view.Audiences, &l.writing, work)
}
