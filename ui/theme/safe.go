package theme

import (
	"slices"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
)

// Text is one line that is safe to draw: no control, no escape sequence, nothing that reorders or hides. Only
// [Safe] makes one that is not empty, which the compiler enforces.
type Text struct{ s string }

// String is the text itself.
func (t Text) String() string { return t.s }

// Lines is text that is safe to draw and may have several lines. Only [SafeLines] makes one.
type Lines struct{ s string }

// String is the text itself, lines joined by \n.
func (l Lines) String() string { return l.s }

// Limits of length in runes: a name longer than this is an attack, a template body has at most 1024.
const (
	maxLine  = 512
	maxLines = 8192
	maxMarks = 4
)

// Safe makes text from outside safe to draw on one line. Names on WhatsApp are chosen by strangers, and a
// terminal obeys what it is sent (CWE-150). Controls become spaces where they separate (tab, newline) and
// vanish else, escape sequences vanish whole, and so does what reorders text (bidi overrides, isolates and
// marks) or is not seen (zero-width, tags, fillers), except joiners inside emoji and the scripts that need
// them. At most 512 runes stay.
func Safe(s string) Text { return Text{clean(s, false, maxLine)} }

// SafeLines is Safe for text with lines: \n stays. At most 8192 runes stay.
func SafeLines(s string) Lines { return Lines{clean(s, true, maxLines)} }

// introducers gives the 8-bit forms of escape sequences their 7-bit form, so that they vanish whole.
var introducers = strings.NewReplacer("\u0090", "\x1bP", "\u0098", "\x1bX", "\u009b", "\x1b[",
	"\u009c", "\x1b\\", "\u009d", "\x1b]", "\u009e", "\x1b^", "\u009f", "\x1b_")

func clean(s string, lines bool, limit int) string {
	if plain(s, limit) {
		return s
	}
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if strings.ContainsFunc(s, unicode.IsControl) {
		s = ansi.Strip(introducers.Replace(s))
	}
	return string(trimEnd(sieve([]rune(s), lines, limit)))
}

// plain is the quick way for what nearly all text is.
func plain(s string, limit int) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return len(s) <= limit
}

func sieve(in []rune, lines bool, limit int) []rune {
	in = slices.DeleteFunc(in, hidden)
	out := make([]rune, 0, min(len(in), limit)+1)
	marks := 0
	for i, r := range in {
		if len(out) >= limit {
			out = append(trimEnd(out[:limit-1]), '…')
			break
		}
		switch {
		case latin(r) || r == '\n' && lines:
			marks = 0
		case unicode.IsSpace(r) || r == '\u2800':
			r, marks = ' ', 0
		case joiner(r):
			if !joins(out, in[i+1:], marks) {
				continue
			}
		case look(r):
			if len(out) == 0 || !emojiBase(out[len(out)-1]) {
				continue
			}
		case unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > maxMarks {
				continue
			}
		default:
			marks = 0
		}
		if len(out) == 0 && unicode.In(r, unicode.M, fitzpatrick) {
			out = append(out, '◌') // else it would sit on what is drawn before the text
		}
		out = append(out, r)
	}
	return out
}

func joiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// look chooses between the coloured and the plain look of an emoji.
func look(r rune) bool { return r == '\ufe0e' || r == '\ufe0f' }

// latin is the quick way for letters of Europe.
func latin(r rune) bool {
	return r >= ' ' && r <= '~' || r >= 0xa1 && r < 0x300 && r != 0xad
}

// trimEnd keeps text from growing together with what is drawn behind it.
func trimEnd(out []rune) []rune {
	for n := len(out); n > 0; n = len(out) {
		if !joiner(out[n-1]) && !unicode.Is(prepends, out[n-1]) {
			break
		}
		out = out[:n-1]
	}
	return out
}

// hidden are the characters without ink, and those younger than Go's tables, of which nobody knows what they
// do to their neighbours; young emoji are known by their block.
func hidden(r rune) bool {
	if latin(r) || joiner(r) || look(r) || unicode.IsSpace(r) {
		return false
	}
	known := unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, pictographs)
	return !known || unicode.In(r, fillers, unicode.Variation_Selector)
}

