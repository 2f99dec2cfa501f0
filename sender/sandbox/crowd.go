package sandbox

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Span is a stretch of time from which one moment is drawn per message. In
// JSON it is text: "2s", or "500ms..4s".
type Span struct{ Min, Max time.Duration }

// UnmarshalText reads "2s" or "500ms..4s".
func (sp *Span) UnmarshalText(text []byte) error {
	low, high, isRange := strings.Cut(string(text), "..")
	minimum, err := time.ParseDuration(low)
	if err != nil {
		return fmt.Errorf("read span: %w", err)
	}
	maximum := minimum
	if isRange {
		if maximum, err = time.ParseDuration(high); err != nil {
			return fmt.Errorf("read span: %w", err)
		}
	}
	if minimum < 0 || maximum < minimum {
		return fmt.Errorf("read span: %q runs backwards", text)
	}
	*sp = Span{minimum, maximum}
	return nil
}

// MarshalText writes what UnmarshalText reads.
func (sp Span) MarshalText() ([]byte, error) {
	if sp.Min == sp.Max {
		return []byte(sp.Min.String()), nil
	}
	return []byte(sp.Min.String() + ".." + sp.Max.String()), nil
}

// at picks the moment that lies the part 0..1 into the span.
func (sp Span) at(part float64) time.Duration {
	return sp.Min + time.Duration(part*float64(sp.Max-sp.Min))
}

// Delays say how long after acceptance things happen.
type Delays struct {
	Sent      Span `json:"sent"`
	Delivered Span `json:"delivered"` // after Sent
	Read      Span `json:"read"`      // after Delivered
	Failed    Span `json:"failed"`
	Held      Span `json:"held"`  // how long a held message is assessed
	Reply     Span `json:"reply"` // after Delivered
}

// DefaultDelays are short enough to watch and long enough to believe.
func DefaultDelays() Delays {
	return Delays{
		Sent:      Span{150 * time.Millisecond, 600 * time.Millisecond},
		Delivered: Span{300 * time.Millisecond, 3 * time.Second},
		Read:      Span{time.Second, 12 * time.Second},
		Failed:    Span{200 * time.Millisecond, time.Second},
		Held:      Span{5 * time.Second, 10 * time.Second},
		Reply:     Span{2 * time.Second, 6 * time.Second},
	}
}

// Shares say how a crowd behaves, each as a part from 0 to 1. Who belongs to
// which part follows from the number and the seed, so it is the same person every time.
type Shares struct {
	Undeliverable float64 `json:"undeliverable"` // of all: failed with 131026
	Offline       float64 `json:"offline"`       // of all: sent, never delivered
	Unread        float64 `json:"unread"`        // of the delivered: never read
}

// DefaultShares are those of a well-kept list of a shop.
func DefaultShares() Shares {
	return Shares{Undeliverable: 0.02, Offline: 0.03, Unread: 0.3}
}

func (sh *Shares) validate() error {
	for _, part := range []float64{sh.Undeliverable, sh.Offline, sh.Unread} {
		if !(part >= 0 && part <= 1) {
			return fmt.Errorf("share %v is outside 0..1", part)
		}
	}
	if sh.Undeliverable+sh.Offline > 1 {
		return errors.New("undeliverable and offline add up to more than 1")
	}
	return nil
}

// fate is what becomes of every message to one person.
type fate int

const (
	reads fate = iota
	leavesUnread
	staysOffline
	unreachable
)

func (sh *Shares) fateOf(dice lot) fate {
	switch part := dice.part("fate"); {
	case part < sh.Undeliverable:
		return unreachable
	case part < sh.Undeliverable+sh.Offline:
		return staysOffline
	case dice.part("read") < sh.Unread:
		return leavesUnread
	default:
		return reads
	}
}
