package ui

import (
	"context"
	"errors"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
)

// appID is the address of the app's own questions.
const appID view.ID = "app"

// The shortest times between two looks at the engine and at the shop file. A running broadcast writes the file
// many times a second, and lists of a hundred thousand take a twentieth of a second to read again.
const (
	everyMove   = 100 * time.Millisecond
	everyChange = time.Second
)

// ownMsg marks the app's own messages.
type ownMsg interface{ own() }

type (
	changed    struct{} // the shop file changed
	moved      struct{ view.Progress }
	expired    struct{} // a toast's time may be over
	headerRead = view.Result[Header]
	tabPressed struct{ tab int }
)

func (changed) own()    {}
func (moved) own()      {}
func (expired) own()    {}
func (tabPressed) own() {}

// own handles what is for the app itself.
func (a *App) own(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		return a.leaveByChord()
	case headerRead:
		if msg.Of(&a.asking) && msg.Err == nil {
			a.header = msg.Value
			return a.welcome()
		}
	case expired:
		a.dropExpired()
		return a.expire()
	case tabPressed:
		return a.show(a.options.Views[msg.tab].ID())
	case view.Answer:
		if msg.Dialog == leavingID && msg.Yes {
			return tea.Quit
		}
	case view.Intent:
		return a.fulfil(msg)
	}
	return nil
}

// fulfil does what a view wishes. The list of intents is closed.
func (a *App) fulfil(intent view.Intent) tea.Cmd {
	switch intent := intent.(type) {
	case view.Ask:
		return a.ask(intent)
	case view.Tell:
		a.tell(intent)
		return a.expire()
	case view.Copy:
		a.tell(view.Tell{Level: view.Done, Text: a.env.Say.T("Copied, where the terminal allows it: %s", theme.Safe(intent.Text))})
		return tea.Batch(tea.SetClipboard(intent.Text), a.expire())
	case view.Failed:
		return a.failed(intent.Err)
	case view.OpenAudiences:
		if a.options.Audiences == nil {
			return nil
		}
		return a.ask(view.Ask{Owner: a.view().ID(), Dialog: a.options.Audiences(intent.Query)})
	case view.OpenContact, view.ListContacts:
		return a.open(view.Contacts, intent)
	case view.OpenConsent:
		return a.open(view.Consent, intent)
	case view.OpenTemplate:
		return a.open(view.Templates, intent)
	case view.Compose, view.OpenBroadcast:
		return a.open(view.Broadcasts, intent)
	}
	return nil
}

// open brings a view to the front and hands it the intent.
func (a *App) open(target view.ID, intent view.Intent) tea.Cmd {
	shown := a.show(target)
	for _, v := range a.options.Views {
		if v.ID() == target {
			return tea.Batch(shown, v.Update(intent))
		}
	}
	return shown
}

// failed logs what a view has no words for and tells where to find it. The
// error's own text may hold numbers and names, so it goes to no screen.
func (a *App) failed(err error) tea.Cmd {
	if err == nil || errors.Is(err, context.Canceled) {
		return nil
	}
	a.failures++
	a.env.Log.Error("a question failed", "number", a.failures, "error", err)
	a.tell(view.Tell{Level: view.Trouble, Text: a.env.Say.T(
		"That did not work, and nothing was changed. Try again; if it stays so, look for number %s in the log.", strconv.Itoa(a.failures))})
	return a.expire()
}

// welcome opens the settings at the first start, once.
func (a *App) welcome() tea.Cmd {
	if !a.header.NotSetUp || a.welcomed || a.options.Settings == nil {
		return nil
	}
	a.welcomed = true
	return a.ask(view.Ask{Owner: appID, Dialog: a.options.Settings()})
}

// readHeader asks whose shop this is.
func (a *App) readHeader() tea.Cmd {
	if a.options.Header == nil {
		return nil
	}
	return view.Do(a.env, appID, &a.asking, func(ctx context.Context) (Header, error) { return a.options.Header(ctx) })
}

// watch waits for one signal.
func (a *App) watch(signal <-chan struct{}, then func() tea.Msg) tea.Cmd {
	if signal == nil {
		return nil
	}
	return func() tea.Msg {
		done := a.env.Work.Rest()
		defer done()
		select {
		case <-a.env.Ctx.Done():
			return nil
		case _, open := <-signal:
			if !open {
				return nil
			}
			return then()
		}
	}
}

// later waits a little before it waits for the next signal, so that a busy
// engine does not make the screen busy.
func (a *App) later(rest time.Duration, signal <-chan struct{}, then func() tea.Msg) tea.Cmd {
	wait := a.watch(signal, then)
	if wait == nil {
		return nil
	}
	pause := a.env.After(rest, func(time.Time) tea.Msg { return nil })
	return func() tea.Msg {
		pause()
		return wait()
	}
}
