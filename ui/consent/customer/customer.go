// Package customer is who stands at the counter: what is on screen of her, all of it in one value so that wiping
// it wipes everything, and the words that say where she stands.
package customer

import (
	"errors"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// Kind is what was recorded.
type Kind int

// The kinds; the zero value is nothing yet.
const (
	SaidYes Kind = iota + 1
	SaidNo
	Withdrew
	Graded
	Undone
)

// Customer is all that is on screen of one person.
type Customer struct {
	Typing   phone.Typing
	Looked   bool          // the number was looked up
	Contact  store.Contact // without an id: nobody we know
	Grade    store.Grade   // chosen before the yes, recorded with it
	Screen   bool          // she read the words herself
	Language string        // of the notice, "" for her own or the shop's
	Done     Kind          // what was recorded while she stood here
	DoneAt   time.Time
	Warned   bool // that nothing is recorded yet
}

// Valid says that the number is one.
func (c *Customer) Valid() bool { return c.Typing.State == phone.TypingValid }

// Known says that she is among the contacts.
func (c *Customer) Known() bool { return c.Contact.ID != 0 }

// Withdrawn says that only she herself can come back.
func (c *Customer) Withdrawn() bool { return c.Contact.Standing.Consent == store.ConsentWithdrawn }

// NeedsCard says that a yes takes the number of a card she signed: she withdrew, or her country wants a signature.
func (c *Customer) NeedsCard() bool { return c.Withdrawn() || c.Typing.Number.Signed() }

// CardWanted asks for the number of the card.
func (c *Customer) CardWanted(env *view.Env) string {
	if c.Withdrawn() {
		return env.Say.T("She withdrew: type the number of the card she signed, or let her write to us.")
	}
	return env.Say.T("A spoken yes is not enough in Turkey: type the number of the card she signed.")
}

// Agreed says that her yes is on the ledger and stands.
func (c *Customer) Agreed() bool {
	state := c.Contact.Standing.Consent
	return state == store.ConsentGiven || state == store.ConsentConfirmed
}

// Saved is how the number is known to be saved, as recorded or as chosen.
func (c *Customer) Saved() store.Grade {
	if c.Grade != "" {
		return c.Grade
	}
	return c.Contact.Standing.Saved
}

// Standing says where a known customer stands before staff asks again, and warns of a country that has a register of
// its own for consents.
func (c *Customer) Standing(env *view.Env) (theme.Role, string) {
	role, text := c.standing(env)
	if !c.Typing.Number.Signed() || c.Done != 0 || role == theme.Bad {
		return role, text
	}
	return theme.Warn, strings.TrimSpace(env.Say.Register() + " " + text)
}

func (c *Customer) standing(env *view.Env) (theme.Role, string) {
	say, s := env.Say, c.Contact.Standing
	day := say.Day(s.ConsentAt, env.Now())
	switch {
	case s.Suppressed || s.Erased:
		return theme.Bad, say.T("This number is on the stop list, for good.")
	case s.Consent == store.ConsentWithdrawn:
		return theme.Bad, say.T("She withdrew on %s. Staff cannot bring her back: it takes her own WhatsApp message, or a card she signs. Type the number of the card.", day)
	case s.Platform == store.PlatformStopped:
		return theme.Bad, say.T("She stopped our messages inside WhatsApp. Only she can start them again, there.")
	case !c.Known() && c.Typing.Number.Undeliverable():
		return theme.Warn, say.T("WhatsApp brings no offers to numbers of this country.")
	case !c.Known():
		return theme.Plain, ""
	case c.Contact.Verdict.Sendable():
		return theme.Good, say.T("She agreed on %s and has saved our number: she gets broadcasts already.", day)
	}
	switch s.Consent {
	case store.ConsentGiven, store.ConsentConfirmed:
		return theme.Warn, c.missing(env, day)
	case store.ConsentRefused:
		if until := s.ConsentAt.Add(store.AskAgainAfter); env.Now().Before(until) {
			return theme.Warn, say.T("She said no on %s. Do not ask again before %s, unless she brings it up herself.", day, say.Day(until, env.Now()))
		}
		return theme.Plain, say.T("She said no on %s, more than 90 days ago.", day)
	case store.ConsentAsked:
		return theme.Warn, say.T("She was asked on %s and has not answered.", day)
	case store.ConsentExpired:
		return theme.Warn, say.T("Her yes is too old. Ask her again.")
	case store.ConsentNone, store.ConsentWithdrawn:
	}
	return theme.Warn, say.T("She is in your contacts and was not asked yet.")
}

// missing says what keeps somebody who agreed from getting broadcasts.
func (c *Customer) missing(env *view.Env, day string) string {
	say := env.Say
	switch c.Contact.Verdict.Why[0] {
	case store.ReasonNotSaved:
		return say.T("She agreed on %s. Our number is not saved yet.", day)
	case store.ReasonNoConsent:
		return say.T("She agreed on %s. A message of her own is still missing, which this shop waits for.", day)
	case store.ReasonTooSoon:
		_, long := say.Rests(say.Day(c.Contact.RestsUntil, env.Now()))
		return say.T("She agreed on %s and has saved our number.", day) + " " + long
	default:
		return say.T("She agreed on %s, but WhatsApp does not reach her number.", day)
	}
}

// Hint says what the number is while it is typed.
func (c *Customer) Hint(env *view.Env) (theme.Role, string) {
	say := env.Say
	sign := env.Theme.Glyph.Warn + " "
	switch c.Typing.State {
	case phone.TypingEmpty:
		return theme.Muted, ""
	case phone.TypingShort:
		return theme.Muted, say.T("digits are missing")
	case phone.TypingPossible:
		return theme.Warn, sign + say.T("there is no such number")
	case phone.TypingInvalid:
		if errors.Is(c.Typing.Err, phone.ErrTooLong) {
			return theme.Warn, sign + say.T("too many digits")
		}
		return theme.Warn, sign + say.T("this is no phone number")
	case phone.TypingValid:
	}
	parts := []string{country(env, c.Typing.Country)}
	if c.Typing.Kind.Mobile() {
		parts = append(parts, say.T("mobile"))
	} else {
		parts = append(parts, say.T("no mobile"))
	}
	switch {
	case !c.Looked:
	case c.Known():
		parts = append(parts, say.T("a customer"))
	default:
		parts = append(parts, say.T("not yet a customer"))
	}
	return theme.Muted, strings.Join(parts, " "+env.Theme.Glyph.Separator+" ")
}

// country is a country's name in the reader's language.
func country(env *view.Env, code string) string {
	region, err := language.ParseRegion(code)
	names := display.Regions(language.Make(env.Say.Language()))
	if err != nil || names == nil {
		return code
	}
	return names.Name(region)
}

// Result says what was recorded while she stands here, and whether she can get broadcasts now.
func (c *Customer) Result(env *view.Env) (theme.Role, string) {
	say := env.Say
	at, name := say.Clock(c.DoneAt), theme.Safe(c.Contact.Name)
	if first, _, _ := strings.Cut(name.String(), " "); first == "" {
		name = theme.Safe(say.T("This customer"))
	} else {
		name = theme.Safe(first)
	}
	switch c.Done {
	case SaidNo:
		return theme.Good, say.T("Recorded at %s: she said no. She gets nothing.", at)
	case Withdrew:
		return theme.Good, say.T("Withdrawn at %s: nothing more goes to her, from this moment.", at)
	case SaidYes:
	case Graded, Undone:
		return theme.Plain, ""
	default:
		return theme.Plain, ""
	}
	switch grade := c.Contact.Standing.Saved; {
	case c.Contact.Verdict.Sendable() && grade == store.GradeSeenByStaff:
		return theme.Good, say.T("%s can get broadcasts: agreed %s, number seen saved by %s.", name, at, theme.Safe(env.Staff()))
	case c.Contact.Verdict.Sendable():
		return theme.Good, say.T("%s can get broadcasts: agreed %s, and says our number is saved.", name, at)
	case c.Contact.Verdict.Why[0] == store.ReasonNotSaved:
		return theme.Warn, say.T("%s agreed at %s. Broadcasts begin once our number is saved.", name, at)
	}
	_, why := c.Standing(env)
	return theme.Warn, say.T("%s agreed at %s.", name, at) + " " + why
}
