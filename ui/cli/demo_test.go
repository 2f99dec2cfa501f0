package cli_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

// TestDemoPlaysTheMainJobWithoutATerminal runs the program itself, since only main joins the feed's receiver.
func TestDemoPlaysTheMainJobWithoutATerminal(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	program := filepath.Join(folder, "pregon.test")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "pregon").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, output)
	}
	for _, round := range []string{"first", "again", "--fresh"} {
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		args := []string{"demo"}
		if round == "--fresh" {
			args = append(args, round)
		}
		command := exec.CommandContext(ctx, program, args...)
		command.Env = []string{"XDG_DATA_HOME=" + folder, "HOME=" + folder, "PREGON_LANG=en", "PATH=" + os.Getenv("PATH")}
		var out, complaints bytes.Buffer
		command.Stdout, command.Stderr = &out, &complaints
		err := command.Run()
		cancel()
		if err != nil {
			t.Fatalf("%s: %v\n%s%s", round, err, out.String(), complaints.String())
		}
		for _, want := range []string{
			"Nothing leaves this machine", "Import: 69 rows", "agrees and shows the saved number", "Check:", "get it",
			"Cost, an estimate", "Sent.", "delivered", "left out, said stop: 1",
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", round, want, out.String())
			}
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "pregon", "demo.db")); err != nil {
		t.Error(err)
	}
}

func TestDemoLeavesARealShopAlone(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	path := filepath.Join(d.folder, "pregon", "shop.db")
	got := d.run(2, "--db", path, "demo", "--fresh")
	if !strings.Contains(got.errors, "real shop") {
		t.Errorf("got %q", got.errors)
	}
	d.run(0, "contacts", "list")
}

func TestPracticeShopSendsToNobody(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	settings := storetest.Settings()
	settings.Practice = true
	path := filepath.Join(d.folder, "pregon", "shop.db")
	s, _, err := store.Open(t.Context(), path, store.WithClock(d.now))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	d.run(0, "init", "--timezone", "UTC") // publishes the notices
	id := d.composed(1)
	d.env["PREGON_API_URL"] = "http://graph.example.com"
	if got := d.run(2, "broadcast", "send", id, "--yes", "--without-feed"); !strings.Contains(got.errors, "practice") {
		t.Errorf("got %q", got.errors)
	}
}
