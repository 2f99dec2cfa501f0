package person

import (
	"strings"

	"pregon/store"
	"pregon/ui/theme"
	"pregon/ui/widget/table"
)

// Columns are those of a list of contacts. The name stands last: it is chosen by strangers, and not every terminal
// counts its cells as we do.
func (w *Words) Columns() []table.Column[store.Contact] {
	say := w.env.Say
	return []table.Column[store.Contact]{
		{Title: say.T("Number"), Min: 16, Rank: 1, Cell: func(c store.Contact) table.Cell {
			return table.Cell{Text: w.Number(c), Role: theme.Muted}
		}},
		{Title: say.T("Can get it"), Min: 20, Weight: 1, Cell: func(c store.Contact) table.Cell {
			role, text := w.Verdict(c)
			return table.Cell{Text: theme.Safe(text), Role: role}
		}},
		{Title: say.T("Tags"), Min: 10, Weight: 2, Rank: 2, Cell: func(c store.Contact) table.Cell {
			return table.Cell{Text: theme.Safe(strings.Join(c.Tags, " ")), Role: theme.Muted}
		}},
		{Title: say.T("Name"), Min: 14, Weight: 3, Cell: func(c store.Contact) table.Cell {
			return table.Cell{Text: w.Name(c)}
		}},
	}
}
