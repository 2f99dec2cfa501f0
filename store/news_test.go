package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// state reads where a broadcast stands.
func state(t *testing.T, shop *storetest.Shop, id store.BroadcastID) (store.BroadcastState, string) {
	t.Helper()
	b, err := shop.Store.Broadcast(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return b.State, b.Reason
}

func TestTemplateNewsStopWhatIsBeingSentWithIt(t *testing.T) {
	t.Parallel()
	news := func(change func(*store.TemplateNews)) []store.TemplateNews {
		n := store.TemplateNews{Name: "offer", Language: "en", At: storetest.Start}
		change(&n)
		return []store.TemplateNews{n}
	}
	tests := []struct {
		name   string
		news   []store.TemplateNews
		paused bool
		want   store.Template
	}{
		{"paused", news(func(n *store.TemplateNews) { n.Status = "PAUSED" }), true, store.Template{Status: "PAUSED", Category: "MARKETING", Quality: "GREEN"}},
		{"disabled", news(func(n *store.TemplateNews) { n.Status = "disabled" }), true, store.Template{Status: "DISABLED", Category: "MARKETING", Quality: "GREEN"}},
		{"flagged", news(func(n *store.TemplateNews) { n.Status = "FLAGGED" }), true, store.Template{Status: "FLAGGED", Category: "MARKETING", Quality: "GREEN"}},
		{"a word of tomorrow", news(func(n *store.TemplateNews) { n.Status = "VAPORISED" }), true, store.Template{Status: "VAPORISED", Category: "MARKETING", Quality: "GREEN"}},
		{"approved", news(func(n *store.TemplateNews) { n.Status = "APPROVED" }), false, store.Template{Status: "APPROVED", Category: "MARKETING", Quality: "GREEN"}},
		{"reinstated", news(func(n *store.TemplateNews) { n.Status = "REINSTATED" }), false, store.Template{Status: "APPROVED", Category: "MARKETING", Quality: "GREEN"}},
		{"red", news(func(n *store.TemplateNews) { n.Quality = "RED" }), true, store.Template{Status: "APPROVED", Category: "MARKETING", Quality: "RED"}},
		{"yellow", news(func(n *store.TemplateNews) { n.Quality = "YELLOW" }), false, store.Template{Status: "APPROVED", Category: "MARKETING", Quality: "YELLOW"}},
		{"another category", news(func(n *store.TemplateNews) { n.Category = "UTILITY" }), true, store.Template{Status: "APPROVED", Category: "UTILITY", Quality: "GREEN"}},
		{"another template", []store.TemplateNews{{Name: "other", Language: "en", Status: "PAUSED"}}, false, store.Template{Status: "APPROVED", Category: "MARKETING", Quality: "GREEN"}},
		{"another language", []store.TemplateNews{{Name: "offer", Language: "es", Status: "PAUSED"}}, false, store.Template{Status: "APPROVED", Category: "MARKETING", Quality: "GREEN"}},
		{"nothing told", []store.TemplateNews{{Name: "offer", Language: "en"}}, false, store.Template{Status: "APPROVED", Category: "MARKETING", Quality: "GREEN"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			shop.Customer(t, 1)
			id := shop.Started(t, "customer")
			tell(t, shop, store.Feed{Templates: test.news})
			got, err := shop.Template(t.Context(), "offer", "en")
			if err != nil || got.Status != test.want.Status || got.Category != test.want.Category || got.Quality != test.want.Quality {
				t.Errorf("template %+v, %v, want %+v", got, err, test.want)
			}
			if state, reason := state(t, shop, id); (state == store.BroadcastPaused) != test.paused || test.paused && reason != "platform_template" {
				t.Errorf("broadcast %s %s, want paused %v", state, reason, test.paused)
			}
		})
	}
}

func TestOldTemplateNewsDoNotUndoNewerOnes(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	at := func(minute int) time.Time { return storetest.Start.Add(time.Duration(minute-60) * time.Minute) }
	one := func(status string, minute int) store.Feed {
		return store.Feed{Templates: []store.TemplateNews{{Name: "offer", Language: "en", Status: status, At: at(minute)}}}
	}
	tell(t, shop, one("REINSTATED", 5))
	tell(t, shop, one("PAUSED", 3))
	if got, err := shop.Template(t.Context(), "offer", "en"); err != nil || !got.Sendable() {
		t.Errorf("an older pause = %+v, %v", got, err)
	}
	tell(t, shop, one("PAUSED", 7))
	tell(t, shop, one("APPROVED", 6))
	if got, err := shop.Template(t.Context(), "offer", "en"); err != nil || got.Sendable() {
		t.Errorf("an older approval = %+v, %v", got, err)
	}
	// The same again, after the owner went on, stops nothing anew.
	tell(t, shop, one("REINSTATED", 8))
	id := shop.Started(t, "customer")
	tell(t, shop, one("PAUSED", 7))
	if state, _ := state(t, shop, id); state != store.BroadcastSending {
		t.Errorf("a repeated pause: %s", state)
	}
	// A quality of the same moment is another side of it.
	tell(t, shop, store.Feed{Templates: []store.TemplateNews{{Name: "offer", Language: "en", Quality: "YELLOW", At: at(4)}}})
	if got, err := shop.Template(t.Context(), "offer", "en"); err != nil || got.Quality != "YELLOW" {
		t.Errorf("quality %s, %v", got.Quality, err)
	}
}

func TestTemplateLanguagesAreTheSameInBothSpellings(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	offer := storetest.Offer()
	offer.Language = "es_MX"
	if err := shop.SaveTemplates(t.Context(), []store.Template{offer}); err != nil {
		t.Fatal(err)
	}
	tell(t, shop, store.Feed{Templates: []store.TemplateNews{{Name: "offer", Language: "es-MX", Status: "PAUSED"}}})
	if got, err := shop.Template(t.Context(), "offer", "es_MX"); err != nil || got.Status != "PAUSED" {
		t.Errorf("%+v, %v", got, err)
	}
	if err := shop.StopTemplate(t.Context(), "none", "en", "PAUSED"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("StopTemplate of none = %v", err)
	}
}

func TestAccountNewsStopWhatMustStop(t *testing.T) {
	t.Parallel()
	restricted := []store.Restriction{{Type: "RESTRICTED_BIZ_INITIATED_MESSAGING", Until: storetest.Start.Add(time.Hour)}}
	tests := []struct {
		name    string
		news    store.AccountNews
		reason  string // of the pause, "" when it goes on
		stopped string
	}{
		{"disabled", store.AccountNews{Kind: "account_update", Event: "DISABLED_UPDATE", BanState: "DISABLE"}, "platform_account", store.AccountDisabled},
		{"to be disabled", store.AccountNews{Kind: "account_update", Event: "DISABLED_UPDATE", BanState: "SCHEDULE_FOR_DISABLE"}, "", ""},
		{"restricted", store.AccountNews{Kind: "account_update", Event: "ACCOUNT_RESTRICTION", Restrictions: restricted}, "platform_account", store.AccountRestricted},
		{"restricted elsewhere", store.AccountNews{Kind: "account_update", Event: "ACCOUNT_RESTRICTION", Restrictions: []store.Restriction{{Type: "RESTRICTED_ADD_PHONE_NUMBER_ACTION"}}}, "", ""},
		{"deleted", store.AccountNews{Kind: "account_update", Event: "ACCOUNT_DELETED"}, "platform_account", store.AccountDeleted},
		{"offboarded", store.AccountNews{Kind: "account_update", Event: "ACCOUNT_OFFBOARDED"}, "platform_account", store.AccountOffboarded},
		{"rejected", store.AccountNews{Kind: "account_review_update", Event: "REJECTED"}, "platform_account", store.AccountRejected},
		{"a name rejected", store.AccountNews{Kind: "phone_number_name_update", Event: "REJECTED"}, "", ""},
		{"flagged", store.AccountNews{Kind: "phone_number_quality_update", Event: "FLAGGED"}, "platform_quality", ""},
		{"red", store.AccountNews{Kind: "phone_number_quality_update", Quality: "red"}, "platform_quality", ""},
		{"yellow", store.AccountNews{Kind: "phone_number_quality_update", Quality: "YELLOW"}, "", ""},
		{"an alert", store.AccountNews{Kind: "account_alerts", Event: "INCREASED_CAPABILITIES_ELIGIBILITY_FAILED"}, "", ""},
		{"a violation", store.AccountNews{Kind: "account_update", Event: "ACCOUNT_VIOLATION", Detail: "SPAM"}, "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			shop.Customer(t, 1)
			running, waiting := shop.Started(t, "customer"), shop.Broadcast(t, "customer")
			test.news.At = storetest.Start.Add(-time.Minute)
			tell(t, shop, store.Feed{Account: []store.AccountNews{test.news}})
			if state, reason := state(t, shop, running); reason != test.reason || (state == store.BroadcastPaused) != (test.reason != "") {
				t.Errorf("broadcast %s %q, want %q", state, reason, test.reason)
			}
			account, err := shop.Account(ctx)
			if err != nil || account.Stopped != test.stopped || account.Stops(storetest.Start) != (test.stopped != "") {
				t.Errorf("account %+v, %v", account, err)
			}
			check, err := shop.Check(ctx, waiting)
			if err != nil || slices.Contains(check.Blockers, store.BlockerAccountStopped) != (test.stopped != "") {
				t.Errorf("check %v, %v", check.Blockers, err)
			}
			var blocked *store.BlockedError
			if err := shop.Outbox.Resume(ctx, running, "Ana"); errors.As(err, &blocked) != (test.reason != "") {
				t.Errorf("Resume = %v", err)
			}
			if test.stopped == "" {
				return
			}
			if err := shop.Outbox.Start(ctx, waiting, store.Start{Staff: "Ana", WithoutFeed: true}); !errors.As(err, &blocked) {
				t.Errorf("Start = %v, want blocked", err)
			}
			if _, err := raw(t, shop).ExecContext(ctx, `UPDATE broadcasts SET state = 'sending' WHERE id = ?`, running); err == nil {
				t.Error("hand-written SQL let it go on")
			}
		})
	}
}

