package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"pregon/store/archive"
)

// swap puts the shop file and key of a folder in the place of those at path.
// Each of its steps is one act of the file system. The last but one makes the
// file from the backup the shop file; until then all of it can be taken back.
type swap struct {
	path    string
	folder  *workFolder
	kept    string // "" when there is no file at path
	damaged bool   // the file at path cannot be opened
	at      time.Time
	passed  func(step string)
}

// keepAs is the name of the file that was there before.
func (s *swap) keepAs() string {
	return fmt.Sprintf("%s%s%s", s.path, beforeMark, s.at.UTC().Format(beforeTime))
}

// step is one act of the file system.
type step struct {
	name string
	act  func() error
}

func (s *swap) all(ctx context.Context) error {
	_, err := os.Stat(s.path + keyName)
	if err := s.folder.writeMark(mark{Aside: filepath.Base(s.keepAs()), Key: err == nil}); err != nil {
		return fullDisk(err)
	}
	s.passed("begun")
	if s.kept != "" && !s.damaged {
		if err := quiet(ctx, s.path); err != nil {
			return err
		}
		s.passed("quiet")
	}
	for _, step := range s.steps() {
		if err := step.act(); err != nil {
			return fmt.Errorf("put the file in its place: %w", unwritable(fullDisk(err)))
		}
		s.passed(step.name)
	}
	return nil
}

func (s *swap) steps() []step {
	aside := s.keepAs()
	steps := []step{{"kept: key", func() error { return keep(s.path+keyName, aside+keyName) }}}
	if s.kept != "" {
		steps = append(steps, step{"kept", func() error { return keep(s.path, s.kept) }})
	}
	if s.damaged {
		steps = append(steps, step{"kept: -wal", func() error { return keep(s.path+"-wal", s.kept+"-wal") }})
	}
	steps = append(steps, step{"kept for good", func() error { return archive.SyncFolder(s.path) }})
	// What is not of the new file must not lie beside it: SQLite would read it as its own.
	for _, companion := range []string{"-wal", "-shm", "-journal"} {
		steps = append(steps, step{"gone: " + companion, func() error { return removed(s.path + companion) }})
	}
	return append(steps,
		step{"key", func() error { return os.Rename(s.folder.file(archive.KeyFile), s.path+keyName) }},
		step{"file", func() error { return os.Rename(s.folder.file(archive.ShopFile), s.path) }},
		step{"for good", func() error { return archive.SyncFolder(s.path) }})
}

// quiet makes the one file at path the whole of it, which SQLite does only when
// nobody else has it open. Fails with ErrBusy.
func quiet(ctx context.Context, path string) (err error) {
	pool, err := sql.Open("sqlite", "file:"+filePath(path)+"?_pragma=busy_timeout(1000)")
	if err != nil {
		return fmt.Errorf("close the shop file: %w", translate(err))
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	var mode string
	if err := pool.QueryRowContext(ctx, "PRAGMA journal_mode = DELETE").Scan(&mode); err != nil {
		return fmt.Errorf("close the shop file: %w", translate(err))
	}
	if mode != "delete" {
		return fmt.Errorf("%w: it is open in mode %s", ErrBusy, mode)
	}
	return nil
}

// keep gives a file a second name, or copies it where the drive knows no links.
// A file that is not there needs none.
func keep(from, to string) (err error) {
	err = os.Link(from, to)
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	source, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("keep the file: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("keep the file: %w", err)
	}
	_, err = io.Copy(target, source)
	if err == nil {
		err = target.Sync()
	}
	if err := errors.Join(err, target.Close()); err != nil {
		return fmt.Errorf("keep the file: %w", err)
	}
	return nil
}

func removed(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove what belonged to the old file: %w", err)
	}
	return nil
}

// fullDisk gives the system's word for a full disk the meaning callers decide on.
func fullDisk(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EFBIG) {
		return fmt.Errorf("%w: %w", ErrDiskFull, err)
	}
	return err
}
