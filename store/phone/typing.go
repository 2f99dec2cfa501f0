package phone

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// TypingState is how far a number has come while it is typed.
type TypingState uint8

// The states. They are ordered by nothing; a key may lead from any to any.
const (
	TypingEmpty    TypingState = iota // nothing yet
	TypingShort                       // digits are missing
	TypingPossible                    // the length is right, but its country has no such numbers
	TypingValid                       // a number, ready to be kept
	TypingInvalid                     // more typing cannot mend it; see Typing.Err
)

// Typing is what can be said about a number while it is typed.
type Typing struct {
	State   TypingState
	Text    string // grouped for people as soon as it may be a number, else the signs typed so far
	Number  E164   // set when State is TypingValid
	Country string // ISO 3166-1, known as soon as the calling code or region tells it
	Kind    Kind
	Err     error // what Parse says of it now; nil when State is TypingValid
}

// AsTyped checks a number at every key. It costs about 50 µs. The region completes
// numbers without a calling code, as in [Parse].
func AsTyped(partial, region string) Typing {
	number, err := Parse(partial, region)
	if err == nil {
		return Typing{
			State: TypingValid, Text: number.International(), Number: number,
			Country: number.Country(), Kind: number.Kind(),
		}
	}
	w, cleanErr := clean(partial)
	if cleanErr != nil {
		return untyped(partial, cleanErr)
	}
	region = strings.ToUpper(strings.TrimSpace(region))
	t := Typing{State: stateOf(err), Text: w.String(), Err: err, Country: w.country(region)}
	if t.State == TypingPossible {
		t.Text = w.grouped(region)
	}
	return t
}

// untyped is the answer to text that holds no digits, or none that may be read.
func untyped(partial string, err error) Typing {
	text := plain(partial)
	switch {
	case errors.Is(err, ErrEmpty):
		return Typing{Err: err}
	case strings.Trim(text, "+( ") == "":
		return Typing{State: TypingShort, Text: text, Err: ErrTooShort}
	}
	return Typing{State: TypingInvalid, Text: text, Err: err}
}

func stateOf(err error) TypingState {
	switch {
	case errors.Is(err, ErrTooShort):
		return TypingShort
	case errors.Is(err, ErrInvalid):
		return TypingPossible
	}
	return TypingInvalid
}

// String returns the digits with the plus that was typed.
func (w written) String() string {
	if w.plus {
		return "+" + w.digits
	}
	return w.digits
}

// country returns the country that the beginning of a number tells.
func (w written) country(region string) string {
	if !w.plus {
		if !known(region) {
			return ""
		}
		return region
	}
	for length := min(3, len(w.digits)); length > 0; length-- {
		if code, ok := callingCode(w.digits[:length]); ok {
			if r := phonenumbers.GetRegionCodeForCountryCode(code); known(r) {
				return r
			}
		}
	}
	return ""
}

// grouped returns the number in the groups of its country, valid or not.
func (w written) grouped(region string) string {
	n, err := phonenumbers.Parse(w.String(), region)
	if err != nil {
		return w.String()
	}
	return phonenumbers.Format(n, phonenumbers.INTERNATIONAL)
}
