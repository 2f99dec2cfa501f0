package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"pregon/store/phone"
)

// sourceCounter is where the shop has a number from that was typed at its counter.
const sourceCounter = "counter"

// reasonMistake is why an entry is taken back.
const reasonMistake = "recorded by mistake"

// Counter is what one customer said at the counter. Of Yes, No and Stop at most one is set.
type Counter struct {
	Phone    phone.E164 // who stands there; added where nobody has the number
	Name     string     // "" leaves the name as it is
	Language string     // kept where none is known yet
	Yes      *OptIn     // she agreed; Contact, and Staff and Place where empty, are filled in
	No       bool       // she refused; from somebody who had agreed it is a withdrawal
	Stop     *OptOut    // she withdrew; Contact, and Staff where empty, are filled in
	Saved    Grade      // how the number is saved; "" says nothing, GradeUnknown that it is not
	Staff    string
	Place    string // defaults to the shop's name
}

// Visit is what RecordCounter wrote, and all that VoidCounter needs to take it back.
type Visit struct {
	Contact Contact // as she stands after it
	Added   bool    // nobody had her number before

	consent, saved string // ids of the events, "" where none was written
	before         struct{ name, language string }
}

const (
	lastSaved   = `SELECT event_id FROM saved_number_events WHERE contact_id = ? ORDER BY seq DESC LIMIT 1`
	beforeSaved = `SELECT type, occurred_at, business_number, evidence FROM saved_number_events WHERE contact_id = ?1
		AND seq < (SELECT seq FROM saved_number_events WHERE event_id = ?2) ORDER BY seq DESC LIMIT 1`
)

// RecordCounter writes down what a customer said at the counter: the contact, her answer and how the number is
// saved, all of it or nothing. Refuses with *InvalidError, *MoveError, ErrNotSetUp or ErrErased.
func (s *Store) RecordCounter(ctx context.Context, c Counter) (Visit, error) {
	if err := c.validate(); err != nil {
		return Visit{}, err
	}
	var made Visit
	err := s.write(ctx, func(t *tx) error {
		made = Visit{}
		known, err := t.present(c, &made)
		if err != nil {
			return err
		}
		if made.consent, err = t.answer(known.ID, c); err != nil {
			return err
		}
		if made.saved, err = t.attest(known.ID, c); err != nil {
			return err
		}
		made.Contact, err = t.contact(known.ID)
		return err
	})
	return made, err
}

func (c *Counter) validate() error {
	c.Name, c.Language = clean(c.Name), clean(c.Language)
	answers := 0
	for _, given := range []bool{c.Yes != nil, c.No, c.Stop != nil} {
		if given {
			answers++
		}
	}
	switch {
	case c.Phone == "":
		return &InvalidError{Field: "phone", Reason: "empty"}
	case strings.TrimSpace(c.Staff) == "":
		return &InvalidError{Field: "staff", Reason: "empty"}
	case answers > 1:
		return &InvalidError{Field: "answer", Reason: "several"}
	case answers == 0 && c.Saved == "":
		return &InvalidError{Field: "answer", Reason: "empty"}
	}
	return checkLengths(c.Name, c.Language)
}

// present makes sure that the customer is among the contacts, under the name and language used at the counter.
func (t *tx) present(c Counter, made *Visit) (Contact, error) {
	known, err := t.contactByPhone(c.Phone)
	if errors.Is(err, ErrNotFound) {
		made.Added = true
		id, err := t.addContact(NewContact{Phone: c.Phone, Name: c.Name, Language: c.Language, Source: sourceCounter})
		return Contact{ID: id}, err
	}
	if err != nil {
		return Contact{}, err
	}
	if known.Standing.Erased {
		return Contact{}, ErrErased
	}
	made.before.name, made.before.language = known.Name, known.Language
	var edit EditContact
	if c.Name != "" && c.Name != known.Name {
		edit.Name = &c.Name
	}
	if c.Language != "" && known.Language == "" {
		edit.Language = &c.Language
	}
	if edit.Name == nil && edit.Language == nil {
		return known, nil
	}
	return known, t.edit(known, edit)
}

// answer writes the consent event of a visit and returns its id.
func (t *tx) answer(id ContactID, c Counter) (string, error) {
	var made LedgerEvent
	var err error
	switch {
	case c.Yes != nil:
		in := *c.Yes
		in.Contact, in.Staff, in.Place = id, orElse(in.Staff, c.Staff), orElse(in.Place, c.Place)
		made, err = t.optIn(in)
	case c.No:
		made, err = t.refusal(id, c.Staff, c.Place)
	case c.Stop != nil:
		out := *c.Stop
		out.Contact, out.Staff = id, orElse(out.Staff, c.Staff)
		made, err = t.optOut(out)
	}
	return made.ID, err
}

