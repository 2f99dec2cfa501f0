// Package contacts is the tab of everybody the shop knows: the list with its search, one person with the whole
// history of what she agreed to and got, and the few things that can be changed. Whoever cannot get a broadcast
// has the reason beside the name, and where it can be mended the one key that leads there.
package contacts

import (
	"context"
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/contacts/bring"
	"pregon/ui/contacts/erased"
	"pregon/ui/contacts/person"
	"pregon/ui/contacts/query"
	"pregon/ui/contacts/tags"
	"pregon/ui/contacts/twins"
	"pregon/ui/view"
	"pregon/ui/widget/table"
)

// Reader is what the tab asks of the shop file.
type Reader interface {
	Shop(ctx context.Context) (store.Shop, error)
	person.Lister
	CountContacts(ctx context.Context, query string) (store.ContactCounts, error)
	Vocabulary(ctx context.Context) (store.Vocabulary, error)
	person.Reader
}

// Store is the part of the shop file this tab needs.
type Store interface {
	Reader
	bring.Store
	tags.Store
	twins.Store
	erased.Store
	Retag(ctx context.Context, ids []store.ContactID, add, remove []string) (store.TagChange, error)
	AddContact(ctx context.Context, c store.NewContact) (store.Contact, error)
	Edit(ctx context.Context, id store.ContactID, edit store.EditContact) error
	RecordOptOut(ctx context.Context, out store.OptOut) (store.LedgerEvent, error)
}

// rest is how long the keys must rest before the search is asked.
const rest = 120 * time.Millisecond

// rested says that no key came for a while since that one.
type rested struct{ key int }

// Recipient is this tab, also while another is shown.
func (rested) Recipient() view.ID { return view.Contacts }

// View is the tab.
type View struct {
	env    *view.Env
	store  Store
	people *person.Words
	table  *table.Table[store.ContactID, store.Contact]
	search *query.Line
	query  string // what the list shows
	keys   int    // typed into the search so far
	tally  query.Tally
	region string       // completes national numbers
	person *person.Page // beside the list where there is room, else over it
	inside bool         // the person has the keys, not the list
	peeked store.ContactID
	peeks  int // moves of the cursor so far
	wide   bool
	prompt *prompt
	bring  *bring.Page                       // over the list
	hers   func(store.ContactID) view.Dialog // her papers; nil where there are none

	retagged store.TagChange // can be taken back

	counting, fetching, writing, settling, learning view.Latest
}

// New returns the tab; Init loads it.
func New(env *view.Env, s Store) *View {
	v := &View{env: env, store: s, people: person.NewWords(env), search: query.New(env)}
	v.table = table.New(env, view.Contacts, func(c store.Contact) store.ContactID { return c.ID }, v.people.Columns())
	return v
}

// WithPapers gives the tab the page of what one contact may ask the shop for.
func (v *View) WithPapers(hers func(store.ContactID) view.Dialog) *View {
	v.hers = hers
	return v
}

// ID is the address of the tab.
func (v *View) ID() view.ID { return view.Contacts }

// Title is the name of the tab.
func (v *View) Title() string { return v.env.Say.T("Contacts") }

// Typing says that letters belong to the search or to a prompt.
func (v *View) Typing() bool {
	if v.prompt != nil {
		return v.prompt.form != nil // also on a choice: letters must not lead elsewhere
	}
	return v.bring.Typing() || v.bring == nil && v.search.Focused()
}

// Unsaved asks before what was typed of a contact is lost.
func (v *View) Unsaved() string {
	if v.prompt == nil || v.prompt.card == nil || !v.prompt.form.Changed() {
		return v.bring.Unsaved()
	}
	return v.env.Say.T("What you typed of a contact is not saved yet. Leave it?")
}

// Init loads the list.
func (v *View) Init() tea.Cmd {
	return tea.Batch(v.table.Load(person.Source{Store: v.store, Query: v.query}), v.count(), v.settle())
}

