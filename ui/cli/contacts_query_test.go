package cli_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// names are those a query finds, in order.
func (d *desk) names(query ...string) string {
	d.Helper()
	var list struct {
		Contacts []contact
		Total    int
	}
	d.read(&list, append([]string{"contacts", "list", "--limit", "0"}, query...)...)
	var names []string
	for _, c := range list.Contacts {
		names = append(names, c.Name)
	}
	if list.Total != len(names) {
		d.Errorf("%v: total %d of %d", query, list.Total, len(names))
	}
	return strings.Join(names, " ")
}

func TestEveryWordOfTheAudienceLanguageFilters(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	book := d.file("book.csv", `name,phone,language,tags,city,consent_at,consent_method,consent_notice,consent_evidence,saved_grade,saved_at
Ana,+1 604 555 0101,es,vip,San Juan,2026-11-01T10:00:00Z,paper,optin-es@1,card 1,says_saved,2026-11-02T10:00:00Z
Ben,+1 604 555 0102,en,vip;staff,Vigo,2026-11-01T10:00:00Z,paper,optin-en@1,card 2,,
Cai,+61 491 570 156,en,staff,Perth,,,,,,
Dee,+1 604 555 0104,pt,,Vigo,,,,,,
`)
	d.run(0, "contacts", "import", book, "--source", "till")
	d.run(0, "consent", "refuse", "6045550104", "--staff", "Luz")
	for _, tt := range []struct{ query, want string }{
		{"", "Ana Ben Cai Dee"},
		{"ana", "Ana"},
		{"ANA", "Ana"},
		{"0102", "Ben"},
		{"6045550102", "Ben"},
		{"tag:vip", "Ana Ben"},
		{"tag:vip -tag:staff", "Ana"},
		{"tag:vip tag:staff", "Ben"},
		{"-tag:vip", "Cai Dee"},
		{"lang:es", "Ana"},
		{"lang:es OR lang:pt", "Ana Dee"},
		{"country:AU", "Cai"},
		{`field.city:"San Juan"`, "Ana"},
		{"field.city:vigo", "Ben Dee"},
		{"consent:given", "Ana Ben"},
		{"consent:refused", "Dee"},
		{"consent:none", "Cai"},
		{"saved:yes", "Ana"},
		{"saved:no", "Ben Cai Dee"},
		{"sendable:yes", "Ana"},
		{"sendable:no", "Ben Cai Dee"},
		{"added:<30d", "Ana Ben Cai Dee"},
		{"added:>30d", ""},
		{"last:never", "Ana Ben Cai Dee"},
		{"last:>90d", ""},
		{"(tag:vip OR tag:staff) -lang:es", "Ben Cai"},
	} {
		if got := d.names(strings.Fields(tt.query)...); tt.query != `field.city:"San Juan"` && got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.query, got, tt.want)
		}
		if got := d.names(tt.query); tt.query != "" && got != tt.want { // as one word, quoted by the shell
			t.Errorf("%q: got %q, want %q", tt.query, got, tt.want)
		}
	}
}

func TestNumbersAreReadAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550101", "--name", "Ana", "--source", "till")
	for _, typed := range []string{
		"6045550101", "604 555 0101", "(604) 555-0101", "604.555.0101", "1 604 555 0101", "+1 604 555 0101", "+1-604-555-0101", "0016045550101",
		"tel:+16045550101", "'+16045550101", "+1\u00a0604\u00a0555\u00a00101", "\u202a+1 604 555 0101\u202c", "６０４５５５０１０１",
	} {
		got := d.command(t.Context(), "contacts", "show", typed, "--json")
		if got.code != 0 || !strings.Contains(got.out, `"phone":"+16045550101"`) {
			t.Errorf("%q: exit %d, %s%s", typed, got.code, got.out, got.errors)
		}
	}
}

func TestRegionCompletesNationalNumbers(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var c contact
	d.read(&c, "--region", "AU", "contacts", "add", "0491 570 156", "--name", "Cai", "--source", "till")
	if c.Phone != "+61491570156" {
		t.Errorf("got %s", c.Phone)
	}
	d.read(&c, "contacts", "show", "0491 570 156", "--region", "au")
	if c.Name != "Cai" {
		t.Errorf("got %+v", c)
	}
	if got := d.run(2, "contacts", "show", "0491 570 156"); !strings.Contains(got.errors, "--region") {
		t.Errorf("in the shop's region: %q", got.errors)
	}
	var done imported
	d.read(&done, "contacts", "import", d.file("au.csv", "name,phone\nDot,0491 570 157\n"), "--source", "till", "--region", "AU")
	if done.Added != 1 {
		t.Errorf("got %+v", done)
	}
	if c := d.contact("+61491570157"); c.Name != "Dot" {
		t.Errorf("got %+v", c)
	}
}

func TestAddKeepsWhatIsGiven(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var c contact
	d.read(&c, "contacts", "add", "604 555 0101", "--name", "  Ana   María ", "--source", "met at the fair", "--language", "es", "--tag", "VIP", "--tag", "Market Day")
	if c.Name != "Ana   María" && c.Name != "Ana María" {
		t.Errorf("name %q", c.Name)
	}
	if c.Phone != "+16045550101" || c.Source != "met at the fair" || c.Consent != "none" || c.Saved != "unknown" || c.Sendable {
		t.Errorf("got %+v", c)
	}
	if !slices.Equal(c.Tags, []string{"market-day", "vip"}) || !slices.Equal(c.WhyNot, []string{"no_consent", "not_saved"}) {
		t.Errorf("tags %v, why not %v", c.Tags, c.WhyNot)
	}
}

