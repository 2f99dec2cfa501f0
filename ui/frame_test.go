package ui_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"pregon/ui"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// question is a dialog that yes or no closes.
type question struct {
	heard string
	yes   bool
	done  bool
}

func (q *question) ID() view.ID                 { return "question" }
func (q *question) Title() string               { return "Sure?" }
func (q *question) Init() tea.Cmd               { return nil }
func (q *question) Typing() bool                { return false }
func (q *question) Done() (view.Answer, bool)   { return view.Answer{Dialog: q.ID(), Yes: q.yes}, q.done }
func (q *question) Render(view.Size) view.Frame { return view.Frame{Content: "heard " + q.heard} }

func (q *question) Update(msg tea.Msg) tea.Cmd {
	if key, ok := msg.(tea.KeyPressMsg); ok {
		q.heard += key.Text
	}
	return nil
}

func (q *question) Actions() []view.Action {
	return []view.Action{{Keys: []string{"y"}, Label: "yes", Run: func() tea.Cmd {
		q.yes, q.done = true, true
		return nil
	}}}
}

// asker is a view that hears the answers of dialogs.
type asker struct {
	page
	answers []view.Answer
}

func (a *asker) Update(msg tea.Msg) tea.Cmd {
	if answer, ok := msg.(view.Answer); ok {
		a.answers = append(a.answers, answer)
	}
	return a.page.Update(msg)
}

func startAsker(t *testing.T) (*uitest.Driver, *asker) {
	t.Helper()
	a := &asker{page: page{id: view.Contacts}}
	return uitest.Show(t, 80, 24, func(env *view.Env) view.View {
		a.env = env
		return a
	}), a
}

func TestFrontDialogHearsAllKeysAndAnswersItsOwner(t *testing.T) {
	t.Parallel()
	d, a := startAsker(t)
	below, front := &question{}, &question{}
	d.Send(view.Ask{Owner: view.Contacts, Dialog: below})
	d.Send(view.Ask{Owner: view.Contacts, Dialog: front})
	d.Press("1", "q", "a")
	if front.heard != "1qa" || below.heard != "" || a.typed != "" {
		t.Errorf("the front heard %q, below %q, the page %q", front.heard, below.heard, a.typed)
	}
	d.Press("y")
	d.See("Sure?")
	d.Press("y")
	d.Unseen("Sure?")
	if len(a.answers) != 2 || !a.answers[0].Yes || a.answers[0].Dialog != "question" {
		t.Errorf("answers %+v", a.answers)
	}
}

func TestADialogThatOpenedItselfWaitsForSilence(t *testing.T) {
	t.Parallel()
	d, a := startAsker(t)
	d.Send(view.Ask{Owner: view.Contacts, Dialog: &question{}, Itself: true})
	for range 10 { // somebody is typing fast: the clock stands still between keys
		d.Press("y")
	}
	if len(a.answers) != 0 {
		t.Fatal("a half-typed word answered")
	}
	d.Advance(500 * time.Millisecond)
	d.Press("y")
	if len(a.answers) != 1 {
		t.Error("a key after silence is not heard")
	}
}

func TestAtMostThreeTextsAndErrorsOutlastTheOthers(t *testing.T) {
	t.Parallel()
	d, _ := startAsker(t)
	for n := range 5 {
		d.Send(view.Tell{Level: view.Note, Text: fmt.Sprintf("note %d", n)})
	}
	d.Unseen("note 0", "note 1")
	d.See("note 2", "note 3", "note 4")
	d.Send(view.Tell{Level: view.Trouble, Text: "trouble"})
	d.Advance(time.Minute)
	d.See("trouble")
	d.Unseen("note")
}

func TestFailuresAreNumberedAndNeverShownRaw(t *testing.T) {
	t.Parallel()
	d, _ := startAsker(t)
	d.Send(view.Failed{Err: fmt.Errorf("read contacts: %s", "\x1b[31mraw")})
	d.See("That did not work, and nothing was changed.", "number 1")
	d.Unseen("raw")
	d.Press("x")
	d.Send(view.Failed{Err: context.Canceled})
	d.Unseen("did not work")
}

func TestFooterNeverLiesWhileTyping(t *testing.T) {
	t.Parallel()
	d, pages := start(t, 80, 24)
	d.See("a ask", "q quit")
	pages[0].typing = true
	d.Unseen("a ask", "q quit")
	d.See("ctrl+c quit")
}

