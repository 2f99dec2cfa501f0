//go:build unix

package ui_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"pregon/store"
)

// TestRequirement28TheProgramDoesNotStartOnAFileThatOthersCanRead proves on the program itself what a person sees: the
// exit code, the sentence and the command that mends it. The files of SQLite are there while another program has the
// shop file open.
func TestRequirement28TheProgramDoesNotStartOnAFileThatOthersCanRead(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	file := filepath.Join(p.data, "shop.db")
	p.run(nil, "init", "--name", "Panaderia Luna", "--region", "CA", "--number", "604 555 0199", "--phone-number-id", "600000000000031",
		"--waba-id", "600000000000041", "--timezone", "UTC")
	p.run(nil, "contacts", "add", "604 555 0101", "--name", "Ana", "--source", "till")
	open, _, err := store.Open(t.Context(), file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = open.Close() })
	// An empty log would get the shop file's mode from SQLite itself.
	if _, err := open.AddContact(t.Context(), store.NewContact{Phone: "+16045550102", Name: "Bea", Source: "till"}); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path    string
		exposed os.FileMode
		says    []string
	}{
		{file, 0o604, []string{"Others on this computer can read the customers' data (shop.db).", "chmod 600 '" + file + "'"}},
		{file + "-wal", 0o640, []string{"(shop.db-wal).", "chmod 600 '" + file + "-wal'"}},
		{file + "-shm", 0o660, []string{"(shop.db-shm).", "chmod 600 '" + file + "-shm'"}},
		{file + ".key", 0o644, []string{"(shop.db.key).", "chmod 600 '" + file + ".key'"}},
		{p.data, 0o777, []string{"Others on this computer can change what lies in the shop file's folder.", "chmod 700 '" + p.data + "'"}},
	} {
		before, err := os.Stat(test.path)
		if err == nil {
			err = os.Chmod(test.path, test.exposed)
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, args := range [][]string{{}, {"contacts", "list", "--json"}, {"serve"}} {
			code, out, complaints := p.refused(args...)
			if code != 1 || out != "" {
				t.Errorf("%s, pregon %v: exit %d, %q", filepath.Base(test.path), args, code, out)
			}
			for _, words := range test.says {
				if !strings.Contains(complaints, words) {
					t.Errorf("%s, pregon %v does not say %q: %q", filepath.Base(test.path), args, words, complaints)
				}
			}
		}
		if now, err := os.Stat(test.path); err != nil || now.Mode().Perm() != test.exposed {
			t.Errorf("%s: it was changed in silence: %v, %v", filepath.Base(test.path), now.Mode(), err)
		}
		if err := os.Chmod(test.path, before.Mode().Perm()); err != nil {
			t.Fatal(err)
		}
		p.run(nil, "contacts", "list", "--json")
	}
}

// refused runs a command that may fail.
func (p *program) refused(args ...string) (code int, out, complaints string) {
	p.Helper()
	command := p.command(args...)
	var printed, complained bytes.Buffer
	command.Stdout, command.Stderr = &printed, &complained
	err := command.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		p.Fatal(err)
	}
	return command.ProcessState.ExitCode(), printed.String(), complained.String()
}
