package contacts_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/contacts"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// The list is sorted by name: Ana, Bruno, José, Lucía.

func TestThePersonBesideTheListFollowsTheCursor(t *testing.T) {
	t.Parallel()
	shop := street(t)
	d := at(t, shop, 120, 36)
	d.See("She withdrew. Only she can come back")
	d.Press("down")
	d.See("Nobody has asked her yet.")
	d.Unseen("She withdrew.")
	d.Press("end")
	d.See("She can get broadcasts, since 24 Nov.")
	d.Press("home")
	d.See("She withdrew. Only she can come back")
}

func TestWhoOnlyPassesByIsNotAskedFor(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 60 {
		shop.Contact(t, n)
	}
	asked := &counting{Store: shop.Store}
	d := withStore(t, shop, asked, 120, 36)
	before := asked.persons.Load()
	for range 40 {
		d.Touch("down") // faster than the keys rest
	}
	d.Idle()
	if got := asked.persons.Load() - before; got > 2 {
		t.Errorf("%d persons were read for one that is looked at", got)
	}
}

func TestAtEightyColumnsThePersonStaysOverTheList(t *testing.T) {
	t.Parallel()
	d := at(t, street(t), 80, 24)
	d.Press("down")
	d.Unseen("History")
	d.Press("enter")
	d.See("History", "Nobody has asked her yet.")
	d.Unseen("Ana P.")
	d.Resize(120, 36)
	d.See("History", "Ana P.")
	d.Press("esc")
	d.See("History")
	d.Resize(80, 24)
	d.Unseen("History")
	d.See("Ana P.")
}

func TestEnterGivesThePersonTheKeysAndEscGivesThemBack(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	d := at(t, shop, 120, 36)
	d.Press("end", "enter", "down", "enter") // the second entry of her history
	d.See("The words, optin-en v1:")
	d.Press("esc", "up")
	d.See("She has not saved our number") // José
	d.Press("w")
	d.See("to José Ángel Ruiz?")
	d.Press("esc")
	d.Send(view.OpenContact{ID: int64(lucia)})
	d.Press("w")
	d.See("to Lucía Marín?")
}

func TestTheMouseDoesWhatTheKeysDo(t *testing.T) {
	t.Parallel()
	d := at(t, street(t), 120, 36)
	d.Click("Bruno Díaz")
	d.See("Nobody has asked her yet.")
	d.Click("Lucía Marín")
	d.See("She can get broadcasts")
	d.Click("✓ agreed")
	d.See("The words, optin-en v1:")
	d.Click("Ana P.")
	d.See("She withdrew. Only she can come back")
	d.Click("/ name")
	d.Type("josé")
	d.See("1 of 4")
	d.Click("enter to the list")
	d.Click("w withdraw")
	d.Click("esc no, keep")
	d.Unseen("yes, withdraw")
	d.Click("w withdraw")
	d.Click("y yes, withdraw")
	d.See("Withdrawn: she gets nothing more")
}

func TestTheFieldsOfAPromptCanBeClicked(t *testing.T) {
	t.Parallel()
	d := at(t, storetest.New(t), 80, 24)
	d.Press("n")
	d.Click("Known from")
	d.Type("order")
	d.Click("Number")
	d.Type("604 555 0142")
	d.Click("Language")
	d.Click("not known")
	d.Click("ctrl+s save")
	d.See("Added. Next: ask her at the counter, with a.", "from: order", "· es")
}

func TestANumberIsCopied(t *testing.T) {
	t.Parallel()
	shop := street(t)
	d := at(t, shop, 80, 24)
	d.Press("end", "c")
	if d.Copied() != "+16045550101" {
		t.Errorf("the clipboard has %q", d.Copied())
	}
	d.See("+16045550101")
	d.Press("/")
	d.Type("nobody")
	d.Press("enter", "c")
	d.See("There is nobody here.")
}

func TestTheWheelScrollsTheListAlsoWhileSearching(t *testing.T) {
	t.Parallel()
	d := at(t, street(t), 120, 36)
	d.Press("/")
	d.Wheel(1) // three rows
	d.See("She can get broadcasts")
	d.Advance(time.Second)
	d.Wheel(-1)
	d.See("She withdrew.")
}

func TestAnErasedPersonOnScreenTakesNothingNew(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	d := at(t, shop, 80, 24)
	d.Send(view.OpenContact{ID: int64(lucia)})
	must(t, shop.Erase(t.Context(), lucia, "Ana")) // at another screen, just now
	d.Press("t")
	d.Type("vip")
	d.Press("enter")
	d.See("This contact was erased and takes no more entries.")
	d.Press("esc", "e")
	d.Type("x")
	d.Press("ctrl+s")
	d.See("This contact was erased and takes no more entries.")
	d.Press("esc", "esc")
	d.Send(view.StoreChanged{})
	d.See("Her number is on the stop list, for good.")
	d.Press("e")
	d.Unseen("What is known of her")
	d.See("This contact was erased")
}

// counting is a shop file that counts the persons that are read.
type counting struct {
	*store.Store
	persons atomic.Int64
}

// History counts.
func (c *counting) History(ctx context.Context, id store.ContactID) ([]store.LedgerEvent, error) {
	c.persons.Add(1)
	return c.Store.History(ctx, id)
}

func withStore(tb testing.TB, shop *storetest.Shop, s contacts.Store, width, height int) *desk {
	tb.Helper()
	d := &desk{shop: shop, counter: &neighbour{}, tb: tb}
	d.Driver = uitest.New(tb, width, height, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{Views: []view.View{contacts.New(env, s), d.counter}})
	})
	return d
}
