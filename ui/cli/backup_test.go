package cli_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"

	"pregon/sender/sandbox"
)

// sealed are the files a shop keeps its age key in.
type sealed struct{ public, secret string }

func (d *desk) ageKey() sealed {
	d.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		d.Fatal(err)
	}
	return sealed{key.Recipient().String(), d.file("age.key", key.String()+"\n")}
}

// shopFile is where this desk's shop file lies.
func (d *desk) shopFile() string { return filepath.Join(d.folder, "pregon", "shop.db") }

type backupAnswer struct {
	File         string `json:"file"`
	Bytes        int64  `json:"bytes"`
	MadeAt       string `json:"made_at"`
	Contacts     int    `json:"contacts"`
	Broadcasts   int    `json:"broadcasts"`
	Suppressions int    `json:"suppressions"`
	Events       int64  `json:"events"`
	Head         string `json:"head"`
	OK           bool   `json:"ok"`
	Verified     bool   `json:"verified"`
}

type restoreAnswer struct {
	Waiting     bool   `json:"waiting"`
	MadeAt      string `json:"made_at"`
	Kept        string `json:"kept"`
	CarriedOver int    `json:"carried_over"`
	Unread      bool   `json:"unread"`
	Pending     []struct {
		ID     int    `json:"id"`
		Queued int    `json:"queued"`
		Name   string `json:"name"`
		State  string `json:"state"`
	} `json:"pending"`
}

func TestBackupAndRestoreByPassphrase(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.composed(3)
	phrase := d.file("phrase", "bread at six in the morning\n")
	to := filepath.Join(t.TempDir(), "shop.age")
	d.env["PREGON_PASSPHRASE"] = "another one that is not used"
	var made backupAnswer
	raw := d.raw("backup", to, "--passphrase-file", phrase)
	exactly(t, "backup", raw, "file bytes made_at contacts broadcasts suppressions events head ok verified")
	if err := json.Unmarshal(raw, &made); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(to)
	if err != nil || info.Size() != made.Bytes || (runtime.GOOS != "windows" && info.Mode().Perm() != 0o600) {
		t.Errorf("%+v, %v, and the answer says %d bytes", info, err, made.Bytes)
	}
	if made.File != to || made.Contacts != 3 || made.Broadcasts != 1 || !made.OK || !made.Verified || len(made.Head) != 64 {
		t.Errorf("backup = %+v", made)
	}
	if got := d.run(2, "backup", to, "--passphrase-file", phrase); !strings.Contains(got.errors, "--force") {
		t.Errorf("over the backup: %q", got.errors)
	}
	if got := d.run(2, "restore", to); !strings.Contains(got.errors, "does not open") {
		t.Errorf("with the wrong passphrase: %q", got.errors)
	}
	if err := os.RemoveAll(filepath.Join(d.folder, "pregon")); err != nil { // a new machine
		t.Fatal(err)
	}
	raw = d.raw("restore", to, "--passphrase-file", phrase)
	exactly(t, "restore", raw, "waiting made_at restored_at kept kept_until carried_over unread pending")
	var back restoreAnswer
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if !back.Waiting || back.MadeAt != made.MadeAt || back.Kept != "" || len(back.Pending) != 1 || d.total() != 3 {
		t.Errorf("restore = %+v with %d contacts", back, d.total())
	}
	if _, err := os.Stat(d.shopFile() + ".key"); err != nil {
		t.Errorf("the key did not come along: %v", err)
	}
}

