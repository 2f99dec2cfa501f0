package words_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/store"
	"pregon/ui/broadcasts/draft/words"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

const (
	plain = `[{"type":"BODY","text":"Hello {{1}}, {{2}} is ready.","example":{"body_text":[["Ana","bread"]]}}]`
	named = `[{"type":"BODY","text":"Hello {{first_name}}, {{day}}."}]`
)

func message(t *testing.T, components string) *store.Message {
	t.Helper()
	m, err := store.Template{Name: "offer", Language: "en", Status: "APPROVED", Components: components}.Message()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func bound(t *testing.T, components string, bindings store.Bindings) *words.Words {
	t.Helper()
	p, err := say.New("en", assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	w := words.New(&view.Env{Ctx: t.Context(), Theme: theme.New(theme.Unicode()), Say: p}, bindings)
	if components != "" {
		w.Take(message(t, components))
	}
	return w
}

func write(w *words.Words, text string) {
	for _, r := range text {
		w.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func drawn(w *words.Words) string {
	return ansi.Strip(w.Render("list", view.Size{W: 60, H: 20}).Content)
}

func TestAPlaceThatIsNamedLikeAFieldIsBoundByItself(t *testing.T) {
	t.Parallel()
	w := bound(t, named, nil)
	if got := w.Bindings(); got["first_name"].Field != "first_name" || got["day"].Field != "" {
		t.Errorf("bound to %v", got)
	}
	w = bound(t, named, store.Bindings{"first_name": {Value: "neighbour"}})
	if got := w.Bindings()["first_name"]; got.Field != "" || got.Value != "neighbour" {
		t.Errorf("what was chosen before is lost: %v", got)
	}
}

func TestAWordGoesWhereItsPlaceComesFrom(t *testing.T) {
	t.Parallel()
	w := bound(t, plain, store.Bindings{"2": {Field: "name"}})
	w.Stand(1)
	write(w, "all")
	w.Stand(3)
	write(w, "friend")
	got := w.Bindings()
	if got["1"] != (store.Binding{Value: "all"}) {
		t.Errorf("the same for all is %v", got["1"])
	}
	if got["2"] != (store.Binding{Field: "name", Fallback: "friend"}) {
		t.Errorf("what stands in is %v", got["2"])
	}
	if said := w.Summary(); said != "{{1}} all, {{2}} whole name, or “friend”" {
		t.Errorf("in short: %q", said)
	}
}

func TestLettersBelongToAWordOnlyOnItsLine(t *testing.T) {
	t.Parallel()
	w := bound(t, plain, nil)
	w.Stand(0)
	if w.Typing() || !w.OnSource() {
		t.Error("the line of the source takes letters")
	}
	if w.Update(tea.KeyPressMsg{Code: 'x', Text: "x"}) || len(w.Bindings()) != 0 {
		t.Errorf("a letter there changed %v", w.Bindings())
	}
	w.Stand(1)
	if !w.Typing() || w.OnSource() {
		t.Error("the line of the word takes no letters")
	}
	w.Stand(-1)
	if w.Typing() {
		t.Error("letters still belong to a step that was left")
	}
}

func TestTheSourcesGoAroundWithTheShopsOwnFields(t *testing.T) {
	t.Parallel()
	w := bound(t, plain, nil)
	w.Offer([]string{"city"})
	w.Stand(0)
	for _, want := range []string{"first_name", "name", "language", "phone", "city", "", "first_name"} {
		if w.Turn(1); w.Bindings()["1"].Field != want {
			t.Fatalf("turned to %q, want %q", w.Bindings()["1"].Field, want)
		}
	}
	w.Turn(-1)
	w.Turn(-1)
	if got := w.Bindings()["1"].Field; got != "city" {
		t.Errorf("turned back to %q", got)
	}
}

func TestWhatWasChosenIsNotChangedBehindItsOwnersBack(t *testing.T) {
	t.Parallel()
	kept := store.Bindings{"1": {Value: "bread"}}
	w := bound(t, plain, kept)
	w.Stand(0)
	w.Turn(1)
	if kept["1"] != (store.Binding{Value: "bread"}) {
		t.Errorf("the draft's own bindings are %v", kept)
	}
	given := w.Bindings()
	given["1"] = store.Binding{Value: "else"}
	if w.Bindings()["1"].Field != "first_name" {
		t.Error("whoever was given the bindings can change the step's")
	}
}

func TestATemplateWithoutPlacesSaysSo(t *testing.T) {
	t.Parallel()
	if got := drawn(bound(t, "", nil)); got != "Choose a template in step 1." {
		t.Errorf("without a template: %q", got)
	}
	w := bound(t, `[{"type":"BODY","text":"Fresh bread"}]`, nil)
	if got := drawn(w); got != "This template has no places to fill in." {
		t.Errorf("without places: %q", got)
	}
	if w.Lines() != 0 || w.Summary() != "" {
		t.Errorf("%d lines, %q", w.Lines(), w.Summary())
	}
	w.Stand(5)
	w.Turn(1)
	if w.At() != 0 || w.Typing() || len(w.Bindings()) != 0 {
		t.Errorf("a place was made up: %v", w.Bindings())
	}
}

func TestTheTemplatesExampleShowsWhatIsMeant(t *testing.T) {
	t.Parallel()
	w := bound(t, plain, store.Bindings{"2": {Value: "cake"}})
	text := drawn(w)
	if !strings.Contains(text, "such as “Ana”") || strings.Contains(text, "such as “bread”") || !strings.Contains(text, "cake") {
		t.Errorf("drawn:\n%s", text)
	}
}

func TestPlacesOfHeadingsAndButtonsAreCalledSo(t *testing.T) {
	t.Parallel()
	w := bound(t, `[{"type":"HEADER","format":"TEXT","text":"{{1}}"},{"type":"BODY","text":"Bread"},
		{"type":"BUTTONS","buttons":[{"type":"QUICK_REPLY","text":"STOP"},{"type":"URL","text":"Look","url":"https://luna.example/{{1}}"}]}]`, nil)
	if got := w.Lines(); got != 4 {
		t.Fatalf("%d lines", got)
	}
	text := drawn(w)
	for _, want := range []string{"heading {{1}}", "button 2"} {
		if !strings.Contains(text, want) {
			t.Errorf("lacks %q:\n%s", want, text)
		}
	}
}

func TestTheWordsFitANarrowRoom(t *testing.T) {
	t.Parallel()
	w := bound(t, plain, store.Bindings{"1": {Value: strings.Repeat("山", 40)}, "2": {Field: "field." + strings.Repeat("x", 50)}})
	for _, width := range []int{24, 40, 60} {
		w.Stand(1)
		frame := w.Render("list", view.Size{W: width, H: 3})
		for line := range strings.SplitSeq(ansi.Strip(frame.Content), "\n") {
			if theme.Width(line) > width {
				t.Errorf("%d cells: %q", width, line)
			}
		}
		if frame.Cursor == nil || frame.Cursor.X >= width || frame.Cursor.Y > 2 {
			t.Errorf("%d cells: the cursor is at %v", width, frame.Cursor)
		}
	}
}
