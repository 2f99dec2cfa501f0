package webhook

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"pregon/store"
)

// maxBody is Meta's own bound on one delivery, 3 MB.
const maxBody = 3 << 20

// Config is what the receiver is given. Neither secret may be empty: without
// one nothing is accepted.
type Config struct {
	AppSecret   string // signs every delivery
	VerifyToken string // of the handshake
	Shop        Shop
	Log         *slog.Logger // nil discards
}

// Shop is whom the events are for. What is told of others is not stored; what
// is empty is anybody.
type Shop struct {
	PhoneNumberID string
	WABAID        string
	Number        string // to know it in news of the account
}

// Handler answers GET, the handshake, and POST, the deliveries.
type Handler struct {
	config  Config
	shop    atomic.Pointer[Shop]
	queue   *queue
	trips   trips
	large   chan struct{}  // those who bring much at once take turns
	refused rate.Sometimes // strangers must not fill the log
}

// What one delivery may take of the memory: most are small, and only so many
// large ones are read at once.
const (
	smallBody   = 64 << 10
	largeAtOnce = 8
)

// New makes the receiver of one shop file.
func New(s *store.Store, config Config) *Handler {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{
		config: config, queue: newQueue(s.RecordFeed), large: make(chan struct{}, largeAtOnce),
		refused: rate.Sometimes{First: 1, Interval: time.Minute},
	}
	h.Serve(config.Shop)
	return h
}

// Serve changes whom the events are for, from the next delivery on.
func (h *Handler) Serve(shop Shop) { h.shop.Store(&shop) }

// ServeHTTP answers 200 after the delivery is durable, 401 to a wrong
// signature, 413 to one that is too large and 500 when it could not be stored,
// so that Meta tries again.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		h.handshake(w, r)
	case http.MethodPost:
		h.receive(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// handshake proves to Meta that this address is the shop's.
func (h *Handler) handshake(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	token := query.Get("hub.verify_token")
	if h.config.VerifyToken == "" || query.Get("hub.mode") != "subscribe" || !same(token, h.config.VerifyToken) {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if _, err := io.WriteString(w, query.Get("hub.challenge")); err != nil { //nolint:gosec // Meta wants it back as it is; it is text, and only for who knows the token
		h.config.Log.Warn("answer the handshake", "err", err)
	}
}

func (h *Handler) receive(w http.ResponseWriter, r *http.Request) {
	body, failure := h.body(w, r)
	if failure != 0 {
		w.WriteHeader(failure)
		return
	}
	if !signed(h.config.AppSecret, r.Header.Values(signatureHeader), body) {
		h.refused.Do(func() { h.config.Log.Warn("refused a delivery without a true signature") })
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if h.arrived(w, body) {
		return
	}
	feed, understood := read(body, *h.shop.Load())
	if !understood {
		h.config.Log.Warn("a signed delivery is not JSON as expected", "bytes", len(body))
	}
	// An empty feed notes that the feed was heard.
	if err := h.queue.record(r.Context(), feed); err != nil {
		h.config.Log.Error("store a delivery", "updates", feed.Updates(), "err", err)
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// Read finds everything in the body of a delivery that is about the shop,
// without asking who signed it; understood is false for what is no delivery.
func (h *Handler) Read(body []byte) (feed store.Feed, understood bool) {
	return read(body, *h.shop.Load())
}

// body reads the delivery, or says with which status to refuse it.
func (h *Handler) body(w http.ResponseWriter, r *http.Request) (body []byte, failure int) {
	if r.ContentLength > maxBody {
		return nil, http.StatusRequestEntityTooLarge
	}
	if r.ContentLength < 0 || r.ContentLength > smallBody {
		select {
		case h.large <- struct{}{}:
			defer func() { <-h.large }()
		case <-r.Context().Done():
			return nil, http.StatusServiceUnavailable
		}
	}
	var read bytes.Buffer
	read.Grow(int(max(r.ContentLength, 0)) + bytes.MinRead)
	_, err := read.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, http.StatusRequestEntityTooLarge
	case err != nil:
		return nil, http.StatusBadRequest
	}
	return read.Bytes(), 0
}
