package archive

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// ErrWeak says that a passphrase is too short to keep customers' numbers.
var ErrWeak = errors.New("the passphrase is too short")

// ErrNoKey says that a text holds no recipient, or a file no identity, of age.
var ErrNoKey = errors.New("not a key of age")

// MinimumPassphrase is the least length of a passphrase, in bytes.
const MinimumPassphrase = 10

// Lock seals a backup, or opens one, or both.
type Lock struct {
	recipients []age.Recipient
	identities []age.Identity
}

// Passphrase is a lock that seals and opens. Fails with ErrWeak.
func Passphrase(text string) (Lock, error) {
	if len(text) < MinimumPassphrase {
		return Lock{}, ErrWeak
	}
	recipient, err := age.NewScryptRecipient(text)
	if err != nil {
		return Lock{}, fmt.Errorf("make a lock of the passphrase: %w", err)
	}
	identity, err := age.NewScryptIdentity(text)
	if err != nil {
		return Lock{}, fmt.Errorf("make a key of the passphrase: %w", err)
	}
	return Lock{[]age.Recipient{recipient}, []age.Identity{identity}}, nil
}

// Recipients is a lock that only seals, for public keys such as age1…; who has
// one of the secret keys can open it. Fails with ErrNoKey.
func Recipients(keys ...string) (Lock, error) {
	recipients, err := age.ParseRecipients(strings.NewReader(strings.Join(keys, "\n")))
	if err != nil {
		return Lock{}, fmt.Errorf("%w: %w", ErrNoKey, err)
	}
	return Lock{recipients: recipients}, nil
}

// Identities is a lock that only opens, with the secret keys of a file as
// age-keygen writes it. Fails with ErrNoKey, never with the text of a key.
func Identities(file io.Reader) (Lock, error) {
	identities, err := age.ParseIdentities(file)
	if err != nil {
		return Lock{}, ErrNoKey // what age says may hold a part of the key
	}
	return Lock{identities: identities}, nil
}

// Opens reports whether the lock can open what was sealed with it.
func (l Lock) Opens() bool { return len(l.identities) > 0 }
