// Package form is a page of fields to fill in. The engine is huh: which field has the keys, what is checked when it is
// left, how a choice is made. What is drawn, what can be clicked and where the cursor stands is ours, since what people
// type may be wide, joined or hostile. Nothing here does I/O, and huh's commands, which blink and measure, are dropped.
package form

import (
	"errors"
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"

	"pregon/ui/view"
)

// Field is one field. With Options it is a choice, which the left and right keys turn, else a line of text.
type Field struct {
	Key     string // what the store calls it when it refuses
	Label   string // translated
	Hint    string // in an empty line, translated
	Help    string // below the field while it has the keys, translated
	Value   string // at first; made safe to draw
	Limit   int    // runes of a line, 200 where it is 0
	Hidden  bool   // what is typed is not shown
	Options []Option
	Check   func(string) string // what is wrong with a value, translated, or ""
}

// Option is one of several values to choose from. A value that is none of them is the first.
type Option struct{ Value, Label string }

// errWrong marks a field whose fault is known to the form in words.
var errWrong = errors.New("the field is wrong")

// part is a field as huh and as we see it.
type part struct {
	Field
	huh    huh.Field
	line   *line // nil for a choice
	chosen string
	fault  string
}

func (p *part) value() string {
	if p.line != nil {
		return p.line.input.Value()
	}
	return p.chosen
}

// Form is the page. Its owner passes it keys and clicks from Update, and moves through it with Next and Back.
type Form struct {
	env    *view.Env
	engine *huh.Form
	parts  []*part
	first  map[string]string
	top    int // first line drawn
}

// Pressed is a click on a field; its owner gives it to Update.
type Pressed struct {
	form *Form
	at   int
}

// New returns a form whose first field has the keys.
func New(env *view.Env, fields ...Field) *Form {
	f := &Form{env: env, first: map[string]string{}}
	inside := make([]huh.Field, 0, len(fields))
	for _, field := range fields {
		p := &part{Field: field}
		if len(field.Options) > 0 {
			p.choice(env)
		} else {
			p.text()
		}
		f.parts = append(f.parts, p)
		f.first[field.Key] = p.value()
		inside = append(inside, p.huh)
	}
	f.engine = huh.NewForm(huh.NewGroup(inside...)).WithShowHelp(false).WithShowErrors(false).WithKeyMap(keymap())
	f.engine.Init()
	f.at().huh.Focus()
	return f
}

// keymap leaves huh only the keys of a choice: moving between fields and leaving are actions of the owner.
func keymap() *huh.KeyMap {
	return &huh.KeyMap{Select: huh.SelectKeyMap{
		Left: key.NewBinding(key.WithKeys("left")), Right: key.NewBinding(key.WithKeys("right", "space")),
	}}
}

// at is the field that has the keys.
func (f *Form) at() *part { return f.parts[f.index()] }

func (f *Form) index() int {
	now := f.engine.GetFocusedField()
	return max(0, slices.IndexFunc(f.parts, func(p *part) bool { return p.huh == now || p.Key == now.GetKey() }))
}

// Value is what stands in a field now.
func (f *Form) Value(key string) string {
	if p := f.find(key); p != nil {
		return p.value()
	}
	return ""
}

func (f *Form) find(key string) *part {
	for _, p := range f.parts {
		if p.Key == key {
			return p
		}
	}
	return nil
}

// Put puts a text into a line, as if it had been typed.
func (f *Form) Put(key, text string) {
	if p := f.find(key); p != nil && p.line != nil {
		p.line.input.Set(text)
		p.fault = ""
	}
}

// Touched says that a field holds something else than at first.
func (f *Form) Touched(key string) bool { return f.Value(key) != f.first[key] }

// Changed says that any field does.
func (f *Form) Changed() bool {
	return slices.ContainsFunc(f.parts, func(p *part) bool { return f.Touched(p.Key) })
}

// Update takes keys, pastes and clicks, and says whether a value changed. What is wrong with a field is forgotten when
// it changes.
func (f *Form) Update(msg tea.Msg) (changed bool) {
	switch msg := msg.(type) {
	case Pressed:
		if msg.form != f {
			return false
		}
		if p := f.parts[msg.at]; msg.at == f.index() && p.line == nil {
			return f.Update(tea.KeyPressMsg{Code: tea.KeyRight})
		}
		f.Go(f.parts[msg.at].Key)
		return false
	case tea.KeyPressMsg, tea.PasteMsg:
	default:
		return false
	}
	p := f.at()
	before := p.value()
	f.engine.Update(msg) // its commands blink and measure
	if p.value() == before {
		return false
	}
	p.fault = ""
	return true
}

// Next goes to the next field, and says false on the last.
func (f *Form) Next() bool {
	at := f.index()
	if at+1 == len(f.parts) {
		return false
	}
	f.engine.NextField()
	return true
}

// Back goes to the field before, from the first to the last.
func (f *Form) Back() {
	if f.index() > 0 {
		f.engine.PrevField()
		return
	}
	f.Go(f.parts[len(f.parts)-1].Key)
}

// Forth goes to the next field, from the last to the first.
func (f *Form) Forth() {
	if !f.Next() {
		f.Go(f.parts[0].Key)
	}
}

// Go gives a field the keys.
func (f *Form) Go(key string) {
	to := slices.IndexFunc(f.parts, func(p *part) bool { return p.Key == key })
	for at := f.index(); to >= 0 && at != to; at = f.index() {
		if at < to {
			f.engine.NextField()
		} else {
			f.engine.PrevField()
		}
	}
}

// Mark says what is wrong with a field and goes there. A field the form does not have is the last.
func (f *Form) Mark(key, fault string) {
	p := f.find(key)
	if p == nil {
		p = f.parts[len(f.parts)-1]
	}
	f.Go(p.Key)
	p.fault = fault
}

// Valid checks every field, as leaving it does, and goes to the first that is wrong.
func (f *Form) Valid() bool {
	wrong := ""
	for _, p := range f.parts {
		if p.check(p.value()) != nil && wrong == "" {
			wrong = p.Key
		}
	}
	if wrong == "" {
		return true
	}
	fault := f.find(wrong).fault
	f.Mark(wrong, fault)
	return false
}

// check is what huh asks when a field is left.
func (p *part) check(value string) error {
	if p.Check == nil {
		return nil
	}
	if fault := p.Check(value); fault != "" {
		p.fault = fault
		return errWrong
	}
	return nil
}
