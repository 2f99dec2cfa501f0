package templates

import (
	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
)

// status is where a template stands at Meta. A word that is not known is shown as it is; it cannot be sent either way.
func status(p *say.Printer, word string) (string, theme.Role) {
	words := p.Approval(word)
	switch word {
	case store.StatusApproved:
		return words, theme.Good
	case "REJECTED", "DISABLED", store.StatusGone:
		return words, theme.Bad
	case "PENDING", "IN_APPEAL", "PAUSED":
		return words, theme.Warn
	}
	return lower(word), theme.Warn
}

func quality(p *say.Printer, word string) (string, theme.Role) {
	switch word {
	case "GREEN":
		return p.T("good"), theme.Good
	case "YELLOW":
		return p.T("middling"), theme.Warn
	case "RED":
		return p.T("bad"), theme.Bad
	}
	return p.T("not known"), theme.Muted
}

func category(p *say.Printer, word string) string {
	switch word {
	case "MARKETING":
		return p.T("offers")
	case "UTILITY":
		return p.T("service")
	case "AUTHENTICATION":
		return p.T("codes")
	}
	return lower(word)
}

// unsendable says why a template cannot be sent and what to do about it, or "".
func unsendable(p *say.Printer, t store.Template) string {
	switch t.Status {
	case store.StatusApproved:
	case "PENDING", "IN_APPEAL":
		return p.T("Meta is still checking this text, which takes up to a day. Press s to ask again.")
	case "REJECTED":
		return p.T("Meta rejected this text. Change it in WhatsApp Manager and hand it in again.")
	case "PAUSED":
		return p.T("Meta paused this text because people blocked or reported it. It comes back by itself in some hours; milder words help.")
	case "DISABLED", store.StatusGone:
		return p.T("Meta no longer takes this text. Write a new one in WhatsApp Manager.")
	default:
		return p.T("Meta has not approved this text. Press s to ask again.")
	}
	if t.Quality == "RED" {
		return p.T("People block or report this text, and Meta rates it bad. Send another one, to fewer people.")
	}
	if message, err := t.Message(); err == nil && message.MediaHeader() == "LOCATION" {
		return p.T("This text comes with a place on the map, which Pregón cannot send.")
	}
	return ""
}
