package phone

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Reader reads very many numbers: what [Parse] and [E164.Country] say, sooner. It is for one goroutine; the zero value
// is ready.
type Reader struct {
	areas map[uint64]string // countries of the area codes of North America met so far
}

// plainPlans are calling codes of whose numbers libphonenumber takes nothing away when they do not begin with a zero:
// no prefix of theirs, no second spelling.
var plainPlans = map[int]bool{
	1: true, 31: true, 32: true, 33: true, 34: true, 41: true, 43: true, 44: true, 45: true, 46: true, 47: true, 48: true, 49: true,
	51: true, 57: true, 58: true, 351: true, 593: true, 598: true,
}

// Read returns the number and its country, "" for a number that belongs to none. The errors are those of [Parse].
func (r *Reader) Read(text, region string) (E164, string, error) {
	if e, country, ok := r.short(text, region); ok {
		return e, country, nil
	}
	e, err := Parse(text, region)
	if err != nil {
		return "", "", err
	}
	return e, e.Country(), nil
}

// short reads a plain number that is valid as it stands.
func (r *Reader) short(text, region string) (E164, string, bool) {
	w, err := clean(text)
	if err != nil {
		return "", "", false
	}
	code, rest := planOf(w.digits)
	if !w.plus {
		code, rest = phonenumbers.GetCountryCodeForRegion(region), w.digits
		if strings.HasPrefix(rest, strconv.Itoa(code)) {
			return "", "", false // perhaps a calling code without its plus
		}
	}
	const fewest, most = 7, 13
	if !plainPlans[code] || len(rest) < fewest || len(rest) > most || rest[0] == '0' || (code == 1 && rest[0] == '1') {
		return "", "", false
	}
	national, err := strconv.ParseUint(rest, 10, 64)
	if err != nil {
		return "", "", false
	}
	plan := int32(code) //nolint:gosec // three digits at most
	country, ok := r.country(&phonenumbers.PhoneNumber{CountryCode: &plan, NationalNumber: &national})
	return E164("+" + strconv.Itoa(code) + rest), country, ok
}

// country returns the country of a number; false where it is not valid. North America has 25 countries behind one
// code: which one it is, is remembered by the area.
func (r *Reader) country(n *phonenumbers.PhoneNumber) (string, bool) {
	const northAmerica, area = 1, 10_000_000
	if n.GetCountryCode() == northAmerica {
		if known, met := r.areas[n.GetNationalNumber()/area]; met && phonenumbers.IsValidNumberForRegion(n, known) {
			return known, true
		}
	}
	country := phonenumbers.GetRegionCodeForNumber(n)
	if country == "" || country == World || !phonenumbers.IsValidNumberForRegion(n, country) {
		return "", false
	}
	if n.GetCountryCode() == northAmerica {
		if r.areas == nil {
			r.areas = map[uint64]string{}
		}
		r.areas[n.GetNationalNumber()/area] = country
	}
	return country, true
}

// planOf cuts the calling code of a plain plan off; 0 where it is none. No calling code begins another.
func planOf(digits string) (int, string) {
	code := 0
	for n := range min(3, len(digits)) {
		code = code*10 + int(digits[n]-'0')
		if plainPlans[code] {
			return code, digits[n+1:]
		}
	}
	return 0, ""
}
