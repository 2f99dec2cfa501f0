// Package unknown lists those of whom nobody knows whether a broadcast reached them, and takes a person's decision
// about each: to send it again, through the whole gate, or to leave it at that.
package unknown

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

// Store is what the list reads and writes of the shop file.
type Store interface {
	Unknowns(ctx context.Context, id store.BroadcastID) ([]store.Undecided, error)
	DecideUnknown(ctx context.Context, decision store.UnknownDecision) error
	Broadcast(ctx context.Context, id store.BroadcastID) (store.Broadcast, error)
}

// Desk is what the page is given by the view it lies on.
type Desk struct {
	Store   Store
	Resume  func(ctx context.Context, id store.BroadcastID, staff string) error
	Back    func() tea.Cmd
	Trouble func(err error) tea.Cmd
}

// Page is the list with what it means above it.
type Page struct {
	desk   Desk
	env    *view.Env
	id     store.BroadcastID
	list   *table.Table[store.DeliveryID, store.Undecided]
	asks   *store.UnknownDecision // that waits for y
	about  store.Undecided
	acting view.Latest
}

// decided answers a decision.
type decided struct{ resend bool }

// New returns the page of a broadcast, and the command that fills it. Its answers go to the tab of broadcasts.
func New(env *view.Env, desk Desk, id store.BroadcastID) (*Page, tea.Cmd) {
	p, u := env.Say, &Page{desk: desk, env: env, id: id}
	u.list = table.New(env, view.Broadcasts, key, []table.Column[store.Undecided]{
		{Title: p.T("Number"), Min: 17, Rank: 3, Cell: func(d store.Undecided) table.Cell { return table.Cell{Text: theme.Safe(d.Address(p.T("erased")))} }},
		{Title: p.T("Called"), Min: 11, Rank: 1, Cell: func(d store.Undecided) table.Cell {
			return table.Cell{Text: theme.Safe(p.Ago(d.AttemptedAt, env.Now())), Role: theme.Muted}
		}},
		{Title: p.T("Why"), Min: 16, Weight: 2, Cell: func(d store.Undecided) table.Cell {
			return table.Cell{Text: theme.Safe(p.Lost(d.Reason)), Role: theme.Warn}
		}},
		{Title: p.T("Decide from"), Min: 11, Rank: 2, Cell: func(d store.Undecided) table.Cell {
			from := p.T("now")
			if !d.DecideFrom.IsZero() {
				from = p.Ago(d.DecideFrom, env.Now())
			}
			return table.Cell{Text: theme.Safe(from)}
		}},
		{Title: p.T("Name"), Min: 12, Weight: 1, Cell: func(d store.Undecided) table.Cell { return table.Cell{Text: theme.Safe(d.Name)} }},
	})
	return u, u.list.Load(table.Whole[store.DeliveryID, store.Undecided]{Key: key, Read: func(ctx context.Context) ([]store.Undecided, error) {
		return desk.Store.Unknowns(ctx, id)
	}})
}

func key(d store.Undecided) store.DeliveryID { return d.ID }

// Typing is always false: nothing is typed here.
func (u *Page) Typing() bool { return false }

// Leave forgets a question that waits.
func (u *Page) Leave() tea.Cmd {
	u.asks = nil
	return nil
}

// Update moves the list and keeps it true. While a question waits, the cursor stays where it was asked.
func (u *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.StoreChanged:
		return u.list.Reload()
	case view.Result[decided]:
		if msg.Of(&u.acting) {
			return u.told(msg.Value, msg.Err)
		}
		return nil
	case tea.KeyPressMsg, tea.MouseWheelMsg:
		if u.asks != nil {
			return nil
		}
	}
	return u.list.Update(msg)
}

func (u *Page) told(d decided, err error) tea.Cmd {
	p := u.env.Say
	if err != nil {
		if early, ok := errors.AsType[*store.EarlyError](err); ok {
			return view.Send(view.Tell{Level: view.Caution, Text: u.early(early)})
		}
		return u.desk.Trouble(err)
	}
	text := p.T("Left at that. It stays in the report as given up.")
	if d.resend {
		text = p.T("It waits again and passes every check anew.")
	}
	return tea.Batch(u.list.Reload(), view.Send(view.Tell{Level: view.Done, Text: text}))
}

func (u *Page) early(e *store.EarlyError) string {
	if e.From.IsZero() {
		return u.env.Say.T("The feed is silent, so what became of it may still come to light. Nothing was changed.")
	}
	return u.env.Say.T("The feed may still tell. Decide from %s on.", u.env.Say.Exact(e.From))
}

