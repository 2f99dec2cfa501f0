package trial_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/broadcasts/trial"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// stand shows a page alone, as the tab of broadcasts does.
type stand struct {
	page  *trial.Page
	first tea.Cmd
}

func (s *stand) ID() view.ID                      { return view.Broadcasts }
func (s *stand) Title() string                    { return "Test" }
func (s *stand) Init() tea.Cmd                    { return s.first }
func (s *stand) Update(msg tea.Msg) tea.Cmd       { return s.page.Update(msg) }
func (s *stand) Actions() []view.Action           { return s.page.Actions() }
func (s *stand) Typing() bool                     { return s.page.Typing() }
func (s *stand) Render(size view.Size) view.Frame { return s.page.Render(size) }

// shopFile is the shop's own, but for what a test lets go wrong.
type shopFile struct {
	*store.Store
	blind error // of looking a number up
}

func (s *shopFile) ContactByPhone(ctx context.Context, number phone.E164) (store.Contact, error) {
	if s.blind != nil {
		return store.Contact{}, s.blind
	}
	return s.Store.ContactByPhone(ctx, number)
}

// desk is a page over a real shop file, and what came of it.
type desk struct {
	*uitest.Driver
	shop    *storetest.Shop
	file    *shopFile
	page    *trial.Page
	starts  []store.Start
	begun   []store.BroadcastID
	left    int
	trouble []error
	fail    error
}

// offer is a draft to everybody, as it stands at the fourth step.
func offer() store.Draft {
	return store.Draft{
		Name: "Half price", Template: "offer", Language: "en", Audience: "country:CA",
		Bindings: store.Bindings{"1": {Field: "name", Fallback: "neighbour"}},
	}
}

func open(t *testing.T, shop *storetest.Shop, width, height int, number string) *desk {
	t.Helper()
	d := &desk{shop: shop, file: &shopFile{Store: shop.Store}}
	d.Driver = uitest.New(t, width, height, func(env *view.Env) tea.Model {
		var s stand
		s.page, s.first = trial.New(env, trial.Desk{
			Store: d.file,
			Start: func(_ context.Context, _ store.BroadcastID, start store.Start) error {
				d.starts = append(d.starts, start)
				return d.fail
			},
			Started: func(id store.BroadcastID) tea.Cmd { d.begun = append(d.begun, id); return nil },
			Back:    func() tea.Cmd { d.left++; return nil },
			Trouble: func(err error) tea.Cmd {
				if err != nil {
					d.trouble = append(d.trouble, err)
				}
				return nil
			},
		}, offer(), number)
		d.page = s.page
		return ui.New(env, ui.Options{Views: []view.View{&s}})
	})
	d.Idle()
	return d
}

// heard is a shop with a feed and one customer, whose number is 604 500 0000.
func heard(t *testing.T) *storetest.Shop {
	t.Helper()
	shop := storetest.New(t)
	must(t, shop.FeedHeard(t.Context()))
	shop.Customer(t, 0)
	return shop
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

const own = "604 500 0000"

func (d *desk) broadcasts(t *testing.T) []store.Broadcast {
	t.Helper()
	list, err := d.shop.Broadcasts(t.Context())
	must(t, err)
	return list
}

func TestATestGoesToOneNumberAfterTheWholeRitual(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		d := open(t, heard(t), size[0], size[1], "")
		d.See("Test of “Half price”", "Your own number", "enter send the test")
		d.Type(own)
		d.See("Customer 0 can get it.")
		d.Press("enter")
		d.See("Type 1 to send it to this one number")
		d.Press("enter") // alone it is no answer
		d.Type("1")
		d.Press("enter")
		if !d.page.Holding() || len(d.starts) != 0 {
			t.Fatalf("it is not held: started %v", d.starts)
		}
		d.Advance(6 * time.Second)
		d.Idle()
		list := d.broadcasts(t)
		if len(list) != 1 || list[0].Name != "Test: Half price" || list[0].Audience != "+16045000000" || list[0].CreatedBy != "Marta" {
			t.Fatalf("the file holds %+v", list)
		}
		if len(d.starts) != 1 || d.starts[0].Staff != "Marta" || d.starts[0].WithoutFeed || len(d.begun) != 1 || d.begun[0] != list[0].ID {
			t.Errorf("started %+v, %v", d.starts, d.begun)
		}
		if d.page.Number() != own {
			t.Errorf("the number to use next time is %q", d.page.Number())
		}
	}
}

// TestTheGateKnowsNoTest: whoever composes is a customer like everybody else, and is told what she lacks.
func TestTheGateKnowsNoTest(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		shop func(t *testing.T, shop *storetest.Shop)
		says []string
	}{
		{"nobody knows the number", func(*testing.T, *storetest.Shop) {}, []string{"not among the contacts", "counter with 2"}},
		{"never asked", func(t *testing.T, shop *storetest.Shop) { t.Helper(); shop.Contact(t, 1) }, []string{"!"}},
		{"the number is not saved", func(t *testing.T, shop *storetest.Shop) { t.Helper(); shop.OptIn(t, shop.Contact(t, 1)) }, []string{"not saved"}},
		{"had one this week", func(t *testing.T, shop *storetest.Shop) {
			t.Helper()
			shop.Customer(t, 1)
			id := shop.Started(t, string(storetest.Phone(1)))
			claimed, err := shop.Outbox.Claim(t.Context(), id, 1)
			must(t, err)
			must(t, shop.Outbox.Settle(t.Context(), []store.Result{{Claim: claimed.Claims[0], Outcome: store.Accepted{Wamid: "w"}, At: shop.Clock.Now()}}))
		}, []string{"the gate knows no test", "colleague's number"}},
		{"two have it in them", func(t *testing.T, shop *storetest.Shop) {
			t.Helper()
			shop.Customer(t, 1)
			_, err := shop.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(2), Name: "ask at " + string(storetest.Phone(1)), Source: "till"})
			must(t, err)
		}, []string{"More than one contact has this number", "Contacts first"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := heard(t)
			test.shop(t, shop)
			before := len((&desk{shop: shop}).broadcasts(t))
			d := open(t, shop, 80, 24, "604 500 0001")
			said := strings.Join(strings.Fields(d.Screen()), " ")
			for _, words := range test.says {
				if !strings.Contains(said, words) {
					t.Errorf("it does not say %q:\n%s", words, d.Screen())
				}
			}
			d.Press("enter")
			d.Unseen("Type 1 to send")
			if len(d.starts) != 0 || len(d.broadcasts(t)) != before {
				t.Errorf("started %v, the file holds %d", d.starts, len(d.broadcasts(t)))
			}
		})
	}
}

