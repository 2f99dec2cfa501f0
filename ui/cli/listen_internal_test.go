package cli

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// impatient are times a test can wait for.
func impatient() patience {
	return patience{header: 200 * time.Millisecond, body: 300 * time.Millisecond, answer: time.Second, idle: 300 * time.Millisecond}
}

func listenHere(t *testing.T, handler http.HandlerFunc) *listening {
	t.Helper()
	l, err := listen(t.Context(), "127.0.0.1:0", handler, impatient(), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.end(t.Context(), 0); err != nil {
			t.Error(err)
		}
	})
	return l
}

func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	read := make(chan error, 1)
	l := listenHere(t, func(w http.ResponseWriter, r *http.Request) {
		_, err := io.ReadAll(r.Body)
		read <- err
		w.WriteHeader(http.StatusBadRequest)
	})
	tests := []struct{ name, sent string }{
		{"nothing", ""},
		{"half a header", "POST /webhook HTTP/1.1\r\nHost: x\r\n"},
		{"half a body", "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"},
		{"more header than anyone needs", "GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 64<<10)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.addr)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = conn.Close() }()
			if _, err := io.WriteString(conn, test.sent); err != nil {
				return // cut off while we were still talking
			}
			if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
				t.Fatal(err)
			}
			answer, err := io.ReadAll(bufio.NewReader(conn))       // ends when the server hangs up
			if nerr, ok := err.(net.Error); ok && nerr.Timeout() { //nolint:errorlint // the connection's own
				t.Error("the server still waits")
			}
			if strings.HasPrefix(string(answer), "HTTP/1.1 200") {
				t.Errorf("answered %q", answer)
			}
			if test.name == "half a body" {
				if err := <-read; err == nil {
					t.Error("half a body was read as a whole one")
				}
			}
		})
	}
}

func TestEndingLetsRequestsUnderWayFinish(t *testing.T) {
	t.Parallel()
	inside, goOn := make(chan struct{}), make(chan struct{})
	l := listenHere(t, func(w http.ResponseWriter, _ *http.Request) {
		close(inside)
		<-goOn
		_, _ = fmt.Fprint(w, "whole")
	})
	answers := make(chan string, 1)
	go func() {
		answer, err := http.Get(l.url("/")) //nolint:noctx // of this test alone
		if err != nil {
			answers <- err.Error()
			return
		}
		text, err := io.ReadAll(answer.Body)
		if closeErr := answer.Body.Close(); err != nil || closeErr != nil {
			answers <- "broken"
			return
		}
		answers <- string(text)
	}()
	<-inside
	ended := make(chan error, 1)
	go func() { ended <- l.end(t.Context(), 20*time.Second) }()
	close(goOn)
	if err, answer := <-ended, <-answers; err != nil || answer != "whole" {
		t.Errorf("end = %v, the answer %q", err, answer)
	}
	if _, err := listen(t.Context(), "256.0.0.1:x", nil, impatient(), slog.New(slog.DiscardHandler)); err == nil {
		t.Error("an address that is none was listened at")
	}
}
