package table

import "pregon/ui/theme"

// Column is one column.
type Column[R any] struct {
	Title  string       // translated
	Min    int          // cells it needs at least
	Weight int          // its share of the room left over; 0 stays at Min
	Right  bool         // aligned at the right, for numbers
	Cut    theme.Side   // where a text that is too long loses its end
	Rank   int          // 0 is never dropped; the highest goes first where the room is narrow
	Cell   func(R) Cell // what a row shows
}

// Cell is what stands in a column. The signs of Good, Warn and Bad come by themselves.
type Cell struct {
	Text theme.Text
	Role theme.Role
}

// gap is the space between columns.
const gap = 2

// slot is a column with its width.
type slot[R any] struct {
	Column[R]
	width int
}

// layout chooses the columns that fit into width cells and gives them the room.
func layout[R any](columns []Column[R], width int) []slot[R] {
	slots := make([]slot[R], 0, len(columns))
	for _, c := range columns {
		slots = append(slots, slot[R]{Column: c, width: c.Min})
	}
	for need(slots) > width {
		drop := -1
		for i, s := range slots {
			if s.Rank > 0 && (drop < 0 || s.Rank >= slots[drop].Rank) {
				drop = i
			}
		}
		if drop < 0 {
			break
		}
		slots = append(slots[:drop], slots[drop+1:]...)
	}
	return spread(slots, width)
}

func need[R any](slots []slot[R]) int {
	sum := gap * max(0, len(slots)-1)
	for _, s := range slots {
		sum += s.width
	}
	return sum
}

// spread gives the spare room by weight, or takes what is missing from the widest.
func spread[R any](slots []slot[R], width int) []slot[R] {
	spare, weights := width-need(slots), 0
	for _, s := range slots {
		weights += s.Weight
	}
	for i := range slots {
		if spare <= 0 || slots[i].Weight == 0 {
			continue
		}
		share := spare * slots[i].Weight / weights
		spare -= share
		weights -= slots[i].Weight
		slots[i].width += share
	}
	for ; spare < 0; spare++ {
		widest := 0
		for i := range slots {
			if slots[i].width > slots[widest].width {
				widest = i
			}
		}
		if len(slots) == 0 || slots[widest].width == 0 {
			break
		}
		slots[widest].width--
	}
	return slots
}
