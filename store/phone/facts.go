package phone

import (
	"slices"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// Kind is what a number is used for, as far as its numbering plan tells.
type Kind uint8

// The kinds. In North America and some other plans the digits do not tell mobile
// from fixed, hence KindFixedOrMobile.
const (
	KindUnknown Kind = iota
	KindMobile
	KindFixedOrMobile
	KindFixed
	KindVoIP
	KindService // free, premium, shared cost, pager, voice mail, company-wide: nobody's own number
)

// Mobile reports whether a number of this kind may be a mobile.
func (k Kind) Mobile() bool { return k == KindMobile || k == KindFixedOrMobile }

// Market says whether WhatsApp delivers marketing templates to a number's country.
// Reviewed 2026-11 against Meta's documentation of regional stops. Crimea, Donetsk
// and Luhansk are not served either, but their numbers do not tell.
type Market uint8

// The markets.
const (
	// MarketOpen: nothing known against delivery.
	MarketOpen Market = iota
	// MarketNoMarketing: since 2025-04-01 marketing templates are not delivered to
	// numbers with a United States area code (error 131049). Canada and the other
	// countries of +1 are not affected.
	MarketNoMarketing
	// MarketNoService: WhatsApp's business platform has no service there.
	MarketNoService
)

// Country returns the ISO 3166-1 code of the country of the number ("CA"), or ""
// where it belongs to none, as with international free numbers.
func (e E164) Country() string {
	n, ok := e.number()
	if !ok {
		return ""
	}
	return country(n)
}

func country(n *phonenumbers.PhoneNumber) string {
	region := phonenumbers.GetRegionCodeForNumber(n)
	if region == World {
		return ""
	}
	return region
}

// CallingCode returns the calling code (1 for "+16045550100"), or 0.
func (e E164) CallingCode() int {
	n, ok := e.number()
	if !ok {
		return 0
	}
	return int(n.GetCountryCode())
}

// Kind returns what the number is used for.
func (e E164) Kind() Kind {
	n, ok := e.number()
	if !ok {
		return KindUnknown
	}
	return kind(n)
}

func kind(n *phonenumbers.PhoneNumber) Kind {
	switch phonenumbers.GetNumberType(n) {
	case phonenumbers.MOBILE:
		return KindMobile
	case phonenumbers.FIXED_LINE_OR_MOBILE:
		return KindFixedOrMobile
	case phonenumbers.FIXED_LINE:
		return KindFixed
	case phonenumbers.VOIP, phonenumbers.PERSONAL_NUMBER:
		return KindVoIP
	case phonenumbers.TOLL_FREE, phonenumbers.PREMIUM_RATE, phonenumbers.SHARED_COST,
		phonenumbers.PAGER, phonenumbers.UAN, phonenumbers.VOICEMAIL:
		return KindService
	case phonenumbers.UNKNOWN:
	}
	return KindUnknown
}

// Zones returns the IANA names of the time zones in which the number's owner may
// live, sorted; nil where they are not known. A mobile number often names all zones
// of its country, so callers that must not disturb anyone need to respect each.
func (e E164) Zones() []string {
	zones, err := phonenumbers.GetTimezonesForPrefix(string(e)) // its first digits tell; reading it whole takes a hundred times as long
	if err != nil || slices.Contains(zones, phonenumbers.UNKNOWN_TIMEZONE) {
		return nil
	}
	return slices.Sorted(slices.Values(zones))
}

// Zone is the one time zone that the number tells; "" where it tells several or none.
func (e E164) Zone() string {
	if zones := e.Zones(); len(zones) == 1 {
		return zones[0]
	}
	return ""
}

// Market says whether marketing templates are delivered to the number's country.
func (e E164) Market() Market {
	switch e.Country() {
	case "US":
		return MarketNoMarketing
	case "CU", "IR", "KP", "SY":
		return MarketNoService
	}
	return MarketOpen
}

// Undeliverable reports whether a marketing template cannot reach the number,
// whatever its owner wants.
func (e E164) Undeliverable() bool { return e.Market() != MarketOpen }

// SignedIn reports whether a country wants a consent on paper with a signature, and entered in a national register:
// Turkey does (law 6563, İYS). A spoken yes is not enough there.
func SignedIn(country string) bool { return country == "TR" }

// Signed reports whether the number is of such a country; see [SignedIn].
func (e E164) Signed() bool { return SignedIn(e.Country()) }

// number reads e back; false where it is no E.164 number.
func (e E164) number() (*phonenumbers.PhoneNumber, bool) {
	if !strings.HasPrefix(string(e), "+") {
		return nil, false
	}
	n, err := phonenumbers.Parse(string(e), "")
	return n, err == nil
}
