package consent

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/consent/scan"
	"pregon/ui/view"
)

// noCode is why there is no code to show.
func (v *View) noCode() string {
	if _, words := v.notice(); !words {
		return v.env.Say.T("There are no words to show yet: the owner publishes them first.")
	}
	if strings.TrimSpace(v.env.Staff()) == "" {
		return v.nameless()
	}
	return ""
}

// showCode fills the screen with the code of the words that are shown, in the customer's language.
func (v *View) showCode() tea.Cmd {
	notice, _ := v.notice()
	return view.Send(view.Ask{Owner: view.Consent, Dialog: scan.New(v.env, v.store, v.setup.shop, notice)})
}
