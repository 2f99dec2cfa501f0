package sender

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// Without a cap, slots are gathered before they are claimed for, so that calls
// share a commit: so many, or as many as came free in gatherFor.
const (
	gatherShare = 8 // of the calls in flight
	gatherFor   = 4 * time.Millisecond
	aheadFor    = 20 * time.Millisecond
)

// lookAgain bounds every wait: the clock of the shop may jump, and a limit may
// be lifted.
const lookAgain = 500 * time.Millisecond

// loop claims and calls until there is nothing left to do, or something in the
// way. It returns why it did not go on, where that is a long wait.
func (r *run) loop(ctx context.Context) (Wait, error) {
	e := r.engine
	r.askTime(ctx)
	for {
		if over(ctx) || r.halted.Load() || r.state() != store.BroadcastSending {
			return Wait{}, nil
		}
		if reason := r.forbidden(); reason != "" {
			return Wait{}, r.forbid(ctx, reason)
		}
		if err := r.countPeople(ctx); err != nil {
			return Wait{}, err
		}
		if wait, err := r.head(ctx); err != nil {
			return Wait{}, unlessOver(ctx, err)
		} else if wait.Reason != "" {
			r.waiting(ctx, wait)
			r.rest(ctx, r.until(wait))
			continue
		}
		n, wait := r.grant()
		if n == 0 {
			r.waiting(ctx, wait)
			if wait.Long() && r.unsettled.Load() == 0 {
				// Who waits with nobody left to call is done, whatever the hour and the limit.
				if finished, err := e.outbox.Finish(ctx, r.id); err != nil || finished {
					return Wait{}, unlessOver(ctx, err)
				}
				if !r.opts.stay {
					return wait, nil
				}
			}
			r.rest(ctx, r.until(wait))
			continue
		}
		claimed, err := e.outbox.Claim(ctx, r.id, n, r.claimRules()...)
		if err != nil {
			return Wait{}, unlessOver(ctx, fmt.Errorf("take the next people: %w", err))
		}
		e.limits.claimed(len(claimed.Claims))
		if len(claimed.Claims) > 0 {
			r.waiting(ctx, Wait{})
		}
		for _, claim := range claimed.Claims {
			r.call(ctx, claim)
		}
		switch {
		case claimed.State != store.BroadcastSending:
			return Wait{}, nil
		case claimed.Examined >= n || len(claimed.Claims) > 0:
		default:
			wait, over, err := r.drained(ctx, claimed)
			if err != nil || over {
				return wait, err
			}
		}
	}
}

// forbid pauses the broadcast alone: what was read keeps the others too, and
// ends by being read otherwise.
func (r *run) forbid(ctx context.Context, reason string) error {
	defer r.look()
	if err := r.engine.outbox.Pause(ctx, r.id, reason, 0); err != nil {
		return unlessOver(ctx, fmt.Errorf("pause the broadcast: %w", err))
	}
	return nil
}

// over reports whether the run was broken off.
func over(ctx context.Context) bool { return ctx.Err() != nil }

// unlessOver drops an error that only says that the run was broken off.
func unlessOver(ctx context.Context, err error) error {
	if over(ctx) {
		return nil
	}
	return err
}

func (r *run) state() store.BroadcastState {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.seen.State
}

// drained is what happens when the queue has nothing to give now: it waits for
// calls to come back, for those who are tried again later, or is done.
func (r *run) drained(ctx context.Context, claimed store.Claimed) (wait Wait, over bool, err error) {
	if r.unsettled.Load() > 0 {
		r.settled(ctx)
		return Wait{}, false, nil
	}
	if now := r.engine.config.Now(); claimed.NextAt.After(now) {
		wait := Wait{WaitOf(claimed.NextWhy), claimed.NextAt}
		r.waiting(ctx, wait)
		if wait.Long() && !r.opts.stay {
			return wait, true, nil
		}
		r.rest(ctx, claimed.NextAt.Sub(now))
		return Wait{}, false, nil
	}
	finished, err := r.engine.outbox.Finish(ctx, r.id)
	if err != nil {
		return Wait{}, false, unlessOver(ctx, fmt.Errorf("end the broadcast: %w", err))
	}
	if !finished {
		r.look()
		r.rest(ctx, watchEvery)
	}
	return Wait{}, finished, nil
}

