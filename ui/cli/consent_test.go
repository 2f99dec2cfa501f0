package cli_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

func TestConsentShowsTheExactWords(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550101", "--name", "Ana", "--source", "till")
	d.run(0, "consent", "grant", "604 555 0101", "--method", "counter_screen", "--notice", "optin-es@1", "--staff", "Luz",
		"--place", "Market", "--evidence", "card 7", "--at", "2026-11-20T09:30")
	d.run(0, "init", "--name", "Another Name")
	var shown struct {
		Contact contact
		Events  []struct {
			Type, At, Method, Place, Staff, Evidence, Hash string
			Notice                                         struct {
				ID, Text, SHA256 string
				Version          int
			}
		}
	}
	d.read(&shown, "consent", "show", "6045550101")
	if len(shown.Events) != 1 || shown.Contact.Consent != "given" {
		t.Fatalf("got %+v", shown)
	}
	e := shown.Events[0]
	if e.Type != "given" || e.At != "2026-11-20T09:30:00Z" || e.Method != "counter_screen" || e.Place != "Market" || e.Staff != "Luz" || e.Evidence != "card 7" {
		t.Errorf("got %+v", e)
	}
	sum := sha256.Sum256([]byte(e.Notice.Text))
	if e.Notice.ID != "optin-es" || e.Notice.Version != 1 || hex.EncodeToString(sum[:]) != e.Notice.SHA256 {
		t.Errorf("notice %+v", e.Notice)
	}
	if !strings.Contains(e.Notice.Text, "Panadería Luna") || strings.ContainsAny(e.Notice.Text, "{}") {
		t.Errorf("the words shown then: %q", e.Notice.Text)
	}
}

func TestWithdrawnComesBackByTheCustomersOwnActOnly(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(1), "--source", "till")
	d.run(0, "consent", "revoke", number(0), "--reason", "said stop", "--staff", "Ana")
	if got := d.run(2, "consent", "grant", number(0), "--method", "spoken", "--notice", "optin-en", "--staff", "Ana"); !strings.Contains(got.errors, "--evidence") {
		t.Errorf("got %q", got.errors)
	}
	d.run(0, "consent", "grant", number(0), "--method", "paper", "--notice", "optin-en", "--staff", "Ana", "--evidence", "card 9")
	if c := d.contact(number(0)); !c.Sendable {
		t.Errorf("got %+v", c)
	}
}

func TestOptOutWorksFromAnyone(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "consent", "revoke", "604 555 0107", "--reason", "called and said stop")
	c := d.contact("6045550107")
	if c.Consent != "withdrawn" || c.Source != "opt-out" || c.Sendable {
		t.Errorf("got %+v", c)
	}
	d.run(0, "consent", "revoke", "604 555 0107", "--reason", "again")
}

func TestSavedNumberEndsWithTheNumber(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(1), "--source", "till")
	d.run(0, "consent", "unsaved", number(0), "--reason", "new phone")
	if c := d.contact(number(0)); c.Saved != "unknown" || c.Sendable {
		t.Errorf("got %+v", c)
	}
	d.run(0, "consent", "saved", number(0), "--grade", "seen_by_staff", "--staff", "Ana")
	if c := d.contact(number(0)); !c.Sendable {
		t.Errorf("got %+v", c)
	}
}

func TestRequirement15AnotherNumberSaysOnTheCommandLineHowManyHaveToBeAskedAgain(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(3), "--source", "till")
	d.run(0, "consent", "unsaved", number(2), "--reason", "new phone")
	var shop struct {
		AskAgain int `json:"ask_again"`
	}
	for _, test := range []struct {
		name, flag, value string
		again             int
		saved             string
	}{
		{"another name", "--name", "Luna", 0, "says_saved"},
		{"the same number", "--number", "604 555 0199", 0, "says_saved"},
		{"another number", "--number", "604 555 0198", 2, "invalid"},
		{"one more", "--number", "604 555 0197", 0, "invalid"},
	} {
		tried := d.run(0, "init", test.flag, test.value, "--json", "--dry-run")
		if c := d.contact(number(0)); test.again > 0 && c.Saved != "says_saved" {
			t.Errorf("%s: trying it changed her to %s", test.name, c.Saved)
		}
		got := d.run(0, "init", test.flag, test.value, "--json")
		if tried.out != got.out || tried.errors != got.errors {
			t.Errorf("%s: it said %q before and %q now", test.name, tried.out+tried.errors, got.out+got.errors)
		}
		decode(t, got.out, &shop)
		said := strings.Contains(got.errors, "2 people have saved the old one; each has to be asked again")
		if shop.AskAgain != test.again || said != (test.again == 2) {
			t.Errorf("%s: %d have to be asked again, and it says %q", test.name, shop.AskAgain, got.errors)
		}
		if c := d.contact(number(0)); c.Saved != test.saved || c.Sendable == (test.saved == "invalid") {
			t.Errorf("%s: she is %+v", test.name, c)
		}
	}
}

