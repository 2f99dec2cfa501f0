package sender

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pregon/store"
)

// errNotHeld says that this engine has not got the lock, and was not to take it.
var errNotHeld = errors.New("the lock is not held")

// elsewhere reports whether another process has the lock.
func elsewhere(err error) bool {
	var locked *store.LockedError
	return errors.As(err, &locked)
}

// acquire takes the shop file's lock, unless this engine has it, keeps it warm
// and takes up, as its holder, what is to be sent. With held it fails with
// errNotHeld rather than take the lock. Every acquire needs a release.
func (e *Engine) acquire(ctx context.Context, held bool) error { //nolint:contextcheck // taking up goes on after ctx
	e.lock.Lock()
	defer e.lock.Unlock()
	if e.holders > 0 {
		e.holders++
		return nil
	}
	if held {
		return errNotHeld
	}
	orphans, err := e.outbox.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("take the lock: %w", err)
	}
	if orphans > 0 {
		e.config.Log.Warn("calls of an ended process are unknown", "deliveries", orphans)
	}
	e.holders = 1
	ctx, stopBeating := context.WithCancel(context.WithoutCancel(ctx))
	e.beats.Go(func() { e.keepBeating(ctx) })
	holding, stopTaking := context.WithCancel(e.base)
	e.others.Go(func() { e.takeUpAll(holding) })
	e.others.Go(func() { e.followTemplates(holding) })
	e.beat = func() { stopBeating(); stopTaking() }
	return nil
}

// release gives the lock back when nobody needs it any more.
func (e *Engine) release(ctx context.Context) error {
	e.lock.Lock()
	defer e.lock.Unlock()
	if e.holders--; e.holders > 0 {
		return nil
	}
	e.beat()
	e.beats.Wait()
	if err := e.outbox.Release(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("give the lock back: %w", err)
	}
	return nil
}

func (e *Engine) keepBeating(ctx context.Context) {
	ticker := time.NewTicker(store.BeatEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := e.outbox.Beat(ctx)
		if err == nil || ctx.Err() != nil {
			continue
		}
		e.config.Log.Error("show that the engine lives", "err", err)
		if errors.Is(err, store.ErrLockLost) {
			e.mu.Lock()
			for _, r := range e.runs {
				r.fail(err)
			}
			e.mu.Unlock()
			return
		}
	}
}
