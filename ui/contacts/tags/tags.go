// Package tags is the list of all tags, where one is given another name, made one with another, or taken from everybody.
package tags

import (
	"context"
	"errors"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/audience"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/form"
	"pregon/ui/widget/place"
	"pregon/ui/widget/table"
)

// ID is the address of the list.
const ID view.ID = "tags"

// Store is the part of the shop file the list needs.
type Store interface {
	Tags(ctx context.Context) ([]store.TagCount, error)
	RenameTag(ctx context.Context, from, to, staff string) (store.TagChange, error)
	RemoveTag(ctx context.Context, tag, staff string) (store.TagChange, error)
	UndoTags(ctx context.Context, change store.TagChange) error
}

// source reads the tags; there are never so many that a window of them would be worth a second question.
type source struct{ store Store }

// Keys are the tags, the most used first.
func (s source) Keys(ctx context.Context) (table.Spine[string], error) {
	list, err := s.store.Tags(ctx)
	keys := make(table.Keys[string], 0, len(list))
	for _, one := range list {
		keys = append(keys, one.Tag)
	}
	return keys, err
}

// Rows are all tags.
func (s source) Rows(ctx context.Context, _ []string) ([]store.TagCount, error) {
	return s.store.Tags(ctx)
}

// written is what a change did; undone that it was taken back.
type written struct {
	change store.TagChange
	undone bool
}

// List is the list, laid over the contacts.
type List struct {
	env    *view.Env
	store  Store
	table  *table.Table[string, store.TagCount]
	rename *form.Form // of the cursor's tag, nil while none is renamed
	warned string
	remove bool // asked whether to take the tag from everybody
	change store.TagChange
	answer view.Answer
	done   bool

	writing view.Latest
}

// New returns the list; Init loads it. Its answer is the query of a tag whose contacts are to be listed.
func New(env *view.Env, s Store) *List {
	l := &List{env: env, store: s}
	l.table = table.New(env, ID, func(t store.TagCount) string { return t.Tag }, []table.Column[store.TagCount]{
		{Title: env.Say.T("Contacts"), Min: 9, Right: true, Cell: func(t store.TagCount) table.Cell {
			return table.Cell{Text: theme.Safe(env.Say.Number(t.Count)), Role: theme.Muted}
		}},
		{Title: env.Say.T("Tag"), Min: 10, Weight: 1, Cell: func(t store.TagCount) table.Cell {
			return table.Cell{Text: theme.Safe(t.Tag)}
		}},
	})
	return l
}

// ID is the address of the list.
func (l *List) ID() view.ID { return ID }

// Title is the heading.
func (l *List) Title() string { return l.env.Say.T("Tags") }

// Init loads the tags.
func (l *List) Init() tea.Cmd { return l.table.Load(source{l.store}) }

// Typing says that a name is being typed.
func (l *List) Typing() bool { return l.rename != nil }

// Done is the query of the tag that was chosen, once the list is closed.
func (l *List) Done() (view.Answer, bool) { return l.answer, l.done }

// Update takes answers, keys and clicks.
func (l *List) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[written]:
		return l.written(msg)
	case view.StoreChanged:
		return l.table.Reload()
	case tea.KeyPressMsg, tea.PasteMsg:
		if l.rename != nil {
			if l.rename.Update(msg) {
				l.warned = ""
			}
			return nil
		}
		if l.remove {
			return nil
		}
	}
	return l.table.Update(msg)
}

// Actions are what can be done now.
func (l *List) Actions() []view.Action {
	say := l.env.Say
	switch {
	case l.rename != nil:
		return []view.Action{
			{Keys: []string{"enter"}, Label: say.T("save"), Help: say.T("Give the tag this name everywhere."), Run: l.save, Off: l.busy},
			{Keys: []string{"esc"}, Label: say.T("leave it"), Help: say.T("Change nothing."), Run: l.quiet(func() { l.rename = nil }), Off: l.busy},
		}
	case l.remove:
		return []view.Action{
			{Keys: []string{"y", "Y"}, Label: say.T("yes, take it away"), Help: say.T("Take the tag from everybody."), Run: l.take, Off: l.busy},
			{Keys: []string{"esc", "n", "N"}, Label: say.T("no, keep"), Help: say.T("Change nothing."), Run: l.quiet(func() { l.remove = false }), Off: l.busy},
		}
	}
	actions := []view.Action{
		{Keys: []string{"enter"}, Label: say.T("list them"), Help: say.T("Show the contacts that are counted here."), Run: l.choose, Off: l.nothing},
		{Keys: []string{"r"}, Label: say.T("rename"), Help: say.T("Give the tag another name; one that is in use makes the two one."), Run: l.ask, Off: l.nothing},
		{Keys: []string{"x"}, Label: say.T("take away"), Help: say.T("Take the tag from everybody."), Run: l.quiet(func() { l.remove = true }), Off: l.nothing},
	}
	if l.change.Contacts() > 0 {
		actions = append(actions, view.Action{Keys: []string{"u"}, Label: say.T("undo"), Help: say.T("Take the last change of tags back."), Run: l.undo, Off: l.busy})
	}
	return append(actions, view.Action{Keys: []string{"esc", "q"}, Label: say.T("close"), Help: say.T("Back to the list."), Run: l.quiet(func() { l.done = true })})
}

