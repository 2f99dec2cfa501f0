package store

import (
	"errors"
	"sync/atomic"
	"time"

	"pregon/store/phone"
)

// SpendWithin is how long after it was issued a claim can be spent.
const SpendWithin = 30 * time.Second

// Errors of Spend. In each case nothing may be sent.
var (
	// ErrNoClaim: the claim was not issued by an Outbox.
	ErrNoClaim = errors.New("not a claim")
	// ErrSpent: the claim was spent before.
	ErrSpent = errors.New("the claim is spent")
	// ErrExpired: it was held too long, and consent may have changed meanwhile.
	ErrExpired = errors.New("the claim has expired")
)

// Claim is permission to make one call for one delivery. Only Outbox.Claim
// makes one that can be spent; copies share their one use.
type Claim struct{ grant *grant }

type grant struct {
	delivery DeliveryID
	attempt  int64 // outbox row
	contact  ContactID
	public   string
	message  *Message
	params   Params
	to       Address
	deadline time.Time
	now      func() time.Time
	attempts int
	spent    atomic.Bool
}

// Address is where one message goes: a number, or a business-scoped id.
type Address struct {
	Phone  phone.E164
	UserID string
}

// Spend returns the address, once and before the deadline. Fails with
// ErrNoClaim, ErrSpent or ErrExpired.
func (c Claim) Spend() (Address, error) {
	switch {
	case c.grant == nil:
		return Address{}, ErrNoClaim
	case !c.grant.spent.CompareAndSwap(false, true):
		return Address{}, ErrSpent
	case c.grant.expired():
		return Address{}, ErrExpired
	}
	return c.grant.to, nil
}

// expired asks both of a computer's clocks: the steady one stands still while
// the computer sleeps, and the one on the wall may be turned back.
func (g *grant) expired() bool {
	now := g.now()
	return now.After(g.deadline) || now.Round(0).After(g.deadline.Round(0))
}

// Delivery is the row this claim is for; 0 for the zero claim.
func (c Claim) Delivery() DeliveryID {
	if c.grant == nil {
		return 0
	}
	return c.grant.delivery
}

// PublicID names the delivery to the platform, without personal data; it comes
// back with every status.
func (c Claim) PublicID() string {
	if c.grant == nil {
		return ""
	}
	return c.grant.public
}

// Message is the template the broadcast sends; shared by all its claims.
func (c Claim) Message() *Message {
	if c.grant == nil {
		return nil
	}
	return c.grant.message
}

// Params are this person's words for the template.
func (c Claim) Params() Params {
	if c.grant == nil {
		return nil
	}
	return c.grant.params
}

// Outcome is what became of one claim: a closed set.
//
//sumtype:decl
type Outcome interface{ outcome() }

// The outcomes.
type (
	// Accepted: the API took the message. Held means it keeps it back for a
	// quality check, which may take an hour and needs nothing from us.
	Accepted struct {
		Wamid string
		Held  bool
	}
	// Later: the API said it did not take it; it may be tried again at At.
	Later struct {
		At   time.Time
		Code int
	}
	// Refused: the API said no for this person, for good.
	Refused struct{ Code int }
	// OptedOut: the person stopped marketing from this business at WhatsApp
	// (131050); recorded as a withdrawal together with the settlement.
	OptedOut struct{ Code int }
	// Unknown: the request was written and no answer tells what became of it.
	Unknown struct{ Why string } // timeout, connection_lost, bad_answer, server_error, killed
	// Unspent: the claim was certainly not used; it goes back to the queue.
	Unspent struct{}
)

func (Accepted) outcome() {}
func (Later) outcome()    {}
func (Refused) outcome()  {}
func (OptedOut) outcome() {}
func (Unknown) outcome()  {}
func (Unspent) outcome()  {}

// Result is the outcome of one claim, for Settle.
type Result struct {
	Claim   Claim
	Outcome Outcome
	At      time.Time // when the answer came, by the server's clock where that is known to be another one
}

// Attempt is how many times this delivery has been claimed, this time included.
func (c Claim) Attempt() int {
	if c.grant == nil {
		return 0
	}
	return c.grant.attempts
}
