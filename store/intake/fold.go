package intake

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// bare decomposes text and drops the accents of Latin, Greek and Cyrillic letters.
// The marks of other scripts are letters in their own right and stay.
func bare(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x0300 && r <= 0x036f {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
}

// fold makes headers comparable: no case, accents, blanks or signs.
func fold(header string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return -1
	}, bare(header))
}

const maxKey = 60 // bytes of a field's key

// FieldKey returns the key under which a column is kept as a free field: lower case,
// no accents, words joined by underscores ("Código Postal" is codigo_postal). It is
// "" where nothing is left. The key of a key is the key itself.
func FieldKey(header string) string {
	words := strings.FieldsFunc(bare(header), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	var b strings.Builder
	for _, w := range words {
		if b.Len()+1+len(w) > maxKey {
			break
		}
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		b.WriteString(w)
	}
	return norm.NFC.String(b.String())
}
