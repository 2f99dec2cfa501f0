package ui_test

import (
	"go/ast"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// The budgets keep every file small enough to hold in the head. They are lines as an editor counts them, but for the
// contract, which is mostly its comments: there only code counts.
const (
	maxFile      = 400
	maxMedian    = 120
	maxFunction  = 60
	maxAppUpdate = 80
	maxScreen    = 900
	maxContract  = 200
)

func TestFilesStaySmall(t *testing.T) {
	t.Parallel()
	var lines []int
	for _, file := range shipped(t) {
		lines = append(lines, file.Lines)
		if file.Lines > maxFile {
			t.Errorf("%s has %d lines, want at most %d", file.Path, file.Lines, maxFile)
		}
	}
	slices.Sort(lines)
	if len(lines) == 0 {
		t.Fatal("no source found")
	}
	if median := lines[len(lines)/2]; median > maxMedian {
		t.Errorf("the median file has %d lines, want at most %d", median, maxMedian)
	}
}

func TestFunctionsStayShort(t *testing.T) {
	t.Parallel()
	for _, file := range shipped(t) {
		for _, function := range functions(file) {
			most := maxFunction
			if file.Folder == "ui" && receiver(function) == "App" && function.Name.Name == "Update" {
				most = maxAppUpdate
			}
			if height := file.Height(function); height > most {
				t.Errorf("%s: %s has %d lines, want at most %d", file.At(function), function.Name.Name, height, most)
			}
		}
	}
}

func TestPackagesOfScreensStaySmall(t *testing.T) {
	t.Parallel()
	total, code := make(map[string]int), make(map[string]int)
	for _, file := range shipped(t) {
		total[file.Folder] += file.Lines
		code[file.Folder] += file.Code
	}
	for folder, lines := range total {
		if matchesAny(slices.Concat(views, parts, pieces), folder) && lines > maxScreen {
			t.Errorf("%s has %d lines, want at most %d", folder, lines, maxScreen)
		}
	}
	if code["ui/view"] > maxContract {
		t.Errorf("ui/view has %d lines of code, want at most %d: it is the contract and no more", code["ui/view"], maxContract)
	}
}

// forTests are packages that only tests may import, so that they are test themselves.
var forTests = []string{"store/storetest", "ui/uitest"}

func TestThereIsAsMuchTestAsCode(t *testing.T) {
	t.Parallel()
	code, tests := 0, 0
	for _, file := range sources(t) {
		if file.Test || slices.Contains(forTests, file.Folder) {
			tests += file.Lines
		} else {
			code += file.Lines
		}
	}
	if tests < code {
		t.Errorf("%d lines of test for %d lines of code, want at least as many", tests, code)
	}
}

func TestNamesSayWhatAThingIs(t *testing.T) {
	t.Parallel()
	empty := []string{"util", "utils", "common", "helper", "helpers", "manager", "managers", "type", "types"}
	for _, file := range sources(t) {
		stem := strings.TrimSuffix(strings.TrimSuffix(path.Base(file.Path), ".go"), "_test")
		for _, name := range []string{stem, path.Base(file.Folder), file.Syntax.Name.Name} {
			if slices.Contains(empty, name) {
				t.Errorf("%s: %q says nothing of what is inside", file.Path, name)
			}
		}
	}
}

func TestNothingRunsBeforeMain(t *testing.T) {
	t.Parallel()
	for _, file := range sources(t) {
		for _, function := range functions(file) {
			if function.Recv == nil && function.Name.Name == "init" {
				t.Errorf("%s: init runs before main can decide anything", file.At(function))
			}
		}
	}
}

func TestNothingSleeps(t *testing.T) {
	t.Parallel()
	for _, file := range sources(t) {
		for _, call := range callsOf(file, "time", "Sleep") {
			t.Errorf("%s: a sleep cannot be cancelled, and a test that sleeps is slow or wrong", file.At(call))
		}
	}
}

func TestTopLevelIsFixed(t *testing.T) {
	t.Parallel()
	want := []string{"LICENSE", "README.md", "assets", "go.mod", "go.sum", "main.go", "sender", "store", "ui"}
	built := []string{"pregon", "pregon.exe", "dist"}
	entries, err := os.ReadDir(moduleRoot)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		ignored := strings.HasPrefix(name, ".") || slices.Contains(built, name) || matchesAny([]string{"*.test", "*.prof"}, name)
		if !ignored && !slices.Contains(want, name) {
			t.Errorf("%s does not belong at the top of the module", name)
		}
	}
}

func functions(file sourceFile) []*ast.FuncDecl {
	var all []*ast.FuncDecl
	for _, decl := range file.Syntax.Decls {
		if function, ok := decl.(*ast.FuncDecl); ok {
			all = append(all, function)
		}
	}
	return all
}

// receiver returns the type a method belongs to, without the star, or "".
func receiver(function *ast.FuncDecl) string {
	if function.Recv == nil || len(function.Recv.List) == 0 {
		return ""
	}
	expr := function.Recv.List[0].Type
	if star, ok := expr.(*ast.StarExpr); ok {
		expr = star.X
	}
	if name, ok := expr.(*ast.Ident); ok {
		return name.Name
	}
	return ""
}
