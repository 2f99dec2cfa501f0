package archive_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"pregon/store/archive"
)

func TestALockIsMadeOnlyOfAKey(t *testing.T) {
	t.Parallel()
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	for name, keys := range map[string][]string{
		"nothing": nil, "an empty text": {""}, "words": {"bread at six"}, "a secret key": {secret.String()},
		"a key cut short": {secret.Recipient().String()[:40]}, "one of two that is none": {secret.Recipient().String(), "age1"},
	} {
		if lock, err := archive.Recipients(keys...); !errors.Is(err, archive.ErrNoKey) || lock.Opens() {
			t.Errorf("%s: Recipients = %v, want ErrNoKey", name, err)
		}
	}
	for name, file := range map[string]string{
		"nothing": "", "a comment": "# created by age-keygen\n", "a public key": secret.Recipient().String(), "words": "bread at six\n",
	} {
		if lock, err := archive.Identities(strings.NewReader(file)); !errors.Is(err, archive.ErrNoKey) || lock.Opens() {
			t.Errorf("%s: Identities = %v, want ErrNoKey", name, err)
		}
	}
}

func TestNoErrorShowsASecretKey(t *testing.T) {
	t.Parallel()
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	broken := secret.String()[:len(secret.String())-3]
	_, err = archive.Identities(strings.NewReader(broken))
	if err == nil || strings.Contains(err.Error(), broken[20:30]) {
		t.Errorf("Identities of a broken key = %v", err)
	}
}

func TestAPublicKeySealsAndDoesNotOpen(t *testing.T) {
	t.Parallel()
	seals, opens := keys(t)
	if seals.Opens() || !opens.Opens() {
		t.Errorf("Opens: the public key %v, the secret one %v", seals.Opens(), opens.Opens())
	}
	path := write(t, content(t, 100), seals)
	if _, err := archive.Read(t.Context(), path, seals, t.TempDir()); err == nil {
		t.Error("who has only the public key reads the backup")
	}
}

func TestEachOfSeveralKeysOpens(t *testing.T) {
	t.Parallel()
	var public, private []string
	for range 2 {
		secret, err := age.GenerateX25519Identity()
		if err != nil {
			t.Fatal(err)
		}
		public, private = append(public, secret.Recipient().String()), append(private, secret.String())
	}
	seals, err := archive.Recipients(public...)
	if err != nil {
		t.Fatal(err)
	}
	path := write(t, content(t, 100), seals)
	for i, key := range private {
		opens, err := archive.Identities(strings.NewReader(key))
		if err != nil {
			t.Fatal(err)
		}
		if m, err := archive.Read(t.Context(), path, opens, t.TempDir()); err != nil || m.Bytes != 100 {
			t.Errorf("key %d: %+v, %v", i+1, m, err)
		}
	}
}

func TestThePassphraseIsMeasuredAtItsBound(t *testing.T) {
	t.Parallel()
	for length, weak := range map[int]bool{0: true, archive.MinimumPassphrase - 1: true, archive.MinimumPassphrase: false} {
		lock, err := archive.Passphrase(strings.Repeat("b", length))
		if errors.Is(err, archive.ErrWeak) != weak || lock.Opens() == weak {
			t.Errorf("%d bytes: %v, opens %v", length, err, lock.Opens())
		}
	}
}

func TestABackupBrokenOffLeavesNothing(t *testing.T) {
	t.Parallel()
	seals, opens := keys(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	folder := t.TempDir()
	path := filepath.Join(folder, "shop.backup")
	if _, err := archive.Write(ctx, path, content(t, 1000), seals, false); !errors.Is(err, context.Canceled) {
		t.Errorf("Write = %v, want that it was broken off", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := archive.Read(ctx, write(t, content(t, 1000), seals), opens, t.TempDir()); !errors.Is(err, context.Canceled) || errors.Is(err, archive.ErrAltered) {
		t.Errorf("Read = %v, want that it was broken off and not that the file was changed", err)
	}
}

func TestABackupOfAFileThatIsNotThereLeavesNothing(t *testing.T) {
	t.Parallel()
	seals, _ := keys(t)
	c := content(t, 10)
	c.Shop = filepath.Join(t.TempDir(), "none")
	folder := t.TempDir()
	if _, err := archive.Write(t.Context(), filepath.Join(folder, "shop.backup"), c, seals, false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Write = %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	if _, err := archive.Write(t.Context(), filepath.Join(folder, "none", "shop.backup"), content(t, 10), seals, false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Write into no folder = %v", err)
	}
}

func TestReadingReplacesNoFile(t *testing.T) {
	t.Parallel()
	seals, opens := keys(t)
	path := write(t, content(t, 600), seals)
	for _, name := range []string{archive.ShopFile, archive.KeyFile} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			there := filepath.Join(folder, name)
			if err := os.WriteFile(there, []byte("the shop of today"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := archive.Read(t.Context(), path, opens, folder); !errors.Is(err, fs.ErrExist) {
				t.Errorf("Read = %v, want that the file exists", err)
			}
			if text, err := os.ReadFile(there); err != nil || string(text) != "the shop of today" {
				t.Errorf("the file is %q now, %v", text, err)
			}
		})
	}
}
