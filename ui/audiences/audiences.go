// Package audiences is the list of the audiences that are kept under a name, with how many are in each at this moment,
// and the line in which a new one is named. A saved audience is a question, not a list of people: whoever uses it means
// those who fit at the time.
package audiences

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/form"
	"pregon/ui/widget/table"
)

// Store is the part of the shop file the list needs.
type Store interface {
	SavedAudiences(ctx context.Context) ([]store.SavedAudience, error)
	SavedAudience(ctx context.Context, name string) (store.SavedAudience, error)
	CountContacts(ctx context.Context, query string) (store.ContactCounts, error)
	SaveAudience(ctx context.Context, name, query, staff string) (store.SavedAudience, error)
	ChangeAudience(ctx context.Context, name, query, staff string) (store.SavedAudience, error)
	RenameAudience(ctx context.Context, name, to, staff string) (store.SavedAudience, error)
	DeleteAudience(ctx context.Context, name, staff string) (store.SavedAudience, error)
	RestoreAudience(ctx context.Context, gone store.SavedAudience) error
}

// row is a saved audience with those who are in it now.
type row struct {
	store.SavedAudience
	counts store.ContactCounts
}

// written is what a change did.
type written struct {
	verb verb
	now  store.SavedAudience
}

type verb int

const (
	kept verb = iota
	renamed
	deleted
	restored
)

// List is the list; while something is named, its line.
type List struct {
	env    *view.Env
	store  Store
	query  string // that is to be kept, "" where the list was opened to choose
	counts *store.ContactCounts
	table  *table.Table[string, row]
	name   *form.Form // the line of a name, nil while none is typed
	taken  string     // the name of which was said that it is another one's
	gone   *store.SavedAudience
	answer view.Answer
	done   bool

	counting, writing view.Latest
}

// New returns the list. Its answer is the audience that was chosen, as the audience language asks for it. With a query
// it is the line in which that is given a name.
func New(env *view.Env, s Store, query string) *List {
	l := &List{env: env, store: s, query: query}
	if query != "" {
		l.ask("")
		return l
	}
	say := env.Say
	l.table = table.New(env, view.Audiences, func(r row) string { return r.Name }, []table.Column[row]{
		{Title: say.T("People"), Min: 8, Right: true, Cell: func(r row) table.Cell {
			return table.Cell{Text: theme.Safe(say.Number(r.counts.Total)), Role: theme.Muted}
		}},
		{Title: say.T("Can get it"), Min: 13, Right: true, Rank: 1, Cell: func(r row) table.Cell {
			if r.counts.Sendable == 0 {
				return table.Cell{Text: theme.Safe(say.Number(0)), Role: theme.Warn}
			}
			return table.Cell{Text: theme.Safe(say.Number(r.counts.Sendable)), Role: theme.Good}
		}},
		{Title: say.T("Name"), Min: 12, Weight: 1, Cell: func(r row) table.Cell { return table.Cell{Text: theme.Safe(r.Name)} }},
		{Title: say.T("Who is meant"), Min: 18, Weight: 2, Rank: 2, Cell: func(r row) table.Cell {
			return table.Cell{Text: theme.Safe(r.Query), Role: theme.Muted}
		}},
	})
	return l
}

// ID is the address of the list.
func (l *List) ID() view.ID { return view.Audiences }

// Title is the heading.
func (l *List) Title() string {
	if l.query != "" {
		return l.env.Say.T("Keep this audience under a name")
	}
	return l.env.Say.T("Saved audiences")
}

// Typing says that a name is being typed.
func (l *List) Typing() bool { return l.name != nil }

// Done is the audience that was chosen, once the list is closed.
func (l *List) Done() (view.Answer, bool) { return l.answer, l.done }

// Init loads the list, or counts who is meant by what is to be kept.
func (l *List) Init() tea.Cmd {
	if l.query == "" {
		return l.table.Load(source{l.store})
	}
	return view.Do(l.env, view.Audiences, &l.counting, func(ctx context.Context) (store.ContactCounts, error) {
		return l.store.CountContacts(ctx, l.query)
	})
}

// Update takes answers, keys and clicks.
func (l *List) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[written]:
		return l.written(msg)
	case view.Result[store.ContactCounts]:
		if msg.Of(&l.counting) && msg.Err == nil { // without it the name can be given all the same
			l.counts = &msg.Value
		}
		return nil
	case view.StoreChanged:
		if l.query != "" {
			return l.Init()
		}
		return l.table.Refresh()
	case form.Pressed, tea.KeyPressMsg, tea.PasteMsg:
		if l.name != nil {
			if l.name.Update(msg) {
				l.taken = ""
			}
			return nil
		}
	}
	return l.table.Update(msg)
}

// source counts those who are in each audience when its row is read.
type source struct{ store Store }

// Keys are the names.
func (s source) Keys(ctx context.Context) (table.Spine[string], error) {
	list, err := s.store.SavedAudiences(ctx)
	names := make(table.Keys[string], 0, len(list))
	for _, a := range list {
		names = append(names, a.Name)
	}
	return names, err
}

// Rows are the audiences of some names; one that was deleted meanwhile is left out.
func (s source) Rows(ctx context.Context, names []string) ([]row, error) {
	rows := make([]row, 0, len(names))
	for _, name := range names {
		a, err := s.store.SavedAudience(ctx, name)
		if store.Code(err) == "not_found" {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read a saved audience: %w", err)
		}
		counts, err := s.store.CountContacts(ctx, a.Query)
		if err != nil {
			return nil, fmt.Errorf("count a saved audience: %w", err)
		}
		rows = append(rows, row{a, counts})
	}
	return rows, nil
}
