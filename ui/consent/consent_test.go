package consent_test

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
	"pregon/ui/consent"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// lucia is the number that the tests type, as people write it and as it is kept.
const (
	lucia     = "604 555 0112"
	luciaE164 = phone.E164("+16045550112")
)

// neighbour stands in for the contacts tab: it only remembers what it was asked to show.
type neighbour struct{ got view.Intent }

func (n *neighbour) ID() view.ID                 { return view.Contacts }
func (n *neighbour) Title() string               { return "Contacts" }
func (n *neighbour) Init() tea.Cmd               { return nil }
func (n *neighbour) Render(view.Size) view.Frame { return view.Frame{Content: "the list"} }
func (n *neighbour) Actions() []view.Action      { return nil }
func (n *neighbour) Typing() bool                { return false }
func (n *neighbour) Update(msg tea.Msg) tea.Cmd {
	if intent, ok := msg.(view.Intent); ok {
		n.got = intent
	}
	return nil
}

// counter is a person at the counter of a shop.
type counter struct {
	*uitest.Driver
	shop *storetest.Shop
	list *neighbour
	tb   testing.TB
}

func at(tb testing.TB, shop *storetest.Shop, width, height int) *counter {
	tb.Helper()
	c := &counter{shop: shop, list: &neighbour{}, tb: tb}
	c.Driver = uitest.New(tb, width, height, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{Views: []view.View{consent.New(env, shop.Store), c.list}})
	})
	return c
}

func open(tb testing.TB) *counter {
	tb.Helper()
	return at(tb, storetest.New(tb), 80, 24)
}

// customer types a number and a name and goes to the choices.
func (c *counter) customer(number, name string) {
	tb := c.tb
	tb.Helper()
	c.Type(number)
	c.Press("enter")
	c.Type(name)
	c.Press("esc")
}

// person is the contact as the file has it.
func (c *counter) person(number phone.E164) store.Contact {
	tb := c.tb
	tb.Helper()
	contact, err := c.shop.ContactByPhone(c.tb.Context(), number)
	if err != nil {
		c.tb.Fatal(err)
	}
	return contact
}

// nobody fails if Lucía is in the file.
func (c *counter) nobody() {
	tb := c.tb
	tb.Helper()
	if _, err := c.shop.ContactByPhone(c.tb.Context(), luciaE164); !errors.Is(err, store.ErrNotFound) {
		c.tb.Errorf("she is in the file (%v)", err)
	}
}

// add puts somebody into the file who did something long ago.
func add(tb testing.TB, shop *storetest.Shop, name string, acts ...func(store.ContactID) error) store.ContactID {
	tb.Helper()
	made, err := shop.AddContact(tb.Context(), store.NewContact{Phone: luciaE164, Name: name, Source: "counter"})
	if err != nil {
		tb.Fatal(err)
	}
	for _, act := range acts {
		if err := act(made.ID); err != nil {
			tb.Fatal(err)
		}
	}
	return made.ID
}

func agreed(ctx context.Context, shop *storetest.Shop) func(store.ContactID) error {
	return func(id store.ContactID) error {
		_, err := shop.RecordOptIn(ctx, storetest.OptIn(id))
		return err
	}
}

func withdrew(ctx context.Context, shop *storetest.Shop) func(store.ContactID) error {
	return func(id store.ContactID) error {
		_, err := shop.RecordOptOut(ctx, store.OptOut{Contact: id, Reason: "test", Staff: "Marta"})
		return err
	}
}