// WaitOf names why somebody waits in the queue, of store.Waiting.
func WaitOf(why string) WaitReason {
	switch why {
	case store.WaitsHours:
		return WaitTheirHours
	case store.WaitsNoHours:
		return WaitNoHours
	}
	return WaitRetry
}

// settled waits a while for the calls under way: what comes back from them is
// all that can still be claimed soon.
func (r *run) settled(ctx context.Context) {
	until := time.Now().Add(lookAgain)
	for r.unsettled.Load() > 0 && !over(ctx) && !r.halted.Load() {
		left := time.Until(until)
		if left <= 0 {
			return
		}
		r.rest(ctx, left)
	}
}

// grant asks the limiter for what the free slots can take.
func (r *run) grant() (int, Wait) {
	e := r.engine
	r.mu.Lock()
	c := conditions{hours: r.shop.Hours, location: r.location, allHours: r.practice()}
	now := e.config.Now()
	r.mu.Unlock()
	if r.free() <= 0 || r.stuck.Load() {
		return 0, Wait{}
	}
	r.gather()
	return e.limits.grant(now, r.free(), len(r.jobs), c)
}

// until is how long a wait lasts on the machine's clock, as far as anybody knows.
func (r *run) until(wait Wait) time.Duration {
	if wait.Until.IsZero() {
		return lookAgain
	}
	return max(wait.Until.Sub(r.engine.config.Now()), time.Millisecond)
}

// practice reports whether this is a practice shop at its sandbox, which is open at all hours. The caller holds mu.
func (r *run) practice() bool { return r.shop.Practice && loopback(r.engine.config.BaseURL) }

func (r *run) claimRules() []store.ClaimOption {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.practice() {
		return []store.ClaimOption{store.AtAllHours()}
	}
	return nil
}

// free is how many more claims can be used soon.
func (r *run) free() int { return r.engine.config.InFlight + r.ahead() - int(r.inFlight.Load()) }

// ahead is how many claims lie ready beside those that are called, so that a
// slot that comes free does not wait for a commit. Without a cap it is what goes
// out in aheadFor: who withdraws in that moment is still called.
func (r *run) ahead() int {
	if ready := r.engine.limits.ready(); ready > 0 {
		return min(ready, r.engine.config.InFlight)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return min(int(r.measured*aheadFor.Seconds()), r.engine.config.InFlight)
}

// gather waits a little for more free slots, unless there are many or all.
func (r *run) gather() {
	timer := time.NewTimer(gatherFor)
	defer timer.Stop()
	all := r.engine.config.InFlight
	for r.free() < min(max(all/gatherShare, r.ahead()/2, 1), all) && !r.halted.Load() {
		select {
		case <-timer.C:
			return
		case <-r.ctx.Done():
			return
		case <-r.wake:
		}
	}
}

// rest waits for so long, for a call to come back, or for anything to be seen.
func (r *run) rest(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(min(max(d, 0), lookAgain))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	case <-r.wake:
	}
}

// waiting shows a wait, or its end, and puts a long one on the record.
func (r *run) waiting(ctx context.Context, wait Wait) {
	if wait.Reason == WaitRate && wait.Until.Sub(r.engine.config.Now()) < time.Second {
		return // that is the pace, not a wait
	}
	before, _ := r.engine.board.snapshot(r.id)
	if before.Wait.Reason == wait.Reason && (wait.Reason == "" || before.Wait.Until.Equal(wait.Until)) {
		return
	}
	r.publish(func(p *Progress) { p.Wait = wait })
	if !wait.Long() || before.Wait.Reason == wait.Reason {
		return
	}
	event := store.BroadcastEvent{Type: "waiting", Reason: string(wait.Reason), Until: wait.Until}
	if err := r.engine.outbox.Note(ctx, r.id, event); err != nil && ctx.Err() == nil {
		r.engine.config.Log.Error("note a wait", "broadcast", r.id, "err", err)
	}
}

