package intake

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
)

// rejectHeader is the column that says why a row came back. Where such a file is
// mended and brought again, the column is dropped.
const rejectHeader = "reason"

// RejectsWriter writes the rows of a file that were not taken, as they were, with a
// last column for the reason. It writes the file's own delimiter, in UTF-8 with the
// mark that Excel needs, and every cell through [SafeCell].
type RejectsWriter struct {
	w     *csv.Writer
	width int
}

// NewRejectsWriter writes the header of the file that r reads.
func NewRejectsWriter(w io.Writer, r *Reader) (*RejectsWriter, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, fmt.Errorf("write the mark of rejects: %w", err)
	}
	out := csv.NewWriter(w)
	out.Comma = r.Dialect().Delimiter
	rejects := &RejectsWriter{w: out, width: len(r.Columns())}
	if header := r.Header(); header != nil {
		return rejects, rejects.write(header, rejectHeader)
	}
	return rejects, nil
}

// Write adds one row with the reason why it came back.
func (rw *RejectsWriter) Write(row Row, reason string) error { return rw.write(row.Raw, reason) }

// Flush writes what is still held back. The rejects are complete after it.
func (rw *RejectsWriter) Flush() error {
	rw.w.Flush()
	if err := rw.w.Error(); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return nil
}

func (rw *RejectsWriter) write(cells []string, reason string) error {
	record := make([]string, 0, max(len(cells), rw.width)+1)
	for _, c := range cells {
		record = append(record, SafeCell(c))
	}
	if missing := rw.width - len(record); missing > 0 {
		record = append(record, slices.Repeat([]string{""}, missing)...)
	}
	if err := rw.w.Write(append(record, SafeCell(reason))); err != nil {
		return fmt.Errorf("write rejects: %w", err)
	}
	return nil
}
