package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pregon/assets"
	"pregon/sender"
	"pregon/store"
	"pregon/store/intake"
	"pregon/store/phone"
	"pregon/ui/say"
)

func speaking(t *testing.T, language string) *line {
	t.Helper()
	printer, err := say.New(language, assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return &line{say: printer, begun: true, Deps: Deps{Env: func(string) string { return "" }, Now: func() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) }}}
}

func TestUnknownCodesAreShownHarmless(t *testing.T) {
	t.Parallel()
	l := speaking(t, "en")
	evil := "new\x1b[2J"
	for _, words := range []string{
		l.blockerLines(store.Blocker(evil))[0], l.rejectWords(evil), l.eventWords(store.LedgerEvent{Type: evil}),
	} {
		if strings.ContainsRune(words, 0x1b) || !strings.HasPrefix(words, "new") {
			t.Errorf("got %q", words)
		}
	}
}

func TestErrorsBecomeSentencesAndCodes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want int
		says string
	}{
		{"interrupted", context.Canceled, codeInterrupted, "same command"},
		{"not set up", store.ErrNotSetUp, codeFailed, "pregon init"},
		{"foreign file", store.ErrForeignFile, codeFailed, "not touched"},
		{"newer file", store.ErrNewerSchema, codeFailed, "newer Pregon"},
		{"damaged file", store.ErrDamaged, codeFailed, "backup"},
		{"disk full", store.ErrDiskFull, codeFailed, "Nothing else was lost"},
		{"read only", store.ErrReadOnly, codeFailed, "cannot be written"},
		{"busy", store.ErrBusy, codeFailed, "Wait a moment"},
		{"key", store.ErrKeyMissing, codeFailed, ".key"},
		{"lock lost", store.ErrLockLost, codeFailed, "took over"},
		{"locked", &store.LockedError{PID: 4711, Host: "till\x1b[2J"}, codeFailed, "4711"},
		{"no token", fmt.Errorf("read the token: %w", errNoToken), codeFailed, "PREGON_TOKEN"},
		{"erased", store.ErrErased, codeRefused, "erased"},
		{"conflict", store.ErrConflict, codeRefused, "already"},
		{"not found", store.ErrNotFound, codeRefused, "no longer there"},
		{"invalid", &store.InvalidError{Field: "rate", Reason: "strange\x1b"}, codeRefused, "--rate"},
		{"too long", &store.InvalidError{Field: "name", Reason: "too_long"}, codeRefused, "too long"},
		{"move of consent", &store.MoveError{Of: "consent", From: "none", To: "expired"}, codeRefused, "not asked"},
		{"move of a broadcast", &store.MoveError{Of: "broadcast", From: "done", To: "paused"}, codeRefused, "“sent”"},
		{"blocked", &store.BlockedError{Blockers: []store.Blocker{store.BlockerQualityRed}}, codeRefused, "block or report"},
		{"exponent", &numberError{"6E+8", phone.ErrExponent}, codeRefused, "spreadsheet"},
		{"several numbers", &numberError{"1 / 2", phone.ErrSeveral}, codeRefused, "several numbers"},
		{"country", &numberError{"12345", phone.ErrNeedsCountry}, codeRefused, "Begin with the country"},
		{"calling code", &numberError{"+999", phone.ErrCallingCode}, codeRefused, "calling code"},
		{"too long a number", &numberError{"+1234", phone.ErrTooLong}, codeRefused, "too many digits"},
		{"letters", &numberError{"x\x1b", phone.ErrNotANumber}, codeRefused, "no such number"},
		{"no number", &numberError{"", phone.ErrEmpty}, codeRefused, "missing"},
		{"empty file", intake.ErrEmpty, codeRefused, "empty"},
		{"format", &intake.FormatError{Found: intake.FormatXLSX}, codeRefused, "CSV"},
		{"old workbook", &intake.FormatError{Found: intake.FormatXLS}, codeRefused, "2007"},
		{"no text", &intake.FormatError{}, codeRefused, "CSV"},
		{"another format", &intake.FormatError{Found: intake.FormatCSV, Asked: intake.FormatVCard}, codeRefused, "but csv"},
		{"two sheets", &intake.SheetError{Sheets: []string{"A\x1b", "B"}}, codeRefused, "--sheet"},
		{"no sheet", &intake.SheetError{Asked: "C", Sheets: []string{"A"}}, codeRefused, "There are: A"},
		{"bought list", &store.BoughtError{Signs: []intake.Sign{intake.SignNoNames, intake.SignConsecutive}}, codeRefused, "hardly anybody has a name; the numbers follow one another"},
		{"undone", store.ErrUndone, codeRefused, "already"},
		{"header", &intake.HeaderError{Header: []string{"a\x1b", "b"}}, codeRefused, "--map phone"},
		{"map", &intake.MapError{Field: "name", Header: "x", Want: []string{"a"}}, codeRefused, "There are: a"},
		{"quote", &intake.QuoteError{Line: 7}, codeRefused, "line 7"},
		{"limit", &intake.LimitError{Line: 1200}, codeRefused, "Line 1200"},
		{"anything else", errors.New("odd\x1b[2J"), codeFailed, "odd"},
	}
	for _, language := range []string{"en", "es", "pt"} {
		l := speaking(t, language)
		for _, tt := range tests {
			code, lines := l.explain(fmt.Errorf("do it: %w", tt.err))
			text := strings.Join(lines, "\n")
			if code != tt.want || (language == "en" && !strings.Contains(text, tt.says)) {
				t.Errorf("%s, %s: exit %d, want %d and %q: %s", tt.name, language, code, tt.want, tt.says, text)
			}
			if len(lines) < 1 || len(lines) > 3 || strings.ContainsRune(text, 0x1b) {
				t.Errorf("%s, %s: %q", tt.name, language, lines)
			}
		}
	}
}

