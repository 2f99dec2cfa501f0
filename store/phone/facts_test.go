package phone_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"pregon/store/phone"
)

const vancouver = phone.E164("+16045550100")

func TestFactsOfANumber(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		number  phone.E164
		country string
		code    int
		kind    phone.Kind
		zone    string
	}{
		{"Canada", vancouver, "CA", 1, phone.KindFixedOrMobile, "America/Vancouver"},
		{"Australia", "+61491570156", "AU", 61, phone.KindMobile, "Australia/Sydney"},
		{"Spain fixed", example(t, "ES", phonenumbers.FIXED_LINE), "ES", 34, phone.KindFixed, "Europe/Madrid"},
		{"Jersey shares 44", example(t, "JE", phonenumbers.MOBILE), "JE", 44, phone.KindMobile, "Europe/London"},
		{"free number", example(t, "GB", phonenumbers.TOLL_FREE), "GB", 44, phone.KindService, "Europe/London"},
		{"no number", "garbage", "", 0, phone.KindUnknown, ""},
		{"empty", "", "", 0, phone.KindUnknown, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.number.Country(); got != tt.country {
				t.Errorf("Country() = %q, want %q", got, tt.country)
			}
			if got := tt.number.CallingCode(); got != tt.code {
				t.Errorf("CallingCode() = %d, want %d", got, tt.code)
			}
			if got := tt.number.Kind(); got != tt.kind {
				t.Errorf("Kind() = %d, want %d", got, tt.kind)
			}
			zones := tt.number.Zones()
			if tt.zone == "" && zones != nil || tt.zone != "" && !slices.Contains(zones, tt.zone) {
				t.Errorf("Zones() = %q, want %q among them", zones, tt.zone)
			}
		})
	}
}

func TestOnlyKindsThatMayBeMobileAreMobile(t *testing.T) {
	t.Parallel()
	want := map[phone.Kind]bool{
		phone.KindUnknown: false, phone.KindMobile: true, phone.KindFixedOrMobile: true,
		phone.KindFixed: false, phone.KindVoIP: false, phone.KindService: false,
	}
	for kind, mobile := range want {
		if kind.Mobile() != mobile {
			t.Errorf("Kind(%d).Mobile() = %v", kind, kind.Mobile())
		}
	}
}

func TestNoCountryForNumbersOfTheWholeWorld(t *testing.T) {
	t.Parallel()
	n := phonenumbers.GetExampleNumberForNonGeoEntity(800)
	free := phone.E164(phonenumbers.Format(n, phonenumbers.E164))
	if free.Country() != "" || free.CallingCode() != 800 || free.Zones() != nil {
		t.Errorf("%q: country %q, code %d, zones %q", free, free.Country(), free.CallingCode(), free.Zones())
	}
}

func TestMarketsWhereMarketingIsNotDelivered(t *testing.T) {
	t.Parallel()
	want := map[string]phone.Market{
		"US": phone.MarketNoMarketing, "CA": phone.MarketOpen, "JM": phone.MarketOpen, "DO": phone.MarketOpen,
		"CU": phone.MarketNoService, "IR": phone.MarketNoService, "KP": phone.MarketNoService, "SY": phone.MarketNoService,
		"ES": phone.MarketOpen, "MX": phone.MarketOpen, "BR": phone.MarketOpen,
	}
	for region, market := range want {
		number := example(t, region, phonenumbers.MOBILE)
		if number.Market() != market || number.Undeliverable() != (market != phone.MarketOpen) {
			t.Errorf("%s: Market() = %d, Undeliverable() = %v; want %d", region, number.Market(), number.Undeliverable(), market)
		}
	}
}

func TestSpellingsOfANumber(t *testing.T) {
	t.Parallel()
	if got := vancouver.Digits(); got != "16045550100" {
		t.Errorf("Digits() = %q", got)
	}
	if got := vancouver.International(); got != "+1 604-555-0100" {
		t.Errorf("International() = %q", got)
	}
	if got := phone.E164("garbage").International(); got != "garbage" {
		t.Errorf("International() of no number = %q", got)
	}
}

func TestMaskedShowsThreeDigitsAndNotTheLength(t *testing.T) {
	t.Parallel()
	for _, number := range []phone.E164{vancouver, "+6100100", "+100", "+12", ""} {
		shown := strings.Trim(number.Masked(), "*")
		if len(shown) > 3 || len(number) > 5 && shown != string(number[len(number)-3:]) {
			t.Errorf("%q.Masked() = %q", number, number.Masked())
		}
		if strings.Count(number.Masked(), "*") != 3 {
			t.Errorf("%q.Masked() = %q shows its length", number, number.Masked())
		}
	}
}

func TestRegionReadsCountriesAsFilesWriteThem(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{"es", "ES"},
		{" ES ", "ES"},
		{"ESP", "ES"},
		{"+34", "ES"},
		{"34", "ES"},
		{"0034", "ES"},
		{"1", "US"},
		{"", ""},
		{"QQ", ""},
		{"QQQ", ""},
		{"España", ""},
		{"+999", ""},
		{"0", ""},
		{"-34", ""},
		{"+800", ""},
	}
	for _, tt := range tests {
		got, ok := phone.Region(tt.text)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Region(%q) = %q, %v; want %q", tt.text, got, ok, tt.want)
		}
	}
}
