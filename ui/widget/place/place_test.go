package place_test

import (
	"image"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

func frame(content string, x, y int) view.Frame {
	return view.Frame{
		Content: content,
		Cursor:  tea.NewCursor(x, y),
		Zones:   []view.Zone{{Area: image.Rect(x, y, x+1, y+1), Msg: content}},
	}
}

func TestCursorAndZonesMoveWithTheirFrame(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	tests := []struct {
		name, want string
		got        view.Frame
		at         image.Point
	}{
		{"below", "a\nb\nxyz", place.Column(place.Text("a", "b"), view.Frame{}, frame("xyz", 2, 0)), image.Pt(2, 2)},
		{"beside", "山    xyz\nlonger", place.Beside(place.Text("山", "longer"), 5, 1, frame("xyz", 1, 0)), image.Pt(7, 0)},
		{"beside a shorter one", "a\n  c", place.Beside(place.Text("a"), 1, 1, frame("\nc", 0, 1)), image.Pt(2, 1)},
		{"indented", "  x\n\n  z", place.Indent(frame("x\n\nz", 0, 2), 2), image.Pt(2, 2)},
		{"cropped", "ab…", place.Crop(th, frame("abcd\ne", 1, 0), view.Size{W: 3, H: 1}), image.Pt(1, 0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.got.Content != tt.want {
				t.Errorf("content %q, want %q", tt.got.Content, tt.want)
			}
			if c := tt.got.Cursor; c == nil || image.Pt(c.X, c.Y) != tt.at {
				t.Errorf("cursor %v, want %v", c, tt.at)
			}
			if z := tt.got.Zones; len(z) != 1 || z[0].Area.Min != tt.at {
				t.Errorf("zones %v, want one at %v", z, tt.at)
			}
		})
	}
}

func TestWhatIsCutAwayCannotBeClicked(t *testing.T) {
	t.Parallel()
	th := theme.New(theme.Unicode())
	got := place.Crop(th, frame("abcd\ne", 0, 1), view.Size{W: 3, H: 1})
	if got.Cursor != nil || len(got.Zones) != 0 || place.Height(got) != 1 {
		t.Errorf("left over: %+v", got)
	}
}
