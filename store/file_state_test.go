package store_test

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"pregon/store/storetest"
)

func TestShopFileAsItIsMadeLiesSafely(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	state, err := shop.FileState()
	if err != nil {
		t.Fatal(err)
	}
	if len(state.Exposed) > 0 || state.OpenFolder || state.Synced != "" || state.KeyMissing || state.Path != shop.File {
		t.Errorf("got %+v", state)
	}
	if known := []string{"linux", "darwin", "freebsd", "windows"}; slices.Contains(known, runtime.GOOS) != (state.Free >= 0) {
		t.Errorf("%d bytes are free", state.Free)
	}
}

func TestFilesOthersCanReadAreNamed(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	tests := []struct {
		name, suffix string
		mode         os.FileMode
		exposed      bool
	}{
		{"the shop file, by everybody", "", 0o644, true},
		{"the shop file, by the group", "", 0o640, true},
		{"the shop file, written by others", "", 0o602, true},
		{"the log of changes", "-wal", 0o644, true},
		{"the key", ".key", 0o604, true},
		{"the key as it is made", ".key", 0o600, false},
		{"the key, closed to its owner's pen", ".key", 0o400, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			if err := os.Chmod(shop.File+tt.suffix, tt.mode); err != nil {
				t.Fatal(err)
			}
			state, err := shop.FileState()
			if err != nil {
				t.Fatal(err)
			}
			if got := slices.Contains(state.Exposed, "shop.db"+tt.suffix); got != tt.exposed || len(state.Exposed) > 1 {
				t.Errorf("exposed: %v", state.Exposed)
			}
		})
	}
}

func TestFolderOthersCanWriteToIsSeen(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no such modes")
	}
	for mode, open := range map[os.FileMode]bool{
		0o700: false, 0o755: false, 0o775: true, 0o777: true, 0o702: true, os.ModeSticky | 0o777: false, // as /tmp: nobody removes another's file
	} {
		shop := storetest.New(t)
		folder := filepath.Dir(shop.File)
		if err := os.Chmod(folder, mode); err != nil {
			t.Fatal(err)
		}
		state, err := shop.FileState()
		if err != nil || state.OpenFolder != open {
			t.Errorf("%v: open %v, %v", mode, state.OpenFolder, err)
		}
	}
}

func TestFoldersThatAreCopiedElsewhereAreKnown(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, folder, mark, want string }{
		{name: "a folder of one's own", folder: "shop"},
		{name: "OneDrive", folder: "OneDrive/shop", want: "OneDrive"},
		{name: "OneDrive of a company", folder: "OneDrive - Luna SL/a/b", want: "OneDrive"},
		{name: "Dropbox", folder: "Dropbox", want: "Dropbox"},
		{name: "Dropbox of two accounts", folder: "Dropbox (Personal)/x", want: "Dropbox"},
		{name: "Google Drive", folder: "Google Drive/x", want: "Google Drive"},
		{name: "iCloud on macOS", folder: "Library/Mobile Documents/com~apple~CloudDocs/x", want: "iCloud"},
		{name: "iCloud on Windows", folder: "iCloudDrive/x", want: "iCloud"},
		{name: "what macOS keeps in one place", folder: "Library/CloudStorage/Egnyte-luna/x", want: "Egnyte-luna"},
		{name: "Nextcloud", folder: "nextcloud/x", want: "Nextcloud"},
		{name: "Box", folder: "Box/x", want: "Box"},
		{name: "no Box", folder: "boxes/x"},
		{name: "no Mega", folder: "megastore/x"},
		{name: "Syncthing by its mark", folder: "papers/deep/x", mark: "papers/.stfolder", want: "Syncthing"},
		{name: "Dropbox by its mark", folder: "renamed/x", mark: "renamed/.dropbox.cache", want: "Dropbox"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			home := t.TempDir()
			folder := filepath.Join(home, filepath.FromSlash(tt.folder))
			if err := os.MkdirAll(folder, 0o700); err != nil {
				t.Fatal(err)
			}
			if tt.mark != "" {
				if err := os.Mkdir(filepath.Join(home, filepath.FromSlash(tt.mark)), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			shop := storetest.Open(t, filepath.Join(folder, "shop.db"), storetest.NewClock())
			state, err := shop.FileState()
			if err != nil || state.Synced != tt.want {
				t.Errorf("got %q, %v, want %q", state.Synced, err, tt.want)
			}
		})
	}
}

func TestALinkIntoACopiedFolderIsSeenThrough(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	target, link := filepath.Join(home, "Dropbox", "shop"), filepath.Join(home, "mine")
	if err := os.MkdirAll(target, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, link); err != nil {
		t.Skip("no links here: ", err)
	}
	shop := storetest.Open(t, filepath.Join(link, "shop.db"), storetest.NewClock())
	state, err := shop.FileState()
	if err != nil || state.Synced != "Dropbox" {
		t.Errorf("got %q, %v", state.Synced, err)
	}
}
