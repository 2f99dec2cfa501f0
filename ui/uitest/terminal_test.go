//go:build unix

package uitest_test

import (
	"testing"

	"pregon/ui/uitest"
)

func TestATerminalShowsWhatAProgramDraws(t *testing.T) {
	t.Parallel()
	terminal := uitest.Run(t, 20, 4, nil, "sh", "-c", `printf 'one\r\n\033[2;5Hat five\r\n漢字|é|👩‍👩‍👧‍👦|\r\n'; read line; echo "got $line"; exit 3`)
	terminal.See("one", "    at five", "漢字|é|👩‍👩‍👧‍👦|")
	for _, cells := range []struct {
		from, to int
		want     string
	}{{0, 4, "漢字"}, {4, 5, "|"}, {5, 6, "é"}, {7, 9, "👩‍👩‍👧‍👦"}, {9, 10, "|"}} {
		if got := terminal.Cells(2, cells.from, cells.to); got != cells.want {
			t.Errorf("cells %d to %d are %q, want %q", cells.from, cells.to, got, cells.want)
		}
	}
	terminal.Type("hello")
	terminal.Press("enter")
	terminal.See("got hello")
	if code := terminal.Ended(); code != 3 {
		t.Errorf("ended with %d", code)
	}
}

func TestATerminalWaitsUntilSomethingIsGone(t *testing.T) {
	t.Parallel()
	terminal := uitest.Run(t, 20, 4, nil, "sh", "-c", `printf here; read line; printf '\033[2J\033[Haway'; read line`)
	terminal.See("here")
	terminal.Press("enter")
	terminal.Gone("here")
	terminal.Until("away at its place", func(screen string) bool { return screen == "away" })
}

func TestATerminalTellsItsSize(t *testing.T) {
	t.Parallel()
	terminal := uitest.Run(t, 33, 7, nil, "sh", "-c", `stty size; read line; stty size; read line`)
	terminal.See("7 33")
	terminal.Resize(44, 9)
	terminal.Press("enter")
	terminal.See("9 44")
}

// A name cut in two by a full buffer is still one name on the screen.
func TestHalfACharacterWaitsForItsOtherHalf(t *testing.T) {
	t.Parallel()
	terminal := uitest.Run(t, 20, 4, nil, "sh", "-c", `stty -echo; printf 'ready\r\n\360\237\221\251\342\200'; read line; printf '\215\360\237\221\251|end\n'; read line`)
	terminal.See("ready")
	terminal.Press("enter")
	terminal.See("|end")
	if got := terminal.Cells(1, 0, 3); got != "👩‍👩|" {
		t.Errorf("drawn as %q", got)
	}
}
