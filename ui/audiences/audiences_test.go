package audiences_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/audiences"
	"pregon/ui/uitest"
	"pregon/ui/view"
	"pregon/ui/widget/saved"
)

// line stands behind the list: somewhere an audience is typed.
type line struct {
	env      *view.Env
	query    string
	readable bool
	chosen   []string
}

func (*line) ID() view.ID                   { return view.Contacts }
func (*line) Title() string                 { return "Contacts" }
func (*line) Init() tea.Cmd                 { return nil }
func (l *line) Render(view.Size) view.Frame { return view.Frame{Content: "typed: " + l.query} }
func (*line) Typing() bool                  { return true }
func (l *line) Actions() []view.Action {
	return saved.Actions(l.env, l.query, l.readable, false)
}

func (l *line) Update(msg tea.Msg) tea.Cmd {
	if answer, ok := msg.(view.Answer); ok && answer.Yes {
		l.query = answer.Text
		l.chosen = append(l.chosen, answer.Text)
	}
	return nil
}

// desk is a person who types an audience.
type desk struct {
	*uitest.Driver
	shop *storetest.Shop
	line *line
}

func at(t *testing.T, s audiences.Store, shop *storetest.Shop, lang string, width, height int) *desk {
	t.Helper()
	d := &desk{shop: shop, line: &line{query: "tag:vip", readable: true}}
	d.Driver = uitest.NewIn(t, lang, width, height, func(env *view.Env) tea.Model {
		d.line.env = env
		return ui.New(env, ui.Options{
			Views: []view.View{d.line}, Changes: shop.Changes(t.Context()),
			Audiences: func(query string) view.Dialog { return audiences.New(env, s, query) },
		})
	})
	d.Idle()
	return d
}

// bakery is a shop with three people, two of them vip, of whom one can get broadcasts.
func bakery(t *testing.T) *storetest.Shop {
	t.Helper()
	shop := storetest.New(t)
	one, two := shop.Customer(t, 1), shop.Contact(t, 2)
	shop.Contact(t, 3)
	must(t, shop.TagContacts(t.Context(), []store.ContactID{one, two}, []string{"vip"}, nil))
	return shop
}

