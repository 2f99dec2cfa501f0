package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"pregon/store/intake"
	"pregon/store/phone"
)

// ContactID is a contact's row in this shop file.
type ContactID int64

// Contact is a person with a number or a business-scoped id.
type Contact struct {
	ID       ContactID
	Phone    phone.E164 // "" when only UserID is known
	UserID   string     // WhatsApp's business-scoped id, "" when not known
	Name     string     // from outside: pass theme.Safe before showing
	Language string     // of the customer: en, es, …; "" when not known
	Country  string     // ISO 3166, from the number
	Tags     []string   // sorted
	Fields   map[string]string
	Source   string // where the shop has the number from
	AddedAt  time.Time
	// LastInbound is when she last wrote to the shop; zero when never.
	LastInbound time.Time
	// MergedInto is the contact that this closed entry is part of; 0 for none.
	MergedInto ContactID
	Standing   Standing
	Verdict    Verdict // but for what depends on a broadcast
	// RestsUntil is when the platform's word ends that she has had enough for
	// now (131049), and ReasonTooSoon with it; zero when she does not rest.
	RestsUntil time.Time
}

// NewContact is a contact to be added. Phone or UserID must be there.
type NewContact struct {
	Phone    phone.E164
	UserID   string
	Name     string
	Language string
	Source   string
	Tags     []string
	Fields   map[string]string
	importID int64
	row      int
}

// Limits of a contact's texts, in bytes.
const (
	maxName  = 200
	maxTag   = 60
	maxField = 1000
	// maxLanguage is that of RFC 5646, 4.4.1.
	maxLanguage = 35
)

const (
	insertContact = `INSERT INTO contacts (id, phone, user_id, phone_mac, user_mac, name, folded, language, country, fields,
		source, import_id, import_row, added_at, updated_at)
		VALUES (1 + max(coalesce((SELECT max(id) FROM contacts), 0), (SELECT last FROM arriving)), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	updateContact = `UPDATE contacts SET name = ?, folded = ?, language = ?, fields = ?, updated_at = ? WHERE id = ?`
	selectEdited  = `SELECT id, name, language, fields, erased FROM contacts JOIN standings ON contact_id = id WHERE id = ?`
	idByPhone     = `SELECT coalesce(nullif(s.merged_into, 0), c.id) FROM contacts c
		JOIN standings s ON s.contact_id = c.id WHERE c.phone = ? AND ` + arrived
	idByUserID = `SELECT coalesce(nullif(s.merged_into, 0), c.id) FROM contacts c
		JOIN standings s ON s.contact_id = c.id WHERE c.user_id = ? AND ` + arrived
	insertSupp  = `INSERT INTO suppressions (mac, reason, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	suppressNow = `UPDATE standings SET suppressed = 1 WHERE contact_id = ?1 OR (merged_into = ?1 AND merged_into <> 0)`
	selectMACs  = `SELECT c.phone_mac FROM contacts c JOIN standings s ON s.contact_id = c.id
		WHERE (c.id = ?1 OR (s.merged_into = ?1 AND s.merged_into <> 0)) AND c.phone_mac IS NOT NULL
		UNION ALL SELECT c.user_mac FROM contacts c JOIN standings s ON s.contact_id = c.id
		WHERE (c.id = ?1 OR (s.merged_into = ?1 AND s.merged_into <> 0)) AND c.user_mac IS NOT NULL`
)

// AddContact adds one contact. Refuses with *InvalidError, or ErrConflict when
// the number or id is taken. A new contact has no consent.
func (s *Store) AddContact(ctx context.Context, c NewContact) (Contact, error) {
	var id ContactID
	err := s.write(ctx, func(t *tx) (err error) {
		id, err = t.addContact(c)
		return err
	})
	if err != nil {
		return Contact{}, err
	}
	return s.Contact(ctx, id)
}

func (t *tx) addContact(c NewContact) (ContactID, error) {
	if err := c.validate(); err != nil {
		return 0, err
	}
	phoneMAC, err := t.file.identityMAC("phone", string(c.Phone))
	if err != nil {
		return 0, err
	}
	if err := t.list(c.Phone, phoneMAC); err != nil {
		return 0, err
	}
	userMAC, err := t.file.identityMAC("user", c.UserID)
	if err != nil {
		return 0, err
	}
	fields, err := json.Marshal(nonNil(c.Fields))
	if err != nil {
		return 0, fmt.Errorf("encode the fields: %w", err)
	}
	id, err := t.insert(insertContact, orNull(string(c.Phone)), orNull(c.UserID), phoneMAC, userMAC, c.Name,
		Fold(c.Name), c.Language, c.country(), string(fields), c.Source, zeroNull(c.importID), zeroNull(int64(c.row)),
		t.now.UnixMilli(), t.now.UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("add the contact: %w", err)
	}
	for _, tag := range c.Tags {
		if _, err := t.exec(insertTag, tag, id); err != nil {
			return 0, fmt.Errorf("tag the contact: %w", err)
		}
	}
	for _, mac := range []any{phoneMAC, userMAC} {
		if err := t.adopt(ContactID(id), mac); err != nil {
			return 0, err
		}
	}
	return ContactID(id), nil
}

func (c *NewContact) country() string {
	if c.Phone != "" {
		return c.Phone.Country()
	}
	country, _, _ := strings.Cut(c.UserID, ".")
	return country
}

func (c *NewContact) validate() error {
	c.Name, c.Source, c.Language = clean(c.Name), clean(c.Source), clean(c.Language)
	switch {
	case c.Phone == "" && c.UserID == "":
		return &InvalidError{Field: "phone", Reason: "empty"}
	case c.Source == "":
		return &InvalidError{Field: "source", Reason: "empty"}
	case len(c.Source) > maxName:
		return &InvalidError{Field: "source", Reason: "too_long"}
	}
	if err := checkLengths(c.Name, c.Language); err != nil {
		return err
	}
	fields := make(map[string]string, len(c.Fields))
	if err := setFields(fields, c.Fields); err != nil {
		return err
	}
	c.Fields = fields
	c.Tags = slices.Clone(c.Tags)
	for i, tag := range c.Tags {
		clean, err := CleanTag(tag)
		if err != nil {
			return err
		}
		c.Tags[i] = clean
	}
	return nil
}

func checkLengths(name, language string) error {
	switch {
	case len(name) > maxName:
		return &InvalidError{Field: "name", Reason: "too_long"}
	case len(language) > maxLanguage:
		return &InvalidError{Field: "language", Reason: "too_long"}
	}
	return nil
}

// setFields puts the changes into fields under the keys they are kept by; what
// has no word in it removes the field.
func setFields(fields, changes map[string]string) error {
	for name, value := range changes {
		key := intake.FieldKey(name)
		value = tidyLines(value)
		switch {
		case key == "":
			return &InvalidError{Field: "field", Reason: "unknown"}
		case len(key)+len(value) > maxField:
			return &InvalidError{Field: "field." + key, Reason: "too_long"}
		case value == "":
			delete(fields, key)
		default:
			fields[key] = value
		}
	}
	return nil
}

// CleanTag gives a tag the one spelling it is kept in: lower case, no blanks
// around, inner blanks as one dash. Refuses with *InvalidError.
func CleanTag(tag string) (string, error) {
	clean := strings.ToLower(strings.Join(strings.Fields(norm.NFC.String(tag)), "-"))
	switch {
	case clean == "":
		return "", &InvalidError{Field: "tag", Reason: "empty"}
	case len(clean) > maxTag:
		return "", &InvalidError{Field: "tag", Reason: "too_long"}
	case strings.ContainsFunc(clean, unicode.IsControl):
		return "", &InvalidError{Field: "tag", Reason: "unknown"}
	}
	return clean, nil
}

// Fold is the form in which names are searched and sorted: no case, no accents.
func Fold(text string) string {
	if isASCII(text) {
		return strings.ToLower(text)
	}
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(text)))
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// EditContact changes a contact's name, language, fields and tags; what is nil stays.
type EditContact struct {
	Name, Language *string
	Fields         map[string]string // merged; an empty value removes the field
	Tags           *[]string         // all of them, as they are to be
}

