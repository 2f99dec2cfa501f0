package table

import (
	"context"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
)

// Source is a query. Keys is called once for each load, Rows for what comes near the screen; Rows may return
// its rows in any order and leave out what is gone.
type Source[K comparable, R any] interface {
	Keys(ctx context.Context) (Spine[K], error)
	Rows(ctx context.Context, keys []K) ([]R, error)
}

// Opener is a source that knows the beginning of Keys at once, where all of them take time. What it gives is
// seen until they are there; its answer may be shorter.
type Opener[K comparable] interface {
	Opening(ctx context.Context) (Spine[K], error)
}

// Spine are the keys of a query in order. It is only read.
type Spine[K comparable] interface {
	Len() int
	At(i int) K
}

// Keys is a spine of so few that a slice will do.
type Keys[K comparable] []K

// Len is how many there are.
func (k Keys[K]) Len() int { return len(k) }

// At is the key at a place, from 0 to Len.
func (k Keys[K]) At(i int) K { return k[i] }

// wheel is how many rows a turn moves.
var wheel = map[tea.MouseButton]int{tea.MouseWheelUp: -3, tea.MouseWheelDown: 3}

// Table is the list. Its owner passes it messages from Update and draws it in Render.
type Table[K comparable, R any] struct {
	env     *view.Env
	owner   view.ID
	key     func(R) K
	columns []Column[R]
	source  Source[K, R]

	spine  Spine[K]
	loaded bool
	part   bool // the spine is only the beginning of the query's
	toEnd  bool // the end key came before the end was known
	fresh  bool // the spine under way is of another query, so a lost cursor goes to the top
	again  bool // something changed while the spine was under way
	goal   *K   // where to go once it is there
	asking view.Latest
	// opening asks for the beginning of a query that is new.
	opening view.Latest

	rows     *cache[K, R]
	wanted   []K
	fetching view.Latest

	cursor, top  int
	drawn, depth int // rows drawn last, and the most that may be drawn
	picked       map[K]int
	picks        int
}

// New returns an empty table; Load gives it a query. key tells a row's key.
func New[K comparable, R any](env *view.Env, owner view.ID, key func(R) K, columns []Column[R]) *Table[K, R] {
	return &Table[K, R]{
		env: env, owner: owner, key: key, columns: columns, spine: Keys[K]{},
		rows: newCache[K, R](), picked: map[K]int{}, drawn: 20, depth: 50,
	}
}

// Load shows another query. The cursor stays on its row if the query still has it, else goes to the top.
func (t *Table[K, R]) Load(source Source[K, R]) tea.Cmd {
	t.source, t.fresh, t.again, t.toEnd = source, true, false, false
	t.opening.Drop()
	if opener, ok := source.(Opener[K]); ok {
		return tea.Batch(view.Do(t.env, t.owner, &t.opening, opener.Opening), t.ask())
	}
	return t.ask()
}

// Reload asks the same query again after something changed, keeping what is seen until the answer is there.
// Calls during a load are gathered into one more.
func (t *Table[K, R]) Reload() tea.Cmd {
	if t.source == nil {
		return nil
	}
	if t.asking.Waiting() {
		t.again = true
		return nil
	}
	return t.ask()
}

// Refresh fetches the rows near the screen again, where their contents changed but not their order.
func (t *Table[K, R]) Refresh() tea.Cmd {
	t.rows.age()
	t.fetching.Drop()
	return t.ensure()
}

func (t *Table[K, R]) ask() tea.Cmd {
	return view.Do(t.env, t.owner, &t.asking, t.source.Keys)
}

// Update takes answers, keys, the wheel and clicks on rows. What is not meant for it, it leaves alone.
func (t *Table[K, R]) Update(msg tea.Msg) tea.Cmd {
	if answer, ok := msg.(view.Result[Spine[K]]); ok {
		switch {
		case answer.Of(&t.asking):
			t.opening.Drop()
			return t.settle(answer.Value, answer.Err)
		case answer.Of(&t.opening):
			return t.open(answer.Value, answer.Err)
		}
	}
	if answer, ok := msg.(view.Result[[]R]); ok && answer.Of(&t.fetching) {
		return t.fill(answer.Value, answer.Err)
	}
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		t.depth = max(1, msg.Height)
	case tea.KeyPressMsg:
		t.goal = nil // who moves by hand has somewhere else to go
		t.move(msg.String())
	case tea.MouseWheelMsg:
		t.moveTo(t.cursor + wheel[msg.Button])
	case click:
		if msg.table == any(t) {
			t.moveTo(msg.row)
		}
	default:
		return nil
	}
	return t.ensure()
}

// open shows the beginning of a new query. That nobody is in it, or that it failed, is for the whole answer to say.
func (t *Table[K, R]) open(spine Spine[K], err error) tea.Cmd {
	if err != nil || spine.Len() == 0 || !t.fresh {
		return nil
	}
	again := t.again
	t.again = false
	cmd := t.settle(spine, nil)
	t.again, t.part = again, true
	return cmd
}

// settle takes a new spine and keeps the cursor on its row.
func (t *Table[K, R]) settle(spine Spine[K], err error) tea.Cmd {
	if err != nil {
		t.again = false
		return view.Send(view.Failed{Err: err})
	}
	at := t.cursor
	if t.fresh {
		at = 0
	}
	if held, ok := t.Key(); ok {
		if i := find(spine, held, t.cursor); i >= 0 {
			at = i
		}
	}
	offset := t.cursor - t.top
	t.spine, t.loaded, t.fresh, t.part = spine, true, false, false
	if t.toEnd {
		at, t.toEnd = spine.Len()-1, false
	}
	t.moveTo(at)
	t.top = t.clampTop(t.cursor-offset, t.drawn)
	t.reach()
	t.rows.age()
	if t.again {
		t.again = false
		return tea.Batch(t.ask(), t.ensure())
	}
	return t.ensure()
}

// find looks for a key, first where it was.
func find[K comparable](spine Spine[K], key K, near int) int {
	if near >= 0 && near < spine.Len() && spine.At(near) == key {
		return near
	}
	for i := range spine.Len() {
		if spine.At(i) == key {
			return i
		}
	}
	return -1
}

// Len is the number of rows of the query, on screen or not.
func (t *Table[K, R]) Len() int { return t.spine.Len() }

// Loaded says that a first answer came, so that a Len of zero means that there is nothing.
func (t *Table[K, R]) Loaded() bool { return t.loaded }

// Whole says that the spine is the query's from end to end: before that nobody may act on all of it.
func (t *Table[K, R]) Whole() bool { return t.loaded && !t.part }

// Cursor is the cursor's row, counted from zero.
func (t *Table[K, R]) Cursor() int { return t.cursor }

// Key is the key of the cursor's row, false where there is none.
func (t *Table[K, R]) Key() (key K, ok bool) {
	if t.cursor < 0 || t.cursor >= t.spine.Len() {
		return key, false
	}
	return t.spine.At(t.cursor), true
}

// Current is the cursor's row, false where there is none or it is not fetched yet.
func (t *Table[K, R]) Current() (row R, ok bool) {
	key, ok := t.Key()
	if !ok {
		return row, false
	}
	return t.rows.get(key)
}

// Go puts the cursor on a key, at once or as soon as the query under way has it.
func (t *Table[K, R]) Go(key K) tea.Cmd {
	t.goal = &key
	t.reach()
	return t.ensure()
}

func (t *Table[K, R]) reach() {
	if t.goal == nil {
		return
	}
	if i := find(t.spine, *t.goal, t.cursor); i >= 0 {
		t.goal = nil
		t.moveTo(i)
	}
}
