package intake

import (
	"regexp"
	"strings"
	"unicode"
)

var (
	// numberSigns are how people shorten "number"; "no" alone may be a no.
	numberSigns = regexp.MustCompile(`(^|\PL)(n\.?[º°]|no\.|№)`)
	// fillers say nothing of which number it is, in the seven languages.
	fillers = map[string]bool{
		"n": true, "nr": true, "num": true, "number": true, "numero": true, "nummer": true, "de": true, "di": true, "do": true, "da": true, "del": true,
		"of": true, "o": true, "or": true, "ou": true, "oder": true, "y": true, "e": true, "i": true, "et": true, "und": true, "and": true,
		"contact": true, "contacto": true, "contacte": true, "contato": true, "contatto": true, "kontakt": true,
	}
)

// wordsOfPhone tells what a phone is of a header made of several words that each name one, as "Móvil / WhatsApp" or
// "Nº de telefone": the likeliest mobile of them. One word that is something else, as in "Fax / Teléfono", and it is
// none.
func wordsOfPhone(header string) (rank, bool) {
	words := strings.FieldsFunc(bare(numberSigns.ReplaceAllString(strings.ToLower(header), " num ")), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r)
	})
	best, found := rankOther, false
	for n, word := range words {
		r, ok := phoneHeaders[word]
		switch {
		case ok:
			best, found = min(best, r), true
		case fillers[word], word == "no" && n == len(words)-1:
		default:
			return 0, false
		}
	}
	return best, found
}
