package archive_test

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"pregon/store/archive"
)

// member is one file of a tar that somebody made by other means.
type member struct {
	name, text string
	kind       byte
}

// sealedBy seals members into a file, as age and tar would.
func sealedBy(t *testing.T, secret *age.X25519Identity, members []member) string {
	t.Helper()
	var packed bytes.Buffer
	to := tar.NewWriter(&packed)
	for _, m := range members {
		header := &tar.Header{Name: m.name, Mode: 0o600, Typeflag: m.kind}
		if m.kind == tar.TypeReg {
			header.Size = int64(len(m.text))
		}
		if err := to.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if m.kind == tar.TypeReg {
			if _, err := to.Write([]byte(m.text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	var sealed bytes.Buffer
	out, err := age.Encrypt(&sealed, secret.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Write(packed.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "made.backup")
	if err := os.WriteFile(path, sealed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// What is sealed with the right key need still be no backup, or not say what is in it.
func TestWhatOpensIsHeldToWhatABackupIs(t *testing.T) {
	t.Parallel()
	secret, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	opens, err := archive.Identities(strings.NewReader(secret.String()))
	if err != nil {
		t.Fatal(err)
	}
	const shopText = "the shop"
	sum := sha256.Sum256([]byte(shopText))
	manifest := fmt.Sprintf(`{"format":1,"bytes":%d,"sha256":%q}`, len(shopText), hex.EncodeToString(sum[:]))
	file := func(name, text string) member { return member{name, text, tar.TypeReg} }
	first, key, shop := file("manifest.json", manifest), file(archive.KeyFile, "0123\n"), file(archive.ShopFile, shopText)
	tests := []struct {
		name    string
		members []member
		want    error
	}{
		{"made by hand as this program would", []member{first, key, shop}, nil},
		{"nothing in it", nil, archive.ErrForeign},
		{"the manifest alone", []member{first}, archive.ErrForeign},
		{"no shop file", []member{first, key}, archive.ErrForeign},
		{"no key", []member{first, shop}, archive.ErrForeign},
		{"another order", []member{first, shop, key}, archive.ErrForeign},
		{"a folder in the place of the manifest", []member{{"manifest.json", "", tar.TypeDir}, key, shop}, archive.ErrForeign},
		{"a link in the place of the shop file", []member{first, key, {archive.ShopFile, "", tar.TypeSymlink}}, archive.ErrForeign},
		{"a path that leads out", []member{first, key, file("../"+archive.ShopFile, shopText)}, archive.ErrForeign},
		{"a manifest that is no JSON", []member{file("manifest.json", "bread"), key, shop}, archive.ErrForeign},
		{"a manifest of nothing", []member{file("manifest.json", "{}"), key, shop}, archive.ErrForeign},
		{"a format to come", []member{file("manifest.json", strings.Replace(manifest, `"format":1`, `"format":2`, 1)), key, shop}, archive.ErrForeign},
		{"a manifest without an end", []member{file("manifest.json", manifest+strings.Repeat(" ", 64<<10)), key, shop}, archive.ErrForeign},
		{"a key without an end", []member{first, file(archive.KeyFile, strings.Repeat("0", 64<<10+1)), shop}, archive.ErrForeign},
		{"another shop file of the same length", []member{first, key, file(archive.ShopFile, "the shoq")}, archive.ErrAltered},
		{"a shorter shop file", []member{first, key, file(archive.ShopFile, "the")}, archive.ErrAltered},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			m, err := archive.Read(t.Context(), sealedBy(t, secret, tt.members), opens, t.TempDir())
			if !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
				t.Errorf("Read = %v, want %v", err, tt.want)
			}
			if (m.Format == 1) != (err == nil) {
				t.Errorf("Read tells %+v of it", m)
			}
		})
	}
}
