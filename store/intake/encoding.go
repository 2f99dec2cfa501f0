package intake

import (
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Encoding is how the text of a file is written in bytes.
type Encoding string

// The encodings.
const (
	UTF8        Encoding = "utf-8"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1252 Encoding = "windows-1252" // what Excel saves in the West
)

// detect tells the encoding from the beginning of a file; false where it is no text.
// Text is UTF-8 unless it cannot be: hardly any Windows-1252 text with an accent is
// valid UTF-8.
func detect(start []byte) (Encoding, bool) {
	switch {
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}):
		return UTF16LE, true
	case bytes.HasPrefix(start, []byte{0xfe, 0xff}):
		return UTF16BE, true
	}
	var zeros [2]int // by the side on which they stand
	for i, b := range start {
		if b == 0 {
			zeros[i%2]++
		}
	}
	few, many := len(start)/20, len(start)/4
	switch {
	case zeros[0] <= few && zeros[1] > many:
		return UTF16LE, true
	case zeros[1] <= few && zeros[0] > many:
		return UTF16BE, true
	case zeros[0]+zeros[1] > few:
		return "", false
	case utf8.Valid(whole(start)):
		return UTF8, true
	}
	return Windows1252, true
}

// whole cuts the character that the end of a full window may have split.
func whole(start []byte) []byte {
	if len(start) < window {
		return start
	}
	for cut := 1; cut < utf8.UTFMax; cut++ {
		if utf8.RuneStart(start[len(start)-cut]) {
			return start[:len(start)-cut]
		}
	}
	return start
}

// decode returns r as UTF-8 without a byte order mark.
func decode(r io.Reader, e Encoding) io.Reader {
	switch e {
	case UTF16LE:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case UTF16BE:
		return transform.NewReader(r, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder())
	case Windows1252:
		return transform.NewReader(r, charmap.Windows1252.NewDecoder())
	case UTF8:
	}
	return transform.NewReader(r, transform.Chain(unicode.BOMOverride(transform.Nop), &mend{}))
}

// mend replaces the bytes that are no UTF-8 by what they are in Windows-1252. The
// first accent of a file may stand behind the window that was looked at, and files
// are glued together from both.
type mend struct{ transform.NopResetter }

// Transform implements transform.Transformer.
func (*mend) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r, size := utf8.DecodeRune(src[nSrc:])
		if r == utf8.RuneError && size == 1 {
			if !atEOF && !utf8.FullRune(src[nSrc:]) {
				return nDst, nSrc, transform.ErrShortSrc
			}
			r = charmap.Windows1252.DecodeByte(src[nSrc])
		}
		if nDst+utf8.RuneLen(r) > len(dst) {
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}
