package webhook

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"pregon/store/phone"
)

// loose is a string or a number as text; anything else is "".
type loose string

func (l *loose) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && (data[0] == '-' || (data[0] >= '0' && data[0] <= '9')) {
		*l = loose(data)
		return nil
	}
	var s string
	if json.Unmarshal(data, &s) == nil {
		*l = loose(s)
	}
	return nil
}

func (l loose) number() int64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(string(l)), 64)
	if err != nil || math.IsNaN(n) || math.Abs(n) > 1<<53 {
		return 0
	}
	return int64(n)
}

// Moments outside of these are no moments: seconds below, milliseconds above.
const (
	lastSecond      = 1 << 36 // the year 4147
	lastMillisecond = lastSecond * 1000
)

// moment reads seconds since 1970, or milliseconds where they can be nothing
// else; zero for what is neither.
func (l loose) moment() time.Time {
	switch at := l.number(); {
	case at <= 0 || at >= lastMillisecond:
		return time.Time{}
	case at < lastSecond:
		return time.Unix(at, 0).UTC()
	default:
		return time.UnixMilli(at).UTC()
	}
}

// told is the text without what stands for nothing.
func (l loose) told() string {
	if text := strings.TrimSpace(string(l)); !strings.EqualFold(text, "NONE") {
		return l.cut(maxText)
	}
	return ""
}

// code is a word of the platform's, as it writes them.
func (l loose) code() string { return strings.ToUpper(strings.TrimSpace(l.cut(maxID))) }

// cut is at most so many bytes, never half a letter.
func (l loose) cut(most int) string {
	if len(l) <= most {
		return string(l)
	}
	for most > 0 && !utf8.RuneStart(l[most]) {
		most--
	}
	return string(l[:most])
}

// phone is a number as WhatsApp writes it, digits without a plus; "" for what
// cannot be one, such as a business-scoped id.
func (l loose) phone() phone.E164 {
	const shortest, longest = 7, 15
	digits := strings.TrimPrefix(strings.TrimSpace(string(l)), "+")
	if len(digits) < shortest || len(digits) > longest || digits[0] == '0' || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return phone.E164("+" + digits)
}

// userID is a business-scoped id: the country, a dot, and what Meta likes.
func (l loose) userID() string {
	id := strings.TrimSpace(string(l))
	if len(id) < 4 || len(id) > maxID || id[2] != '.' {
		return ""
	}
	return id
}

// digits are those of a number, however it is written.
func (l loose) digits() string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, string(l))
}

// or is the first that says something.
func or(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// decode reads what it can: a field of another type stays empty and does not
// spoil the others. False means that it is no JSON of this kind at all.
func decode(data []byte, into any) bool {
	err := json.Unmarshal(data, into)
	var mismatch *json.UnmarshalTypeError
	return err == nil || (errors.As(err, &mismatch) && mismatch.Field != "")
}

// each decodes a list and leaves out what is of another shape.
func each[T any](raw []json.RawMessage) []T {
	list := make([]T, 0, len(raw))
	for _, element := range raw {
		var value T
		if decode(element, &value) {
			list = append(list, value)
		}
	}
	return list
}
