// Package contract is what programs read of the shop file: the JSON documents of the command line and of the files that
// are handed over, with names of fields that stay. It asks for nothing and changes nothing.
package contract

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"

	"pregon/store"
)

// Contact is a person as the contract has her.
type Contact struct {
	ID       store.ContactID   `json:"id"`
	Phone    string            `json:"phone"`
	UserID   string            `json:"user_id,omitempty"` // WhatsApp's id, where it is known
	Name     string            `json:"name"`
	Language string            `json:"language"`
	Tags     []string          `json:"tags"`
	Fields   map[string]string `json:"fields"`
	Source   string            `json:"source"`
	Consent  store.Consent     `json:"consent"`
	Saved    store.Grade       `json:"saved"`
	Platform store.Platform    `json:"platform"`
	Sendable bool              `json:"sendable"`
	WhyNot   []store.Reason    `json:"why_not"`
}

// ContactOf is the document of a contact.
func ContactOf(c store.Contact) Contact {
	if c.Fields == nil {
		c.Fields = map[string]string{}
	}
	return Contact{
		ID: c.ID, Phone: string(c.Phone), UserID: c.UserID, Name: c.Name, Language: c.Language, Tags: List(c.Tags), Fields: c.Fields,
		Source: c.Source, Consent: c.Standing.Consent, Saved: c.Standing.Saved, Platform: c.Standing.Platform,
		Sendable: c.Verdict.Sendable(), WhyNot: List(c.Verdict.Why),
	}
}

// Notice is a consent wording with the hash of its words.
type Notice struct {
	ID       string `json:"id"`
	Version  int    `json:"version"`
	Language string `json:"language"`
	Text     string `json:"text"`
	SHA256   string `json:"sha256"`
}

// Event is one line of a person's history.
type Event struct {
	ID         string       `json:"id"`
	Type       string       `json:"type"`
	At         string       `json:"at"`
	RecordedAt string       `json:"recorded_at"`
	Method     store.Method `json:"method"`
	Place      string       `json:"place"`
	Staff      string       `json:"staff"`
	Notice     Notice       `json:"notice"`
	Evidence   string       `json:"evidence"`
	Hash       string       `json:"hash"`
	Prev       string       `json:"prev"`
	Ledger     string       `json:"ledger"`
	Reason     string       `json:"reason"`
}

// EventOf is the document of an event; one without a ledger is of the consents.
func EventOf(e store.LedgerEvent) Event {
	if e.Ledger == "" {
		e.Ledger = "consent"
	}
	return Event{
		e.ID, e.Type, Stamp(e.At), Stamp(e.RecordedAt), e.Method, e.Place, e.Staff, Notice(e.Notice), e.Evidence, e.Hash,
		e.Prev, e.Ledger, e.Reason,
	}
}

// Stamp is a moment as JSON has it: RFC 3339 in UTC, "" for none.
func Stamp(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.UTC().Format(time.RFC3339)
}

// List never is null in JSON.
func List[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

// Write writes one document. Characters that a terminal obeys or that reorder text are escaped, which means the same to
// every reader of JSON.
func Write(w io.Writer, document any) error {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	var out strings.Builder
	for _, r := range buffer.String() {
		switch {
		case r == '\n' || (!unicode.IsControl(r) && !unicode.Is(unicode.Cf, r)):
			out.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&out, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&out, `\u%04x`, r)
		}
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write the result: %w", err)
	}
	return nil
}
