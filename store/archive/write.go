package archive

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// ErrExists says that the file is there already and was not touched.
var ErrExists = errors.New("the file exists already")

// The members of the tar. ShopFile and KeyFile are named so that taking them
// out by hand gives a shop file with its key beside it.
const (
	manifestFile = "manifest.json"
	ShopFile     = "shop.db"
	KeyFile      = ShopFile + ".key"
)

// Content is what goes into a backup. Its Manifest needs no Format, Bytes and SHA256.
type Content struct {
	Manifest
	Shop string // path of a whole, quiet copy of the shop file
	Key  []byte // of the suppression list, as its file holds it
}

// Write seals the content into a new file at path, mode 0600: whole or not at
// all, durable before it has that name, and read back before that: opened where
// the lock can, else compared byte by byte. A file that is there is replaced only with force.
// Fails with ErrExists, or with what Read fails with when it cannot be read back.
func Write(ctx context.Context, path string, content Content, lock Lock, force bool) (m Manifest, err error) {
	if _, err := os.Lstat(path); err == nil && !force {
		return Manifest{}, ErrExists
	}
	m = content.Manifest
	m.Format = format
	if m.SHA256, m.Bytes, err = sumOf(content.Shop); err != nil {
		return Manifest{}, err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".pregon-backup-*") // mode 0600
	if err != nil {
		return Manifest{}, fmt.Errorf("make the backup: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temporary.Name()) // it is of no use
		}
	}()
	written := sha256.New()
	err = seal(ctx, io.MultiWriter(temporary, written), m, content, lock)
	if err == nil {
		err = temporary.Sync()
	}
	if err := errors.Join(err, temporary.Close()); err != nil {
		return Manifest{}, fmt.Errorf("write the backup: %w", err)
	}
	if err := readBack(ctx, temporary.Name(), m, lock, hex.EncodeToString(written.Sum(nil))); err != nil {
		return Manifest{}, fmt.Errorf("read the backup back: %w", err)
	}
	return m, place(temporary.Name(), path, force)
}

// seal writes the three members through age.
func seal(ctx context.Context, to io.Writer, m Manifest, content Content, lock Lock) (err error) {
	sealed, err := age.Encrypt(to, lock.recipients...)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	members := tar.NewWriter(sealed)
	head, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("write what is inside: %w", err)
	}
	shop, err := os.Open(content.Shop)
	if err != nil {
		return fmt.Errorf("read the shop file: %w", err)
	}
	defer func() { err = errors.Join(err, shop.Close()) }()
	for _, member := range []struct {
		name string
		size int64
		from io.Reader
	}{
		{manifestFile, int64(len(head)), bytes.NewReader(head)},
		{KeyFile, int64(len(content.Key)), bytes.NewReader(content.Key)},
		{ShopFile, m.Bytes, untilDone{ctx, shop}},
	} {
		err := members.WriteHeader(&tar.Header{Name: member.name, Mode: 0o600, Size: member.size, ModTime: m.MadeAt})
		if err == nil {
			_, err = io.Copy(members, member.from)
		}
		if err != nil {
			return fmt.Errorf("write %s: %w", member.name, err)
		}
	}
	if err := errors.Join(members.Close(), sealed.Close()); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	return nil
}

// readBack makes sure that the disk has what was written.
func readBack(ctx context.Context, path string, m Manifest, lock Lock, sum string) error {
	if lock.Opens() {
		found, err := read(ctx, path, lock, discarded)
		if err == nil && found != m {
			err = ErrAltered
		}
		return err
	}
	found, _, err := sumOf(path)
	if err == nil && found != sum {
		err = ErrAltered
	}
	return err
}

// place gives the file its name. A link never replaces anything; where the
// drive knows no links, the file that was not there a moment ago still is not.
func place(from, to string, force bool) error {
	if !force {
		err := os.Link(from, to)
		if err == nil {
			return errors.Join(os.Remove(from), SyncFolder(to))
		}
		if errors.Is(err, fs.ErrExist) {
			return errors.Join(ErrExists, os.Remove(from))
		}
	}
	if err := os.Rename(from, to); err != nil {
		return errors.Join(fmt.Errorf("name the backup: %w", err), os.Remove(from))
	}
	return SyncFolder(to)
}

// SyncFolder makes a file's new name durable, where the system can.
func SyncFolder(path string) error {
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("open the folder: %w", err)
	}
	_ = folder.Sync() // Windows and some drives cannot, and need not
	if err := folder.Close(); err != nil {
		return fmt.Errorf("close the folder: %w", err)
	}
	return nil
}

// sumOf is the SHA-256 of a file in hex, and its size.
func sumOf(path string) (string, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, fmt.Errorf("read it back: %w", err)
	}
	hash := sha256.New()
	n, err := io.Copy(hash, file)
	if err := errors.Join(err, file.Close()); err != nil {
		return "", 0, fmt.Errorf("read it back: %w", err)
	}
	return hex.EncodeToString(hash.Sum(nil)), n, nil
}

// untilDone stops a long copy with its context.
type untilDone struct {
	ctx  context.Context //nolint:containedctx // lives as long as one copy
	from io.Reader
}

func (u untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, fmt.Errorf("broken off: %w", err)
	}
	return u.from.Read(p) //nolint:wrapcheck // a reader passes io.EOF on as it is
}
