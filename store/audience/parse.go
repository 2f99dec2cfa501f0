package audience

// Parse reads a query. The text is taken as typed: blanks around it do not matter,
// and nothing but blanks is [All]. The error is a *[SyntaxError].
func Parse(text string) (Expr, error) {
	return read(&parser{scanner: scanner{text: text}})
}

// read is Parse without the interface around a nil *SyntaxError.
func read(p *parser) (Expr, error) {
	e, err := p.whole()
	if err != nil {
		return nil, err
	}
	return e, nil
}

// whole reads a query to the end of its text.
func (p *parser) whole() (Expr, *SyntaxError) {
	if err := checkText(p.text); err != nil {
		return nil, err
	}
	e, err := p.query()
	if err != nil {
		return nil, err
	}
	if p.pos < len(p.text) {
		return nil, &SyntaxError{Pos: p.pos, End: p.pos + 1, Code: CodeExtraParenthesis, Word: ")"}
	}
	return e, nil
}

// parser is a recursive descent over the grammar of the package comment, one method
// a rule. Each starts and ends at a sign that is not a blank, or at the end.
type parser struct {
	scanner
	depth int
	saved Lookup // nil leaves the names of saved audiences in the tree
	alone bool   // refuses them
	spelt int    // bytes of the saved audiences so far
}

// query reads clauses up to the end or a closing parenthesis.
func (p *parser) query() (Expr, *SyntaxError) {
	var clauses []Expr
	for {
		p.skipBlanks()
		if p.pos >= len(p.text) || p.peek() == ')' {
			return and(clauses), nil
		}
		clause, err := p.clause()
		if err != nil {
			return nil, err
		}
		clauses = append(clauses, clause)
	}
}

// clause reads terms with OR between them.
func (p *parser) clause() (Expr, *SyntaxError) {
	var terms []Expr
	for {
		term, err := p.term()
		if err != nil {
			return nil, err
		}
		terms = append(terms, term)
		p.skipBlanks()
		if !p.takeOr() {
			return or(terms), nil
		}
		p.skipBlanks()
	}
}

// term reads a negation, a query in parentheses, or one condition.
func (p *parser) term() (Expr, *SyntaxError) {
	start := p.pos
	switch {
	case p.pos >= len(p.text), p.peek() == ')':
		return nil, &SyntaxError{Pos: start, End: start, Code: CodeMissingTerm}
	case p.takeOr():
		return nil, &SyntaxError{Pos: start, End: p.pos, Code: CodeMissingTerm, Word: "OR"}
	case p.peek() == '-', p.peek() == '(':
		return p.nested()
	}
	return p.condition()
}

// nested reads what may hold terms in turn, down to maxDepth.
func (p *parser) nested() (Expr, *SyntaxError) {
	start := p.pos
	if p.depth++; p.depth > maxDepth {
		return nil, &SyntaxError{Pos: start, End: len(p.text), Code: CodeTooDeep}
	}
	defer func() { p.depth-- }()
	if p.take('-') {
		if p.pos >= len(p.text) || (endsWord(p.peek()) && p.peek() != '(') {
			return nil, &SyntaxError{Pos: start, End: p.pos, Code: CodeMissingTerm, Word: "-"}
		}
		term, err := p.term()
		if err != nil {
			return nil, err
		}
		return Not{Term: term}, nil
	}
	p.take('(')
	inner, err := p.query()
	if err != nil {
		return nil, err
	}
	if !p.take(')') {
		return nil, &SyntaxError{Pos: start, End: start + 1, Code: CodeOpenParenthesis, Word: "("}
	}
	if _, empty := inner.(All); empty {
		return nil, &SyntaxError{Pos: start, End: p.pos, Code: CodeMissingTerm, Word: p.text[start:p.pos]}
	}
	return inner, nil
}

// and joins clauses; queries in parentheses dissolve into the one around them.
func and(clauses []Expr) Expr {
	var flat []Expr
	for _, c := range clauses {
		if inner, ok := c.(And); ok {
			flat = append(flat, inner.Terms...)
			continue
		}
		flat = append(flat, c)
	}
	switch len(flat) {
	case 0:
		return All{}
	case 1:
		return flat[0]
	}
	return And{Terms: flat}
}

// or joins terms the way and joins clauses.
func or(terms []Expr) Expr {
	var flat []Expr
	for _, t := range terms {
		if inner, ok := t.(Or); ok {
			flat = append(flat, inner.Terms...)
			continue
		}
		flat = append(flat, t)
	}
	if len(flat) == 1 {
		return flat[0]
	}
	return Or{Terms: flat}
}
