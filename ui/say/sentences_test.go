package say_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/ui/say"
)

var tongues = []string{"en", "es", "pt"}

// Each of these is said of one person and of many in other words; a catalog that forgets one says "1 people".
func TestOneAndManyAreSaidApart(t *testing.T) {
	t.Parallel()
	tests := []struct {
		said func(p *say.Printer, n int) string
		one  map[string]string
		many map[string]string
	}{
		{
			func(p *say.Printer, n int) string { return p.T("%d people", n) },
			map[string]string{"en": "1 person", "es": "1 persona", "pt": "1 pessoa"},
			map[string]string{"en": "1,200 people", "es": "1.200 personas", "pt": "1.200 pessoas"},
		},
		{
			func(p *say.Printer, n int) string { return p.T("%d contacts", n) },
			map[string]string{"en": "1 contact", "es": "1 contacto", "pt": "1 contato"},
			map[string]string{"en": "1,200 contacts", "es": "1.200 contactos", "pt": "1.200 contatos"},
		},
		{
			func(p *say.Printer, n int) string { return p.T("%d rows", n) },
			map[string]string{"en": "1 row", "es": "1 fila", "pt": "1 linha"},
			map[string]string{"en": "1,200 rows", "es": "1.200 filas", "pt": "1.200 linhas"},
		},
		{
			func(p *say.Printer, n int) string { return p.Duration(time.Duration(n) * 24 * time.Hour) },
			map[string]string{"en": "1 day", "es": "1 día", "pt": "1 dia"},
			map[string]string{"en": "1,200 days", "es": "1.200 días", "pt": "1.200 dias"},
		},
	}
	for _, lang := range tongues {
		p := speaking(t, lang)
		for _, tt := range tests {
			if got := tt.said(p, 1); got != tt.one[lang] {
				t.Errorf("%s: one is %q, want %q", lang, got, tt.one[lang])
			}
			if got := tt.said(p, 1200); got != tt.many[lang] {
				t.Errorf("%s: many are %q, want %q", lang, got, tt.many[lang])
			}
		}
	}
}

func TestNobodyInTurkeyIsNoWarning(t *testing.T) {
	t.Parallel()
	for _, lang := range tongues {
		p := speaking(t, lang)
		if got := p.InTurkey(0); got != "" {
			t.Errorf("%s: nobody there: %q", lang, got)
		}
		one, many := p.InTurkey(1), p.InTurkey(7)
		for _, said := range []string{one, many} {
			if !strings.HasSuffix(said, p.Register()) || !strings.Contains(said, "İYS") {
				t.Errorf("%s: the register is not named: %q", lang, said)
			}
		}
		if one == strings.Replace(many, "7", "1", 1) {
			t.Errorf("%s: one number is said like many: %q", lang, one)
		}
	}
}

