package intake_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"pregon/store/intake"
)

// digest reads a file to its end or its error, holds every row to what rows
// promise, and returns how many there were.
func digest(t *testing.T, file io.Reader) (rows int, err error) {
	t.Helper()
	r, err := intake.Open(file, intake.Options{})
	if err != nil {
		return 0, err
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	}()
	for {
		row, err := r.Next()
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return rows, err
		}
		checkRow(t, row, len(r.Columns()))
		rows++
	}
}

// people is a workbook of n people.
func people(tb testing.TB, n int) []byte {
	tb.Helper()
	rows := [][]any{{"Name", "Phone", "Tags"}}
	for i := range n {
		rows = append(rows, []any{fmt.Sprintf("Customer %d", i), fmt.Sprintf("+1604555%04d", 100+i), "vip"})
	}
	return workbook(tb, map[string][][]any{"A": rows}, "A")
}

func TestAWorkbookThatIsCutOffIsRefusedWhereverItEnds(t *testing.T) {
	t.Parallel()
	whole := people(t, 40)
	for end := 4; end < len(whole); end += max(1, len(whole)/60) {
		rows, err := digest(t, bytes.NewReader(whole[:end]))
		if code, _ := intake.Code(err); code != "workbook" || rows != 0 {
			t.Errorf("%d of %d bytes: %d rows, %v, want it refused as a workbook that cannot be read", end, len(whole), rows, err)
		}
	}
	if rows, err := digest(t, bytes.NewReader(whole)); err != nil || rows != 40 {
		t.Errorf("whole: %d rows, %v", rows, err)
	}
}

// TestASheetThatBreaksOffIsNoShorterList cuts a sheet off, or spoils it, anywhere within a workbook that is whole
// otherwise: those who stand behind that place are not there, and nobody would know.
func TestASheetThatBreaksOffIsNoShorterList(t *testing.T) {
	t.Parallel()
	whole := people(t, 3)
	sheet := sheetHead + strings.Repeat(sheetRow, 12) + sheetFoot
	damages := map[string]func(at int) string{
		"cut off": func(at int) string { return sheet[:at] },
		"spoiled": func(at int) string { return sheet[:at] + "<&" + sheet[at:] },
	}
	for name, damage := range damages {
		for at := len(sheetHead); at < len(sheet)-len(sheetFoot); at += 37 {
			file := repacked(t, whole, map[string]string{sheetPart: damage(at)})
			rows, err := digest(t, bytes.NewReader(file))
			if code, _ := intake.Code(err); code != "workbook" {
				t.Errorf("%s at byte %d of %d: %d rows, %v, want it refused as a workbook that cannot be read", name, at, len(sheet), rows, err)
			}
		}
	}
	if rows, err := digest(t, bytes.NewReader(repacked(t, whole, map[string]string{sheetPart: sheet}))); err != nil || rows != 12 {
		t.Errorf("whole: %d rows, %v", rows, err)
	}
}

// TestADamagedWorkbookNeverEndsTheProgram changes bytes anywhere: what is read
// still keeps what rows promise, or the file is refused.
func TestADamagedWorkbookNeverEndsTheProgram(t *testing.T) {
	t.Parallel()
	whole := people(t, 10)
	random := rand.New(rand.NewPCG(11, 12))
	refused := 0
	for range 300 {
		damaged := bytes.Clone(whole)
		for range 1 + random.IntN(4) {
			damaged[4+random.IntN(len(damaged)-4)] = byte(random.IntN(256))
		}
		if _, err := digest(t, bytes.NewReader(damaged)); err != nil {
			refused++
		}
	}
	if refused < 50 {
		t.Errorf("only %d of 300 damaged files were refused: the damage tries nothing", refused)
	}
}

// repacked writes a workbook again with parts exchanged, which no spreadsheet
// would write.
func repacked(t *testing.T, file []byte, parts map[string]string) []byte {
	t.Helper()
	old, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	check(t, err)
	var out bytes.Buffer
	made := zip.NewWriter(&out)
	for _, part := range old.File {
		if _, exchanged := parts[part.Name]; exchanged {
			continue
		}
		check(t, made.Copy(part))
	}
	for name, text := range parts {
		w, err := made.Create(name)
		check(t, err)
		_, err = io.WriteString(w, text)
		check(t, err)
	}
	check(t, made.Close())
	return out.Bytes()
}

const (
	sheetPart = "xl/worksheets/sheet1.xml"
	sheetHead = `<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>` +
		`<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c><c r="B1" t="inlineStr"><is><t>Phone</t></is></c></row>`
	sheetRow  = `<row><c t="inlineStr"><is><t>Ana</t></is></c><c t="inlineStr"><is><t>6045550100</t></is></c></row>`
	sheetFoot = `</sheetData></worksheet>`
)

