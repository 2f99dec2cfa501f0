package audience

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner walks over the text of a query. All places are byte offsets.
type scanner struct {
	text string
	pos  int
}

const (
	straight    = `"`
	typographic = "“”„"
)

// skipBlanks moves to the next sign that is not a blank.
func (s *scanner) skipBlanks() {
	s.pos += len(s.text[s.pos:]) - len(strings.TrimLeftFunc(s.text[s.pos:], unicode.IsSpace))
}

// peek returns the sign at the current place, or 0 at the end.
func (s *scanner) peek() rune {
	if s.pos >= len(s.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s.text[s.pos:])
	return r
}

// take moves past r where it stands at the current place.
func (s *scanner) take(r rune) bool {
	if s.pos >= len(s.text) || s.peek() != r {
		return false
	}
	s.pos += utf8.RuneLen(r)
	return true
}

// takeOr moves past the word OR where it stands alone at the current place.
func (s *scanner) takeOr() bool {
	if s.upTo(endsWord) != "OR" {
		return false
	}
	s.pos += len("OR")
	return true
}

func endsWord(r rune) bool { return unicode.IsSpace(r) || r == '(' || r == ')' }

// upTo returns the text from the current place to the first sign that ends says.
func (s *scanner) upTo(ends func(rune) bool) string {
	rest := s.text[s.pos:]
	if i := strings.IndexFunc(rest, ends); i >= 0 {
		return rest[:i]
	}
	return rest
}

// atQuote reports whether a quoted text starts at the current place.
func (s *scanner) atQuote() bool {
	return s.pos < len(s.text) && strings.ContainsRune(straight+typographic, s.peek())
}

// quoted reads a quoted text. A straight quote ends at a straight one, so that
// typographic ones may stand inside it; and the other way round.
func (s *scanner) quoted() (string, *SyntaxError) {
	start := s.pos
	closing := straight
	if s.peek() != '"' {
		closing = typographic
	}
	s.pos += utf8.RuneLen(s.peek())
	var b strings.Builder
	for s.pos < len(s.text) {
		r := s.peek()
		s.pos += utf8.RuneLen(r)
		switch {
		case strings.ContainsRune(closing, r):
			return b.String(), s.afterQuote()
		case r == '\\' && (s.peek() == '\\' || s.peek() == '"'):
			r = s.peek()
			s.pos++
		}
		b.WriteRune(r)
	}
	return "", &SyntaxError{Pos: start, End: len(s.text), Code: CodeOpenQuote, Word: s.text[start:]}
}

// afterQuote refuses a word that stands against a closing quote.
func (s *scanner) afterQuote() *SyntaxError {
	word := s.upTo(endsWord)
	if word == "" {
		return nil
	}
	return &SyntaxError{Pos: s.pos, End: s.pos + len(word), Code: CodeAfterQuote, Word: word}
}

// checkText refuses what is no text before anything is read from it.
func checkText(text string) *SyntaxError {
	if len(text) > MaxLength {
		return &SyntaxError{Pos: MaxLength, End: len(text), Code: CodeTooLong}
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		broken := r == utf8.RuneError && size == 1
		if broken || (unicode.IsControl(r) && !unicode.IsSpace(r)) {
			return &SyntaxError{Pos: i, End: i + size, Code: CodeBadText}
		}
		i += size
	}
	return nil
}
