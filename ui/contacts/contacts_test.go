package contacts_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/contacts"
	"pregon/ui/theme"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// neighbour stands in for the counter: it only remembers what it was asked to show.
type neighbour struct{ got view.Intent }

func (n *neighbour) ID() view.ID                 { return view.Consent }
func (n *neighbour) Title() string               { return "Consent" }
func (n *neighbour) Init() tea.Cmd               { return nil }
func (n *neighbour) Render(view.Size) view.Frame { return view.Frame{Content: "the counter"} }
func (n *neighbour) Actions() []view.Action      { return nil }
func (n *neighbour) Typing() bool                { return false }
func (n *neighbour) Update(msg tea.Msg) tea.Cmd {
	if intent, ok := msg.(view.Intent); ok {
		n.got = intent
	}
	return nil
}

// desk is a person who looks at the contacts of a shop.
type desk struct {
	*uitest.Driver
	shop    *storetest.Shop
	counter *neighbour
	tb      testing.TB
}

func at(tb testing.TB, shop *storetest.Shop, width, height int) *desk {
	tb.Helper()
	d := &desk{shop: shop, counter: &neighbour{}, tb: tb}
	d.Driver = uitest.New(tb, width, height, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{Views: []view.View{contacts.New(env, shop.Store), d.counter}})
	})
	return d
}

func (d *desk) person(id store.ContactID) store.Contact {
	tb := d.tb
	tb.Helper()
	c, err := d.shop.Store.Contact(d.tb.Context(), id)
	if err != nil {
		d.tb.Fatal(err)
	}
	return c
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// person adds somebody by name; what follows is done to her.
func person(tb testing.TB, shop *storetest.Shop, n int, name string, tags ...string) store.ContactID {
	tb.Helper()
	c, err := shop.AddContact(tb.Context(), store.NewContact{
		Phone: phone.E164(fmt.Sprintf("+1604555%04d", 100+n)), Name: name, Source: "counter", Tags: tags,
	})
	must(tb, err)
	return c.ID
}

func withdraw(tb testing.TB, shop *storetest.Shop, id store.ContactID) {
	tb.Helper()
	_, err := shop.RecordOptOut(tb.Context(), store.OptOut{Contact: id, Reason: "told us", Staff: "Marta"})
	must(tb, err)
}

// street is a shop with one contact of each kind.
func street(tb testing.TB) *storetest.Shop {
	tb.Helper()
	shop, _, _, _ := bakery(tb) //nolint:dogsled // who is who does not matter here
	return shop
}

// bakery is a shop with one contact of each kind, and who they are.
func bakery(tb testing.TB) (shop *storetest.Shop, lucia, jose, ana store.ContactID) {
	tb.Helper()
	shop = storetest.New(tb)
	lucia = person(tb, shop, 1, "Lucía Marín", "vip")
	shop.OptIn(tb, lucia)
	shop.Saved(tb, lucia)
	jose = person(tb, shop, 2, "José Ángel Ruiz", "vip", "wholesale")
	shop.OptIn(tb, jose)
	ana = person(tb, shop, 3, "Ana P.", "vip")
	shop.OptIn(tb, ana)
	withdraw(tb, shop, ana)
	person(tb, shop, 4, "Bruno Díaz")
	return shop, lucia, jose, ana
}

func TestEverybodyHasAVerdictInWords(t *testing.T) {
	t.Parallel()
	shop := street(t)
	d := at(t, shop, 100, 24)
	d.See("4 of 4 · 1 can get it", "✓ since 24 Nov", "! number not saved", "✗ withdrew 24 Nov", "! not asked yet")
}

func TestSearchFollowsTheKeysAndCounts(t *testing.T) {
	t.Parallel()
	shop := street(t)
	d := at(t, shop, 80, 24)
	d.Press("/")
	d.Type("tag:vip -tag:wholesale")
	d.See("2 of 4 · 1 can get it", "Lucía Marín", "Ana P.")
	d.Unseen("Bruno", "José")
	d.Press("esc")
	d.See("4 of 4", "Bruno")
}

func TestAFaultInTheSearchIsMarkedInItsPlace(t *testing.T) {
	t.Parallel()
	shop := street(t)
	tests := []struct{ name, query, fault, want string }{
		{"unknown key", "ana tga:vip", "tga", "The word before the colon is not known. Possible: tag lang"},
		{"unknown value", "consent:maybe", "maybe", "Possible: none asked given"},
		{"open quote", `ana "pe`, `"`, "A quotation mark is not closed."},
		{"a bad age", "added:<30x", "<30x", "write <30d or >90d"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := at(t, shop, 80, 24)
			d.Press("/")
			d.Type(test.query)
			d.See(test.want)
			lines := strings.Split(d.Screen(), "\n")
			for i, line := range lines {
				if at := strings.Index(line, test.query); at >= 0 {
					if place := strings.Index(lines[i+1], "^"); place != strings.Index(line, test.fault) {
						t.Errorf("the mark stands at %d:\n%s\n%s", place, line, lines[i+1])
					}
				}
			}
		})
	}
}

