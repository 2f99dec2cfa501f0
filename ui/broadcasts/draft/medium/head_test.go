package medium_test

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/store"
	"pregon/ui/broadcasts/draft/medium"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

func headed(t *testing.T, lang, format string, m store.Media) medium.Head {
	t.Helper()
	p, err := say.New(lang, assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	head := medium.Head{Env: &view.Env{Ctx: t.Context(), Theme: theme.New(theme.Unicode()), Say: p}, Of: 1, Media: m}
	if format != "" {
		offer := store.Template{Name: "offer", Language: "en", Components: `[{"type":"HEADER","format":"` + format + `"},{"type":"BODY","text":"Bread"}]`}
		if head.Message, err = offer.Message(); err != nil {
			t.Fatal(err)
		}
	}
	return head
}

func TestAFileOfAnotherKindIsNoFile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ format, kind, want string }{
		{"IMAGE", "", "no picture yet"},
		{"IMAGE", "VIDEO", "no picture yet"},
		{"VIDEO", "VIDEO", ""},
		{"DOCUMENT", "", "no document yet"},
		{"LOCATION", "", ""},
		{"TEXT", "", ""},
		{"", "IMAGE", ""},
	} {
		if got := headed(t, "en", tt.format, store.Media{Kind: tt.kind}).Missing(); got != tt.want {
			t.Errorf("%q with %q: %q, want %q", tt.format, tt.kind, got, tt.want)
		}
	}
}

func TestTheKeyOfTheFileIsThereOnlyWhereOneIsWanted(t *testing.T) {
	t.Parallel()
	for format, want := range map[string]int{"IMAGE": 1, "VIDEO": 1, "DOCUMENT": 1, "TEXT": 0, "LOCATION": 0, "": 0} {
		head := headed(t, "en", format, store.Media{})
		if got := head.Actions(); len(got) != want {
			t.Errorf("%q has %d keys", format, len(got))
		}
		if drawn := head.Render(60).Content; (drawn != "") != (want == 1) {
			t.Errorf("%q is drawn as %q", format, drawn)
		}
	}
}

func TestAFileIsChosenOnlyWhereItCanBeKept(t *testing.T) {
	t.Parallel()
	head := headed(t, "en", "IMAGE", store.Media{})
	if why := head.Actions()[0].Why(); why != "" {
		t.Errorf("a saved draft: %q", why)
	}
	head.Of = 0
	if why := head.Actions()[0].Why(); why != "One moment: it is being saved." {
		t.Errorf("one that is not saved yet: %q", why)
	}
	head.Planned = true
	if why := head.Actions()[0].Why(); why != "It is planned as it is. Take the plan back in step 5 first." {
		t.Errorf("a planned one: %q", why)
	}
}

func TestAFilesSizeIsSaidInTheReadersLanguage(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		lang  string
		bytes int
		want  string
	}{
		{"en", 0, "0.0 KB"},
		{"en", 1536, "1.5 KB"},
		{"es", 1536, "1,5 KB"},
		{"pt", 1536, "1,5 KB"},
		{"en", 10 << 10, "10 KB"},
		{"en", 1<<20 - 1, "1,023 KB"},
		{"en", 5 << 20, "5.0 MB"},
		{"es", 3 << 19, "1,5 MB"},
	} {
		head := headed(t, tt.lang, "IMAGE", store.Media{Kind: "IMAGE", Name: "bread.png", Size: tt.bytes})
		if got := medium.Called(head.Env.Say, head.Media); got != "bread.png · "+tt.want {
			t.Errorf("%s: %d bytes are %q, want %q", tt.lang, tt.bytes, got, tt.want)
		}
	}
}

func TestAFileOnTheWebIsCalledByItsAddress(t *testing.T) {
	t.Parallel()
	head := headed(t, "en", "IMAGE", store.Media{Kind: "IMAGE", Link: "https://luna.example/\x1b[2Jbread.png"})
	if got := medium.Called(head.Env.Say, head.Media); got != "https://luna.example/bread.png" {
		t.Errorf("called %q", got)
	}
}

func TestTheHeadFitsItsRoom(t *testing.T) {
	t.Parallel()
	for _, m := range []store.Media{{}, {Kind: "IMAGE", Name: strings.Repeat("山", 60) + ".png", Size: 2000}, {Kind: "IMAGE", Name: "مخبز\u202e.png", Size: 2000}} {
		for _, width := range []int{20, 38, 60} {
			for line := range strings.SplitSeq(ansi.Strip(headed(t, "en", "IMAGE", m).Render(width).Content), "\n") {
				if theme.Width(line) > width || strings.ContainsRune(line, '\u202e') {
					t.Errorf("%d cells: %q", width, line)
				}
			}
		}
	}
}
