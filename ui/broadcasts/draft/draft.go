// Package draft composes one broadcast on one page: template, people, words, check, send. Every change is saved as
// it is made, and nothing goes out before the ritual of the last step is played to its end.
package draft

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/broadcasts/draft/crowd"
	"pregon/ui/broadcasts/draft/heading"
	"pregon/ui/broadcasts/draft/medium"
	"pregon/ui/broadcasts/draft/reader"
	"pregon/ui/broadcasts/draft/shelf"
	"pregon/ui/broadcasts/draft/start"
	"pregon/ui/broadcasts/draft/verdict"
	"pregon/ui/broadcasts/draft/words"
	"pregon/ui/view"
	"pregon/ui/widget/pace"
	"pregon/ui/widget/rows"
)

// Store is what composing reads and writes of the shop file.
type Store interface {
	reader.Store
	medium.Store
	Shop(ctx context.Context) (store.Shop, error)
	Templates(ctx context.Context) ([]store.Template, error)
	Vocabulary(ctx context.Context) (store.Vocabulary, error)
	Broadcast(ctx context.Context, id store.BroadcastID) (store.Broadcast, error)
	CheckDraft(ctx context.Context, draft store.Draft) (store.Check, error)
	CreateBroadcast(ctx context.Context, draft store.Draft, by string) (store.Broadcast, error)
	SaveDraft(ctx context.Context, id store.BroadcastID, draft store.Draft) error
	ScheduleBroadcast(ctx context.Context, id store.BroadcastID, plan store.Schedule) error
}

// Desk is what a page is given by the view it lies on.
type Desk struct {
	Store   Store
	Prices  *store.PriceList // nil leaves the cost out
	Health  start.Ask
	Start   func(ctx context.Context, id store.BroadcastID, start store.Start) error
	Started func(id store.BroadcastID) tea.Cmd                    // it is no draft any more
	Try     func(of store.BroadcastID, draft store.Draft) tea.Cmd // send it to one's own number first
	Back    func() tea.Cmd
	Trouble func(err error) tea.Cmd // says in words why something was refused
}

// Page is one draft. What is typed is in draft at once and in the shop file a tenth of a second later.
type Page struct {
	desk   Desk
	env    *view.Env
	id     store.BroadcastID // 0 until it is saved first
	draft  store.Draft
	shop   store.Shop
	check  *store.Check // nil until counted
	step   step
	reason int // under the cursor in the check

	name     *heading.Heading
	shelf    *shelf.Shelf
	crowd    *crowd.Crowd // the audience as typed; draft has the last one that could be read
	words    *words.Words
	reader   *reader.Pane
	start    *start.Start
	standing *start.Standing // with Meta
	feedless bool            // no feed was ever connected, which whoever starts it accepts

	edits, kept, looked       int  // how often it was changed, and which change is saved and counted
	seen                      int  // which change was looked at in the check, -1 for none
	again                     bool // the shop file changed while it was counted
	loading, keeping, looking view.Latest
	starting, planning        view.Latest
	learning                  view.Latest
	saves, looks              *pace.Pacer
}

// things are what a draft is made from.
type things struct {
	templates []store.Template
	words     store.Vocabulary
	shop      store.Shop
}

// lines names a list of the page where a line of it is clicked.
type lines struct {
	page *Page
	list string
}

// New returns the page of a draft, or of a new one where b has no id, and the command that fills it.
func New(env *view.Env, desk Desk, b store.Broadcast) (*Page, tea.Cmd) {
	c := &Page{
		desk: desk, env: env, id: b.ID, draft: b.Draft, step: stepTemplate, seen: -1,
		name: heading.New(env, b.Name), shelf: shelf.New(env, b.Template, b.Language), crowd: crowd.New(env, b.Audience), words: words.New(env, b.Bindings), reader: reader.New(env, desk.Store),
		start: start.New(env), standing: start.NewStanding(env, desk.Health), saves: pace.New(env, view.Broadcasts), looks: pace.New(env, view.Broadcasts),
	}
	switch {
	case b.State == store.BroadcastScheduled:
		c.start.Plan(b)
		c.step = stepSend
	case b.Template != "":
		c.step = stepPeople
	}
	c.focus()
	return c, view.Do(c.env, view.Broadcasts, &c.loading, func(ctx context.Context) (things, error) {
		var t things
		var errs [3]error
		t.shop, errs[0] = desk.Store.Shop(ctx)
		t.templates, errs[1] = desk.Store.Templates(ctx)
		t.words, errs[2] = desk.Store.Vocabulary(ctx)
		return t, errors.Join(errs[:]...)
	})
}

