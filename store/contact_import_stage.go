package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"

	"pregon/store/intake"
	"pregon/store/phone"
)

// The staging tables are temporary ones of the import's own connection: they lie
// in a file without a name that ends with the process, so that a crash leaves
// nothing behind, and SQLite sorts there what no memory would hold.
const (
	createStaged = `CREATE TEMP TABLE staged (
		seq INTEGER PRIMARY KEY, line INTEGER NOT NULL, person TEXT, number TEXT, other TEXT, user_id TEXT, mac BLOB, other_mac BLOB,
		user_mac BLOB,
		name TEXT NOT NULL, folded TEXT NOT NULL, language TEXT NOT NULL, country TEXT NOT NULL, fields TEXT NOT NULL,
		tags TEXT NOT NULL, proof TEXT, reason TEXT NOT NULL, value TEXT NOT NULL)`
	indexStaged  = `CREATE INDEX temp.staged_person ON staged (person) WHERE person IS NOT NULL`
	indexUsers   = `CREATE INDEX temp.staged_user ON staged (user_id) WHERE user_id IS NOT NULL`
	insertStaged = `INSERT INTO staged VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
)

// StagedImport is a file of contacts that was read and compared, and of which
// nothing is in the shop yet. It must be closed.
type StagedImport struct {
	*importing
	pool    *sql.DB
	on      *session
	sum     string    // SHA-256 of the file
	people  int       // staged, refused ones too
	version int64     // of the shop file when it was compared
	seen    milestone // how far the shop was then
	signed  int       // numbers of countries where a yes needs a signature
	twins   int       // rows that name two contacts
	census  intake.Census
	preview Imported
}

// StageImport reads a file whole and says what importing it would do; see
// [StagedImport.Preview]. It refuses what [Store.Import] refuses, but for a
// bought list, which [StagedImport.Commit] refuses.
func (s *Store) StageImport(ctx context.Context, rows *intake.Reader, in Import) (*StagedImport, error) {
	i, err := s.newImport(ctx, in)
	if err != nil {
		return nil, err
	}
	g := &StagedImport{importing: i}
	if err := g.open(ctx); err != nil {
		return nil, errors.Join(err, g.Close())
	}
	if err := g.read(ctx, rows); err != nil {
		return nil, withClosing(err, g.Close())
	}
	if g.sum, err = rows.SHA256(); err != nil {
		return nil, withClosing(err, g.Close())
	}
	if err := g.compare(ctx); err != nil {
		return nil, withClosing(err, g.Close())
	}
	return g, nil
}

// withClosing adds an error of closing, where there is one.
func withClosing(err, closing error) error {
	if closing == nil {
		return err
	}
	return errors.Join(err, closing)
}

// SQLite sorts in as much memory as the cache of the shop file has, and needs thrice that for a moment; only keeping
// jumps about in the indexes and is quicker with much of them at hand. In kibibytes; the driver takes twice that, since
// its allocator gives a page of 4 KiB and its header 8.
const (
	sortingCache = "PRAGMA main.cache_size = -4096"
	keepingCache = "PRAGMA main.cache_size = -12288"
	// keepingLog has the log of an import copied into the file once in 64 MiB: pages of the indexes are written again and
	// again.
	keepingLog = "PRAGMA wal_autocheckpoint = 16384"
)

// open makes the import's own connection.
func (g *StagedImport) open(ctx context.Context) error {
	var err error
	if g.pool, err = sql.Open("sqlite", dsn(g.store.path, writing)); err != nil {
		return fmt.Errorf("open the shop file: %w", translate(err))
	}
	g.pool.SetMaxOpenConns(1)
	conn, err := g.pool.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open the shop file: %w", translate(err))
	}
	g.on = newSession(conn)
	for _, text := range []string{
		"PRAGMA temp_store = FILE", sortingCache, createStaged, createPlan, "PRAGMA temp.journal_mode = OFF", "PRAGMA temp.cache_size = -2048",
	} {
		if _, err := conn.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("make the staging tables: %w", translate(err))
		}
	}
	return nil
}

// Close forgets the staged rows. Closing twice is closing once.
func (g *StagedImport) Close() error {
	if g.pool == nil {
		return nil
	}
	err := errors.Join(g.on.close(), g.pool.Close())
	g.pool, g.on = nil, nil
	return err
}

// importBatch is how many rows are worked on together.
const importBatch = 256

// batch is some rows on their way through the workers.
type batch struct {
	rows   []intake.Row
	people [][]person // of each row
	ready  chan struct{}
	bytes  int64
	err    error // that ended the file
}

// read takes the rows through the workers, which parse numbers on all cores, into the staging table in their order.
func (g *StagedImport) read(ctx context.Context, rows *intake.Reader) error {
	ctx, stop := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait() // after stop
	defer stop()
	ordered := g.parse(ctx, rows, &running)
	// A transaction only so that not every row is one; it touches the staging tables and nothing else.
	if _, err := g.on.conn.ExecContext(ctx, "BEGIN"); err != nil {
		return fmt.Errorf("stage the rows: %w", translate(err))
	}
	insert, err := g.on.conn.PrepareContext(ctx, insertStaged)
	if err != nil {
		return fmt.Errorf("stage the rows: %w", translate(err))
	}
	defer func() { _ = insert.Close() }() // it goes with its connection
	for b := range ordered {
		select {
		case <-ctx.Done():
			return fmt.Errorf("import: %w", ctx.Err())
		case <-b.ready:
		}
		if err := g.stage(ctx, insert, b); err != nil {
			return err
		}
		g.tell(ImportReading, g.preview.Rows, 0, b.bytes)
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("import: %w", err)
	}
	if _, err := g.on.conn.ExecContext(ctx, "COMMIT"); err != nil {
		return fmt.Errorf("stage the rows: %w", translate(err))
	}
	return nil
}

// parse reads the file in one goroutine and its numbers in as many as there are cores. The batches come out in order.
func (g *StagedImport) parse(ctx context.Context, rows *intake.Reader, running *sync.WaitGroup) <-chan *batch {
	workers := runtime.GOMAXPROCS(0)
	work, ordered := make(chan *batch, workers), make(chan *batch, 2*workers)
	running.Go(func() {
		defer close(ordered)
		defer close(work)
		for end := false; !end; {
			b := nextBatch(rows)
			end = b.err != nil
			for _, queue := range []chan<- *batch{work, ordered} {
				select {
				case <-ctx.Done():
					return
				case queue <- b:
				}
			}
		}
	})
	for range workers {
		running.Go(func() {
			var reader phone.Reader
			for b := range work {
				for _, row := range b.rows {
					b.people = append(b.people, g.persons(&reader, row))
				}
				close(b.ready)
			}
		})
	}
	return ordered
}

func nextBatch(rows *intake.Reader) *batch {
	b := &batch{rows: make([]intake.Row, 0, importBatch), ready: make(chan struct{})}
	for len(b.rows) < importBatch && b.err == nil {
		row, err := rows.Next()
		if b.err = err; err == nil {
			b.rows = append(b.rows, row)
		}
	}
	b.bytes = rows.Taken()
	return b
}

// stage puts a batch into the staging table, and hands back what is refused.
func (g *StagedImport) stage(ctx context.Context, insert *sql.Stmt, b *batch) error {
	for n, people := range b.people {
		g.preview.Rows++
		for _, p := range people {
			g.people++
			if _, err := insert.ExecContext(ctx, append([]any{g.people}, p.columns()...)...); err != nil {
				return fmt.Errorf("stage line %d: %w", p.line, translate(err))
			}
			if p.reason == "" {
				g.count(p)
				continue
			}
			g.preview.Rejected++
			if g.Rejected == nil {
				continue
			}
			if err := g.Rejected(b.rows[n], Reject{Line: p.line, Reason: p.reason, Value: p.value}); err != nil {
				return err
			}
		}
	}
	if b.err != nil && !errors.Is(b.err, io.EOF) {
		return b.err
	}
	return nil
}

func (g *StagedImport) count(p person) {
	g.census.People++
	if p.name == "" {
		g.census.Unnamed++
	}
	if phone.SignedIn(p.country) {
		g.signed++
	}
	if p.country != g.shop.Region {
		g.census.Foreign++
	}
}
