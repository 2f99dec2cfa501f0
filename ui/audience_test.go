package ui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/audiences"
	"pregon/ui/broadcasts"
	"pregon/ui/contacts"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// idle is an engine that nobody asks.
type idle struct{ broadcasts.Engine }

// shelf is the app with the tabs in which an audience is typed.
func shelf(t *testing.T, width, height int) (*uitest.Driver, *storetest.Shop) {
	t.Helper()
	shop := storetest.New(t)
	one, two := shop.Customer(t, 1), shop.Contact(t, 2)
	shop.Contact(t, 3)
	if err := shop.TagContacts(t.Context(), []store.ContactID{one, two}, []string{"vip"}, nil); err != nil {
		t.Fatal(err)
	}
	d := uitest.New(t, width, height, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{
			Views:     []view.View{contacts.New(env, shop.Store), broadcasts.New(env, shop.Store, idle{})},
			Changes:   shop.Changes(t.Context()),
			Audiences: func(query string) view.Dialog { return audiences.New(env, shop.Store, query) },
		})
	})
	d.Idle()
	return d, shop
}

func TestASearchIsSavedAndABroadcastGoesToIt(t *testing.T) {
	t.Parallel()
	d, shop := shelf(t, 100, 30)
	d.Press("/")
	d.Type("tag:vip")
	d.See("2 of 3", "f4 saved ones", "ctrl+s save it")
	d.Press("ctrl+s")
	d.Type("regulars")
	d.Press("enter")
	d.See("Kept as audience:regulars", "2 of 3")
	d.Press("esc")
	d.See("3 of 3")
	d.Press("f4", "enter")
	d.See("audience:regulars", "2 of 3")
	d.Unseen("No audience is saved under this name")

	d.Press("2", "n", "enter", "f4")
	d.See("Saved audiences", "regulars")
	d.Press("enter")
	d.See("audience:regulars", "2 people", "1 will get it")
	d.Press("tab", "shift+tab")
	list, err := shop.Broadcasts(t.Context())
	if err != nil || len(list) != 1 || list[0].Audience != "audience:regulars" {
		t.Fatalf("the draft: %+v, %v", list, err)
	}
	d.Press("f4", "x")
	d.Says("Nothing was changed: ", "still asks for it.")
}

func TestADraftsAudienceIsSavedWhereItIsTyped(t *testing.T) {
	t.Parallel()
	d, shop := shelf(t, 80, 24)
	d.Press("2", "n", "enter")
	d.Press("ctrl+s")
	d.Says("an empty audience is nobody")
	d.Type("tag:vip -lang:es")
	d.Press("ctrl+s")
	d.Type("vips")
	d.Press("enter")
	d.See("Kept as audience:vips")
	if a, err := shop.SavedAudience(t.Context(), "vips"); err != nil || a.Query != "tag:vip -lang:es" {
		t.Errorf("kept %+v, %v", a, err)
	}
}

func TestASavedAudienceThatIsGoneIsNotUsed(t *testing.T) {
	t.Parallel()
	d, shop := shelf(t, 100, 30)
	if _, err := shop.SaveAudience(t.Context(), "old", "tag:vip", "Ana"); err != nil {
		t.Fatal(err)
	}
	d.Press("f4", "enter")
	d.See("2 of 3")
	d.Press("f4", "x", "esc")
	d.Press("/")
	d.Type(" ")
	d.Says("No audience is saved under this name.")
}
