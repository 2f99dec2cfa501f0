//go:build unix

package uitest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/charmbracelet/x/vt"
	"github.com/creack/pty"
)

// Patience is how long See waits before it gives up. It is not a time that
// passes: See returns as soon as the screen shows what it waits for.
const Patience = 30 * time.Second

// Terminal is a whole program in a real pseudo-terminal, with a screen that can
// be read, cell by cell: it counts cells by grapheme, as modern terminals do.
type Terminal struct {
	tb      testing.TB
	command *exec.Cmd
	file    *os.File

	mu      sync.Mutex
	screen  *vt.Emulator
	rest    []byte        // read, but perhaps not yet a whole character
	changed chan struct{} // closed and replaced at every change of the screen
	ended   bool
	status  error
}

// Run starts the program in a terminal of that size. It is killed with the test.
func Run(tb testing.TB, columns, rows int, environment []string, name string, args ...string) *Terminal {
	tb.Helper()
	command := exec.CommandContext(tb.Context(), name, args...)
	command.Env = append(os.Environ(), append([]string{"TERM=xterm-256color", "COLORTERM=truecolor", "NO_COLOR="}, environment...)...)
	file, err := pty.StartWithSize(command, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)})
	if err != nil {
		tb.Fatal(err)
	}
	t := &Terminal{
		tb: tb, command: command, file: file, changed: make(chan struct{}), screen: vt.NewEmulator(columns, rows),
	}
	var done sync.WaitGroup
	done.Go(t.read)
	done.Go(func() { _, _ = io.Copy(file, t.screen) }) // what the terminal answers, until its pipe is closed
	tb.Cleanup(func() {
		_ = command.Process.Kill() // it may have ended
		_ = file.Close()
		if answers, is := t.screen.InputPipe().(io.Closer); is { // Close of the screen itself races with its Read
			_ = answers.Close()
		}
		done.Wait()
	})
	return t
}

// show draws what was read, but for an end that may be half a character: the screen would not join it later.
func (t *Terminal) show(read []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rest = append(t.rest, read...)
	whole := bytes.LastIndexFunc(t.rest, func(r rune) bool { return r < utf8.RuneSelf }) + 1
	_, _ = t.screen.Write(t.rest[:whole]) // a screen takes everything
	t.rest = append(t.rest[:0:0], t.rest[whole:]...)
}

func (t *Terminal) read() {
	buffer := make([]byte, 32<<10)
	for {
		n, err := t.file.Read(buffer)
		if n > 0 {
			t.show(buffer[:n])
			t.signal()
		}
		if err != nil { // EIO when the program ended
			break
		}
	}
	status := t.command.Wait()
	t.mu.Lock()
	t.ended, t.status = true, status
	t.mu.Unlock()
	t.signal()
}

func (t *Terminal) signal() {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.changed)
	t.changed = make(chan struct{})
}

// Screen is what is seen now, a line each, without blanks at their ends.
func (t *Terminal) Screen() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := make([]string, t.screen.Height())
	for y := range lines {
		lines[y] = strings.TrimRight(t.cells(y, 0, t.screen.Width()), " ")
	}
	return strings.TrimRight(strings.Join(lines, "\n"), "\n")
}

// Cells is what stands in the cells of a line from one column to before another, both counted from zero.
func (t *Terminal) Cells(y, from, to int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.cells(y, from, to)
}

func (t *Terminal) cells(y, from, to int) string {
	var line strings.Builder
	for x := from; x < to; x++ {
		switch cell := t.screen.CellAt(x, y); {
		case cell == nil || cell.Width == 0 && cell.Content == "": // the second half of a wide character
		case cell.Content == "":
			line.WriteString(" ")
		default:
			line.WriteString(cell.Content)
		}
	}
	return line.String()
}

// See waits until the screen shows every text.
func (t *Terminal) See(texts ...string) {
	t.tb.Helper()
	t.Until(strings.Join(texts, ", "), func(screen string) bool {
		for _, text := range texts {
			if !strings.Contains(screen, text) {
				return false
			}
		}
		return true
	})
}

// Gone waits until the screen no longer shows the text.
func (t *Terminal) Gone(text string) {
	t.tb.Helper()
	t.Until("no "+text, func(screen string) bool { return !strings.Contains(screen, text) })
}

// Until waits until the screen is as it should be; what says how, should it never be so.
func (t *Terminal) Until(what string, holds func(screen string) bool) {
	t.tb.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	for {
		t.mu.Lock()
		changed, ended := t.changed, t.ended
		t.mu.Unlock()
		if holds(t.Screen()) {
			return
		}
		if ended {
			t.tb.Fatalf("the program ended (%v) before it showed: %s\n%s", t.status, what, t.Screen())
		}
		select {
		case <-changed:
		case <-deadline.C:
			t.tb.Fatalf("never shown: %s\n%s", what, t.Screen())
		}
	}
}

// keys are the bytes that terminals send for keys with names. Esc has the form that cannot be read as the
// beginning of the next key.
var keys = map[string]string{
	"enter": "\r", "esc": "\x1b[27u", "tab": "\t", "shift+tab": "\x1b[Z", "backspace": "\x7f", "up": "\x1b[A",
	"down": "\x1b[B", "right": "\x1b[C", "left": "\x1b[D", "home": "\x1b[H", "end": "\x1b[F", "pgdown": "\x1b[6~",
	"pgup": "\x1b[5~", "ctrl+c": "\x03", "ctrl+u": "\x15", "ctrl+a": "\x01", "space": " ",
	"f1": "\x1bOP", "f2": "\x1bOQ", "f3": "\x1bOR", "f4": "\x1bOS", "f6": "\x1b[17~",
}

// Press sends keys by name; a name that is not known is sent as it is.
func (t *Terminal) Press(names ...string) {
	t.tb.Helper()
	for _, name := range names {
		text, named := keys[name]
		if !named {
			text = name
		}
		t.Type(text)
	}
}

// Type sends text as if typed.
func (t *Terminal) Type(text string) {
	t.tb.Helper()
	if _, err := io.WriteString(t.file, text); err != nil {
		t.tb.Fatal(err)
	}
}

// Resize changes the size of the terminal while the program runs.
func (t *Terminal) Resize(columns, rows int) {
	t.tb.Helper()
	t.mu.Lock()
	t.screen.Resize(columns, rows)
	t.mu.Unlock()
	if err := pty.Setsize(t.file, &pty.Winsize{Cols: uint16(columns), Rows: uint16(rows)}); err != nil {
		t.tb.Fatal(err)
	}
}

// PeakMemory is the most of the program that was in memory so far, in bytes, as Linux tells it; 0 elsewhere.
func (t *Terminal) PeakMemory() int64 {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.command.Process.Pid))
	if err != nil {
		return 0
	}
	var kilobytes int64
	if _, rest, found := strings.Cut(string(status), "VmHWM:"); found {
		_, _ = fmt.Sscan(rest, &kilobytes)
	}
	return kilobytes << 10
}

// Ended waits for the program's end and returns its exit code.
func (t *Terminal) Ended() int {
	t.tb.Helper()
	deadline := time.NewTimer(Patience)
	defer deadline.Stop()
	for {
		t.mu.Lock()
		changed, ended, status := t.changed, t.ended, t.status
		t.mu.Unlock()
		if ended {
			if exit, failed := errors.AsType[*exec.ExitError](status); failed {
				return exit.ExitCode()
			}
			return 0
		}
		select {
		case <-changed:
		case <-deadline.C:
			t.tb.Fatalf("the program does not end\n%s", t.Screen())
		}
	}
}
