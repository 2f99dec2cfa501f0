package sender

import (
	"context"
	"errors"
	"sync"
	"time"

	"pregon/store"
)

// How often the schedule is looked at, and how long after something kept a
// broadcast from starting or going on it is tried again.
const (
	lookAtSchedule = 500 * time.Millisecond
	tryAgain       = 15 * time.Second
	askPlatform    = 10 * time.Second // the most a look at the account may take
)

// StartDue starts a scheduled broadcast whose time has come, in the background.
// Fails as Outbox.StartDue and Start do.
func (e *Engine) StartDue(ctx context.Context, id store.BroadcastID) error {
	return e.begin(ctx, id, func() error { return e.outbox.StartDue(ctx, id) })
}

// Schedule is what one process does unasked, until ctx ends: it sends whatever
// is to be sent and no other process sends, also what was started or resumed
// elsewhere, starts each scheduled broadcast at its time, and reads the
// templates anew after Meta told something of one. What a person paused is left
// alone.
func (e *Engine) Schedule(ctx context.Context) {
	var beside sync.WaitGroup
	defer beside.Wait()
	beside.Go(func() { e.followTemplates(ctx) })
	left, err := e.store.SendingBroadcasts(ctx)
	e.report(ctx, "read what was being sent", 0, err)
	if len(left) > 0 {
		e.refresh(ctx)
	}
	ticker := time.NewTicker(lookAtSchedule)
	defer ticker.Stop()
	for {
		e.takeUp(ctx, false)
		e.startAllDue(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (e *Engine) startAllDue(ctx context.Context) {
	if reaches, err := e.reachable(ctx); !reaches {
		e.report(ctx, "read the shop", 0, err)
		return
	}
	due, err := e.store.DueBroadcasts(ctx)
	e.report(ctx, "read what is due", 0, err)
	for _, id := range due {
		if e.free(id) {
			e.startScheduled(ctx, id)
		}
	}
}

func (e *Engine) startScheduled(ctx context.Context, id store.BroadcastID) {
	e.refresh(ctx)
	err := e.StartDue(ctx, id)
	var ask *store.AskError
	switch {
	case err == nil:
		e.config.Log.Info("a scheduled broadcast starts", "broadcast", id)
	case errors.As(err, &ask):
		e.config.Log.Warn("a scheduled broadcast asks its owner", "broadcast", id, "question", ask.Question)
	default:
		e.rest(id)
		e.report(ctx, "start a scheduled broadcast", id, err)
	}
}

// refresh asks how account and templates stand. A platform that does not answer
// is no reason not to begin: the run itself will wait.
func (e *Engine) refresh(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, askPlatform)
	defer cancel()
	err := e.SyncAccount(ctx)
	if err == nil {
		_, err = e.SyncTemplates(ctx)
	}
	e.report(ctx, "ask how account and templates stand", 0, err)
}
