package draft_test

import (
	"context"
	"errors"
	"image"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/sender"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/broadcasts/draft"
	"pregon/ui/uitest"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// stand shows a page of a draft alone, as the tab of broadcasts does.
type stand struct {
	page  *draft.Page
	first tea.Cmd
}

func (s *stand) ID() view.ID                { return view.Broadcasts }
func (s *stand) Title() string              { return "Draft" }
func (s *stand) Init() tea.Cmd              { return s.first }
func (s *stand) Update(msg tea.Msg) tea.Cmd { return s.page.Update(msg) }
func (s *stand) Actions() []view.Action     { return s.page.Actions() }
func (s *stand) Typing() bool               { return s.page.Typing() }
func (s *stand) Render(size view.Size) view.Frame {
	return place.Indent(s.page.Render(view.Size{W: size.W - 2, H: size.H}), 1)
}

// desk is a page on a real shop file, and what was asked of the tab.
type desk struct {
	*uitest.Driver
	shop    *storetest.Shop
	page    *draft.Page
	starts  []store.Start
	begun   []store.BroadcastID
	tried   []store.Draft
	left    int
	trouble []error
	fail    error
}

func open(t *testing.T, width, height int, b store.Broadcast) *desk {
	t.Helper()
	return openIn(t, storetest.New(t), width, height, b)
}

// openIn adds four who get it and two who do not to a shop, and opens the draft there.
func openIn(t *testing.T, shop *storetest.Shop, width, height int, b store.Broadcast) *desk {
	t.Helper()
	d := &desk{shop: shop}
	check(t, d.shop.FeedHeard(t.Context()))
	for n := range 4 {
		d.shop.Customer(t, n)
	}
	d.shop.Contact(t, 4) // never asked
	d.shop.OptIn(t, d.shop.Contact(t, 5))
	d.Driver = uitest.New(t, width, height, func(env *view.Env) tea.Model {
		var s stand
		s.page, s.first = draft.New(env, draft.Desk{
			Store:  d.shop.Store,
			Health: func(context.Context, sender.HealthOf) ([]sender.Finding, error) { return nil, nil },
			Start: func(_ context.Context, _ store.BroadcastID, start store.Start) error {
				d.starts = append(d.starts, start)
				return d.fail
			},
			Started: func(id store.BroadcastID) tea.Cmd { d.begun = append(d.begun, id); return nil },
			Try:     func(_ store.BroadcastID, draft store.Draft) tea.Cmd { d.tried = append(d.tried, draft); return nil },
			Back:    func() tea.Cmd { d.left++; return nil },
			Trouble: func(err error) tea.Cmd {
				if err != nil {
					d.trouble = append(d.trouble, err)
				}
				return nil
			},
		}, b)
		d.page = s.page
		return ui.New(env, ui.Options{Views: []view.View{&s}})
	})
	d.Idle()
	return d
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) saved(t *testing.T) store.Broadcast {
	t.Helper()
	list, err := d.shop.Broadcasts(t.Context())
	check(t, err)
	if len(list) != 1 {
		t.Fatalf("%d broadcasts", len(list))
	}
	return list[0]
}

// whole is a draft that lacks nothing.
func whole() store.Broadcast {
	return store.Broadcast{Draft: store.Draft{
		Name: "Bread", Template: "offer", Language: "en", Audience: "country:CA", Bindings: store.Bindings{"1": {Field: "first_name", Fallback: "neighbour"}},
	}}
}

// ready stands at the last step of a draft that lacks nothing.
func ready(t *testing.T) *desk {
	t.Helper()
	d := open(t, 80, 24, whole())
	d.Press("tab", "tab", "tab")
	return d
}

func TestANewDraftIsNotInTheFileBeforeSomethingIsChosen(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, store.Broadcast{})
	d.See("New broadcast", "1 Template    ! choose one", "2 People      ! say who")
	d.Press("tab", "tab", "esc")
	if list, err := d.shop.Broadcasts(t.Context()); err != nil || len(list) != 0 || d.left != 1 {
		t.Errorf("kept %+v, %v, left %d times", list, err, d.left)
	}
}

func TestEveryStepSavesItsOwn(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, store.Broadcast{})
	d.Press("enter")
	d.Type("customer")
	d.Press("enter", "right", "right", "right", "right", "right")
	if b := d.saved(t); b.Template != "offer" || b.Audience != "customer" || b.Bindings["1"].Field != "" {
		t.Errorf("saved %+v", b)
	}
	d.Press("left", "down")
	d.Type("neighbour")
	if b := d.saved(t); b.Bindings["1"] != (store.Binding{Field: "phone", Fallback: "neighbour"}) {
		t.Errorf("saved %+v", b.Bindings)
	}
	if d.page.Unsaved() || d.page.Saving() {
		t.Error("something is not saved")
	}
}

