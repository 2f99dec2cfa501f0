package intake

import (
	"slices"
	"strconv"
	"strings"
)

// Column is a column of a file and what it is taken for.
type Column struct {
	Header string // as it stands in the file, without blanks around it
	Role   Role
	Key    string // the key of a free field

	group int // of Google's numbered columns
	rank  rank
}

// table is what is known of a file's columns once its header is found.
type table struct {
	line    int // of the header; 0 where there is none
	header  []string
	columns []Column
	format  Format
}

// headerRecords is how many rows from the top may hold titles before the header.
const headerRecords = 20

// findTable looks for the header among the first records of a file. It returns how
// many records stand above the first row of data.
func findTable(records []record, opt Options) (table, int, error) {
	if byPlace(opt.Map) {
		return placedTable(records, opt)
	}
	best, bestScore := -1, 0
	for i, rec := range records {
		if score := headerScore(rec.cells, opt.Map); score > bestScore {
			best, bestScore = i, score
		}
	}
	if best < 0 {
		return table{}, 0, noHeader(records)
	}
	rec := records[best]
	t, err := newTable(rec, opt)
	if err != nil {
		return table{}, 0, err
	}
	if !t.reaches(records[best+1:], opt.Map) {
		return table{}, 0, &HeaderError{Line: rec.line, Header: t.header, Phone: phoneColumn(records[best+1:])}
	}
	return t, best + 1, nil
}

// headerScore tells how much a row looks like a header: how many of its cells are
// known as headers, the phone above all. A name alone is no header, since a person may
// be called Client; nor is a row with a number in it.
func headerScore(cells []string, mapped map[string]string) int {
	known, phones := 0, 0
	for _, cell := range cells[:min(len(cells), MaxColumns)] {
		if len(cell) > 200 {
			continue
		}
		switch c := columnOf(cell); {
		case looksLikePhone(cell):
			return 0
		case isMapped(cell, mapped), c.Role == RolePhone, c.Role == RoleUserID:
			phones++
		case c.Role != RoleField && c.Role != RoleIgnored:
			known++
		}
	}
	if phones == 0 && known < 2 {
		return 0
	}
	return 10*min(phones, 1) + phones + known
}

func isMapped(cell string, mapped map[string]string) bool {
	folded := fold(cell)
	for _, header := range mapped {
		if _, place := placeOf(header); place {
			continue
		}
		if folded != "" && folded == fold(header) {
			return true
		}
	}
	return false
}

// newTable reads a header row.
func newTable(rec record, opt Options) (table, error) {
	if len(rec.cells) > MaxColumns {
		return table{}, &LimitError{Line: rec.line, Limit: LimitColumns, Max: MaxColumns}
	}
	t := table{line: rec.line}
	for _, cell := range rec.cells {
		name := tidy(cell)
		t.header = append(t.header, name)
		t.columns = append(t.columns, columnOf(name))
	}
	t.dropReasons()
	t.format = formatOf(t.columns)
	if opt.Format != "" {
		t.format = opt.Format
	}
	if t.format != FormatCSV {
		addressBook(t.columns)
	}
	return t, t.apply(opt.Map)
}

// dropReasons ignores the last column of a file of rejects that comes back mended.
func (t *table) dropReasons() {
	for i := len(t.header) - 1; i >= 0 && t.header[i] == rejectHeader; i-- {
		t.columns[i] = Column{Header: t.header[i]}
	}
}

// apply lets the caller's mapping go before what the headers suggest.
func (t *table) apply(mapped map[string]string) error {
	for _, field := range sortedKeys(mapped) {
		header := mapped[field]
		at, err := t.find(field, header)
		if err != nil {
			return err
		}
		if role := Role(field); role == RolePhone || role == RoleName || role == RoleUserID {
			t.forget(role)
		}
		t.columns[at] = targetColumn(field, t.columns[at].Header)
	}
	return nil
}

// forget makes free fields of the columns that were taken for a role on their own.
func (t *table) forget(role Role) {
	for i, c := range t.columns {
		if c.Role == role {
			t.columns[i] = Column{Header: c.Header, Role: RoleField, Key: FieldKey(c.Header)}
		}
	}
}

// find returns the place of the one column with a header.
func (t *table) find(field, header string) (int, error) {
	if place, ok := placeOf(header); ok {
		if place > len(t.columns) {
			return 0, &MapError{Field: field, Header: header, Want: t.header}
		}
		return place - 1, nil
	}
	found := -1
	for i, name := range t.header {
		if fold(name) != fold(header) {
			continue
		}
		if found >= 0 {
			return 0, &MapError{Field: field, Header: header, Want: t.header, NotOne: true}
		}
		found = i
	}
	if found < 0 {
		return 0, &MapError{Field: field, Header: header, Want: t.header}
	}
	return found, nil
}

// targetColumn is a column that the caller mapped to a field.
func targetColumn(field, header string) Column {
	if name, ok := strings.CutPrefix(field, fieldPrefix); ok {
		return Column{Header: header, Role: RoleField, Key: FieldKey(name)}
	}
	return Column{Header: header, Role: Role(field), rank: rankPhone}
}

// checkTargets refuses a mapping to a field that does not exist.
func checkTargets(mapped map[string]string) error {
	for _, field := range sortedKeys(mapped) {
		name, free := strings.CutPrefix(field, fieldPrefix)
		if (free && FieldKey(name) == "") || (!free && !slices.Contains(Targets(), field)) {
			return &MapError{Field: field, Header: mapped[field], Want: Targets()}
		}
	}
	return nil
}

func sortedKeys(m map[string]string) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// placeOf reads "#2".
func placeOf(header string) (int, bool) {
	digits, ok := strings.CutPrefix(strings.TrimSpace(header), "#")
	if !ok {
		return 0, false
	}
	place, err := strconv.Atoi(digits)
	return place, err == nil && place > 0 && place <= MaxColumns
}
