package say_test

import (
	"strings"
	"testing"

	"pregon/assets"
	"pregon/ui/say"
)

// codes are all events of all ledgers.
var codes = map[string][]string{
	"consent":      {"none", "asked", "given", "confirmed", "refused", "withdrawn", "expired", "voided", "erased"},
	"saved_number": {"unknown", "told", "says_saved", "seen_by_staff", "self_written", "invalid"},
	"platform":     {"stopped", "resumed", "unreachable", "reachable"},
	"identity":     {"linked", "number_changed", "user_id_changed", "merged"},
	"review":       {"opened", "withdraw", "not_a_refusal", "moved"},
}

func TestEveryEventOfALedgerHasWordsOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "es", "pt"} {
		p, err := say.New(language, assets.Locales())
		if err != nil {
			t.Fatal(err)
		}
		for ledger, types := range codes {
			said := map[string]string{}
			for _, code := range types {
				words := p.Act(ledger, code)
				if words == "" || words == code && (language != "en" || strings.Contains(code, "_")) {
					t.Errorf("%s: %s.%s is said as %q", language, ledger, code, words)
				}
				if other := said[words]; other != "" {
					t.Errorf("%s: %s and %s of %s are both %q", language, code, other, ledger, words)
				}
				said[words] = code
			}
			if got := p.Act(ledger, "of tomorrow"); got != "of tomorrow" {
				t.Errorf("%s: an unknown event of %s is said as %q", language, ledger, got)
			}
		}
	}
}

func TestWhoIsHeldOrMergedIsSaidSo(t *testing.T) {
	t.Parallel()
	for _, language := range []string{"en", "es", "pt"} {
		p, err := say.New(language, assets.Locales())
		if err != nil {
			t.Fatal(err)
		}
		for _, reason := range []string{"review", "merged"} {
			short, long := p.Why(reason, "given")
			words, remedy := p.LeftOut(reason)
			for _, text := range []string{short, long, words, remedy} {
				if text == "" || text == reason {
					t.Errorf("%s: %s is said as %q", language, reason, text)
				}
			}
		}
		if text := p.Blocker("account_stopped"); text == "" || text == "account_stopped" {
			t.Errorf("%s: %q", language, text)
		}
	}
}
