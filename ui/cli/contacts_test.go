package cli_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"

	"pregon/sender/sandbox"
)

type contact struct {
	Phone, Name, Source, Consent, Saved string
	Tags                                []string
	Fields                              map[string]string
	Sendable                            bool
	WhyNot                              []string `json:"why_not"`
}

type imported struct {
	Rows, Added, Updated, Unchanged, Duplicates, Suppressed, Unproven, Rejected int
	OptedIn                                                                     int `json:"opted_in"`
	ImportID                                                                    int `json:"import_id"`
	Rejects                                                                     []struct {
		Line          int
		Reason, Value string
	}
}

func (d *desk) contact(number string) contact {
	d.Helper()
	var c contact
	d.read(&c, "contacts", "show", number)
	return c
}

func (d *desk) total() int {
	d.Helper()
	var list struct{ Total int }
	d.read(&list, "contacts", "list")
	return list.Total
}

func TestDryRunChangesNothing(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var tried, done imported
	d.read(&tried, "contacts", "import", d.customers(3), "--source", "till", "--dry-run")
	if d.total() != 0 || tried.Added != 3 || tried.OptedIn != 3 || tried.ImportID != 0 {
		t.Errorf("%d contacts after %+v", d.total(), tried)
	}
	d.read(&done, "contacts", "import", d.customers(3), "--source", "till")
	if done.Added != tried.Added || done.OptedIn != tried.OptedIn || done.ImportID != 1 || d.total() != 3 {
		t.Errorf("tried %+v, done %+v", tried, done)
	}
}

func TestImportRevivesNobody(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(3), "--source", "till")
	d.run(0, "consent", "revoke", number(0), "--reason", "STOP")
	d.run(0, "contacts", "erase", number(1))
	var again imported
	d.read(&again, "contacts", "import", d.customers(3), "--source", "till")
	if again.OptedIn != 0 || again.Unproven != 1 || again.Suppressed != 1 {
		t.Errorf("got %+v", again)
	}
	if c := d.contact(number(0)); c.Consent != "withdrawn" || c.Sendable {
		t.Errorf("revived: %+v", c)
	}
	if c := d.contact(number(1)); c.Sendable || !slices.Contains(c.WhyNot, "suppressed") {
		t.Errorf("erased and back: %+v", c)
	}
}

func TestRejectsComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var text strings.Builder
	text.WriteString("nombre;teléfono;ciudad\nAna;604 555 0101;Lima\n")
	for n := range 120 {
		fmt.Fprintf(&text, "=Bad %d;12;Vigo\n", n)
	}
	path, rejects := d.file("book.csv", text.String()), filepath.Join(d.folder, "back.csv")
	var got imported
	d.read(&got, "contacts", "import", path, "--source", "till", "--rejects", rejects)
	if got.Rejected != 120 || len(got.Rejects) != 100 || got.Rejects[0].Line != 3 || got.Rejects[0].Reason != "invalid_number" || got.Rejects[0].Value != "12" {
		t.Errorf("got %+v", got.Rejects[0])
	}
	data, err := os.ReadFile(rejects)
	if err != nil {
		t.Fatal(err)
	}
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff")))
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil || len(rows) != 121 || strings.Join(rows[0], " ") != "nombre teléfono ciudad reason" {
		t.Fatalf("%d rows, %v: %v", len(rows), err, rows[0])
	}
	if rows[1][0] != "'=Bad 0" || rows[1][3] != "invalid_number" {
		t.Errorf("got %v", rows[1])
	}
	if info, err := os.Stat(rejects); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read the rejects: %v, %v", info.Mode(), err)
	}
}

func TestColumnsCanBeNamed(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	path := d.file("odd.csv", "wer;nr;stadt\nAna;604 555 0101;Wien\n")
	d.run(2, "contacts", "import", path, "--source", "till")
	d.run(0, "contacts", "import", path, "--source", "till", "--map", "phone=nr", "--map", "name=wer", "--tag", "Market Day")
	c := d.contact("6045550101")
	if c.Name != "Ana" || c.Source != "till" || !slices.Equal(c.Tags, []string{"market-day"}) {
		t.Errorf("got %+v", c)
	}
}

func TestImportReadsFromAPipe(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.in = "name,phone\nAna,604 555 0101\n"
	d.run(0, "contacts", "import", "-", "--source", "till")
	if d.total() != 1 {
		t.Errorf("%d contacts", d.total())
	}
}

func TestCursorWalksThroughAllContactsOnce(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(25), "--source", "till")
	seen := map[string]int{}
	for after := ""; ; {
		var page struct {
			Contacts []contact
			Next     string
			Total    int
		}
		d.read(&page, "contacts", "list", "--limit", "10", "--after", after)
		for _, c := range page.Contacts {
			seen[c.Phone]++
		}
		if page.Total != 25 || len(page.Contacts) > 10 {
			t.Fatalf("total %d, page of %d", page.Total, len(page.Contacts))
		}
		if after = page.Next; after == "" {
			break
		}
	}
	for phone, times := range seen {
		if times != 1 {
			t.Errorf("%s came %d times", phone, times)
		}
	}
	if len(seen) != 25 {
		t.Errorf("%d of 25 contacts", len(seen))
	}
}

