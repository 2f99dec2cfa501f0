package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// workFolder is a folder beside the shop file, as private as that is, for a shop file that is being made. Whoever works
// in one holds its lock; one that nobody holds was left by a kill.
type workFolder struct {
	path string
	lock *flock.Flock
}

// heldName is the file in a work folder that is locked.
const heldName = "held"

const (
	backupWork  = ".backup-"
	restoreWork = ".restore-"
)

// newWorkFolder makes a folder beside the shop file for one purpose.
func newWorkFolder(shop, purpose string) (*workFolder, error) {
	for {
		path, err := os.MkdirTemp(filepath.Dir(shop), filepath.Base(shop)+purpose+"*")
		if err != nil {
			return nil, fmt.Errorf("make a folder beside the shop file: %w", unwritable(fullDisk(err)))
		}
		if w, err := holdFolder(path); w != nil || err != nil {
			return w, err
		} // else another program took it for one that was left, in the moment before it was locked
	}
}

// holdFolder takes the lock of a folder; nil where somebody has it, or the folder is gone.
func holdFolder(path string) (*workFolder, error) {
	w := &workFolder{path: path, lock: flock.New(filepath.Join(path, heldName), flock.SetPermissions(0o600))}
	taken, err := w.lock.TryLock()
	if err == nil && taken {
		if _, err = os.Stat(w.file(heldName)); err == nil {
			return w, nil
		}
		err = errors.Join(w.lock.Unlock(), err)
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil, nil //nolint:nilnil // not to be had
	}
	return nil, fmt.Errorf("lock a folder beside the shop file: %w", unwritable(fullDisk(err)))
}

func (w *workFolder) file(name string) string { return filepath.Join(w.path, name) }

func (w *workFolder) has(name string) bool {
	_, err := os.Lstat(w.file(name))
	return err == nil
}

// empty removes all but the lock and one file.
func (w *workFolder) empty(but string) error {
	entries, err := os.ReadDir(w.path)
	if err != nil {
		return fmt.Errorf("look into a folder beside the shop file: %w", err)
	}
	for _, entry := range entries {
		if name := entry.Name(); name != heldName && name != but {
			if err := os.RemoveAll(w.file(name)); err != nil {
				return fmt.Errorf("empty a folder beside the shop file: %w", err)
			}
		}
	}
	return nil
}

// remove takes the folder away. Where that fails the next start does it.
func (w *workFolder) remove() {
	_ = w.empty("")
	_ = w.lock.Unlock()
	_ = os.RemoveAll(w.path)
}

// leftFolders lists the folders of one purpose that are beside the shop file, whether left or in use.
func leftFolders(shop, purpose string) ([]string, error) {
	entries, err := os.ReadDir(filepath.Dir(shop))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look for what is left: %w", unwritable(err))
	}
	var left []string
	for _, entry := range entries {
		if entry.IsDir() && strings.HasPrefix(entry.Name(), filepath.Base(shop)+purpose) {
			left = append(left, filepath.Join(filepath.Dir(shop), entry.Name()))
		}
	}
	return left, nil
}
