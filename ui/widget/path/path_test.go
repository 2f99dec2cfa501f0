package path_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"pregon/ui/widget/path"
)

func TestTypedPathsAreReadAsTheyAreMeant(t *testing.T) {
	t.Setenv("HOME", "/home/marta")
	for typed, want := range map[string]string{
		"book.csv": "book.csv", " /a/b.csv ": "/a/b.csv", `'/a/my book.csv'`: "/a/my book.csv", `"/a/my book.csv"`: "/a/my book.csv",
		`/a/my\ book.csv`: "/a/my book.csv", "file:///a/b.csv": "/a/b.csv", "~/b.csv": "/home/marta/b.csv", "~": "~", "'": "'", "": "",
	} {
		if filepath.Separator != '/' {
			t.Skip("these are the ways of other systems")
		}
		if got := path.Typed(typed); got != want {
			t.Errorf("Typed(%q) = %q, want %q", typed, got, want)
		}
	}
}

func TestPathsAreCompletedFromTheDisk(t *testing.T) {
	t.Parallel()
	folder := t.TempDir() + string(filepath.Separator)
	for _, name := range []string{"clientes-ñ.csv", "clientes-ó.csv", ".hidden", "other"} {
		if err := os.WriteFile(folder+name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(folder+"photos", 0o700); err != nil {
		t.Fatal(err)
	}
	slash := string(filepath.Separator)
	tests := []struct {
		typed, common string
		names         []string
	}{
		{"", "", []string{"clientes-ñ.csv", "clientes-ó.csv", "other", "photos" + slash}},
		{"cl", "clientes-", []string{"clientes-ñ.csv", "clientes-ó.csv"}}, // not half a letter more
		{"ph", "photos" + slash, []string{"photos" + slash}},
		{".h", ".hidden", []string{".hidden"}},
		{"zz", "", nil},
	}
	for _, tt := range tests {
		got := path.Look(folder + tt.typed)
		want := tt.common
		if len(tt.names) > 0 {
			want = folder + want
		}
		if !slices.Equal(got.Names, tt.names) || got.Common() != want {
			t.Errorf("%q: %q, common %q, want %q and %q", tt.typed, got.Names, got.Common(), tt.names, want)
		}
	}
	if got := path.Look(folder + "nowhere" + slash + "x"); len(got.Names) != 0 {
		t.Errorf("a folder that is not there offers %q", got.Names)
	}
}
