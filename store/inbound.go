package store

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"pregon/store/optout"
)

const (
	inboundSeen   = `SELECT EXISTS (SELECT 1 FROM inbound WHERE wamid IN (?, ?))`
	insertInbound = `INSERT INTO inbound (wamid, contact_id, mac, kind, meaning, at, received_at, text, review)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`
	heardFrom = `UPDATE contacts SET last_inbound_at = max(last_inbound_at, ?2),
		name = CASE WHEN name = '' THEN ?3 ELSE name END, folded = CASE WHEN name = '' THEN ?4 ELSE folded END WHERE id = ?1`
	contactOf = `SELECT contact_id FROM deliveries WHERE id = ?`
)

// maxWords is how much of a message is kept for a person to read, in bytes.
const maxWords = 1000

// lateBy is how far the platform's seconds may lie behind the file's
// milliseconds without one event being earlier than the other.
const lateBy = time.Second

// heard is one message as it was understood.
type heard struct {
	wamid, kind, text string
	meaning           optout.Meaning
	sure              bool
	rest              string // behind a join word
	answers           bool   // a message of ours
	at                time.Time
}

// inbound takes one message: who it is from, what it means, and what follows.
func (t *tx) inbound(m Inbound) error {
	if m.Wamid == "" {
		return t.keepFact("inbound", "", m.At, m)
	}
	var seen bool
	if err := t.scan(inboundSeen, []any{m.Wamid, t.file.digest(m.Wamid)}, &seen); err != nil || seen {
		return err
	}
	reading := optout.Classify(optout.Message{Kind: m.Kind, Text: m.Text, Payload: m.Payload})
	h := heard{
		wamid: m.Wamid, kind: m.Kind, text: shorten(m.Text, maxWords), meaning: reading.Meaning, sure: reading.Sure,
		rest: reading.Rest, at: dated(m.At, t.now),
	}
	id, answers, err := t.author(m, h.at)
	if err != nil {
		return err
	}
	h.answers = answers
	if id == 0 {
		return t.stranger(m, h)
	}
	return t.fromContact(id, m, h)
}

// author finds whose message it is: by what names her, else by the message of
// ours that she answers.
func (t *tx) author(m Inbound, at time.Time) (id ContactID, answers bool, err error) {
	who := named{m.Phone, m.UserID}
	var asked ContactID
	if m.ContextWamid != "" {
		message, err := t.byWamid(m.ContextWamid)
		if err == nil {
			err = t.scan(contactOf, []any{message}, &asked)
		}
		if err := ignoreNotFound(err); err != nil {
			return 0, false, err
		}
	}
	id, err = t.meet(who, at, m.Wamid)
	if err != nil || id != 0 || asked == 0 {
		return id, asked != 0, err
	}
	if id, err = t.living(asked); err != nil {
		return 0, false, err
	}
	return id, true, t.learn(id, who, at, m.Wamid)
}

func (t *tx) fromContact(id ContactID, m Inbound, h heard) error {
	now, err := t.position(id)
	if err != nil {
		return err
	}
	review := ""
	if now.erased {
		h.text = ""
	} else {
		name := shorten(clean(m.Name), maxName)
		if _, err := t.exec(heardFrom, id, h.at.UnixMilli(), name, Fold(name)); err != nil {
			return fmt.Errorf("note that a contact wrote: %w", err)
		}
		if review, err = t.consequence(now, h); err != nil {
			return err
		}
	}
	return t.keepInbound(id, nil, h, review)
}

// keepInbound writes the message's own row; its words only where a person is
// to read them.
func (t *tx) keepInbound(id ContactID, mac any, h heard, review string) error {
	text := ""
	if id == 0 { // a wamid holds the number it came from, and that is nobody of ours
		h.wamid = t.file.digest(h.wamid)
	}
	if review != "" || id == 0 && h.meaning == optout.Review {
		text = h.text
	}
	_, err := t.exec(insertInbound, h.wamid, zeroNull(int64(id)), mac, h.kind, string(h.meaning), h.at.UnixMilli(),
		t.now.UnixMilli(), text, review)
	if err != nil {
		return fmt.Errorf("keep a message: %w", err)
	}
	return nil
}

