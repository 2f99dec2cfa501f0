package cli_test

import (
	"os"
	"path/filepath"
	"testing"

	"pregon/sender/sandbox"
)

func TestAFileOfWhatsAppsIDsIsImportedAndNobodyTwice(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	path := filepath.Join(d.folder, "ids.csv")
	if err := os.WriteFile(path, []byte("Kennung,Name,opt-in\nCA.20417763359018846152,Ana,yes\nCA.2,Bea,\nCA.2,Bea,\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.run(2, "contacts", "import", path, "--source", "the till")
	var done imported
	d.read(&done, "contacts", "import", path, "--source", "the till", "--map", "user_id=Kennung")
	if done.Added != 2 || done.Duplicates != 1 || done.Unproven != 1 || done.OptedIn != 0 || done.Rejected != 0 {
		t.Errorf("got %+v", done)
	}
	d.read(&done, "contacts", "import", path, "--source", "the till", "--map", "user_id=Kennung")
	if done.Added != 0 || done.Unchanged != 2 {
		t.Errorf("again: %+v", done)
	}
	var c contact
	d.read(&c, "contacts", "show", "CA.20417763359018846152")
	if c.Name != "Ana" || c.Phone != "" || c.Consent != "none" || c.Sendable {
		t.Errorf("she is %+v", c)
	}
}
