package cli_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

func TestSecretsOthersCanReadAreRefused(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	d := newShop(t, sandbox.Options{Token: "right"})
	delete(d.env, "PREGON_TOKEN")
	path := d.file("secrets", "# Meta\nexport PREGON_TOKEN=\"right\"\n")
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	got := d.run(2, "--secrets", path, "templates", "sync")
	if !strings.Contains(got.errors, "chmod 600") || strings.Contains(got.errors, "right") {
		t.Errorf("got %q", got.errors)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	d.env["PREGON_TOKEN"] = "wrong" // what the user points at goes first
	d.run(0, "--secrets", path, "templates", "sync")
	d.run(2, "--secrets", path+"x", "templates", "sync")
}

func TestTokenThatIsMissingOrWrongSaysSo(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Token: "right"})
	d.env["PREGON_TOKEN"] = "EAAwrong"
	if got := d.run(1, "templates", "sync"); !strings.Contains(got.errors, "token") || strings.Contains(got.errors, "EAAwrong") {
		t.Errorf("wrong: %q", got.errors)
	}
	delete(d.env, "PREGON_TOKEN")
	if got := d.run(1, "templates", "sync"); !strings.Contains(got.errors, "PREGON_TOKEN") {
		t.Errorf("missing: %q", got.errors)
	}
}

func TestTokenStandsNowhereInTheShopFile(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.env["PREGON_TOKEN"] = "EAAsecretEAA"
	id := d.composed(1)
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed")
	files, err := filepath.Glob(filepath.Join(d.folder, "pregon", "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil || strings.Contains(string(data), "EAAsecret") {
			t.Errorf("%s: %v", file, err)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

func TestShopFileIsWhereItIsNamed(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	if _, err := os.Stat(filepath.Join(d.folder, "pregon", "shop.db")); err != nil {
		t.Error(err)
	}
	d.env["PREGON_DB"] = filepath.Join(d.folder, "env.db")
	d.run(0, "contacts", "list")
	flag := filepath.Join(d.folder, "flag.db")
	d.run(0, "--db", flag, "contacts", "list")
	for _, path := range []string{d.env["PREGON_DB"], flag} {
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

func TestInitAgainChangesOnlyWhatIsGiven(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var shop struct {
		Name, Number, Timezone, Hours string
		EveryHours                    int `json:"every_hours"`
	}
	d.read(&shop, "init", "--hours", "10:00-18:30", "--days", "sun,mon", "--every", "2w")
	if shop.Name != "Panadería Luna" || shop.Number != "+16045550199" || shop.Hours != "10:00-18:30 mon,sun" || shop.EveryHours != 336 {
		t.Errorf("got %+v", shop)
	}
	d.run(2, "init", "--language", "tlh")
	d.run(2, "init", "--timezone", "Mars/Olympus")
	d.run(2, "init", "--number", "12")
}

func TestSandboxServesUntilItIsStopped(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	script := d.file("faults.json", `{"rules":[{"nth":[1],"code":131000}]}`)
	running := d.start("sandbox", "--addr", "127.0.0.1:0", "--script", script, "--latency", "1ms", "--rate", "5", "--json")
	running.cancel()
	got := <-running.done
	var told struct{ URL string }
	if got.code == 0 {
		decode(t, got.out, &told)
	}
	if got.code != 0 || !strings.HasPrefix(told.URL, "http://127.0.0.1:") {
		t.Errorf("exit %d, %q, %q", got.code, told.URL, got.errors)
	}
	d.run(2, "sandbox", "--script", d.file("bad.json", `{"rules":`))
	d.run(2, "sandbox", "--script", script+"x")
}
