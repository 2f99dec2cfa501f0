package theme

import (
	"strings"

	"github.com/charmbracelet/x/ansi"
)

// Side is an end of a text.
type Side int

// Right is where most text is cut, Left where the end tells more than the beginning.
const (
	Right Side = iota
	Left
)

// Width is the number of cells a line takes, styles not counted, counted by grapheme.
func Width(s string) int { return ansi.StringWidth(s) }

// Truncate shortens a line to w cells, styles kept, with an ellipsis at the side that was cut.
func (t *Theme) Truncate(s string, w int, side Side) string {
	if w <= 0 {
		return ""
	}
	have := ansi.StringWidth(s)
	if have <= w {
		return s
	}
	dots := t.Glyph.Ellipsis
	if ansi.StringWidth(dots) > w {
		return ansi.Truncate(s, w, "")
	}
	if side == Left {
		return ansi.TruncateLeft(s, have-w+ansi.StringWidth(dots), dots)
	}
	return ansi.Truncate(s, w, dots)
}

// Fit makes a line exactly w cells wide: truncated at the right or filled with spaces.
func (t *Theme) Fit(s string, w int) string { return PadRight(t.Truncate(s, w, Right), w) }

// PadRight fills a line with spaces to w cells.
func PadRight(s string, w int) string {
	return s + strings.Repeat(" ", max(0, w-ansi.StringWidth(s)))
}

// PadLeft puts spaces before a line so that it ends at cell w.
func PadLeft(s string, w int) string {
	return strings.Repeat(" ", max(0, w-ansi.StringWidth(s))) + s
}

// Wrap breaks text into lines of at most w cells, at words where it can, styles kept.
func Wrap(s string, w int) []string {
	return strings.Split(ansi.Wrap(s, max(1, w), ""), "\n")
}