// attest writes the saved-number event of a visit and returns its id.
func (t *tx) attest(id ContactID, c Counter) (string, error) {
	if c.Saved == "" {
		return "", nil
	}
	saved, reason := SavedNumber{Contact: id, Grade: c.Saved, Staff: c.Staff}, ""
	if c.Saved == GradeUnknown {
		reason = "not saved"
	} else if err := saved.validate(); err != nil {
		return "", err
	}
	made, err := t.savedNumber(saved, reason)
	return made.ID, err
}

// VoidCounter takes visits of one contact back as a whole, oldest first in the list: the answer is voided, how
// the number is saved stands as before, and a name that was replaced comes back. A contact that was added stays,
// without consent. Refuses with *MoveError where something else was recorded since, or the answer was a
// withdrawal, and with ErrNotFound or ErrErased; then nothing is changed.
func (s *Store) VoidCounter(ctx context.Context, staff string, visits ...Visit) (Contact, error) {
	switch {
	case strings.TrimSpace(staff) == "":
		return Contact{}, &InvalidError{Field: "staff", Reason: "empty"}
	case len(visits) == 0:
		return Contact{}, &InvalidError{Field: "visit", Reason: "empty"}
	}
	id := visits[0].Contact.ID
	for _, visit := range visits {
		if visit.Contact.ID != id {
			return Contact{}, &InvalidError{Field: "visit", Reason: "several"}
		}
	}
	var now Contact
	err := s.write(ctx, func(t *tx) error {
		if err := t.voidVisits(id, staff, visits); err != nil {
			return err
		}
		var err error
		now, err = t.contact(id)
		return err
	})
	return now, err
}

func (t *tx) voidVisits(id ContactID, staff string, visits []Visit) error {
	var firstSaved, lastSaved string
	for _, visit := range visits {
		if visit.saved == "" {
			continue
		}
		if lastSaved = visit.saved; firstSaved == "" {
			firstSaved = visit.saved
		}
	}
	for _, visit := range visits {
		if visit.consent == "" {
			continue
		}
		_, err := t.consent(LedgerEvent{
			Contact: id, Type: string(EventVoided), Staff: staff, Reason: reasonMistake, Supersedes: visit.consent,
		})
		if err != nil {
			return err
		}
	}
	if firstSaved != "" {
		if err := t.unattest(id, staff, firstSaved, lastSaved); err != nil {
			return err
		}
	}
	return t.rename(visits[0], visits[len(visits)-1])
}

// unattest lets the attestation before first stand again, provided that last is still the newest.
func (t *tx) unattest(id ContactID, staff, first, last string) error {
	var newest string
	if err := t.scan(lastSaved, []any{id}, &newest); err != nil {
		return err
	}
	if newest != last {
		return &MoveError{Of: "saved_number", To: string(EventVoided)}
	}
	before := SavedNumber{Contact: id, Grade: GradeUnknown, Staff: staff}
	var at int64
	var number string
	err := t.scan(beforeSaved, []any{id, first}, &before.Grade, &at, &number, &before.Evidence)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	shop, err := t.shop()
	if err != nil {
		return err
	}
	if before.Grade != GradeUnknown && number != string(shop.Number) {
		before.Grade = GradeInvalid
	}
	if at > 0 {
		before.At = time.UnixMilli(at)
	}
	_, err = t.savedNumber(before, reasonMistake)
	return err
}

// rename gives a contact back the name and the language she had before the first visit, where the last one's
// still stand. Who was added keeps hers: she had none.
func (t *tx) rename(first, last Visit) error {
	now, err := t.contact(first.Contact.ID)
	if err != nil || first.Added {
		return err
	}
	edit := EditContact{}
	if now.Name == last.Contact.Name && now.Name != first.before.name {
		edit.Name = &first.before.name
	}
	if now.Language == last.Contact.Language && now.Language != first.before.language {
		edit.Language = &first.before.language
	}
	if edit.Name == nil && edit.Language == nil {
		return nil
	}
	return t.edit(now, edit)
}

// contact reads one contact as this transaction sees it; ErrNotFound where there is none.
func (t *tx) contact(id ContactID) (Contact, error) {
	wanted, err := json.Marshal([]ContactID{id})
	if err != nil {
		return Contact{}, fmt.Errorf("encode the id: %w", err)
	}
	contact, found := Contact{}, false
	err = t.each(selectContacts, contactsArgs(string(wanted), t.now), func(scan func(...any) error) (err error) {
		contact, err = scanContact(scan)
		found = true
		return err
	})
	if err == nil && !found {
		err = ErrNotFound
	}
	return contact, err
}

// contactByPhone finds a contact by number in any of its spellings; ErrNotFound where there is none.
func (t *tx) contactByPhone(number phone.E164) (Contact, error) {
	for _, spelling := range append([]phone.E164{number}, number.Variants()...) {
		var id ContactID
		err := t.scan(idByPhone, []any{spelling}, &id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return Contact{}, fmt.Errorf("find the contact: %w", err)
		}
		return t.contact(id)
	}
	return Contact{}, ErrNotFound
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
