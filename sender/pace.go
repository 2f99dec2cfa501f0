package sender

import (
	"math"
	"time"
)

// The pace after the API said that it is too fast: halved at most once in
// slowOnce, down to a tenth, then raised step by step. Without a cap there is
// nothing to take a tenth of, so it goes down to tenUncapped messages a second,
// up by half in each step, and after raiseSteps of them the cap is gone.
const (
	slowOnce    = 2 * time.Second
	raiseEvery  = 5 * time.Second
	raiseShare  = 0.1
	raiseSteps  = 12
	tenUncapped = 10
)

// A shop that is new to WhatsApp, or sends new words, begins slowly, so that
// Meta and the shop hear of a bad broadcast before everybody has it: at most
// warmRate messages a second, which is what a number beside the phone app may
// send (cloudapi: speed), for the first warmNumber calls of a number, the
// messaging limit of a new one, and the first warmTemplate of a template.
const (
	warmRate     = 20
	warmNumber   = 250
	warmTemplate = 100
)

// catchUp is how much time the pace makes up for when a call was late.
const catchUp = 20 * time.Millisecond

// aSecond is a little more than a second: calls arrive less evenly than they leave.
const aSecond = 1002 * time.Millisecond

// pace is the limit on messages a second. Each call gets its own moment, so
// that they go out evenly, and no second has more of them than the limit: a call
// waits until a second has passed since the one so many before it. It runs on
// the machine's clock.
type pace struct {
	full     float64 // what the owner or the number allows; Inf without a cap
	limit    float64 // now
	warming  bool
	next     time.Time
	moments  []time.Time // of the last calls, the newest last
	slowedAt time.Time
	raisedAt time.Time
}

func newPace(perSecond int) *pace {
	full := math.Inf(1)
	if perSecond > 0 {
		full = float64(perSecond)
	}
	return &pace{full: full, limit: full}
}

// rate is what goes out in a second; Inf without a cap.
func (p *pace) rate() float64 {
	if p.warming {
		return min(p.limit, warmRate)
	}
	return p.limit
}

func (p *pace) capped() bool { return !math.IsInf(p.rate(), 1) }

// readyMost is how many claims may lie ready; 0 without a cap.
func (p *pace) readyMost() int {
	if !p.capped() {
		return 0
	}
	return max(int(p.rate()*readySpan.Seconds()), 1)
}

// moment is when the next call may be made: now or later.
func (p *pace) moment(now time.Time) time.Time {
	p.raise(now)
	if !p.capped() {
		return now
	}
	if late := now.Add(-catchUp); p.next.IsZero() {
		p.next = now
	} else if p.next.Before(late) {
		p.next = late
	}
	at := now
	if p.next.After(at) {
		at = p.next
	}
	if many := max(int(p.rate()), 1); p.rate() >= 1 && len(p.moments) >= many {
		if free := p.moments[len(p.moments)-many].Add(aSecond); free.After(at) {
			at = free
		}
	}
	p.next = p.next.Add(time.Duration(float64(time.Second) / p.rate()))
	p.moments = append(p.remembered(), at)
	return at
}

// remembered are the moments that can still matter.
func (p *pace) remembered() []time.Time {
	most := max(int(min(p.full, math.MaxInt32)), 1)
	if math.IsInf(p.full, 1) {
		most = max(int(p.rate()), 1)
	}
	if len(p.moments) < 2*most {
		return p.moments
	}
	return append(p.moments[:0], p.moments[len(p.moments)-most:]...)
}

// slow halves the pace; measured is what it was where it had no cap.
func (p *pace) slow(now time.Time, measured float64) bool {
	if now.Sub(p.slowedAt) < slowOnce {
		return false // the calls in flight were too fast together
	}
	limit := p.limit
	if math.IsInf(limit, 1) {
		limit = measured
	}
	least := float64(tenUncapped)
	if !math.IsInf(p.full, 1) {
		least = max(p.full*raiseShare, min(p.full, 1))
	}
	p.slowedAt, p.raisedAt = now, now
	p.limit = max(limit/2, least)
	return true
}

// raise brings the pace back step by step.
func (p *pace) raise(now time.Time) {
	if p.slowedAt.IsZero() || now.Sub(p.raisedAt) < raiseEvery {
		return
	}
	p.raisedAt = now
	if math.IsInf(p.full, 1) {
		p.limit *= 1.5
		if now.Sub(p.slowedAt) >= raiseSteps*raiseEvery {
			p.limit, p.moments = p.full, nil
		}
	} else {
		p.limit = min(p.limit+p.full*raiseShare, p.full)
	}
	if p.limit == p.full {
		p.slowedAt = time.Time{}
	}
}