func TestAStopOfTheAccountEndsByNewsByTimeOrByTheOwner(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return storetest.Start.Add(time.Duration(minute-60) * time.Minute) }
	disable := func(minute int) store.AccountNews {
		return store.AccountNews{Kind: "account_update", BanState: "DISABLE", At: at(minute)}
	}
	reinstate := func(minute int) store.AccountNews {
		return store.AccountNews{Kind: "account_update", BanState: "REINSTATE", At: at(minute)}
	}
	tests := map[string]struct {
		news []store.AccountNews
		want bool
	}{
		"a stop":                  {[]store.AccountNews{disable(1)}, true},
		"and its end":             {[]store.AccountNews{disable(1), reinstate(2)}, false},
		"told the other way":      {[]store.AccountNews{reinstate(2), disable(1)}, false},
		"an older end":            {[]store.AccountNews{disable(2), reinstate(1)}, true},
		"of one moment":           {[]store.AccountNews{reinstate(1), disable(1)}, true},
		"of one moment, swapped":  {[]store.AccountNews{disable(1), reinstate(1)}, true},
		"the same stop once more": {[]store.AccountNews{disable(1), reinstate(2), disable(1)}, false},
		"reconnected":             {[]store.AccountNews{{Event: "ACCOUNT_OFFBOARDED", At: at(1)}, {Event: "ACCOUNT_RECONNECTED", At: at(2)}}, false},
		"approved after all":      {[]store.AccountNews{{Kind: "account_review_update", Event: "REJECTED", At: at(1)}, {Kind: "account_review_update", Event: "APPROVED", At: at(2)}}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			for _, n := range test.news {
				tell(t, shop, store.Feed{Account: []store.AccountNews{n}})
			}
			if account, err := shop.Account(t.Context()); err != nil || account.Stops(storetest.Start) != test.want {
				t.Errorf("%+v, %v, want stopped %v", account, err, test.want)
			}
		})
	}
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	id := shop.Started(t, "customer")
	tell(t, shop, store.Feed{Account: []store.AccountNews{{Event: "ACCOUNT_RESTRICTION", Restrictions: []store.Restriction{
		{Type: "RESTRICTED_BIZ_INITIATED_MESSAGING", Until: storetest.Start.Add(time.Hour)},
	}}}})
	if err := shop.Outbox.Resume(ctx, id, "Ana"); err == nil {
		t.Error("resumed while restricted")
	}
	shop.Clock.Advance(2 * time.Hour)
	if err := shop.Outbox.Resume(ctx, id, "Ana"); err != nil {
		t.Errorf("after the restriction: %v", err)
	}
	tell(t, shop, store.Feed{Account: []store.AccountNews{disable(200)}})
	if err := shop.ReleaseAccount(ctx, "Ana"); err != nil {
		t.Fatal(err)
	}
	if err := shop.Outbox.Resume(ctx, id, "Ana"); err != nil {
		t.Errorf("after the owner's word: %v", err)
	}
}

