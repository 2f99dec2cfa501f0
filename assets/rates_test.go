package assets_test

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"pregon/assets"
)

func TestRatesAreAPriceListByCountryAndDay(t *testing.T) {
	t.Parallel()
	rows := rates(t)
	if want := []string{"country", "market", "category", "currency", "micros", "from"}; !slices.Equal(rows[0], want) {
		t.Fatalf("columns %v, want %v", rows[0], want)
	}
	country := regexp.MustCompile(`^[A-Z]{2}$`)
	seen := make(map[string]bool)
	for _, row := range rows[1:] {
		key := row[0] + row[2] + row[5]
		if seen[key] {
			t.Errorf("%v stands twice", row)
		}
		seen[key] = true
		if !country.MatchString(row[0]) || row[1] == "" || row[3] != "USD" {
			t.Errorf("%v: country, market or currency is wrong", row)
		}
		if row[2] != "MARKETING" && row[2] != "UTILITY" {
			t.Errorf("%v: unknown category", row)
		}
		// No list price has ever been above a quarter of a dollar; more is a slip of the decimal point.
		if micros, err := strconv.ParseInt(row[4], 10, 64); err != nil || micros <= 0 || micros > 250_000 {
			t.Errorf("%v: not a price in millionths", row)
		}
		if _, err := time.Parse(time.DateOnly, row[5]); err != nil {
			t.Errorf("%v: %v", row, err)
		}
	}
}

func TestEveryCountryHasBothPricesFromTheFirstDay(t *testing.T) {
	t.Parallel()
	first := make(map[string]int)
	for _, row := range rates(t)[1:] {
		if row[5] == "2026-01-01" {
			first[row[0]]++
		}
	}
	for country, prices := range first {
		if prices != 2 {
			t.Errorf("%s has %d prices on the first day, want 2", country, prices)
		}
	}
	if first["ZZ"] == 0 {
		t.Error("no price for the countries that are not listed")
	}
}

func TestKnownPrices(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, country, category, from, want string }{
		{name: "an own market", country: "ES", category: "MARKETING", from: "2026-01-01", want: "61500"},
		{name: "a price under a cent", country: "CO", category: "UTILITY", from: "2026-01-01", want: "800"},
		{name: "Canada is North America", country: "CA", category: "MARKETING", from: "2026-01-01", want: "25000"},
		{name: "Puerto Rico is Latin America", country: "PR", category: "MARKETING", from: "2026-01-01", want: "74000"},
		{name: "Australia is Asia-Pacific", country: "AU", category: "UTILITY", from: "2026-01-01", want: "11300"},
		{name: "a later change", country: "GB", category: "MARKETING", from: "2026-07-01", want: "63500"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			found := slices.ContainsFunc(rates(t), func(row []string) bool {
				return row[0] == test.country && row[2] == test.category && row[5] == test.from && row[4] == test.want
			})
			if !found {
				t.Errorf("%s %s is not %s millionths from %s", test.country, test.category, test.want, test.from)
			}
		})
	}
}

func rates(t *testing.T) [][]string {
	t.Helper()
	reader := csv.NewReader(bytes.NewReader(assets.Rates()))
	reader.Comment = '#'
	rows, err := reader.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