func TestThePersonTellsUntilWhenSheRests(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	id := shop.Started(t, "sendable:yes")
	got, err := shop.Outbox.Claim(t.Context(), id, 5)
	if err != nil {
		t.Fatal(err)
	}
	results := make([]store.Result, 0, len(got.Claims))
	for _, claim := range got.Claims {
		results = append(results, store.Result{Claim: claim, Outcome: store.Refused{Code: 131049}})
	}
	if err := shop.Outbox.Settle(t.Context(), results); err != nil {
		t.Fatal(err)
	}
	d := at(t, shop, 80, 36)
	d.Send(view.OpenContact{ID: int64(lucia)})
	d.See("Why can she not get it?", "she has had enough offers for now. Nobody writes to her", "before 1 Dec.", "nothing you can do here")
}

func TestThePersonTellsTheWholeHistory(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	shop.Clock.Advance(time.Hour)
	shop.Started(t, "sendable:yes")
	withdraw(t, shop, lucia)
	d := at(t, shop, 80, 36)
	d.Send(view.OpenContact{ID: int64(lucia)})
	d.See("Lucía Marín", "+1 604-555-0101", "Why can she not get it?", "She withdrew. Only she can come back",
		"24 Nov 2026 11:00  ✗ withdrew · Marta", "broadcast Half price: waiting", "✓ saved number seen · Marta",
		"✓ agreed · Marta", "added, from: counter")
	d.Unseen("May Panadería Luna")
	for range 3 {
		d.Press("down")
	}
	d.Press("enter")
	d.See("heard the words read aloud", "The words, optin-en v1:", "May Panadería Luna write to you?")
	d.Press("enter")
	d.Unseen("May Panadería Luna")
	d.Press("esc")
	d.Unseen("History")
}

func TestWhatCanBeMendedLeadsToTheCounter(t *testing.T) {
	t.Parallel()
	shop, lucia, jose, _ := bakery(t)
	must(t, shop.RecordPlatform(t.Context(), store.PlatformEvent{Contact: lucia, Type: "stopped", At: shop.Clock.Now(), Code: 131050}))
	d := at(t, shop, 80, 24)
	d.Send(view.OpenContact{ID: int64(lucia)})
	d.See("Only she can start them again", "nothing you can do here")
	d.Send(view.OpenContact{ID: int64(jose)})
	d.See("She has not saved our number", "a mends it at the counter")
	d.Press("a")
	if got, ok := d.counter.got.(view.OpenConsent); !ok || got.Phone != "+16045550102" {
		t.Errorf("asked for %#v", d.counter.got)
	}
}

func TestRequirement10AnybodyIsOptedOutInThreeKeysAtMost(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		keys []string
	}{
		{"from the list", []string{"w", "y"}},
		{"from the person", []string{"enter", "w", "y"}},
		{"from the search", []string{"enter", "w", "y"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop, lucia, _, _ := bakery(t)
			d := at(t, shop, 80, 24)
			if test.name == "from the search" {
				d.Press("/")
			}
			if test.name != "from the person" {
				d.Send(view.ListContacts{Query: "lucía"})
			} else {
				d.Press("down", "down", "down")
			}
			if test.name == "from the search" {
				d.Press("/")
			}
			d.Press(test.keys...)
			if c := d.person(lucia); c.Standing.Consent != store.ConsentWithdrawn {
				t.Errorf("%+v\n%s", c.Standing, d.Screen())
			}
			d.See("Withdrawn: she gets nothing more", "✗")
		})
	}
	for name, who := range map[string]store.NewContact{
		"never asked": {Phone: "+16045550155", Name: "Zoe", Source: "list"}, "known by WhatsApp's id alone": {UserID: "CA.1", Name: "Zoe", Source: "QR"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			zoe, err := shop.AddContact(t.Context(), who)
			must(t, err)
			d := at(t, shop, 80, 24)
			d.Press("w", "y")
			if c := d.person(zoe.ID); c.Standing.Consent != store.ConsentWithdrawn {
				t.Errorf("%+v\n%s", c.Standing, d.Screen())
			}
		})
	}
}