func TestWorkbooksMadeToDoHarmDoNone(t *testing.T) {
	t.Parallel()
	whole := people(t, 3)
	var bomb strings.Builder
	bomb.WriteString("<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\">")
	for i := range 9 {
		fmt.Fprintf(&bomb, "<!ENTITY %c \"%s\">", 'b'+i, strings.Repeat(fmt.Sprintf("&%c;", 'a'+i), 10))
	}
	bomb.WriteString("]>")
	tests := []struct {
		name  string
		parts map[string]string
		rows  int  // at most
		fails bool // it is refused
	}{
		{"entities of entities", map[string]string{sheetPart: bomb.String() + sheetHead + `<row><c t="inlineStr"><is><t>&j;</t></is></c></row>` + sheetFoot}, 1, false},
		{"a file of another's", map[string]string{sheetPart: `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + sheetHead + `<row><c t="inlineStr"><is><t>&e;</t></is></c></row>` + sheetFoot}, 1, false},
		{"a sheet that is no XML", map[string]string{sheetPart: strings.Repeat("\x00<", 5000)}, 0, true},
		{"a sheet that is empty", map[string]string{sheetPart: ""}, 0, true},
		{"a row that never ends", map[string]string{sheetPart: sheetHead + `<row r="2"><c t="inlineStr"><is><t>Ana`}, 1, true},
		{"a row of the number -1", map[string]string{sheetPart: sheetHead + `<row r="-1"><c r="A-1"><v>1</v></c></row>` + sheetFoot}, 1, false},
		{"a string that is not in the list", map[string]string{sheetPart: sheetHead + `<row r="2"><c r="A2" t="s"><v>999999999</v></c><c r="B2" t="s"><v>-5</v></c></row>` + sheetFoot}, 1, false},
		{"parts that climb out of the folder", map[string]string{"../../../evil.txt": "x", "xl/../../evil2.txt": "x"}, 3, false},
		{"strings in disorder", map[string]string{"xl/sharedStrings.xml": "<sst><si><t>a"}, 3, true},
		{"sheets that are nowhere", map[string]string{"xl/_rels/workbook.xml.rels": "<Relationships/>"}, 0, true},
		{"styles in disorder", map[string]string{"xl/styles.xml": "<styleSheet><cellXfs count='-1'>"}, 3, false},
		{"a workbook in a workbook", map[string]string{sheetPart: string(whole)}, 0, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			path := filepath.Join(folder, "a", "b", "c", "book.xlsx")
			check(t, os.MkdirAll(filepath.Dir(path), 0o700))
			check(t, os.WriteFile(path, repacked(t, whole, tt.parts), 0o600))
			file, err := os.Open(path)
			check(t, err)
			defer func() { check(t, file.Close()) }()
			rows, err := digest(t, file)
			if rows > tt.rows || (tt.fails && err == nil) {
				t.Errorf("%d rows, %v", rows, err)
			}
			if err != nil && (strings.ContainsAny(err.Error(), "\x00\x1b") || strings.Contains(err.Error(), "root:")) {
				t.Errorf("the error shows what the file says: %q", err)
			}
			if list, err := filepath.Glob(filepath.Join(folder, "*.txt")); err != nil || len(list) > 0 {
				t.Errorf("it wrote %v, %v", list, err)
			}
		})
	}
}

// bombed is a small file with a sheet that unpacks to many megabytes.
func bombed(t *testing.T, unit string, size int, foot string) (path string, packed int64) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "bomb.xlsx")
	old := people(t, 1)
	from, err := zip.NewReader(bytes.NewReader(old), int64(len(old)))
	check(t, err)
	file, err := os.Create(path)
	check(t, err)
	made := zip.NewWriter(file)
	for _, part := range from.File {
		if part.Name != sheetPart {
			check(t, made.Copy(part))
		}
	}
	w, err := made.Create(sheetPart)
	check(t, err)
	_, err = io.Copy(w, io.MultiReader(strings.NewReader(sheetHead), io.LimitReader(repeating(unit), int64(size/len(unit)*len(unit))), strings.NewReader(foot)))
	check(t, err)
	check(t, errors.Join(made.Close(), file.Close()))
	info, err := os.Stat(path)
	check(t, err)
	return path, info.Size()
}

// TestAWorkbookThatUnpacksToAGreatDealTakesLittleMemory reads one row after the
// other, however large the sheet is.
func TestAWorkbookThatUnpacksToAGreatDealTakesLittleMemory(t *testing.T) { //nolint:paralleltest // counts what the whole process holds
	const size = 12 << 20
	path, packed := bombed(t, sheetRow, size, sheetFoot)
	if packed > size/50 {
		t.Fatalf("%d bytes packed are no bomb", packed)
	}
	file, err := os.Open(path)
	check(t, err)
	defer func() { check(t, file.Close()) }()
	r, err := intake.Open(file, intake.Options{})
	check(t, err)
	rows, most := 0, uint64(0)
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		check(t, err)
		if row.Name != "Ana" {
			t.Fatalf("row %d is %+v", rows, row)
		}
		if rows++; rows%20_000 == 1 {
			var now runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&now)
			most = max(most, now.HeapAlloc)
		}
	}
	check(t, r.Close())
	if rows != size/len(sheetRow) || most > 24<<20 {
		t.Errorf("%d rows of %d, %d MiB held", rows, size/len(sheetRow), most>>20)
	}
}

func TestACellOfMegabytesCostsItsRowOrTheFileAndSaysWhere(t *testing.T) {
	t.Parallel()
	const huge = 10 << 20
	long := strings.Repeat("a", huge)
	tests := []struct {
		name, file string
		code       string
		line, rows int
	}{
		{"bare", "Name,Phone\n" + long + ",6045550100\nBea,6045550101\n", "too_large", 2, 0},
		{"quoted", "Name,Phone\n\"" + long + "\",6045550100\n", "quote", 2, 0},
		{"in the header", "Name,Phone," + long + "\nBea,6045550101\n", "too_large", 1, 0},
		{"of quotes", "Name,Phone\n" + strings.Repeat(`"`, huge) + ",6045550100\n", "too_large", 2, 0},
		{"of delimiters", "Name,Phone\nAna,6045550100\n" + strings.Repeat(",", huge) + "\n", "too_large", 3, 0},
		{"after many good rows", "Name,Phone\n" + strings.Repeat("Ana,6045550100\n", 5000) + long, "too_large", 5002, 5000},
		{"of a card's note", "BEGIN:VCARD\nFN:Ana\nTEL:6045550100\nNOTE:" + long + "\nEND:VCARD\n", "", 0, 1},
		{"of a card's name", "BEGIN:VCARD\nFN:" + long + "\nTEL:6045550100\nEND:VCARD\n", "", 0, 1},
		{"of blanks that fold", "BEGIN:VCARD\nFN:Ana\nNOTE:x" + strings.Repeat("\n  y", huge/4) + "\nEND:VCARD\n", "", 0, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			rows, err := digest(t, strings.NewReader(tt.file))
			if code, line := intake.Code(err); code != tt.code || line != tt.line || rows != tt.rows {
				t.Errorf("%d rows, then %q in line %d (%.200v), want %d, %q in line %d", rows, code, line, err, tt.rows, tt.code, tt.line)
			}
			if took := time.Since(began); took > time.Minute {
				t.Errorf("it took %v: that grows faster than the file", took)
			}
		})
	}
}

// utf16Of writes text in two bytes a unit, low byte first where little.
func utf16Of(little bool, text ...uint16) string {
	var out []byte
	for _, unit := range text {
		pair := []byte{byte(unit >> 8), byte(unit)}
		if little {
			pair[0], pair[1] = pair[1], pair[0]
		}
		out = append(out, pair...)
	}
	return string(out)
}

func TestTextInDisorderIsReadAsFarAsItIsText(t *testing.T) {
	t.Parallel()
	table := utf16.Encode([]rune("Name\tPhone\nAna\t6045550100\nBea\t6045550101\n"))
	lone := append(utf16.Encode([]rune("Name\tPhone\nAn")), 0xd800)
	lone = append(lone, utf16.Encode([]rune("a\t6045550100\nBea\t6045550101\n"))...)
	backwards := append(utf16.Encode([]rune("Name\tPhone\nAn")), 0xdc00, 0xd800)
	backwards = append(backwards, utf16.Encode([]rune("a\t6045550100\nBea\t6045550101\n"))...)
	tests := []struct {
		name, file string
		rows       int
		second     string // of the people
	}{
		{"UTF-16 without a mark", utf16Of(true, table...), 2, "Bea"},
		{"UTF-16 the other way round", utf16Of(false, table...), 2, "Bea"},
		{"UTF-16 with a mark", "\xff\xfe" + utf16Of(true, table...), 2, "Bea"},
		{"UTF-16 that ends in the middle of a sign", utf16Of(true, table...) + "\x41", 3, "Bea"},
		{"half a pair", "\xff\xfe" + utf16Of(true, lone...), 2, "Bea"},
		{"a pair the wrong way round", "\xff\xfe" + utf16Of(true, backwards...), 2, "Bea"},
		{"two marks", "\xef\xbb\xbf\xef\xbb\xbfName,Phone\nAna,6045550100\nBea,6045550101\n", 2, "Bea"},
		{"a zero in a name", "Name,Phone\nA\x00na,6045550100\nBe\x00a,6045550101\n", 2, "Be a"},
		{"zeros at the end", "Name,Phone\nAna,6045550100\nBea,6045550101\n\x00\x00", 2, "Bea"},
		{"escapes of a terminal", "Name,Phone\nAna,6045550100\n\x1b]0;owned\x07Bea,6045550101\n", 2, "]0;owned Bea"},
		{"half a letter at the end", "Name,Phone\nAna,6045550100\nBea,6045550101,\xc3", 2, ""},
		{"a letter written too long", "Name,Phone\nAna,6045550100\nBea\xc0\x80,6045550101\n", 2, "BeaÀ€"},
		{"every line end there is", "Name,Phone\r\nAna,6045550100\n\r\nBea,6045550101\r\n\n", 2, "Bea"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := intake.Open(strings.NewReader(tt.file), intake.Options{})
			check(t, err)
			var rows []intake.Row
			for {
				row, err := r.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				check(t, err)
				checkRow(t, row, len(r.Columns()))
				rows = append(rows, row)
			}
			if len(rows) != tt.rows || rows[1].Name != tt.second {
				t.Errorf("%d rows: %+v, want %d and %q second", len(rows), rows, tt.rows, tt.second)
			}
		})
	}
}

