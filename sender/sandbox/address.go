package sandbox

import (
	"regexp"
	"strconv"
	"strings"
)

// address is one person as the API names them: by number, or by
// business-scoped user id, never both.
type address struct {
	waID   string // digits
	userID string
}

func (a address) key() string { return or(a.waID, a.userID) }

// scopedID is the shape of a business-scoped user id (BSUID).
var scopedID = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$`)

// recipient reads who the message is for; `to` wins over `recipient`.
func (m *message) recipient() (address, *failure) {
	if m.To == "" {
		if !scopedID.MatchString(m.Recipient) {
			return address{}, refuse(131009, "recipient is not a valid business-scoped user id")
		}
		return address{userID: m.Recipient}, nil
	}
	number := plainNumber(string(m.To))
	if len(number) < 7 || len(number) > 15 || number[0] == '0' {
		return address{}, refuse(131009, "(#100) Param to is not a valid WhatsApp number")
	}
	return address{waID: normalise(number)}, nil
}

// plainNumber keeps the digits of a number as people write it, and is empty
// for anything else. Meta reads a number without + as local where it can; the
// sandbox takes every number to be international.
func plainNumber(s string) string {
	if digits(s) {
		return s
	}
	var b strings.Builder
	for i, c := range s {
		switch {
		case c >= '0' && c <= '9':
			b.WriteRune(c)
		case c == '+' && i == 0, strings.ContainsRune(" -().", c):
		default:
			return ""
		}
	}
	return b.String()
}

// normalise turns a number into the wa_id WhatsApp knows it by, which is not
// always what was dialled: Mexico and Argentina get the mobile digit put in,
// most of Brazil loses the ninth digit.
func normalise(number string) string {
	switch {
	case len(number) == 12 && strings.HasPrefix(number, "52"):
		return "521" + number[2:]
	case len(number) == 12 && strings.HasPrefix(number, "54"):
		return "549" + number[2:]
	case len(number) == 13 && strings.HasPrefix(number, "55") && number[4] == '9':
		if area, err := strconv.Atoi(number[2:4]); err == nil && area > 28 {
			return number[:4] + number[5:]
		}
	}
	return number
}

// scopedIDOf invents the business-scoped id of a person known by number. ZZ
// is no country's code, so that nobody takes it for a real one.
func scopedIDOf(waID string) string {
	id := lot(0).word(waID)
	return "ZZ." + strconv.FormatUint(1e19+mix(uint64(id))%1e18, 10)
}
