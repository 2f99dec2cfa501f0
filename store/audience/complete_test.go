package audience_test

import (
	"slices"
	"strings"
	"testing"

	"pregon/store/audience"
)

func known() audience.Vocabulary {
	return audience.Vocabulary{
		Tags: []string{"vip", "vecinos", "big spender"}, Fields: []string{"city", "código", "bad name"},
		Saved: []string{"Regulars", "Good customers"},
	}
}

// In the tests | is the cursor.
func TestCompletionOffersWhatMayFollow(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want, replaced string }{
		{"nothing typed: keys", "|", "tag: lang: country: consent: saved: sendable: platform: added: last: expires: audience: field.", ""},
		{"behind a blank: keys", "ana |", "tag: lang: country: consent: saved: sendable: platform: added: last: expires: audience: field.", ""},
		{"a key begun", "ta|", "tag:", "ta"},
		{"a key begun in capitals", "TA|", "tag:", "TA"},
		{"two keys", "sa|", "saved:", "sa"},
		{"a key behind a minus", "-ta|", "tag:", "ta"},
		{"a key in a parenthesis", "(lang:es OR ta|", "tag:", "ta"},
		{"a tag by its own beginning", "vi|", "tag:vip", "vi"},
		{"a saved audience by its own beginning", "good|", `audience:"Good customers"`, "good"},
		{"a field", "fi|", "field.city: field.código:", "fi"},
		{"a field's name", "field.ci|", "field.city:", "field.ci"},
		{"all tags", "tag:|", `vip vecinos "big spender"`, ""},
		{"a tag", "tag:v|", "vip vecinos", "v"},
		{"a tag in quotes", `tag:"bi|`, `"big spender"`, `"bi`},
		{"a tag in quotes that are closed", `tag:"bi|" ana`, `"big spender"`, `"bi"`},
		{"an open quote keeps what stands behind the cursor", `tag:"bi| ana`, `"big spender"`, `"bi`},
		{"consent", "consent:|", "none asked given confirmed refused withdrawn expired", ""},
		{"consent begun", "consent:WI|", "withdrawn", "WI"},
		{"saved", "saved:s|", "says_saved seen_by_staff self_written", "s"},
		{"sendable", "-sendable:|", "yes no", ""},
		{"platform", "platform:s|", "stopped", "s"},
		{"saved audiences", "audience:|", `Regulars "Good customers"`, ""},
		{"a saved audience", "audience:r|", "Regulars", "r"},
		{"ages", "last:|", "<30d >30d >90d never", ""},
		{"ages before a sign", "expires:<|", "<30d <60d <90d", "<"},
		{"added", "added:>|", ">30d >1y", ">"},
		{"in the middle the whole word goes", "tag:v|xyz ana", "vip vecinos", "vxyz"},
		{"in the middle of a query", "ana tag:ve| lang:es", "vecinos", "ve"},
		{"a whole value: nothing", "tag:vip|", "", "vip"},
		{"a whole value in capitals: nothing", "consent:GIVEN|", "", "GIVEN"},
		{"a name: nothing", "ana|", "", "ana"},
		{"free values: nothing", "field.city:|", "", ""},
		{"an unknown key: nothing", "color:|", "", ""},
		{"a quoted word: nothing", `"ta|`, "", `"ta`},
		{"a quoted word with a colon: nothing", `"tag:v|`, "", `"tag:v`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before, after, _ := strings.Cut(tt.text, "|")
			got := audience.Complete(before+after, len(before), known())
			if options := strings.Join(got.Options, " "); options != tt.want {
				t.Errorf("offered %q, want %q", options, tt.want)
			}
			if replaced := (before + after)[got.From:got.To]; replaced != tt.replaced {
				t.Errorf("replaces %q, want %q", replaced, tt.replaced)
			}
		})
	}
}

func TestCompletionOfAShopThatHasNothingYet(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"tag:": 0, "audience:": 0, "field.": 0, "fie": 0, "": len(audience.Keys()) - 1, "consent:": 7} {
		if got := audience.Complete(text, len(text), audience.Vocabulary{}); len(got.Options) != want {
			t.Errorf("%q: offered %q, want %d", text, got.Options, want)
		}
	}
}

func TestCompletionLeavesTheVocabularyAsItIs(t *testing.T) {
	t.Parallel()
	v := known()
	for _, text := range []string{"tag:v", "audience:g", "fi", "vi"} {
		audience.Complete(text, len(text), v)
	}
	if want := known(); !slices.Equal(v.Tags, want.Tags) || !slices.Equal(v.Fields, want.Fields) || !slices.Equal(v.Saved, want.Saved) {
		t.Errorf("it is %q now", v)
	}
}

// Taking an option of a query that can be read leaves one that can be read, but for
// a key that still waits for its value.
func FuzzComplete(f *testing.F) {
	for _, seed := range []string{"", "ta", `tag:"bi`, "-(a OR ta", "consent:wi) b", "\xff", "a:b:c", "field.c", "“a tag:v", "---", "(((", `"a"b`} {
		f.Add(seed, len(seed))
	}
	f.Add("tag:v lang:es", 5)
	f.Add("ñandú tag:v", 1)
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		got := audience.Complete(text, cursor, known())
		if got.From < 0 || got.From > got.To || got.To > len(text) {
			t.Fatalf("%q at %d: replaces %d to %d", text, cursor, got.From, got.To)
		}
		if _, err := audience.Parse(text); err != nil {
			return
		}
		for _, option := range got.Options {
			whole := text[:got.From] + option + text[got.To:]
			if _, err := audience.Parse(whole); err != nil && !strings.HasSuffix(option, ":") && !strings.HasSuffix(option, ".") && len(whole) <= audience.MaxLength {
				t.Fatalf("%q at %d with %q: %v", text, cursor, option, err)
			}
		}
	})
}