// job is one call to be made.
type job struct {
	ctx   context.Context //nolint:containedctx // of the run; handed to another goroutine
	claim store.Claim
}

// call has one call made beside the loop.
func (r *run) call(ctx context.Context, claim store.Claim) {
	r.unsettled.Add(1)
	if n := r.inFlight.Add(1); r.callers < r.engine.config.InFlight && int64(r.callers) < n {
		r.callers++
		go r.caller()
	}
	r.jobs <- job{ctx, claim}
}

// caller makes calls, one after the other.
func (r *run) caller() {
	for {
		job, more := r.next()
		if !more {
			return
		}
		r.answers <- r.make(job.ctx, job.claim)
		r.inFlight.Add(-1)
		r.nudge()
	}
}

// next is the next call, when its moment has come.
func (r *run) next() (job, bool) {
	jobs := r.jobs
	if r.engine.limits.ready() > 0 {
		jobs = nil // they come from the pacer, one at a time
	}
	select {
	case job, more := <-r.due:
		return job, more
	case job, more := <-jobs:
		if more && r.engine.limits.ready() > 0 { // it was slowed down meanwhile
			r.moment()
		}
		return job, more
	}
}

// keepPace hands out calls at their moments. Only one of them waits at a time,
// so that those who wait for their moment take no slot from those who wait for
// an answer.
func (r *run) keepPace() {
	defer close(r.due)
	for job := range r.jobs {
		if r.engine.limits.ready() > 0 {
			r.moment()
		}
		r.due <- job
	}
}

// moment waits until the pace allows one more call, or nothing is called any more.
func (r *run) moment() {
	defer r.nudge() // there is room for another claim
	at := r.engine.limits.moment(time.Now())
	for left := time.Until(at); left > 0 && !r.halted.Load(); left = time.Until(at) {
		timer := time.NewTimer(min(left, grantSpan))
		select {
		case <-timer.C:
		case <-r.ctx.Done():
			timer.Stop()
			return
		}
	}
}

// make makes one call. It does not end with ctx: what was begun is answered and
// settled, within its own time.
func (r *run) make(ctx context.Context, claim store.Claim) answered {
	answer, turn := cloudapi.Answer{Action: cloudapi.Keep, Kept: true}, r.turn()
	if !r.halted.Load() && !over(ctx) && !r.clockWrong() {
		answer = r.client.SendTemplate(context.WithoutCancel(ctx), claim)
	}
	now := r.engine.config.Now()
	d := decide(answer, claim.Attempt(), now, rand.Float64()) //nolint:gosec // jitter needs no secrecy
	if r.renews(d.stop, turn) {
		d.stop = nil
	}
	if d.stop != nil {
		r.halted.Store(true)
	}
	r.total.Add(1)
	return answered{claim, answer, d, now, r.served(now)}
}

// peopleEvery is how often the people of the last day are counted from the rows;
// between that they are counted as they are claimed.
const peopleEvery = time.Minute

// countPeople refreshes what is left of the messaging limit.
func (r *run) countPeople(ctx context.Context) error {
	l, now := &r.engine.limits, r.engine.config.Now()
	r.mu.Lock()
	limit := r.account.MessagingLimit
	r.mu.Unlock()
	if !l.stale(now, limit) {
		return nil
	}
	if limit == 0 {
		l.counted(now, 0, 0, time.Time{})
		return nil
	}
	used, first, err := r.engine.outbox.PeopleSince(ctx, now.Add(-24*time.Hour))
	if err != nil {
		return unlessOver(ctx, fmt.Errorf("count the people of the last day: %w", err))
	}
	l.counted(now, limit, used, first)
	return nil
}
