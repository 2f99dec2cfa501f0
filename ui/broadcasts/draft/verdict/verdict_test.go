package verdict_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pregon/assets"
	"pregon/store"
	"pregon/ui/broadcasts/draft/verdict"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/view"
)

var tuesday = time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)

func judged(t *testing.T, language string, check store.Check) *verdict.Verdict {
	t.Helper()
	p, err := say.New(language, assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	env := &view.Env{
		Ctx: t.Context(), Theme: theme.New(theme.ASCII()), Say: p.In(time.UTC), Work: &view.Work{}, Now: func() time.Time { return tuesday },
	}
	return &verdict.Verdict{Env: env, Check: &check, Shop: store.DefaultShop()}
}

// plan is one of so many people a day, from ten in the morning.
func plan(people ...int) []store.DayPlan {
	days := make([]store.DayPlan, 0, len(people))
	for i, n := range people {
		from := tuesday.AddDate(0, 0, i)
		days = append(days, store.DayPlan{Day: from.Format(time.DateOnly), People: n, From: from, Until: from.Add(30 * time.Minute)})
	}
	return days
}

func TestABroadcastLargerThanTheLimitShowsItsDaysBeforeItStarts(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		check    store.Check
		has, not []string
	}{
		"one day":   {store.Check{Sendable: 250, Outlook: store.Outlook{Days: 1, Plan: plan(250)}}, []string{"goes out 09:00 to 20:00"}, []string{"days", "done"}},
		"two days":  {store.Check{Sendable: 388, Outlook: store.Outlook{Days: 2, Plan: plan(250, 138)}}, []string{"takes 2 days", "24 Nov: 250", "25 Nov: 138", "done Wed 10:30"}, nil},
		"many days": {store.Check{Sendable: 1250, Outlook: store.Outlook{Days: 5, Plan: plan(250, 250, 250, 250, 250)}}, []string{"takes 5 days", "26 Nov: 250", "done Sat 10:30"}, []string{"27 Nov", "28 Nov: 250"}},
		"a moment": {store.Check{Sendable: 3, Outlook: store.Outlook{Days: 1, Elsewhere: 1, Plan: []store.DayPlan{
			{Day: "2026-11-24", People: 3, From: tuesday, Until: tuesday.Add(20 * time.Second)},
		}}}, []string{"done within a minute"}, []string{"just now"}},
		"more than anybody plans": {
			store.Check{Sendable: 99999, Outlook: store.Outlook{Days: 400, Plan: plan(250, 250)}}, []string{"takes 400 days"}, []string{"done"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			terms := judged(t, "en", test.check).Terms()
			for _, want := range test.has {
				if !strings.Contains(terms, want) {
					t.Errorf("%q lacks %q", terms, want)
				}
			}
			for _, bad := range test.not {
				if strings.Contains(terms, bad) {
					t.Errorf("%q has %q", terms, bad)
				}
			}
		})
	}
}

func TestThePracticeShopPromisesNoHours(t *testing.T) {
	t.Parallel()
	v := judged(t, "en", store.Check{Sendable: 3, Outlook: store.Outlook{Days: 1}})
	v.Shop.Practice = true
	if terms := v.Terms(); !strings.Contains(terms, "at all hours") || strings.Contains(terms, "09:00") {
		t.Errorf("it says %q", terms)
	}
}

