// Package twins is the list of contacts that seem to be one person, where two become one: what each has is shown before,
// and what the one would have, and the last merge can be taken back.
package twins

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/table"
)

// ID is the address of the list.
const ID view.ID = "twins"

// most is how many pairs are listed; the surest come first.
const most = 500

// Store is the part of the shop file the list needs.
type Store interface {
	Duplicates(ctx context.Context, limit int) ([]store.Twins, int, error)
	ContactsByID(ctx context.Context, ids []store.ContactID) ([]store.Contact, error)
	PreviewMerge(ctx context.Context, keep, drop store.ContactID) (store.Contact, error)
	Merge(ctx context.Context, keep, drop store.ContactID, staff string) error
	Merges(ctx context.Context, limit int) ([]store.MergeRecord, error)
	UndoMerge(ctx context.Context, id int64, staff string) (store.MergeRecord, error)
}

// pair is two contacts that seem to be one person.
type pair struct {
	store.Twins
	one, other store.Contact
}

// source reads the pairs.
type source struct{ store Store }

// Keys are the pairs, the surest first.
func (s source) Keys(ctx context.Context) (table.Spine[store.Twins], error) {
	list, _, err := s.store.Duplicates(ctx, most)
	return table.Keys[store.Twins](list), err
}

// Rows reads both contacts of each pair.
func (s source) Rows(ctx context.Context, keys []store.Twins) ([]pair, error) {
	ids := make([]store.ContactID, 0, 2*len(keys))
	for _, key := range keys {
		ids = append(ids, key.One, key.Other)
	}
	list, err := s.store.ContactsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	by := make(map[store.ContactID]store.Contact, len(list))
	for _, c := range list {
		by[c.ID] = c
	}
	rows := make([]pair, 0, len(keys))
	for _, key := range keys {
		rows = append(rows, pair{key, by[key.One], by[key.Other]})
	}
	return rows, nil
}

// proposal is a pair with what it would become.
type proposal struct {
	pair
	kept, gone, would store.Contact
}

// written is what a change did.
type written struct {
	merge int64 // 0 where one was taken back
	kept  store.ContactID
}

// Words are how contacts are called here, and what is said of each.
type Words interface {
	Name(c store.Contact) theme.Text
	Number(c store.Contact) theme.Text
	Verdict(c store.Contact) (theme.Role, string)
}

// List is the list, laid over the contacts.
type List struct {
	env    *view.Env
	store  Store
	words  Words
	table  *table.Table[store.Twins, pair]
	asked  *proposal // shown before it is done
	last   int64     // merge that can be taken back
	answer view.Answer
	done   bool

	trying, writing view.Latest
}

// New returns the list; Init loads it.
func New(env *view.Env, s Store, words Words) *List {
	l := &List{env: env, store: s, words: words}
	l.table = table.New(env, ID, func(p pair) store.Twins { return p.Twins }, l.columns())
	return l
}

func (l *List) columns() []table.Column[pair] {
	say := l.env.Say
	cell := func(text theme.Text, role theme.Role) table.Cell { return table.Cell{Text: text, Role: role} }
	return []table.Column[pair]{
		{Title: say.T("Number"), Min: 18, Cell: func(p pair) table.Cell { return cell(l.words.Number(p.one), theme.Plain) }},
		{Title: say.T("Number"), Min: 18, Cell: func(p pair) table.Cell { return cell(l.words.Number(p.other), theme.Plain) }},
		{Title: say.T("Name"), Min: 6, Weight: 1, Cell: func(p pair) table.Cell { return cell(l.words.Name(p.one), theme.Plain) }},
	}
}

// ID is the address of the list.
func (l *List) ID() view.ID { return ID }

// Title is the heading.
func (l *List) Title() string { return l.env.Say.T("Duplicates") }

// Init loads the pairs.
func (l *List) Init() tea.Cmd { return l.table.Load(source{l.store}) }

// Typing is never so: nothing is typed here.
func (l *List) Typing() bool { return false }

// Done says that the list is closed.
func (l *List) Done() (view.Answer, bool) { return l.answer, l.done }

// Update takes answers, keys and clicks.
func (l *List) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[proposal]:
		return l.proposed(msg)
	case view.Result[written]:
		return l.written(msg)
	case view.StoreChanged:
		return l.table.Reload()
	case tea.KeyPressMsg:
		if l.asked != nil {
			return nil
		}
	}
	return l.table.Update(msg)
}

