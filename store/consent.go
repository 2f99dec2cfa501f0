package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"

	"pregon/store/phone"
)

// Method is how an opt-in was taken.
type Method string

// The methods. The last four are the customer's own act, in writing.
const (
	MethodCounterScreen Method = "counter_screen" // read on our screen, said yes
	MethodSpoken        Method = "spoken"         // heard read aloud, said yes
	MethodPaper         Method = "paper"          // a signed card
	MethodQRInbound     Method = "qr_inbound"     // sent the join word from the QR code
	MethodInbound       Method = "inbound"        // wrote yes to an open question
	MethodWeb           Method = "web"            // a form on the shop's page
)

// Methods lists every Method.
func Methods() []Method {
	return []Method{MethodCounterScreen, MethodSpoken, MethodPaper, MethodQRInbound, MethodInbound, MethodWeb}
}

// Purpose and channel of every consent taken here.
const (
	purposeMarketing = "marketing"
	channelWhatsApp  = "whatsapp"
)

// ConsentType is what one event of the consent ledger says.
type ConsentType string

// The consent events. Voided takes back a mistake made at the counter.
const (
	EventAsked     ConsentType = "asked"
	EventGiven     ConsentType = "given"
	EventConfirmed ConsentType = "confirmed"
	EventRefused   ConsentType = "refused"
	EventWithdrawn ConsentType = "withdrawn"
	EventExpired   ConsentType = "expired"
	EventErased    ConsentType = "erased"
	EventVoided    ConsentType = "voided"
)

// OptIn is a customer's yes. Everything but Evidence and At must be there;
// At is the moment of the yes and defaults to now.
type OptIn struct {
	Contact   ContactID
	Confirmed bool // in the customer's own WhatsApp message
	Method    Method
	Notice    string // id of the wording shown
	Version   int    // of the wording; 0 means the newest
	Staff     string
	Place     string // defaults to the shop's name
	Evidence  string // number of the card, wamid, …
	At        time.Time
}

// OptOut is a customer's no to what was agreed before, or to ever being asked.
type OptOut struct {
	Contact ContactID
	Reason  string
	Staff   string // "" when the customer did it without staff
	Method  Method
	At      time.Time
}

// RecordOptIn puts a yes on the ledger. Refuses with *InvalidError naming the
// missing field, with *MoveError (from withdrawn, staff alone cannot), or
// with ErrNotFound and ErrErased.
func (s *Store) RecordOptIn(ctx context.Context, in OptIn) (LedgerEvent, error) {
	var made LedgerEvent
	err := s.write(ctx, func(t *tx) (err error) {
		made, err = t.optIn(in)
		return err
	})
	return made, err
}

func (t *tx) optIn(in OptIn) (LedgerEvent, error) {
	switch {
	case !slices.Contains(Methods(), in.Method):
		return LedgerEvent{}, &InvalidError{Field: "method", Reason: reasonOf(string(in.Method))}
	case strings.TrimSpace(in.Staff) == "":
		return LedgerEvent{}, &InvalidError{Field: "staff", Reason: "empty"}
	case in.Notice == "":
		return LedgerEvent{}, &InvalidError{Field: "notice", Reason: "empty"}
	}
	if err := t.signed(in); err != nil {
		return LedgerEvent{}, err
	}
	shop, err := t.shop()
	if err != nil {
		return LedgerEvent{}, err
	}
	notice, err := t.notice(in.Notice, in.Version)
	if errors.Is(err, ErrNotFound) {
		return LedgerEvent{}, &InvalidError{Field: "notice", Reason: "unknown"}
	}
	if err != nil {
		return LedgerEvent{}, err
	}
	if in.Place == "" {
		in.Place = shop.Name
	}
	kind := EventGiven
	if in.Confirmed {
		kind = EventConfirmed
	}
	if in.Method.Asked() {
		if err := t.noteReask(in.Contact, in.Staff, in.At); err != nil {
			return LedgerEvent{}, err
		}
	}
	return t.consent(LedgerEvent{
		Contact: in.Contact, Type: string(kind), At: in.At, Method: in.Method, Place: in.Place, Staff: in.Staff,
		Notice: notice, BusinessNumber: string(shop.Number), Evidence: in.Evidence,
	})
}

const selectCountry = `SELECT country FROM contacts WHERE id = ?`

// signed refuses a yes that is worth nothing in the contact's country.
func (t *tx) signed(in OptIn) error {
	var country string
	if err := t.scan(selectCountry, []any{in.Contact}, &country); err != nil {
		return err
	}
	switch {
	case !phone.SignedIn(country):
	case in.Method.heard():
		return &InvalidError{Field: "method", Reason: "needs_card"}
	case in.Method == MethodPaper && strings.TrimSpace(in.Evidence) == "":
		return &InvalidError{Field: "evidence", Reason: "empty"}
	}
	return nil
}

// heard says that only the shop's own word stands for the yes.
func (m Method) heard() bool { return m == MethodSpoken || m == MethodCounterScreen }

