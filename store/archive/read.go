package archive

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"filippo.io/age"
)

// Errors of reading. In each case nothing was changed.
var (
	// ErrForeign says that the file is no backup of this program.
	ErrForeign = errors.New("not a backup of a shop")
	// ErrWrongKey says that the passphrase or key does not open it.
	ErrWrongKey = errors.New("the passphrase or key does not open the backup")
	// ErrAltered says that the file was cut short or changed after it was made.
	ErrAltered = errors.New("the backup is cut short or was changed")
)

// The most that the small members may hold, in bytes.
const maxSmall = 64 << 10

// Read opens a backup and puts ShopFile and KeyFile into a folder, mode 0600 and
// durable. Every byte was checked when it returns. Fails with ErrForeign,
// ErrWrongKey or ErrAltered, and with those of the file system.
func Read(ctx context.Context, path string, lock Lock, folder string) (Manifest, error) {
	return read(ctx, path, lock, func(name string) (io.WriteCloser, error) {
		file, err := os.OpenFile(filepath.Join(folder, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return nil, fmt.Errorf("take %s out of the backup: %w", name, err)
		}
		return durable{file}, nil
	})
}

// durable is a file that is on the disk when it is closed.
type durable struct{ *os.File }

func (d durable) Close() error { return errors.Join(d.Sync(), d.File.Close()) }

// discarded is where members go that only have to be read.
func discarded(string) (io.WriteCloser, error) { return nowhere{io.Discard}, nil }

type nowhere struct{ io.Writer }

func (nowhere) Close() error { return nil }

func read(ctx context.Context, path string, lock Lock, out func(name string) (io.WriteCloser, error)) (m Manifest, err error) {
	file, err := os.Open(path)
	if err != nil {
		return Manifest{}, fmt.Errorf("open the backup: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	opened, err := age.Decrypt(file, lock.identities...)
	if err != nil {
		if _, wrong := errors.AsType[*age.NoIdentityMatchError](err); wrong {
			return Manifest{}, ErrWrongKey
		}
		return Manifest{}, fmt.Errorf("%w: %w", ErrForeign, err)
	}
	opened = untilDone{ctx, opened}
	members := tar.NewReader(opened)
	head, err := small(members, manifestFile)
	if err != nil {
		return Manifest{}, err
	}
	if m, err = parseManifest(head); err != nil {
		return Manifest{}, err
	}
	key, err := small(members, KeyFile)
	if err != nil {
		return Manifest{}, err
	}
	if err := takeKey(key, out); err != nil {
		return Manifest{}, err
	}
	if err := takeShop(members, m, out); err != nil {
		return Manifest{}, err
	}
	// To the end: age tells a file that was cut between two of its pieces only there.
	if _, err := io.Copy(io.Discard, opened); err != nil {
		return Manifest{}, altered(err)
	}
	return m, nil
}

// small reads a member that is known to be small.
func small(members *tar.Reader, name string) ([]byte, error) {
	if err := next(members, name); err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(members, maxSmall+1))
	if err != nil {
		return nil, altered(err)
	}
	if len(text) > maxSmall {
		return nil, fmt.Errorf("%w: %s is too large", ErrForeign, name)
	}
	return text, nil
}

func next(members *tar.Reader, name string) error {
	header, err := members.Next()
	switch {
	case errors.Is(err, tar.ErrHeader) || errors.Is(err, io.EOF):
		return fmt.Errorf("%w: %s is missing", ErrForeign, name)
	case err != nil:
		return altered(err)
	case header.Name != name || header.Typeflag != tar.TypeReg:
		return fmt.Errorf("%w: %s is missing", ErrForeign, name)
	}
	return nil
}

func takeKey(key []byte, out func(string) (io.WriteCloser, error)) error {
	to, err := out(KeyFile)
	if err != nil {
		return err
	}
	_, err = to.Write(key)
	if err := errors.Join(err, to.Close()); err != nil {
		return fmt.Errorf("take the key out: %w", err)
	}
	return nil
}

func takeShop(members *tar.Reader, m Manifest, out func(string) (io.WriteCloser, error)) error {
	if err := next(members, ShopFile); err != nil {
		return err
	}
	to, err := out(ShopFile)
	if err != nil {
		return err
	}
	hash := sha256.New()
	from := &watched{from: members}
	n, err := io.Copy(io.MultiWriter(to, hash), from)
	if closed := to.Close(); from.err == nil {
		if err := errors.Join(err, closed); err != nil {
			return fmt.Errorf("take the shop file out: %w", err)
		}
	}
	if from.err != nil {
		return altered(from.err)
	}
	if n != m.Bytes || hex.EncodeToString(hash.Sum(nil)) != m.SHA256 {
		return ErrAltered
	}
	return nil
}

// watched tells a failure of reading from one of writing.
type watched struct {
	from io.Reader
	err  error
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		w.err = err
	}
	return n, err //nolint:wrapcheck // a reader passes io.EOF on as it is
}

// altered is what a failure of age means, unless the reading was broken off.
func altered(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrAltered, err)
}
