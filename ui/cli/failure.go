package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"strings"

	"pregon/store"
)

// The exit codes of the contract.
const (
	codeDone        = 0
	codeFailed      = 1
	codeRefused     = 2
	codeStopped     = 3
	codeInterrupted = 130
)

// errNoToken says that a secret is needed and nowhere to be found.
var errNoToken = errors.New("no access token")

// failure is an end other than success, already in words: what happened, what
// became of the data, what to do next.
type failure struct {
	code  int
	lines []string
}

func (f *failure) Error() string { return strings.Join(f.lines, " ") }

// refuse is input that was not taken.
func (l *line) refuse(lines ...string) error { return &failure{codeRefused, lines} }

// noSuch refuses a name of something that is not there, and says where to see what is.
func (l *line) noSuch(words, listing string) error {
	return l.refuse(words, l.say.T("See which there are: %s", listing))
}

// numberError is a phone number that cannot be read.
type numberError struct {
	text string
	err  error
}

func (e *numberError) Error() string { return "phone number: " + e.err.Error() }
func (e *numberError) Unwrap() error { return e.err }

// queryError is an audience that cannot be read, with its text.
type queryError struct {
	query string
	err   error
}

func (e *queryError) Error() string { return "audience: " + e.err.Error() }
func (e *queryError) Unwrap() error { return e.err }

func isNotFound(err error) bool { return errors.Is(err, store.ErrNotFound) }

// report says what went wrong and returns the exit code.
func (l *line) report(w io.Writer, err error) int {
	code, lines := l.explain(err)
	for _, text := range lines {
		_, _ = io.WriteString(w, text+"\n") // stderr is the last resort
	}
	return code
}

// explain puts an error in words. It is the one place that decides on exit codes.
func (l *line) explain(err error) (int, []string) {
	var said *failure
	switch {
	case errors.As(err, &said):
		return said.code, said.lines
	case errors.Is(err, context.Canceled):
		return codeInterrupted, []string{
			l.say.T("Interrupted. What was done so far is saved."), l.say.T("The same command goes on from there."),
		}
	case errors.Is(err, store.ErrRestored):
		return codeStopped, []string{l.say.Trouble("restored"), l.say.T("Nothing was sent.")}
	case !l.begun:
		return codeRefused, []string{
			l.say.T("This command was not understood: %s", safe(err.Error())),
			l.say.T("Nothing was changed. See %s.", "pregon --help"),
		}
	}
	if lines := l.explainInput(err); lines != nil {
		return codeRefused, lines
	}
	if path, ok := errors.AsType[*fs.PathError](err); ok && path.Op == "write" {
		return codeFailed, []string{
			l.say.T("%s could not be written to its end: %s. What is there is not whole.", safe(path.Path), safe(path.Err.Error())),
			l.say.T("Nothing in the shop was changed. Make room and give the command again."),
		}
	}
	if lines := l.explainIntake(err); lines != nil {
		return codeRefused, lines
	}
	if lines := l.explainBackup(err); lines != nil {
		return codeRefused, lines
	}
	if lines := l.explainFile(err); lines != nil {
		if slices.Contains([]string{"conflict", "draft_changed", "erased", "in_flight", "not_found", "undone", "not_due"}, store.Code(err)) {
			return codeRefused, lines
		}
		return codeFailed, lines
	}
	return codeFailed, []string{l.say.T("That did not work: %s", safe(err.Error())), l.say.T("What was done before it is saved. Try again; if it stays, report it with these lines.")}
}

// explainFile is about the shop file and the way to the platform.
func (l *line) explainFile(err error) []string {
	code := store.Code(err)
	if errors.Is(err, errNoToken) {
		code = "no_token"
	}
	words := l.say.Trouble(code)
	if words == "" {
		return nil
	}
	if locked, ok := errors.AsType[*store.LockedError](err); ok {
		words += " " + l.say.T("It is process %s on %s.", itoa(locked.PID), safe(locked.Host))
	}
	lines := []string{words}
	if next := l.nextStep(code); next != "" {
		lines = append(lines, next)
	}
	return lines
}

// nextStep is the command, or the act, that comes next after a trouble of the shop file; "" where there is none.
func (l *line) nextStep(code string) string {
	switch code {
	case "not_set_up":
		return l.say.T("Set it up: %s", "pregon init --name … --region … --number … --phone-number-id … --waba-id …")
	case "foreign_file":
		return l.say.T("Name the right one with %s.", "--db")
	case "newer_schema":
		return l.say.T("Install that version or a later one.")
	case "damaged":
		return l.say.T("Put the last backup in its place; this file is kept: %s", "pregon restore FILE")
	case "disk_full":
		return l.say.T("Make room and give the command again.")
	case "read_only":
		return l.say.T("Check who owns the folder, or name another file with %s.", "--db")
	case "busy", "not_emptied":
		return l.say.T("Wait a moment and give the command again.")
	case "key_missing":
		return l.say.T("Put the %s file of the backup back beside the shop file.", ".key")
	case "locked":
		return l.say.T("Let it finish, or end it and give the command again.")
	case "lock_lost":
		return l.say.T("Look at %s to see where it stands.", "pregon broadcast report")
	case "no_token":
		return l.say.T("F6 in the app takes it and keeps it in the keyring; or put it into PREGON_TOKEN, or into a file for %s.", "--secrets")
	case "draft_changed":
		return l.say.T("Look at it again and start it anew: %s", "pregon broadcast check")
	case "in_flight":
		return l.say.T("Give the same command again when the broadcast has ended.")
	case "conflict":
		return l.say.T("See it with %s.", "pregon contacts show")
	case "erased", "not_found":
		return l.say.T("Nothing was changed.")
	}
	return ""
}
