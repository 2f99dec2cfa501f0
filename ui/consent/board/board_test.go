package board_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/store"
	"pregon/store/audience"
	"pregon/ui/consent/board"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

func env(t *testing.T, lang string) *view.Env {
	t.Helper()
	p, err := say.New(lang, assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return &view.Env{Theme: theme.New(theme.Unicode()), Say: p}
}

// counts are all different, so that a line that shows another's is noticed.
var counts = store.Board{
	Contacts: 101, Sendable: 102, Reviews: 103, NotSaved: 104, NotAsked: 105, Asked: 106, ExpireSoon: 107, Expired: 108,
	Refused: 109, Withdrawn: 110, Stopped: 111, WithdrawnSince: 7,
}

func lines(b *board.Page, width, height int) []string {
	return strings.Split(ansi.Strip(b.Render(view.Size{W: width, H: height}).Content), "\n")
}

func TestEveryCountStandsBesideItsMeaningAndItsList(t *testing.T) {
	t.Parallel()
	tests := []struct{ count, words, query string }{
		{"101", "contacts", ""},
		{"102", "✓ can get broadcasts", "sendable:yes"},
		{"103", "! wait for your judgement", board.Reviews},
		{"104", "! agreed, but our number is not saved", "consent:given OR consent:confirmed saved:no"},
		{"105", "! not asked yet", "consent:none"},
		{"106", "! asked, no answer", "consent:asked"},
		{"107", "! agreed, and that runs out within 60 days", store.ExpireSoonQuery},
		{"108", "! agreed too long ago", "consent:expired"},
		{"109", "✗ said no", "consent:refused"},
		{"110", "✗ withdrew, 7 of them in 30 days", "consent:withdrawn"},
		{"111", "✗ stopped in WhatsApp", "platform:stopped"},
	}
	b := board.New(env(t, "en"))
	b.Count(counts)
	b.Move("home")
	for i, test := range tests {
		here := ""
		for _, line := range lines(b, 80, 24) {
			if strings.HasPrefix(line, "▸") {
				here = line
			}
		}
		if !strings.Contains(here, test.count) || !strings.Contains(here, test.words) || b.Query() != test.query {
			t.Errorf("line %d is %q and lists %q, want %+v", i, here, b.Query(), test)
		}
		if test.query != board.Reviews {
			if _, err := audience.Parse(b.Query()); err != nil {
				t.Errorf("%q is no query: %v", b.Query(), err)
			}
		}
		b.Move("down")
	}
	b.Move("down") // not below the last
	if b.Query() != "platform:stopped" {
		t.Errorf("below the last: %q", b.Query())
	}
}

func TestAClickGoesToItsLine(t *testing.T) {
	t.Parallel()
	b := board.New(env(t, "en"))
	b.Count(counts)
	frame := b.Render(view.Size{W: 80, H: 24})
	rows := strings.Split(ansi.Strip(frame.Content), "\n")
	for _, zone := range frame.Zones {
		press, ok := zone.Msg.(board.Pressed)
		if !ok {
			t.Fatalf("a click sends %#v", zone.Msg)
		}
		b.Click(press)
		if again := lines(b, 80, 24); !strings.HasPrefix(again[zone.Area.Min.Y], "▸") {
			t.Errorf("a click on %q goes elsewhere", rows[zone.Area.Min.Y])
		}
	}
}

func TestTheBoardFitsItsRoomInEveryLanguage(t *testing.T) {
	t.Parallel()
	for lang := range assets.Locales() {
		for _, size := range []view.Size{{W: 80, H: 19}, {W: 60, H: 15}, {W: 40, H: 9}} {
			b := board.New(env(t, lang))
			if got := lines(b, size.W, size.H); len(got) > 2 {
				t.Errorf("%s: before it was counted it says %q", lang, got)
			}
			b.Count(store.Board{})
			for _, line := range lines(b, size.W, size.H) {
				if theme.Width(line) > size.W {
					t.Errorf("%s, %v: %q is %d cells wide", lang, size, line, theme.Width(line))
				}
			}
			if got := len(lines(b, size.W, size.H)); got > size.H {
				t.Errorf("%s, %v: %d lines", lang, size, got)
			}
		}
	}
}
