package optout

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed words.txt
var wordsFile string

// class is what a word of the table is for; the names are those of the file.
type class string

// words are the table in normal form.
type words struct {
	whole    map[class]map[string]bool // whole messages
	anywhere []string                  // with a blank on each side: stop
	refusals []string                  // likewise: sounds like a refusal
	strong   map[string]bool           // single strong words and phrases
	longest  int                       // words of the longest strong phrase
	weight   map[string]bool           // filler and topic words
}

// table is read at its first use.
var table = sync.OnceValue(func() *words {
	t := &words{whole: map[class]map[string]bool{}, strong: map[string]bool{}, weight: map[string]bool{}}
	for line := range strings.Lines(wordsFile) {
		head, list, found := strings.Cut(line, ":")
		kind, _, named := strings.Cut(head, " ")
		if !found || !named || strings.HasPrefix(line, "#") {
			continue
		}
		for phrase := range strings.SplitSeq(list, ",") {
			t.add(class(kind), strings.TrimSpace(phrase))
		}
	}
	return t
})

func (t *words) add(kind class, phrase string) {
	phrase, anywhere := strings.CutSuffix(phrase, "*")
	phrase, only := strings.CutSuffix(phrase, "=")
	normal := Normal(phrase)
	switch kind {
	case "filler", "topic":
		t.weight[normal] = true
		return
	case "strong":
		t.strong[normal] = true
		t.longest = max(t.longest, strings.Count(normal, " ")+1)
		if anywhere {
			t.anywhere = append(t.anywhere, " "+normal+" ")
		}
	case "refuse":
		if !only {
			t.refusals = append(t.refusals, " "+normal+" ")
		}
	}
	if t.whole[kind] == nil {
		t.whole[kind] = map[string]bool{}
	}
	t.whole[kind][normal] = true
}
