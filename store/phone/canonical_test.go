package phone_test

import (
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"pregon/store/phone"
)

// twoSpellings returns the canonical number of a country and the other spelling in use.
func twoSpellings(t *testing.T) map[string][2]phone.E164 {
	t.Helper()
	brazil := example(t, "BR", phonenumbers.MOBILE)    // +55 11 9…
	mexico := example(t, "MX", phonenumbers.MOBILE)    // +52 …
	argentina := example(t, "AR", phonenumbers.MOBILE) // +54 9 …
	return map[string][2]phone.E164{
		"Brazil":    {brazil, brazil[:5] + brazil[6:]},
		"Mexico":    {mexico, "+521" + mexico[3:]},
		"Argentina": {argentina, "+54" + argentina[4:]},
	}
}

func TestVariantsLeadFromEachSpellingToTheOther(t *testing.T) {
	t.Parallel()
	for country, pair := range twoSpellings(t) {
		for i, number := range pair {
			if got := number.Variants(); !slices.Equal(got, []phone.E164{pair[1-i]}) {
				t.Errorf("%s: %q.Variants() = %q, want %q", country, number, got, pair[1-i])
			}
		}
	}
}

func TestANumberIsKnownByItsEndHoweverItIsShown(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		number phone.E164
		shown  string
		want   bool
	}{
		{"+16045550199", "+1 604-555-0199", true},
		{"+16045550199", "+1 604-555-0198", false},
		{"+525512345678", "+52 1 55 1234 5678", true},
		{"+551112345678", "+55 11 91234-5678", true},
		{"+16045550199", "", false},
		{"", "", false},
		{"", "+1 604-555-0199", false},
	} {
		if got := test.number.ShownAs(test.shown); got != test.want {
			t.Errorf("%q as %q: %v", test.number, test.shown, got)
		}
	}
}

func TestMostNumbersHaveNoVariants(t *testing.T) {
	t.Parallel()
	numbers := []phone.E164{
		vancouver, "+61491570156", "", "+", "+55", "+52", "+54", "garbage",
		example(t, "BR", phonenumbers.FIXED_LINE), example(t, "ES", phonenumbers.MOBILE),
	}
	for _, number := range numbers {
		if got := number.Variants(); got != nil {
			t.Errorf("%q.Variants() = %q, want none", number, got)
		}
	}
}

func TestParseGivesOneSpellingOfOldAndNewPlans(t *testing.T) {
	t.Parallel()
	pairs := twoSpellings(t)
	brazil, mexico := pairs["Brazil"], pairs["Mexico"]
	argentina := pairs["Argentina"][0]
	tests := []struct {
		name   string
		text   string
		region string
		want   phone.E164
	}{
		{"Brazil without the ninth digit", string(brazil[1]), "", brazil[0]},
		{"Brazil at home without the ninth digit", brazil[1].Digits()[2:], "BR", brazil[0]},
		{"Brazil as a WhatsApp id", brazil[1].Digits(), phone.World, brazil[0]},
		{"Mexico with the 1", string(mexico[1]), "", mexico[0]},
		{"Mexico with 044", "044" + mexico[0].Digits()[2:], "MX", mexico[0]},
		{"Mexico with 01", "01" + mexico[0].Digits()[2:], "MX", mexico[0]},
		{"Argentina with 15", "011 15 " + argentina.Digits()[5:], "AR", argentina},
		{"Argentina from abroad", string(argentina), "", argentina},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, err := phone.Parse(tt.text, tt.region); err != nil || got != tt.want {
				t.Errorf("Parse(%q, %q) = %q, %v; want %q", tt.text, tt.region, got, err, tt.want)
			}
		})
	}
}
