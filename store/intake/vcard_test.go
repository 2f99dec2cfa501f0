package intake_test

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/text/encoding/unicode"

	"pregon/store/intake"
)

const (
	// card21 is shaped like an old Android's or Nokia's.
	card21 = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Mar=C3=ADn;Luc=C3=ADa;;;\r\n" +
		"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Luc=C3=ADa=\r\n Mar=C3=ADn\r\nTEL;CELL;PREF:604-555-0100\r\nTEL;HOME:604 555 0101\r\n" +
		"TEL;WORK;FAX:604 555 0102\r\nX-IRMC-CALL:1\r\nPHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQ\r\n AAAQABAAD/2wBDAAMC\r\n\r\nEND:VCARD\r\n"
	// card30 is shaped like an iPhone's.
	card30 = "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iPhone OS 17//EN\r\nN:Ruiz;José Ángel;;;\r\nFN:José Ángel Ruiz\r\n" +
		"ORG:Bar Sol\\, SL;\r\nitem1.TEL;type=pref:+1 604 555 0103\r\nitem1.X-ABLabel:_$!<Mobile>!$_\r\nTEL;type=HOME;type=VOICE:604 555 0104\r\n" +
		"TEL;type=WORK;type=FAX:604 555 0105\r\nitem2.ADR;type=HOME:;;Calle 1\\n2;San Juan;;00901;PR\r\nEMAIL;type=INTERNET:jose@example.com\r\n" +
		"CATEGORIES:vip,al por\\, mayor,* myContacts\r\nNOTE:Pan sin sal\\; los\r\n  lunes\r\nBDAY;value=date:1980-05-01\r\n" +
		"PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAASABIAAD/4QBY\r\n RXhpZgAATU0AKgAAAAgAAgESAAMAAAABAAEAAIdp\r\nEND:VCARD\r\n"
	card40 = "BEGIN:VCARD\nVERSION:4.0\nKIND:individual\nFN:Ana Gil\nTEL;VALUE=uri;TYPE=\"cell,voice\":tel:+1-604-555-0106\nLANG;PREF=1:es-MX\nEND:VCARD\n"
)

