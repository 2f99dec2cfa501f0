package phone

import (
	"errors"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// E164 is a phone number in canonical international spelling: a plus, the calling
// code and the national number, at most 15 digits, nothing else ("+16045550100").
// Values come from [Parse]; the methods of a value made otherwise are safe and
// answer with zero values.
type E164 string

// World is the region of texts that are international even without a plus, as
// WhatsApp ids and the exports of many tools are written ("16045550100"). It is
// the code of UN M.49 that libphonenumber uses as well.
const World = "001"

// The errors of [Parse]; test them with errors.Is. None of them carries the text
// that was refused, so they may be logged.
var (
	// ErrEmpty: nothing but blanks was given.
	ErrEmpty = errors.New("phone number is empty")
	// ErrNotANumber: it holds letters or signs that no phone number has.
	ErrNotANumber = errors.New("not a phone number")
	// ErrSeveral: two or more numbers stand in one place.
	ErrSeveral = errors.New("more than one phone number")
	// ErrExponent: a spreadsheet turned it into a power of ten (6.12E+08) and its
	// last digits are lost.
	ErrExponent = errors.New("phone number was spoiled by a spreadsheet")
	// ErrTooShort: digits are missing, perhaps the area code.
	ErrTooShort = errors.New("phone number is too short")
	// ErrTooLong: it has more digits than its country knows.
	ErrTooLong = errors.New("phone number is too long")
	// ErrInvalid: the length is right, but its country has no such numbers.
	ErrInvalid = errors.New("no such phone number")
	// ErrNeedsCountry: it has no calling code and no known region was named.
	ErrNeedsCountry = errors.New("phone number needs its country")
	// ErrCallingCode: it starts with a calling code that no country has.
	ErrCallingCode = errors.New("no such calling code")
)

// Code is the word for an error of [Parse]: "empty", "too_short", …; "" for any other error.
func Code(err error) string {
	for _, known := range []struct {
		err  error
		code string
	}{
		{ErrEmpty, "empty"},
		{ErrNotANumber, "not_a_number"},
		{ErrSeveral, "several"},
		{ErrExponent, "exponent"},
		{ErrTooShort, "too_short"},
		{ErrTooLong, "too_long"},
		{ErrInvalid, "invalid"},
		{ErrNeedsCountry, "needs_country"},
		{ErrCallingCode, "calling_code"},
	} {
		if errors.Is(err, known.err) {
			return known.code
		}
	}
	return ""
}

// Parse reads a phone number as people write it. The region, an ISO 3166-1 code
// in either case such as "CA", completes numbers without a calling code; it may be
// empty, and [World] says that the calling code is there even without a plus.
// A number in the canonical form comes back unchanged.
//
// The error is one of this package's Err values, possibly wrapped.
func Parse(text, region string) (E164, error) {
	w, err := clean(text)
	if err != nil {
		return "", err
	}
	region = strings.ToUpper(strings.TrimSpace(region))
	switch {
	case w.plus || region == World:
		return international(w.digits)
	case !known(region):
		if rest, ok := strings.CutPrefix(w.digits, "00"); ok {
			return international(rest)
		}
		return "", ErrNeedsCountry
	}
	return national(w.digits, region)
}

// international reads digits that start with a calling code.
func international(digits string) (E164, error) {
	n, err := phonenumbers.Parse("+"+digits, "")
	if err != nil {
		return "", translate(err, digits)
	}
	return canonical(n)
}

// national reads digits as they are dialled inside region: national numbers, with
// or without the national prefix, and the region's own way of dialling abroad.
func national(digits, region string) (E164, error) {
	if e, ok := withOwnCode(digits, region); ok {
		return e, nil
	}
	e, err := dialled(digits, region)
	if err == nil {
		return e, nil
	}
	// 00 is how most of the world dials abroad, and how people everywhere write it,
	// also where the exchange would want 011.
	if rest, ok := strings.CutPrefix(digits, "00"); ok {
		return international(rest)
	}
	return "", err
}

// dialled reads digits by the region's own dialling rules.
func dialled(digits, region string) (E164, error) {
	n, err := phonenumbers.Parse(digits, region)
	if err != nil {
		return "", translate(err, digits)
	}
	return canonical(n)
}

// withOwnCode reads digits such as 4915123456789, given for Germany, as +49 151
// 23456789. The library would take them for a very long national number, although
// one would start with the national prefix 0. Spreadsheets drop the plus all the
// time, and so do our own exports.
func withOwnCode(digits, region string) (E164, bool) {
	prefix := phonenumbers.GetNddPrefixForRegion(region, true)
	if prefix == "" || strings.HasPrefix(digits, prefix) {
		return "", false
	}
	code := strconv.Itoa(phonenumbers.GetCountryCodeForRegion(region))
	if !strings.HasPrefix(digits, code) {
		return "", false
	}
	e, err := international(digits)
	return e, err == nil
}

// known reports whether region, in upper case, is one the numbering plans have.
func known(region string) bool {
	return phonenumbers.GetCountryCodeForRegion(region) != 0
}

// translate maps the library's errors to ours. Digits are without the plus.
func translate(err error, digits string) error {
	switch {
	case errors.Is(err, phonenumbers.ErrInvalidCountryCode):
		if callingCodeMayFollow(digits) {
			return ErrTooShort
		}
		return ErrCallingCode
	case errors.Is(err, phonenumbers.ErrNumTooLong):
		return ErrTooLong
	case len(digits) < minDigits,
		errors.Is(err, phonenumbers.ErrTooShortNSN),
		errors.Is(err, phonenumbers.ErrTooShortAfterIDD):
		return ErrTooShort
	default:
		return ErrNotANumber
	}
}

// minDigits is the fewest digits the library takes for a number at all.
const minDigits = 3

// callingCodeMayFollow reports whether digits are the beginning of a calling code.
func callingCodeMayFollow(digits string) bool {
	if len(digits) >= 3 {
		return false
	}
	for code := range phonenumbers.GetSupportedCallingCodes() {
		if strings.HasPrefix(strconv.Itoa(code), digits) {
			return true
		}
	}
	return false
}
