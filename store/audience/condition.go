package audience

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	languageCode = regexp.MustCompile(`^[a-z]{2,3}(-[a-z0-9]{2,8})*$`)
	countryCode  = regexp.MustCompile(`^[A-Z]{2}$`)
	fieldName    = regexp.MustCompile(`^[\pL\pM\pN_-]+$`)
)

// condition reads a word or a key with its value.
func (p *parser) condition() (Expr, *SyntaxError) {
	start := p.pos
	if p.atQuote() {
		text, err := p.quoted()
		if err != nil {
			return nil, err
		}
		if strings.TrimSpace(text) == "" {
			return nil, &SyntaxError{Pos: start, End: p.pos, Code: CodeMissingValue}
		}
		return Word{Text: text}, nil
	}
	word := p.upTo(endsWord)
	key, _, found := strings.Cut(word, ":")
	if !found {
		p.pos += len(word)
		return Word{Text: word}, nil
	}
	p.pos += len(key) + 1
	return p.keyed(key, start)
}

// keyed reads the value of a key that started at start, and checks both.
func (p *parser) keyed(key string, start int) (Expr, *SyntaxError) {
	lower := strings.ToLower(key)
	build, known := conditionFor(lower)
	if !known {
		return nil, &SyntaxError{Pos: start, End: start + len(key), Code: CodeUnknownKey, Word: key, Want: Keys()}
	}
	from := p.pos
	value, quoted, err := p.value()
	if err != nil {
		return nil, err
	}
	mayBeEmpty := quoted && strings.HasPrefix(lower, fieldPrefix)
	if strings.TrimSpace(value) == "" && !mayBeEmpty {
		return nil, &SyntaxError{Pos: start, End: p.pos, Code: CodeMissingValue, Word: key, Want: Values(lower)}
	}
	if lower == namedKey {
		return p.named(strings.TrimSpace(value), start)
	}
	e, code := build(value)
	if code != 0 {
		return nil, &SyntaxError{Pos: from, End: p.pos, Code: code, Word: value, Want: Values(lower)}
	}
	return e, nil
}

// value reads a value, in quotes or up to the next blank or parenthesis.
func (p *parser) value() (value string, quoted bool, err *SyntaxError) {
	if p.atQuote() {
		value, err = p.quoted()
		return value, true, err
	}
	value = p.upTo(endsWord)
	p.pos += len(value)
	return value, false, nil
}

// conditionFor returns what makes a condition from the value of a key; that answers
// with a code where the value is not allowed.
func conditionFor(key string) (func(value string) (Expr, Code), bool) {
	switch key {
	case "tag":
		return func(v string) (Expr, Code) { return Tag{Name: strings.TrimSpace(v)}, 0 }, true
	case "lang":
		return language, true
	case "country":
		return country, true
	case "consent", "saved", "platform", "sendable":
		return closed(key), true
	case "added":
		return func(v string) (Expr, Code) { return aged(v, func(a Age) Expr { return Added{Age: a} }) }, true
	case "last":
		return last, true
	case "expires":
		return func(v string) (Expr, Code) { return aged(v, func(a Age) Expr { return Expires{Age: a} }) }, true
	case namedKey:
		return func(v string) (Expr, Code) { return Named{Name: v}, 0 }, true
	}
	if name, ok := strings.CutPrefix(key, fieldPrefix); ok && fieldName.MatchString(name) {
		return func(v string) (Expr, Code) { return Field{Name: name, Value: v}, 0 }, true
	}
	return nil, false
}

// closed makes the conditions whose values are a closed set.
func closed(key string) func(string) (Expr, Code) {
	return func(v string) (Expr, Code) {
		v = strings.ToLower(v)
		if !allowed(key, v) {
			return nil, CodeBadValue
		}
		switch key {
		case "consent":
			return Consent{State: ConsentState(v)}, 0
		case "saved":
			return Saved{Grade: SavedGrade(v)}, 0
		case "platform":
			return Platform{State: PlatformState(v)}, 0
		}
		return Sendable{Want: v == yes}, 0
	}
}

func language(v string) (Expr, Code) {
	code := strings.ToLower(strings.ReplaceAll(v, "_", "-"))
	if !languageCode.MatchString(code) {
		return nil, CodeBadValue
	}
	return Language{Code: code}, 0
}

func country(v string) (Expr, Code) {
	code := strings.ToUpper(v)
	if !countryCode.MatchString(code) {
		return nil, CodeBadValue
	}
	return Country{Code: code}, 0
}

func last(v string) (Expr, Code) {
	if strings.EqualFold(v, never) {
		return LastNever{}, 0
	}
	return aged(v, func(a Age) Expr { return Last{Age: a} })
}

func aged(v string, wrap func(Age) Expr) (Expr, Code) {
	age, ok := parseAge(v)
	if !ok {
		return nil, CodeBadAge
	}
	return wrap(age), 0
}

// needsNoQuotes reports whether text reads back as one bare word.
func needsNoQuotes(text string) bool {
	for i, r := range text {
		plain := unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || strings.ContainsRune("_+.@", r)
		if !plain && (r != '-' || i == 0) {
			return false
		}
	}
	return text != "" && text != "OR"
}
