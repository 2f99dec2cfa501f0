package intake

import "strings"

// dangerous are the signs by which a spreadsheet takes a cell for a formula: those of
// OWASP ASVS 5.0, 1.2.10, and the full-width forms that some spreadsheets take too.
const dangerous = "=+-@\t\r\n\x00＝＋－＠"

const mark = "'"

// SafeCell returns a cell for a CSV file that no spreadsheet evaluates: with an
// apostrophe before it where it starts like a formula. Digits stay as they are.
// [Unsafe] is its inverse, for every text. Quoting is left to the CSV writer.
func SafeCell(cell string) string {
	if cell == "" {
		return cell
	}
	if strings.ContainsRune(dangerous, first(cell)) || isMarked(cell) {
		return mark + cell
	}
	return cell
}

// Unsafe takes off the apostrophe of SafeCell, and the one with which a spreadsheet
// marks digits as text. Other apostrophes are part of a name: 's-Gravenhage.
func Unsafe(cell string) string {
	if isMarked(cell) {
		return cell[len(mark):]
	}
	return cell
}

// isMarked reports whether a cell reads as if SafeCell had made it.
func isMarked(cell string) bool {
	rest := strings.TrimLeft(cell, mark)
	if rest == cell || rest == "" {
		return false
	}
	r := first(rest)
	return strings.ContainsRune(dangerous, r) || (r >= '0' && r <= '9')
}

func first(text string) rune {
	for _, r := range text {
		return r
	}
	return 0
}
