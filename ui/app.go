package ui

import (
	"context"
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

// Options is what the app is made of.
type Options struct {
	// Views are the tabs in their order; there is at least one.
	Views []view.View
	// Say is what has to be said first, until a key is pressed; "" is nothing.
	Say string
	// Header answers whose shop this is; asked at the start and after changes.
	Header func(ctx context.Context) (Header, error)
	// Changes has a value after the shop file changed; nil never.
	Changes <-chan struct{}
	// Progress has a value after a broadcast moved, and Running tells how far.
	Progress <-chan struct{}
	Running  func() view.Progress
	// Settings is the page that sets the shop up, laid over the app by a key and at the first start; nil is none.
	Settings func() view.Dialog
	// Restored is the page that reviews a restored shop file; nil is none.
	Restored func() view.Dialog
	// Audiences is the list of saved audiences, or with a query the line that names it; nil is none.
	Audiences func(query string) view.Dialog
	// Access is the page on which the access token is typed; nil is none.
	Access func() view.Dialog
	// BareMouse leaves the mouse to the terminal at first, which selects text with it.
	BareMouse bool
}

// longestTrail is how many tabs esc leads back through.
const longestTrail = 32

// App is the only Bubble Tea model: it routes, and draws the frame.
type App struct {
	env      *view.Env
	options  Options
	active   int
	trail    []int // tabs to go back to
	stack    []asked
	toasts   []toast
	header   Header
	asking   view.Latest
	running  view.Progress
	width    int
	height   int
	zones    []view.Zone // as drawn last, relative to the screen
	failures int         // logged so far, each with its number
	chord    time.Time   // when the leaving chord was pressed once
	bare     bool        // the mouse belongs to the terminal
	welcomed bool        // the first start was noticed
}

// New returns the app. The views are not started before Init.
func New(env *view.Env, options Options) *App {
	if options.Running == nil {
		options.Running = func() view.Progress { return view.Progress{} }
	}
	a := &App{env: env, options: options, bare: options.BareMouse}
	if options.Say != "" {
		a.tell(view.Tell{Level: view.Trouble, Text: options.Say})
	}
	return a
}

// Init starts every view and the watching of the shop file and the engine.
func (a *App) Init() tea.Cmd {
	commands := []tea.Cmd{tea.RequestBackgroundColor, a.readHeader(), a.watch(a.options.Changes, func() tea.Msg { return changed{} })}
	commands = append(commands, a.watch(a.options.Progress, func() tea.Msg { return moved{a.options.Running()} }))
	for _, v := range a.options.Views {
		commands = append(commands, v.Init())
	}
	return tea.Batch(append(commands, a.shown())...)
}

// Update routes one message.
func (a *App) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case changed:
		return a, tea.Batch(a.all(view.StoreChanged{}), a.readHeader(), a.later(everyChange, a.options.Changes, func() tea.Msg { return changed{} }))
	case moved:
		a.running = msg.Progress
		return a, tea.Batch(a.all(msg.Progress), a.later(everyMove, a.options.Progress, func() tea.Msg { return moved{a.options.Running()} }))
	case tea.KeyPressMsg:
		a.forgetErrors()
	}
	switch route(msg, a.situation()) {
	case toAll:
		a.learn(msg)
		return a, a.all(msg)
	case toApp:
		return a, a.own(msg)
	case toFront:
		return a, a.front(msg)
	case toGlobal:
		return a, a.press(a.globals(), msg)
	case toAddress:
		return a, a.deliver(msg)
	case toMouse:
		return a, a.mouse(msg)
	case toActive:
	}
	return a, a.toView(msg)
}

// situation is what routing depends on now.
func (a *App) situation() situation {
	v := a.view()
	return situation{
		dialog: len(a.stack) > 0,
		typing: v.Typing(),
		taken: func(key tea.KeyPressMsg) bool {
			_, found := view.Find(v.Actions(), key, v.Typing())
			return found
		},
		global: func(key tea.KeyPressMsg) bool {
			_, found := view.Find(a.globals(), key, v.Typing())
			return found
		},
	}
}

// learn keeps what the terminal tells of itself.
func (a *App) learn(msg tea.Msg) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		a.width, a.height = msg.Width, msg.Height
	case tea.BackgroundColorMsg:
		a.env.Theme.SetDark(msg.IsDark())
	case tea.ColorProfileMsg:
		a.env.Theme.SetProfile(msg.Profile)
	}
}

func (a *App) view() view.View { return a.options.Views[a.active] }

// all hands a message to every view and dialog.
func (a *App) all(msg tea.Msg) tea.Cmd {
	commands := make([]tea.Cmd, 0, len(a.options.Views)+len(a.stack))
	for _, v := range a.options.Views {
		commands = append(commands, v.Update(msg))
	}
	for _, open := range a.stack {
		commands = append(commands, open.dialog.Update(msg))
	}
	return tea.Batch(commands...)
}

// toView gives the active view a message: a key that is an action runs it.
func (a *App) toView(msg tea.Msg) tea.Cmd {
	v := a.view()
	if key, ok := msg.(tea.KeyPressMsg); ok {
		if _, found := view.Find(v.Actions(), key, v.Typing()); found {
			return a.press(v.Actions(), key)
		}
		if key.String() == "esc" && !v.Typing() {
			return a.goBack()
		}
	}
	return v.Update(msg)
}

// press runs the action of a key, or says why it is off.
func (a *App) press(actions []view.Action, msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyPressMsg)
	if !ok {
		return nil
	}
	action, found := view.Find(actions, key, false)
	if !found {
		return nil
	}
	if why := action.Why(); why != "" {
		return view.Send(view.Tell{Level: view.Caution, Text: why})
	}
	return action.Run()
}

// deliver finds the view or dialog an answer is addressed to; the app's own
// question is the header.
func (a *App) deliver(msg tea.Msg) tea.Cmd {
	to := msg.(view.Addressed).Recipient() //nolint:forcetypeassert // route saw to it
	if to == appID {
		return a.own(msg)
	}
	for _, open := range slices.Backward(a.stack) {
		if open.dialog.ID() == to {
			return tea.Batch(open.dialog.Update(msg), a.closeDone())
		}
	}
	for _, v := range a.options.Views {
		if v.ID() == to {
			return v.Update(msg)
		}
	}
	return nil
}

// show brings a tab to the front and remembers the one before.
func (a *App) show(id view.ID) tea.Cmd {
	to := slices.IndexFunc(a.options.Views, func(v view.View) bool { return v.ID() == id })
	if to < 0 || to == a.active {
		return nil
	}
	a.trail = append(a.trail, a.active)
	if len(a.trail) > longestTrail {
		a.trail = a.trail[1:]
	}
	return a.change(to)
}

func (a *App) change(to int) tea.Cmd {
	hide := a.hidden()
	a.active = to
	return tea.Batch(hide, a.shown())
}

// hidden tells the active view that it loses the user's attention.
func (a *App) hidden() tea.Cmd {
	if hider, ok := a.view().(view.Hider); ok {
		return hider.Hidden()
	}
	return nil
}

func (a *App) shown() tea.Cmd {
	if shower, ok := a.view().(view.Shower); ok {
		return shower.Shown()
	}
	return nil
}

// goBack leaves the view for the one it was opened from.
func (a *App) goBack() tea.Cmd {
	if len(a.trail) == 0 {
		return nil
	}
	to := a.trail[len(a.trail)-1]
	a.trail = a.trail[:len(a.trail)-1]
	return a.change(to)
}
