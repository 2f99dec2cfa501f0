package consent_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/consent"
	"pregon/ui/theme"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

func TestTheCodeFillsTheScreenAndAnyKeyGoesBack(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 20}, {80, 24}, {120, 40}} {
		for _, key := range []string{"esc", "q", "k", "space", "enter"} {
			c := at(t, storetest.New(t), size[0], size[1])
			c.Press("esc", "k")
			c.See("Scan this, then send “JOIN panaderia luna”.", "▄", "█")
			c.Unseen("1 Consent", "Number")
			c.Press(key)
			c.See("Number", "1 Consent")
		}
	}
}

func TestTheCodeJoinsInTheCustomersLanguageWithTheWordsShown(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.customer(lucia, "")
	c.Press("l", "k")
	c.See("ALTA panaderia luna")
	c.Press("x")
	prompts, err := c.shop.Prompts(t.Context())
	if err != nil || len(prompts) != 1 || prompts[0].Notice != "optin-es" || prompts[0].Code != "panaderia luna" {
		t.Fatalf("prompts = %+v, %v", prompts, err)
	}
	c.Press("k")
	c.Press("x")
	if again, err := c.shop.Prompts(t.Context()); err != nil || len(again) != 1 {
		t.Errorf("shown again: %+v, %v", again, err)
	}
	// What the code opens is what the feed takes for a yes.
	id, err := c.shop.AddContact(t.Context(), store.NewContact{Phone: luciaE164, Source: "till"})
	if err != nil {
		t.Fatal(err)
	}
	said := store.Inbound{Phone: luciaE164, Wamid: "wamid.1", Kind: "text", Text: "ALTA panaderia luna", At: c.shop.Clock.Now()}
	if err := c.shop.RecordFeed(t.Context(), store.Feed{Inbound: []store.Inbound{said}}); err != nil {
		t.Fatal(err)
	}
	if got := c.person(luciaE164); got.ID != id.ID || got.Standing.Consent != store.ConsentConfirmed {
		t.Errorf("her message by the code made her %s", got.Standing.Consent)
	}
}

func TestATooSmallWindowSaysSoAndShowsTheLink(t *testing.T) {
	t.Parallel()
	c := at(t, storetest.New(t), 50, 14)
	c.Press("esc", "k")
	c.See("This window is too small for our QR code: it needs", "37 by 20.", "https://wa.me/16045550199?text=JOIN%20panaderia%20", "luna")
	c.Press("x")
	c.See("Number")
}

func TestWithoutBlocksTheCodeIsASCII(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	d := uitest.New(t, 120, 50, func(env *view.Env) tea.Model {
		env.Theme = theme.New(theme.ASCII())
		return ui.New(env, ui.Options{Views: []view.View{consent.New(env, shop.Store)}})
	})
	d.Press("esc", "k")
	d.See("##", "JOIN panaderia luna")
	if screen := d.Screen(); strings.ContainsAny(screen, "▄▀█") {
		t.Errorf("it has blocks:\n%s", screen)
	}
}

func TestTheCodeNeedsWordsAndAName(t *testing.T) {
	t.Parallel()
	shop := storetest.Open(t, t.TempDir()+"/shop.db", storetest.NewClock())
	if err := shop.SaveShop(t.Context(), storetest.Settings(), "Ana"); err != nil {
		t.Fatal(err)
	}
	c := at(t, shop, 80, 24)
	c.Press("esc", "k")
	c.See("There are no words to show yet")
}
