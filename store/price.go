package store

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"
)

// otherCountries is the row of a price list for countries without one of their own.
const otherCountries = "ZZ"

// PriceList is what one delivered message costs, by country and category.
type PriceList struct {
	currency string
	prices   map[priceKey][]datedPrice // the oldest first
}

type priceKey struct{ country, category string }

type datedPrice struct {
	from  time.Time
	micro int64
}

// Cost is an estimate in whole millionths of a currency.
type Cost struct {
	Currency string // "" where nothing had a price
	Micro    int64
	Unpriced int // messages for which the list has no price
}

// Decimal writes the amount with two decimals and a point, as JSON and scripts read it.
func (c Cost) Decimal() string {
	cents := (c.Micro + 5_000) / 10_000
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}

// ReadPrices reads a price list: CSV with the columns country (ISO 3166, ZZ for
// every other), market, category, currency, micros (millionths for one message)
// and from (the first day the price holds); # starts a comment. The whole list
// is in one currency. Errors name the line at fault.
func ReadPrices(data []byte) (*PriceList, error) {
	reader := csv.NewReader(bytes.NewReader(data))
	reader.Comment, reader.FieldsPerRecord = '#', 6
	list := &PriceList{prices: map[priceKey][]datedPrice{}}
	for first := true; ; first = false {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return list, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read the prices: %w", err)
		}
		if first {
			continue
		}
		if err := list.add(row); err != nil {
			line, _ := reader.FieldPos(0)
			return nil, fmt.Errorf("read the prices, line %d: %w", line, err)
		}
	}
}

func (l *PriceList) add(row []string) error {
	micro, err := strconv.ParseInt(row[4], 10, 64)
	if err != nil || micro < 0 {
		return fmt.Errorf("%q is no price", row[4])
	}
	from, err := time.Parse(time.DateOnly, row[5])
	if err != nil {
		return fmt.Errorf("read the day: %w", err)
	}
	if l.currency == "" {
		l.currency = row[3]
	}
	if row[3] != l.currency {
		return fmt.Errorf("%q after %q: one list, one currency", row[3], l.currency)
	}
	key := priceKey{row[0], row[2]}
	l.prices[key] = append(l.prices[key], datedPrice{from, micro})
	return nil
}

// Price is what one message costs on a day; false where the list does not tell.
func (l *PriceList) Price(country, category string, day time.Time) (micro int64, known bool) {
	for _, name := range []string{country, otherCountries} {
		var latest time.Time
		for _, price := range l.prices[priceKey{name, category}] {
			if !price.from.After(day) && !price.from.Before(latest) {
				latest, micro, known = price.from, price.micro, true
			}
		}
		if known {
			return micro, true
		}
	}
	return 0, false
}

// Cost estimates a broadcast that is sent on a day.
func (l *PriceList) Cost(check Check, day time.Time) Cost {
	cost := Cost{Currency: l.currency}
	for country, people := range check.ByCountry {
		micro, known := l.Price(country, check.Category, day)
		if !known {
			cost.Unpriced += people
			continue
		}
		cost.Micro += micro * int64(people)
	}
	return cost
}