func TestRequirement15AnotherNumberIDSaysOnTheCommandLineHowManyHaveToBeAskedAgain(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(3), "--source", "till")
	for _, test := range []struct {
		name, id, saved string
		again           int
	}{
		{"the same id", sandbox.DefaultPhoneNumberID, "says_saved", 0},
		{"another id", "600000000000032", "invalid", 3},
		{"one more", "600000000000033", "invalid", 0},
		{"a slip put right", sandbox.DefaultPhoneNumberID, "invalid", 0},
	} {
		var shop struct {
			AskAgain int `json:"ask_again"`
		}
		got := d.run(0, "init", "--phone-number-id", test.id, "--json")
		decode(t, got.out, &shop)
		said := strings.Contains(got.errors, "3 people have saved the number. Each has to be asked again, unless Meta says")
		if shop.AskAgain != test.again || said != (test.again == 3) {
			t.Errorf("%s: %d have to be asked again, and it says %q", test.name, shop.AskAgain, got.errors)
		}
		if c := d.contact(number(0)); c.Saved != test.saved || c.Sendable == (test.saved == "invalid") {
			t.Errorf("%s: she is %+v", test.name, c)
		}
	}
	d.run(0, "doctor") // Meta says that it is the number they saved
	if c := d.contact(number(0)); c.Saved != "says_saved" || !c.Sendable {
		t.Errorf("asked, and she is %+v", c)
	}
}

func TestRefusalLeavesAlone(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550101", "--source", "till")
	d.run(2, "consent", "refuse", "6045550101")
	d.run(0, "consent", "refuse", "6045550101", "--staff", "Ana")
	if c := d.contact("6045550101"); c.Consent != "refused" {
		t.Errorf("got %+v", c)
	}
	var v struct {
		Events int
		OK     bool
		Head   string
	}
	d.read(&v, "consent", "verify")
	if !v.OK || v.Events == 0 || len(v.Head) != 64 {
		t.Errorf("got %+v", v)
	}
}

func TestReceiptSpeaksTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550101", "--source", "till")
	d.run(0, "consent", "grant", "6045550101", "--method", "paper", "--notice", "optin-es", "--staff", "Luz", "--evidence", "card 1")
	got := d.run(0, "consent", "receipt", "6045550101").out
	for _, want := range []string{"Panadería Luna", "optin-es v1", "Luz", "WhatsApp", "aceptó"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in %q", want, got)
		}
	}
}

func TestSpeaksTheReadersLanguage(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550101", "--name", "Ana", "--source", "till")
	for language, want := range map[string][2]string{
		"en": {"not asked", "Nothing was changed"}, "es": {"sin preguntar", "No se ha cambiado nada"}, "pt": {"sem perguntar", "Nada foi alterado"},
	} {
		d.env["PREGON_LANG"] = language
		if got := d.run(0, "contacts", "show", "6045550101").out; !strings.Contains(got, want[0]) {
			t.Errorf("%s: no %q in %q", language, want[0], got)
		}
		if got := d.run(2, "contacts", "show", "6045550109").errors; !strings.Contains(got, want[1]) {
			t.Errorf("%s: no %q in %q", language, want[1], got)
		}
		if got := d.run(0, "contacts", "show", "6045550101", "--json").out; !strings.Contains(got, `"consent":"none"`) {
			t.Errorf("%s: JSON is translated: %q", language, got)
		}
	}
}
