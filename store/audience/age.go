package audience

import (
	"strconv"
	"strings"
	"time"
)

// Age compares how long ago something happened with a span of the calendar.
type Age struct {
	Older bool // true for ">": longer ago than the span
	Count int  // 0 to 9999
	Unit  Unit
}

// Unit is a unit of the calendar.
type Unit byte

// The units, by the letter that a query writes.
const (
	Days   Unit = 'd'
	Weeks  Unit = 'w'
	Months Unit = 'm'
	Years  Unit = 'y'
)

const maxCount = 9999

// Since returns the moment that lies the span before now, by the calendar of now's
// location. What happened before it is older than the span.
func (a Age) Since(now time.Time) time.Time {
	switch a.Unit {
	case Days:
		return now.AddDate(0, 0, -a.Count)
	case Weeks:
		return now.AddDate(0, 0, -7*a.Count)
	case Months:
		return now.AddDate(0, -a.Count, 0)
	case Years:
		return now.AddDate(-a.Count, 0, 0)
	}
	return now
}

// Until returns the moment that lies the span after now, by the calendar of now's
// location.
func (a Age) Until(now time.Time) time.Time {
	a.Count = -a.Count
	return a.Since(now)
}

// String returns the age as a query writes it: "<30d".
func (a Age) String() string {
	sign := "<"
	if a.Older {
		sign = ">"
	}
	return sign + strconv.Itoa(a.Count) + string(rune(a.Unit))
}

// parseAge reads "<30d"; false where the text is no age.
func parseAge(text string) (Age, bool) {
	if len(text) < 3 || (text[0] != '<' && text[0] != '>') {
		return Age{}, false
	}
	last := len(text) - 1
	unit := Unit(strings.ToLower(text[last:])[0])
	if !strings.ContainsRune("dwmy", rune(unit)) {
		return Age{}, false
	}
	count, err := strconv.ParseUint(text[1:last], 10, 16)
	if err != nil || count > maxCount {
		return Age{}, false
	}
	return Age{Older: text[0] == '>', Count: int(count), Unit: unit}, true
}
