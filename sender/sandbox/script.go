package sandbox

import (
	"fmt"
)

// Script makes the server misbehave; see the package comment for its JSON.
type Script struct {
	Seed     uint64
	Account  Account
	Shares   *Shares
	Delays   *Delays
	Webhooks Webhooks
	Rules    []Rule
}

// Account is the state of number and account that a preflight looks at.
type Account struct {
	Quality    string `json:"quality"`    // GREEN when empty
	Status     string `json:"status"`     // CONNECTED when empty
	Tier       string `json:"tier"`       // follows DailyLimit when empty
	Throughput string `json:"throughput"` // follows Rate when empty
	Unpaid     bool   `json:"unpaid"`     // no payment method: 141006 in health, 131042 by webhook
	Unverified bool   `json:"unverified"` // business not verified: 141010 in health
	// Unheard: no app gets the account's webhooks, and none are sent.
	Unheard bool `json:"unheard"`
	// Clock is how far the server's clock is ahead of ours.
	Clock Duration `json:"clock"`
	// Expires is how long the token lives from now; negative: it is over; 0: for ever.
	Expires Duration `json:"expires"`
	// Scopes are the token's permissions, separated by blanks; both when empty.
	Scopes string `json:"scopes"`
}

// Webhooks say how badly webhooks travel. Double and Reverse are parts of the
// messages, from 0 to 1.
type Webhooks struct {
	Double  float64 `json:"double"`  // every status comes twice
	Reverse float64 `json:"reverse"` // read before delivered before sent
	Batch   int     `json:"batch"`   // updates in one POST at most; 100 when 0
	Silent  bool    `json:"silent"`  // none at all
}

// ScriptError says where in a script something cannot be used. Line and
// Column count from 1 and are 0 for a Script that never was text.
type ScriptError struct {
	Line, Column int
	Path         string // for example rules[2].code
	Reason       string
}

func (e *ScriptError) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("sandbox script: %s: %s", e.Path, e.Reason)
	}
	return fmt.Sprintf("sandbox script, line %d column %d: %s: %s", e.Line, e.Column, e.Path, e.Reason)
}

func (w *Webhooks) validate() error {
	switch {
	case !(w.Double >= 0 && w.Double <= 1):
		return &fieldError{"double", "is outside 0..1"}
	case !(w.Reverse >= 0 && w.Reverse <= 1):
		return &fieldError{"reverse", "is outside 0..1"}
	case w.Batch < 0 || w.Batch > maxBatch:
		return &fieldError{"batch", fmt.Sprintf("is outside 0..%d", maxBatch)}
	}
	return nil
}

// validate checks a Script that a program built.
func (s *Script) validate() error {
	checks := []struct {
		path  string
		check func() error
	}{{"webhooks", s.Webhooks.validate}}
	if s.Shares != nil {
		checks = append(checks, struct {
			path  string
			check func() error
		}{"shares", s.Shares.validate})
	}
	for i := range s.Rules {
		checks = append(checks, struct {
			path  string
			check func() error
		}{fmt.Sprintf("rules[%d]", i), s.Rules[i].validate})
	}
	for _, c := range checks {
		if err := c.check(); err != nil {
			return &ScriptError{Path: c.path, Reason: err.Error()}
		}
	}
	return nil
}
