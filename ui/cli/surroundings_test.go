package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"pregon/sender/sandbox"
	"pregon/ui/cli"
)

func TestTheLanguageIsTakenFromTheSurroundings(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	english, spanish, portuguese := "Usage", "Uso\n  pregon … [--…]\n\nÓrdenes", "Comandos"
	for _, tt := range []struct {
		name string
		env  map[string]string
		want string
	}{
		{"nothing set", nil, english},
		{"ours", map[string]string{"PREGON_LANG": "es"}, spanish},
		{"ours with a region", map[string]string{"PREGON_LANG": "pt_BR"}, portuguese},
		{"ours before all others", map[string]string{"PREGON_LANG": "es", "LC_ALL": "pt_PT", "LANG": "en_US"}, spanish},
		{"ours is nonsense", map[string]string{"PREGON_LANG": "?!", "LANG": "es_ES"}, english},
		{"ours is unknown", map[string]string{"PREGON_LANG": "ja"}, english},
		{"the whole locale", map[string]string{"LC_ALL": "es_ES.UTF-8", "LANG": "pt_BR.UTF-8"}, spanish},
		{"the locale of messages", map[string]string{"LC_MESSAGES": "pt_BR.UTF-8", "LANG": "es_ES"}, portuguese},
		{"the language", map[string]string{"LANG": "es_MX.UTF-8@euro"}, spanish},
		{"POSIX", map[string]string{"LANG": "C.UTF-8"}, english},
		{"POSIX before the language", map[string]string{"LC_ALL": "POSIX", "LANG": "es_ES"}, english},
	} {
		for _, name := range []string{"PREGON_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
			delete(d.env, name)
			if value, set := tt.env[name]; set {
				d.env[name] = value
			}
		}
		if got := d.run(0, "--help").out; !strings.Contains(got, tt.want) {
			t.Errorf("%s: no %q in\n%s", tt.name, tt.want, got)
		}
	}
}

func TestTheShopFileIsFoundInOrder(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	made := func(path string) bool {
		_, err := os.Stat(path)
		return err == nil
	}
	in := func(parts ...string) string { return filepath.Join(append([]string{d.folder}, parts...)...) }
	flag, env, data := in("a", "flag.db"), in("b", "env.db"), in("c", "pregon", "shop.db")
	d.env["XDG_DATA_HOME"] = in("c")
	d.run(0, "contacts", "list")
	if !made(data) || made(env) || made(flag) {
		t.Errorf("XDG_DATA_HOME: %v %v %v", made(data), made(env), made(flag))
	}
	d.env["PREGON_DB"] = env
	d.run(0, "contacts", "list")
	if !made(env) || made(flag) {
		t.Errorf("PREGON_DB: %v %v", made(env), made(flag))
	}
	d.run(0, "contacts", "list", "--db", flag)
	if !made(flag) {
		t.Error("--db was not looked at")
	}
	if runtime.GOOS == "windows" {
		return
	}
	for _, path := range []string{data, env, flag} {
		for _, file := range []string{path, path + ".key"} {
			if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
				t.Errorf("%s: %v, %v", file, info.Mode(), err)
			}
		}
		if info, err := os.Stat(filepath.Dir(path)); err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", filepath.Dir(path), info.Mode(), err)
		}
	}
}

func TestShopsDoNotMix(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	one, two := filepath.Join(d.folder, "one.db"), filepath.Join(d.folder, "two.db")
	for path, name := range map[string]string{one: "One", two: "Two"} {
		d.run(0, append([]string{"--db", path}, setUp()...)...)
		d.run(0, "--db", path, "contacts", "add", number(1), "--name", name, "--source", "till")
	}
	for path, name := range map[string]string{one: "One", two: "Two"} {
		var c contact
		d.read(&c, "contacts", "show", number(1), "--db", path)
		if c.Name != name {
			t.Errorf("%s: %s", path, c.Name)
		}
	}
}

