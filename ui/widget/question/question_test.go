package question_test

import (
	"image"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"pregon/ui/theme"
	"pregon/ui/widget/question"
)

func TestTheAnswersStandWhereTheyAreClicked(t *testing.T) {
	t.Parallel()
	const title = "No more broadcasts to her, from this moment and for good?"
	for _, test := range []struct {
		width int
		want  string
	}{
		{80, "  " + title + "\n  y yes, withdraw    esc no, keep"},
		{40, "  No more broadcasts to her, from this\n  moment and for good?\n  y yes, withdraw    esc no, keep"},
		{24, "  No more broadcasts to\n  her, from this moment\n  and for good?\n  y yes, withdraw\n  esc no, keep"},
	} {
		frame := question.Render(theme.New(theme.Unicode()), title, test.width, question.Yes("yes, withdraw"), question.No("no, keep"))
		if got := ansi.Strip(frame.Content); got != test.want {
			t.Errorf("width %d:\n%s\nwant\n%s", test.width, got, test.want)
		}
		lines := strings.Split(ansi.Strip(frame.Content), "\n")
		for i, label := range []string{"y yes, withdraw", "esc no, keep"} {
			zone := frame.Zones[i]
			line := lines[zone.Area.Min.Y]
			if got := line[zone.Area.Min.X:zone.Area.Max.X]; got != label || zone.Area.Dy() != 1 {
				t.Errorf("width %d: %v is %q, want %q", test.width, zone.Area, got, label)
			}
			if key, ok := zone.Msg.(tea.KeyPressMsg); !ok || !strings.HasPrefix(label, key.String()+" ") {
				t.Errorf("width %d: a click on %q is %v", test.width, label, zone.Msg)
			}
		}
		if frame.Zones[0].Area.Overlaps(frame.Zones[1].Area) || frame.Zones[0].Area == (image.Rectangle{}) {
			t.Errorf("width %d: %v", test.width, frame.Zones)
		}
	}
}