// Edit changes a contact. Refuses with *InvalidError, ErrNotFound or ErrErased.
func (s *Store) Edit(ctx context.Context, id ContactID, edit EditContact) error {
	return s.write(ctx, func(t *tx) error {
		// Read here: two edits at once must not undo each other.
		var now Contact
		var fields string
		err := t.scan(selectEdited, []any{id}, &now.ID, &now.Name, &now.Language, &fields, &now.Standing.Erased)
		if err == nil && now.Standing.Erased {
			err = ErrErased
		}
		if err != nil {
			return fmt.Errorf("edit contact %d: %w", id, err)
		}
		if err := json.Unmarshal([]byte(fields), &now.Fields); err != nil {
			return fmt.Errorf("decode the fields of contact %d: %w", id, err)
		}
		if err := t.edit(now, edit); err != nil || edit.Tags == nil {
			return err
		}
		return t.setTags(id, *edit.Tags)
	})
}

func (t *tx) edit(c Contact, edit EditContact) error {
	if edit.Name != nil {
		c.Name = clean(*edit.Name)
	}
	if edit.Language != nil {
		c.Language = clean(*edit.Language)
	}
	if err := checkLengths(c.Name, c.Language); err != nil {
		return err
	}
	fields := nonNil(maps.Clone(c.Fields))
	if err := setFields(fields, edit.Fields); err != nil {
		return err
	}
	text, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("encode the fields: %w", err)
	}
	_, err = t.exec(updateContact, c.Name, Fold(c.Name), c.Language, string(text), t.now.UnixMilli(), c.ID)
	return err
}

// Contact returns one contact, or ErrNotFound.
func (s *Store) Contact(ctx context.Context, id ContactID) (Contact, error) {
	list, err := s.ContactsByID(ctx, []ContactID{id})
	if err != nil {
		return Contact{}, err
	}
	if len(list) == 0 {
		return Contact{}, ErrNotFound
	}
	return list[0], nil
}

// ContactByPhone finds a contact by number, also under the other spelling that
// Brazil, Mexico and Argentina have. ErrNotFound when there is none.
func (s *Store) ContactByPhone(ctx context.Context, number phone.E164) (Contact, error) {
	for _, spelling := range append([]phone.E164{number}, number.Variants()...) {
		var id ContactID
		err := s.scan(ctx, idByPhone, []any{spelling}, &id)
		if errors.Is(err, ErrNotFound) {
			continue
		}
		if err != nil {
			return Contact{}, fmt.Errorf("find the contact: %w", err)
		}
		return s.Contact(ctx, id)
	}
	return Contact{}, ErrNotFound
}

// ContactByUserID finds a contact by WhatsApp's business-scoped id, which may be all there is of her. ErrNotFound when
// there is none.
func (s *Store) ContactByUserID(ctx context.Context, userID string) (Contact, error) {
	var id ContactID
	err := s.scan(ctx, idByUserID, []any{userID}, &id)
	if errors.Is(err, ErrNotFound) {
		return Contact{}, ErrNotFound
	}
	if err != nil {
		return Contact{}, fmt.Errorf("find the contact: %w", err)
	}
	return s.Contact(ctx, id)
}

func nonNil(fields map[string]string) map[string]string {
	if fields == nil {
		return map[string]string{}
	}
	return fields
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

func zeroNull(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}
