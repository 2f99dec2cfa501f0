package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

func place(t *testing.T, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

func TestHoursOpenAndClose(t *testing.T) {
	t.Parallel()
	madrid := place(t, "Europe/Madrid")
	hours := store.DefaultShop().Hours // 9 to 20, not on Sundays
	wide := store.Hours{Opens: 0, Closes: 24 * 60, Days: hours.Days}
	at := func(day, hour, minute int) time.Time {
		return time.Date(2026, time.October, day, hour, minute, 0, 0, madrid)
	}
	tests := []struct {
		name  string
		hours store.Hours
		now   time.Time
		open  bool
		next  time.Time
	}{
		{"opens on the minute", hours, at(20, 9, 0), true, time.Time{}},
		{"a minute before", hours, at(20, 8, 59), false, at(20, 9, 0)},
		{"closes on the minute", hours, at(20, 20, 0), false, at(21, 9, 0)},
		{"before a Sunday on which the clocks change", hours, at(24, 20, 30), false, at(26, 9, 0)},
		{"never before eight", wide, at(20, 7, 59), false, at(20, 8, 0)},
		{"never after nine", wide, at(20, 21, 0), false, at(21, 8, 0)},
		{"no day at all", store.Hours{Opens: 540, Closes: 1200}, at(20, 12, 0), false, time.Time{}},
		{"nonsense hours", store.Hours{Opens: 1200, Closes: 540, Days: hours.Days}, at(20, 12, 0), false, time.Time{}},
		{"only on the same weekday next week", store.Hours{Opens: 540, Closes: 600, Days: [7]bool{2: true}}, at(20, 12, 0), false, at(27, 9, 0)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			open, next := test.hours.Next(test.now)
			if open != test.open || !next.Equal(test.next) {
				t.Errorf("Next = %v, %s, want %v, %s", open, next, test.open, test.next)
			}
		})
	}
}

func TestHoursInTwoZonesAreOpenOnlyWhereBothAre(t *testing.T) {
	t.Parallel()
	hours := store.DefaultShop().Hours
	madrid, york, auckland := place(t, "Europe/Madrid"), place(t, "America/New_York"), place(t, "Pacific/Auckland")
	on := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, madrid)
	}
	all := store.Hours{Opens: 8 * 60, Closes: 21 * 60, Days: [7]bool{true, true, true, true, true, true, true}}
	tests := []struct {
		name   string
		hours  store.Hours
		theirs *time.Location
		now    time.Time
		open   bool
		next   time.Time
	}{
		{"morning in Madrid is night in New York", hours, york, on(time.November, 24, 10, 0), false, on(time.November, 24, 15, 0)},
		{"the minute New York opens", hours, york, on(time.November, 24, 15, 0), true, on(time.November, 24, 15, 0)},
		{"Madrid closes while New York is open", hours, york, on(time.November, 24, 20, 0), false, on(time.November, 25, 15, 0)},
		{"over the Sunday", hours, york, on(time.November, 28, 20, 0), false, on(time.November, 30, 15, 0)},
		// Europe turned its clocks back on 25 October, New York on 1 November: five hours apart in the week between.
		{"the week in which only one has turned the clock", hours, york, on(time.October, 27, 10, 0), false, on(time.October, 27, 14, 0)},
		{"and the week after", hours, york, on(time.November, 3, 10, 0), false, on(time.November, 3, 15, 0)},
		// In spring New York goes first, on 8 March.
		{"spring", hours, york, on(time.March, 10, 10, 0), false, on(time.March, 10, 14, 0)},
		{"never together", hours, auckland, on(time.November, 24, 10, 0), false, time.Time{}},
		{"together in wider hours", all, auckland, on(time.November, 24, 12, 0), false, on(time.November, 24, 20, 0)},
		{"the same zone", hours, madrid, on(time.November, 24, 10, 0), true, on(time.November, 24, 10, 0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			open, next := tt.hours.NextIn(tt.now, madrid, tt.theirs)
			if open != tt.open || !next.Equal(tt.next) {
				t.Errorf("NextIn = %v, %s, want %v, %s", open, next.In(madrid), tt.open, tt.next)
			}
		})
	}
}

// abroad is a shop in Madrid with a number that tells no one zone, and so many customers in Vancouver and here.
func abroad(t *testing.T, there int) *storetest.Shop {
	t.Helper()
	shop := storetest.New(t)
	settings := storetest.Settings()
	settings.Timezone, settings.Number = "Europe/Madrid", "+61491570156"
	if err := shop.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	for n := range there {
		shop.Customer(t, n)
	}
	for _, number := range []phone.E164{"+61491570157", "+61491570158"} {
		c, err := shop.AddContact(t.Context(), store.NewContact{Phone: number, Name: "Nearby", Source: "counter"})
		if err != nil {
			t.Fatal(err)
		}
		shop.OptIn(t, c.ID)
		shop.Saved(t, c.ID)
	}
	return shop
}