func TestATypedWordIsKeptApartFromAField(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, whole())
	d.Press("tab")
	d.See("← first name →", "if empty   neighbour")
	d.Press("left", "down")
	d.See("the words  type here")
	d.Type("friend")
	if b := d.saved(t).Bindings["1"]; b.Value != "friend" || b.Field != "" {
		t.Errorf("saved %+v", b)
	}
	d.See("Hello friend,")
}

func TestTheStartIsAskedForOnlyAfterTheCheckWasLookedAt(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, whole())
	d.click(t, "5 Send")
	d.See("Look at step 4 first: who gets it")
	d.Type("4")
	d.Press("enter")
	d.Advance(time.Minute)
	if len(d.starts) != 0 {
		t.Fatal("it started unseen")
	}
	d.click(t, "4 Check")
	d.See("4 will get it", "2 will not", "has not agreed", "number not saved")
	d.click(t, "5 Send")
	d.See("Type 4 to send to 4 people")
}

func TestAnEditAfterTheCheckWantsAnotherLook(t *testing.T) {
	t.Parallel()
	d := ready(t)
	d.See("Type 4 to send to 4 people")
	d.click(t, "2 People")
	d.Type(" -tag:vip")
	d.click(t, "5 Send")
	d.See("Look at step 4 first")
}

// TestAHeldEnterWalksButNeverStarts holds Enter down from the first step on, on terminals that tell and that do not.
func TestAHeldEnterWalksButNeverStarts(t *testing.T) {
	t.Parallel()
	for _, told := range []bool{true, false} {
		d := open(t, 80, 24, whole())
		hold := func() {
			for range 40 {
				d.Send(tea.KeyPressMsg{Code: tea.KeyEnter, IsRepeat: told})
			}
			d.Advance(time.Minute)
		}
		hold()
		d.Type("4")
		d.Send(tea.KeyPressMsg{Code: tea.KeyEnter})
		hold()
		if len(d.starts) != 0 {
			t.Errorf("repeats told %v: started %v", told, d.starts)
		}
	}
}

func TestTheRitualStartsOnceWithWhoDidIt(t *testing.T) {
	t.Parallel()
	d := ready(t)
	d.Type("4")
	d.Press("enter")
	d.See("Press any key to stop")
	d.Advance(6 * time.Second)
	if len(d.starts) != 1 || d.starts[0] != (store.Start{Staff: "Marta"}) || len(d.begun) != 1 {
		t.Errorf("started %v, begun %v", d.starts, d.begun)
	}
}

func TestARefusedStartIsToldAndCountedAnew(t *testing.T) {
	t.Parallel()
	d := ready(t)
	d.fail = store.ErrDraftChanged
	d.Type("4")
	d.Press("enter")
	d.Advance(6 * time.Second)
	if len(d.trouble) != 1 || !errors.Is(d.trouble[0], store.ErrDraftChanged) || len(d.begun) != 0 {
		t.Errorf("told %v, begun %v", d.trouble, d.begun)
	}
	d.See("Type 4 to send to 4 people")
}

func TestAClickStopsWhatIsHeld(t *testing.T) {
	t.Parallel()
	for _, at := range []image.Point{{5, 4}, {40, 12}, {70, 20}} {
		d := ready(t)
		d.Type("4")
		d.Press("enter")
		d.Send(tea.MouseClickMsg{X: at.X, Y: at.Y, Button: tea.MouseLeft})
		d.Advance(time.Minute)
		if len(d.starts) != 0 {
			t.Errorf("a click at %v did not stop it", at)
		}
	}
}

// click clicks on the first letter of a text on the screen.
func (d *desk) click(t *testing.T, text string) {
	t.Helper()
	for y, line := range strings.Split(d.Screen(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			d.Send(tea.MouseClickMsg{X: len([]rune(before)), Y: y, Button: tea.MouseLeft})
			return
		}
	}
	t.Fatalf("nothing to click: %s\n%s", text, d.Screen())
}

