package audience_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pregon/store/audience"
)

// shelf looks up saved audiences by the name as written.
func shelf(saved map[string]string) audience.Lookup {
	return func(name string) (string, bool) {
		query, found := saved[name]
		return query, found
	}
}

// A name is worth what it stands for, wherever it stands.
func TestASavedAudienceIsItsConditionsInParentheses(t *testing.T) {
	t.Parallel()
	saved := shelf(map[string]string{
		"regulars": "tag:a tag:b", "either": "tag:a OR tag:b", "one": "tag:a", "not": "-tag:a", "Good customers": "-(tag:a OR tag:b)",
	})
	tests := []struct{ name, text, want string }{
		{"alone", "audience:regulars", "tag:a tag:b"},
		{"beside others", "ana audience:regulars tag:c", "ana (tag:a tag:b) tag:c"},
		{"an or beside others", "audience:either tag:c", "(tag:a OR tag:b) tag:c"},
		{"an and within an or", "tag:c OR audience:regulars", "tag:c OR (tag:a tag:b)"},
		{"negated", "-audience:either", "-(tag:a OR tag:b)"},
		{"a negation negated", "-audience:not", "--tag:a"},
		{"in parentheses", "(audience:one OR tag:c) audience:either", "(tag:a OR tag:c) (tag:a OR tag:b)"},
		{"a name in quotes", `audience:"Good customers"`, "-(tag:a OR tag:b)"},
		{"a key in capitals", "AUDIENCE:one", "tag:a"},
		{"twice", "audience:one OR -audience:one", "tag:a OR -tag:a"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := audience.Resolve(tt.text, saved)
			if want := parsed(t, tt.want); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("Resolve(%q) = %v, %v; want %v", tt.text, got, err, want)
			}
		})
	}
}

func TestANameThatCannotBeResolvedIsMarked(t *testing.T) {
	t.Parallel()
	saved := shelf(map[string]string{
		"loop": "audience:loop", "chain": "tag:a audience:one", "one": "tag:a", "broken": "tag:", "deep": strings.Repeat("(", 20) + "a" + strings.Repeat(")", 20),
		"long": strings.Repeat("a ", 2000),
	})
	tests := []struct {
		name, text, marked string
		code               audience.Code
	}{
		{"nobody saved it", "ana audience:regular", "audience:regular", audience.CodeNoAudience},
		{"nobody saved it, in quotes", `-audience:"no one" b`, `audience:"no one"`, audience.CodeNoAudience},
		{"no name", "audience:", "audience:", audience.CodeMissingValue},
		{"blanks for a name", `audience:"  "`, `audience:"  "`, audience.CodeMissingValue},
		{"comes back to itself", "tag:x audience:loop", "audience:loop", audience.CodeNested},
		{"asks for another", "audience:one audience:chain", "audience:chain", audience.CodeNested},
		{"was broken in the file", "audience:broken", "audience:broken", audience.CodeMissingValue},
		{"too deep where it stands", strings.Repeat("(", 20) + "audience:deep" + strings.Repeat(")", 20), "audience:deep", audience.CodeTooDeep},
		{"named until it is too long", "audience:long audience:long audience:long audience:long", "audience:long", audience.CodeTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := audience.Resolve(tt.text, saved)
			wrong, ok := errors.AsType[*audience.SyntaxError](err)
			if !ok || wrong.Code != tt.code || tt.text[wrong.Pos:wrong.End] != tt.marked {
				t.Errorf("Resolve(%q) = %+v, want code %s at %q", tt.text, err, tt.code, tt.marked)
			}
		})
	}
	if _, err := audience.Resolve("("+"audience:deep"+")", saved); err != nil {
		t.Errorf("20 deep in a query that has room for it: %v", err)
	}
}

func TestWhatIsSavedNamesNoSavedAudience(t *testing.T) {
	t.Parallel()
	for text, code := range map[string]audience.Code{
		"tag:vip -lang:es": 0, "": 0, "a audience:b": audience.CodeNested, "-(a OR audience:b)": audience.CodeNested, "tag:": audience.CodeMissingValue,
	} {
		e, err := audience.ParseSaved(text)
		wrong, _ := errors.AsType[*audience.SyntaxError](err)
		if (code == 0) != (err == nil) || err != nil && wrong.Code != code || err == nil && !reflect.DeepEqual(e, parsed(t, text)) {
			t.Errorf("ParseSaved(%q) = %v, %v; want code %s", text, e, err, code)
		}
	}
}

func TestParseLeavesNamesInTheTree(t *testing.T) {
	t.Parallel()
	got := parsed(t, `-audience:"Good ones" expires:<60D`)
	want := audience.And{Terms: []audience.Expr{
		audience.Not{Term: audience.Named{Name: "Good ones"}},
		audience.Expires{Age: audience.Age{Count: 60, Unit: audience.Days}},
	}}
	if !reflect.DeepEqual(got, want) || got.String() != `-audience:"Good ones" expires:<60d` {
		t.Errorf("got %#v, %s", got, got)
	}
}

func TestNamesAndTagsOfAQuery(t *testing.T) {
	t.Parallel()
	tests := []struct {
		query       string
		names, tags []string
	}{
		{"", nil, nil},
		{"ana lang:es", nil, nil},
		{`tag:VIP audience:a OR -(audience:"b c" -tag:"big spender")`, []string{"a", "b c"}, []string{"VIP", "big spender"}},
		{"--tag:x", nil, []string{"x"}},
		{"tag:x audience:", nil, nil}, // cannot be read
	}
	for _, tt := range tests {
		if got := audience.Names(tt.query); !slices.Equal(got, tt.names) {
			t.Errorf("Names(%q) = %q, want %q", tt.query, got, tt.names)
		}
		if got := audience.Tags(tt.query); !slices.Equal(got, tt.tags) {
			t.Errorf("Tags(%q) = %q, want %q", tt.query, got, tt.tags)
		}
	}
}

func FuzzResolve(f *testing.F) {
	for _, seed := range [][2]string{
		{"audience:x", "tag:a tag:b"},
		{"-audience:x OR a", "-a"},
		{`(audience:"x") audience:x`, "audience:x"},
		{"audience:x", ""},
		{"audience:x", "("},
		{`audience:"x`, "\xff"},
		{"AUDIENCE:x audience:", `"`},
		{"((((audience:x", "))))"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, saved string) {
		e, err := audience.Resolve(text, func(string) (string, bool) { return saved, true })
		if err != nil {
			wrong, ok := errors.AsType[*audience.SyntaxError](err)
			if !ok || wrong.Code == 0 || wrong.Pos < 0 || wrong.Pos > wrong.End || wrong.End > len(text) {
				t.Fatalf("Resolve(%q, %q) = %+v", text, saved, err)
			}
			return
		}
		if names := audience.Names(e.String()); len(names) > 0 {
			t.Fatalf("Resolve(%q, %q) still names %q", text, saved, names)
		}
	})
}
