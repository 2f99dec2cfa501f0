package audience

import (
	"slices"
	"strings"
)

// Vocabulary is what a shop has that a query can name, the most used first.
type Vocabulary struct{ Tags, Fields, Saved []string }

// Completion says what may stand instead of the bytes From to To of a query. A key
// comes with its colon, a value in quotes where it needs them.
type Completion struct {
	From, To int
	Options  []string
}

// maxOptions is more than anybody reads.
const maxOptions = 50

// Complete returns what may follow at a cursor, a byte offset: keys where a word
// begins, tags and saved audiences that begin like the word, and the values of a key
// behind its colon. Nothing is offered for what is whole already.
func Complete(text string, cursor int, known Vocabulary) Completion {
	cursor = min(max(0, cursor), len(text))
	start, end := wordAt(text, cursor)
	typed := text[start:cursor]
	key, value, keyed := strings.Cut(typed, ":")
	c := Completion{From: start, To: end}
	switch {
	case strings.ContainsAny(key, straight+typographic):
		return c
	case keyed:
		c.From += len(key) + 1
		c.Options = beginning(known.values(strings.ToLower(key)), strings.TrimLeft(value, straight+typographic))
	default:
		c.Options = known.words(typed)
	}
	if slices.ContainsFunc(c.Options, func(option string) bool { return strings.EqualFold(option, text[c.From:c.To]) }) {
		c.Options = nil
	}
	c.Options = c.Options[:min(len(c.Options), maxOptions)]
	return c
}

// beginning returns the texts that begin with what was typed, in either case and
// with or without their quotes.
func beginning(texts []string, typed string) []string {
	typed = strings.ToLower(typed)
	return slices.DeleteFunc(slices.Clone(texts), func(text string) bool {
		return !strings.HasPrefix(strings.ToLower(strings.TrimLeft(text, straight)), typed)
	})
}

// words returns what a word can begin: keys, and where some of it is typed also the
// tags and saved audiences of that beginning.
func (v Vocabulary) words(typed string) []string {
	var keys []string
	for _, key := range Keys() {
		if key != fieldPrefix {
			keys = append(keys, key+":")
		}
	}
	fields := v.fields()
	if typed == "" {
		if len(fields) > 0 {
			keys = append(keys, fieldPrefix)
		}
		return keys
	}
	for _, field := range fields {
		keys = append(keys, fieldPrefix+field+":")
	}
	all := beginning(keys, typed)
	for _, tag := range beginning(v.Tags, typed) {
		all = append(all, Tag{Name: tag}.String())
	}
	for _, name := range beginning(v.Saved, typed) {
		all = append(all, Named{Name: name}.String())
	}
	return all
}

// fields are those whose names a query can write.
func (v Vocabulary) fields() []string {
	return slices.DeleteFunc(slices.Clone(v.Fields), func(name string) bool { return !fieldName.MatchString(name) })
}

// values returns what may follow a key, as a query writes it.
func (v Vocabulary) values(key string) []string {
	switch key {
	case "tag":
		return allQuoted(v.Tags)
	case namedKey:
		return allQuoted(v.Saved)
	case "added":
		return []string{"<7d", "<30d", ">30d", ">1y"}
	case "last":
		return []string{"<30d", ">30d", ">90d", never}
	case "expires":
		return []string{"<30d", "<60d", "<90d"}
	}
	return Values(key)
}

func allQuoted(texts []string) []string {
	all := make([]string, 0, len(texts))
	for _, text := range texts {
		all = append(all, quote(text))
	}
	return all
}

// wordAt returns where the word at the cursor begins and ends; the cursor twice
// where it stands at none.
func wordAt(text string, cursor int) (start, end int) {
	s := scanner{text: text}
	for {
		s.skipBlanks()
		for s.take('(') || s.take(')') || s.take('-') {
			s.skipBlanks()
		}
		if start = s.pos; start > cursor || start >= len(text) {
			return cursor, cursor
		}
		if !s.skipWord() && cursor <= s.pos {
			return start, cursor // an open quote takes in all that follows
		}
		if cursor <= s.pos {
			return start, s.pos
		}
	}
}

// skipWord moves behind a word, a quoted text or a key with its value; false where
// its quote is not closed.
func (s *scanner) skipWord() (closed bool) {
	if !s.atQuote() {
		word := s.upTo(endsWord)
		key, _, keyed := strings.Cut(word, ":")
		if !keyed {
			s.pos += len(word)
			return true
		}
		s.pos += len(key) + 1
		if !s.atQuote() {
			s.pos += len(s.upTo(endsWord))
			return true
		}
	}
	_, err := s.quoted()
	return err == nil || err.Code != CodeOpenQuote
}
