package settings_test

import (
	"context"
	"errors"
	"path/filepath"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/settings"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// page stands behind the settings.
type page struct{}

func (page) ID() view.ID                 { return view.Contacts }
func (page) Title() string               { return "Contacts" }
func (page) Init() tea.Cmd               { return nil }
func (page) Update(tea.Msg) tea.Cmd      { return nil }
func (page) Render(view.Size) view.Frame { return view.Frame{Content: "the list"} }
func (page) Actions() []view.Action      { return nil }
func (page) Typing() bool                { return false }

// desk is a person at the settings of a shop.
type desk struct {
	*uitest.Driver
	shop  *storetest.Shop
	staff string // who saved last
	fails error  // what saving is refused with
	shown string // the number Meta shows for the id, "" where it is not asked
}

func (d *desk) save(ctx context.Context, shop store.Shop, staff string) error {
	d.staff = staff
	if d.fails != nil {
		return d.fails
	}
	if err := d.shop.SaveShop(ctx, shop, staff); err != nil || d.shown == "" {
		return err
	}
	return d.shop.SaveAccount(ctx, store.Account{PhoneNumberID: shop.PhoneNumberID, DisplayNumber: d.shown})
}

func at(tb testing.TB, shop *storetest.Shop, lang string, width, height int) *desk {
	tb.Helper()
	d := &desk{shop: shop}
	d.Driver = uitest.NewIn(tb, lang, width, height, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{
			Views:    []view.View{page{}},
			Settings: func() view.Dialog { return settings.New(env, shop.Store, d.save) },
			Header: func(ctx context.Context) (ui.Header, error) {
				_, err := shop.Shop(ctx)
				return ui.Header{NotSetUp: errors.Is(err, store.ErrNotSetUp)}, nil
			},
		})
	})
	return d
}

// empty is a shop file in which nothing stands.
func empty(tb testing.TB) *storetest.Shop {
	tb.Helper()
	return storetest.Open(tb, filepath.Join(tb.TempDir(), "shop.db"), storetest.NewClock())
}

func (d *desk) fill(texts ...string) {
	for _, text := range texts {
		d.Type(text)
		d.Press("enter")
	}
}

func TestTheFirstStartSetsTheShopUp(t *testing.T) {
	t.Parallel()
	d := at(t, empty(t), "en", 80, 24)
	d.See("Set up your shop", "Nothing is sent by this")
	d.fill("Panadería Luna", "es", "612 345 678")
	d.See("+34 612 34 56 78")
	d.fill("106540352242922", "102290129340398")
	d.See("Europe/Madrid")
	d.Press("enter")
	d.Press("ctrl+u")
	d.fill("10-19:30")
	d.Press("right", "enter", "right", "enter", "enter")
	d.fill("bread and pastries")
	d.Press("enter")
	d.Type("Marta")
	d.Press("enter")
	d.See("The shop is set up.", "the list")
	d.Unseen("Set up your shop")
	got, err := d.shop.Shop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Name != "Panadería Luna" || got.Region != "ES" || got.Number != "+34612345678" || got.Timezone != "Africa/Ceuta" && got.Timezone != "Europe/Madrid" {
		t.Errorf("%+v", got)
	}
	if got.Hours.Opens != 10*60 || got.Hours.Closes != 19*60+30 || got.Hours.Days[time.Saturday] || !got.Hours.Days[time.Friday] || got.Every != 14*24*time.Hour {
		t.Errorf("hours %+v, every %v", got.Hours, got.Every)
	}
	if got.Products != "bread and pastries" || got.Staff != "Marta" || got.Language != "en" || d.staff != "Marta" {
		t.Errorf("%+v by %q", got, d.staff)
	}
}

func TestTheFirstStartCanBeLeftAndTakenUpAgain(t *testing.T) {
	t.Parallel()
	d := at(t, empty(t), "en", 80, 24)
	d.Type("Luna")
	d.Press("esc")
	d.See("This is not saved yet. Esc again drops it.", "Luna")
	d.Press("ctrl+c", "ctrl+c")
	d.See("The settings are not saved yet. Leave?")
	d.Press("esc", "esc", "esc")
	d.See("the comma key opens this page again", "the list")
	d.Send(view.StoreChanged{}) // it does not open by itself a second time
	d.Unseen("Set up your shop")
	d.Press(",")
	d.See("Set up your shop")
	if _, err := d.shop.Shop(t.Context()); !errors.Is(err, store.ErrNotSetUp) {
		t.Errorf("something was saved (%v)", err)
	}
}

