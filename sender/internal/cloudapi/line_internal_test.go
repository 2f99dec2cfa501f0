package cloudapi

import (
	"bufio"
	"context"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"
	"time"
)

// lineClient posts to an address the way SendTemplate does, without a claim.
func lineClient(t *testing.T, address string, edit func(*Lines)) func() Answer {
	t.Helper()
	lines := NewLines()
	if edit != nil {
		edit(lines)
	}
	t.Cleanup(lines.CloseIdle)
	c := New(Config{BaseURL: address, Version: "v26.0", PhoneNumberID: "6", HTTP: NewHTTP(1), Lines: lines, Limit: 5 * time.Second})
	if !c.known {
		t.Fatalf("%s is no address", address)
	}
	return func() Answer {
		return c.viaLine(context.WithoutCancel(t.Context()), &post{token: "secret", write: func() ([]byte, error) { return []byte(`{}`), nil }})
	}
}

func wantTaken(t *testing.T, send func() Answer) {
	t.Helper()
	if a := send(); a.Action != Accept || a.Wamid != "w" {
		t.Errorf("answer %+v, want it taken", a)
	}
}

const taken = `{"messages":[{"id":"w"}]}`

// counted serves and counts the connections.
func counted(t *testing.T, secure bool, handler http.HandlerFunc) (*httptest.Server, *atomic.Int32) {
	t.Helper()
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(handler)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	if secure {
		server.EnableHTTP2 = true // offered, and not to be taken
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	return server, &connections
}

func TestALineCarriesCallAfterCall(t *testing.T) {
	t.Parallel()
	for _, secure := range []bool{false, true} {
		t.Run(fmt.Sprint("secure ", secure), func(t *testing.T) {
			t.Parallel()
			server, connections := counted(t, secure, func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil || string(body) != "{}" || r.Header.Get("Authorization") != "Bearer secret" || r.ProtoMajor != 1 ||
					r.URL.Path != "/v26.0/6/messages" || r.Host == "" {
					t.Errorf("%s %s, %q, %v", r.Method, r.URL, body, err)
				}
				_, _ = io.WriteString(w, taken)
			})
			send := lineClient(t, server.URL, func(l *Lines) {
				if secure {
					l.roots = x509.NewCertPool()
					l.roots.AddCert(server.Certificate())
				}
			})
			for range 5 {
				wantTaken(t, send)
			}
			if n := connections.Load(); n != 1 {
				t.Errorf("%d connections for five calls, want one", n)
			}
		})
	}
}

func TestAStrangersCertificateIsRefused(t *testing.T) {
	t.Parallel()
	server, _ := counted(t, true, func(http.ResponseWriter, *http.Request) { t.Error("it was called") })
	server.Config.ErrorLog = nil
	if a := lineClient(t, server.URL, nil)(); a.Action != Offline {
		t.Errorf("answer %+v, want no connection", a)
	}
}

// A server that lets go of a resting line must not cost a call: nobody could tell whether it was read.
func TestALineThatWasLetGoIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	server, connections := counted(t, false, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, taken) })
	lines := NewLines()
	send := lineClient(t, server.URL, func(l *Lines) { *l = Lines{dialer: l.dialer}; lines = l })
	for n := range int32(20) {
		wantTaken(t, send)
		server.CloseClientConnections()
		await(t, lines)
		if connections.Load() != n+1 {
			t.Fatalf("%d connections after %d calls", connections.Load(), n+1)
		}
	}
}

// await waits until the one resting line has heard that it was closed.
func await(t *testing.T, lines *Lines) {
	t.Helper()
	lines.mu.Lock()
	defer lines.mu.Unlock()
	for _, l := range lines.idle {
		if err := l.conn.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
		if _, err := l.reader.Peek(1); err == nil {
			t.Fatal("the server wrote something")
		}
	}
}

func TestWhatAServerSaysOfTheLineIsHeeded(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, answer string
		want         Action
		connections  int32 // for two calls
	}{
		{"kept", "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n" + taken, Accept, 1},
		{"in pieces", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n19\r\n" + taken + "\r\n0\r\n\r\n", Accept, 1},
		{"go on first", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n" + taken, Accept, 1},
		{"closed", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 25\r\n\r\n" + taken, Accept, 2},
		{"old", "HTTP/1.0 200 OK\r\nContent-Length: 25\r\n\r\n" + taken, Accept, 2},
		{"more than asked for", "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n" + taken + "HTTP/1.1 200 OK\r\n", Accept, 2},
		{"not HTTP", "SSH-2.0-OpenSSH\r\n\r\n", Lose, 2},
		{"too fast", "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", Slow, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address, connections := scripted(t, tt.answer)
			send := lineClient(t, address, nil)
			for range 2 {
				if a := send(); a.Action != tt.want {
					t.Errorf("answer %+v, want %s", a, tt.want)
				}
			}
			if n := connections.Load(); n != tt.connections {
				t.Errorf("%d connections for two calls, want %d", n, tt.connections)
			}
		})
	}
}

// scripted answers every request with these bytes.
func scripted(t *testing.T, answer string) (string, *atomic.Int32) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	connections := new(atomic.Int32)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			go func() {
				defer func() { _ = conn.Close() }()
				reader := bufio.NewReader(conn)
				for {
					r, err := http.ReadRequest(reader)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, r.Body)
					if _, err := io.WriteString(conn, answer); err != nil {
						return
					}
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String(), connections
}

func TestATokenThatCannotStandInAHeaderIsNone(t *testing.T) {
	t.Parallel()
	for token, want := range map[string]bool{"EAAB-x_1.2=": true, "": false, "a b": false, "a\r\nX: y": false, "ñ": false, "\x7f": false} {
		if printable(token) != want {
			t.Errorf("printable(%q) = %t", token, !want)
		}
	}
}

func TestServersAreReadFromTheirAddress(t *testing.T) {
	t.Parallel()
	tests := []struct {
		address string
		want    server
		known   bool
	}{
		{"https://graph.facebook.com/x", server{true, "graph.facebook.com", "443"}, true},
		{"http://[::1]:8080/x", server{false, "::1", "8080"}, true},
		{"http://localhost/x", server{false, "localhost", "80"}, true},
		{"ftp://graph.example/x", server{false, "graph.example", "80"}, false},
		{"/x", server{false, "", "80"}, false},
	}
	for _, tt := range tests {
		u, err := url.Parse(tt.address)
		if err != nil {
			t.Fatal(err)
		}
		if got, known := serverOf(u); got != tt.want || known != tt.known {
			t.Errorf("serverOf(%s) = %+v, %t", tt.address, got, known)
		}
	}
}

func TestLinesThatRestTooLongAreClosed(t *testing.T) {
	t.Parallel()
	address, connections := scripted(t, "HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n"+taken)
	var lines *Lines
	send := lineClient(t, address, func(l *Lines) { lines = l })
	wantTaken(t, send)
	lines.mu.Lock()
	lines.idle[0].usedAt = time.Now().Add(-lineRests)
	lines.mu.Unlock()
	wantTaken(t, send)
	if n := connections.Load(); n != 2 {
		t.Errorf("%d connections, want a new one after the rest", n)
	}
	lines.CloseIdle()
	if len(lines.idle) != 0 {
		t.Errorf("%d lines are kept", len(lines.idle))
	}
}
