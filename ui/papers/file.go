package papers

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// FolderError says in which folder a paper could not be written.
type FolderError struct {
	Folder string
	Err    error
}

func (e *FolderError) Error() string { return "write a paper: " + e.Err.Error() }

// Unwrap is what the system said.
func (e *FolderError) Unwrap() error { return e.Err }

// writeNew makes a file of a paper that only its owner can read, whole or not at all, and returns its path. A file that is
// there already stays: the new one gets a number behind its name.
func writeNew(folder, name, ext string, paper func(io.Writer) error) (string, error) {
	var text bytes.Buffer
	if err := paper(&text); err != nil {
		return "", err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return "", &FolderError{folder, err}
	}
	for n := 1; ; n++ {
		path := filepath.Join(folder, name+ext)
		if n > 1 {
			path = filepath.Join(folder, fmt.Sprintf("%s-%d%s", name, n, ext))
		}
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", &FolderError{folder, err}
		}
		_, err = file.Write(text.Bytes())
		if err = errors.Join(err, file.Close()); err != nil {
			return "", &FolderError{folder, errors.Join(err, os.Remove(path))}
		}
		return path, nil
	}
}
