package audience

import "errors"

// Lookup returns the query that was saved under a name.
type Lookup func(name string) (query string, found bool)

// maxSpelt is how much text, in bytes, the saved audiences of one query may stand
// for: each may be as long as a query, and be named many times.
const maxSpelt = 3 * MaxLength

// Resolve reads a query like [Parse] and puts the conditions of saved audiences
// where they are named. A name that lookup does not find is a *[SyntaxError] at its
// place, with [CodeNoAudience].
func Resolve(text string, lookup Lookup) (Expr, error) {
	return read(&parser{scanner: scanner{text: text}, saved: lookup})
}

// ParseSaved reads a query that is to be saved: one that names no saved audience.
// Else the *[SyntaxError] has [CodeNested].
func ParseSaved(text string) (Expr, error) {
	return read(&parser{scanner: scanner{text: text}, alone: true})
}

// named reads the saved audience of a condition that started at start.
func (p *parser) named(name string, start int) (Expr, *SyntaxError) {
	wrong := &SyntaxError{Pos: start, End: p.pos, Word: name}
	if p.alone {
		wrong.Code = CodeNested
		return nil, wrong
	}
	if p.saved == nil {
		return Named{Name: name}, nil
	}
	query, found := p.saved(name)
	if !found {
		wrong.Code = CodeNoAudience
		return nil, wrong
	}
	if p.spelt += len(query); p.spelt > maxSpelt {
		wrong.Code = CodeTooLong
		return nil, wrong
	}
	// As deep as it stands here, so that the whole stays as shallow as any query.
	inner := parser{scanner: scanner{text: query}, depth: p.depth, alone: true}
	e, err := inner.whole()
	if err != nil {
		wrong.Code = err.Code
		return nil, wrong
	}
	return e, nil
}

// Names returns the saved audiences that a query names, as it writes them; none
// where it cannot be read.
func Names(query string) []string {
	var names []string
	_, err := Resolve(query, func(name string) (string, bool) {
		names = append(names, name)
		return "", true
	})
	if wrong := (*SyntaxError)(nil); errors.As(err, &wrong) {
		return nil
	}
	return names
}

// Tags returns the tags that a query names, as it writes them; none where it cannot
// be read.
func Tags(query string) []string {
	tree, err := Parse(query)
	if err != nil {
		return nil
	}
	var tags []string
	each(tree, func(e Expr) {
		if tag, ok := e.(Tag); ok {
			tags = append(tags, tag.Name)
		}
	})
	return tags
}

// each visits a tree from its root.
func each(e Expr, visit func(Expr)) {
	visit(e)
	switch e := e.(type) { //nolint:gochecksumtype // the nodes that hold others
	case And:
		for _, term := range e.Terms {
			each(term, visit)
		}
	case Or:
		for _, term := range e.Terms {
			each(term, visit)
		}
	case Not:
		each(e.Term, visit)
	}
}
