package assets_test

import (
	"bytes"
	"encoding/csv"
	"regexp"
	"strings"
	"testing"
	"time"

	"pregon/assets"
)

// fictional are the only numbers the samples may use. +1 604 555 0160 to 0199 stay free for people typed in by hand.
var fictional = regexp.MustCompile(`^(160455501[0-5]\d|6149157015[6-9])$`)

func TestSampleHoldsOnlyFictionalNumbers(t *testing.T) {
	t.Parallel()
	inText := regexp.MustCompile(`\+?\(?\d[\d ().-]{6,}\d`)
	stamp := regexp.MustCompile(`\d{4}-\d\d-\d\dT[\d:]+Z`)
	text := stamp.ReplaceAllString(string(assets.SampleContacts()), "")
	for _, found := range inText.FindAllString(text, -1) {
		if !fictional.MatchString(digits(found)) {
			t.Errorf("%q may belong to someone", found)
		}
	}

	id := regexp.MustCompile(`"id": "\d+"|"date": \d+`)
	text = id.ReplaceAllString(string(assets.SampleTemplates()), "")
	if found := inText.FindString(text); found != "" {
		t.Errorf("templates hold %q, which may be someone's number", found)
	}
}

func TestSampleShowsWhatAnImportMeets(t *testing.T) {
	t.Parallel()
	type tally struct{ rows, proven, saved, partial, bad, repeated int }
	var got tally
	seen := make(map[string]bool)
	for _, row := range contacts(t, assets.SampleContacts()) {
		number := digits(row["phone"])
		switch {
		case !fictional.MatchString(number):
			got.bad++
			continue
		case seen[number]:
			got.repeated++
			continue
		}
		seen[number] = true
		got.rows++

		filled := 0
		for _, column := range []string{"consent_at", "consent_method", "consent_notice", "consent_evidence"} {
			if row[column] != "" {
				filled++
			}
		}
		switch {
		case filled == 4 && row["saved_at"] != "":
			got.proven++
			got.saved++
		case filled == 4:
			got.proven++
		case filled > 0:
			got.partial++
		}
	}
	want := tally{rows: 64, proven: 51, saved: 46, partial: 3, bad: 4, repeated: 1}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSampleConsentNamesAnIssuedWordingInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	for _, row := range contacts(t, assets.SampleContacts()) {
		notice := row["consent_notice"]
		if notice == "" {
			continue
		}
		if issued[notice+".v1"] == "" {
			t.Errorf("%s agreed to %q, which was never issued", row["name"], notice)
		}
		if notice != "optin-"+row["language"] {
			t.Errorf("%s reads %q and agreed to %q", row["name"], row["language"], notice)
		}
	}
}

func TestSampleOfADayEndsTheDayBefore(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		day  time.Time
	}{
		{name: "today", day: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)},
		{name: "years later", day: time.Date(2031, 3, 1, 0, 0, 0, 0, time.UTC)},
		{name: "a clock that is behind", day: time.Date(2020, 1, 1, 23, 59, 0, 0, time.UTC)},
		{name: "a day that is already tomorrow in UTC", day: time.Date(2026, 11, 23, 22, 0, 0, 0, time.FixedZone("PST", -8*3600))},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			moved, err := assets.SampleContactsOn(test.day)
			if err != nil {
				t.Fatal(err)
			}
			before, after := contacts(t, assets.SampleContacts()), contacts(t, moved)
			if len(before) != len(after) {
				t.Fatalf("%d rows became %d", len(before), len(after))
			}

			var latest time.Time
			for i, row := range after {
				for _, column := range []string{"consent_at", "saved_at"} {
					if row[column] == "" {
						continue
					}
					at := date(t, row[column])
					if at.Format(time.TimeOnly) != date(t, before[i][column]).Format(time.TimeOnly) {
						t.Errorf("%s: the hour changed", row["name"])
					}
					if at.After(latest) {
						latest = at
					}
				}
			}
			want := test.day.UTC().AddDate(0, 0, -1).Format(time.DateOnly)
			if got := latest.Format(time.DateOnly); got != want {
				t.Errorf("the latest date is %s, want %s", got, want)
			}
		})
	}
}

func contacts(t *testing.T, data []byte) []map[string]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(data)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var all []map[string]string
	for _, row := range rows[1:] {
		named := make(map[string]string)
		for i, header := range rows[0] {
			named[header] = row[i]
		}
		all = append(all, named)
	}
	return all
}

func date(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, text)
}