func TestNobodyIsCalledAtNightWhereTheyLive(t *testing.T) {
	t.Parallel()
	shop := abroad(t, 3)
	ctx := t.Context()
	id := shop.Started(t, "sendable:yes")
	got, err := shop.Outbox.Claim(ctx, id, 10) // eleven in Madrid, the middle of the night in Vancouver
	if err != nil || len(got.Claims) != 2 || got.Excluded != 0 || got.NextWhy != store.WaitsHours {
		t.Fatalf("Claim = %+v, %v, want the two of no one zone, and the others to wait", got, err)
	}
	nine := time.Date(2026, time.November, 24, 9, 0, 0, 0, place(t, "America/Vancouver"))
	if !got.NextAt.Equal(nine) {
		t.Errorf("they wait until %s, want nine o'clock there, %s", got.NextAt, nine)
	}
	if counts := shop.Counts(ctx, t, id); counts[store.DeliveryQueued] != 3 {
		t.Errorf("counts = %v, want three waiting", counts)
	}
	waits, err := shop.Waits(ctx, id)
	if err != nil || len(waits) != 1 || waits[0] != (store.Waiting{Reason: store.WaitsHours, Until: nine.UTC(), People: 3}) {
		t.Errorf("Waits = %+v, %v", waits, err)
	}
	shop.Clock.Advance(nine.Sub(storetest.Start))
	if got, err = shop.Outbox.Claim(ctx, id, 10); err != nil || len(got.Claims) != 3 {
		t.Errorf("Claim at nine = %+v, %v, want all three", got, err)
	}
	if waits, err := shop.Waits(ctx, id); err != nil || len(waits) != 0 {
		t.Errorf("Waits = %+v, %v, want none", waits, err)
	}
}

func TestAPracticeShopCallsAtAllHours(t *testing.T) {
	t.Parallel()
	shop := abroad(t, 1)
	got, err := shop.Outbox.Claim(t.Context(), shop.Started(t, "sendable:yes"), 10, store.AtAllHours())
	if err != nil || len(got.Claims) != 3 {
		t.Errorf("Claim = %+v, %v, want everybody", got, err)
	}
}

func TestWhoIsNeverAwakeWithTheShopWaitsAndIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	shop := abroad(t, 1)
	ctx := t.Context()
	settings, err := shop.Shop(ctx)
	if err != nil {
		t.Fatal(err)
	}
	settings.Hours.Opens, settings.Hours.Closes = 9*60, 10*60
	if err := shop.SaveShop(ctx, settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	id := shop.Started(t, "customer") // Vancouver alone
	got, err := shop.Outbox.Claim(ctx, id, 10)
	if err != nil || len(got.Claims) != 0 || got.NextWhy != store.WaitsNoHours || !got.NextAt.Equal(storetest.Start.Add(24*time.Hour)) {
		t.Fatalf("Claim = %+v, %v, want it to wait a day", got, err)
	}
	settings.Hours.Closes = 20 * 60
	if err := shop.SaveShop(ctx, settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	shop.Clock.Advance(32 * time.Hour) // seven in the evening in Madrid, a day later
	if got, err = shop.Outbox.Claim(ctx, id, 10); err != nil || len(got.Claims) != 1 {
		t.Errorf("Claim with wider hours = %+v, %v, want the claim", got, err)
	}
}

func TestNeighboursOfTheShopsOwnNumberLiveByItsClock(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t) // +1 604, and by its own word in UTC
	shop.Customer(t, 1)
	got, err := shop.Outbox.Claim(t.Context(), shop.Started(t, "sendable:yes"), 10)
	if err != nil || len(got.Claims) != 1 {
		t.Errorf("Claim = %+v, %v, want the neighbour", got, err)
	}
}

func TestOnePersonGetsOneMessageInSixSeconds(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	first := shop.Started(t, "sendable:yes")
	mustSettle(t, shop, store.Result{Claim: claimOne(t, shop, first), Outcome: store.Refused{Code: 131021}})
	second := shop.Started(t, "sendable:yes")
	shop.Clock.Advance(2 * time.Second)
	got, err := shop.Outbox.Claim(ctx, second, 1)
	if err != nil || len(got.Claims) != 0 || got.NextWhy != store.WaitsPair || !got.NextAt.Equal(storetest.Start.Add(store.PairEvery)) {
		t.Fatalf("Claim two seconds later = %+v, %v, want it to wait", got, err)
	}
	shop.Clock.Advance(4 * time.Second)
	if got, err := shop.Outbox.Claim(ctx, second, 1); err != nil || len(got.Claims) != 1 {
		t.Errorf("Claim six seconds later = %+v, %v", got, err)
	}
}

