package heading_test

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/assets"
	"pregon/ui/broadcasts/draft/heading"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

var tuesday = time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)

func env(t *testing.T, language string) *view.Env {
	t.Helper()
	p, err := say.New(language, assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return &view.Env{Ctx: t.Context(), Theme: theme.New(theme.ASCII()), Say: p.In(time.UTC), Work: &view.Work{}, Now: func() time.Time { return tuesday }}
}

func TestADraftWithoutANameIsCalledAfterItsDay(t *testing.T) {
	t.Parallel()
	for language, want := range map[string]string{"en": "Broadcast of 24 Nov", "es": "Difusión del 24 nov", "pt": "Transmissão de 24 nov"} {
		h := heading.New(env(t, language), "  ")
		if got := h.Name(); !strings.EqualFold(strings.ReplaceAll(got, ".", ""), want) {
			t.Errorf("%s: %q, want %q", language, got, want)
		}
	}
	if got := heading.New(env(t, "en"), "Bread week").Name(); got != "Bread week" {
		t.Errorf("its name became %q", got)
	}
}

func TestWhatIsNotSavedIsSaidBesideTheName(t *testing.T) {
	t.Parallel()
	h := heading.New(env(t, "en"), "Bread week")
	if got := h.Render(nil, "Bread week", true, 60).Content; !strings.Contains(got, "not saved yet") {
		t.Errorf("unsaved: %q", got)
	}
	if got := h.Render(nil, "Bread week", false, 60).Content; strings.Contains(got, "saved") {
		t.Errorf("never saved: %q", got)
	}
	h.Saved()
	if got := h.Render(nil, "Bread week", false, 60).Content; !strings.Contains(got, "saved 10:00") {
		t.Errorf("saved: %q", got)
	}
}

func TestTheNameFitsItsLineAndCanBeClicked(t *testing.T) {
	t.Parallel()
	e := env(t, "en")
	for _, name := range []string{"", "Ofertas de pan y bollería de toda la semana que viene, otra vez", "खाता नमस्ते 🎂🎂🎂", "\x1b[2Jחג שמח\u202e", "خبز طازج"} {
		for _, width := range []int{38, 78, 118} {
			h := heading.New(e, name)
			h.Saved()
			for _, focused := range []bool{false, true} {
				h.Blur()
				if focused {
					h.Focus()
				}
				f := h.Render("pressed", name, false, width)
				if strings.Contains(f.Content, "\n") || strings.Contains(f.Content, "\u202e") || strings.Contains(f.Content, "[2J") || theme.Width(f.Content) > width {
					t.Errorf("%q in %d cells: %q", name, width, f.Content)
				}
				switch {
				case focused && f.Cursor == nil:
					t.Errorf("%q: no cursor where it is typed", name)
				case !focused && (len(f.Zones) != 1 || f.Zones[0].Msg != "pressed"):
					t.Errorf("%q: clicking leads to %v", name, f.Zones)
				}
			}
		}
	}
}

func TestTheNameIsTyped(t *testing.T) {
	t.Parallel()
	h := heading.New(env(t, "en"), "Bread")
	h.Focus()
	if !h.Update(tea.KeyPressMsg{Code: 's', Text: "s"}) || h.Value() != "Breads" {
		t.Errorf("it is %q", h.Value())
	}
	if f := heading.New(env(t, "en"), "").Render(nil, "", false, 60); !strings.Contains(f.Content, "New broadcast") {
		t.Errorf("without a name: %q", f.Content)
	}
}
