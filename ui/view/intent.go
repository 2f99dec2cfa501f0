package view

import tea "charm.land/bubbletea/v2"

// Intent is a wish that only the app can fulfil. The list is closed: a new journey adds a struct here.
//
//sumtype:decl
type Intent interface{ intent() }

// Send returns the command that hands an intent to the app.
func Send(i Intent) tea.Cmd { return func() tea.Msg { return i } }

type (
	// OpenContact shows one contact with its history; ID is a store.ContactID.
	OpenContact struct{ ID int64 }
	// ListContacts shows the contacts of a query in the audience language.
	ListContacts struct{ Query string }
	// OpenConsent goes to the counter with a number typed in, E.164 or as typed; "" is the next customer.
	OpenConsent struct{ Phone string }
	// OpenTemplate shows one template.
	OpenTemplate struct{ Name, Language string }
	// Compose begins a broadcast; what is empty is still to be chosen.
	Compose struct{ Template, Language, Audience string }
	// OpenBroadcast shows one broadcast in the state it is in; ID is a store.BroadcastID.
	OpenBroadcast struct{ ID int64 }
	// OpenAudiences keeps a query under a name, or without one lists what is kept. The Answer goes to the tab in front.
	OpenAudiences struct{ Query string }
	// Ask lays a dialog over the page. The Answer goes to Owner. Itself says that nobody pressed a key for
	// it, so it waits for silence before it hears keys.
	Ask struct {
		Owner  ID
		Dialog Dialog
		Itself bool
	}
	// Tell shows a short text; errors stay until a key.
	Tell struct {
		Level Level
		Text  string // translated and safe
	}
	// Failed says that a question came back with an error the view has no words for. The app logs it under a
	// number and tells the reader that number; a cancelled question is passed over.
	Failed struct{ Err error }
	// Copy puts a text on the clipboard of the terminal, where it has one.
	Copy struct{ Text string }
)

func (OpenContact) intent()   {}
func (ListContacts) intent()  {}
func (OpenConsent) intent()   {}
func (OpenTemplate) intent()  {}
func (Compose) intent()       {}
func (OpenBroadcast) intent() {}
func (OpenAudiences) intent() {}
func (Ask) intent()           {}
func (Tell) intent()          {}
func (Failed) intent()        {}
func (Copy) intent()          {}

// Level is how much a Tell matters.
type Level int

// Done confirms, Note informs, Caution says why not, Trouble stays until a key.
const (
	Done Level = iota
	Note
	Caution
	Trouble
)

// StoreChanged goes to all views after something was written to the shop file.
type StoreChanged struct{}

// Progress goes to all views when a broadcast moved. It is a signal with what the header needs; a view that
// wants more asks the engine for its snapshot.
type Progress struct {
	Broadcast   int64 // store.BroadcastID
	Name        string
	Done, Total int
	Running     bool // false once it is paused, done or cancelled
	Elsewhere   bool // another process sends it, and goes on when the app is left
}
