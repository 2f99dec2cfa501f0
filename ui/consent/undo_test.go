package consent_test

import (
	"strings"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

func TestUndoTakesTheWholeVisitBack(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	add(t, shop, "Lucía Marín")
	c := at(t, shop, 80, 24)
	c.customer(lucia, " Gil")
	c.Press("y", "s", "d", "enter") // meant for somebody else, noticed after the screen was wiped
	if p := c.person(luciaE164); !p.Verdict.Sendable() || p.Name != "Lucía Marín Gil" {
		t.Fatalf("%+v", p)
	}
	c.Press("esc", "u")
	c.See("The last entry is taken back")
	c.Unseen("Lucía")
	p := c.person(luciaE164)
	if p.Standing.Consent != store.ConsentNone || p.Standing.Saved != store.GradeUnknown || p.Name != "Lucía Marín" {
		t.Errorf("%+v", p)
	}
}

func TestUndoReachesNoFurtherThanOneCustomer(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.customer(lucia, "Lucía")
	c.Press("y", "enter")
	c.customer("604 555 0113", "Ana")
	c.Press("n", "u")
	c.See("The last entry is taken back")
	c.Press("u")
	c.See("There is nothing of yours to take back here.")
	if p := c.person(luciaE164); p.Standing.Consent != store.ConsentGiven {
		t.Errorf("the customer before lost her yes: %+v", p.Standing)
	}
}

func TestUndoSaysWhereItIsTooLate(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.customer(lucia, "Lucía")
	c.Press("y", "enter")
	if err := withdrew(t.Context(), c.shop)(c.person(luciaE164).ID); err != nil { // she wrote STOP meanwhile
		t.Fatal(err)
	}
	c.Press("esc", "u")
	c.See("Not taken back: something else was recorded since.")
	if p := c.person(luciaE164); p.Standing.Consent != store.ConsentWithdrawn {
		t.Errorf("%+v", p.Standing)
	}
	c.Press("u")
	c.See("There is nothing of yours to take back here.")
}

func TestARefusedEntryLeavesNobodyBehind(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.Type(lucia)
	c.Press("enter")
	c.Type(strings.Repeat("漢", 80)) // fits the line, but not the file
	c.Press("esc", "y")
	c.See("This name is too long.")
	c.nobody()
	c.Press("ctrl+u")
	c.Type("漢")
	c.Press("esc", "y")
	if p := c.person(luciaE164); p.Standing.Consent != store.ConsentGiven || p.Name != "漢" {
		t.Errorf("%+v", p)
	}
}

func TestAnErasedCustomerTakesNothing(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := add(t, shop, "Lucía")
	c := at(t, shop, 80, 24)
	c.Type(lucia)
	c.See("a customer")
	if err := shop.Erase(t.Context(), id, "Ana"); err != nil { // at another screen, just now
		t.Fatal(err)
	}
	c.Press("esc", "y")
	c.See("This contact was erased and takes no more entries.")
}

func TestTheCounterCanBeClicked(t *testing.T) {
	t.Parallel()
	for _, size := range []struct{ width, height int }{{80, 24}, {60, 20}, {40, 20}} {
		c := at(t, storetest.New(t), size.width, size.height)
		c.Click("Name")
		c.Type("Lucía")
		c.Click("Number")
		c.Type(lucia)
		c.Click("she read it")
		c.Click("I saw it")
		c.Click("She said yes")
		p := c.person(luciaE164)
		if !p.Verdict.Sendable() || p.Name != "Lucía" {
			t.Errorf("%dx%d: %+v\n%s", size.width, size.height, p, c.Screen())
		}
		if events, err := c.shop.History(t.Context(), p.ID); err != nil || events[0].Method != store.MethodCounterScreen {
			t.Error(events, err)
		}
		c.Press("w")
		c.Click("esc no, keep")
		c.Unseen("yes, withdraw")
		c.Press("w")
		c.Click("y yes, withdraw")
		c.See("Withdrawn at 10:00")
	}
}

func TestAClickThatCannotBeSaysWhy(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.Click("She said no")
	c.See("First the number: tab goes there.")
	c.nobody()
}