func TestACustomerIsOptedInAtTheCounter(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.Type(lucia)
	c.See("+1 604-555-0112", "not yet a customer")
	c.Press("enter")
	c.Type("Lucía Marín")
	c.Press("enter", "d", "y")
	c.See("Lucía can get broadcasts: agreed 10:00, number seen saved by Marta.")
	p := c.person(luciaE164)
	if !p.Verdict.Sendable() || p.Name != "Lucía Marín" || p.Language != "en" {
		t.Errorf("%+v", p)
	}
	events, err := c.shop.History(t.Context(), p.ID)
	if err != nil || len(events) != 2 {
		t.Fatal(events, err)
	}
	if e := events[0]; e.Method != store.MethodSpoken || e.Notice.ID != "optin-en" || e.Staff != "Marta" || e.Place == "" {
		t.Errorf("the proof lacks something: %+v", e)
	}
}

func TestTheSavedNumberCanBeSaidAfterTheYes(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.customer(lucia, "Lucía")
	c.Press("o", "l", "y")
	c.See("Broadcasts begin once our number is saved.")
	if c.person(luciaE164).Verdict.Sendable() {
		t.Error("sendable before the number was saved")
	}
	c.Press("s")
	c.See("and says our number is saved")
	p := c.person(luciaE164)
	if p.Standing.Saved != store.GradeSaysSaved || p.Language != "es" {
		t.Errorf("%+v", p)
	}
	if events, err := c.shop.History(t.Context(), p.ID); err != nil || events[0].Method != store.MethodCounterScreen || events[0].Notice.ID != "optin-es" {
		t.Error(events, err)
	}
	c.Press("a")
	if p := c.person(luciaE164); p.Verdict.Sendable() {
		t.Error("still sendable after the number was found not to be saved")
	}
}

func TestNoIsAsNearAsYes(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.customer(lucia, "Lucía")
	c.See("Y  She said yes", "N  She said no")
	boxes := strings.Split(lineWith(c.Screen(), "She said yes"), "┃")
	if len(boxes) != 5 || len([]rune(boxes[1])) != len([]rune(boxes[3])) {
		t.Errorf("yes and no differ in size: %q", boxes)
	}
	c.Press("n")
	c.See("she said no. She gets nothing.")
	if p := c.person(luciaE164); p.Standing.Consent != store.ConsentRefused {
		t.Errorf("%+v", p.Standing)
	}
}

func lineWith(screen, text string) string {
	for line := range strings.SplitSeq(screen, "\n") {
		if strings.Contains(line, text) {
			return line
		}
	}
	return ""
}

func TestLettersAreNeverAnswersWhileTyping(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.Type(lucia)
	c.Press("y", "n", "w", "backspace", "backspace", "backspace", "enter")
	c.Type("Yany wum")
	c.nobody()
	c.Press("enter", "y")
	if p := c.person(luciaE164); p.Name != "Yany wum" {
		t.Errorf("named %q", p.Name)
	}
}

func TestAnAnswerNeedsANumberFirst(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.Press("esc", "y")
	c.See("First the number")
	c.Press("tab")
	c.Type("604 555")
	c.See("digits are missing")
	c.Press("esc", "n")
	c.See("The number is not complete")
	if ids, err := c.shop.ContactIDs(t.Context(), "", store.SortID); err != nil || len(ids) != 0 {
		t.Error(ids, err)
	}
}

func TestKnownCustomersStandingIsThereBeforeStaffAsks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		acts func(ctx context.Context, shop *storetest.Shop) []func(store.ContactID) error
		want string
	}{
		{"nobody asked", func(context.Context, *storetest.Shop) []func(store.ContactID) error { return nil }, "was not asked yet"},
		{"agreed", func(ctx context.Context, shop *storetest.Shop) []func(store.ContactID) error {
			return []func(store.ContactID) error{agreed(ctx, shop)}
		}, "She agreed on 24 Nov. Our number is not saved yet."},
		{"agreed and saved", func(ctx context.Context, shop *storetest.Shop) []func(store.ContactID) error {
			return []func(store.ContactID) error{agreed(ctx, shop), func(id store.ContactID) error {
				_, err := shop.RecordSavedNumber(ctx, store.SavedNumber{Contact: id, Grade: store.GradeSaysSaved, Staff: "Marta"})
				return err
			}}
		}, "she gets broadcasts already"},
		{"asked", func(ctx context.Context, shop *storetest.Shop) []func(store.ContactID) error {
			return []func(store.ContactID) error{func(id store.ContactID) error {
				_, err := shop.RecordAsked(ctx, store.Asked{Contact: id, Staff: "Marta"})
				return err
			}}
		}, "has not answered"},
		{"withdrew", func(ctx context.Context, shop *storetest.Shop) []func(store.ContactID) error {
			return []func(store.ContactID) error{agreed(ctx, shop), withdrew(ctx, shop)}
		}, "Staff cannot bring her back"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			add(t, shop, "Lucía Marín", test.acts(t.Context(), shop)...)
			c := at(t, shop, 120, 36)
			c.Type(lucia)
			c.See("Lucía Marín", "a customer", test.want)
		})
	}
}

