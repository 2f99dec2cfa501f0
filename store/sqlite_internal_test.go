package store

import (
	"net/url"
	"strings"
	"testing"
)

// TestEveryPragmaIsSetOnce holds for each kind of connection: of two values the driver takes whichever sorts last.
func TestEveryPragmaIsSetOnce(t *testing.T) {
	t.Parallel()
	for _, source := range []string{dsn("shop.db", writing), dsn("shop.db", reading, "query_only(1)")} {
		of, err := url.Parse(source)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, pragma := range of.Query()["_pragma"] {
			name, _, _ := strings.Cut(pragma, "(")
			if seen[name] {
				t.Errorf("%s is set twice in %s", name, source)
			}
			seen[name] = true
		}
		if !seen["cache_size"] || !seen["synchronous"] {
			t.Errorf("%s sets %v", source, seen)
		}
	}
}

// TestReadersKeepLittleAtHand asks a reader itself.
func TestReadersKeepLittleAtHand(t *testing.T) {
	t.Parallel()
	pool, err := readPool(t.TempDir() + "/shop.db")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pool.Close() }()
	var size int
	if err := pool.QueryRowContext(t.Context(), "PRAGMA cache_size").Scan(&size); err != nil || size != -reading {
		t.Errorf("cache_size = %d, %v; want %d", size, err, -reading)
	}
}
