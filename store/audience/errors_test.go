package audience_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pregon/store/audience"
)

func TestParseMarksThePlaceOfAnError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		code       audience.Code
		marked     string // the bytes from Pos to End
		pos        int
	}{
		{"unknown key", "ana tags:vip", audience.CodeUnknownKey, "tags", 4},
		{"unknown key after accents", "añá tags:vip", audience.CodeUnknownKey, "tags", 6},
		{"field without a name", "field.:x", audience.CodeUnknownKey, "field.", 0},
		{"field with a bad name", "field.a/b:x", audience.CodeUnknownKey, "field.a/b", 0},
		{"address", "http://x", audience.CodeUnknownKey, "http", 0},
		{"key without value", "ana tag: bea", audience.CodeMissingValue, "tag:", 4},
		{"field without value", "field.city:", audience.CodeMissingValue, "field.city:", 0},
		{"empty quotes", `ana ""`, audience.CodeMissingValue, `""`, 4},
		{"quoted blanks", `tag:"  "`, audience.CodeMissingValue, `tag:"  "`, 0},
		{"bad consent", "consent:maybe", audience.CodeBadValue, "maybe", 8},
		{"bad saved", `saved:"sure"`, audience.CodeBadValue, `"sure"`, 6},
		{"bad sendable", "sendable:maybe", audience.CodeBadValue, "maybe", 9},
		{"bad platform", "platform:x", audience.CodeBadValue, "x", 9},
		{"bad language", "lang:spanish!", audience.CodeBadValue, "spanish!", 5},
		{"bad country", "country:Spain", audience.CodeBadValue, "Spain", 8},
		{"age without sign", "added:30d", audience.CodeBadAge, "30d", 6},
		{"age without unit", "last:>90", audience.CodeBadAge, ">90", 5},
		{"age of another unit", "last:>90h", audience.CodeBadAge, ">90h", 5},
		{"age of two signs", "last:>-9d", audience.CodeBadAge, ">-9d", 5},
		{"age beyond measure", "last:>99999d", audience.CodeBadAge, ">99999d", 5},
		{"OR first", "OR ana", audience.CodeMissingTerm, "OR", 0},
		{"OR last", "ana OR ", audience.CodeMissingTerm, "", 7},
		{"OR twice", "ana OR OR bea", audience.CodeMissingTerm, "OR", 7},
		{"OR before a parenthesis", "(ana OR ) bea", audience.CodeMissingTerm, "", 8},
		{"minus alone", "ana - bea", audience.CodeMissingTerm, "-", 4},
		{"minus last", "ana -", audience.CodeMissingTerm, "-", 4},
		{"minus before OR", "-OR", audience.CodeMissingTerm, "OR", 1},
		{"nothing in parentheses", "ana ( )", audience.CodeMissingTerm, "( )", 4},
		{"open quote", `ana tag:"vip bea`, audience.CodeOpenQuote, `"vip bea`, 8},
		{"word against a quote", `"ana"bea`, audience.CodeAfterQuote, "bea", 5},
		{"open parenthesis", "ana (bea", audience.CodeOpenParenthesis, "(", 4},
		{"extra parenthesis", "ana) bea", audience.CodeExtraParenthesis, ")", 3},
		{"no text", "ana \xff", audience.CodeBadText, "\xff", 4},
		{"control character", "ana\x1b[2J", audience.CodeBadText, "\x1b", 3},
		{"too deep", strings.Repeat("(", 100), audience.CodeTooDeep, strings.Repeat("(", 68), 32},
		{"too many signs", strings.Repeat("-", 100) + "a", audience.CodeTooDeep, strings.Repeat("-", 68) + "a", 32},
		{"too long", strings.Repeat("a", audience.MaxLength+1), audience.CodeTooLong, "a", audience.MaxLength},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := audience.Parse(tt.text)
			var wrong *audience.SyntaxError
			if !errors.As(err, &wrong) {
				t.Fatalf("Parse(%q) = %v, want a *SyntaxError", tt.text, err)
			}
			if wrong.Code != tt.code || wrong.Pos != tt.pos || tt.text[wrong.Pos:wrong.End] != tt.marked {
				t.Errorf("Parse(%q): code %d marks %q at %d; want code %d, %q at %d",
					tt.text, wrong.Code, tt.text[wrong.Pos:wrong.End], wrong.Pos, tt.code, tt.marked, tt.pos)
			}
		})
	}
}

func TestErrorsNameWhatWouldBeAllowed(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]string{
		"consent:x": "given", "saved:": "seen_by_staff", "platform:x": "unreachable", "sendable:x": "no", "x:y": "tag",
	} {
		_, err := audience.Parse(query)
		var wrong *audience.SyntaxError
		if !errors.As(err, &wrong) || !slices.Contains(wrong.Want, want) {
			t.Errorf("Parse(%q) = %#v, want %q among what is allowed", query, err, want)
		}
	}
}

func TestErrorTextHoldsNoRawSigns(t *testing.T) {
	t.Parallel()
	err := &audience.SyntaxError{Word: "\x1b[2J" + strings.Repeat("x", 4000)}
	if text := err.Error(); strings.Contains(text, "\x1b") || len(text) > 200 {
		t.Errorf("Error() = %q", text)
	}
}

// Every value that a key offers is one that it takes.
func TestEveryOfferedValueParses(t *testing.T) {
	t.Parallel()
	offered := 0
	for _, key := range audience.Keys() {
		for _, value := range audience.Values(key) {
			offered++
			if _, err := audience.Parse(key + ":" + value); err != nil {
				t.Errorf("Parse(%s:%s): %v", key, value, err)
			}
		}
	}
	if offered != 7+8+3+2 {
		t.Errorf("%d values offered", offered)
	}
}
