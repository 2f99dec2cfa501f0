package restored

import "pregon/ui/theme"

// text is a page of sentences that wrap.
type text struct {
	th    *theme.Theme
	width int
	lines []string
}

func (t *text) say(role theme.Role, sentence string) {
	for _, line := range theme.Wrap(sentence, t.width-1) {
		t.lines = append(t.lines, t.th.Paint(role, line))
	}
}

func (t *text) mark(role theme.Role, sentence string) {
	t.say(role, t.th.Sign(role)+" "+sentence)
}

func (t *text) gap() { t.lines = append(t.lines, " ") }

// choice is a key with what it says in bold, and below it what happens by it.
func (t *text) choice(key, means, happens string) {
	t.gap()
	for i, line := range theme.Wrap(means, t.width-4) {
		lead := "   "
		if i == 0 {
			lead = t.th.Paint(theme.Key, key) + "  "
		}
		t.lines = append(t.lines, lead+t.th.Paint(theme.Strong, line))
	}
	for _, line := range theme.Wrap(happens, t.width-4) {
		t.lines = append(t.lines, "   "+line)
	}
}
