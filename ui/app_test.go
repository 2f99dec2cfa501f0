package ui_test

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// page is a screen that remembers what reached it.
type page struct {
	env     *view.Env
	id      view.ID
	typing  bool
	typed   string
	heard   []string
	off     string
	unsaved string
	hidden  int
	answer  view.Latest
}

func (p *page) ID() view.ID     { return p.id }
func (p *page) Title() string   { return strings.ToUpper(string(p.id)[:1]) + string(p.id)[1:] }
func (p *page) Init() tea.Cmd   { return nil }
func (p *page) Typing() bool    { return p.typing }
func (p *page) Unsaved() string { return p.unsaved }
func (p *page) Hidden() tea.Cmd {
	p.hidden++
	return nil
}

func (p *page) Render(view.Size) view.Frame {
	return view.Frame{Content: "page " + string(p.id) + " " + p.typed + " " + strings.Join(p.heard, ",")}
}

func (p *page) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		p.typed += msg.Text
	case view.OpenContact:
		p.heard = append(p.heard, "contact")
	case view.Result[string]:
		if msg.Of(&p.answer) {
			p.heard = append(p.heard, msg.Value)
		}
	case view.StoreChanged:
		p.heard = append(p.heard, "changed")
	}
	return nil
}

func (p *page) Actions() []view.Action {
	return []view.Action{
		{Keys: []string{"a"}, Label: "ask", Help: "Ask the store.", Off: func() string { return p.off }, Run: func() tea.Cmd {
			return view.Do(p.env, p.id, &p.answer, func(context.Context) (string, error) { return "answered", nil })
		}},
		{Keys: []string{"o"}, Label: "open", Help: "Open a contact.", Run: func() tea.Cmd { return view.Send(view.OpenContact{ID: 1}) }},
		{Keys: []string{"e"}, Label: "fail", Help: "Fail.", Run: func() tea.Cmd {
			return view.Send(view.Tell{Level: view.Trouble, Text: "It did not work."})
		}},
	}
}

func start(t *testing.T, width, height int) (*uitest.Driver, []*page) {
	t.Helper()
	pages := []*page{{id: view.Contacts}, {id: view.Consent}, {id: view.Broadcasts}}
	d := uitest.New(t, width, height, func(env *view.Env) tea.Model {
		views := make([]view.View, 0, len(pages))
		for _, p := range pages {
			p.env = env
			views = append(views, p)
		}
		return ui.New(env, ui.Options{Views: views, Header: func(context.Context) (ui.Header, error) {
			return ui.Header{Shop: "Panadería \x1b[2JLuna", FeedHeard: uitest.Start.Add(-2 * time.Minute)}, nil
		}})
	})
	return d, pages
}

// TestWhatHasToBeSaidFirstStaysUntilAKey: nobody may start to work without having seen it.
func TestWhatHasToBeSaidFirstStaysUntilAKey(t *testing.T) {
	t.Parallel()
	first := &page{id: view.Contacts}
	d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		first.env = env
		return ui.New(env, ui.Options{Views: []view.View{first}, Say: "The file is the one before."})
	})
	d.See("The file is the one before.")
	d.Press("x")
	d.Unseen("The file is the one before.")
}

func TestHeaderSaysWhoseShopAndWhetherItHears(t *testing.T) {
	t.Parallel()
	d, _ := start(t, 80, 24)
	d.See("Pregón · Panadería Luna", "heard 2 min ago", "Marta", "1 Contacts", "2 Consent", "? help", "q quit")
	if strings.Contains(d.Looks(), "\x1b[2J") {
		t.Error("the shop's name reached the terminal unescaped")
	}
}

func TestHeaderSaysWhenTheFeedWasHeard(t *testing.T) {
	t.Parallel()
	for want, heard := range map[string]time.Time{
		"no feed": {}, "heard just now": uitest.Start, "heard 5 min ago": uitest.Start.Add(-5 * time.Minute),
		"heard Mon": uitest.Start.Add(-24 * time.Hour), "silent since Mon": uitest.Start.Add(-24*time.Hour - time.Minute),
	} {
		for _, width := range []int{60, 80} {
			d := uitest.New(t, width, 20, func(env *view.Env) tea.Model {
				return ui.New(env, ui.Options{Views: []view.View{&page{id: view.Contacts, env: env}}, Header: func(context.Context) (ui.Header, error) {
					return ui.Header{Shop: "Panadería Luna", FeedHeard: heard}, nil
				}})
			})
			d.See(want)
		}
	}
}

