package twins

import (
	"slices"
	"strings"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// proposal says what each of the two has, and what the one would have; where the room is too low, long lines are cut.
func (l *List) proposal(size view.Size) []string {
	lines := l.told(func(text string) []string { return theme.Wrap(text, size.W) })
	if len(lines) > size.H {
		return l.told(func(text string) []string { return []string{l.env.Theme.Truncate(text, size.W, theme.Right)} })
	}
	return lines
}

func (l *List) told(fit func(string) []string) []string {
	say, th, a := l.env.Say, l.env.Theme, l.asked
	lines := fit(th.Paint(theme.Muted, say.Likeness(string(a.Why))))
	for _, one := range []struct {
		label string
		c     store.Contact
		role  theme.Role
	}{
		{say.T("Stays"), a.kept, theme.Strong},
		{say.T("Goes into it"), a.gone, theme.Strong},
		{say.T("Together"), a.would, theme.Accent},
	} {
		for i, text := range l.of(one.c) {
			if i == 0 {
				text = th.Paint(one.role, one.label+": ") + text
			} else {
				text = "  " + text
			}
			lines = append(lines, fit(text)...)
		}
	}
	if a.would.Standing.Saved == store.GradeInvalid && (attested(a.kept) || attested(a.gone)) {
		lines = append(lines, fit(th.Mark(theme.Warn, say.T("Ask again whether the shop's number is saved.")))...)
	}
	return append(lines, fit(th.Paint(theme.Warn, say.T("Are they one person?")))...)
}

func attested(c store.Contact) bool {
	return slices.Contains([]store.Grade{store.GradeSaysSaved, store.GradeSeenByStaff, store.GradeSelfWritten}, c.Standing.Saved)
}

// of is what a contact has, in a few lines.
func (l *List) of(c store.Contact) []string {
	say, th := l.env.Say, l.env.Theme
	dot := " " + th.Glyph.Separator + " "
	consent := say.Act("consent", string(c.Standing.Consent))
	if !c.Standing.ConsentAt.IsZero() {
		consent += " " + say.Day(c.Standing.ConsentAt, l.env.Now())
	}
	role, verdict := l.words.Verdict(c)
	lines := []string{
		l.words.Number(c).String() + dot + l.words.Name(c).String(),
		th.Mark(role, verdict) + dot + consent + dot + say.Act("saved_number", string(c.Standing.Saved)),
	}
	var more []string
	if len(c.Tags) > 0 {
		more = append(more, theme.Safe(strings.Join(c.Tags, " ")).String())
	}
	keys := make([]string, 0, len(c.Fields))
	for key := range c.Fields {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		more = append(more, theme.Safe(key+": "+c.Fields[key]).String())
	}
	if len(more) > 0 {
		lines = append(lines, strings.Join(more, dot))
	}
	return lines
}
