package query_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/store/storetest"
	"pregon/ui/contacts/query"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

func line(t *testing.T, text string) *query.Line {
	t.Helper()
	p, err := say.New("en", assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	l := query.New(&view.Env{Ctx: t.Context(), Theme: theme.New(theme.Unicode()), Say: p})
	l.Focus()
	for _, r := range text {
		l.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
	return l
}

func drawn(l *query.Line, width int) (lines []string, cursor int) {
	frame := l.Render(width, "3 of 6", "name")
	cursor = -1
	if frame.Cursor != nil {
		cursor = frame.Cursor.X
	}
	return strings.Split(ansi.Strip(frame.Content), "\n"), cursor
}

func TestAFaultIsMarkedUnderItsPlace(t *testing.T) {
	t.Parallel()
	for _, width := range []int{80, 60, 40, 24} {
		l := line(t, "añá tga:x")
		if l.Readable() {
			t.Fatal("it can be read")
		}
		lines, cursor := drawn(l, width)
		at := strings.Index(lines[1], "^^^")
		before, _, found := strings.Cut(lines[0], "tga")
		if !found || at < 0 || cursor < 0 || ansi.StringWidth(before) != at {
			t.Errorf("%d cells: %q under %q", width, lines[1], lines[0])
		}
		for _, text := range lines {
			if ansi.StringWidth(text) > width {
				t.Errorf("%d cells: %q", width, text)
			}
		}
	}
}

func TestNamesAreKnownOnceTheyAreLearnt(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	if _, err := shop.SaveAudience(t.Context(), "regulars", "tag:vip", "Ana"); err != nil {
		t.Fatal(err)
	}
	l := line(t, "audience:regular")
	if !l.Readable() || l.Completable() {
		t.Fatal("before anything is learnt a name is neither wrong nor completed")
	}
	words, err := shop.Vocabulary(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	l.Know(words)
	if l.Readable() || !l.Completable() {
		t.Fatal("a name that nobody saved is read")
	}
	if !l.Update(tea.KeyPressMsg{Code: tea.KeyTab}) || l.Value() != "audience:regulars " || !l.Readable() {
		t.Errorf("completed to %q, readable %v", l.Value(), l.Readable())
	}
	if l.Update(tea.KeyPressMsg{Code: tea.KeyTab}) {
		t.Errorf("Tab went on to %q", l.Value())
	}
	l.Set("audience:other")
	if l.Readable() {
		t.Error("a text from elsewhere is not read")
	}
}

func TestCountsStandBesideOrBelow(t *testing.T) {
	t.Parallel()
	l := line(t, "ana")
	wide, _ := drawn(l, 80)
	narrow, _ := drawn(l, 30)
	if !strings.HasSuffix(wide[0], "3 of 6") || strings.Contains(narrow[0], "3 of 6") || strings.TrimSpace(narrow[len(narrow)-1]) != "3 of 6" {
		t.Errorf("%q and %q", wide, narrow)
	}
	l.Blur()
	if lines, cursor := drawn(l, 80); len(lines) != 1 || cursor != -1 {
		t.Errorf("without the keys: %q with the cursor at %d", lines, cursor)
	}
}
