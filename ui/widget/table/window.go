package table

import (
	"context"
	"maps"
	"slices"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

// move takes the keys of lists as people know them from elsewhere.
func (t *Table[K, R]) move(key string) {
	t.toEnd = t.part && (key == "end" || key == "G")
	switch key {
	case "down", "j":
		t.moveTo(t.cursor + 1)
	case "up", "k":
		t.moveTo(t.cursor - 1)
	case "pgdown":
		t.moveTo(t.cursor + t.drawn)
	case "pgup":
		t.moveTo(t.cursor - t.drawn)
	case "home", "g":
		t.moveTo(0)
	case "end", "G":
		t.moveTo(t.spine.Len() - 1)
	}
}

func (t *Table[K, R]) moveTo(i int) {
	t.cursor = min(max(i, 0), max(0, t.spine.Len()-1))
	t.top = t.clampTop(t.top, t.drawn)
}

// clampTop is the first row to draw so that the cursor is seen and no room is wasted at the end.
func (t *Table[K, R]) clampTop(top, height int) int {
	top = min(top, t.cursor)
	top = max(top, t.cursor-height+1)
	return max(0, min(top, t.spine.Len()-height))
}

// ensure fetches what is missing of the rows on screen and one screen to each side.
func (t *Table[K, R]) ensure() tea.Cmd {
	first := max(0, t.top-t.depth)
	last := min(t.spine.Len(), t.top+2*t.depth)
	if first >= last {
		return nil
	}
	missing := t.rows.missing(t.between(first, last))
	if len(missing) == 0 || t.fetching.Waiting() && covers(t.wanted, missing) {
		return nil
	}
	t.wanted = missing
	source, keys := t.source, missing
	return view.Do(t.env, t.owner, &t.fetching, func(ctx context.Context) ([]R, error) {
		return source.Rows(ctx, keys)
	})
}

// between are the keys from first up to but without last.
func (t *Table[K, R]) between(first, last int) []K {
	keys := make([]K, 0, last-first)
	for i := first; i < last; i++ {
		keys = append(keys, t.spine.At(i))
	}
	return keys
}

func covers[K comparable](have, want []K) bool {
	set := make(map[K]struct{}, len(have))
	for _, k := range have {
		set[k] = struct{}{}
	}
	for _, k := range want {
		if _, ok := set[k]; !ok {
			return false
		}
	}
	return true
}

func (t *Table[K, R]) fill(rows []R, err error) tea.Cmd {
	if err != nil {
		t.rows.lose(t.wanted) // else the next key would ask again, and the next
		return view.Send(view.Failed{Err: err})
	}
	t.rows.lose(t.wanted)
	for _, row := range rows {
		t.rows.put(t.key(row), row)
	}
	return t.ensure()
}

// Toggle picks the cursor's row, or lets it go.
func (t *Table[K, R]) Toggle() {
	key, ok := t.Key()
	if !ok {
		return
	}
	if _, ok := t.picked[key]; ok {
		delete(t.picked, key)
		return
	}
	t.pick(key)
}

// PickAll picks every row of the query, or lets all go where all are picked. It does nothing until the spine is Whole.
func (t *Table[K, R]) PickAll() {
	if !t.Whole() {
		return
	}
	for i := range t.spine.Len() {
		if _, ok := t.picked[t.spine.At(i)]; !ok {
			t.pickRest()
			return
		}
	}
	t.PickNone()
}

func (t *Table[K, R]) pickRest() {
	for i := range t.spine.Len() {
		if _, ok := t.picked[t.spine.At(i)]; !ok {
			t.pick(t.spine.At(i))
		}
	}
}

func (t *Table[K, R]) pick(key K) {
	t.picks++
	t.picked[key] = t.picks
}

// PickNone lets all go.
func (t *Table[K, R]) PickNone() { clear(t.picked) }

// Picked are the keys picked, in the order of picking, those the query no longer has among them.
func (t *Table[K, R]) Picked() []K {
	return slices.SortedFunc(maps.Keys(t.picked), func(a, b K) int { return t.picked[a] - t.picked[b] })
}
