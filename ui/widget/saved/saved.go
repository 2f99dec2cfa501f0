// Package saved is the two keys of whoever types an audience: to keep it under a name, and to choose one that is kept.
package saved

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

// Actions are the keys of a line in which an audience is typed. What is chosen comes back as an Answer of
// view.Audiences. Hidden leaves them out of the footer.
func Actions(env *view.Env, query string, readable, hidden bool) []view.Action {
	say := env.Say
	open := func(query string) func() tea.Cmd {
		return func() tea.Cmd { return view.Send(view.OpenAudiences{Query: query}) }
	}
	return []view.Action{
		{Keys: []string{"f4"}, Label: say.T("saved ones"), Help: say.T("Choose an audience that is kept under a name."), Run: open(""), Hidden: hidden},
		{Keys: []string{"ctrl+s"}, Label: say.T("save it"), Help: say.T("Keep what is asked for here under a name."), Run: open(query), Hidden: hidden, Off: func() string {
			switch {
			case strings.TrimSpace(query) == "":
				return say.T("There is nothing to save yet: an empty audience is nobody. Type who is meant first.")
			case !readable:
				return say.T("This cannot be read as a search.")
			}
			return ""
		}},
	}
}