func (l *List) quiet(what func()) func() tea.Cmd {
	return func() tea.Cmd {
		what()
		return nil
	}
}

func (l *List) busy() string {
	if l.writing.Waiting() {
		return l.env.Say.T("One moment: it is being saved.")
	}
	return ""
}

func (l *List) nothing() string {
	if _, ok := l.table.Key(); !ok {
		return l.env.Say.T("There is no tag yet: t on a contact adds one.")
	}
	return l.busy()
}

func (l *List) choose() tea.Cmd {
	tag, _ := l.table.Key()
	l.answer, l.done = view.Answer{Dialog: ID, Yes: true, Text: audience.Tag{Name: tag}.String()}, true
	return nil
}

func (l *List) ask() tea.Cmd {
	tag, _ := l.table.Key()
	l.rename = form.New(l.env, form.Field{Key: "tag", Label: l.env.Say.T("New name"), Value: tag, Limit: 60})
	l.warned = ""
	return nil
}

// save gives the tag its new name, unless that has to be warned of first.
func (l *List) save() tea.Cmd {
	from, _ := l.table.Key()
	to := l.rename.Value("tag")
	if kind := store.SensitiveTag(to); kind != store.NotSensitive && to != l.warned {
		say := l.env.Say
		l.rename.Mark("tag", say.Protected(string(kind), theme.Safe(to).String())+" "+say.T("Enter again keeps it."))
		l.warned = to
		return nil
	}
	return l.write(func(ctx context.Context) (written, error) {
		change, err := l.store.RenameTag(ctx, from, to, l.env.Staff())
		return written{change: change}, err
	})
}

func (l *List) take() tea.Cmd {
	tag, _ := l.table.Key()
	return l.write(func(ctx context.Context) (written, error) {
		change, err := l.store.RemoveTag(ctx, tag, l.env.Staff())
		return written{change: change}, err
	})
}

func (l *List) undo() tea.Cmd {
	change := l.change
	return l.write(func(ctx context.Context) (written, error) {
		return written{undone: true}, l.store.UndoTags(ctx, change)
	})
}

func (l *List) write(work func(context.Context) (written, error)) tea.Cmd {
	return view.Do(l.env, ID, &l.writing, work)
}

func (l *List) written(answer view.Result[written]) tea.Cmd {
	if !answer.Of(&l.writing) {
		return nil
	}
	say := l.env.Say
	if answer.Err != nil {
		l.remove = false
		if invalid, ok := errors.AsType[*store.InvalidError](answer.Err); ok && l.rename != nil {
			l.rename.Mark("tag", say.Refused(invalid.Reason))
			return nil
		}
		if used, ok := errors.AsType[*store.InUseError](answer.Err); ok {
			l.rename = nil
			names := theme.Safe(strings.Join(slices.Concat(used.Audiences, used.Broadcasts), ", ")).String()
			return view.Send(view.Tell{Level: view.Caution, Text: say.T("Nothing was changed: %s still asks for it. Change that first.", names)})
		}
		if text := say.Trouble(store.Code(answer.Err)); text != "" {
			return view.Send(view.Tell{Level: view.Trouble, Text: text})
		}
		return view.Send(view.Failed{Err: answer.Err})
	}
	l.rename, l.remove, l.change = nil, false, answer.Value.change
	text := say.T("The tags are as they were.")
	if !answer.Value.undone {
		text = say.T("The tags of %d contacts are changed; u takes it back.", l.change.Contacts())
	}
	return tea.Batch(l.table.Reload(), view.Send(view.Tell{Level: view.Done, Text: text}))
}

// Render draws the tags, and below them what is asked of one.
func (l *List) Render(size view.Size) view.Frame {
	say, th := l.env.Say, l.env.Theme
	tag, _ := l.table.Key()
	var below view.Frame
	switch {
	case l.rename != nil:
		room := view.Size{W: size.W, H: max(1, size.H/2)}
		room.H = min(room.H, l.rename.Height(room))
		below = l.rename.Render(room)
	case l.remove:
		below = place.Text(theme.Wrap(th.Paint(theme.Warn, say.T("Take it from everybody who has it? %s", theme.Safe(tag))), size.W)...)
	}
	room := view.Size{W: size.W, H: size.H}
	if below.Content != "" {
		room.H = max(2, size.H-place.Height(below)-1)
	}
	list := l.table.Render(room)
	if l.table.Loaded() && l.table.Len() == 0 {
		list = place.Text(theme.Wrap(th.Paint(theme.Muted, say.T("There is no tag yet: t on a contact adds one.")), size.W)...)
	}
	if below.Content == "" {
		return place.Crop(th, list, size)
	}
	return place.Crop(th, place.Column(list, place.Text(" "), below), size)
}
