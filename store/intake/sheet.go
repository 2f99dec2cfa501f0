package intake

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// sheet gives the rows of a table below its header.
type sheet struct {
	table
	pending []record // read while looking for the header
	source  recordSource
}

// recordSource gives the rows of a table as they stand in the file, io.EOF after the last.
type recordSource interface {
	next() (record, error)
}

// openCSV finds out how a CSV file is written and where its rows start. The file is
// in buffered, whose first bytes are start.
func (r *Reader) openCSV(buffered *bufio.Reader, start []byte, opt Options) error {
	encoding, ok := detect(start)
	if !ok {
		return &FormatError{}
	}
	text := bufio.NewReaderSize(decode(buffered, encoding), window)
	head, err := text.Peek(window)
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("decode the beginning of the file as %s: %w", encoding, err)
	}
	sample := string(head)
	mac := strings.Contains(sample, "\r") && !strings.Contains(sample, "\n")
	comma, hinted := delimiterHint(sample)
	if !hinted {
		comma = delimiterOf(sample, mac, opt.Map)
	}
	source := newRecordReader(text, comma, mac)
	s := &sheet{source: source}
	if hinted {
		if _, err := source.next(); err != nil {
			return err
		}
	}
	if err := s.start(opt); err != nil {
		return err
	}
	r.format, r.header, r.columns = s.format, s.header, s.columns
	r.dialect = Dialect{Delimiter: rune(comma), Encoding: encoding}
	r.rows = s
	return nil
}

// start reads the first records and finds the header among them.
func (s *sheet) start(opt Options) error {
	for len(s.pending) < headerRecords {
		rec, err := s.source.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if !blank(rec.cells) {
			s.pending = append(s.pending, rec)
		}
	}
	if len(s.pending) == 0 {
		return ErrEmpty
	}
	t, above, err := findTable(s.pending, opt)
	if err != nil {
		return err
	}
	s.table, s.pending = t, s.pending[above:]
	return nil
}

// next returns the next row that is neither blank nor the header again.
func (s *sheet) next() (Row, error) {
	for {
		rec, err := s.record()
		if err != nil {
			return Row{}, err
		}
		if rec.defect != "" || (!blank(rec.cells) && !s.isHeader(rec)) {
			return s.row(rec), nil
		}
	}
}

func (s *sheet) record() (record, error) {
	if len(s.pending) > 0 {
		rec := s.pending[0]
		s.pending = s.pending[1:]
		return rec, nil
	}
	return s.source.next()
}
