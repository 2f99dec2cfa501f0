package say_test

import (
	"errors"
	"testing"
	"time"

	"pregon/ui/say"
)

const (
	english = `{"%d contacts": {"one": "one contact", "other": "%d contacts"}}`
	spanish = `{
		"%d contacts": {"=0": "nadie", "one": "un contacto", "other": "%d contactos"},
		"%s has %d messages": {"one": "%s tiene un mensaje", "other": "%s tiene %d mensajes"},
		"%s has %d of %s": {"one": "%[1]s tiene uno de %[3]s", "other": "%s tiene %d de %s"},
		"%d of %d": "%[1]d de %[2]d", "Save": "Guardar", "just now": "ahora mismo", "%d min ago": "hace %d min",
		"Tue": "mar", "Nov": "nov", "%s sent %s": "%[2]s lo envió %[1]s"
	}`
)

func printer(t *testing.T, lang string) *say.Printer {
	t.Helper()
	p, err := say.New(lang, map[string][]byte{"en": []byte(english), "es": []byte(spanish)})
	if err != nil {
		t.Fatal(err)
	}
	return p.In(time.FixedZone("shop", 3600))
}

func TestSentencesSpeakTheReadersLanguage(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, lang, want string
		say              func(p *say.Printer) string
	}{
		{"English key stands for itself", "en", "Save", func(p *say.Printer) string { return p.T("Save") }},
		{"translated", "es", "Guardar", func(p *say.Printer) string { return p.T("Save") }},
		{"region falls back to its language", "es-MX", "Guardar", func(p *say.Printer) string { return p.T("Save") }},
		{"unknown language is English", "ja", "Save", func(p *say.Printer) string { return p.T("Save") }},
		{"unreadable language is English", "!!", "Save", func(p *say.Printer) string { return p.T("Save") }},
		{"missing sentence is English", "es", "Nowhere", func(p *say.Printer) string { return p.T("Nowhere") }},
		{"one", "en", "one contact", func(p *say.Printer) string { return p.T("%d contacts", 1) }},
		{"many are grouped", "en", "4,211 contacts", func(p *say.Printer) string { return p.T("%d contacts", 4211) }},
		{"none has its own form", "es", "nadie", func(p *say.Printer) string { return p.T("%d contacts", 0) }},
		{"count behind another argument", "es", "Ana tiene un mensaje", func(p *say.Printer) string {
			return p.T("%s has %d messages", "Ana", 1)
		}},
		{"count behind another argument, many", "es", "Ana tiene 7 mensajes", func(p *say.Printer) string {
			return p.T("%s has %d messages", "Ana", 7)
		}},
		{"number left out between two others", "es", "Ana tiene uno de B", func(p *say.Printer) string {
			return p.T("%s has %d of %s", "Ana", 1, "B")
		}},
		{"arguments may change places", "es", "b lo envió a", func(p *say.Printer) string { return p.T("%s sent %s", "a", "b") }},
		{"grouping of the region", "es-MX", "4,211", func(p *say.Printer) string { return p.Number(4211) }},
		{"grouping of the language", "es", "42.110", func(p *say.Printer) string { return p.Number(42110) }},
		{"share", "en", "61%", func(p *say.Printer) string { return p.Percent(237, 388) }},
		{"share in Spanish", "es", "61\u00a0%", func(p *say.Printer) string { return p.Percent(237, 388) }},
		{"almost all is not all", "en", "99%", func(p *say.Printer) string { return p.Percent(9999, 10000) }},
		{"share of nothing", "en", "0%", func(p *say.Printer) string { return p.Percent(0, 0) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.say(printer(t, tt.lang)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMoneyIsNeverRoundedThroughAFloat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, lang, code, want string
		micro                  int64
		price                  bool
	}{
		{"euro", "en", "EUR", "23.86 €", 23_860_000, false},
		{"euro in Spanish", "es", "EUR", "23,86 €", 23_860_000, false},
		{"half a cent goes up", "en", "EUR", "0.01 €", 5_000, false},
		{"grouped", "en", "GBP", "1,234,567.09 £", 1_234_567_090_000, false},
		{"no digits", "en", "JPY", "1,235 JPY", 1_234_500_000, false},
		{"three digits", "en", "KWD", "1.235 KWD", 1_234_500, false},
		{"owed", "en", "USD", "-1.50 USD", -1_500_000, false},
		{"nothing is not less than nothing", "en", "USD", "0.00 USD", -1_000, false},
		{"unknown currency", "en", "???", "1.00 ???", 1_000_000, false},
		{"price of one message", "en", "EUR", "0.0509 €", 50_900, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := printer(t, tt.lang)
			got := p.Money(tt.micro, tt.code)
			if tt.price {
				got = p.Price(tt.micro, tt.code)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTimesAreSaidAsPeopleSayThem(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.November, 23, 10, 44, 0, 0, time.FixedZone("shop", 3600))
	tests := []struct {
		name, lang, want string
		at               time.Time
	}{
		{"now", "en", "just now", now.Add(-20 * time.Second)},
		{"now in Spanish", "es", "ahora mismo", now.Add(20 * time.Second)},
		{"minutes", "en", "3 min ago", now.Add(-3 * time.Minute)},
		{"minutes in Spanish", "es", "hace 3 min", now.Add(-3 * time.Minute)},
		{"ahead", "en", "in 12 min", now.Add(12 * time.Minute)},
		{"today, whatever zone it came in", "en", "08:10", now.Add(-154 * time.Minute).UTC()},
		{"later today", "en", "20:00", now.Add(9*time.Hour + 16*time.Minute)},
		{"tomorrow", "en", "Tue 09:40", now.Add(22*time.Hour + 56*time.Minute)},
		{"last week", "en", "Wed 10:44", now.Add(-5 * 24 * time.Hour)},
		{"this year", "en", "3 Nov", now.Add(-20 * 24 * time.Hour)},
		{"this year in Spanish", "es", "3 nov", now.Add(-20 * 24 * time.Hour)},
		{"another year", "en", "23 Nov 2025", now.AddDate(-1, 0, 0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := printer(t, tt.lang).Ago(tt.at, now); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got, want := printer(t, "en").Exact(now.UTC()), "23 Nov 2026 10:44"; got != want {
		t.Errorf("exact: got %q, want %q", got, want)
	}
}

func TestLengthsOfTimeHaveTwoUnitsAtMost(t *testing.T) {
	t.Parallel()
	for want, d := range map[string]time.Duration{
		"40 s": 40 * time.Second, "3 min": 3 * time.Minute, "2 h": 2 * time.Hour, "2 h 5 min": 125 * time.Minute,
		"2 days": 50 * time.Hour, "0 s": 0,
	} {
		if got := printer(t, "en").Duration(d); got != want {
			t.Errorf("%v: got %q, want %q", d, got, want)
		}
	}
}

func TestCatalogWithMistakesIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, lang, json string
		want             error
	}{
		{"no JSON", "es", `{`, nil},
		{"no text", "es", `{"a": 3}`, nil},
		{"no language", "!!", `{}`, nil},
		{"lost argument", "es", `{"Hello %s": "Hola"}`, say.ErrVerbs},
		{"other argument", "es", `{"Hello %s": "Hola %d"}`, say.ErrVerbs},
		{"too many", "es", `{"Hello %s": "Hola %s %s"}`, say.ErrVerbs},
		{"plural without other", "es", `{"%d cats": {"one": "un gato"}}`, say.ErrPlural},
		{"plural without number", "es", `{"cats": {"other": "gatos"}}`, say.ErrPlural},
		{"plural with unknown form", "es", `{"%d cats": {"other": "%d gatos", "some": "gatos"}}`, say.ErrPlural},
		{"plural with lost argument", "es", `{"%d cats of %s": {"other": "%d gatos"}}`, say.ErrVerbs},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := say.New("es", map[string][]byte{tt.lang: []byte(tt.json)})
			if err == nil {
				t.Fatal("accepted")
			}
			if tt.want != nil && !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

func TestLanguageComesFromTheEnvironment(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, want string
		env        map[string]string
	}{
		{"nothing set", "en", nil},
		{"own variable first", "pt", map[string]string{"PREGON_LANG": "pt", "LC_ALL": "es_ES.UTF-8"}},
		{"LC_ALL before LANG", "es-ES", map[string]string{"LC_ALL": "es_ES.UTF-8", "LANG": "fr_FR"}},
		{"LC_MESSAGES before LANG", "es-MX", map[string]string{"LC_MESSAGES": "es_MX", "LANG": "fr_FR"}},
		{"modifier", "ca-ES", map[string]string{"LANG": "ca_ES.UTF-8@valencia"}},
		{"C", "en", map[string]string{"LANG": "C.UTF-8"}},
		{"rubbish", "en", map[string]string{"LANG": "\x1b[31m"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := say.Detect(func(k string) string { return tt.env[k] }); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestOnePrinterServesManyGoroutines(t *testing.T) {
	t.Parallel()
	p := printer(t, "es")
	for range 8 {
		t.Run("speaker", func(t *testing.T) {
			t.Parallel()
			for n := range 200 {
				if got := p.T("%d contacts", n+2); got != p.Number(n+2)+" contactos" {
					t.Fatal(got)
				}
			}
		})
	}
}
