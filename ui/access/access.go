// Package access is the page on which the shop's access token is typed, and the app's secret where the feed needs it.
// What is typed is shown to nobody and written into no log and no shop file: WhatsApp is asked whether it takes the
// token, by questions that change nothing, and only then it is kept where the command line looks for it as well.
package access

import (
	"context"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/view"
	"pregon/ui/widget/form"
)

// ID is the address of the page.
const ID view.ID = "access"

// The names of the secrets, as the command line knows them.
const (
	Token     = "PREGON_TOKEN"
	AppSecret = "PREGON_APP_SECRET" //nolint:gosec // the name, not the secret
)

// Source is where the secret in use comes from.
type Source string

// The sources, in the order in which they are looked for. Typed lasts until the program ends.
const (
	Nowhere     Source = ""
	Typed       Source = "typed"
	File        Source = "file"
	Environment Source = "environment"
	Keyring     Source = "keyring"
)

// Secrets are those of this run of the program.
type Secrets interface {
	Source(name string) Source
	// Try uses a secret from now on, until it is taken back.
	Try(name, secret string) (back func())
	// Keep keeps the secret that was tried for good. It fails where this computer has no keyring.
	Keep(name string) error
}

// Desk is what the page works with.
type Desk struct {
	Secrets Secrets
	Shop    func(ctx context.Context) (store.Shop, error)
	// Check asks WhatsApp how the shop stands, and changes nothing there.
	Check func(ctx context.Context, of sender.HealthOf) ([]sender.Finding, error)
	// Sending says that a broadcast goes out from here, with the token in use.
	Sending func() bool
}

// outcome is what became of what was typed.
type outcome struct {
	findings []sender.Finding // what stands against sending, the token first
	refused  bool             // the token is not kept
	lasting  bool             // it is kept for good
}

// Page asks for the secrets and then says what WhatsApp thinks of them.
type Page struct {
	env    *view.Env
	desk   Desk
	form   *form.Form
	shop   store.Shop
	result *outcome // nil while something is typed
	done   bool

	reading, checking view.Latest
}

// New returns the page.
func New(env *view.Env, desk Desk) *Page {
	p := &Page{env: env, desk: desk}
	say := env.Say
	p.form = form.New(env,
		form.Field{Key: Token, Label: say.T("Access token"), Hint: say.T("paste it here; it is not shown"), Limit: 500, Hidden: true},
		form.Field{Key: AppSecret, Label: say.T("App secret"), Hint: say.T("only for the feed; may stay empty"), Limit: 200, Hidden: true},
	)
	return p
}

// ID is the address of the page.
func (p *Page) ID() view.ID { return ID }

// Title is the heading.
func (p *Page) Title() string { return p.env.Say.T("Access to WhatsApp") }

// Typing says that letters belong to the lines.
func (p *Page) Typing() bool { return p.result == nil }

// Done says that the page is closed; nobody waits for an answer.
func (p *Page) Done() (view.Answer, bool) { return view.Answer{Dialog: ID}, p.done }

// Init reads whose number and account the token is for.
func (p *Page) Init() tea.Cmd { return view.Do(p.env, ID, &p.reading, p.desk.Shop) }

// Update takes answers, keys and clicks.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[store.Shop]:
		if msg.Of(&p.reading) && msg.Err == nil { // without it the ids are not shown, no more
			p.shop = msg.Value
		}
	case view.Result[outcome]:
		return p.checked(msg)
	case tea.KeyPressMsg, tea.PasteMsg, form.Pressed:
		if p.result == nil && !p.checking.Waiting() {
			p.form.Update(msg)
		}
	}
	return nil
}

