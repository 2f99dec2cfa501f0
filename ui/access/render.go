package access

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// checked shows what WhatsApp said. The lines are emptied: nothing of what was typed stays on the page.
func (p *Page) checked(answer view.Result[outcome]) tea.Cmd {
	if !answer.Of(&p.checking) {
		return nil
	}
	p.form.Put(Token, "")
	p.form.Put(AppSecret, "")
	if answer.Err != nil {
		if text := p.env.Say.Trouble(store.Code(answer.Err)); text != "" {
			return view.Send(view.Tell{Level: view.Trouble, Text: text})
		}
		return view.Send(view.Failed{Err: answer.Err})
	}
	p.result = &answer.Value
	return nil
}

// Render draws the lines to type into, or what came of it.
func (p *Page) Render(size view.Size) view.Frame {
	th := p.env.Theme
	if p.result != nil {
		return place.Crop(th, place.Text(p.verdict(size.W)...), size)
	}
	lines := theme.Wrap(th.Paint(theme.Muted, p.env.Say.T("Nothing of it is shown, logged or written into the shop file. WhatsApp is asked whether it takes the token; then it goes into this computer's keyring.")), size.W)
	if p.shop.PhoneNumberID != "" {
		lines = append(lines, theme.Wrap(th.Paint(theme.Muted, p.env.Say.T("For the number id %s and the account id %s; the comma key changes these.", theme.Safe(p.shop.PhoneNumberID), theme.Safe(p.shop.WABAID))), size.W)...)
	}
	if p.checking.Waiting() {
		lines = append(lines, th.Mark(theme.Warn, p.busy()))
	} else if said := p.source(); said != "" {
		lines = append(lines, theme.Wrap(said, size.W)...)
	}
	head := place.Text(append(lines, " ")...)
	return place.Crop(th, place.Column(head, p.form.Render(view.Size{W: size.W, H: max(1, size.H-place.Height(head))})), size)
}

// source says where the token in use comes from.
func (p *Page) source() string {
	th, say := p.env.Theme, p.env.Say
	switch p.desk.Secrets.Source(Token) {
	case Environment:
		return th.Mark(theme.Warn, say.T("The token in use comes from %s in the environment, which counts before the keyring when Pregón starts again.", Token))
	case File:
		return th.Mark(theme.Warn, say.T("The token in use comes from the file of %s, which counts before the keyring when Pregón starts again.", "--secrets"))
	case Keyring:
		return th.Mark(theme.Good, say.T("There is a token in the keyring; another one takes its place."))
	case Typed:
		return th.Mark(theme.Good, say.T("There is a token, until Pregón ends."))
	case Nowhere:
	}
	return th.Mark(theme.Warn, say.T("There is no access token yet, so nothing can be sent."))
}

// verdict says whether the token was kept, and what else stands against sending.
func (p *Page) verdict(width int) []string {
	th, say := p.env.Theme, p.env.Say
	var lines []string
	add := func(role theme.Role, text string) { lines = append(lines, theme.Wrap(th.Mark(role, text), width)...) }
	switch {
	case p.result.refused:
		add(theme.Bad, say.T("The token was not kept. Nothing was changed."))
	case p.result.lasting:
		add(theme.Good, say.T("WhatsApp takes the token. It is in this computer's keyring."))
	default:
		add(theme.Good, say.T("WhatsApp takes the token. It is used until Pregón ends."))
		add(theme.Warn, say.T("This computer has no keyring that could keep it. For good, put it into a file for %s.", "--secrets"))
	}
	lines = append(lines, " ")
	for _, f := range p.result.findings {
		role := theme.Warn
		if f.Level == sender.LevelStop {
			role = theme.Bad
		}
		add(role, p.words(f))
	}
	return lines
}

// words are a finding with the next step behind it.
func (p *Page) words(f sender.Finding) string {
	f.Facts.Name = theme.Safe(f.Facts.Name).String()
	what, next := p.env.Say.Finding(f.Code, say.Detail(f.Facts))
	return strings.TrimSpace(p.env.Say.CheckName(string(f.Check)) + ": " + what + " " + next)
}