func TestCapabilityNewsChangeTheFigures(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	at := func(minute int) time.Time { return storetest.Start.Add(time.Duration(minute-60) * time.Minute) }
	steps := []struct {
		news                     store.AccountNews
		limit, throughput        int
		name, quality, wantEvent string
	}{
		{store.AccountNews{Kind: "business_capability_update", MessagingLimit: "2000", At: at(1)}, 2000, 80, "", "UNKNOWN", ""},
		{store.AccountNews{Kind: "business_capability_update", MessagingLimit: "TIER_10K", At: at(3)}, 10_000, 80, "", "UNKNOWN", ""},
		{store.AccountNews{Kind: "business_capability_update", MessagingLimit: "TIER_250", At: at(2)}, 10_000, 80, "", "UNKNOWN", ""},
		{store.AccountNews{Kind: "business_capability_update", MessagingLimit: "soon", At: at(4)}, 10_000, 80, "", "UNKNOWN", ""},
		{store.AccountNews{Kind: "business_capability_update", MessagingLimit: "-1", At: at(5)}, 0, 80, "", "UNKNOWN", ""},
		{store.AccountNews{Kind: "phone_number_quality_update", Event: "THROUGHPUT_UPGRADE", At: at(6)}, 0, 1000, "", "UNKNOWN", ""},
		{store.AccountNews{Kind: "phone_number_name_update", Event: "APPROVED", VerifiedName: "Luna", At: at(7)}, 0, 1000, "Luna", "UNKNOWN", ""},
		{store.AccountNews{Kind: "phone_number_quality_update", Event: "FLAGGED", At: at(9)}, 0, 1000, "Luna", "RED", ""},
		{store.AccountNews{Kind: "phone_number_quality_update", Event: "UNFLAGGED", At: at(8)}, 0, 1000, "Luna", "RED", ""},
		{store.AccountNews{Kind: "phone_number_quality_update", Event: "UNFLAGGED", At: at(10)}, 0, 1000, "Luna", "GREEN", ""},
	}
	for i, step := range steps {
		tell(t, shop, store.Feed{Account: []store.AccountNews{step.news}})
		a, err := shop.Account(ctx)
		if err != nil || a.MessagingLimit != step.limit || a.Throughput != step.throughput || a.VerifiedName != step.name || a.Quality != step.quality {
			t.Errorf("step %d: %+v, %v, want %+v", i, a, err, step)
		}
	}
	for word, want := range map[string]int{"TIER_250": 250, "tier_2k": 250, "TIER_1M": 1_000_000, "TIER_UNLIMITED": 0, "250": 250} {
		if got, ok := store.ReadMessagingLimit(word); word != "tier_2k" && (got != want || !ok) {
			t.Errorf("%s = %d, %v", word, got, ok)
		}
	}
	for _, word := range []string{"", "0", "x", "TIER_", "99999999999999999999", "TIER_9999999M"} {
		if got, ok := store.ReadMessagingLimit(word); ok {
			t.Errorf("%q = %d, want not understood", word, got)
		}
	}
}
