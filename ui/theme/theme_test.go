package theme_test

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
)

// luminance and contrast are the formulas of WCAG 2.2, section 1.4.3.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestWordsCanBeReadOnLightAndDark(t *testing.T) {
	t.Parallel()
	for _, dark := range []bool{true, false} {
		th := theme.New(theme.Unicode())
		th.SetDark(dark)
		pages := []color.Color{lipgloss.Color("#FFFFFF"), th.Style(theme.Selected).GetBackground()}
		if dark {
			pages[0] = lipgloss.Color("#1E1E1E")
		}
		words := []theme.Role{theme.Muted, theme.Accent, theme.Good, theme.Warn, theme.Bad, theme.Key, theme.KeyOff, theme.Practice}
		for _, role := range words {
			for _, page := range pages {
				if c := contrast(th.Colour(role), page); c < 4.5 {
					t.Errorf("dark %v, role %d on %v: contrast %.1f", dark, role, page, c)
				}
			}
		}
		pressed := th.Style(theme.Pressed)
		if c := contrast(pressed.GetForeground(), pressed.GetBackground()); c < 4.5 {
			t.Errorf("dark %v, pressed button: contrast %.1f", dark, c)
		}
	}
}

func TestWithoutColourMeaningStays(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	th.SetProfile(colorprofile.ASCII)
	for role, want := range map[theme.Role]string{
		theme.Good: "✓ gets it", theme.Warn: "! gets it", theme.Bad: "✗ gets it", theme.Muted: "gets it",
	} {
		if got := th.Mark(role, "gets it"); got != want {
			t.Errorf("role %d: %q, want %q", role, got, want)
		}
	}
	if got := th.Paint(theme.Selected, "row"); !strings.Contains(got, "\x1b[7m") {
		t.Errorf("the row of the cursor is not reversed: %q", got)
	}
	th.SetProfile(colorprofile.TrueColor)
	if got := th.Mark(theme.Good, "x"); got == "✓ x" || ansi.Strip(got) != "✓ x" {
		t.Errorf("with colour: %q", got)
	}
}

func TestEverySignHasATwinInASCII(t *testing.T) {
	t.Parallel()
	g := theme.ASCII()
	signs := append([]string{
		g.Good, g.Warn, g.Bad, g.Pointer, g.Dot, g.On, g.Off, g.Ellipsis, g.Arrow, g.Check, g.Checks, g.Reply,
		g.Rule, g.Bar, g.Track, g.Up, g.Down, g.LeftKey, g.RightKey, g.Empty, g.TopLeft, g.TopRight, g.EndLeft,
		g.EndRight, g.Side, g.MidLeft, g.MidRight, g.Separator,
	}, append(append(g.Spin, g.Eighths...), g.Sparks...)...)
	for i, sign := range signs {
		if sign == "" || strings.ContainsFunc(sign, func(r rune) bool { return r < ' ' || r > '~' }) {
			t.Errorf("sign %d is %q", i, sign)
		}
	}
}

func TestPlainConsolesGetASCII(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, key, value string
		want             bool
	}{
		{"asked for", "PREGON_ASCII", "1", true},
		{"dumb", "TERM", "dumb", true},
		{"Linux console", "TERM", "linux", true},
		{"xterm", "TERM", "xterm-256color", false},
		{"nothing known", "X", "", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := theme.WantsASCII(func(k string) string {
				if k == tt.key {
					return tt.value
				}
				return ""
			})
			if got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestTruncationCountsCells(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	tests := []struct {
		name, in, want string
		w              int
		side           theme.Side
	}{
		{"fits", "Ana", "Ana", 3, theme.Right},
		{"cut", "Lucía Marín", "Lucía…", 6, theme.Right},
		{"cut at the left", "+34 600 000 012", "…000 012", 8, theme.Left},
		{"wide letters are never halved", "山田太郎", "山…", 4, theme.Right},
		{"family is one", "👩‍👩‍👧👩‍👩‍👧", "👩‍👩‍👧…", 3, theme.Right},
		{"no room", "Ana", "", 0, theme.Right},
		{"room for the dots only", "Ana", "…", 1, theme.Right},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := th.Truncate(tt.in, tt.w, tt.side)
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if w := theme.Width(th.Fit(tt.in, tt.w)); w != tt.w {
				t.Errorf("fitted to %d cells, want %d", w, tt.w)
			}
		})
	}
	if got := theme.PadLeft("42", 4); got != "  42" {
		t.Errorf("got %q", got)
	}
	if got := theme.Wrap("one two three", 7); len(got) != 2 || got[0] != "one two" {
		t.Errorf("got %q", got)
	}
}
