package ui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

// reviewKey opens the review of a restored shop file.
const reviewKey = "f3"

// globals are the actions that work everywhere.
func (a *App) globals() []view.Action {
	say := a.env.Say
	actions := make([]view.Action, 0, len(a.options.Views)+2)
	for i, v := range a.options.Views {
		actions = append(actions, view.Action{
			Keys: []string{strconv.Itoa(i + 1), "alt+" + strconv.Itoa(i+1)}, Label: v.Title(), Help: say.T("Go to %s.", v.Title()), Hidden: true,
			Run: func() tea.Cmd { return a.show(v.ID()) },
		})
	}
	if a.options.Settings != nil {
		actions = append(actions, view.Action{
			Keys: []string{","}, Label: say.T("settings"), Help: say.T("Change the shop's name, number, hours and what else it is."), Hidden: true,
			Run: func() tea.Cmd { return a.ask(view.Ask{Owner: appID, Dialog: a.options.Settings()}) },
		})
	}
	if a.options.Access != nil {
		actions = append(actions, view.Action{
			Keys: []string{"f6"}, Label: say.T("access"), Help: say.T("Type the shop's access token; it is checked and kept in the keyring."), Hidden: true,
			Run: func() tea.Cmd { return a.ask(view.Ask{Owner: appID, Dialog: a.options.Access()}) },
		})
	}
	if len(a.banner()) > 0 {
		actions = append(actions, view.Action{
			Keys: []string{reviewKey}, Label: say.T("review"), Help: say.T("Review the restored shop file, so that it may send again."), Hidden: true,
			Run: func() tea.Cmd { return a.ask(view.Ask{Owner: appID, Dialog: a.options.Restored()}) },
		})
	}
	return append(actions, view.Action{
		Keys: []string{"?", "f1"}, Label: say.T("help"), Help: say.T("Show every key of this screen."), Hidden: true,
		Run: func() tea.Cmd { return a.ask(view.Ask{Dialog: newHelp(a.env, a.view(), a.globals())}) },
	}, view.Action{
		Keys: []string{"f2"}, Label: say.T("mouse"), Help: say.T("Give the mouse to the terminal to select text, and back to Pregón to click."), Hidden: true,
		Run: a.turnMouse,
	}, view.Action{
		Keys: []string{"q"}, Label: say.T("quit"), Help: say.T("Leave Pregón; drafts are kept. Ctrl+C twice does the same."), Hidden: true,
		Run: a.leave,
	})
}