func TestReaskWithinNinetyDaysWarns(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		later time.Duration
		want  string
	}{
		{"the next week", 7 * 24 * time.Hour, "Do not ask again before"},
		{"after a hundred days", 100 * 24 * time.Hour, "more than 90 days ago"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			add(t, shop, "Lucía", func(id store.ContactID) error {
				_, err := shop.RecordRefusal(t.Context(), id, "Marta", "counter")
				return err
			})
			c := at(t, shop, 80, 24)
			c.Advance(test.later)
			c.Type(lucia)
			c.See(test.want)
		})
	}
}

func TestWithdrawTakesThreeKeysAtMost(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	add(t, shop, "Lucía", agreed(t.Context(), shop))
	c := at(t, shop, 80, 24)
	c.Type(lucia) // the cursor is still in the number
	c.Press("esc", "w", "y")
	c.See("Withdrawn at 10:00")
	if p := c.person(luciaE164); p.Standing.Consent != store.ConsentWithdrawn {
		t.Errorf("%+v", p.Standing)
	}
	c.Press("u")
	c.See("A withdrawal cannot be taken back")
}

func TestWithdrawalIsAskedOnceAndCanBeKept(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	add(t, shop, "Lucía", agreed(t.Context(), shop))
	c := at(t, shop, 80, 24)
	c.Type(lucia)
	c.Press("esc", "n") // a no from somebody who agreed
	c.See("for good?")
	c.Press("esc")
	c.Unseen("for good?")
	if p := c.person(luciaE164); p.Standing.Consent != store.ConsentGiven {
		t.Errorf("%+v", p.Standing)
	}
}

func TestWithdrawnCannotBeTakenBackByStaffAlone(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	add(t, shop, "Lucía", agreed(t.Context(), shop), withdrew(t.Context(), shop))
	shop.Clock.Advance(time.Minute)
	c := at(t, shop, 80, 24)
	c.Type(lucia)
	c.Press("esc", "y")
	c.See("type the number of the card she signed")
	if p := c.person(luciaE164); p.Standing.Consent != store.ConsentWithdrawn {
		t.Fatalf("%+v", p.Standing)
	}
	c.Press("shift+tab")
	c.Type("card 0117")
	c.Press("enter", "y")
	p := c.person(luciaE164)
	if p.Standing.Consent != store.ConsentGiven {
		t.Fatalf("%+v\n%s", p.Standing, c.Screen())
	}
	events, err := shop.History(t.Context(), p.ID)
	if err != nil || events[len(events)-1].Evidence != "card 0117" || events[len(events)-1].Method != store.MethodPaper {
		t.Error(events, err)
	}
}

func TestNextCustomerShowsNothingOfTheLast(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.customer(lucia, "Lucía Marín")
	c.Press("d", "y", "enter")
	c.Unseen("Luc", "0112", "10:00", "a customer")
	c.See("○ I saw it")
	c.customer("604 555 0113", "")
	c.Press("y")
	if p := c.person("+16045550113"); p.Name != "" || p.Standing.Saved != store.GradeUnknown {
		t.Errorf("the next customer got something of the last: %+v", p)
	}
}

