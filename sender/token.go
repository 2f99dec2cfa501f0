package sender

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync"
	"time"
)

// loopback reports whether the API's address is this machine's own: only there
// does a practice shop skip the quiet hours.
func loopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())
}

// tokenFor is how long a token is remembered: a keyring is slow to ask.
const tokenFor = time.Minute

type tokens struct {
	read func(context.Context) (string, error)

	mu    sync.Mutex
	token string
	at    time.Time
}

// errNoToken says that no access token was given.
var errNoToken = errors.New("no access token")

func (t *tokens) value(ctx context.Context) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token != "" && time.Since(t.at) < tokenFor {
		return t.token, nil
	}
	if t.read == nil {
		return "", errNoToken
	}
	token, err := t.read(ctx)
	if err != nil {
		return "", fmt.Errorf("read the access token: %w", err)
	}
	if token == "" {
		return "", errNoToken
	}
	t.token, t.at = token, time.Now()
	return token, nil
}

// forget makes the next call read the token again.
func (t *tokens) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.token = ""
}
