package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Server is one practice account of the Cloud API. It is an http.Handler;
// Start gives it a port of its own. Close must be called in the end.
type Server struct {
	opt          Options
	delays       Delays
	shares       Shares
	control      http.Handler
	http         *http.Server
	pipes        *pipeListener
	library      atomic.Pointer[library]
	firstLibrary *library
	own          string // the shop's wa_id, if it was given
	born         uint64 // keeps the wamids of two runs apart

	traces, ids    atomic.Uint64
	requests       atomic.Int64
	inFlight, peak atomic.Int64

	mu       sync.Mutex
	state    *state
	callback string
	// deaf: the account's switch for webhooks is off. Guarded by mu.
	deaf    bool
	number  string // the phone-number id last used, for what people send
	account string // likewise the account
	closed  bool

	wake    chan struct{} // the earliest pending webhook changed
	posting chan struct{} // held by whoever posts webhooks
	stop    context.CancelFunc
	running sync.WaitGroup
}

// New makes a server that is ready to answer. Errors are *OptionError and *ScriptError.
func New(opt Options) (*Server, error) {
	own := normalise(plainNumber(opt.DisplayNumber))
	opt = opt.withDefaults()
	if err := opt.validate(); err != nil {
		return nil, err
	}
	s := &Server{opt: opt, own: own, wake: make(chan struct{}, 1), posting: make(chan struct{}, 1)}
	lib, err := newLibrary(opt.Templates)
	if err != nil {
		return nil, err
	}
	s.firstLibrary = lib
	s.library.Store(lib)
	if err := s.setScript(opt.Script); err != nil {
		return nil, err
	}
	if s.opt.Client == nil {
		s.opt.Client = callbackClient()
	}
	s.callback = opt.CallbackURL
	s.number = or(opt.PhoneNumberID, DefaultPhoneNumberID)
	s.account = or(opt.WABAID, DefaultWABAID)
	s.born = uint64(time.Now().UnixNano())
	s.control = s.controlRoutes()
	s.pipes = newPipeListener()
	s.http = &http.Server{
		Handler: s, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(opt.Logger.Handler(), slog.LevelDebug), // stderr may be a terminal app's
	}

	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.running.Go(func() { s.deliver(ctx) })
	return s, nil
}

// Handler is the server itself, for httptest.NewServer and the like.
func (s *Server) Handler() http.Handler { return s }

// Start listens on a loopback address such as 127.0.0.1:0 and returns the
// base URL. The listener closes when ctx ends or at Close. Errors are
// ErrNotLoopback, ErrClosed and those of net.Listen.
func (s *Server) Start(ctx context.Context, addr string) (string, error) {
	if err := loopback(addr); err != nil {
		return "", err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return "", fmt.Errorf("listen: %w", err)
	}
	if !s.serve(listener) {
		return "", errors.Join(ErrClosed, listener.Close())
	}
	context.AfterFunc(ctx, func() { s.shut(listener) })
	return "http://" + listener.Addr().String(), nil
}

// serve runs the server on one listener until Close.
func (s *Server) serve(listener net.Listener) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.running.Go(func() {
		err := s.http.Serve(listener)
		if err != nil && !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			s.opt.Logger.Error("serve sandbox", "err", err)
		}
	})
	return true
}

func (s *Server) shut(listener net.Listener) {
	if err := listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		s.opt.Logger.Warn("close listener", "err", err)
	}
}

// Dial connects to the server within the process and without a socket, which
// is what a test in a synctest bubble needs: http.Transport{DialContext: s.Dial}.
func (s *Server) Dial(ctx context.Context, _, _ string) (net.Conn, error) {
	if s.pipes.once() && !s.serve(s.pipes) {
		return nil, ErrClosed
	}
	return s.pipes.dial(ctx)
}

// Close ends every connection and the delivery of webhooks and waits for
// both. Closing twice is safe. Pending webhooks are lost.
func (s *Server) Close() error {
	s.mu.Lock()
	first := !s.closed
	s.closed = true
	s.mu.Unlock()
	s.stop()
	var err error
	if first {
		err = s.http.Close()
		s.shut(s.pipes)
	}
	s.running.Wait()
	s.opt.Client.CloseIdleConnections()
	// A listener whose context ended may have closed by itself.
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close sandbox: %w", err)
	}
	return nil
}
