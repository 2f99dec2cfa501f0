package cli

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"pregon/sender"
	"pregon/store"
	"pregon/ui/access"
)

// Deps is everything the command line is given by main.
type Deps struct {
	Args     []string
	Env      func(name string) string
	In       io.Reader
	Out, Err io.Writer
	Version  string
	Now      func() time.Time

	// Open opens a shop file and makes the engine over it, which connects only when it has to.
	Open func(ctx context.Context, path string, connect Connect) (*Shop, error)
	// Sandbox starts the practice API on a loopback address.
	Sandbox func(ctx context.Context, practice Practice) (Sandbox, error)
	// Webhook makes the receiver of the feed.
	Webhook func(s *store.Store, feed Feed) Receiver
	// App opens the terminal app and returns when it is left; nil where it is not built in.
	App func(ctx context.Context, seat Seat) error
	// Keyring reads a secret from the operating system's keyring; "" where there is none.
	Keyring func(name string) string
	// KeepSecret puts one there; nil where nothing is kept.
	KeepSecret func(name, secret string) error
}

// Feed is what the receiver of the feed must know to trust what it is told.
type Feed struct {
	AppSecret, VerifyToken string
	Whose                  Whose
	Log                    *slog.Logger // nil discards
}

// Whose is the shop that events are for; others' are left out.
type Whose struct{ PhoneNumberID, WABAID, Number string }

// Receiver receives the feed.
type Receiver interface {
	http.Handler
	// RoundTrip posts to an address and says whether it came in through this receiver.
	RoundTrip(ctx context.Context, address string) store.DoorProblem
	// Read finds what the body of a delivery tells; understood is false for what is none.
	Read(body []byte) (feed store.Feed, understood bool)
	// Serve changes whom the events are for.
	Serve(whose Whose)
}

// Connect says which API the engine talks to.
type Connect struct {
	BaseURL string // without a slash at its end
	Version string // of the Graph API; "" is the program's own
	Token   func(ctx context.Context) (string, error)
	Rate    int          // messages a second; 0 is the number's own
	Log     *slog.Logger // nil discards
}

// Shop is an open shop file with its engine.
type Shop struct {
	Store  *store.Store
	Engine *sender.Engine
}

// Practice describes the practice API.
type Practice struct {
	Addr          string // a loopback address; port 0 is any
	Token         string // the only one accepted; "" accepts any
	AppSecret     string
	PhoneNumberID string
	WABAID        string
	Templates     []byte // as GET message_templates answers; nil is the sandbox's own
	Script        []byte // of faults; nil is none
	Latency       time.Duration
	Rate          int // messages a second; 0 is no cap
}

// InputError is an address or a script that the practice API does not take.
type InputError struct{ Err error }

func (e *InputError) Error() string { return e.Err.Error() }

// Unwrap is what the practice API said.
func (e *InputError) Unwrap() error { return e.Err }

// Sandbox is the practice API while it runs.
type Sandbox interface {
	URL() string
	// Subscribe makes it send what happens to a callback, after Meta's handshake.
	Subscribe(ctx context.Context, callback, verifyToken string) error
	// Drain sends what still waits to be told.
	Drain(ctx context.Context) error
	Close() error
}

// Seat is what the terminal app is opened with.
type Seat struct {
	Shop     *Shop
	In       io.Reader
	Out      io.Writer
	Env      func(name string) string
	Language string
	Staff    string
	Practice bool
	Secrets  access.Secrets // nil where there are none to be typed
	Hold     time.Duration  // time to stop a broadcast after the ritual
	Say      string         // what has to be said first; "" is nothing
}
