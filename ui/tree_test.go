package ui_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// moduleRoot is the top of the module as seen from this package's folder, where go test runs.
const moduleRoot = ".."

// sourceFile is one Go file of the module, parsed, whatever system it is built for.
type sourceFile struct {
	Path    string // slash-separated, from the module root: "ui/view/view.go"
	Folder  string // "ui/view", or "." at the root
	Lines   int
	Code    int  // lines that are neither blank nor a comment
	Test    bool // of a test or of a package that only tests import
	Syntax  *ast.File
	Imports []string // import paths
	set     *token.FileSet
}

// testOnly are the packages that only test files may import. They count as tests themselves.
var testOnly = []string{"store/storetest", "ui/uitest"}

// At says where a node stands, as path:line.
func (f sourceFile) At(node ast.Node) string {
	return f.Path + ":" + strconv.Itoa(f.line(node.Pos()))
}

// Height is how many lines a node covers.
func (f sourceFile) Height(node ast.Node) int {
	return f.line(node.End()) - f.line(node.Pos()) + 1
}

func (f sourceFile) line(pos token.Pos) int {
	return f.set.Position(pos).Line
}

// sources returns every Go file of the module, parsed once for all tests.
func sources(t *testing.T) []sourceFile {
	t.Helper()
	files, err := parseModule()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var parseModule = sync.OnceValues(func() ([]sourceFile, error) {
	set := token.NewFileSet()
	var files []sourceFile
	err := walkModule(func(path string) error {
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		file, err := parseSource(set, path)
		files = append(files, file)
		return err
	})
	return files, err
})

func parseSource(set *token.FileSet, path string) (sourceFile, error) {
	data, err := os.ReadFile(filepath.Join(moduleRoot, filepath.FromSlash(path)))
	if err != nil {
		return sourceFile{}, err
	}
	syntax, err := parser.ParseFile(set, path, data, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return sourceFile{}, err
	}
	file := sourceFile{
		Path:   path,
		Folder: folderOf(path),
		Lines:  strings.Count(string(data), "\n"),
		Code:   countCode(string(data)),
		Syntax: syntax,
		set:    set,
	}
	file.Test = strings.HasSuffix(path, "_test.go") || matchesAny(testOnly, file.Folder)
	for _, spec := range syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return sourceFile{}, err
		}
		file.Imports = append(file.Imports, imported)
	}
	return file, nil
}

// countCode leaves out blank lines and those that hold nothing but a // comment, the only kind this module uses.
func countCode(source string) int {
	code := 0
	for line := range strings.Lines(source) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "//") {
			code++
		}
	}
	return code
}

// walkModule calls visit with the slash-separated path of every file that belongs to the module: no dot-files,
// and nothing of testdata, which the go tool leaves alone too.
func walkModule(visit func(path string) error) error {
	return filepath.WalkDir(moduleRoot, func(full string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() && full != moduleRoot && (strings.HasPrefix(name, ".") || name == "testdata") {
			return filepath.SkipDir
		}
		if entry.IsDir() || strings.HasPrefix(name, ".") {
			return nil
		}
		path, err := filepath.Rel(moduleRoot, full)
		if err != nil {
			return err
		}
		return visit(filepath.ToSlash(path))
	})
}

func folderOf(path string) string {
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		return path[:i]
	}
	return "."
}

// matchesAny tells whether a folder is one of the patterns. "a/*" is every folder directly in a, "a/..." is a and
// everything below it.
func matchesAny(patterns []string, folder string) bool {
	for _, pattern := range patterns {
		above, all := strings.CutSuffix(pattern, "/...")
		if all && (folder == above || strings.HasPrefix(folder, above+"/")) {
			return true
		}
		if one, err := filepath.Match(pattern, folder); err == nil && one {
			return true
		}
	}
	return false
}

func TestPatternsOfFolders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		pattern, folder string
		want            bool
	}{
		{name: "itself", pattern: "ui/view", folder: "ui/view", want: true},
		{name: "not its parent", pattern: "ui/view", folder: "ui", want: false},
		{name: "not its child", pattern: "ui", folder: "ui/view", want: false},
		{name: "a star is one folder", pattern: "ui/widget/*", folder: "ui/widget/table", want: true},
		{name: "a star is not two", pattern: "ui/widget/*", folder: "ui/widget/table/row", want: false},
		{name: "dots are the folder", pattern: "sender/...", folder: "sender", want: true},
		{name: "dots are all below", pattern: "sender/...", folder: "sender/internal/cloudapi", want: true},
		{name: "dots are not a longer name", pattern: "sender/...", folder: "senders", want: false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := matchesAny([]string{test.pattern}, test.folder); got != test.want {
				t.Errorf("%q matches %q: %v, want %v", test.pattern, test.folder, got, test.want)
			}
		})
	}
}
