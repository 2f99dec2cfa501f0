package say

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var (
	clockTime = regexp.MustCompile(`^(\d{1,2})(?:[:.h](\d{2})|h)?$`)
	dayFirst  = regexp.MustCompile(`^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{4}|\d{2}))?$`)
	yearFirst = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})$`)
	digits    = regexp.MustCompile(`^\d{1,4}$`)
)

// When reads a moment that lies ahead as people type it, in the printer's language and zone: "10:30", "tomorrow 9:00",
// "Tue 10:30", "25 Nov 10:30", "25/11 10:30", "2026-11-25 10:30". A time without a day is the next one, a day of the
// week the next one too, a date without a year the one that comes. ok is false where the text is no moment, names one
// that does not exist, or leaves the time of day out; a whole date may turn out to lie in the past.
func (p *Printer) When(text string, now time.Time) (at time.Time, ok bool) {
	now = now.In(p.zone)
	words := strings.Fields(fold(text))
	if len(words) == 0 || len(words) > 6 {
		return time.Time{}, false
	}
	clock := clockTime.FindStringSubmatch(words[len(words)-1])
	if clock == nil {
		return time.Time{}, false
	}
	rest := words[:len(words)-1]
	bare := clock[2] == "" && !strings.HasSuffix(clock[0], "h")
	if before := strings.Fields(fold(p.T("at"))); len(rest) > len(before) && slices.Equal(rest[len(rest)-len(before):], before) {
		rest, bare = rest[:len(rest)-len(before)], false
	}
	hour, minute := whole(clock[1]), whole(clock[2])
	if bare || hour > 23 || minute > 59 {
		return time.Time{}, false
	}
	return p.on(rest, now, hour, minute)
}

// on finds the day: none is the next on which the time lies ahead.
func (p *Printer) on(words []string, now time.Time, hour, minute int) (time.Time, bool) {
	day := func(n int) time.Time {
		return time.Date(now.Year(), now.Month(), now.Day()+n, hour, minute, 0, 0, p.zone)
	}
	ahead := func(from, step int) (time.Time, bool) {
		if at := day(from); at.After(now) {
			return at, true
		}
		return day(from + step), true
	}
	switch {
	case len(words) == 0:
		return ahead(0, 1)
	case len(words) == 1 && p.isWord(words[0], p.T("today")):
		return day(0), true
	case len(words) == 1 && p.isWord(words[0], p.T("tomorrow")):
		return day(1), true
	}
	for i, name := range p.weekdays {
		if len(words) == 1 && p.starts(words[0], name) {
			return ahead((i-int(now.Weekday())+7)%7, 7)
		}
	}
	year, month, date, ok := p.date(words)
	if !ok {
		return time.Time{}, false
	}
	guessed := year == 0
	if guessed {
		year = now.Year()
	}
	at := time.Date(year, time.Month(month), date, hour, minute, 0, 0, p.zone)
	if at.Day() != date || int(at.Month()) != month {
		return time.Time{}, false // 31 April
	}
	if guessed && now.Sub(at) > 24*time.Hour {
		at = time.Date(year+1, time.Month(month), date, hour, minute, 0, 0, p.zone)
	}
	return at, at.Day() == date
}

// date reads a day, a month and, where told, a year; year is 0 where it is not.
func (p *Printer) date(words []string) (year, month, day int, ok bool) {
	if len(words) == 1 {
		if m := yearFirst.FindStringSubmatch(words[0]); m != nil {
			return whole(m[1]), whole(m[2]), whole(m[3]), true
		}
		m := dayFirst.FindStringSubmatch(words[0])
		if m == nil {
			return 0, 0, 0, false
		}
		if year = whole(m[3]); m[3] != "" && year < 100 {
			year += 2000
		}
		return year, whole(m[2]), whole(m[1]), true
	}
	for _, word := range words {
		switch {
		case p.isWord(word, p.T("of")):
		case digits.MatchString(word) && day == 0 && len(word) < 3:
			day = whole(word)
		case digits.MatchString(word) && year == 0 && len(word) == 4:
			year = whole(word)
		case month == 0:
			for i, name := range p.months {
				if p.starts(word, name) {
					month = i + 1
				}
			}
			if month == 0 {
				return 0, 0, 0, false
			}
		default:
			return 0, 0, 0, false
		}
	}
	return year, month, day, month > 0 && day > 0
}

func (p *Printer) isWord(typed, word string) bool { return typed == fold(word) }

// starts says that a word is a name or its beginning, three letters at least: "Tue", "Tuesday", "martes" for "mar".
func (p *Printer) starts(typed, name string) bool {
	short := strings.TrimSuffix(fold(name), ".")
	typed = strings.TrimSuffix(typed, ".")
	return short != "" && strings.HasPrefix(typed, short) && !strings.ContainsFunc(typed, unicode.IsDigit)
}

// fold leaves out case, accents and commas, which people type or leave out.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == ',':
			return ' '
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
}

func whole(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}
