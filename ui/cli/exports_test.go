package cli_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/cli"
)

// exported lists what is on the record of exports.
func (d *desk) exported() []string {
	d.Helper()
	return d.audited("export")
}

// audited lists what is on the record of one kind: what about, what it was, and who did it.
func (d *desk) audited(kind string) []string {
	d.Helper()
	db, err := sql.Open("sqlite", "file:"+d.shopFile()+"?mode=ro")
	if err != nil {
		d.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	rows, err := db.QueryContext(d.Context(), "SELECT subject || ': ' || detail || ' by ' || staff FROM audit_events WHERE type = ? ORDER BY seq", kind)
	if err != nil {
		d.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			d.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		d.Fatal(err)
	}
	return lines
}

// TestEveryExportIsOnTheAuditRecord holds every command that writes something about people to a file, or makes a paper
// of it. The terminal app writes none.
func TestEveryExportIsOnTheAuditRecord(t *testing.T) {
	t.Parallel()
	d := copied(t, sandbox.Options{}, livedShop)
	file := func(name string) string { return filepath.Join(t.TempDir(), name) }
	id, all, her := "1", strconv.Itoa(d.total()), "contact 1" // the first that was imported
	tests := []struct {
		name string
		args []string
		want string // on the record; "" is nothing
	}{
		{"contacts as CSV", []string{"contacts", "export", file("all.csv")}, "contacts: " + all + " csv by Marta"},
		{"contacts as cards", []string{"contacts", "export", file("all.vcf")}, "contacts: " + all + " vcard by Marta"},
		{"one of them, to the next program", []string{"contacts", "export", "-", number(0)}, "contacts: 1 csv by "},
		{"nobody", []string{"contacts", "export", file("nobody.csv"), "tag:nobodys"}, "contacts: 0 csv by "},
		{"a report", []string{"broadcast", "report", id, "--csv", file("report.csv")}, " report by "},
		{"a report to the next program", []string{"broadcast", "report", id, "--csv", "-"}, " report by "},
		{"a proof", []string{"consent", "proof", number(0)}, her + ": proof by "},
		{"a proof as JSON", []string{"consent", "proof", number(0), "--json"}, her + ": proof by "},
		{"a receipt", []string{"consent", "receipt", number(0)}, her + ": receipt by "},
		{"a receipt to print", []string{"consent", "receipt", number(0), "--page", file("receipt.html")}, her + ": receipt by "},
		{"a report of counts alone", []string{"broadcast", "report", id}, ""},
		{"a poster, which is about nobody", []string{"poster", file("poster.svg")}, ""},
	}
	for _, test := range tests {
		before := d.exported()
		d.run(0, test.args...)
		switch lines := d.exported()[len(before):]; {
		case test.want == "" && len(lines) > 0:
			t.Errorf("%s: %v is on the record", test.name, lines)
		case test.want != "" && (len(lines) != 1 || !strings.Contains(lines[0], test.want)):
			t.Errorf("%s: %v is on the record, want %q", test.name, lines, test.want)
		}
	}
	var verdict struct {
		OK bool `json:"ok"`
	}
	if d.read(&verdict, "consent", "verify"); !verdict.OK {
		t.Error("the record does not hold any more")
	}
}

// TestAnExportThatBreaksOffIsOnTheRecord: somebody may have read what came out before. The first has no place
// to go to, the second one that takes nothing.
func TestAnExportThatBreaksOffIsOnTheRecord(t *testing.T) {
	t.Parallel()
	d := copied(t, sandbox.Options{}, livedShop)
	d.run(2, "contacts", "export", filepath.Join(d.folder, "no", "such", "folder.csv"))
	if lines := d.exported(); len(lines) != 0 {
		t.Errorf("%v is on the record, and nothing can have left", lines)
	}
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no such device here")
	}
	if got := d.run(1, "contacts", "export", "/dev/full"); !strings.Contains(got.errors, "not whole") {
		t.Errorf("it says %q", got.errors)
	}
	if lines := d.exported(); len(lines) != 1 {
		t.Errorf("%v is on the record after an export that broke off", lines)
	}
}

// firstByte does something when the first byte comes.
type firstByte struct {
	out strings.Builder
	act func()
}

func (w *firstByte) Write(p []byte) (int, error) {
	if w.act != nil {
		w.act()
		w.act = nil
	}
	return w.out.Write(p)
}

// TestAListBeyondAScreenfulIsOnTheRecordBeforeItsFirstByte: a list that holds more than one screen shows is taken along like
// a file, and so is one that is taken screen by screen.
func TestAListBeyondAScreenfulIsOnTheRecordBeforeItsFirstByte(t *testing.T) {
	t.Parallel()
	const people = 101
	d := newShop(t, sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{Do: sandbox.DoResetAfter}}}})
	id := d.composed(people)
	d.run(3, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0") // it stops after so many failures
	open, err := d.open(t.Context(), d.shopFile(), cli.Connect{})
	if err != nil {
		t.Fatal(err)
	}
	for n := range people { // one number in Brazil, spelled in both ways
		for _, spelled := range []string{"+5511%08d", "+55119%08d"} {
			number := phone.E164(fmt.Sprintf(spelled, 87654000+n))
			if _, err := open.Store.AddContact(t.Context(), store.NewContact{Phone: number, Source: "till"}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := open.Store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, args, want string }{
		{"a screenful", "contacts list", ""},
		{"the next one", "contacts list --after 100", "contacts: 100 list by Marta"},
		{"after the last", "contacts list --after 4711", ""},
		{"a little more", "contacts list country:CA --limit 101", "contacts: 101 list by Marta"},
		{"all, for people", "contacts list --limit 0", "contacts: 303 list by Marta"},
		{"all, for programs", "contacts list --limit 0 --json", "contacts: 303 list by Marta"},
		{"all of a few", "contacts list --limit 0 Customer1", ""},
		{"pairs", "contacts duplicates", ""},
		{"all pairs", "contacts duplicates --limit 0", "duplicates: 101 list by Marta"},
		{"whom nobody knows about", "broadcast unknown " + id + " --json", ": 101 list by Marta"},
	} {
		before := len(d.exported())
		var early []string
		out := &firstByte{act: func() { early = d.exported()[before:] }}
		if code := d.commandInto(t.Context(), out, &locked{}, strings.Fields(test.args)...); code != 0 {
			t.Fatalf("%s: exit %d", test.name, code)
		}
		switch lines := d.exported()[before:]; {
		case test.want == "" && len(lines) > 0:
			t.Errorf("%s: %v is on the record", test.name, lines)
		case test.want != "" && (len(lines) != 1 || !strings.HasSuffix(lines[0], test.want)):
			t.Errorf("%s: %v is on the record, want %q", test.name, lines, test.want)
		case len(early) != len(lines):
			t.Errorf("%s: at the first byte %v was on the record, and %v after the last", test.name, early, lines)
		}
	}
}
