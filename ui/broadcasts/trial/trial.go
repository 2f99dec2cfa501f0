// Package trial sends a draft to one person first, to the number of whoever composes it. The gate knows no test: it is
// a broadcast to one contact, who has agreed and saved the number like everybody else, and it counts like any other.
package trial

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
	"pregon/ui/widget/pace"
	"pregon/ui/widget/place"
	"pregon/ui/widget/ritual"
)

// Store is what a trial reads and writes of the shop file.
type Store interface {
	Shop(ctx context.Context) (store.Shop, error)
	ContactByPhone(ctx context.Context, number phone.E164) (store.Contact, error)
	CheckDraft(ctx context.Context, draft store.Draft) (store.Check, error)
	CreateBroadcast(ctx context.Context, draft store.Draft, by string) (store.Broadcast, error)
	Media(ctx context.Context, id store.BroadcastID) (store.Media, error)
	SetMedia(ctx context.Context, id store.BroadcastID, m store.Media) error
}

// Desk is what the page is given by the view it lies on.
type Desk struct {
	Store   Store
	Of      store.BroadcastID // the draft whose picture the test takes along
	Start   func(ctx context.Context, id store.BroadcastID, start store.Start) error
	Started func(id store.BroadcastID) tea.Cmd
	Back    func() tea.Cmd
	Trouble func(err error) tea.Cmd
}

// Page asks for the number and says whether it can get the message.
type Page struct {
	desk   Desk
	env    *view.Env
	draft  store.Draft
	line   *input.Line
	typing phone.Typing
	ritual *ritual.Ritual

	shop             store.Shop
	found            found
	looked           bool // found is of the number as typed now
	loading, finding view.Latest
	starting         view.Latest
}

// found is what is known of the number.
type found struct {
	contact store.Contact // no id: not among the contacts
	check   store.Check
}

type started struct{ id store.BroadcastID }

// New returns the page for a draft, with the number that was used last, and the command that fills it.
func New(env *view.Env, desk Desk, draft store.Draft, number string) (*Page, tea.Cmd) {
	t := &Page{desk: desk, env: env, draft: draft, line: input.New(30), ritual: ritual.New(env, view.Broadcasts)}
	t.line.Set(number)
	t.line.Focus()
	return t, view.Do(env, view.Broadcasts, &t.loading, desk.Store.Shop)
}

// Number is what was typed.
func (t *Page) Number() string { return t.line.Value() }

// Typing is always true: letters belong to the number or to the ritual.
func (t *Page) Typing() bool { return true }

// Holding says that it will start by itself unless a key stops it.
func (t *Page) Holding() bool { return t.ritual.Holding() }

// Leave takes back a start that is being held.
func (t *Page) Leave() tea.Cmd {
	t.ritual.Close()
	return nil
}

// Update takes answers, keys and ticks.
func (t *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[store.Shop]:
		if msg.Of(&t.loading) {
			t.shop = msg.Value
			return tea.Batch(t.desk.Trouble(msg.Err), t.read())
		}
	case view.Result[found]:
		if msg.Of(&t.finding) {
			t.found, t.looked = msg.Value, msg.Err == nil
			return t.desk.Trouble(msg.Err)
		}
	case view.Result[started]:
		switch {
		case !msg.Of(&t.starting):
		case msg.Err != nil:
			return tea.Batch(t.desk.Trouble(msg.Err), t.read())
		default:
			return t.desk.Started(msg.Value.id)
		}
	case view.StoreChanged:
		return t.read()
	case pace.Wake:
		return t.perform(msg)
	case tea.KeyPressMsg, tea.PasteMsg, tea.MouseClickMsg:
		if t.ritual.Typing() {
			return t.perform(msg)
		}
		if t.line.Update(msg) {
			return t.read()
		}
	}
	return nil
}

// read looks the number up as it is typed now. A trial that is being held is not stopped by it: the gate asks again.
func (t *Page) read() tea.Cmd {
	if t.ritual.Typing() || t.starting.Waiting() {
		return nil
	}
	t.typing, t.looked = phone.AsTyped(t.line.Value(), t.shop.Region), false
	if t.typing.State != phone.TypingValid && t.typing.State != phone.TypingPossible {
		t.finding.Drop()
		return nil
	}
	number, draft := t.typing.Number, t.alone()
	return view.Do(t.env, view.Broadcasts, &t.finding, func(ctx context.Context) (found, error) {
		contact, err := t.desk.Store.ContactByPhone(ctx, number)
		if errors.Is(err, store.ErrNotFound) {
			return found{}, nil
		}
		if err != nil {
			return found{}, fmt.Errorf("find the number: %w", err)
		}
		check, err := t.desk.Store.CheckDraft(ctx, draft)
		return found{contact, check}, err
	})
}

// alone is the draft to this number and nobody else.
func (t *Page) alone() store.Draft {
	draft := t.draft
	draft.Name = t.env.Say.T("Test: %s", draft.Name)
	draft.Audience = string(t.typing.Number)
	return draft
}

