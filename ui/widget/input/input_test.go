package input_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
	"pregon/ui/widget/input"
)

func typed(l *input.Line, text string) {
	for _, r := range text {
		l.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func TestCursorStandsBehindWhatWasTyped(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	tests := []struct {
		name, text, want string
		width, cursor    int
	}{
		{"plain", "ana", "ana", 10, 3},
		{"wide letters take two cells", "山田", "山田", 10, 4},
		{"accents put together", "Jose\u0301", "Jose\u0301", 10, 4},
		{"longer than its room", "abcdefgh", "efgh", 5, 4},
		{"nothing", "", "name or number", 20, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := input.New(50)
			l.Focus()
			typed(l, tt.text)
			text, cursor, _ := l.Render(th, tt.width, "name or number")
			if text = strings.TrimSpace(ansi.Strip(text)); text != tt.want || cursor != tt.cursor {
				t.Errorf("got %q with the cursor at %d, want %q at %d", text, cursor, tt.want, tt.cursor)
			}
		})
	}
}

func TestPastesCannotCommandTheTerminal(t *testing.T) {
	t.Parallel()
	l := input.New(50)
	l.Focus()
	l.Set("Ana ")
	l.Update(tea.PasteMsg{Content: "Pé\u202erez\u200b\r\nRuiz\x1b[31m"})
	if got := l.Value(); got != "Ana Pérez Ruiz" {
		t.Errorf("got %q", got)
	}
	if got := theme.Safe(l.Value()).String(); got != l.Value() {
		t.Errorf("not safe: %q", l.Value())
	}
	if l.Position() != len([]rune(l.Value())) {
		t.Errorf("cursor at %d of %q", l.Position(), l.Value())
	}
}

func TestOnlyAFocusedLineHearsKeys(t *testing.T) {
	t.Parallel()
	l := input.New(3)
	if l.Update(tea.KeyPressMsg{Code: 'a', Text: "a"}) || l.Value() != "" {
		t.Error("heard a key without focus")
	}
	l.Focus()
	if !l.Update(tea.KeyPressMsg{Code: 'a', Text: "a"}) || l.Update(tea.KeyPressMsg{Code: tea.KeyLeft}) {
		t.Error("a change is not told, or a move is told as one")
	}
	typed(l, "bcdef")
	if len(l.Value()) != 3 {
		t.Errorf("limit: %q", l.Value())
	}
	l.SetAt("xyz", 1)
	l.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	if l.Value() != "yz" {
		t.Errorf("cursor not where it was set: %q", l.Value())
	}
	l.Blur()
	if _, cursor, _ := l.Render(theme.New(theme.Unicode()), 10, ""); cursor != -1 {
		t.Errorf("cursor at %d without focus", cursor)
	}
}