// Actions are what can be done now.
func (p *Page) Actions() []view.Action {
	say := p.env.Say
	if p.result != nil {
		actions := []view.Action{{Keys: []string{"enter", "esc"}, Label: say.T("close"), Help: say.T("Back to where you were."), Run: p.close}}
		if p.result.refused {
			actions = append(actions, view.Action{Keys: []string{"r"}, Label: say.T("type another"), Help: say.T("Type another access token."), Run: p.again})
		}
		return actions
	}
	move := func(to func()) func() tea.Cmd {
		return func() tea.Cmd { to(); return nil }
	}
	return []view.Action{
		{Keys: []string{"enter", "ctrl+s"}, Label: say.T("check and keep"), Help: say.T("Ask WhatsApp whether it takes the token, and keep it then. Nothing is sent."), Run: p.submit, Off: p.mayNot},
		{Keys: []string{"tab", "down"}, Label: say.T("next line"), Help: say.T("Go to the next line."), Run: move(p.form.Forth), Hidden: true},
		{Keys: []string{"shift+tab", "up"}, Label: say.T("line before"), Help: say.T("Go to the line before."), Run: move(p.form.Back), Hidden: true},
		{Keys: []string{"esc"}, Label: say.T("leave it"), Help: say.T("Change nothing."), Run: p.close, Off: p.busy},
	}
}

func (p *Page) busy() string {
	if p.checking.Waiting() {
		return p.env.Say.T("One moment: WhatsApp is being asked.")
	}
	return ""
}

// mayNot says why nothing can be tried now: a wrong token would stop what is being sent.
func (p *Page) mayNot() string {
	if p.desk.Sending() {
		return p.env.Say.T("A broadcast is being sent with the token in use. Wait until it is through, or pause it.")
	}
	return p.busy()
}

func (p *Page) close() tea.Cmd {
	p.done = true
	return nil
}

func (p *Page) again() tea.Cmd {
	p.result = nil
	p.form.Put(Token, "")
	p.form.Go(Token)
	return nil
}

// submit tries what was typed. A token that WhatsApp does not take, or of which it could not be asked, is forgotten.
func (p *Page) submit() tea.Cmd {
	token, secret := strings.TrimSpace(p.form.Value(Token)), strings.TrimSpace(p.form.Value(AppSecret))
	if token+secret == "" || token == "" && p.desk.Secrets.Source(Token) == Nowhere {
		p.form.Mark(Token, p.env.Say.T("This must not be empty."))
		return nil
	}
	desk := p.desk
	return view.Do(p.env, ID, &p.checking, func(ctx context.Context) (outcome, error) {
		back := func() {}
		if token != "" {
			back = desk.Secrets.Try(Token, token)
		}
		findings, err := desk.Check(ctx, sender.HealthOf{})
		o := outcome{findings: against(findings)}
		o.refused = err != nil || !taken(findings)
		if o.refused {
			back()
			return o, err
		}
		o.lasting = true
		for name, value := range map[string]string{Token: token, AppSecret: secret} {
			if value == "" {
				continue
			}
			desk.Secrets.Try(name, value)
			if desk.Secrets.Keep(name) != nil { // used until the program ends, which is said
				o.lasting = false
			}
		}
		return o, nil
	})
}

// taken says that WhatsApp looked at the token and takes it: no answer is no yes.
func taken(findings []sender.Finding) bool {
	looked := false
	for _, f := range findings {
		if decides(f.Check) && f.Level == sender.LevelStop {
			return false
		}
		looked = looked || f.Check == sender.CheckToken && f.Code != sender.CodeUnchecked
	}
	return looked
}

// decides says whether a check tells of the token itself.
func decides(check sender.Check) bool {
	return check == sender.CheckToken || check == sender.CheckPermissions || check == sender.CheckConnection
}

// against are the findings that are not well, those of the token first.
func against(findings []sender.Finding) []sender.Finding {
	var first, then []sender.Finding
	for _, f := range findings {
		switch {
		case f.Level == sender.LevelOK:
		case decides(f.Check):
			first = append(first, f)
		case f.Level == sender.LevelStop:
			then = append(then, f)
		}
	}
	return append(first, then...)
}
