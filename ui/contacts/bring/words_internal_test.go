package bring

import (
	"context"
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// nobody shows nothing.
type nobody struct{}

func (nobody) Init() tea.Cmd                         { return nil }
func (n nobody) Update(tea.Msg) (tea.Model, tea.Cmd) { return n, nil }
func (nobody) View() tea.View                        { return tea.View{} }

// alone is a page that nobody shows.
func alone(t *testing.T) *Page {
	t.Helper()
	var page *Page
	uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		page = New(env, nil, func() tea.Cmd { return nil })
		return nobody{}
	})
	return page
}

// TestTheGaugeSaysWhatRunsAndWhatCanStillBeStopped at each step of an import and of its undo.
func TestTheGaugeSaysWhatRunsAndWhatCanStillBeStopped(t *testing.T) {
	t.Parallel()
	p := alone(t)
	for _, test := range []struct {
		page step
		at   store.ImportStep
		says []string
		keys int
	}{
		{reading, "", []string{"One moment"}, 1},
		{reading, store.ImportReading, []string{"Reading: 3 rows so far"}, 1},
		{reading, store.ImportComparing, []string{"Comparing 4 rows"}, 1},
		{keeping, store.ImportKeeping, []string{"Taking them in: 3 of 4", "stay as they were"}, 1},
		{keeping, store.ImportWriting, []string{"Writing what the file says of them: 3 of 4", "If you stop it now, all of it is taken back."}, 1},
		{keeping, store.ImportLeaving, []string{"Taking back: 3 of 4"}, 1},
		{undoing, store.ImportLooking, []string{"Looking to whom something happened since: 3 of 4"}, 0},
		{undoing, store.ImportLeaving, []string{"Taking back: 3 of 4", "They are gone from every list already."}, 0},
	} {
		p.step, p.gauge = test.page, &gauge{}
		p.gauge.set(store.ImportProgress{Step: test.at, Rows: 3, Of: 4})
		shown := p.Render(view.Size{W: 80, H: 20}).Content
		for _, words := range test.says {
			if !strings.Contains(shown, words) {
				t.Errorf("%s: no %q in\n%s", test.at, words, shown)
			}
		}
		if got := len(p.Actions()); got != test.keys {
			t.Errorf("%s: %d keys", test.at, got)
		}
	}
}

func TestWhatAStoppedImportLeftIsSaid(t *testing.T) {
	t.Parallel()
	p := alone(t)
	for want, err := range map[string]error{
		"Stopped. Nothing of the file was taken in.":                                                                     context.Canceled,
		"Stopped. They had been in for a moment; the import is taken back.":                                              &store.StoppedError{Err: context.Canceled},
		"Stopped; the import is taken back. 2 contacts stay, because something happened to them since.":                  &store.StoppedError{Undone: store.Undone{Kept: 2}, Err: context.Canceled},
		"The import is gone from every list, but for a rest that was not finished. The next start of Pregon finishes it": errors.Join(context.Canceled, store.ErrHalfUndone),
	} {
		if got := p.trouble(err); !strings.Contains(got, want) {
			t.Errorf("%v: %q", err, got)
		}
	}
}
