package restored

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/view"
)

// Actions are what can be done now.
func (p *Page) Actions() []view.Action {
	say := p.env.Say
	leave := view.Action{Keys: []string{"esc"}, Label: say.T("not now"), Help: say.T("Close this; nothing is decided, and nothing goes out."), Run: p.leave, Off: p.busy}
	back := view.Action{Keys: []string{"left", "b"}, Label: say.T("back"), Help: say.T("Back to the step before."), Run: func() tea.Cmd { return p.turn(p.at - 1) }, Off: p.busy}
	more := []view.Action{
		{Keys: []string{"pgdown", "down"}, Label: say.T("more"), Help: say.T("Read on."), Run: func() tea.Cmd { return p.scroll(3) }, Hidden: true},
		{Keys: []string{"pgup", "up"}, Label: say.T("up"), Help: say.T("Read what stands above."), Run: func() tea.Cmd { return p.scroll(-3) }, Hidden: true},
	}
	_, one := p.broadcast()
	switch {
	case !p.read:
		return []view.Action{leave}
	case one:
		return append([]view.Action{
			{Keys: []string{"e"}, Label: say.T("end it"), Help: say.T("It may have gone out after the backup, or you are not sure: it ends with the review."), Run: p.decide(false)},
			{Keys: []string{"g"}, Label: say.T("may go on"), Help: say.T("You know that nobody got it after the backup: it may go on."), Run: p.decide(true)},
			back, leave,
		}, more...)
	case p.last():
		unlock := view.Action{Keys: []string{"y"}, Label: say.T("unlock sending"), Help: say.T("Do what was decided, on the record with your name. Nothing goes out by this key."), Run: p.accept, Off: p.unable}
		if p.nothing() {
			unlock.Help = say.T("The shop may send again, on the record with your name. Nothing goes out by this key.")
			return append([]view.Action{unlock, leave}, more...)
		}
		return append([]view.Action{unlock, back, leave}, more...)
	}
	return append([]view.Action{
		{Keys: []string{"enter"}, Label: say.T("begin the review"), Help: say.T("Go through what this file takes for unsent."), Run: func() tea.Cmd { return p.turn(1) }},
		leave,
	}, more...)
}

func (p *Page) turn(to int) tea.Cmd {
	p.at, p.top = max(0, to), 0
	return nil
}

func (p *Page) scroll(by int) tea.Cmd {
	p.top = max(0, p.top+min(by, p.over))
	return nil
}

func (p *Page) leave() tea.Cmd {
	p.done = true
	return view.Send(view.Tell{Level: view.Note, Text: p.env.Say.T("Nothing was decided, and nothing goes out until the review is done.")})
}

// decide keeps what becomes of the broadcast that is asked about and goes on to the next.
func (p *Page) decide(on bool) func() tea.Cmd {
	return func() tea.Cmd {
		b, _ := p.broadcast()
		p.goes[b.ID] = on
		return p.turn(p.at + 1)
	}
}

func (p *Page) busy() string {
	if p.writing.Waiting() {
		return p.env.Say.T("One moment: it is being saved.")
	}
	return ""
}

func (p *Page) unable() string {
	if p.env.Staff() == "" {
		return p.env.Say.T("Nobody knows who you are: every entry names who recorded it. Start again with --staff NAME.")
	}
	return p.busy()
}

func (p *Page) accept() tea.Cmd {
	review := store.RestoreReview{Staff: p.env.Staff()}
	for _, b := range p.now.open {
		if p.goes[b.ID] {
			review.GoOn = append(review.GoOn, b.ID)
		}
	}
	return view.Do(p.env, ID, &p.writing, func(ctx context.Context) (accepted, error) {
		return accepted{}, p.store.AcceptRestored(ctx, review)
	})
}

// failed says what an error means for the reader, where that is known.
func (p *Page) failed(err error) tea.Cmd {
	if text := p.env.Say.Trouble(store.Code(err)); text != "" {
		return view.Send(view.Tell{Level: view.Trouble, Text: text})
	}
	return view.Send(view.Failed{Err: err})
}
