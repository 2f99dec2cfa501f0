package audience_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pregon/store/audience"
)

// An error is underlined where it stands, whatever stands around it.
func TestTheSameErrorIsMarkedWhereverItStands(t *testing.T) {
	t.Parallel()
	errorsOf := []struct {
		text, marked string
		code         audience.Code
	}{
		{"tags:vip", "tags", audience.CodeUnknownKey},
		{"consent:maybe", "maybe", audience.CodeBadValue},
		{"country:Spain", "Spain", audience.CodeBadValue},
		{"last:>90h", ">90h", audience.CodeBadAge},
		{"expires:30d", "30d", audience.CodeBadAge},
		{`saved:"s u r e"`, `"s u r e"`, audience.CodeBadValue},
	}
	for _, around := range [][2]string{
		{"", ""}, {"ana ", " bea"}, {"ñandú 🥖 ", ""}, {"-", ""}, {"(", ")"}, {"tag:vip OR ", " OR tag:b"}, {"(ana -(tag:a OR ", ") bea)"}, {"\t\n", "\n"},
	} {
		for _, wrong := range errorsOf {
			text := around[0] + wrong.text + around[1]
			_, err := audience.Parse(text)
			got, ok := errors.AsType[*audience.SyntaxError](err)
			if !ok || got.Code != wrong.code || text[got.Pos:got.End] != wrong.marked || got.Pos < len(around[0]) {
				t.Errorf("Parse(%q) = %+v, want %s at %q", text, err, wrong.code, wrong.marked)
			}
		}
	}
}

func TestOfTwoErrorsTheFirstIsTold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"tags:vip color:red": "tags", "consent:maybe tags:vip": "maybe", `tags:vip "open`: "tags", "(color:red": "color", "added:30d ) b": "30d",
	} {
		_, err := audience.Parse(text)
		got, ok := errors.AsType[*audience.SyntaxError](err)
		if !ok || text[got.Pos:got.End] != want {
			t.Errorf("Parse(%q) = %+v, want %q marked", text, err, want)
		}
	}
}

func TestBoundsOfAQueryAreExact(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text string
		code audience.Code
	}{
		"as long as it may be":      {strings.Repeat("a", audience.MaxLength), 0},
		"a byte longer":             {strings.Repeat("a", audience.MaxLength+1), audience.CodeTooLong},
		"as deep as it may be":      {strings.Repeat("(", 31) + "a" + strings.Repeat(")", 31), 0},
		"too deep":                  {strings.Repeat("(", 33) + "a" + strings.Repeat(")", 33), audience.CodeTooDeep},
		"the longest age":           {"last:>9999d", 0},
		"a day more":                {"last:>10000d", audience.CodeBadAge},
		"no time at all":            {"last:<0d", 0},
		"an age of no number":       {"last:<d", audience.CodeBadAge},
		"an age with a plus":        {"last:<+9d", audience.CodeBadAge},
		"an age with a blank":       {`last:"< 9d"`, audience.CodeBadAge},
		"a language of one letter":  {"lang:e", audience.CodeBadValue},
		"a language of four":        {"lang:span", audience.CodeBadValue},
		"a language of three":       {"lang:spa", 0},
		"a language and its script": {"lang:zh-Hant-TW", 0},
		"a country of three":        {"country:ESP", audience.CodeBadValue},
		"a country of digits":       {"country:34", audience.CodeBadValue},
		"a field with a dot":        {"field.a.b:x", audience.CodeUnknownKey},
		"a field of digits":         {"field.2024:x", 0},
	} {
		_, err := audience.Parse(tt.text)
		got, _ := errors.AsType[*audience.SyntaxError](err)
		if (err == nil) != (tt.code == 0) || got != nil && got.Code != tt.code {
			t.Errorf("%s: %v, want code %s", name, err, tt.code)
		}
	}
}

func TestEveryCodeOfAQueryHasItsOwnWord(t *testing.T) {
	t.Parallel()
	seen := map[string]audience.Code{}
	for code := audience.CodeUnknownKey; code <= audience.CodeNested; code++ {
		word := code.String()
		if other, twice := seen[word]; word == "" || twice {
			t.Errorf("code %d has the word %q of code %d", code, word, other)
		}
		seen[word] = code
	}
	if got := (audience.CodeNested + 1).String() + audience.Code(0).String(); got != "" {
		t.Errorf("codes that are none have the words %q", got)
	}
}

func TestAnAgeLooksAsFarAheadAsItLooksBack(t *testing.T) {
	t.Parallel()
	vancouver, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, time.October, 30, 9, 0, 0, 0, vancouver) // two days before the clocks change
	tests := []struct {
		age          audience.Age
		since, until time.Time
	}{
		{audience.Age{Count: 3, Unit: audience.Days}, now.AddDate(0, 0, -3), time.Date(2026, time.November, 2, 9, 0, 0, 0, vancouver)},
		{audience.Age{Count: 1, Unit: audience.Weeks}, now.AddDate(0, 0, -7), time.Date(2026, time.November, 6, 9, 0, 0, 0, vancouver)},
		{audience.Age{Count: 4, Unit: audience.Months}, time.Date(2026, time.June, 30, 9, 0, 0, 0, vancouver), time.Date(2027, time.March, 2, 9, 0, 0, 0, vancouver)},
		{audience.Age{Count: 2, Unit: audience.Years}, time.Date(2024, time.October, 30, 9, 0, 0, 0, vancouver), time.Date(2028, time.October, 30, 9, 0, 0, 0, vancouver)},
		{audience.Age{Count: 9, Unit: 'h'}, now, now},
	}
	for _, tt := range tests {
		if got := tt.age.Since(now); !got.Equal(tt.since) {
			t.Errorf("%s: Since = %v, want %v", tt.age, got, tt.since)
		}
		if got := tt.age.Until(now); !got.Equal(tt.until) {
			t.Errorf("%s: Until = %v, want %v", tt.age, got, tt.until)
		}
	}
}

func TestACursorOutsideOfTheQueryIsTakenForItsEnd(t *testing.T) {
	t.Parallel()
	const text = "tag:vi"
	for _, cursor := range []int{len(text), len(text) + 1, 1 << 30} {
		got := audience.Complete(text, cursor, audience.Vocabulary{Tags: []string{"vip"}})
		if len(got.Options) != 1 || got.Options[0] != "vip" || text[got.From:got.To] != "vi" {
			t.Errorf("at %d: %+v", cursor, got)
		}
	}
	if got := audience.Complete(text, -1, audience.Vocabulary{}); got.From != 0 || len(got.Options) == 0 {
		t.Errorf("before its beginning: %+v", got)
	}
}

func TestNobodyIsOfferedMoreThanCanBeRead(t *testing.T) {
	t.Parallel()
	var v audience.Vocabulary
	for n := range 200 {
		v.Tags = append(v.Tags, "tag"+strings.Repeat("x", n))
	}
	got := audience.Complete("tag:", 4, v)
	if len(got.Options) != 50 || got.Options[0] != "tag" {
		t.Errorf("%d are offered, the first %q", len(got.Options), got.Options[0])
	}
}
