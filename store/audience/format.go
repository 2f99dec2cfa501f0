package audience

import "strings"

// String returns "".
func (All) String() string { return "" }

// String returns the terms side by side.
func (e And) String() string { return joined(e.Terms, " ") }

// String returns the terms with OR between them.
func (e Or) String() string { return joined(e.Terms, " OR ") }

// String returns the term with a minus before it.
func (e Not) String() string {
	switch e.Term.(type) {
	case And, Or:
		return "-(" + e.Term.String() + ")"
	default:
		return "-" + e.Term.String()
	}
}

// String returns the word, quoted where it must be.
func (e Word) String() string { return quote(e.Text) }

func (e Tag) String() string      { return "tag:" + quote(e.Name) }
func (e Language) String() string { return "lang:" + e.Code }
func (e Country) String() string  { return "country:" + e.Code }
func (e Consent) String() string  { return "consent:" + string(e.State) }
func (e Saved) String() string    { return "saved:" + string(e.Grade) }
func (e Platform) String() string { return "platform:" + string(e.State) }
func (e Added) String() string    { return "added:" + e.Age.String() }
func (e Last) String() string     { return "last:" + e.Age.String() }
func (LastNever) String() string  { return "last:" + never }
func (e Expires) String() string  { return "expires:" + e.Age.String() }
func (e Named) String() string    { return namedKey + ":" + quote(e.Name) }
func (e Field) String() string    { return fieldPrefix + e.Name + ":" + quote(e.Value) }

func (e Sendable) String() string {
	if e.Want {
		return "sendable:" + yes
	}
	return "sendable:" + no
}

// joined writes terms with a separator. An And inside an Or is the one place where
// the grammar needs parentheses.
func joined(terms []Expr, separator string) string {
	parts := make([]string, 0, len(terms))
	for _, t := range terms {
		text := t.String()
		if _, both := t.(And); both {
			text = "(" + text + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, separator)
}

// quote writes a text so that it reads back as one word or value.
func quote(text string) string {
	if needsNoQuotes(text) {
		return text
	}
	escaped := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text)
	return `"` + escaped + `"`
}
