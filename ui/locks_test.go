package ui_test

import (
	"go/ast"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// These tests hold the doors shut over the years: what the compiler cannot refuse, they find in the source.

// cloudAPI is the one folder that may post messages; sandbox is the server it posts to in practice and in tests.
const (
	cloudAPI = "sender/internal/cloudapi"
	sandbox  = "sender/sandbox"
)

func TestOnlyOnePlacePostsMessages(t *testing.T) {
	t.Parallel()
	endpoint := regexp.MustCompile(`/messages($|[?#"])`)
	var places []string
	client := false
	for _, file := range shipped(t) {
		client = client || file.Folder == cloudAPI
		if matchesAny([]string{sandbox}, file.Folder) {
			continue
		}
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			if text, ok := stringLiteral(node); ok && (endpoint.MatchString(text) || (text == "messages" && file.Folder == cloudAPI)) {
				places = append(places, file.At(node))
			}
			return true
		})
	}
	want := 0
	if client {
		want = 1
	}
	if len(places) != want {
		t.Errorf("/messages stands in %d places, want %d: %v", len(places), want, places)
	}
	for _, place := range places {
		if !strings.HasPrefix(place, cloudAPI+"/") {
			t.Errorf("%s: only %s may post messages", place, cloudAPI)
		}
	}
}

// TestUploadsCarryNoAddress holds the one other call that posts to the number: it hands a file over and can reach nobody,
// since its file knows neither claims nor addresses.
func TestUploadsCarryNoAddress(t *testing.T) {
	t.Parallel()
	var places []string
	for _, file := range shipped(t) {
		if matchesAny([]string{sandbox}, file.Folder) {
			continue
		}
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			if text, ok := stringLiteral(node); ok && strings.HasSuffix(text, "/media") {
				places = append(places, file.At(node))
			}
			if name, ok := node.(*ast.Ident); ok && file.Path == cloudAPI+"/media.go" &&
				slices.Contains([]string{"Claim", "Address", "Spend", "E164", "sendPath", "viaLine", "viaHTTP"}, name.Name) {
				t.Errorf("%s: an upload has to do with nobody", file.At(node))
			}
			return true
		})
	}
	if len(places) != 1 || !strings.HasPrefix(places[0], cloudAPI+"/media.go:") {
		t.Errorf("files are handed over in %v, want one place, %s/media.go", places, cloudAPI)
	}
}

// TestPostsAreCounted holds that what posts to the platform is a message, an upload or a template handed in, each in its
// own file, and that handing a template in has to do with nobody.
func TestPostsAreCounted(t *testing.T) {
	t.Parallel()
	var places []string
	for _, file := range shipped(t) {
		if file.Folder != cloudAPI {
			continue
		}
		ast.Inspect(file.Syntax, func(node ast.Node) bool {
			if name, ok := node.(*ast.SelectorExpr); ok && name.Sel.Name == "MethodPost" {
				places = append(places, strings.TrimPrefix(file.Path, cloudAPI+"/"))
			}
			if text, ok := stringLiteral(node); ok && (text == "POST" || strings.HasPrefix(text, "POST ")) {
				places = append(places, strings.TrimPrefix(file.Path, cloudAPI+"/"))
			}
			if name, ok := node.(*ast.Ident); ok && file.Path == cloudAPI+"/submit.go" &&
				slices.Contains([]string{"Claim", "Address", "Spend", "E164", "sendPath", "number", "viaLine", "viaHTTP"}, name.Name) {
				t.Errorf("%s: a template has to do with nobody", file.At(node))
			}
			return true
		})
	}
	slices.Sort(places)
	if want := []string{"client.go", "media.go", "message.go", "submit.go"}; !slices.Equal(places, want) {
		t.Errorf("posts stand in %v, want %v", places, want)
	}
}

func TestOnlyMainOpensTheStore(t *testing.T) {
	t.Parallel()
	for _, file := range shipped(t) {
		if file.Path == "main.go" {
			continue
		}
		for _, call := range callsOf(file, "pregon/store", "Open") {
			t.Errorf("%s: the outbox comes with the store, so only main.go opens it", file.At(call))
		}
	}
}

func TestNoSideDoorsOfTheLanguage(t *testing.T) {
	t.Parallel()
	for _, file := range shipped(t) {
		for _, imported := range file.Imports {
			if imported == "unsafe" || imported == "reflect" || imported == "C" {
				t.Errorf("%s imports %s, which can build a claim out of nothing", file.Path, imported)
			}
		}
		for _, group := range file.Syntax.Comments {
			for _, comment := range group.List {
				if strings.HasPrefix(comment.Text, "//go:linkname") {
					t.Errorf("%s: go:linkname reaches unexported names", file.At(comment))
				}
			}
		}
	}
}

func TestShippedCodeNeverImportsTesting(t *testing.T) {
	t.Parallel()
	forTests := []string{"testing", "testing/...", "net/http/httptest", "pgregory.net/rapid", "github.com/creack/pty", "github.com/charmbracelet/x/vt"}
	for _, file := range shipped(t) {
		for _, imported := range file.Imports {
			if matchesAny(forTests, imported) {
				t.Errorf("%s imports %s", file.Path, imported)
			}
		}
	}
}

// TestOnlyTheSenderTalksHTTP allows the wiring to start servers; no screen and no store ever opens a connection.
func TestOnlyTheSenderTalksHTTP(t *testing.T) {
	t.Parallel()
	may := []string{".", "sender/...", "ui/cli"}
	for _, file := range shipped(t) {
		if slices.Contains(file.Imports, "net/http") && !matchesAny(may, file.Folder) {
			t.Errorf("%s imports net/http", file.Path)
		}
	}
}

// shipped returns the files that are built into the program.
func shipped(t *testing.T) []sourceFile {
	t.Helper()
	return slices.DeleteFunc(slices.Clone(sources(t)), func(f sourceFile) bool { return f.Test })
}

// callsOf finds the calls of a package's function in a file, by whatever name the file imports the package.
func callsOf(file sourceFile, importPath, function string) []*ast.CallExpr {
	local := importName(file, importPath)
	if local == "" {
		return nil
	}
	var calls []*ast.CallExpr
	ast.Inspect(file.Syntax, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok {
			return true
		}
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == function {
			if name, ok := selector.X.(*ast.Ident); ok && name.Name == local {
				calls = append(calls, call)
			}
		}
		return true
	})
	return calls
}

// importName returns the name under which a file imports a package, or "".
func importName(file sourceFile, importPath string) string {
	for i, imported := range file.Imports {
		if imported != importPath {
			continue
		}
		if alias := file.Syntax.Imports[i].Name; alias != nil {
			return alias.Name
		}
		return importPath[strings.LastIndexByte(importPath, '/')+1:]
	}
	return ""
}

func stringLiteral(node ast.Node) (string, bool) {
	literal, ok := node.(*ast.BasicLit)
	if !ok {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil && literal.Kind.String() == "STRING"
}
