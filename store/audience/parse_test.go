package audience_test

import (
	"reflect"
	"testing"

	"pregon/store/audience"
)

func word(text string) audience.Expr { return audience.Word{Text: text} }
func tag(name string) audience.Expr  { return audience.Tag{Name: name} }
func not(e audience.Expr) audience.Expr {
	return audience.Not{Term: e}
}
func and(terms ...audience.Expr) audience.Expr { return audience.And{Terms: terms} }
func or(terms ...audience.Expr) audience.Expr  { return audience.Or{Terms: terms} }

func TestParseConditions(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       audience.Expr
	}{
		{"nothing", "", audience.All{}},
		{"blanks", " \t\n", audience.All{}},
		{"word", " ana ", word("ana")},
		{"number", "+1604", word("+1604")},
		{"hyphen inside", "604-555", word("604-555")},
		{"quoted", `"ana maria"`, word("ana maria")},
		{"typographic quotes", "“ana maria”", word("ana maria")},
		{"typographic inside straight", `"the “best”"`, word("the “best”")},
		{"escapes", `"a \"b\" \\ c\d"`, word(`a "b" \ c\d`)},
		{"quote inside a bare word", `5"`, word(`5"`)},
		{"colon in quotes", `"10:30"`, word("10:30")},
		{"OR in quotes", `"OR"`, word("OR")},
		{"or in lower case", "or", word("or")},
		{"tag", "tag:vip", tag("vip")},
		{"key in capitals", "TAG:VIP", tag("VIP")},
		{"tag with a colon", "tag:city:lugo", tag("city:lugo")},
		{"tag quoted", `tag:"old friends"`, tag("old friends")},
		{"language", "lang:ES", audience.Language{Code: "es"}},
		{"language with region", "lang:pt_BR", audience.Language{Code: "pt-br"}},
		{"country", "country:es", audience.Country{Code: "ES"}},
		{"consent", "consent:given", audience.Consent{State: audience.ConsentGiven}},
		{"consent in capitals", "Consent:Given", audience.Consent{State: audience.ConsentGiven}},
		{"saved", "saved:yes", audience.Saved{Grade: audience.SavedYes}},
		{"saved grade", "saved:seen_by_staff", audience.Saved{Grade: audience.SavedSeenByStaff}},
		{"sendable", "sendable:yes", audience.Sendable{Want: true}},
		{"not sendable", "sendable:no", audience.Sendable{Want: false}},
		{"platform", "platform:stopped", audience.Platform{State: audience.PlatformStopped}},
		{"added", "added:<30d", audience.Added{Age: audience.Age{Count: 30, Unit: audience.Days}}},
		{"last", "last:>2W", audience.Last{Age: audience.Age{Older: true, Count: 2, Unit: audience.Weeks}}},
		{"last never", "last:never", audience.LastNever{}},
		{"field", `field.city:"San Juan"`, audience.Field{Name: "city", Value: "San Juan"}},
		{"field in capitals", "Field.City:Lugo", audience.Field{Name: "city", Value: "Lugo"}},
		{"field with accents", "field.población:Lugo", audience.Field{Name: "población", Value: "Lugo"}},
		{"field without value", `field.city:""`, audience.Field{Name: "city"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := audience.Parse(tt.text)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Parse(%q) = %#v, %v; want %#v", tt.text, got, err, tt.want)
			}
		})
	}
}

func TestParseBindsOrTighterThanStandingSideBySide(t *testing.T) {
	t.Parallel()
	a, b, c, d := tag("a"), tag("b"), word("c"), word("d")
	tests := []struct {
		name, text string
		want       audience.Expr
	}{
		{"side by side", "tag:a tag:b", and(a, b)},
		{"or", "tag:a OR tag:b", or(a, b)},
		{"or then and", "tag:a OR tag:b c", and(or(a, b), c)},
		{"and then or", "c tag:a OR tag:b", and(c, or(a, b))},
		{"two ors", "tag:a OR tag:b c OR d", and(or(a, b), or(c, d))},
		{"chain", "tag:a OR tag:b OR c", or(a, b, c)},
		{"not binds tightest", "-tag:a OR tag:b", or(not(a), b)},
		{"parentheses", "(tag:a c) OR tag:b", or(and(a, c), b)},
		{"parentheses against words", "tag:a(tag:b)c", and(a, b, c)},
		{"needless parentheses", "((tag:a) (tag:b (c)))", and(a, b, c)},
		{"needless parentheses in or", "tag:a OR (tag:b OR c)", or(a, b, c)},
		{"not of parentheses", "-(tag:a tag:b)", not(and(a, b))},
		{"not of not", "--tag:a", not(not(a))},
		{"typed phone number", "(604) 555-0100", and(word("604"), word("555-0100"))},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := audience.Parse(tt.text)
			if err != nil || !reflect.DeepEqual(got, tt.want) {
				t.Errorf("Parse(%q) = %#v, %v; want %#v", tt.text, got, err, tt.want)
			}
		})
	}
}
