package ui_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/assets"
	"pregon/ui"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/table"
)

// numbers is a source of a hundred thousand rows that costs nothing.
type numbers struct{}

func (numbers) Keys(context.Context) (table.Spine[int], error) {
	keys := make(table.Keys[int], 100_000)
	for i := range keys {
		keys[i] = i
	}
	return keys, nil
}

func (numbers) Rows(_ context.Context, keys []int) ([]int, error) { return slices.Clone(keys), nil }

// rows is a screen that is nothing but a table.
type rows struct {
	page
	table *table.Table[int, int]
}

func (r *rows) Init() tea.Cmd                    { return r.table.Load(numbers{}) }
func (r *rows) Update(msg tea.Msg) tea.Cmd       { return r.table.Update(msg) }
func (r *rows) Render(size view.Size) view.Frame { return r.table.Render(size) }
func (r *rows) Actions() []view.Action           { return nil }

// BenchmarkKeyToWholeFrame is one key and the whole screen after it, at 120 by 40; the budget is 4 ms.
func BenchmarkKeyToWholeFrame(b *testing.B) {
	printer, err := say.New("es", assets.Locales())
	if err != nil {
		b.Fatal(err)
	}
	env := &view.Env{
		Ctx: b.Context(), Theme: theme.New(theme.Unicode()), Say: printer, Log: slog.New(slog.DiscardHandler), Now: time.Now,
		After: func(time.Duration, func(time.Time) tea.Msg) tea.Cmd { return nil }, Work: &view.Work{}, Staff: func() string { return "Marta" },
	}
	r := &rows{page: page{env: env, id: view.Contacts}}
	cell := func(role theme.Role) func(int) table.Cell {
		return func(n int) table.Cell {
			return table.Cell{Text: theme.Safe(fmt.Sprintf("José Ángel %d", n)), Role: role}
		}
	}
	r.table = table.New(env, r.id, func(n int) int { return n }, []table.Column[int]{
		{Title: "Number", Min: 18, Cell: cell(theme.Plain)},
		{Title: "Tags", Min: 18, Weight: 1, Cell: cell(theme.Muted)},
		{Title: "Can get it", Min: 20, Weight: 1, Cell: cell(theme.Good)},
		{Title: "Name", Min: 18, Weight: 2, Cell: cell(theme.Plain)},
	})
	app := ui.New(env, ui.Options{Views: []view.View{r}})
	drain(app, r.Init())
	drain(app, func() tea.Msg { return tea.WindowSizeMsg{Width: 120, Height: 40} })
	b.ReportAllocs()
	for b.Loop() {
		drain(app, func() tea.Msg { return ui.Key("pgdown") })
		_ = app.View()
	}
}

// drain runs a command and what follows from it.
func drain(app *ui.App, command tea.Cmd) {
	for queue := []tea.Cmd{command}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == nil {
			continue
		}
		msg := queue[0]()
		if batch, ok := msg.(tea.BatchMsg); ok {
			queue = append(queue, batch...)
			continue
		}
		if msg != nil {
			_, next := app.Update(msg)
			queue = append(queue, next)
		}
	}
}
