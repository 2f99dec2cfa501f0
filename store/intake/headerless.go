package intake

import (
	"slices"
	"unicode"
)

// byPlace reports whether the caller named the column by which people are reached by its place.
func byPlace(mapped map[string]string) bool {
	_, ok := placeOf(mapped[string(reachedBy(mapped))])
	return ok
}

// reachedBy is what the caller's columns reach people by: the phone, or where none is named WhatsApp's id.
func reachedBy(mapped map[string]string) Role {
	if mapped[string(RolePhone)] == "" && mapped[string(RoleUserID)] != "" {
		return RoleUserID
	}
	return RolePhone
}

// reaching reports whether a cell holds what people are reached by.
func reaching(cell string) bool { return looksLikePhone(cell) || IsScopedID(tidy(Unsafe(cell))) }

// placedTable makes a table whose column of phones or ids the caller gave by its place. A first
// row without one there is a header; else the file has none, and its other
// columns are dropped unless they are mapped too, for nobody can name them.
func placedTable(records []record, opt Options) (table, int, error) {
	by := string(reachedBy(opt.Map))
	place, _ := placeOf(opt.Map[by])
	for i, rec := range records {
		if len(rec.cells) < place {
			continue // a title
		}
		if !reaching(rec.cells[place-1]) {
			t, err := newTable(rec, opt)
			return t, i + 1, err
		}
		t := table{format: FormatCSV, columns: make([]Column, len(rec.cells))}
		return t, i, t.apply(opt.Map)
	}
	return table{}, 0, &MapError{Field: by, Header: opt.Map[by]}
}

// noHeader says what a file without a known header holds.
func noHeader(records []record) error {
	e := &HeaderError{Phone: phoneColumn(records)}
	for _, rec := range records {
		if len(rec.cells) < e.Phone {
			continue
		}
		for _, cell := range rec.cells {
			e.Header = append(e.Header, tidy(cell))
		}
		e.Line = rec.line
		e.NoNames = (e.Phone > 0 && looksLikePhone(rec.cells[e.Phone-1])) || slices.ContainsFunc(rec.cells, func(c string) bool { return IsScopedID(tidy(Unsafe(c))) })
		break
	}
	return e
}

// phoneColumn returns the place of the column that holds most phone numbers, from 1;
// 0 where none does in at least half of the rows.
func phoneColumn(records []record) int {
	counts := make(map[int]int)
	best := 0
	for _, rec := range records {
		for i, cell := range rec.cells {
			if !looksLikePhone(cell) {
				continue
			}
			counts[i+1]++
			if counts[i+1] > counts[best] {
				best = i + 1
			}
		}
	}
	if 2*counts[best] < len(records) {
		return 0
	}
	return best
}

// looksLikePhone reports whether a cell may hold a phone number: 7 to 17 digits and
// the signs people put between them, but no date and no amount of money.
func looksLikePhone(cell string) bool {
	const fewest, most = 7, 17
	digits, slashes := 0, 0
	for _, r := range tidy(cell) {
		switch {
		case unicode.IsDigit(r):
			digits++
		case r == '/':
			slashes++
		case r == '+' || r == '-' || r == '.' || r == '(' || r == ')' || r == '\'' || unicode.IsSpace(r):
		default:
			return false
		}
	}
	return digits >= fewest && digits <= most && slashes < 2
}
