package ui_test

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/ui"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

func TestTheMouseCanBeGivenToTheTerminal(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		bare bool
		want []tea.MouseMode // at first, after F2, after F2 again
	}{
		{"clicks at first", false, []tea.MouseMode{tea.MouseModeCellMotion, tea.MouseModeNone, tea.MouseModeCellMotion}},
		{"selects at first", true, []tea.MouseMode{tea.MouseModeNone, tea.MouseModeCellMotion, tea.MouseModeNone}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var app *ui.App
			a := &page{id: view.Contacts, typing: true} // also while something is typed
			d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
				app = ui.New(env, ui.Options{Views: []view.View{a}, BareMouse: test.bare})
				return app
			})
			for i, want := range test.want {
				if i > 0 {
					d.Press("f2")
				}
				if got := app.View().MouseMode; got != want {
					t.Errorf("after %d presses the mouse is in mode %v, want %v", i, got, want)
				}
			}
			d.See("mouse")
		})
	}
}

func TestTheButtonsOfADialogCanBeClicked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		click string
		ends  bool
	}{{"esc stay", false}, {"y leave", true}} {
		t.Run(test.click, func(t *testing.T) {
			t.Parallel()
			d, pages := start(t, 80, 24)
			pages[1].unsaved = "A draft is not saved. Leave?"
			d.Press("q")
			d.Click("A draft") // beside the buttons: nothing happens
			d.See("A draft is not saved. Leave?")
			d.Click(test.click)
			d.Unseen("A draft is not saved. Leave?")
			if d.Ended() != test.ends {
				t.Errorf("ended: %v", d.Ended())
			}
		})
	}
}

// turned is a page that counts what the wheel does.
type turned struct {
	page
	keys, turns int
}

func (p *turned) Update(msg tea.Msg) tea.Cmd {
	switch msg.(type) {
	case tea.KeyPressMsg:
		p.keys++
	case tea.MouseWheelMsg:
		p.turns++
	}
	return nil
}

func TestTheWheelGoesThroughListsAndNeverThroughFields(t *testing.T) {
	t.Parallel()
	p := &turned{page: page{id: view.Contacts}}
	d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{Views: []view.View{p}})
	})
	d.Wheel(2)
	d.Wheel(-1)
	if p.keys != 3 || p.turns != 0 {
		t.Errorf("a list got %d keys and %d turns", p.keys, p.turns)
	}
	p.typing = true
	d.Wheel(2)
	if p.keys != 3 || p.turns != 2 {
		t.Errorf("a page with fields got %d keys and %d turns", p.keys, p.turns)
	}
}

func TestAClickTakesErrorsAwayAsAKeyDoes(t *testing.T) {
	t.Parallel()
	d, _ := start(t, 80, 24)
	d.Send(view.Tell{Level: view.Trouble, Text: "It did not work."})
	d.See("It did not work.")
	d.Click("page contacts")
	d.Unseen("It did not work.")
}

func TestWhatIsCopiedIsSaidAndHarmless(t *testing.T) {
	t.Parallel()
	d, _ := start(t, 80, 24)
	d.Send(view.Copy{Text: "+16045550101"})
	d.See("Copied, where the terminal allows it: +16045550101")
	if d.Copied() != "+16045550101" {
		t.Errorf("the clipboard has %q", d.Copied())
	}
	d.Send(view.Copy{Text: "a\x1b[31mb"})
	d.See("allows it: ab")
}

func TestKeysAreKnownByTheirNames(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"y", "Y", "é", "enter", "esc", "tab", "shift+tab", "ctrl+a", "alt+3", "ctrl+shift+up", "pgdown", "f2", "backspace", "space", "+", "ctrl++",
	} {
		if got := ui.Key(name).String(); got != name {
			t.Errorf("%q is the key %q", name, got)
		}
	}
	if key := ui.Key("y"); key.Text != "y" {
		t.Errorf("a letter types %q", key.Text)
	}
	if key := ui.Key("ctrl+y"); key.Text != "" {
		t.Errorf("a chord types %q", key.Text)
	}
}