// Typing says that letters belong to a line of text, or stop what is being held.
func (c *Page) Typing() bool {
	return c.name.Focused() || c.crowd.Typing() || c.words.Typing() || c.step == stepSend && c.start.Typing()
}

// Leave keeps what was typed and takes back a start that is being held: nothing goes out unseen.
func (c *Page) Leave() tea.Cmd {
	c.start.Release()
	return c.keep()
}

// Update takes answers, ticks, clicks, and keys that are no actions.
func (c *Page) Update(msg tea.Msg) tea.Cmd {
	c.reader.Update(msg)
	switch msg := msg.(type) {
	case view.Result[things]:
		if msg.Of(&c.loading) {
			return c.loaded(msg.Value, msg.Err)
		}
	case view.Result[kept]:
		if msg.Of(&c.keeping) {
			return c.wasKept(msg.Value, msg.Err)
		}
	case view.Result[counted]:
		if msg.Of(&c.looking) {
			return c.wasCounted(msg.Value, msg.Err)
		}
	case view.Result[started]:
		return c.wasStarted(msg)
	case view.Result[[]sender.Finding]:
		if c.standing.Take(msg) {
			return tea.Batch(c.desk.Trouble(msg.Err), c.prepare())
		}
	case view.Answer:
		if msg.Dialog == medium.ID && msg.Yes {
			return c.edit()
		}
		if msg.Dialog == view.Audiences && msg.Yes && c.step == stepPeople {
			c.crowd.Take(msg.Text)
			c.draft.Audience = msg.Text
			return tea.Batch(c.edit(), view.Do(c.env, view.Broadcasts, &c.learning, c.desk.Store.Vocabulary))
		}
	case view.Result[store.Vocabulary]:
		if msg.Of(&c.learning) && msg.Err == nil { // without it nothing is completed, and all else works
			c.crowd.Know(msg.Value)
		}
	case view.StoreChanged:
		if c.again = c.looking.Waiting(); c.again { // a count that takes long must come to its end
			return nil
		}
		return c.looks.Ask(c.look)
	case pace.Wake:
		switch {
		case c.saves.Woke(msg):
			return c.keep()
		case c.looks.Woke(msg):
			return c.look()
		}
		return c.perform(c.start.Update(msg))
	case rows.Pick:
		return c.picked(msg)
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseClickMsg:
		return c.wrote(msg)
	}
	return nil
}

func (c *Page) loaded(t things, err error) tea.Cmd {
	if err != nil {
		return c.desk.Trouble(err)
	}
	c.shop = t.shop
	c.words.Offer(t.words.Fields())
	c.crowd.Know(t.words)
	c.shelf.Offer(t.templates)
	c.pick()
	if c.id == 0 && (c.draft.Template != "" || c.draft.Audience != "") {
		return c.edit()
	}
	return c.look()
}

// pick takes the places of the chosen template.
func (c *Page) pick() {
	c.words.Take(c.shelf.Chosen())
	c.draft.Bindings = c.words.Bindings()
}

// head is what stands above the text.
func (c *Page) head() medium.Head {
	return medium.Head{Env: c.env, Store: c.desk.Store, Of: c.id, Message: c.shelf.Chosen(), Media: c.draft.Media, Planned: !c.start.Planned().IsZero()}
}

func (c *Page) verdict() *verdict.Verdict {
	return &verdict.Verdict{Env: c.env, Check: c.check, Shop: c.shop, Prices: c.desk.Prices}
}
