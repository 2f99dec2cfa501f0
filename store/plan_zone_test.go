package store_test

import (
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// TestAPlanKeepsTheNightsOfPeopleElsewhere: a shop in Madrid at eleven, and people in Vancouver, where it is two at night.
func TestAPlanKeepsTheNightsOfPeopleElsewhere(t *testing.T) {
	t.Parallel()
	shop := abroad(t, 3)
	check := planOf(t, shop, time.Time{})
	wantPlan(t, check, []string{"2026-11-24"}, []int{5})
	nine := time.Date(2026, time.November, 24, 9, 0, 0, 0, place(t, "America/Vancouver"))
	if day := check.Plan[0]; !day.From.Equal(storetest.Start) || day.Until.Before(nine) || day.Until.After(nine.Add(time.Second)) {
		t.Errorf("planned from %s until %s, want until just after nine o'clock there, %s", day.From, day.Until, nine)
	}
	if check.Elsewhere != 3 || check.NoCommonHours != 0 || check.Sendable != 5 {
		t.Errorf("%+v, want three who live elsewhere", check)
	}
	// In the evening of Madrid, Vancouver has 9:00 to 11:00 of the same day, and the next afternoon.
	evening := time.Date(2026, time.November, 24, 20, 30, 0, 0, place(t, "Europe/Madrid"))
	check = planOf(t, shop, evening)
	wantPlan(t, check, []string{"2026-11-25"}, []int{5})
}

func TestAPlanLeavesOutWhomNoHourOfTheShopReaches(t *testing.T) {
	t.Parallel()
	shop := abroad(t, 3)
	settings, err := shop.Shop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	settings.Hours.Closes = 14 * 60 // five in the morning in Vancouver
	if err := shop.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	check := planOf(t, shop, time.Time{})
	wantPlan(t, check, []string{"2026-11-24"}, []int{2})
	if check.Elsewhere != 3 || check.NoCommonHours != 3 {
		t.Errorf("%d elsewhere, %d never, want three of each", check.Elsewhere, check.NoCommonHours)
	}
}

// TestAPlanSharesTheLimitAmongThoseWhoAreAwake: two a day, so who is awake first goes first.
func TestAPlanSharesTheLimitAmongThoseWhoAreAwake(t *testing.T) {
	t.Parallel()
	shop := abroad(t, 4)
	if err := shop.SaveAccount(t.Context(), store.Account{Quality: "GREEN", Status: "CONNECTED", MessagingLimit: 3, Throughput: 80}); err != nil {
		t.Fatal(err)
	}
	check := planOf(t, shop, time.Time{})
	// Two at eleven, one at nine of Vancouver; the next day the same two are free at eleven, the others from 18:00 on.
	wantPlan(t, check, []string{"2026-11-24", "2026-11-25"}, []int{3, 3})
	if from := check.Plan[1].From.In(place(t, "America/Vancouver")); from.Hour() < 9 {
		t.Errorf("the second day begins at %s where they live", from)
	}
}

func TestWhatRemainsOfABroadcastIsPlannedByTheZonesItWasFrozenWith(t *testing.T) {
	t.Parallel()
	shop := abroad(t, 3)
	ctx := t.Context()
	id := shop.Started(t, "sendable:yes")
	whole, err := shop.Remaining(ctx, id)
	if err != nil || whole.Days != 1 || whole.Elsewhere != 3 || whole.Plan[0].People != 5 {
		t.Fatalf("Remaining = %+v, %v", whole, err)
	}
	// Nobody has been looked at yet, and three wait all the same.
	waits, err := shop.Waits(ctx, id)
	if err != nil || len(waits) != 1 || waits[0].Reason != store.WaitsHours || waits[0].People != 3 {
		t.Errorf("Waits = %+v, %v, want the three of Vancouver", waits, err)
	}
	if _, err := shop.Outbox.Claim(ctx, id, 10); err != nil {
		t.Fatal(err)
	}
	left, err := shop.Remaining(ctx, id)
	nine := time.Date(2026, time.November, 24, 9, 0, 0, 0, place(t, "America/Vancouver"))
	if err != nil || len(left.Plan) != 1 || left.Plan[0].People != 3 || !left.Plan[0].From.Equal(nine) {
		t.Errorf("Remaining = %+v, %v, want three at nine o'clock there", left, err)
	}
	if again, err := shop.Waits(ctx, id); err != nil || len(again) != 1 || again[0] != waits[0] {
		t.Errorf("Waits = %+v, %v, want the same as before: %+v", again, err, waits)
	}
}

// TestAPlanIsWhatThenHappens lets the gate be asked at the moments of the plan, and before them.
func TestAPlanIsWhatThenHappens(t *testing.T) {
	t.Parallel()
	shop := abroad(t, 6)
	ctx := t.Context()
	check := planOf(t, shop, time.Time{})
	id := shop.Started(t, "sendable:yes")
	total, last := 0, time.Time{}
	for range 24 * 4 {
		got, err := shop.Outbox.Claim(ctx, id, 100)
		if err != nil {
			t.Fatal(err)
		}
		if total += len(got.Claims); len(got.Claims) > 0 {
			last = shop.Clock.Now()
		}
		shop.Clock.Advance(15 * time.Minute)
	}
	if end := check.Plan[len(check.Plan)-1].Until; total != 8 || last.Sub(end).Abs() > 15*time.Minute {
		t.Errorf("%d were called, the last at %s; the plan said 8 until %s", total, last, end)
	}
}
