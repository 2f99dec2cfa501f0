// Package shelf is the choice of a template for a draft.
package shelf

import (
	"slices"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/rows"
)

// Shelf is the list of templates with the chosen one.
type Shelf struct {
	env            *view.Env
	list           []store.Template
	name, language string // of the chosen one
	at             int
}

// New returns a shelf from which a template may have been chosen before.
func New(env *view.Env, name, language string) *Shelf {
	return &Shelf{env: env, name: name, language: language}
}

// Offer says which templates there are, and points at the chosen one. Those that can be sent stand first, so that
// Enter takes one of them.
func (s *Shelf) Offer(list []store.Template) {
	s.list = slices.Clone(list)
	slices.SortStableFunc(s.list, func(a, b store.Template) int {
		switch {
		case refused(a) == refused(b):
			return 0
		case refused(a):
			return 1
		}
		return -1
	})
	s.Find()
}

// Find points at the chosen one.
func (s *Shelf) Find() {
	for i, t := range s.list {
		if s.chosen(t) {
			s.at = i
		}
	}
}

// At is the line of the cursor.
func (s *Shelf) At() int { return s.at }

// Stand goes to a line, the nearest there is.
func (s *Shelf) Stand(at int) { s.at = min(max(0, at), max(0, len(s.list)-1)) }

// Take chooses the template of the cursor; false where there is none.
func (s *Shelf) Take() (t store.Template, ok bool) {
	if s.at >= len(s.list) {
		return store.Template{}, false
	}
	t = s.list[s.at]
	s.name, s.language = t.Name, t.Language
	return t, true
}

// Chosen is the message of the chosen template; nil without one, and where it cannot be read.
func (s *Shelf) Chosen() *store.Message {
	for _, t := range s.list {
		if s.chosen(t) {
			return message(t)
		}
	}
	return nil
}

// Under is the message of the cursor's template, nil without one.
func (s *Shelf) Under() *store.Message {
	if s.at >= len(s.list) {
		return nil
	}
	return message(s.list[s.at])
}

func (s *Shelf) chosen(t store.Template) bool { return t.Name == s.name && t.Language == s.language }

func message(t store.Template) *store.Message {
	m, err := t.Message()
	if err != nil {
		return nil
	}
	return m
}

// why says in short why a template cannot be sent now.
func (s *Shelf) why(t store.Template) string {
	p := s.env.Say
	if !t.Sendable() {
		if words := p.Approval(t.Status); words != "" {
			return words
		}
		return p.T("not approved")
	}
	return p.T("people complained of it")
}

func refused(t store.Template) bool { return !t.Sendable() || t.Quality == "RED" }

// called is a template's name and language.
func (s *Shelf) called(t store.Template) string {
	return theme.Safe(t.Name).String() + " " + s.env.Theme.Glyph.Separator + " " + theme.Safe(t.Language).String()
}

// Summary is the chosen one in a line, or that one is to be chosen.
func (s *Shelf) Summary() (theme.Role, string) {
	p := s.env.Say
	for _, t := range s.list {
		switch {
		case !s.chosen(t) || message(t) == nil:
		case refused(t):
			return theme.Bad, p.T("%s cannot be sent now: %s", s.called(t), s.why(t))
		default:
			return theme.Good, p.T("%s, approved", s.called(t))
		}
	}
	return theme.Warn, p.T("choose one")
}

// Render draws the list. of names it where a line of it is clicked.
func (s *Shelf) Render(of any, size view.Size) view.Frame {
	p, th := s.env.Say, s.env.Theme
	if len(s.list) == 0 {
		return place.Text(theme.Wrap(p.T("No templates yet. Press esc, then 3, then s to read them from Meta."), size.W)...)
	}
	shown := make([]view.Frame, 0, len(s.list))
	for _, t := range s.list {
		words := "  " + s.called(t)
		switch {
		case refused(t):
			words = th.Mark(theme.Warn, s.called(t)+"  "+s.why(t))
		case s.chosen(t):
			words = th.Mark(theme.Good, s.called(t))
		}
		shown = append(shown, place.Text(th.Truncate(words, size.W-rows.Indent, theme.Right)))
	}
	return rows.Render(th, of, shown, s.at, size)
}
