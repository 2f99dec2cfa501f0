// Package words binds the places of a template to words: the same for all, or a field of the contact with a word for
// where that is empty. Each place has two lines: where its word comes from, and the word itself or the one that stands in.
package words

import (
	"maps"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
	"pregon/ui/widget/place"
	"pregon/ui/widget/rows"
)

// Words are the bindings of a draft while they are chosen.
type Words struct {
	env      *view.Env
	parts    *store.Message // nil without a template
	bindings store.Bindings
	fields   []string // that contacts have
	at       int      // the line of the cursor
	line     *input.Line
}

// New returns the words of a draft without a template.
func New(env *view.Env, bindings store.Bindings) *Words {
	w := &Words{env: env, line: input.New(500), bindings: maps.Clone(bindings)}
	if w.bindings == nil {
		w.bindings = store.Bindings{}
	}
	return w
}

// Offer says which free fields contacts have.
func (w *Words) Offer(fields []string) { w.fields = fields }

// Take takes the places of a template and fills in those whose names say what they want. nil is no template.
func (w *Words) Take(m *store.Message) {
	w.parts = m
	for _, place := range w.places() {
		if _, bound := w.bindings[place.Key]; !bound && (place.Name == "name" || place.Name == "first_name") {
			w.bindings[place.Key] = store.Binding{Field: place.Name}
		}
	}
}

// Bindings are the words as chosen so far, in a map of their own.
func (w *Words) Bindings() store.Bindings { return maps.Clone(w.bindings) }

// Lines is how many lines there are.
func (w *Words) Lines() int { return 2 * len(w.places()) }

// At is the line of the cursor.
func (w *Words) At() int { return w.at }

// Stand goes to a line; -1 leaves.
func (w *Words) Stand(at int) {
	w.line.Blur()
	if at < 0 {
		return
	}
	w.at = min(at, max(0, w.Lines()-1))
	if _, b, word, ok := w.under(); ok && word {
		w.line.Set(b.text())
		w.line.Focus()
	}
}

// Typing says that letters belong to a word.
func (w *Words) Typing() bool { return w.line.Focused() }

// Update takes keys and pastes, and says whether a word changed.
func (w *Words) Update(msg tea.Msg) bool {
	if !w.line.Update(msg) {
		return false
	}
	key, b, _, ok := w.under()
	if !ok {
		return false
	}
	if b.Field == "" {
		b.Value = w.line.Value()
	} else {
		b.Fallback = w.line.Value()
	}
	w.bindings[key] = b.Binding
	return true
}

// OnSource says that the cursor is where the word comes from, which Turn changes.
func (w *Words) OnSource() bool {
	_, _, word, ok := w.under()
	return ok && !word
}

// Turn changes where the word under the cursor comes from.
func (w *Words) Turn(by int) {
	key, b, _, ok := w.under()
	if !ok {
		return
	}
	sources := append([]string{"", "first_name", "name", "language", "phone"}, w.fields...)
	at := max(0, slices.Index(sources, strings.TrimPrefix(b.Field, "field.")))
	b.Field = sources[(at+by+len(sources))%len(sources)]
	w.bindings[key] = b.Binding
}

func (w *Words) places() []store.Parameter {
	if w.parts == nil {
		return nil
	}
	return w.parts.Parameters()
}

// bound is a binding with the text that is typed into it.
type bound struct{ store.Binding }

func (b bound) text() string {
	if b.Field == "" {
		return b.Value
	}
	return b.Fallback
}

// under is the place of the cursor's line.
func (w *Words) under() (key string, b bound, word, ok bool) {
	places := w.places()
	if w.at/2 >= len(places) {
		return "", bound{}, false, false
	}
	key = places[w.at/2].Key
	return key, bound{w.bindings[key]}, w.at%2 == 1, true
}

func (w *Words) source(field string) string {
	p := w.env.Say
	switch field {
	case "":
		return p.T("the same for all")
	case "first_name":
		return p.T("first name")
	case "name":
		return p.T("whole name")
	case "language":
		return p.T("language")
	case "phone":
		return p.T("number")
	}
	return theme.Safe(strings.TrimPrefix(field, "field.")).String()
}

// label names a place as the template writes it.
func (w *Words) label(place store.Parameter) string {
	switch place.Component {
	case "HEADER":
		return w.env.Say.T("heading %s", "{{"+strings.TrimPrefix(place.Key, "header.")+"}}")
	case "BUTTONS":
		return w.env.Say.T("button %d", place.Button+1)
	}
	return "{{" + theme.Safe(place.Key).String() + "}}"
}

// Summary is what every place gets, in short.
func (w *Words) Summary() string {
	said := make([]string, 0, len(w.places()))
	for _, place := range w.places() {
		b := w.bindings[place.Key]
		switch {
		case b.Field == "":
			said = append(said, w.label(place)+" "+theme.Safe(b.Value).String())
		case b.Fallback != "":
			said = append(said, w.env.Say.T("%s %s, or “%s”", w.label(place), w.source(b.Field), theme.Safe(b.Fallback)))
		default:
			said = append(said, w.label(place)+" "+w.source(b.Field))
		}
	}
	return strings.Join(said, ", ")
}

// Render draws the places. of names the list where a line of it is clicked.
func (w *Words) Render(of any, size view.Size) view.Frame {
	p, th := w.env.Say, w.env.Theme
	places := w.places()
	switch {
	case w.parts == nil:
		return place.Text(theme.Wrap(p.T("Choose a template in step 1."), size.W)...)
	case len(places) == 0:
		return place.Text(theme.Wrap(p.T("This template has no places to fill in."), size.W)...)
	}
	list, wide := make([]view.Frame, 0, 2*len(places)), 10
	for _, at := range places {
		wide = min(max(wide, theme.Width(w.label(at))), size.W/2)
	}
	for i, at := range places {
		b := bound{w.bindings[at.Key]}
		role, what := theme.Plain, p.T("if empty")
		if b.Field == "" {
			what = p.T("the words")
		}
		if w.at == 2*i {
			role = theme.Accent
		}
		source := th.Glyph.LeftKey + " " + w.source(b.Field) + " " + th.Glyph.RightKey
		list = append(list, place.Text(th.Paint(theme.Strong, th.Fit(w.label(at), wide)+" ")+th.Paint(role, source)))
		hint, row := p.T("type here"), place.Text(theme.Safe(b.text()).String())
		if example := theme.Safe(w.parts.Example(at)); example.String() != "" {
			hint = p.T("such as “%s”", example)
			if b.text() == "" {
				row = place.Text(th.Paint(theme.Muted, hint))
			}
		}
		if w.at == 2*i+1 {
			row = place.Line(th, w.line, max(1, size.W-wide-1-rows.Indent), hint)
		}
		list = append(list, place.Beside(place.Text(th.Paint(theme.Muted, th.Fit(what, wide))), wide, 1, row))
	}
	return rows.Render(th, of, list, w.at, size)
}
