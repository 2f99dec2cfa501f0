package phone_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"pregon/store/phone"
)

func TestEveryErrorOfANumberHasItsOwnWord(t *testing.T) {
	t.Parallel()
	words := map[string]error{
		"empty": phone.ErrEmpty, "not_a_number": phone.ErrNotANumber, "several": phone.ErrSeveral, "exponent": phone.ErrExponent,
		"too_short": phone.ErrTooShort, "too_long": phone.ErrTooLong, "invalid": phone.ErrInvalid,
		"needs_country": phone.ErrNeedsCountry, "calling_code": phone.ErrCallingCode,
	}
	for want, err := range words {
		if got := phone.Code(err); got != want {
			t.Errorf("Code(%v) = %q, want %q", err, got, want)
		}
		if got := phone.Code(fmt.Errorf("line 3: %w", err)); got != want {
			t.Errorf("Code of %v, wrapped, = %q, want %q", err, got, want)
		}
	}
	for _, other := range []error{nil, errors.New("phone number is empty")} {
		if got := phone.Code(other); got != "" {
			t.Errorf("Code(%v) = %q, want none", other, got)
		}
	}
}

// Errors may be logged, so none may carry what somebody typed.
func TestNoErrorShowsTheNumber(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"604 555 01", "6045550100x", "60455501009999", "+9996045550100", "6045550100/6045550101", "6.0455E+09"} {
		_, err := phone.Parse(text, "CA")
		if err == nil {
			t.Errorf("Parse(%q) finds a number", text)
			continue
		}
		if slices.ContainsFunc([]rune(err.Error()), func(r rune) bool { return r >= '0' && r <= '9' }) {
			t.Errorf("Parse(%q) = %q, which shows digits of it", text, err)
		}
	}
}

func TestWhatSpreadsheetsAndLinksPutAroundANumberIsTakenOff(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, region string }{
		{"a comma and a decimal zero", "16045550100,0", "CA"},
		{"two decimal zeros", "16045550100.00", "CA"},
		{"quotes", `"604 555 0100"`, "CA"},
		{"typographic quotes", "“604 555 0100”", "CA"},
		{"an apostrophe before quotes", `'"604 555 0100"`, "CA"},
		{"a formula without quotes", "=6045550100", "CA"},
		{"a tel link in capitals", "TEL:+1-604-555-0100", ""},
		{"a chat link without a scheme", "wa.me/16045550100", "AU"},
		{"a chat link with a plus", "https://wa.me/+16045550100", "AU"},
		{"a chat link in capitals", "HTTPS://WA.ME/16045550100", "AU"},
		{"a line break at its end", "604 555 0100\r\n", "CA"},
		{"a line break within", "604\n5550100", "CA"},
		{"brackets", "[604] 555-0100", "CA"},
		{"a tilde", "~604 555 0100", "CA"},
		{"middle dots", "604·555·0100", "CA"},
		{"a minus of mathematics", "604−555−0100", "CA"},
		{"a full-width plus", "＋16045550100", ""},
		{"zero-width joiners", "604\u200d555\u200d0100", "CA"},
		{"a slash and nothing behind it", "604 555 0100 /", "CA"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, err := phone.Parse(tt.text, tt.region); err != nil || got != vancouver {
				t.Errorf("Parse(%q, %q) = %q, %v; want %q", tt.text, tt.region, got, err, vancouver)
			}
		})
	}
}

func TestTwoNumbersInOnePlaceAreNeverJoined(t *testing.T) {
	t.Parallel()
	for _, between := range []string{"/", " / ", ",", ";", "|", "\n", "\r\n", " +1 "} {
		text := "6045550100" + between + "6045550101"
		if got, err := phone.Parse(text, "CA"); !errors.Is(err, phone.ErrSeveral) || got != "" {
			t.Errorf("Parse(%q) = %q, %v; want ErrSeveral", text, got, err)
		}
	}
}

