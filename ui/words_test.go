package ui_test

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pregon/assets"
)

// listMissing is the environment variable that makes TestEverySentenceIsTranslated print the sentences a catalog
// lacks as JSON, ready to be filled in.
const listMissing = "PREGON_LIST_MISSING"

// translated are the languages that must have every sentence. English is the key itself; its catalog has plurals only.
var translated = []string{"es", "pt"}

func TestEverySentenceIsTranslated(t *testing.T) {
	t.Parallel()
	said := sentences(t)
	for _, language := range translated {
		known := catalog(t, language)
		missing := make(map[string]string)
		for _, sentence := range slices.Sorted(maps.Keys(said)) {
			if len(known[sentence]) == 0 {
				t.Errorf("%s.json has no translation of %q (%s)", language, sentence, said[sentence])
				missing[sentence] = ""
			}
		}
		if os.Getenv(listMissing) != "" && len(missing) > 0 {
			var out strings.Builder
			encoder := json.NewEncoder(&out)
			encoder.SetEscapeHTML(false)
			encoder.SetIndent("", "  ")
			if err := encoder.Encode(missing); err != nil {
				t.Fatal(err)
			}
			t.Logf("missing in %s.json:\n%s", language, out.String())
		}
	}
}

func TestNoTranslationIsLeftOver(t *testing.T) {
	t.Parallel()
	said := sentences(t)
	for language := range assets.Locales() {
		for sentence := range catalog(t, language) {
			if said[sentence] == "" {
				t.Errorf("%s.json translates %q, which no screen says", language, sentence)
			}
		}
	}
}

func TestTranslationsTakeTheSameArguments(t *testing.T) {
	t.Parallel()
	for language := range assets.Locales() {
		for sentence, forms := range catalog(t, language) {
			want := placeholders(sentence)
			for form, text := range forms {
				// "=0", "=1", "one" and the like may say the number in words: "a person", "nobody".
				got := placeholders(text)
				spelled := form != "other" && within(got, want)
				if !maps.Equal(got, want) && !spelled {
					t.Errorf("%s.json: %q takes %v and its translation %q takes %v", language, sentence, want, text, got)
				}
			}
		}
	}
}

func TestPluralsComeInTheLanguagesForms(t *testing.T) {
	t.Parallel()
	lawful := []string{"=0", "=1", "zero", "one", "two", "few", "many", "other"}
	for language := range assets.Locales() {
		for sentence, forms := range catalog(t, language) {
			for form := range forms {
				if !slices.Contains(lawful, form) {
					t.Errorf("%s.json: %q has the unknown plural %q", language, sentence, form)
				}
			}
			if forms["other"] == "" {
				t.Errorf("%s.json: %q has no \"other\"", language, sentence)
			}
		}
	}
}

func TestArgumentsOfSentences(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, sentence string
		want           map[string]string
	}{
		{name: "none", sentence: "Nothing was sent.", want: map[string]string{}},
		{name: "in order", sentence: "%d of %s", want: map[string]string{"1": "d", "2": "s"}},
		{name: "named", sentence: "%[2]s of %[1]d", want: map[string]string{"1": "d", "2": "s"}},
		{name: "after a named one the count goes on", sentence: "%[2]s and %s", want: map[string]string{"2": "s", "3": "s"}},
		{name: "width", sentence: "%5.1f", want: map[string]string{"1": "f"}},
		{name: "a percent sign", sentence: "%d %%", want: map[string]string{"1": "d"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := placeholders(test.sentence); !maps.Equal(got, test.want) {
				t.Errorf("%q takes %v, want %v", test.sentence, got, test.want)
			}
		})
	}
}

// sentences returns every first argument of a call of T in the shipped code under ui/, with one place where it is said.
// A first argument that is no literal and no constant fails the test: nobody could translate it.
func sentences(t *testing.T) map[string]string {
	t.Helper()
	said := make(map[string]string)
	constants := make(map[string]map[string]string)
	for _, file := range shipped(t) {
		if constants[file.Folder] == nil {
			constants[file.Folder] = make(map[string]string)
		}
		maps.Copy(constants[file.Folder], constantsOf(file))
	}
	for _, file := range shipped(t) {
		if !matchesAny([]string{"ui/..."}, file.Folder) {
			continue
		}
		for _, call := range callsOfT(file) {
			text, ok := constantText(call.Args[0], constants[file.Folder])
			if !ok {
				t.Errorf("%s: the sentence given to T is no literal and no constant", file.At(call))
				continue
			}
			said[text] = file.At(call)
		}
	}
	return said
}

func callsOfT(file sourceFile) []*ast.CallExpr {
	var calls []*ast.CallExpr
	ast.Inspect(file.Syntax, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		if selector, ok := call.Fun.(*ast.SelectorExpr); ok && selector.Sel.Name == "T" {
			calls = append(calls, call)
		}
		return true
	})
	return calls
}

// constantsOf returns the string constants declared at the top of a file.
func constantsOf(file sourceFile) map[string]string {
	found := make(map[string]string)
	for _, decl := range file.Syntax.Decls {
		group, ok := decl.(*ast.GenDecl)
		if !ok || group.Tok != token.CONST {
			continue
		}
		for _, spec := range group.Specs {
			values, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, name := range values.Names {
				if i < len(values.Values) {
					if text, ok := constantText(values.Values[i], found); ok {
						found[name.Name] = text
					}
				}
			}
		}
	}
	return found
}

// constantText evaluates a literal, a constant of the package, or several of them joined by +.
func constantText(expr ast.Expr, constants map[string]string) (string, bool) {
	switch expr := expr.(type) {
	case *ast.BasicLit:
		return stringLiteral(expr)
	case *ast.Ident:
		text, ok := constants[expr.Name]
		return text, ok
	case *ast.ParenExpr:
		return constantText(expr.X, constants)
	case *ast.BinaryExpr:
		left, okLeft := constantText(expr.X, constants)
		right, okRight := constantText(expr.Y, constants)
		return left + right, okLeft && okRight && expr.Op == token.ADD
	}
	return "", false
}

// catalog returns a language's translations by sentence and plural form; a plain text has the form "other" only.
func catalog(t *testing.T, language string) map[string]map[string]string {
	t.Helper()
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(assets.Locales()[language], &raw); err != nil {
		t.Fatalf("%s.json: %v", language, err)
	}
	known := make(map[string]map[string]string)
	for sentence, value := range raw {
		var text string
		if json.Unmarshal(value, &text) == nil {
			known[sentence] = map[string]string{"other": text}
			continue
		}
		var forms map[string]string
		if err := json.Unmarshal(value, &forms); err != nil {
			t.Fatalf("%s.json: %q: %v", language, sentence, err)
		}
		known[sentence] = forms
	}
	return known
}

var verb = regexp.MustCompile(`%(?:%|[-+# 0]*(?:\d+)?(?:\.\d+)?(?:\[(\d+)\])?([a-zA-Z]))`)

// placeholders returns the verb that each argument is printed with, by the argument's number.
func placeholders(sentence string) map[string]string {
	found := make(map[string]string)
	next := 1
	for _, match := range verb.FindAllStringSubmatch(sentence, -1) {
		if match[0] == "%%" {
			continue
		}
		if match[1] != "" {
			next = int(match[1][0] - '0')
		}
		found[string(rune('0'+next))] = match[2]
		next++
	}
	return found
}

// within tells whether a holds nothing that b does not.
func within(a, b map[string]string) bool {
	for argument, kind := range a {
		if b[argument] != kind {
			return false
		}
	}
	return true
}
