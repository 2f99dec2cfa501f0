package cli_test

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	_ "modernc.org/sqlite"

	"pregon/sender/sandbox"
)

type history struct {
	Contact contact
	Events  []struct {
		ID, Type, At, Method, Place, Staff, Evidence, Hash, Prev, Ledger, Reason string
		RecordedAt                                                               string `json:"recorded_at"`
	}
}

func TestEveryMethodOfAgreeingIsRecorded(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		method, evidence, becomes string
	}{
		{"counter_screen", "", "given"},
		{"spoken", "", "given"},
		{"paper", "card 7", "given"},
		{"qr_inbound", "wamid.A", "given"},
		{"inbound", "wamid.B", "given"},
		{"web", "form 3", "given"},
	} {
		t.Run(tt.method, func(t *testing.T) {
			t.Parallel()
			d := newShop(t, sandbox.Options{})
			d.run(0, "contacts", "add", number(1), "--source", "till")
			args := []string{"consent", "grant", number(1), "--method", tt.method, "--notice", "optin-en", "--staff", "Luz", "--place", "Market"}
			if tt.evidence != "" {
				args = append(args, "--evidence", tt.evidence)
			}
			var got history
			d.read(&got, args...)
			if len(got.Events) != 1 {
				t.Fatalf("got %+v", got)
			}
			e := got.Events[0]
			if e.Method != tt.method || e.Staff != "Luz" || e.Place != "Market" || e.Evidence != tt.evidence || len(e.Hash) != 64 {
				t.Errorf("got %+v", e)
			}
			if got.Contact.Consent != tt.becomes {
				t.Errorf("consent is %s", got.Contact.Consent)
			}
		})
	}
}

func TestTheMomentOfAgreeingIsReadInTheShopsTime(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "init", "--timezone", "America/Vancouver")
	for n, tt := range []struct{ typed, want string }{
		{"2026-11-20T09:30:00Z", "2026-11-20T09:30:00Z"},
		{"2026-11-20T09:30:00-03:00", "2026-11-20T12:30:00Z"},
		{"2026-11-20T09:30:15", "2026-11-20T17:30:15Z"},
		{"2026-11-20T09:30", "2026-11-20T17:30:00Z"},
		{"2026-11-20 09:30", "2026-11-20T17:30:00Z"},
		{"2026-07-01 09:30", "2026-07-01T16:30:00Z"}, // summer
		{"2026-11-20", "2026-11-20T08:00:00Z"},
	} {
		d.run(0, "contacts", "add", number(n), "--source", "till")
		var got history
		d.read(&got, "consent", "grant", number(n), "--method", "spoken", "--notice", "optin-en", "--staff", "Luz", "--at", tt.typed)
		if len(got.Events) != 1 || got.Events[0].At != tt.want || got.Events[0].RecordedAt[:10] != "2026-11-24" {
			t.Errorf("%s: %+v", tt.typed, got.Events)
		}
	}
}

func TestEveryGradeOfSavingIsRecorded(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.customers(1), "--source", "till")
	for grade, sendable := range map[string]bool{"says_saved": true, "seen_by_staff": true, "self_written": true, "told": false} {
		var got history
		d.read(&got, "consent", "saved", number(0), "--grade", grade, "--staff", "Luz")
		if got.Contact.Saved != grade || got.Contact.Sendable != sendable || got.Events[0].Ledger != "saved_number" {
			t.Errorf("%s: %+v", grade, got)
		}
		d.run(0, "consent", "unsaved", number(0), "--reason", "asked again")
	}
}

