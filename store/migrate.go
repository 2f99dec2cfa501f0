package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings a file to the schema of this program. A file that already
// holds a shop is copied beside itself first; a newer one is refused.
func migrate(ctx context.Context, pool *sql.DB, path string, isNew bool, now time.Time) error {
	steps, err := steps()
	if err != nil {
		return err
	}
	latest := steps[len(steps)-1].Version
	if isNew {
		// Not within a migration: a file is ours before it holds anything.
		if _, err := pool.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
			return fmt.Errorf("mark the shop file: %w", translate(err))
		}
	} else {
		version, err := fileVersion(ctx, pool)
		switch {
		case err != nil:
			return err
		case version > latest:
			return fmt.Errorf("%w: schema %d, this program knows %d", ErrNewerSchema, version, latest)
		case version == latest:
			return nil
		case version > 0:
			if err := copyBeside(ctx, pool, path, version, now); err != nil {
				return err
			}
		}
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, pool, nil,
		goose.WithGoMigrations(steps...), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read the migrations: %w", err)
	}
	if _, err := provider.Up(ctx); err != nil {
		return fmt.Errorf("migrate the shop file: %w", translate(err))
	}
	// Out of the WAL, so that the file alone shows whose it is.
	if _, err := pool.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("migrate the shop file: %w", translate(err))
	}
	return nil
}

// steps are the embedded migrations, the oldest first, one transaction each. SQLite finds where a statement ends: goose,
// which looks for it line by line with four megabytes to read into, takes longer than the file does.
func steps() ([]*goose.Migration, error) {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, fmt.Errorf("list the migrations: %w", err)
	}
	list := make([]*goose.Migration, len(files))
	for i, file := range files {
		version, err := goose.NumericComponent(file) // numbers may be left out
		if err != nil {
			return nil, fmt.Errorf("read the number of %s: %w", file, err)
		}
		list[i] = goose.NewGoMigration(version, &goose.GoFunc{RunTx: func(ctx context.Context, tx *sql.Tx) error {
			text, err := migrations.ReadFile(file)
			if err == nil {
				_, err = tx.ExecContext(ctx, string(text))
			}
			return err //nolint:wrapcheck // goose says of which migration
		}}, nil)
	}
	return list, nil
}

// fileVersion asks goose's own table without making it, unlike the provider.
func fileVersion(ctx context.Context, pool *sql.DB) (int64, error) {
	var version sql.NullInt64
	err := pool.QueryRowContext(ctx, "SELECT max(version_id) FROM goose_db_version WHERE is_applied = 1").Scan(&version)
	if err != nil && strings.Contains(err.Error(), "no such table") {
		return 0, nil // a crash between marking and migrating
	}
	if err != nil {
		return 0, fmt.Errorf("read the schema version: %w", translate(err))
	}
	return version.Int64, nil
}

// copyBeside leaves a whole, checked copy of the file as it was before a migration.
func copyBeside(ctx context.Context, pool *sql.DB, path string, version int64, now time.Time) error {
	if err := quickCheck(ctx, pool); err != nil {
		return err
	}
	target := fmt.Sprintf("%s"+copyMark+"%d.%s"+copyEnd, path, version, now.UTC().Format("20060102-150405"))
	file, err := os.OpenFile(target, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("make the copy before migrating: %w", err)
	}
	if err == nil {
		if err := closing(file, "make the copy before migrating"); err != nil {
			return err
		}
	}
	if _, err := pool.ExecContext(ctx, "VACUUM INTO ?", target); err != nil {
		return fmt.Errorf("copy the shop file before migrating: %w", translate(err))
	}
	return nil
}
