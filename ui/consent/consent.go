// Package consent is the counter, where a customer is asked in person, and behind it the board that counts where
// everybody stands. The customer reads the same screen as the staff: yes and no are of equal size, nothing of
// anybody else is ever seen, and what only the customer can do the staff cannot do for her.
package consent

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/consent/board"
	"pregon/ui/consent/customer"
	"pregon/ui/consent/review"
	"pregon/ui/consent/scan"
	"pregon/ui/view"
	"pregon/ui/widget/input"
)

// Reader is what the tab asks of the shop file.
type Reader interface {
	Shop(ctx context.Context) (store.Shop, error)
	Notices(ctx context.Context) ([]store.Notice, error)
	ContactByPhone(ctx context.Context, number phone.E164) (store.Contact, error)
	Board(ctx context.Context, since time.Time) (store.Board, error)
}

// Store is the part of the shop file this tab needs.
type Store interface {
	Reader
	review.Store
	scan.Store
	RecordCounter(ctx context.Context, c store.Counter) (store.Visit, error)
	VoidCounter(ctx context.Context, staff string, visits ...store.Visit) (store.Contact, error)
}

// The lines to type into, in the order of the keys, and behind them the choices. The card is asked of those only
// who withdrew.
const (
	numberLine = iota
	nameLine
	cardLine
	choices
)

// setup is what every customer has in common.
type setup struct {
	shop    store.Shop
	notices []store.Notice
}

// View is the tab.
type View struct {
	env      *view.Env
	store    Store
	setup    setup
	loaded   bool
	lines    [choices]*input.Line
	at       int
	customer customer.Customer
	confirm  *confirm
	last     last
	keys     int // typed into the number so far
	top      int // first line of the notice on screen
	board    *board.Page
	queue    *review.Queue // what waits for a person
	judging  bool          // it is on screen

	settling, finding, writing, counting view.Latest
}

// New returns the tab; Init loads it.
func New(env *view.Env, s Store) *View {
	v := &View{env: env, store: s, queue: review.New(env, s, view.Consent), lines: [choices]*input.Line{input.New(40), input.New(100), input.New(60)}}
	v.focus(numberLine)
	return v
}

// ID is the address of the tab.
func (v *View) ID() view.ID { return view.Consent }

// Title is the name of the tab.
func (v *View) Title() string { return v.env.Say.T("Consent") }

// Typing says that letters belong to one of the lines.
func (v *View) Typing() bool {
	return v.board == nil && !v.judging && v.confirm == nil && v.at < choices
}

// Unsaved asks before somebody new is left without an answer.
func (v *View) Unsaved() string {
	if !v.undecided() {
		return ""
	}
	return v.env.Say.T("Nothing is recorded of this customer yet. Leave?")
}

// Init asks whose counter this is, which words are shown at it, and what waits for a person.
func (v *View) Init() tea.Cmd { return tea.Batch(v.settle(), v.queue.Load()) }

func (v *View) settle() tea.Cmd {
	return view.Do(v.env, view.Consent, &v.settling, func(ctx context.Context) (setup, error) {
		shop, err := v.store.Shop(ctx)
		if err != nil {
			return setup{}, err
		}
		notices, err := v.store.Notices(ctx)
		notices = slices.DeleteFunc(notices, func(n store.Notice) bool { return !strings.HasPrefix(n.ID, "optin-") })
		return setup{shop, notices}, err
	})
}

// Update takes answers, intents, and the keys that are no actions.
func (v *View) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[setup]:
		return v.settled(msg)
	case view.Result[store.Contact]:
		return v.foundOut(msg)
	case view.Result[outcome]:
		return v.written(msg)
	case view.Result[store.Board]:
		return v.counted(msg)
	case view.Result[[]store.ReviewCase], view.Result[store.ReviewDecision]:
		return v.queue.Update(msg)
	case board.Pressed:
		return v.pressedBoard(msg)
	case rested:
		if msg.key == v.keys {
			return v.find()
		}
	case view.OpenConsent:
		v.next()
		v.lines[numberLine].Set(msg.Phone)
		v.numberTyped()
		if v.customer.Valid() {
			v.focus(choices)
		}
		return v.find()
	case view.StoreChanged:
		commands := []tea.Cmd{v.Init(), v.find()}
		if v.board != nil {
			commands = append(commands, v.count())
		}
		return tea.Batch(commands...)
	case tea.KeyPressMsg:
		return v.pressed(msg)
	case tea.PasteMsg:
		return v.typed(msg)
	case linePressed:
		if v.board == nil && !v.judging && v.confirm == nil {
			v.focus(msg.at)
		}
	case customer.Press:
		if v.confirm == nil {
			v.focus(choices)
		}
		return v.press(msg.Key)
	}
	return nil
}

// pressed gives a key to what is on screen.
func (v *View) pressed(key tea.KeyPressMsg) tea.Cmd {
	switch {
	case v.judging:
		v.queue.Move(key.String())
	case v.board != nil:
		v.board.Move(key.String())
	default:
		return v.typed(key)
	}
	return nil
}

// linePressed is a click on a line.
type linePressed struct{ at int }

func (v *View) settled(answer view.Result[setup]) tea.Cmd {
	if !answer.Of(&v.settling) {
		return nil
	}
	v.loaded = true
	if answer.Err != nil && !errors.Is(answer.Err, store.ErrNotSetUp) {
		return v.failed(answer.Err)
	}
	v.setup = answer.Value
	return nil
}

// typed gives a key or a paste to the line that has the focus.
func (v *View) typed(msg tea.Msg) tea.Cmd {
	if !v.Typing() || !v.lines[v.at].Update(msg) || v.at != numberLine {
		return nil
	}
	if !v.numberTyped() {
		return nil
	}
	v.keys++
	key := v.keys
	return v.env.After(rest, func(time.Time) tea.Msg { return rested{key} })
}

// focus gives one of the lines the keys, or the choices.
func (v *View) focus(at int) {
	for _, line := range v.lines {
		line.Blur()
	}
	if v.at = at; at < choices {
		v.lines[at].Focus()
	}
}

// step goes to the next line or back, past the card where none is needed.
func (v *View) step(by int) {
	at := v.at + by
	if at == cardLine && !v.customer.NeedsCard() {
		at += by
	}
	v.focus((at + choices + 1) % (choices + 1))
}

// next wipes the screen for the next customer; only what can be taken back is remembered, unseen.
func (v *View) next() {
	v.customer, v.confirm, v.board, v.judging, v.top = customer.Customer{}, nil, nil, false, 0
	v.finding.Drop()
	v.keys++
	for _, line := range v.lines {
		line.Set("")
	}
	v.focus(numberLine)
}

// failed says what an error means for the reader, where that is known.
func (v *View) failed(err error) tea.Cmd {
	if text := v.env.Say.Trouble(store.Code(err)); text != "" {
		return view.Send(view.Tell{Level: view.Trouble, Text: text})
	}
	return view.Send(view.Failed{Err: err})
}
