package ui_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// layer says what the shipped code and the tests of some packages may import of ours. Paths are patterns of
// [matchesAny], relative to the module.
type layer struct {
	packages []string
	may      []string // for shipped code
	tests    []string // for test files, besides may
}

var (
	// words are the packages that only turn meaning into text and looks.
	words = []string{"ui/view", "ui/theme", "ui/say"}
	// rooms are pure: no SQL, nothing of ours.
	rooms = []string{"store/phone", "store/audience", "store/intake", "store/optout", "store/archive"}
	// views never know each other, nor the app that shows them.
	views = []string{"ui/contacts", "ui/consent", "ui/templates", "ui/broadcasts"}
	// parts are the larger pages of a view, in folders of their own below it.
	parts = []string{"ui/contacts/*", "ui/consent/*", "ui/broadcasts/*"}
	// pieces are steps and panes of a part, for that part alone.
	pieces = []string{"ui/broadcasts/draft/*"}
	// proving is what the tests of a screen stand on; those of the whole program see all screens.
	proving = []string{"store/storetest", "ui", "ui/uitest", "sender/sandbox", "assets"}
	whole   = slices.Concat([]string{"ui/...", "sender/webhook"}, rooms, proving)
)

// layers is the whole table of who may import whom. The first line that names a package holds for it, and a package
// that no line names is refused: a new folder has to be placed here on purpose.
var layers = []layer{
	{packages: []string{"."}, may: []string{"ui", "ui/cli", "ui/remote", "ui/say", "store", "sender", "sender/sandbox", "sender/webhook", "assets"}, tests: whole},
	{packages: []string{"assets"}},

	{packages: []string{"store"}, may: rooms, tests: []string{"store/storetest", "assets"}},
	{packages: []string{"store/storetest"}, may: append([]string{"store", "assets"}, rooms...)},
	{packages: rooms},

	{packages: []string{"sender"}, may: []string{"store", "sender/..."}, tests: []string{"store/storetest", "assets"}},
	{packages: []string{"sender/internal/..."}, may: []string{"store", "sender/internal/..."}, tests: []string{"store/storetest", "sender/sandbox"}},
	{packages: []string{"sender/sandbox"}, may: []string{"sender/internal/..."}, tests: []string{"assets"}},
	{packages: []string{"sender/webhook"}, may: []string{"store", "store/phone", "sender/internal/..."}, tests: []string{"store/storetest", "sender/sandbox"}},

	{packages: []string{"ui/say"}, may: []string{"assets"}},
	{packages: []string{"ui/theme"}},
	{packages: []string{"ui/view"}, may: []string{"ui/theme", "ui/say"}},
	{packages: []string{"ui/widget/*"}, may: append([]string{"ui/widget/*"}, words...), tests: []string{"assets"}},
	{packages: pieces, may: slices.Concat(words, rooms, []string{"ui/widget/*", "store", "sender"}), tests: proving},
	{packages: []string{"ui/broadcasts/draft"}, may: slices.Concat(words, rooms, pieces, []string{"ui/widget/*", "store", "sender"}), tests: proving},
	{packages: parts, may: slices.Concat(words, rooms, []string{"ui/widget/*", "store", "sender"}), tests: proving},
	{packages: []string{"ui/contacts"}, may: slices.Concat(words, rooms, []string{"ui/widget/*", "ui/contacts/*", "store", "sender"}), tests: proving},
	{packages: []string{"ui/consent"}, may: slices.Concat(words, rooms, []string{"ui/widget/*", "ui/consent/*", "store", "sender"}), tests: proving},
	{packages: []string{"ui/broadcasts"}, may: slices.Concat(words, rooms, []string{"ui/widget/*", "ui/broadcasts/*", "store", "sender"}), tests: proving},
	{packages: views, may: slices.Concat(words, rooms, []string{"ui/widget/*", "store", "sender"}), tests: proving},
	{packages: []string{"ui"}, may: slices.Concat(words, views, []string{"ui/widget/*", "store", "sender"}), tests: whole},
	{packages: []string{"ui/settings", "ui/restored", "ui/audiences"}, may: slices.Concat(words, rooms, []string{"ui/widget/*", "store"}), tests: proving},
	{packages: []string{"ui/access"}, may: slices.Concat(words, []string{"ui/widget/*", "store", "sender"}), tests: proving},
	{packages: []string{"ui/papers"}, may: slices.Concat(words, []string{"ui/widget/*", "ui/contract", "ui/handout", "store"}), tests: proving},
	{packages: []string{"ui/contract"}, may: []string{"store"}, tests: proving},
	{packages: []string{"ui/handout"}, may: slices.Concat(words, rooms, []string{"ui/widget/qr", "ui/contract", "store"}), tests: proving},
	{packages: []string{"ui/remote"}, may: slices.Concat(words, []string{"ui", "store", "sender"}), tests: proving},
	{packages: []string{"ui/cli"}, may: slices.Concat(words, rooms, views, []string{"ui", "ui/widget/*", "ui/contract", "ui/handout", "ui/settings", "ui/restored", "ui/audiences", "ui/papers", "ui/access", "ui/remote", "store", "sender", "assets"}), tests: whole},
	{packages: []string{"ui/uitest"}, may: []string{"ui", "ui/...", "store", "store/storetest", "sender", "sender/sandbox", "assets"}},
}

