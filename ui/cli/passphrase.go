package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/charmbracelet/x/term"
	"github.com/spf13/cobra"

	"pregon/store/archive"
)

// lockFlags say what seals a backup, or opens it.
type lockFlags struct {
	passphraseFile, identity string
	recipients               []string
}

// passphraseName is that of the environment, of --secrets and of the keyring.
const passphraseName = "PREGON_PASSPHRASE" //nolint:gosec // a name, no secret

func (l *line) passphraseFlag(cmd *cobra.Command, f *lockFlags) {
	cmd.Flags().StringVar(&f.passphraseFile, "passphrase-file", "", l.say.T("a file with the passphrase, readable by you alone"))
}

// sealingLock is what a backup is sealed with. There is no unsealed one.
func (l *line) sealingLock(f lockFlags) (archive.Lock, error) {
	if len(f.recipients) > 0 {
		if f.passphraseFile != "" {
			return archive.Lock{}, l.refuse(l.say.T("Give either %s or %s. Nothing was written.", "--recipient", "--passphrase-file"))
		}
		return archive.Recipients(f.recipients...)
	}
	text, err := l.passphrase(f, true)
	if err != nil {
		return archive.Lock{}, err
	}
	return archive.Passphrase(text)
}

// openingLock is what a backup is opened with.
func (l *line) openingLock(f lockFlags) (archive.Lock, error) {
	if f.identity != "" {
		text, err := l.ownFile(f.identity)
		if err != nil {
			return archive.Lock{}, err
		}
		return archive.Identities(strings.NewReader(text))
	}
	text, err := l.passphrase(f, false)
	if err != nil {
		return archive.Lock{}, err
	}
	lock, err := archive.Passphrase(text)
	if errors.Is(err, archive.ErrWeak) {
		err = archive.ErrWrongKey // no backup was ever sealed with it
	}
	return lock, err
}

// passphrase looks where the user pointed first, then where secrets are, and asks on a terminal.
func (l *line) passphrase(f lockFlags, twice bool) (string, error) {
	if f.passphraseFile != "" {
		text, err := l.ownFile(f.passphraseFile)
		return strings.TrimRight(text, "\r\n"), err
	}
	if text := l.secret(passphraseName); text != "" {
		return text, nil
	}
	if !isTerminal(l.In) || !isTerminal(l.Err) {
		return "", l.refuse(l.say.T("A backup is sealed with a passphrase, and there is none. Nothing was changed."),
			l.say.T("Put it into a file for %s, or into %s.", "--passphrase-file", passphraseName))
	}
	text, err := l.ask(l.say.T("Passphrase of the backup: "))
	if err != nil || !twice {
		return text, err
	}
	again, err := l.ask(l.say.T("The same once more: "))
	if err == nil && again != text {
		err = l.refuse(l.say.T("The two were not the same. Nothing was written."))
	}
	return text, err
}

// ask reads a line that is not shown.
func (l *line) ask(question string) (string, error) {
	file, ok := l.In.(interface{ Fd() uintptr })
	if !ok {
		return "", io.ErrUnexpectedEOF
	}
	_, _ = io.WriteString(l.Err, question)
	text, err := term.ReadPassword(file.Fd())
	l.tell("")
	if err != nil {
		return "", fmt.Errorf("read the passphrase: %w", err)
	}
	return string(text), nil
}

// ownFile reads a file that holds a secret. One that others can read is refused, since a secret that leaked is none.
func (l *line) ownFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", l.refuse(l.say.T("The file %s cannot be read. Nothing was changed.", safe(path)))
	}
	defer func() { _ = file.Close() }() // only read
	info, err := file.Stat()
	if err != nil {
		return "", fmt.Errorf("read the secrets: %w", err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 { // Windows has no such modes
		return "", l.refuse(l.say.T("Others can read the file %s, so its secrets were not used. Nothing was changed.", safe(path)),
			l.say.T("Keep it to yourself: %s", safe("chmod 600 "+path)))
	}
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return "", fmt.Errorf("read the secrets: %w", err)
	}
	return string(text), nil
}
