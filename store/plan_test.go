package store_test

import (
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// limited is a shop of which Meta allows so many people a day, and so many a second.
func limited(t *testing.T, people, limit, throughput int) *storetest.Shop {
	t.Helper()
	shop := storetest.New(t)
	shop.Crowd(t, 0, people)
	account := store.Account{Quality: "GREEN", Status: "CONNECTED", MessagingLimit: limit, Throughput: throughput}
	if err := shop.SaveAccount(t.Context(), account); err != nil {
		t.Fatal(err)
	}
	return shop
}

func planOf(t *testing.T, shop *storetest.Shop, sendAt time.Time) store.Check {
	t.Helper()
	check, err := shop.CheckDraft(t.Context(), store.Draft{
		Template: "offer", Language: "en", Audience: "sendable:yes", Bindings: store.Bindings{"1": {Value: "x"}}, SendAt: sendAt,
	})
	if err != nil {
		t.Fatal(err)
	}
	return check
}

func daysOf(plan []store.DayPlan) (days []string, counts []int) {
	for _, day := range plan {
		days, counts = append(days, day.Day), append(counts, day.People)
	}
	return days, counts
}

func wantPlan(t *testing.T, check store.Check, days []string, counts []int) {
	t.Helper()
	gotDays, gotCounts := daysOf(check.Plan)
	if !slices.Equal(gotDays, days) || !slices.Equal(gotCounts, counts) || check.Days != max(len(days), 1) {
		t.Errorf("plan %v %v over %d days, want %v %v", gotDays, gotCounts, check.Days, days, counts)
	}
}

func TestAPlanFollowsTheLimitDayByDay(t *testing.T) {
	t.Parallel()
	shop := limited(t, 60, 25, 80)
	wantPlan(t, planOf(t, shop, time.Time{}), []string{"2026-11-24", "2026-11-25", "2026-11-26"}, []int{25, 25, 10})
	from := planOf(t, shop, time.Time{}).Plan[1].From
	if late := from.Sub(storetest.Start.Add(24 * time.Hour)); late < 0 || late > time.Minute {
		t.Errorf("the second day begins at %s, want a day after the first", from)
	}
	// On Friday evening: Saturday is open, Sunday is not.
	friday := time.Date(2026, time.November, 27, 21, 0, 0, 0, time.UTC)
	wantPlan(t, planOf(t, shop, friday), []string{"2026-11-28", "2026-11-30", "2026-12-01"}, []int{25, 25, 10})
}

func TestAPlanKnowsWhomTheLastDayHasReached(t *testing.T) {
	t.Parallel()
	shop := limited(t, 40, 25, 80)
	id := shop.Started(t, "Customer")
	if got, err := shop.Outbox.Claim(t.Context(), id, 20); err != nil || len(got.Claims) != 20 {
		t.Fatalf("Claim = %+v, %v", got, err)
	}
	shop.Clock.Advance(2 * time.Hour) // noon; the twenty had theirs at ten
	wantPlan(t, planOf(t, shop, time.Time{}), []string{"2026-11-24", "2026-11-25"}, []int{5, 15})
	if from := planOf(t, shop, time.Time{}).Plan[1].From; from.Before(storetest.Start.Add(24*time.Hour)) || from.After(storetest.Start.Add(24*time.Hour+2*time.Minute)) {
		t.Errorf("the rest begin at %s, want when the first leave the window", from)
	}
	shop.Clock.Advance(24 * time.Hour)
	wantPlan(t, planOf(t, shop, time.Time{}), []string{"2026-11-25"}, []int{20})
}

func TestAPlanEndsWithTheHoursAndGoesOnInTheMorning(t *testing.T) {
	t.Parallel()
	shop := limited(t, 90, 0, 1) // one a second
	evening := time.Date(2026, time.November, 24, 19, 59, 0, 0, time.UTC)
	check := planOf(t, shop, evening)
	wantPlan(t, check, []string{"2026-11-24", "2026-11-25"}, []int{60, 30})
	if first := check.Plan[0]; !first.Until.Equal(evening.Add(time.Minute)) {
		t.Errorf("the first day ends at %s, want at closing", first.Until)
	}
	if second := check.Plan[1]; !second.From.Equal(time.Date(2026, time.November, 25, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("the second begins at %s, want at nine", second.From)
	}
}

func TestAPlanOfOneDayAndOfNone(t *testing.T) {
	t.Parallel()
	shop := limited(t, 5, 250, 80)
	wantPlan(t, planOf(t, shop, time.Time{}), []string{"2026-11-24"}, []int{5})
	settings := storetest.Settings()
	settings.Hours.Days = [7]bool{}
	if err := shop.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	wantPlan(t, planOf(t, shop, time.Time{}), nil, nil)
	settings.Practice = true // open at all hours
	if err := shop.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	wantPlan(t, planOf(t, shop, time.Time{}), []string{"2026-11-24"}, []int{5})
}

func TestAVeryLongPlanIsCountedAndCutShort(t *testing.T) {
	t.Parallel()
	shop := limited(t, 800, 2, 80)
	check := planOf(t, shop, time.Time{})
	if len(check.Plan) != 366 || check.Days < 400 || check.Days > 410 {
		t.Errorf("%d days, %d written down, want 400 and a year", check.Days, len(check.Plan))
	}
}
