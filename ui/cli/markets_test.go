package cli_test

import (
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

const (
	american = "+1 202 555 0123"
	turkish  = "+90 500 123 45 67" // has the form of a number there; it is nobody's
)

func TestRequirement23TheCheckTellsWhyAnAmericanNumberGetsNothing(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(1)
	d.run(0, "contacts", "add", american, "--source", "till")
	d.run(0, "consent", "grant", american, "--method", "paper", "--evidence", "card 1", "--notice", "optin-en", "--staff", "Luz")
	d.run(0, "consent", "saved", american, "--grade", "seen_by_staff", "--staff", "Luz")
	var check struct {
		Sendable int
		Excluded map[string]int
	}
	d.read(&check, "broadcast", "check", id)
	if check.Sendable != 1 || len(check.Excluded) != 1 || check.Excluded["undeliverable_market"] != 1 {
		t.Errorf("check = %+v", check)
	}
	if said := d.run(0, "broadcast", "check", id).out; !strings.Contains(said, "WhatsApp brings no offers there: 1") {
		t.Errorf("it explains nothing:\n%s", said)
	}
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed")
	d.sentOnce(1)
	if n := d.sandbox.CallsTo("+12025550123"); n != 0 {
		t.Errorf("called %d times", n)
	}
}

func TestRequirement23TheCommandLineWarnsOfTurkeysRegisterAndWantsASignedCard(t *testing.T) {
	t.Parallel()
	const register = "national register (İYS)"
	d := newShop(t, sandbox.Options{})
	brought := d.run(0, "contacts", "import", d.file("tr.csv", "name,phone\nAyla,"+turkish+"\n"), "--source", "till")
	if !strings.Contains(brought.out+brought.errors, register) {
		t.Errorf("the import does not warn: %q %q", brought.out, brought.errors)
	}
	grant := func(code int, who string, words ...string) answer {
		d.Helper()
		return d.run(code, append([]string{"consent", "grant", who, "--notice", "optin-en", "--staff", "Luz"}, words...)...)
	}
	grant(2, turkish, "--method", "spoken")
	grant(2, turkish, "--method", "paper")
	if found := d.names("consent:given"); found != "" {
		t.Fatalf("a spoken yes was taken of %q", found)
	}
	if got := grant(0, turkish, "--method", "paper", "--evidence", "card 7"); !strings.Contains(got.errors, register) {
		t.Errorf("the grant does not warn: %q", got.errors)
	}
	d.run(0, "consent", "saved", turkish, "--grade", "seen_by_staff", "--staff", "Luz")
	d.run(0, "contacts", "add", number(1), "--source", "till")
	if got := grant(0, number(1), "--method", "spoken"); strings.Contains(got.errors, register) {
		t.Errorf("somebody in Canada: %q", got.errors)
	}
	d.run(0, "templates", "sync")
	if said := d.run(0, "broadcast", "check", d.create()).out; !strings.Contains(said, register) {
		t.Errorf("the check does not warn:\n%s", said)
	}
}

func TestRequirement23WhoSaysSheIsUnderEighteenIsNotSaved(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	if got := d.run(2, "consent", "refuse", number(0), "--under-18", "--staff", "Luz"); !strings.Contains(got.errors, "Nobody under 18 gets broadcasts. Nothing was saved.") {
		t.Errorf("it says %q", got.errors)
	}
	if d.total() != 0 {
		t.Error("she was kept")
	}
	d.run(0, "contacts", "import", d.customers(2), "--source", "till")
	d.run(0, "consent", "refuse", number(0), "--under-18", "--staff", "Luz")
	if found := d.names("sendable:yes"); found != "Customer 1" {
		t.Errorf("broadcasts go to %q", found)
	}
	d.run(2, "consent", "grant", number(0), "--method", "spoken", "--notice", "optin-en", "--staff", "Luz")
}
