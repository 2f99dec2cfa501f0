package phone_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"

	"pregon/store/phone"
)

func TestParseReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	const vancouver, sydney = "+16045550100", "+61491570156"
	tests := []struct{ name, text, region, want string }{
		{"canonical", "+16045550100", "", vancouver},
		{"canonical elsewhere", "+16045550100", "AU", vancouver},
		{"national", "6045550100", "CA", vancouver},
		{"national with its prefix", "1 604 555 0100", "CA", vancouver},
		{"trunk zero", "0491 570 156", "AU", sydney},
		{"region in lower case", "0491570156", " au ", sydney},
		{"spaces and dashes", " +1 604-555 – 0100 ", "", vancouver},
		{"dots", "604.555.0100", "CA", vancouver},
		{"parentheses", "(604) 555-0100", "CA", vancouver},
		{"calling code in parentheses", "(+1) 604 555 0100", "", vancouver},
		{"zero in parentheses", "+61 (0)491 570 156", "", sydney},
		{"slash after the area code", "604/5550100", "CA", vancouver},
		{"double zero", "0016045550100", "", vancouver},
		{"double zero where 0011 is dialled", "00 1 604 555 0100", "AU", vancouver},
		{"double zero where 011 is dialled", "0061 491 570 156", "CA", sydney},
		{"the region's own way abroad", "011 61 491 570 156", "CA", sydney},
		{"own calling code without plus", "61491570156", "AU", sydney},
		{"own calling code 1 without plus", "16045550100", "CA", vancouver},
		{"world without plus", "61491570156", phone.World, sydney},
		{"world with plus", "+61491570156", phone.World, sydney},
		{"tel link", "tel:+1-604-555-0100", "", vancouver},
		{"chat link", "https://wa.me/16045550100", "AU", vancouver},
		{"chat id", "whatsapp:+16045550100", "", vancouver},
		{"full width", "＋１（６０４）５５５－０１００", "", vancouver},
		{"Arabic-Indic", "+١٦٠٤٥٥٥٠١٠٠", "", vancouver},
		{"extended Arabic-Indic", "۶۰۴۵۵۵۰۱۰۰", "CA", vancouver},
		{"Devanagari", "६०४५५५०१००", "CA", vancouver},
		{"leading apostrophe", "'+16045550100", "", vancouver},
		{"typographic apostrophe", "’6045550100", "CA", vancouver},
		{"formula that keeps text", `="16045550100"`, "CA", vancouver},
		{"decimal zero", "16045550100.0", "CA", vancouver},
		{"direction marks", "\u202a+1 604\u00a0555\u20110100\u202c", "", vancouver},
		{"byte order mark", "\ufeff6045550100", "CA", vancouver},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := phone.Parse(tt.text, tt.region)
			if err != nil || string(got) != tt.want {
				t.Errorf("Parse(%q, %q) = %q, %v; want %q", tt.text, tt.region, got, err, tt.want)
			}
		})
	}
}

func TestParseSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, region string
		want               error
	}{
		{"nothing", "", "CA", phone.ErrEmpty},
		{"blanks", " \t\u00a0\u200b", "CA", phone.ErrEmpty},
		{"words", "ask Ana", "CA", phone.ErrNotANumber},
		{"signs only", "---", "CA", phone.ErrNotANumber},
		{"vanity letters", "1-604-555-CAKE", "CA", phone.ErrNotANumber},
		{"extension", "604 555 0100 ext 12", "CA", phone.ErrNotANumber},
		{"plus inside", "604+555", "CA", phone.ErrNotANumber},
		{"two with a slash", "604 555 0100 / 604 555 0101", "CA", phone.ErrSeveral},
		{"two with a plus", "+16045550100 +16045550101", "", phone.ErrSeveral},
		{"two lines", "6045550100\n6045550101", "CA", phone.ErrSeveral},
		{"power of ten", "6.0455E+09", "CA", phone.ErrExponent},
		{"power of ten with a comma", "6,0455e+09", "CA", phone.ErrExponent},
		{"power of ten, full width", "６.０４Ｅ+０９", "CA", phone.ErrExponent},
		{"no area code", "555 0100", "CA", phone.ErrTooShort},
		{"one digit", "6", "CA", phone.ErrTooShort},
		{"calling code only", "+1", "", phone.ErrTooShort},
		{"half a calling code", "+3", "", phone.ErrTooShort},
		{"one digit too many", "60455501001", "CA", phone.ErrTooLong},
		{"endless", strings.Repeat("1", 500), "CA", phone.ErrTooLong},
		{"no such area", "+1 155 555 0100", "", phone.ErrInvalid},
		{"no country", "604 555 0100", "", phone.ErrNeedsCountry},
		{"unknown region", "604 555 0100", "QQ", phone.ErrNeedsCountry},
		{"unknown calling code", "+999 123 4567", "", phone.ErrCallingCode},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := phone.Parse(tt.text, tt.region)
			if !errors.Is(err, tt.want) || got != "" {
				t.Errorf("Parse(%q, %q) = %q, %v; want %v", tt.text, tt.region, got, err, tt.want)
			}
		})
	}
}

// A mistyped national number must not become a stranger's number abroad.
func TestParseNeverGuessesACountry(t *testing.T) {
	t.Parallel()
	abroad := example(t, "AU", phonenumbers.MOBILE).Digits()
	for _, region := range []string{"CA", "ES", "MX", ""} {
		if got, err := phone.Parse(abroad, region); err == nil {
			t.Errorf("Parse(%q, %q) = %q, want an error", abroad, region, got)
		}
	}
}

func TestEveryCountryComesBackFromEveryOwnSpelling(t *testing.T) {
	t.Parallel()
	for region := range phonenumbers.GetSupportedRegions() {
		n := phonenumbers.GetExampleNumberForType(region, phonenumbers.MOBILE)
		if n == nil {
			continue
		}
		want := phone.E164(phonenumbers.Format(n, phonenumbers.E164))
		spellings := map[string]string{
			string(want):         "",
			want.International(): "",
			"00" + want.Digits(): "",
			want.Digits():        region,
			phonenumbers.Format(n, phonenumbers.NATIONAL): region,
			phonenumbers.Format(n, phonenumbers.RFC3966):  "",
		}
		if region == "AR" { // the library formats these nationally with the wrong area code
			delete(spellings, phonenumbers.Format(n, phonenumbers.NATIONAL))
		}
		for text, in := range spellings {
			if got, err := phone.Parse(text, in); err != nil || got != want {
				t.Errorf("Parse(%q, %q) = %q, %v; want %q", text, in, got, err, want)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	seeds := []string{
		"+16045550100", "(604) 555-0100", "0016045550100", "'+1 604", "6.12E+08", "tel:+61491570156",
		"＋１６０４５５５０１００", "٠١٢", "604/5550100;604/5550101", "+", "", "=\"1\"", "\u202a+1\u202c", "+5215", "+549",
	}
	for _, text := range seeds {
		f.Add(text, "CA")
		f.Add(text, "")
		f.Add(text, phone.World)
	}
	f.Fuzz(func(t *testing.T, text, region string) {
		typed := phone.AsTyped(text, region)
		number, err := phone.Parse(text, region)
		if (err == nil) != (typed.State == phone.TypingValid) {
			t.Fatalf("Parse says %v, AsTyped says %d", err, typed.State)
		}
		if err != nil {
			return
		}
		digits := strings.TrimPrefix(string(number), "+")
		if len(digits) < 5 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" || digits[0] == '0' {
			t.Fatalf("%q is not E.164", number)
		}
		for spelling, in := range map[string]string{string(number): "", number.International(): "", digits: phone.World} {
			if again, err := phone.Parse(spelling, in); err != nil || again != number {
				t.Fatalf("Parse(%q, %q) = %q, %v; want %q", spelling, in, again, err, number)
			}
		}
	})
}