func TestCtrlCTwiceStillAsksForUnsavedWork(t *testing.T) {
	t.Parallel()
	d, pages := start(t, 80, 24)
	pages[2].unsaved = "A draft is not saved. Leave?"
	d.Press("ctrl+c", "ctrl+c")
	d.See("A draft is not saved. Leave?")
	if d.Ended() {
		t.Fatal("ended without asking")
	}
	d.Press("ctrl+c", "ctrl+c")
	if !d.Ended() {
		t.Error("twice more does not leave")
	}
}

func TestAClickDoesWhatItsWordSays(t *testing.T) {
	t.Parallel()
	d, pages := start(t, 80, 24)
	click := func(word string) {
		t.Helper()
		for y, line := range strings.Split(d.Screen(), "\n") {
			if before, _, found := strings.Cut(line, word); found {
				d.Send(tea.MouseClickMsg{X: len([]rune(before)) + 1, Y: y, Button: tea.MouseLeft})
				return
			}
		}
		t.Fatalf("no %q on the screen", word)
	}
	click("Consent")
	d.See("page consent")
	click("open")
	d.See("page contacts")
	if len(pages[0].heard) != 1 {
		t.Errorf("heard %v", pages[0].heard)
	}
}

func TestChangesAndProgressReachEveryView(t *testing.T) {
	t.Parallel()
	changes, progress := make(chan struct{}, 1), make(chan struct{}, 1)
	a, b := &page{id: view.Contacts}, &page{id: view.Consent}
	d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		a.env, b.env = env, env
		return ui.New(env, ui.Options{
			Views: []view.View{a, b}, Changes: changes, Progress: progress,
			Running: func() view.Progress { return view.Progress{Name: "Half-price", Done: 61, Total: 100, Running: true} },
		})
	})
	changes <- struct{}{}
	progress <- struct{}{}
	d.Advance(2 * time.Second)
	if len(a.heard) != 1 || len(b.heard) != 1 {
		t.Errorf("heard %v and %v", a.heard, b.heard)
	}
	d.See("61%")
}

func TestABusyShopFileIsReadOnceASecond(t *testing.T) {
	t.Parallel()
	changes := make(chan struct{}, 1)
	a := &page{id: view.Contacts}
	d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{Views: []view.View{a}, Changes: changes})
	})
	for range 30 { // three seconds of a broadcast
		select {
		case changes <- struct{}{}:
		default: // the signal holds one
		}
		d.Advance(100 * time.Millisecond)
	}
	if len(a.heard) < 3 || len(a.heard) > 4 {
		t.Errorf("told %d times in three seconds", len(a.heard))
	}
}

func TestWithoutColourEverythingIsStillSaid(t *testing.T) {
	t.Parallel()
	d, _ := start(t, 80, 24)
	before := d.Screen()
	d.Send(tea.ColorProfileMsg{Profile: colorprofile.ASCII})
	if after := d.Screen(); after != before {
		t.Errorf("without colour the screen says something else:\n%s", after)
	}
	for _, colour := range []string{"\x1b[38", "\x1b[48", ";38;", ";48;"} {
		if strings.Contains(d.Looks(), colour) {
			t.Errorf("a colour is left: %q", colour)
		}
	}
}

// Spanish tabs are long: at sixty columns they and the way to help are still all there.
func TestTheTabsFitInEveryLanguageWithTheHelp(t *testing.T) {
	t.Parallel()
	for _, width := range []int{40, 50, 60, 66, 80} {
		views := make([]view.View, 0, 4)
		for _, id := range []view.ID{"contactos", view.Consent, "plantillas", "difusiones"} {
			views = append(views, &page{id: id})
		}
		d := uitest.New(t, width, 20, func(env *view.Env) tea.Model {
			return ui.New(env, ui.Options{Views: views, Header: func(context.Context) (ui.Header, error) { return ui.Header{Reviews: 12}, nil }})
		})
		tabs := strings.Split(d.Screen(), "\n")[1]
		for _, text := range []string{"1 Contactos", "2 ", "!12", "3 ", "4 ", "?"} {
			if !strings.Contains(tabs, text) {
				t.Errorf("%d columns: no %q in %q", width, text, tabs)
			}
		}
		d.Click("4 ")
		if tabs = strings.Split(d.Screen(), "\n")[1]; !strings.Contains(tabs, "4 Difusiones") {
			t.Errorf("%d columns: the open tab is %q", width, tabs)
		}
	}
}
