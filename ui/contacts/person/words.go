package person

import (
	"strings"
	"time"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// Words are what is said of contacts, in the reader's language: the sentences of say, with the look of what they mean.
type Words struct{ env *view.Env }

// NewWords returns the words in the language of the environment.
func NewWords(env *view.Env) *Words { return &Words{env: env} }

// why says why somebody cannot get a broadcast, and how bad that is. What is for good is bad.
func (w *Words) why(code store.Reason, c store.Contact) (role theme.Role, short, long string) {
	state := c.Standing.Consent
	short, long = w.env.Say.Why(string(code), string(state))
	if code == store.ReasonTooSoon && !c.RestsUntil.IsZero() {
		short, long = w.env.Say.Rests(w.day(c.RestsUntil))
	}
	switch code {
	case store.ReasonWithdrawn, store.ReasonSuppressed, store.ReasonPlatformStopped, store.ReasonUnreachable,
		store.ReasonInvalidNumber, store.ReasonUndeliverableMarket:
		return theme.Bad, short, long
	case store.ReasonNoConsent:
		if state == store.ConsentRefused {
			return theme.Bad, short, long
		}
	case store.ReasonExpired, store.ReasonNotSaved, store.ReasonTooSoon, store.ReasonMissingParameter, store.ReasonReview,
		store.ReasonMerged:
	}
	return theme.Warn, short, long
}

// mendable says that the counter can do something about a reason.
func mendable(code store.Reason, state store.Consent) bool {
	switch code {
	case store.ReasonWithdrawn, store.ReasonExpired, store.ReasonNotSaved:
		return true
	case store.ReasonNoConsent:
		return state != store.ConsentGiven
	case store.ReasonSuppressed, store.ReasonPlatformStopped, store.ReasonUnreachable, store.ReasonInvalidNumber,
		store.ReasonUndeliverableMarket, store.ReasonTooSoon, store.ReasonMissingParameter, store.ReasonReview, store.ReasonMerged:
	}
	return false
}

// look is what an event of a ledger means.
func look(e store.LedgerEvent) theme.Role {
	switch e.Ledger + "." + e.Type {
	case "consent.given", "consent.confirmed", "saved_number.says_saved", "saved_number.seen_by_staff",
		"saved_number.self_written", "platform.resumed", "platform.reachable":
		return theme.Good
	case "consent.refused", "consent.withdrawn", "consent.erased", "platform.stopped", "platform.unreachable":
		return theme.Bad
	case "consent.expired", "saved_number.unknown", "saved_number.invalid":
		return theme.Warn
	}
	return theme.Plain
}

// Verdict says in a few words whether a contact can get a broadcast.
func (w *Words) Verdict(c store.Contact) (theme.Role, string) {
	if c.Verdict.Sendable() {
		since := c.Standing.ConsentAt
		if c.Standing.SavedAt.After(since) {
			since = c.Standing.SavedAt
		}
		return theme.Good, w.env.Say.T("since %s", w.day(since))
	}
	code, state := c.Verdict.Why[0], c.Standing.Consent
	role, short, _ := w.why(code, c)
	if code == store.ReasonWithdrawn || code == store.ReasonNoConsent && state == store.ConsentRefused {
		short += " " + w.day(c.Standing.ConsentAt)
	}
	return role, short
}

// Mendable says that the counter can help, and that no reason stands for good.
func (w *Words) Mendable(c store.Contact) bool {
	for _, code := range c.Verdict.Why {
		if !mendable(code, c.Standing.Consent) {
			return false
		}
	}
	return !c.Verdict.Sendable() && c.Phone != ""
}

func (w *Words) day(t time.Time) string { return w.env.Say.Day(t, w.env.Now()) }

// Name is what a contact is called, also where nobody knows it.
func (w *Words) Name(c store.Contact) theme.Text {
	if name := theme.Safe(c.Name); strings.TrimSpace(name.String()) != "" {
		return name
	}
	return theme.Safe(w.env.Say.T("(no name)"))
}

// Number is the number of a contact as people write it, or WhatsApp's id where no number is known.
func (w *Words) Number(c store.Contact) theme.Text {
	return theme.Safe(c.Address(w.env.Say.T("erased")))
}
