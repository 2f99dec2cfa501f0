package ui_test

import (
	"errors"
	"testing"

	"pregon/assets"
	"pregon/store"
	"pregon/store/audience"
	"pregon/store/phone"
	"pregon/ui/say"
)

// spoken runs a check with a printer of every language.
func spoken(t *testing.T, check func(t *testing.T, p *say.Printer)) {
	t.Helper()
	for lang := range assets.Locales() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			p, err := say.New(lang, assets.Locales())
			if err != nil {
				t.Fatal(err)
			}
			check(t, p)
		})
	}
}

func TestEveryReasonHasAWordAndASentence(t *testing.T) {
	t.Parallel()
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		said := make(map[string]string)
		hold := func(code, short, long string) {
			if short == "" || long == "" || short == code || long == code {
				t.Errorf("%s: %q and %q", code, short, long)
			}
			if other := said[long]; other != "" {
				t.Errorf("%s and %s say the same: %q", code, other, long)
			}
			said[long] = code
		}
		for _, reason := range store.Reasons() {
			if reason != store.ReasonNoConsent {
				short, long := p.Why(string(reason), "")
				hold(string(reason), short, long)
			}
		}
		for _, state := range []store.Consent{store.ConsentNone, store.ConsentAsked, store.ConsentRefused, store.ConsentGiven} {
			short, long := p.Why(string(store.ReasonNoConsent), string(state))
			hold("no_consent."+string(state), short, long)
		}
	})
}

func TestEveryEntryOfALedgerHasWords(t *testing.T) {
	t.Parallel()
	ledgers := map[string][]string{
		"consent":      {"asked", "given", "confirmed", "refused", "withdrawn", "expired", "erased", "voided"},
		"saved_number": {"unknown", "told", "says_saved", "seen_by_staff", "self_written", "invalid"},
		"platform":     {"stopped", "resumed", "unreachable", "reachable"},
	}
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		for ledger, codes := range ledgers {
			for _, code := range codes {
				if got := p.Act(ledger, code); got == "" || got == code && p.Language() != "en" {
					t.Errorf("%s.%s: %q", ledger, code, got)
				}
			}
		}
		for _, method := range store.Methods() {
			if got := p.Method(string(method)); got == "" || got == string(method) {
				t.Errorf("%s: %q", method, got)
			}
		}
	})
}

func TestTroublesOfTheFileAreSaidAtAScreen(t *testing.T) {
	t.Parallel()
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		for _, err := range []error{store.ErrNotFound, store.ErrErased, store.ErrKeyMissing, store.ErrDiskFull, store.ErrReadOnly, store.ErrBusy} {
			code := store.Code(errors.Join(errors.New("save"), err))
			if code == "" || p.Trouble(code) == "" {
				t.Errorf("%v is the code %q and says %q", err, code, p.Trouble(code))
			}
		}
		if code := store.Code(errors.New("of nobody")); code != "" || p.Trouble(code) != "" {
			t.Errorf("an unknown error is the code %q and says %q", code, p.Trouble(code))
		}
	})
}

func TestWrongNumbersSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		said := make(map[string]string)
		for _, typed := range []string{"", "+1 604 555", "+1 604 555 0100 0100 0100", "6045550100", "+999 123456789", "+16045550100 / +16045550101"} {
			_, err := phone.Parse(typed, "")
			words := p.WrongNumber(phone.Code(err))
			if err == nil || words == "" || said[words] != "" {
				t.Errorf("%q (%v) says %q, as %q does", typed, err, words, said[words])
			}
			said[words] = typed + " "
		}
		if p.WrongNumber(phone.Code(errors.New("another"))) == "" {
			t.Error("another error says nothing")
		}
	})
}

func TestWrongSearchesSayWhatIsWrong(t *testing.T) {
	t.Parallel()
	spoken(t, func(t *testing.T, p *say.Printer) {
		t.Helper()
		other := p.WrongSearch("", nil)
		for _, query := range []string{"tga:x", "tag:", "consent:maybe", "added:<3x", "ana OR", `"ana`, `"ana"b`, "(ana", "ana)"} {
			_, err := audience.Parse(query)
			fault, ok := errors.AsType[*audience.SyntaxError](err)
			if !ok || fault.Code.String() == "" {
				t.Errorf("%q: %v", query, err)
				continue
			}
			if words := p.WrongSearch(fault.Code.String(), fault.Want); words == other || words == "" {
				t.Errorf("%q (%s) says %q", query, fault.Code, words)
			}
		}
	})
}
