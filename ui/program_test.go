//go:build unix

package ui_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// built is the program, built once for all tests of this package.
var built = sync.OnceValues(func() (string, error) {
	folder, err := os.MkdirTemp("", "pregon-test-")
	if err != nil {
		return "", fmt.Errorf("make a folder: %w", err)
	}
	path := filepath.Join(folder, "pregon")
	build := exec.Command("go", "build", "-o", path, "pregon")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, output)
	}
	return path, nil
})

// program is a shop on the command line, with its own folder and nobody's settings.
type program struct {
	*testing.T
	path        string
	data        string // the platform's data directory
	environment []string
}

func newProgram(t *testing.T, environment ...string) *program {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	return &program{T: t, path: path, data: folder, environment: append([]string{
		"HOME=" + folder, "XDG_DATA_HOME=" + folder, "XDG_CONFIG_HOME=" + folder, "XDG_STATE_HOME=" + folder,
		"PREGON_DB=" + filepath.Join(folder, "shop.db"), "PREGON_LANG=en", "TZ=UTC", "PATH=" + os.Getenv("PATH"),
		"PREGON_TOKEN=test-token",
	}, environment...)}
}

func (p *program) command(args ...string) *exec.Cmd {
	command := exec.CommandContext(p.Context(), p.path, args...)
	command.Env = p.environment
	return command
}

// run runs a command that must succeed and decodes its JSON into answer, unless nil.
func (p *program) run(answer any, args ...string) {
	p.Helper()
	command := p.command(args...)
	var out, complaints bytes.Buffer
	command.Stdout, command.Stderr = &out, &complaints
	if err := command.Run(); err != nil {
		p.Fatalf("pregon %v: %v\n%s%s", args, err, out.String(), complaints.String())
	}
	if answer == nil {
		return
	}
	if err := json.Unmarshal(out.Bytes(), answer); err != nil {
		p.Fatalf("pregon %v: %v\n%s", args, err, out.String())
	}
}

// demoFile is where the practice shop lies.
func (p *program) demoFile() string { return filepath.Join(p.data, "pregon", "demo.db") }
