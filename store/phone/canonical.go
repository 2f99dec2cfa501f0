package phone

import (
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// canonical returns the one spelling we keep of a number the library could read,
// or says why there is none.
func canonical(n *phonenumbers.PhoneNumber) (E164, error) {
	e := E164(phonenumbers.Format(n, phonenumbers.E164))
	if phonenumbers.IsValidNumber(n) {
		return e, nil
	}
	for _, other := range renewed(e) {
		if m, err := phonenumbers.Parse(string(other), ""); err == nil && phonenumbers.IsValidNumber(m) {
			return other, nil
		}
	}
	switch phonenumbers.IsPossibleNumberWithReason(n) {
	case phonenumbers.TOO_SHORT, phonenumbers.IS_POSSIBLE_LOCAL_ONLY, phonenumbers.INVALID_LENGTH:
		return "", ErrTooShort // a wrong length is always below the longest right one
	case phonenumbers.TOO_LONG:
		return "", ErrTooLong
	case phonenumbers.INVALID_COUNTRY_CODE:
		return "", ErrCallingCode
	case phonenumbers.IS_POSSIBLE:
	}
	return "", ErrInvalid
}

// renewed returns the present spellings of a number written by a plan that has
// been replaced. They may be invalid; the caller checks.
func renewed(e E164) []E164 {
	switch {
	case strings.HasPrefix(string(e), "+55"):
		return withNinthDigit(string(e))
	case strings.HasPrefix(string(e), "+52"):
		return withoutMobilePrefix(string(e))
	}
	return nil
}

// withNinthDigit adds the 9 that Brazil put before all mobile numbers between 2012
// and 2016: +55, two digits of area, eight digits that start with 6 to 9. WhatsApp
// still names many of these people by the old spelling.
func withNinthDigit(s string) []E164 {
	const area, subscriber = 5, 8
	if len(s) != area+subscriber || s[area] < '6' {
		return nil
	}
	return []E164{E164(s[:area] + "9" + s[area:])}
}

// withoutMobilePrefix drops the prefixes that Mexico gave up in 2019 and 2020: the
// 1 of calls from abroad, 044, 045 and 01 of calls at home.
func withoutMobilePrefix(s string) []E164 {
	const code, nsn = 3, 10
	for _, old := range []string{"1", "044", "045", "01"} {
		if len(s) == code+len(old)+nsn && strings.HasPrefix(s[code:], old) {
			return []E164{E164(s[:code] + s[code+len(old):])}
		}
	}
	return nil
}

// Variants returns the other spellings under which WhatsApp or an old address book
// may know the same person, never e itself: Brazil without the ninth digit, Mexico
// with the 1 after the calling code, Argentina without the 9, and each the other
// way round. They serve to find duplicates and to recognise the sender of an
// event; they need not be numbers one can dial. Most numbers have none.
func (e E164) Variants() []E164 {
	s := string(e)
	switch {
	case strings.HasPrefix(s, "+55") && len(s) == 14 && s[5] == '9' && s[6] >= '6':
		return []E164{E164(s[:5] + s[6:])}
	case strings.HasPrefix(s, "+55"):
		return withNinthDigit(s)
	case strings.HasPrefix(s, "+521") && len(s) == 14:
		return []E164{E164("+52" + s[4:])}
	case strings.HasPrefix(s, "+52") && len(s) == 13:
		return []E164{E164("+521" + s[3:])}
	case strings.HasPrefix(s, "+549") && len(s) == 14:
		return []E164{E164("+54" + s[4:])}
	case strings.HasPrefix(s, "+54") && len(s) == 13:
		return []E164{E164("+549" + s[3:])}
	}
	return nil
}