func TestWhoHadEnoughRestsForAWeek(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	shop.Customer(t, 2)
	id := shop.Started(t, "sendable:yes")
	got, err := shop.Outbox.Claim(ctx, id, 2)
	if err != nil || len(got.Claims) != 2 {
		t.Fatalf("Claim = %+v, %v", got, err)
	}
	mustSettle(
		t, shop, store.Result{Claim: got.Claims[0], Outcome: store.Refused{Code: 131049}}, // at once
		store.Result{Claim: got.Claims[1], Outcome: store.Accepted{Wamid: "wamid.2"}},
	)
	late := store.Feed{FromFile: true, Statuses: []store.Status{{Wamid: "wamid.2", State: store.DeliveryFailed, Code: 131049, At: storetest.Start}}}
	if err := shop.RecordFeed(ctx, late); err != nil {
		t.Fatal(err)
	}
	if again, err := shop.Outbox.Claim(ctx, id, 2); err != nil || again.Examined != 0 {
		t.Errorf("Claim = %+v, %v, want nobody tried again by itself", again, err)
	}
	shop.Clock.Advance(store.RestsFor - time.Second)
	check, err := shop.CheckDraft(ctx, store.Draft{Template: "offer", Language: "en", Audience: "sendable:yes", Bindings: store.Bindings{"1": {Value: "x"}}})
	if err != nil || check.Excluded[store.ReasonTooSoon] != 2 {
		t.Errorf("Check = %+v, %v, want both to rest", check, err)
	}
	resting, err := shop.ContactByPhone(ctx, storetest.Phone(1))
	if err != nil || !slices.Equal(resting.Verdict.Why, []store.Reason{store.ReasonTooSoon}) || !resting.RestsUntil.Equal(storetest.Start.Add(store.RestsFor)) {
		t.Errorf("she shows %v until %s, %v", resting.Verdict.Why, resting.RestsUntil, err)
	}
	shop.Customer(t, 4)
	if got, err := shop.Outbox.Claim(ctx, shop.Started(t, "sendable:yes"), 3); err != nil || len(got.Claims) != 1 || got.Excluded != 2 {
		t.Errorf("Claim within the week = %+v, %v, want both left out", got, err)
	}
	shop.Clock.Advance(2 * time.Second)
	if rested, err := shop.ContactByPhone(ctx, storetest.Phone(1)); err != nil || !rested.Verdict.Sendable() || !rested.RestsUntil.IsZero() {
		t.Errorf("after the week she shows %v until %s, %v", rested.Verdict.Why, rested.RestsUntil, err)
	}
	if got, err := shop.Outbox.Claim(ctx, shop.Started(t, "sendable:yes"), 3); err != nil || len(got.Claims) != 2 {
		t.Errorf("Claim after the week = %+v, %v, want both", got, err)
	}
}

func TestNoSettingAllowsMoreThanTwoInAWeek(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	settings := storetest.Settings()
	settings.Every = store.MinimumEvery - time.Millisecond
	if err := shop.SaveShop(ctx, settings, "Ana"); err == nil {
		t.Error("more than two in a week was taken")
	}
	settings.Every, settings.PerMonth = store.MinimumEvery, 100
	if err := shop.SaveShop(ctx, settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	shop.Customer(t, 1)
	var at []time.Time
	for range 24 * 14 { // an eager owner, who tries every hour
		if sendOnce(t, shop) {
			at = append(at, shop.Clock.Now())
		}
		shop.Clock.Advance(time.Hour)
	}
	for i := 2; i < len(at); i++ {
		if within := at[i].Sub(at[i-2]); within < 7*24*time.Hour {
			t.Errorf("three within %s", within)
		}
	}
	if len(at) < 4 {
		t.Errorf("%d in two weeks, want four", len(at))
	}
}

func TestFourInThirtyDays(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	var days []int
	for day := range 70 {
		if sendOnce(t, shop) {
			days = append(days, day)
		}
		shop.Clock.Advance(24 * time.Hour)
	}
	for i := 4; i < len(days); i++ {
		if days[i]-days[i-4] < 30 {
			t.Errorf("five within %d days: %v", days[i]-days[i-4], days)
		}
	}
	if len(days) < 8 || days[1] != 7 {
		t.Errorf("sent on days %v, want once a week, and a pause at the fifth", days)
	}
}

// sendOnce starts a broadcast to the one customer and reports whether she was called.
func sendOnce(t *testing.T, shop *storetest.Shop) bool {
	t.Helper()
	ctx := t.Context()
	id := shop.Broadcast(t, "sendable:yes")
	if _, err := shop.Outbox.Acquire(ctx); err != nil {
		t.Fatal(err)
	}
	var blocked *store.BlockedError
	if err := shop.Outbox.Start(ctx, id, store.Start{Staff: "Ana", WithoutFeed: true}); errors.As(err, &blocked) {
		return false
	} else if err != nil {
		t.Fatal(err)
	}
	mustSettle(t, shop, store.Result{Claim: claimOne(t, shop, id), Outcome: store.Accepted{Wamid: fmt.Sprint(id)}})
	if finished, err := shop.Outbox.Finish(ctx, id); err != nil || !finished {
		t.Fatalf("Finish = %t, %v", finished, err)
	}
	return true
}
