// Package broadcasts composes broadcasts, starts them by a ritual no slip of a finger can play, shows them while
// they go, and says afterwards who got them and who did not, and why.
package broadcasts

import (
	"context"
	"errors"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/broadcasts/draft"
	"pregon/ui/broadcasts/people"
	"pregon/ui/broadcasts/trial"
	"pregon/ui/broadcasts/unknown"
	"pregon/ui/view"
	"pregon/ui/widget/pace"
	"pregon/ui/widget/table"
)

// Store is what this view reads and writes of the shop file.
type Store interface {
	draft.Store
	trial.Store
	unknown.Store
	Report
	Broadcasts(ctx context.Context) ([]store.Broadcast, error)
	DiscardDraft(ctx context.Context, id store.BroadcastID, staff string) error
}

// Report is what is read of a broadcast that was started.
type Report interface {
	people.Store
	Noteworthy(ctx context.Context, id store.BroadcastID, limit int) ([]store.Delivery, error)
	BroadcastEvents(ctx context.Context, id store.BroadcastID, limit int) ([]store.BroadcastEvent, error)
	Failures(ctx context.Context, id store.BroadcastID) ([]store.Tally, error)
	Excluded(ctx context.Context, id store.BroadcastID) ([]store.Tally, error)
	Effects(ctx context.Context, id store.BroadcastID) (store.Effects, error)
	Reads(ctx context.Context, id store.BroadcastID, from time.Time, step time.Duration, n int) ([]int, error)
}

// Engine is what this view asks of the sender.
type Engine interface {
	Start(ctx context.Context, id store.BroadcastID, start store.Start) error
	Resume(ctx context.Context, id store.BroadcastID, staff string) error
	Continue(ctx context.Context, id store.BroadcastID) error
	Pause(ctx context.Context, id store.BroadcastID, staff string) error
	Cancel(ctx context.Context, id store.BroadcastID, staff string) error
	Look(ctx context.Context, id store.BroadcastID) (sender.Progress, error)
	Health(ctx context.Context, of sender.HealthOf) ([]sender.Finding, error)
}

// page is what lies over the list: a draft, a broadcast, people.
type page interface {
	Update(msg tea.Msg) tea.Cmd
	Render(size view.Size) view.Frame
	Actions() []view.Action
	Typing() bool
}

// View is the tab of broadcasts: the list, and over it what was opened from it, the last in front.
type View struct {
	env     *view.Env
	store   Store
	engine  Engine
	list    *table.Table[store.BroadcastID, store.Broadcast]
	pages   []page
	closing []*draft.Page     // no longer shown, but not saved to the end
	asks    string            // "" or the question about the list's row that waits for y
	doomed  store.BroadcastID // what asks is about
	number  string            // the one a test went to last
	opening view.Latest
	acting  view.Latest
	pace    *pace.Pacer
	prices  *store.PriceList
}

// New returns the tab.
func New(env *view.Env, s Store, e Engine) *View {
	v := &View{env: env, store: s, engine: e, pace: pace.New(env, view.Broadcasts)}
	v.list = table.New(env, view.Broadcasts, key, v.columns())
	return v
}

// WithPrices lets the check estimate the cost; without it the cost is left out.
func (v *View) WithPrices(list *store.PriceList) *View {
	v.prices = list
	return v
}

// ID is the address of the tab.
func (v *View) ID() view.ID { return view.Broadcasts }

// Title is the word on the tab.
func (v *View) Title() string { return v.env.Say.T("Broadcasts") }

// Init reads the list.
func (v *View) Init() tea.Cmd {
	return v.list.Load(table.Whole[store.BroadcastID, store.Broadcast]{Read: v.store.Broadcasts, Key: key})
}

func key(b store.Broadcast) store.BroadcastID { return b.ID }

// Typing says that letters belong to the page in front.
func (v *View) Typing() bool { return len(v.pages) > 0 && v.front().Typing() }

func (v *View) front() page { return v.pages[len(v.pages)-1] }

// Update takes keys for the page in front and everything else for all of them.
func (v *View) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Compose:
		return v.compose(store.Broadcast{Draft: store.Draft{Template: msg.Template, Language: msg.Language, Audience: msg.Audience}})
	case view.OpenBroadcast:
		return v.open(store.BroadcastID(msg.ID))
	case view.Result[store.Broadcast]:
		if !msg.Of(&v.opening) || msg.Err != nil {
			return v.trouble(msg.Err)
		}
		return v.opened(msg.Value)
	case view.Result[discarded]:
		if msg.Of(&v.acting) {
			return tea.Batch(v.trouble(msg.Err), v.list.Reload())
		}
		return v.tellPages(msg)
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseWheelMsg, tea.MouseClickMsg:
		if len(v.pages) > 0 {
			return v.front().Update(msg)
		}
		if v.asks != "" { // the cursor stays on what is asked about
			return nil
		}
		return v.list.Update(msg)
	case view.StoreChanged, view.Progress:
		return tea.Batch(v.pace.Ask(v.list.Reload), v.tellPages(msg))
	}
	if v.pace.Woke(msg) {
		return v.list.Reload()
	}
	return tea.Batch(v.list.Update(msg), v.tellPages(msg))
}

