package assets

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"time"
)

// SampleContacts returns the customers of the practice shop, a CSV file as a shop would bring it: most rows carry
// proof of consent, some do not, four cannot be read and one comes twice. All numbers are kept for fiction.
func SampleContacts() []byte {
	return mustRead("sample/contacts.csv")
}

// SampleContactsOn returns SampleContacts with all dates moved by the same whole number of days, so that the latest
// falls on the day before day. Consent lapses after two years and is never given in the future: without this the
// practice shop would grow old, and would be wrong on a computer whose clock is.
func SampleContactsOn(day time.Time) ([]byte, error) {
	rows, err := csv.NewReader(bytes.NewReader(SampleContacts())).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read sample contacts: %w", err)
	}

	latest, err := latestDate(rows)
	if err != nil {
		return nil, err
	}
	days := int(day.UTC().Truncate(24*time.Hour).Sub(latest.Truncate(24*time.Hour)).Hours()/24) - 1
	err = eachDate(rows, func(cell *string, at time.Time) {
		*cell = at.AddDate(0, 0, days).Format(time.RFC3339)
	})
	if err != nil {
		return nil, err
	}

	var out bytes.Buffer
	if err := csv.NewWriter(&out).WriteAll(rows); err != nil {
		return nil, fmt.Errorf("write sample contacts: %w", err)
	}
	return out.Bytes(), nil
}

func latestDate(rows [][]string) (time.Time, error) {
	var latest time.Time
	err := eachDate(rows, func(_ *string, at time.Time) {
		if at.After(latest) {
			latest = at
		}
	})
	return latest, err
}

// eachDate calls visit for every filled cell of a column whose header ends in "_at".
func eachDate(rows [][]string, visit func(cell *string, at time.Time)) error {
	for _, row := range rows[1:] {
		for column, header := range rows[0] {
			if !strings.HasSuffix(header, "_at") || row[column] == "" {
				continue
			}
			at, err := time.Parse(time.RFC3339, row[column])
			if err != nil {
				return fmt.Errorf("read date of sample contact: %w", err)
			}
			visit(&row[column], at)
		}
	}
	return nil
}
