package cli_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"pregon/sender/sandbox"
)

// latin is a text as Excel saves it in the West, in Windows-1252.
func latin(text string) string {
	var out []byte
	for _, r := range text {
		switch r {
		case '€':
			out = append(out, 0x80)
		case '’':
			out = append(out, 0x92)
		default:
			out = append(out, byte(r))
		}
	}
	return string(out)
}

// wide is a text as Excel's "Unicode text" has it: UTF-16 with a mark.
func wide(text string) string {
	var out bytes.Buffer
	out.WriteString("\xff\xfe")
	_ = binary.Write(&out, binary.LittleEndian, utf16.Encode([]rune(text))) // into memory
	return out.String()
}

// book writes a workbook of sheets in their order, each under its name in the first cell.
func (d *desk) book(name string, sheets ...[][]any) string {
	d.Helper()
	book := excelize.NewFile()
	var errs []error
	for n, rows := range sheets {
		title := fmt.Sprint(rows[0][0])
		if n == 0 {
			errs = append(errs, book.SetSheetName("Sheet1", title))
		} else {
			_, err := book.NewSheet(title)
			errs = append(errs, err)
		}
		for r, row := range rows[1:] {
			errs = append(errs, book.SetSheetRow(title, fmt.Sprintf("A%d", r+1), &row))
		}
	}
	path := filepath.Join(d.folder, name)
	if err := errors.Join(append(errs, book.SaveAs(path), book.Close())...); err != nil {
		d.Fatal(err)
	}
	return path
}

// Files as the programs of shops write them; the columns nobody needs are left out here and there.
const (
	googleNow = "First Name,Middle Name,Last Name,Phonetic First Name,Nickname,File As,Organization Name,Birthday,Notes,Photo,Labels," +
		"E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value\n" +
		"Lucía,,Marín Ruiz,,,,,1980-02-03,\"likes rye,\nnot wheat\",https://lh3.invalid/p.jpg,* myContacts ::: vip,*,lucia@luna.invalid,Mobile,+1 604-555-0110,Work Fax,+1 604-555-0190\n" +
		"José,,,,,,,,,,* myContacts,,,Home,(604) 555-0111,Mobile,(604) 555-0112\n" +
		",,,,,,Café Sol,,,,* myContacts,,,Mobile,604 555 0113 ::: 604 555 0114,,\n"
	googleBefore = "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Group Membership,E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value\n" +
		"Ana Pérez,Ana,,Pérez,,,* My Contacts ::: pan,* ,ana@luna.invalid,Mobile,604 555 0115,Pager,604 555 0191\n"
	outlookDesktop = "\"Title\",\"First Name\",\"Middle Name\",\"Last Name\",\"Suffix\",\"Company\",\"Business Street\",\"Home City\",\"Business Fax\",\"Business Phone\",\"Home Fax\",\"Home Phone\",\"ISDN\",\"Mobile Phone\",\"Other Fax\",\"Pager\",\"Telex\",\"E-mail Address\",\"Spouse\",\"Government ID Number\"\r\n" +
		"\"Sra.\",\"Eva\",\"\",\"Núñez\",\"\",\"\",\"\",\"Vancouver\",\"6045550192\",\"\",\"\",\"\",\"6045550193\",\"6045550116\",\"\",\"6045550194\",\"\",\"eva@luna.invalid\",\"Pablo\",\"X1234567\"\r\n" +
		"\"\",\"Fax\",\"\",\"Only\",\"\",\"\",\"\",\"\",\"6045550195\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"\r\n"
	outlookWeb = "First Name,Middle Name,Last Name,Title,Suffix,Nickname,E-mail Address,Home Phone,Home Phone 2,Business Phone,Business Phone 2,Mobile Phone,Car Phone,Other Phone,Primary Phone,Pager,Business Fax,Home Fax,Other Fax,Company Main Phone,Home City,Categories,Notes\n" +
		"Iris,,Soto,,,,iris@luna.invalid,,,,,+16045550117,,,,6045550196,,,,,,vip;pan,\n"
	card21 = "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Mu=C3=B1oz;Bego=C3=B1a;;;\r\n" +
		"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Bego=C3=B1a=20=\r\nMu=C3=B1oz\r\nTEL;CELL:6045550118\r\nTEL;WORK;FAX:6045550197\r\n" +
		"PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQNDAsLDBkS\r\n Ew8UHRofHh0aHBwgJC4nICIsIxwcKDcpLDAxNDQ0Hyc5PTgyPC4zNDL/2wBDAQkJ\r\n\r\nEND:VCARD\r\n"
	card30 = "BEGIN:VCARD\nVERSION:3.0\nN:Gómez;Rosa;;;\nFN:Rosa\n  Gómez\nitem1.TEL:+1 604-555-0119\nitem1.X-ABLabel:_$!<Mobile>!$_\nTEL;TYPE=PAGER:6045550198\nCATEGORIES:vip,pan\nNOTE:two loaves\\, sliced\\nevery Friday\nEND:VCARD\n" +
		"BEGIN:VCARD\nVERSION:3.0\nFN:Neighbours\nX-ADDRESSBOOKSERVER-KIND:group\nX-ADDRESSBOOKSERVER-MEMBER:urn:uuid:1\nEND:VCARD\n"
	card40 = "BEGIN:VCARD\nVERSION:4.0\nFN:Pilar 🌻\nTEL;VALUE=uri;TYPE=\"cell,voice\":tel:+1-604-555-0120\nTEL;TYPE=textphone:+16045550199\nLANG;PREF=1:es\nPHOTO:data:image/jpeg;base64,/9j/4AAQ\nEND:VCARD\n"
)

