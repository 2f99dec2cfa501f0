package say

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/currency"
	"golang.org/x/text/number"
)

// Number writes a whole number with the language's grouping.
func (p *Printer) Number(n int) string { return p.out.Sprintf("%d", n) }

// Tenths writes a number with one digit behind the language's decimal sign: "1.5".
func (p *Printer) Tenths(n float64) string { return p.out.Sprintf("%.1f", n) }

// Percent writes part of whole as a share without decimals: "61 %". A whole of zero gives 0 %, and a part
// that is not the whole never gives 100 %.
func (p *Printer) Percent(part, whole int) string {
	if whole <= 0 {
		return p.out.Sprint(number.Percent(0, number.MaxFractionDigits(0)))
	}
	share := int64(part) * 100 / int64(whole)
	return p.out.Sprint(number.Percent(float64(share)/100, number.MaxFractionDigits(0)))
}

// Money writes micro-units (a millionth) of a currency (ISO 4217) with the digits the currency has: "23.86 €".
func (p *Printer) Money(micro int64, code string) string { return p.money(micro, code, 0) }

// Price is Money with two digits more, for the price of one message: "0.0509 €".
func (p *Printer) Price(micro int64, code string) string { return p.money(micro, code, 2) }

func (p *Printer) money(micro int64, code string, more int) string {
	digits := 2
	if unit, err := currency.ParseISO(code); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	digits = min(digits+more, 6)
	unit := int64(1)
	for range 6 - digits {
		unit *= 10
	}
	amount := new(big.Int).Abs(big.NewInt(micro))
	amount.Add(amount, big.NewInt(unit/2))
	amount.Div(amount, big.NewInt(unit))
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(digits)), nil)
	whole, rest := new(big.Int).DivMod(amount, scale, new(big.Int))
	text := p.out.Sprintf("%d", whole.Int64())
	if digits > 0 {
		tail := rest.String()
		text += p.decimal + strings.Repeat("0", digits-len(tail)) + tail
	}
	if micro < 0 && amount.Sign() > 0 {
		text = "-" + text
	}
	return text + " " + sign(code)
}

// sign is the currency's own sign where it belongs to one currency only; "$" belongs to twenty.
func sign(code string) string {
	switch code {
	case "EUR":
		return "€"
	case "GBP":
		return "£"
	case "BRL":
		return "R$"
	case "INR":
		return "₹"
	}
	return code
}

// Clock writes the time of day: "10:44".
func (p *Printer) Clock(t time.Time) string { return t.In(p.zone).Format("15:04") }

// Date writes a day with its year: "12 Nov 2026".
func (p *Printer) Date(t time.Time) string {
	t = t.In(p.zone)
	return p.T("%s %s %s", strconv.Itoa(t.Day()), p.months[t.Month()-1], strconv.Itoa(t.Year()))
}

// Day writes a day as shortly as now allows: "12 Nov", or with the year where it is another.
func (p *Printer) Day(t, now time.Time) string {
	t, now = t.In(p.zone), now.In(p.zone)
	if t.Year() != now.Year() {
		return p.Date(t)
	}
	return p.T("%s %s", strconv.Itoa(t.Day()), p.months[t.Month()-1])
}

// Exact writes day and time for a detail: "12 Nov 2026 10:44".
func (p *Printer) Exact(t time.Time) string { return p.Date(t) + " " + p.Clock(t) }

// Ago writes a moment as people say it: "just now", "3 min ago", "10:44" today, "Tue 09:40" within six
// days, else the day. What lies ahead is written the same way: "in 3 min", "Tue 09:40".
func (p *Printer) Ago(t, now time.Time) string {
	t, now = t.In(p.zone), now.In(p.zone)
	away := now.Sub(t)
	switch {
	case away.Abs() < 45*time.Second:
		return p.T("just now")
	case away > 0 && away < time.Hour:
		return p.T("%d min ago", minutes(away))
	case away < 0 && away > -time.Hour:
		return p.T("in %d min", minutes(-away))
	case sameDay(t, now):
		return p.Clock(t)
	case away.Abs() < 6*24*time.Hour:
		return p.weekdays[t.Weekday()] + " " + p.Clock(t)
	}
	return p.Day(t, now)
}

// Duration writes a length of time in its two largest units: "40 s", "3 min", "2 h 5 min", "2 days".
func (p *Printer) Duration(d time.Duration) string {
	d = d.Abs()
	switch {
	case d < time.Minute:
		return p.T("%d s", int((d + time.Second/2).Seconds()))
	case d < time.Hour:
		return p.T("%d min", minutes(d))
	case d < 24*time.Hour && d%time.Hour < time.Minute:
		return p.T("%d h", int(d.Hours()))
	case d < 24*time.Hour:
		return p.T("%d h %d min", int(d.Hours()), int(d.Minutes())%60)
	}
	return p.T("%d days", int((d+12*time.Hour).Hours()/24))
}

func minutes(d time.Duration) int { return max(1, int((d + 30*time.Second).Minutes())) }

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

func (p *Printer) names() (days [7]string, months [12]string) {
	return [7]string{p.T("Sun"), p.T("Mon"), p.T("Tue"), p.T("Wed"), p.T("Thu"), p.T("Fri"), p.T("Sat")},
		[12]string{
			p.T("Jan"), p.T("Feb"), p.T("Mar"), p.T("Apr"), p.T("May"), p.T("Jun"),
			p.T("Jul"), p.T("Aug"), p.T("Sep"), p.T("Oct"), p.T("Nov"), p.T("Dec"),
		}
}