func TestTagsAreNotTakenForFlags(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(2), "--source", "till", "--tag", "old")
	d.run(0, "contacts", "tag", number(0), number(1), "+vip", "-old", "+Market Day", "--json")
	for n := range 2 {
		if c := d.contact(number(n)); strings.Join(c.Tags, " ") != "market-day vip" {
			t.Errorf("tags %v", c.Tags)
		}
	}
	d.run(0, "contacts", "tag", number(0), "-vip")
	var list struct{ Total int }
	if d.read(&list, "contacts", "list", "-tag:vip"); list.Total != 1 {
		t.Errorf("%d contacts without the tag", list.Total)
	}
	d.run(2, "contacts", "tag", number(0), number(1))
	d.run(2, "contacts", "tag", "+vip", "-old")
}

func TestExportComesBackIdentically(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(3), "--source", "till", "--tag", "vip")
	d.run(0, "contacts", "import", d.file("more.csv", "name,phone,city\n=1+1,604 555 0150,\"San Juan, PR\"\n"), "--source", "till")
	path := filepath.Join(d.folder, "out.csv")
	d.run(0, "contacts", "export", path)

	other := newShop(t, sandbox.Options{})
	var got imported
	other.read(&got, "contacts", "import", path, "--source", "till")
	if got.Added != 4 || got.OptedIn != 3 || got.Rejected+got.Unproven != 0 {
		t.Errorf("got %+v", got)
	}
	for _, phone := range []string{number(0), number(2), "6045550150"} {
		a, b := d.contact(phone), other.contact(phone)
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Errorf("out %+v, back %+v", a, b)
		}
	}
}

func TestHostileNamesReachNoTerminal(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	evil := "A\x1b]0;owned\x07\x1b[31mred\u202etxt\u009b2J\u200f \U000e0041end"
	d.run(0, "contacts", "add", "6045550101", "--name", evil, "--source", "till\x1b[2J", "--tag", "v\u202eip")
	d.run(0, "consent", "grant", "6045550101", "--method", "paper", "--notice", "optin-en", "--staff", "An\u202ea", "--evidence", "\u009b1A")
	for _, args := range [][]string{
		{"contacts", "list"},
		{"contacts", "show", "6045550101"},
		{"contacts", "list", "--json"},
		{"consent", "show", "6045550101"},
		{"consent", "show", "6045550101", "--json"},
		{"consent", "receipt", "6045550101"},
		{"contacts", "tag", "6045550101", "+x"},
	} {
		got := d.run(0, args...)
		if bad := strings.IndexFunc(got.out+got.errors, obeyed); bad >= 0 {
			t.Errorf("%v: %q", args, (got.out + got.errors)[bad:])
		}
	}
	if c := d.contact("6045550101"); !strings.Contains(c.Name, "red\u202etxt") {
		t.Errorf("JSON means something else: %q", c.Name)
	}
	for _, args := range [][]string{
		{"contacts", "show", evil},
		{"broadcast", "check", evil},
		{"contacts", "list", "t\u202eag:x"},
		{"contacts", "import", evil, "--source", "x"},
		{evil},
	} {
		got := d.command(t.Context(), args...)
		if bad := strings.IndexFunc(got.errors, obeyed); bad >= 0 || got.code == 0 {
			t.Errorf("%q: exit %d, %q", args, got.code, got.errors)
		}
	}
}

// obeyed reports what a terminal acts on or what reorders text.
func obeyed(r rune) bool {
	return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Cf, r))
}

