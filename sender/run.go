package sender

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

type runOptions struct {
	life context.Context //nolint:containedctx // what the run ends with
	stay bool
	held bool // only while this engine has the lock
}

// run is one broadcast while it is being sent.
type run struct {
	engine *Engine
	id     store.BroadcastID
	opts   runOptions
	client *cloudapi.Client
	ctx    context.Context //nolint:containedctx // the life of this run
	cancel context.CancelFunc
	done   chan struct{}
	ended  Ended // after done
	err    error // after done

	wake    chan struct{} // a slot is free, or something is to be seen
	looking chan struct{} // the watcher is to look now
	jobs    chan job      // claims that are not called yet
	due     chan job      // those whose moment has come
	callers int           // goroutines that make calls; only the loop looks
	answers chan answered

	inFlight  atomic.Int64 // claims that are not answered: called, or about to be
	unsettled atomic.Int64 // claims not settled yet, those in flight included
	total     atomic.Int64 // answers
	halted    atomic.Bool  // no further claim, for good
	stuck     atomic.Bool  // no further claim until the results are written down
	leaving   atomic.Bool
	cold      bool // the number or the template is new, and nobody chose a pace; only the watcher looks
	toldCold  bool
	perSecond int       // that its owner, or the number, allows; 0 without a cap
	told      store.Run // to other processes; only the watcher looks

	mu       sync.Mutex
	seen     store.Broadcast // as last looked at
	shop     store.Shop
	location *time.Location // of the shop
	account  store.Account
	measured float64
	heading  heading
	failure  error
	paused   bool // by an answer; only the settling goroutine looks
}

// answered is one call that came back.
type answered struct {
	claim    store.Claim
	answer   cloudapi.Answer
	decision decision
	at       time.Time // by the shop's clock
	served   time.Time // by the server's
}

func (e *Engine) newRun(ctx context.Context, id store.BroadcastID, opts runOptions) (*run, error) {
	r := &run{
		engine: e, id: id, opts: opts, done: make(chan struct{}), wake: make(chan struct{}, 1),
		looking: make(chan struct{}, 1), answers: make(chan answered, 2*e.config.InFlight),
		jobs: make(chan job, 2*e.config.InFlight), due: make(chan job),
	}
	if err := r.read(ctx); err != nil {
		return nil, err
	}
	r.client = e.client(r.shop)
	r.ctx, r.cancel = context.WithCancel(opts.life)
	asked, err := e.store.AskedRate(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("read the pace: %w", err)
	}
	if r.perSecond = r.account.Throughput; e.config.Rate != nil {
		r.perSecond = *e.config.Rate
	}
	if asked != nil {
		r.perSecond = *asked
	}
	e.token.forget() // the owner may have mended it
	e.setRate(r)
	r.cold = e.config.Rate == nil && asked == nil
	return r, r.warmUp(ctx)
}

// live is the whole life of a run: the loop, the settling of what it left, the
// release of the lock.
func (r *run) live() {
	e := r.engine
	defer close(r.done)
	defer r.cancel()
	r.publish(func(p *Progress) { p.Wait, p.Problem, p.Code, p.Err = Wait{}, "", 0, nil })
	var others sync.WaitGroup
	watching, stopWatching := context.WithCancel(context.WithoutCancel(r.ctx))
	others.Go(func() { r.watch(watching) })
	others.Go(r.keepPace)
	settled := make(chan struct{})
	go func() {
		defer close(settled)
		r.settle()
	}()

	wait, err := r.loop(r.ctx)
	r.leaving.Store(true)
	for r.inFlight.Load() > 0 {
		<-r.wake
	}
	close(r.jobs)
	close(r.answers)
	<-settled
	stopWatching()
	others.Wait()

	ctx := context.WithoutCancel(r.ctx)
	err = errors.Join(err, r.broken())
	if err == nil && wait.Reason == "" {
		// A cancelled broadcast may have got people back from the last calls.
		_, err = e.outbox.Finish(ctx, r.id)
	}
	err = errors.Join(err, r.read(ctx))
	if err := e.outbox.EndRun(ctx, r.id); err != nil {
		e.config.Log.Error("tell that the run ended", "broadcast", r.id, "err", err)
	}
	r.ended, r.err = Ended{State: r.seen.State, Reason: r.seen.Reason, Code: r.seen.Code, Wait: wait}, errors.Join(err, e.release(ctx))
	if r.err != nil {
		e.rest(r.id)
	}
	e.mu.Lock()
	delete(e.runs, r.id)
	e.mu.Unlock()
	e.setRate()
	r.publish(func(p *Progress) { p.Running, p.Wait, p.Rate, p.Left, p.Err = false, wait, 0, 0, r.err })
}

// warmUp begins slowly with a number or a template that is new, and notes it.
func (r *run) warmUp(ctx context.Context) error {
	if !r.cold {
		return nil
	}
	r.mu.Lock()
	b, practice := r.seen, r.practice()
	r.mu.Unlock()
	calls, taken, err := r.engine.outbox.Experience(ctx, b.Template, b.Language)
	if err != nil {
		return fmt.Errorf("read what was sent so far: %w", err)
	}
	r.cold = !practice && (calls < warmNumber || taken < warmTemplate)
	r.engine.limits.warm(r.cold)
	if r.cold && !r.toldCold {
		r.toldCold = true
		if err := r.engine.outbox.Note(ctx, r.id, store.BroadcastEvent{Type: "slowed", Reason: string(WaitWarmUp)}); err != nil {
			return fmt.Errorf("note the slow start: %w", err)
		}
	}
	return nil
}

