package store_test

import (
	"errors"
	"strings"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// turkish has the form of a number in Turkey; it is nobody's.
const turkish = "+905001234567"

func TestRequirement23ASpokenYesIsNotEnoughInTurkey(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method   store.Method
		evidence string
		field    string // refused
	}{
		{store.MethodSpoken, "card 1", "method"},
		{store.MethodCounterScreen, "card 1", "method"},
		{store.MethodPaper, " ", "evidence"},
		{store.MethodPaper, "card 1", ""},
		{store.MethodInbound, "wamid.1", ""},
	}
	for _, test := range tests {
		shop := storetest.New(t)
		in := storetest.OptIn(added(t, shop, store.NewContact{Phone: turkish}))
		in.Method, in.Evidence = test.method, test.evidence
		_, err := shop.RecordOptIn(t.Context(), in)
		invalid, refused := errors.AsType[*store.InvalidError](err)
		if refused != (test.field != "") || refused && invalid.Field != test.field || !refused && err != nil {
			t.Errorf("%s with %q: %v", test.method, test.evidence, err)
		}
		if agreed := standing(t, shop, in.Contact).Consent == store.ConsentGiven; agreed == refused {
			t.Errorf("%s with %q: agreed %v", test.method, test.evidence, agreed)
		}
	}
}

func TestRequirement23AFileOfTurkeyIsToldAndNeedsTheCard(t *testing.T) {
	t.Parallel()
	for method, proven := range map[string]bool{"spoken": false, "paper": true} {
		shop := storetest.New(t)
		text := "name,phone,consent_at,consent_method,consent_notice,consent_evidence\nAyla," + turkish + ",2026-11-01," + method + ",optin-en,card 7\n" +
			"Ana,+16045550101,2026-11-01,spoken,optin-en,card 8\n"
		tried := mustBring(t, shop, text, func(in *store.Import) { in.DryRun = true })
		got := mustBring(t, shop, text, nil)
		want := map[bool]int{true: 2, false: 1}[proven]
		if tried.Signed != 1 || got.Signed != 1 || tried.OptedIn != want || got.OptedIn != want || got.Unproven != 2-want {
			t.Errorf("%s: tried %+v, brought %+v", method, tried, got)
		}
	}
}

func TestRequirement23TheCheckCountsWhomTheRegisterOfTurkeyIsAbout(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := added(t, shop, store.NewContact{Phone: turkish, Name: "Ayla"})
	in := storetest.OptIn(id)
	in.Method, in.Evidence = store.MethodPaper, "card 1"
	if _, err := shop.RecordOptIn(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	shop.Saved(t, id)
	shop.Customer(t, 1)
	american := added(t, shop, store.NewContact{Phone: "+12025550123", Name: "Al"})
	shop.OptIn(t, american)
	shop.Saved(t, american)
	check, err := shop.CheckDraft(t.Context(), store.Draft{Template: "offer", Language: "en", Audience: "a", Bindings: store.Bindings{"1": {Value: "x"}}})
	if err != nil || check.Signed() != 1 || check.Excluded[store.ReasonUndeliverableMarket] != 1 {
		t.Errorf("%d in Turkey, excluded %v, %v; want one of each", check.Signed(), check.Excluded, err)
	}
	if c, err := shop.Store.Contact(t.Context(), american); err != nil || !strings.Contains(string(c.Verdict.Why[0]), "undeliverable") {
		t.Errorf("of the American: %v, %v", c.Verdict.Why, err)
	}
}
