package optout

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

// line is one line of the table.
type line struct {
	kind, language string
	phrases        []string
}

func tableLines(t *testing.T) []line {
	t.Helper()
	var list []line
	for text := range strings.Lines(wordsFile) {
		text = strings.TrimSpace(text)
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		head, words, found := strings.Cut(text, ":")
		kind, language, named := strings.Cut(head, " ")
		if !found || !named {
			t.Fatalf("%q is no line of the table", text)
		}
		l := line{kind: kind, language: language}
		for phrase := range strings.SplitSeq(words, ",") {
			l.phrases = append(l.phrases, strings.TrimSpace(phrase))
		}
		list = append(list, l)
	}
	return list
}

func TestTheTableIsWhole(t *testing.T) {
	t.Parallel()
	classes := []string{"strong", "weak", "join", "yes", "no", "saved", "refuse", "filler", "topic"}
	languages := []string{"any", "en", "es", "pt", "fr", "de", "it", "hi", "id", "ar", "tr"}
	seen := map[string]bool{}
	for _, l := range tableLines(t) {
		if !slices.Contains(classes, l.kind) || !slices.Contains(languages, l.language) {
			t.Errorf("%s %s: no such class or language", l.kind, l.language)
		}
		if place := l.kind + " " + l.language; seen[place] {
			t.Errorf("%s stands there twice", place)
		} else {
			seen[place] = true
		}
		for _, phrase := range l.phrases {
			bare := strings.TrimRight(phrase, "*=")
			switch {
			case Normal(bare) == "":
				t.Errorf("%s %s: %q has no word in it", l.kind, l.language, phrase)
			case strings.HasSuffix(phrase, "*") && l.kind != "strong", strings.HasSuffix(phrase, "=") && l.kind != "refuse":
				t.Errorf("%s %s: the mark of %q means nothing there", l.kind, l.language, phrase)
			case (l.kind == "filler" || l.kind == "topic") && strings.ContainsRune(Normal(bare), ' '):
				// "s il" is what is left of s'il vous plaît.
				if bare != "s il" {
					t.Errorf("%s %s: %q is more than one word and never found", l.kind, l.language, phrase)
				}
			}
		}
	}
	for _, language := range languages[1:] {
		for _, kind := range classes {
			if !seen[kind+" "+language] {
				t.Errorf("%s has no %s words", language, kind)
			}
		}
	}
}

func TestNoWordOfTheTableMeansTwoThings(t *testing.T) {
	t.Parallel()
	// Who says it wants fewer messages, or more; nothing may be both.
	fewer, more := map[string]string{}, map[string]string{}
	for _, l := range tableLines(t) {
		for _, phrase := range l.phrases {
			word, place := Normal(strings.TrimRight(phrase, "*=")), l.kind+" "+l.language
			switch l.kind {
			case "strong", "weak", "refuse":
				fewer[word] = place
			case "join", "yes", "saved":
				more[word] = place
			}
		}
	}
	for word, place := range fewer {
		if other := more[word]; other != "" {
			t.Errorf("%q is %s and %s", word, place, other)
		}
	}
}

func TestEveryWordOfTheTableIsReadAsItsClass(t *testing.T) {
	t.Parallel()
	means := map[string][]Meaning{
		"strong": {Stop}, "weak": {Stop}, "join": {Join}, "yes": {Yes}, "saved": {Saved},
		// A stop word may be in it, and a plain no may be a stronger one as well.
		"no": {No, Stop, Review}, "refuse": {Review, Stop, No},
		"filler": {None, Yes, No, Review, Join}, "topic": {None},
	}
	for _, l := range tableLines(t) {
		for _, phrase := range l.phrases {
			typed := strings.TrimRight(phrase, "*=")
			if got := Classify(Message{Kind: "text", Text: typed}); !slices.Contains(means[l.kind], got.Meaning) {
				t.Errorf("%s %s: %q is read as %s", l.kind, l.language, typed, got.Meaning)
			}
		}
	}
}

func TestWhatActsAnywhereActsWithinOrdinaryWords(t *testing.T) {
	t.Parallel()
	around := []string{"Good morning, %s, and by the way the bread was fine", "%s", "Hola %s gracias", "por cierto %s y adiós"}
	n := 0
	for _, l := range tableLines(t) {
		for _, phrase := range l.phrases {
			word, anywhere := strings.CutSuffix(phrase, "*")
			if !anywhere {
				continue
			}
			n++
			for _, text := range around {
				text = strings.ReplaceAll(text, "%s", word)
				if got := Classify(Message{Kind: "text", Text: text}); got.Meaning != Stop {
					t.Errorf("%q: %s, want stop", text, got.Meaning)
				}
			}
		}
	}
	if n < 40 {
		t.Errorf("only %d phrases act anywhere", n)
	}
}

func TestAWeakWordAmongOthersIsNoStop(t *testing.T) {
	t.Parallel()
	others := map[string]string{
		"en": "my order of Friday", "es": "mi pedido del viernes", "pt": "o meu pedido de sexta", "fr": "ma commande de vendredi",
		"de": "meine Bestellung vom Freitag", "it": "il mio ordine di venerdì",
	}
	for _, l := range tableLines(t) {
		rest, some := others[l.language]
		if l.kind != "weak" || !some {
			continue
		}
		for _, word := range l.phrases {
			// Some are also the strong word of another language, and then the rest decides.
			if got := Classify(Message{Kind: "text", Text: word + " " + rest}); got.Meaning == Stop {
				t.Errorf("%s: %q is taken for a stop", l.language, word+" "+rest)
			}
		}
	}
}

func TestNormalFormHasNothingButWords(t *testing.T) {
	t.Parallel()
	for _, l := range tableLines(t) {
		for _, phrase := range l.phrases {
			for _, r := range Normal(phrase) {
				if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != ' ' && r != sign {
					t.Errorf("%q becomes %q", phrase, Normal(phrase))
				}
			}
		}
	}
}
