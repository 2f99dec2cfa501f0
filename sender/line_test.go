package sender_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// line is a connection to the practice API that can be cut: then nobody
// listens at its address, and nothing can be written.
type line struct {
	url, address, to string

	mu       sync.Mutex
	listener net.Listener
	open     []net.Conn
	done     sync.WaitGroup
}

func newLine(t *testing.T, url string) *line {
	t.Helper()
	l := &line{to: strings.TrimPrefix(url, "http://"), address: "127.0.0.1:0"}
	l.mend(t)
	l.url = "http://" + l.address
	t.Cleanup(func() {
		l.cut()
		l.done.Wait()
	})
	return l
}

func (l *line) mend(t *testing.T) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", l.address)
	if err != nil {
		t.Fatal(err)
	}
	l.mu.Lock()
	l.listener, l.address = listener, listener.Addr().String()
	l.mu.Unlock()
	l.done.Go(func() {
		for {
			from, err := listener.Accept()
			if err != nil {
				return
			}
			to, err := new(net.Dialer).DialContext(context.WithoutCancel(t.Context()), "tcp", l.to)
			if err != nil {
				return
			}
			l.mu.Lock()
			l.open = append(l.open, from, to)
			l.mu.Unlock()
			l.done.Go(func() { _, _ = io.Copy(to, from) })
			l.done.Go(func() { _, _ = io.Copy(from, to) })
		}
	})
}

func (l *line) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.listener.Close()
	for _, conn := range l.open {
		_ = conn.Close()
	}
	l.open = nil
}
