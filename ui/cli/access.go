package cli

import (
	"errors"
	"sync"

	"pregon/ui/access"
)

// errNoKeyring says that this computer keeps no secrets.
var errNoKeyring = errors.New("there is no keyring")

// typed are the secrets that were typed in the app, until the program ends. The engine asks for them from elsewhere.
type typed struct {
	mu     sync.Mutex
	values map[string]string
}

func (t *typed) value(name string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.values[name]
}

func (t *typed) set(name, secret string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.values == nil {
		t.values = map[string]string{}
	}
	t.values[name] = secret
}

// secrets are those of this run, as the app sees them.
type secrets struct{ l *line }

// Source is where a secret comes from, in the order of secret.
func (s secrets) Source(name string) access.Source {
	switch {
	case s.l.typed.value(name) != "":
		return access.Typed
	case s.l.secrets[name] != "":
		return access.File
	case s.l.Env(name) != "":
		return access.Environment
	case s.l.Keyring(name) != "":
		return access.Keyring
	}
	return access.Nowhere
}

// Try uses a secret from now on, until it is taken back.
func (s secrets) Try(name, secret string) (back func()) {
	before := s.l.typed.value(name)
	s.l.typed.set(name, secret)
	return func() { s.l.typed.set(name, before) }
}

// Keep puts the secret that was tried into the keyring, where the next start finds it.
func (s secrets) Keep(name string) error {
	if s.l.KeepSecret == nil {
		return errNoKeyring
	}
	return s.l.KeepSecret(name, s.l.typed.value(name))
}