func TestSecretsAreReadFromAPrivateFileOnly(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	d := newShop(t, sandbox.Options{Token: hiddenToken})
	delete(d.env, "PREGON_TOKEN")
	path := d.file("secrets", "PREGON_TOKEN="+hiddenToken+"\n")
	for mode, taken := range map[os.FileMode]bool{
		0o600: true, 0o400: true, 0o640: false, 0o604: false, 0o644: false, 0o620: false, 0o602: false, 0o666: false, 0o700: true, 0o755: false,
	} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		got := d.command(t.Context(), "--secrets", path, "templates", "sync")
		if taken && got.code != 0 {
			t.Errorf("%v: exit %d: %s", mode, got.code, got.errors)
		}
		if !taken && (got.code != 2 || !strings.Contains(got.errors, "chmod 600 "+path) || !strings.Contains(got.errors, "were not used")) {
			t.Errorf("%v: exit %d: %s", mode, got.code, got.errors)
		}
		if strings.Contains(got.out+got.errors, hiddenToken) {
			t.Errorf("%v shows the token", mode)
		}
	}
	if got := d.run(2, "--secrets", d.folder+"/nowhere", "templates", "sync"); !strings.Contains(got.errors, "cannot be read") {
		t.Errorf("no file: %q", got.errors)
	}
}

func TestSecretsFilesAreReadAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"plain":       "PREGON_TOKEN=" + hiddenToken,
		"exported":    "export PREGON_TOKEN=" + hiddenToken + "\n",
		"quoted":      `PREGON_TOKEN="` + hiddenToken + `"`,
		"in quotes":   "PREGON_TOKEN='" + hiddenToken + "'\n",
		"with blanks": "  PREGON_TOKEN = " + hiddenToken + "  \n",
		"commented":   "# the token\n\nPREGON_TOKEN=" + hiddenToken + "\n#PREGON_TOKEN=other\n",
		"DOS":         "PREGON_TOKEN=" + hiddenToken + "\r\nPREGON_APP_SECRET=x\r\n",
		"the last":    "PREGON_TOKEN=old\nPREGON_TOKEN=" + hiddenToken,
	} {
		d := newShop(t, sandbox.Options{Token: hiddenToken})
		d.env["PREGON_TOKEN"] = "wrong" // the file goes before the environment
		if got := d.command(t.Context(), "--secrets", d.file("secrets", text), "templates", "sync"); got.code != 0 {
			t.Errorf("%s: exit %d: %s", name, got.code, got.errors)
		}
	}
}

func TestTheKeyringIsAskedLast(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Token: hiddenToken})
	delete(d.env, "PREGON_TOKEN")
	var asked []string
	keyring := func(name string) string {
		asked = append(asked, name)
		if name == "PREGON_TOKEN" {
			return hiddenToken
		}
		return ""
	}
	typed := func(args ...string) int {
		return cli.Run(t.Context(), cli.Deps{
			Args: args, Env: func(name string) string { return d.env[name] }, In: strings.NewReader(""), Out: &strings.Builder{}, Err: &strings.Builder{},
			Version: "test", Now: d.now, Open: d.open, Keyring: keyring,
		})
	}
	if code := typed("templates", "sync"); code != 0 || !slices.Contains(asked, "PREGON_TOKEN") {
		t.Errorf("exit %d, asked for %v", code, asked)
	}
	asked = nil
	d.env["PREGON_TOKEN"] = hiddenToken
	if code := typed("templates", "sync"); code != 0 || len(asked) > 0 {
		t.Errorf("exit %d, asked for %v although the environment told", code, asked)
	}
}

// TestAddressAndVersionAreTheOnesGiven listens to what is asked, and where.
func TestAddressAndVersionAreTheOnesGiven(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var mu sync.Mutex
	var paths, tokens []string
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		paths, tokens = append(paths, r.URL.Path), append(tokens, r.Header.Get("Authorization"))
		mu.Unlock()
		d.sandbox.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	d.env["PREGON_API_URL"], d.env["PREGON_TOKEN"] = front.URL+"/", hiddenToken
	for version, prefix := range map[string]string{"": "/v26.0/", "v25.0": "/v25.0/"} {
		d.env["PREGON_API_VERSION"] = version
		paths, tokens = nil, nil
		d.run(0, "templates", "sync")
		if len(paths) == 0 {
			t.Fatal("nobody was asked")
		}
		for i, path := range paths {
			if !strings.HasPrefix(path, prefix) || tokens[i] != "Bearer "+hiddenToken {
				t.Errorf("%q: asked %s", version, path)
			}
		}
	}
	d.env["PREGON_API_VERSION"] = "../../x"
	if got := d.run(1, "templates", "sync"); got.out != "" {
		t.Errorf("got %+v", got)
	}
}

