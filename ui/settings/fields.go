package settings

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/widget/form"
)

// spoken are the languages the shop's own texts come in.
var spoken = []string{"es", "en", "pt"}

// build makes the form of the shop as it stands.
func (p *Page) build() {
	say, s := p.env.Say, p.now.shop
	speaks := s.Language
	if p.now.fresh {
		s.Timezone, speaks = "", language.Make(say.Language()).String()
	}
	languages := make([]form.Option, 0, len(spoken))
	for _, code := range spoken {
		languages = append(languages, form.Option{Value: code, Label: display.Self.Name(language.Make(code))})
	}
	p.form = form.New(p.env,
		form.Field{Key: "name", Label: say.T("Shop"), Hint: say.T("as customers know it"), Value: s.Name, Check: p.some},
		form.Field{Key: "region", Label: say.T("Country"), Hint: "ES", Value: s.Region, Limit: 3, Check: p.wrongRegion, Help: say.T("It completes numbers without a country.")},
		form.Field{Key: "number", Label: say.T("Number"), Hint: say.T("the one customers save"), Value: international(s.Number), Check: p.wrongNumber},
		form.Field{Key: "phone-number-id", Label: say.T("Number id"), Hint: "106540352242922", Value: s.PhoneNumberID, Check: p.digits, Help: say.T("In Meta's WhatsApp Manager, beside the number. No secret.")},
		form.Field{Key: "waba-id", Label: say.T("Account id"), Hint: "102290129340398", Value: s.WABAID, Check: p.digits, Help: say.T("In Meta's WhatsApp Manager, above the number. No secret.")},
		form.Field{Key: "timezone", Label: say.T("Time zone"), Hint: "Europe/Madrid", Value: s.Timezone, Check: p.wrongZone},
		form.Field{Key: "hours", Label: say.T("Hours"), Value: hoursText(s.Hours), Check: p.wrongHours, Help: say.T("When broadcasts may go out; never outside 08:00-21:00.")},
		form.Field{Key: "days", Label: say.T("Days"), Value: daysText(s.Hours.Days), Options: p.weeks(s.Hours.Days)},
		form.Field{Key: "every", Label: say.T("To one person"), Value: s.Every.String(), Options: p.spans(s.Every)},
		form.Field{Key: "language", Label: say.T("Language"), Value: speaks, Options: languages, Help: say.T("Of the words a customer is asked with, where hers is not known.")},
		form.Field{Key: "products", Label: say.T("You sell"), Hint: say.T("bread and pastries"), Value: s.Products, Help: say.T("Stands in the words a customer agrees to.")},
		form.Field{Key: "privacy-url", Label: say.T("Privacy page"), Hint: "luna.example/privacy", Value: s.PrivacyURL, Help: say.T("Stands in the words a customer agrees to.")},
		form.Field{Key: "staff", Label: say.T("Who works here"), Value: s.Staff, Help: say.T("The name beside every entry made at this computer.")},
	)
}

// shop is what the form says; it is valid.
func (p *Page) shop() store.Shop {
	s := p.now.shop
	s.Name, s.Products, s.PrivacyURL = p.value("name"), p.value("products"), p.value("privacy-url")
	s.PhoneNumberID, s.WABAID = p.value("phone-number-id"), p.value("waba-id")
	s.Timezone, s.Language, s.Staff = p.value("timezone"), p.value("language"), p.value("staff")
	s.Region, _ = phone.Region(p.value("region"))
	if number, err := phone.Parse(p.value("number"), s.Region); err == nil {
		s.Number = number
	}
	if opens, closes, ok := readHours(p.value("hours")); ok {
		s.Hours.Opens, s.Hours.Closes = opens, closes
	}
	for i, day := range p.value("days") {
		s.Hours.Days[(i+1)%7] = day == '1'
	}
	if every, err := time.ParseDuration(p.value("every")); err == nil {
		s.Every = every
	}
	return s
}

func (p *Page) value(key string) string { return strings.TrimSpace(p.form.Value(key)) }

// complete writes the number as it was understood, and fills in the time zone that follows from it while nobody wrote
// one: of those it may have, the one this computer keeps now, else the first.
func (p *Page) complete() {
	region, _ := phone.Region(p.value("region"))
	number, err := phone.Parse(p.value("number"), region)
	if err != nil {
		return
	}
	p.form.Put("number", number.International())
	if zones := number.Zones(); p.value("timezone") == "" && len(zones) > 0 {
		_, here := p.env.Now().Zone()
		at := slices.IndexFunc(zones, func(name string) bool {
			zone, err := time.LoadLocation(name)
			if err != nil {
				return false
			}
			_, there := p.env.Now().In(zone).Zone()
			return there == here
		})
		p.form.Put("timezone", zones[max(0, at)])
	}
}