func TestEverythingThatLooksLikeItCanBeClicked(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, whole())
	d.click(t, "1 Template")
	d.See("▸ 1 Template")
	d.click(t, "offer · en")
	d.click(t, "3 Words")
	d.See("▸ 3 Words", "▸ {{1}}")
	d.click(t, "if empty")
	d.See("▸ if empty")
	d.Type("!")
	d.See("neighbour!")
	d.click(t, "4 Check")
	d.click(t, "number not saved")
	d.See("▸     1  number not saved")
	d.click(t, "5 Send")
	d.Press("tab")
	d.click(t, "When")
	d.See("now, or a day and a time")
	d.click(t, "Bread")
	d.Type("!")
	if b := d.saved(t); b.Name != "Bread!" {
		t.Errorf("named %q", b.Name)
	}
}

func TestThePreviewWalksThoseWhoGetIt(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, whole())
	d.Press("tab", "tab")
	d.See("1 of 4", "Hello Customer,")
	d.Press("right", "right", "right")
	d.See("4 of 4", "Customer 3")
	d.Press("right")
	d.See("1 of 4", "Customer 0")
}

func TestATallMessageIsReadToItsEnd(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	long := storetest.Offer()
	long.Components = `[{"type":"BODY","text":"Hello {{1}},` + strings.Repeat(`\nanother line`, 30) + `\nthe very end. STOP"},{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"Stop it"}]}]`
	check(t, shop.SaveTemplates(t.Context(), []store.Template{long}))
	e := openIn(t, shop, 80, 24, whole())
	e.Press("tab", "tab")
	e.See("more lines", "Stop it")
	e.Unseen("the very end")
	for range 20 {
		e.Press("pgdown")
	}
	e.See("the very end", "Stop it")
	for range 20 {
		e.Press("pgup")
	}
	e.See("Hello Customer,")
}

func TestAnAudienceThatCannotBeReadIsMarkedAndNotSent(t *testing.T) {
	t.Parallel()
	tests := []struct{ typed, want string }{
		{"nokey:x", "“nokey” is not known"},
		{"saved:maybe", "“maybe” does not fit here"},
		{"last:soon", "“soon” is no age"},
		{"tag:", "Something is missing here"},
		{`"open`, "A quotation mark is missing"},
		{"(a", "A parenthesis is missing or too many"},
	}
	for _, tt := range tests {
		t.Run(tt.typed, func(t *testing.T) {
			t.Parallel()
			d := open(t, 80, 24, store.Broadcast{Draft: store.Draft{Template: "offer", Language: "en"}})
			d.Type(tt.typed)
			d.See(tt.want, "^", "not understood", "not saved yet")
			d.Press("enter", "tab", "tab")
			d.See("Nobody is in the audience")
		})
	}
}

func TestTheTestIsOfTheDraftAsItIsNow(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, whole())
	d.Press("tab", "tab", "t")
	if len(d.tried) != 1 || d.tried[0].Template != "offer" || d.tried[0].Bindings["1"].Fallback != "neighbour" {
		t.Errorf("tried %+v", d.tried)
	}
	e := open(t, 80, 24, store.Broadcast{})
	e.Press("tab", "tab", "tab", "t")
	e.See("Choose a template in step 1.")
	if len(e.tried) != 0 {
		t.Errorf("tried %+v", e.tried)
	}
}

func TestLeftOutLeadToTheirContacts(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, whole())
	d.Press("tab", "tab")
	for _, action := range d.page.Actions() {
		if action.Keys[0] != "o" {
			continue
		}
		if got := action.Run()(); got != (view.ListContacts{Query: "(country:CA) -consent:given -consent:confirmed"}) {
			t.Errorf("o gives %v", got)
		}
	}
}

func TestAPracticeShopSaysThatItSendsAtAllHours(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, whole())
	d.Press("tab", "tab")
	d.See("goes out 09:00 to 20:00")
	shop, settings := storetest.New(t), storetest.Settings()
	settings.Practice = true
	check(t, shop.SaveShop(t.Context(), settings, "Ana"))
	e := openIn(t, shop, 80, 24, whole())
	e.Press("tab", "tab")
	e.See("a practice shop sends at all")
	e.Unseen("09:00")
}

func TestNothingOverflowsAnySize(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{40, 15}, {60, 20}, {72, 18}, {80, 24}, {112, 30}, {200, 60}} {
		d := open(t, size[0], size[1], whole())
		for range 6 {
			lines := strings.Split(d.Screen(), "\n")
			if len(lines) > size[1] {
				t.Errorf("%v: %d lines", size, len(lines))
			}
			for _, line := range lines {
				if n := len([]rune(line)); n > size[0] {
					t.Errorf("%v: a line of %d: %q", size, n, line)
				}
			}
			d.Press("tab")
		}
	}
}
