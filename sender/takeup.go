package sender

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pregon/store"
)

// Who holds the lock sends everything that is to be sent, whoever started it:
// the others only record a start, and watch.

// stillSending begins nothing: it only looks whether there is something to go on with.
func (e *Engine) stillSending(ctx context.Context, id store.BroadcastID) func() error {
	return func() error {
		b, err := e.store.Broadcast(ctx, id)
		if err != nil {
			return fmt.Errorf("read the broadcast: %w", err)
		}
		if b.State != store.BroadcastSending {
			return &store.MoveError{Of: "broadcast", From: string(b.State), To: string(store.BroadcastSending)}
		}
		return nil
	}
}

// takeUpAll takes up, while this engine holds the lock, what others started.
func (e *Engine) takeUpAll(ctx context.Context) {
	ticker := time.NewTicker(lookAtSchedule)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		e.takeUp(ctx, true)
	}
}

// takeUp begins to send what is to be sent and nobody has in hand: with held
// only while this engine has the lock, else also by taking it.
func (e *Engine) takeUp(ctx context.Context, held bool) {
	ids, err := e.store.SendingBroadcasts(ctx)
	if err != nil {
		e.report(ctx, "read what is to be sent", 0, err)
		return
	}
	for _, id := range ids {
		if !e.free(id) {
			continue
		}
		allowed, err := e.allowed(ctx)
		if err == nil && !allowed {
			e.rest(id)
			continue
		}
		if err == nil {
			_, err = e.launch(ctx, id, runOptions{life: e.base, stay: true, held: held}, e.stillSending(ctx, id))
		}
		_, moved := errors.AsType[*store.MoveError](err)
		switch {
		case err == nil, moved, elsewhere(err), errors.Is(err, errNotHeld), errors.Is(err, ErrClosed):
		default:
			e.rest(id)
			e.report(ctx, "take up a broadcast", id, err)
		}
	}
}

// allowed is false for a practice shop that would reach real people, and for a
// process that has no token: another may have one.
func (e *Engine) allowed(ctx context.Context) (bool, error) {
	reaches, err := e.reachable(ctx)
	if err != nil || !reaches {
		return false, err
	}
	_, err = e.token.value(ctx)
	return err == nil, nil // whoever starts it here is told
}

// reachable is false for a practice shop that would reach real people.
func (e *Engine) reachable(ctx context.Context) (bool, error) {
	shop, err := e.store.Shop(ctx)
	if errors.Is(err, store.ErrNotSetUp) {
		return false, nil
	}
	return err == nil && (!shop.Practice || loopback(e.config.BaseURL)), err
}

// free reports whether a broadcast may be taken up: it is not run here, and did
// not fail a moment ago.
func (e *Engine) free(id store.BroadcastID) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.runs[id] == nil && !time.Now().Before(e.rests[id])
}

// rest leaves a broadcast alone for some time after it failed here.
func (e *Engine) rest(id store.BroadcastID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.rests[id] = time.Now().Add(tryAgain)
}

func (e *Engine) report(ctx context.Context, what string, id store.BroadcastID, err error) {
	if err != nil && ctx.Err() == nil {
		e.config.Log.Error(what, "broadcast", id, "err", err)
	}
}
