package intake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// record is one row of a table as it stands in the file.
type record struct {
	line   int
	cells  []string
	defect Defect
}

// recordReader reads RFC 4180 as files really are: rows of any width, quotes inside
// bare cells, blanks around quoted ones. It differs from encoding/csv where people's
// files need it: a row in disorder costs that row and not what follows, a quote that
// is never closed cannot swallow the file, and no row takes more than MaxRecord.
type recordReader struct {
	r     *bufio.Reader
	comma byte
	mac   bool // lines end with a lone carriage return
	line  int  // physical line that is being read

	started int    // line where the record being read starts
	size    int    // bytes of it so far
	cell    []byte // the cell being read
	cells   []string
}

func newRecordReader(r *bufio.Reader, comma byte, mac bool) *recordReader {
	return &recordReader{r: r, comma: comma, mac: mac, line: 1}
}

// end is what a cell ends with.
type end uint8

const (
	endCell end = iota
	endRecord
	endFile
	endBroken // the cell is in disorder; so is the rest of its line
)

// next returns the next record, blank ones too, and io.EOF after the last.
func (s *recordReader) next() (record, error) {
	s.started, s.size = s.line, 0
	s.cells = nil
	for {
		e, err := s.readCell()
		if err != nil {
			return record{}, err
		}
		if e == endFile && len(s.cells) == 0 && s.size == 0 {
			return record{}, io.EOF
		}
		s.cells = append(s.cells, string(s.cell))
		switch e {
		case endCell:
			continue
		case endBroken:
			return record{line: s.started, cells: s.cells, defect: DefectQuotes}, nil
		case endRecord, endFile:
		}
		return record{line: s.started, cells: s.cells, defect: s.tooLong()}, nil
	}
}

func (s *recordReader) tooLong() Defect {
	for _, c := range s.cells {
		if len(c) > MaxCell {
			return DefectLong
		}
	}
	return ""
}

// readByte returns the next byte, with line ends as a line feed; false at the end.
func (s *recordReader) readByte() (byte, bool, error) {
	b, err := s.r.ReadByte()
	if errors.Is(err, io.EOF) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, fmt.Errorf("read line %d: %w", s.line, err)
	}
	if s.size++; s.size > MaxRecord {
		return 0, false, &LimitError{Line: s.started, Limit: LimitRecord, Max: MaxRecord}
	}
	if b == '\r' && s.lineEnds() {
		b = '\n'
	}
	if b == '\n' {
		s.line++
	}
	return b, true, nil
}

// lineEnds reports whether a carriage return ends the line, and takes the line feed
// that belongs to it.
func (s *recordReader) lineEnds() bool {
	if s.mac {
		return true
	}
	following, err := s.r.Peek(1)
	if err != nil || following[0] != '\n' {
		return errors.Is(err, io.EOF)
	}
	_, err = s.r.Discard(1)
	return err == nil
}

// readCell reads one cell into s.cell.
func (s *recordReader) readCell() (end, error) {
	s.cell = s.cell[:0]
	for {
		b, ok, err := s.readByte()
		switch {
		case err != nil:
			return 0, err
		case !ok:
			return endFile, nil
		case b == s.comma:
			return endCell, nil
		case b == '\n':
			return endRecord, nil
		case b == '"' && s.blankSoFar():
			s.cell = s.cell[:0]
			return s.readQuoted()
		}
		s.cell = append(s.cell, b)
	}
}

func (s *recordReader) blankSoFar() bool {
	for _, b := range s.cell {
		if b != ' ' && b != '\t' {
			return false
		}
	}
	return true
}

// readQuoted reads the rest of a cell behind its opening quote.
func (s *recordReader) readQuoted() (end, error) {
	for {
		b, ok, err := s.readByte()
		var limit *LimitError
		if errors.As(err, &limit) || (err == nil && !ok) {
			return 0, &QuoteError{Line: s.started}
		}
		if err != nil {
			return 0, err
		}
		if b != '"' {
			s.cell = append(s.cell, b)
			continue
		}
		following, err := s.r.Peek(1)
		if err != nil || following[0] != '"' {
			return s.afterQuote()
		}
		if _, _, err := s.readByte(); err != nil {
			return 0, err
		}
		s.cell = append(s.cell, '"')
	}
}

// afterQuote reads what follows a closing quote up to the end of the cell: blanks. If
// it is anything else, the quote was none of ours, and the rest of the line is kept as
// it stands, for its owner to mend.
func (s *recordReader) afterQuote() (end, error) {
	text := len(s.cell)
	for {
		b, ok, err := s.readByte()
		switch {
		case err != nil:
			return 0, err
		case !ok, b == '\n', b == s.comma:
			s.cell = s.cell[:text]
			return endOf(b, ok), nil
		case b != ' ' && b != '\t':
			blanks := string(s.cell[text:])
			s.cell = append([]byte(`"`+string(s.cell[:text])+`"`+blanks), b)
			return s.readBroken()
		}
		s.cell = append(s.cell, b)
	}
}

// endOf tells by what followed a quoted cell what has ended.
func endOf(b byte, ok bool) end {
	switch {
	case !ok:
		return endFile
	case b == '\n':
		return endRecord
	}
	return endCell
}

// readBroken reads the rest of a line in disorder.
func (s *recordReader) readBroken() (end, error) {
	for {
		b, ok, err := s.readByte()
		if err != nil {
			return 0, err
		}
		if !ok || b == '\n' {
			return endBroken, nil
		}
		s.cell = append(s.cell, b)
	}
}