// joins says whether a zero-width joiner or non-joiner has work to do between what stands before and after.
func joins(before, after []rune, marks int) bool {
	if len(before) == 0 || len(after) == 0 {
		return false
	}
	left, right := before[len(before)-1], after[0]
	if unicode.In(left, joining...) && unicode.In(right, joining...) {
		return marks < maxMarks || !unicode.In(right, unicode.Mn, unicode.Me)
	}
	return (emojiBase(left) || look(left) || unicode.Is(fitzpatrick, left)) && unicode.Is(pictographs, right)
}

func emojiBase(r rune) bool {
	return unicode.Is(pictographs, r) || (r >= '0' && r <= '9') || r == '#' || r == '*'
}

var (
	// joining are the scripts whose spelling needs joiners.
	joining = []*unicode.RangeTable{
		unicode.Arabic, unicode.Syriac, unicode.Mongolian, unicode.Devanagari, unicode.Bengali,
		unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada,
		unicode.Malayalam, unicode.Sinhala,
	}
	// fillers are letters without ink.
	fillers = &unicode.RangeTable{R16: []unicode.Range16{
		{Lo: 0x115f, Hi: 0x1160, Stride: 1},
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1},
		{Lo: 0x3164, Hi: 0x3164, Stride: 1},
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
	}}
	// pictographs are the Extended_Pictographic characters of emoji-data.txt, roughly: blocks, not points.
	pictographs = &unicode.RangeTable{
		R16: []unicode.Range16{
			{Lo: 0xa9, Hi: 0xa9, Stride: 1},
			{Lo: 0xae, Hi: 0xae, Stride: 1},
			{Lo: 0x203c, Hi: 0x203c, Stride: 1},
			{Lo: 0x2049, Hi: 0x2049, Stride: 1},
			{Lo: 0x2122, Hi: 0x2122, Stride: 1},
			{Lo: 0x2139, Hi: 0x2139, Stride: 1},
			{Lo: 0x2190, Hi: 0x21ff, Stride: 1},
			{Lo: 0x2300, Hi: 0x23ff, Stride: 1},
			{Lo: 0x24c2, Hi: 0x24c2, Stride: 1},
			{Lo: 0x25a0, Hi: 0x27bf, Stride: 1},
			{Lo: 0x2900, Hi: 0x297f, Stride: 1},
			{Lo: 0x2b00, Hi: 0x2bff, Stride: 1},
			{Lo: 0x3030, Hi: 0x303d, Stride: 13},
			{Lo: 0x3297, Hi: 0x3299, Stride: 2},
		},
		R32:         []unicode.Range32{{Lo: 0x1f000, Hi: 0x1f3fa, Stride: 1}, {Lo: 0x1f400, Hi: 0x1faff, Stride: 1}},
		LatinOffset: 2,
	}
	// fitzpatrick are the skin tones, which colour the emoji before them.
	fitzpatrick = &unicode.RangeTable{R32: []unicode.Range32{{Lo: 0x1f3fb, Hi: 0x1f3ff, Stride: 1}}}
	// prepends grow together with the character behind them (UAX 29, Grapheme_Cluster_Break=Prepend).
	prepends = &unicode.RangeTable{
		R16: []unicode.Range16{{Lo: 0x0d4e, Hi: 0x0d4e, Stride: 1}},
		R32: []unicode.Range32{
			{Lo: 0x111c2, Hi: 0x111c3, Stride: 1},
			{Lo: 0x113d1, Hi: 0x113d1, Stride: 1},
			{Lo: 0x1193f, Hi: 0x1193f, Stride: 2},
			{Lo: 0x11941, Hi: 0x11941, Stride: 1},
			{Lo: 0x11a3a, Hi: 0x11a3a, Stride: 1},
			{Lo: 0x11a84, Hi: 0x11a89, Stride: 1},
			{Lo: 0x11d46, Hi: 0x11d46, Stride: 1},
			{Lo: 0x11f02, Hi: 0x11f02, Stride: 1},
		},
	}
)