func (p *Page) some(value string) string {
	if strings.TrimSpace(value) == "" {
		return p.env.Say.T("This must not be empty.")
	}
	return ""
}

func (p *Page) digits(value string) string {
	value = strings.TrimSpace(value)
	if value == "" || strings.Trim(value, "0123456789") != "" {
		return p.env.Say.T("Meta writes it with digits only.")
	}
	return ""
}

func (p *Page) wrongRegion(value string) string {
	if _, ok := phone.Region(strings.TrimSpace(value)); !ok {
		return p.env.Say.T("Write the country with two letters, such as ES or BR.")
	}
	return ""
}

func (p *Page) wrongNumber(value string) string {
	region, _ := phone.Region(p.value("region"))
	if _, err := phone.Parse(value, region); err != nil {
		return p.env.Say.WrongNumber(phone.Code(err))
	}
	return ""
}

func (p *Page) wrongZone(value string) string {
	value = strings.TrimSpace(value)
	if _, err := time.LoadLocation(value); err != nil || value == "" || value == "Local" {
		return p.env.Say.T("Write it as Continent/City, such as Europe/Madrid.")
	}
	return ""
}

func (p *Page) wrongHours(value string) string {
	opens, closes, ok := readHours(value)
	switch {
	case !ok:
		return p.env.Say.T("Write both, such as 09:00-20:00.")
	case opens < store.EarliestOpening || closes > store.LatestClosing || opens >= closes:
		return p.env.Say.T("Broadcasts go out between 08:00 and 21:00 only.")
	}
	return ""
}

// weeks are the days to choose from, Monday first, one character a day.
func (p *Page) weeks(days [7]bool) []form.Option {
	say := p.env.Say
	options := append(make([]form.Option, 0, 5),
		form.Option{Value: "1111110", Label: say.T("Monday to Saturday")},
		form.Option{Value: "1111100", Label: say.T("Monday to Friday")},
		form.Option{Value: "0111110", Label: say.T("Tuesday to Saturday")},
		form.Option{Value: "1111111", Label: say.T("every day")},
	)
	own := daysText(days)
	if slices.ContainsFunc(options, func(o form.Option) bool { return o.Value == own }) {
		return options
	}
	names := []string{say.T("Mon"), say.T("Tue"), say.T("Wed"), say.T("Thu"), say.T("Fri"), say.T("Sat"), say.T("Sun")}
	var open []string
	for i, day := range own {
		if day == '1' {
			open = append(open, names[i])
		}
	}
	return append(options, form.Option{Value: own, Label: strings.Join(open, " ")})
}

// spans are how often one person may get a broadcast.
func (p *Page) spans(every time.Duration) []form.Option {
	say := p.env.Say
	const week = 7 * 24 * time.Hour
	options := append(make([]form.Option, 0, 5),
		form.Option{Value: week.String(), Label: say.T("once a week at most")},
		form.Option{Value: (2 * week).String(), Label: say.T("every two weeks at most")},
		form.Option{Value: (30 * 24 * time.Hour).String(), Label: say.T("once in 30 days at most")},
		form.Option{Value: store.MinimumEvery.String(), Label: say.T("twice a week at most")},
	)
	if slices.ContainsFunc(options, func(o form.Option) bool { return o.Value == every.String() }) {
		return options
	}
	return append(options, form.Option{Value: every.String(), Label: say.Duration(every)})
}

func international(number phone.E164) string {
	if number == "" {
		return ""
	}
	return number.International()
}

func hoursText(h store.Hours) string {
	return fmt.Sprintf("%02d:%02d-%02d:%02d", h.Opens/60, h.Opens%60, h.Closes/60, h.Closes%60)
}

// readHours reads "09:00-20:00", also "9-20", as minutes after midnight.
func readHours(text string) (opens, closes int, ok bool) {
	from, to, found := strings.Cut(text, "-")
	opens, one := clock(from)
	closes, two := clock(to)
	return opens, closes, found && one && two
}

func clock(text string) (minutes int, ok bool) {
	for _, layout := range []string{"15:04", "15.04", "15"} {
		if t, err := time.Parse(layout, strings.TrimSpace(text)); err == nil {
			return t.Hour()*60 + t.Minute(), true
		}
	}
	return 0, false
}

// daysText writes the days as one character each, Monday first.
func daysText(days [7]bool) string {
	var b strings.Builder
	for i := range days {
		if days[(i+1)%7] {
			b.WriteByte('1')
		} else {
			b.WriteByte('0')
		}
	}
	return b.String()
}
