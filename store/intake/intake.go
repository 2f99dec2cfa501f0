package intake

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"sync/atomic"
)

// Format is a kind of file.
type Format string

// The formats, by the names the command line gives them. Google and Outlook are CSV
// with columns of their own.
const (
	FormatCSV     Format = "csv"
	FormatGoogle  Format = "google"
	FormatOutlook Format = "outlook"
	FormatVCard   Format = "vcard"
	FormatXLSX    Format = "xlsx"
	FormatXLS     Format = "xls" // Excel before 2007; never read
)

// Options say how to read a file. The zero value finds out by itself.
type Options struct {
	// Format is what the file is, or "" to look.
	Format Format
	// Map names the column for a field (see [Targets]) by its header in the file, or
	// by its place as "#1", "#2" and so on where the file has no header. What it
	// names goes before what the header suggests.
	Map map[string]string
	// Sheet is the sheet of a workbook, by name; "" takes the only one with a column of phone numbers.
	Sheet string
}

// Row is one contact as the file has it. All text is free of control characters and
// of blanks around it.
type Row struct {
	Line   int      // physical line where the row starts; the first line is 1
	Raw    []string // the cells as they stand in the file
	Defect Defect   // why the row cannot be used; the rest is then not to be trusted

	Phones   []Phone // the most likely mobile first; empty where the row has none
	UserID   string  // WhatsApp's business-scoped id
	Country  string  // of the number: a code such as ES or 34, as it stands in the file
	Name     string
	Language string // a language code such as "es"; "" where it was none
	Tags     []string
	Fields   map[string]string // what other columns say, by clean keys; see [FieldKey]

	// Claim is what a column such as "opted in" says. It proves nothing.
	Claim string
	// The proof of one opt-in. Only all four together are one.
	ConsentAt, ConsentMethod, ConsentNotice, ConsentEvidence string
	// The attestation that the customer saved the shop's number.
	SavedGrade, SavedAt string
}

// Phone is the text of one number of a row.
type Phone struct {
	Text   string
	Label  string // what the file calls it, for the choice between several
	Mobile bool   // the file says that it is a mobile
	// WhatsApp: the file says that it is on WhatsApp, which decides between two mobiles.
	WhatsApp bool
	// Elsewhere: the file says that it is one at home, at work or another. What has no such word may be a mobile, also
	// in countries whose numbers do not tell.
	Elsewhere bool
}

// Reader gives the rows of one file.
type Reader struct {
	format  Format
	dialect Dialect
	header  []string
	columns []Column
	sheet   string
	rows    rowSource
	input   io.Reader // the file below all buffers, feeding the hash
	hash    hash.Hash
	taken   atomic.Int64 // bytes
	close   func() error // nil where there is nothing to close
}

// rowSource gives the rows of a file of any format, io.EOF after the last.
type rowSource interface {
	next() (Row, error)
}

// Dialect is how a CSV file is written.
type Dialect struct {
	Delimiter rune     // comma, semicolon, tab or bar
	Encoding  Encoding // of the bytes
}

const window = 64 << 10 // bytes looked at to find out how a file is written

// Open looks at the beginning of a file and finds its header. Of text it reads no more than the window of 64 KiB and
// the rows above the header need; a workbook is read where it lies if r is an *os.File, else it is held in memory.
// What Open returns must be closed.
//
// Errors: [ErrEmpty], *[FormatError], *[HeaderError], *[MapError], *[SheetError], *[QuoteError], *[LimitError], or what
// r itself returns.
func Open(r io.Reader, opt Options) (*Reader, error) {
	if err := checkTargets(opt.Map); err != nil {
		return nil, err
	}
	rd := &Reader{hash: sha256.New()}
	rd.input = io.TeeReader(r, countingHash{rd})
	buffered := bufio.NewReaderSize(rd.input, window)
	start, err := buffered.Peek(window)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the beginning of the file: %w", err)
	}
	format, err := recognised(start, opt.Format)
	if err != nil {
		return nil, err
	}
	switch format {
	case FormatVCard:
		rd.openVCard(buffered, start)
	case FormatXLSX:
		err = rd.openXLSX(r, buffered, opt)
	case FormatCSV, FormatGoogle, FormatOutlook, FormatXLS:
		err = rd.openCSV(buffered, start, opt)
	}
	if err != nil {
		if closing := rd.Close(); closing != nil {
			err = errors.Join(err, closing)
		}
		return nil, err
	}
	return rd, nil
}

