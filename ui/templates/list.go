// Package templates lists the texts that Meta approved, shows them as customers will see them, and leads to a
// broadcast with one.
package templates

import (
	"context"
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/table"
)

// Store is what this view reads of the shop file.
type Store interface {
	Templates(ctx context.Context) ([]store.Template, error)
}

// Engine is what this view wants of the sender: SyncTemplates reads the templates anew and returns how many
// there are.
type Engine interface {
	SyncTemplates(ctx context.Context) (int, error)
}

// View is the tab of templates.
type View struct {
	env     *view.Env
	store   Store
	engine  Engine
	list    *table.Table[key, store.Template]
	open    bool // the preview lies over the list, where the room is for one of them
	wide    bool // both have room; noted while drawing
	skip    int  // lines of the message above those shown
	syncing view.Latest
}

// key names a template: one name has a text for each language.
type key struct{ name, language string }

func named(t store.Template) key { return key{t.Name, t.Language} }

// synced is the answer to a synchronisation.
type synced struct{ count int }

// New returns the tab.
func New(env *view.Env, s Store, e Engine) *View {
	v := &View{env: env, store: s, engine: e}
	v.list = table.New(env, view.Templates, named, v.columns())
	return v
}

// ID is the address of the tab.
func (v *View) ID() view.ID { return view.Templates }

// Title is the word on the tab.
func (v *View) Title() string { return v.env.Say.T("Templates") }

// Init reads the list.
func (v *View) Init() tea.Cmd {
	return v.list.Load(table.Whole[key, store.Template]{Read: v.store.Templates, Key: named})
}

// Typing is always false: nothing is typed here.
func (v *View) Typing() bool { return false }

// Update takes answers and what the list is moved by.
func (v *View) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case view.OpenTemplate:
		v.open = true
		return v.list.Go(key{msg.Name, msg.Language})
	case view.StoreChanged:
		return v.list.Reload()
	case view.Result[synced]:
		if msg.Of(&v.syncing) {
			return v.told(msg.Value.count, msg.Err)
		}
		return nil
	}
	before, _ := v.list.Key()
	cmd := v.list.Update(msg)
	if now, _ := v.list.Key(); now != before {
		v.skip = 0
	}
	return cmd
}

func (v *View) told(count int, err error) tea.Cmd {
	if err != nil {
		return tea.Batch(view.Send(view.Failed{Err: err}), view.Send(view.Tell{
			Level: view.Caution, Text: v.env.Say.T("The templates could not be read from Meta. The list below is the one read before."),
		}))
	}
	return tea.Batch(v.list.Reload(), view.Send(view.Tell{
		Level: view.Done, Text: v.env.Say.T("%d templates read from Meta", count),
	}))
}

// Actions are the keys of this moment.
func (v *View) Actions() []view.Action {
	p := v.env.Say
	actions := []view.Action{
		{Keys: []string{"s"}, Label: p.T("read from Meta"), Help: p.T("Ask Meta for the templates and what it thinks of them"), Run: v.sync, Off: func() string {
			if v.syncing.Waiting() {
				return p.T("Meta is being asked already")
			}
			return ""
		}},
		{Keys: []string{"c"}, Label: p.T("compose"), Help: p.T("Begin a broadcast with this template"), Run: v.compose, Off: v.whyNot},
	}
	if v.open && !v.wide {
		actions = append(actions,
			view.Action{Keys: []string{"pgdown"}, Label: p.T("read on"), Help: p.T("See more of a long message"), Hidden: true, Run: func() tea.Cmd { v.skip += 3; return nil }},
			view.Action{Keys: []string{"pgup"}, Label: p.T("read back"), Help: p.T("See the beginning of a long message"), Hidden: true, Run: func() tea.Cmd { v.skip = max(0, v.skip-3); return nil }})
	}
	if v.open {
		return append(actions, view.Action{
			Keys: []string{"esc"}, Label: p.T("back"), Help: p.T("Back to the list"), Hidden: v.wide,
			Run: func() tea.Cmd { v.open = false; return nil },
		})
	}
	return append(actions, view.Action{
		Keys: []string{"enter"}, Label: p.T("show"), Help: p.T("Show the message as a customer sees it"), Hidden: v.wide,
		Run: func() tea.Cmd { _, v.open = v.list.Key(); return nil },
	})
}

