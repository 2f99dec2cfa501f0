// Package uitest drives the app in tests as a person would: press, type, look.
//
// The Driver runs the app without a terminal and waits until nothing works any
// more before it looks, so no test sleeps. Terminal, for whole programs, runs
// the real binary in a pseudo-terminal.
package uitest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/ui"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

// Start is what the driver's clock shows at first: a Tuesday, ten in the morning.
var Start = time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)

// instant is how far Idle lets the clock run by itself: debounces end, toasts stay.
const instant = time.Second

// Driver is a person at the app.
type Driver struct {
	Env *view.Env

	tb     testing.TB
	model  tea.Model
	size   view.Size
	inbox  chan tea.Msg
	mu     sync.Mutex
	flying int // commands that have not returned
	now    time.Time
	timers []*timer
	ended  bool
	copied string
}

type timer struct {
	at   time.Time
	ring chan struct{}
}

// New starts an app of the given size, in cells, in English unless PREGON_LANG
// is set by the test. build gets the environment that the views share.
func New(tb testing.TB, width, height int, build func(*view.Env) tea.Model) *Driver {
	tb.Helper()
	return NewIn(tb, "en", width, height, build)
}

// NewIn is New in a language.
func NewIn(tb testing.TB, lang string, width, height int, build func(*view.Env) tea.Model) *Driver {
	tb.Helper()
	printer, err := say.New(lang, assets.Locales())
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(tb.Context())
	tb.Cleanup(cancel)
	d := &Driver{tb: tb, inbox: make(chan tea.Msg, 1024), now: Start, size: view.Size{W: width, H: height}}
	look := theme.New(theme.Unicode())
	look.SetProfile(colorprofile.TrueColor)
	d.Env = &view.Env{
		Ctx: ctx, Theme: look, Say: printer.In(time.UTC), Log: slog.New(slog.DiscardHandler), Now: d.Now, After: d.after,
		Work: &view.Work{}, Staff: func() string { return "Marta" }, Hold: 5 * time.Second,
	}
	d.model = build(d.Env)
	d.run(d.model.Init())
	d.Send(tea.WindowSizeMsg{Width: width, Height: height})
	return d
}

// Show starts an app of one view.
func Show(tb testing.TB, width, height int, build func(*view.Env) view.View) *Driver {
	tb.Helper()
	return New(tb, width, height, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{Views: []view.View{build(env)}})
	})
}

// Now is the driver's clock.
func (d *Driver) Now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now
}

// after is tea.Tick on the driver's clock.
func (d *Driver) after(wait time.Duration, then func(time.Time) tea.Msg) tea.Cmd {
	return func() tea.Msg {
		t := &timer{ring: make(chan struct{})}
		d.mu.Lock()
		t.at = d.now.Add(wait)
		d.timers = append(d.timers, t)
		d.mu.Unlock()
		done := d.Env.Work.Rest()
		defer done()
		select {
		case <-d.Env.Ctx.Done():
			return nil
		case <-t.ring:
			return then(d.Now())
		}
	}
}

// Advance moves the clock and lets what waited for it happen.
func (d *Driver) Advance(by time.Duration) {
	d.tb.Helper()
	end := d.Now().Add(by)
	for d.ring(end) {
		d.settle()
	}
	d.mu.Lock()
	d.now = end
	d.mu.Unlock()
	d.settle()
}

// ring lets the clock run to the next timer not after end; false when there is none.
func (d *Driver) ring(end time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	var next *timer
	for _, t := range d.timers {
		if !t.at.After(end) && (next == nil || t.at.Before(next.at)) {
			next = t
		}
	}
	if next == nil {
		return false
	}
	d.timers = slices.DeleteFunc(d.timers, func(t *timer) bool { return t == next })
	if next.at.After(d.now) {
		d.now = next.at
	}
	close(next.ring)
	return true
}

// Send gives the app a message and waits until it has come to rest.
func (d *Driver) Send(msg tea.Msg) {
	d.tb.Helper()
	d.update(msg)
	d.Idle()
}

// Idle waits until nothing works and no short wait is left.
func (d *Driver) Idle() {
	d.tb.Helper()
	d.settle()
	for end := d.Now().Add(instant); d.ring(end); {
		d.settle()
	}
}

// settle takes messages until every command has returned or rests.
func (d *Driver) settle() {
	d.tb.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	quiet := 0
	for quiet < 3 {
		select {
		case msg := <-d.inbox:
			quiet = 0
			d.update(msg)
		case <-look.C:
			d.mu.Lock()
			busy := d.flying > d.Env.Work.Resting()
			d.mu.Unlock()
			if quiet++; busy || len(d.inbox) > 0 {
				quiet = 0
			}
		case <-deadline.C:
			d.tb.Fatalf("the app does not come to rest\n%s", d.Screen())
		}
	}
}

// clipboardMsg is what tea.SetClipboard sends; its type has no exported name.
var clipboardMsg = fmt.Sprintf("%T", tea.SetClipboard("")())

