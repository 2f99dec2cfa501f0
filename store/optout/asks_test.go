package optout_test

import (
	"strings"
	"testing"

	"pregon/store/optout"
)

func classify(text string) optout.Reading {
	return optout.Classify(optout.Message{Kind: "text", Text: text})
}

// A stop among words of courtesy is a stop, and one that is denied is none.
func TestAStopIsHeardAmongPoliteWordsAndNotWhereItIsDenied(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]optout.Meaning{
		"STOP please": optout.Stop, "please stop, thanks": optout.Stop, "Hello. STOP. Thank you": optout.Stop, "stop stop stop": optout.Stop,
		"s t o p": optout.Stop, "S.T.O.P": optout.Stop, "stoooop": optout.Stop, "dont stop": optout.None, "never stop": optout.None,
		"I went to the bus stop yesterday": optout.None,
	} {
		if got := classify(text); got.Meaning != want {
			t.Errorf("%q is %s, want %s", text, got.Meaning, want)
		}
	}
}

func TestOnlyAWholeStopIsSure(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]optout.Reading{
		"STOP": {Meaning: optout.Stop, Sure: true}, "BAJA": {Meaning: optout.Stop, Sure: true}, "please stop": {Meaning: optout.Stop},
		"Hello. STOP.": {Meaning: optout.Stop}, "cancelar": {Meaning: optout.Stop},
	} {
		if got := classify(text); got != want {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}

// The end of a text that nobody reads must not decide, nor be cut within a letter.
func TestOnlyTheBeginningOfANovelIsRead(t *testing.T) {
	t.Parallel()
	const read = 4096
	if got := optout.Normal(strings.Repeat("a b ", read)); len(got) > read {
		t.Errorf("%d bytes are read of a novel", len(got))
	}
	far := strings.Repeat("\u00a0", read/2) + "STOP"
	if got := classify(far); got.Meaning != optout.None {
		t.Errorf("what stands behind the bound is %s", got.Meaning)
	}
	near := strings.Repeat("\u00a0", read/2-2) + "STOP"
	if got := classify(near); got.Meaning != optout.Stop {
		t.Errorf("what stands before the bound is %s", got.Meaning)
	}
	cut := strings.Repeat(" ", read-1) + "ñ"
	if got := optout.Normal(cut); got != "" {
		t.Errorf("half a letter at the bound is %q", got)
	}
}

func TestACodeBehindAJoinWordIsAFewWords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]optout.Reading{
		"JOIN luna": {Meaning: optout.Join, Rest: "luna"}, "join luna bakery of vigo": {Meaning: optout.Join, Rest: "luna bakery of vigo"},
		"join luna bakery of old vigo": {Meaning: optout.None}, "luna join": {Meaning: optout.None}, "join luna stop": {Meaning: optout.Review},
		"join\nluna": {Meaning: optout.Join, Rest: "luna"}, "JOIN.LUNA": {Meaning: optout.Join, Rest: "luna"},
	} {
		if got := classify(text); got != want {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
}

// Whichever part of a button asks for less is believed.
func TestAButtonThatSaysTwoThingsIsTakenForTheLesser(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text, payload string
		want                optout.Meaning
	}{
		{"yes in words, no in what it carries", "Yes", "no", optout.No},
		{"no in words, yes in what it carries", "No", "yes", optout.No},
		{"join in words, stop in what it carries", "Join", "STOP", optout.Stop},
		{"stop in words, join in what it carries", "Stop", "JOIN", optout.Stop},
		{"yes in words, join in what it carries", "Yes", "JOIN", optout.Join},
		{"nothing in words", "🥖", "yes", optout.Yes},
		{"nothing in what it carries", "Yes", "0198-17", optout.Yes},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := optout.Classify(optout.Message{Kind: "button", Text: tt.text, Payload: tt.payload}); got.Meaning != tt.want {
				t.Errorf("%q carrying %q is %s, want %s", tt.text, tt.payload, got.Meaning, tt.want)
			}
		})
	}
}

// What a typed message carries beside its words is nobody's tap.
func TestOnlyAButtonCarriesAnything(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"text", "image", "edit", ""} {
		if got := optout.Classify(optout.Message{Kind: kind, Text: "two loaves", Payload: "STOP"}); got.Meaning != optout.None {
			t.Errorf("%q: %s", kind, got.Meaning)
		}
	}
}
