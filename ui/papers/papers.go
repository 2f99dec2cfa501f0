// Package papers is what one customer may ask the shop for: the proof of what she agreed to, her own copy of her yes, and
// to be forgotten. What is shown or written is put on the record as an export first, as the command line does.
package papers

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/handout"
	"pregon/ui/say"
	"pregon/ui/view"
	"pregon/ui/widget/form"
	"pregon/ui/widget/rows"
)

// ID is the address of the page.
const ID view.ID = "papers"

// Store is the part of the shop file the page needs.
type Store interface {
	Proof(ctx context.Context, id store.ContactID) (store.Proof, error)
	PurgeDate(ctx context.Context, id store.ContactID) (at time.Time, purged bool, err error)
	RecordAudit(ctx context.Context, event store.AuditEvent) error
	Erase(ctx context.Context, id store.ContactID, staff string) error
	Purge(ctx context.Context, id store.ContactID, staff string) error
	Copies() ([]string, error)
}

// Desk is what the page works with.
type Desk struct {
	Store  Store
	Speak  func(language string) (*say.Printer, error) // for her who speaks another language than the screen
	Folder string                                      // papers are written there
}

// now is how it stands with her.
type now struct {
	proof  store.Proof
	purge  time.Time // when what names her leaves the file, zero where she is not erased
	purged bool
}

// leaf is what the page shows.
type leaf int

const (
	choice leaf = iota // of the three
	sheet
	receipt
	erasing
	purging
)

// shown is a paper that is on the record and may be read.
type shown struct {
	leaf    leaf
	proof   store.Proof
	receipt handout.Receipt
}

// saved is where a paper was written.
type saved struct{ path string }

// forgotten is that one of the steps of an erasure is done.
type forgotten struct {
	step   leaf
	copies int // of the shop file that went with it
}

// Page is the page, laid over the app.
type Page struct {
	env   *view.Env
	desk  Desk
	id    store.ContactID
	now   now
	read  bool
	leaf  leaf
	at    int // the row of the choice
	paper shown
	path  string     // where the paper was written last
	word  *form.Form // typed before she is erased
	top   int        // first line on screen
	deep  int        // lines that do not fit
	done  bool

	reading, opening, writing view.Latest
}

// New returns the page of one customer; Init reads what is known of her.
func New(env *view.Env, desk Desk, id store.ContactID) *Page {
	return &Page{env: env, desk: desk, id: id}
}

// ID is the address of the page.
func (p *Page) ID() view.ID { return ID }

// Title is the heading.
func (p *Page) Title() string {
	switch p.leaf {
	case sheet:
		return p.env.Say.T("Proof sheet")
	case receipt:
		return p.env.Say.T("Receipt")
	case erasing, purging:
		return p.env.Say.T("Erase")
	case choice:
	}
	return p.env.Say.T("Papers")
}

// Typing says that the word is being typed.
func (p *Page) Typing() bool { return p.word != nil }

// Done says that the page is closed; nobody waits for an answer.
func (p *Page) Done() (view.Answer, bool) { return view.Answer{Dialog: ID}, p.done }

// Init reads how it stands with her, which shows nothing of it yet.
func (p *Page) Init() tea.Cmd {
	return view.Do(p.env, ID, &p.reading, func(ctx context.Context) (now, error) {
		proof, err := p.desk.Store.Proof(ctx, p.id)
		if err != nil {
			return now{}, err
		}
		n := now{proof: proof}
		if proof.Contact.Standing.Erased {
			n.purge, n.purged, err = p.desk.Store.PurgeDate(ctx, p.id)
		}
		return n, err
	})
}

// Update takes answers, keys and clicks.
func (p *Page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.Result[now]:
		return p.took(msg)
	case view.Result[shown]:
		return p.opened(msg)
	case view.Result[saved]:
		return p.wrote(msg)
	case view.Result[forgotten]:
		return p.forgot(msg)
	case view.StoreChanged:
		return p.Init()
	case rows.Pick:
		if p.leaf == choice && msg.Of == any(p) {
			p.at = msg.At
			return p.open()
		}
	case tea.KeyPressMsg:
		p.typed(msg)
	case tea.PasteMsg, form.Pressed:
		if p.word != nil {
			p.word.Update(msg)
		}
	}
	return nil
}

// typed scrolls, and gives the letters to the word.
func (p *Page) typed(key tea.KeyPressMsg) {
	if p.word != nil && key.Text != "" || key.String() == "backspace" && p.word != nil {
		p.word.Update(key)
		return
	}
	step := map[string]int{"down": 1, "up": -1, "pgdown": 8, "pgup": -8, "space": 8, "home": -p.deep, "end": p.deep}[key.String()]
	if p.leaf == choice {
		p.at = max(0, min(p.at+min(1, max(-1, step)), len(offers)-1))
		return
	}
	p.top = max(0, min(p.top+step, p.deep))
}

func (p *Page) took(answer view.Result[now]) tea.Cmd {
	switch {
	case !answer.Of(&p.reading):
	case answer.Err != nil:
		p.done = !p.read
		return p.failed(answer.Err)
	default:
		p.now, p.read = answer.Value, true
	}
	return nil
}

// failed says what an error means for the reader, where that is known.
func (p *Page) failed(err error) tea.Cmd {
	say := p.env.Say
	if folder, ok := errors.AsType[*FolderError](err); ok {
		return view.Send(view.Tell{Level: view.Trouble, Text: say.T("The paper could not be written to %s. Nothing of the shop was changed. Look whether the folder can be written to and the disk has room.", safe(folder.Folder))})
	}
	if text := say.Trouble(store.Code(err)); text != "" {
		return view.Send(view.Tell{Level: view.Trouble, Text: text})
	}
	return view.Send(view.Failed{Err: err})
}
