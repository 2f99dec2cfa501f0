package audience_test

import (
	"testing"

	"pgregory.net/rapid"

	"pregon/store/audience"
)

// holds answers a query of tags for a contact with some of them: the shortest reading
// of what the nodes mean, to hold the parser's precedence against.
func holds(e audience.Expr, tags map[string]bool) bool {
	switch e := e.(type) {
	case audience.Tag:
		return tags[e.Name]
	case audience.Not:
		return !holds(e.Term, tags)
	case audience.And:
		for _, term := range e.Terms {
			if !holds(term, tags) {
				return false
			}
		}
		return true
	case audience.Or:
		for _, term := range e.Terms {
			if holds(term, tags) {
				return true
			}
		}
		return false
	default:
		return true
	}
}

// failer is what testing.T and rapid.T have in common.
type failer interface {
	Fatalf(format string, args ...any)
}

func parsed(t failer, query string) audience.Expr {
	e, err := audience.Parse(query)
	if err != nil {
		t.Fatalf("Parse(%q): %v", query, err)
	}
	return e
}

// Writing a query in other, equal ways never changes whom it finds.
func TestEqualQueriesFindTheSamePeople(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, one, other string }{
		{"or before and", "tag:a OR tag:b tag:c", "(tag:a OR tag:b) tag:c"},
		{"and in any order", "tag:a tag:b OR tag:c", "tag:b OR tag:c tag:a"},
		{"negation of a word", "-tag:a tag:b", "tag:b -(tag:a)"},
		{"negation of an or", "-(tag:a OR tag:b)", "-tag:a -tag:b"},
		{"negation of an and", "-(tag:a tag:b)", "-tag:a OR -tag:b"},
		{"twice negated", "--tag:a", "tag:a"},
		{"negation before or", "-tag:a OR tag:b", "(-tag:a) OR tag:b"},
		{"spread", "tag:a OR tag:b tag:a OR tag:c", "tag:a OR (tag:b tag:c)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			one, other := parsed(t, tt.one), parsed(t, tt.other)
			for bits := range 8 {
				tags := map[string]bool{"a": bits&1 > 0, "b": bits&2 > 0, "c": bits&4 > 0}
				if holds(one, tags) != holds(other, tags) {
					t.Errorf("%q and %q differ for %v", tt.one, tt.other, tags)
				}
			}
		})
	}
}

// A query that another narrows finds nobody the other does not.
func TestStandingSideBySideNarrows(t *testing.T) {
	t.Parallel()
	query := rapid.StringMatching(`-?tag:[abc]( OR -?tag:[abc]){0,2}( -?tag:[abc]( OR -?tag:[abc]){0,2}){0,2}`)
	rapid.Check(t, func(t *rapid.T) {
		left, right := query.Draw(t, "left"), query.Draw(t, "right")
		both, one, other := parsed(t, left+" "+right), parsed(t, left), parsed(t, right)
		for bits := range 8 {
			tags := map[string]bool{"a": bits&1 > 0, "b": bits&2 > 0, "c": bits&4 > 0}
			if holds(both, tags) != (holds(one, tags) && holds(other, tags)) {
				t.Fatalf("%q beside %q is not both for %v", left, right, tags)
			}
		}
	})
}

func BenchmarkParse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := audience.Parse(`ana tag:vip OR tag:"old friends" -lang:es last:>90d field.city:"San Juan"`); err != nil {
			b.Fatal(err)
		}
	}
}
