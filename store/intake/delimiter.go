package intake

import (
	"bufio"
	"strings"
)

const (
	delimiters    = ",;\t|" // the first is the one of a file with a single column
	sampleRecords = 30      // records looked at to tell the delimiter
)

// hint is the first line by which Excel itself names the delimiter, as in "sep=;".
const hint = "sep="

// delimiterHint returns the delimiter that the first line names.
func delimiterHint(sample string) (byte, bool) {
	if len(sample) <= len(hint) || !strings.EqualFold(sample[:len(hint)], hint) {
		return 0, false
	}
	named := sample[len(hint)]
	return named, strings.IndexByte(delimiters, named) >= 0
}

// delimiterOf tells the delimiter of a decoded sample: the one by which a row becomes
// a header, else the one that cuts most rows into equally many cells.
func delimiterOf(sample string, mac bool, mapped map[string]string) byte {
	best, bestScore := delimiters[0], 0
	for _, comma := range []byte(delimiters) {
		if score := delimiterScore(sample, comma, mac, mapped); score > bestScore {
			best, bestScore = comma, score
		}
	}
	return best
}

func delimiterScore(sample string, comma byte, mac bool, mapped map[string]string) int {
	reader := newRecordReader(bufio.NewReader(strings.NewReader(sample)), comma, mac)
	widths := make(map[int]int)
	names := 0
	for range sampleRecords {
		rec, err := reader.next()
		if err != nil {
			break
		}
		if len(rec.cells) > 1 {
			widths[len(rec.cells)]++
			names = max(names, headerScore(rec.cells, mapped))
		}
	}
	even := 0
	for _, rows := range widths {
		even = max(even, rows)
	}
	return names*sampleRecords + even
}
