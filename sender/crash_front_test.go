//go:build unix

package sender_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

// The points on the wire, as the server sees them.
const (
	firstByte    = "first byte"    // the request began to arrive, and gets no further
	wholeRequest = "whole request" // it is here, and the API has not taken it
	taken        = "taken"         // the API took it and said nothing
	halfAnswer   = "half answer"
	answered     = "answered" // the whole answer is on its way back
)

// front stands before the practice API, in the process that lives on, and kills
// the one that calls.
type front struct {
	api http.Handler
	url string

	mu    sync.Mutex
	point string
	skip  int
	kill  func()
	// during is run when a call was taken.
	during func()
}

func newFront(t *testing.T, api http.Handler) *front {
	t.Helper()
	f := &front{api: api}
	server := httptest.NewUnstartedServer(f)
	server.Listener = frontListener{server.Listener, f}
	server.Start()
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// arm has kill called at a point; it returns when the caller is dead.
func (f *front) arm(point string, skip int, kill func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.point, f.skip, f.kill = point, skip, kill
}

// due returns the knife if this is the point, and takes it away.
func (f *front) due(point string) func() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if point != f.point || f.kill == nil {
		return nil
	}
	if f.skip--; f.skip >= 0 {
		return nil
	}
	kill := f.kill
	f.kill = nil
	return kill
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // the caller is gone
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if kill := f.due(wholeRequest); kill != nil {
		kill()
		panic(http.ErrAbortHandler)
	}
	for _, point := range []string{taken, halfAnswer} {
		if kill := f.due(point); kill != nil {
			f.cutShort(w, r, point, kill)
		}
	}
	line := &lineOut{ResponseWriter: w}
	f.api.ServeHTTP(line, r)
	f.mu.Lock()
	during := f.during
	f.mu.Unlock()
	if during != nil {
		during()
	}
	if kill := f.due(answered); kill != nil {
		if !line.taken {
			_ = http.NewResponseController(w).Flush() // to a caller that may be gone
		}
		kill()
	}
}

// lineOut notes that the API took the connection, to break it off.
type lineOut struct {
	http.ResponseWriter
	taken bool
}

func (l *lineOut) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	l.taken = true
	return http.NewResponseController(l.ResponseWriter).Hijack()
}

// cutShort lets the API have the call, and the caller at most half the answer.
func (f *front) cutShort(w http.ResponseWriter, r *http.Request, point string, kill func()) {
	recorded := httptest.NewRecorder()
	func() {
		defer func() { _ = recover() }() // a scripted reset
		f.api.ServeHTTP(recorded, r)
	}()
	if point == halfAnswer {
		answer := recorded.Body.Bytes()
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		w.WriteHeader(recorded.Code)
		if _, err := w.Write(answer[:len(answer)/2]); err == nil {
			_ = http.NewResponseController(w).Flush()
		}
	}
	kill()
	panic(http.ErrAbortHandler)
}

// frontListener looks at the bytes before the server does.
type frontListener struct {
	net.Listener
	front *front
}

func (l frontListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return frontConn{conn, l.front}, nil
}

type frontConn struct {
	net.Conn
	front *front
}

func (c frontConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 && bytes.HasPrefix(p[:n], []byte("POST ")) {
		if kill := c.front.due(firstByte); kill != nil {
			kill()
			return 0, io.ErrUnexpectedEOF
		}
	}
	return n, err
}
