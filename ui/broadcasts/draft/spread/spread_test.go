package spread_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"pregon/ui/broadcasts/draft/spread"
	"pregon/ui/theme"
	"pregon/ui/view"
	"pregon/ui/widget/place"
)

// tall draws more lines than there is room for, each with its name, and notes the room it was given.
func tall(name string, room *view.Size) spread.Part {
	return func(size view.Size) view.Frame {
		*room = size
		lines := make([]string, 40)
		for i := range lines {
			lines[i] = fmt.Sprintf("%s %d", name, i)
		}
		return place.Crop(theme.New(theme.Unicode()), place.Text(lines...), view.Size{W: size.W, H: max(1, size.H)})
	}
}

func TestStepAndMessageAreBothSeenInEveryRoom(t *testing.T) {
	t.Parallel()
	for _, size := range []view.Size{{W: 60, H: 20}, {W: 60, H: 8}, {W: 71, H: 30}, {W: 80, H: 24}, {W: 112, H: 12}, {W: 200, H: 60}} {
		var panel, message view.Size
		frame := spread.Render(theme.New(theme.Unicode()), size, place.Text("top"), 4, tall("step", &panel), tall("text", &message))
		text := ansi.Strip(frame.Content)
		if !strings.HasPrefix(text, "top") || !strings.Contains(text, "step 0") || !strings.Contains(text, "text 0") {
			t.Errorf("%v:\n%s", size, text)
		}
		if got := place.Height(frame); got > size.H {
			t.Errorf("%v takes %d lines", size, got)
		}
		for line := range strings.SplitSeq(text, "\n") {
			if theme.Width(line) > size.W {
				t.Errorf("%v: %q", size, line)
			}
		}
	}
}

func TestTheMessageStandsLeftWhereThereIsRoomAndBelowWhereNot(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		size    view.Size
		message int // cells
		beside  bool
	}{
		{view.Size{W: 71, H: 24}, 71, false},
		{view.Size{W: 72, H: 24}, 32, true},
		{view.Size{W: 111, H: 24}, 32, true},
		{view.Size{W: 112, H: 24}, 44, true},
	} {
		var panel, message view.Size
		frame := spread.Render(theme.New(theme.Unicode()), tt.size, place.Text("top"), 6, tall("step", &panel), tall("text", &message))
		first := strings.Split(ansi.Strip(frame.Content), "\n")[1]
		if beside := strings.HasPrefix(first, "text 0") && strings.Contains(first, "step 0"); beside != tt.beside || message.W != tt.message {
			t.Errorf("%v: the message has %d cells, the first line is %q", tt.size, message.W, first)
		}
		if tt.beside && panel.W+message.W+3 != tt.size.W {
			t.Errorf("%v: %d and %d cells", tt.size, panel.W, message.W)
		}
	}
}

func TestAShortStepLeavesItsRoomToTheMessage(t *testing.T) {
	t.Parallel()
	var message view.Size
	short := func(view.Size) view.Frame { return place.Text("step") }
	spread.Render(theme.New(theme.Unicode()), view.Size{W: 60, H: 20}, place.Text("top"), 6, short, tall("text", &message))
	if message.H != 18 {
		t.Errorf("the message has %d lines of 18", message.H)
	}
	var panel view.Size
	spread.Render(theme.New(theme.Unicode()), view.Size{W: 60, H: 20}, place.Text("top"), 6, tall("step", &panel), tall("text", &message))
	if panel.H != 13 || message.H != 6 {
		t.Errorf("a long step has %d lines and leaves %d", panel.H, message.H)
	}
}