func TestAnswerFindsItsViewAfterTheUserWentOn(t *testing.T) {
	t.Parallel()
	d, pages := start(t, 80, 24)
	command := pages[0].Actions()[0].Run()
	d.Press("2")
	d.Send(command())
	d.See("page consent")
	d.Press("1")
	d.See("page contacts  answered")
}

func TestLettersBelongToTheFieldWhileTyping(t *testing.T) {
	t.Parallel()
	d, pages := start(t, 80, 24)
	pages[0].typing = true
	d.Type("q2?a")
	d.See("page contacts q2?a")
}

func TestIntentsOpenTheirTabAndEscLeadsBack(t *testing.T) {
	t.Parallel()
	d, _ := start(t, 80, 24)
	d.Press("3", "o")
	d.See("page contacts  contact")
	d.Press("esc")
	d.See("page broadcasts")
}

func TestActionThatIsOffSaysWhy(t *testing.T) {
	t.Parallel()
	d, pages := start(t, 80, 24)
	pages[0].off = "cannot ask: nobody is there"
	d.Press("a")
	d.See("cannot ask: nobody is there")
}

func TestErrorsStayUntilAKey(t *testing.T) {
	t.Parallel()
	d, _ := start(t, 80, 24)
	d.Press("e")
	d.Advance(time.Minute)
	d.See("It did not work.")
	d.Press("x")
	d.Unseen("It did not work.")
}

func TestCtrlCOnceLosesNothing(t *testing.T) {
	t.Parallel()
	d, _ := start(t, 80, 24)
	d.Press("ctrl+c")
	if d.Ended() {
		t.Fatal("ended at the first press")
	}
	d.See("Press ctrl+c again to leave.")
	d.Advance(10 * time.Second)
	d.Press("ctrl+c")
	if d.Ended() {
		t.Fatal("two presses far apart ended it")
	}
	d.Press("ctrl+c")
	if !d.Ended() {
		t.Error("two presses do not leave")
	}
}

func TestUnsavedWorkIsAskedFor(t *testing.T) {
	t.Parallel()
	d, pages := start(t, 80, 24)
	pages[1].unsaved = "A draft is not saved. Leave?"
	d.Press("q", "enter")
	if d.Ended() {
		t.Fatal("enter alone left")
	}
	d.Press("q")
	d.See("A draft is not saved. Leave?")
	d.Press("y")
	if !d.Ended() {
		t.Error("y does not leave")
	}
}

func TestHelpShowsEveryKeyAndWhyOneIsOff(t *testing.T) {
	t.Parallel()
	d, pages := start(t, 80, 24)
	pages[0].off = "nobody is there"
	d.Press("?")
	d.See("Ask the store.", "nobody is there", "Open a contact.", "Go to Consent.", "Leave Pregón")
	d.Press("esc")
	d.Unseen("Ask the store.")
}

func TestEverySizeKeepsItsFrame(t *testing.T) {
	t.Parallel()
	for _, size := range []view.Size{{W: 40, H: 12}, {W: 60, H: 20}, {W: 80, H: 24}, {W: 120, H: 36}} {
		d, _ := start(t, size.W, size.H)
		lines := strings.Split(d.Screen(), "\n")
		if len(lines) != size.H || !strings.Contains(lines[size.H-1], "q quit") {
			t.Errorf("%v: %d lines, the last %q", size, len(lines), lines[len(lines)-1])
		}
	}
	d, _ := start(t, 30, 10)
	d.See("too small")
}

func TestCtrlCStopsAHoldThatRuns(t *testing.T) {
	t.Parallel()
	d, pages := start(t, 80, 24)
	d.Press("ctrl+c")
	if pages[0].hidden != 1 {
		t.Error("the view in front did not hear that the user wants to leave")
	}
}
