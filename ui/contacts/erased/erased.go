// Package erased is the list of those who are blocked for good and have not left the file yet. They are in no other list,
// and what names them can be taken out before its day.
package erased

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/table"
)

// ID is the address of the list.
const ID view.ID = "erased"

// Store is the part of the shop file the list needs.
type Store interface {
	Erased(ctx context.Context) ([]store.Erased, error)
	ContactsByID(ctx context.Context, ids []store.ContactID) ([]store.Contact, error)
}

// Words are how contacts are called here.
type Words interface {
	Name(c store.Contact) theme.Text
	Number(c store.Contact) theme.Text
}

// row is one of them.
type row struct {
	store.Erased
	who store.Contact
}

// source reads them.
type source struct{ store Store }

// Keys are the erased, who leaves first at the top.
func (s source) Keys(ctx context.Context) (table.Spine[store.Erased], error) {
	list, err := s.store.Erased(ctx)
	return table.Keys[store.Erased](list), err
}

// Rows reads who they are.
func (s source) Rows(ctx context.Context, keys []store.Erased) ([]row, error) {
	ids := make([]store.ContactID, 0, len(keys))
	for _, key := range keys {
		ids = append(ids, key.Contact)
	}
	list, err := s.store.ContactsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	by := make(map[store.ContactID]store.Contact, len(list))
	for _, c := range list {
		by[c.ID] = c
	}
	rows := make([]row, 0, len(keys))
	for _, key := range keys {
		rows = append(rows, row{key, by[key.Contact]})
	}
	return rows, nil
}

// List is the list, laid over the contacts.
type List struct {
	env   *view.Env
	store Store
	words Words
	table *table.Table[store.Erased, row]
	open  func(store.ContactID) tea.Cmd
	done  bool
}

// New returns the list; Init loads it. open shows the papers of one of them.
func New(env *view.Env, s Store, words Words, open func(store.ContactID) tea.Cmd) *List {
	l := &List{env: env, store: s, words: words, open: open}
	say := env.Say
	day := func(d string, role theme.Role) table.Cell { return table.Cell{Text: theme.Safe(d), Role: role} }
	l.table = table.New(env, ID, func(r row) store.Erased { return r.Erased }, []table.Column[row]{
		{Title: say.T("Number"), Min: 16, Rank: 1, Cell: func(r row) table.Cell { return table.Cell{Text: words.Number(r.who)} }},
		{Title: say.T("Erased on"), Min: 12, Rank: 2, Cell: func(r row) table.Cell { return day(say.Date(r.At), theme.Muted) }},
		{Title: say.T("Leaves on"), Min: 12, Cell: func(r row) table.Cell { return day(say.Date(r.PurgeAt), theme.Plain) }},
		{Title: say.T("Name"), Min: 6, Weight: 1, Cell: func(r row) table.Cell { return table.Cell{Text: words.Name(r.who)} }},
	})
	return l
}

// ID is the address of the list.
func (l *List) ID() view.ID { return ID }

// Title is the heading.
func (l *List) Title() string { return l.env.Say.T("Erased") }

// Init loads the list.
func (l *List) Init() tea.Cmd { return l.table.Load(source{l.store}) }

// Typing is never so: nothing is typed here.
func (l *List) Typing() bool { return false }

// Done says that the list is closed; nobody waits for an answer.
func (l *List) Done() (view.Answer, bool) { return view.Answer{Dialog: ID}, l.done }

// Update takes answers, keys and clicks.
func (l *List) Update(msg tea.Msg) tea.Cmd {
	if _, changed := msg.(view.StoreChanged); changed {
		return l.table.Reload()
	}
	return l.table.Update(msg)
}

// Actions are what can be done now.
func (l *List) Actions() []view.Action {
	say := l.env.Say
	return []view.Action{
		{Keys: []string{"enter", "p"}, Label: say.T("papers"), Help: say.T("Open her papers, where what names her can leave the file now."), Run: l.papers, Off: l.nobody},
		{Keys: []string{"esc", "q"}, Label: say.T("close"), Help: say.T("Back to the list."), Run: func() tea.Cmd {
			l.done = true
			return nil
		}},
	}
}

func (l *List) papers() tea.Cmd {
	key, _ := l.table.Key()
	return l.open(key.Contact)
}

func (l *List) nobody() string {
	if _, found := l.table.Key(); found {
		return ""
	}
	return l.env.Say.T("Nobody who was erased is still named in the file.")
}

// Render draws the list under what it is about.
func (l *List) Render(size view.Size) view.Frame {
	th := l.env.Theme
	text := l.env.Say.T("They are blocked for good and get nothing. What names them leaves the file on its day, or now: enter.")
	empty := l.table.Loaded() && l.table.Len() == 0
	if empty {
		text = l.nobody()
	}
	head := place.Text(append(theme.Wrap(th.Paint(theme.Muted, text), size.W), " ")...)
	if empty {
		return place.Crop(th, head, size)
	}
	list := l.table.Render(view.Size{W: size.W, H: max(2, size.H-place.Height(head))})
	return place.Crop(th, place.Column(head, list), size)
}
