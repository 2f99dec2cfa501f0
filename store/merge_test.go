package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestRequirement14AnOptOutOfEitherHoldsForBothWhenTwoAreMerged(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		keep, drop string // standing of each
		want       store.Consent
		why        store.Reason
	}{
		{"both agreed", "given", "given", store.ConsentGiven, store.ReasonNotSaved},
		{"the other withdrew", "given", "withdrawn", store.ConsentWithdrawn, store.ReasonWithdrawn},
		{"this one withdrew", "withdrawn", "given", store.ConsentWithdrawn, store.ReasonWithdrawn},
		{"the other had confirmed before this one withdrew", "withdrawn", "confirmed", store.ConsentWithdrawn, store.ReasonWithdrawn},
		{"the other refused later", "given", "refused", store.ConsentWithdrawn, store.ReasonWithdrawn},
		{"this one refused", "refused", "given", store.ConsentRefused, store.ReasonNoConsent},
		{"the other agreed", "none", "given", store.ConsentGiven, store.ReasonNotSaved},
		{"the other confirmed", "none", "confirmed", store.ConsentConfirmed, store.ReasonNotSaved},
		{"asked, and the other confirmed", "asked", "confirmed", store.ConsentConfirmed, store.ReasonNotSaved},
		{"the other was asked", "none", "asked", store.ConsentAsked, store.ReasonNoConsent},
		{"the other refused, nobody asked this one", "none", "refused", store.ConsentRefused, store.ReasonNoConsent},
		{"nobody asked either", "none", "none", store.ConsentNone, store.ReasonNoConsent},
		{"the other stopped in WhatsApp", "given", "stopped", store.ConsentGiven, store.ReasonPlatformStopped},
		{"the other is held", "given", "held", store.ConsentGiven, store.ReasonReview},
		{"the other is suppressed", "given", "suppressed", store.ConsentWithdrawn, store.ReasonSuppressed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			if test.drop == "suppressed" {
				says(t, shop, 2, "STOP")
			}
			keep, drop := shop.Contact(t, 1), shop.Contact(t, 2)
			position(t, shop, keep, 1, test.keep)
			shop.Clock.Advance(time.Minute)
			position(t, shop, drop, 2, test.drop)
			if err := shop.Merge(ctx, keep, drop, "Marta"); err != nil {
				t.Fatal(err)
			}
			c, err := shop.Store.Contact(ctx, keep)
			if err != nil || c.Standing.Consent != test.want || !slices.Contains(c.Verdict.Why, test.why) || c.Verdict.Sendable() {
				t.Errorf("merged: %+v %v, %v, want %s and %s", c.Standing, c.Verdict.Why, err, test.want, test.why)
			}
			if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
				t.Errorf("VerifyLedger = %+v, %v", v, err)
			}
			if proof, err := shop.Proof(ctx, keep); err != nil || !proof.Whole {
				t.Errorf("Proof = %v, %v, want whole", proof.Whole, err)
			}
		})
	}
}

// position puts a contact into a standing, with the number saved where it agreed.
func position(t *testing.T, shop *storetest.Shop, id store.ContactID, n int, name string) {
	t.Helper()
	switch name {
	case "stopped":
		stand(t.Context(), t, shop, id, "given", store.GradeSaysSaved, "stopped", false)
	case "held":
		stand(t.Context(), t, shop, id, "given", store.GradeSaysSaved, "", false)
		says(t, shop, n, "no more")
	case "suppressed":
	case "given", "confirmed":
		stand(t.Context(), t, shop, id, name, store.GradeSaysSaved, "", false)
	default:
		stand(t.Context(), t, shop, id, name, "", "", false)
	}
}

