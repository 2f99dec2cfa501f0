package sender

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// Results are committed together: after settleEvery, or when there are settleMost.
const (
	settleEvery = 50 * time.Millisecond
	settleMost  = 500
	// settleTries is how often a commit is tried before the run gives up and
	// leaves its calls to be shown as unknown.
	settleTries = 10
)

// settle is the one place that writes down what calls came to. It ends when
// all calls have answered.
func (r *run) settle() {
	var pending []store.Result
	var breaker breaker
	timer := time.NewTimer(settleEvery)
	timer.Stop()
	defer timer.Stop()
	for {
		select {
		case a, more := <-r.answers:
			if !more {
				r.commit(pending)
				return
			}
			r.heard(a, &breaker)
			pending = append(pending, store.Result{Claim: a.claim, Outcome: a.decision.outcome, At: a.served})
			if len(pending) == 1 {
				timer.Reset(settleEvery)
			}
			if len(pending) < settleMost && !r.last(len(pending)) {
				continue
			}
		case <-timer.C:
		}
		timer.Stop()
		r.commit(pending)
		pending = pending[:0]
	}
}

// last reports whether nobody else is under way, so that waiting brings nothing.
func (r *run) last(pending int) bool { return int64(pending) == r.unsettled.Load() }

// commit makes results durable; it tries again, for a full disk may be cleared.
func (r *run) commit(results []store.Result) {
	if len(results) == 0 {
		return
	}
	ctx := context.WithoutCancel(r.ctx)
	defer r.nudge()
	defer r.unsettled.Add(-int64(len(results)))
	var err error
	for try := range settleTries {
		if err = r.engine.outbox.Settle(ctx, results); err == nil {
			r.stuck.Store(false)
			return
		}
		r.engine.config.Log.Error("settle", "broadcast", r.id, "results", len(results), "err", err)
		r.stuck.Store(true)
		pause := time.NewTimer(settleEvery << min(try, 4))
		<-pause.C
	}
	r.fail(err)
}

// heard draws the consequences of one answer for everybody.
func (r *run) heard(a answered, breaker *breaker) {
	e := r.engine
	r.mu.Lock()
	measured := r.measured
	r.mu.Unlock()
	ctx := context.WithoutCancel(r.ctx)
	if e.limits.heard(a.decision, a.at, time.Now(), measured) {
		event := store.BroadcastEvent{Type: "slowed", Code: a.answer.Code}
		if err := e.outbox.Note(ctx, r.id, event); err != nil {
			e.config.Log.Error("note the pace", "broadcast", r.id, "err", err)
		}
	}
	stop := a.decision.stop
	if stop == nil {
		stop = breaker.heard(a.answer, a.decision.outcome)
	}
	if stop == nil || r.paused {
		return
	}
	r.paused = true
	r.halted.Store(true)
	e.config.Log.Warn("the broadcast stops", "broadcast", r.id, "reason", stop.Reason, "code", stop.Code,
		"http", a.answer.HTTP, "trace", a.answer.Trace)
	if err := r.pause(ctx, *stop); err != nil {
		r.fail(err)
	}
	r.look()
}

// The codes with which Meta says that a template can no longer be sent.
const (
	codeTemplatePaused   = 132015
	codeTemplateDisabled = 132016
)

// pause writes the stop down, also with the template where that is the cause.
func (r *run) pause(ctx context.Context, stop Stop) error {
	if err := r.engine.outbox.Pause(ctx, r.id, stop.Reason, stop.Code); err != nil {
		return fmt.Errorf("pause the broadcast: %w", err)
	}
	if cloudapi.OfAccount(stop.Reason) {
		if err := r.engine.outbox.StopAccount(ctx, stop.Reason, stop.Code); err != nil {
			return fmt.Errorf("stop the account: %w", err)
		}
	}
	status := map[int]string{codeTemplatePaused: "PAUSED", codeTemplateDisabled: "DISABLED"}[stop.Code]
	if status == "" {
		return nil
	}
	r.mu.Lock()
	name, language := r.seen.Template, r.seen.Language
	r.mu.Unlock()
	err := r.engine.store.StopTemplate(ctx, name, language, status)
	if err != nil && !errors.Is(err, store.ErrNotFound) { // gone from the list meanwhile
		return fmt.Errorf("note that the template stopped: %w", err)
	}
	return nil
}