// The answer of a write may come when the next customer stands there already.
func TestALateAnswerShowsNothingToTheNextCustomer(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	d := at(t, shop, 80, 24)
	v := consent.New(d.Env, shop.Store)
	settle(v, v.Init())
	settle(v, v.Update(view.OpenConsent{Phone: string(luciaE164)}))
	yes, ok := view.Find(v.Actions(), tea.KeyPressMsg{Code: 'y', Text: "y"}, v.Typing())
	if !ok || yes.Why() != "" {
		t.Fatalf("no yes: %q", yes.Why())
	}
	late := yes.Run()
	if again, _ := view.Find(v.Actions(), tea.KeyPressMsg{Code: 'y', Text: "y"}, v.Typing()); again.Why() == "" {
		t.Error("a second yes is possible while the first is being saved")
	}
	settle(v, v.Update(view.OpenConsent{}))
	settle(v, late)
	if p := d.person(luciaE164); p.Standing.Consent != store.ConsentGiven {
		t.Errorf("not recorded: %+v", p.Standing)
	}
	if screen := v.Render(view.Size{W: 80, H: 19}).Content; strings.Contains(screen, "0112") || strings.Contains(screen, "agreed") {
		t.Errorf("the next customer reads:\n%s", screen)
	}
}

// settle runs a command and all that follows from it.
func settle(v *consent.View, command tea.Cmd) {
	for queue := []tea.Cmd{command}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == nil {
			continue
		}
		switch msg := queue[0]().(type) {
		case nil:
		case tea.BatchMsg:
			queue = append(queue, msg...)
		default:
			queue = append(queue, v.Update(msg))
		}
	}
}

func TestEveryLanguageFits(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"es", "pt"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			c := &counter{shop: shop, list: &neighbour{}, tb: t}
			c.Driver = uitest.NewIn(t, lang, 60, 20, func(env *view.Env) tea.Model {
				return ui.New(env, ui.Options{Views: []view.View{consent.New(env, shop.Store), c.list}})
			})
			c.customer(lucia, "Lucía")
			c.Golden("asking-" + lang)
			c.Press("esc", "b")
			c.Golden("board-" + lang)
		})
	}
}

func TestAnotherNumberIsAnotherPerson(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	add(t, shop, "Lucía Marín", agreed(t.Context(), shop))
	c := at(t, shop, 80, 24)
	c.Type(lucia)
	c.See("Lucía Marín")
	c.Press("backspace")
	c.Unseen("Lucía Marín", "She agreed")
}

func TestSomebodyNewIsNotDroppedByOneKey(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.customer(lucia, "Lucía")
	c.Press("enter")
	c.See("Nothing is recorded yet", "Lucía")
	c.Press("enter")
	c.Unseen("Lucía")
	c.nobody()
}

func TestUndoTakesTheLastAnswerBack(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.Press("esc", "u")
	c.See("There is nothing of yours to take back here.")
	c.Press("tab")
	c.customer(lucia, "Lucía")
	c.Press("y", "enter", "esc", "u") // noticed after the screen was wiped
	c.See("The last entry is taken back")
	c.Unseen("Lucía")
	if p := c.person(luciaE164); p.Standing.Consent != store.ConsentNone {
		t.Errorf("%+v", p.Standing)
	}
	c.Press("u")
	c.See("There is nothing of yours to take back here.")
}

func TestRequirement23NobodyUnderEighteenIsKept(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.customer(lucia, "Lucía")
	c.Press("m")
	c.See("Nobody under 18 gets broadcasts. Nothing was saved.")
	c.Unseen("Lucía")
	c.nobody()

	c.customer(lucia, "Lucía")
	c.Press("y", "m", "y")
	if p := c.person(luciaE164); p.Standing.Consent != store.ConsentWithdrawn {
		t.Errorf("%+v", p.Standing)
	}
}

