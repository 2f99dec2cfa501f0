// Package settings is the page on which a shop is set up at the first start, and changed later: a form over the app.
package settings

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/form"
	"pregon/ui/widget/place"
)

// ID is the address of the page.
const ID view.ID = "settings"

// Reader is what the page asks of the shop file.
type Reader interface {
	Shop(ctx context.Context) (store.Shop, error)
	CountContacts(ctx context.Context, query string) (store.ContactCounts, error)
}

// Save sets the shop up or changes it, with the wordings that follow from it. It refuses as store.SaveShop does.
type Save func(ctx context.Context, shop store.Shop, staff string) error

// now is how the shop stands.
type now struct {
	shop  store.Shop
	fresh bool // it is not set up yet
	saved int  // who has saved its number, as far as is known
}

// saved is what was written.
type saved struct {
	again int  // who has to be asked again whether she saved the number
	id    bool // it was another id of the number
}

// Page is the form.
type Page struct {
	env     *view.Env
	reader  Reader
	save    Save
	now     now
	form    *form.Form // nil until the shop was read
	warned  bool       // that another number or id loses who saved the old one
	leaving bool
	done    bool

	reading, writing view.Latest
}

// New returns the page; Init reads the shop.
func New(env *view.Env, reader Reader, save Save) *Page {
	return &Page{env: env, reader: reader, save: save}
}

// ID is the address of the page.
func (p *Page) ID() view.ID { return ID }

// Title is the heading.
func (p *Page) Title() string {
	if p.now.fresh {
		return p.env.Say.T("Set up your shop")
	}
	return p.env.Say.T("Settings of the shop")
}

// Typing says that letters belong to the form, also on a choice: they must not lead elsewhere.
func (p *Page) Typing() bool { return p.form != nil }

// Done says that the page is closed; nobody waits for an answer.
func (p *Page) Done() (view.Answer, bool) { return view.Answer{Dialog: ID}, p.done }

// Unsaved asks before what was typed is lost.
func (p *Page) Unsaved() string {
	if p.form == nil || !p.form.Changed() {
		return ""
	}
	return p.env.Say.T("The settings are not saved yet. Leave?")
}

// Init reads the shop.
func (p *Page) Init() tea.Cmd {
	return view.Do(p.env, ID, &p.reading, func(ctx context.Context) (now, error) {
		shop, err := p.reader.Shop(ctx)
		if errors.Is(err, store.ErrNotSetUp) {
			return now{shop: store.DefaultShop(), fresh: true}, nil
		}
		if err != nil {
			return now{}, fmt.Errorf("read the settings: %w", err)
		}
		counts, err := p.reader.CountContacts(ctx, "saved:yes")
		return now{shop: shop, saved: counts.Total}, err
	})
}

// Update takes answers, keys and clicks.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[now]:
		switch {
		case !msg.Of(&p.reading):
		case msg.Err != nil:
			p.done = true
			return p.failed(msg.Err)
		default:
			p.now = msg.Value
			p.build()
		}
	case view.Result[saved]:
		return p.written(msg)
	case tea.KeyPressMsg, tea.PasteMsg:
		p.leaving = false
		if p.form != nil {
			p.form.Update(msg)
		}
	case form.Pressed:
		if p.form != nil {
			p.form.Update(msg)
			p.complete()
		}
	}
	return nil
}

// Actions are what can be done now.
func (p *Page) Actions() []view.Action {
	say := p.env.Say
	leave := view.Action{Keys: []string{"esc"}, Label: say.T("leave it"), Help: say.T("Change nothing."), Run: p.leave, Off: p.busy}
	if p.form == nil {
		return []view.Action{leave}
	}
	step := func(go1 func()) func() tea.Cmd {
		return func() tea.Cmd {
			go1()
			p.complete()
			return nil
		}
	}
	return []view.Action{
		{Keys: []string{"enter"}, Label: say.T("next"), Help: say.T("Go to the next line; at the last one, save."), Run: p.next, Off: p.busy},
		{Keys: []string{"ctrl+s"}, Label: say.T("save"), Help: say.T("Save what stands here."), Run: p.submit, Off: p.busy},
		{Keys: []string{"tab", "down"}, Label: say.T("next line"), Help: say.T("Go to the next line."), Run: step(p.form.Forth), Hidden: true},
		{Keys: []string{"shift+tab", "up"}, Label: say.T("line before"), Help: say.T("Go to the line before."), Run: step(p.form.Back), Hidden: true},
		leave,
	}
}