func (d *Driver) update(msg tea.Msg) {
	switch msg := msg.(type) {
	case nil:
		return
	case tea.BatchMsg:
		for _, command := range msg {
			d.run(command)
		}
		return
	case tea.QuitMsg:
		d.ended = true
		return
	}
	if fmt.Sprintf("%T", msg) == clipboardMsg {
		d.copied = fmt.Sprintf("%s", msg)
		return
	}
	var command tea.Cmd
	d.model, command = d.model.Update(msg)
	d.run(command)
}

func (d *Driver) run(command tea.Cmd) {
	if command == nil {
		return
	}
	d.mu.Lock()
	d.flying++
	d.mu.Unlock()
	go func() {
		msg := command()
		d.inbox <- msg
		d.mu.Lock()
		d.flying--
		d.mu.Unlock()
	}()
}

// Copied is what the app put on the clipboard last.
func (d *Driver) Copied() string { return d.copied }

// Click presses the left button of the mouse on a text on the screen.
func (d *Driver) Click(text string) {
	d.tb.Helper()
	for y, line := range strings.Split(d.Screen(), "\n") {
		if before, _, found := strings.Cut(line, text); found {
			d.Send(tea.MouseClickMsg{X: lipgloss.Width(before), Y: y, Button: tea.MouseLeft})
			return
		}
	}
	d.tb.Fatalf("nothing to click: %s\n%s", text, d.Screen())
}

// Wheel turns the wheel of the mouse, down by positive clicks.
func (d *Driver) Wheel(clicks int) {
	d.tb.Helper()
	button := tea.MouseWheelDown
	if clicks < 0 {
		button, clicks = tea.MouseWheelUp, -clicks
	}
	for range clicks {
		d.Send(tea.MouseWheelMsg{Button: button})
	}
}

// Ended reports whether the app has quit.
func (d *Driver) Ended() bool { return d.ended }

// Press presses keys by name, as tea spells them: "enter", "ctrl+c", "y".
func (d *Driver) Press(names ...string) {
	d.tb.Helper()
	for _, name := range names {
		d.Send(ui.Key(name))
	}
}

// Type types a text, a key a letter.
func (d *Driver) Type(text string) {
	d.tb.Helper()
	for _, letter := range text {
		d.Send(tea.KeyPressMsg{Code: letter, Text: string(letter)})
	}
}

// Resize changes the size of the terminal.
func (d *Driver) Resize(width, height int) {
	d.tb.Helper()
	d.size = view.Size{W: width, H: height}
	d.Send(tea.WindowSizeMsg{Width: width, Height: height})
}

// Screen is what is seen, without looks.
func (d *Driver) Screen() string {
	lines := strings.Split(ansi.Strip(d.Looks()), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// Looks is what is seen, with its styles.
func (d *Driver) Looks() string { return d.model.View().Content }

// See fails unless the screen shows every text.
func (d *Driver) See(texts ...string) {
	d.tb.Helper()
	for _, text := range texts {
		if screen := d.Screen(); !strings.Contains(screen, text) {
			d.tb.Errorf("not on the screen: %s\n%s", text, screen)
		}
	}
}

// Says is See for sentences, which may go over several lines or stand in a frame.
func (d *Driver) Says(sentences ...string) {
	d.tb.Helper()
	screen := strings.Join(strings.Fields(strings.ReplaceAll(d.Screen(), "│", " ")), " ")
	for _, sentence := range sentences {
		if !strings.Contains(screen, sentence) {
			d.tb.Errorf("not on the screen: %s\n%s", sentence, d.Screen())
		}
	}
}

// Unseen fails if the screen shows any of the texts.
func (d *Driver) Unseen(texts ...string) {
	d.tb.Helper()
	for _, text := range texts {
		if screen := d.Screen(); strings.Contains(screen, text) {
			d.tb.Errorf("on the screen: %s\n%s", text, screen)
		}
	}
}

// Golden compares the screen with testdata/NAME.golden, and fails as well when
// it does not fit its terminal. UPDATE_GOLDEN=1 writes the file.
func (d *Driver) Golden(name string) {
	d.tb.Helper()
	screen := d.Screen() + "\n"
	for i, line := range strings.Split(d.Looks(), "\n") {
		if width := lipgloss.Width(line); width > d.size.W || i >= d.size.H {
			d.tb.Errorf("line %d is %d cells wide and the terminal %dx%d", i+1, width, d.size.W, d.size.H)
		}
	}
	path := filepath.Join("testdata", name+".golden")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			d.tb.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(screen), 0o600); err != nil {
			d.tb.Fatal(err)
		}
	}
	want, err := os.ReadFile(filepath.Clean(path))
	if err != nil || string(want) != screen {
		d.tb.Errorf("%s differs (%v)\n%s", path, err, screen)
	}
}

// Touch presses a key and draws the frame that follows, without waiting for
// answers: what a person waits for. Idle lets the answers come.
func (d *Driver) Touch(name string) {
	d.tb.Helper()
	d.update(ui.Key(name))
	_ = d.Looks()
}
