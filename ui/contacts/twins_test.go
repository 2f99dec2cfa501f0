package contacts_test

import (
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// twice is a shop with Lia under both spellings that a number of Brazil has: by the one she agreed, by the other she
// withdrew where so is true.
func twice(t *testing.T, withdrew bool) (shop *storetest.Shop, one, other store.ContactID) {
	t.Helper()
	shop = storetest.New(t)
	ctx := t.Context()
	a, err := shop.AddContact(ctx, store.NewContact{Phone: "+5511961234567", Name: "Lia", Source: "till", Tags: []string{"vip"}})
	must(t, err)
	b, err := shop.AddContact(ctx, store.NewContact{
		Phone: "+551161234567", Name: "Lia Sousa", Source: "list", Tags: []string{"old"}, Fields: map[string]string{"city": "Santos"},
	})
	must(t, err)
	shop.OptIn(t, a.ID)
	shop.Saved(t, a.ID)
	if withdrew {
		_, err := shop.RecordOptOut(ctx, store.OptOut{Contact: b.ID, Staff: "Marta"})
		must(t, err)
	}
	return shop, a.ID, b.ID
}

func TestTwoContactsOfOnePersonBecomeOneAndTwoAgain(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		shop, one, other := twice(t, false)
		d := at(t, shop, size[0], size[1])
		d.Press("D")
		d.See("Duplicates", "two spellings", "+55 11 96123-4567")
		d.Press("m")
		d.See("Stays: +55 11 96123-4567 · Lia", "Goes into it: ", "Together: ", "vip", "city: Santos", "old vip", "Ask again whether", "Are they one person?")
		d.Press("enter")
		if c := d.person(other); c.MergedInto != 0 {
			t.Fatal("Enter alone merged them")
		}
		d.Press("y")
		d.See("They are one contact now; u takes it back.", "No two contacts seem to be one person.")
		if c := d.person(other); c.MergedInto != one || d.person(one).Verdict.Sendable() {
			t.Errorf("merged: %+v", c)
		}
		d.Press("u")
		d.See("They are two contacts again.")
		if c := d.person(one); !c.Verdict.Sendable() || d.tagsOf(one) != "vip" || d.person(other).MergedInto != 0 {
			t.Errorf("undone: %+v", c)
		}
		d.Press("esc")
		d.Unseen("Duplicates")
	}
}

func TestTheOptOutIsShownBeforeAMergeAndWins(t *testing.T) {
	t.Parallel()
	shop, one, other := twice(t, true)
	d := at(t, shop, 80, 24)
	d.Press("D", "m")
	d.See("agreed", "withdrew")
	d.Press("x", "y") // whichever of the two is kept
	if c := d.person(other); c.Standing.Consent != store.ConsentWithdrawn || d.person(one).MergedInto != other {
		t.Errorf("merged: %+v", c)
	}
	d.Press("u")
	if c := d.person(one); !c.Verdict.Sendable() || d.person(other).Standing.Consent != store.ConsentWithdrawn {
		t.Errorf("undone: %+v", c)
	}
}

func TestWithoutDuplicatesTheListSaysSo(t *testing.T) {
	t.Parallel()
	d := at(t, storetest.New(t), 60, 20)
	d.Press("D")
	d.See("No two contacts seem to be one person.")
	d.Press("m")
	d.See("No two contacts seem to be one person.")
}
