package store_test

import (
	"database/sql"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// constants resolves every string constant of the package, by name, and lists
// literal statements that have no name under their place.
func constants(t *testing.T) map[string]string {
	t.Helper()
	expressions := map[string]ast.Expr{}
	paths, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(files, path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if spec, ok := node.(*ast.ValueSpec); ok {
				for i, name := range spec.Names {
					if i < len(spec.Values) {
						expressions[name.Name] = spec.Values[i]
					}
				}
			}
			if call, ok := node.(*ast.CallExpr); ok {
				for _, argument := range call.Args {
					if literal, ok := argument.(*ast.BasicLit); ok {
						expressions[files.Position(literal.Pos()).String()] = literal
					}
				}
			}
			return true
		})
	}
	texts := map[string]string{}
	for name, expression := range expressions {
		if text, ok := resolve(expression, expressions); ok {
			texts[name] = text
		}
	}
	return texts
}

func resolve(expression ast.Expr, known map[string]ast.Expr) (string, bool) {
	switch e := expression.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, err == nil && e.Kind == token.STRING
	case *ast.Ident:
		if next, ok := known[e.Name]; ok {
			return resolve(next, known)
		}
	case *ast.BinaryExpr:
		left, leftOK := resolve(e.X, known)
		right, rightOK := resolve(e.Y, known)
		return left + right, leftOK && rightOK
	}
	return "", false
}

var whole = regexp.MustCompile(`^(SELECT|INSERT INTO|UPDATE|DELETE FROM) [a-z*(]`)

func TestEveryStatementFitsTheSchema(t *testing.T) {
	t.Parallel()
	db := raw(t, storetest.New(t))
	texts := constants(t)
	db.SetMaxOpenConns(1) // which has the temporary tables of an import
	for _, name := range []string{"createStaged", "createPlan", "createRemoved"} {
		if _, err := db.ExecContext(t.Context(), texts[name]); err != nil {
			t.Fatal(err)
		}
	}
	tried := 0
	for name, text := range texts {
		text = strings.ReplaceAll(strings.TrimSpace(text), store.CrowdSQL, "group_concat") // which only a reader knows
		if !whole.MatchString(text) || strings.Contains(text, "%s") || strings.HasSuffix(text, " FROM") || strings.HasSuffix(text, " b") ||
			strings.HasSuffix(text, "WHERE s.erased = 0 AND") || strings.HasSuffix(text, " SET seq = ?") {
			continue // a piece of a statement
		}
		if strings.Count(text, "(") != strings.Count(text, ")") {
			continue // a piece as well
		}
		statement, err := db.PrepareContext(t.Context(), text)
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, text)
			continue
		}
		tried++
		if err := statement.Close(); err != nil { //nolint:sqlclosecheck // hundreds of them: not at the end
			t.Error(err)
		}
	}
	if tried < 45 {
		t.Errorf("only %d statements were found", tried)
	}
}

// TestHotQueriesScanNoTable looks at the plans of what runs per keystroke, per
// claim and per status.
func TestHotQueriesScanNoTable(t *testing.T) {
	t.Parallel()
	db := raw(t, storetest.New(t))
	texts := constants(t)
	queries := map[string]string{
		"one contact by number":  texts["idByPhone"],
		"a window of contacts":   texts["selectContacts"],
		"a contact's history":    texts["selectHistory"],
		"a contact's broadcasts": texts["contactDeliveries"],
		"the next in the queue":  texts["selectNext"],
		"a filed wamid":          texts["filedWamid"],
		"wamids to be filed":     texts["fileWamids"],
		"a wamid not filed yet":  texts["recentWamid"],
		"a status by its row":    texts["deliveryByID"],
		"a status by our id":     texts["deliveryByPublic"],
		"kept statuses":          texts["eventsOfWamid"],
		"the gate":               store.QueueSQL(),
		"one broadcast":          texts["selectBroadcast"],
		"who has no id yet":      texts["linkable"],
		"what is odd of an id":   texts["linkOdd"],
		"new ids":                texts["linkRows"],
		"many statuses":          texts["advanceRows"],
		"many answers":           texts["acceptRows"],
		"many answers overtaken": texts["overtakenRows"],
		"kept of many":           texts["keptOfThese"],
		"duplicates by spelling": texts["twinSpellings"],
	}
	for name, query := range queries {
		if query == "" {
			t.Errorf("%s: the statement has another name now", name)
			continue
		}
		for _, line := range plan(t, db, query) {
			scan := strings.HasPrefix(line, "SCAN") && !strings.Contains(line, "VIRTUAL TABLE") && line != "SCAN shop" &&
				!strings.HasPrefix(line, "SCAN (") && line != "SCAN CONSTANT ROW" && !strings.HasPrefix(line, "SCAN contact_tags")
			built := strings.Contains(line, "AUTOMATIC") // an index of the whole table, made for this one question
			if scan || built || strings.Contains(line, "TEMP B-TREE FOR ORDER BY") && name == "the gate" {
				t.Errorf("%s: %s", name, line)
			}
		}
	}
}

// TestNewIDsAreFoundByTheirDeliveries: from the contacts who have no id yet it would be a walk through most of them for
// every status of a first broadcast.
func TestNewIDsAreFoundByTheirDeliveries(t *testing.T) {
	t.Parallel()
	db, texts := raw(t, storetest.New(t)), constants(t)
	for statement, tables := range map[string][]string{"linkable": {"d", "c", "s"}, "linkRows": {"contacts"}} {
		lines := plan(t, db, texts[statement])
		for _, table := range tables {
			if want := "SEARCH " + table + " USING INTEGER PRIMARY KEY (rowid=?)"; !slices.Contains(lines, want) {
				t.Errorf("%s: %q is not in %q", statement, want, lines)
			}
		}
	}
}

func plan(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	for i := range args {
		args[i] = 1
	}
	if strings.Contains(query, "?1") {
		numbered := 1
		for strings.Contains(query, "?"+strconv.Itoa(numbered+1)) {
			numbered++
		}
		args = args[:numbered]
	}
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	defer func() { _ = rows.Close() }()
	var lines []string
	for rows.Next() {
		var id, parent, unused int
		var line string
		if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// TestSchemaIsTheReviewedOne shows in review what the migrations make. Set
// UPDATE_GOLDEN=1 to write it anew.
func TestSchemaIsTheReviewedOne(t *testing.T) {
	t.Parallel()
	rows, err := raw(t, storetest.New(t)).QueryContext(t.Context(), `SELECT name, sql FROM sqlite_schema
		WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'goose_%' AND name NOT LIKE 'contacts_fts_%'
		AND type <> 'trigger' UNION ALL SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	schema := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			t.Fatal(err)
		}
		schema[name] = text
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, name := range slices.Sorted(maps.Keys(schema)) {
		got.WriteString(schema[name] + ";\n\n")
	}
	const golden = "testdata/schema.golden.sql"
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.MkdirAll("testdata", 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got.String() != string(want) {
		t.Errorf("the schema differs from %s (%v)", golden, err)
	}
}