func TestMergedContactLeadsToTheOtherByEveryName(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	keep, err := shop.AddContact(ctx, store.NewContact{UserID: "CA.1", Source: "QR", Tags: []string{"vip"}})
	if err != nil {
		t.Fatal(err)
	}
	drop, err := shop.AddContact(ctx, store.NewContact{
		Phone: storetest.Phone(2), UserID: "CA.2", Name: "Ana", Language: "es", Source: "list", Tags: []string{"old", "vip"},
		Fields: map[string]string{"city": "Burnaby"},
	})
	if err != nil {
		t.Fatal(err)
	}
	shop.OptIn(t, drop.ID)
	if err := shop.Merge(ctx, keep.ID, drop.ID, "Marta"); err != nil {
		t.Fatal(err)
	}
	got, err := shop.ContactByPhone(ctx, storetest.Phone(2))
	if err != nil || got.ID != keep.ID || got.Phone != storetest.Phone(2) || got.UserID != "CA.1" || got.Name != "Ana" || got.Language != "es" ||
		got.Country != "CA" || got.Fields["city"] != "Burnaby" || !slices.Equal(got.Tags, []string{"old", "vip"}) {
		t.Errorf("kept = %+v, %v", got, err)
	}
	closed, err := shop.Store.Contact(ctx, drop.ID)
	if err != nil || closed.MergedInto != keep.ID || !closed.Standing.Erased || closed.Verdict.Sendable() {
		t.Errorf("closed = %+v, %v", closed, err)
	}
	if ids, err := shop.ContactIDs(ctx, "", store.SortID); err != nil || !slices.Equal(ids, []store.ContactID{keep.ID}) {
		t.Errorf("listed: %v, %v, want the kept one", ids, err)
	}
	history, err := shop.History(ctx, keep.ID)
	if err != nil || !slices.ContainsFunc(history, func(e store.LedgerEvent) bool { return e.Type == "merged" }) ||
		!slices.ContainsFunc(history, func(e store.LedgerEvent) bool { return e.Type == "given" && e.Notice.ID == "optin-en" }) {
		t.Errorf("history = %+v, %v", history, err)
	}
	// A third one takes over the second with all that leads to it.
	third := shop.Contact(t, 3)
	if err := shop.Merge(ctx, third, keep.ID, "Marta"); err != nil {
		t.Fatal(err)
	}
	tell(t, shop, store.Feed{Inbound: []store.Inbound{scoped(shop, "CA.2", "stop")}})
	if got := standing(t, shop, third).Consent; got != store.ConsentWithdrawn {
		t.Errorf("a stop under the first one's id: %s", got)
	}
	if c, err := shop.ContactByPhone(ctx, storetest.Phone(2)); err != nil || c.ID != third {
		t.Errorf("the number leads to %+v, %v", c.ID, err)
	}
	// Erasing her suppresses every name she had.
	if err := shop.Erase(ctx, third, "Ana"); err != nil {
		t.Fatal(err)
	}
	if err := shop.Purge(ctx, third, "Ana"); err != nil {
		t.Fatal(err)
	}
	for _, contact := range []store.NewContact{{Phone: storetest.Phone(2)}, {Phone: storetest.Phone(3)}, {UserID: "CA.1"}, {UserID: "CA.2"}} {
		contact.Source = "list"
		if c, err := shop.AddContact(ctx, contact); err != nil || !c.Standing.Suppressed {
			t.Errorf("%s%s after the erasure: %+v, %v", contact.Phone, contact.UserID, c.Standing, err)
		}
	}
	if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
}

