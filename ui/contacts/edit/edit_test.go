package edit_test

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/assets"
	"pregon/store"
	"pregon/ui/contacts/edit"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

func environment(t *testing.T) *view.Env {
	t.Helper()
	p, err := say.New("en", assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return &view.Env{Ctx: t.Context(), Theme: theme.New(theme.Unicode()), Say: p}
}

// ana has what cannot be shown in one line, and a language that is not among those offered.
func ana() store.Contact {
	return store.Contact{
		Name: "Ana", Language: "gl", Tags: []string{"vip", "vecina"},
		Fields: map[string]string{"city": "Vigo", "note": "first line\nsecond line"},
	}
}

func TestWhatNobodyTouchedIsNotWritten(t *testing.T) {
	t.Parallel()
	c := edit.Known(environment(t), ana())
	got := c.Edited()
	if got.Name != nil || got.Language != nil || got.Tags != nil || len(got.Fields) != 0 {
		t.Errorf("an untouched card writes %+v", got)
	}
	if c.Changed() {
		t.Error("an untouched card asks before it is left")
	}
	if c.Value("language") != "gl" {
		t.Errorf("a language that is not offered became %q", c.Value("language"))
	}
}

func TestOnlyWhatWasChangedIsWritten(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		key, text string
		check     func(e store.EditContact) bool
	}{
		"a name": {"name", "Ana María", func(e store.EditContact) bool {
			return e.Name != nil && *e.Name == "Ana María" && e.Tags == nil && len(e.Fields) == 0
		}},
		"a name taken away": {"name", "", func(e store.EditContact) bool { return e.Name != nil && *e.Name == "" }},
		"tags": {"tag", "vip, new", func(e store.EditContact) bool {
			return e.Tags != nil && slices.Equal(*e.Tags, []string{"vip", "new"}) && e.Name == nil
		}},
		"all tags taken away": {"tag", "", func(e store.EditContact) bool { return e.Tags != nil && len(*e.Tags) == 0 }},
		"a field":             {"field.city", "Lugo", func(e store.EditContact) bool { return len(e.Fields) == 1 && e.Fields["city"] == "Lugo" }},
		"a field taken away": {"field.city", "", func(e store.EditContact) bool {
			value, there := e.Fields["city"]
			return there && value == "" && len(e.Fields) == 1
		}},
		"a field more": {"field", " shoe : 38 ", func(e store.EditContact) bool { return len(e.Fields) == 1 && e.Fields["shoe"] == "38" }},
		"half a field": {"field", "shoe:", func(e store.EditContact) bool { return len(e.Fields) == 0 }},
	} {
		c := edit.Known(environment(t), ana())
		c.Put(tt.key, tt.text)
		if got := c.Edited(); !tt.check(got) {
			t.Errorf("%s: writes %+v", name, got)
		}
	}
}

func TestANewContactNeedsANumberAndWhereItIsKnownFrom(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, phone, source, number string
		valid                       bool
		said                        string
	}{
		{"nothing", "", "", "", false, "The number is missing."},
		{"a number of the shop's own country", "604 555 0123", "counter", "+16045550123", true, ""},
		{"a whole number", "+61 491 570 156", "counter", "+61491570156", true, ""},
		{"half a number", "604 555", "counter", "", false, "Digits are missing."},
		{"no source", "604 555 0123", "  ", "+16045550123", false, "This must not be empty."},
		{"what a spreadsheet left over", "1.6046E+10", "counter", "", false, "A spreadsheet spoiled this number"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := edit.New(environment(t), "CA")
			c.Put("phone", tt.phone)
			c.Put("source", tt.source)
			if got := c.Valid(); got != tt.valid {
				t.Errorf("valid %v", got)
			}
			if text := ansi.Strip(c.Render(view.Size{W: 70, H: 20}).Content); !strings.Contains(text, tt.said) {
				t.Errorf("it lacks %q:\n%s", tt.said, text)
			}
			if got := string(c.Added().Phone); got != tt.number {
				t.Errorf("the number is %q, want %q", got, tt.number)
			}
		})
	}
}

func TestANewContactIsWrittenAsItIsTyped(t *testing.T) {
	t.Parallel()
	c := edit.New(environment(t), "CA")
	for key, text := range map[string]string{"phone": "(604) 555-0123", "name": "Ana", "source": "order", "tag": "vip;vecina"} {
		c.Put(key, text)
	}
	c.Go("language")
	c.Update(tea.KeyPressMsg{Code: tea.KeyRight})
	got := c.Added()
	if got.Phone != "+16045550123" || got.Name != "Ana" || got.Source != "order" || got.Language != "es" || !slices.Equal(got.Tags, []string{"vip", "vecina"}) {
		t.Errorf("writes %+v", got)
	}
}

func TestWarningsAreOnlyOfTagsThatAreNew(t *testing.T) {
	t.Parallel()
	c := edit.Known(environment(t), ana())
	c.Put("tag", "vip diabetes,vecina  cake")
	if got := c.NewTags(); !slices.Equal(got, []string{"diabetes", "cake"}) {
		t.Errorf("new are %q", got)
	}
}

func TestTagsAreReadAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"+vip -old new": {"vip new", "old"}, "-old,-older": {"", "old older"}, " ;, ": {"", ""}, "vip": {"vip", ""}, "a-b": {"a-b", ""},
	} {
		add, remove := edit.Changes(text)
		if strings.Join(add, " ") != want[0] || strings.Join(remove, " ") != want[1] {
			t.Errorf("%q adds %q and takes %q", text, add, remove)
		}
	}
}

func TestAFieldThatIsNoPairIsMarked(t *testing.T) {
	t.Parallel()
	for text, valid := range map[string]bool{"": true, " ": true, "city: Lugo": true, "city Lugo": false, ": Lugo": false, "city:": false} {
		c := edit.Known(environment(t), ana())
		c.Put("field", text)
		if got := c.Valid(); got != valid {
			t.Errorf("%q is valid: %v", text, got)
		}
	}
}

func TestNamesOfFieldsFromOutsideStayText(t *testing.T) {
	t.Parallel()
	known := ana()
	known.Fields = map[string]string{"ci\x1b[2Jty\u202e": "Vigo"}
	c := edit.Known(environment(t), known)
	text := ansi.Strip(c.Render(view.Size{W: 60, H: 20}).Content)
	if strings.ContainsAny(text, "\x1b\u202e") || !strings.Contains(text, "city") {
		t.Errorf("drawn as %q", text)
	}
	c.Put("field.ci\x1b[2Jty\u202e", "Lugo")
	if got := c.Edited().Fields["ci\x1b[2Jty\u202e"]; got != "Lugo" {
		t.Errorf("the field was written under another name: %v", c.Edited().Fields)
	}
}
