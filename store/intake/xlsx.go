package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// The limits of a workbook: bytes of all its parts unpacked, and of one part above which it is unpacked to a
// temporary file and not into memory.
const (
	maxWorkbook   = 4 << 30
	maxHeldPart   = 4 << 20
	maxHeldStream = 64 << 20 // of a workbook that is no file on disk
)

// openXLSX opens a workbook. The library wants to jump about in it, so a file on disk is used as it lies.
func (r *Reader) openXLSX(file io.Reader, buffered *bufio.Reader, opt Options) error {
	options := excelize.Options{RawCellValue: true, UnzipSizeLimit: maxWorkbook, UnzipXMLSizeLimit: maxHeldPart}
	var parts opener
	var size int64
	var open func() (*excelize.File, error)
	if disk, ok := file.(*os.File); ok {
		if _, err := io.Copy(io.Discard, buffered); err != nil {
			return fmt.Errorf("read the workbook: %w", err)
		}
		info, err := disk.Stat()
		if err != nil {
			return fmt.Errorf("read the workbook: %w", err)
		}
		parts, size = zipOnDisk(disk.Name()), info.Size()
		open = func() (*excelize.File, error) { return excelize.OpenFile(disk.Name(), options) }
	} else {
		held, err := io.ReadAll(io.LimitReader(buffered, maxHeldStream))
		if err != nil {
			return fmt.Errorf("read the workbook: %w", err)
		}
		parts, size = zipInMemory(held), int64(len(held))
		open = func() (*excelize.File, error) { return excelize.OpenReader(bytes.NewReader(held), options) }
	}
	if !credible(parts, size) {
		return &FormatError{Found: FormatXLSX}
	}
	book, err := open()
	if err != nil {
		return &FormatError{Found: FormatXLSX}
	}
	r.close = func() error {
		if err := book.Close(); err != nil {
			return fmt.Errorf("close the workbook: %w", err)
		}
		return nil
	}
	rows, err := chooseSheet(workbook{book, wholeness(book, parts)}, opt)
	if err != nil {
		return err
	}
	r.format, r.sheet, r.header, r.columns = FormatXLSX, rows.name, rows.header, rows.columns
	r.dialect = Dialect{Delimiter: ',', Encoding: UTF8}
	r.rows = &rows.sheet
	end := r.close
	r.close = func() error { return errors.Join(rows.rows.Close(), end()) }
	return nil
}

// workbook is an open file, with what tells at the end of a sheet whether it was the end.
type workbook struct {
	*excelize.File
	whole func() error
}

// namedSheet is a sheet of a workbook whose header was found.
type namedSheet struct {
	sheet
	name string
	rows *excelize.Rows
}

// chooseSheet finds the sheet with a column of phone numbers.
func chooseSheet(book workbook, opt Options) (*namedSheet, error) {
	names := book.GetSheetList()
	if opt.Sheet != "" {
		for _, name := range names {
			if strings.EqualFold(name, opt.Sheet) {
				return openSheet(book, name, opt)
			}
		}
		return nil, &SheetError{Asked: opt.Sheet, Sheets: names}
	}
	var found []*namedSheet
	var first error
	for _, name := range names {
		one, err := openSheet(book, name, opt)
		if err == nil {
			found = append(found, one)
			continue
		}
		if first == nil || errors.Is(first, ErrEmpty) {
			first = err
		}
	}
	switch len(found) {
	case 0:
		if first == nil {
			first = ErrEmpty
		}
		return nil, first
	case 1:
		return found[0], nil
	}
	several := &SheetError{}
	for _, one := range found {
		several.Sheets = append(several.Sheets, one.name)
		_ = one.rows.Close() // only read
	}
	return nil, several
}

