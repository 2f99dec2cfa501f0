package theme_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pregon/ui/theme"
)

func TestTextFromOutsideCannotCommandTheTerminal(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain", "Ana Pérez", "Ana Pérez"},
		{"colour", "Ana\x1b[31mred\x1b[0m", "Anared"},
		{"8-bit colour", "Ana\u009b31mred", "Anared"},
		{"window title", "Ana\x1b]0;owned\x07!", "Ana!"},
		{"8-bit title", "Ana\u009d0;owned\u009c!", "Ana!"},
		{"hyperlink", "\x1b]8;;http://evil\x1b\\Ana\x1b]8;;\x1b\\", "Ana"},
		{"clipboard", "\x1b]52;c;cm0=\x07Ana", "Ana"},
		{"device control", "\x1bPq#0\x1b\\Ana", "Ana"},
		{"sequence around a sequence", "\x1b\x1b[0m[31mAna", "[31mAna"},
		{"bell and backspace", "A\x07n\x08a", "Ana"},
		{"lines become spaces", "Ana\r\nPérez\tx\u2028y", "Ana Pérez x y"},
		{"null and delete", "A\x00n\x7fa", "Ana"},
		{"bytes that are no text", "A\xffna\x9b", "A\uFFFDna\uFFFD"},
		{"override", "\u202egnp.exe\u202c", "gnp.exe"},
		{"isolates and marks", "\u2066a\u2069\u200e\u200f\u061cb", "ab"},
		{"zero width", "pay\u200bpal\ufeff\u2060\u00ad", "paypal"},
		{"tags", "a\U000E0041\U000E007Fb", "ab"},
		{"letters without ink", "a\u3164\uffa0\u115fb", "ab"},
		{"family keeps its joiners", "👩‍👩‍👧 Ana", "👩‍👩‍👧 Ana"},
		{"skin tone keeps its joiner", "👩🏽‍🍳", "👩🏽‍🍳"},
		{"heart keeps its look", "❤️", "❤️"},
		{"joiner between letters", "a\u200db\u200cc", "abc"},
		{"joiner at the end", "👩\u200d", "👩"},
		{"Hindi keeps its joiner", "क्\u200dष", "क्\u200dष"},
		{"Persian keeps its non-joiner", "می\u200cخواهم", "می\u200cخواهم"},
		{"look without a base", "a\ufe0f", "a"},
		{"Zalgo", "Z" + strings.Repeat("\u0301", 40) + "a", "Z\u0301\u0301\u0301\u0301a"},
		{"mark without a base", "\u0301a", "◌\u0301a"},
		{"Hebrew", "שלום", "שלום"},
		{"empty", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := theme.Safe(tt.in).String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLinesStayOnlyWhereLinesAreMeant(t *testing.T) {
	t.Parallel()
	const in = "one\r\ntwo\x1b[2J\nthree\rfour"
	if got, want := theme.SafeLines(in).String(), "one\ntwo\nthree four"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := theme.Safe(in).String(), "one two three four"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEndlessNamesEnd(t *testing.T) {
	t.Parallel()
	for _, unit := range []string{"a", "é", "👩‍👧"} {
		got := theme.Safe(strings.Repeat(unit, 100_000)).String()
		if n := utf8.RuneCountInString(got); n != 512 || !strings.HasSuffix(got, "…") {
			t.Errorf("%q: %d runes, end %q", unit, n, got[len(got)-3:])
		}
	}
}

func FuzzSafe(f *testing.F) {
	for _, seed := range []string{
		"Ana", "\x1b[31mx", "\u009b31m", "\x1b]0;t\x07", "👩‍👩‍👧", "क्‍ष", "\u202eabc", "שלום 12", "\xff\x9b", "a\u0301",
		"\U0001F1E8", "\u0d4e", "\x1b\x1b[m[m", "한글", "\u1100", "1️⃣", "🏴\U000E0067\U000E007F", "\r\n\t",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		for _, got := range []string{theme.Safe(in).String(), theme.SafeLines(in).String()} {
			for _, r := range got {
				if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) || r == utf8.RuneError && !utf8.ValidString(got) {
					t.Fatalf("%q lets %U through", in, r)
				}
			}
			if strings.ContainsAny(got, "\x1b\u009b\u200b\ufeff") {
				t.Fatalf("%q lets a sequence through: %q", in, got)
			}
		}
		got := theme.Safe(in).String()
		if strings.ContainsRune(got, '\n') {
			t.Fatalf("%q has lines: %q", in, got)
		}
		if again := theme.Safe(got).String(); again != got {
			t.Fatalf("%q is not stable: %q then %q", in, got, again)
		}
		if w := theme.Width("|" + got + "|"); w != theme.Width(got)+2 {
			t.Fatalf("%q grows together with its neighbours: %d and 2 make %d", got, theme.Width(got), w)
		}
	})
}

func BenchmarkSafeName(b *testing.B) {
	for b.Loop() {
		theme.Safe("José Ángel Ruiz")
	}
}
