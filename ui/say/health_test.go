package say_test

import (
	"strings"
	"testing"
	"time"

	"pregon/assets"
	"pregon/ui/say"
)

// speaking speaks with the shipped catalogs.
func speaking(t *testing.T, lang string) *say.Printer {
	t.Helper()
	p, err := say.New(lang, assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return p.In(time.UTC)
}

func TestClocksAreFastOrSlow(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	for span, want := range map[time.Duration]string{
		20 * time.Minute: "This computer's clock is 20 min fast.", -2 * time.Hour: "This computer's clock is 2 h slow.",
	} {
		if what, next := p.Finding("clock_wrong", say.Detail{Span: span}); what != want || next == "" {
			t.Errorf("%v: %q, %q", span, what, next)
		}
	}
}

func TestTheRightIDIsNamedWhereItIsKnown(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	if _, next := p.Finding("number_id_is_account", say.Detail{Name: "600"}); !strings.Contains(next, "--phone-number-id 600") {
		t.Errorf("known: %q", next)
	}
	if _, next := p.Finding("number_id_is_account", say.Detail{}); !strings.Contains(next, "--phone-number-id …") {
		t.Errorf("unknown: %q", next)
	}
}

func TestATokenIsGoodUntilADayOrForEver(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	if what, _ := p.Finding("token_ok", say.Detail{}); !strings.Contains(what, "does not end") {
		t.Errorf("got %q", what)
	}
	at := time.Date(2027, 1, 2, 12, 0, 0, 0, time.UTC)
	if what, _ := p.Finding("token_ok", say.Detail{At: at}); !strings.Contains(what, "2 Jan 2027") {
		t.Errorf("got %q", what)
	}
}

func TestFindingsThatAreBlockersAreSaidAsBlockers(t *testing.T) {
	t.Parallel()
	for lang := range assets.Locales() {
		p := speaking(t, lang)
		for _, code := range []string{"quality_red", "no_feed", "feed_stale", "key_missing", "not_set_up", "no_template"} {
			if what, _ := p.Finding(code, say.Detail{}); what != p.Blocker(code) {
				t.Errorf("%s, %s: %q", lang, code, what)
			}
		}
	}
}
