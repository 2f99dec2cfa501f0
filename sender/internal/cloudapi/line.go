package cloudapi

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// Lines are connections to one server for the one call that is made thousands
// of times. A line speaks HTTP/1.1, one call at a time, written and read by the
// caller itself: half the processor time of net/http, which hands each call
// between three goroutines, and it knows to the byte whether anything was written.
type Lines struct {
	dialer net.Dialer
	roots  *x509.CertPool // nil for the system's

	mu     sync.Mutex
	server server
	tls    *tls.Config // nil without
	idle   []*line     // the one used last at the end
}

// NewLines makes an empty pool; it opens no connection.
func NewLines() *Lines {
	return &Lines{dialer: net.Dialer{Timeout: 10 * time.Second, KeepAlive: 15 * time.Second}}
}

// server is where lines lead.
type server struct {
	secure bool
	host   string // without port
	port   string
}

func serverOf(u *url.URL) (server, bool) {
	s := server{secure: u.Scheme == "https", host: u.Hostname(), port: u.Port()}
	if s.port == "" {
		s.port = map[bool]string{false: "80", true: "443"}[s.secure]
	}
	return s, s.host != "" && (s.secure || u.Scheme == "http")
}

// line is one connection.
type line struct {
	conn   net.Conn
	reader *bufio.Reader
	server server
	usedAt time.Time
}

// lineRests is how long a line may stay unused: less than servers allow.
const lineRests = 30 * time.Second

// get takes a line that lives, or opens one until then.
func (l *Lines) get(ctx context.Context, to server, until time.Time) (*line, error) {
	for {
		c := l.rested(to)
		if c == nil {
			ctx, cancel := context.WithDeadline(ctx, until)
			defer cancel()
			return l.open(ctx, to)
		}
		if time.Since(c.usedAt) < lineRests && quiet(c.conn, c.reader, time.Since(c.usedAt)) {
			return c, nil
		}
		c.close()
	}
}

func (l *Lines) rested(to server) *line {
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(l.idle) > 0 {
		last := l.idle[len(l.idle)-1]
		l.idle = l.idle[:len(l.idle)-1]
		if last.server == to {
			return last
		}
		last.close() // the address was changed
	}
	return nil
}

func (l *Lines) open(ctx context.Context, to server) (*line, error) {
	conn, err := l.dialer.DialContext(ctx, "tcp", net.JoinHostPort(to.host, to.port))
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	if to.secure {
		secured := tls.Client(conn, l.secrecy(to))
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(fmt.Errorf("connect: %w", err), conn.Close())
		}
		conn = secured
	}
	return &line{conn: conn, reader: bufio.NewReader(conn), server: to}, nil
}

// secrecy remembers sessions, so that the second line of a server opens faster.
func (l *Lines) secrecy(to server) *tls.Config {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.tls == nil || l.server != to {
		l.server = to
		l.tls = &tls.Config{
			ServerName: to.host, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
			ClientSessionCache: tls.NewLRUClientSessionCache(0), RootCAs: l.roots,
		}
	}
	return l.tls
}

// put keeps a line for the next call, and lets go of those that rested too long.
func (l *Lines) put(c *line) {
	c.usedAt = time.Now()
	var old []*line
	l.mu.Lock()
	for len(l.idle) > 0 && c.usedAt.Sub(l.idle[0].usedAt) > lineRests {
		old, l.idle = append(old, l.idle[0]), l.idle[1:]
	}
	l.idle = append(l.idle, c)
	l.mu.Unlock()
	for _, c := range old {
		c.close()
	}
}

// CloseIdle closes the lines nobody uses.
func (l *Lines) CloseIdle() {
	l.mu.Lock()
	idle := l.idle
	l.idle = nil
	l.mu.Unlock()
	for _, c := range idle {
		c.close()
	}
}

// close ends a line; what the other side thinks of that changes nothing.
func (c *line) close() { _ = c.conn.Close() }

// exchange writes one request and reads its answer, at most so many bytes of
// it. written tells whether the server may have read any of the request.
func (c *line) exchange(ctx context.Context, head, body []byte, most int64) (answer lineAnswer, written bool, err error) {
	if ctx.Done() != nil {
		stop := context.AfterFunc(ctx, c.close)
		defer func() { answer.again = stop() && answer.again }()
	}
	request := make([]byte, 0, len(head)+len(body)+24)
	request = strconv.AppendInt(append(request, head...), int64(len(body)), 10)
	request = append(append(request, "\r\n\r\n"...), body...)
	if n, err := c.conn.Write(request); err != nil {
		return lineAnswer{}, n > 0, fmt.Errorf("write the request: %w", err)
	}
	resp, err := c.response()
	if err != nil {
		return lineAnswer{}, true, err
	}
	answer = lineAnswer{status: resp.StatusCode, header: resp.Header}
	answer.body, err = readAll(resp, most)
	answer.again = err == nil && !resp.Close && resp.ProtoAtLeast(1, 1) && c.reader.Buffered() == 0
	return answer, true, err
}

type lineAnswer struct {
	status int
	header http.Header
	body   []byte
	again  bool // the line can carry another call
}

// response reads the head of an answer, past those that only say "go on".
func (c *line) response() (*http.Response, error) {
	for range 10 {
		resp, err := http.ReadResponse(c.reader, nil)
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("read the answer: %w", err)
		}
		if resp.StatusCode >= http.StatusOK || resp.StatusCode == http.StatusSwitchingProtocols {
			return resp, nil
		}
	}
	return nil, errTooLarge
}
