package webhook

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"pregon/store"
)

// tripObject marks a delivery that the receiver sent to itself.
const tripObject = "pregon_round_trip"

// tripLimit is how long a round trip may take.
const tripLimit = 15 * time.Second

// trip is the body of a round trip.
type trip struct {
	Object string `json:"object"`
	Nonce  string `json:"nonce"`
}

// trips are the round trips under way.
type trips struct {
	mu      sync.Mutex
	started map[string]bool // by nonce: whether it arrived
}

// begin makes a nonce that is waited for.
func (t *trips) begin() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	nonce := rand.Text()
	if t.started == nil {
		t.started = map[string]bool{}
	}
	t.started[nonce] = false
	return nonce
}

// arrive notes an arrival, and reports whether it was waited for. Nobody can
// make an old one arrive again.
func (t *trips) arrive(nonce string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	arrived, waited := t.started[nonce]
	if waited {
		t.started[nonce] = true
	}
	return waited && !arrived
}

// end reports whether it arrived.
func (t *trips) end(nonce string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	arrived := t.started[nonce]
	delete(t.started, nonce)
	return arrived
}

// arrived answers a delivery of our own; false for all others.
func (h *Handler) arrived(w http.ResponseWriter, body []byte) bool {
	var t trip
	if !bytes.Contains(body, []byte(tripObject)) || json.Unmarshal(body, &t) != nil || t.Object != tripObject {
		return false
	}
	if h.trips.arrive(t.Nonce) {
		w.WriteHeader(http.StatusOK)
	} else {
		w.WriteHeader(http.StatusConflict) // of another process, or once more
	}
	return true
}

// RoundTrip posts a signed event to an address and says whether it came in
// through this receiver: the only proof that what the platform posts there would.
func (h *Handler) RoundTrip(ctx context.Context, address string) store.DoorProblem {
	ctx, cancel := context.WithTimeout(ctx, tripLimit)
	defer cancel()
	nonce := h.trips.begin()
	err := h.post(ctx, address, nonce)
	if h.trips.end(nonce) {
		return store.DoorOpen // whatever became of the answer
	}
	h.config.Log.Warn("the public address does not lead here", "err", err)
	var certificate *tls.CertificateVerificationError
	var plain tls.RecordHeaderError
	switch {
	case err == nil || errors.Is(err, errForeign):
		return store.DoorForeign
	case errors.As(err, &certificate), errors.As(err, &plain), errors.Is(err, http.ErrSchemeMismatch):
		return store.DoorCertificate
	}
	return store.DoorUnreachable
}

// errForeign says that who answered is not this receiver.
var errForeign = errors.New("somebody else answered")

func (h *Handler) post(ctx context.Context, address, nonce string) error {
	body, err := json.Marshal(trip{tripObject, nonce})
	if err != nil {
		return fmt.Errorf("make the round trip: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make the round trip: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(signatureHeader, sign(h.config.AppSecret, body))
	// A connection of its own each time, as the platform's would be; and no
	// redirect is followed, since the platform follows none.
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("make the round trip: %w", err)
	}
	if err := answer.Body.Close(); err != nil {
		return fmt.Errorf("end the round trip: %w", err)
	}
	return fmt.Errorf("%w: %s", errForeign, answer.Status)
}
