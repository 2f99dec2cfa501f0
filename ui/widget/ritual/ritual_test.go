package ritual_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/ritual"
)

// desk is a ritual with a clock that moves when its ticks are played.
type desk struct {
	t      *testing.T
	now    time.Time
	ritual *ritual.Ritual
	ticks  []tea.Msg
	told   []string
	began  int
}

func sit(t *testing.T) *desk {
	t.Helper()
	p, err := say.New("en", nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{t: t, now: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)}
	env := &view.Env{
		Say: p, Theme: theme.New(theme.Unicode()), Hold: 5 * time.Second, Now: func() time.Time { return d.now },
		After: func(wait time.Duration, msg func(time.Time) tea.Msg) tea.Cmd {
			return func() tea.Msg { d.ticks = append(d.ticks, msg(d.now.Add(wait))); return nil }
		},
	}
	d.ritual = ritual.New(env, "me")
	return d
}

func (d *desk) give(msg tea.Msg) {
	begin, cmd := d.ritual.Update(msg)
	if begin {
		d.began++
	}
	if cmd == nil {
		return
	}
	if tell, ok := cmd().(view.Tell); ok {
		d.told = append(d.told, tell.Text)
	}
}

func (d *desk) press(keys ...string) {
	for _, k := range keys {
		if k == "enter" {
			d.give(tea.KeyPressMsg{Code: tea.KeyEnter})
			continue
		}
		for _, c := range k {
			d.give(tea.KeyPressMsg{Code: c, Text: string(c)})
		}
	}
}

// pass lets seconds pass and plays the ticks that were asked for.
func (d *desk) pass(seconds int) {
	for range seconds {
		d.now = d.now.Add(time.Second)
		ticks := d.ticks
		d.ticks = nil
		for _, tick := range ticks {
			d.give(tick)
		}
	}
}

func TestTheCountAndTheWaitBeginIt(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.ritual.Open(ritual.Deed{Count: 1388})
	d.press("1,388", "enter")
	if d.pass(4); d.began != 0 {
		t.Fatal("it began before the time to stop it was over")
	}
	if text := ansi.Strip(d.ritual.Render(60).Content); !strings.Contains(text, "in 1 s") || !strings.Contains(text, "any key") {
		t.Errorf("the wait is not counted down:\n%s", text)
	}
	if d.pass(3); d.began != 1 || d.ritual.Typing() {
		t.Errorf("began %d times", d.began)
	}
}

func TestEnterAloneNeverBeginsIt(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.ritual.Open(ritual.Deed{Count: 3})
	for range 20 {
		d.press("enter")
	}
	d.press("33", "enter")
	if d.pass(10); d.began != 0 || d.ritual.Holding() {
		t.Error("it began without its count")
	}
	if len(d.told) != 21 || !strings.Contains(d.told[0], "Enter alone begins nothing: type 3 first.") || !strings.Contains(d.told[20], "not 3") {
		t.Errorf("told %q", d.told)
	}
}

func TestAHeldKeyAndAPasteNeverBeginIt(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.ritual.Open(ritual.Deed{Count: 33})
	d.give(tea.PasteMsg{Content: "33"})
	d.press("3")
	d.give(tea.KeyPressMsg{Code: '3', Text: "3", IsRepeat: true})
	d.press("enter")
	if d.pass(10); d.began != 0 || d.ritual.Holding() {
		t.Error("a held key typed the count")
	}
}

func TestAnyKeyStopsIt(t *testing.T) {
	t.Parallel()
	for _, key := range []tea.KeyPressMsg{{Code: tea.KeyEnter}, {Code: 'x', Text: "x"}, {Code: tea.KeyUp}, {Code: tea.KeyEnter, IsRepeat: true}} {
		d := sit(t)
		d.ritual.Open(ritual.Deed{Count: 3})
		d.press("3", "enter")
		d.pass(4)
		d.give(key)
		if d.pass(10); d.began != 0 || len(d.told) != 1 {
			t.Errorf("%s did not stop it", key)
		}
		d.press("3", "enter")
		if d.pass(6); d.began != 1 {
			t.Errorf("after %s it cannot be begun again", key)
		}
	}
}

func TestAnotherCountBeginsAnew(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.ritual.Open(ritual.Deed{Count: 3})
	d.press("3", "enter")
	d.ritual.Open(ritual.Deed{Count: 3})
	if !d.ritual.Holding() {
		t.Error("the same count stopped it")
	}
	d.ritual.Open(ritual.Deed{Count: 2})
	if d.pass(10); d.began != 0 || d.ritual.Holding() {
		t.Error("it went on with another count")
	}
}

func TestTermsAreAcceptedInWordsFirst(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.ritual.Open(ritual.Deed{Count: 3, Terms: "Nobody hears STOP."})
	if text := ansi.Strip(d.ritual.Render(60).Content); !strings.Contains(text, "Nobody hears STOP.") || strings.Contains(text, "Type 3") {
		t.Errorf("the terms do not come first:\n%s", text)
	}
	d.press("3", "enter")
	if d.ritual.Holding() {
		t.Fatal("the count alone was enough")
	}
	d.ritual.Close()
	d.ritual.Open(ritual.Deed{Count: 3, Terms: "Nobody hears STOP."})
	d.press("accept", "enter", "3", "enter")
	if d.pass(6); d.began != 1 {
		t.Error("it does not begin after the terms are accepted")
	}
}

func TestAHarmlessDeedIsNotHeld(t *testing.T) {
	t.Parallel()
	d := sit(t)
	deed := ritual.Deed{Count: 3, Ask: "Type 3 to plan it", Harmless: true}
	d.ritual.Open(deed)
	if text := ansi.Strip(d.ritual.Render(60).Content); !strings.Contains(text, "Type 3 to plan it") {
		t.Errorf("it asks\n%s", text)
	}
	for range 20 {
		d.press("enter")
	}
	if d.began != 0 {
		t.Fatal("Enter alone began it")
	}
	d.press("3", "enter", "enter", "enter")
	if d.pass(3); d.began != 1 || d.ritual.Typing() || d.ritual.Holding() {
		t.Errorf("began %d times", d.began)
	}
	deed.Harmless = false
	d.ritual.Open(deed)
	d.press("3", "enter")
	if d.pass(2); d.began != 1 || !d.ritual.Holding() {
		t.Error("a deed that does harm was not held")
	}
}

func TestAnotherDeedOfTheSameCountBeginsAnew(t *testing.T) {
	t.Parallel()
	d := sit(t)
	d.ritual.Open(ritual.Deed{Count: 3})
	d.press("3", "enter")
	d.ritual.Open(ritual.Deed{Count: 3, Ask: "Type 3 to plan it", Harmless: true})
	if d.pass(10); d.began != 0 || d.ritual.Holding() {
		t.Error("what was confirmed for one deed did another")
	}
}

// TestAHeldEnterNeverBeginsIt plays a key that stays down, on a terminal that tells repeats and on one that does not.
func TestAHeldEnterNeverBeginsIt(t *testing.T) {
	t.Parallel()
	for _, told := range []bool{true, false} {
		d := sit(t)
		d.ritual.Open(ritual.Deed{Count: 3})
		d.press("3", "enter")
		for range 200 {
			d.give(tea.KeyPressMsg{Code: tea.KeyEnter, IsRepeat: told})
			d.pass(1)
		}
		if d.began != 0 || d.ritual.Holding() {
			t.Errorf("repeats told %v: it began %d times", told, d.began)
		}
	}
}
