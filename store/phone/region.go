package phone

import (
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"
	"golang.org/x/text/language"
)

// Region returns the ISO 3166-1 code meant by a country as files and people write
// it: "es", "ESP", "34", "+34" or "0034". A calling code shared by several countries
// gives its main one, which is enough to read a number with. False where the text
// names no region of the numbering plans; names of countries are not known here.
func Region(text string) (string, bool) {
	s := strings.ToUpper(strings.TrimSpace(text))
	if known(s) {
		return s, true
	}
	var region string
	if code, ok := callingCode(s); ok {
		region = phonenumbers.GetRegionCodeForCountryCode(code)
	} else if r, err := language.ParseRegion(s); err == nil && len(s) == 3 {
		region = r.String()
	}
	if !known(region) {
		return "", false
	}
	return region, true
}

// callingCode reads "34", "+34" and "0034".
func callingCode(s string) (int, bool) {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "+"), "00")
	code, err := strconv.Atoi(s)
	return code, err == nil && code > 0 && len(s) <= 3
}