func (p *Page) busy() string {
	if p.writing.Waiting() {
		return p.env.Say.T("One moment: it is being saved.")
	}
	return ""
}

// leave closes the page; where something was typed, only the second time.
func (p *Page) leave() tea.Cmd {
	if p.Unsaved() != "" && !p.leaving {
		p.leaving = true
		return view.Send(view.Tell{Level: view.Caution, Text: p.env.Say.T("This is not saved yet. Esc again drops it.")})
	}
	p.done = true
	if p.now.fresh {
		return view.Send(view.Tell{Level: view.Note, Text: p.env.Say.T("The shop is not set up yet: the comma key opens this page again.")})
	}
	return nil
}

func (p *Page) next() tea.Cmd {
	if p.form.Next() {
		p.complete()
		return nil
	}
	return p.submit()
}

// submit saves, if all is whole. Another number, or another id of it, is asked about first: nobody has saved it.
func (p *Page) submit() tea.Cmd {
	if !p.form.Valid() {
		return nil
	}
	shop, staff := p.shop(), p.env.Staff()
	if staff == "" {
		staff = shop.Staff
	}
	if field, question := p.loses(shop); question != "" && !p.warned {
		p.form.Mark(field, question)
		p.warned = true
		return nil
	}
	before, id := p.now.saved, shop.PhoneNumberID != p.now.shop.PhoneNumberID && p.now.saved > 0
	return view.Do(p.env, ID, &p.writing, func(ctx context.Context) (saved, error) {
		if err := p.save(ctx, shop, staff); err != nil {
			return saved{}, err
		}
		counts, err := p.reader.CountContacts(ctx, "saved:yes")
		if err != nil {
			return saved{}, fmt.Errorf("count who saved the number: %w", err)
		}
		return saved{max(0, before-counts.Total), id}, nil
	})
}

// loses is the question whether those who saved the number are to be asked again, and the field it stands at.
func (p *Page) loses(shop store.Shop) (field, question string) {
	say, before := p.env.Say, p.now.shop
	switch {
	case p.now.saved == 0:
	case shop.Number != before.Number:
		return "number", say.T("%d people have saved the old number; each has to be asked again before she gets anything. Save again to change it.", p.now.saved)
	case shop.PhoneNumberID != before.PhoneNumberID:
		return "phone-number-id", say.T("%d people have saved the number; each has to be asked again, unless Meta says that this id is of the same number. Save again to change it.", p.now.saved)
	}
	return "", ""
}

func (p *Page) written(answer view.Result[saved]) tea.Cmd {
	if !answer.Of(&p.writing) {
		return nil
	}
	say := p.env.Say
	if invalid, ok := errors.AsType[*store.InvalidError](answer.Err); ok {
		p.form.Mark(invalid.Field, say.Refused(invalid.Reason))
		return nil
	}
	if answer.Err != nil {
		return p.failed(answer.Err)
	}
	p.done = true
	again := answer.Value.again
	switch {
	case p.now.fresh:
		return view.Send(view.Tell{Level: view.Done, Text: say.T("The shop is set up. Next: 1 and n add a contact, i brings a file in, 2 opens the counter.")})
	case again > 0:
		return view.Send(view.Tell{Level: view.Caution, Text: say.T("The settings are saved. %d people have to be asked again whether they saved the number.", again)})
	case answer.Value.id:
		return view.Send(view.Tell{Level: view.Done, Text: say.T("The settings are saved. Meta says that it is the same number, so whoever saved it still counts.")})
	}
	return view.Send(view.Tell{Level: view.Done, Text: say.T("The settings are saved.")})
}

// failed says what an error means for the reader, where that is known.
func (p *Page) failed(err error) tea.Cmd {
	if text := p.env.Say.Trouble(store.Code(err)); text != "" {
		return view.Send(view.Tell{Level: view.Trouble, Text: text})
	}
	return view.Send(view.Failed{Err: err})
}

// Render draws the form, at the first start under a word of welcome.
func (p *Page) Render(size view.Size) view.Frame {
	if p.form == nil {
		return view.Frame{}
	}
	th, say := p.env.Theme, p.env.Say
	var head []string
	if p.now.fresh && size.H > 8 {
		head = theme.Wrap(th.Paint(theme.Muted, say.T("A few lines and you can begin. Nothing is sent by this, and all of it can be changed later with the comma key.")), size.W)
		head = append(head, " ")
	}
	page := p.form.Render(view.Size{W: size.W, H: max(1, size.H-len(head))})
	if len(head) == 0 {
		return page
	}
	return place.Column(place.Text(head...), page)
}
