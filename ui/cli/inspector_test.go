package cli_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/ui/cli"
)

// words are those of a notice, as consent show and consent proof have them.
type words struct {
	ID, Language, Text, SHA256 string
	Version                    int
}

func (d *desk) wordsShownTo(number string) words {
	d.Helper()
	var shown struct {
		Events []struct{ Notice words }
	}
	d.read(&shown, "consent", "show", number)
	if len(shown.Events) == 0 {
		d.Fatal("nothing was recorded")
	}
	return shown.Events[0].Notice
}

func TestRequirement03TheWordsShownArePrintedAndFitTheirHashForGood(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", number(1), "--source", "till")
	d.run(0, "consent", "grant", number(1), "--method", "spoken", "--notice", "optin-es", "--staff", "Luz")
	before := d.wordsShownTo(number(1))
	sum := sha256.Sum256([]byte(before.Text))
	if hex.EncodeToString(sum[:]) != before.SHA256 || before.Version != 1 || before.Language != "es" || !strings.Contains(before.Text, "Panadería Luna") {
		t.Errorf("the words are %+v, with the hash %x", before, sum)
	}
	if said := strings.Join(strings.Fields(d.run(0, "consent", "show", number(1)).out), " "); !strings.Contains(said, strings.Join(strings.Fields(before.Text), " ")) {
		t.Errorf("the whole words are not in\n%s", said)
	}
	d.run(0, "init", "--products", "shoes") // the owner edits
	d.run(0, "contacts", "add", number(2), "--source", "till")
	d.run(0, "consent", "grant", number(2), "--method", "spoken", "--notice", "optin-es", "--staff", "Luz")
	if after := d.wordsShownTo(number(1)); after != before {
		t.Errorf("the words of then are now %+v, and were %+v", after, before)
	}
	if newer := d.wordsShownTo(number(2)); newer.Version != 2 || newer.SHA256 == before.SHA256 {
		t.Errorf("the words of now are %+v", newer)
	}
}

