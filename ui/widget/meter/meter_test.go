package meter_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
	"pregon/ui/widget/meter"
)

func TestBarSaysHowFar(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want, ascii  string
		width, done, total int
	}{
		{"nothing", "░░░░", "....", 4, 0, 100},
		{"half", "██░░", "##..", 4, 50, 100},
		{"an eighth of a cell", "██▏░", "##..", 4, 54, 100},
		{"something is not nothing", "▏░░░", "#...", 4, 1, 1_000_000},
		{"almost all is not all", "███▉", "###.", 4, 999_999, 1_000_000},
		{"all", "████", "####", 4, 100, 100},
		{"more than all", "████", "####", 4, 120, 100},
		{"of nothing", "░░░░", "....", 4, 0, 0},
		{"no room", "", "", 0, 1, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			for glyphs, want := range map[string]string{"unicode": tt.want, "ascii": tt.ascii} {
				th := theme.New(theme.Unicode())
				if glyphs == "ascii" {
					th = theme.New(theme.ASCII())
				}
				if got := ansi.Strip(meter.Bar(th, theme.Accent, tt.width, tt.done, tt.total)); got != want {
					t.Errorf("%s: got %q, want %q", glyphs, got, want)
				}
				length := ansi.Strip(meter.Length(th, theme.Accent, tt.width, tt.done, tt.total))
				if len([]rune(length)) != tt.width || strings.Trim(length, " ") != strings.Trim(want, th.Glyph.Empty) {
					t.Errorf("%s: length %q", glyphs, length)
				}
			}
		})
	}
}

func TestEveryPartOfAWholeIsSeen(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	tests := []struct {
		name   string
		total  int
		counts []int
		want   []int // cells
	}{
		{"even", 100, []int{50, 25, 25}, []int{5, 2, 3}},
		{"one among many", 1000, []int{999, 1}, []int{9, 1}},
		{"some still to come", 100, []int{30, 20}, []int{3, 2}},
		{"little of much", 1000, []int{1, 0, 1}, []int{1, 0, 1}},
		{"nothing", 0, []int{0, 0}, []int{0, 0}},
	}
	roles := []theme.Role{theme.Good, theme.Warn, theme.Bad}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			parts := make([]meter.Part, len(tt.counts))
			want := ""
			sum := 0
			for i, n := range tt.counts {
				parts[i] = meter.Part{Count: n, Role: roles[i]}
				want += th.Paint(roles[i], strings.Repeat("█", tt.want[i]))
				sum += tt.want[i]
			}
			want += th.Paint(theme.Faint, strings.Repeat("░", 10-sum))
			if got := meter.Stack(th, 10, tt.total, parts...); got != want {
				t.Errorf("got %q, want %q", ansi.Strip(got), ansi.Strip(want))
			}
		})
	}
}

func TestSparkFollowsTheValues(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	for want, values := range map[string][]int{"▁▂▄█▁": {0, 20, 50, 100, 1}, "▁▁": {0, 0}, "": nil} {
		if got := ansi.Strip(meter.Spark(th, theme.Accent, values)); got != want {
			t.Errorf("%v: got %q, want %q", values, got, want)
		}
	}
}
