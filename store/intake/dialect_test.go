package intake_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"pregon/store/intake"
)

func TestEveryDialectReadsTheSame(t *testing.T) {
	t.Parallel()
	utf16 := unicode.UTF16
	encodings := []struct {
		name string
		with encoding.Encoding
		want intake.Encoding
	}{
		{"utf-8", encoding.Nop, intake.UTF8},
		{"utf-8 with mark", unicode.UTF8BOM, intake.UTF8},
		{"utf-16 little with mark", utf16(unicode.LittleEndian, unicode.UseBOM), intake.UTF16LE},
		{"utf-16 big with mark", utf16(unicode.BigEndian, unicode.UseBOM), intake.UTF16BE},
		{"utf-16 little", utf16(unicode.LittleEndian, unicode.IgnoreBOM), intake.UTF16LE},
		{"utf-16 big", utf16(unicode.BigEndian, unicode.IgnoreBOM), intake.UTF16BE},
		{"windows-1252", charmap.Windows1252, intake.Windows1252},
	}
	for _, delimiter := range ",;\t|" {
		for _, end := range []string{"\n", "\r\n", "\r"} {
			for _, enc := range encodings {
				t.Run(fmt.Sprintf("%q %q %s", delimiter, end, enc.name), func(t *testing.T) {
					t.Parallel()
					lines := []string{"Clientes", "Teléfono|Nombre|Notas", "604 555 0100|Íñigo Ñandú|pan, café; té", "'+16045550101|Bea|"}
					text := strings.Join(lines, end) + end
					text = strings.ReplaceAll(text, "pan, café; té", `"pan, café; té"`)
					text = strings.ReplaceAll(text, "|", string(delimiter))
					file, err := enc.with.NewEncoder().String(text)
					if err != nil {
						t.Fatal(err)
					}
					r, rows := readAll(t, file, intake.Options{})
					if d := r.Dialect(); d.Delimiter != delimiter || d.Encoding != enc.want {
						t.Errorf("Dialect() = %+v", d)
					}
					if len(rows) != 2 || rows[0].Name != "Íñigo Ñandú" || rows[0].Fields["notas"] != "pan, café; té" {
						t.Fatalf("rows %+v", rows)
					}
					if rows[1].Line != 4 || rows[1].Phones[0].Text != "+16045550101" {
						t.Errorf("last row %+v", rows[1])
					}
				})
			}
		}
	}
}

func TestExcelsOwnHintNamesTheDelimiter(t *testing.T) {
	t.Parallel()
	r, rows := readAll(t, "sep=;\r\nTel;Nota\r\n6045550100;a,b,c\r\n", intake.Options{})
	if r.Dialect().Delimiter != ';' || len(rows) != 1 || rows[0].Line != 3 || rows[0].Fields["nota"] != "a,b,c" {
		t.Errorf("%+v, %+v", r.Dialect(), rows)
	}
}

func TestOneColumnIsAFileToo(t *testing.T) {
	t.Parallel()
	_, rows := readAll(t, "WhatsApp\n6045550100\n6045550101", intake.Options{})
	if len(rows) != 2 || rows[1].Phones[0] != (intake.Phone{Text: "6045550101", Label: "WhatsApp", Mobile: true, WhatsApp: true}) {
		t.Errorf("%+v", rows)
	}
}

// The first accent stands behind the part of the file that was looked at.
func TestLateAccentsOfBothEncodingsAreRead(t *testing.T) {
	t.Parallel()
	file := "Name,Phone\n" + strings.Repeat("Ana,6045550100\n", 10_000) + "Íñigo,6045550101\n\xcd\xf1igo,6045550102\n"
	_, rows := readAll(t, file, intake.Options{})
	for _, row := range rows[len(rows)-2:] {
		if row.Name != "Íñigo" {
			t.Errorf("line %d: %q", row.Line, row.Name)
		}
	}
}

// endless gives a file of any size without holding it, and counts what was taken.
type endless struct {
	rows, row int
	rest      string
	taken     int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		if e.row > e.rows {
			return 0, io.EOF
		}
		e.rest = fmt.Sprintf("Contact %d,+1604555%04d\n", e.row, e.row%10_000)
		if e.row == 0 {
			e.rest = "Name,Phone\n"
		}
		e.row++
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	e.taken += n
	return n, nil
}

// The reader never takes more of a file than its rows need, give or take its
// buffers: so it cannot hold the file.
func TestAFileIsStreamed(t *testing.T) {
	t.Parallel()
	const buffers = 300 << 10
	file := &endless{rows: 200_000}
	r, err := intake.Open(file, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	read := 0
	for count := 1; ; count++ {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			if count != file.rows+1 {
				t.Errorf("%d rows", count-1)
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		read += len(row.Raw[0]) + len(row.Raw[1]) + 2
		if ahead := file.taken - read; ahead > buffers {
			t.Fatalf("at row %d the reader is %d bytes ahead", count, ahead)
		}
	}
}

func TestHashIsThatOfTheWholeFile(t *testing.T) {
	t.Parallel()
	file := "\ufeffName;Phone\r\n" + strings.Repeat("Ana;6045550100\r\n", 20_000) + "\r\n\r\n"
	sum := sha256.Sum256([]byte(file))
	want := hex.EncodeToString(sum[:])
	for _, rows := range []int{0, 1, 20_000} {
		r, err := intake.Open(strings.NewReader(file), intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for range rows {
			if _, err := r.Next(); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := r.SHA256(); err != nil || got != want {
			t.Errorf("after %d rows: %s, %v; want %s", rows, got, err, want)
		}
	}
}

// broken fails after some bytes.
type broken struct{ r io.Reader }

var errDisk = errors.New("disk is gone")

func (b broken) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if errors.Is(err, io.EOF) {
		err = errDisk
	}
	return n, err
}

func TestErrorsOfTheFileComeThrough(t *testing.T) {
	t.Parallel()
	for _, rows := range []int{0, 1, 100_000} {
		text := "Name,Phone\n" + strings.Repeat("Ana,6045550100\n", rows)
		r, err := intake.Open(broken{strings.NewReader(text)}, intake.Options{})
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, errDisk) {
			t.Errorf("with %d rows: %v", rows, err)
		}
	}
}