func (v *View) sync() tea.Cmd {
	return view.Do(v.env, view.Templates, &v.syncing, func(ctx context.Context) (synced, error) {
		count, err := v.engine.SyncTemplates(ctx)
		if err != nil {
			return synced{}, fmt.Errorf("read the templates from Meta: %w", err)
		}
		return synced{count}, nil
	})
}

func (v *View) compose() tea.Cmd {
	t, _ := v.list.Current()
	return view.Send(view.Compose{Template: t.Name, Language: t.Language})
}

// whyNot says why no broadcast can begin with the template of the cursor.
func (v *View) whyNot() string {
	t, ok := v.list.Current()
	if !ok {
		return v.env.Say.T("Choose a template first")
	}
	return unsendable(v.env.Say, t)
}

// Render draws the list and, beside or over it, the template of the cursor.
func (v *View) Render(size view.Size) view.Frame {
	v.wide = size.Wide()
	if v.list.Loaded() && v.list.Len() == 0 {
		return place.Crop(v.env.Theme, v.empty(size), size)
	}
	switch {
	case v.wide:
		left := size.W * 11 / 20
		list := v.list.Render(view.Size{W: left, H: size.H})
		return place.Crop(v.env.Theme, place.Beside(list, left, 3, v.detail(view.Size{W: size.W - left - 3, H: size.H})), size)
	case v.open:
		return place.Crop(v.env.Theme, place.Indent(v.detail(view.Size{W: min(size.W-2, 60), H: size.H}), 1), size)
	}
	return v.list.Render(size)
}

func (v *View) empty(size view.Size) view.Frame {
	p, th := v.env.Say, v.env.Theme
	lines := []string{"", th.Paint(theme.Strong, p.T("No templates yet"))}
	for _, text := range []string{
		p.T("A broadcast is always a text that Meta has approved. Write one in WhatsApp Manager, wait for Meta's yes, then press s to read it in."),
		p.T("Show a way to stop in every offer, such as a button that says STOP: people without one press Block instead."),
	} {
		lines = append(append(lines, ""), theme.Wrap(text, min(size.W-4, 70))...)
	}
	return place.Indent(place.Text(lines...), 2)
}

func (v *View) columns() []table.Column[store.Template] {
	p := v.env.Say
	return []table.Column[store.Template]{
		{Title: p.T("Name"), Min: 16, Weight: 3, Cell: func(t store.Template) table.Cell { return table.Cell{Text: theme.Safe(t.Name)} }},
		{Title: p.T("Language"), Min: 8, Rank: 1, Cell: func(t store.Template) table.Cell { return table.Cell{Text: theme.Safe(t.Language)} }},
		{Title: p.T("Status"), Min: 19, Weight: 1, Cell: func(t store.Template) table.Cell {
			words, role := status(p, t.Status)
			return table.Cell{Text: theme.Safe(words), Role: role}
		}},
		{Title: p.T("Quality"), Min: 10, Rank: 2, Cell: func(t store.Template) table.Cell {
			words, role := quality(p, t.Quality)
			return table.Cell{Text: theme.Safe(words), Role: role}
		}},
		{Title: p.T("Kind"), Min: 8, Weight: 1, Rank: 3, Cell: func(t store.Template) table.Cell {
			return table.Cell{Text: theme.Safe(category(p, t.Category)), Role: theme.Muted}
		}},
	}
}

func lower(word string) string {
	return strings.ToLower(strings.ReplaceAll(theme.Safe(word).String(), "_", " "))
}
