package optout

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// most is how much of a message is read, in bytes; WhatsApp's own bound on a
// text is 4,096 characters, and a refusal is not at the end of a novel.
const most = 4096

// sign is the one picture that is a word.
const sign = '🛑'

// Normal is the form in which words are compared: lower case, every i the same,
// no accents, no marks of Arabic or of Hindi nasals, digits 0 to 9; what is
// neither letter nor digit is a blank.
func Normal(text string) string {
	var all []string
	for _, sentence := range sentences(text) {
		all = append(all, sentence...)
	}
	return strings.Join(all, " ")
}

// sentences cuts a text into its sentences, each a list of words in normal form.
func sentences(text string) [][]string {
	if len(text) > most {
		text = text[:most]
	}
	var list [][]string
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, single(word))
			word = word[:0]
		}
	}
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(text, " ")) {
		switch {
		case ignored(r):
		case r == sign:
			end()
			words = append(words, string(sign))
		case unicode.IsLetter(r) || unicode.IsMark(r) && len(word) > 0 || unicode.IsDigit(r):
			word = append(word, folded(r)...)
		case strings.ContainsRune(".!?;,:…¡¿،؛؟।。\n\r", r):
			end()
			if len(words) > 0 {
				list, words = append(list, words), nil
			}
		default:
			end()
		}
	}
	if end(); len(words) > 0 {
		list = append(list, words)
	}
	return list
}

// ignored are the characters within a word that do not tell words apart.
func ignored(r rune) bool {
	switch {
	case r == '\'' || r == '’' || r == 'ʼ' || r == '`' || r == '´':
		return true // don't, m'inscris
	case r == 'ـ': // tatweel, which only stretches
		return true
	case r == '\u0901' || r == '\u0902' || r == '\u093c': // nasals and the dot of Hindi
		return true
	case unicode.Is(unicode.Cf, r):
		return true // joiners, marks of direction
	case unicode.Is(unicode.Mn, r):
		return r < '\u0900' || r > '\u0e7f' // accents and harakat; the vowels of Indic scripts are letters
	}
	return false
}

// folded is one letter in its normal form. Folding once by the rules of every
// language and once by those of Turkish comes to one i for all four.
func folded(r rune) []rune {
	if unicode.IsDigit(r) {
		return []rune{'0' + digit(r)}
	}
	switch r {
	case 'ı', 'İ', 'I':
		return []rune{'i'}
	case 'ß', 'ẞ':
		return []rune("ss")
	case 'ς':
		return []rune{'σ'}
	case 'ة':
		return []rune{'ه'}
	case 'ى':
		return []rune{'ي'}
	}
	return []rune{unicode.ToLower(r)}
}

// digit is the value of a decimal digit of any script: each has its ten in a row.
func digit(r rune) rune {
	for n := range rune(10) {
		if !unicode.IsDigit(r - n - 1) {
			return n
		}
	}
	return 0
}

// single takes out what is said three times or more: stoooop.
func single(word []rune) string {
	short := word[:0:0]
	for i := 0; i < len(word); {
		n := i
		for n < len(word) && word[n] == word[i] {
			n++
		}
		if n-i < 3 || unicode.IsDigit(word[i]) {
			short = append(short, word[i:n]...)
		} else {
			short = append(short, word[i])
		}
		i = n
	}
	return string(short)
}
