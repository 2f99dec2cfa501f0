package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// twoSending are two broadcasts under way, each to half of the customers, and a claim of the first.
func twoSending(t *testing.T, shop *storetest.Shop) (first, second store.BroadcastID, claim store.Claim) {
	t.Helper()
	var halves [2][]store.ContactID
	for n := range 4 {
		halves[n%2] = append(halves[n%2], shop.Customer(t, n))
	}
	for i, tag := range []string{"one", "two"} {
		if err := shop.TagContacts(t.Context(), halves[i], []string{tag}, nil); err != nil {
			t.Fatal(err)
		}
	}
	first, second = shop.Started(t, "tag:one"), shop.Started(t, "tag:two")
	return first, second, claimOne(t, shop, first)
}

func wantPaused(t *testing.T, shop *storetest.Shop, id store.BroadcastID, reason string, code int) {
	t.Helper()
	b, err := shop.Store.Broadcast(t.Context(), id)
	if err != nil || b.State != store.BroadcastPaused || b.Reason != reason || b.Code != code {
		t.Errorf("broadcast %d is %s for %q (%d), %v, want it paused for %s (%d)", id, b.State, b.Reason, b.Code, err, reason, code)
	}
}

func wantAccountStopped(t *testing.T, shop *storetest.Shop, want bool) {
	t.Helper()
	check := planOf(t, shop, time.Time{})
	if got := slices.Contains(check.Blockers, store.BlockerAccountStopped); got != want {
		t.Errorf("blockers %v, want stopped %t", check.Blockers, want)
	}
}

func TestAStopOfTheAccountHoldsEverything(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	first, second, _ := twoSending(t, shop)
	if err := shop.Outbox.StopAccount(ctx, "platform_payment", 131042); err != nil {
		t.Fatal(err)
	}
	wantPaused(t, shop, first, "platform_payment", 131042)
	wantPaused(t, shop, second, "platform_payment", 131042)
	wantAccountStopped(t, shop, true)
	if err := shop.Outbox.Resume(ctx, second, "Ana"); err == nil {
		t.Error("another broadcast goes on while the account is stopped")
	}
	third := shop.Broadcast(t, "sendable:yes")
	var blocked *store.BlockedError
	if err := shop.Outbox.Start(ctx, third, store.Start{Staff: "Ana", WithoutFeed: true}); !errors.As(err, &blocked) {
		t.Errorf("Start = %v, want it blocked", err)
	}
	for range 2 {
		if err := shop.ClearStop(ctx); err != nil {
			t.Fatal(err)
		}
	}
	wantAccountStopped(t, shop, false)
	if err := shop.Outbox.Resume(ctx, second, "Ana"); err != nil {
		t.Errorf("Resume once it is clear = %v", err)
	}
}

func TestAStopForQualityEndsByItself(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	if err := shop.Outbox.StopAccount(t.Context(), "platform_quality", 131048); err != nil {
		t.Fatal(err)
	}
	if err := shop.ClearStop(t.Context()); err != nil { // a green reading says nothing of it
		t.Fatal(err)
	}
	wantAccountStopped(t, shop, true)
	shop.Clock.Advance(store.QualityRests)
	wantAccountStopped(t, shop, false)
}

func TestWhatThePlatformAnnouncedIsNotForgottenForACall(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	ctx := t.Context()
	ban := store.Feed{FromFile: true, Account: []store.AccountNews{{Kind: "account_update", BanState: "DISABLE", At: storetest.Start}}}
	if err := shop.RecordFeed(ctx, ban); err != nil {
		t.Fatal(err)
	}
	if err := shop.Outbox.StopAccount(ctx, "platform_token", 190); err != nil {
		t.Fatal(err)
	}
	if err := shop.ClearStop(ctx); err != nil {
		t.Fatal(err)
	}
	if account, err := shop.Account(ctx); err != nil || account.Stopped != store.AccountDisabled || account.StoppedByCall() {
		t.Errorf("Account = %+v, %v, want the ban to stand", account, err)
	}
}

func TestLateFailuresOfTheAccountStopIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		code    int
		at      time.Duration // after the account was read
		reason  string
		both    bool // also the other broadcast's, of another template
		stopped bool
	}{
		{"payment", 131042, time.Minute, "platform_payment", true, true},
		{"locked", 131031, time.Minute, "platform_account", true, true},
		{"restricted", 368, time.Minute, "platform_account", true, true},
		{"slowed for quality", 131048, time.Minute, "platform_quality", true, true},
		{"template paused", 132015, time.Minute, "platform_template", true, false},
		{"told again after it was mended", 131042, -time.Minute, "", false, false},
		{"the person's own", 131026, time.Minute, "", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			first, second, claim := twoSending(t, shop)
			mustSettle(t, shop, store.Result{Claim: claim, Outcome: store.Accepted{Wamid: "wamid.1"}})
			if err := shop.SaveAccount(ctx, store.Account{Status: "CONNECTED", Quality: "GREEN", Throughput: 80}); err != nil {
				t.Fatal(err)
			}
			read := shop.Clock.Now()
			shop.Clock.Advance(time.Hour)
			late := store.Status{Wamid: "wamid.1", State: store.DeliveryFailed, Code: tt.code, At: read.Add(tt.at)}
			if err := shop.RecordFeed(ctx, store.Feed{FromFile: true, Statuses: []store.Status{late}}); err != nil {
				t.Fatal(err)
			}
			for _, id := range []store.BroadcastID{first, second} {
				if tt.both {
					wantPaused(t, shop, id, tt.reason, tt.code)
				} else if b, err := shop.Store.Broadcast(ctx, id); err != nil || b.State != store.BroadcastSending {
					t.Errorf("broadcast %d is %s, %v", id, b.State, err)
				}
			}
			wantAccountStopped(t, shop, tt.stopped)
		})
	}
}