// Actions are what can be done now.
func (l *List) Actions() []view.Action {
	say := l.env.Say
	if l.asked != nil {
		return []view.Action{
			{Keys: []string{"y", "Y"}, Label: say.T("yes, one person"), Help: say.T("Make the two one contact; u takes it back."), Run: l.merge, Off: l.busy},
			{Keys: []string{"x"}, Label: say.T("the other way"), Help: say.T("Keep the other of the two."), Run: l.swap, Off: l.busy},
			{Keys: []string{"esc", "n", "N"}, Label: say.T("no, keep"), Help: say.T("Change nothing."), Run: l.quiet(func() { l.asked = nil }), Off: l.busy},
		}
	}
	actions := []view.Action{
		{Keys: []string{"m", "enter"}, Label: say.T("make one"), Help: say.T("Show what each of the two has and what the one would have, and ask."), Run: l.ask, Off: l.nothing},
	}
	if l.last != 0 {
		actions = append(actions, view.Action{Keys: []string{"u"}, Label: say.T("undo"), Help: say.T("Make the last two of them two again."), Run: l.undo, Off: l.busy})
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
	if l.writing.Waiting() || l.trying.Waiting() {
		return l.env.Say.T("One moment: it is being saved.")
	}
	return ""
}

func (l *List) nothing() string {
	if _, ok := l.table.Key(); !ok {
		return l.env.Say.T("No two contacts seem to be one person.")
	}
	return l.busy()
}

// ask shows what merging the pair under the cursor would do; the one that has a number is kept, else the older one.
func (l *List) ask() tea.Cmd {
	p, ok := l.table.Current()
	if !ok {
		return nil
	}
	if p.one.Phone == "" && p.other.Phone != "" {
		return l.try(p, p.other, p.one)
	}
	return l.try(p, p.one, p.other)
}

func (l *List) swap() tea.Cmd { return l.try(l.asked.pair, l.asked.gone, l.asked.kept) }

func (l *List) try(p pair, kept, gone store.Contact) tea.Cmd {
	return view.Do(l.env, ID, &l.trying, func(ctx context.Context) (proposal, error) {
		would, err := l.store.PreviewMerge(ctx, kept.ID, gone.ID)
		return proposal{p, kept, gone, would}, err
	})
}

func (l *List) proposed(answer view.Result[proposal]) tea.Cmd {
	if !answer.Of(&l.trying) {
		return nil
	}
	if answer.Err != nil {
		return l.failed(answer.Err)
	}
	l.asked = &answer.Value
	return nil
}

func (l *List) merge() tea.Cmd {
	kept, gone := l.asked.kept.ID, l.asked.gone.ID
	return view.Do(l.env, ID, &l.writing, func(ctx context.Context) (written, error) {
		if err := l.store.Merge(ctx, kept, gone, l.env.Staff()); err != nil {
			return written{}, err
		}
		made, err := l.store.Merges(ctx, 1)
		if err != nil || len(made) == 0 {
			return written{}, err
		}
		return written{made[0].ID, kept}, nil
	})
}

func (l *List) undo() tea.Cmd {
	id := l.last
	return view.Do(l.env, ID, &l.writing, func(ctx context.Context) (written, error) {
		undone, err := l.store.UndoMerge(ctx, id, l.env.Staff())
		return written{0, undone.Kept}, err
	})
}

func (l *List) written(answer view.Result[written]) tea.Cmd {
	if !answer.Of(&l.writing) {
		return nil
	}
	if answer.Err != nil {
		return l.failed(answer.Err)
	}
	say := l.env.Say
	l.asked, l.last = nil, answer.Value.merge
	text := say.T("They are two contacts again. An opt-out that came since holds for both.")
	if l.last != 0 {
		text = say.T("They are one contact now; u takes it back.")
	}
	return tea.Batch(l.table.Reload(), view.Send(view.Tell{Level: view.Done, Text: text}))
}

func (l *List) failed(err error) tea.Cmd {
	l.asked = nil
	say := l.env.Say
	if moved, ok := errors.AsType[*store.MoveError](err); ok {
		return view.Send(view.Tell{Level: view.Caution, Text: say.Moved(moved.Of, moved.From, moved.To, moved.NeedsAct)})
	}
	if text := say.Trouble(store.Code(err)); text != "" {
		return view.Send(view.Tell{Level: view.Trouble, Text: text})
	}
	return view.Send(view.Failed{Err: err})
}

// Render draws the pairs, or the two that are asked about.
func (l *List) Render(size view.Size) view.Frame {
	say, th := l.env.Say, l.env.Theme
	if l.asked != nil {
		return place.Crop(th, place.Text(l.proposal(size)...), size)
	}
	if l.table.Loaded() && l.table.Len() == 0 {
		return place.Crop(th, place.Text(theme.Wrap(th.Paint(theme.Muted, say.T("No two contacts seem to be one person.")), size.W)...), size)
	}
	p, _ := l.table.Current()
	list := l.table.Render(view.Size{W: size.W, H: max(2, size.H-2)})
	why := th.Paint(theme.Muted, say.Likeness(string(p.Why)))
	return place.Crop(th, place.Column(list, place.Text(" ", why)), size)
}
