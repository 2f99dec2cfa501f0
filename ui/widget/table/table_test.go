package table_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/table"
)

type person struct {
	id   int
	name string
}

// people is a source whose rows are made on the spot; gone ones are still in the spine.
type people struct {
	ids     []int
	names   map[int]string
	gone    []int
	fetched *[]int
	err     error
}

func (p people) Keys(context.Context) (table.Spine[int], error) { return table.Keys[int](p.ids), p.err }

func (p people) Rows(_ context.Context, ids []int) ([]person, error) {
	if p.fetched != nil {
		*p.fetched = append(*p.fetched, ids...)
	}
	rows := make([]person, 0, len(ids))
	for _, id := range slices.Backward(ids) { // any order is allowed
		if slices.Contains(p.gone, id) {
			continue
		}
		name, ok := p.names[id]
		if !ok {
			name = fmt.Sprintf("Person %d", id)
		}
		rows = append(rows, person{id, name})
	}
	return rows, p.err
}

func numbers(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i + 1
	}
	return ids
}

func columns() []table.Column[person] {
	return []table.Column[person]{
		{Title: "Name", Min: 10, Weight: 2, Cell: func(p person) table.Cell { return table.Cell{Text: theme.Safe(p.name)} }},
		{Title: "No", Min: 6, Right: true, Rank: 1, Cell: func(p person) table.Cell { return table.Cell{Text: theme.Safe(strconv.Itoa(p.id))} }},
		{Title: "Tags", Min: 12, Weight: 1, Rank: 2, Cell: func(person) table.Cell { return table.Cell{Text: theme.Safe("vip"), Role: theme.Muted} }},
		{Title: "Can get it", Min: 14, Weight: 1, Cell: func(p person) table.Cell {
			if p.id%2 == 0 {
				return table.Cell{Text: theme.Safe("withdrew"), Role: theme.Bad}
			}
			return table.Cell{Text: theme.Safe("since 3 Nov"), Role: theme.Good}
		}},
	}
}

type list = table.Table[int, person]

func newTable(tb testing.TB) *list {
	tb.Helper()
	p, err := say.New("en", nil)
	if err != nil {
		tb.Fatal(err)
	}
	env := &view.Env{Ctx: tb.Context(), Theme: theme.New(theme.Unicode()), Say: p, Work: &view.Work{}}
	return table.New(env, "owner", func(p person) int { return p.id }, columns())
}

// settle runs a command and all that follows from it, and returns what was meant for others.
func settle(l *list, cmd tea.Cmd) []tea.Msg {
	var out []tea.Msg
	for queue := []tea.Cmd{cmd}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == nil {
			continue
		}
		switch msg := queue[0]().(type) {
		case nil:
		case tea.BatchMsg:
			queue = append(queue, msg...)
		case view.Addressed:
			queue = append(queue, l.Update(msg))
		default:
			out = append(out, msg)
		}
	}
	return out
}

func press(l *list, keys ...string) {
	named := map[string]rune{
		"end": tea.KeyEnd, "home": tea.KeyHome, "pgdown": tea.KeyPgDown, "pgup": tea.KeyPgUp, "down": tea.KeyDown, "up": tea.KeyUp,
	}
	for _, key := range keys {
		msg := tea.KeyPressMsg{Code: named[key]}
		if msg.Code == 0 {
			msg = tea.KeyPressMsg{Code: []rune(key)[0], Text: key}
		}
		settle(l, l.Update(msg))
	}
}

func seen(l *list, w, h int) []string {
	return strings.Split(ansi.Strip(l.Render(view.Size{W: w, H: h}).Content), "\n")
}

func at(t *testing.T, l *list, want int) {
	t.Helper()
	if row, ok := l.Current(); !ok || row.id != want {
		t.Errorf("cursor on %v (%v), want %d", row, ok, want)
	}
}

func TestKeysMoveAsInOtherLists(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		keys []string
		want int
	}{
		{"down", []string{"down", "j"}, 3},
		{"not above the first", []string{"up", "k"}, 1},
		{"up", []string{"j", "j", "k"}, 2},
		{"a page is what is seen", []string{"pgdown"}, 11},
		{"a page back", []string{"pgdown", "pgdown", "pgup"}, 11},
		{"end", []string{"end"}, 500},
		{"end and home", []string{"G", "home"}, 1},
		{"not below the last", []string{"end", "down", "pgdown"}, 500},
		{"end, then a page up", []string{"end", "pgup"}, 490},
		{"g", []string{"end", "g"}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newTable(t)
			settle(l, l.Load(people{ids: numbers(500)}))
			seen(l, 80, 11)
			press(l, tt.keys...)
			at(t, l, tt.want)
			if !slices.ContainsFunc(seen(l, 80, 11), func(line string) bool {
				return strings.HasPrefix(strings.TrimLeft(line, "│┃"), "▸") && strings.Contains(line, fmt.Sprintf("Person %d ", tt.want))
			}) {
				t.Errorf("the cursor's row is not seen:\n%s", strings.Join(seen(l, 80, 11), "\n"))
			}
		})
	}
}

