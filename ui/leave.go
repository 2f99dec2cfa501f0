package ui

import (
	"slices"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
)

// leaveChord leaves when it is pressed twice.
const leaveChord = "ctrl+c"

// leavingID is the address of the question before the end.
const leavingID view.ID = "leaving"

// chordWithin is how soon the second press must follow.
const chordWithin = 3 * time.Second

// leaveByChord needs two presses: people outside programming press it to copy. Where something is unfinished,
// the second one asks, and two more leave all the same.
func (a *App) leaveByChord() tea.Cmd {
	now := a.env.Now()
	if !a.chord.IsZero() && now.Sub(a.chord) <= chordWithin {
		a.chord = time.Time{}
		if a.isLeaving() {
			return tea.Quit
		}
		return a.leave()
	}
	a.chord = now
	a.tell(view.Tell{Level: view.Note, Text: a.env.Say.T("Press ctrl+c again to leave.")})
	// Whoever wants to leave also wants a running hold to stop.
	return tea.Batch(a.hidden(), a.expire())
}

// leave quits, asking first where something is unfinished.
func (a *App) leave() tea.Cmd {
	question := a.unfinished()
	if question == "" {
		return tea.Quit
	}
	return a.ask(view.Ask{Owner: appID, Dialog: &leaving{env: a.env, question: question}})
}

// unfinished is the question to ask before leaving, or "".
func (a *App) unfinished() string {
	if a.running.Running && !a.running.Elsewhere {
		return a.env.Say.T("A broadcast is being sent. If you leave, it stops where it is; open it again and press r to go on. Leave now?")
	}
	open := slices.Clone(a.options.Views)
	for _, asked := range a.stack {
		open = append(open, asked.dialog)
	}
	for _, v := range open {
		if keeper, ok := v.(view.Keeper); ok && keeper.Unsaved() != "" {
			return keeper.Unsaved()
		}
	}
	return ""
}

// isLeaving says that the question before the end is open.
func (a *App) isLeaving() bool {
	return slices.ContainsFunc(a.stack, func(open asked) bool { return open.dialog.ID() == leavingID })
}

// leaving is the question before the end. Enter alone stays.
type leaving struct {
	env      *view.Env
	question string
	answer   view.Answer
	done     bool
}

func (l *leaving) ID() view.ID            { return leavingID }
func (l *leaving) Title() string          { return l.env.Say.T("Leave Pregón?") }
func (l *leaving) Init() tea.Cmd          { return nil }
func (l *leaving) Update(tea.Msg) tea.Cmd { return nil }
func (l *leaving) Typing() bool           { return false }

// Done is the answer, once there is one.
func (l *leaving) Done() (view.Answer, bool) { return l.answer, l.done }

// Actions are yes and no.
func (l *leaving) Actions() []view.Action {
	end := func(yes bool) func() tea.Cmd {
		return func() tea.Cmd {
			l.answer, l.done = view.Answer{Dialog: l.ID(), Yes: yes}, true
			return nil
		}
	}
	return []view.Action{
		{Keys: []string{"esc", "n", "enter"}, Label: l.env.Say.T("stay"), Help: l.env.Say.T("Go on where you were."), Run: end(false)},
		{Keys: []string{"y"}, Label: l.env.Say.T("leave"), Help: l.env.Say.T("Leave Pregón."), Run: end(true)},
	}
}

// Render draws the question.
func (l *leaving) Render(size view.Size) view.Frame {
	return view.Frame{Content: joinLines(theme.Wrap(l.question, size.W))}
}
