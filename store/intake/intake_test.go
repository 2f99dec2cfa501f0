package intake_test

import (
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"pregon/store/intake"
)

// readAll opens a file and reads all its rows.
func readAll(t *testing.T, file string, opt intake.Options) (*intake.Reader, []intake.Row) {
	t.Helper()
	r, err := intake.Open(strings.NewReader(file), opt)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	var rows []intake.Row
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r, rows
		}
		if err != nil {
			t.Fatalf("Next: %v", err)
		}
		rows = append(rows, row)
	}
}

// one reads a file of one row and drops what tests of its meaning do not look at.
func one(t *testing.T, file string, opt intake.Options) intake.Row {
	t.Helper()
	_, rows := readAll(t, file, opt)
	if len(rows) != 1 {
		t.Fatalf("%d rows, want 1", len(rows))
	}
	rows[0].Raw, rows[0].Line = nil, 0
	return rows[0]
}

func numbers(row intake.Row) []string {
	var texts []string
	for _, p := range row.Phones {
		texts = append(texts, p.Text)
	}
	return texts
}

func TestRowCarriesEverythingItsColumnsSay(t *testing.T) {
	t.Parallel()
	file := "Phone,Country,Name,Language,Tags,Opt-in,consent_at,consent_method,consent_notice,consent_evidence," +
		"saved_grade,saved_at,Código Postal,field.city\n" +
		"604 555 0100,CA,Ana Gil,es_MX,\"vip, bread\",yes,2026-05-01T10:00:00Z,counter,shop-es-1,till 2," +
		"says_saved,2026-05-01,V5K 0A1,San Juan\n"
	want := intake.Row{
		Phones: []intake.Phone{{Text: "604 555 0100", Label: "Phone"}}, Country: "CA", Name: "Ana Gil", Language: "es-MX",
		Tags: []string{"vip", "bread"}, Claim: "yes", ConsentAt: "2026-05-01T10:00:00Z", ConsentMethod: "counter",
		ConsentNotice: "shop-es-1", ConsentEvidence: "till 2", SavedGrade: "says_saved", SavedAt: "2026-05-01",
		Fields: map[string]string{"codigo_postal": "V5K 0A1", "city": "San Juan"},
	}
	if got := one(t, file, intake.Options{}); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestRowsKeepTheirPhysicalLineAndRawCells(t *testing.T) {
	t.Parallel()
	file := "Contacts of the shop\r\n\r\nName;Phone\r\n\"Ana\r\nGil\"; 604 555 0100\r\n;\r\n\nBea;6045550101;;\r\nName;Phone\r\nCleo"
	r, rows := readAll(t, file, intake.Options{})
	want := []struct {
		line int
		name string
		raw  []string
	}{
		{4, "Ana Gil", []string{"Ana\nGil", " 604 555 0100"}},
		{8, "Bea", []string{"Bea", "6045550101", "", ""}},
		{10, "Cleo", []string{"Cleo"}},
	}
	if len(rows) != len(want) {
		t.Fatalf("%d rows, want %d", len(rows), len(want))
	}
	for i, w := range want {
		if rows[i].Line != w.line || rows[i].Name != w.name || !reflect.DeepEqual(rows[i].Raw, w.raw) {
			t.Errorf("row %d: line %d, %q, %q; want %+v", i, rows[i].Line, rows[i].Name, rows[i].Raw, w)
		}
	}
	if got := r.Header(); !reflect.DeepEqual(got, []string{"Name", "Phone"}) {
		t.Errorf("Header() = %q", got)
	}
}

func TestDefectsCostOneRowAndNothingElse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, row string
		want      intake.Defect
	}{
		{"name after a quote", `"Ana" Gil,6045550100`, intake.DefectQuotes},
		{"quote opened too early", `"Ana,6045550100` + "\n" + `x,"6045550101"`, intake.DefectQuotes},
		{"comma in a bare name", "Gil, Ana,6045550100", intake.DefectColumns},
		{"endless cell", strings.Repeat("a", intake.MaxCell+1) + ",6045550100", intake.DefectLong},
		{"quote inside a bare cell", `Ana "Anita" Gil,6045550100`, ""},
		{"blank before a quote", ` "Gil, Ana" ,6045550100`, ""},
		{"blank cells too many", "Ana,6045550100,, ,", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, rows := readAll(t, "Name,Phone\n"+tt.row+"\nZoe,6045550109\n", intake.Options{})
			if len(rows) != 2 || rows[0].Defect != tt.want || rows[1].Name != "Zoe" || rows[1].Defect != "" {
				t.Fatalf("%d rows: %.300v", len(rows), rows)
			}
			if tt.want != "" && len(rows[0].Phones) > 0 {
				t.Errorf("a row in disorder gave the phones %v", rows[0].Phones)
			}
		})
	}
}

func TestFilesThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	phones := "Name,Phone\n"
	tests := []struct {
		name, file string
		want       any
	}{
		{"empty", "", intake.ErrEmpty},
		{"blank", "\ufeff \r\n\t\n", intake.ErrEmpty},
		{"only delimiters", ";;\n;;\n", intake.ErrEmpty},
		{"spreadsheet", "PK\x03\x04rest", &intake.FormatError{Found: intake.FormatXLSX}},
		{"old spreadsheet", "\xd0\xcf\x11\xe0rest", &intake.FormatError{Found: intake.FormatXLS}},
		{"no text", "\x00\x01\x02\x00\x00\x00\x07\x00", &intake.FormatError{}},
		{"open quote", phones + "\"Ana,6045550100\nBea,6045550101\n", &intake.QuoteError{Line: 2}},
		{"open quote in a long file", phones + "\"Ana\n" + strings.Repeat("Bea,6045550101\n", 1<<15), &intake.QuoteError{Line: 2}},
		{
			"endless row", phones + strings.Repeat("a", intake.MaxRecord+1),
			&intake.LimitError{Line: 2, Limit: intake.LimitRecord, Max: intake.MaxRecord},
		},
		{
			"endless header", "Phone" + strings.Repeat(",x", intake.MaxColumns),
			&intake.LimitError{Line: 1, Limit: intake.LimitColumns, Max: intake.MaxColumns},
		},
		{
			"header without phones", "Name,Notes,Tags\nAna,6045550100,x\n",
			&intake.HeaderError{Line: 1, Header: []string{"Name", "Notes", "Tags"}, Phone: 2},
		},
		{
			"unknown header", "Quién,Dónde\nAna,604 555 0100\nBea,604 555 0101\n",
			&intake.HeaderError{Line: 1, Header: []string{"Quién", "Dónde"}, Phone: 2},
		},
		{
			"no header", "Ana,604 555 0100\nBea,604 555 0101\n",
			&intake.HeaderError{Line: 1, Header: []string{"Ana", "604 555 0100"}, Phone: 2, NoNames: true},
		},
		{"a letter", "Dear all,\nthe shop is closed.\n", &intake.HeaderError{Line: 1, Header: []string{"Dear all", ""}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := intake.Open(strings.NewReader(tt.file), intake.Options{})
			for err == nil {
				_, err = r.Next()
			}
			if !reflect.DeepEqual(err, tt.want) {
				t.Errorf("error %#v, want %#v", err, tt.want)
			}
			if text := err.Error(); strings.ContainsAny(text, "\x1b\n") || text == "" {
				t.Errorf("Error() = %q", text)
			}
		})
	}
}

// A mapping says where the numbers are, not that the first of two in a cell is the one on WhatsApp.
func TestAMappedColumnDoesNotChooseBetweenItsNumbers(t *testing.T) {
	t.Parallel()
	got := one(t, "Nr,x\n604 555 0100 / 604 555 0101,\n", intake.Options{Map: map[string]string{"phone": "Nr"}})
	if len(got.Phones) != 2 || got.Phones[0].WhatsApp || got.Phones[0].Mobile {
		t.Errorf("got %+v", got.Phones)
	}
}

func TestMapGoesBeforeWhatHeadersSuggest(t *testing.T) {
	t.Parallel()
	file := "Kunde;Nr. 1;Telefon;Seit;Ort\nAna;6045550100;6045550101;2026-01-01;Lugo\n"
	opt := intake.Options{Map: map[string]string{
		"phone": "nr 1", "tags": "#5", "consent_at": "Seit", "field.Second Phone": "Telefon",
	}}
	got := one(t, file, opt)
	want := intake.Row{
		Phones: []intake.Phone{{Text: "6045550100", Label: "Nr. 1"}}, Name: "Ana", Tags: []string{"Lugo"},
		ConsentAt: "2026-01-01", Fields: map[string]string{"second_phone": "6045550101"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestMapReadsAFileWithoutHeaderByPlace(t *testing.T) {
	t.Parallel()
	opt := intake.Options{Map: map[string]string{"phone": "#2", "name": "#1"}}
	for name, file := range map[string]string{
		"no header":   "Ana,604 555 0100,x\nBea,604 555 0101,y\n",
		"header":      "Quién,Dónde,Algo\nAna,604 555 0100,x\nBea,604 555 0101,y\n",
		"title above": "Our people\nAna,604 555 0100\nBea,604 555 0101\n",
	} {
		r, rows := readAll(t, file, opt)
		if len(rows) != 2 || rows[0].Name != "Ana" || rows[1].Phones[0].Text != "604 555 0101" {
			t.Errorf("%s: %+v", name, rows)
		}
		if hasHeader := r.Header() != nil; hasHeader != (name == "header") {
			t.Errorf("%s: Header() = %q", name, r.Header())
		}
	}
}

func TestMapThatCannotBeFollowedIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		mapped map[string]string
		field  string
		notOne bool
	}{
		{"unknown field", map[string]string{"telephone": "Phone"}, "telephone", false},
		{"field without a name", map[string]string{"field.": "Phone"}, "field.", false},
		{"no such header", map[string]string{"name": "Nom"}, "name", false},
		{"no such place", map[string]string{"name": "#9"}, "name", false},
		{"no such place for phones", map[string]string{"phone": "#9"}, "phone", false},
		{"header twice", map[string]string{"tags": "Notes"}, "tags", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := strings.NewReader("Name,Phone,Notes,Notes\nAna,6045550100,,\n")
			_, err := intake.Open(file, intake.Options{Map: tt.mapped})
			var refused *intake.MapError
			if !errors.As(err, &refused) || refused.Field != tt.field || refused.NotOne != tt.notOne {
				t.Errorf("Open with %q: %v", tt.mapped, err)
			}
		})
	}
}

func TestEveryTargetButThePrefixCanBeMapped(t *testing.T) {
	t.Parallel()
	for _, field := range intake.Targets() {
		if strings.HasSuffix(field, ".") {
			field += "x"
		}
		opt := intake.Options{Map: map[string]string{field: "Algo"}}
		if field != "phone" {
			opt.Map["phone"] = "Dónde"
		}
		r, _ := readAll(t, "Algo,Dónde\n6045550100,6045550101\n", opt)
		if c := r.Columns()[0]; string(c.Role) != field && (c.Role != intake.RoleField || c.Key != "x") {
			t.Errorf("%s: column %+v", field, c)
		}
	}
}
