package sandbox

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// form is a template with its variables found once, so that checking a send
// costs no parsing.
type form struct {
	Template
	named   bool
	header  *slot
	body    slot
	buttons []buttonSlot
	offer   *Offer
	cards   []form
}

// slot is one text with variables, or a medium.
type slot struct {
	format string // TEXT, IMAGE, …
	vars   []variable
	fixed  int // characters that are not variables
	limit  int // characters allowed when filled
}

type variable struct {
	name string
	uses int
}

type buttonSlot struct {
	kind string // upper case, as in the template
	slot
}

// Limits of filled texts in characters; cloudapi 3.3 gives those of the bare template.
const (
	maxHeader    = 60
	maxBody      = 1024
	maxOfferBody = 600
	maxCardBody  = 160
	maxURL       = 2000
)

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`)

func newForm(tpl Template) *form {
	f := &form{Template: tpl, named: strings.EqualFold(tpl.ParameterFormat, "NAMED")}
	f.fill(tpl.Components, maxBody)
	return f
}

func (f *form) fill(components []Component, bodyLimit int) {
	f.body.limit = bodyLimit
	for _, c := range components {
		switch strings.ToUpper(c.Type) {
		case "HEADER":
			header := newSlot(or(strings.ToUpper(c.Format), "TEXT"), c.Text, maxHeader)
			f.header = &header
		case "BODY":
			f.body = newSlot("TEXT", c.Text, f.body.limit)
		case "BUTTONS":
			for _, b := range c.Buttons {
				f.buttons = append(f.buttons, newButtonSlot(b))
			}
		case "LIMITED_TIME_OFFER":
			f.offer = c.Offer
			f.body.limit = maxOfferBody
		case "CAROUSEL":
			for _, card := range c.Cards {
				sub := form{named: f.named}
				sub.fill(card.Components, maxCardBody)
				f.cards = append(f.cards, sub)
			}
		}
	}
}

func newSlot(format, text string, limit int) slot {
	s := slot{format: format, limit: limit, fixed: utf8.RuneCountInString(text)}
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		s.fixed -= utf8.RuneCountInString(m[0])
		s.use(m[1])
	}
	// Values come in the order of the numbers, not of the text.
	slices.SortStableFunc(s.vars, func(a, b variable) int { return position(a) - position(b) })
	return s
}

func newButtonSlot(b Button) buttonSlot {
	return buttonSlot{strings.ToUpper(b.Type), newSlot("TEXT", b.URL, maxURL)}
}

func (s *slot) use(name string) {
	for i := range s.vars {
		if s.vars[i].name == name {
			s.vars[i].uses++
			return
		}
	}
	s.vars = append(s.vars, variable{name, 1})
}

// position is 0 for a named variable, which keeps its place in the text.
func position(v variable) int {
	n, err := strconv.Atoi(v.name)
	if err != nil {
		return 0
	}
	return n
}

func (s *slot) index(name string) int {
	for i, v := range s.vars {
		if v.name == name {
			return i
		}
	}
	return -1
}
