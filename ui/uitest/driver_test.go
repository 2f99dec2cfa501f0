package uitest_test

import (
	"context"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/uitest"
	"pregon/ui/view"
)

// probe is the smallest app: it shows what reached it.
type probe struct {
	env    *view.Env
	heard  []string
	query  view.Latest
	wait   chan struct{}
	answer string
}

func (p *probe) Init() tea.Cmd { return nil }

func (p *probe) View() tea.View {
	return tea.NewView("heard " + strings.Join(p.heard, " ") + "\nanswer " + p.answer)
}

func (p *probe) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.KeyPressMsg:
		p.heard = append(p.heard, msg.String())
		switch msg.String() {
		case "a":
			return p, view.Do(p.env, "probe", &p.query, func(context.Context) (string, error) { return "soon", nil })
		case "t":
			return p, p.env.After(time.Minute, func(now time.Time) tea.Msg { return now })
		case "c":
			return p, tea.SetClipboard("a text")
		case "q":
			return p, tea.Quit
		case "b":
			return p, tea.Batch(func() tea.Msg { return "one" }, func() tea.Msg { return "two" })
		}
	case tea.MouseClickMsg:
		p.heard = append(p.heard, "click")
	case tea.MouseWheelMsg:
		p.heard = append(p.heard, "wheel")
	case string:
		p.answer += msg + " "
	case time.Time:
		p.answer += msg.Format("15:04")
	case view.Result[string]:
		p.answer += msg.Value
	}
	return p, nil
}

func start(t *testing.T) (*uitest.Driver, *probe) {
	t.Helper()
	p := &probe{wait: make(chan struct{})}
	d := uitest.New(t, 40, 10, func(env *view.Env) tea.Model {
		p.env = env
		return p
	})
	return d, p
}

func TestTheDriverWaitsForAnswersBeforeItLooks(t *testing.T) {
	t.Parallel()
	d, _ := start(t)
	d.Press("a")
	d.See("answer soon")
	d.Press("b")
	d.See("one", "two")
}

func TestTheDriversClockMovesOnlyWhenTold(t *testing.T) {
	t.Parallel()
	d, _ := start(t)
	before := d.Now()
	d.Press("t")
	if d.Unseen("answer 1"); d.Now().Sub(before) > time.Second {
		t.Errorf("the clock ran %v by itself", d.Now().Sub(before))
	}
	d.Advance(59 * time.Second)
	d.Unseen("answer 1")
	d.Advance(2 * time.Second)
	d.See("answer 10:01")
}

func TestKeysWordsAndTheMouseReachTheApp(t *testing.T) {
	t.Parallel()
	d, p := start(t)
	d.Press("shift+tab", "ctrl+a", "enter", "space")
	d.Type("né")
	d.Click("answer")
	d.Wheel(-2)
	d.Touch("x")
	if got := strings.Join(p.heard, " "); got != "shift+tab ctrl+a enter space n é click wheel wheel x" {
		t.Errorf("heard %q", got)
	}
}

func TestTheClipboardAndTheEndAreNoticed(t *testing.T) {
	t.Parallel()
	d, _ := start(t)
	d.Press("c")
	if d.Copied() != "a text" || d.Ended() {
		t.Errorf("copied %q, ended %v", d.Copied(), d.Ended())
	}
	if d.Press("q"); !d.Ended() {
		t.Error("the end went by")
	}
}

// failing is a test that notes what it is told.
type failing struct {
	testing.TB
	failed bool
}

func (f *failing) Errorf(string, ...any) { f.failed = true }
func (f *failing) Fatalf(string, ...any) { f.failed = true }
func (f *failing) Helper()               {}

func TestWhatIsNotOnTheScreenFailsTheTest(t *testing.T) {
	t.Parallel()
	for name, look := range map[string]func(*uitest.Driver){
		"See": func(d *uitest.Driver) { d.See("nowhere") }, "Unseen": func(d *uitest.Driver) { d.Unseen("heard") },
		"Click": func(d *uitest.Driver) { d.Click("nowhere") }, "Golden": func(d *uitest.Driver) { d.Golden("nothing") },
	} {
		f := &failing{TB: t}
		d := uitest.New(f, 40, 10, func(env *view.Env) tea.Model { return &probe{env: env} })
		if look(d); !f.failed {
			t.Errorf("%s does not fail", name)
		}
	}
}
