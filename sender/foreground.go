package sender

import (
	"context"
	"fmt"

	"pregon/store"
)

// RunOptions are those of one run in the foreground.
type RunOptions struct {
	// Start says who runs it and what they accepted, for a draft; Staff also
	// who resumes it.
	Start store.Start
	// Rate replaces the engine's for this run, 0 for no cap.
	Rate *int
	// Wait sits out quiet hours and the messaging limit instead of returning.
	Wait bool
}

// Ended is how a run ended.
type Ended struct {
	// State is the broadcast's; sending means that the run was broken off, or
	// that all that is left has to wait.
	State  store.BroadcastState
	Reason string // of a pause
	Code   int    // the platform's, of a pause
	Wait   Wait   // why the run did not go on; zero when it had nothing to wait for
	// Elsewhere says that another process sent it, or sends it still.
	Elsewhere bool
}

// Run starts, resumes or continues a broadcast, whichever it needs, and returns
// when it is done, paused, cancelled or, without RunOptions.Wait, when all that
// is left has to wait for long. Where another process sends already, that one
// sends this too and Run watches; it goes on itself when that one is gone. When
// ctx ends, calls of this process finish and are settled, and the error is that
// of ctx. Otherwise it fails as Start does.
func (e *Engine) Run(ctx context.Context, id store.BroadcastID, opts RunOptions) (Ended, error) {
	b, err := e.store.Broadcast(ctx, id)
	if err != nil {
		return Ended{}, fmt.Errorf("read the broadcast: %w", err)
	}
	begin := func() error { return nil }
	switch b.State {
	case store.BroadcastDone, store.BroadcastCancelled:
		// A process that died while cancelling may have left people in the queue.
		if _, err := e.outbox.Finish(ctx, id); err != nil {
			return Ended{}, fmt.Errorf("end the broadcast: %w", err)
		}
		return Ended{State: b.State, Reason: b.Reason, Code: b.Code}, nil
	case store.BroadcastDraft, store.BroadcastScheduled:
		begin = func() error { return e.outbox.Start(ctx, id, opts.Start) }
	case store.BroadcastPaused:
		begin = func() error { return e.resume(ctx, id, opts.Start.Staff) }
	case store.BroadcastSending:
	}
	if err := e.outbox.AskRate(ctx, id, opts.Rate); err != nil {
		return Ended{}, fmt.Errorf("keep the pace: %w", err)
	}
	how := runOptions{life: ctx, stay: opts.Wait}
	r, err := e.launch(ctx, id, how, begin)
	if elsewhere(err) {
		var ended Ended
		if r, ended, err = e.follow(ctx, id, how); r == nil {
			return ended, err
		}
	}
	if err != nil {
		return Ended{}, err
	}
	return r.wait(ctx)
}

// wait returns when the run ended, or ctx did.
func (r *run) wait(ctx context.Context) (Ended, error) {
	select {
	case <-r.done:
	case <-ctx.Done():
		if r.opts.life != ctx { // it was there before, and goes on
			return Ended{State: store.BroadcastSending}, fmt.Errorf("broken off: %w", ctx.Err())
		}
		<-r.done
	}
	if r.err == nil && ctx.Err() != nil && r.ended.State == store.BroadcastSending && r.ended.Wait.Reason == "" {
		return r.ended, fmt.Errorf("broken off: %w", ctx.Err())
	}
	return r.ended, r.err
}

// setRate gives the number the lowest pace of all that is sent now, and of what
// is about to be.
func (e *Engine) setRate(next ...*run) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, r := range e.runs {
		next = append(next, r)
	}
	lowest := 0
	for _, r := range next {
		if r.perSecond > 0 && (lowest == 0 || r.perSecond < lowest) {
			lowest = r.perSecond
		}
	}
	if len(next) > 0 {
		e.limits.setRate(lowest)
	}
}
