package qr_test

import (
	"strings"
	"testing"

	"pregon/ui/widget/qr"
)

const link = "https://wa.me/16045550199?text=ALTA%20Panader%C3%ADa%20Luna"

func code(t *testing.T, text string) qr.Code {
	t.Helper()
	made, err := qr.New(text)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// finder is the pattern in three corners of every QR code, by which a camera finds it.
var finder = []string{
	"#######",
	"#.....#",
	"#.###.#",
	"#.###.#",
	"#.###.#",
	"#.....#",
	"#######",
}

func TestACameraFindsTheCorners(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"1", link, strings.Repeat(link, 5)} {
		c := code(t, text)
		if c.Size() < 21 || (c.Size()-17)%4 != 0 {
			t.Fatalf("%d modules a side are no QR code", c.Size())
		}
		far := c.Size() - len(finder)
		for name, corner := range map[string][2]int{"top left": {0, 0}, "top right": {far, 0}, "bottom left": {0, far}} {
			for y, row := range finder {
				for x, want := range row {
					if c.Dark(corner[0]+x, corner[1]+y) != (want == '#') {
						t.Fatalf("%d modules, %s: module %d,%d is wrong", c.Size(), name, x, y)
					}
				}
			}
		}
	}
}

// The timing pattern runs between the finders, dark and light in turn: it shows that the modules are not mirrored or
// shifted on their way out of the library.
func TestTheTimingPatternAlternates(t *testing.T) {
	t.Parallel()
	c := code(t, link)
	for i := 8; i < c.Size()-8; i++ {
		if c.Dark(i, 6) != (i%2 == 0) || c.Dark(6, i) != (i%2 == 0) {
			t.Fatalf("module %d of the timing pattern is wrong", i)
		}
	}
	if !c.Dark(8, c.Size()-8) {
		t.Error("the module that is always dark (ISO/IEC 18004) is light: the code is mirrored")
	}
}

func TestTheBorderIsLight(t *testing.T) {
	t.Parallel()
	c := code(t, link)
	for i := -qr.Quiet; i < c.Size()+qr.Quiet; i++ {
		for _, at := range [][2]int{{-1, i}, {i, -1}, {c.Size(), i}, {i, c.Size()}, {-qr.Quiet, i}} {
			if c.Dark(at[0], at[1]) {
				t.Fatalf("the border is dark at %v", at)
			}
		}
	}
}

func TestTheLinesUnfoldIntoTheModules(t *testing.T) {
	t.Parallel()
	for _, border := range []int{2, 3, qr.Quiet} {
		unfolds(t, border)
	}
}

func unfolds(t *testing.T, border int) {
	t.Helper()
	c := code(t, link)
	lines := c.Lines(border)
	width, height := c.Cells(border)
	if len(lines) != height {
		t.Fatalf("%d lines, want %d", len(lines), height)
	}
	for row, line := range lines {
		cells := []rune(line)
		if len(cells) != width {
			t.Fatalf("line %d has %d cells, want %d", row, len(cells), width)
		}
		for column, cell := range cells {
			x, y := column-border, 2*row-border
			upper, lower := strings.ContainsRune("█▀", cell), strings.ContainsRune("█▄", cell)
			if upper != c.Dark(x, y) || lower != c.Dark(x, y+1) {
				t.Fatalf("cell %d,%d is %q", column, row, cell)
			}
		}
	}
}

func TestThePlainLinesAreTheModulesTwoCellsWide(t *testing.T) {
	t.Parallel()
	c := code(t, link)
	width, height := c.PlainCells(2)
	lines := c.PlainLines(2, strings.ToUpper, func(s string) string { return strings.ReplaceAll(s, " ", "_") })
	if len(lines) != height {
		t.Fatalf("%d lines, want %d", len(lines), height)
	}
	for y, line := range lines {
		if len(line) != width {
			t.Fatalf("line %d has %d cells, want %d", y, len(line), width)
		}
		for x := range height {
			if want := map[bool]string{true: "##", false: "__"}[c.Dark(x-2, y-2)]; line[2*x:2*x+2] != want {
				t.Fatalf("module %d,%d is %q", x, y, line[2*x:2*x+2])
			}
		}
	}
}

func TestAnInvitationFitsTheSmallScreen(t *testing.T) {
	t.Parallel()
	if width, height := code(t, link).Cells(qr.Quiet); width > 60 || height > 24 {
		t.Errorf("%d×%d cells do not fit 60×24", width, height)
	}
}

func TestTooMuchTextIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := qr.New(strings.Repeat("ñ", 3000)); err == nil {
		t.Error("6,000 bytes were encoded, and no QR code holds them")
	}
}