// TestRequirement14WhoIsKnownByAnIdAloneIsServedLikeTheOthers: WhatsApp does not tell the number of who has a username.
func TestRequirement14WhoIsKnownByAnIdAloneIsServedLikeTheOthers(t *testing.T) {
	t.Parallel()
	const her, stranger = "CA.20417763359018846152", "ES.1"
	d := newShop(t, sandbox.Options{})
	open, err := d.open(t.Context(), d.shopFile(), cli.Connect{})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{her, "CA.2"} {
		if _, err := open.Store.AddContact(t.Context(), store.NewContact{UserID: id, Name: "Ana", Source: "QR"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := open.Store.Close(); err != nil {
		t.Fatal(err)
	}
	stands := func(who string) (c struct {
		Consent, Saved, Phone string
		Sendable              bool
		UserID                string `json:"user_id"`
	},
	) {
		d.Helper()
		d.read(&c, "contacts", "show", who)
		return c
	}
	d.run(0, "consent", "grant", her, "--method", "paper", "--evidence", "card 1", "--notice", "optin-es", "--staff", "Luz")
	d.run(0, "consent", "saved", her, "--grade", "seen_by_staff", "--staff", "Luz")
	if c := stands(her); !c.Sendable || c.UserID != her || c.Phone != "" {
		t.Errorf("she agreed and is %+v", c)
	}
	for _, args := range []string{"consent receipt ", "consent show ", "consent proof ", "contacts show "} {
		if said := d.run(0, strings.Fields(args+her)...).out; !strings.Contains(said, her) {
			t.Errorf("%s does not name her:\n%s", args, said)
		}
	}
	if listed := d.run(0, "contacts", "list").out; !strings.Contains(listed, her) {
		t.Errorf("the list does not name her:\n%s", listed)
	}
	d.run(0, "consent", "revoke", her, "--reason", "said stop")
	if c := stands("id:1"); c.Consent != "withdrawn" || c.Sendable {
		t.Errorf("she said stop and is %+v", c)
	}
	if c := stands("id:2"); c.Consent != "none" {
		t.Errorf("somebody else is %+v", c)
	}
	d.run(0, "consent", "revoke", stranger, "--reason", "said stop") // known or not, it is heard
	if c := stands(stranger); c.Consent != "withdrawn" {
		t.Errorf("the stranger is %+v", c)
	}
	d.run(0, "contacts", "erase", her, "--now")
	if got := d.run(2, "contacts", "show", her); !strings.Contains(got.errors, "not among the contacts") {
		t.Errorf("after the erasure: %q", got.errors)
	}
	var again imported
	d.read(&again, "contacts", "import", d.file("again.csv", "name,phone,user_id\nAna,,"+her+"\nEva,,CA.77\n"), "--source", "list")
	if again.Suppressed != 1 || again.Added != 1 {
		t.Errorf("a file brings her back: %+v", again)
	}
}

func TestRequirement16TheCommandLineWarnsOfAskingAgainTooSoon(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	refuses, withdraws := []string{"consent", "refuse", number(1), "--staff", "Luz"}, []string{"consent", "revoke", number(1), "--reason", "said so", "--staff", "Luz"}
	for _, test := range []struct {
		name   string
		no     []string
		later  time.Duration
		yes    []string
		code   int
		warned bool
	}{
		{"a spoken yes the next minute", refuses, time.Minute, []string{"spoken"}, 0, true},
		{"a spoken yes on the last day", refuses, 89 * day, []string{"spoken"}, 0, true},
		{"a spoken yes after it", refuses, 91 * day, []string{"spoken"}, 0, false},
		{"a form she filled in herself", refuses, day, []string{"web", "--evidence", "form 3"}, 0, false},
		{"a card after she withdrew", withdraws, day, []string{"paper", "--evidence", "card 3"}, 0, true},
		{"a card long after", withdraws, 91 * day, []string{"paper", "--evidence", "card 3"}, 0, false},
		{"a spoken yes after she withdrew", withdraws, 91 * day, []string{"spoken"}, 2, false},
		{"a card without a number after she withdrew", withdraws, 91 * day, []string{"paper"}, 2, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newShop(t, sandbox.Options{})
			d.run(0, "contacts", "add", number(1), "--source", "till")
			d.run(0, test.no...)
			d.ahead.Add(int64(test.later))
			got := d.run(test.code, append([]string{"consent", "grant", number(1), "--notice", "optin-en", "--staff", "Luz", "--method"}, test.yes...)...)
			if warned := strings.Contains(got.errors, "within 90 days") && strings.Contains(got.errors, "on the record"); warned != test.warned {
				t.Errorf("it says %q", got.errors)
			}
			if lines := d.audited("asked_again"); (len(lines) == 1) != test.warned {
				t.Errorf("on the record: %v", lines)
			}
			if agreed := d.contact(number(1)).Consent == "given"; agreed != (test.code == 0) {
				t.Errorf("agreed: %v", agreed)
			}
		})
	}
}

// TestRequirement18ANewMachineKeepsWhoWasErasedOut restores on an empty folder; a shop without its key sends to nobody.
func TestRequirement18ANewMachineKeepsWhoWasErasedOut(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(3)
	d.run(0, "contacts", "erase", number(1), "--now")
	key, to := d.ageKey(), filepath.Join(t.TempDir(), "shop.age")
	d.run(0, "backup", to, "--recipient", key.public)
	if data, err := os.ReadFile(d.shopFile()); err != nil || strings.Contains(string(data), strings.TrimSpace(string(mustRead(t, d.shopFile()+".key")))) {
		t.Errorf("the key lies in the shop file: %v", err)
	}
	if err := os.RemoveAll(filepath.Dir(d.shopFile())); err != nil {
		t.Fatal(err)
	}
	d.run(0, "restore", to, "--identity", key.secret)
	d.run(0, "restore", "--reviewed")
	var got imported
	d.read(&got, "contacts", "import", d.customers(3), "--source", "till")
	if found := d.names("sendable:yes"); got.Suppressed != 1 || found != "Customer 0 Customer 2" {
		t.Errorf("imported %+v, and to %q can be sent", got, found)
	}
	if err := os.Remove(d.shopFile() + ".key"); err != nil {
		t.Fatal(err)
	}
	if refused := d.command(t.Context(), "broadcast", "send", id, "--yes", "--without-feed"); refused.code == 0 || !strings.Contains(refused.errors, "key file") || len(d.sandbox.Calls()) != 0 {
		t.Errorf("without the key: exit %d, %q, %d calls", refused.code, refused.errors, len(d.sandbox.Calls()))
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestRequirement19EverythingOfOnePersonIsHandedOutAndTakenBackInTwoSteps is what a customer may ask for.
func TestRequirement19EverythingOfOnePersonIsHandedOutAndTakenBackInTwoSteps(t *testing.T) {
	t.Parallel()
	d := copied(t, sandbox.Options{}, livedShop)
	began := time.Now()
	var proof struct {
		Record     map[string]any
		Events     []struct{ Type string }
		Broadcasts []struct{ Name, State string }
	}
	d.read(&proof, "consent", "proof", number(0))
	var receipt struct{ Language, Text string }
	d.read(&receipt, "consent", "receipt", number(0))
	if spent := time.Since(began); spent > 2*time.Second && !testing.Short() {
		t.Errorf("both took %s", spent)
	}
	if len(proof.Record) == 0 || len(proof.Events) < 2 || len(proof.Broadcasts) != 1 || proof.Broadcasts[0].State == "" {
		t.Errorf("the proof holds %+v", proof)
	}
	if shown := d.wordsShownTo(number(0)); receipt.Language != shown.Language || !strings.Contains(receipt.Text, shown.Text) {
		t.Errorf("the receipt is in %s and says\n%s", receipt.Language, receipt.Text)
	}
	var erased struct {
		Sendable bool
		PurgeAt  string `json:"purge_at"`
		Purged   bool
	}
	d.read(&erased, "contacts", "erase", number(0))
	at, err := time.Parse(time.RFC3339, erased.PurgeAt)
	if err != nil || erased.Sendable || erased.Purged || at.Sub(d.now()).Round(24*time.Hour) != 28*24*time.Hour {
		t.Errorf("the first step: %+v, %v", erased, err)
	}
	d.ahead.Add(int64(29 * 24 * time.Hour))
	if got := d.run(0, "contacts", "list"); !strings.Contains(got.errors, "Gone from the file: 1") {
		t.Errorf("on its day: %q", got.errors)
	}
}