// Asked says that staff put the question to get such a yes; the others a customer gives of her own accord.
func (m Method) Asked() bool { return m.heard() || m == MethodPaper }

// RecordOptOut puts a withdrawal on the ledger. It works from every state,
// at once, and any number of times.
func (s *Store) RecordOptOut(ctx context.Context, out OptOut) (LedgerEvent, error) {
	var made LedgerEvent
	err := s.write(ctx, func(t *tx) (err error) {
		made, err = t.optOut(out)
		return err
	})
	return made, err
}

func (t *tx) optOut(out OptOut) (LedgerEvent, error) {
	return t.consent(LedgerEvent{
		Contact: out.Contact, Type: string(EventWithdrawn), At: out.At, Method: out.Method, Staff: out.Staff,
		Reason: out.Reason,
	})
}

// RecordRefusal puts a no to the question on the ledger. From somebody who had
// agreed before, a no is a withdrawal, and is recorded as one.
func (s *Store) RecordRefusal(ctx context.Context, id ContactID, staff, place string) (LedgerEvent, error) {
	if strings.TrimSpace(staff) == "" {
		return LedgerEvent{}, &InvalidError{Field: "staff", Reason: "empty"}
	}
	var made LedgerEvent
	err := s.write(ctx, func(t *tx) (err error) {
		made, err = t.refusal(id, staff, place)
		return err
	})
	return made, err
}

func (t *tx) refusal(id ContactID, staff, place string) (LedgerEvent, error) {
	state, err := t.consentState(id)
	if err != nil {
		return LedgerEvent{}, err
	}
	kind, reason := EventRefused, ""
	if state == ConsentGiven || state == ConsentConfirmed || state == ConsentWithdrawn {
		kind, reason = EventWithdrawn, "said no"
	}
	if err := t.noteReask(id, staff, time.Time{}); err != nil {
		return LedgerEvent{}, err
	}
	return t.consent(LedgerEvent{Contact: id, Type: string(kind), Staff: staff, Place: place, Reason: reason})
}

// VoidLast takes back the contact's newest consent event, as a further event:
// a mistake at the counter. A withdrawal cannot be voided, nor what was voided
// already: asking twice does not reach back to an older, true consent. Refuses
// with *MoveError, ErrNotFound or ErrErased.
func (s *Store) VoidLast(ctx context.Context, id ContactID, staff string) (LedgerEvent, error) {
	var made LedgerEvent
	err := s.write(ctx, func(t *tx) (err error) {
		var last string
		if err := t.scan(lastConsent, []any{id}, &last); err != nil {
			return err
		}
		made, err = t.consent(LedgerEvent{
			Contact: id, Type: string(EventVoided), Staff: staff, Reason: reasonMistake, Supersedes: last,
		})
		return err
	})
	return made, err
}

const (
	consentOf   = `SELECT consent FROM standings WHERE contact_id = ?`
	lastConsent = `SELECT event_id FROM consent_events WHERE contact_id = ? ORDER BY seq DESC LIMIT 1`
)

func (t *tx) consentState(id ContactID) (Consent, error) {
	var state Consent
	err := t.scan(consentOf, []any{id}, &state)
	return state, err
}

// consent appends e; the triggers decide whether the move is lawful.
func (t *tx) consent(e LedgerEvent) (LedgerEvent, error) {
	from, err := t.consentState(e.Contact)
	if err != nil {
		return LedgerEvent{}, fmt.Errorf("find the contact: %w", err)
	}
	id, at, offset, recorded, err := eventHead(t, e.At)
	if err != nil {
		return LedgerEvent{}, err
	}
	var purpose, channel string
	if e.Notice.ID != "" {
		purpose, channel = purposeMarketing, channelWhatsApp
	}
	hash, prev, err := consentLedger.append(t, id, int64(e.Contact), e.Type, at, offset, recorded, string(e.Method),
		e.Place, e.Staff, e.Notice.ID, int64(e.Notice.Version), e.Notice.SHA256, e.Notice.Language, purpose, channel,
		e.BusinessNumber, e.Evidence, e.Reason, e.Supersedes)
	if err != nil {
		if raised(err, "unlawful") {
			return LedgerEvent{}, &MoveError{
				Of: "consent", From: string(from), To: e.Type, NeedsAct: from == ConsentWithdrawn,
			}
		}
		return LedgerEvent{}, fmt.Errorf("record %s: %w", e.Type, err)
	}
	if e.Type == string(EventWithdrawn) {
		if err := t.settled(e.Contact, e.Staff); err != nil {
			return LedgerEvent{}, err
		}
	}
	e.Ledger = "consent"
	e.ID, e.At, e.RecordedAt = id, moment(at), moment(recorded)
	e.Hash, e.Prev = hex.EncodeToString(hash), hex.EncodeToString(prev)
	return e, nil
}

// raised reports whether one of our triggers refused, by the word it raises.
func raised(err error, word string) bool {
	var native *sqlite.Error
	return errors.As(err, &native) && strings.Contains(native.Error(), word)
}

func reasonOf(text string) string {
	if text == "" {
		return "empty"
	}
	return "unknown"
}
