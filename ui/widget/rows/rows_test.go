package rows_test

import (
	"fmt"
	"image"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
	"pregon/ui/widget/rows"
)

func numbered(n int) []view.Frame {
	list := make([]view.Frame, n)
	for i := range list {
		list[i] = place.Text(fmt.Sprintf("row %d", i))
	}
	return list
}

func TestThePointedRowIsAlwaysInSight(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	for height := 1; height <= 12; height++ {
		for at := range 10 {
			list := numbered(10)
			list[3] = place.Text("row 3", "more of row 3")
			f := rows.Render(th, "list", list, at, view.Size{W: 20, H: height})
			text := ansi.Strip(f.Content)
			if !strings.Contains(text, fmt.Sprintf("▸ row %d", at)) && (at != 3 || height > 1) {
				t.Errorf("row %d of 10 in %d lines is not seen:\n%s", at, height, text)
			}
			if got := place.Height(f); got > height {
				t.Errorf("%d lines in %d", got, height)
			}
			if whole := height >= 11; whole != (strings.Count(text, "\n") == 10) {
				t.Errorf("height %d shows\n%s", height, text)
			}
		}
	}
}

func TestEveryRowCanBeClicked(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	list := numbered(3)
	list[1] = place.Text("row 1", "more")
	f := rows.Render(th, "mine", list, 0, view.Size{W: 20, H: 10})
	tests := []struct{ y, want int }{{0, 0}, {1, 1}, {2, 1}, {3, 2}}
	for _, tt := range tests {
		got := -1
		for _, z := range f.Zones {
			if pick, ok := z.Msg.(rows.Pick); ok && image.Pt(5, tt.y).In(z.Area) && pick.Of == "mine" {
				got = pick.At
			}
		}
		if got != tt.want {
			t.Errorf("a click on line %d picks %d, want %d", tt.y, got, tt.want)
		}
	}
}

func TestACursorMovesWithItsRow(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	list := numbered(3)
	list[2].Cursor = tea.NewCursor(4, 0)
	f := rows.Render(th, nil, list, 2, view.Size{W: 20, H: 3})
	if f.Cursor == nil || f.Cursor.X != 4+rows.Indent || f.Cursor.Y != 2 {
		t.Errorf("the cursor is at %v", f.Cursor)
	}
}

func TestNothingIsDrawnOutsideTheRoom(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	for _, size := range []view.Size{{W: 0, H: 0}, {W: 3, H: 1}, {W: 8, H: 2}} {
		f := rows.Render(th, nil, numbered(5), 4, size)
		for line := range strings.SplitSeq(f.Content, "\n") {
			if theme.Width(line) > size.W {
				t.Errorf("%v: %q", size, line)
			}
		}
		for _, z := range f.Zones {
			if !z.Area.In(image.Rect(0, 0, size.W, size.H)) {
				t.Errorf("%v: a zone at %v", size, z.Area)
			}
		}
	}
	if f := rows.Render(th, nil, nil, 0, view.Size{W: 10, H: 10}); f.Content != "" || len(f.Zones) != 0 {
		t.Errorf("an empty list shows %q", f.Content)
	}
}
