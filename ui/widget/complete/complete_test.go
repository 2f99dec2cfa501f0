package complete_test

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
	"pregon/ui/widget/complete"
	"pregon/ui/widget/input"
)

// words completes the word at the cursor from a list.
func words(known ...string) func(string, int) complete.Choice {
	return func(text string, cursor int) complete.Choice {
		from := strings.LastIndexByte(text[:cursor], ' ') + 1
		to := len(text)
		if i := strings.IndexByte(text[cursor:], ' '); i >= 0 {
			to = cursor + i
		}
		var options []string
		for _, word := range known {
			if strings.HasPrefix(word, strings.ToLower(text[from:cursor])) && word != text[from:to] {
				options = append(options, word)
			}
		}
		return complete.Choice{From: from, To: to, Options: options}
	}
}

func line(text string, position int) *input.Line {
	l := input.New(80)
	l.Focus()
	l.SetAt(text, position)
	return l
}

// In the tests | is the cursor; each step of want is one more press of the key.
func TestTheKeyCompletesAsFarAsItIsCertainThenGoesThroughTheRest(t *testing.T) {
	t.Parallel()
	known := []string{"tag:", "tags:", "vip", "vecino", "vecina", "ñandú", "big"}
	tests := []struct {
		name, text string
		want       []string
	}{
		{"the only one, and a blank", "vi|", []string{"vip |", "vip |"}},
		{"as typed in capitals", "VI|", []string{"vip |"}},
		{"in the middle of the text no blank", "vi| ana", []string{"vip| ana"}},
		{"the rest of the word goes", "v|xxx ana", []string{"vip| ana", "vecino| ana", "vecina| ana", "vip| ana"}},
		{"what all agree on", "vec|", []string{"vecin|", "vecino|", "vecina|", "vecino|"}},
		{"a beginning waits for more", "tag|", []string{"tag:|", "tags:|", "tag:|"}},
		{"behind other words", "ana b|", []string{"ana big |"}},
		{"letters of two bytes before it", "añá ñ|", []string{"añá ñandú |"}},
		{"nothing typed", "|", []string{"|"}},
		{"behind a blank", "ana |", []string{"ana |"}},
		{"nothing known", "zoe|", []string{"zoe|"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			before, after, _ := strings.Cut(tt.text, "|")
			l := line(before+after, len([]rune(before)))
			c := complete.New(l, words(known...))
			for press, want := range tt.want {
				was := l.Value()
				changed := c.Next()
				text := []rune(l.Value())
				got := string(text[:l.Position()]) + "|" + string(text[l.Position():])
				if got != want || changed != (l.Value() != was) {
					t.Errorf("press %d: %q, changed %v; want %q", press+1, got, changed, want)
				}
			}
		})
	}
}

func TestTypingOnEndsTheRound(t *testing.T) {
	t.Parallel()
	l := line("ve", 2)
	c := complete.New(l, words("vecino", "vena"))
	if c.Next(); l.Value() != "vecino" {
		t.Fatalf("got %q", l.Value())
	}
	l.Update(tea.KeyPressMsg{Code: tea.KeyBackspace})
	if !c.Ready() {
		t.Fatal("half a word can be completed")
	}
	if c.Next(); l.Value() != "vecino " {
		t.Errorf("got %q: the round went on", l.Value())
	}
	l.Set("ve")
	c.Next()
	c.Next()
	l.Update(tea.KeyPressMsg{Code: tea.KeySpace, Text: " "})
	if l.Value() != "vena " || c.Ready() || c.Next() {
		t.Errorf("got %q: a blank ends the word", l.Value())
	}
}

func TestOnlyAFocusedLineIsCompleted(t *testing.T) {
	t.Parallel()
	l := line("vi", 2)
	c := complete.New(l, words("vip"))
	if !c.Ready() || c.Render(theme.New(theme.Unicode()), "tab", 40) == "" {
		t.Fatal("not ready with the focus")
	}
	l.Blur()
	if c.Ready() || c.Next() || c.Render(theme.New(theme.Unicode()), "tab", 40) != "" {
		t.Error("ready without the focus")
	}
}

func TestTheLineBelowShowsWhatMayFollow(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	known := []string{"value one", "value two", "value three", "value four", "value five"}
	for i := range known {
		known[i] = strings.ReplaceAll(known[i], " ", "_")
	}
	l := line("va", 2)
	c := complete.New(l, words(known...))
	show := func(width int) string {
		text := c.Render(th, "tab", width)
		if strings.Contains(text, "\n") || theme.Width(text) > width {
			t.Errorf("%d cells: %q", width, text)
		}
		return ansi.Strip(text)
	}
	if got := show(80); got != "tab value_one  value_two  value_three  value_four  value_five" {
		t.Errorf("wide: %q", got)
	}
	if got := show(30); !strings.HasPrefix(got, "tab value_one  value_two") {
		t.Errorf("narrow: %q", got)
	}
	if got := show(5); got != "" {
		t.Errorf("no room: %q", got)
	}
	c.Next() // value_
	for _, option := range known {
		c.Next()
		if got := show(24); l.Value() != option || !strings.Contains(got, option) {
			t.Errorf("%q is in the line and not in sight: %q", l.Value(), got)
		}
	}
}

func TestOptionsFromOutsideCannotCommandTheTerminal(t *testing.T) {
	t.Parallel()
	l := line("v", 1)
	c := complete.New(l, func(text string, _ int) complete.Choice {
		return complete.Choice{To: len(text), Options: []string{"v\x1b[2J\u202ex", "v2"}}
	})
	shown := c.Render(theme.New(theme.Unicode()), "tab", 60)
	c.Next()
	for _, text := range []string{ansi.Strip(shown), l.Value()} {
		if theme.Safe(text).String() != text || strings.Contains(text, "\x1b") {
			t.Errorf("%q", text)
		}
	}
	if l.Position() != len([]rune(l.Value())) {
		t.Errorf("the cursor is at %d of %q", l.Position(), l.Value())
	}
}

func TestWithoutOptionsNothingIsTouched(t *testing.T) {
	t.Parallel()
	var asked []int
	l := line("añb", 2)
	c := complete.New(l, func(_ string, cursor int) complete.Choice {
		asked = append(asked, cursor)
		return complete.Choice{}
	})
	if c.Next() || c.Ready() || l.Value() != "añb" || l.Position() != 2 {
		t.Errorf("%q at %d", l.Value(), l.Position())
	}
	if !slices.Equal(slices.Compact(asked), []int{3}) {
		t.Errorf("asked at %v: the cursor counts bytes", asked)
	}
}
