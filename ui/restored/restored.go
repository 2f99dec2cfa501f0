// Package restored is the review of a shop file that was put back from a backup. The file does not know what went out
// after the backup was made, so nothing goes out until a person has said of each broadcast it takes for unsent what
// becomes of it. Nothing is written before the last step, and nothing is sent by any of them.
package restored

import (
	"context"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/view"
)

// ID is the address of the page.
const ID view.ID = "restored"

// Store is what the page reads and writes of the shop file.
type Store interface {
	Restored(ctx context.Context) (*store.Restored, error)
	Pending(ctx context.Context) ([]store.Broadcast, error)
	AcceptRestored(ctx context.Context, review store.RestoreReview) error
}

// now is what waits for the review.
type now struct {
	waiting *store.Restored // nil: nothing waits any more
	open    []store.Broadcast
	drafts  int
}

// accepted answers the last step.
type accepted struct{}

// Page asks about one broadcast after the other.
type Page struct {
	env   *view.Env
	store Store
	now   now
	read  bool                       // now holds an answer
	goes  map[store.BroadcastID]bool // what was decided, true for going on
	at    int                        // 0 is the beginning, then the broadcasts, then the last step
	top   int                        // first line on screen
	over  int                        // lines below the screen
	done  bool

	reading, writing view.Latest
}

// New returns the page; Init reads what waits.
func New(env *view.Env, s Store) *Page {
	return &Page{env: env, store: s, goes: map[store.BroadcastID]bool{}}
}

// ID is the address of the page.
func (p *Page) ID() view.ID { return ID }

// Title is the heading, with the place among the broadcasts.
func (p *Page) Title() string {
	title := p.env.Say.T("Review of the restored shop file")
	if _, ok := p.broadcast(); ok {
		return title + " " + p.env.Theme.Glyph.Separator + " " + p.env.Say.T("%d of %d", p.at, len(p.now.open))
	}
	return title
}

// Typing is always false: nothing is typed here.
func (p *Page) Typing() bool { return false }

// Done says that the page is closed; nobody waits for an answer.
func (p *Page) Done() (view.Answer, bool) { return view.Answer{Dialog: ID}, p.done }

// Unsaved asks before decisions are lost.
func (p *Page) Unsaved() string {
	if len(p.goes) == 0 {
		return ""
	}
	return p.env.Say.T("The review is not finished, and nothing of it is kept. Leave?")
}

// Init reads what waits.
func (p *Page) Init() tea.Cmd {
	return view.Do(p.env, ID, &p.reading, func(ctx context.Context) (now, error) {
		waiting, err := p.store.Restored(ctx)
		if err != nil || waiting == nil {
			return now{}, err
		}
		pending, err := p.store.Pending(ctx)
		if err != nil {
			return now{}, fmt.Errorf("read the review: %w", err)
		}
		n := now{waiting: waiting}
		for _, b := range pending {
			if b.State == store.BroadcastDraft {
				n.drafts++
				continue
			}
			n.open = append(n.open, b)
		}
		return n, nil
	})
}

// Update takes the answers of the shop file.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.StoreChanged:
		return p.Init()
	case view.Result[now]:
		switch {
		case !msg.Of(&p.reading):
		case msg.Err != nil:
			p.done = true
			return p.failed(msg.Err)
		default:
			return p.take(msg.Value)
		}
	case view.Result[accepted]:
		switch {
		case !msg.Of(&p.writing):
		case msg.Err != nil:
			return tea.Batch(p.Init(), p.failed(msg.Err))
		default:
			p.done = true
			return view.Send(view.Tell{Level: view.Done, Text: p.env.Say.T("The shop may send again. Nothing was sent by this.")})
		}
	case tea.MouseWheelMsg:
		if msg.Button == tea.MouseWheelDown {
			return p.scroll(1)
		}
		return p.scroll(-1)
	}
	return nil
}
