package audience

import "fmt"

// Code says what is wrong with a query, for a screen that puts it in words.
type Code uint8

// The codes.
const (
	// CodeUnknownKey: the word before the colon is no key; Word is that word.
	CodeUnknownKey Code = iota + 1
	// CodeMissingValue: nothing follows the key or stands in the quotes; Word is the key.
	CodeMissingValue
	// CodeBadValue: the key does not allow the value; Word is the value, Want what it
	// allows where that is a closed set.
	CodeBadValue
	// CodeBadAge: the value is no age such as <30d or >90d; Word is the value.
	CodeBadAge
	// CodeMissingTerm: OR, a minus or a pair of parentheses has nothing to work on.
	CodeMissingTerm
	// CodeOpenQuote: a quote is not closed.
	CodeOpenQuote
	// CodeAfterQuote: something stands against a closing quote; Word is that.
	CodeAfterQuote
	// CodeOpenParenthesis: a parenthesis is not closed.
	CodeOpenParenthesis
	// CodeExtraParenthesis: a parenthesis closes nothing.
	CodeExtraParenthesis
	// CodeBadText: the query holds bytes that are no text, or control characters.
	CodeBadText
	// CodeTooLong: the query has more than [MaxLength] bytes.
	CodeTooLong
	// CodeTooDeep: parentheses or minus signs are nested too deeply.
	CodeTooDeep
	// CodeNoAudience: no audience is saved under the name; Word is the name, Want are
	// the names there are where they are known.
	CodeNoAudience
	// CodeNested: a saved audience names a saved audience.
	CodeNested
)

// names are the codes as words, for tables of sentences.
var names = [...]string{
	CodeUnknownKey: "unknown_key", CodeMissingValue: "missing_value", CodeBadValue: "bad_value", CodeBadAge: "bad_age",
	CodeMissingTerm: "missing_term", CodeOpenQuote: "open_quote", CodeAfterQuote: "after_quote",
	CodeOpenParenthesis: "open_parenthesis", CodeExtraParenthesis: "extra_parenthesis", CodeBadText: "bad_text",
	CodeTooLong: "too_long", CodeTooDeep: "too_deep", CodeNoAudience: "no_audience", CodeNested: "nested",
}

// String is the code as a word: "unknown_key".
func (c Code) String() string {
	if int(c) < len(names) {
		return names[c]
	}
	return ""
}

// MaxLength is the longest query, in bytes.
const MaxLength = 4096

// maxDepth keeps the tree shallow enough for the parser of SQLite as well.
const maxDepth = 32

// SyntaxError is the error of [Parse]. Pos and End are byte offsets into the query,
// Pos <= End <= its length; they are equal where something is missing.
type SyntaxError struct {
	Pos, End int
	Code     Code
	Word     string   // the word at fault, as typed; may be empty
	Want     []string // what would be allowed there, where it is a closed set
}

// Error is for logs and developers; screens go by Code.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("audience query is wrong at %d to %d (code %d, %.40q)", e.Pos, e.End, e.Code, e.Word)
}
