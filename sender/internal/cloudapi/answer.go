package cloudapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Answer is what came of one call of SendTemplate.
type Answer struct {
	Action Action
	// Wamid and Held are of an accepted message.
	Wamid string
	Held  bool
	// Code is the platform's, 0 where none; Reason why the broadcast stops, for
	// Pause, Operator and Bug.
	Code   int
	Reason string
	// Suspect: several of this code in a row are not the person's fault.
	Suspect bool
	// Tries is after how many attempts Retry becomes Bug; 0 where it never does.
	Tries int
	// After is how long the API, or its documentation, asks to wait.
	After time.Duration
	// Kept: the claim was not used, whatever the action.
	Kept bool
	// Doubtful: the status said yes and the body no, so sending again might
	// send twice.
	Doubtful bool
	// Why says what happened to a lost call: timeout, connection_lost,
	// bad_answer, server_error.
	Why   string
	HTTP  int    // 0 when no answer came
	Trace string // fbtrace_id, for Meta's support
}

// The fates of a lost call, as store.Unknown names them.
const (
	whyTimeout = "timeout"
	whyLost    = "connection_lost"
	whyBad     = "bad_answer"
	whyServer  = "server_error"
)

// judge reads an answer to a send. It is sure of a message only with its id,
// and sure of none only when the API, or a status below 500, says so.
func judge(status int, body []byte) Answer {
	good := status/100 == 2
	wamid, held := takenIn(body)
	if good && wamid != "" {
		return Answer{Action: Accept, Wamid: wamid, Held: held, HTTP: status}
	}
	f, failed := failureIn(body)
	if good && !failed {
		return Answer{Action: Lose, Why: whyBad, HTTP: status}
	}
	a := judgeFailure(status, f, failed)
	a.Doubtful = good
	return a
}

// judgeFailure decides by the code where there is one, else by the status.
func judgeFailure(status int, f failure, failed bool) Answer {
	a := Answer{HTTP: status, Code: f.Code.value, Trace: string(f.Trace)}
	if failed && f.Code.there {
		if m, known := meaningOf(f.Code.value, f.Subcode.value); known {
			a.Action, a.Reason, a.Suspect, a.Tries, a.After = m.action, m.reason, m.suspect, m.tries, m.after
			return a
		}
	}
	switch {
	case status == http.StatusTooManyRequests:
		a.Action = Slow
	case status >= 500 || status == http.StatusRequestTimeout:
		a.Action, a.Why = Lose, whyServer // a server that broke may have taken it
	case failed:
		a.Action, a.Suspect = Fail, true
	default: // a proxy, a login page, another server: not the Cloud API
		a.Action, a.Reason = Operator, ReasonAddress
	}
	return a
}

// unanswered judges a call that brought no whole answer.
func unanswered(err error, written bool) Answer {
	var network net.Error
	switch {
	case !written:
		return Answer{Action: Offline, Why: whyLost}
	case errors.Is(err, errTooLarge):
		return Answer{Action: Lose, Why: whyBad}
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return Answer{Action: Lose, Why: whyTimeout}
	}
	return Answer{Action: Lose, Why: whyLost}
}
