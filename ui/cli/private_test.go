package cli_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"pregon/sender/sandbox"
	"pregon/ui/cli"
)

func TestRequirement28AShopFileThatOthersCanReadIsNotOpened(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	tests := []struct {
		name, file string
		mode, own  os.FileMode
		want       string
	}{
		{"the shop file", "shop.db", 0o644, 0o600, "chmod 600 "},
		{"the shared memory", "shop.db-shm", 0o660, 0o600, "chmod 600 "},
		{"the key", "shop.db.key", 0o640, 0o600, "chmod 600 "},
		{"the folder", "", 0o777, 0o700, "chmod 700 "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newShop(t, sandbox.Options{})
			d.run(0, "contacts", "add", "604 555 0101", "--name", "Ana", "--source", "till")
			path := filepath.Join(d.folder, "pregon", test.file)
			if strings.HasSuffix(path, "-shm") { // it is there while it is open elsewhere
				open, err := d.open(t.Context(), filepath.Join(d.folder, "pregon", "shop.db"), cli.Connect{})
				if err != nil {
					t.Fatal(err)
				}
				defer func() { _ = open.Store.Close() }()
			}
			if err := os.Chmod(path, test.mode); err != nil {
				t.Fatal(err)
			}
			got := d.run(1, "contacts", "list")
			if !strings.Contains(got.errors, test.want) || !strings.Contains(got.errors, "'"+path) || got.out != "" {
				t.Errorf("%q, %q", got.out, got.errors)
			}
			d.command(t.Context(), "doctor") // may find other things too; it runs
			d.run(0, "consent", "revoke", "604 555 0101", "--reason", "said so")
			if err := os.Chmod(path, test.own); err != nil {
				t.Fatal(err)
			}
			if got := d.run(0, "contacts", "list"); !strings.Contains(got.out, "Ana") {
				t.Errorf("mended: %q", got.out)
			}
		})
	}
}
