package store_test

import (
	"testing"
	"time"

	"pregon/assets"
	"pregon/store"
)

const prices = `# what a message costs
country,market,category,currency,micros,from
ES,Spain,MARKETING,EUR,50900,2026-01-01
ES,Spain,MARKETING,EUR,60000,2026-07-01
ZZ,Other,MARKETING,EUR,10000,2026-01-01
ES,Spain,UTILITY,EUR,5000,2026-01-01
`

func day(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func TestPriceIsTheLatestThatHolds(t *testing.T) {
	t.Parallel()
	list, err := store.ReadPrices([]byte(prices))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, country, category, on string
		want                        int64
		known                       bool
	}{
		{"before the change", "ES", "MARKETING", "2026-06-30", 50_900, true},
		{"on the day of the change", "ES", "MARKETING", "2026-07-01", 60_000, true},
		{"other countries", "CL", "MARKETING", "2026-07-01", 10_000, true},
		{"other category", "ES", "UTILITY", "2026-07-01", 5_000, true},
		{"before the list begins", "ES", "MARKETING", "2025-12-31", 0, false},
		{"nothing known", "CL", "UTILITY", "2026-07-01", 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			micro, known := list.Price(tt.country, tt.category, day(t, tt.on))
			if micro != tt.want || known != tt.known {
				t.Errorf("got %d, %v, want %d, %v", micro, known, tt.want, tt.known)
			}
		})
	}
}

func TestCostAddsUpWithoutFloats(t *testing.T) {
	t.Parallel()
	list, err := store.ReadPrices([]byte(prices))
	if err != nil {
		t.Fatal(err)
	}
	check := store.Check{Category: "MARKETING", ByCountry: map[string]int{"ES": 3, "CL": 1}}
	cost := list.Cost(check, day(t, "2026-07-02"))
	if cost.Micro != 190_000 || cost.Currency != "EUR" || cost.Unpriced != 0 || cost.Decimal() != "0.19" {
		t.Errorf("got %+v, %s", cost, cost.Decimal())
	}
	check.Category = "AUTHENTICATION"
	if cost := list.Cost(check, day(t, "2026-07-02")); cost.Unpriced != 4 || cost.Decimal() != "0.00" {
		t.Errorf("unpriced: got %+v", cost)
	}
	if got := (store.Cost{Micro: 1_234_565_000}).Decimal(); got != "1234.57" {
		t.Errorf("half a cent: got %s", got)
	}
}

func TestPriceListOfTheProgramIsWhole(t *testing.T) {
	t.Parallel()
	list, err := store.ReadPrices(assets.Rates())
	if err != nil {
		t.Fatal(err)
	}
	if micro, known := list.Price("ES", "MARKETING", day(t, "2026-11-24")); !known || micro <= 0 {
		t.Errorf("Spain: got %d, %v", micro, known)
	}
}

func TestPriceListWithMistakesIsRefused(t *testing.T) {
	t.Parallel()
	const head = "country,market,category,currency,micros,from\n"
	for name, row := range map[string]string{
		"columns": "ES,Spain", "price": "ES,Spain,MARKETING,EUR,much,2026-01-01", "negative": "ES,Spain,MARKETING,EUR,-1,2026-01-01",
		"day":      "ES,Spain,MARKETING,EUR,1,soon",
		"currency": "ES,Spain,MARKETING,EUR,1,2026-01-01\nES,Spain,UTILITY,USD,1,2026-01-01",
	} {
		if _, err := store.ReadPrices([]byte(head + row + "\n")); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