// TestContactsComeInAsShopsHaveThem reads each kind of file by the command line alone: who is in it, whom it does not
// take and why, and that no fax, pager or ISDN number is ever somebody's phone.
func TestContactsComeInAsShopsHaveThem(t *testing.T) {
	t.Parallel()
	never := []string{"0190", "0191", "0192", "0193", "0194", "0195", "0196", "0197", "0198", "0199"}
	tests := []struct {
		name, file, text string
		args             []string
		people           string // as name number, in order
		rejects          string // reasons
	}{
		{"Google since 2024", "contacts.csv", googleNow, nil, "Lucía Marín Ruiz +16045550110, José +16045550112", "several_numbers"},
		{"Google before", "google.csv", googleBefore, nil, "Ana Pérez +16045550115", ""},
		{"Outlook on the desktop", "outlook.csv", latin(outlookDesktop), nil, "Eva Núñez +16045550116", "no_number"},
		{"Outlook on the web", "contacts.csv", "\ufeff" + outlookWeb, nil, "Iris Soto +16045550117", ""},
		{"a card of 2.1", "phone.vcf", card21, nil, "Begoña Muñoz +16045550118", ""},
		{"cards of 3.0", "apple.vcf", card30, nil, "Rosa Gómez +16045550119", ""},
		{"a card of 4.0", "four.vcf", card40, nil, "Pilar 🌻 +16045550120", ""},
		{"cards of three versions in one", "all.vcf", card21 + card30 + card40, nil, "Begoña Muñoz +16045550118, Rosa Gómez +16045550119, Pilar 🌻 +16045550120", ""},
		{"Excel's CSV of Spain", "clientes.csv", latin("Clientes de la Panadería Luna;;;\r\nactualizado el 3/11/2026;;;\r\n\r\nNombre;Apellidos;Móvil;Ciudad\r\nÍñigo;Peña;604 555 0121;Coruña\r\n\"O’Neil, Pat\";;604-555-0122;\"12 €\r\nsegundo piso\"\r\n"), nil, "Íñigo Peña +16045550121, O’Neil, Pat +16045550122", ""},
		{"Excel's Unicode text", "texto.txt", wide("Nom\tPrénom\tTél. portable\tFax\r\nDupont\tZoé\t604 555 0123\t604 555 0190\r\n"), nil, "Zoé Dupont +16045550123", ""},
		{"bars between", "liste.csv", "Vorname|Nachname|Handynummer|Telefax\nJürgen|Groß|604 555 0124|604 555 0191\n", nil, "Jürgen Groß +16045550124", ""},
		{"Portuguese", "lista.csv", "Nome;Telemóvel;Bipe\nJoão;604 555 0125;604 555 0192\n", nil, "João +16045550125", ""},
		{"Italian", "lista.csv", "Cognome,Nome,Cellulare,Cercapersone\nD'Amico,Nicolò,6045550126,6045550193\n", nil, "Nicolò D'Amico +16045550126", ""},
		{"Catalan", "llista.csv", "Nom,Cognoms,Telèfon mòbil,RDSI\nMercè,Puig i Soler,604 555 0127,604 555 0194\n", nil, "Mercè Puig i Soler +16045550127", ""},
		{"headers of its own", "till.csv", "Kd,Nr,Wer\n1,604 555 0128,Mia\n", []string{"--map", "phone=Nr", "--map", "name=Wer"}, "Mia +16045550128", ""},
		{"two mobiles on one card", "two.vcf", "BEGIN:VCARD\nFN:Lia\nTEL;CELL:604 555 0129\nTEL;CELL:604 555 0130\nEND:VCARD\n", nil, "", "several_numbers"},
		{"and the answer to it", "two.vcf", "BEGIN:VCARD\nFN:Lia\nTEL;CELL:604 555 0129\nTEL;CELL:604 555 0130\nEND:VCARD\n", []string{"--phones", "first"}, "Lia +16045550129", ""},
		{"a spoiled number", "old.csv", "name,phone\nAda,1.60456E+10\nBo,16045550131\n", nil, "Bo +16045550131", "spoiled_number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newShop(t, sandbox.Options{})
			got := d.brought(append([]string{d.file(test.file, test.text)}, test.args...)...)
			if got.people != test.people || got.rejects != test.rejects {
				t.Errorf("people %q, want %q; rejects %q, want %q", got.people, test.people, got.rejects, test.rejects)
			}
			for _, end := range never {
				if strings.Contains(got.people, "60455"+"5"+end) {
					t.Errorf("a number that is no person's phone came in: %s", got.people)
				}
			}
		})
	}
}

