package form_test

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/form"
)

var (
	right = tea.KeyPressMsg{Code: tea.KeyRight}
	left  = tea.KeyPressMsg{Code: tea.KeyLeft}
	back  = tea.KeyPressMsg{Code: tea.KeyBackspace}
)

func missing(value string) string {
	if strings.TrimSpace(value) == "" {
		return "It is missing."
	}
	return ""
}

// shop is a form with a line that must be filled, a choice, and a line that need not.
func shop() *form.Form {
	env := &view.Env{Theme: theme.New(theme.Unicode())}
	return form.New(env,
		form.Field{Key: "name", Label: "Name", Hint: "as customers know it", Check: missing},
		form.Field{Key: "language", Label: "Language", Value: "es", Help: "Left and right.", Options: []form.Option{{"en", "English"}, {"es", "Español"}, {"pt", "Português"}}},
		form.Field{Key: "site", Label: "Privacy page", Value: "luna.example"},
	)
}

func write(f *form.Form, text string) {
	for _, r := range text {
		f.Update(tea.KeyPressMsg{Code: r, Text: string(r)})
	}
}

func seen(f *form.Form, width, height int) string {
	return ansi.Strip(f.Render(view.Size{W: width, H: height}).Content)
}

func TestWhatIsTypedGoesToTheFieldThatHasTheKeys(t *testing.T) {
	t.Parallel()
	f := shop()
	write(f, "Luna")
	if f.Value("name") != "Luna" || f.Value("site") != "luna.example" {
		t.Errorf("name %q, site %q", f.Value("name"), f.Value("site"))
	}
	if !f.Next() {
		t.Error("there is no next field")
	}
	write(f, "x")
	if f.Value("language") != "es" {
		t.Errorf("a letter chose %q", f.Value("language"))
	}
	if !f.Next() || f.Next() {
		t.Error("the last field is not the last")
	}
	f.Update(back)
	f.Update(tea.PasteMsg{Content: "e\x1b[31m/p\u202e"})
	if got := f.Value("site"); got != "luna.example/p" {
		t.Errorf("pasted %q", got)
	}
	if f.Value("nothing") != "" {
		t.Error("a field that is not there has a value")
	}
}

func TestAChoiceIsTurnedByTheArrows(t *testing.T) {
	t.Parallel()
	f := shop()
	f.Go("language")
	for _, step := range []struct {
		key  tea.KeyPressMsg
		want string
	}{{right, "pt"}, {right, "en"}, {left, "pt"}, {left, "es"}, {tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}, "pt"}} {
		if !f.Update(step.key) || f.Value("language") != step.want {
			t.Errorf("%s: %q, want %q", step.key, f.Value("language"), step.want)
		}
	}
	if screen := seen(f, 80, 10); !strings.Contains(screen, "← Português →") {
		t.Errorf("the choice is not seen:\n%s", screen)
	}
	f.Next()
	if f.Value("language") != "pt" {
		t.Errorf("leaving the choice chose %q", f.Value("language"))
	}
}

func TestAnUnknownValueIsTheFirstOption(t *testing.T) {
	t.Parallel()
	env := &view.Env{Theme: theme.New(theme.Unicode())}
	f := form.New(env, form.Field{Key: "language", Value: "xx", Options: []form.Option{{"", "not known"}, {"es", "Español"}}})
	if f.Value("language") != "" || f.Changed() {
		t.Errorf("chosen %q, changed %v", f.Value("language"), f.Changed())
	}
}

func TestAFieldIsCheckedWhenItIsLeft(t *testing.T) {
	t.Parallel()
	f := shop()
	if strings.Contains(seen(f, 80, 10), "missing") {
		t.Error("blamed before anything was typed")
	}
	f.Next()
	if screen := seen(f, 80, 10); !strings.Contains(screen, "! It is missing.") {
		t.Errorf("left without a word:\n%s", screen)
	}
	if f.Go("site"); f.Valid() {
		t.Error("valid without a name")
	}
	write(f, "L") // Valid went to the name
	if f.Value("name") != "L" || strings.Contains(seen(f, 80, 10), "missing") || !f.Valid() {
		t.Errorf("name %q\n%s", f.Value("name"), seen(f, 80, 10))
	}
}

