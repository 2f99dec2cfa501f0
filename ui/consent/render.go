package consent

import (
	"image"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"pregon/ui/consent/customer"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/question"
)

// widest is how wide the words are set, so that they can be read aloud.
const widest = 92

// Render draws the counter or the board. The words to read get the room that the rest leaves.
func (v *View) Render(size view.Size) view.Frame {
	switch {
	case v.judging:
		return v.queue.Render(size)
	case v.board != nil:
		return v.board.Render(size)
	case !v.loaded:
		return view.Frame{}
	case v.setup.shop.Name == "":
		text := v.env.Say.T("The shop is not set up yet: the comma key opens the page for it.")
		return place.Crop(v.env.Theme, place.Text(v.wrapped([]string{" "}, theme.Plain, text, size.W)...), size)
	}
	head := v.renderLines(size.W)
	head = place.Crop(v.env.Theme, head, view.Size{W: size.W, H: max(3, size.H-2)}) // yes and no are seen both, or none
	foot := v.customer.Answers(v.env, size.W)
	if v.confirm != nil {
		foot = question.Render(v.env.Theme, v.confirm.title, size.W,
			question.Yes(v.env.Say.T("yes, withdraw")), question.No(v.env.Say.T("no, keep")))
	}
	words := v.renderNotice(min(size.W, widest), size.H-place.Height(head)-place.Height(foot))
	gaps := size.H - place.Height(head) - place.Height(foot) - len(words)
	parts := []view.Frame{head}
	for i, part := range []view.Frame{place.Text(words...), foot} {
		if gaps > i && part.Content != "" {
			parts = append(parts, place.Text(" "))
		}
		parts = append(parts, part)
	}
	return place.Crop(v.env.Theme, place.Column(parts...), size)
}

// renderLines draws what is typed, and what is known of the number.
func (v *View) renderLines(width int) view.Frame {
	say, th, c := v.env.Say, v.env.Theme, &v.customer
	var lines []string
	var frame view.Frame
	labels := []string{say.T("Number"), say.T("Name"), say.T("Card no.")}
	for i, label := range labels {
		if i == cardLine && !c.NeedsCard() {
			continue
		}
		text, at, _ := v.lines[i].Render(th, min(width-14, 40), "")
		if at >= 0 && v.confirm == nil {
			frame.Cursor = tea.NewCursor(12+at, len(lines))
		}
		frame.Zones = append(frame.Zones, view.Zone{Area: image.Rect(0, len(lines), width, len(lines)+1), Msg: linePressed{i}})
		line := "  " + th.Paint(theme.Muted, theme.PadRight(theme.Safe(label).String(), 9)) + " " + text
		if role, hint := c.Hint(v.env); i == numberLine && hint != "" {
			if at := max(34, theme.Width(line)+2); at+theme.Width(hint)+2 < width {
				line = theme.PadRight(line, at) + th.Paint(role, hint)
			} else {
				line += "\n" + strings.Repeat(" ", 12) + th.Paint(role, th.Truncate(hint, width-13, theme.Right))
			}
		}
		lines = append(lines, strings.Split(line, "\n")...)
	}
	if role, text := c.Standing(v.env); text != "" && c.Looked && c.Done != customer.SaidYes && c.Done != customer.Withdrew {
		lines = v.wrapped(lines, role, strings.TrimSpace(th.Sign(role)+" "+text), min(width, widest))
	}
	frame.Content = strings.Join(lines, "\n")
	return frame
}

// renderNotice draws the words in at most height lines; the rest is reached with the page keys.
func (v *View) renderNotice(width, height int) []string {
	th, say := v.env.Theme, v.env.Say
	notice, ok := v.notice()
	if !ok || v.customer.Done != 0 || height < 2 {
		return nil
	}
	name := display.Self.Name(language.Make(notice.Language)) + " " + th.Glyph.Separator + " v" + strconv.Itoa(notice.Version)
	title := theme.PadRight("  "+say.T("Read aloud, or turn the screen"), width-theme.Width(name)-2) + "  " + name
	words := []string(nil)
	for _, line := range theme.Wrap(theme.SafeLines(notice.Text).String(), width-6) {
		words = append(words, "    "+line)
	}
	room := height - 1
	v.top = max(0, min(v.top, len(words)-room))
	end := min(len(words), v.top+room)
	if end < len(words) {
		words[end-1] = th.Truncate(words[end-1], width-12, theme.Right) + " " + th.Paint(theme.Key, "pgdown") + " " + th.Glyph.Ellipsis
	}
	return append([]string{th.Paint(theme.Muted, th.Truncate(title, width, theme.Right))}, words[v.top:end]...)
}

func (v *View) wrapped(lines []string, role theme.Role, text string, width int) []string {
	for _, line := range theme.Wrap(text, width-3) {
		lines = append(lines, "  "+v.env.Theme.Paint(role, line))
	}
	return lines
}