// brought is what an import left in an empty shop.
type brought struct{ people, rejects string }

func (d *desk) brought(args ...string) brought {
	d.Helper()
	var done imported
	d.read(&done, append([]string{"contacts", "import", "--source", "our own"}, args...)...)
	var list struct{ Contacts []contact }
	d.read(&list, "contacts", "list", "--limit", "0")
	var people, rejects []string
	for _, c := range list.Contacts {
		people = append(people, c.Name+" "+c.Phone)
		if c.Sendable || c.Consent != "none" {
			d.Errorf("%s came in with consent %s", c.Name, c.Consent)
		}
	}
	slices.SortFunc(people, func(a, b string) int { return strings.Compare(a[len(a)-4:], b[len(b)-4:]) })
	for _, r := range done.Rejects {
		rejects = append(rejects, r.Reason)
	}
	return brought{strings.Join(people, ", "), strings.Join(rejects, ", ")}
}

// TestWorkbooksComeInAsExcelMakesThem: numbers that Excel takes for amounts, title rows, several sheets.
func TestWorkbooksComeInAsExcelMakesThem(t *testing.T) {
	t.Parallel()
	clients := [][]any{
		{"Clientes"},
		{"Panadería Luna, lista de 2026"},
		{},
		{"Nombre", "Móvil", "Fax"},
		{"Ana", 16045550110.0, 16045550190.0},
		{"Bea", "16045550111.0"},
		{"Cleo", "1.6045550112000000E10"},
		{"Dora", "1.60456E+10"},
		{"Eva", "604 555 0113 / 604 555 0114"},
	}
	notes := [][]any{{"Notas"}, {"comprar harina"}, {"y huevos"}}
	others := [][]any{{"Antiguos"}, {"Nombre", "Teléfono"}, {"Vera", "604 555 0115"}}
	t.Run("one sheet of people among others", func(t *testing.T) {
		t.Parallel()
		d := newShop(t, sandbox.Options{})
		got := d.brought(d.book("clientes.xlsx", notes, clients))
		want := brought{"Ana +16045550110, Bea +16045550111, Cleo +16045550112", "spoiled_number, several_numbers"}
		if got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
	t.Run("two sheets of people", func(t *testing.T) {
		t.Parallel()
		d := newShop(t, sandbox.Options{})
		path := d.book("clientes.xlsx", clients, others)
		if said := d.run(2, "contacts", "import", path, "--source", "our own").errors; !strings.Contains(said, "Clientes, Antiguos") || !strings.Contains(said, "--sheet") {
			t.Errorf("it says %q", said)
		}
		if got := d.brought(path, "--sheet", "Antiguos"); got.people != "Vera +16045550115" {
			t.Errorf("%+v", got)
		}
	})
}

// TestABookThatIsCutOffBringsNobody: a shorter list would look like a whole one.
func TestABookThatIsCutOffBringsNobody(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	rows := [][]any{{"Clientes"}, {"Name", "Phone"}}
	for n := range 30 {
		rows = append(rows, []any{fmt.Sprintf("Customer %d", n), fmt.Sprintf("604 555 %04d", 100+n)})
	}
	path := d.book("clientes.xlsx", rows)
	if err := os.WriteFile(path, spoiledSheet(t, path), 0o600); err != nil {
		t.Fatal(err)
	}
	said := d.run(2, "contacts", "import", path, "--source", "our own").errors
	if !strings.Contains(said, "damaged") || !strings.Contains(said, "Nothing was changed.") || d.total() != 0 {
		t.Errorf("%d contacts, and it says %q", d.total(), said)
	}
}

// spoiledSheet packs a workbook anew, its first sheet without the second half.
func spoiledSheet(t *testing.T, path string) []byte {
	t.Helper()
	from, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = from.Close() }()
	var out bytes.Buffer
	to := zip.NewWriter(&out)
	var errs []error
	for _, part := range from.File {
		text, opening := part.Open()
		data, reading := io.ReadAll(text)
		w, making := to.Create(part.Name)
		if part.Name == "xl/worksheets/sheet1.xml" {
			data = data[:len(data)/2]
		}
		_, writing := w.Write(data)
		errs = append(errs, opening, reading, text.Close(), making, writing)
	}
	if err := errors.Join(append(errs, to.Close())...); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