func TestAWaitSaysHowLongItIs(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		name, reason string
		until        time.Time
		want         string
	}{
		{"nothing keeps it", "", now.Add(time.Hour), ""},
		{"nobody knows until when", "network", time.Time{}, "Meta cannot be reached, tries again later"},
		{"seconds", "retry", now.Add(40 * time.Second), "the rest is tried again in 40 s"},
		{"it is over already", "retry", now.Add(-time.Minute), "the rest is tried again in 1 s"},
		{"minutes", "network", now.Add(5 * time.Minute), "Meta cannot be reached, tries again in 5 min"},
		{"today", "quiet_hours", now.Add(3 * time.Hour), "waits until 13:00, the shop's opening hour"},
		{"another day", "messaging_limit", now.Add(26 * time.Hour), "today's messages are used up, goes on Wed 12:00"},
		{"the pace has no end", "rate", now.Add(time.Minute), "keeps the pace of the number"},
		{"a reason of tomorrow", "moon", now.Add(2 * time.Minute), "Meta asked to go slower, goes on in 2 min"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := p.Waits(tt.reason, tt.until, now); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAnUnknownCodeOfMetasIsNeverSilent(t *testing.T) {
	t.Parallel()
	for _, lang := range tongues {
		p := speaking(t, lang)
		for what, said := range map[string]string{
			"failure": p.Failure(987654), "stopped": p.Stopped("platform_moon"), "lost": p.Lost("moon"), "asks": p.Asks("moon"),
			"slower": p.Slower("moon"), "number": p.WrongNumber("moon"), "search": p.WrongSearch("moon", nil),
			"refused": p.Refused("moon"), "head": p.Head("MOON"), "media": p.Media("MOON"),
		} {
			if said == "" || strings.Contains(strings.ToLower(said), "moon") {
				t.Errorf("%s: an unknown %s is said as %q", lang, what, said)
			}
		}
		if got := p.Approval("MOON"); got != "" {
			t.Errorf("%s: an unknown word for a template is %q", lang, got)
		}
		if got := p.Trouble("moon"); got != "" {
			t.Errorf("%s: an unknown error of the shop file is %q, and its log is never named", lang, got)
		}
	}
}

// What a person did is never said like what a machine could not do: one is left alone, the other is tried again.
func TestANoIsNeverSaidLikeAFault(t *testing.T) {
	t.Parallel()
	noes := []string{"withdrawn", "platform_stopped", "suppressed", "no_consent"}
	faults := []string{"unreachable", "invalid_number", "undeliverable_market", "too_soon", "missing_parameter"}
	for _, lang := range tongues {
		p := speaking(t, lang)
		said := map[string]bool{}
		for _, code := range noes {
			words, remedy := p.LeftOut(code)
			short, long := p.Why(code, "refused")
			if words == code || remedy == "" || short == code || long == code {
				t.Errorf("%s: %s has no words: %q %q %q %q", lang, code, words, remedy, short, long)
			}
			said[words], said[short], said[long] = true, true, true
		}
		for _, code := range faults {
			words, _ := p.LeftOut(code)
			short, long := p.Why(code, "")
			for _, text := range []string{words, short, long} {
				if said[text] {
					t.Errorf("%s: %s is said like a no: %q", lang, code, text)
				}
			}
		}
	}
}

func TestWhoSaidNoIsNotAskedAgainByAMachine(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	seen := map[string]string{}
	for _, consent := range []string{"none", "asked", "refused", "given"} {
		short, long := p.Why("no_consent", consent)
		if other := seen[short+long]; other != "" {
			t.Errorf("%s and %s are both %q", other, consent, long)
		}
		seen[short+long] = consent
	}
	if _, long := p.Why("no_consent", "refused"); !strings.Contains(long, "Leave it") {
		t.Errorf("a refusal says %q", long)
	}
	if _, remedy := p.LeftOut("withdrawn"); remedy != "nothing to do" {
		t.Errorf("after a withdrawal one is told: %q", remedy)
	}
}

func TestAValueThatIsWrongIsNamed(t *testing.T) {
	t.Parallel()
	reasons := []string{
		"empty", "too_long", "unknown", "future", "outside", "unknown_type", "too_large", "too_often", "sending", "taken", "same", "needs_card", "several", "moon",
	}
	for _, lang := range tongues {
		p := speaking(t, lang)
		said := make([]string, 0, len(reasons))
		for _, reason := range reasons {
			text := p.Invalid("X-FIELD", reason)
			if !strings.Contains(text, "X-FIELD") || strings.Contains(text, "%!") {
				t.Errorf("%s: %s is said as %q", lang, reason, text)
			}
			if slices.Contains(said, text) {
				t.Errorf("%s: %s is said like another reason: %q", lang, reason, text)
			}
			said = append(said, text)
		}
	}
}

func TestAMoveThatIsRefusedSaysWhoseActItTakes(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	tests := []struct {
		name, of, from, to string
		act                bool
		want               string
	}{
		{"only the customer", "consent", "withdrawn", "given", true, "This customer withdrew, and only an act of the customer's own can undo that."},
		{"consent", "consent", "refused", "expired", false, "From “said no” consent cannot become “expired”."},
		{"a delivery that is known", "delivery", "delivered", "unknown", false, "That is no longer unknown: delivered."},
		{"a broadcast", "broadcast", "done", "sending", false, "A broadcast that is “sent” cannot become “sending”."},
		{"a merge under another", "merge", "later", "", false, "A later merge stands on this one: take that one back first."},
		{"a merge of new numbers", "merge", "changed", "", false, "One of the two has another number by now, so nobody can tell them apart."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := p.Moved(tt.of, tt.from, tt.to, tt.act); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestATagThatTellsTooMuchIsQuotedWithTheLaw(t *testing.T) {
	t.Parallel()
	for _, lang := range tongues {
		p := speaking(t, lang)
		if got := p.Protected("", "vip"); got != "" {
			t.Errorf("%s: a harmless tag is warned of: %q", lang, got)
		}
		kinds := map[string]string{}
		for _, kind := range []string{"health", "religion", "union", "politics", "love"} {
			text := p.Protected(kind, "diabetes")
			if !strings.Contains(text, "diabetes") || !strings.Contains(text, "9") {
				t.Errorf("%s: %s is said as %q", lang, kind, text)
			}
			if other := kinds[text]; other != "" {
				t.Errorf("%s: %s is said like %s", lang, kind, other)
			}
			kinds[text] = kind
		}
	}
}

func TestASearchThatIsWrongSaysWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	if got := p.WrongSearch("bad_value", []string{"yes", "no"}); got != "This does not fit here. Possible: yes no" {
		t.Errorf("with what is possible: %q", got)
	}
	if got := p.WrongSearch("open_quote", nil); got != "A quotation mark is not closed." {
		t.Errorf("without: %q", got)
	}
	if open, extra := p.WrongSearch("open_parenthesis", nil), p.WrongSearch("extra_parenthesis", nil); open != extra || open == "" {
		t.Errorf("the parentheses: %q and %q", open, extra)
	}
}
