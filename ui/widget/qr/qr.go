// Package qr draws QR codes in a terminal and says which of their modules are dark, for who draws them elsewhere.
package qr

import (
	"fmt"
	"image/color"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// Quiet is the width, in modules, of the light border a reader needs (ISO/IEC 18004, 9.1).
const Quiet = 4

// Code is a QR code: a square of dark and light modules.
type Code struct{ dark [][]bool }

// New encodes text with a level of correction (M, about 15 %) that survives a scratched screen or a creased poster. It
// fails when text is too long for any QR code.
func New(text string) (Code, error) {
	made, err := qr.Encode(text, qr.M, qr.Unicode)
	if err != nil {
		return Code{}, fmt.Errorf("encode the QR code: %w", err)
	}
	size := made.Bounds().Dx()
	dark := make([][]bool, size)
	for y := range dark {
		dark[y] = make([]bool, size)
		for x := range dark[y] {
			gray, _ := color.GrayModel.Convert(made.At(x, y)).(color.Gray)
			dark[y][x] = gray.Y < 128
		}
	}
	return Code{dark}, nil
}

// Size is the number of modules on a side, without the border.
func (c Code) Size() int { return len(c.dark) }

// Dark reports whether the module at x, y is dark; the border and all beyond it is light.
func (c Code) Dark(x, y int) bool {
	return y >= 0 && y < len(c.dark) && x >= 0 && x < len(c.dark) && c.dark[y][x]
}

// Cells is how wide and high Lines draws the code with a border of so many modules.
func (c Code) Cells(border int) (width, height int) {
	side := c.Size() + 2*border
	return side, (side + 1) / 2
}

// Lines draws the code with half blocks, two rows of modules a line, for black on white: the drawn parts are the dark
// modules, so the caller gives the lines a white ground whatever the terminal's own is.
func (c Code) Lines(border int) []string {
	width, height := c.Cells(border)
	lines := make([]string, 0, height)
	for row := range height {
		var line strings.Builder
		for column := range width {
			x, y := column-border, 2*row-border
			line.WriteRune(block(c.Dark(x, y), c.Dark(x, y+1)))
		}
		lines = append(lines, line.String())
	}
	return lines
}

// PlainCells is how wide and high PlainLines draws the code.
func (c Code) PlainCells(border int) (width, height int) {
	side := c.Size() + 2*border
	return 2 * side, side
}

// PlainLines draws the code in ASCII, two cells a module, which a terminal without half blocks shows. ink gives the dark
// cells their black, paper the light ones their white.
func (c Code) PlainLines(border int, ink, paper func(string) string) []string {
	side := c.Size() + 2*border
	lines := make([]string, 0, side)
	for y := range side {
		var line strings.Builder
		for x := 0; x < side; {
			dark, from := c.Dark(x-border, y-border), x
			for x < side && c.Dark(x-border, y-border) == dark {
				x++
			}
			if dark {
				line.WriteString(ink(strings.Repeat("##", x-from)))
			} else {
				line.WriteString(paper(strings.Repeat("  ", x-from)))
			}
		}
		lines = append(lines, line.String())
	}
	return lines
}

func block(upper, lower bool) rune {
	switch {
	case upper && lower:
		return '█'
	case upper:
		return '▀'
	case lower:
		return '▄'
	}
	return ' '
}
