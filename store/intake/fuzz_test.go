package intake_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pregon/store/intake"
)

func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"Name,Phone\nAna,6045550100\n", "sep=;\nTel;Nombre\n6045550100;\"Ana\n\"", "\ufeffTel\n1", "\xff\xfeT\x00e\x00l\x00\n\x001\x00",
		"Title\n\nTel|Tags\n1 ::: 2|* a ::: b;c\n", "\"a", "Tel\r\"\"\r", "Phone 1 - Label,Phone 1 - Value\n* Mobile,1", "PK\x03\x04", "\x00",
		googleNew + "\n", card21, card30, card40, "BEGIN:VCARD\nTEL;X=\":1\nAGENT:\nBEGIN:VCARD\nEND:VCARD\n 2\nN;QUOTED-PRINTABLE:=\n=\nEND:VCARD", outlook + "\n", "T\xe9l\n'+1\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := intake.Open(bytes.NewReader(file), intake.Options{})
		if err != nil {
			return
		}
		line := 0
		for {
			row, err := r.Next()
			if err != nil {
				break
			}
			if row.Line <= line {
				t.Fatalf("line %d after line %d", row.Line, line)
			}
			line = row.Line
			checkRow(t, row, len(r.Columns()))
		}
		sum := sha256.Sum256(file)
		if got, err := r.SHA256(); err != nil || got != hex.EncodeToString(sum[:]) {
			t.Fatalf("SHA256() = %s, %v", got, err)
		}
	})
}

func checkRow(t *testing.T, row intake.Row, columns int) {
	t.Helper()
	if row.Defect != "" && (row.Phones != nil || row.Name != "" || row.Fields != nil) {
		t.Fatalf("a row in disorder says %+v", row)
	}
	if len(row.Fields) > columns {
		t.Fatalf("%d fields from %d columns", len(row.Fields), columns)
	}
	texts := append(numbers(row), row.Name, row.Country, row.Language, row.ConsentAt)
	texts = append(texts, row.Tags...)
	for key, value := range row.Fields {
		if key == "" || intake.FieldKey(key) != key {
			t.Fatalf("key %q", key)
		}
		texts = append(texts, value)
	}
	for _, text := range texts {
		if strings.ContainsAny(text, "\x00\x1b\r\u009b") || text != strings.TrimSpace(text) || !utf8.ValidString(text) {
			t.Fatalf("text %q", text)
		}
	}
}

// What encoding/csv reads without complaint, we read the same.
func FuzzReadLikeTheStandardLibrary(f *testing.F) {
	for _, seed := range []string{"Ana,6045550100\n", "\"a\"\"b\",\"c\nd\"\n", "a,\n\n,b", "\"\",\"\"\n", "x,\"y,z\"\n1,2"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, body string) {
		if strings.ContainsAny(body, "\r\x00;|\t\ufeff") || !utf8.ValidString(body) || len(body) > 1<<15 {
			return
		}
		file := "Phone,Name,Note\n" + body
		std := csv.NewReader(strings.NewReader(file))
		std.FieldsPerRecord = -1
		want, err := std.ReadAll()
		if err != nil {
			return
		}
		r, err := intake.Open(strings.NewReader(file), intake.Options{Map: map[string]string{"phone": "Phone", "name": "Name"}})
		if err != nil || !slices.Equal(r.Header(), want[0]) {
			return // the body holds a better header
		}
		for _, cells := range want[1:] {
			if blank(cells) || slices.Equal(cells, want[0]) {
				continue
			}
			row, err := r.Next()
			if err != nil || !slices.Equal(row.Raw, cells) {
				t.Fatalf("%q: row %q, %v; want %q", file, row.Raw, err, cells)
			}
		}
		if row, err := r.Next(); !errors.Is(err, io.EOF) {
			t.Fatalf("%q: one more row %q, %v", file, row.Raw, err)
		}
	})
}

// blank reports whether cells hold nothing but blanks and control characters.
func blank(cells []string) bool {
	return !slices.ContainsFunc(cells, func(c string) bool {
		return strings.TrimFunc(c, func(r rune) bool { return r <= ' ' || r >= 0x7f && r <= 0xa0 || strings.TrimSpace(string(r)) == "" }) != ""
	})
}
