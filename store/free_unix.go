//go:build linux || darwin || freebsd

package store

import (
	"fmt"
	"syscall"
)

// freeBytes is what is left on the disk of a folder for who is not its administrator.
func freeBytes(folder string) (int64, error) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return 0, fmt.Errorf("ask for the room on the disk: %w", err)
	}
	return int64(fs.Bavail) * int64(fs.Bsize), nil //nolint:gosec,unconvert // their types differ by system
}
