package archive_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"pregon/store/archive"
)

var madeAt = time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)

// content is a backup of so many bytes.
func content(tb testing.TB, size int) archive.Content {
	tb.Helper()
	shop := filepath.Join(tb.TempDir(), "copy")
	if err := os.WriteFile(shop, bytes.Repeat([]byte("Zelda "), size/6+1)[:size], 0o600); err != nil {
		tb.Fatal(err)
	}
	return archive.Content{
		Manifest: archive.Manifest{MadeAt: madeAt, Shop: "Panadería Luna", Schema: 5, Contacts: 2, Events: 7, Head: "ab", Whole: true},
		Shop:     shop, Key: []byte("0123\n"),
	}
}

// keys are a pair: what seals and what opens.
func keys(tb testing.TB) (seals, opens archive.Lock) {
	tb.Helper()
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		tb.Fatal(err)
	}
	if seals, err = archive.Recipients(secret.Recipient().String()); err != nil {
		tb.Fatal(err)
	}
	if opens, err = archive.Identities(strings.NewReader("# a comment\n" + secret.String() + "\n")); err != nil {
		tb.Fatal(err)
	}
	return seals, opens
}

func write(tb testing.TB, c archive.Content, lock archive.Lock) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "shop.backup")
	if _, err := archive.Write(tb.Context(), path, c, lock, false); err != nil {
		tb.Fatal(err)
	}
	return path
}

func TestBackupComesBackByteForByte(t *testing.T) {
	t.Parallel()
	seals, opens := keys(t)
	for _, size := range []int{0, 1, 4096, 64 << 10, 64<<10 + 1, 1 << 20} {
		c := content(t, size)
		path := write(t, c, seals)
		folder := t.TempDir()
		m, err := archive.Read(t.Context(), path, opens, folder)
		if err != nil {
			t.Fatalf("%d bytes: %v", size, err)
		}
		want := c.Manifest
		want.Format, want.Bytes, want.SHA256 = 1, int64(size), m.SHA256
		if m != want || len(m.SHA256) != 64 {
			t.Errorf("%d bytes: manifest %+v, want %+v", size, m, want)
		}
		before, err1 := os.ReadFile(c.Shop)
		after, err2 := os.ReadFile(filepath.Join(folder, archive.ShopFile))
		key, err3 := os.ReadFile(filepath.Join(folder, archive.KeyFile))
		if err := errors.Join(err1, err2, err3); err != nil || !bytes.Equal(before, after) || string(key) != "0123\n" {
			t.Errorf("%d bytes: not what went in: %v, key %q", size, err, key)
		}
		for _, name := range []string{path, filepath.Join(folder, archive.ShopFile), filepath.Join(folder, archive.KeyFile)} {
			if info, err := os.Stat(name); err != nil || (runtime.GOOS != "windows" && info.Mode() != fs.FileMode(0o600)) {
				t.Errorf("%s has mode %v, %v, want 0600", filepath.Base(name), info.Mode(), err)
			}
		}
		sealed, err := os.ReadFile(path)
		if err != nil || bytes.Contains(sealed, []byte("Zelda Zelda")) || bytes.Contains(sealed, []byte("Panader")) {
			t.Errorf("%d bytes: the backup can be read without a key, %v", size, err)
		}
	}
}