func TestWhatIsWrongIsSaidAtItsField(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, at, text, want string }{
		{"no name", "Shop", "", "This must not be empty."},
		{"a country's name", "Country", "Spain", "Write the country with two letters"},
		{"too short a number", "Number", "604", "Digits are missing."},
		{"letters in an id", "Number id", "10x", "Meta writes it with digits only."},
		{"no account", "Account id", "", "Meta writes it with digits only."},
		{"no such zone", "Time zone", "Mars/Base", "Write it as Continent/City"},
		{"half the hours", "Hours", "9", "Write both, such as 09:00-20:00."},
		{"at night", "Hours", "07:00-20:00", "Broadcasts go out between 08:00 and 21:00"},
		{"backwards", "Hours", "20:00-09:00", "Broadcasts go out between 08:00 and 21:00"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := at(t, storetest.New(t), "en", 80, 30)
			d.Press(",")
			d.See("Settings of the shop", "Panadería Luna")
			d.Click(test.at + "  ")
			d.Press("ctrl+u")
			d.Type(test.text)
			d.Press("ctrl+s")
			d.See("! ", test.want, "Settings of the shop")
			if got, err := d.shop.Shop(t.Context()); err != nil || got != storetest.Settings() {
				t.Errorf("saved all the same: %+v, %v", got, err)
			}
		})
	}
}

func TestSettingsAreChanged(t *testing.T) {
	t.Parallel()
	d := at(t, storetest.New(t), "en", 80, 30)
	d.Press(",")
	d.Type(" Nueva")
	d.Press("ctrl+s")
	d.See("The settings are saved.")
	got, err := d.shop.Shop(t.Context())
	want := storetest.Settings()
	want.Name = "Panadería Luna Nueva"
	if err != nil || got != want {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
}

func TestRequirement15AnotherNumberSaysHowManyHaveToBeAskedAgain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	shop.Customer(t, 2)
	d := at(t, shop, "en", 80, 30)
	d.Press(",", "tab", "tab", "ctrl+u")
	d.Type("604 555 0198")
	d.Press("ctrl+s")
	d.See("2 people have saved the old number", "again to change it.")
	if got, err := shop.Shop(t.Context()); err != nil || got.Number != storetest.Settings().Number {
		t.Fatalf("changed without asking: %s, %v", got.Number, err)
	}
	d.Press("ctrl+s")
	d.See("The settings are saved.")
	if counts, err := shop.CountContacts(t.Context(), "saved:yes"); err != nil || counts.Total != 0 {
		t.Errorf("%d still count as saved, %v", counts.Total, err)
	}
}

func TestRequirement15AnotherNumberIDSaysHowManyHaveToBeAskedAgain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, shown string // what Meta says the id is of, "" nothing
		says        string
		saved       int
	}{
		{"Meta is not reached", "", "2 people have to be asked again", 0},
		{"the same number", "+1 604-555-0199", "Meta says that it is the same number", 2},
		{"another number", "+1 604-555-0142", "2 people have to be asked again", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			shop.Customer(t, 1)
			shop.Customer(t, 2)
			shop.Clock.Advance(time.Minute)
			d := at(t, shop, "en", 80, 30)
			d.shown = test.shown
			d.Press(",", "tab", "tab", "tab", "ctrl+u")
			d.Type("600000000000032")
			d.Press("ctrl+s")
			d.See("2 people have saved the number; each has to be", "unless Meta says")
			if got, err := shop.Shop(t.Context()); err != nil || got != storetest.Settings() {
				t.Fatalf("changed without asking: %+v, %v", got, err)
			}
			d.Press("ctrl+s")
			d.See("The settings are saved.", test.says)
			if counts, err := shop.CountContacts(t.Context(), "saved:yes"); err != nil || counts.Total != test.saved {
				t.Errorf("%d still count as saved, %v", counts.Total, err)
			}
		})
	}
}

func TestARefusalOfTheFileMarksTheField(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"a field", &store.InvalidError{Field: "name", Reason: "too_long"}, "! This is too long."},
		{"a full disk", store.ErrDiskFull, "Not saved: the disk is full."},
		{"something else", errors.New("\x1b[31mraw"), "for number 1 in the log"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := at(t, storetest.New(t), "en", 80, 30)
			d.fails = test.err
			d.Press(",")
			d.Type("!")
			d.Press("ctrl+s")
			d.See(test.want, "Settings of the shop", "Luna!")
			d.Unseen("raw")
		})
	}
}

func TestUnusualSettingsAreKept(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	own := storetest.Settings()
	own.Hours.Days = [7]bool{time.Sunday: true, time.Wednesday: true}
	own.Every = 10 * 24 * time.Hour
	if err := shop.SaveShop(t.Context(), own, "Ana"); err != nil {
		t.Fatal(err)
	}
	d := at(t, shop, "en", 80, 36)
	d.Press(",")
	d.See("Wed Sun", "10 days")
	d.Type("!")
	d.Press("ctrl+s")
	got, err := shop.Shop(t.Context())
	if own.Name += "!"; err != nil || got != own {
		t.Errorf("%+v, %v, want %+v", got, err, own)
	}
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name, lang string
		w, h       int
	}{{"40x15", "en", 40, 15}, {"60x20", "en", 60, 20}, {"80x24", "en", 80, 24}, {"120x36", "en", 120, 36}, {"80x24-es", "es", 80, 24}, {"60x20-pt", "pt", 60, 20}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			d := at(t, empty(t), size.lang, size.w, size.h)
			d.Golden("first-" + size.name)
			shop := at(t, storetest.New(t), size.lang, size.w, size.h)
			shop.Press(",", "tab", "tab", "tab")
			shop.Golden("later-" + size.name)
		})
	}
}
