package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Digits returns the number without its plus, as WhatsApp ids and CSV exports are
// written ("16045550100"). Parse reads it back with [World] or the number's country.
func (e E164) Digits() string { return strings.TrimPrefix(string(e), "+") }

// International returns the number grouped for people, with its calling code:
// "+1 604-555-0100".
func (e E164) International() string {
	n, ok := e.number()
	if !ok {
		return string(e)
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}

// seen is how many digits a masked number still shows.
const seen = 3

// ShownAs reports whether a text shows this number, by its last eight digits: some countries' numbers are written with a
// digit more or less. An empty text shows none.
func (e E164) ShownAs(text string) bool {
	const telling = 8
	tail := func(number string) string {
		digits := strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, number)
		return digits[max(0, len(digits)-telling):]
	}
	shown := tail(text)
	return shown != "" && shown == tail(string(e))
}

// Masked returns the number for logs and shared screens: only its last three
// digits are seen, and not even its length ("***100").
func (e E164) Masked() string {
	digits := e.Digits()
	if len(digits) <= seen {
		return "***"
	}
	return "***" + digits[len(digits)-seen:]
}
