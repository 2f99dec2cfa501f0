package sheet_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/input"
	"pregon/ui/widget/sheet"
)

func text(s *sheet.Sheet) string {
	lines := strings.Split(ansi.Strip(s.Frame().Content), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

func TestSheetIsWrittenFromTopToBottom(t *testing.T) {
	t.Parallel()
	line := input.New(20)
	line.Set("Ana")
	line.Focus()
	tests := []struct {
		name  string
		width int
		want  string
		x, y  int
	}{
		{"wide", 80, "\n  Who is it?\n  ! not known\n\n  Name       Ana", 16, 4},
		{"narrow", 40, "\n  Who is it?\n  ! not known\n\n  Name\n    Ana", 7, 5},
	}
	for _, tt := range tests {
		s := sheet.New(theme.New(theme.Unicode()), view.Size{W: tt.width, H: 20})
		s.Say(theme.Strong, "Who is it?")
		s.Mark(theme.Warn, "not known")
		s.Mark(theme.Warn, "")
		s.Gap()
		s.Field("Name", line, "hint")
		cursor := s.Frame().Cursor
		if got := text(s); got != tt.want || cursor == nil || cursor.X != tt.x || cursor.Y != tt.y {
			t.Errorf("%s: %q, cursor %+v", tt.name, got, cursor)
		}
	}
}

func TestListFollowsThePointerInTheRoomThatIsLeft(t *testing.T) {
	t.Parallel()
	for at, want := range map[int]string{0: "▸ 0  1  2", 5: "  4▸ 5  6", 9: "  7  8▸ 9"} {
		s := sheet.New(theme.New(theme.Unicode()), view.Size{W: 20, H: 4})
		s.List(10, at, strconv.Itoa)
		if got := strings.ReplaceAll(strings.TrimPrefix(text(s), "\n"), "\n", ""); got != want {
			t.Errorf("at %d: %q, want %q", at, got, want)
		}
	}
	s := sheet.New(theme.New(theme.ASCII()), view.Size{W: 12, H: 3})
	s.List(1, 0, func(int) string { return "a name that is long" })
	s.Say(theme.Plain, "words that wrap to lines and are cut below")
	for line := range strings.SplitSeq(text(s), "\n") {
		if len(line) > 12 {
			t.Errorf("%q is too long", line)
		}
	}
	if got := strings.Count(text(s), "\n"); got != 2 {
		t.Errorf("%d lines", got+1)
	}
}