func TestARefusalMarksItsFieldUntilThatChanges(t *testing.T) {
	t.Parallel()
	f := shop()
	write(f, "Luna")
	f.Mark("language", "Not this one.")
	if screen := seen(f, 80, 10); !strings.Contains(screen, "! Not this one.") || strings.Contains(screen, "Left and right.") {
		t.Errorf("not marked:\n%s", screen)
	}
	f.Update(right)
	if screen := seen(f, 80, 10); strings.Contains(screen, "Not this one.") || !strings.Contains(screen, "Left and right.") {
		t.Errorf("still marked:\n%s", screen)
	}
	f.Mark("unknown", "Something else.")
	if write(f, "!"); f.Value("site") != "luna.example!" {
		t.Errorf("a fault of no field does not go to the last: %q", f.Value("site"))
	}
}

func TestChangesAreKnown(t *testing.T) {
	t.Parallel()
	f := shop()
	if f.Changed() {
		t.Error("changed at first")
	}
	f.Go("site")
	write(f, "x")
	if !f.Changed() || !f.Touched("site") || f.Touched("name") {
		t.Error("a change is not known")
	}
	if f.Update(back); f.Changed() {
		t.Error("a change taken back is one")
	}
	if f.Put("site", "other.example"); !f.Changed() || f.Value("site") != "other.example" {
		t.Errorf("put: %q, changed %v", f.Value("site"), f.Changed())
	}
	if f.Put("language", "pt"); f.Value("language") != "es" {
		t.Error("a text was put into a choice")
	}
}

func TestTheFieldsGoAround(t *testing.T) {
	t.Parallel()
	f := shop()
	f.Back()
	write(f, "!")
	f.Forth()
	write(f, "Luna")
	if f.Value("site") != "luna.example!" || f.Value("name") != "Luna" {
		t.Errorf("site %q, name %q", f.Value("site"), f.Value("name"))
	}
	f.Forth()
	f.Back()
	if write(f, "?"); f.Value("name") != "Luna?" {
		t.Errorf("name %q", f.Value("name"))
	}
}

func TestAClickGivesTheKeysAndTurnsAChoice(t *testing.T) {
	t.Parallel()
	f, other := shop(), shop()
	zones := f.Render(view.Size{W: 80, H: 10}).Zones
	other.Update(zones[1].Msg)
	if write(other, "L"); other.Value("name") != "L" {
		t.Error("a click on another form is heard")
	}
	if f.Update(zones[1].Msg); f.Value("language") != "es" {
		t.Error("the first click does not only give the keys")
	}
	if !f.Update(zones[1].Msg) || f.Value("language") != "pt" {
		t.Errorf("the second click chose %q", f.Value("language"))
	}
	f.Update(zones[2].Msg)
	if write(f, "!"); f.Value("site") != "luna.example!" {
		t.Errorf("site %q", f.Value("site"))
	}
}

func TestTheCursorStandsInTheLineAndTheLineIsSeen(t *testing.T) {
	t.Parallel()
	for _, size := range []view.Size{{W: 80, H: 10}, {W: 60, H: 3}, {W: 40, H: 2}, {W: 20, H: 1}} {
		f := shop()
		write(f, "漢字é")
		for _, key := range []string{"name", "site", "name"} {
			f.Go(key)
			frame := f.Render(size)
			lines := strings.Split(ansi.Strip(frame.Content), "\n")
			if len(lines) > size.H || frame.Cursor == nil || frame.Cursor.Y >= len(lines) {
				t.Fatalf("%v: %d lines, cursor %v", size, len(lines), frame.Cursor)
			}
			line := lines[frame.Cursor.Y]
			if theme.Width(line) > size.W || frame.Cursor.X > size.W {
				t.Errorf("%v: %q is %d cells wide, the cursor at %d", size, line, theme.Width(line), frame.Cursor.X)
			}
			if key == "site" && size.W > 40 && !strings.Contains(line, "luna.example") || key == "name" && size.W > 40 && !strings.Contains(line, "漢字é") {
				t.Errorf("%v: the cursor stands in %q", size, line)
			}
		}
	}
}

func TestLabelsStandAboveWhereTheRoomIsNarrow(t *testing.T) {
	t.Parallel()
	env := &view.Env{Theme: theme.New(theme.Unicode())}
	f := form.New(env, form.Field{Key: "a", Label: "A rather long label", Value: "text"})
	if got := seen(f, 80, 5); got != "▸ A rather long label  text" {
		t.Errorf("wide: %q", got)
	}
	if got := seen(f, 50, 5); got != "▸ A rather long label\n    text" {
		t.Errorf("narrow: %q", got)
	}
	if f.Height(view.Size{W: 50, H: 1}) != 2 {
		t.Errorf("height %d", f.Height(view.Size{W: 50, H: 1}))
	}
}
