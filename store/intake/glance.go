package intake

import (
	"errors"
	"io"
)

// Glance is what the start of a file shows, before anything of it is taken for what it seems to be.
type Glance struct {
	Format  Format
	Sheet   string
	Columns []Column
	Samples [][]string // cells of the first rows
	Header  bool       // the columns have names
	Phone   bool       // the column of the numbers is known
	Sheets  []string   // to choose from; then nothing else is known
}

// Look glances at a file and its first rows. A header without a column of numbers, and several sheets, are no errors
// here: a person answers for them. All others are those of [Open] and [Reader.Next].
func Look(file io.Reader, options Options, samples int) (g Glance, err error) {
	rows, err := Open(file, options)
	if sheet, ok := errors.AsType[*SheetError](err); ok {
		return Glance{Sheets: sheet.Sheets}, nil
	}
	if header, ok := errors.AsType[*HeaderError](err); ok && len(header.Header) > 0 {
		g := Glance{Format: FormatCSV, Header: !header.NoNames}
		for _, name := range header.Header {
			g.Columns = append(g.Columns, Column{Header: name})
		}
		return g, nil
	}
	if err != nil {
		return g, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	g = Glance{Format: rows.Format(), Sheet: rows.Sheet(), Columns: rows.Columns(), Header: rows.Header() != nil, Phone: true}
	for len(g.Samples) < samples {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return g, err
		}
		g.Samples = append(g.Samples, row.Raw)
	}
	return g, nil
}
