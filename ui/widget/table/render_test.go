package table_test

import (
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
	"pregon/ui/view"
)

func TestStrangeNamesNeverMoveAnotherColumn(t *testing.T) {
	t.Parallel()
	names := map[int]string{
		1: "Ana", 2: "山田太郎さん", 3: "שלום עולם", 4: "محمد الأحمد", 5: "👩‍👩‍👧 familia 👩🏽‍🍳", 6: "Z" + strings.Repeat("\u0301", 30),
		7: "क्षत्रिय कुमार", 8: "\x1b[31mred\x1b[0m\x1b]0;owned\x07", 9: "\u202eevil\u202c", 10: "❤️🇪🇸1️⃣", 11: strings.Repeat("한", 90),
		12: "a\nb\tc", 13: "", 14: "\u0301start", 15: "ÁÉÍ\u200b\u200b",
	}
	for _, width := range []int{40, 60, 80, 120} {
		l := newTable(t)
		settle(l, l.Load(people{ids: numbers(len(names)), names: names}))
		lines := strings.Split(l.Render(view.Size{W: width, H: 30}).Content, "\n")
		if len(lines) != len(names)+1 {
			t.Fatalf("%d lines at width %d", len(lines), width)
		}
		column := -1
		for i, line := range lines[1:] {
			plain := ansi.Strip(line)
			for _, mark := range []string{"✓ ", "✗ "} {
				before, _, found := strings.Cut(plain, mark)
				if !found {
					continue
				}
				if column < 0 {
					column = theme.Width(before)
				}
				if got := theme.Width(before); got != column {
					t.Errorf("width %d: %q has its last column at %d, want %d", width, names[i+1], got, column)
				}
			}
			if w := theme.Width(line); w > width {
				t.Errorf("width %d: %q takes %d cells", width, names[i+1], w)
			}
		}
		if column < 0 {
			t.Errorf("width %d: no verdict is seen:\n%s", width, ansi.Strip(strings.Join(lines, "\n")))
		}
	}
}

func TestColumnsGoByRankWhereTheRoomIsNarrow(t *testing.T) {
	t.Parallel()
	for width, want := range map[int]string{80: "Name No Tags Can get it", 45: "Name No Can get it", 36: "Name Can get it", 20: "Na… Can…"} {
		l := newTable(t)
		settle(l, l.Load(people{ids: numbers(3)}))
		title := seen(l, width, 10)[0]
		if width == 20 {
			if strings.Contains(title, "Tags") || theme.Width(title) > width {
				t.Errorf("width 20: %q", title)
			}
			continue
		}
		if got := strings.Join(strings.Fields(title), " "); got != want {
			t.Errorf("width %d: %q, want %q", width, got, want)
		}
	}
}

func TestNumbersEndInOneColumn(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	settle(l, l.Load(people{ids: []int{7, 12_345}}))
	lines := seen(l, 80, 10)
	end := func(line, number string) int {
		return theme.Width(line[:strings.Index(line, " "+number+" ")+1+len(number)])
	}
	if a, b := end(strings.Replace(lines[1], "Person 7", "--------", 1), "7"), end(strings.Replace(lines[2], "Person 12345", "------------", 1), "12345"); a != b {
		t.Errorf("7 ends at %d, 12345 at %d:\n%s", a, b, strings.Join(lines, "\n"))
	}
}

func TestScrollBarShowsWhere(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	settle(l, l.Load(people{ids: numbers(100)}))
	thumb := func() string {
		var b strings.Builder
		for _, line := range seen(l, 80, 11)[1:] {
			b.WriteString(string([]rune(line)[:1]))
		}
		return b.String()
	}
	if got := thumb(); got != "┃│││││││││" {
		t.Errorf("at the top: %q", got)
	}
	press(l, "end")
	if got := thumb(); got != "│││││││││┃" {
		t.Errorf("at the end: %q", got)
	}
	settle(l, l.Load(people{ids: numbers(10)}))
	if got := thumb(); strings.ContainsAny(got, "┃│") {
		t.Errorf("where all is seen: %q", got)
	}
}

// BenchmarkKeyToFrame is one key and its frame on a hundred thousand rows; the budget is 4 ms.
func BenchmarkKeyToFrame(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			l := newTable(b)
			settle(l, l.Load(people{ids: numbers(n)}))
			size := view.Size{W: 120, H: 40}
			l.Render(size)
			down, end := tea.KeyPressMsg{Code: tea.KeyPgDown}, tea.KeyPressMsg{Code: tea.KeyEnd}
			for i := 0; b.Loop(); i++ {
				key := down
				if i%100 == 0 {
					key = end
				}
				settle(l, l.Update(key))
				l.Render(size)
			}
		})
	}
}
