package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/gofrs/flock"

	"pregon/store/archive"
)

// ErrOtherShop says that the file which is there now belongs to another shop
// than the backup and was not touched.
var ErrOtherShop = errors.New("the shop file belongs to another shop than the backup")

// RestoreOptions say how a backup is put back.
type RestoreOptions struct {
	Lock  archive.Lock // that opens it
	Staff string
}

// Restore puts a backup in the place of the shop file at path and locks it
// against sending until Store.AcceptRestored. Nothing is touched before the whole
// backup was checked: its seal, its pages, its hash chain against the recorded
// head, and its key. The file that is there is kept beside the new one with its
// key; what customers withdrew in it since the backup is carried over, since an
// opt-out always wins. At every moment one whole file lies at path.
//
// Fails with archive.ErrForeign, archive.ErrWrongKey, archive.ErrAltered,
// ErrNewerSchema, ErrOtherShop, *LockedError while a broadcast is being sent,
// ErrBusy while any other program holds the file, and ErrDiskFull; then the
// file is as it was.
func Restore(ctx context.Context, path, backup string, opts RestoreOptions, options ...Option) (Restored, archive.Manifest, error) {
	if whole, err := filepath.EvalSymlinks(path); err == nil {
		path = whole // a link stays a link
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return Restored{}, archive.Manifest{}, fmt.Errorf("make the shop's folder: %w", unwritable(err))
	}
	lock := flock.New(path+".lock", flock.SetPermissions(0o600))
	if taken, err := lock.TryLock(); err != nil {
		return Restored{}, archive.Manifest{}, fmt.Errorf("keep engines away: %w", unwritable(err))
	} else if !taken {
		return Restored{}, archive.Manifest{}, whoSends(ctx, path)
	}
	restored, m, err := restore(ctx, path, backup, opts, options)
	return restored, m, errors.Join(err, lock.Unlock())
}

// whoSends says whose broadcast is in the way.
func whoSends(ctx context.Context, path string) (err error) {
	f := newFile(path, nil)
	if f.reader, err = readPool(path); err != nil {
		return fmt.Errorf("open the shop file: %w", err)
	}
	defer func() { err = errors.Join(err, f.close()) }()
	return (&Outbox{file: f}).holder(ctx)
}

func restore(ctx context.Context, path, backup string, opts RestoreOptions, options []Option) (r Restored, m archive.Manifest, err error) {
	outside := newFile(path, options)
	if err := outside.endBroken(); err != nil {
		return Restored{}, archive.Manifest{}, err
	}
	s := swap{path: path, passed: outside.passed}
	if s.folder, err = newWorkFolder(path, restoreWork); err != nil {
		return Restored{}, archive.Manifest{}, err
	}
	defer func() {
		_, ended := s.folder.endRestore(path, s.passed)
		err = errors.Join(err, ended)
	}()
	s.passed("folder")
	if m, err = archive.Read(ctx, backup, opts.Lock, s.folder.path); err != nil {
		return Restored{}, archive.Manifest{}, fullDisk(err)
	}
	s.passed("taken out")
	if r, err = s.prepare(ctx, m, opts, options); err != nil {
		return Restored{}, archive.Manifest{}, err
	}
	return r, m, s.all(ctx)
}

// prepare makes the file in the folder the one that is to lie at path.
func (s *swap) prepare(ctx context.Context, m archive.Manifest, opts RestoreOptions, options []Option) (r Restored, err error) {
	f := newFile(s.folder.file(archive.ShopFile), options)
	defer func() {
		if err = errors.Join(err, f.close()); err == nil {
			err = quiet(ctx, f.path) // closing does not say whether all of it is in the one file
			s.passed("closed")
		}
	}()
	if err := f.openRestored(ctx, m); err != nil {
		return Restored{}, err
	}
	s.passed("opened")
	s.at = f.moment()
	old, err := readPresent(ctx, s.path, f.key, options)
	if err != nil {
		return Restored{}, err
	}
	s.passed("read")
	if old != nil {
		s.kept, s.damaged = s.keepAs(), old.unread
	}
	r = Restored{BackupAt: m.MadeAt, At: s.at, Staff: opts.Staff, Kept: s.kept}
	if err := f.putBack(ctx, &r, old); err != nil {
		return Restored{}, err
	}
	s.passed("locked")
	return r, nil
}

// openRestored opens what came out of a backup once it is known to be what went in.
func (f *file) openRestored(ctx context.Context, m archive.Manifest) error {
	if _, err := checkHeader(ctx, f.path, m.Bytes); err != nil {
		return fmt.Errorf("look into the backup: %w", err)
	}
	found, err := describe(ctx, f.path)
	if err != nil {
		return fmt.Errorf("look into the backup: %w", err)
	}
	if found.Events != m.Events || found.Head != m.Head || found.Whole != m.Whole || found.Schema != m.Schema {
		return fmt.Errorf("%w: its record ends elsewhere than it says", archive.ErrAltered)
	}
	if err := f.open(ctx, false); err != nil {
		return err
	}
	if f.key == nil {
		return fmt.Errorf("%w: its key is another one's", archive.ErrAltered)
	}
	return nil
}

const (
	endEngines    = `UPDATE engines SET ended_at = ? WHERE ended_at = 0`
	selectSending = broadcastColumns + ` WHERE state = 'sending' ORDER BY id`
	insertRestore = `INSERT INTO restores (backup_at, restored_at, staff, kept, carried, unread) VALUES (?, ?, ?, ?, ?, ?)`
)

// putBack makes the file that comes back stand still, and takes over the
// opt-outs of the one that goes. r is filled in.
func (f *file) putBack(ctx context.Context, r *Restored, old *present) error {
	return f.write(ctx, func(t *tx) error {
		if old != nil {
			carried, err := t.carryOver(old, r.Staff)
			if err != nil {
				return fmt.Errorf("carry the opt-outs over: %w", err)
			}
			r.Carried, r.Unread = carried, old.unread
		}
		var sending []Broadcast
		err := t.each(selectSending, nil, func(scan func(...any) error) error {
			b, err := scanBroadcast(scan)
			sending = append(sending, b)
			return err
		})
		if err != nil {
			return fmt.Errorf("read what was being sent: %w", err)
		}
		for _, b := range sending {
			if err := t.move(b, BroadcastPaused, BroadcastEvent{Reason: reasonRestored, Staff: r.Staff}); err != nil {
				return err
			}
		}
		if err := t.endCalls(); err != nil {
			return err
		}
		_, err = t.exec(insertRestore, r.BackupAt.UnixMilli(), r.At.UnixMilli(), r.Staff, r.Kept, r.Carried, r.Unread)
		if err != nil {
			return fmt.Errorf("lock the file: %w", err)
		}
		return t.audit(AuditEvent{
			Type: "restored", Staff: r.Staff, Subject: "shop",
			Detail: fmt.Sprintf("backup of %s, %d carried over", r.BackupAt.UTC().Format("2006-01-02T15:04:05Z"), r.Carried),
		})
	})
}

// endCalls makes unknown what was under way when this file was put aside; who made the calls is gone.
func (t *tx) endCalls() error {
	for _, statement := range []string{orphanRows, orphanAttempts, endEngines} {
		if _, err := t.exec(statement, t.now.UnixMilli()); err != nil {
			return fmt.Errorf("end the calls under way: %w", err)
		}
	}
	return nil
}