// stranger takes the message of somebody who is no contact. A stop suppresses
// her, a join with the code of a poster adds her; of anything else only the
// meaning is kept, for the day on which her number or id turns out to be a contact's.
func (t *tx) stranger(m Inbound, h heard) error {
	who := named{m.Phone, m.UserID}
	if who == (named{}) {
		return t.keepInbound(0, nil, h, "")
	}
	if h.meaning == optout.Join {
		asked, found, err := t.poster(h)
		if err != nil {
			return err
		}
		if found {
			return t.welcome(m, h, asked)
		}
	}
	if h.meaning == optout.Stop {
		if err := t.stopStranger(who, h.at, h.wamid); err != nil {
			return err
		}
	}
	kind, value := kindUser, m.UserID
	if value == "" {
		kind, value = kindPhone, string(m.Phone)
	}
	mac, err := t.file.identityMAC(kind, value)
	if err != nil {
		return err
	}
	return t.keepInbound(0, mac, h, "")
}

// welcome adds somebody who joined by a poster.
func (t *tx) welcome(m Inbound, h heard, asked question) error {
	id, err := t.addContact(NewContact{
		Phone: m.Phone, UserID: m.UserID, Name: shorten(clean(m.Name), maxName), Source: "QR " + asked.place,
	})
	if err != nil {
		return err
	}
	return t.fromContact(id, m, h)
}

// consequence draws what follows from a message for a contact. It returns the
// review that the message belongs to, "" where there is none.
func (t *tx) consequence(now position, h heard) (string, error) {
	switch h.meaning {
	case optout.Stop:
		out := LedgerEvent{Contact: now.id, Method: MethodInbound, Evidence: h.wamid, Reason: "stop word", At: h.at}
		return t.stopped(now, out, h.sure)
	case optout.Review:
		kind := ReviewRefusal
		if h.kind == "audio" || h.kind == "sticker" {
			kind = ReviewVoice
		}
		return t.openReview(reviewEvent{contact: now.id, kind: kind, at: h.at, evidence: h.wamid})
	case optout.Join, optout.Yes:
		return "", t.joined(now, h)
	case optout.No:
		return t.declined(now, h)
	case optout.Saved:
		return "", t.wroteSaved(now, h)
	case optout.None:
	}
	return "", nil
}

// stopped puts a withdrawal on the ledger. One that is older than the newest
// yes, or that a word brought about which may mean something else, holds until
// a person has looked at it.
func (t *tx) stopped(now position, out LedgerEvent, sure bool) (string, error) {
	out.Type = string(EventWithdrawn)
	made, err := t.consent(out)
	if err != nil {
		return "", err
	}
	late := now.consentAt.Sub(out.At) >= lateBy
	if !now.agreed() || sure && !late {
		return "", nil
	}
	kind := ReviewStopWord
	if late {
		kind = ReviewLateStop
	}
	return t.openReview(reviewEvent{
		contact: now.id, kind: kind, at: out.At, evidence: out.Evidence, withdrawal: made.ID,
	})
}

// preference applies the platform's own switch. A stop is also a withdrawal; a
// resume lets messages in again and is no consent.
func (t *tx) preference(p Preference) error {
	at := dated(p.At, t.now)
	key := strings.Join([]string{string(p.Phone), p.UserID, p.Value, p.At.UTC().Format(time.RFC3339)}, " ")
	if first, err := t.once("preference", key, at); err != nil || !first {
		return err
	}
	evidence := cmp.Or(p.Evidence, "user_preferences")
	id, err := t.meet(named{p.Phone, p.UserID}, at, evidence)
	switch {
	case err != nil:
		return err
	case id == 0 && p.Value == PreferenceStop:
		return t.stopStranger(named{p.Phone, p.UserID}, at, evidence)
	case id == 0:
		return nil
	case p.Value == PreferenceStop:
		return t.platformStop(id, 0, at, evidence)
	}
	return ignoreErased(t.platform(PlatformEvent{Contact: id, Type: "resumed", At: at, Evidence: evidence}))
}

// shorten cuts a text from outside to so many bytes, between two characters.
func shorten(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "")
}

// unlawful reports whether a fact was refused for what it says, rather than
// because it could not be written.
func unlawful(err error) bool {
	var move *MoveError
	var invalid *InvalidError
	return errors.As(err, &move) || errors.As(err, &invalid) || errors.Is(err, ErrErased) || errors.Is(err, ErrConflict)
}
