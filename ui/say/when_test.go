package say_test

import (
	"testing"
	"time"

	"pregon/assets"
	"pregon/ui/say"
)

func zoned(tb testing.TB, lang string, zone *time.Location) *say.Printer {
	tb.Helper()
	p, err := say.New(lang, assets.Locales())
	if err != nil {
		tb.Fatal(err)
	}
	return p.In(zone)
}

func TestWhenIsReadAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	vancouver, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, vancouver) // a Tuesday
	at := func(year int, month time.Month, day, hour, minute int) time.Time {
		return time.Date(year, month, day, hour, minute, 0, 0, vancouver)
	}
	tests := []struct {
		lang, text string
		want       time.Time // zero: not understood
	}{
		{"en", "10:30", at(2026, 11, 24, 10, 30)},
		{"en", "9:30", at(2026, 11, 25, 9, 30)}, // today's is over
		{"en", "10:00", at(2026, 11, 25, 10, 0)},
		{"en", "17h", at(2026, 11, 24, 17, 0)},
		{"en", "17.15", at(2026, 11, 24, 17, 15)},
		{"en", "today 17:15", at(2026, 11, 24, 17, 15)},
		{"en", "Tomorrow at 9", at(2026, 11, 25, 9, 0)},
		{"en", "tomorrow 09:05", at(2026, 11, 25, 9, 5)},
		{"en", "Tue 11:00", at(2026, 11, 24, 11, 0)},
		{"en", "tuesday 9:00", at(2026, 12, 1, 9, 0)},
		{"en", "Wednesday, 9:00", at(2026, 11, 25, 9, 0)},
		{"en", "25 Nov 10:30", at(2026, 11, 25, 10, 30)},
		{"en", "Nov 25 at 10:30", at(2026, 11, 25, 10, 30)},
		{"en", "25 November 2026 10:30", at(2026, 11, 25, 10, 30)},
		{"en", "5 Jan 10:30", at(2027, 1, 5, 10, 30)}, // the one that comes
		{"en", "25/11 10:30", at(2026, 11, 25, 10, 30)},
		{"en", "25.11.26 10:30", at(2026, 11, 25, 10, 30)},
		{"en", "2026-11-25 10:30", at(2026, 11, 25, 10, 30)},
		{"en", "2025-11-25 10:30", at(2025, 11, 25, 10, 30)}, // whoever writes a year means it
		{"en", "24 Nov 9:00", at(2026, 11, 24, 9, 0)},        // an hour ago, and not next year
		{"es", "mañana 9:30", at(2026, 11, 25, 9, 30)},
		{"es", "manana a las 9", at(2026, 11, 25, 9, 0)},
		{"es", "hoy 17:00", at(2026, 11, 24, 17, 0)},
		{"es", "miércoles 9:00", at(2026, 11, 25, 9, 0)},
		{"es", "MIE 9:00", at(2026, 11, 25, 9, 0)},
		{"es", "25 de noviembre 10:30", at(2026, 11, 25, 10, 30)},
		{"pt", "amanhã 9:30", at(2026, 11, 25, 9, 30)},
		{"pt", "sábado 9:30", at(2026, 11, 28, 9, 30)},
		{"pt", "25 de nov 9h30", at(2026, 11, 25, 9, 30)},
		{"en", "", time.Time{}},
		{"en", "tomorrow", time.Time{}}, // at what time?
		{"en", "25", time.Time{}},
		{"en", "25 Nov", time.Time{}},
		{"en", "24:00", time.Time{}},
		{"en", "10:60", time.Time{}},
		{"en", "31 Apr 10:00", time.Time{}},
		{"en", "30/02 10:00", time.Time{}},
		{"en", "13/13 10:00", time.Time{}},
		{"en", "0/1 10:00", time.Time{}},
		{"en", "someday 10:00", time.Time{}},
		{"en", "10:00 10:00", time.Time{}},
		{"en", "25 Nov 26 2027 10:00 pm", time.Time{}},
	}
	for _, tt := range tests {
		t.Run(tt.lang+" "+tt.text, func(t *testing.T) {
			t.Parallel()
			got, ok := zoned(t, tt.lang, vancouver).When(tt.text, now.UTC())
			if ok == tt.want.IsZero() || ok && !got.Equal(tt.want) {
				t.Errorf("%v %v, want %v", got, ok, tt.want)
			}
		})
	}
}

func TestWhenKeepsTheShopsClockOverDST(t *testing.T) {
	t.Parallel()
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	p := zoned(t, "en", madrid)
	got, ok := p.When("tomorrow 10:00", time.Date(2026, 3, 28, 12, 0, 0, 0, madrid)) // the night has an hour less
	if !ok || got.UTC().Hour() != 8 || got.In(madrid).Hour() != 10 {
		t.Errorf("got %v %v", got, ok)
	}
}

func FuzzWhen(f *testing.F) {
	for _, seed := range []string{"10:30", "tomorrow 9:00", "25 Nov 10:30", "2026-11-25 10:30", "25/11/26 10:30", "mañana a las 9", "٣ 9:00", "99999999999:99"} {
		f.Add(seed)
	}
	p := zoned(f, "es", time.UTC)
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		at, ok := p.When(text, now)
		if ok == at.IsZero() {
			t.Errorf("%q: %v %v", text, at, ok)
		}
		if ok && (at.Second() != 0 || at.Year() > 9999 || at.Year() < 0) {
			t.Errorf("%q means %v", text, at)
		}
	})
}
