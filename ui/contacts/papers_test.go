package contacts_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/contacts"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// desktop stands in for the page of her papers.
type desktop struct{ neighbour }

func (*desktop) ID() view.ID                 { return "papers" }
func (*desktop) Title() string               { return "Papers" }
func (*desktop) Done() (view.Answer, bool)   { return view.Answer{}, false }
func (*desktop) Render(view.Size) view.Frame { return view.Frame{Content: "proof and receipt"} }

func TestPLeadsToThePapersOfWhoIsInFront(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	var asked store.ContactID
	d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		tab := contacts.New(env, shop.Store).WithPapers(func(id store.ContactID) view.Dialog {
			asked = id
			return &desktop{}
		})
		return ui.New(env, ui.Options{Views: []view.View{tab}})
	})
	d.Send(view.OpenContact{ID: int64(lucia)})
	d.See("p papers")
	d.Press("p")
	d.See("proof and receipt")
	if asked != lucia {
		t.Errorf("the papers are of %d, want %d", asked, lucia)
	}
}

// TestWhoWasErasedIsFoundUntilSheLeavesTheFile: she is in no list and no search, and the second step is to be done there.
func TestWhoWasErasedIsFoundUntilSheLeavesTheFile(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		shop, lucia, _, _ := bakery(t)
		must(t, shop.Erase(t.Context(), lucia, "Ana"))
		var asked store.ContactID
		d := uitest.New(t, size[0], size[1], func(env *view.Env) tea.Model {
			tab := contacts.New(env, shop.Store).WithPapers(func(id store.ContactID) view.Dialog {
				asked = id
				return &desktop{}
			})
			return ui.New(env, ui.Options{Views: []view.View{tab}, Changes: shop.Changes(t.Context())})
		})
		d.Press("/")
		d.Type("lucia")
		d.Press("enter")
		d.Says("Nobody fits this search.", "Who was erased is in no search: E lists who has not left the file yet.")
		d.Press("E")
		d.Says("They are blocked for good and get nothing.")
		d.See("Erased", "22 Dec 2026", "Luc")
		if size[0] >= 80 {
			d.See("24 Nov 2026")
		}
		d.Press("enter")
		d.See("proof and receipt")
		if asked != lucia {
			t.Errorf("the papers are of %d, want %d", asked, lucia)
		}
		must(t, shop.Purge(t.Context(), lucia, "Ana"))
		d.Idle()
		if list, err := shop.Erased(t.Context()); err != nil || len(list) != 0 {
			t.Errorf("who left is still listed: %v, %v", list, err)
		}
	}
}

func TestWhereNobodyWasErasedTheListSaysSo(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		tab := contacts.New(env, shop.Store).WithPapers(func(store.ContactID) view.Dialog { return &desktop{} })
		return ui.New(env, ui.Options{Views: []view.View{tab}})
	})
	d.Press("E")
	d.See("Nobody who was erased is still named in the file.")
	d.Press("enter")
	d.Unseen("proof and receipt")
	d.Press("esc", "/")
	d.Type("nobody at all")
	d.Press("enter")
	d.Says("Nobody fits this search.")
	d.Unseen("Who was erased")
}