// A mobile of each market, as it is written at home, and never as one of its neighbour.
func TestNationalNumbersAreReadByTheirOwnCountry(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"AR", "BR", "CA", "CL", "CO", "DE", "ES", "FR", "GB", "IN", "IT", "MX", "PE", "PT", "TR"} {
		t.Run(region, func(t *testing.T) {
			t.Parallel()
			number := example(t, region, phonenumbers.MOBILE)
			n, err := phonenumbers.Parse(string(number), "")
			if err != nil {
				t.Fatal(err)
			}
			national := phonenumbers.GetNationalSignificantNumber(n)
			got, err := phone.Parse(national, region)
			if err != nil || got != number || got.Country() != region {
				t.Errorf("Parse(%q, %q) = %q of %q, %v; want %q", national, region, got, got.Country(), err, number)
			}
			if got, err := phone.Parse(national, ""); !errors.Is(err, phone.ErrNeedsCountry) {
				t.Errorf("Parse(%q) without a country = %q, %v", national, got, err)
			}
			code := number.CallingCode()
			if want := phone.E164(fmt.Sprintf("+%d%s", code, national)); want != number {
				t.Errorf("the calling code of %q is said to be %d", number, code)
			}
		})
	}
}

func TestANumberOneDigitShortIsNobodys(t *testing.T) {
	t.Parallel()
	for _, region := range []string{"AU", "ES", "FR", "MX", "PT", "GB"} {
		number := example(t, region, phonenumbers.MOBILE)
		short := number[:len(number)-1]
		if got, err := phone.Parse(string(short), region); err == nil {
			t.Errorf("%s: Parse(%q) = %q", region, short, got)
		}
		if typed := phone.AsTyped(string(short), region); typed.Number != "" || typed.Country != region {
			t.Errorf("%s: AsTyped(%q) = %+v", region, short, typed)
		}
	}
}

func TestPaperIsAskedForInTurkeyOnly(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]bool{"TR": true, "CY": false, "DE": false, "CA": false} {
		number := example(t, region, phonenumbers.MOBILE)
		if number.Signed() != want || phone.SignedIn(region) != want {
			t.Errorf("%s: Signed() = %v, SignedIn() = %v; want %v", region, number.Signed(), phone.SignedIn(region), want)
		}
	}
	if phone.SignedIn("tr") || phone.SignedIn("") || phone.E164("+90").Signed() {
		t.Error("what is no country, or no number of it, needs paper")
	}
}

func TestOneZoneIsToldOnlyWhereThereIsOne(t *testing.T) {
	t.Parallel()
	if got := vancouver.Zone(); got != "America/Vancouver" {
		t.Errorf("Zone() of a city = %q", got)
	}
	if got := phone.E164("").Zone(); got != "" {
		t.Errorf("Zone() of no number = %q", got)
	}
	for _, region := range []string{"AU", "BR", "CA", "ES", "IT", "MX", "PT", "US"} {
		number := example(t, region, phonenumbers.MOBILE)
		zones, zone := number.Zones(), number.Zone()
		if (len(zones) == 1) != (zone != "") || zone != "" && zones[0] != zone {
			t.Errorf("%s: Zone() = %q of %q", region, zone, zones)
		}
		if !slices.IsSorted(zones) {
			t.Errorf("%s: Zones() = %q are not sorted", region, zones)
		}
	}
}

func TestPlansThatWereReplacedAreMendedOnlyWhereThatGivesANumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       error
	}{
		{"Brazil, the eight digits of a fixed line stay", "+55 11 1234 5678", phone.ErrInvalid},
		{"Brazil, no such area", "+55 20 8123 4567", phone.ErrInvalid},
		{"Mexico, one digit too many behind the 1", "+52 1 55 1234 56789", phone.ErrTooLong},
		{"Mexico, two digits missing", "+52 1 55 1234 56", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := phone.Parse(tt.text, "")
			if err == nil || got != "" || tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("Parse(%q) = %q, %v; want %v", tt.text, got, err, tt.want)
			}
		})
	}
}