func TestEveryFormatIsImportedByItsContent(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	card := d.file("book.txt", "BEGIN:VCARD\nFN:Ana\nTEL;CELL:604 555 0100\nTEL;CELL:604 555 0101\nEND:VCARD\n")
	var asked, all imported
	d.read(&asked, "contacts", "import", card, "--source", "my phone")
	if asked.Rejected != 1 || asked.Rejects[0].Reason != "several_numbers" || asked.Rejects[0].Value != "+16045550100 / +16045550101" {
		t.Errorf("got %+v", asked)
	}
	d.read(&all, "contacts", "import", card, "--source", "my phone", "--phones", "all")
	if all.Added != 2 || d.contact("+16045550101").Name != "Ana" {
		t.Errorf("got %+v", all)
	}
	book := excelize.NewFile()
	for row, cells := range [][]any{{"Nombre", "Móvil"}, {"Bea", 16045550102}} {
		if err := book.SetSheetRow("Sheet1", fmt.Sprintf("A%d", row+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	if err := errors.Join(book.SaveAs(path), book.Close()); err != nil {
		t.Fatal(err)
	}
	var sheet imported
	d.read(&sheet, "contacts", "import", path, "--source", "the old till", "--sheet", "sheet1")
	if sheet.Added != 1 || d.contact("+16045550102").Name != "Bea" {
		t.Errorf("got %+v", sheet)
	}
	if said := d.run(2, "contacts", "import", path, "--source", "x", "--sheet", "Other").errors; !strings.Contains(said, "Sheet1") {
		t.Errorf("said %q", said)
	}
}

func TestImportIsTakenBackAsAWhole(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550100", "--name", "Old", "--source", "till")
	var done imported
	book := d.file("book.csv", "name,phone\nNew,6045550100\nAna,6045550101\nBea,6045550102\n")
	d.read(&done, "contacts", "import", book, "--source", "fair")
	d.run(0, "consent", "revoke", "6045550102", "--reason", "STOP")
	var list struct {
		Imports []struct {
			ImportID int `json:"import_id"`
			File     string
			UndoneAt string `json:"undone_at"`
		}
	}
	d.read(&list, "contacts", "imports")
	if len(list.Imports) != 1 || list.Imports[0].ImportID != done.ImportID || list.Imports[0].File != "book.csv" || list.Imports[0].UndoneAt != "" {
		t.Errorf("got %+v", list)
	}
	id := strconv.Itoa(done.ImportID)
	var undone struct{ Removed, Kept, Restored, Voided int }
	d.read(&undone, "contacts", "undo-import", id)
	if undone.Removed != 1 || undone.Kept != 1 || undone.Restored != 1 || d.total() != 2 || d.contact("6045550100").Name != "Old" {
		t.Errorf("got %+v, %d contacts", undone, d.total())
	}
	if said := d.run(2, "contacts", "undo-import", id).errors; !strings.Contains(said, "already") {
		t.Errorf("said %q", said)
	}
	d.run(2, "contacts", "undo-import", "77")
	d.run(2, "contacts", "undo-import", "x")
	if said := d.run(0, "contacts", "imports").out; !strings.Contains(said, "taken back") || !strings.Contains(said, "fair") {
		t.Errorf("said %q", said)
	}
}

func TestBoughtListIsRefusedUntilTheOwnerVouches(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var text strings.Builder
	text.WriteString("phone\n")
	for n := range 120 {
		fmt.Fprintf(&text, "+1604555%04d\n", n)
	}
	path := d.file("list.csv", text.String())
	said := d.run(2, "contacts", "import", path, "--source", "a friend").errors
	if !strings.Contains(said, "hardly anybody has a name; the numbers follow one another") || !strings.Contains(said, "--vouch") || d.total() != 0 {
		t.Errorf("%d contacts, said %q", d.total(), said)
	}
	var done struct {
		Added int
		Signs []string
	}
	d.read(&done, "contacts", "import", path, "--source", "a friend", "--vouch", "tickets of our raffle, numbered by us")
	if done.Added != 120 || !slices.Equal(done.Signs, []string{"no_names", "consecutive"}) {
		t.Errorf("got %+v", done)
	}
	if said := d.run(0, "contacts", "show", "+16045550007").out; !strings.Contains(said, "list.csv, row 9") || !strings.Contains(said, "a friend") {
		t.Errorf("said %q", said)
	}
}

func TestCardsGoOutAndComeBackTheSame(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	book := d.file("book.csv", "name,phone,tags,language,city,notes,size\n\"José; \"\"Pepe\"\" Ruiz\",6045550101,vip;bread,es,San Juan,\"one\ntwo\",XL\nAna,6045550102,,,,,\n")
	d.read(&imported{}, "contacts", "import", book, "--source", "till")
	before := d.contact("6045550101")
	out := filepath.Join(t.TempDir(), "cards.vcf")
	d.run(0, "contacts", "export", out)
	var again imported
	d.read(&again, "contacts", "import", out, "--source", "cards")
	if again.Unchanged != 2 || again.Added+again.Updated+again.Rejected != 0 || !reflect.DeepEqual(d.contact("6045550101"), before) {
		t.Errorf("got %+v", again)
	}
	if said := d.run(0, "contacts", "export", "-", "tag:vip", "--format", "vcard").out; strings.Count(said, "BEGIN:VCARD") != 1 {
		t.Errorf("said %q", said)
	}
	d.run(2, "contacts", "export", out, "--format", "pdf")
}

func TestWhoHadEnoughShowsUntilWhenSheRests(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{To: []string{number(0)}, Code: 131049}}}})
	id := d.composed(2)
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed")
	if c := d.contact(number(0)); c.Sendable || strings.Join(c.WhyNot, " ") != "too_soon" {
		t.Errorf("she shows %+v", c)
	}
	if c := d.contact(number(1)); !c.Sendable {
		t.Errorf("the other one shows %+v", c)
	}
	if text := d.run(0, "contacts", "show", number(0)).out; !strings.Contains(text, "rests until 1 Dec") {
		t.Errorf("it says\n%s", text)
	}
}