func (v *View) tellPages(msg tea.Msg) tea.Cmd {
	commands := make([]tea.Cmd, 0, len(v.pages)+len(v.closing))
	for _, p := range v.pages {
		commands = append(commands, p.Update(msg))
	}
	for _, p := range v.closing {
		commands = append(commands, p.Update(msg))
	}
	v.closing = slices.DeleteFunc(v.closing, func(p *draft.Page) bool { return !p.Saving() })
	return tea.Batch(commands...)
}

// leaver is a page that has something to keep, or a start to take back, before it is left.
type leaver interface{ Leave() tea.Cmd }

// Hidden keeps what was typed and takes back a start that is being held: nothing goes out unseen.
func (v *View) Hidden() tea.Cmd {
	v.asks = ""
	commands := make([]tea.Cmd, 0, len(v.pages))
	for _, p := range v.pages {
		if page, ok := p.(leaver); ok {
			commands = append(commands, page.Leave())
		}
	}
	return tea.Batch(commands...)
}

// Unsaved asks before a draft is left whose last change is not in the shop file yet.
func (v *View) Unsaved() string {
	if page := v.draft(); page != nil && page.Unsaved() {
		return v.env.Say.T("The last change to the draft is not saved. Leave all the same?")
	}
	return ""
}

// draft is the draft that is open, or nil; it is the lowest of the pages.
func (v *View) draft() *draft.Page {
	if len(v.pages) == 0 {
		return nil
	}
	page, _ := v.pages[0].(*draft.Page)
	return page
}

func (v *View) compose(b store.Broadcast) tea.Cmd {
	return v.show(draft.New(v.env, draft.Desk{
		Store: v.store, Prices: v.prices, Health: v.engine.Health, Start: v.engine.Start, Started: v.open, Try: v.try, Back: v.back, Trouble: v.trouble,
	}, b))
}

// try lays the test over the draft; once it goes, it is watched there.
func (v *View) try(of store.BroadcastID, d store.Draft) tea.Cmd {
	var page *trial.Page
	page, first := trial.New(v.env, trial.Desk{
		Store: v.store, Of: of, Start: v.engine.Start, Back: v.back, Trouble: v.trouble,
		Started: func(id store.BroadcastID) tea.Cmd {
			v.number = page.Number()
			v.pop()
			w, first := watch(v, store.Broadcast{ID: id, State: store.BroadcastSending})
			v.pages = append(v.pages, w)
			return first
		},
	}, d, v.number)
	v.pages = append(v.pages, page)
	return first
}

// show puts one page over the list in place of all others.
func (v *View) show(p page, first tea.Cmd) tea.Cmd {
	left := v.Hidden()
	for len(v.pages) > 0 {
		v.pop()
	}
	v.pages = []page{p}
	return tea.Batch(left, first)
}

func (v *View) back() tea.Cmd {
	v.pop()
	return v.list.Reload()
}

func (v *View) pop() {
	if len(v.pages) == 0 {
		return
	}
	if p, ok := v.front().(*draft.Page); ok && p.Saving() {
		v.closing = append(v.closing, p)
	}
	v.pages = v.pages[:len(v.pages)-1]
}

func (v *View) open(id store.BroadcastID) tea.Cmd {
	return view.Do(v.env, view.Broadcasts, &v.opening, func(ctx context.Context) (store.Broadcast, error) {
		return v.store.Broadcast(ctx, id)
	})
}

func (v *View) opened(b store.Broadcast) tea.Cmd {
	if b.State == store.BroadcastDraft || b.State == store.BroadcastScheduled {
		return v.compose(b)
	}
	return v.show(watch(v, b))
}

// trouble says in words why something was refused; what has no words is logged under a number by the app.
func (v *View) trouble(err error) tea.Cmd {
	var blocked *store.BlockedError
	var move *store.MoveError
	var asks *store.AskError
	var text string
	p := v.env.Say
	switch {
	case err == nil:
		return nil
	case errors.Is(err, store.ErrRestored):
		text = p.Blocker(string(store.BlockerRestored))
	case errors.As(err, &blocked) && len(blocked.Blockers) > 0:
		text = p.Blocker(string(blocked.Blockers[0]))
	case errors.As(err, &move):
		text = p.T("That is no longer possible: this broadcast is %s.", state(p, store.BroadcastState(move.From)))
	case errors.As(err, &asks):
		text = p.Asks(string(asks.Question))
	case errors.Is(err, store.ErrDraftChanged):
		text = p.T("Somebody changed this broadcast while it was starting. Nothing was sent. Look at it again, then start it anew.")
	default:
		return view.Send(view.Failed{Err: err})
	}
	return view.Send(view.Tell{Level: view.Caution, Text: text})
}