// ending reports whether the run stops by itself, so that another may follow.
func (r *run) ending(ctx context.Context) (bool, error) {
	if r.leaving.Load() || r.halted.Load() {
		return true, nil
	}
	select {
	case <-r.ctx.Done():
		return true, nil
	default:
	}
	b, err := r.engine.store.Broadcast(ctx, r.id)
	if err != nil {
		return false, fmt.Errorf("read the broadcast: %w", err)
	}
	return b.State != store.BroadcastSending, nil
}

// fail ends the run for a cause of its own: the disk, the lock.
func (r *run) fail(err error) {
	r.mu.Lock()
	r.failure = errors.Join(r.failure, err)
	r.mu.Unlock()
	r.halted.Store(true)
	r.nudge()
}

func (r *run) broken() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failure
}

// nudge lets the loop think again.
func (r *run) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// look lets the watcher read the broadcast now.
func (r *run) look() {
	select {
	case r.looking <- struct{}{}:
	default:
	}
}

// watchEvery is how often the broadcast is read: for its counts, and because
// another process may have paused it.
const watchEvery = 250 * time.Millisecond

func (r *run) watch(ctx context.Context) {
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	var speed speed
	var late lateBreaker
	first := true
	for {
		if err := r.read(ctx); err != nil && ctx.Err() == nil {
			r.engine.config.Log.Error("read the broadcast", "broadcast", r.id, "err", err)
		}
		if err := r.warmUp(ctx); err != nil && ctx.Err() == nil {
			r.engine.config.Log.Error("read what was sent so far", "broadcast", r.id, "err", err)
		}
		measured := speed.mark(time.Now(), r.total.Load())
		r.mu.Lock()
		r.measured = measured
		stopped := r.seen.State != store.BroadcastSending
		r.mu.Unlock()
		if stopped {
			r.nudge()
		} else if err := r.lateFailures(ctx, &late); err != nil && ctx.Err() == nil {
			r.engine.config.Log.Error("look at the failures", "broadcast", r.id, "err", err)
		}
		r.publish(func(p *Progress) {
			p.Rate, p.Slower = measured, r.engine.limits.slower()
			p.Left = p.left()
		})
		if err := r.tell(ctx, first); err != nil && ctx.Err() == nil {
			r.engine.config.Log.Error("tell others how it goes", "broadcast", r.id, "err", err)
		}
		first = false
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-r.looking:
		}
	}
}

// tell writes down for other processes what is not in the rows: the waits and
// the pace, when they changed.
func (r *run) tell(ctx context.Context, first bool) error {
	p, _ := r.engine.board.snapshot(r.id)
	now := store.Run{Wait: string(p.Wait.Reason), Until: p.Wait.Until, Slower: string(p.Slower)}
	if !first && now.Wait == r.told.Wait && now.Slower == r.told.Slower && now.Until.Equal(r.told.Until) {
		return nil
	}
	if err := r.engine.outbox.TellRun(ctx, r.id, now); err != nil {
		return fmt.Errorf("tell of the run: %w", err)
	}
	r.told = now
	return nil
}

// lateFailures stops the run when too many fail after they were accepted.
func (r *run) lateFailures(ctx context.Context, late *lateBreaker) error {
	r.mu.Lock()
	counts := r.seen.Counts
	r.mu.Unlock()
	if !late.due(counts) {
		return nil
	}
	failures, err := r.engine.store.Failures(ctx, r.id)
	if err != nil {
		return fmt.Errorf("read the failures: %w", err)
	}
	stop := late.heard(counts, failures)
	if stop == nil || r.halted.Swap(true) {
		return nil
	}
	r.engine.config.Log.Warn("the broadcast stops", "broadcast", r.id, "reason", stop.Reason, "code", stop.Code)
	defer r.look()
	return r.pause(ctx, *stop)
}

// qualityRed is Meta's word for a number that too many people block or report.
const qualityRed = "RED"

// ReasonFeed is why a broadcast pauses when a feed that was connected falls
// silent: a STOP could be missed.
const ReasonFeed = string(store.BlockerFeedStale)

// forbidden is why nobody may be called any more, "" where nothing is against
// it: the clock is wrong, the number's quality fell to red, or the feed is silent
// and nobody accepted that.
func (r *run) forbidden() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.clockWrong():
		return ReasonClock
	case r.account.Quality == qualityRed:
		return cloudapi.ReasonQuality
	case !r.seen.WithoutFeed && r.account.FeedConnected() && !r.account.FeedFresh(r.engine.config.Now()):
		return ReasonFeed
	}
	return ""
}

// read looks at the broadcast, the shop's rules and the account.
func (r *run) read(ctx context.Context) error {
	s := r.engine.store
	b, err := s.Broadcast(ctx, r.id)
	if err != nil {
		return fmt.Errorf("read the broadcast: %w", err)
	}
	shop, err := s.Shop(ctx)
	if err != nil {
		return fmt.Errorf("read the shop: %w", err)
	}
	account, err := s.Account(ctx)
	if err != nil {
		return fmt.Errorf("read the account: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.location == nil || r.shop.Timezone != shop.Timezone {
		r.location = shop.Location()
	}
	r.seen, r.shop, r.account = b, shop, account
	return nil
}

// publish puts what was read, and an edit, on the board.
func (r *run) publish(edit func(*Progress)) {
	r.mu.Lock()
	b := r.seen
	r.mu.Unlock()
	r.engine.board.change(r.id, func(p *Progress) {
		p.Broadcast, p.Name, p.State, p.Counts, p.Running, p.Elsewhere, p.Hung = b.ID, b.Name, b.State, b.Counts, true, false, nil
		if b.State == store.BroadcastPaused {
			p.Problem, p.Code = b.Reason, b.Code
		}
		edit(p)
	})
}
