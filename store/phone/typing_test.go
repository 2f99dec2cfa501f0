package phone_test

import (
	"errors"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"pregon/store/phone"
)

func TestTypingFollowsEveryKey(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, partial, region string
		want                  phone.Typing
	}{
		{"nothing", "", "CA", phone.Typing{State: phone.TypingEmpty, Err: phone.ErrEmpty}},
		{"plus", "+", "CA", phone.Typing{State: phone.TypingShort, Text: "+", Err: phone.ErrTooShort}},
		{"open parenthesis", "(", "CA", phone.Typing{State: phone.TypingShort, Text: "(", Err: phone.ErrTooShort}},
		{"first digit", "6", "CA", phone.Typing{State: phone.TypingShort, Text: "6", Country: "CA", Err: phone.ErrTooShort}},
		{"half", "604 555", "CA", phone.Typing{State: phone.TypingShort, Text: "604555", Country: "CA", Err: phone.ErrTooShort}},
		{"no area code", "5550100", "CA", phone.Typing{State: phone.TypingShort, Text: "5550100", Country: "CA", Err: phone.ErrTooShort}},
		{"half a calling code", "+6", "CA", phone.Typing{State: phone.TypingShort, Text: "+6", Err: phone.ErrTooShort}},
		{"calling code", "+61", "CA", phone.Typing{State: phone.TypingShort, Text: "+61", Country: "AU", Err: phone.ErrTooShort}},
		{
			"whole", "604 5550100", "CA",
			phone.Typing{State: phone.TypingValid, Text: "+1 604-555-0100", Number: vancouver, Country: "CA", Kind: phone.KindFixedOrMobile},
		},
		{
			"whole from abroad", "+61491570156", "CA",
			phone.Typing{State: phone.TypingValid, Text: "+61 491 570 156", Number: "+61491570156", Country: "AU", Kind: phone.KindMobile},
		},
		{
			"right length, no such area", "1555550100", "CA",
			phone.Typing{State: phone.TypingPossible, Text: "+1 1555550100", Country: "CA", Err: phone.ErrInvalid},
		},
		{"a digit too many", "60455501001", "CA", phone.Typing{State: phone.TypingInvalid, Text: "60455501001", Country: "CA", Err: phone.ErrTooLong}},
		{"letters", "604x", "CA", phone.Typing{State: phone.TypingInvalid, Text: "604x", Err: phone.ErrNotANumber}},
		{"no region", "604", "", phone.Typing{State: phone.TypingInvalid, Text: "604", Err: phone.ErrNeedsCountry}},
		{"no such calling code", "+999", "", phone.Typing{State: phone.TypingInvalid, Text: "+999", Err: phone.ErrCallingCode}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := phone.AsTyped(tt.partial, tt.region)
			if !errors.Is(got.Err, tt.want.Err) {
				t.Errorf("Err = %v, want %v", got.Err, tt.want.Err)
			}
			got.Err = tt.want.Err
			if got != tt.want {
				t.Errorf("AsTyped(%q, %q)\n got %+v\nwant %+v", tt.partial, tt.region, got, tt.want)
			}
		})
	}
}

// A number typed from its first key to its last is never called wrong on the way.
func TestTypingIsNeverInvalidOnTheWayToAValidNumber(t *testing.T) {
	t.Parallel()
	for text, region := range map[string]string{
		"+16045550100": "", "6045550100": "CA", "+61491570156": "CA", "0491570156": "AU", "(604) 555-0100": "CA",
	} {
		for i := 1; i < len(text); i++ {
			if got := phone.AsTyped(text[:i], region); got.State == phone.TypingInvalid {
				t.Errorf("AsTyped(%q, %q) is invalid: %v", text[:i], region, got.Err)
			}
		}
		if got := phone.AsTyped(text, region); got.State != phone.TypingValid {
			t.Errorf("AsTyped(%q, %q) is not valid: %v", text, region, got.Err)
		}
	}
}

// The same for the example of every country in the world.
func TestTypingReachesEveryCountry(t *testing.T) {
	t.Parallel()
	for region := range phonenumbers.GetSupportedRegions() {
		n := phonenumbers.GetExampleNumberForType(region, phonenumbers.MOBILE)
		if n == nil {
			continue
		}
		number := phone.E164(phonenumbers.Format(n, phonenumbers.E164))
		for i := 1; i <= len(number); i++ {
			got := phone.AsTyped(string(number[:i]), "CA")
			if got.State == phone.TypingInvalid || got.State == phone.TypingEmpty {
				t.Errorf("%s: AsTyped(%q) is in state %d: %v", region, number[:i], got.State, got.Err)
			}
			if (got.State == phone.TypingValid) != (got.Number != "") || (got.Err == nil) != (got.Number != "") {
				t.Errorf("%s: AsTyped(%q) = %+v contradicts itself", region, number[:i], got)
			}
		}
		if got := phone.AsTyped(string(number), ""); got.Number != number || got.Country != number.Country() {
			t.Errorf("%s: AsTyped(%q) = %+v", region, number, got)
		}
	}
}

func BenchmarkAsTyped(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if got := phone.AsTyped("(604) 555-0100", "CA"); got.State != phone.TypingValid {
			b.Fatal(got.Err)
		}
	}
}