func openSheet(book workbook, name string, opt Options) (*namedSheet, error) {
	rows, err := book.Rows(name)
	if err != nil {
		return nil, fmt.Errorf("open the sheet: %w", err)
	}
	source := &sheetRows{rows: rows, whole: book.whole}
	one := &namedSheet{name: name, rows: rows, sheet: sheet{source: source}}
	opt.Format = ""
	if err := one.start(opt); err != nil {
		if closing := rows.Close(); closing != nil {
			err = errors.Join(err, closing)
		}
		return nil, err
	}
	one.format = FormatXLSX
	source.dates = make([]bool, len(one.columns))
	for i, c := range one.columns {
		source.dates[i] = c.Role == RoleConsentAt || c.Role == RoleSavedAt || (c.Role == RoleField && isDate(c.Key))
	}
	for i := range one.pending {
		source.dateCells(one.pending[i].cells)
	}
	return one, nil
}

// sheetRows gives the rows of a sheet, as the values that the file holds: what a cell shows may be rounded.
type sheetRows struct {
	rows  *excelize.Rows
	line  int
	dates []bool // columns in which a number is a day
	whole func() error
}

func (s *sheetRows) next() (rec record, err error) {
	// A damaged sheet must not end the program.
	defer func() {
		if recover() != nil {
			rec, err = record{}, &FormatError{Found: FormatXLSX}
		}
	}()
	if !s.rows.Next() {
		if err := s.rows.Error(); err != nil {
			return record{}, fmt.Errorf("read row %d: %w", s.line+1, err)
		}
		if err := s.whole(); err != nil {
			return record{}, err
		}
		return record{}, io.EOF
	}
	s.line++
	cells, err := s.rows.Columns()
	if err != nil {
		return record{}, fmt.Errorf("read row %d: %w", s.line, err)
	}
	rec = record{line: s.line, cells: cells}
	size := 0
	for i, cell := range cells {
		if len(cell) > MaxCell {
			rec.defect = DefectLong
		}
		if size += len(cell); size > MaxRecord {
			return record{}, &LimitError{Line: s.line, Limit: LimitRecord, Max: MaxRecord}
		}
		cells[i] = wholeNumber(cell)
	}
	s.dateCells(cells)
	return rec, nil
}

func (s *sheetRows) dateCells(cells []string) {
	for i, dated := range s.dates {
		if dated && i < len(cells) {
			cells[i] = dayOf(cells[i])
		}
	}
}

var (
	floatCell    = regexp.MustCompile(`^(\d{1,17})\.0+$`)
	exponentCell = regexp.MustCompile(`^(\d)\.(\d{1,17})[eE]\+?(\d{1,2})$`)
)

// wholeNumber undoes what programs make of a phone number that they take for an amount: "16045550100.0" and
// "1.6045550100000000E10". A power of ten that shows fewer digits than the number has stays as it is, and is refused
// later, because nobody knows the rest.
func wholeNumber(cell string) string {
	if m := floatCell.FindStringSubmatch(cell); m != nil {
		return m[1]
	}
	m := exponentCell.FindStringSubmatch(cell)
	if m == nil {
		return cell
	}
	power, err := strconv.Atoi(m[3])
	if err != nil || len(m[2]) < power || strings.Trim(m[2][power:], "0") != "" {
		return cell
	}
	return m[1] + m[2][:power]
}

// dayOf reads a day as spreadsheets count them, since 1900, with the time as a fraction.
func dayOf(cell string) string {
	const fewest, most = 2, 80000 // from 1900 to 2119
	days, err := strconv.ParseFloat(cell, 64)
	if err != nil || days < fewest || days > most {
		return cell
	}
	at, err := excelize.ExcelDateToTime(days, false)
	if err != nil {
		return cell
	}
	if days == float64(int64(days)) {
		return at.Format("2006-01-02")
	}
	return at.Format("2006-01-02 15:04:05")
}

// isDate reports whether a field holds days, by its key.
func isDate(key string) bool {
	for _, word := range []string{
		"date", "fecha", "birthday", "cumple", "nacimiento", "aniversario", "data_", "nascimento", "naixement", "datum", "geburtstag", "naissance",
		"anniversa", "compleanno", "nascita",
	} {
		if strings.Contains(key, word) {
			return true
		}
	}
	return key == "data"
}
