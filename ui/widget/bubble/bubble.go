// Package bubble draws a message as the customer's phone will: a header, the body with WhatsApp's own marks, a
// footer, the buttons, the time and the ticks.
package bubble

import (
	"strings"

	"charm.land/lipgloss/v2"

	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// Message is what the phone shows. Its texts come from outside and are made safe here.
type Message struct {
	Media   string // IMAGE, VIDEO, DOCUMENT or LOCATION stands above the text; "" for none
	File    string // the name of that media, where it is known
	Header  string
	Body    string
	Footer  string
	Buttons []Button
	Clock   string // "10:44"
	Ticks   int    // 0 none, 1 sent, 2 delivered, 3 read
}

// Button is one of the buttons under a message. Type is what it does in the platform's words: QUICK_REPLY, URL,
// PHONE_NUMBER, COPY_CODE.
type Button struct{ Type, Label string }

// widest is about what a phone shows in a line.
const widest = 44

// Render draws the message at most size.W cells wide, 12 at least, and size.H lines high. What is too tall loses
// lines of its text and says how many; the header, the first line at least and the buttons are always seen.
// skip is how many lines of the text are passed over, for a reader who scrolls; hidden is how many lines are not
// seen, above and below. A height of 0 is as high as it gets.
func Render(th *theme.Theme, p *say.Printer, m Message, size view.Size, skip int) (text string, hidden int) {
	b := box{th: th, inner: min(max(size.W, 12), widest) - 4}
	b.whole(p, m)
	b.rule(th.Glyph.EndLeft, th.Glyph.EndRight)
	around := len(b.lines)
	b.lines = nil
	b.text(Format(theme.SafeLines(m.Body).String()))
	body := b.lines
	if m.Footer != "" {
		b.lines = nil
		b.text(th.Paint(theme.Muted, theme.Safe(m.Footer).String()))
		body = append(body, b.lines...)
	}
	if m.Clock != "" && size.H > 0 && size.H-around < len(body) && size.H-around < 3 { // the time is the least of it
		m.Clock, m.Ticks = "", 0
		around--
	}
	room := max(2, size.H-around)
	b.lines, b.body = nil, body
	if size.H > 0 && len(body) > room {
		hidden = len(body) - room + 1
		skip = min(max(skip, 0), hidden)
		b.body = body[skip : skip+room-1]
		b.more = p.T("%d more lines", hidden)
	}
	b.whole(p, m)
	b.rule(th.Glyph.EndLeft, th.Glyph.EndRight)
	return strings.Join(b.lines, "\n"), hidden
}

// whole draws all of it but the last rule.
func (b *box) whole(p *say.Printer, m Message) {
	th := b.th
	b.rule(th.Glyph.TopLeft, th.Glyph.TopRight)
	if m.Media != "" {
		b.text(strings.TrimSpace("[" + p.Media(m.Media) + "] " + theme.Safe(m.File).String()))
	}
	if m.Header != "" {
		b.text(lipgloss.NewStyle().Bold(true).Inline(true).Render(theme.Safe(m.Header).String()))
	}
	b.lines = append(b.lines, b.body...)
	if b.more != "" {
		b.line(th.Paint(theme.Warn, th.Glyph.Ellipsis+" "+b.more))
	}
	if tail := stamp(th, m); tail != "" {
		b.line(theme.PadLeft(tail, b.inner))
	}
	b.buttons(m.Buttons)
}

func stamp(th *theme.Theme, m Message) string {
	if m.Clock == "" && m.Ticks == 0 {
		return ""
	}
	out := th.Paint(theme.Muted, theme.Safe(m.Clock).String())
	switch m.Ticks {
	case 1:
		out += " " + th.Paint(theme.Muted, th.Glyph.Check)
	case 2:
		out += " " + th.Paint(theme.Muted, th.Glyph.Checks)
	case 3:
		out += " " + th.Paint(theme.Accent, th.Glyph.Checks)
	}
	return out
}

type box struct {
	th    *theme.Theme
	inner int
	lines []string
	body  []string // as much of the text as is shown
	more  string   // what is not
}

func (b *box) rule(left, right string) {
	b.lines = append(b.lines, b.th.Paint(theme.Faint, left+strings.Repeat(b.th.Glyph.Rule, b.inner+2)+right))
}

// text wraps and keeps looks within their lines.
func (b *box) text(s string) {
	for line := range strings.SplitSeq(lipgloss.Wrap(s, b.inner, ""), "\n") {
		b.line(line)
	}
}

func (b *box) line(s string) {
	side := b.th.Paint(theme.Faint, b.th.Glyph.Side)
	b.lines = append(b.lines, side+" "+b.th.Fit(s, b.inner)+" "+side)
}

// buttons stand beside each other where they fit, else below each other.
func (b *box) buttons(buttons []Button) {
	if len(buttons) == 0 {
		return
	}
	b.rule(b.th.Glyph.MidLeft, b.th.Glyph.MidRight)
	labels := make([]string, len(buttons))
	for i, button := range buttons {
		labels[i] = b.sign(button.Type) + " " + theme.Safe(button.Label).String()
	}
	between := "  " + b.th.Paint(theme.Faint, b.th.Glyph.Side) + "  "
	if row := strings.Join(labels, between); len(labels) < 4 && theme.Width(row) <= b.inner {
		for i, label := range labels {
			labels[i] = b.th.Paint(theme.Accent, label)
		}
		b.centre(strings.Join(labels, between))
		return
	}
	for _, label := range labels {
		b.centre(b.th.Paint(theme.Accent, b.th.Truncate(label, b.inner, theme.Right)))
	}
}

func (b *box) centre(s string) {
	b.line(strings.Repeat(" ", max(0, (b.inner-theme.Width(s))/2)) + s)
}

func (b *box) sign(kind string) string {
	switch kind {
	case "URL":
		return b.th.Glyph.Arrow
	case "PHONE_NUMBER":
		return b.th.Glyph.Dot
	case "COPY_CODE":
		return b.th.Glyph.Off
	}
	return b.th.Glyph.Reply
}
