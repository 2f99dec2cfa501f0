package store_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/intake"
	"pregon/store/storetest"
)

// benchRows is how many rows the benchmarks of imports take; PREGON_BENCH_ROWS says another number.
const benchRows = 20_000

func rowsToBench(tb testing.TB) int {
	tb.Helper()
	if text := os.Getenv("PREGON_BENCH_ROWS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			tb.Fatal(err)
		}
		return n
	}
	return benchRows
}

// customerFile writes a file of people whose numbers stand in no order, of whom every share-th differs by round.
func customerFile(tb testing.TB, people, share, round int) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "crowd.csv")
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	out := bufio.NewWriter(file)
	first := []string{"Ana", "Luis", "Marta", "José", "Lucía", "Pedro", "Carmen", "Juan", "Rosa", "Miguel", "Elena", "Pablo", "Inés", "Diego"}
	last := []string{"García", "López", "Martínez", "Sánchez", "Pérez", "Gómez", "Ruiz", "Díaz", "Moreno", "Álvarez", "Romero", "Navarro"}
	source := rand.New(rand.NewPCG(1, 2))
	_, err = out.WriteString("name,phone,tags,city\n")
	for _, n := range source.Perm(people) {
		name := first[source.IntN(len(first))] + " " + last[source.IntN(len(last))] + " " + last[source.IntN(len(last))]
		if share > 0 && n%share == 0 {
			name += " " + strconv.Itoa(round)
		}
		tag := ""
		if n%10 == 0 {
			tag = "vip"
		}
		if err == nil {
			_, err = fmt.Fprintf(out, "%s,+1604%07d,%s,Vancouver\n", name, 2_000_000+n, tag)
		}
	}
	for _, err := range []error{err, out.Flush(), file.Close()} {
		if err != nil {
			tb.Fatal(err)
		}
	}
	return path
}

// bringFile imports a file and returns how long that took.
func bringFile(tb testing.TB, shop *storetest.Shop, path string) (store.Imported, time.Duration) {
	tb.Helper()
	file, err := os.Open(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	began := time.Now()
	rows, err := intake.Open(file, intake.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	got, err := shop.Import(tb.Context(), rows, store.Import{File: "crowd.csv", Source: "made for measuring", Staff: "Ana"})
	if err != nil {
		tb.Fatal(err)
	}
	return got, time.Since(began)
}

// plain is the least that a table of the same people needs: as many indexes, and the same search by three signs that
// follow each other (without its option contentless_delete, which older commands do not know).
const plain = `CREATE TABLE contacts (name TEXT, phone TEXT UNIQUE, tags TEXT, city TEXT);
CREATE INDEX contacts_name ON contacts (name, phone);
CREATE INDEX contacts_tags ON contacts (tags);
CREATE VIRTUAL TABLE grams USING fts5 (text, content = '', tokenize = 'trigram', detail = none);
CREATE TRIGGER grams_insert AFTER INSERT ON contacts BEGIN
  INSERT INTO grams (rowid, text) VALUES (NEW.rowid, NEW.name || ' ' || NEW.phone || '  ');
END;
`

// sqliteImport has the sqlite3 command import the same file.
func sqliteImport(tb testing.TB, path string) time.Duration {
	tb.Helper()
	command, err := exec.LookPath("sqlite3")
	if err != nil {
		tb.Skip("the sqlite3 command is not here to compare with")
	}
	db := filepath.Join(tb.TempDir(), "plain.db")
	run := func(args ...string) {
		if out, err := exec.CommandContext(tb.Context(), command, args...).CombinedOutput(); err != nil {
			tb.Fatalf("%v: %s", err, out)
		}
	}
	run(db, plain)
	began := time.Now()
	run(db, ".import --csv --skip 1 "+path+" contacts")
	return time.Since(began)
}

// BenchmarkImport prints the time of a first import as a multiple of the sqlite3 command's own, those of the same file
// again and of one with 1 % changes as multiples of the first, and the most memory the Go side held: medians, but of a larger file.
func BenchmarkImport(b *testing.B) {
	people := rowsToBench(b)
	path, changed := customerFile(b, people, 0, 0), customerFile(b, people, 100, 1)
	times := storetest.Often
	if people > benchRows {
		times = 1
	}
	for b.Loop() {
		storetest.Medians(b, times, func(add func(float64, string)) {
			shop := storetest.New(b)
			peak := watchMemory(b)
			got, first := bringFile(b, shop, path)
			held := peak()
			if got.Added != people {
				b.Fatalf("got %+v", got)
			}
			_, again := bringFile(b, shop, path)
			got, more := bringFile(b, shop, changed)
			if got.Updated != people/100 {
				b.Fatalf("got %+v", got)
			}
			add(more.Seconds()/first.Seconds(), "changed/first")
			add(float64(people)/first.Seconds(), "rows/s")
			add(again.Seconds()/first.Seconds(), "again/first")
			add(held, "MB")
			add(first.Seconds()/sqliteImport(b, path).Seconds(), "first/sqlite3")
		})
	}
}

// watchMemory looks at the process until it is asked for the most that was resident, in MB; 0 where the system does
// not tell.
func watchMemory(tb testing.TB) func() float64 {
	tb.Helper()
	debug.FreeOSMemory() // of the measuring before
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600); err != nil {
		return func() float64 { return 0 }
	}
	return func() float64 {
		status, err := os.ReadFile("/proc/self/status")
		if err != nil {
			return 0
		}
		_, rest, _ := strings.Cut(string(status), "VmHWM:")
		fields := strings.Fields(rest)
		if len(fields) == 0 {
			return 0
		}
		kilobytes, err := strconv.ParseFloat(fields[0], 64)
		if err != nil {
			return 0
		}
		return kilobytes / 1024
	}
}
