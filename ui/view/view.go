package view

import (
	"context"
	"image"
	"log/slog"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/say"
	"pregon/ui/theme"
)

// ID is the address of a view or a dialog.
type ID string

// The addresses of the tabs. Intents that open something lead to one of them.
const (
	Contacts   ID = "contacts"
	Consent    ID = "consent"
	Templates  ID = "templates"
	Broadcasts ID = "broadcasts"
)

// Audiences is the address of the list of saved audiences; the text of its answer is the one to use.
const Audiences ID = "audiences"

// View is one screen. It is a pointer; Update and the handlers of its actions are the only places that change it.
type View interface {
	ID() ID
	Title() string
	Init() tea.Cmd
	Update(msg tea.Msg) tea.Cmd
	Render(size Size) Frame
	Actions() []Action
	Typing() bool
}

// Shower is a view that wants to know when it comes to the front.
type Shower interface{ Shown() tea.Cmd }

// Hider is a view that wants to know when another takes its place.
type Hider interface{ Hidden() tea.Cmd }

// Keeper is a view that may hold unsaved work. Unsaved is the question to ask before leaving, or "".
type Keeper interface{ Unsaved() string }

// Dialog is a view laid over the page until it is done. Only the front dialog hears keys.
type Dialog interface {
	View
	Done() (Answer, bool)
}

// Answer is what came out of a dialog. It is sent to the owner of the question.
type Answer struct {
	To     ID     // owner, filled in by the app
	Dialog ID     // which question
	Yes    bool   // false for no, Esc and anything unclear
	Text   string // what was typed, not yet safe to draw, or the key of the choice
}

// Recipient is the owner of the question.
func (a Answer) Recipient() ID { return a.To }

// Addressed is a message for one view or dialog, shown or not.
type Addressed interface{ Recipient() ID }

// Size is a room in cells.
type Size struct{ W, H int }

// Narrow means one column with labels above values; Wide means the detail stands beside the list.
func (s Size) Narrow() bool { return s.W < 72 }

// Wide means that the detail stands beside the list.
func (s Size) Wide() bool { return s.W >= 112 }

// Frame is a drawn view: at most Size.H lines of at most Size.W cells, joined by \n.
type Frame struct {
	Content string
	Cursor  *tea.Cursor // relative to the frame, nil hides it
	Zones   []Zone      // what can be clicked, relative to the frame
}

// Zone is a place to click: the message goes to the Update of the view that drew it, a key to whoever hears keys.
type Zone struct {
	Area image.Rectangle
	Msg  tea.Msg
}

// Env is what every view is given by its constructor, shared and never copied. Ctx ends when the app quits;
// it is kept in a struct because a tea.Cmd has no parameter.
type Env struct {
	Ctx      context.Context //nolint:containedctx // a tea.Cmd has no parameter
	Theme    *theme.Theme
	Say      *say.Printer
	Log      *slog.Logger
	Now      func() time.Time                                     // the shop's clock, in the shop's zone
	After    func(time.Duration, func(time.Time) tea.Msg) tea.Cmd // tea.Tick, or the driver's clock
	Work     *Work
	Staff    func() string // who stands at this screen, as typed; pass through theme.Safe
	Practice bool
	Hold     time.Duration // time to stop a broadcast after the ritual
}