func TestPassphraseSealsAndOpens(t *testing.T) {
	t.Parallel()
	lock, err := archive.Passphrase("bread at six in the morning")
	if err != nil || !lock.Opens() {
		t.Fatal(err)
	}
	path := write(t, content(t, 5000), lock)
	wrong, err := archive.Passphrase("bread at seven in the morning")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	if _, err := archive.Read(t.Context(), path, wrong, folder); !errors.Is(err, archive.ErrWrongKey) {
		t.Errorf("the wrong passphrase: %v, want ErrWrongKey", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("the wrong passphrase left %v, %v", left, err)
	}
	if m, err := archive.Read(t.Context(), path, lock, folder); err != nil || m.Bytes != 5000 {
		t.Errorf("the right passphrase: %+v, %v", m, err)
	}
	if _, err := archive.Passphrase("bread"); !errors.Is(err, archive.ErrWeak) {
		t.Errorf("a short passphrase: %v, want ErrWeak", err)
	}
}

func TestBackupThatWasCutOrChangedIsRefused(t *testing.T) {
	t.Parallel()
	seals, opens := keys(t)
	whole, err := os.ReadFile(write(t, content(t, 200<<10), seals))
	if err != nil {
		t.Fatal(err)
	}
	flip := func(at int) func() []byte {
		return func() []byte {
			changed := bytes.Clone(whole)
			changed[at] ^= 1
			return changed
		}
	}
	cut := func(at int) func() []byte { return func() []byte { return whole[:at] } }
	tests := []struct {
		name string
		make func() []byte
		want error
	}{
		{"empty", cut(0), archive.ErrForeign},
		{"the header alone", cut(150), archive.ErrForeign},
		{"half", cut(len(whole) / 2), archive.ErrAltered},
		{"cut between two of age's pieces", cut(len(whole) - (len(whole)-220)%(64<<10+16)), archive.ErrAltered},
		{"one byte short", cut(len(whole) - 1), archive.ErrAltered},
		{"one byte more", func() []byte { return append(bytes.Clone(whole), 0) }, archive.ErrAltered},
		{"a bit of the last piece", flip(len(whole) - 5), archive.ErrAltered},
		{"a bit in the middle", flip(len(whole) / 2), archive.ErrAltered},
		{"a letter", func() []byte { return []byte("Dear Lucía, the bread was good.\n") }, archive.ErrForeign},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "shop.backup")
			if err := os.WriteFile(path, test.make(), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := archive.Read(t.Context(), path, opens, t.TempDir()); !errors.Is(err, test.want) {
				t.Errorf("Read = %v, want %v", err, test.want)
			}
		})
	}
	if _, err := archive.Read(t.Context(), filepath.Join(t.TempDir(), "none"), opens, t.TempDir()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func TestSealedForSomebodyElseIsTheWrongKey(t *testing.T) {
	t.Parallel()
	seals, _ := keys(t)
	_, others := keys(t)
	if _, err := archive.Read(t.Context(), write(t, content(t, 10), seals), others, t.TempDir()); !errors.Is(err, archive.ErrWrongKey) {
		t.Errorf("Read = %v, want ErrWrongKey", err)
	}
}

func TestForeignTarIsNoBackup(t *testing.T) {
	t.Parallel()
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	opens, err := archive.Identities(strings.NewReader(secret.String()))
	if err != nil {
		t.Fatal(err)
	}
	for name, inside := range map[string]string{"nothing": "", "a text": strings.Repeat("no tar at all ", 100)} {
		path := filepath.Join(t.TempDir(), "x.age")
		file, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		sealed, err := age.Encrypt(file, secret.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		_, err = sealed.Write([]byte(inside))
		if err := errors.Join(err, sealed.Close(), file.Close()); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Read(t.Context(), path, opens, t.TempDir()); !errors.Is(err, archive.ErrForeign) {
			t.Errorf("%s: %v, want ErrForeign", name, err)
		}
	}
}

func TestBackupNeverReplacesAFileUnasked(t *testing.T) {
	t.Parallel()
	seals, opens := keys(t)
	folder := t.TempDir()
	path := filepath.Join(folder, "letter.txt")
	if err := os.WriteFile(path, []byte("Dear Lucía"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := content(t, 100)
	if _, err := archive.Write(t.Context(), path, c, seals, false); !errors.Is(err, archive.ErrExists) {
		t.Errorf("Write over a file = %v, want ErrExists", err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "Dear Lucía" {
		t.Errorf("the file is now %q, %v", text, err)
	}
	if _, err := archive.Write(t.Context(), path, c, seals, true); err != nil {
		t.Errorf("Write by force = %v", err)
	}
	if _, err := archive.Read(t.Context(), path, opens, t.TempDir()); err != nil {
		t.Errorf("what was written by force: %v", err)
	}
	broken, cancel := context.WithCancel(t.Context())
	cancel()
	other := filepath.Join(folder, "other.backup")
	if _, err := archive.Write(broken, other, c, seals, false); !errors.Is(err, context.Canceled) {
		t.Errorf("Write that was broken off = %v", err)
	}
	if _, err := archive.Write(t.Context(), filepath.Join(folder, "no", "such", "folder"), c, seals, false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Write into no folder = %v", err)
	}
	if list, err := os.ReadDir(folder); err != nil || len(list) != 1 {
		t.Errorf("the folder holds %v, %v, want nothing half written", list, err)
	}
}

func TestKeysThatAreNoneAreNotRepeated(t *testing.T) {
	t.Parallel()
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	typo := strings.Replace(secret.String(), "1", "l", 2)
	if _, err := archive.Identities(strings.NewReader(typo)); !errors.Is(err, archive.ErrNoKey) || strings.Contains(err.Error(), typo[20:40]) {
		t.Errorf("Identities = %v, want ErrNoKey without the key", err)
	}
	for _, none := range [][]string{{}, {""}, {"age1nothing"}, {"Lucía"}} {
		if _, err := archive.Recipients(none...); !errors.Is(err, archive.ErrNoKey) {
			t.Errorf("Recipients(%q) = %v, want ErrNoKey", none, err)
		}
	}
}

// FuzzRead reads anything as a backup: it fails or it does not, and never panics.
func FuzzRead(f *testing.F) {
	seals, opens := keys(f)
	whole, err := os.ReadFile(write(f, content(f, 300), seals))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add([]byte("age-encryption.org/v1\n"))
	f.Add([]byte{})
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, text []byte) {
		path := filepath.Join(folder, "fuzzed")
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		out := t.TempDir()
		_, err := archive.Read(t.Context(), path, opens, out)
		if (err == nil) != bytes.Equal(text, whole) {
			t.Errorf("Read of %d bytes = %v", len(text), err)
		}
	})
}
