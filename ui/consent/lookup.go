package consent

import (
	"context"
	"errors"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/consent/customer"
	"pregon/ui/view"
)

// rest is how long the keys must rest before a number is looked up.
const rest = 120 * time.Millisecond

// rested says that no key came for a while since that one.
type rested struct{ key int }

// Recipient is this tab, also while another is shown.
func (rested) Recipient() view.ID { return view.Consent }

// undecided says that somebody new stands here and nothing is recorded.
func (v *View) undecided() bool {
	c := &v.customer
	return c.Valid() && !c.Known() && c.Done == 0
}

// numberTyped formats and checks the number. Another number is another person: everything of the one before goes.
func (v *View) numberTyped() (another bool) {
	line, c := v.lines[numberLine], &v.customer
	before := c.Typing.Number
	typing := phone.AsTyped(line.Value(), v.setup.shop.Region)
	atEnd := line.Position() == len([]rune(line.Value()))
	if atEnd && (typing.State == phone.TypingValid || typing.State == phone.TypingPossible) {
		line.Set(typing.Text)
	}
	if typing.Number == before {
		c.Typing = typing
		return false
	}
	if c.Known() {
		v.lines[nameLine].Set("")
	}
	v.lines[cardLine].Set("")
	v.customer = customer.Customer{Typing: typing}
	v.finding.Drop()
	return typing.State == phone.TypingValid
}

// find looks the number up, also again after something changed.
func (v *View) find() tea.Cmd {
	if !v.customer.Valid() {
		return nil
	}
	number := v.customer.Typing.Number
	return view.Do(v.env, view.Consent, &v.finding, func(ctx context.Context) (store.Contact, error) {
		contact, err := v.store.ContactByPhone(ctx, number)
		if errors.Is(err, store.ErrNotFound) {
			return store.Contact{}, nil
		}
		return contact, err
	})
}

func (v *View) foundOut(answer view.Result[store.Contact]) tea.Cmd {
	switch {
	case !answer.Of(&v.finding):
	case answer.Err != nil:
		return v.failed(answer.Err)
	default:
		v.meet(answer.Value)
	}
	return nil
}

// meet puts what is known of the customer on the screen.
func (v *View) meet(contact store.Contact) {
	name := v.lines[nameLine]
	if strings.TrimSpace(name.Value()) == "" && v.at != nameLine {
		name.Set(contact.Name)
	}
	v.customer.Contact, v.customer.Looked = contact, true
	if v.at == cardLine && !v.customer.NeedsCard() {
		v.focus(choices)
	}
}

// notice is the wording in the language chosen, else the customer's, the shop's, the screen's, else any.
func (v *View) notice() (store.Notice, bool) {
	for _, lang := range []string{v.customer.Language, v.customer.Contact.Language, v.setup.shop.Language, v.env.Say.Language()} {
		for _, n := range v.setup.notices {
			if lang != "" && strings.HasPrefix(strings.ToLower(lang), n.Language) {
				return n, true
			}
		}
	}
	if len(v.setup.notices) == 0 {
		return store.Notice{}, false
	}
	return v.setup.notices[0], true
}

// turnLanguage shows the notice in the next language.
func (v *View) turnLanguage() {
	now, _ := v.notice()
	for i, n := range v.setup.notices {
		if n.ID == now.ID {
			v.customer.Language = v.setup.notices[(i+1)%len(v.setup.notices)].Language
			v.top = 0
			return
		}
	}
}