// Render draws what unknown means, the question, and the list.
func (u *Page) Render(size view.Size) view.Frame {
	th, p := u.env.Theme, u.env.Say
	lines := []string{th.Paint(theme.Strong, p.T("Nobody knows")) + "  " + th.Paint(theme.Muted, p.T("%d people", u.list.Len()))}
	switch {
	case u.asks != nil && u.asks.Resend:
		lines = append(lines, theme.Wrap(th.Mark(theme.Warn, p.T("Send it to %s again? It may have arrived the first time, and would then come twice.", u.called())), size.W)...)
	case u.asks != nil:
		lines = append(lines, theme.Wrap(th.Mark(theme.Warn, p.T("Leave it at that for %s? That is for good.", u.called())), size.W)...)
	case u.list.Loaded() && u.list.Len() == 0:
		return place.Text(append(lines, "", p.T("Of everybody it is known what became of the message."))...)
	default:
		lines = append(lines, theme.Wrap(th.Paint(theme.Muted, p.T("The call went out and no answer came back. The message may have arrived; it is never sent again by itself. Ask them, or decide.")), size.W)...)
	}
	head := place.Text(append(lines, " ")...)
	return place.Column(head, u.list.Render(view.Size{W: size.W, H: max(1, size.H-place.Height(head))}))
}

func (u *Page) called() theme.Text {
	if u.about.Name == "" {
		return theme.Safe(u.about.Address(u.env.Say.T("erased")))
	}
	return theme.Safe(u.about.Name)
}

// Actions are the keys of this moment.
func (u *Page) Actions() []view.Action {
	p := u.env.Say
	if u.asks != nil {
		yes := p.T("leave it at that")
		if u.asks.Resend {
			yes = p.T("send it again")
		}
		return []view.Action{
			{Keys: []string{"n", "esc", "enter"}, Label: p.T("not now"), Help: p.T("Decide nothing"), Run: func() tea.Cmd { u.asks = nil; return nil }},
			{Keys: []string{"y"}, Label: yes, Help: p.T("This goes on the record with your name"), Run: u.decide},
		}
	}
	return []view.Action{
		{Keys: []string{"s"}, Label: p.T("send again"), Help: p.T("Send it to this person once more; asks first"), Run: u.ask(true), Off: u.off},
		{Keys: []string{"g"}, Label: p.T("leave at that"), Help: p.T("Give it up for this person; asks first"), Run: u.ask(false), Off: u.off},
		{Keys: []string{"enter"}, Label: p.T("who"), Help: p.T("Show this person's whole history"), Run: func() tea.Cmd {
			d, _ := u.list.Current()
			return view.Send(view.OpenContact{ID: int64(d.Contact)})
		}, Off: u.nobody},
		{Keys: []string{"esc"}, Label: p.T("back"), Help: p.T("Back to the report"), Run: u.desk.Back},
	}
}

func (u *Page) nobody() string {
	if _, ok := u.list.Current(); !ok {
		return u.env.Say.T("Nobody is in this list")
	}
	return ""
}

// off says why nothing can be decided about the person under the cursor.
func (u *Page) off() string {
	d, ok := u.list.Current()
	switch {
	case !ok:
		return u.nobody()
	case u.acting.Waiting():
		return u.env.Say.T("One moment, the last key is still being done")
	case d.DecideFrom.After(u.env.Now()):
		return u.early(&store.EarlyError{From: d.DecideFrom})
	}
	return ""
}

func (u *Page) ask(resend bool) func() tea.Cmd {
	return func() tea.Cmd {
		u.about, _ = u.list.Current()
		u.asks = &store.UnknownDecision{Delivery: u.about.ID, Resend: resend, Staff: u.env.Staff()}
		return nil
	}
}

// decide does it, and lets a broadcast go on that was opened again for this alone.
func (u *Page) decide() tea.Cmd {
	d := *u.asks
	u.asks = nil
	return view.Do(u.env, view.Broadcasts, &u.acting, func(ctx context.Context) (decided, error) {
		if err := u.desk.Store.DecideUnknown(ctx, d); err != nil || !d.Resend {
			return decided{}, err
		}
		b, err := u.desk.Store.Broadcast(ctx, u.id)
		if err == nil && b.State == store.BroadcastPaused && b.Reason == "resend" {
			err = u.desk.Resume(ctx, u.id, d.Staff)
		}
		return decided{resend: true}, err
	})
}
