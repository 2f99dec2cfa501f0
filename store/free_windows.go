package store

import (
	"fmt"
	"math"

	"golang.org/x/sys/windows"
)

// freeBytes is what is left on the disk of a folder for this user.
func freeBytes(folder string) (int64, error) {
	path, err := windows.UTF16PtrFromString(folder)
	if err != nil {
		return 0, fmt.Errorf("name the folder: %w", err)
	}
	var free uint64
	if err := windows.GetDiskFreeSpaceEx(path, &free, nil, nil); err != nil {
		return 0, fmt.Errorf("ask for the room on the disk: %w", err)
	}
	return int64(min(free, math.MaxInt64)), nil
}
