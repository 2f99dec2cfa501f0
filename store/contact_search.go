package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"pregon/store/audience"
)

// gram is how many signs in a row the index of names and numbers knows.
const gram = 3

// asked is how many grams of a text the index is asked for. The last ones tell
// most: numbers begin alike.
const asked = 3

// grams is the search of the index for what contains text: its last grams, in
// any place. False for what is shorter than a gram.
func grams(text string) (match string, indexed bool) {
	signs := []rune(text)
	if len(signs) < gram {
		return "", false
	}
	var terms []string
	for end := len(signs); end >= gram && len(terms) < asked; end-- {
		terms = append(terms, quoted(string(signs[end-gram:end])))
	}
	return strings.Join(terms, " AND "), true
}

// oneGram is the search of the index for all who contain a word, and for nobody else: the word is a gram of Latin letters or
// of digits, and so is in the name or in the number, not across where they meet, and is folded alike everywhere. False for
// any other word, for which the index names more than contain it.
func oneGram(word string) (match string, exact bool) {
	texts := spellings(word)
	if len(texts) != 1 || len(texts[0]) != gram || strings.Trim(texts[0], "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return "", false
	}
	return quoted(texts[0]), true
}

func quoted(term string) string { return `"` + strings.ReplaceAll(term, `"`, `""`) + `"` }

const inGrams = `c.id IN (SELECT rowid FROM contacts_grams WHERE contacts_grams MATCH ?)`

// whereWord searches what the name or the number contains. A word of digits is
// a number, and may be written as people write numbers.
func whereWord(word string) condition {
	folded := Fold(word)
	if folded == "" {
		return condition{sql: "0"} // a lone accent is in no name, not in all
	}
	name := containing("c.folded", folded)
	digits := digitsOf(word)
	if digits == "" {
		return name
	}
	number := containing("c.phone", digits)
	return condition{"(" + name.sql + " OR " + number.sql + ")", append(name.args, number.args...)}
}

func containing(column, text string) condition {
	return condition{column + ` LIKE '%' || ? || '%' ESCAPE '\'`, []any{likeEscape(text)}}
}

// digitsOf are the digits of a word without letters, which is a number or a
// part of one as people write it; "" for any other.
func digitsOf(word string) string {
	if strings.ContainsFunc(word, unicode.IsLetter) {
		return ""
	}
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, word)
}

// beginning is the first word of a query that a name may begin with: such
// names come first. "" where the order is simply that of the names.
func beginning(tree audience.Expr) string {
	switch e := tree.(type) { //nolint:gochecksumtype // only words that all must hold
	case audience.Word:
		if digitsOf(e.Text) == "" {
			return Fold(e.Text)
		}
	case audience.And:
		for _, term := range e.Terms {
			if word := beginning(term); word != "" {
				return word
			}
		}
	}
	return ""
}

// after is the first text in the order of the file behind all that begin with prefix.
func after(prefix string) string { return prefix + string(utf8.MaxRune) }

const nameOrder = " ORDER BY c.folded, c.phone, c.id"

// byName are the statements that list a query's contacts by name, one after
// the other: those whose name begins with its first word come before the
// others. Both walk the index of names, so the first of them are there at once.
func (f *file) byName(tree audience.Expr, rare condition) []condition {
	sql, args := f.selecting("c.id", tree, rare)
	prefix := beginning(tree)
	if prefix == "" {
		return []condition{{sql + nameOrder, args}}
	}
	bounds := slices.Concat(args, []any{prefix, after(prefix)})
	return []condition{
		{sql + " AND c.folded >= ? AND c.folded < ?" + nameOrder, bounds},
		{sql + " AND NOT (c.folded >= ? AND c.folded < ?)" + nameOrder, bounds},
	}
}

// collect runs statements that select ids, until there are as many as wanted; 0 is all.
func (s *Store) collect(ctx context.Context, statements []condition, most int) (*IDs[ContactID], error) {
	list := &IDs[ContactID]{}
	for _, statement := range statements {
		left := max(0, most-list.Len())
		if most > 0 && left == 0 {
			break
		}
		if err := readIDs(ctx, s.file, list, statement, left); err != nil {
			return nil, fmt.Errorf("list the contacts: %w", err)
		}
	}
	return list, nil
}