// listed is what this test needs of go list's answer.
type listed struct {
	ImportPath   string   `json:"ImportPath"`
	Imports      []string `json:"Imports"`
	TestImports  []string `json:"TestImports"`
	XTestImports []string `json:"XTestImports"`
}

func TestEveryImportKeepsToTheLayers(t *testing.T) {
	t.Parallel()
	for _, system := range []string{"linux", "windows", "darwin"} {
		t.Run(system, func(t *testing.T) {
			t.Parallel()
			for _, pkg := range listModule(t, system) {
				checkImports(t, pkg)
			}
		})
	}
}

func checkImports(t *testing.T, pkg listed) {
	t.Helper()
	folder := inModule(pkg.ImportPath)
	i := slices.IndexFunc(layers, func(l layer) bool { return matchesAny(l.packages, folder) })
	if i < 0 {
		t.Errorf("%s stands in no layer: name it in the table of this file", folder)
		return
	}
	for _, imported := range pkg.Imports {
		if to := inModule(imported); to != "" && !matchesAny(layers[i].may, to) {
			t.Errorf("%s imports %s", folder, to)
		}
	}
	mayTest := slices.Concat(layers[i].may, layers[i].tests, []string{folder})
	for _, imported := range slices.Concat(pkg.TestImports, pkg.XTestImports) {
		if to := inModule(imported); to != "" && !matchesAny(mayTest, to) {
			t.Errorf("the tests of %s import %s", folder, to)
		}
	}
}

// inModule returns a package's path relative to the module, "." for the root and "" for a package of others.
func inModule(importPath string) string {
	if importPath == "pregon" {
		return "."
	}
	relative, ours := strings.CutPrefix(importPath, "pregon/")
	if !ours {
		return ""
	}
	return relative
}

// listModule asks the go command for the module's packages as they would be built for a system.
func listModule(t *testing.T, system string) []listed {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-deps=false", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = moduleRoot
	cmd.Env = append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}

	var packages []listed
	decoder := json.NewDecoder(bytes.NewReader(out))
	for {
		var pkg listed
		err := decoder.Decode(&pkg)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatalf("read go list's answer: %v", err)
		}
		packages = append(packages, pkg)
	}
}

func TestLayerTable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		from, to string
		want     bool
	}{
		{name: "a view shows what the store says", from: "ui/contacts", to: "store", want: true},
		{name: "a view does not know another", from: "ui/contacts", to: "ui/consent", want: false},
		{name: "a view does not know the app", from: "ui/contacts", to: "ui", want: false},
		{name: "a view does not see the API", from: "ui/broadcasts", to: "sender/internal/cloudapi", want: false},
		{name: "a widget does not know the store", from: "ui/widget/table", to: "store", want: false},
		{name: "the store does not know the sender", from: "store", to: "sender", want: false},
		{name: "the sender does not know the screen", from: "sender", to: "ui/view", want: false},
		{name: "a pure room knows nobody", from: "store/phone", to: "store", want: false},
		{name: "no shipped code imports the test store", from: "ui", to: "store/storetest", want: false},
		{name: "main joins them", from: ".", to: "sender/sandbox", want: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			i := slices.IndexFunc(layers, func(l layer) bool { return matchesAny(l.packages, test.from) })
			if i < 0 {
				t.Fatalf("%s stands in no layer", test.from)
			}
			if got := matchesAny(layers[i].may, test.to); got != test.want {
				t.Errorf("%s may import %s: %v, want %v", test.from, test.to, got, test.want)
			}
		})
	}
}
