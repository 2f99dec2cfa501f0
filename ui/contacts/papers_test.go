package contacts_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
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
