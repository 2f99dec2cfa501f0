// Package crowd is the audience of a draft as it is typed: whether it can be read, where it goes wrong, and how many it
// names.
package crowd

import (
	"errors"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/audience"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/complete"
	"pregon/ui/widget/input"
	"pregon/ui/widget/place"
	"pregon/ui/widget/saved"
)

// Crowd is the line in which an audience is typed.
type Crowd struct {
	env   *view.Env
	line  *input.Line
	tab   *complete.Line
	words store.Vocabulary // what an audience can name
	wrong *audience.SyntaxError
}

// New returns the line of an audience.
func New(env *view.Env, text string) *Crowd {
	c := &Crowd{env: env, line: input.New(500)}
	c.line.Set(text)
	c.tab = complete.New(c.line, func(text string, cursor int) complete.Choice { return complete.Choice(c.words.Complete(text, cursor)) })
	return c
}

// Focus and Blur say whether letters belong to it.
func (c *Crowd) Focus() { c.line.Focus() }

// Blur lets them go elsewhere.
func (c *Crowd) Blur() { c.line.Blur() }

// Typing says that letters belong to it.
func (c *Crowd) Typing() bool { return c.line.Focused() }

// Text is what was typed.
func (c *Crowd) Text() string { return c.line.Value() }

// Readable says that it is an audience.
func (c *Crowd) Readable() bool { return c.wrong == nil }

// Update takes keys, Tab among them, and pastes, and says whether the text changed.
func (c *Crowd) Update(msg tea.Msg) bool {
	if !c.tab.Update(msg) {
		return false
	}
	c.read()
	return true
}

// Take puts a saved audience there; whether it is one is known once Know was told of it.
func (c *Crowd) Take(text string) {
	c.line.Set(text)
	c.words = store.Vocabulary{}
	c.read()
}

// Saved are the keys that save what is asked for and list what is saved.
func (c *Crowd) Saved() []view.Action {
	return saved.Actions(c.env, c.Text(), c.Readable(), false)
}

// Know takes what an audience can name.
func (c *Crowd) Know(words store.Vocabulary) {
	c.words = words
	c.read()
}

func (c *Crowd) read() { c.wrong, _ = errors.AsType[*audience.SyntaxError](c.words.Check(c.Text())) }

// Completable says that the word at the cursor can be completed.
func (c *Crowd) Completable() bool { return c.tab.Ready() }

// Summary says in short whom it names; check is nil while that is counted.
func (c *Crowd) Summary(check *store.Check) (theme.Role, string) {
	p := c.env.Say
	switch {
	case c.wrong != nil:
		return theme.Bad, p.T("not understood")
	case strings.TrimSpace(c.Text()) == "":
		return theme.Warn, p.T("say who")
	case check == nil:
		return theme.Plain, theme.Safe(c.Text()).String()
	}
	return theme.Good, theme.Safe(c.Text()).String() + " " + c.env.Theme.Glyph.Separator + " " + p.Number(check.Audience)
}

// Render draws the line, where it goes wrong, and how many it names; check is nil while that is counted.
func (c *Crowd) Render(check *store.Check, size view.Size) view.Frame {
	p, th := c.env.Say, c.env.Theme
	line := place.Line(th, c.line, size.W, "tag:vip -tag:staff")
	var below []string
	switch {
	case c.wrong != nil:
		below = append([]string{th.Paint(theme.Bad, c.mark(size.W))}, theme.Wrap(th.Mark(theme.Bad, syntax(p, c.wrong)), size.W)...)
	case strings.TrimSpace(c.Text()) == "":
		below = []string{th.Mark(theme.Warn, p.T("nobody yet"))}
	case check != nil:
		get := check.Sendable
		if len(check.Unbound) > 0 {
			get += check.Excluded[store.ReasonMissingParameter] // step 3 comes later
		}
		below = []string{th.Paint(theme.Strong, p.T("%d people", check.Audience)) + "  " + th.Mark(theme.Good, p.T("%d will get it", get))}
	default:
		below = []string{th.Paint(theme.Muted, p.T("counting"))}
	}
	below = append(below, c.tab.Render(th, "tab", size.W), th.Paint(theme.Muted, p.T("Ways to say who")))
	for _, example := range []string{"tag:vip -tag:staff", "lang:es OR lang:ca", "last:>30d", "field.city:madrid", "added:<60d"} {
		below = append(below, th.Paint(theme.Muted, "  "+example))
	}
	return place.Column(line, place.Text(below...))
}

// mark stands under the place of the mistake, as far as that is seen.
func (c *Crowd) mark(width int) string {
	text := c.Text()
	_, _, from := c.line.Render(c.env.Theme, width, "")
	start := theme.Width(text[:min(c.wrong.Pos, len(text))])
	length := theme.Width(text[:min(c.wrong.End, len(text))]) - start
	start = min(max(0, start-from), width-1)
	return strings.Repeat(" ", start) + strings.Repeat("^", min(max(1, length), width-start))
}

// syntax says what is wrong in the audience language.
func syntax(p *say.Printer, e *audience.SyntaxError) string {
	word := theme.Safe(e.Word)
	switch e.Code {
	case audience.CodeUnknownKey:
		return p.T("“%s” is not known. Known are %s", word, strings.Join(audience.Keys(), ", "))
	case audience.CodeBadValue:
		return p.T("“%s” does not fit here. It can be %s", word, strings.Join(e.Want, ", "))
	case audience.CodeBadAge:
		return p.T("“%s” is no age. Write <30d or >6m", word)
	case audience.CodeMissingValue, audience.CodeMissingTerm:
		return p.T("Something is missing here")
	case audience.CodeNoAudience:
		return p.T("No audience is saved under this name.")
	case audience.CodeOpenQuote, audience.CodeAfterQuote:
		return p.T("A quotation mark is missing or in the wrong place")
	case audience.CodeOpenParenthesis, audience.CodeExtraParenthesis:
		return p.T("A parenthesis is missing or too many")
	default:
		return p.T("This is too long or too deep")
	}
}
