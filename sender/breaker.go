package sender

import (
	"slices"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// The circuit breaker: a broadcast that goes badly does more harm with every
// message, so it stops and a person looks.
const (
	breakerWindow = 50  // answers that are looked at
	breakerShare  = 0.1 // of them may have failed
	breakerRetry  = 0.5 // of them may have been "try again"
	breakerRow    = 5   // times the same suspect code in a row
)

// ReasonFailures is why a broadcast stops that goes badly.
const ReasonFailures = "too_many_failures"

// personal are failures that say something of the person and nothing of us:
// in a Meta experiment, not on WhatsApp, had enough marketing, stopped it.
var personal = []int{130472, 131026, 131049, 131050}

// verdict is what the breaker keeps of one answer.
type verdict struct{ bad, again bool }

// breaker watches the last answers of one run. Its zero value is closed.
type breaker struct {
	window []verdict
	row    int // of the same suspect code
	code   int
}

// heard takes an answer with its outcome, and says when it is time to stop.
func (b *breaker) heard(a cloudapi.Answer, outcome store.Outcome) *Stop {
	var v verdict
	switch out := outcome.(type) {
	case store.Refused:
		v.bad = !slices.Contains(personal, out.Code)
	case store.Unknown:
		v.bad = true
	case store.Later:
		v.again = a.Action == cloudapi.Retry
		if !v.again {
			return nil // the line or the pace: they have their own waits
		}
	case store.Unspent:
		return nil
	case store.Accepted, store.OptedOut:
	}
	if stop := b.suspect(a); stop != nil {
		return stop
	}
	b.window = append(b.window, v)
	if len(b.window) < breakerWindow {
		return nil
	}
	b.window = b.window[len(b.window)-breakerWindow:]
	var bad, again int
	for _, v := range b.window {
		if v.bad {
			bad++
		}
		if v.again {
			again++
		}
	}
	if float64(bad) > breakerShare*breakerWindow || float64(again) > breakerRetry*breakerWindow {
		*b = breaker{}
		return &Stop{ReasonFailures, a.Code}
	}
	return nil
}

// suspect counts failures with one code that is not known to be the person's.
func (b *breaker) suspect(a cloudapi.Answer) *Stop {
	switch {
	case !a.Suspect:
		b.row = 0
	case b.row > 0 && b.code == a.Code:
		b.row++
	default:
		b.row, b.code = 1, a.Code
	}
	if b.row < breakerRow {
		return nil
	}
	b.row = 0
	return &Stop{cloudapi.ReasonCode, a.Code}
}

// lateBreaker watches failures that are told after a message was accepted, by
// how the counts of a broadcast grow. Its first look is where it begins.
type lateBreaker struct {
	begun     bool
	done, bad int
}

// due reports whether there are enough new ones to look at the failures: a
// window, and more of them the longer it goes, since looking costs with them.
func (b *lateBreaker) due(counts store.Counts) bool {
	return !b.begun || doneOf(counts)-b.done >= max(breakerWindow, b.done/20)
}

func doneOf(counts store.Counts) int {
	return counts.Audience() - counts[store.DeliveryQueued] - counts[store.DeliverySending] -
		counts[store.DeliveryExcluded] - counts[store.DeliveryCancelled]
}

// heard takes the counts so far, and says when it is time to stop.
func (b *lateBreaker) heard(counts store.Counts, failures []store.Tally) *Stop {
	done, bad, worst := doneOf(counts), counts[store.DeliveryUnknown], store.Tally{}
	for _, f := range failures {
		if slices.Contains(personal, f.Code) {
			continue
		}
		if bad += f.Count; f.Count > worst.Count {
			worst = f
		}
	}
	if !b.begun || bad < b.bad || done <= b.done { // somebody decided about some
		*b = lateBreaker{true, done, bad}
		return nil
	}
	share := float64(bad-b.bad) / float64(done-b.done)
	b.done, b.bad = done, bad
	if share > breakerShare {
		return &Stop{ReasonFailures, worst.Code}
	}
	return nil
}
