package saved_test

import (
	"strings"
	"testing"

	"pregon/assets"
	"pregon/ui/say"
	"pregon/ui/view"
	"pregon/ui/widget/saved"
)

func actions(t *testing.T, query string, readable, hidden bool) []view.Action {
	t.Helper()
	p, err := say.New("en", assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return saved.Actions(&view.Env{Ctx: t.Context(), Say: p}, query, readable, hidden)
}

func TestOnlyAnAudienceThatIsOneCanBeKept(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, query string
		readable    bool
		why         string
	}{
		{"an audience", "tag:vip", true, ""},
		{"nothing", "", true, "nothing to save yet"},
		{"blanks", "  \t", true, "nothing to save yet"},
		{"nothing, which cannot be read", " ", false, "nothing to save yet"},
		{"a mistake", "tga:vip", false, "cannot be read"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			list := actions(t, tt.query, tt.readable, false)
			if why := list[1].Why(); (why == "") != (tt.why == "") || !strings.Contains(why, tt.why) {
				t.Errorf("saving is off because %q, want %q", why, tt.why)
			}
			if why := list[0].Why(); why != "" {
				t.Errorf("choosing a saved one is off because %q", why)
			}
		})
	}
}

func TestChoosingAsksForTheListAndSavingForAName(t *testing.T) {
	t.Parallel()
	list := actions(t, "tag:vip", true, false)
	for i, want := range []string{"", "tag:vip"} {
		open, ok := list[i].Run()().(view.OpenAudiences)
		if !ok || open.Query != want {
			t.Errorf("%v opens %v, want %q", list[i].Keys, open, want)
		}
	}
}

func TestHiddenKeysStillWork(t *testing.T) {
	t.Parallel()
	for _, hidden := range []bool{true, false} {
		for _, a := range actions(t, "tag:vip", true, hidden) {
			if a.Hidden != hidden || a.Run == nil || a.Help == "" {
				t.Errorf("hidden %v: %+v", hidden, a)
			}
		}
	}
}
