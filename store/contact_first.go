package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"pregon/store/audience"
)

const (
	// glance is how many contacts in the order of names are looked through for
	// the first page of a list; what many have is found within it.
	glance = 5_000
	// few is up to how many contacts the index may name to be looked through
	// one by one.
	few = 5_000

	countGrams = `SELECT count(*) FROM (SELECT 1 FROM contacts_grams WHERE contacts_grams MATCH ? LIMIT ?)`
	glanceSQL  = `FROM (SELECT id, folded, phone, language, country, fields, added_at FROM contacts`
	listGrams  = `SELECT term, doc FROM contacts_gram_list WHERE term >= ? AND term < ? LIMIT ?`
)

// FirstContactIDs returns the beginning of ContactList by name, at most n, at
// once among millions: it is what is shown while the whole list is under way.
// It may hold fewer than there are, and where many contacts fit it may leave
// out one who stands far apart from the others; it never holds one who does
// not fit. Refuses with *audience.SyntaxError.
func (s *Store) FirstContactIDs(ctx context.Context, query string, n int) ([]ContactID, error) {
	tree, err := s.audience(ctx, query)
	if err != nil {
		return nil, err
	}
	rare, err := s.rareLong(ctx, tree)
	if err != nil {
		return nil, err
	}
	if rare.sql != "" {
		return s.beginningOf(ctx, s.byName(tree, rare), n)
	}
	// What many have is found at once among the first names; only then is the index asked for what begins with a sign
	// or two, which takes it longer the more there is of it.
	glances := s.glances(tree)
	page, err := s.beginningOf(ctx, glances[:1], n)
	if err != nil || len(page) == n {
		return page, err
	}
	if rare, err = s.rareShort(ctx, tree); err != nil {
		return nil, err
	}
	if rare.sql != "" {
		return s.beginningOf(ctx, s.byName(tree, rare), n)
	}
	rest, err := s.beginningOf(ctx, glances[1:], n-len(page))
	return append(page, rest...), err
}

func (s *Store) beginningOf(ctx context.Context, statements []condition, n int) ([]ContactID, error) {
	list, err := s.collect(ctx, statements, n)
	if err != nil {
		return nil, err
	}
	return list.All(), nil
}

// glances are the statements that look for a first page among the first in the order of names.
func (f *file) glances(tree audience.Expr) []condition {
	prefix := beginning(tree)
	if prefix == "" {
		return []condition{f.glance(tree, "")}
	}
	return []condition{
		f.glance(tree, " WHERE folded >= ? AND folded < ?", prefix, after(prefix)),
		f.glance(tree, " WHERE folded < ?", prefix),
		f.glance(tree, " WHERE folded >= ?", after(prefix)),
	}
}

// glance looks through the first in the order of names.
func (f *file) glance(tree audience.Expr, within string, bounds ...any) condition {
	sql, args := f.selecting("c.id", tree, condition{})
	sql = strings.Replace(sql, "FROM contacts c", glanceSQL+within+" ORDER BY folded, phone, id LIMIT ?) c", 1)
	return condition{sql + nameOrder, slices.Concat(bounds, []any{glance}, args)}
}

// rare is a condition that few contacts meet and the index answers, for one of
// the words that must all hold; empty where there is none.
func (s *Store) rare(ctx context.Context, tree audience.Expr) (condition, error) {
	rare, err := s.rareLong(ctx, tree)
	if err != nil || rare.sql != "" {
		return rare, err
	}
	return s.rareShort(ctx, tree)
}

// rareLong looks at the words that are a gram or longer.
func (s *Store) rareLong(ctx context.Context, tree audience.Expr) (condition, error) {
	for _, word := range allWords(tree) {
		match, long := longMatch(word)
		if !long {
			continue
		}
		var found int
		if err := s.scan(ctx, countGrams, []any{match, few + 1}, &found); err != nil {
			return condition{}, fmt.Errorf("look into the index: %w", err)
		}
		if found <= few {
			return condition{inGrams, []any{match}}, nil
		}
	}
	return condition{}, nil
}

// rareShort looks at the words that are shorter than a gram.
func (s *Store) rareShort(ctx context.Context, tree audience.Expr) (condition, error) {
	for _, word := range allWords(tree) {
		if _, long := longMatch(word); long {
			continue
		}
		match, err := s.shortMatch(ctx, word)
		if err != nil {
			return condition{}, err
		}
		if match != "" {
			return condition{inGrams, []any{match}}, nil
		}
	}
	return condition{}, nil
}

// allWords are the words of a query that must all hold.
func allWords(tree audience.Expr) []string {
	terms := []audience.Expr{tree}
	if and, ok := tree.(audience.And); ok {
		terms = and.Terms
	}
	var words []string
	for _, term := range terms {
		if word, ok := term.(audience.Word); ok {
			words = append(words, word.Text)
		}
	}
	return words
}

// spellings are a word as name and as number, each once.
func spellings(word string) []string {
	texts := []string{Fold(word), digitsOf(word)}
	if texts[0] == texts[1] {
		texts = texts[:1]
	}
	return slices.DeleteFunc(texts, func(text string) bool { return text == "" })
}

// longMatch is the search of the index for all who may contain a word, as name or number; false where a spelling of it
// is shorter than a gram.
func longMatch(word string) (match string, long bool) {
	var either []string
	for _, text := range spellings(word) {
		match, indexed := grams(text)
		if !indexed {
			return "", false
		}
		either = append(either, "("+match+")")
	}
	return strings.Join(either, " OR "), len(either) > 0
}

// shortMatch is longMatch for a word with a spelling that is shorter than a gram; "" where more than few may have it.
func (s *Store) shortMatch(ctx context.Context, word string) (string, error) {
	var either []string
	for _, text := range spellings(word) {
		match, indexed := grams(text)
		if !indexed {
			var err error
			if match, err = s.beginningWith(ctx, text); err != nil || match == "" {
				return "", err
			}
		}
		either = append(either, "("+match+")")
	}
	return strings.Join(either, " OR "), nil
}

// noGram is in no name and no number.
const noGram = "\"\x01\x01\x01\""

// errMany ends the reading of the list of grams.
var errMany = errors.New("more than few have it")

// beginningWith joins the grams that begin with what is shorter than a gram; "" where more than few contacts have one.
func (s *Store) beginningWith(ctx context.Context, text string) (string, error) {
	const most = 64
	var terms []string
	have := 0
	err := s.each(ctx, listGrams, []any{text, text + string(utf8.MaxRune), most + 1}, func(scan func(...any) error) error {
		var term string
		var contacts int
		if err := scan(&term, &contacts); err != nil {
			return err
		}
		terms = append(terms, quoted(term))
		if have += contacts; have > few || len(terms) > most {
			return errMany
		}
		return nil
	})
	switch {
	case errors.Is(err, errMany):
		return "", nil
	case err != nil:
		return "", fmt.Errorf("look into the index: %w", err)
	case len(terms) == 0:
		return noGram, nil
	}
	return strings.Join(terms, " OR "), nil
}