func TestCardsMadeToDoHarmCostThemselvesOnly(t *testing.T) {
	t.Parallel()
	encoded := "BEGIN:VCARD\nVERSION:2.1\nFN;ENCODING=QUOTED-PRINTABLE:" + strings.Repeat("=3D=\n", 3000) + // again and again
		"=3D=41\nTEL:6045550100\nEND:VCARD\n"
	last := "BEGIN:VCARD\nFN:Bea\nTEL:6045550101\nEND:VCARD\n"
	tests := []struct{ name, card string }{
		{"quoted-printable without end", encoded},
		{"quoted-printable of nothing", "BEGIN:VCARD\nFN;QUOTED-PRINTABLE:" + strings.Repeat("=\n", 5000) + "\nEND:VCARD\n"},
		{"quoted-printable in disorder", "BEGIN:VCARD\nFN;ENCODING=QUOTED-PRINTABLE:=ZZ=4=\n1=\nEND:VCARD\n"},
		{"cards within cards", strings.Repeat("BEGIN:VCARD\nAGENT:\n", 5000) + strings.Repeat("END:VCARD\n", 5000)},
		{"ends without beginnings", strings.Repeat("END:VCARD\n", 5000)},
		{"a hundred thousand numbers", "BEGIN:VCARD\nFN:Ana\n" + strings.Repeat("TEL:6045550100\n", 100_000) + "END:VCARD\n"},
		{"a hundred thousand types", "BEGIN:VCARD\nFN:Ana\nTEL" + strings.Repeat(";TYPE=cell,home", 2000) + ":6045550100\nEND:VCARD\n"},
		{"an encoding nobody knows", "BEGIN:VCARD\nFN;CHARSET=KLINGON;ENCODING=ROT13:Ana\nTEL:6045550100\nEND:VCARD\n"},
		{"an encoding that means other bytes", "BEGIN:VCARD\nFN;CHARSET=UTF-16:\xd8\x00A\nTEL:6045550100\nEND:VCARD\n"},
		{"an odd quote", "BEGIN:VCARD\nTEL;TYPE=\"cell:6045550100\nFN:Ana\nEND:VCARD\n"},
		{"only colons", "BEGIN:VCARD\n" + strings.Repeat(":", 10_000) + "\n" + strings.Repeat(":\n", 1000) + "END:VCARD\n"},
		{"a backslash at the end", "BEGIN:VCARD\nN:Ana\\\nORG:\\\nCATEGORIES:\\,\\\nTEL:6045550100\nEND:VCARD\n"},
		{"zeros", "BEGIN:VCARD\nFN:\x00\x00\nTEL:\x006045550100\nEND:VCARD\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := intake.Open(strings.NewReader("BEGIN:VCARD\nFN:Zoe\nTEL:6045550102\nEND:VCARD\n"+tt.card+last), intake.Options{})
			check(t, err)
			var names []string
			for {
				row, err := r.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				check(t, err)
				checkRow(t, row, len(r.Columns()))
				names = append(names, row.Name)
			}
			if len(names) < 2 || len(names) > 5003 || names[0] != "Zoe" || names[len(names)-1] != "Bea" {
				t.Errorf("%d cards, the last %q", len(names), names[max(0, len(names)-3):])
			}
		})
	}
}
