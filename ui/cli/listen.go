package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// patience is how long a client of ours may take. Who is slower is cut off, so
// that strangers cannot hold all connections.
type patience struct{ header, body, answer, idle time.Duration }

func usualPatience() patience {
	return patience{header: 5 * time.Second, body: 30 * time.Second, answer: time.Minute, idle: 2 * time.Minute}
}

// maxHeader is more than the platform's headers take, in bytes.
const maxHeader = 16 << 10

// listening is an HTTP server at work.
type listening struct {
	server *http.Server
	addr   string
	ended  chan error // has the one error with which it ended by itself
}

// listen serves at an address, where port 0 is any.
func listen(ctx context.Context, addr string, handler http.Handler, p patience, log *slog.Logger) (*listening, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	l := &listening{
		server: &http.Server{
			Handler: handler, ReadHeaderTimeout: p.header, ReadTimeout: p.body, WriteTimeout: p.answer, IdleTimeout: p.idle,
			MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		},
		addr: listener.Addr().String(), ended: make(chan error, 1),
	}
	go func() {
		if err := l.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			l.ended <- err
		}
		close(l.ended)
	}()
	return l, nil
}

// url is the address of a path on this machine.
func (l *listening) url(path string) string { return "http://" + l.addr + path }

// end takes no new request, lets those under way finish within a time, and
// then cuts them off.
func (l *listening) end(ctx context.Context, within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	if err := l.server.Shutdown(ctx); err != nil {
		if err := l.server.Close(); err != nil {
			return fmt.Errorf("stop listening: %w", err)
		}
	}
	if err := <-l.ended; err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	return nil
}
