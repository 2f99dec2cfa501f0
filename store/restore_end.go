package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"pregon/store/archive"
)

// BrokenRestore is how a restore ended that a kill or a power cut broke off; "" where none was.
type BrokenRestore string

// The ends of a broken restore.
const (
	BrokenBefore BrokenRestore = "before" // the shop file is the one that was there before; the backup has to be put back again
	BrokenAfter  BrokenRestore = "after"  // the shop file is the one from the backup, whole
)

// endRestore brings a restore to one of its ends, whether it was broken off or not: everything as it was before, or
// everything in its place. It may itself be broken off anywhere, and is then done again.
func (w *workFolder) endRestore(shop string, passed func(step string)) (BrokenRestore, error) {
	end, m := BrokenBefore, w.readMark()
	if m != nil && !w.has(archive.ShopFile) {
		end = BrokenAfter
		if emptied := w.empty(markName) == nil; !emptied {
			_ = w.lock.Unlock() // the next start does it
			return end, nil
		}
		passed("emptied")
	} else if m != nil {
		if err := w.takeBack(shop, *m, passed); err != nil {
			return "", err
		}
	}
	w.remove()
	passed("removed")
	return end, nil
}

// takeBack undoes what a restore did before the file from the backup took its place.
func (w *workFolder) takeBack(shop string, m mark, passed func(step string)) error {
	aside := filepath.Join(filepath.Dir(shop), m.Aside)
	if !w.has(archive.KeyFile) && !m.Key {
		if err := removed(shop + keyName); err != nil {
			return err
		}
	}
	for _, companion := range []string{keyName, "-wal"} {
		if err := os.Rename(aside+companion, shop+companion); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("put back what was there: %w", unwritable(err))
		}
		if err := removed(aside + companion); err != nil { // renaming one of two names of a file to the other does nothing
			return err
		}
		passed("back: " + companion)
	}
	if err := removed(aside); err != nil { // a second name of the file that is there, or a copy of it
		return err
	}
	passed("not kept")
	if err := errors.Join(archive.SyncFolder(shop), removed(w.file(markName)), archive.SyncFolder(w.file(markName))); err != nil {
		return err
	}
	passed("unmarked")
	return nil
}

// endBroken ends what a kill left beside the shop file. It fails with ErrBusy while a restore is putting a file there.
func (f *file) endBroken() error {
	shop := f.path
	if whole, err := filepath.EvalSymlinks(shop); err == nil {
		shop = whole
	}
	for _, purpose := range []string{backupWork, restoreWork} {
		left, err := leftFolders(shop, purpose)
		if err != nil {
			return err
		}
		for _, path := range left {
			w, err := holdFolder(path)
			switch {
			case err != nil:
				return err
			case w == nil && (&workFolder{path: path}).readMark() != nil:
				return fmt.Errorf("%w: a backup is being put back", ErrBusy)
			case w != nil && purpose == backupWork:
				w.remove()
			case w != nil:
				if f.broken, err = w.endRestore(shop, f.passed); err != nil {
					_ = w.lock.Unlock()
					return err
				}
			}
		}
	}
	return nil
}

// BrokenRestore says how a restore ended that was broken off before this file was opened, and that this opening cleared.
func (s *Store) BrokenRestore() BrokenRestore { return s.broken }