func TestEndIsReachedOnAHundredThousandRowsWithoutLoadingThem(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	var fetched []int
	settle(l, l.Load(people{ids: numbers(100_000), fetched: &fetched}))
	press(l, "end")
	lines := seen(l, 80, 24)
	if last := lines[len(lines)-1]; !strings.Contains(last, "Person 100000") || !strings.HasPrefix(last, "┃") {
		t.Errorf("last line %q", last)
	}
	if len(fetched) > 500 {
		t.Errorf("%d rows fetched for two screens", len(fetched))
	}
}

func TestCursorStaysOnItsRow(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		then func(l *list) tea.Cmd
		want int
	}{
		{"rows came before it", func(l *list) tea.Cmd { return l.Load(people{ids: append([]int{900, 901}, numbers(50)...)}) }, 8},
		{"sorted the other way", func(l *list) tea.Cmd {
			ids := numbers(50)
			slices.Reverse(ids)
			return l.Load(people{ids: ids})
		}, 8},
		{"another query without it begins at the top", func(l *list) tea.Cmd { return l.Load(people{ids: []int{3, 4, 5, 6, 7, 9, 10, 11, 12, 13}}) }, 3},
		{"nothing changed", func(l *list) tea.Cmd { return l.Reload() }, 8},
		{"rows are fresh", func(l *list) tea.Cmd { return l.Refresh() }, 8},
		{"empty, then full", func(l *list) tea.Cmd {
			settle(l, l.Load(people{}))
			return l.Load(people{ids: numbers(5)})
		}, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			l := newTable(t)
			settle(l, l.Load(people{ids: numbers(50)}))
			seen(l, 80, 6)
			press(l, "j", "j", "j", "j", "j", "j", "j")
			settle(l, tt.then(l))
			at(t, l, tt.want)
		})
	}
}

// shrinking gives another spine each time it is asked.
type shrinking struct {
	people
	spines *[][]int
}

func (s shrinking) Keys(context.Context) (table.Spine[int], error) {
	next := (*s.spines)[0]
	*s.spines = (*s.spines)[1:]
	return table.Keys[int](next), nil
}

func TestALostRowLeavesTheCursorInItsPlace(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	settle(l, l.Load(shrinking{spines: &[][]int{{1, 2, 3, 4, 5}, {1, 2, 4, 5}, {1}}}))
	press(l, "j", "j")
	at(t, l, 3)
	settle(l, l.Reload())
	at(t, l, 4)
	settle(l, l.Reload())
	at(t, l, 1)
}

func TestReloadsDuringALoadAreGathered(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	spines := [][]int{{1}, {1, 2}, {1, 2, 3}}
	first := l.Load(shrinking{spines: &spines})
	for range 5 {
		if l.Reload() != nil {
			t.Fatal("a reload overtook the load")
		}
	}
	settle(l, first)
	if l.Len() != 2 || len(spines) != 1 {
		t.Errorf("%d rows, %d spines left", l.Len(), len(spines))
	}
}

func TestGoWaitsForTheRow(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	if cmd := l.Go(40); cmd != nil {
		t.Error("went nowhere with a command")
	}
	settle(l, l.Load(people{ids: numbers(50)}))
	at(t, l, 40)
	settle(l, l.Go(7))
	at(t, l, 7)
}

func TestPicksSurviveFilterAndSort(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	settle(l, l.Load(people{ids: numbers(50)}))
	press(l, "j", "j")
	l.Toggle()
	press(l, "g")
	l.Toggle()
	settle(l, l.Load(people{ids: []int{9, 3}}))
	if got := l.Picked(); !slices.Equal(got, []int{3, 1}) {
		t.Errorf("picked %v", got)
	}
	if line := seen(l, 80, 6)[2]; !strings.HasPrefix(line, " ●") {
		t.Errorf("the mark is missing: %q", line)
	}
	l.PickAll()
	if got := l.Picked(); !slices.Equal(got, []int{3, 1, 9}) {
		t.Errorf("all: %v", got)
	}
	l.PickAll()
	if got := l.Picked(); len(got) != 0 {
		t.Errorf("all twice: %v", got)
	}
}

func TestRowsOnTheirWayAreDots(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	cmd := l.Load(people{ids: numbers(3), gone: []int{2}})
	if l.Loaded() {
		t.Error("loaded before the answer")
	}
	l.Update(cmd())
	if line := seen(l, 80, 6)[1]; !strings.Contains(line, "···") {
		t.Errorf("no dots: %q", line)
	}
	settle(l, l.Refresh())
	lines := seen(l, 80, 6)
	if !strings.Contains(lines[1], "Person 1") || !strings.Contains(lines[2], "···") || !strings.Contains(lines[3], "Person 3") {
		t.Errorf("a row that is gone is not dots:\n%s", strings.Join(lines, "\n"))
	}
}

func TestAFailedQueryKeepsWhatIsSeen(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	settle(l, l.Load(people{ids: numbers(3)}))
	failure := errors.New("disk")
	told := settle(l, l.Load(people{err: failure}))
	if len(told) != 1 {
		t.Fatalf("told %v", told)
	}
	if f, ok := told[0].(view.Failed); !ok || !errors.Is(f.Err, failure) {
		t.Errorf("told %v", told)
	}
	if l.Len() != 3 {
		t.Errorf("%d rows left", l.Len())
	}
}

