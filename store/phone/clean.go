package phone

import (
	"regexp"
	"strings"
	"unicode"
)

// written is a number as it was written, without its clutter.
type written struct {
	plus   bool   // it starts with a plus, so the calling code is there
	digits string // ASCII digits
}

const (
	maxText    = 128 // longer texts are no number, whatever they hold
	wholeOne   = 7   // digits from which a part of a text may be a number of its own
	separators = "/,;|\n"
)

var (
	exponent = regexp.MustCompile(`^\+?\d+([.,]\d+)?\s?[eE]\s?[+-]?\d+$`)
	// A spreadsheet that took the number for a quantity adds a decimal zero.
	decimals = regexp.MustCompile(`^(\+?\d{7,15})[.,]00?$`)
	telLink  = regexp.MustCompile(`(?i)^(tel|whatsapp):`)
	chatLink = regexp.MustCompile(`(?i)^(https?://)?wa\.me/\+?`) // always with the calling code
)

// clean takes the clutter off a number and keeps its digits. It returns ErrEmpty,
// ErrNotANumber, ErrSeveral, ErrExponent or ErrTooLong.
func clean(text string) (written, error) {
	if len(text) > maxText {
		return written{}, ErrTooLong
	}
	s := unwrap(plain(text))
	switch {
	case s == "":
		return written{}, ErrEmpty
	case exponent.MatchString(s):
		return written{}, ErrExponent
	case several(s):
		return written{}, ErrSeveral
	}
	return scan(decimals.ReplaceAllString(s, "$1"))
}

// plain replaces the signs of other scripts by their ASCII twins and drops what
// cannot be seen: address books wrap numbers in direction marks when copied.
func plain(text string) string {
	s := strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r':
			return '\n'
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		case unicode.IsDigit(r):
			return asciiDigit(r)
		case unicode.Is(unicode.Pd, r), r == '−':
			return '-'
		}
		return asciiSign(r)
	}, text)
	return strings.TrimSpace(s)
}

// asciiDigit returns the ASCII twin of a decimal digit of any script. Unicode
// keeps the ten digits of a script in a row, zero first.
func asciiDigit(r rune) rune {
	for _, t := range unicode.Nd.R16 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	for _, t := range unicode.Nd.R32 {
		if r >= rune(t.Lo) && r <= rune(t.Hi) {
			return '0' + (r-rune(t.Lo))%10
		}
	}
	return r
}

// asciiSign returns the ASCII twin of full-width and typographic signs.
func asciiSign(r rune) rune {
	switch {
	case r >= '！' && r <= '～':
		return r - '！' + '!'
	case r == '’' || r == '‘' || r == '´' || r == '`':
		return '\''
	case r == '“' || r == '”':
		return '"'
	}
	return r
}

// unwrap takes off what spreadsheets and links put around a number: a leading
// apostrophe, ="…", tel: and the like.
func unwrap(s string) string {
	s = strings.TrimLeft(s, "'")
	s = strings.TrimPrefix(s, "=")
	s = strings.Trim(s, `"' `)
	s = chatLink.ReplaceAllString(telLink.ReplaceAllString(s, ""), "+")
	return strings.TrimSpace(s)
}

// several reports whether more than one part of s is long enough to be a number.
// One slash alone is harmless: 030/1234567 is a way to write an area code.
func several(s string) bool {
	whole := 0
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(separators+"+", r) }) {
		digits := 0
		for _, r := range part {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		if digits >= wholeOne {
			whole++
		}
	}
	return whole > 1
}

// scan collects the digits of s and refuses every sign that no number has.
func scan(s string) (written, error) {
	var w written
	var digits strings.Builder
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits.WriteRune(r)
		case r == '+' && !w.plus && digits.Len() == 0:
			w.plus = true
		case strings.ContainsRune(" -.()[]/~·\n", r):
		default:
			return written{}, ErrNotANumber
		}
	}
	w.digits = digits.String()
	if w.digits == "" {
		return w, ErrNotANumber
	}
	return w, nil
}
