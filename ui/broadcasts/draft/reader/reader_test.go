package reader_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/broadcasts/draft/reader"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// stand shows a pane alone: n and b leaf through the readers, d and u scroll.
type stand struct {
	pane    *reader.Pane
	message *store.Message
	written bool
	draft   store.Draft
	of      int
	loose   bool
}

func (s *stand) ID() view.ID            { return view.Broadcasts }
func (s *stand) Title() string          { return "Reader" }
func (s *stand) Init() tea.Cmd          { return s.pane.Meet(s.draft, s.of, s.loose) }
func (s *stand) Typing() bool           { return false }
func (s *stand) Actions() []view.Action { return nil }
func (s *stand) Render(size view.Size) view.Frame {
	return s.pane.Render(s.message, s.written, size)
}

func (s *stand) Update(msg tea.Msg) tea.Cmd {
	key, ok := msg.(tea.KeyPressMsg)
	if !ok {
		if _, changed := msg.(view.StoreChanged); changed {
			return s.pane.Meet(s.draft, s.of, s.loose)
		}
		s.pane.Update(msg)
		return nil
	}
	switch key.String() {
	case "n":
		return s.pane.Leaf(1)
	case "b":
		return s.pane.Leaf(-1)
	case "d":
		s.pane.Scroll(4)
	case "u":
		s.pane.Scroll(-4)
	}
	return nil
}

// shopFile is the shop's own, but for what a test lets go wrong.
type shopFile struct {
	*store.Store
	blind error
}

func (s *shopFile) Recipients(ctx context.Context, draft store.Draft, offset, limit int) ([]store.Contact, error) {
	if s.blind != nil {
		return nil, s.blind
	}
	return s.Store.Recipients(ctx, draft, offset, limit)
}

type desk struct {
	*uitest.Driver
	shop  *storetest.Shop
	file  *shopFile
	stand *stand
}

// open shows the offer to so many customers, bound to their names.
func open(t *testing.T, customers, width, height int, change func(*stand, *storetest.Shop)) *desk {
	t.Helper()
	shop := storetest.New(t)
	for n := range customers {
		shop.Customer(t, n)
	}
	d := &desk{shop: shop, file: &shopFile{Store: shop.Store}}
	message, err := storetest.Offer().Message()
	if err != nil {
		t.Fatal(err)
	}
	d.stand = &stand{message: message, of: customers, draft: store.Draft{
		Name: "Bread", Template: "offer", Language: "en", Audience: "customer", Bindings: store.Bindings{"1": {Field: "name", Fallback: "neighbour"}},
	}}
	if change != nil {
		change(d.stand, shop)
	}
	d.Driver = uitest.New(t, width, height, func(env *view.Env) tea.Model {
		d.stand.pane = reader.New(env, d.file)
		return ui.New(env, ui.Options{Views: []view.View{d.stand}})
	})
	d.Idle()
	return d
}

func TestTheMessageIsShownAsEachReaderSeesIt(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		d := open(t, 3, size[0], size[1], nil)
		d.See("1 of 3", "as Customer 0 sees it", "Hello Customer 0, bread is half price.", "10:00")
		d.Press("n")
		d.See("2 of 3", "Hello Customer 1,")
		d.Press("n", "n") // behind the last comes the first
		d.See("1 of 3", "Hello Customer 0,")
		d.Press("b")
		d.See("3 of 3", "Hello Customer 2,")
	}
}

func TestAReaderWithoutANameIsCalledByTheNumberAndGetsTheFallback(t *testing.T) {
	t.Parallel()
	d := open(t, 0, 80, 24, func(s *stand, shop *storetest.Shop) {
		c, err := shop.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(7), Source: "till"})
		if err != nil {
			t.Fatal(err)
		}
		shop.OptIn(t, c.ID)
		shop.Saved(t, c.ID)
		s.draft.Audience, s.of = string(storetest.Phone(7)), 1
	})
	d.See("1 of 1", "as +1 604-500-0007 sees it", "Hello neighbour, bread is half price.")
}

func TestWithoutReadersTheMessageStandsAsItIsWritten(t *testing.T) {
	t.Parallel()
	d := open(t, 0, 80, 24, nil)
	d.See("As it is written", "Hello {{1}}, bread is half price.")
	d.Press("n", "b")
	d.See("As it is written")
}

func TestWhoLacksAWordIsShownAsLeftOutWhileTheWordsAreChosen(t *testing.T) {
	t.Parallel()
	d := open(t, 2, 80, 24, func(s *stand, _ *storetest.Shop) {
		s.loose = true
		s.draft.Bindings = store.Bindings{"1": {Field: "city"}}
	})
	d.See("1 of 2", "! has no word for a place: left out")
	d.stand.draft.Bindings = store.Bindings{} // a place nobody chose words for is not the reader's fault
	d.Send(view.StoreChanged{})
	d.Unseen("has no word for a place")
}

func TestAnotherAudienceBeginsWithItsFirstReader(t *testing.T) {
	t.Parallel()
	d := open(t, 3, 80, 24, nil)
	d.Press("n", "n")
	d.See("3 of 3")
	d.stand.draft.Audience, d.stand.of = `"Customer 1"`, 1
	d.Send(view.StoreChanged{})
	d.See("1 of 1", "Hello Customer 1,")
	d.stand.draft.Audience, d.stand.of = "customer", 3
	d.Send(view.StoreChanged{})
	d.Press("n", "n")
	d.stand.of = 2 // somebody left meanwhile: the last one that there is
	d.Send(view.StoreChanged{})
	d.See("2 of 2", "Hello Customer 1,")
}

func TestTheReaderBeforeStaysWhereTheFileCannotBeRead(t *testing.T) {
	t.Parallel()
	d := open(t, 2, 80, 24, nil)
	d.file.blind = errors.New("busy")
	d.Press("n")
	d.See("Hello Customer 0,")
	d.file.blind = nil
	d.Press("n", "n")
	d.See("Hello Customer 1,")
}

func TestAMessageThatIsTooTallIsScrolled(t *testing.T) {
	t.Parallel()
	d := open(t, 1, 60, 20, func(s *stand, _ *storetest.Shop) {
		offer := storetest.Offer()
		offer.Components = `[{"type":"BODY","text":"Hello {{1}}.` + strings.Repeat(`\nline`, 40) + `\nthe end"}]`
		message, err := offer.Message()
		if err != nil {
			t.Fatal(err)
		}
		s.message = message
	})
	d.See("Hello Customer 0.")
	d.Unseen("the end")
	for range 20 {
		d.Press("d")
	}
	d.See("the end")
	for range 20 {
		d.Press("u")
	}
	d.See("Hello Customer 0.")
}

func TestANameFromOutsideChangesNothingButItsPlace(t *testing.T) {
	t.Parallel()
	d := open(t, 1, 60, 20, func(_ *stand, shop *storetest.Shop) {
		name := "Zoë \x1b[2J\u202e" + strings.Repeat("long ", 14)
		if err := shop.Edit(t.Context(), 1, store.EditContact{Name: &name}); err != nil {
			t.Fatal(err)
		}
	})
	d.stand.draft.Audience = "zoë"
	d.Send(view.StoreChanged{})
	d.See("1 of 1", "Zoë")
	if strings.Contains(d.Screen(), "\u202e") {
		t.Errorf("the screen obeys a name: %q", d.Screen())
	}
}
