package storetest

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"pregon/store"
)

const shopFile = "shop.db"

// setUp returns the files of a shop that is set up, by name. They are made once: running every migration for each of
// some hundred shops took half the time of the tests.
var setUp = sync.OnceValues(func() (map[string][]byte, error) {
	folder, err := os.MkdirTemp("", "storetest")
	if err != nil {
		return nil, err
	}
	files, err := setUpIn(filepath.Join(folder, "shop"))
	return files, errors.Join(err, os.RemoveAll(folder))
})

func setUpIn(folder string) (map[string][]byte, error) {
	if err := begin(filepath.Join(folder, shopFile)); err != nil {
		return nil, fmt.Errorf("set up a shop for the tests: %w", err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	files := make(map[string][]byte, len(entries))
	for _, entry := range entries {
		if files[entry.Name()], err = os.ReadFile(filepath.Join(folder, entry.Name())); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// Other opens the file of another shop than New's, with a key of its own.
func Other(tb testing.TB) *Shop {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "other", shopFile)
	must(tb, begin(path))
	return Open(tb, path, NewClock())
}

// begin makes the file and closes it again, so that nothing is left beside it but its key.
func begin(path string) error {
	ctx := context.Background()
	s, _, err := store.Open(ctx, path, store.WithClock(NewClock().Now))
	if err != nil {
		return err
	}
	return errors.Join(
		s.SaveShop(ctx, Settings(), "Ana"),
		s.PublishNotices(ctx, []store.NoticeText{
			{ID: "optin-en", Language: "en", Text: "May {shop} write to you? Save {number}."},
			{ID: "optin-es", Language: "es", Text: "¿Puede {shop} escribirle? Guarde {number}."},
		}, "Ana"),
		s.SaveTemplates(ctx, []store.Template{Offer()}),
		s.Close(),
	)
}
