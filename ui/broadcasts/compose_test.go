package broadcasts_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui/view"
)

func TestAnEmptyListSaysWhatToDo(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.See("No broadcasts yet", "Press n to compose", "new broadcast")
}

func TestComposeFromTemplateToSent(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.compose()
	d.See("5 will get it", "3 will not", "Type 5 to send to 5 people")
	d.Type("5")
	d.Press("enter")
	d.See("Press any key to stop")
	if d.engine.started() != 0 {
		t.Fatal("it started before the time to stop it was over")
	}
	d.Advance(6 * time.Second)
	if d.engine.started() != 1 || d.engine.starts[0] != (store.Start{Staff: "Marta"}) {
		t.Fatalf("started %v", d.engine.starts)
	}
	d.See("sending", "0 of 8")
	draft := d.drafts(t)[0]
	if draft.State != store.BroadcastSending || draft.Audience != "country:CA" || draft.Bindings["1"] != (store.Binding{Field: "name", Fallback: "neighbour"}) {
		t.Errorf("sent %+v", draft)
	}
}

func TestEnterAloneNeverStarts(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.compose()
	for range 30 {
		d.Press("enter")
	}
	d.Type("4")
	d.Press("enter", "enter", "enter")
	d.Advance(time.Minute)
	if d.engine.started() != 0 {
		t.Error("it started without its count")
	}
	d.See("Type 5 to send")
}

func TestAnyKeyDuringHoldStops(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"x", "5", "space", "enter", "esc", "up", "tab", "f5", "q", "?", "1"} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			d := open(t, 80, 24)
			d.people(t)
			d.compose()
			d.Type("5")
			d.Press("enter", key)
			d.See("Stopped. Nothing was sent.", "Type 5 to send")
			d.Advance(time.Minute)
			if d.engine.started() != 0 {
				t.Error("it started all the same")
			}
		})
	}
}

func TestLeavingTheTabDuringHoldStops(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.compose()
	d.Type("5")
	d.Press("enter")
	d.view.Hidden()
	d.Advance(time.Minute)
	if d.engine.started() != 0 {
		t.Error("it started while nobody looked")
	}
}

func TestAChangeDuringHoldStops(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.compose()
	d.Type("5")
	d.Press("enter")
	_, err := d.shop.RecordOptOut(t.Context(), store.OptOut{Contact: 1, Staff: "Ana", Method: store.MethodSpoken, Reason: "said so"})
	must(t, err)
	d.Send(view.StoreChanged{})
	d.See("Stopped, because something changed", "Type 4 to send to 4 people")
	d.Advance(time.Minute)
	if d.engine.started() != 0 {
		t.Error("it started with another count than the one typed")
	}
}

func TestLeftOutAreAsVisibleAsThoseWhoGetIt(t *testing.T) {
	t.Parallel()
	for name, size := range sizes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, size[0], size[1])
			d.people(t)
			d.compose()
			seen := []string{"5 will get it", "3 will not", "said stop", "has not agreed", "number not saved", "Hello Customer 0"}
			d.See(seen...)
			d.Type("5")
			d.Press("enter")
			d.See(append(seen, "Press any key to stop")...)
			d.Press("x")
			d.Send(before())
			d.See(append(seen, "ask at the counter", "nothing to do")...)
			d.Press("o")
		})
	}
}

func TestWithoutAFeedTheOwnerAcceptsInWords(t *testing.T) {
	t.Parallel()
	d := openIn(t, "en", 80, 24, false)
	d.people(t)
	d.compose()
	d.See("No feed was ever connected", "Type ACCEPT")
	d.Type("5")
	d.Press("enter")
	d.Unseen("any key to stop")
	d.Press("backspace")
	d.Type("accept")
	d.Press("enter")
	d.See("Type 5 to send")
	d.Type("5")
	d.Press("enter")
	d.Advance(6 * time.Second)
	if d.engine.started() != 1 || !d.engine.starts[0].WithoutFeed {
		t.Errorf("started %v", d.engine.starts)
	}
	if list := d.drafts(t); !list[0].WithoutFeed {
		t.Error("it is not on the record")
	}
}

func TestDraftSurvivesLeaving(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.Press("n", "enter")
	d.Type("country:CA")
	d.Press("esc")
	d.See("draft", "Broadcast of 24 Nov")
	list := d.drafts(t)
	if len(list) != 1 || list[0].Audience != "country:CA" || list[0].Template != "offer" {
		t.Fatalf("kept %+v", list)
	}
	d.Press("enter")
	d.See("2 People      ✓ country:CA · 8", "1 Template    ✓ offer · en")
}

func TestEveryChangeIsSavedAndUnsavedOnesAreAskedFor(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.Press("n", "enter")
	d.Type("country:CA")
	d.See("saved 10:00")
	if d.view.Unsaved() != "" {
		t.Error("asks although all is saved")
	}
	d.Type(" nokey:x")
	d.See("not saved yet", "not understood", "“nokey” is not known", "           ^^^^^")
	if d.view.Unsaved() == "" {
		t.Error("an audience that cannot be read is lost unasked")
	}
	d.Press("esc")
	d.See("kept without the last words")
	if list := d.drafts(t); len(list) != 1 || list[0].Audience != "country:CA nokey" {
		t.Errorf("kept %+v", list)
	}
}

