package sender

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pregon/store"
)

// follower watches a broadcast that another process sends, by the rows alone.
type follower struct {
	engine *Engine
	id     store.BroadcastID
	stay   bool // a long wait is not the end
	speed  speed

	holder *store.LockedError // as it was when the lock was refused the last time
	silent int                // how often it was refused since that one last showed life
}

// silentLooks is how often a silent process must have the lock before that is
// said: one that has just begun takes the lock before it writes its name.
const silentLooks = 3

// refused notes who has the lock.
func (f *follower) refused(by *store.LockedError) {
	if by.PID == 0 || !by.Silent(f.engine.config.Now()) || f.holder == nil || *f.holder != *by {
		f.silent = 0
	}
	if f.holder, f.silent = by, f.silent+1; f.silent == silentLooks {
		f.engine.config.Log.Warn("the process that sends shows no life; end it, and this one goes on",
			"pid", by.PID, "host", by.Host, "since", by.BeatAt)
	}
}

// hung is the process that has the lock and shows no life.
func (f *follower) hung() *store.LockedError {
	if f.silent < silentLooks {
		return nil
	}
	return f.holder
}

// follow watches until the broadcast is over, or all that is left has to wait,
// and then returns how it ended. When the process that sends is gone it returns
// the run that begin started here instead.
func (e *Engine) follow(ctx context.Context, id store.BroadcastID, opts runOptions) (*run, Ended, error) {
	f := &follower{engine: e, id: id, stay: opts.stay}
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	for {
		ended, over, err := f.look(ctx)
		if over || err != nil {
			return nil, ended, err
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return nil, Ended{State: store.BroadcastSending, Elsewhere: true}, fmt.Errorf("broken off: %w", ctx.Err())
		}
		r, err := e.launch(ctx, id, opts, e.stillSending(ctx, id))
		_, moved := errors.AsType[*store.MoveError](err)
		locked, held := errors.AsType[*store.LockedError](err)
		switch {
		case held:
			f.refused(locked)
		case !moved:
			return r, Ended{}, err
		}
	}
}

// followBehind follows a broadcast in the background and goes on with it here
// when the process that sends it is gone.
func (e *Engine) followBehind(id store.BroadcastID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.behind[id] || e.closed {
		return
	}
	e.behind[id] = true
	e.others.Go(func() {
		_, _, err := e.follow(e.base, id, runOptions{life: e.base, stay: true})
		e.mu.Lock()
		delete(e.behind, id)
		e.mu.Unlock()
		if err != nil && e.base.Err() == nil {
			e.report(e.base, "follow a broadcast", id, err)
			e.board.change(id, func(p *Progress) { p.Elsewhere, p.Hung, p.Err = false, nil, err })
		}
	})
}

// look publishes how far it is and says whether there is nothing more to follow.
func (f *follower) look(ctx context.Context) (ended Ended, over bool, err error) {
	p, err := f.engine.fromRows(ctx, f.id, true) // it was refused the lock a moment ago
	if err != nil {
		return Ended{}, false, err
	}
	calling, waiting := p.Counts[store.DeliverySending], p.Counts[store.DeliveryQueued]+p.Counts[store.DeliverySending]
	p.Rate = f.speed.mark(time.Now(), int64(p.Counts.Audience()-waiting-p.Counts[store.DeliveryExcluded]))
	p.Left = p.left()
	ended = Ended{State: p.State, Reason: p.Problem, Code: p.Code, Elsewhere: true}
	switch {
	case p.State == store.BroadcastCancelled && waiting > calling:
		_, err = f.engine.outbox.Finish(ctx, f.id) // who cancelled it may be gone
	case p.State != store.BroadcastSending:
		over = calling == 0 // calls under way are still settled
	case p.Wait.Long() && !f.stay:
		ended.Wait, over = p.Wait, calling == 0
	}
	if p.Elsewhere = !over; p.Elsewhere {
		p.Hung = f.hung()
	}
	f.engine.board.change(f.id, func(now *Progress) { *now = p })
	return ended, over, err
}

// Look is how far a broadcast is: of the run in this process, else as the
// process tells that sends it. Fails with store.ErrNotFound.
func (e *Engine) Look(ctx context.Context, id store.BroadcastID) (Progress, error) {
	p, known := e.Snapshot(id)
	if known && (p.Running || p.Elsewhere) {
		return p, nil
	}
	holder, err := e.store.Holder(ctx)
	if err != nil {
		return Progress{}, fmt.Errorf("look who sends: %w", err)
	}
	told, err := e.fromRows(ctx, id, holder != nil)
	if !told.Elsewhere {
		told.Err = p.Err // of the last run here
	}
	return told, err
}

// fromRows is the progress of a broadcast as the rows tell it; held says that
// another process has the lock, and so sends it.
func (e *Engine) fromRows(ctx context.Context, id store.BroadcastID, held bool) (Progress, error) {
	b, err := e.store.Broadcast(ctx, id)
	if err != nil {
		return Progress{}, fmt.Errorf("read the broadcast: %w", err)
	}
	p := Progress{Broadcast: b.ID, Name: b.Name, State: b.State, Counts: b.Counts}
	switch b.State {
	case store.BroadcastPaused:
		p.Problem, p.Code = b.Reason, b.Code
	case store.BroadcastSending:
		told, found, err := e.store.Run(ctx, id)
		if err != nil {
			return Progress{}, err
		}
		if p.Elsewhere = held; found && held {
			p.Slower = WaitReason(told.Slower)
			if told.Until.IsZero() || told.Until.After(e.config.Now()) {
				p.Wait = Wait{WaitReason(told.Wait), told.Until}
			}
		}
	default:
	}
	return p, nil
}