func TestCardsOfEveryVersionSayWhoAndWhichMobile(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		want       intake.Row
	}{
		{"2.1 in quoted-printable", card21, intake.Row{Name: "Lucía Marín", Phones: []intake.Phone{
			{Text: "604-555-0100", Label: "cell pref", Mobile: true}, {Text: "604 555 0101", Label: "home", Elsewhere: true},
		}}},
		{"3.0 with groups and folds", card30, intake.Row{
			Name: "José Ángel Ruiz", Tags: []string{"vip", "al por", "mayor"},
			Phones: []intake.Phone{
				{Text: "+1 604 555 0103", Label: "Mobile", Mobile: true}, {Text: "604 555 0104", Label: "home voice", Elsewhere: true},
			},
			Fields: map[string]string{
				"email": "jose@example.com", "birthday": "1980-05-01", "notes": "Pan sin sal; los lunes", "city": "San Juan", "postal_code": "00901",
			},
		}},
		{"4.0 with links", card40, intake.Row{
			Name: "Ana Gil", Language: "es-MX",
			Phones: []intake.Phone{{Text: "tel:+1-604-555-0106", Label: "cell voice", Mobile: true}},
		}},
		{"shared by WhatsApp", "BEGIN:VCARD\nN:;Ana;;;\nTEL;type=CELL;waid=16045550100:604 555 0100\nEND:VCARD\n", intake.Row{
			Name: "Ana", Phones: []intake.Phone{{Text: "+16045550100", Label: "cell", Mobile: true, WhatsApp: true}},
		}},
		{"a company has its own name", "BEGIN:VCARD\nN:;;;;\nORG:Bar Sol;Kitchen\nTEL:6045550100\nEND:VCARD\n", intake.Row{
			Name: "Bar Sol", Phones: []intake.Phone{{Text: "6045550100"}},
		}},
		{"Latin-1 by its name", "BEGIN:VCARD\nFN;CHARSET=ISO-8859-1;QUOTED-PRINTABLE:Jos=E9\nTEL:6045550100\nEND:VCARD\n", intake.Row{
			Name: "José", Phones: []intake.Phone{{Text: "6045550100"}},
		}},
		{"Latin-1 without a name", "BEGIN:VCARD\nFN:Jos\xe9\nTEL:6045550100\nEND:VCARD\n", intake.Row{
			Name: "José", Phones: []intake.Phone{{Text: "6045550100"}},
		}},
		{"folded inside a character", "BEGIN:VCARD\nFN:Jos\xc3\n \xa9\nTEL:6045550100\nEND:VCARD\n", intake.Row{
			Name: "José", Phones: []intake.Phone{{Text: "6045550100"}},
		}},
		{"lines of an old Mac", "BEGIN:VCARD\rFN:Ana\rTEL:6045550100\rEND:VCARD\r", intake.Row{
			Name: "Ana", Phones: []intake.Phone{{Text: "6045550100"}},
		}},
		{"an agent is somebody else", "BEGIN:VCARD\nFN:Ana\nAGENT:\nBEGIN:VCARD\nFN:Bea\nTEL:1\nEND:VCARD\nTEL:6045550100\nEND:VCARD\n", intake.Row{
			Name: "Ana", Phones: []intake.Phone{{Text: "6045550100"}},
		}},
		{"own labels of fax and pager", "BEGIN:VCARD\nFN:A\na.TEL:1111111\na.X-ABLabel:Home Fax\nTEL;PAGER:2222222\nTEL;TYPE=isdn:3333333\nEND:VCARD\n", intake.Row{Name: "A"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := one(t, tt.file, intake.Options{}); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("\n got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

func TestCardsInDisorderCostThemselvesOnly(t *testing.T) {
	t.Parallel()
	file := "noise\n" + card40 + "BEGIN:VCARD\nFN:No end\nTEL:6045550101\n" + card30 +
		"BEGIN:VCARD\nKIND:group\nFN:Friends\nMEMBER:urn:uuid:1\nEND:VCARD\n" +
		"BEGIN:VCARD\nX-ADDRESSBOOKSERVER-KIND:group\nFN:Old friends\nEND:VCARD\n" +
		"BEGIN:VCARD\nFN:Long\nNOTE:" + strings.Repeat("x", intake.MaxCell+1) + "\nEND:VCARD\n" + "BEGIN:VCARD\nFN:Cut o"
	r, rows := readAll(t, "BEGIN:VCARD\nEND:VCARD\n"+file, intake.Options{})
	var got []string
	for _, row := range rows {
		got = append(got, fmt.Sprintf("%d %s %s", row.Line, row.Name, row.Defect))
	}
	want := []string{"1  ", "4 Ana Gil ", "11  unfinished_card", "14 José Ángel Ruiz ", "42  cell_too_long", "46  unfinished_card"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %q\nwant %q", got, want)
	}
	if r.Format() != intake.FormatVCard || len(r.Columns()) != len(r.Header()) {
		t.Errorf("format %q, %d columns, %d names", r.Format(), len(r.Columns()), len(r.Header()))
	}
}

func TestCardsInUTF16AreRecognised(t *testing.T) {
	t.Parallel()
	file, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(card30, "\r\n", "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := one(t, file, intake.Options{}); got.Name != "José Ángel Ruiz" || len(got.Phones) != 2 {
		t.Errorf("got %+v", got)
	}
}

// A card's picture may be megabytes, and a file has thousands of them.
func TestPicturesAreNotHeld(t *testing.T) { //nolint:paralleltest // counts what the whole process takes
	picture := " " + strings.Repeat("A", 74) + "\r\n"
	const size = 16 << 20
	file := io.MultiReader(
		strings.NewReader("BEGIN:VCARD\r\nFN:Ana\r\nitem1.PHOTO;ENCODING=b:\r\n"),
		io.LimitReader(repeating(picture), size-size%int64(len(picture))),
		strings.NewReader("KEY;ENCODING=b:"), io.LimitReader(repeating("A"), size), strings.NewReader("\r\nTEL:6045550100\r\nEND:VCARD\r\n"),
	)
	r, err := intake.Open(file, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	row, err := r.Next()
	runtime.ReadMemStats(&after)
	if err != nil || row.Name != "Ana" || len(row.Phones) != 1 || row.Defect != "" {
		t.Fatalf("got %+v, %v", row, err)
	}
	if held := after.TotalAlloc - before.TotalAlloc; held > 2<<20 {
		t.Errorf("%d bytes were taken for a picture", held)
	}
	if r.Taken() < 2*size-1000 {
		t.Errorf("%d bytes were counted", r.Taken())
	}
}

// repeating repeats a text.
func repeating(text string) io.Reader { return &repeated{text: text} }

type repeated struct {
	text string
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

func TestCardsEndWithTheErrorOfTheirFile(t *testing.T) {
	t.Parallel()
	broken := errors.New("cable pulled")
	r, err := intake.Open(io.MultiReader(strings.NewReader(card40+strings.Repeat("\n", 1<<16)), iotest.ErrReader(broken)), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if row, err := r.Next(); err != nil || row.Name != "Ana Gil" {
		t.Fatalf("got %+v, %v", row, err)
	}
	if _, err := r.Next(); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestFormatAskedForMustBeTheFiles(t *testing.T) {
	t.Parallel()
	tests := []struct {
		asked intake.Format
		file  string
		want  intake.FormatError
	}{
		{intake.FormatCSV, card40, intake.FormatError{Found: intake.FormatVCard, Asked: intake.FormatCSV}},
		{intake.FormatVCard, "Phone\n6045550100\n", intake.FormatError{Found: intake.FormatCSV, Asked: intake.FormatVCard}},
		{intake.FormatXLSX, "Phone\n6045550100\n", intake.FormatError{Found: intake.FormatCSV, Asked: intake.FormatXLSX}},
		{"ods", "Phone\n6045550100\n", intake.FormatError{Found: "ods"}},
	}
	for _, tt := range tests {
		_, err := intake.Open(strings.NewReader(tt.file), intake.Options{Format: tt.asked})
		var format *intake.FormatError
		if !errors.As(err, &format) || *format != tt.want {
			t.Errorf("%s: got %v", tt.asked, err)
		}
	}
}

func TestRejectedCardsComeBackAsATableThatCanBeRead(t *testing.T) {
	t.Parallel()
	r, rows := readAll(t, card30+"BEGIN:VCARD\nFN:Two\nTEL;CELL:6045550107\nTEL;CELL:6045550108\nTEL:6045550109\nEND:VCARD\n", intake.Options{})
	var out strings.Builder
	w, err := intake.NewRejectsWriter(&out, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Write(row, "several_numbers"); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	_, again := readAll(t, out.String(), intake.Options{})
	if len(again) != len(rows) {
		t.Fatalf("%d rows of %d came back", len(again), len(rows))
	}
	for i, row := range rows {
		if again[i].Name != row.Name || !reflect.DeepEqual(numbers(again[i]), numbers(row)) || !reflect.DeepEqual(again[i].Tags, row.Tags) ||
			!reflect.DeepEqual(again[i].Fields, row.Fields) || again[i].Phones[0].Mobile != row.Phones[0].Mobile {
			t.Errorf("\n got %+v\nwant %+v", again[i], row)
		}
	}
}

func TestWrittenCardsReadBackTheSame(t *testing.T) {
	t.Parallel()
	cards := []intake.Card{
		{Name: "Ana", Phone: "+16045550100"},
		{Name: "", Phone: "+16045550101", Tags: []string{"vip"}},
		{
			Name: `José "Pepe", Ruiz; \ 北京市朝阳区` + strings.Repeat(" largo é", 20), Phone: "+16045550102", Language: "es",
			Tags:   []string{"al-por-mayor", "vip"},
			Fields: map[string]string{"email": "a@example.com", "notes": "one\ntwo; three", "city": "San Juan", "color": "a;b,c\\n", "birthday": "1980-01-02"},
		},
	}
	for _, c := range cards {
		var out strings.Builder
		if err := intake.WriteCard(&out, c); err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(out.String(), "\r\n") {
			if len(line) > 75 {
				t.Errorf("a line of %d bytes", len(line))
			}
		}
		row := one(t, out.String(), intake.Options{})
		got := intake.Card{Name: row.Name, Phone: row.Phones[0].Text, Language: row.Language, Tags: row.Tags, Fields: row.Fields}
		if !reflect.DeepEqual(got, c) {
			t.Errorf("\n got %+v\nwant %+v", got, c)
		}
	}
	if err := intake.WriteCard(brokenWriter{}, cards[0]); err == nil {
		t.Error("a full disk went unnoticed")
	}
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func FuzzWriteCard(f *testing.F) {
	f.Add("Ana", "vip", "city", "San Juan")
	f.Add("a\\;b,\r\nEND:VCARD", "x", "k", "\\n")
	f.Fuzz(func(t *testing.T, name, tag, key, value string) {
		var out strings.Builder
		if err := intake.WriteCard(&out, intake.Card{Name: name, Phone: "+16045550100", Tags: []string{tag}, Fields: map[string]string{key: value}}); err != nil {
			t.Fatal(err)
		}
		_, rows := readAll(t, out.String(), intake.Options{})
		if len(rows) != 1 || rows[0].Defect == intake.DefectUnfinished {
			t.Fatalf("%q became %d cards", out.String(), len(rows))
		}
	})
}
