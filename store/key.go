package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// keyName is added to the shop file's name. The key lies outside the file so
// that the file alone does not tell whose numbers are on the suppression list.
const keyName = ".key"

const (
	selectProof = `SELECT proof FROM suppression_key WHERE id = 1`
	insertProof = `INSERT INTO suppression_key (id, proof) VALUES (1, ?)`
)

// KeyMissing reports whether the suppression key is missing or not the one
// this file was made with. Nobody can be sent to, and no contact added, until
// it is back.
func (s *Store) KeyMissing() bool { return s.key == nil }

// loadKey reads the key, or makes one for a file that never had any.
func (f *file) loadKey(ctx context.Context) error {
	var proof []byte
	err := f.scan(ctx, selectProof, nil, &proof)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("read the key's proof: %w", err)
	}
	key, readErr := readKey(f.path + keyName)
	switch {
	case readErr != nil && !errors.Is(readErr, fs.ErrNotExist):
		return readErr
	case readErr == nil && key == nil:
		return nil
	case err == nil && (readErr != nil || !hmac.Equal(proof, mac(key, "proof"))):
		return nil //nolint:nilerr // missing or another shop's: KeyMissing says so
	case err == nil:
		f.key = key
		return nil
	case readErr != nil:
		if key, err = makeKey(f.path + keyName); err != nil {
			return err
		}
	}
	f.key = key
	return f.write(ctx, func(t *tx) error {
		_, err := t.exec(insertProof, mac(key, "proof"))
		return err
	})
}

func readKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the suppression key: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != sha256.Size {
		return nil, nil //nolint:nilerr // not a key: treated as another one
	}
	return key, nil
}

func makeKey(path string) ([]byte, error) {
	key := make([]byte, sha256.Size)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("make the suppression key: %w", err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("make the suppression key: %w", err)
	}
	_, err = file.WriteString(hex.EncodeToString(key) + "\n")
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("write the suppression key: %w", err)
	}
	return key, nil
}

// identityMAC is the keyed hash of a phone number or business-scoped id, or
// nil for an empty one.
func (f *file) identityMAC(kind, identity string) (any, error) {
	if identity == "" {
		return nil, nil //nolint:nilnil // SQL NULL
	}
	if f.key == nil {
		return nil, ErrKeyMissing
	}
	return mac(f.key, kind+":"+identity), nil
}

func mac(key []byte, text string) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(text))
	return hash.Sum(nil)
}
