package bubble_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/bubble"
)

func english(t *testing.T) *say.Printer {
	t.Helper()
	p, err := say.New("en", nil)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// marks writes the looks as letters: b bold, i italic, s strike, f mono.
func marks(s string) string {
	names := map[string]string{"1": "b", "3": "i", "9": "s", "2": "f"}
	return regexp.MustCompile(`\x1b\[([\d;]*)m`).ReplaceAllStringFunc(s, func(seq string) string {
		codes := strings.Trim(seq, "\x1b[m")
		if codes == "" || codes == "0" {
			return ">"
		}
		var out strings.Builder
		for code := range strings.SplitSeq(codes, ";") {
			out.WriteString(names[code])
		}
		return "<" + out.String() + ":"
	})
}

func TestMarksLookAsOnThePhone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, in, want string }{
		{"plain", "Hola Ana", "Hola Ana"},
		{"bold", "una *oferta* hoy", "una <b:oferta> hoy"},
		{"italic", "_hoy_", "<i:hoy>"},
		{"strike", "~9 €~ 5 €", "<s:9 €> 5 €"},
		{"monospace", "código ```A1*B2*``` fin", "código <f:A1*B2*> fin"},
		{"one in the other", "*muy _bueno_*", "<b:muy ><bi:bueno>"},
		{"inside a word", "2*3*4 y snake_case_name", "2*3*4 y snake_case_name"},
		{"beside punctuation", "(*hola*), ¡*sí*!", "(<b:hola>), ¡<b:sí>!"},
		{"with spaces inside", "* no * y *no *", "* no * y *no *"},
		{"alone", "5 * 3", "5 * 3"},
		{"never closed", "*hola", "*hola"},
		{"over two lines", "*hola\nadiós*", "*hola\nadiós*"},
		{"monospace over two lines", "```a\nb```", "<f:a>\n<f:b>"},
		{"empty", "** __ ~~ ``````", "** __ ~~ ``````"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.ReplaceAll(marks(bubble.Format(tt.in)), "><s:", ""); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMessageLooksAsOnThePhone(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	text, hidden := bubble.Render(th, english(t), bubble.Message{
		Header: "Panadería Luna", Body: "Hola *Lucía*, esta semana todo a mitad de precio.", Footer: "Escriba BAJA",
		Buttons: []bubble.Button{{Label: "Ver horario"}, {Label: "Baja"}}, Clock: "10:44", Ticks: 2,
	}, view.Size{W: 34}, 0)
	got := ansi.Strip(text)
	if hidden != 0 {
		t.Errorf("%d lines hidden in all the room there is", hidden)
	}
	want := strings.TrimSpace(`
╭────────────────────────────────╮
│ Panadería Luna                 │
│ Hola Lucía, esta semana todo a │
│ mitad de precio.               │
│ Escriba BAJA                   │
│                       10:44 ✓✓ │
├────────────────────────────────┤
│    ↩ Ver horario  │  ↩ Baja    │
╰────────────────────────────────╯`)
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestNothingBreaksTheFrame(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	long := strings.Repeat("x", 90)
	for _, body := range []string{
		"", "*negrita que es tan larga que tiene que partirse en dos líneas*", long, "山田さん、こんにちは。" + strings.Repeat("漢字", 30),
		"שלום לכולם", "👩‍👩‍👧 " + strings.Repeat("🎉", 40), "\x1b[31mred\x1b]0;x\x07", "a\n\n\nb", strings.Repeat("*b* ", 40),
	} {
		for _, width := range []int{1, 12, 20, 34, 80} {
			text, _ := bubble.Render(th, english(t), bubble.Message{
				Media: body, Header: body, Body: body, Footer: body, Clock: "10:44", Ticks: 3,
				Buttons: []bubble.Button{{"URL", body}, {"PHONE_NUMBER", "b"}, {"COPY_CODE", "c"}},
			}, view.Size{W: width, H: 12}, 1)
			for line := range strings.SplitSeq(text, "\n") {
				if w, want := theme.Width(line), min(max(width, 12), 44); w != want {
					t.Errorf("%q at %d: a line of %d cells: %q", body, width, w, ansi.Strip(line))
				}
				if strings.Contains(line, "\x1b]") {
					t.Errorf("%q: a sequence went through", body)
				}
			}
		}
	}
}

func TestATallMessageKeepsItsButtons(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	words := make([]string, 40)
	for i := range words {
		words[i] = "line " + strconv.Itoa(i)
	}
	body := strings.Join(words, "\n")
	words = append(words, "Escriba BAJA") //nolint:makezero // the footer comes after them
	m := bubble.Message{
		Header: "Panadería Luna", Body: body, Footer: "Escriba BAJA", Clock: "10:44", Ticks: 2,
		Buttons: []bubble.Button{{"URL", "Ver horario"}, {"QUICK_REPLY", "Baja"}},
	}
	for _, height := range []int{9, 12, 20, 40} {
		seen := map[string]bool{}
		_, most := bubble.Render(th, english(t), m, view.Size{W: 34, H: height}, 0)
		for skip := range most + 3 { // further than there is anything to scroll
			text, hidden := bubble.Render(th, english(t), m, view.Size{W: 34, H: height}, skip)
			plain := ansi.Strip(text)
			if lines := strings.Count(plain, "\n") + 1; lines != height || hidden != most {
				t.Errorf("%d lines in %d, %d hidden", lines, height, hidden)
			}
			for _, want := range []string{"Panadería Luna", "Ver horario", "Baja", "10:44", "… " + strconv.Itoa(hidden) + " more lines"} {
				if !strings.Contains(plain, want) {
					t.Fatalf("%q is lost in %d lines:\n%s", want, height, plain)
				}
			}
			for _, word := range words {
				seen[word] = seen[word] || strings.Contains(plain, word+" ")
			}
		}
		for _, word := range words {
			if !seen[word] {
				t.Errorf("%q cannot be scrolled to in %d lines", word, height)
			}
		}
	}
	if text, hidden := bubble.Render(th, english(t), m, view.Size{W: 34, H: 60}, 5); hidden != 0 || strings.Contains(text, "more lines") {
		t.Errorf("%d lines hidden where all fit", hidden)
	}
}

func FuzzFormat(f *testing.F) {
	f.Add("*a* _b_ ~c~ ```d``` *_e_*\n*")
	f.Fuzz(func(t *testing.T, in string) {
		safe := theme.SafeLines(in).String()
		got := ansi.Strip(bubble.Format(safe))
		keep := func(s string) string { return strings.NewReplacer("*", "", "_", "", "~", "", "`", "").Replace(s) }
		if keep(got) != keep(safe) {
			t.Errorf("%q lost text: %q", safe, got)
		}
	})
}
