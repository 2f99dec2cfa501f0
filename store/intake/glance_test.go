package intake_test

import (
	"errors"
	"strings"
	"testing"

	"pregon/store/intake"
)

func TestALookShowsWhatAFileSeemsToBe(t *testing.T) {
	t.Parallel()
	const several = 2
	for name, test := range map[string]struct {
		text         string
		given        map[string]string
		want         string
		rows         int
		named, phone bool
	}{
		"a known column": {"Name,Mobile\nAna,1\nBea,2\nCleo,3\n", nil, "Name Mobile", 2, true, true},
		"none is known":  {"Wer;Wo\nAna;1\n", nil, "Wer Wo", 0, true, false},
		"one is given":   {"Wer;Wo\nAna;1\n", map[string]string{"phone": "Wo"}, "Wer Wo", 1, true, true},
		"cards":          {"BEGIN:VCARD\nFN:Ana\nTEL:604 555 0101\nEND:VCARD\n", nil, "", 1, true, true},
	} {
		g, err := intake.Look(strings.NewReader(test.text), intake.Options{Map: test.given}, several)
		var headers []string
		for _, c := range g.Columns {
			headers = append(headers, c.Header)
		}
		if test.want == "" {
			headers = nil
		}
		if err != nil || strings.Join(headers, " ") != test.want || len(g.Samples) != test.rows || g.Header != test.named || g.Phone != test.phone {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
	}
	if _, err := intake.Look(strings.NewReader(" "), intake.Options{}, several); !errors.Is(err, intake.ErrEmpty) {
		t.Errorf("nothing: %v", err)
	}
}