func TestEveryReasonOfACheckIsToldTheMostFrequentFirst(t *testing.T) {
	t.Parallel()
	check := store.Check{Audience: 30, Sendable: 6, Excluded: map[store.Reason]int{
		store.ReasonNotSaved: 15, store.ReasonWithdrawn: 6, store.ReasonTooSoon: 2, store.ReasonMissingParameter: 1,
	}}
	v := judged(t, "en", check)
	want := []store.Reason{store.ReasonNotSaved, store.ReasonWithdrawn, store.ReasonTooSoon, store.ReasonMissingParameter}
	got := v.Reasons()
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Fatalf("the reasons are %v, want %v", got, want)
		}
	}
	for _, size := range []view.Size{{W: 60, H: 14}, {W: 80, H: 18}, {W: 40, H: 8}} {
		drawn := v.Render(t, -1, size).Content
		for _, words := range []string{"6 will get it", "24 will not", "15"} {
			if !strings.Contains(drawn, words) {
				t.Errorf("%v lacks %q:\n%s", size, words, drawn)
			}
		}
		for line := range strings.SplitSeq(drawn, "\n") {
			if theme.Width(line) > size.W {
				t.Errorf("%v: %q is too wide", size, line)
			}
		}
	}
}

func TestRequirement23TheDraftSaysWhyACountryIsLeftOutAndWarnsOfTheRegister(t *testing.T) {
	t.Parallel()
	for language, words := range map[string]string{"en": "WhatsApp brings no offers there", "es": "WhatsApp no lleva ofertas allí", "pt": "o WhatsApp não leva ofertas para lá"} {
		v := judged(t, language, store.Check{
			Audience: 3, Sendable: 2, Excluded: map[store.Reason]int{store.ReasonUndeliverableMarket: 1}, ByCountry: map[string]int{"TR": 1, "CA": 1},
		})
		for _, size := range []view.Size{{W: 60, H: 14}, {W: 80, H: 18}} {
			if drawn := v.Render(t, -1, size).Content; !strings.Contains(drawn, words) {
				t.Errorf("%s: it does not say %q why one is left out:\n%s", language, words, drawn)
			}
		}
		if terms := v.Terms(); !strings.Contains(terms, "İYS") {
			t.Errorf("%s: no warning in %q", language, terms)
		}
		v.Check.ByCountry = map[string]int{"CA": 2}
		if terms := v.Terms(); strings.Contains(terms, "İYS") {
			t.Errorf("%s: nobody is in Turkey, and it warns: %q", language, terms)
		}
	}
}

func TestNobodyWillGetItIsSaidAsPlainly(t *testing.T) {
	t.Parallel()
	v := judged(t, "es", store.Check{Audience: 4, Sendable: 0, Excluded: map[store.Reason]int{store.ReasonNoConsent: 4}})
	if short := v.Short(); !strings.Contains(short, "0") || !strings.Contains(short, "4") {
		t.Errorf("it says %q", short)
	}
	if drawn := v.Render(t, 0, view.Size{W: 60, H: 12}).Content; !strings.Contains(drawn, "no ha aceptado") && !strings.Contains(drawn, "4") {
		t.Errorf("it draws\n%s", drawn)
	}
}

func TestOnlyWhoIsLeftOutIsAWarning(t *testing.T) {
	t.Parallel()
	for left, warns := range map[int]bool{0: false, 2: true} {
		v := judged(t, "en", store.Check{Audience: 5 + left, Sendable: 5})
		drawn := v.Render(t, -1, view.Size{W: 60, H: 12}).Content
		if words := fmt.Sprintf("%d will not", left); !strings.Contains(drawn, words) || strings.Contains(drawn, "! "+words) != warns {
			t.Errorf("%d left out, a warning %v:\n%s", left, warns, drawn)
		}
	}
}

func TestReasonsLeadToThePeopleTheyAreAbout(t *testing.T) {
	t.Parallel()
	for _, reason := range store.Reasons() {
		query := verdict.Query(reason, "")
		if both := verdict.Query(reason, "tag:vip OR lang:es"); query != "" && both != "(tag:vip OR lang:es) "+query || query == "" && both != "" {
			t.Errorf("%s of an audience leads to %q", reason, both)
		}
		if reason == store.ReasonNotSaved && query != "saved:no" || reason == store.ReasonWithdrawn && query != "consent:withdrawn" {
			t.Errorf("%s leads to %q", reason, query)
		}
	}
}
