package sandbox

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"time"
)

// What a Server uses where its Options say nothing. The numbers are fictional.
const (
	DefaultAppSecret     = "sandbox-app-secret" //nolint:gosec // a practice secret, printed in the manual
	DefaultPhoneNumberID = "600000000000031"
	DefaultWABAID        = "500000000000041"
	DefaultDisplayNumber = "+1 604-555-0199"
	DefaultVerifiedName  = "Panadería Luna"
)

// StandardRate is the throughput Meta gives every number, in messages per second.
const StandardRate = 80

// Options describe one practice account. The zero value is a usable one: any
// token, any id, no limits, some people who cannot be reached or never read.
type Options struct {
	// Token is the only access token accepted. Empty accepts any that is not empty.
	Token string
	// AppSecret signs webhooks and checks appsecret_proof. Empty means DefaultAppSecret.
	AppSecret string
	// PhoneNumberID and WABAID are the only ids that exist. Empty lets every
	// id of digits be the number or the account, whichever the call needs.
	PhoneNumberID, WABAID string
	// DisplayNumber is the shop's number as people read it; a message to it is
	// refused (131021), unless it is empty and DefaultDisplayNumber stands in.
	// VerifiedName is the shop's display name.
	DisplayNumber, VerifiedName string
	// Currency is the billing currency of the account, EUR when empty.
	Currency string
	// Templates are the account's templates. Nil means DefaultTemplates.
	Templates []Template

	// Latency is how long every call under a version takes to be answered.
	Latency time.Duration
	// Rate caps messages per second (code 130429). Zero is no cap.
	Rate int
	// DailyLimit caps distinct people messaged outside a window in a rolling
	// 24 hours. Zero is no cap. Meta does not say which code it answers with;
	// the sandbox uses 131048, which stops a careful sender for hours.
	DailyLimit int

	// CallbackURL receives webhooks. Empty sends none until Subscribe or SetCallback.
	CallbackURL string
	// Client posts the webhooks. Nil means one that follows no redirect and waits 10 s.
	Client *http.Client

	// Script holds faults, and may override Delays and Shares.
	Script Script
	// Delays and Shares say how fast and how well people answer; nil means
	// DefaultDelays and DefaultShares.
	Delays *Delays
	Shares *Shares
	// Seed makes another crowd of the same numbers.
	Seed uint64

	// Now is the clock of limits, windows and timestamps; nil means time.Now.
	// With a clock that stands still, webhooks go out by Drain.
	Now func() time.Time
	// Clock is what the Date of an answer tells; nil means Now. Of the zero time
	// an answer has none.
	Clock func() time.Time
	// Logger gets one line per trouble with the callback; nil discards.
	Logger *slog.Logger
}

// OptionError says which option cannot be used and why.
type OptionError struct{ Field, Reason string }

func (e *OptionError) Error() string {
	return fmt.Sprintf("sandbox option %s: %s", e.Field, e.Reason)
}

func (o Options) withDefaults() Options {
	o.AppSecret = or(o.AppSecret, DefaultAppSecret)
	o.DisplayNumber = or(o.DisplayNumber, DefaultDisplayNumber)
	o.VerifiedName = or(o.VerifiedName, DefaultVerifiedName)
	o.Currency = or(o.Currency, "EUR")
	if o.Templates == nil {
		o.Templates = DefaultTemplates()
	}
	if o.Delays == nil {
		o.Delays = new(DefaultDelays())
	}
	if o.Shares == nil {
		o.Shares = new(DefaultShares())
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Clock == nil {
		o.Clock = o.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

func (o Options) validate() error {
	switch {
	case o.Latency < 0:
		return &OptionError{"Latency", "is negative"}
	case o.Rate < 0:
		return &OptionError{"Rate", "is negative"}
	case o.DailyLimit < 0:
		return &OptionError{"DailyLimit", "is negative"}
	case o.PhoneNumberID != "" && !digits(o.PhoneNumberID):
		return &OptionError{"PhoneNumberID", "is not digits"}
	case o.WABAID != "" && !digits(o.WABAID):
		return &OptionError{"WABAID", "is not digits"}
	case o.PhoneNumberID != "" && o.PhoneNumberID == o.WABAID:
		return &OptionError{"WABAID", "is the same as PhoneNumberID"}
	}
	if o.CallbackURL != "" {
		if err := validCallback(o.CallbackURL); err != nil {
			return &OptionError{"CallbackURL", err.Error()}
		}
	}
	return nil
}

func validCallback(raw string) error {
	u, err := url.Parse(raw)
	if err != nil {
		return fmt.Errorf("parse callback URL: %w", err)
	}
	if (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return fmt.Errorf("%q is not an http or https address", raw)
	}
	return nil
}

// loopback refuses every address but a literal loopback one: a practice
// server that checks no token must not be reachable from another machine.
func loopback(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("read address: %w", err)
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return fmt.Errorf("%w: %s", ErrNotLoopback, addr)
	}
	return nil
}

func or(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}