func TestWithdrawingCanBeKept(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	d := at(t, shop, 80, 24)
	d.Send(view.ListContacts{Query: "lucía"})
	d.Press("w")
	d.See("to Lucía Marín?", "y yes, withdraw", "esc no, keep")
	d.Press("enter", "esc")
	d.Unseen("to Lucía Marín?")
	if c := d.person(lucia); !c.Verdict.Sendable() {
		t.Errorf("%+v", c.Standing)
	}
}

func TestTagsGoToAllThatArePicked(t *testing.T) {
	t.Parallel()
	shop, lucia, jose, ana := bakery(t)
	d := at(t, shop, 80, 24)
	d.Send(view.ListContacts{Query: "tag:vip"})
	d.Press("ctrl+a")
	d.See("3 picked")
	d.Press("t", "enter")
	d.See("Write +tag to add one, -tag to take one away.")
	d.Type("+Christmas Fair -vip")
	d.Press("enter")
	d.See("The tags of 3 contacts are changed; u takes it back.", "Nobody fits this search.")
	for _, id := range []store.ContactID{lucia, jose, ana} {
		if tags := strings.Join(d.person(id).Tags, " "); !strings.HasPrefix(tags, "christmas fair") {
			t.Errorf("tags %q", tags)
		}
	}
	d.Press("u")
	d.See("The tags are as they were.", "3 of 4")
	if tags := strings.Join(d.person(jose).Tags, " "); tags != "vip wholesale" {
		t.Errorf("after the undo %q", tags)
	}
	d.Press("u") // nothing is left to take back
	d.See("3 of 4")
	d.Press("esc")
	d.See("4 of 4")
	d.Unseen("picked")
}

func TestANewContactIsCheckedAndGetsNothingYet(t *testing.T) {
	t.Parallel()
	d := at(t, storetest.New(t), 80, 24)
	d.See("Nobody here yet.", "n adds one by")
	d.Press("n", "enter")
	d.See("! The number is missing.")
	d.Press("enter", "enter", "enter", "enter")
	d.Type("604 555 0142")
	d.Press("enter")
	d.Type("Eva")
	d.Press("ctrl+s")
	d.See("! This must not be empty.")
	d.Type("order")
	d.Press("enter", "right", "enter")
	d.Type("vip, wholesale")
	d.Press("enter")
	d.See("Added. Next: ask her at the counter, with a.", "Eva", "+1 604-555-0142", "Nobody has asked her yet.", "es · vip wholesale")
	d.Press("esc", "n")
	d.Type("+1 (604) 555-0142")
	d.Press("enter", "enter")
	d.Type("order")
	d.Press("ctrl+s")
	d.See("This number is in your contacts already.")
	if ids, err := d.shop.ContactIDs(t.Context(), "", store.SortID); err != nil || len(ids) != 1 {
		t.Error(ids, err)
	}
}

func TestWhatIsKnownOfAPersonCanBeChanged(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	must(t, shop.Edit(t.Context(), lucia, store.EditContact{Fields: map[string]string{"city": "Vigo", "note": "two\nlines"}}))
	d := at(t, shop, 80, 24)
	d.Send(view.OpenContact{ID: int64(lucia)})
	d.Press("e")
	d.Type(" Gil")
	d.Press("enter", "right", "enter")
	d.Type(" gold")
	d.Press("enter", "ctrl+u", "shift+tab", "up", "down", "tab", "enter", "enter")
	d.Type("no colon")
	d.Press("enter")
	d.See("! Write what it is and a colon: city: Vigo")
	d.Press("ctrl+u")
	d.Type("Street: Rúa Nova 3")
	d.Press("enter")
	d.See("The changes are saved.", "Lucía Marín Gil", "es · gold vip")
	got := d.person(lucia)
	if got.Name != "Lucía Marín Gil" || got.Language != "es" || strings.Join(got.Tags, " ") != "gold vip" {
		t.Errorf("%+v", got)
	}
	if got.Fields["city"] != "" || got.Fields["street"] != "Rúa Nova 3" || got.Fields["note"] != "two\nlines" {
		t.Errorf("fields %v", got.Fields)
	}
}

