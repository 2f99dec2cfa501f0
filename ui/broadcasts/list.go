package broadcasts

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/meter"
	"pregon/ui/widget/place"
	"pregon/ui/widget/table"
)

// Actions are the keys of this moment.
func (v *View) Actions() []view.Action {
	if len(v.pages) > 0 {
		return v.front().Actions()
	}
	p := v.env.Say
	if v.asks != "" {
		return []view.Action{
			{Keys: []string{"n", "esc", "enter"}, Label: p.T("keep it"), Help: p.T("Throw nothing away"), Run: func() tea.Cmd { v.asks = ""; return nil }},
			{Keys: []string{"y"}, Label: p.T("throw it away"), Help: p.T("The draft is gone for good; nothing was sent"), Run: v.discard},
		}
	}
	actions := []view.Action{{Keys: []string{"n"}, Label: p.T("new broadcast"), Help: p.T("Compose a broadcast; nothing goes out before you say so"), Run: func() tea.Cmd {
		return v.compose(store.Broadcast{})
	}}}
	if id, ok := v.list.Key(); ok {
		actions = append(actions, view.Action{Keys: []string{"enter"}, Label: p.T("open"), Help: p.T("Go on composing, watch it go, or read the report"), Run: func() tea.Cmd {
			return v.open(id)
		}})
	}
	if b, ok := v.list.Current(); ok && b.StartedAt.IsZero() && b.State != store.BroadcastCancelled {
		actions = append(actions, view.Action{Keys: []string{"x"}, Label: p.T("throw away"), Help: p.T("Throw this draft away; asks first"), Run: func() tea.Cmd {
			v.doomed = b.ID
			v.asks = p.T("Throw “%s” away? It is a draft: nothing was sent, and nothing will be.", theme.Safe(b.Name))
			return nil
		}})
	}
	return actions
}

// discarded answers that a draft was thrown away.
type discarded struct{}

func (v *View) discard() tea.Cmd {
	v.asks = ""
	id, staff := v.doomed, v.env.Staff()
	return view.Do(v.env, view.Broadcasts, &v.acting, func(ctx context.Context) (discarded, error) {
		return discarded{}, v.store.DiscardDraft(ctx, id, staff)
	})
}

// Render draws the page in front, or the list.
func (v *View) Render(size view.Size) view.Frame {
	th := v.env.Theme
	switch {
	case len(v.pages) > 0:
		return place.Crop(th, place.Indent(v.front().Render(view.Size{W: size.W - 2, H: size.H}), 1), size)
	case v.list.Loaded() && v.list.Len() == 0:
		text := v.env.Say.T("Press n to compose the first. You see each message as its reader will, and who is left out and why, before anything goes out.")
		lines := append([]string{"", th.Paint(theme.Strong, v.env.Say.T("No broadcasts yet")), ""}, theme.Wrap(text, min(size.W-4, 70))...)
		return place.Crop(th, place.Indent(place.Text(lines...), 2), size)
	}
	if v.asks == "" {
		return v.list.Render(size)
	}
	question := place.Text(theme.Wrap(th.Mark(theme.Warn, v.asks), size.W-1)...)
	list := v.list.Render(view.Size{W: size.W, H: max(1, size.H-place.Height(question)-1)})
	list.Zones = nil // it is about the row under the cursor
	return place.Crop(th, place.Column(place.Indent(question, 1), place.Text(" "), list), size)
}

func (v *View) columns() []table.Column[store.Broadcast] {
	p := v.env.Say
	return []table.Column[store.Broadcast]{
		{Title: p.T("State"), Min: 12, Cell: func(b store.Broadcast) table.Cell {
			return table.Cell{Text: theme.Safe(state(p, b.State)), Role: stateRole(b.State)}
		}},
		{Title: p.T("Got it"), Min: 13, Right: true, Cell: func(b store.Broadcast) table.Cell {
			return begun(b, p.T("%d of %d", accepted(b.Counts), b.Counts.Audience()))
		}},
		{Min: 10, Rank: 2, Cell: func(b store.Broadcast) table.Cell {
			return begun(b, meter.Bar(v.env.Theme, theme.Plain, 10, accepted(b.Counts), b.Counts.Audience()))
		}},
		{Title: p.T("When"), Min: 13, Rank: 1, Cell: func(b store.Broadcast) table.Cell {
			at := b.StartedAt
			switch {
			case b.State == store.BroadcastScheduled:
				at = b.SendAt
			case at.IsZero():
				at = b.CreatedAt
			}
			return table.Cell{Text: theme.Safe(p.Ago(at, v.env.Now())), Role: theme.Muted}
		}},
		{Title: p.T("Name"), Min: 16, Weight: 1, Cell: func(b store.Broadcast) table.Cell { return table.Cell{Text: theme.Safe(b.Name)} }},
	}
}

// begun is a cell that says nothing of a draft.
func begun(b store.Broadcast, words string) table.Cell {
	if b.StartedAt.IsZero() {
		words = ""
	}
	return table.Cell{Text: theme.Safe(words)} // looks are the table's to give
}
