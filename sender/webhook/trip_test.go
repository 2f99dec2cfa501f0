package webhook_test

import (
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"testing"

	"pregon/sender/sandbox"
	"pregon/store"
)

func TestRoundTripSaysWhoAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	door := httptest.NewServer(d)
	t.Cleanup(door.Close)
	closed := httptest.NewServer(d)
	closed.Close()
	selfSigned := httptest.NewUnstartedServer(d)
	selfSigned.Config.ErrorLog = log.New(io.Discard, "", 0)
	selfSigned.StartTLS()
	t.Cleanup(selfSigned.Close)
	other := newDesk(t) // the same secret, another process
	stranger := httptest.NewServer(other)
	t.Cleanup(stranger.Close)
	polite := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(polite.Close)
	moved := httptest.NewServer(http.RedirectHandler(door.URL, http.StatusTemporaryRedirect))
	t.Cleanup(moved.Close)
	behind := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		d.ServeHTTP(httptest.NewRecorder(), r)
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(behind.Close)
	tests := []struct {
		name, address string
		want          store.DoorProblem
	}{
		{"ours", door.URL + "/webhook", store.DoorOpen},
		{"ours, the answer lost on the way", behind.URL, store.DoorOpen},
		{"nobody", closed.URL, store.DoorUnreachable},
		{"no address", "://", store.DoorUnreachable},
		{"a certificate nobody knows", selfSigned.URL, store.DoorCertificate},
		{"no TLS where it should be", "https" + door.URL[len("http"):], store.DoorCertificate},
		{"another shop's receiver", stranger.URL, store.DoorForeign},
		{"a page that says yes to all", polite.URL, store.DoorForeign},
		{"a redirect to ours", moved.URL, store.DoorForeign},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := d.RoundTrip(t.Context(), test.address); got != test.want {
				t.Errorf("RoundTrip = %q, want %q", got, test.want)
			}
		})
	}
	t.Cleanup(func() {
		for name, shop := range map[string]*desk{"ours": d, "the other's": other} {
			if account, err := shop.shop.Account(t.Context()); account.FeedConnected() {
				t.Errorf("%s feed counts as connected by a round trip, %v", name, err)
			}
		}
	})
}

func TestAnOldRoundTripCannotBePlayedAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	var body []byte
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var err error
		if body, err = io.ReadAll(r.Body); err != nil {
			t.Error(err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		d.ServeHTTP(w, r)
	}))
	t.Cleanup(door.Close)
	if got := d.RoundTrip(t.Context(), door.URL); got != store.DoorOpen {
		t.Fatalf("RoundTrip = %q", got)
	}
	if code := d.tell(t, string(body)); code != http.StatusConflict {
		t.Errorf("again: %d, want 409", code)
	}
	if code := d.post(t, body, sandbox.Sign("other", body)); code != http.StatusUnauthorized {
		t.Errorf("forged: %d, want 401", code)
	}
	if account, err := d.shop.Account(t.Context()); err != nil || account.FeedConnected() {
		t.Errorf("it counts as an event of the platform: %+v, %v", account, err)
	}
}
