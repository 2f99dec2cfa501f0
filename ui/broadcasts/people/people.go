// Package people lists those behind one line of a broadcast's report, with what became of each.
package people

import (
	"context"
	"slices"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/table"
)

// Store is what the list reads of the shop file.
type Store interface {
	Deliveries(ctx context.Context, id store.BroadcastID, filter store.DeliveryFilter) ([]store.Delivery, error)
	DeliveryIDs(ctx context.Context, id store.BroadcastID, filter store.DeliveryFilter) (*store.IDs[store.DeliveryID], error)
}

// Page is the list under its title.
type Page struct {
	env   *view.Env
	title string
	back  func() tea.Cmd
	list  *table.Table[store.DeliveryID, store.Delivery]
}

// New returns the page of the deliveries a filter lets through, and the command that fills it. Its answers go to
// the tab of broadcasts; back leaves it.
func New(env *view.Env, s Store, id store.BroadcastID, title string, filter store.DeliveryFilter, back func() tea.Cmd) (*Page, tea.Cmd) {
	p := env.Say
	l := &Page{env: env, title: title, back: back}
	l.list = table.New(env, view.Broadcasts, func(d store.Delivery) store.DeliveryID { return d.ID }, []table.Column[store.Delivery]{
		{Title: p.T("Number"), Min: 17, Rank: 2, Cell: func(d store.Delivery) table.Cell { return table.Cell{Text: theme.Safe(d.Address(p.T("erased")))} }},
		{Title: p.T("What became of it"), Min: 24, Weight: 2, Cell: func(d store.Delivery) table.Cell {
			words, role := Fate(p, d)
			return table.Cell{Text: theme.Safe(words), Role: role}
		}},
		{Title: p.T("When"), Min: 11, Rank: 1, Cell: func(d store.Delivery) table.Cell {
			return table.Cell{Text: theme.Safe(ago(env, Moment(d))), Role: theme.Muted}
		}},
		{Title: p.T("Name"), Min: 12, Weight: 1, Cell: func(d store.Delivery) table.Cell { return table.Cell{Text: theme.Safe(d.Name)} }},
	})
	return l, l.list.Load(queue{s, id, filter})
}

// Typing is always false: nothing is typed here.
func (l *Page) Typing() bool { return false }

// Update moves the list and keeps it true.
func (l *Page) Update(msg tea.Msg) tea.Cmd {
	if _, ok := msg.(view.StoreChanged); ok {
		return l.list.Reload()
	}
	return l.list.Update(msg)
}

// Render draws the list under its title.
func (l *Page) Render(size view.Size) view.Frame {
	th, p := l.env.Theme, l.env.Say
	head := th.Paint(theme.Strong, l.title) + "  " + th.Paint(theme.Muted, p.T("%d people", l.list.Len()))
	if l.list.Loaded() && l.list.Len() == 0 {
		return place.Column(place.Text(head, " "), place.Text(theme.Wrap(p.T("Nobody stands behind this line of the report."), size.W-1)...))
	}
	return place.Column(place.Text(head), l.list.Render(view.Size{W: size.W, H: size.H - 1}))
}

// Actions are the keys of this moment.
func (l *Page) Actions() []view.Action {
	p := l.env.Say
	return []view.Action{
		{Keys: []string{"enter"}, Label: p.T("why"), Help: p.T("Show this person's whole history"), Run: func() tea.Cmd {
			d, _ := l.list.Current()
			return view.Send(view.OpenContact{ID: int64(d.Contact)})
		}, Off: func() string {
			if _, ok := l.list.Current(); !ok {
				return p.T("Nobody is in this list")
			}
			return ""
		}},
		{Keys: []string{"esc"}, Label: p.T("back"), Help: p.T("Back to the report"), Run: l.back},
	}
}

// queue is the list's source: a part of a broadcast's deliveries in the order of their ids.
type queue struct {
	store  Store
	id     store.BroadcastID
	filter store.DeliveryFilter
}

func (q queue) Keys(ctx context.Context) (table.Spine[store.DeliveryID], error) {
	return q.store.DeliveryIDs(ctx, q.id, q.filter)
}

// Rows reads from the first id as many as there may be up to the last: the ids asked for lie close together.
func (q queue) Rows(ctx context.Context, ids []store.DeliveryID) ([]store.Delivery, error) {
	q.filter.After, q.filter.Limit = slices.Min(ids)-1, int(slices.Max(ids)-slices.Min(ids))+1
	list, err := q.store.Deliveries(ctx, q.id, q.filter)
	return slices.DeleteFunc(list, func(d store.Delivery) bool { return !slices.Contains(ids, d.ID) }), err
}