func TestMergedPersonGetsNoBroadcastTwice(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		keep, drop bool // was called before the merge
		claims     int  // after it
	}{
		{"neither called", false, false, 1},
		{"the other called", false, true, 0},
		{"this one called", true, false, 0},
		{"both called", true, true, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			keep, drop := shop.Customer(t, 1), shop.Customer(t, 2)
			if test.drop && !test.keep { // the head of the queue is called first
				keep, drop = drop, keep
			}
			id := shop.Started(t, "customer")
			calls := 0
			for _, called := range []bool{test.keep, test.drop} {
				if called {
					claimOne(t, shop, id)
					calls++
				}
			}
			if err := shop.Merge(ctx, keep, drop, "Marta"); err != nil {
				t.Fatal(err)
			}
			shop.Saved(t, keep)
			claimed, err := shop.Outbox.Claim(ctx, id, 10)
			if err != nil || len(claimed.Claims) != test.claims {
				t.Errorf("Claim = %+v, %v, want %d", claimed, err, test.claims)
			}
			counts := shop.Counts(ctx, t, id)
			if counts.Audience() != 2 || counts[store.DeliverySending] != calls+test.claims {
				t.Errorf("counts = %v, want two in all and each call in it", counts)
			}
			if calls < 2 {
				if excluded, err := shop.Excluded(ctx, id); err != nil || len(excluded) != 1 || excluded[0].Reason != string(store.ReasonMerged) {
					t.Errorf("excluded = %+v, %v", excluded, err)
				}
			}
		})
	}
}

func TestDeliveriesAndTheirEndsFollowAMergedPerson(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	id := shop.Started(t, "customer")
	claim := claimOne(t, shop, id)
	keep := shop.Customer(t, 2)
	if err := shop.Merge(ctx, keep, 1, "Marta"); err != nil {
		t.Fatal(err)
	}
	if past, err := shop.ContactDeliveries(ctx, keep); err != nil || len(past) != 1 || past[0].Contact != keep {
		t.Errorf("her broadcasts = %+v, %v", past, err)
	}
	// The answer to the call that was under way is about her.
	if err := shop.Outbox.Settle(ctx, []store.Result{{Claim: claim, Outcome: store.OptedOut{Code: 131050}}}); err != nil {
		t.Fatal(err)
	}
	if got := standing(t, shop, keep); got.Consent != store.ConsentWithdrawn || got.Platform != store.PlatformStopped {
		t.Errorf("standing = %+v, want withdrawn and stopped", got)
	}
	// What another contact got is not hers by SQL either.
	other := shop.Contact(t, 3)
	if _, err := raw(t, shop).ExecContext(ctx, `UPDATE deliveries SET contact_id = ?`, other); err == nil {
		t.Error("a delivery was given to somebody else")
	}
}

func TestMergeRefusesWhatIsNoMerge(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	a, b, gone := shop.Contact(t, 1), shop.Contact(t, 2), shop.Contact(t, 3)
	if err := shop.Erase(ctx, gone, "Ana"); err != nil {
		t.Fatal(err)
	}
	var invalid *store.InvalidError
	if err := shop.Merge(ctx, a, a, "Marta"); !errors.As(err, &invalid) || invalid.Field != "contact" {
		t.Errorf("with itself = %v", err)
	}
	if err := shop.Merge(ctx, a, b, ""); !errors.As(err, &invalid) || invalid.Field != "staff" {
		t.Errorf("by nobody = %v", err)
	}
	if err := shop.Merge(ctx, a, 99, "Marta"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("with nobody = %v", err)
	}
	for _, pair := range [][2]store.ContactID{{a, gone}, {gone, a}} {
		if err := shop.Merge(ctx, pair[0], pair[1], "Marta"); !errors.Is(err, store.ErrErased) {
			t.Errorf("with the erased = %v", err)
		}
	}
	if err := shop.Merge(ctx, a, b, "Marta"); err != nil {
		t.Fatal(err)
	}
	if err := shop.Merge(ctx, a, b, "Marta"); !errors.Is(err, store.ErrErased) {
		t.Errorf("twice = %v, want ErrErased", err)
	}
	if _, err := shop.RecordOptIn(ctx, storetest.OptIn(b)); !errors.Is(err, store.ErrErased) {
		t.Errorf("a closed entry took an opt-in: %v", err)
	}
	if _, err := raw(t, shop).ExecContext(ctx, fmt.Sprintf(`UPDATE standings SET erased = 0 WHERE contact_id = %d`, b)); err == nil {
		t.Error("a closed entry was opened by hand")
	}
}
