package cloudapi_test

import (
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"pregon/sender/internal/cloudapi"
)

// proxiedVariable has this test binary make one call to an address, as a process
// whose environment names a proxy: net/http reads that once in a life.
const proxiedVariable = "PREGON_PROXIED_CALL"

// TestProxiedCall is no test: it is that process.
func TestProxiedCall(t *testing.T) {
	t.Parallel()
	address := os.Getenv(proxiedVariable)
	if address == "" {
		t.Skip("only run by TestCallsGoThroughTheProxyOfTheEnvironment")
	}
	answer := client(address, 10*time.Second).SendTemplate(t.Context(), claims(t, 1)[0])
	_, _ = fmt.Fprintf(os.Stdout, "%s %q %t\n", answer.Action, answer.Wamid, answer.Doubtful)
}

func proxiedCall(t *testing.T, address string, environment ...string) (answer cloudapi.Answer) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestProxiedCall$", "-test.count=1")
	child.Env = append(append(os.Environ(), proxiedVariable+"="+address, "NO_PROXY="), environment...)
	out, err := child.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	if _, err := fmt.Sscanf(string(out), "%s %q %t\n", &answer.Action, &answer.Wamid, &answer.Doubtful); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return answer
}

// proxy passes on to one server whatever it is asked for, by CONNECT or by name, and counts.
func proxy(t *testing.T, to *httptest.Server, asked *atomic.Int32) *httptest.Server {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if r.Host != "example.com" && r.Host != "example.com:443" {
			t.Errorf("the proxy is asked for %q", r.Host)
		}
		if r.Method != http.MethodConnect {
			to.Config.Handler.ServeHTTP(w, r)
			return
		}
		if r.Header.Get("Authorization") != "" {
			t.Error("the proxy is told the token")
		}
		there, err := (&net.Dialer{}).DialContext(r.Context(), "tcp", to.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = there.Close() }()
		here, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = here.Close() }()
		_, _ = io.WriteString(here, "HTTP/1.1 200 OK\r\n\r\n")
		go func() { _, _ = io.Copy(there, here) }()
		_, _ = io.Copy(here, there)
	}))
	t.Cleanup(server.Close)
	return server
}

// TestCallsGoThroughTheProxyOfTheEnvironment also by TLS, of which the proxy sees nothing.
func TestCallsGoThroughTheProxyOfTheEnvironment(t *testing.T) {
	t.Parallel()
	taken := func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"messages":[{"id":"wamid.1"}]}`)
	}
	cut := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
	}
	busy := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	tests := []struct {
		name   string
		https  bool
		serve  http.HandlerFunc
		action cloudapi.Action
	}{
		{"taken", false, taken, cloudapi.Accept},
		{"taken, by TLS", true, taken, cloudapi.Accept},
		{"cut off after it was written", false, cut, cloudapi.Lose},
		{"cut off after it was written, by TLS", true, cut, cloudapi.Lose},
		{"too fast", false, busy, cloudapi.Slow},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.https && runtime.GOOS != "linux" {
				t.Skip("no environment makes a certificate trusted here")
			}
			var asked, calls atomic.Int32
			api := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				calls.Add(1)
				if r.URL.Path != "/v26.0/600000000000031/messages" || r.Header.Get("Authorization") != "Bearer secret" {
					t.Errorf("%s with %q", r.URL, r.Header.Get("Authorization"))
				}
				tt.serve(w, r)
			}))
			t.Cleanup(api.Close)
			scheme, trusted := "http", filepath.Join(t.TempDir(), "ca.pem")
			if tt.https {
				scheme = "https"
				api.StartTLS()
				text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: api.Certificate().Raw})
				if err := os.WriteFile(trusted, text, 0o600); err != nil {
					t.Fatal(err)
				}
			} else {
				api.Start()
			}
			by := proxy(t, api, &asked).URL
			answer := proxiedCall(t, scheme+"://example.com", "HTTP_PROXY="+by, "HTTPS_PROXY="+by, "SSL_CERT_FILE="+trusted)
			if answer.Action != tt.action || answer.Action == cloudapi.Accept && answer.Wamid != "wamid.1" {
				t.Errorf("SendTemplate = %+v, want %v", answer, tt.action)
			}
			if asked.Load() != 1 || calls.Load() != 1 {
				t.Errorf("the proxy was asked %d times, the API called %d times, want once each", asked.Load(), calls.Load())
			}
		})
	}
}

// TestAProxyThatIsGoneLosesNobody: nothing was written, so the person is called later.
func TestAProxyThatIsGoneLosesNobody(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if answer := proxiedCall(t, "http://example.com", "HTTP_PROXY="+gone.URL); answer.Action != cloudapi.Offline || answer.Doubtful {
		t.Errorf("SendTemplate = %+v, want it to be tried again", answer)
	}
}
