package cli_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// TestTheListOfCommandsIsWhole walks the help from the top, so that no command escapes the tests that go through all.
func TestTheListOfCommandsIsWhole(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	var listed []string
	for _, words := range commands() {
		listed = append(listed, strings.Join(words, " "))
	}
	entry := regexp.MustCompile(`(?m)^  ([a-z-]+)\b`)
	var walk func(words []string)
	walk = func(words []string) {
		_, rest, found := strings.Cut(d.run(0, append(words, "--help")...).out, "\nCommands\n")
		if !found {
			return
		}
		rest, _, _ = strings.Cut(rest, "\nFlags")
		for _, match := range entry.FindAllStringSubmatch(rest, -1) {
			child := append(slices.Clone(words), match[1])
			if name := strings.Join(child, " "); !slices.Contains(listed, name) {
				t.Errorf("%s is in no test", name)
			}
			walk(child)
		}
	}
	walk(nil)
}

// typed is one way to type every command that opens the shop file.
func typed(d *desk) [][]string {
	all := [][]string{
		{"broadcast", "pause", "1"},
		{"broadcast", "resume", "1"},
		{"serve"},
		{"restore"},
		{"restore", "--reviewed"},
		{"broadcast", "unknown", "1", "--resend", number(2), "--staff", "Luz"},
		{"contacts", "erase", number(0), "--now"},
	}
	seen := map[string]bool{}
	for _, args := range append(spoken(d), all...) {
		if line := strings.Join(args, " "); !seen[line] {
			seen[line] = true
			all = append(all, args)
		}
	}
	return all
}

// unusable are shop files that no command can work with, and what is said of each.
func unusable(t *testing.T) map[string]struct {
	file []byte
	says string
} {
	t.Helper()
	made, err := bareShop()
	if err != nil {
		t.Fatal(err)
	}
	whole := made["shop.db"]
	newer := filepath.Join(t.TempDir(), "newer.db")
	if err := os.WriteFile(newer, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", "file:"+newer)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	later, err := os.ReadFile(newer)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]struct {
		file []byte
		says string
	}{
		"foreign": {[]byte(strings.Repeat("no database at all ", 200)), "not a Pregon shop file"},
		"newer":   {later, "newer"},
		"cut":     {whole[:len(whole)/2], "pregon restore FILE"},
	}
}

func TestNoCommandTouchesAFileItCannotUse(t *testing.T) {
	t.Parallel()
	for name, trouble := range unusable(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newShop(t, sandbox.Options{})
			path := filepath.Join(d.folder, "other.db")
			if err := os.WriteFile(path, trouble.file, 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range typed(d) {
				if args[0] == "doctor" || args[0] == "restore" || args[0] == "templates" && args[1] == "lint" {
					continue // which work without a shop file, or tell of it as their result
				}
				got := d.command(t.Context(), append([]string{"--db", path}, args...)...)
				if got.code != 1 || got.out != "" || !strings.Contains(got.errors, trouble.says) {
					t.Errorf("%v: exit %d, want 1; stdout %q, stderr %q, want %q", args, got.code, got.out, got.errors, trouble.says)
				}
				if lines := strings.Count(got.errors, "\n"); lines < 1 || lines > 3 {
					t.Errorf("%v: %d lines: %q", args, lines, got.errors)
				}
			}
			after, err := os.ReadFile(path)
			if err != nil || string(after) != string(trouble.file) {
				t.Errorf("the file was changed: %v", err)
			}
			list, err := filepath.Glob(path + "*")
			if err != nil || len(list) != 1 {
				t.Errorf("beside it lie %v, %v", list, err)
			}
		})
	}
}

func TestAnInterruptedCommandSaysSoAndLosesNothing(t *testing.T) {
	t.Parallel()
	d := lived(t)
	before := d.picture()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, args := range typed(d) {
		if args[0] == "poster" || args[0] == "serve" || args[0] == "templates" && args[1] == "lint" {
			continue // they ask the shop file for nothing, or run until they are stopped
		}
		got := d.command(ctx, append(args, "--json")...)
		if got.code == 130 && (got.out != "" || !strings.Contains(got.errors, "What was done so far is saved.")) {
			t.Errorf("%v: stdout %q, stderr %q", args, got.out, got.errors)
		}
		if got.code != 130 {
			t.Errorf("%v: exit %d, want 130: %q %q", args, got.code, got.out, got.errors)
		}
	}
	if after := d.picture(); after != before {
		t.Errorf("something changed:\n%s\nbefore:\n%s", after, before)
	}
}
