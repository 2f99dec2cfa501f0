package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

type erased struct {
	Phone, Name string
	Sendable    bool
	PurgeAt     string `json:"purge_at"`
	Purged      bool
}

func TestErasingBlocksNowAndPurgesOnADate(t *testing.T) {
	t.Parallel()
	d := agreed(t)
	var got erased
	d.read(&got, "contacts", "erase", "6045550101", "--staff", "Luz")
	if got.Purged || got.Sendable || got.PurgeAt != "2026-12-22T10:00:00Z" && !strings.HasPrefix(got.PurgeAt, "2026-12-22T") {
		t.Errorf("got %+v", got)
	}
	if again := d.run(2, "contacts", "erase", "6045550101"); !strings.Contains(again.errors, "erased") {
		t.Errorf("erasing twice says %q", again.errors)
	}
	d.read(&got, "contacts", "erase", "6045550101", "--now")
	if !got.Purged || got.Phone != "" || got.Name != "" {
		t.Errorf("got %+v", got)
	}
	d.run(2, "contacts", "show", "6045550101")
}

func TestErasingNowLeavesNoByteInTheShopsFiles(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "add", "6045550101", "--name", "Xiomara Quetzal", "--source", "till")
	d.run(0, "consent", "grant", "6045550101", "--method", "paper", "--notice", "optin-en", "--staff", "Luz", "--evidence", "card-of-xiomara")
	said := d.run(0, "contacts", "erase", "6045550101", "--now").out
	if !strings.Contains(said, "has left the file") {
		t.Errorf("got %q", said)
	}
	files, err := filepath.Glob(filepath.Join(d.folder, "pregon", "*"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Xiomara", "xiomara", "6045550101"} {
			if bytes.Contains(data, []byte(word)) {
				t.Errorf("%s still holds %s", filepath.Base(file), word)
			}
		}
	}
	if got := d.run(0, "consent", "verify").out; !strings.Contains(got, "the chain holds") {
		t.Errorf("got %q", got)
	}
	d.run(0, "contacts", "add", "6045550101", "--name", "Back", "--source", "list")
	if c := d.contact("6045550101"); c.Sendable {
		t.Errorf("she can be sent to again: %+v", c)
	}
}

func TestTimeDoesItsPartAndSaysSo(t *testing.T) {
	t.Parallel()
	d := agreed(t)
	began := d.now()
	d.now = func() time.Time { return began.AddDate(0, 26, 0) }
	if got := d.run(0, "contacts", "list"); !strings.Contains(got.errors, "Consents expired: 1") {
		t.Errorf("two years later it says %q", got.errors)
	}
	if got := d.run(0, "contacts", "list"); got.errors != "" {
		t.Errorf("and the second time %q", got.errors)
	}
	if c := d.contact("6045550101"); c.Consent != "expired" || c.Sendable {
		t.Errorf("she is %+v", c)
	}
	d.now = func() time.Time { return began.AddDate(3, 1, 0) }
	if got := d.run(0, "contacts", "list"); !strings.Contains(got.errors, "People erased: 1. Gone from the file: 1") {
		t.Errorf("after three years it says %q", got.errors)
	}
}

func TestTheYearsAProofIsKeptAreTheShops(t *testing.T) {
	t.Parallel()
	d := agreed(t)
	d.run(0, "init", "--keep-years", "5")
	var proof struct {
		Record struct {
			Processing []struct {
				Purposes []struct {
					Retention string `json:"retention_period"`
				}
			} `json:"pii_processing"`
		}
	}
	d.read(&proof, "consent", "proof", "6045550101")
	if proof.Record.Processing[0].Purposes[0].Retention != "P5Y" {
		t.Errorf("got %+v", proof)
	}
	if got := d.run(2, "init", "--keep-years", "9"); !strings.Contains(got.errors, "--keep-years") {
		t.Errorf("got %q", got.errors)
	}
}
