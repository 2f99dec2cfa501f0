package form

import (
	"io"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"charm.land/huh/v2"
	"charm.land/lipgloss/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
)

// usual is how long a line may be that names no limit, in runes.
const usual = 200

// text makes the part a line of text.
func (p *part) text() {
	limit := p.Limit
	if limit == 0 {
		limit = usual
	}
	p.line = &line{input: input.New(limit), part: p}
	p.line.input.Set(p.Value)
	p.line.input.Hide(p.Hidden)
	p.huh = p.line
}

// choice makes the part one of several values, side by side in one line.
func (p *part) choice(env *view.Env) {
	p.chosen = p.Options[0].Value
	options := make([]huh.Option[string], 0, len(p.Options))
	for _, o := range p.Options {
		if o.Value == p.Value {
			p.chosen = o.Value
		}
		options = append(options, huh.NewOption(theme.Safe(o.Label).String(), o.Value))
	}
	look := huh.ThemeFunc(func(bool) *huh.Styles { return styles(env.Theme) })
	p.huh = huh.NewSelect[string]().Key(p.Key).Options(options...).Inline(true).Value(&p.chosen).Validate(p.check).WithTheme(look)
}

// styles give huh's choice the looks of the house.
func styles(th *theme.Theme) *huh.Styles {
	s := &huh.Styles{}
	plain := lipgloss.NewStyle()
	for _, field := range []*huh.FieldStyles{&s.Focused, &s.Blurred} {
		field.PrevIndicator = th.Style(theme.Key).MarginRight(1).SetString(th.Glyph.LeftKey)
		field.NextIndicator = th.Style(theme.Key).MarginLeft(1).SetString(th.Glyph.RightKey)
		field.SelectedOption = th.Style(theme.Strong)
	}
	s.Blurred.PrevIndicator, s.Blurred.NextIndicator = plain, plain
	s.Blurred.SelectedOption = plain
	return s
}

// line is our line of text as a field of huh.
type line struct {
	input *input.Line
	part  *part
	err   error
}

var _ huh.Field = (*line)(nil)

// Init does nothing: the form gives the keys.
func (l *line) Init() tea.Cmd { return nil }

// Update takes keys and pastes.
func (l *line) Update(msg tea.Msg) (huh.Model, tea.Cmd) {
	switch msg.(type) {
	case tea.KeyPressMsg, tea.PasteMsg:
		l.input.Update(msg)
	}
	return l, nil
}

// View is the text alone; the form draws it with its cursor itself.
func (l *line) View() string { return l.input.Value() }

// Focus gives the line the keys.
func (l *line) Focus() tea.Cmd {
	l.input.Focus()
	return nil
}

// Blur takes the keys away and checks what was typed.
func (l *line) Blur() tea.Cmd {
	l.input.Blur()
	l.err = l.part.check(l.input.Value())
	return nil
}

// Error says that the check found something.
func (l *line) Error() error { return l.err }

// GetKey is the field's key.
func (l *line) GetKey() string { return l.part.Key }

// GetValue is what was typed.
func (l *line) GetValue() any { return l.input.Value() }

// Skip, Zoom and KeyBinds say that a line is passed by nothing, fills no page and hears no chords.
func (l *line) Skip() bool { return false }

// Zoom says that a line fills no page.
func (l *line) Zoom() bool { return false }

// KeyBinds are the owner's actions.
func (l *line) KeyBinds() []key.Binding { return nil }

// Run is refused: a line lives in a form.
func (l *line) Run() error { return errWrong }

// RunAccessible is refused as well.
func (l *line) RunAccessible(io.Writer, io.Reader) error { return errWrong }

// WithTheme changes nothing: the form draws.
func (l *line) WithTheme(huh.Theme) huh.Field { return l }

// WithKeyMap changes nothing: the keys are the owner's actions.
func (l *line) WithKeyMap(*huh.KeyMap) huh.Field { return l }

// WithWidth changes nothing: the width comes with Render.
func (l *line) WithWidth(int) huh.Field { return l }

// WithHeight changes nothing: a line has one.
func (l *line) WithHeight(int) huh.Field { return l }

// WithPosition changes nothing: the form knows.
func (l *line) WithPosition(huh.FieldPosition) huh.Field { return l }