func TestClicksAndWheelMove(t *testing.T) {
	t.Parallel()
	l, other := newTable(t), newTable(t)
	settle(l, l.Load(people{ids: numbers(50)}))
	zone := l.Render(view.Size{W: 80, H: 11}).Zones[4]
	if zone.Area.Min.Y != 5 {
		t.Errorf("zone at line %d", zone.Area.Min.Y)
	}
	settle(l, l.Update(zone.Msg))
	at(t, l, 5)
	settle(l, l.Update(tea.MouseWheelMsg{Button: tea.MouseWheelDown}))
	at(t, l, 8)
	settle(l, l.Update(tea.MouseWheelMsg{Button: tea.MouseWheelUp}))
	at(t, l, 5)
	if other.Update(zone.Msg); other.Len() != 0 {
		t.Error("a click reached another table")
	}
}

// crowd is a source that tells its beginning before all of it.
type crowd struct {
	people
	opening []int
	fails   error
}

func (c crowd) Opening(context.Context) (table.Spine[int], error) {
	return table.Keys[int](c.opening), c.fails
}

// commands are the questions a load asks: the opening first, then all.
func commands(t *testing.T, cmd tea.Cmd) (opening, whole tea.Cmd) {
	t.Helper()
	batch, ok := cmd().(tea.BatchMsg)
	if !ok || len(batch) != 2 {
		t.Fatalf("a load asks %T", cmd())
	}
	return batch[0], batch[1]
}

func TestTheOpeningIsSeenUntilAllAreThere(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	opening, whole := commands(t, l.Load(crowd{people: people{ids: numbers(500)}, opening: numbers(20)}))
	settle(l, opening)
	if l.Len() != 20 || !l.Loaded() || l.Whole() {
		t.Fatalf("with the opening: %d rows, loaded %v, whole %v", l.Len(), l.Loaded(), l.Whole())
	}
	press(l, "down", "down")
	settle(l, whole)
	if l.Len() != 500 || !l.Whole() {
		t.Errorf("at the end: %d rows, whole %v", l.Len(), l.Whole())
	}
	at(t, l, 3)
}

func TestALateOpeningIsNotSeen(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	opening, whole := commands(t, l.Load(crowd{people: people{ids: numbers(500)}, opening: numbers(20)}))
	settle(l, whole)
	settle(l, opening)
	if l.Len() != 500 || !l.Whole() {
		t.Errorf("%d rows, whole %v: the beginning replaced all", l.Len(), l.Whole())
	}
}

func TestTheOpeningOfAnotherQueryIsNotSeen(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	old, _ := commands(t, l.Load(crowd{people: people{ids: numbers(9)}, opening: numbers(9)}))
	fresh, _ := commands(t, l.Load(crowd{people: people{ids: numbers(50)}, opening: numbers(5)}))
	settle(l, fresh)
	settle(l, old)
	if l.Len() != 5 {
		t.Errorf("%d rows, want the 5 of the newer query", l.Len())
	}
}

func TestNobodyActsOnAllBeforeAllAreKnown(t *testing.T) {
	t.Parallel()
	l := newTable(t)
	opening, whole := commands(t, l.Load(crowd{people: people{ids: numbers(500)}, opening: numbers(20)}))
	settle(l, opening)
	l.PickAll()
	if picked := l.Picked(); len(picked) != 0 {
		t.Errorf("%d of an unknown number are picked", len(picked))
	}
	settle(l, whole)
	l.PickAll()
	if picked := l.Picked(); len(picked) != 500 {
		t.Errorf("%d are picked, want all 500", len(picked))
	}
}

func TestTheEndKeyMeansTheEndAlsoWhenItIsNotKnownYet(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		keys []string
		want int
	}{
		"end":        {[]string{"end"}, 500},
		"end and on": {[]string{"end", "up"}, 19},
		"end, home":  {[]string{"end", "home"}, 1},
		"home, G":    {[]string{"home", "G"}, 500},
		"neither":    {[]string{"down"}, 2},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newTable(t)
			opening, whole := commands(t, l.Load(crowd{people: people{ids: numbers(500)}, opening: numbers(20)}))
			settle(l, opening)
			press(l, test.keys...)
			settle(l, whole)
			at(t, l, test.want)
		})
	}
}

func TestAnOpeningThatFailsOrIsEmptyWaitsForAll(t *testing.T) {
	t.Parallel()
	for name, source := range map[string]crowd{
		"fails": {people: people{ids: numbers(500)}, opening: numbers(20), fails: errors.New("busy")},
		"empty": {people: people{ids: numbers(500)}},
	} {
		l := newTable(t)
		opening, whole := commands(t, l.Load(source))
		if out := settle(l, opening); len(out) != 0 || l.Loaded() {
			t.Errorf("%s: it says %v, loaded %v", name, out, l.Loaded())
		}
		settle(l, whole)
		if l.Len() != 500 {
			t.Errorf("%s: %d rows", name, l.Len())
		}
	}
}