func TestWithoutANumberThereIsNothingToSend(t *testing.T) {
	t.Parallel()
	d := open(t, heard(t), 80, 24, "")
	d.Press("enter")
	d.See("Type your own number first")
	d.Type("604 50")
	d.Press("enter")
	d.Unseen("Type 1 to send", "can get it")
	d.Type("0 0000") // and now it is one
	d.See("can get it")
	d.Press("backspace")
	d.Unseen("can get it")
}

func TestAnyKeyStopsATestThatIsHeld(t *testing.T) {
	t.Parallel()
	d := open(t, heard(t), 80, 24, own)
	for _, key := range []string{"esc", "enter", "x", "up"} {
		d.Press("enter")
		d.Type("1")
		d.Press("enter")
		if !d.page.Holding() {
			t.Fatalf("before %s: it is not held", key)
		}
		d.Press(key)
		if d.page.Holding() {
			t.Errorf("%s does not stop it", key)
		}
		d.Advance(time.Minute)
		d.Press("esc")
		d.See("enter send the test")
	}
	if len(d.starts) != 0 || len(d.broadcasts(t)) != 0 {
		t.Errorf("started %v, and the file holds %+v", d.starts, d.broadcasts(t))
	}
}

func TestLeavingThePageTakesTheStartBack(t *testing.T) {
	t.Parallel()
	d := open(t, heard(t), 80, 24, own)
	d.Press("enter")
	d.Type("1")
	d.Press("enter")
	d.page.Leave()
	d.Advance(time.Minute)
	d.Idle()
	if d.page.Holding() || len(d.starts) != 0 {
		t.Errorf("it went all the same: %v", d.starts)
	}
	d.Press("esc")
	if d.left != 1 {
		t.Errorf("esc left %d times", d.left)
	}
}

// TestAChangeElsewhereDoesNotStopWhatIsHeld: the gate asks again anyway; the screen must not.
func TestAChangeElsewhereDoesNotStopWhatIsHeld(t *testing.T) {
	t.Parallel()
	d := open(t, heard(t), 80, 24, own)
	d.Press("enter")
	d.Type("1")
	d.Press("enter")
	d.shop.Contact(t, 9)
	d.Send(view.StoreChanged{})
	d.Advance(6 * time.Second)
	d.Idle()
	if len(d.starts) != 1 {
		t.Errorf("started %v", d.starts)
	}
}

func TestAChangeElsewhereIsSeenAtOnce(t *testing.T) {
	t.Parallel()
	d := open(t, heard(t), 80, 24, own)
	d.See("can get it")
	_, err := d.shop.RecordOptOut(t.Context(), store.OptOut{Contact: 1, Reason: "said stop", Staff: "Ana"})
	must(t, err)
	d.Send(view.StoreChanged{})
	d.Unseen("can get it")
}

func TestWithoutAFeedItsAbsenceIsAcceptedOnTheRecord(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 0)
	d := open(t, shop, 80, 24, own)
	d.Press("enter")
	d.See("STOP is then only seen in the", "Type ACCEPT to start all the same; it goes on the record")
	d.Type("1") // that is no acceptance
	d.Press("enter")
	d.Unseen("Type 1 to send it")
	d.Press("ctrl+u")
	d.Type("ACCEPT")
	d.Press("enter")
	d.See("Type 1 to send it")
	d.Type("1")
	d.Press("enter")
	d.Advance(6 * time.Second)
	d.Idle()
	if len(d.starts) != 1 || !d.starts[0].WithoutFeed {
		t.Errorf("started %+v, want it to stand that there is no feed", d.starts)
	}
}

func TestATestThatCannotStartIsSaidAndCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	d := open(t, heard(t), 80, 24, own)
	d.fail = errors.New("Meta is not there")
	for want := 1; want <= 2; want++ {
		d.Press("enter")
		d.Type("1")
		d.Press("enter")
		d.Advance(6 * time.Second)
		d.Idle()
		if len(d.trouble) != want || !errors.Is(d.trouble[want-1], d.fail) || len(d.begun) != 0 {
			t.Fatalf("the %d. time: trouble %v, begun %v", want, d.trouble, d.begun)
		}
		d.See("enter send the test")
	}
}

func TestAFileThatCannotBeReadIsSaid(t *testing.T) {
	t.Parallel()
	d := open(t, heard(t), 80, 24, "")
	d.file.blind = store.ErrBusy
	d.Type(own)
	if len(d.trouble) == 0 || !errors.Is(d.trouble[0], store.ErrBusy) {
		t.Errorf("trouble %v", d.trouble)
	}
	d.Unseen("can get it", "not among the contacts")
	d.Press("enter")
	d.Unseen("Type 1 to send")
}