func TestRestoredShopSendsOnlyAfterTheReview(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	key := d.ageKey()
	id := d.composed(2)
	to := filepath.Join(t.TempDir(), "shop.age")
	var made backupAnswer
	var back restoreAnswer
	d.read(&made, "backup", to, "--recipient", key.public)
	if made.Verified {
		t.Error("it says that it opened what only the secret key opens")
	}
	// What is sent after the backup was made is what the restored file does not know.
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed")
	d.sentOnce(2)
	d.run(0, "consent", "revoke", number(0), "--reason", "said so")
	d.read(&back, "restore", to, "--identity", key.secret)
	if !back.Waiting || back.CarriedOver != 1 || back.Kept == "" {
		t.Errorf("restore = %+v", back)
	}
	var check struct{ Blockers []string }
	d.read(&check, "broadcast", "check", id)
	if !strings.Contains(strings.Join(check.Blockers, " "), "restored") {
		t.Errorf("check says %v", check.Blockers)
	}
	if got := d.run(2, "broadcast", "send", id, "--yes", "--without-feed"); !strings.Contains(got.errors, "pregon restore") {
		t.Errorf("send before the review: %q", got.errors)
	}
	if got := d.run(0, "restore"); !strings.Contains(got.out, "--reviewed") || !strings.Contains(got.out, back.Kept) {
		t.Errorf("restore without a file says %q", got.out)
	}
	d.run(2, "restore", "--go-on", id)
	d.run(2, "restore", "--reviewed", "--go-on", "99")
	d.read(&back, "restore", "--reviewed")
	if back.Waiting {
		t.Errorf("after the review: %+v", back)
	}
	d.read(&back, "restore")
	if back.Waiting || len(back.Pending) != 0 {
		t.Errorf("long after the review: %+v", back)
	}
	d.read(&check, "broadcast", "check", id)
	if strings.Contains(strings.Join(check.Blockers, " "), "restored") {
		t.Errorf("check after the review says %v", check.Blockers)
	}
}

func TestARestoredFileWithNothingBegunAsksForTheWordAlone(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	key := d.ageKey()
	d.composed(2) // a draft
	to := filepath.Join(t.TempDir(), "shop.age")
	d.run(0, "backup", to, "--recipient", key.public)
	said := d.run(0, "restore", to, "--identity", key.secret).out
	for _, want := range []string{"there is nothing to decide", "1 draft stays as it is", "pregon restore --reviewed"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not in\n%s", want, said)
		}
	}
	after := d.run(0, "restore", "--reviewed").out
	if said += after; strings.Contains(said, "--go-on") || strings.Contains(said, "for unsent") || strings.Contains(said, "was ended") {
		t.Errorf("it speaks of what is not there:\n%s", said)
	}
	if !strings.Contains(after, "The shop may send again.") {
		t.Errorf("after the review it says %q", after)
	}
}

func TestBackupNeedsASecretThatIsOne(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	key := d.ageKey()
	to := filepath.Join(t.TempDir(), "shop.age")
	open := d.file("open", "bread at six in the morning")
	if err := os.Chmod(open, 0o644); err != nil {
		t.Fatal(err)
	}
	letter := d.file("letter", "Dear Lucía")
	tests := []struct {
		name, says string
		args       []string
	}{
		{"none", "--passphrase-file", []string{"backup", to}},
		{"too short", "fewer than 10", []string{"backup", to, "--passphrase-file", letter + "x"}},
		{"both", "either", []string{"backup", to, "--passphrase-file", letter, "--recipient", key.public}},
		{"no public key", "age1", []string{"backup", to, "--recipient", "Lucía"}},
		{"the shop file", "shop file itself", []string{"backup", d.shopFile(), "--force", "--recipient", key.public}},
		{"no secret key", "no key of age", []string{"restore", letter, "--identity", letter}},
		{"no backup", "not a backup", []string{"restore", letter, "--identity", key.secret}},
		{"nothing there", "cannot be read", []string{"restore", to + "x", "--identity", key.secret}},
		{"reviewed too early", "First put", []string{"restore", letter, "--reviewed"}},
	}
	if err := os.WriteFile(letter+"x", []byte("bread"), 0o600); err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" {
		tests = append(tests, struct {
			name, says string
			args       []string
		}{"others can read it", "chmod 600", []string{"backup", to, "--passphrase-file", open}})
	}
	for _, test := range tests {
		if got := d.run(2, test.args...); !strings.Contains(got.errors, test.says) || strings.Contains(got.errors, "bread at") {
			t.Errorf("%s: %q", test.name, got.errors)
		}
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a backup was made: %v", err)
	}
}

