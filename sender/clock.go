package sender

import (
	"context"
	"time"
)

// ReasonClock is why a broadcast pauses when this machine's clock is far from
// the server's: the hours, the caps and the day's limit all go by it, and what
// is called now would be written down as called at another time.
const ReasonClock = CodeClockWrong

// askTimeWithin is how long a run waits to be told the time before it begins.
const askTimeWithin = 5 * time.Second

// askTime compares the clocks before anybody is claimed. A server that does not
// answer is no reason not to begin: then each answer tells.
func (r *run) askTime(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, askTimeWithin)
	defer cancel()
	if err := r.client.AskTime(ctx); err != nil {
		r.engine.config.Log.Debug("ask for the time", "err", err)
	}
}

// clockWrong reports whether the clocks were too far apart at the last answer.
func (r *run) clockWrong() bool {
	ahead, dated := r.client.Ahead()
	return dated && ahead.Abs() > clockStop
}

// served is the time of an answer that came at now by this machine's clock: the
// server's own where that is another one. The store dates the attempt by it.
func (r *run) served(now time.Time) time.Time {
	if ahead, dated := r.client.Ahead(); dated && ahead.Abs() > clockWarn {
		return now.Add(-ahead)
	}
	return now
}
