//go:build unix

package ui_test

import (
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"

	"pregon/ui/uitest"
)

// TestARestoredShopIsReviewedInTheApp is the whole way in the real program: backed up, put back, opened, reviewed.
func TestARestoredShopIsReviewedInTheApp(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	key, backup := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "shop.age")
	if err := os.WriteFile(key, []byte(secret.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.run(nil, "init", "--name", "Luna", "--region", "CA", "--number", "+16045550199", "--phone-number-id", "1", "--waba-id", "2", "--staff", "Marta")
	p.run(nil, "backup", backup, "--recipient", secret.Recipient().String())
	p.run(nil, "restore", backup, "--identity", key)
	terminal := uitest.Run(t, 80, 24, p.environment, p.path)
	terminal.See("Nothing goes")
	terminal.Press("4")
	terminal.See("f3 review", "No broadcasts yet")
	terminal.Press("f3")
	terminal.See("there is nothing to", "The key itself sends", "unlock sending")
	terminal.Press("y")
	terminal.See("The shop may send again.")
	terminal.Gone("f3 review")
	terminal.Press("q")
	var left struct{ Waiting bool }
	if p.run(&left, "restore", "--json"); left.Waiting {
		t.Error("it still waits for its review")
	}
}
