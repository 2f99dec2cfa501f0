package cli

import (
	"errors"
	"testing"

	"pregon/ui/access"
)

// keys is a line with a keyring, an environment and a file of secrets.
func keys(ring, environment, file map[string]string) *line {
	return &line{secrets: file, typed: &typed{}, Deps: Deps{
		Env: func(name string) string { return environment[name] }, Keyring: func(name string) string { return ring[name] },
		KeepSecret: func(name, secret string) error { ring[name] = secret; return nil },
	}}
}

func TestASecretSaysWhereItComesFrom(t *testing.T) {
	t.Parallel()
	const name = access.Token
	one := map[string]string{name: "x"}
	for want, l := range map[access.Source]*line{
		access.Nowhere: keys(nil, nil, nil), access.Keyring: keys(one, nil, nil), access.Environment: keys(one, one, nil), access.File: keys(one, one, one),
	} {
		if got := (secrets{l}).Source(name); got != want {
			t.Errorf("from %q, want %q", got, want)
		}
		back := secrets{l}.Try(name, "typed")
		if got := (secrets{l}).Source(name); got != access.Typed {
			t.Errorf("typed over %q: from %q", want, got)
		}
		if back(); (secrets{l}).Source(name) != want {
			t.Errorf("taken back: from %q, want %q", (secrets{l}).Source(name), want)
		}
	}
}

func TestATypedTokenIsUsedAtOnceAndKeptWhereTheNextStartFindsIt(t *testing.T) {
	t.Parallel()
	ring := map[string]string{}
	l := keys(ring, map[string]string{access.Token: "of the environment"}, nil)
	s := secrets{l}
	s.Try(access.Token, "typed")
	token, err := l.connection().Token(t.Context())
	if err != nil || token != "typed" {
		t.Errorf("the engine is given %q, %v", token, err)
	}
	if err := s.Keep(access.Token); err != nil || ring[access.Token] != "typed" {
		t.Errorf("the keyring has %v, %v", ring, err)
	}
	if next := keys(ring, nil, nil).secret(access.Token); next != "typed" {
		t.Errorf("the next start finds %q", next)
	}
}

func TestATokenThatIsTakenBackLeavesTheOneBefore(t *testing.T) {
	t.Parallel()
	l := keys(nil, nil, nil)
	s := secrets{l}
	s.Try(access.Token, "first")
	back := s.Try(access.Token, "second")
	back()
	if got := l.secret(access.Token); got != "first" {
		t.Errorf("it is %q", got)
	}
}

func TestAComputerWithoutAKeyringSaysSo(t *testing.T) {
	t.Parallel()
	l := keys(nil, nil, nil)
	l.KeepSecret = nil
	if err := (secrets{l}).Keep(access.Token); !errors.Is(err, errNoKeyring) {
		t.Errorf("got %v", err)
	}
}
