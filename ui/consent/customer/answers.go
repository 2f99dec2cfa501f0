package customer

import (
	"image"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/question"
)

// Press is a click on an answer. It does what the key does.
type Press struct{ Key tea.KeyPressMsg }

func letter(key string) tea.KeyPressMsg {
	return tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
}

// option is one of several things to choose from, with its key; what is chosen by another's key has none.
type option struct {
	key, words string
	on         bool
}

// Answers draws yes and no in one size and look, how the number is saved, and what was recorded.
func (c *Customer) Answers(env *view.Env, width int) view.Frame {
	say, th := env.Say, env.Theme
	var parts []view.Frame
	if c.Done == 0 {
		parts = append(parts, question.Pair(th, width, question.Choice{Letter: "Y", Label: say.T("She said yes"), Msg: Press{letter("y")}},
			question.Choice{Letter: "N", Label: say.T("She said no"), Msg: Press{letter("n")}}))
	}
	grade := c.Saved()
	seen := grade == store.GradeSeenByStaff || grade == store.GradeSelfWritten
	says := grade == store.GradeSaysSaved
	parts = append(parts, row(th, say.T("Saved our number?"), width,
		option{"a", say.T("not yet"), !says && !seen}, option{"s", say.T("says so"), says}, option{"d", say.T("I saw it"), seen}))
	if c.Done == 0 && !c.NeedsCard() {
		parts = append(parts, row(th, say.T("How?"), width,
			option{"o", say.T("I read it aloud"), !c.Screen}, option{"", say.T("she read it here"), c.Screen}))
	}
	if role, text := c.Result(env); text != "" {
		lines := theme.Wrap(th.Sign(role)+" "+text, width-3)
		for i, line := range lines {
			lines[i] = "  " + th.Paint(role, line)
		}
		parts = append(parts, place.Text(" "), place.Text(lines...))
	}
	return place.Column(parts...)
}

// row draws things to choose from beside their label, below it where the room is narrow.
func row(th *theme.Theme, label string, width int, options ...option) view.Frame {
	frame, x := view.Frame{}, 0
	for i, o := range options {
		text := th.Glyph.Off + " " + o.words
		if o.on {
			text = th.Paint(theme.Accent, th.Glyph.On+" "+o.words)
		}
		if o.key != "" {
			text = th.Paint(theme.Key, o.key) + " " + text
		}
		if i > 0 {
			text = "  " + text
		}
		if key := pressable(options, i); key != "" {
			frame.Zones = append(frame.Zones, view.Zone{Area: image.Rect(x, 0, x+theme.Width(text), 1), Msg: Press{letter(key)}})
		}
		frame.Content += text
		x += theme.Width(text)
	}
	label = "  " + label + " "
	lead := theme.Width(label)
	switch {
	case 22+x < width:
		lead = 22
	case lead+x >= width:
		return place.Column(place.Text(label), place.Indent(frame, 2))
	}
	return place.Beside(place.Text(label), lead, 0, frame)
}

// pressable is the key that chooses an option: its own, or the one key that changes between two, where it is off.
func pressable(options []option, at int) string {
	if len(options) == 2 && options[at].on {
		return ""
	}
	if key := options[at].key; key != "" {
		return key
	}
	return options[0].key
}
