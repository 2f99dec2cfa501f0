package cloudapi

import "fmt"

// Action is what an answer, or the lack of one, calls for.
type Action string

// The actions. The first four are about the call itself, the others about what
// the API said.
const (
	Accept   Action = "accept"   // taken; statuses will tell the rest
	Keep     Action = "keep"     // the claim was not used
	Offline  Action = "offline"  // nothing was written: no connection
	Lose     Action = "lose"     // it was written, and no answer tells what became of it
	Retry    Action = "retry"    // not taken; the same person again, a little later
	Slow     Action = "slow"     // not taken: too fast; lower the rate, then again
	Pair     Action = "pair"     // not taken: too many to this one person
	Hold     Action = "hold"     // not taken: everybody waits some minutes
	Pause    Action = "pause"    // the broadcast stops; it may lift by itself
	Operator Action = "operator" // the broadcast stops; somebody has to mend something
	Bug      Action = "bug"      // the broadcast stops: the request was wrong
	Fail     Action = "fail"     // no for this person, for good
	OptOut   Action = "opt_out"  // the person stopped marketing from this business
	Done     Action = "done"     // the API has had this request before
	Ignore   Action = "ignore"   // not an answer to sending
)

// Reasons why a whole broadcast stops, and why nothing could be read.
const (
	ReasonToken      = "platform_token"
	ReasonPermission = "platform_permission"
	ReasonAccount    = "platform_account"
	ReasonPayment    = "platform_payment"
	ReasonNumber     = "platform_number"
	ReasonTemplate   = "platform_template"
	ReasonMedia      = "platform_media"
	ReasonQuality    = "platform_quality"
	ReasonEndpoint   = "platform_endpoint"
	ReasonAddress    = "platform_address" // what answers there is not the Cloud API
	ReasonRequest    = "platform_request" // our bug
	ReasonRate       = "platform_rate"
	ReasonCode       = "platform_unknown_code"
	ReasonNetwork    = "network"
)

// Reasons lists every reason why a broadcast stops by the platform's word.
func Reasons() []string {
	return []string{
		ReasonToken, ReasonPermission, ReasonAccount, ReasonPayment, ReasonNumber, ReasonTemplate, ReasonMedia,
		ReasonQuality, ReasonEndpoint, ReasonAddress, ReasonRequest, ReasonRate, ReasonCode,
	}
}

// OfAccount reports whether a reason is the whole account's, so that no other
// broadcast can go out either.
func OfAccount(reason string) bool {
	switch reason {
	case ReasonToken, ReasonPermission, ReasonAccount, ReasonPayment, ReasonNumber, ReasonQuality, ReasonEndpoint:
		return true
	}
	return false
}

// CallError is a reading call that failed.
type CallError struct {
	Action  Action
	Reason  string // one of Reasons, or network
	Code    int    // the platform's, 0 where none
	Subcode int    // says more of some codes; 0 where none
	HTTP    int
	Trace   string // fbtrace_id, for Meta's support
	Err     error  // of the network; nil when the API answered
}

func (e *CallError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("call the Cloud API: %s: %v", e.Reason, e.Err)
	}
	return fmt.Sprintf("call the Cloud API: %s (code %d, HTTP %d)", e.Reason, e.Code, e.HTTP)
}

func (e *CallError) Unwrap() error { return e.Err }
