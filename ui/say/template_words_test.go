package say_test

import (
	"strings"
	"testing"
	"time"

	"pregon/ui/say"
)

func TestALimitOfMetasIsNamedWithItsFault(t *testing.T) {
	t.Parallel()
	for _, lang := range tongues {
		p := speaking(t, lang)
		for _, code := range []string{"too_long", "places", "few_words", "many_buttons"} {
			text := p.Fault(code, "DETAIL", 987)
			if !strings.Contains(text, "987") || strings.Contains(text, "%!") {
				t.Errorf("%s: %s does not name the limit: %q", lang, code, text)
			}
		}
	}
}

func TestTooManyButtonsSayOfWhichKindWhereItIsKnown(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	for detail, want := range map[string]string{
		"":    "There are too many buttons; Meta takes 10.",
		"URL": "There are too many buttons of the kind URL; Meta takes 10.",
	} {
		if got := p.Fault("many_buttons", detail, 10); got != want {
			t.Errorf("%q: got %q, want %q", detail, got, want)
		}
	}
}

func TestAFaultWithoutWordsStandsForItself(t *testing.T) {
	t.Parallel()
	if got := speaking(t, "es").Fault("moon", "x", 1); got != "moon" {
		t.Errorf("got %q", got)
	}
}

func TestMetasSubcodeSaysMoreThanItsCode(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	tests := []struct {
		code, subcode int
		want          string
	}{
		{100, 0, "something in it is not as it should be."},
		{100, 2388024, "there is one of this name in this language already."},
		{100, 2388040, "one of its texts is too long."},
		{80008, 0, "a hundred templates an hour are the most; wait an hour."},
		{80007, 0, "a hundred templates an hour are the most; wait an hour."},
		{80008, 2388012, "the account has as many templates as it may have."},
		{1, 0, ""},
		{1, 99, ""},
	}
	for _, tt := range tests {
		if got := p.TemplateRefused(tt.code, tt.subcode); got != tt.want {
			t.Errorf("%d/%d: got %q, want %q", tt.code, tt.subcode, got, tt.want)
		}
	}
}

// A broadcast that was begun cannot choose another template: what holds it up is said otherwise than what keeps it from starting.
func TestABroadcastThatWasBegunIsNotToldToChooseAnother(t *testing.T) {
	t.Parallel()
	for _, lang := range tongues {
		p := speaking(t, lang)
		for _, code := range []string{"no_template", "template_not_approved", "template_quality_red", "quality_red"} {
			before, after := p.Blocker(code), p.HoldsUp(code)
			if before == after || after == "" || after == code {
				t.Errorf("%s: %s is said alike before and after: %q", lang, code, after)
			}
		}
		if before, after := p.Blocker("account_stopped"), p.HoldsUp("account_stopped"); before != after {
			t.Errorf("%s: what stops the account is %q and %q", lang, before, after)
		}
	}
}

func TestAnAccountThatIsStoppedSaysWhenThatEnds(t *testing.T) {
	t.Parallel()
	p := speaking(t, "en")
	at := time.Date(2027, 1, 2, 9, 30, 0, 0, time.UTC)
	tests := map[string]struct {
		of   say.Detail
		want string
	}{
		"at a time":            {say.Detail{At: at, Name: "platform_payment"}, "It ends by itself: 2 Jan 2027 09:30."},
		"with something else":  {say.Detail{Name: "platform_payment"}, "It ends when nothing else is to be mended."},
		"when somebody says":   {say.Detail{}, "pregon doctor --release"},
		"for another's reason": {say.Detail{Name: "owner"}, "pregon doctor --release"},
	}
	for name, tt := range tests {
		what, next := p.Finding("account_stopped", tt.of)
		if !strings.Contains(next, tt.want) || what == "" {
			t.Errorf("%s: %q, want %q", name, next, tt.want)
		}
	}
}

func TestAFindingThatIsWellAsksForNothing(t *testing.T) {
	t.Parallel()
	for _, lang := range tongues {
		p := speaking(t, lang)
		for _, code := range []string{
			"shop_ok", "connected", "token_ok", "permissions_ok", "number_ok", "account_ok", "template_ok", "payment_ok", "quality_ok",
			"limit_none", "limit_ok", "feed_ok", "clock_ok", "file_ok",
		} {
			what, next := p.Finding(code, say.Detail{Name: "Luna", Count: 3, Limit: 250, At: time.Unix(0, 0)})
			if what == "" || what == code || next != "" {
				t.Errorf("%s: %s says %q and asks for %q", lang, code, what, next)
			}
		}
	}
}

func TestAFindingThatIsBadSaysWhatToDo(t *testing.T) {
	t.Parallel()
	for _, lang := range tongues {
		p := speaking(t, lang)
		for _, code := range []string{
			"no_token", "token_expired", "token_revoked", "token_invalid", "permission_missing", "asset_missing", "number_id_wrong",
			"account_id_wrong", "number_differs", "no_connection", "not_the_api", "platform_busy", "no_templates", "payment_missing",
			"app_not_subscribed", "door_unreachable", "door_certificate", "door_foreign", "clock_wrong", "file_exposed", "file_synced", "disk_low",
		} {
			what, next := p.Finding(code, say.Detail{Name: "Luna", Code: 131, Count: 3, Span: time.Minute})
			if what == "" || what == code || next == "" || what == next {
				t.Errorf("%s: %s says %q and asks for %q", lang, code, what, next)
			}
		}
	}
}

func TestABrokenRestoreSaysWhichFileIsThere(t *testing.T) {
	t.Parallel()
	for _, lang := range tongues {
		p := speaking(t, lang)
		before, after := p.BrokenRestore("before"), p.BrokenRestore("after")
		if before == after || !strings.Contains(before, "pregon restore ") || !strings.Contains(after, "pregon restore") {
			t.Errorf("%s: %q and %q", lang, before, after)
		}
		if got := p.BrokenRestore(""); got != "" {
			t.Errorf("%s: without one: %q", lang, got)
		}
	}
}

func TestAProcessThatHangsIsNamedWithTheWayToEndIt(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 11, 24, 10, 4, 0, 0, time.UTC)
	for _, lang := range tongues {
		got := speaking(t, lang).Hung(12345, "till", since)
		for _, part := range []string{"till", "10:04", "12345)"} {
			if !strings.Contains(got, part) {
				t.Errorf("%s: %q lacks %q", lang, got, part)
			}
		}
		if strings.Contains(got, "12,345") || strings.Contains(got, "12.345") {
			t.Errorf("%s: a process has no thousands: %q", lang, got)
		}
	}
}