func TestWhyNotNamesEveryReason(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(4), "--source", "till")
	d.run(0, "consent", "revoke", number(1), "--reason", "STOP")
	d.run(0, "consent", "unsaved", number(2), "--reason", "new phone")
	d.run(0, "contacts", "erase", number(3))
	for n, want := range []string{"", "withdrawn", "not_saved", "suppressed"} {
		c := d.contact(number(n))
		if got := strings.Join(c.WhyNot, " "); c.Sendable != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%d: sendable %v, why not %q", n, c.Sendable, got)
		}
		said := d.run(0, "contacts", "show", number(n)).out
		if (want == "") != strings.Contains(said, "may be sent to") {
			t.Errorf("%d: %q", n, said)
		}
	}
}

func TestExportNeutralisesWhatASpreadsheetWouldRun(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	evil := []string{"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1+1", "＋1", "－1", "＠x", "a,b", `say "hi"`, "two\nlines", "plain"}
	for n, name := range evil {
		d.run(0, "contacts", "add", number(n), "--name", name, "--source", "till", "--tag", "t")
	}
	path := filepath.Join(d.folder, "out.csv")
	d.run(0, "contacts", "export", path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("others can read it: %v, %v", info.Mode(), err)
	}
	text, found := strings.CutPrefix(string(data), "\ufeff")
	if !found {
		t.Error("Excel would take it for another alphabet")
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(rows) != len(evil)+1 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	for _, want := range []string{
		"phone", "country", "name", "language", "tags", "consent_at", "consent_method", "consent_notice", "consent_evidence", "saved_grade", "saved_at",
	} {
		if _, found := at[want]; !found {
			t.Fatalf("no column %s in %v", want, rows[0])
		}
	}
	for n, row := range rows[1:] {
		if row[at["phone"]] != strings.TrimPrefix(number(n), "+") || row[at["country"]] != "CA" {
			t.Errorf("phone %q of %q", row[at["phone"]], row[at["country"]])
		}
		for _, cell := range row {
			if strings.IndexAny(cell, "=+-@\t\r") == 0 || strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "＋") || strings.HasPrefix(cell, "－") || strings.HasPrefix(cell, "＠") {
				t.Errorf("%q would be run", cell)
			}
		}
	}
	other := newShop(t, sandbox.Options{})
	var got imported
	other.read(&got, "contacts", "import", path, "--source", "till")
	if got.Added != len(evil) || got.Rejected != 0 {
		t.Fatalf("got %+v", got)
	}
	for n := range evil {
		if a, b := d.contact(number(n)), other.contact(number(n)); a.Name != b.Name || !slices.Equal(a.Tags, b.Tags) {
			t.Errorf("out %q, back %q", a.Name, b.Name)
		}
	}
}

func TestExportTakesAQueryAndAPipe(t *testing.T) {
	t.Parallel()
	d := lived(t)
	var told struct {
		Contacts int
		File     string
	}
	path := filepath.Join(d.folder, "vip.csv")
	d.read(&told, "contacts", "export", path, "tag:vip")
	if told.Contacts != 1 || told.File != path {
		t.Errorf("got %+v", told)
	}
	piped := d.run(0, "contacts", "export", "-", "-tag:vip").out
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(piped, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != d.total()-1+1 {
		t.Errorf("%d rows of %d contacts, %v", len(rows), d.total(), err)
	}
}

func TestImportAgainChangesOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var first, second, third imported
	d.read(&first, "contacts", "import", d.file("a.csv", "name,phone,city\nAna,604 555 0101,Vigo\nBen,604 555 0102,Vigo\n"), "--source", "till")
	d.read(&second, "contacts", "import", d.file("b.csv", "name,phone,city\nAna,604 555 0101,Vigo\nBen,604 555 0102,Lugo\nCai,604 555 0103,Vigo\nCai,6045550103,Vigo\n"), "--source", "till")
	if first.Added != 2 || second.Added != 1 || second.Updated != 1 || second.Unchanged != 1 || second.Duplicates != 1 || second.Rows != 4 {
		t.Errorf("first %+v, then %+v", first, second)
	}
	if second.ImportID <= first.ImportID {
		t.Errorf("imports %d and %d", first.ImportID, second.ImportID)
	}
	if c := d.contact("6045550102"); c.Fields["city"] != "Lugo" {
		t.Errorf("got %+v", c)
	}
	d.read(&third, "contacts", "import", d.file("c.csv", "name,phone\nAna,604 555 0101\n"), "--source", "till", "--tag", "late")
	if c := d.contact("6045550101"); !slices.Contains(c.Tags, "late") || c.Fields["city"] != "Vigo" {
		t.Errorf("%+v after %+v", c, third)
	}
}

func TestProofMustBeWhole(t *testing.T) {
	t.Parallel()
	whole := []string{"2026-11-01T10:00:00Z", "paper", "optin-en@1", "card 1"}
	for left := range whole {
		d := newShop(t, sandbox.Options{})
		row := slices.Clone(whole)
		row[left] = ""
		var got imported
		d.read(&got, "contacts", "import", d.file("p.csv", "name,phone,consent_at,consent_method,consent_notice,consent_evidence\nAna,604 555 0101,"+strings.Join(row, ",")+"\n"), "--source", "till")
		if c := d.contact("6045550101"); got.OptedIn != 0 || got.Unproven != 1 || c.Consent != "none" || c.Sendable {
			t.Errorf("without %q: %+v, %+v", whole[left], got, c)
		}
	}
}