func TestSecretsStandInNoFile(t *testing.T) {
	t.Parallel()
	d := lived(t)
	d.run(0, "--secrets", d.file("secrets", "PREGON_TOKEN="+hiddenToken+"\nPREGON_APP_SECRET="+hiddenSecret+"\n"), "doctor")
	d.run(0, "broadcast", "send", "3", "--yes", "--without-feed")
	d.run(0, "broadcast", "report", "3", "--csv", filepath.Join(d.folder, "report.csv"))
	d.run(0, "contacts", "export", filepath.Join(d.folder, "out.csv"))
	if err := filepath.WalkDir(d.folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "secrets" {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, secret := range []string{hiddenToken, hiddenSecret, hiddenVerify} {
			if strings.Contains(string(data), secret) {
				return fmt.Errorf("%s holds a secret", path)
			}
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
}

func TestInitTellsAndKeepsEverySetting(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	var shop struct {
		Name, Region, Number, Timezone, Language, Hours string
		PhoneNumberID                                   string `json:"phone_number_id"`
		WABAID                                          string `json:"waba_id"`
		EveryHours                                      int    `json:"every_hours"`
	}
	d.read(&shop, "init", "--name", " Panadería Luna ", "--region", "es", "--number", "+34 600 00 00 12", "--phone-number-id", "11", "--waba-id", "22",
		"--timezone", "Europe/Madrid", "--language", "es", "--hours", "10:00-19:00", "--days", "mon,wed,FRI", "--every", "84h")
	want := shop
	want.Name, want.Region, want.Number, want.Timezone, want.Language = "Panadería Luna", "ES", "+34600000012", "Europe/Madrid", "es"
	want.Hours, want.PhoneNumberID, want.WABAID, want.EveryHours = "10:00-19:00 mon,wed,fri", "11", "22", 84
	if shop != want {
		t.Errorf("got %+v", shop)
	}
	for flag, value := range map[string][2]string{
		"--name": {"Luna", "name"}, "--language": {"pt", "language"}, "--timezone": {"UTC", "timezone"}, "--every": {"2w", "every_hours"},
		"--days": {"sun", "hours"}, "--waba-id": {"33", "waba_id"},
	} {
		before := d.raw("init")
		after := d.raw("init", flag, value[0])
		if changed := differing(t, before, after); len(changed) != 1 || changed[0] != value[1] {
			t.Errorf("%s %s changed %v", flag, value[0], changed)
		}
	}
	for _, missing := range []string{"--name", "--region", "--number", "--phone-number-id", "--waba-id"} {
		fresh := newDesk(t, sandbox.Options{})
		args := setUp()
		at := slices.Index(args, missing)
		got := fresh.run(2, slices.Delete(slices.Clone(args), at, at+2)...)
		if !strings.Contains(got.errors, missing) && missing != "--number" && missing != "--region" {
			t.Errorf("without %s: %q", missing, got.errors)
		}
		if after := fresh.run(1, "templates", "sync"); !strings.Contains(after.errors, "not set up") {
			t.Errorf("without %s half a shop was made: %q", missing, after.errors)
		}
	}
}

// differing names the fields of two objects that are not the same.
func differing(t *testing.T, a, b []byte) []string {
	t.Helper()
	one, two := map[string]any{}, map[string]any{}
	decode(t, string(a), &one)
	decode(t, string(b), &two)
	var names []string
	for name, value := range one {
		if fmt.Sprint(value) != fmt.Sprint(two[name]) {
			names = append(names, name)
		}
	}
	return names
}
