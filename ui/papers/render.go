package papers

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/handout"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/rows"
)

// sentence is a sentence with the look of what it means.
type sentence struct {
	role theme.Role
	text string
}

func safe(text string) theme.Text { return theme.Safe(text) }

// Actions are what can be done now.
func (p *Page) Actions() []view.Action {
	say := p.env.Say
	leave := view.Action{Keys: []string{"esc"}, Label: say.T("back"), Help: say.T("Back to her papers."), Run: p.quiet(p.back), Off: p.busy}
	switch p.leaf {
	case sheet:
		return []view.Action{
			{Keys: []string{"s"}, Label: say.T("save as text"), Help: say.T("Write it into a file to print or to send."), Run: p.save(".txt"), Off: p.busy},
			{Keys: []string{"j"}, Label: say.T("for programs"), Help: say.T("Write it into a file for programs (JSON, with the names of ISO/IEC TS 27560)."), Run: p.save(".json"), Off: p.busy},
			leave,
		}
	case receipt:
		return []view.Action{
			{Keys: []string{"s"}, Label: say.T("save to print"), Help: say.T("Write it as a page that a browser opens and prints."), Run: p.save(".html"), Off: p.busy},
			leave,
		}
	case erasing, purging:
		leave.Label, leave.Help = say.T("no, keep"), say.T("Change nothing.")
		return []view.Action{{Keys: []string{"enter"}, Label: say.T("erase"), Help: say.T("Do what stands here, once the word is typed."), Run: p.forget, Off: p.busy}, leave}
	case choice:
	}
	return []view.Action{
		{Keys: []string{"enter"}, Label: say.T("open"), Help: say.T("Show it; that it was shown is put on the record."), Run: p.open, Off: p.busy},
		{Keys: []string{"esc", "q"}, Label: say.T("close"), Help: say.T("Back to the list."), Run: p.quiet(func() { p.done = true })},
	}
}

func (p *Page) quiet(what func()) func() tea.Cmd {
	return func() tea.Cmd {
		what()
		return nil
	}
}

func (p *Page) busy() string {
	if !p.read || p.writing.Waiting() || p.opening.Waiting() {
		return p.env.Say.T("One moment.")
	}
	return ""
}

// Render draws the choice, a paper, or what an erasure does.
func (p *Page) Render(size view.Size) view.Frame {
	th := p.env.Theme
	if !p.read {
		return place.Text(th.Paint(theme.Muted, p.env.Say.T("One moment.")))
	}
	switch p.leaf {
	case sheet:
		return p.scrolled(p.fileLine(size.W), strings.Split(handout.Sheet(p.paper.proof, p.env.Say, min(size.W, handout.PaperWidth)), "\n"), size)
	case receipt:
		var lines []string
		for paragraph := range strings.SplitSeq(p.paper.receipt.Text(), "\n") {
			lines = append(append(lines, theme.Wrap(paragraph, size.W)...), "")
		}
		return p.scrolled(p.fileLine(size.W), lines, size)
	case erasing, purging:
		return p.renderErasing(size)
	case choice:
	}
	return p.renderChoice(size)
}

func (p *Page) renderChoice(size view.Size) view.Frame {
	th, c := p.env.Theme, p.now.proof.Contact
	who := safe(c.Address(p.env.Say.T("erased"))).String()
	if name := strings.TrimSpace(safe(c.Name).String()); name != "" {
		who += " " + th.Glyph.Separator + " " + name
	}
	head := place.Text(th.Paint(theme.Muted, th.Truncate(who, size.W, theme.Right)), " ")
	list := make([]view.Frame, 0, len(offers))
	for _, offer := range offers {
		role, about := theme.Plain, offer.off(p)
		if about == "" {
			role, about = theme.Muted, offer.about(p)
		}
		lines := []string{th.Paint(theme.Strong, offer.title(p))}
		for _, line := range theme.Wrap(about, size.W-rows.Indent) {
			lines = append(lines, th.Paint(role, line))
		}
		list = append(list, place.Text(lines...))
	}
	room := view.Size{W: size.W, H: max(1, size.H-place.Height(head))}
	if place.Height(place.Column(list...))+len(list)-1 <= room.H {
		for i := range list[1:] {
			list[i].Content += "\n "
		}
	}
	return place.Column(head, rows.Render(th, p, list, p.at, room))
}

// fileLine says where the paper was written.
func (p *Page) fileLine(width int) []string {
	if p.path == "" {
		return nil
	}
	var lines []string
	for _, line := range theme.Wrap(p.env.Theme.Sign(theme.Good)+" "+p.env.Say.T("Written to %s", safe(p.path)), width) {
		lines = append(lines, p.env.Theme.Paint(theme.Good, line))
	}
	return lines
}

func (p *Page) renderErasing(size view.Size) view.Frame {
	th := p.env.Theme
	var lines []string
	for _, s := range p.consequences() {
		text := s.text
		if sign := th.Sign(s.role); sign != "" {
			text = sign + " " + text
		}
		for _, line := range theme.Wrap(text, size.W) {
			lines = append(lines, th.Paint(s.role, line))
		}
	}
	field := p.word.Render(view.Size{W: size.W, H: min(size.H/2, p.word.Height(size))})
	room := view.Size{W: size.W, H: size.H - place.Height(field) - 1}
	return place.Column(p.scrolled(nil, lines, room), place.Text(" "), field)
}

// scrolled draws as many lines as there is room for below what stays, and how far they go on.
func (p *Page) scrolled(stays, lines []string, size view.Size) view.Frame {
	th, room := p.env.Theme, max(1, size.H-len(stays))
	p.deep = max(0, len(lines)-room)
	if p.deep > 0 {
		room = max(1, room-1)
		p.deep = len(lines) - room
	}
	p.top = min(p.top, p.deep)
	shown := slices.Concat(stays, lines[p.top:min(len(lines), p.top+room)])
	if p.deep > 0 {
		say := p.env.Say
		shown = append(shown, th.Paint(theme.Muted, say.T("lines %d to %d of %d, with up and down", p.top+1, min(len(lines), p.top+room), len(lines))))
	}
	return place.Text(shown...)
}
