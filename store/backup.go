package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"pregon/store/archive"
)

// BackupOptions say how a backup is made.
type BackupOptions struct {
	Lock  archive.Lock // that seals it
	Force bool         // may replace a file that is there
	Staff string
}

const (
	describeFile = `SELECT coalesce((SELECT name FROM shop), ''),
		(SELECT max(version_id) FROM goose_db_version WHERE is_applied = 1),
		(SELECT count(*) FROM standings WHERE erased = 0 AND ` + arrivedID + `), (SELECT count(*) FROM broadcasts),
		(SELECT count(*) FROM suppressions)`
	integrityCheck = `PRAGMA integrity_check(1)`
)

// Backup writes the shop file, as it is at one moment, with the suppression key
// and the head of the hash chain into one sealed file. It works while a
// broadcast is being sent and holds nobody up. The copy is checked before it is
// sealed and read back after; the record keeps that it was made.
//
// Fails with ErrKeyMissing, for a backup without the key would bring everybody
// back who was erased, with archive.ErrExists, *InvalidError, ErrDamaged and
// ErrDiskFull. In each case there is no new file.
func (s *Store) Backup(ctx context.Context, to string, opts BackupOptions) (archive.Manifest, error) {
	if s.key == nil {
		return archive.Manifest{}, ErrKeyMissing
	}
	if err := s.mayBackupTo(to, opts.Force); err != nil {
		return archive.Manifest{}, err
	}
	folder, err := newWorkFolder(s.path, backupWork)
	if err != nil {
		return archive.Manifest{}, err
	}
	defer folder.remove()
	content := archive.Content{Shop: folder.file(archive.ShopFile)}
	if content.Key, err = os.ReadFile(s.path + keyName); err != nil {
		return archive.Manifest{}, fmt.Errorf("read the suppression key: %w", err)
	}
	made := s.moment()
	if err := snapshot(ctx, s.path, content.Shop); err != nil {
		return archive.Manifest{}, err
	}
	if content.Manifest, err = describe(ctx, content.Shop); err != nil {
		return archive.Manifest{}, err
	}
	content.MadeAt = made
	m, err := archive.Write(ctx, to, content, opts.Lock, opts.Force)
	if err != nil {
		return archive.Manifest{}, fmt.Errorf("back up: %w", unwritable(fullDisk(err)))
	}
	return m, s.RecordAudit(ctx, AuditEvent{
		Type: "backup_made", Staff: opts.Staff, Subject: filepath.Base(to),
		Detail: fmt.Sprintf("%d events, head %s", m.Events, m.Head),
	})
}

// mayBackupTo refuses what is there already, and the shop file itself always.
func (s *Store) mayBackupTo(to string, force bool) error {
	there, err := os.Stat(to)
	if err != nil {
		return nil //nolint:nilerr // not there, or writing it will say what is wrong
	}
	for _, own := range []string{s.path, s.path + keyName, s.path + "-wal"} {
		if ours, err := os.Stat(own); err == nil && os.SameFile(there, ours) {
			return &InvalidError{Field: "file", Reason: "shop_file"}
		}
	}
	if !force {
		return archive.ErrExists
	}
	return nil
}

// snapshot copies the file as it is at one moment, beside whoever writes.
func snapshot(ctx context.Context, from, to string) (err error) {
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("copy the shop file: %w", err)
	}
	if err := closing(file, "copy the shop file"); err != nil {
		return err
	}
	pool, err := sql.Open("sqlite", dsn(from, reading))
	if err != nil {
		return fmt.Errorf("copy the shop file: %w", translate(err))
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	if _, err := pool.ExecContext(ctx, "VACUUM INTO ?", to); err != nil {
		return fmt.Errorf("copy the shop file: %w", translate(err))
	}
	return nil
}

// describe reads a quiet copy to its last page and says what is in it.
func describe(ctx context.Context, path string) (m archive.Manifest, err error) {
	pool, err := sql.Open("sqlite", "file:"+filePath(path)+"?immutable=1&_pragma=query_only(1)")
	if err != nil {
		return m, fmt.Errorf("look at the copy: %w", translate(err))
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	var verdict string
	if err := pool.QueryRowContext(ctx, integrityCheck).Scan(&verdict); err != nil {
		return m, fmt.Errorf("check the copy: %w", translate(err))
	}
	if verdict != "ok" {
		return m, fmt.Errorf("%w: %s", ErrDamaged, verdict)
	}
	err = pool.QueryRowContext(ctx, describeFile).Scan(&m.Shop, &m.Schema, &m.Contacts, &m.Broadcasts, &m.Suppressions)
	if err != nil {
		return m, fmt.Errorf("look at the copy: %w", translate(err))
	}
	transaction, err := pool.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return m, fmt.Errorf("look at the copy: %w", translate(err))
	}
	v, err := verify(ctx, transaction)
	m.Events, m.Head, m.Whole = v.Events, v.Head, v.OK
	return m, errors.Join(err, transaction.Rollback())
}