func TestCallsThatFailSayWhatToDo(t *testing.T) {
	t.Parallel()
	l := speaking(t, "en")
	code, lines := l.explain(l.platform(&sender.CallError{Reason: "platform_token", Code: 190}))
	if text := strings.Join(lines, " "); code != codeFailed || !strings.Contains(text, "no longer accepts") || !strings.Contains(text, "Make a new one") {
		t.Errorf("exit %d: %s", code, text)
	}
	if err := l.platform(store.ErrNotSetUp); !errors.Is(err, store.ErrNotSetUp) {
		t.Errorf("what is no call was changed: %v", err)
	}
}

func TestProgressIsOneLine(t *testing.T) {
	t.Parallel()
	l := speaking(t, "en")
	p := sender.Progress{
		Counts: store.Counts{store.DeliveryQueued: 60, store.DeliveryAccepted: 35, store.DeliveryExcluded: 5}, Rate: 79.6,
		Left: 40 * time.Second,
	}
	if got := l.progressLine(p, false); got != "40 of 100  80 a second  about 40 s left" {
		t.Errorf("got %q", got)
	}
	p.Wait = sender.Wait{Reason: sender.WaitNetwork}
	if got := l.progressLine(p, true); !strings.HasSuffix(got, "Meta cannot be reached, tries again later") || strings.Contains(got, "\n") {
		t.Errorf("got %q", got)
	}
	if got := l.progressLine(sender.Progress{}, true); !strings.Contains(got, "0 of 0") {
		t.Errorf("nobody: %q", got)
	}
}

func TestSpansAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{"7d": 168 * time.Hour, "2w": 336 * time.Hour, "84h": 84 * time.Hour} {
		if got, ok := span(text); !ok || got != want {
			t.Errorf("%s: %v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "d", "-1d", "7", "0w", "x", "99999d"} {
		if got, ok := span(text); ok {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestBindingsAreReadFromTheFlag(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]store.Binding{
		"bread": {Value: "bread"}, "@name": {Field: "name"}, "@city:here": {Field: "city", Fallback: "here"},
		"@field.city": {Field: "city"}, "@@home": {Value: "@home"}, "a:b": {Value: "a:b"}, "@name:a:b": {Field: "name", Fallback: "a:b"},
	} {
		if got := bindingOf(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestZoneIsOneTheNumberMayLiveIn(t *testing.T) {
	t.Parallel()
	l := speaking(t, "en")
	l.Now = func() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) }
	if got := l.zoneOf("+16045550199"); got != "America/Vancouver" {
		t.Errorf("got %s", got)
	}
	if got := l.zoneOf(""); got != "UTC" {
		t.Errorf("no number: %s", got)
	}
}

func TestWordsAfterMinusAreKept(t *testing.T) {
	t.Parallel()
	got := keepMinusWords([]string{"--db", "x", "contacts", "tag", "+16045550101", "-old", "--json", "-h"})
	if want := "--db x contacts tag +16045550101 " + minusWord + "-old --json -h"; strings.Join(got, " ") != want {
		t.Errorf("got %q", got)
	}
	for _, args := range [][]string{{"contacts", "list", "--limit", "-1", "-h"}, {"tag", "-x"}, {"consent", "show", "-x"}, nil} {
		if got := keepMinusWords(args); strings.Join(got, " ") != strings.Join(args, " ") {
			t.Errorf("%v became %v", args, got)
		}
	}
}
