package intake

import (
	"errors"
	"fmt"
)

// ErrEmpty: the file holds nothing but blanks.
var ErrEmpty = errors.New("file is empty")

// Defect says why one row cannot be used. Such rows go back to their owner; the rest
// of the file is not affected.
type Defect string

// The defects. "" is none.
const (
	// DefectQuotes: a quote stands where none may, so the cells cannot be told apart.
	DefectQuotes Defect = "bad_quotes"
	// DefectColumns: the row has more cells than the header, so they may be shifted.
	DefectColumns Defect = "too_many_cells"
	// DefectLong: a cell is longer than [MaxCell].
	DefectLong Defect = "cell_too_long"
	// DefectUnfinished: a card begins and does not end, so that some of it may be missing.
	DefectUnfinished Defect = "unfinished_card"
)

// The limits of a file.
const (
	MaxRecord  = 256 << 10 // bytes of one row
	MaxCell    = 32767     // bytes of one cell; Excel's own limit, in characters
	MaxColumns = 1000      // columns of a header
)

// FormatError: the file is of a format that is not read, or not of the one it was said to be.
type FormatError struct {
	Found Format // what it seems to be; "" where it is no text at all
	Asked Format // what Options.Format says, where that is something else
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("files of format %q are not read", string(e.Found))
}

// HeaderError: nobody can tell which column holds the phone numbers. The way out is
// to say so: Options.Map with "phone", to one of Header or to "#Column".
type HeaderError struct {
	Line    int      // physical line of the row that was taken for the header
	Header  []string // its cells, as they stand in the file
	Phone   int      // place of the column that looks like phone numbers, from 1; 0 for none
	NoNames bool     // the file seems to have no header at all
}

func (e *HeaderError) Error() string {
	return fmt.Sprintf("no column of phone numbers among the %d of line %d", len(e.Header), e.Line)
}

// SheetError: nobody can tell which sheet of a workbook is meant. The way out is Options.Sheet, with one of Sheets.
type SheetError struct {
	Asked  string   // the sheet that is not there; "" where several have a column of phone numbers
	Sheets []string // those to choose from
}

func (e *SheetError) Error() string {
	return fmt.Sprintf("which of %d sheets is not said (asked for %.40q)", len(e.Sheets), e.Asked)
}

// MapError: Options.Map cannot be followed.
type MapError struct {
	Field  string   // the field at fault, as given
	Header string   // the header or place it was mapped to, as given
	Want   []string // the headers of the file, or the known fields where Field is none of them
	NotOne bool     // the header stands above more than one column
}

func (e *MapError) Error() string {
	return fmt.Sprintf("no single column %.40q for field %.40q", e.Header, e.Field)
}

// QuoteError: a quote is opened and never closed, so the rest of the file is one cell.
type QuoteError struct {
	Line int // physical line where the row starts
}

func (e *QuoteError) Error() string {
	return fmt.Sprintf("the row of line %d has a quote that is never closed", e.Line)
}

// LimitError: the file goes beyond what a file of contacts holds.
type LimitError struct {
	Line  int // physical line where the row starts
	Limit Limit
	Max   int
}

// Limit is a limit of a file.
type Limit string

// The limits whose excess ends the file.
const (
	LimitRecord  Limit = "record"  // bytes of one row; see MaxRecord
	LimitColumns Limit = "columns" // columns of the header; see MaxColumns
)

func (e *LimitError) Error() string {
	return fmt.Sprintf("the row of line %d exceeds the limit of %d (%s)", e.Line, e.Max, e.Limit)
}

// Code names an error of this package for those who have words for it, and the line it is about, where there is one;
// "" for other errors.
func Code(err error) (code string, line int) {
	var format *FormatError
	var quote *QuoteError
	var limit *LimitError
	switch {
	case errors.Is(err, ErrEmpty):
		return "empty_file", 0
	case errors.As(err, &format) && format.Found == FormatXLS:
		return "old_workbook", 0
	case errors.As(err, &format) && format.Found == FormatXLSX:
		return "workbook", 0
	case format != nil:
		return "format", 0
	case errors.As(err, &quote):
		return "quote", quote.Line
	case errors.As(err, &limit):
		return "too_large", limit.Line
	case errors.As(err, new(*HeaderError)):
		return "header", 0
	case errors.As(err, new(*MapError)):
		return "mapping", 0
	case errors.As(err, new(*SheetError)):
		return "sheet", 0
	}
	return "", 0
}
