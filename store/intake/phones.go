package intake

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
)

// candidate is a phone of a row with what puts it before others.
type candidate struct {
	Phone
	rank rank
}

// phones returns the phones of a row, the likeliest mobile first, none twice.
func (t *table) phones(cells []string) []Phone {
	labels := t.labels(cells)
	var found []candidate
	for i, c := range t.columns {
		if c.Role != RolePhone || i >= len(cells) {
			continue
		}
		label, r := c.Header, c.rank
		if c.group > 0 {
			label, r = labels[c.group], labelRank(labels[c.group])
		}
		if neverPhone(label) {
			continue
		}
		for _, text := range splitPhones(tidy(Unsafe(cells[i]))) {
			found = append(found, candidate{Phone: Phone{Text: text, Label: label}, rank: r})
		}
	}
	return ranked(found)
}

// ranked orders the numbers found and drops those that are there already.
func ranked(found []candidate) []Phone {
	slices.SortStableFunc(found, func(a, b candidate) int { return cmp.Compare(a.rank, b.rank) })
	var phones []Phone
	for _, f := range found {
		same := func(p Phone) bool { return p.Text == f.Text }
		if !slices.ContainsFunc(phones, same) {
			f.Mobile, f.WhatsApp, f.Elsewhere = f.rank <= rankMobile, f.rank == rankWhatsApp, f.rank > rankPhone
			phones = append(phones, f.Phone)
		}
	}
	return phones
}

// labels returns what Google's numbered phones of a row are called.
func (t *table) labels(cells []string) map[int]string {
	labels := make(map[int]string)
	for i, c := range t.columns {
		if c.Role == RolePhoneLabel && i < len(cells) {
			// Google marks the preferred one of several with an asterisk.
			labels[c.group] = strings.TrimSpace(strings.TrimPrefix(tidy(Unsafe(cells[i])), "*"))
		}
	}
	return labels
}

// labelRank ranks a phone by what Google calls it, in the language of its user.
func labelRank(label string) rank {
	folded := fold(label)
	if r, ok := phoneHeaders[folded]; ok {
		return r
	}
	switch folded {
	case "home", "casa", "domicile", "privat", "particular", "residencial":
		return rankHome
	case "work", "trabajo", "trabalho", "feina", "travail", "bureau", "arbeit", "lavoro", "ufficio":
		return rankWork
	case "other", "otro", "outro", "altre", "autre", "andere", "sonstige", "altro":
		return rankOther
	}
	return rankPhone
}

// neverPhone reports whether a label names what must never be messaged.
func neverPhone(label string) bool {
	folded := fold(label)
	for _, word := range []string{"fax", "pager", "busca", "bipe", "isdn", "rdsi", "rnis", "telex", "tty", "cercapersone"} {
		if strings.Contains(folded, word) {
			return true
		}
	}
	return false
}

// splitPhones parts the numbers of one cell. Only where every part is long enough to
// be a number do the lesser separators part anything: 030/1234567 is one number.
func splitPhones(text string) []string {
	var all []string
	for part := range strings.SplitSeq(text, several) {
		pieces := trimmed(strings.FieldsFunc(part, func(r rune) bool { return strings.ContainsRune("/;,|\n", r) }))
		const wholeOne = 7
		if slices.ContainsFunc(pieces, func(p string) bool { return digits(p) < wholeOne }) {
			pieces = trimmed([]string{part})
		}
		all = append(all, pieces...)
	}
	return all
}

func trimmed(parts []string) []string {
	var kept []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

func digits(text string) int {
	n := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
