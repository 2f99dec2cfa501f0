package sender

import (
	"context"
	"sync"
	"time"
)

// The news of a template says that it changed and not what it says now. So the
// templates are read anew: once for all that is told within newsSettle, which
// also gives Meta's own copies time to agree, no more than once in newsEvery,
// and ever more seldom, up to newsSeldom, while that fails.
const (
	newsSettle = 10 * time.Second
	newsEvery  = time.Minute
	newsSeldom = time.Hour
)

// news is how far the templates were read after what Meta told of them. Its
// zero value has read nothing: what was told before this process began may have
// been read by nobody.
type news struct {
	reading sync.Mutex // held by who is about to read

	mu     sync.Mutex
	told   int64     // what was told when they were last read, of store.TemplatesTold
	after  time.Time // not to be read before
	failed int       // how often in a row
	waits  bool      // something was told since
}

// read notes that the templates were read, for whatever cause.
func (n *news) read(told int64, now time.Time) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.told, n.after, n.failed, n.waits = told, now.Add(newsEvery), 0, false
}

// due reports whether they are to be read now.
func (n *news) due(told int64, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if told == n.told {
		return false
	}
	if soon := now.Add(newsSettle); !n.waits && n.after.Before(soon) {
		n.after = soon
	}
	n.waits = true
	// Longer than it ever waits, it is of a clock that has gone back since.
	return !now.Before(n.after) || n.after.Sub(now) > newsSeldom
}

// putOff lets some time pass; grows says that it failed.
func (n *news) putOff(now time.Time, grows bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.after = now.Add(min(newsEvery<<min(n.failed, 6), newsSeldom))
	if grows {
		n.failed++
	}
}

// followTemplates reads the templates anew after something was told of one,
// until ctx ends.
func (e *Engine) followTemplates(ctx context.Context) {
	ticker := time.NewTicker(lookAtSchedule)
	defer ticker.Stop()
	for {
		e.readTold(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

func (e *Engine) readTold(ctx context.Context) {
	if !e.news.reading.TryLock() {
		return // the other one of this process is at it
	}
	defer e.news.reading.Unlock()
	told, err := e.store.TemplatesTold(ctx)
	if err != nil {
		e.report(ctx, "look for news of templates", 0, err)
		return
	}
	if !e.news.due(told, e.config.Now()) {
		return
	}
	// Without a token nobody can be asked; another process may have one.
	if allowed, err := e.allowed(ctx); err != nil || !allowed {
		e.report(ctx, "read the shop", 0, err)
		e.news.putOff(e.config.Now(), err != nil)
		return
	}
	asking, cancel := context.WithTimeout(ctx, askPlatform)
	defer cancel()
	if _, err := e.SyncTemplates(asking); err != nil {
		e.report(ctx, "read the templates anew", 0, err)
		e.news.putOff(e.config.Now(), true)
	}
}