func (v *View) settle() tea.Cmd { return view.Do(v.env, view.Contacts, &v.settling, v.store.Shop) }

// Update takes answers, intents, and the keys that are no actions.
func (v *View) Update(msg tea.Msg) tea.Cmd {
	if command, taken := v.bring.Update(msg); taken {
		return command
	}
	switch msg := msg.(type) {
	case view.Result[query.Tally]:
		return v.counted(msg)
	case view.Result[person.File]:
		return v.fetched(msg)
	case view.Result[outcome]:
		return v.written(msg)
	case view.Result[store.Vocabulary]:
		if msg.Of(&v.learning) && msg.Err == nil { // without it nothing is completed, and all else works
			v.search.Know(msg.Value)
			return v.apply()
		}
	case view.Result[store.Shop]:
		if msg.Of(&v.settling) && msg.Err == nil { // without a shop numbers need their country, no more
			v.region = msg.Value.Region
		}
	case rested:
		if msg.key == v.keys {
			return v.apply()
		}
	case peek:
		if msg.move == v.peeks && !v.inside {
			return v.fetch(v.peeked)
		}
	case view.OpenContact:
		v.prompt, v.inside = nil, true
		return tea.Batch(v.table.Go(store.ContactID(msg.ID)), v.fetch(store.ContactID(msg.ID)))
	case view.ListContacts:
		return v.list(msg.Query)
	case view.Answer:
		if msg.Yes && (msg.Dialog == tags.ID || msg.Dialog == view.Audiences) {
			return tea.Batch(v.list(msg.Text), v.learn())
		}
	case view.StoreChanged:
		return v.reload()
	case tea.KeyPressMsg:
		return v.typed(msg, msg.String())
	case tea.PasteMsg:
		return v.typed(msg, "")
	case tea.WindowSizeMsg:
		v.wide = view.Size{W: msg.Width, H: msg.Height}.Wide()
		return v.turn(msg)
	case person.Pressed:
		return v.pressed(msg)
	default:
		return v.clicked(msg)
	}
	return nil
}

// typed gives a key or a paste to what has the focus. Up and down go through the list also while the search is
// typed.
func (v *View) typed(msg tea.Msg, key string) tea.Cmd {
	moves := key == "up" || key == "down" || key == "pgup" || key == "pgdown"
	switch {
	case v.prompt != nil:
		v.prompt.typed(msg)
	case v.search.Focused() && !moves:
		return v.searchTyped(msg)
	case v.inside && v.person != nil:
		v.person.Move(key)
	default:
		return v.turn(msg)
	}
	return nil
}

// brought goes back from an import to the list.
func (v *View) brought() tea.Cmd {
	v.bring = nil
	return v.reload()
}

// reload asks everything again that is on screen.
func (v *View) reload() tea.Cmd {
	commands := []tea.Cmd{v.table.Reload(), v.count(), v.settle()}
	if v.person != nil {
		commands = append(commands, v.fetch(v.person.Contact.ID))
	}
	return tea.Batch(commands...)
}

func (v *View) fetch(id store.ContactID) tea.Cmd {
	return view.Do(v.env, view.Contacts, &v.fetching, func(ctx context.Context) (person.File, error) {
		return person.Read(ctx, v.store, id)
	})
}

func (v *View) fetched(answer view.Result[person.File]) tea.Cmd {
	if !answer.Of(&v.fetching) {
		return nil
	}
	if answer.Err != nil {
		if errors.Is(answer.Err, store.ErrNotFound) {
			v.person, v.inside = nil, false
		}
		return v.failed(answer.Err)
	}
	v.person = person.New(v.people, answer.Value, v.person)
	if v.inside {
		v.search.Blur()
	}
	return nil
}

// failed says what an error means for the reader, where that is known.
func (v *View) failed(err error) tea.Cmd {
	if text := v.env.Say.Trouble(store.Code(err)); text != "" {
		return view.Send(view.Tell{Level: view.Trouble, Text: text})
	}
	return view.Send(view.Failed{Err: err})
}