func TestTheHistoryTellsEverythingInOrder(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", number(1), "--name", "Ana", "--source", "till")
	d.run(0, "consent", "grant", number(1), "--method", "spoken", "--notice", "optin-es", "--staff", "Luz")
	d.run(0, "consent", "saved", number(1), "--grade", "seen_by_staff", "--staff", "Luz")
	d.run(0, "consent", "revoke", number(1), "--reason", "too many", "--staff", "Ben")
	d.run(0, "consent", "grant", number(1), "--method", "paper", "--notice", "optin-es", "--staff", "Luz", "--evidence", "card 9")
	var got history
	d.read(&got, "consent", "show", number(1))
	var types []string
	hashes := map[string]bool{}
	for _, e := range got.Events {
		types = append(types, e.Type)
		if hashes[e.Hash] || e.ID == "" {
			t.Errorf("event %+v", e)
		}
		hashes[e.Hash] = true
	}
	if told := strings.Join(types, " "); told != "given seen_by_staff withdrawn given" {
		t.Errorf("got %s", told)
	}
	said := d.run(0, "consent", "show", number(1)).out
	for _, want := range []string{"agreed", "saved number seen", "withdrew", "too many", "recorded by: Ben", "evidence: card 9", "optin-es v1", "Panadería Luna"} {
		if !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
}

func TestALedgerChangedByHandIsFoundOut(t *testing.T) {
	t.Parallel()
	d := lived(t)
	d.run(0, "consent", "verify")
	db, err := sql.Open("sqlite", filepath.Join(d.folder, "pregon", "shop.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"DROP TRIGGER consent_events_frozen", "UPDATE consent_events SET staff = 'Mallory' WHERE seq = (SELECT min(seq) FROM consent_events)",
	} {
		if _, err := db.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	got := d.run(1, "consent", "verify")
	if !strings.Contains(got.errors, "changed by hand") || !strings.Contains(got.errors, "Do not send") {
		t.Errorf("got %q", got.errors)
	}
	told := d.run(1, "consent", "verify", "--json")
	var v struct {
		OK       bool
		FirstBad string `json:"first_bad"`
	}
	decode(t, told.out, &v)
	if v.OK || v.FirstBad == "" {
		t.Errorf("got %+v", v)
	}
}

func TestNoCommandOptsInMoreThanOne(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	for n := range 3 {
		d.run(0, "contacts", "add", number(n), "--source", "till")
	}
	grant := []string{"--method", "spoken", "--notice", "optin-en", "--staff", "Luz"}
	d.run(2, append([]string{"consent", "grant", number(0), number(1)}, grant...)...)
	d.run(2, append([]string{"consent", "grant", "tag:vip"}, grant...)...)
	d.run(2, append([]string{"consent", "grant"}, grant...)...)
	for n := range 3 {
		if c := d.contact(number(n)); c.Consent != "none" {
			t.Errorf("%d: %s", n, c.Consent)
		}
	}
}

func TestNoticesAreShownWithTheirHash(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var list struct {
		Notices []struct {
			ID, Language, Text, SHA256 string
			Version                    int
		}
	}
	d.read(&list, "consent", "notices")
	ids := map[string]bool{}
	for _, n := range list.Notices {
		ids[n.ID] = true
		if n.Version != 1 || len(n.SHA256) != 64 || strings.ContainsAny(n.Text, "{}") {
			t.Errorf("got %+v", n)
		}
	}
	for _, want := range []string{"optin-en", "optin-es", "optin-pt", "saved-en", "saved-es", "saved-pt"} {
		if !ids[want] {
			t.Errorf("no %s among %v", want, ids)
		}
	}
	d.run(0, "init", "--products", "shoes")
	d.read(&list, "consent", "notices")
	newer := 0
	for _, n := range list.Notices {
		if n.Version == 2 && strings.Contains(n.Text, "shoes") {
			newer++
		}
	}
	if newer == 0 {
		t.Error("another text is no other version")
	}
}

// TestRequirement02TheCommandNamesWhatAGrantLacks leaves out one fact after the other; the shop itself adds the others.
func TestRequirement02TheCommandNamesWhatAGrantLacks(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", number(1), "--source", "till")
	facts := map[string]string{"--method": "spoken", "--notice": "optin-es", "--staff": "Luz"}
	for missing := range facts {
		args := []string{"consent", "grant", number(1)}
		for flag, value := range facts {
			if flag != missing {
				args = append(args, flag, value)
			}
		}
		if got := d.run(2, args...); !strings.Contains(got.errors, missing) {
			t.Errorf("without %s it says %q", missing, got.errors)
		}
		args = append(args, missing, " ")
		if got := d.run(2, args...); !strings.Contains(got.errors, missing) {
			t.Errorf("with a blank %s it says %q", missing, got.errors)
		}
	}
	if c := d.contact(number(1)); c.Consent != "none" {
		t.Errorf("she is %+v", c)
	}
	var got struct {
		Events []struct {
			At, Place, Staff, Method string
			Notice                   words
		}
	}
	d.read(&got, "consent", "grant", number(1), "--method", "spoken", "--notice", "optin-es", "--staff", "Luz")
	if e := got.Events[0]; e.At == "" || e.Place != "Panadería Luna" || e.Staff != "Luz" || e.Method != "spoken" || e.Notice.Version != 1 || e.Notice.Language != "es" || len(e.Notice.SHA256) != 64 {
		t.Errorf("the whole one is recorded as %+v", e)
	}
	bare := newDesk(t, sandbox.Options{}) // a shop without a number of its own
	bare.run(2, "consent", "grant", number(1), "--method", "spoken", "--notice", "optin-es", "--staff", "Luz")
}