func TestWhatIsTypedIsNotLostByOneKey(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	d := at(t, shop, 80, 24)
	d.Send(view.OpenContact{ID: int64(lucia)})
	d.Press("e", "esc")
	d.Unseen("What is known of her")
	d.Press("e")
	d.Type(" Gil")
	d.Press("esc")
	d.See("This is not saved yet. Esc again drops it.", "Marín Gil")
	d.Type("!")
	d.Press("esc")
	d.See("Marín Gil!")
	d.Press("ctrl+c", "ctrl+c")
	d.See("What you typed of a contact is not saved yet. Leave it?")
	d.Press("esc", "esc")
	d.Unseen("Gil")
	if got := d.person(lucia).Name; got != "Lucía Marín" {
		t.Errorf("named %q", got)
	}
}

func TestChangesElsewhereShowAtOnce(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	d := at(t, shop, 80, 24)
	d.Send(view.OpenContact{ID: int64(lucia)})
	d.See("She can get broadcasts, since 24 Nov.")
	withdraw(t, shop, lucia)
	d.Send(view.StoreChanged{})
	d.See("Why can she not get it?")
	d.Press("esc")
	d.See("4 of 4 · 0 can get it")
}

func TestAGoneContactIsSaid(t *testing.T) {
	t.Parallel()
	shop := street(t)
	d := at(t, shop, 80, 24)
	d.Send(view.OpenContact{ID: 4711})
	d.See("This contact is no longer there.")
}

func TestHostileNameMovesNoColumn(t *testing.T) {
	t.Parallel()
	names := []string{
		"\x1b[2J\x1b[10;1HGone", "a\u009b31mred", "tab\there\nnext", "\u202eevil\u202c", "漢字の名前はとても長いですから切る", "مرحبا بالعالم",
		"👩‍👩‍👧‍👦 family", "z\u0335\u0335\u0335\u0335\u0335\u0335algo", strings.Repeat("x", 180), "\x1b]0;title\a",
	}
	shop := storetest.New(t)
	for i, name := range names {
		person(t, shop, i, name)
	}
	d := at(t, shop, 80, 24)
	column := -1
	for line := range strings.SplitSeq(d.Screen(), "\n") {
		before, _, found := strings.Cut(line, "+1 604-555-01")
		if !found {
			continue
		}
		if width := theme.Width(before); column < 0 {
			column = width
		} else if width != column {
			t.Errorf("the number stands in column %d, not %d: %q", width, column, line)
		}
	}
	if column < 0 {
		t.Fatal("no numbers on the screen")
	}
	for _, bad := range []string{"\x1b[2J", "\x1b]0", "\u009b", "\u202e"} {
		if strings.Contains(d.Looks(), bad) {
			t.Errorf("%q reached the terminal", bad)
		}
	}
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name string
		w, h int
	}{{"40x12", 40, 12}, {"60x20", 60, 20}, {"80x24", 80, 24}, {"120x40", 120, 40}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			shop, _, jose, _ := bakery(t)
			person(t, shop, 5, "李小龍 漢字", "vip")
			person(t, shop, 6, "مريم", "vip")
			empty := at(t, storetest.New(t), size.w, size.h)
			empty.Golden("empty-" + size.name)
			d := at(t, shop, size.w, size.h)
			d.Golden("list-" + size.name)
			d.Press("/")
			d.Type("tag:vip tga:no")
			d.Golden("fault-" + size.name)
			d.Press("esc")
			d.Send(view.OpenContact{ID: int64(jose)})
			d.Golden("person-" + size.name)
			d.Press("w")
			d.Golden("withdraw-" + size.name)
			d.Press("esc", "esc", "n")
			d.Golden("new-" + size.name)
		})
	}
}
