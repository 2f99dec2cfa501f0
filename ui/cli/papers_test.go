package cli_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// agreed is a desk with one customer who said yes to the Spanish words.
func agreed(t *testing.T) *desk {
	t.Helper()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550101", "--name", "Ana", "--source", "till")
	d.run(0, "consent", "grant", "6045550101", "--method", "paper", "--notice", "optin-es", "--staff", "Luz", "--evidence", "card 7")
	return d
}

func TestTheReceiptComesAsTextJSONAndPage(t *testing.T) {
	t.Parallel()
	d := agreed(t)
	page := filepath.Join(d.folder, "receipt.html")
	text := d.run(0, "consent", "receipt", "604 555 0101").out
	if !strings.Contains(text, "usted aceptó") || !strings.Contains(text, "BAJA") {
		t.Errorf("not in the language of the words shown:\n%s", text)
	}
	var document struct{ Language, Text, Page, Head string }
	d.read(&document, "consent", "receipt", "6045550101", "--page", page)
	if document.Language != "es" || !strings.Contains(document.Text, "usted aceptó") || document.Page != page || len(document.Head) != 64 {
		t.Errorf("got %+v", document)
	}
	html, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(html), document.Head) || !strings.Contains(string(html), `<html lang="es">`) {
		t.Errorf("the page is %v, %s", err, html)
	}
	info, err := os.Stat(page)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the page is open to others: %v, %v", info.Mode(), err)
	}
}

func TestThereIsNoReceiptWithoutAYes(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550101", "--name", "Ana", "--source", "till")
	page := filepath.Join(d.folder, "receipt.html")
	got := d.run(2, "consent", "receipt", "6045550101", "--page", page)
	if !strings.Contains(got.errors, "has not agreed") {
		t.Errorf("got %q", got.errors)
	}
	if _, err := os.Stat(page); !os.IsNotExist(err) {
		t.Errorf("a page was written all the same: %v", err)
	}
}

// TestWhyThereIsNoReceiptIsTrue: who withdrew has agreed once, and who is erased may have.
func TestWhyThereIsNoReceiptIsTrue(t *testing.T) {
	t.Parallel()
	d := agreed(t)
	refused := func(phone, want string) {
		t.Helper()
		if got := d.run(2, "consent", "receipt", phone); !strings.Contains(got.errors, want) || strings.Contains(got.errors, "has not agreed") {
			t.Errorf("it says %q, want %q", got.errors, want)
		}
	}
	d.run(0, "consent", "revoke", "6045550101", "--reason", "called")
	refused("6045550101", "+1 604-555-0101 withdrew on 24 Nov 2026, so no yes stands")
	d.run(0, "contacts", "erase", "6045550101")
	refused("6045550101", "+1 604-555-0101 is erased, so")
	d.run(0, "contacts", "add", "6045550102", "--name", "Ana", "--source", "till")
	d.run(0, "consent", "refuse", "6045550102", "--staff", "Luz")
	refused("6045550102", "+1 604-555-0102 said no on 24 Nov 2026, so")
}

func TestTheProofIsForAnInspectorAndOnTheRecord(t *testing.T) {
	t.Parallel()
	d := agreed(t)
	if sheet := d.run(0, "consent", "proof", "6045550101").out; !strings.Contains(sheet, "evidence: card 7") || !strings.Contains(sheet, "optin-es v1") {
		t.Errorf("got\n%s", sheet)
	}
	var before, after struct {
		Record struct {
			SchemaVersion string `json:"schema_version"`
			Event         []struct {
				State string `json:"event_state"`
			}
		}
		Events []struct{ Type string }
		Ledger struct {
			Events int
			Head   string
			Whole  bool
		}
	}
	d.read(&before, "consent", "proof", "6045550101")
	if before.Record.SchemaVersion != "ISO/IEC TS 27560:2023" || len(before.Record.Event) != 1 || before.Record.Event[0].State != "consent:given" {
		t.Errorf("got %+v", before)
	}
	d.read(&after, "consent", "proof", "6045550101")
	if !before.Ledger.Whole || after.Ledger.Events != before.Ledger.Events+1 {
		t.Errorf("the reading of a proof left no line on the record: %+v, then %+v", before.Ledger, after.Ledger)
	}
	d.run(2, "consent", "proof", "6045550102")
}

func TestThePosterIsAFileABrowserPrints(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	path := filepath.Join(d.folder, "poster.svg")
	var document struct {
		File, Link, Text string
		Languages        []string
	}
	d.read(&document, "poster", path, "--language", "es,en")
	if document.File != path || !strings.HasPrefix(document.Link, "https://wa.me/1") || !strings.HasPrefix(document.Text, "ALTA ") || len(document.Languages) != 2 {
		t.Errorf("got %+v", document)
	}
	svg, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(svg), "optin-es v1") || !strings.Contains(string(svg), "optin-en v1") {
		t.Errorf("%v\n%s", err, svg)
	}
	if got := d.run(0, "poster", "-"); !strings.HasPrefix(got.out, "<?xml") {
		t.Errorf("stdout holds %.40q", got.out)
	}
}

func TestAPosterThatCannotBeMadeLeavesNoFile(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	tests := map[string]struct {
		file, languages, says string
	}{
		"another format":   {"poster.pdf", "es", ".svg"},
		"unknown language": {"poster.svg", "tlh", "consent notices"},
		"too many":         {"poster.svg", "es,en,pt,es,en,pt,es,en,pt,es,en,pt", "one page"},
	}
	for name, test := range tests {
		path := filepath.Join(d.folder, test.file)
		got := d.run(2, "poster", path, "--language", test.languages)
		if !strings.Contains(got.errors, test.says) {
			t.Errorf("%s: %q", name, got.errors)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("%s: a file was left: %v", name, err)
		}
	}
}

func TestTheMessageOfAPosterIsTheCustomersYes(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var poster struct{ Text, Link string }
	d.read(&poster, "poster", filepath.Join(d.folder, "poster.svg"), "--language", "es")
	at := d.now().Unix()
	body := func(id, text string) string {
		return fmt.Sprintf(`{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":%q},`+
			`"contacts":[{"profile":{"name":"Ana"},"wa_id":"16045550101"}],"messages":[{"from":"16045550101","id":%q,"timestamp":"%d","type":"text","text":{"body":%q}}]}}]}]}`,
			phoneNumberID(d), id, at, text)
	}
	file := filepath.Join(d.folder, "feed.jsonl")
	if err := os.WriteFile(file, []byte(body("wamid.1", poster.Text)+"\n"+body("wamid.2", "GUARDADO")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.run(0, "contacts", "add", "6045550101", "--name", "Ana", "--source", "till")
	d.run(0, "feed", "import", file)
	if c := d.contact("6045550101"); c.Consent != "confirmed" || c.Saved != "self_written" || !c.Sendable {
		t.Errorf("she sent %q and GUARDADO, and is %+v", poster.Text, c)
	}
	var shown struct {
		Events []struct {
			Type, Method, Evidence string
			Notice                 struct{ ID string }
		}
	}
	d.read(&shown, "consent", "show", "6045550101")
	if e := shown.Events[0]; e.Method != "qr_inbound" || e.Notice.ID != "optin-es" || e.Evidence != "wamid.1" {
		t.Errorf("the record says %+v", e)
	}
}

// phoneNumberID is what Meta calls the shop's number, as the tests set it up.
func phoneNumberID(d *desk) string {
	var settings struct {
		PhoneNumberID string `json:"phone_number_id"`
	}
	d.read(&settings, "init", "--timezone", "UTC")
	return settings.PhoneNumberID
}