func TestNothingIsRecordedByNobody(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.Env.Staff = func() string { return " " }
	c.customer(lucia, "Lucía")
	c.Press("y")
	c.See("Nobody knows who you are")
	c.nobody()
}

func TestOpenConsentComesWithTheNumber(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	add(t, shop, "Lucía Marín", agreed(t.Context(), shop))
	c := at(t, shop, 80, 24)
	c.Send(view.OpenConsent{Phone: string(luciaE164)})
	c.See("Lucía Marín", "She agreed")
	c.Press("d")
	c.See("she gets broadcasts already")
	c.Send(view.OpenConsent{})
	c.Unseen("Lucía")
}

func TestChangesElsewhereShowAtOnce(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := add(t, shop, "Lucía", agreed(t.Context(), shop))
	c := at(t, shop, 80, 24)
	c.Type(lucia)
	if err := withdrew(t.Context(), shop)(id); err != nil {
		t.Fatal(err)
	}
	c.Send(view.StoreChanged{})
	c.See("She withdrew")
}

func TestTheBoardCountsAndOpensTheLists(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	shop.OptIn(t, shop.Contact(t, 2))
	shop.Contact(t, 3)
	tests := []struct {
		name  string
		moves int
		want  string
	}{
		{"all", -1, ""},
		{"who can get it", 0, "sendable:yes"},
		{"not saved", 2, "consent:given OR consent:confirmed saved:no"},
		{"not asked", 3, "consent:none"},
		{"withdrew", 8, "consent:withdrawn"},
	}
	counts := map[string]int{"": 3, "sendable:yes": 1, "consent:given OR consent:confirmed saved:no": 1, "consent:none": 1}
	for query, want := range counts {
		if got, err := shop.CountContacts(t.Context(), query); err != nil || got.Total != want {
			t.Errorf("%q finds %d, want %d (%v)", query, got.Total, want, err)
		}
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := at(t, shop, 80, 24)
			c.Press("esc", "b")
			c.See("3    contacts", "1  ✓ can get broadcasts", "1  ! agreed, but our number is not saved")
			for range max(0, test.moves) {
				c.Press("down")
			}
			if test.moves < 0 {
				c.Press("up")
			}
			c.Press("enter")
			if got, ok := c.list.got.(view.ListContacts); !ok || got.Query != test.want {
				t.Errorf("asked for %#v, want %q", c.list.got, test.want)
			}
		})
	}
}

func TestAShopThatIsNotSetUpSaysWhatToDo(t *testing.T) {
	t.Parallel()
	shop := storetest.Open(t, t.TempDir()+"/shop.db", storetest.NewClock())
	c := at(t, shop, 80, 24)
	c.See("the comma key opens the page for it")
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name string
		w, h int
	}{{"40x12", 40, 12}, {"60x20", 60, 20}, {"80x24", 80, 24}, {"120x40", 120, 40}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			settings := storetest.Settings()
			settings.Language, settings.Products, settings.TimesAMonth, settings.PrivacyURL = "es", "pan y bollería", 2, "luna.example/p"
			if err := shop.SaveShop(t.Context(), settings, "Ana"); err != nil {
				t.Fatal(err)
			}
			if err := shop.PublishNotices(t.Context(), notices(t), "Ana"); err != nil {
				t.Fatal(err)
			}
			c := at(t, shop, size.w, size.h)
			c.Golden("empty-" + size.name)
			c.customer(lucia, "Lucía Marín")
			c.Golden("asking-" + size.name)
			c.Press("d", "y")
			c.Golden("agreed-" + size.name)
			c.Press("w")
			c.Golden("withdrawing-" + size.name)
			c.Press("y", "enter")
			c.Type(lucia)
			c.Golden("withdrawn-" + size.name)
			c.Press("esc", "b")
			c.Golden("board-" + size.name)
		})
	}
}
