package cli_test

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

type duplicates struct {
	Duplicates []struct {
		Why      string
		Contacts []contact
	}
	Total int
}

type mergedContacts struct {
	ID                    int `json:"merge_id"`
	Merged, Into, Contact contact
}

// twoOfOne is a shop with Ana by number, who agreed, and Ana by WhatsApp id, whom a file names as one person.
func twoOfOne(t *testing.T) *desk {
	t.Helper()
	d := newShop(t, sandbox.Options{})
	d.bring("name,phone,user_id,tags\nAna,+16045550101,,vip\nAna G,,CA.7,old\nBen,+16045550102,,\n")
	d.run(0, "consent", "grant", "+16045550101", "--method", "paper", "--notice", "optin-en", "--staff", "Marta", "--evidence", "card 1")
	d.run(0, "consent", "saved", "+16045550101", "--grade", "seen_by_staff", "--staff", "Marta")
	return d
}

func (d *desk) bring(text string) string {
	d.Helper()
	path := filepath.Join(d.TempDir(), "people.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.Fatal(err)
	}
	return d.run(0, "contacts", "import", path, "--source", "counter").out
}

func TestDuplicatesAreListedMergedAndTakenApart(t *testing.T) {
	t.Parallel()
	d := twoOfOne(t)
	if got := d.run(0, "contacts", "duplicates").out; !strings.Contains(got, "No two contacts") {
		t.Errorf("nobody twice yet: %q", got)
	}
	if said := d.bring("name,phone,user_id\nAna,+16045550101,CA.7\n"); !strings.Contains(said, "1 row names two contacts as one person: pregon contacts duplicates") {
		t.Errorf("the import says %q", said)
	}
	var found duplicates
	d.read(&found, "contacts", "duplicates")
	if found.Total != 1 || len(found.Duplicates) != 1 || found.Duplicates[0].Why != "row" || len(found.Duplicates[0].Contacts) != 2 {
		t.Fatalf("duplicates = %+v", found)
	}
	if said := d.run(0, "contacts", "duplicates").out; !strings.Contains(said, "id:2") || !strings.Contains(said, "one row of a file named both") {
		t.Errorf("for people: %q", said)
	}
	var tried, done mergedContacts
	d.read(&tried, "contacts", "merge", "id:2", "+16045550101", "--dry-run")
	if tried.ID != 0 || tried.Contact.Consent != "given" || tried.Contact.Saved != "invalid" || fmt.Sprint(tried.Contact.Tags) != "[old vip]" || d.names("") != "Ana Ana G Ben" {
		t.Errorf("tried: %+v", tried)
	}
	d.read(&done, "contacts", "merge", "id:2", "+16045550101", "--staff", "Marta")
	if done.ID != 1 || done.Merged.Name != "Ana G" || done.Into.Saved != "seen_by_staff" || done.Contact.Sendable || d.names("") != "Ana Ben" {
		t.Errorf("merged: %+v, contacts %s", done, d.names(""))
	}
	d.run(0, "consent", "verify")
	var undone struct {
		ID       int `json:"merge_id"`
		Contacts []contact
	}
	d.read(&undone, "contacts", "undo-merge")
	if undone.ID != 1 || len(undone.Contacts) != 2 || !undone.Contacts[1].Sendable || d.names("") != "Ana Ana G Ben" {
		t.Errorf("taken apart: %+v", undone)
	}
	for _, words := range [][]string{{"undo-merge"}, {"undo-merge", "1"}, {"undo-merge", "x"}, {"merge", "id:1", "id:1"}, {"merge", "id:x", "id:1"}, {"merge", "id:99", "id:1"}} {
		if got := d.run(2, append([]string{"contacts"}, words...)...); !strings.Contains(got.errors, "Nothing was changed") {
			t.Errorf("%v: %q", words, got.errors)
		}
	}
}

func TestAnOptOutWinsAMergeAndStaysWhenItIsTakenBack(t *testing.T) {
	t.Parallel()
	d := twoOfOne(t)
	said := d.run(0, "contacts", "merge", "id:2", "+16045550101").out
	for _, want := range []string{"this one", "and this one", "become one", "pregon contacts undo-merge 1"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in %q", want, said)
		}
	}
	d.run(0, "consent", "revoke", "+16045550101", "--reason", "said so")
	if got := d.run(0, "contacts", "undo-merge", "1").out; !strings.Contains(got, "holds for both") {
		t.Errorf("%q", got)
	}
	if d.names("consent:withdrawn") != "Ana Ana G" {
		t.Errorf("withdrawn are %s", d.names("consent:withdrawn"))
	}
	// A later merge has to be taken back first.
	d.run(0, "contacts", "merge", "id:2", "id:1")
	d.run(0, "contacts", "merge", "id:1", "id:3")
	if got := d.run(2, "contacts", "undo-merge", "2"); !strings.Contains(got.errors, "take that one back first") {
		t.Errorf("%q", got.errors)
	}
	if d.names("consent:withdrawn") != "Ben" {
		t.Errorf("withdrawn are %s", d.names("consent:withdrawn"))
	}
}

// The two spellings that one number of Brazil has are kept apart on the command line.
func TestTwoSpellingsOfOneNumberCanBeMerged(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.bring("name,phone\nLia,+5511961234567\n")
	db, err := sql.Open("sqlite", filepath.Join(d.folder, "pregon", "shop.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(t.Context(), `INSERT INTO contacts (phone, phone_mac, name, source, added_at, updated_at)
		VALUES ('+551161234567', x'01', 'Lia S', 'list', 1, 1)`); err != nil {
		t.Fatal(err)
	}
	var found duplicates
	d.read(&found, "contacts", "duplicates")
	if found.Total != 1 || found.Duplicates[0].Why != "spelling" {
		t.Fatalf("duplicates = %+v", found)
	}
	d.run(0, "contacts", "merge", "+551161234567", "+5511961234567")
	var list struct{ Total int }
	d.read(&list, "contacts", "list")
	if list.Total != 1 {
		t.Errorf("%d contacts", list.Total)
	}
}
