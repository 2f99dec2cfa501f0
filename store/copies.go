package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// The name of a copy made before a migration: the shop file's, then these with the version and the moment between.
const (
	copyMark = ".schema-"
	copyEnd  = ".bak"
)

// The name of the file that a restore replaced: the shop file's, then these.
const (
	beforeMark = ".before-"
	beforeTime = "20060102-150405.000"
)

// Copies lists the copies of the shop file that were made beside it before a newer program changed it, by their paths.
// They hold everybody as they were, so a purge takes them away; see [Store.Purge].
func (s *Store) Copies() ([]string, error) {
	return s.beside(func(rest string) bool { return strings.HasPrefix(rest, copyMark) && strings.HasSuffix(rest, copyEnd) })
}

// beside lists the files in the shop file's folder whose names begin with its own, by what follows that.
func (s *Store) beside(wanted func(rest string) bool) ([]string, error) {
	folder, name := filepath.Dir(s.path), filepath.Base(s.path)
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("look for copies of the shop file: %w", err)
	}
	var found []string
	for _, entry := range entries {
		if rest, ours := strings.CutPrefix(entry.Name(), name); ours && wanted(rest) && entry.Type().IsRegular() {
			found = append(found, filepath.Join(folder, entry.Name()))
		}
	}
	return found, nil
}

// dropCopies removes the copies that are older than a moment. Whoever opened this file has migrated
// it, so they are of no use but to those who should be forgotten.
func (s *Store) dropCopies(older time.Time) error {
	copies, err := s.Copies()
	if err != nil {
		return err
	}
	var errs []error
	for _, path := range copies {
		info, err := os.Stat(path)
		if err == nil && info.ModTime().After(older) {
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("remove a copy of the shop file: %w", err))
		}
	}
	return errors.Join(errs...)
}
