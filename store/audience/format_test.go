package audience_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pregon/store/audience"
)

func TestStringIsTheShortestWayToWriteIt(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"nothing", "  ", ""},
		{"blanks", "  ana   tag:vip ", "ana tag:vip"},
		{"quotes that are not needed", `"ana" tag:"vip"`, "ana tag:vip"},
		{"quotes that are needed", `"ana maria" "-x" "a:b"`, `"ana maria" "-x" "a:b"`},
		{"parentheses that are not needed", "((a) OR (b)) c", "a OR b c"},
		{"parentheses that are needed", "(a b) OR -(c OR d)", "(a b) OR -(c OR d)"},
		{"ages", "added:<07D last:>1y -last:NEVER", "added:<7d last:>1y -last:never"},
		{
			"every key", "lang:pt_br country:es consent:Given saved:No sendable:NO platform:OK field.a:b",
			"lang:pt-br country:ES consent:given saved:no sendable:no platform:ok field.a:b",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e, err := audience.Parse(tt.text)
			if err != nil || e.String() != tt.want {
				t.Errorf("Parse(%q) = %v, %v; want %q", tt.text, e, err, tt.want)
			}
		})
	}
}

func TestEveryTreeComesBackFromItsString(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := tree(3).Draw(t, "tree")
		got, err := audience.Parse(want.String())
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("Parse(%q) = %#v, %v; want %#v", want.String(), got, err, want)
		}
	})
}

// tree draws trees in the form that Parse makes: no And in an And, no Or in an Or.
func tree(depth int) *rapid.Generator[audience.Expr] {
	if depth == 0 {
		return leaf()
	}
	return rapid.OneOf(
		leaf(),
		rapid.Map(tree(depth-1), func(e audience.Expr) audience.Expr { return audience.Not{Term: e} }),
		rapid.Map(terms(depth, func(e audience.Expr) bool { _, same := e.(audience.And); return !same }),
			func(ts []audience.Expr) audience.Expr { return audience.And{Terms: ts} }),
		rapid.Map(terms(depth, func(e audience.Expr) bool { _, same := e.(audience.Or); return !same }),
			func(ts []audience.Expr) audience.Expr { return audience.Or{Terms: ts} }),
	)
}

func terms(depth int, allowed func(audience.Expr) bool) *rapid.Generator[[]audience.Expr] {
	return rapid.SliceOfN(tree(depth-1).Filter(allowed), 2, 4)
}

func leaf() *rapid.Generator[audience.Expr] {
	text := rapid.StringMatching(`[a-zñ"\\(): “”OR+-]{0,6}[a-zÑ][ a-z"\\-]{0,3}[a-z]`)
	age := rapid.Custom(func(t *rapid.T) audience.Age {
		return audience.Age{
			Older: rapid.Bool().Draw(t, "older"),
			Count: rapid.IntRange(0, 9999).Draw(t, "count"),
			Unit:  rapid.SampledFrom([]audience.Unit{'d', 'w', 'm', 'y'}).Draw(t, "unit"),
		}
	})
	grades := rapid.SampledFrom(audience.Values("saved"))
	return rapid.OneOf(
		rapid.Map(text, word),
		rapid.Map(rapid.SampledFrom([]string{"OR", "-", "or", `"`, `\`, "a:b", "-a"}), word),
		rapid.Map(rapid.StringMatching(`[a-z:"(]([a-z ]*[a-z])?`), tag),
		rapid.Map(text, func(s string) audience.Expr { return audience.Field{Name: "city", Value: s} }),
		rapid.Map(age, func(a audience.Age) audience.Expr { return audience.Added{Age: a} }),
		rapid.Map(age, func(a audience.Age) audience.Expr { return audience.Last{Age: a} }),
		rapid.Map(grades, func(s string) audience.Expr { return audience.Saved{Grade: audience.SavedGrade(s)} }),
		rapid.Map(rapid.Bool(), func(b bool) audience.Expr { return audience.Sendable{Want: b} }),
		rapid.SampledFrom([]audience.Expr{
			audience.LastNever{},
			audience.Field{Name: "city"},
			audience.Language{Code: "es-mx"},
			audience.Country{Code: "CA"},
			audience.Consent{State: audience.ConsentExpired},
			audience.Platform{State: audience.PlatformUnreachable},
		}),
	)
}

func TestAgeGoesBackByTheCalendar(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)
	tests := []struct {
		name string
		age  audience.Age
		want time.Time
	}{
		{"nothing", audience.Age{Unit: audience.Days}, now},
		{"days", audience.Age{Count: 30, Unit: audience.Days}, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)},
		{"weeks", audience.Age{Count: 2, Unit: audience.Weeks}, time.Date(2026, 3, 17, 12, 0, 0, 0, time.UTC)},
		{"months", audience.Age{Count: 3, Unit: audience.Months}, time.Date(2025, 12, 31, 12, 0, 0, 0, time.UTC)},
		{"years", audience.Age{Count: 9999, Unit: audience.Years}, time.Date(2026-9999, 3, 31, 12, 0, 0, 0, time.UTC)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.age.Since(now); !got.Equal(tt.want) {
				t.Errorf("Since = %v, want %v", got, tt.want)
			}
		})
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "ana", `tag:"old friends" OR -lang:es`, "(a b) OR -(c OR d)", "added:<30d last:>90d", "last:never",
		`field.city:"San Juan"`, `field.x:""`, "“a”", `"\"\\`, "--a", "((", "OR", "a:b", "\xff", "saved:yes)", "country:es",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := audience.Parse(text)
		if err != nil {
			var wrong *audience.SyntaxError
			if !errors.As(err, &wrong) || wrong.Code == 0 {
				t.Fatalf("Parse(%q) = %v, want a *SyntaxError", text, err)
			}
			if wrong.Pos < 0 || wrong.Pos > wrong.End || wrong.End > len(text) {
				t.Fatalf("Parse(%q) marks %d to %d", text, wrong.Pos, wrong.End)
			}
			return
		}
		again, err := audience.Parse(e.String())
		if err != nil && len(e.String()) <= audience.MaxLength || err == nil && !reflect.DeepEqual(again, e) {
			t.Fatalf("Parse(%q) = %#v; its string %q gives %#v, %v", text, e, e.String(), again, err)
		}
	})
}