func TestRestoreOfAnotherShopIsRefused(t *testing.T) {
	t.Parallel()
	mine, theirs := newShop(t, sandbox.Options{}), newDesk(t, sandbox.Options{})
	theirs.run(0, setUp()...) // not a copy of the same shop
	mine.composed(2)
	theirs.composed(1)
	key := mine.ageKey()
	to := filepath.Join(t.TempDir(), "theirs.age")
	theirs.run(0, "backup", to, "--recipient", key.public)
	if got := mine.run(2, "restore", to, "--identity", key.secret); !strings.Contains(got.errors, "another shop") {
		t.Errorf("got %q", got.errors)
	}
	if mine.total() != 2 {
		t.Errorf("%d contacts are left of 2", mine.total())
	}
}

// TestTheStartAfterABrokenRestoreSaysWhichFileIsThere lays what a kill leaves: a folder with the file from the backup,
// which has not taken its place, or only with the mark that it had to.
func TestTheStartAfterABrokenRestoreSaysWhichFileIsThere(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ left, says string }{
		{"shop.db", "the one that was there before"}, {"begun", "the one from the backup"},
	} {
		d := newShop(t, sandbox.Options{})
		folder := d.shopFile() + ".restore-1"
		if err := errors.Join(os.Mkdir(folder, 0o700), os.WriteFile(filepath.Join(folder, test.left), []byte("{}"), 0o600)); err != nil {
			t.Fatal(err)
		}
		if got := d.run(0, "contacts", "list", "--json"); !strings.Contains(got.errors, test.says) || !strings.Contains(got.errors, "pregon restore") {
			t.Errorf("with %s: %q", test.left, got.errors)
		}
		if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("with %s: the folder is left: %v", test.left, err)
		}
		if got := d.run(0, "contacts", "list"); strings.Contains(got.errors, "broken off") {
			t.Errorf("with %s, the start after that: %q", test.left, got.errors)
		}
	}
}

func TestTheOwnerIsToldHowLongTheReplacedFileIsKept(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.composed(2)
	key := d.ageKey()
	to := filepath.Join(t.TempDir(), "shop.age")
	d.run(0, "backup", to, "--recipient", key.public)
	got := d.run(0, "restore", to, "--identity", key.secret)
	if !strings.Contains(got.out, "is kept until") || !strings.Contains(got.out, "Who is erased leaves that one too.") {
		t.Errorf("restore says %q", got.out)
	}
	kept, err := filepath.Glob(d.shopFile() + ".before-*[0-9]")
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept: %v, %v", kept, err)
	}
	d.run(0, "contacts", "erase", number(1), "--now")
	data, err := os.ReadFile(kept[0])
	if err != nil || strings.Contains(string(data), number(1)[1:]) || !strings.Contains(string(data), number(0)[1:]) {
		t.Errorf("the kept file holds who was erased, or not the other one: %v", err)
	}
}

// The backup was made at one moment, so the whole answer says one time of it, by the shop's clock.
func TestRestoreTellsTheTimeByTheShopsClock(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "init", "--timezone", "America/Vancouver")
	to, phrase := filepath.Join(t.TempDir(), "shop.age"), d.file("phrase", "seven loaves and one bun\n")
	d.run(0, "backup", to, "--passphrase-file", phrase)
	if err := os.RemoveAll(filepath.Join(d.folder, "pregon")); err != nil {
		t.Fatal(err)
	}
	got := d.run(0, "restore", to, "--passphrase-file", phrase)
	if !strings.Contains(got.errors, " 02:0") || strings.Contains(got.errors+got.out, " 10:0") {
		t.Errorf("at two in the morning in Vancouver: %q, %q", got.errors, got.out)
	}
}
