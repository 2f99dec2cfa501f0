package optout

import (
	"slices"
	"strings"
	"unicode"
)

// Meaning is what a message asks for.
type Meaning string

// The meanings, from the one that is heard first.
const (
	Stop   Meaning = "stop"   // wants no more messages
	Review Meaning = "review" // may want no more: a person decides
	Saved  Meaning = "saved"  // has saved the shop's number
	Join   Meaning = "join"   // asks for messages
	Yes    Meaning = "yes"    // agrees, to whatever was asked
	No     Meaning = "no"     // declines, whatever was asked
	None   Meaning = "none"   // anything else
)

// Message is what came in, in the platform's own parts.
type Message struct {
	Kind    string // text, button, interactive, audio, sticker, …
	Text    string // what was written, or the words on the button
	Payload string // what the button carries
}

// Reading is how a message is understood.
type Reading struct {
	Meaning Meaning
	// Sure is false for a stop that a person may find to be something else: a
	// word that is also used otherwise, or one among others.
	Sure bool
	// Rest is what follows a join word, in normal form: the code of a poster.
	Rest string
}

// mostWords is the longest message or sentence in which a refusal is looked for;
// longer ones tell a story.
const mostWords = 14

// Classify reads one message. It looks at the words and at what a tapped
// button carries, and takes whichever asks for less.
func Classify(m Message) Reading {
	switch m.Kind {
	case "audio", "sticker":
		return Reading{Meaning: Review}
	case "button", "interactive":
		return tapped(m)
	}
	return read(sentences(m.Text))
}

// tapped reads a button. A button has few words and they are the shop's own, so
// that a strong word anywhere in them is meant.
func tapped(m Message) Reading {
	t := table()
	for _, part := range []string{m.Text, spaced(m.Payload)} {
		for _, sentence := range sentences(part) {
			if slices.ContainsFunc(sentence, func(word string) bool { return t.strong[word] }) || t.says(t.anywhere, sentence) {
				return Reading{Meaning: Stop, Sure: true}
			}
		}
	}
	text, payload := read(sentences(m.Text)), read(sentences(spaced(m.Payload)))
	if payload.Meaning == Stop && !payload.Sure {
		payload.Meaning = None // CANCEL may be the id of an order's button
	}
	for _, meaning := range []Meaning{Stop, Review, No, Saved, Join, Yes} {
		for _, reading := range []Reading{text, payload} {
			if reading.Meaning == meaning {
				return reading
			}
		}
	}
	return Reading{Meaning: None}
}

// spaced parts a payload into words: stopPromotions, STOP_PROMOTIONS.
func spaced(payload string) string {
	var out strings.Builder
	lower := false
	for _, r := range payload {
		if lower && unicode.IsUpper(r) {
			out.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		out.WriteRune(r)
	}
	return out.String()
}

// read is the order of the rules.
func read(list [][]string) Reading {
	t := table()
	all := together(slices.Concat(list...))
	whole := strings.Join(all, " ")
	switch {
	case len(all) == 0:
		return Reading{Meaning: None}
	case t.whole["strong"][whole]:
		return Reading{Meaning: Stop, Sure: true}
	case t.whole["weak"][whole]:
		return Reading{Meaning: Stop}
	case t.says(t.anywhere, all):
		return Reading{Meaning: Stop}
	case t.stops(all) || slices.ContainsFunc(list, t.stops):
		return Reading{Meaning: Stop}
	case t.whole["saved"][whole]:
		return Reading{Meaning: Saved}
	case t.whole["join"][whole]:
		return Reading{Meaning: Join}
	case t.whole["yes"][whole]:
		return Reading{Meaning: Yes}
	case t.whole["no"][whole]:
		return Reading{Meaning: No}
	case t.whole["refuse"][whole], t.refuses(all), slices.ContainsFunc(list, t.refuses):
		return Reading{Meaning: Review}
	}
	return t.joins(all)
}

// together joins what is spelled out, s t o p, and says once what is repeated.
func together(all []string) []string {
	if once := slices.Compact(slices.Clone(all)); len(once) == 1 {
		return once
	}
	for _, word := range all {
		if len([]rune(word)) != 1 || len(all) < 3 {
			return all
		}
	}
	return []string{strings.Join(all, "")}
}

// says reports whether one of the phrases stands in the sentence.
func (t *words) says(phrases []string, sentence []string) bool {
	text := " " + strings.Join(sentence, " ") + " "
	return slices.ContainsFunc(phrases, func(phrase string) bool { return strings.Contains(text, phrase) })
}

// refuses reports whether a short sentence may be a refusal.
func (t *words) refuses(sentence []string) bool {
	return len(sentence) <= mostWords && t.says(t.refusals, sentence)
}

// stops reports whether a sentence is nothing but a strong word among filler
// and topic words. "Don't stop" is none.
func (t *words) stops(sentence []string) bool {
	found := false
	for i := 0; i < len(sentence); {
		n := t.strongAt(sentence[i:])
		switch {
		case n > 0 && i > 0 && slices.Contains([]string{"dont", "never", "not"}, sentence[i-1]):
			return false
		case n > 0:
			found = true
			i += n
		case t.weight[sentence[i]]:
			i++
		default:
			return false
		}
	}
	return found
}

// strongAt is how many words the longest strong phrase at the beginning has.
func (t *words) strongAt(sentence []string) int {
	for n := min(t.longest, len(sentence)); n > 0; n-- {
		if t.strong[strings.Join(sentence[:n], " ")] {
			return n
		}
	}
	return 0
}

// joins reads a join word with the code of a poster behind it.
func (t *words) joins(all []string) Reading {
	const longestCode = 4 // words
	for n := min(len(all)-1, 3); n > 0; n-- {
		rest := all[n:]
		if len(rest) > longestCode || !t.whole["join"][strings.Join(all[:n], " ")] {
			continue
		}
		if t.says(t.anywhere, rest) || slices.ContainsFunc(rest, func(word string) bool { return t.strong[word] }) {
			return Reading{Meaning: Review} // wants both
		}
		return Reading{Meaning: Join, Rest: strings.Join(rest, " ")}
	}
	return Reading{Meaning: None}
}

// Shown reports whether a text shows the reader a word to stop with.
func Shown(text string) bool {
	t := table()
	return slices.ContainsFunc(sentences(text), func(sentence []string) bool {
		for i := range sentence {
			if t.strongAt(sentence[i:]) > 0 {
				return true
			}
		}
		return false
	})
}
