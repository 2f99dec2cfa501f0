package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	_ "modernc.org/sqlite" // the driver, SQLite without cgo
)

// applicationID marks a shop file ("PRGN"), so that no other program's file is touched.
const applicationID = 0x5052474e

// quickCheckLimit is the size up to which a file is checked page by page at
// every opening; above it only before a migration, since it takes too long.
const quickCheckLimit = 8 << 20

// readers is how many reads may run beside the one writer.
const readers = 4

// writing and reading are how much of the file a connection keeps at hand, in KB; it takes twice that, since a page is kept
// in the next power of two above it. With more, neither sending nor a search is quicker.
const (
	writing = 2048
	reading = 512
)

// pragmas are per connection and therefore stand in the DSN, each once: the driver sets them in an order of its own. The
// busy timeout comes first, since the others may have to wait for a lock.
func dsn(path string, cache int, extra ...string) string {
	query := url.Values{"_txlock": {"immediate"}}
	for _, pragma := range append([]string{
		"busy_timeout(5000)", "foreign_keys(1)", "journal_mode(WAL)", "synchronous(FULL)",
		"temp_store(MEMORY)", fmt.Sprintf("cache_size(-%d)", cache),
	}, extra...) {
		query.Add("_pragma", pragma)
	}
	return (&url.URL{Scheme: "file", Opaque: filePath(path), RawQuery: query.Encode()}).String()
}

// filePath escapes what SQLite's URI syntax would read as something else.
func filePath(path string) string {
	return strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
}

// prepareFile makes sure the file exists with mode 0600 before SQLite opens it,
// because SQLite gives its companions (-wal, -shm) the mode of the main file.
// It reports whether the file is new.
func prepareFile(ctx context.Context, path string) (bool, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, fmt.Errorf("make the shop's folder: %w", unwritable(err))
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err == nil {
		return true, closing(file, "create the shop file")
	}
	if !errors.Is(err, fs.ErrExist) {
		return false, fmt.Errorf("create the shop file: %w", unwritable(err))
	}
	info, err := os.Stat(path)
	if err != nil {
		return false, fmt.Errorf("look at the shop file: %w", err)
	}
	if info.Size() == 0 {
		return true, nil // a crash before the first page was written
	}
	return checkHeader(ctx, path, info.Size())
}

// unwritable gives the system's refusals the meaning callers decide on.
func unwritable(err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		return fmt.Errorf("%w: %w", ErrReadOnly, err)
	}
	return err
}

// checkHeader refuses what is not a database of ours before SQLite may write
// to it, and reports whether the file holds nothing yet. The layout of the first 100 bytes: sqlite.org/fileformat.html.
func checkHeader(ctx context.Context, path string, size int64) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("open the shop file: %w", err)
	}
	var header [100]byte
	_, err = io.ReadFull(file, header[:])
	if closeErr := closing(file, "read the shop file"); closeErr != nil {
		return false, closeErr
	}
	if err != nil || string(header[:16]) != "SQLite format 3\x00" {
		return false, ErrForeignFile
	}
	if binary.BigEndian.Uint32(header[68:]) != applicationID {
		return checkMark(ctx, path)
	}
	pageSize := int64(binary.BigEndian.Uint16(header[16:]))
	if pageSize == 1 {
		pageSize = 65536
	}
	if pages := int64(binary.BigEndian.Uint32(header[28:])); size < pages*pageSize {
		if _, err := os.Stat(path + "-wal"); errors.Is(err, fs.ErrNotExist) {
			return false, fmt.Errorf("%w: %d of %d bytes are left", ErrDamaged, size, pages*pageSize)
		}
	}
	return false, nil
}

// checkMark asks SQLite for the mark, which may still stand in the WAL, on a
// connection that sets nothing. It reports true for a file that holds nothing
// yet, because a crash came before the mark.
func checkMark(ctx context.Context, path string) (isNew bool, err error) {
	pool, err := sql.Open("sqlite", "file:"+filePath(path)+"?_pragma=busy_timeout(5000)&_pragma=query_only(1)")
	if err != nil {
		return false, fmt.Errorf("look at the shop file: %w", err)
	}
	defer func() { err = errors.Join(err, pool.Close()) }()
	var mark, tables int
	row := pool.QueryRowContext(ctx, "SELECT application_id, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id")
	if err := row.Scan(&mark, &tables); err != nil {
		return false, fmt.Errorf("look at the shop file: %w", translate(err))
	}
	if mark != applicationID && (mark != 0 || tables != 0) {
		return false, ErrForeignFile
	}
	return mark == 0, nil
}

func closing(file io.Closer, action string) error {
	if err := file.Close(); err != nil {
		return fmt.Errorf("%s: %w", action, err)
	}
	return nil
}

// quickCheck reads the whole file and reports ErrDamaged when a page is wrong.
func quickCheck(ctx context.Context, pool *sql.DB) error {
	var verdict string
	if err := pool.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&verdict); err != nil {
		return fmt.Errorf("check the shop file: %w", translate(err))
	}
	if verdict != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, verdict)
	}
	return nil
}

// checkSmall runs quickCheck where it costs little.
func checkSmall(ctx context.Context, pool *sql.DB, path string, isNew bool) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("look at the shop file: %w", err)
	}
	if isNew || info.Size() > quickCheckLimit {
		return nil
	}
	return quickCheck(ctx, pool)
}
