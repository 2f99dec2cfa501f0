package store

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// FileState is how the shop file lies on its disk.
type FileState struct {
	Path       string
	Exposed    []string // names of files that others on this machine can read or write
	OpenFolder bool     // others may put files into its folder, or take them away
	Synced     string   // the service that copies the folder elsewhere; "" where none is known
	Free       int64    // bytes left on its disk; -1 where the system does not tell
	KeyMissing bool
}

// shopSuffixes make the names of the files that hold a shop, after the shop file's own.
var shopSuffixes = []string{"", "-wal", "-shm", keyName, ".log"}

// FileState looks at the shop file, its companions and its folder. Windows has
// no modes to look at: who may read a file is there the folder's affair.
func (s *Store) FileState() (FileState, error) {
	state := FileState{Path: s.path, KeyMissing: s.KeyMissing(), Free: -1}
	folder, err := filepath.Abs(filepath.Dir(s.path))
	if err != nil {
		return FileState{}, fmt.Errorf("find the shop's folder: %w", err)
	}
	if target, err := filepath.EvalSymlinks(folder); err == nil {
		folder = target
	}
	if runtime.GOOS != "windows" {
		for _, suffix := range shopSuffixes {
			info, err := os.Stat(s.path + suffix)
			if err == nil && info.Mode().Perm()&0o077 != 0 {
				state.Exposed = append(state.Exposed, filepath.Base(s.path+suffix))
			}
		}
		info, err := os.Stat(folder)
		if err != nil {
			return FileState{}, fmt.Errorf("look at the shop's folder: %w", err)
		}
		state.OpenFolder = info.Mode().Perm()&0o022 != 0 && info.Mode()&os.ModeSticky == 0
	}
	state.Synced = syncedBy(folder)
	if free, err := freeBytes(folder); err == nil {
		state.Free = free
	}
	return state, nil
}

// services are the folders of programs that copy what lies in them, in lower
// case: by the whole name, or by its beginning where it ends in an asterisk. A
// database copied while it is written is damaged, and customers' numbers lie
// with a stranger.
var services = []struct{ folder, name string }{
	{"onedrive*", "OneDrive"},
	{"dropbox*", "Dropbox"},
	{"google drive*", "Google Drive"},
	{"googledrive*", "Google Drive"},
	{"my drive", "Google Drive"},
	{"icloud drive*", "iCloud"},
	{"iclouddrive*", "iCloud"},
	{"mobile documents", "iCloud"},
	{"com~apple~clouddocs", "iCloud"},
	{"nextcloud*", "Nextcloud"},
	{"owncloud*", "ownCloud"},
	{"synologydrive*", "Synology Drive"},
	{"pcloud*", "pCloud"},
	{"box", "Box"},
	{"box sync", "Box"},
	{"mega", "MEGA"},
	{"megasync*", "MEGA"},
	{"syncthing*", "Syncthing"},
}

// marks are files that such a program leaves at the top of what it copies.
var marks = map[string]string{".stfolder": "Syncthing", ".dropbox.cache": "Dropbox", ".owncloudsync.log": "ownCloud"}

// syncedBy names the service that copies a folder, by the names above it and by its marks.
func syncedBy(folder string) string {
	for at := filepath.Clean(folder); ; at = filepath.Dir(at) {
		name := strings.ToLower(filepath.Base(at))
		for _, service := range services {
			start, open := strings.CutSuffix(service.folder, "*")
			if name == service.folder || (open && strings.HasPrefix(name, start)) {
				return service.name
			}
		}
		if strings.ToLower(filepath.Base(filepath.Dir(at))) == "cloudstorage" { // macOS keeps all of them there
			return filepath.Base(at)
		}
		for mark, service := range marks {
			if _, err := os.Stat(filepath.Join(at, mark)); err == nil && filepath.Dir(at) != at {
				return service
			}
		}
		if filepath.Dir(at) == at {
			return ""
		}
	}
}