// countingHash feeds the hash and counts.
type countingHash struct{ r *Reader }

// Write implements io.Writer.
func (c countingHash) Write(p []byte) (int, error) {
	c.r.taken.Add(int64(len(p)))
	return c.r.hash.Write(p) //nolint:wrapcheck // a hash never fails
}

// Format returns what the file turned out to be.
func (r *Reader) Format() Format { return r.format }

// Dialect returns how a CSV file is written.
func (r *Reader) Dialect() Dialect { return r.dialect }

// Sheet returns the sheet of a workbook that is read; "" for other files.
func (r *Reader) Sheet() string { return r.sheet }

// Header returns the names of the columns as they stand in the file; nil where it
// has no header.
func (r *Reader) Header() []string { return r.header }

// Columns returns what each column is taken for, to be shown before an import.
func (r *Reader) Columns() []Column { return r.columns }

// Taken returns how many bytes of the file were read so far, for a picture of the progress. It may be called beside
// Next. Of a workbook it is the size at once, since that is not read from front to back.
func (r *Reader) Taken() int64 { return r.taken.Load() }

// Next returns the next row that is not blank, and io.EOF after the last. A row with
// a Defect is an answer, not an error. Errors end the file: *[QuoteError],
// *[LimitError], or what reading it returned.
func (r *Reader) Next() (Row, error) { return r.rows.next() }

// SHA256 returns the hash of the whole file in hexadecimal. It reads what Next has
// left unread, so Next must not be called after it.
func (r *Reader) SHA256() (string, error) {
	if _, err := io.Copy(io.Discard, r.input); err != nil {
		return "", fmt.Errorf("read the rest of the file: %w", err)
	}
	return hex.EncodeToString(r.hash.Sum(nil)), nil
}

// Close lets go of what a workbook needs beside the file. It does not close the file. Closing twice is closing once.
func (r *Reader) Close() error {
	if r.close == nil {
		return nil
	}
	end := r.close
	r.close = nil
	return end()
}

// recognised tells the format by the first bytes, and refuses what was asked for where it is something else.
func recognised(start []byte, asked Format) (Format, error) {
	found := FormatCSV
	switch {
	case len(bytes.Trim(start, "\ufeff \t\r\n")) == 0:
		return "", ErrEmpty
	case bytes.HasPrefix(start, []byte("PK\x03\x04")):
		found = FormatXLSX
	case bytes.HasPrefix(start, []byte("\xd0\xcf\x11\xe0")):
		return "", &FormatError{Found: FormatXLS}
	case isVCard(start), isVCard(utf8Start(start)):
		found = FormatVCard
	}
	isText := asked == FormatCSV || asked == FormatGoogle || asked == FormatOutlook
	switch {
	case asked == "", asked == found, isText && found == FormatCSV:
		return found, nil
	case !isText && asked != FormatVCard && asked != FormatXLSX:
		return "", &FormatError{Found: asked}
	}
	return "", &FormatError{Found: found, Asked: asked}
}

// utf8Start decodes the first bytes of a file in UTF-16.
func utf8Start(start []byte) []byte {
	encoding, _ := detect(start)
	if encoding != UTF16LE && encoding != UTF16BE {
		return nil
	}
	const enough = 64
	text, err := io.ReadAll(decode(bytes.NewReader(start[:min(len(start), enough)&^1]), encoding))
	if err != nil {
		return nil
	}
	return text
}
