// Package path reads and completes the names of files as people type them, or drop them on a terminal.
package path

import (
	"cmp"
	"os"
	"path/filepath"
	"strings"
)

// Typed is the file meant by what was typed: terminals quote what is dropped on them, or put a backslash before its
// blanks; ~ is the home of whoever types.
func Typed(text string) string {
	text = strings.TrimSpace(text)
	if len(text) > 1 && (text[0] == '\'' || text[0] == '"') && text[len(text)-1] == text[0] {
		text = text[1 : len(text)-1]
	}
	if filepath.Separator == '/' {
		text = strings.ReplaceAll(strings.TrimPrefix(text, "file://"), `\ `, " ")
	}
	if rest, ok := strings.CutPrefix(text, "~/"); ok {
		if home, err := os.UserHomeDir(); err == nil {
			return filepath.Join(home, rest)
		}
	}
	return text
}

// Candidates are what a path may go on with.
type Candidates struct {
	Folder string
	Names  []string // sorted; those of folders end with a separator
}

// Look asks the disk what a path may go on with. Hidden files are shown to those who begin with a dot.
func Look(path string) Candidates {
	folder, begun := filepath.Split(path)
	found := Candidates{Folder: folder}
	entries, err := os.ReadDir(cmp.Or(folder, "."))
	if err != nil {
		return found // a folder that cannot be read has nothing to offer
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, begun) || (begun == "" && strings.HasPrefix(name, ".")) {
			continue
		}
		if entry.IsDir() {
			name += string(filepath.Separator)
		}
		found.Names = append(found.Names, name)
	}
	return found
}

// Common is the path with what all candidates go on with; "" where there are none.
func (c Candidates) Common() string {
	if len(c.Names) == 0 {
		return ""
	}
	common := c.Names[0]
	for _, name := range c.Names[1:] {
		for !strings.HasPrefix(name, common) {
			common = common[:len(common)-1]
		}
	}
	return c.Folder + strings.ToValidUTF8(common, "")
}