// trouble says why the number cannot get it and what to do, or "".
func (t *Page) trouble() string {
	p := t.env.Say
	switch check := t.found.check; {
	case t.found.contact.ID == 0:
		return p.T("This number is not among the contacts. Go to the counter with 2 and enter yourself like any customer: agree, and save the shop's number.")
	case check.Audience != 1:
		return p.T("More than one contact has this number in it. Correct them under Contacts first.")
	case check.Sendable == 1:
		return t.blocked()
	}
	for _, r := range store.Reasons() {
		if t.found.check.Excluded[r] > 0 {
			words, remedy := p.LeftOut(string(r))
			if r == store.ReasonTooSoon {
				remedy = p.T("the gate knows no test: take a colleague's number")
			}
			return words + " " + t.env.Theme.Glyph.Arrow + " " + remedy
		}
	}
	return t.blocked()
}

// blocked is the first thing that keeps any broadcast from starting, but for the feed, which can be accepted.
func (t *Page) blocked() string {
	for _, b := range t.found.check.Blockers {
		if b != store.BlockerNoFeed {
			return t.env.Say.Blocker(string(b))
		}
	}
	return ""
}

func (t *Page) feedless() bool {
	return slices.Contains(t.found.check.Blockers, store.BlockerNoFeed)
}

// Actions are the keys of this moment.
func (t *Page) Actions() []view.Action {
	p := t.env.Say
	if t.ritual.Holding() {
		return []view.Action{{Keys: []string{"esc", "enter", "tab", "up", "down", "left", "right", "backspace"}, Label: p.T("stop"), Help: p.T("Any key stops the start"), Run: func() tea.Cmd {
			return t.perform(tea.KeyPressMsg{Code: tea.KeyEscape})
		}}}
	}
	return []view.Action{
		{Keys: []string{"enter"}, Label: p.T("send the test"), Help: p.T("Send it to this one number"), Run: t.enter, Off: t.off},
		{Keys: []string{"esc"}, Label: p.T("back"), Help: p.T("Back to the draft; nothing is sent"), Run: t.back},
	}
}

func (t *Page) off() string {
	switch {
	case t.starting.Waiting():
		return t.env.Say.T("One moment, the last key is still being done")
	case !t.looked:
		return t.env.Say.T("Type your own number first")
	}
	return t.trouble()
}

func (t *Page) enter() tea.Cmd {
	if t.ritual.Typing() {
		return t.perform(tea.KeyPressMsg{Code: tea.KeyEnter})
	}
	deed := ritual.Deed{Count: 1, Ask: t.env.Say.T("Type 1 to send it to this one number")}
	if t.feedless() {
		deed.Terms = t.env.Say.Blocker(string(store.BlockerNoFeed))
	}
	t.line.Blur()
	t.ritual.Open(deed)
	return nil
}

func (t *Page) back() tea.Cmd {
	if t.ritual.Typing() {
		t.ritual.Close()
		t.line.Focus()
		return t.read()
	}
	return t.desk.Back()
}

func (t *Page) perform(msg tea.Msg) tea.Cmd {
	begin, cmd := t.ritual.Update(msg)
	if !begin {
		return cmd
	}
	t.line.Focus()
	draft, how := t.alone(), store.Start{Staff: t.env.Staff(), WithoutFeed: t.feedless()}
	return view.Do(t.env, view.Broadcasts, &t.starting, func(ctx context.Context) (started, error) {
		b, err := t.desk.Store.CreateBroadcast(ctx, draft, how.Staff)
		if err != nil {
			return started{}, fmt.Errorf("make the test: %w", err)
		}
		if draft.Media.Kind != "" {
			m, err := t.desk.Store.Media(ctx, t.desk.Of)
			if err == nil {
				err = t.desk.Store.SetMedia(ctx, b.ID, m)
			}
			if err != nil {
				return started{}, err
			}
		}
		return started{b.ID}, t.desk.Start(ctx, b.ID, how)
	})
}

// Render draws the number, what is known of it, and the ritual.
func (t *Page) Render(size view.Size) view.Frame {
	p, th := t.env.Say, t.env.Theme
	width := min(size.W, 74)
	label := th.Paint(theme.Muted, p.T("Your own number")) + "  "
	head := place.Text(append([]string{th.Paint(theme.Strong, p.T("Test of “%s”", theme.Safe(t.draft.Name))), ""},
		theme.Wrap(p.T("The message goes to one number alone, as it would go to everybody. It counts as a broadcast to that person, who is then left out of this one for the usual time."), width)...)...)
	number := place.Beside(place.Text(label), theme.Width(label), 0, place.Line(th, t.line, max(1, min(24, width-theme.Width(label))), "…"))
	below := view.Frame{}
	switch {
	case t.starting.Waiting():
		below = place.Text(th.Paint(theme.Accent, p.T("starting")))
	case t.ritual.Typing():
		below = t.ritual.Render(width)
		number.Cursor = nil
	case t.looked && t.trouble() != "":
		below = place.Text(theme.Wrap(th.Mark(theme.Warn, t.trouble()), width)...)
	case t.looked:
		below = place.Text(theme.Wrap(th.Mark(theme.Good, p.T("%s can get it.", theme.Safe(t.found.contact.Name))), width)...)
	}
	return place.Crop(th, place.Column(head, place.Text(" "), number, place.Text(" "), below), size)
}
