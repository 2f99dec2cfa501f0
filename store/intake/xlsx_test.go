package intake_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"pregon/store/intake"
)

// workbook makes a file of sheets by name.
func workbook(tb testing.TB, sheets map[string][][]any, order ...string) []byte {
	tb.Helper()
	book := excelize.NewFile()
	for i, name := range order {
		if i == 0 {
			check(tb, book.SetSheetName("Sheet1", name))
		} else if _, err := book.NewSheet(name); err != nil {
			tb.Fatal(err)
		}
		for r, row := range sheets[name] {
			cell, err := excelize.CoordinatesToCellName(1, r+1)
			check(tb, err)
			check(tb, book.SetSheetRow(name, cell, &row))
		}
	}
	var out bytes.Buffer
	check(tb, book.Write(&out))
	check(tb, book.Close())
	return out.Bytes()
}

func check(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

func TestWorkbookGivesWhatItsCellsHold(t *testing.T) {
	t.Parallel()
	file := workbook(t, map[string][][]any{"Clientes": {
		{"Clientes de la panadería", nil, nil},
		{},
		{"Nombre", "Móvil", "Etiquetas", "Fecha alta", "consent_at"},
		{"Ana", 16045550100, "vip; pan", time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 5, 1, 10, 30, 0, 0, time.UTC)},
		{"Bea", 6045550101.0, nil, "ayer"},
		{"Cleo", "'+1 604 555 0102"},
		{"Dora", "6.05E+09"},
		{"Eva", "16045550103.0"},
		{"Fe", "1.6045550104000E10"},
		{nil, nil},
		{"Gil", "604 555 0105 / 604 555 0106"},
	}}, "Clientes")
	r, rows := readAll(t, string(file), intake.Options{})
	type person struct {
		line  int
		name  string
		phone string
	}
	var got []person
	for _, row := range rows {
		got = append(got, person{row.Line, row.Name, strings.Join(numbers(row), " ")})
	}
	want := []person{
		{4, "Ana", "16045550100"},
		{5, "Bea", "6045550101"},
		{6, "Cleo", "+1 604 555 0102"},
		{7, "Dora", "6.05E+09"},
		{8, "Eva", "16045550103"},
		{9, "Fe", "16045550104"},
		{11, "Gil", "604 555 0105 604 555 0106"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
	if r.Format() != intake.FormatXLSX || r.Sheet() != "Clientes" || rows[0].Fields["fecha_alta"] != "2026-05-01" ||
		rows[0].ConsentAt != "2026-05-01 10:30:00" || rows[1].Fields["fecha_alta"] != "ayer" || !reflect.DeepEqual(rows[0].Tags, []string{"vip", "pan"}) {
		t.Errorf("%s %q: %+v", r.Format(), r.Sheet(), rows[0])
	}
	if !rows[0].Phones[0].Mobile {
		t.Error("a mobile was not seen as one")
	}
}

func TestSheetWithThePhonesIsFound(t *testing.T) {
	t.Parallel()
	people := [][]any{{"Name", "Phone"}, {"Ana", "6045550100"}}
	sheets := map[string][][]any{"Notes": {{"Buy flour"}, {"and eggs"}}, "Empty": nil, "People": people, "Old": people}
	tests := []struct {
		name  string
		order []string
		sheet string
		want  string // the sheet, or the choice
	}{
		{"the only one with phones", []string{"Notes", "Empty", "People"}, "", "People"},
		{"two to choose from", []string{"People", "Notes", "Old"}, "", "People Old"},
		{"the one asked for", []string{"People", "Notes", "Old"}, "old", "Old"},
		{"one that is not there", []string{"People", "Notes"}, "Customers", "People Notes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := intake.Open(bytes.NewReader(workbook(t, sheets, tt.order...)), intake.Options{Sheet: tt.sheet})
			if choice, ok := errors.AsType[*intake.SheetError](err); ok {
				if got := strings.Join(choice.Sheets, " "); got != tt.want || choice.Asked != tt.sheet {
					t.Errorf("to choose from %q, asked %q", got, choice.Asked)
				}
				return
			}
			if err != nil || r.Sheet() != tt.want {
				t.Fatalf("got %v, %v", r, err)
			}
			check(t, r.Close())
			check(t, r.Close())
		})
	}
}

func TestWorkbookOnDiskIsNamedByItsHash(t *testing.T) {
	t.Parallel()
	content := workbook(t, map[string][][]any{"A": {{"Phone"}, {"6045550100"}}}, "A")
	path := filepath.Join(t.TempDir(), "book.xlsx")
	check(t, os.WriteFile(path, content, 0o600))
	file, err := os.Open(path)
	check(t, err)
	defer func() { check(t, file.Close()) }()
	r, err := intake.Open(file, intake.Options{})
	check(t, err)
	if row, err := r.Next(); err != nil || len(row.Phones) != 1 {
		t.Fatalf("got %+v, %v", row, err)
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("got %v", err)
	}
	sum := sha256.Sum256(content)
	if got, err := r.SHA256(); err != nil || got != hex.EncodeToString(sum[:]) || r.Taken() != int64(len(content)) {
		t.Errorf("%s, %d bytes, %v", got, r.Taken(), err)
	}
	check(t, r.Close())
}

func TestWorkbooksThatHoldNobodyAreRefused(t *testing.T) {
	t.Parallel()
	_, err := intake.Open(bytes.NewReader(workbook(t, map[string][][]any{"A": {{"Buy flour"}}, "B": nil}, "B", "A")), intake.Options{})
	if _, ok := errors.AsType[*intake.HeaderError](err); !ok {
		t.Errorf("no phones: %v", err)
	}
	if _, err := intake.Open(bytes.NewReader(workbook(t, nil, "A")), intake.Options{}); !errors.Is(err, intake.ErrEmpty) {
		t.Errorf("empty: %v", err)
	}
	var format *intake.FormatError
	if _, err := intake.Open(strings.NewReader("PK\x03\x04rest"), intake.Options{}); !errors.As(err, &format) || format.Found != intake.FormatXLSX {
		t.Errorf("damaged: %v", err)
	}
}

func FuzzWorkbook(f *testing.F) {
	f.Add(workbook(f, map[string][][]any{"A": {{"Name", "Phone"}, {"Ana", 6045550100}, {"Bea", "1.5E+2"}}}, "A"))
	f.Add(workbook(f, map[string][][]any{"A": {{"Phone"}}, "B": {{"x"}}}, "A", "B"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if len(file) > 1<<16 {
			return
		}
		r, err := intake.Open(bytes.NewReader(file), intake.Options{})
		if err != nil {
			return
		}
		for range 100 {
			row, err := r.Next()
			if err != nil {
				break
			}
			checkRow(t, row, len(r.Columns()))
		}
		check(t, r.Close())
	})
}
