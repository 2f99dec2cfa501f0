package sender

import (
	"math"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// Stop is an answer that ends the whole run: a person has to look.
type Stop struct {
	Reason string // one of StopReasons
	Code   int    // the platform's, 0 where none
}

// decision is what is done about one answer.
type decision struct {
	outcome store.Outcome
	stop    *Stop
	slow    bool          // lower the rate
	cool    time.Duration // nobody is called for so long
	why     WaitReason    // of cool
}

// backoff grows from first by factor up to most; after tries attempts it gives
// up, where tries is not 0.
type backoff struct {
	first, most time.Duration
	factor      float64
	tries       int
}

// backoffs are for what the API said it did not take, and for calls that were
// never written. Meta asks for 4^n seconds between messages to one person.
var backoffs = map[cloudapi.Action]backoff{
	cloudapi.Retry:   {first: 2 * time.Second, most: time.Minute, factor: 2, tries: 6},
	cloudapi.Slow:    {first: time.Second, most: time.Minute, factor: 2, tries: 15},
	cloudapi.Pair:    {first: 4 * time.Second, most: 5 * time.Minute, factor: 4, tries: 6},
	cloudapi.Offline: {first: time.Second, most: 30 * time.Second, factor: 2},
	cloudapi.Hold:    {first: 2 * time.Minute, most: 10 * time.Minute, factor: 1},
}

// delay is how long the n-th attempt, from 1, is followed by nothing. The
// jitter, from 0 to 1, adds up to a half, so that those who failed together do
// not come back together.
func (b backoff) delay(attempt int, jitter float64) time.Duration {
	grown := float64(b.first) * math.Pow(b.factor, float64(max(attempt, 1)-1))
	return time.Duration(min(grown, float64(b.most)) * (1 + jitter/2))
}

// decide turns an answer to the n-th attempt into what is written down, and
// into what it means for everybody else. It is pure.
func decide(a cloudapi.Answer, attempt int, now time.Time, jitter float64) decision {
	d := decision{outcome: store.Later{At: now, Code: a.Code}}
	switch a.Action {
	case cloudapi.Accept:
		d.outcome = store.Accepted{Wamid: a.Wamid, Held: a.Held}
	case cloudapi.Done:
		d.outcome = store.Accepted{}
	case cloudapi.Keep:
		d.outcome = store.Unspent{}
	case cloudapi.Lose:
		d.outcome = store.Unknown{Why: a.Why}
	case cloudapi.Fail, cloudapi.Ignore:
		d.outcome = store.Refused{Code: a.Code}
	case cloudapi.OptOut:
		d.outcome = store.OptedOut{Code: a.Code}
	case cloudapi.Pause, cloudapi.Operator, cloudapi.Bug:
		// The request was refused for a cause that is not the person's, so the
		// person waits in the queue until that is mended.
		d.stop = &Stop{a.Reason, a.Code}
	case cloudapi.Retry, cloudapi.Slow, cloudapi.Pair, cloudapi.Offline, cloudapi.Hold:
		d = again(a, attempt, now, jitter)
	}
	if a.Kept {
		d.outcome = store.Unspent{}
	} else if _, later := d.outcome.(store.Later); later && a.Doubtful {
		d.outcome = store.Unknown{Why: "bad_answer"}
	}
	return d
}

// again decides about what may be tried again.
func again(a cloudapi.Answer, attempt int, now time.Time, jitter float64) decision {
	b := backoffs[a.Action]
	wait := max(b.delay(attempt, jitter), a.After)
	if a.Action != cloudapi.Offline { // the API was asked
		wait = max(wait, store.PairEvery)
	}
	d := decision{outcome: store.Later{At: now.Add(wait), Code: a.Code}}
	switch {
	case a.Tries > 0 && attempt >= a.Tries:
		return decision{outcome: store.Later{At: now, Code: a.Code}, stop: &Stop{a.Reason, a.Code}}
	case b.tries > 0 && attempt >= b.tries && a.Action == cloudapi.Slow:
		return decision{outcome: store.Later{At: now, Code: a.Code}, stop: &Stop{cloudapi.ReasonRate, a.Code}}
	case b.tries > 0 && attempt >= b.tries:
		return decision{outcome: store.Refused{Code: a.Code}}
	}
	switch a.Action { //nolint:exhaustive // the others concern one person only
	case cloudapi.Slow:
		d.slow, d.cool, d.why = true, a.After, WaitRate
	case cloudapi.Hold:
		d.cool, d.why = wait, WaitPlatform
	case cloudapi.Offline:
		d.cool, d.why = b.first, WaitNetwork // grows with the row of failures, see limiter
	}
	return d
}