func TestNamesAreForTheShop(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.Press("n", "enter")
	d.Send(before())
	d.Send(before())
	for range len("Broadcast of 24 Nov") {
		d.Press("backspace")
	}
	d.Type("Half price")
	d.Press("esc")
	if list := d.drafts(t); len(list) != 1 || list[0].Name != "Half price" {
		t.Errorf("kept %+v", list)
	}
	d.See("Half price")
}

func TestThePreviewIsOfRealRecipients(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.compose()
	d.See("1 of 5", "Hello Customer 0,")
	d.Press("right", "right")
	d.See("3 of 5", "Hello Customer 2,")
	d.Press("left", "left", "left")
	d.See("5 of 5", "Hello Customer 4,")
}

func TestNobodyIsShownAsAReaderWhoWillNotBeOne(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	id := d.shop.Started(t, "country:CA")
	d.settle(t, id, store.Accepted{Wamid: "wamid.1"}, store.Accepted{Wamid: "wamid.2"})
	d.compose()
	d.See("3 will get it", "5 will not", "got one not long ago", "1 of 3", "Hello Customer 2,")
}

func TestSomebodyWithoutAWordIsLeftOutOrGetsTheFallback(t *testing.T) {
	t.Parallel()
	d := open(t, 120, 36)
	id := d.shop.Customer(t, 1)
	empty := ""
	must(t, d.shop.Edit(t.Context(), id, store.EditContact{Name: &empty}))
	d.shop.Customer(t, 2)
	d.Press("n", "enter")
	d.Type("country:CA")
	d.Press("enter", "right", "right")
	d.See("1 will get it · 1 will not", "has no word for a place", storetest.Phone(1).International())
	d.Press("down")
	d.Type("neighbour")
	d.See("2 will get it · 0 will not", "Hello neighbour,")
}

func TestWhatKeepsItFromStartingIsSaid(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.Press("n", "tab", "tab", "tab", "tab")
	d.See("There is no template", "say who is to")
	d.Type("0")
	d.Press("enter")
	d.Advance(time.Minute)
	if d.engine.started() != 0 {
		t.Error("an empty draft started")
	}
}

func TestARefusedStartIsSaidInWords(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.compose()
	d.engine.fail = &store.BlockedError{Blockers: []store.Blocker{store.BlockerFeedStale}}
	d.Type("5")
	d.Press("enter")
	d.Advance(5 * time.Second)
	d.See("The feed has been silent for a day")
	d.Unseen("cannot start:")
}

func TestComposeFromElsewhereBringsTheTemplate(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.Send(view.Compose{Template: "offer", Language: "en", Audience: "country:CA"})
	d.See("1 Template    ✓ offer · en", "country:CA · 8", "saved")
}

func TestHostileNamesStayOnTheirLine(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	id := d.shop.Customer(t, 1)
	evil := "Eve\x1b[2J\u202egpj\nLine"
	must(t, d.shop.Edit(t.Context(), id, store.EditContact{Name: &evil}))
	d.compose()
	d.Idle()
	if looks := d.Looks(); strings.Contains(looks, "\x1b[2J") || strings.Contains(looks, "\u202e") {
		t.Error("a name reaches the terminal as it is")
	}
	d.See("Hello Eve")
}

func TestStepsLookTheSameEverywhere(t *testing.T) {
	t.Parallel()
	for name, size := range sizes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, open(t, size[0], size[1]), func(d *desk, part string) { d.Golden(part + "-" + name) })
		})
	}
}

func TestOtherLanguagesFitTheirScreen(t *testing.T) {
	t.Parallel()
	for _, lang := range []string{"es", "pt"} {
		for name, size := range sizes() {
			t.Run(lang+name, func(t *testing.T) {
				t.Parallel()
				story(t, openIn(t, lang, size[0], size[1], true), func(d *desk, part string) {
					lines := strings.Split(d.Looks(), "\n")
					for _, line := range lines {
						if lipgloss.Width(line) > size[0] || len(lines) > size[1] {
							t.Errorf("%s does not fit:\n%s", part, d.Screen())
						}
					}
				})
			})
		}
	}
}

// story walks through every step and lets look see each.
func story(t *testing.T, d *desk, look func(d *desk, part string)) {
	t.Helper()
	must(t, d.shop.SaveTemplates(t.Context(), append(samples(t), storetest.Offer())))
	d.people(t)
	look(d, "empty")
	d.Press("n")
	look(d, "template")
	shown(t, d, "offer")
	d.Press("enter")
	d.Type("country:CA")
	look(d, "people")
	d.Press("enter", "right", "right", "down")
	d.Type("vecina")
	look(d, "words")
	d.Press("enter")
	look(d, "check")
	d.Press("enter")
	look(d, "send")
	d.Type("5")
	d.Press("enter")
	look(d, "hold")
	d.Press("up")
	d.Press("esc")
	look(d, "list")
}

// before is the key that goes a step back.
func before() tea.KeyPressMsg { return tea.KeyPressMsg{Code: tea.KeyTab, Mod: tea.ModShift} }

// shown walks until the template of a name is under the cursor.
func shown(t *testing.T, d *desk, name string) {
	t.Helper()
	for range 10 {
		d.Press("up")
	}
	for range 10 {
		if strings.Contains(d.Screen(), "▸   "+name+" ") {
			return
		}
		d.Press("down")
	}
	t.Fatalf("no template %s\n%s", name, d.Screen())
}