// stocked is a bakery with three saved audiences.
func stocked(t *testing.T) *storetest.Shop {
	t.Helper()
	shop := bakery(t)
	for name, query := range map[string]string{"regulars": "tag:vip", "all of Canada": "country:CA", "never": "tag:nobody"} {
		_, err := shop.SaveAudience(t.Context(), name, query, "Ana")
		must(t, err)
	}
	return shop
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// names are the audiences in the file.
func (d *desk) names(t *testing.T) []string {
	t.Helper()
	list, err := d.shop.SavedAudiences(t.Context())
	must(t, err)
	var names []string
	for _, a := range list {
		names = append(names, a.Name+"="+a.Query)
	}
	return names
}

func TestWhatIsTypedIsKeptUnderAName(t *testing.T) {
	t.Parallel()
	shop := bakery(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.Press("ctrl+s")
	d.Says("Keep this audience under a name", "tag:vip", "2 people", "1 can get it", "Not these people are kept but the question")
	d.Type("Regulars")
	d.Press("enter")
	d.See("Kept as audience:Regulars. f4 lists what is kept.", "typed: tag:vip")
	if got := d.names(t); !slices.Equal(got, []string{"Regulars=tag:vip"}) {
		t.Errorf("kept %v", got)
	}
	if list, err := shop.SavedAudiences(t.Context()); err != nil || list[0].By != "Marta" {
		t.Errorf("by %+v, %v", list, err)
	}
}

func TestTheCountIsOfThisMoment(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.Press("f4", "end")
	d.See("✓ 1  regulars")
	id := shop.Customer(t, 7)
	must(t, shop.TagContacts(t.Context(), []store.ContactID{id}, []string{"vip"}, nil))
	d.Advance(uitest.Patience / 10)
	d.See("✓ 2  regulars")
}

func TestAnEmptyAudienceIsNobody(t *testing.T) {
	t.Parallel()
	shop := bakery(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	for _, test := range []struct {
		query    string
		readable bool
		want     string
	}{{"  ", true, "an empty audience is nobody"}, {"tagg:vip", false, "This cannot be read as a search."}} {
		d.line.query, d.line.readable = test.query, test.readable
		d.Press("ctrl+s")
		d.Says(test.want)
		d.Unseen("Keep this audience")
	}
	d.Press("f4")
	d.See("No audience is saved yet")
	d.Press("enter")
	d.Press("f4")
	d.Unseen("Saved audiences")
}

func TestAnAudienceIsUsedWhereItWasTyped(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.Press("f4")
	d.See("Saved audiences", "✓ 1  all of Canada", "by Ana")
	d.Press("enter")
	d.See(`typed: audience:"all of Canada"`)
	d.Press("f4", "down", "enter", "f4", "esc")
	if !slices.Equal(d.line.chosen, []string{`audience:"all of Canada"`, "audience:never"}) {
		t.Errorf("chosen %q", d.line.chosen)
	}
}

func TestOneThatMeansNobodySaysSo(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.Press("f4", "down")
	d.See("nobody now · by Ana", "tag:nobody", "! 0  never")
}

func TestANameThatIsTakenAsksBeforeItIsReplaced(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.line.query = "lang:es"
	d.Press("ctrl+s")
	d.Type("Regulars")
	d.Press("enter")
	d.Says("There is one of this name. Enter again puts this in its place: drafts that name it follow.")
	d.Type("s")
	d.Press("backspace")
	d.Press("enter")
	d.Says("There is one of this name.")
	if slices.Contains(d.names(t), "regulars=lang:es") {
		t.Fatal("replaced although another name was typed in between")
	}
	d.Press("enter")
	d.See("Kept as audience:regulars")
	if !slices.Contains(d.names(t), "regulars=lang:es") {
		t.Errorf("not replaced: %v", d.names(t))
	}
}

func TestAnAudienceIsRenamed(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.Press("f4", "end", "r", "ctrl+u")
	d.Type("never")
	d.Press("enter")
	d.Says("There is one of this name already.")
	d.Press("ctrl+u", "enter")
	d.Says("This must not be empty.")
	d.Type("friends")
	d.Press("enter")
	d.Says("It is called friends now.", "friends")
	d.Press("r", "esc")
	d.Unseen("leave it")
	if got := d.names(t); !slices.Contains(got, "friends=tag:vip") || len(got) != 3 {
		t.Errorf("it is %v", got)
	}
}

func TestADeletedOneComesBackWithUndo(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.Press("f4", "end")
	d.Unseen("u undo")
	d.Press("x")
	d.Says("regulars is deleted; u takes that back.")
	if len(d.names(t)) != 2 {
		t.Fatalf("still there: %v", d.names(t))
	}
	d.Press("u")
	d.Says("regulars is there again.")
	if got := d.names(t); !slices.Contains(got, "regulars=tag:vip") {
		t.Errorf("back: %v", got)
	}
	d.Unseen("u undo")
	if list, err := shop.SavedAudiences(t.Context()); err != nil || list[2].By != "Ana" {
		t.Errorf("it is not as it was: %+v, %v", list, err)
	}
}

func TestADeletedOneDoesNotReplaceANewOne(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.Press("f4", "end", "x")
	_, err := shop.SaveAudience(t.Context(), "regulars", "lang:es", "Lucía")
	must(t, err)
	d.Press("u")
	d.Says("There is one of this name already.")
	if !slices.Contains(d.names(t), "regulars=lang:es") {
		t.Errorf("it is %v", d.names(t))
	}
}

func TestOneThatADraftNamesStays(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	shop.Broadcast(t, "audience:regulars")
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.Press("f4", "end", "x")
	d.Says("Nothing was changed: Half price still asks for it. Change that first.")
	d.Press("r")
	d.Type("x")
	d.Press("enter")
	d.Says("Nothing was changed: Half price still asks for it.")
	if !slices.Contains(d.names(t), "regulars=tag:vip") {
		t.Errorf("it is %v", d.names(t))
	}
}

func TestASavedOneCannotNameAnother(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	d := at(t, shop.Store, shop, "en", 80, 24)
	d.line.query = "audience:regulars"
	d.Press("ctrl+s")
	d.Type("more")
	d.Press("enter")
	d.Says("A saved audience cannot name another saved one.")
	d.Press("esc")
	if len(d.names(t)) != 3 {
		t.Errorf("kept %v", d.names(t))
	}
}

// full is a shop file on a full disk.
type full struct{ *store.Store }

func (full) SaveAudience(context.Context, string, string, string) (store.SavedAudience, error) {
	return store.SavedAudience{}, store.ErrDiskFull
}

func (full) DeleteAudience(context.Context, string, string) (store.SavedAudience, error) {
	return store.SavedAudience{}, errors.New("\x1b[31mraw")
}

func TestWhatTheShopFileRefusesIsSaid(t *testing.T) {
	t.Parallel()
	shop := stocked(t)
	d := at(t, full{shop.Store}, shop, "en", 80, 24)
	d.Press("ctrl+s")
	d.Type("x")
	d.Press("enter")
	d.Says("Not saved: the disk is full.")
	d.Press("esc", "f4", "x")
	d.Says("for number 1 in the log")
	d.Unseen("raw")
}

func TestScreens(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name, lang string
		w, h       int
	}{{"60x20", "en", 60, 20}, {"80x24", "en", 80, 24}, {"120x36", "en", 120, 36}, {"80x24-es", "es", 80, 24}, {"60x20-pt", "pt", 60, 20}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			shop := stocked(t)
			d := at(t, shop.Store, shop, size.lang, size.w, size.h)
			d.Press("ctrl+s")
			d.Golden("keep-" + size.name)
			d.Press("esc", "f4")
			d.Golden("list-" + size.name)
			d.Press("r")
			d.Golden("rename-" + size.name)
		})
	}
}
