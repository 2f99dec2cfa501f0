package sender

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// Config is what the engine is given besides the shop file.
type Config struct {
	BaseURL string // empty: https://graph.facebook.com
	Version string // of the Graph API; empty: DefaultVersion
	// Token is the access token; it is remembered for a minute.
	Token func(context.Context) (string, error)
	// Rate is messages a second, 0 for no cap; nil is the number's throughput.
	Rate *int
	// InFlight is the most calls at once; 0 is MostInFlight.
	InFlight int
	// Timeout is how long one call may take; 0 is 30 s.
	Timeout time.Duration
	Log     *slog.Logger     // nil discards
	Now     func() time.Time // the shop's clock; nil is time.Now
}

// Where the Cloud API is, and the version its answers were written down from.
const (
	DefaultBaseURL = "https://graph.facebook.com"
	DefaultVersion = "v26.0"
)

// MostInFlight is how many calls wait for an answer at once, unless told otherwise.
const MostInFlight = 256

// ErrClosed says that the engine was closed.
var ErrClosed = errors.New("the engine is closed")

// CallError is a call that only reads and failed: see its Reason and Code.
type CallError = cloudapi.CallError

// StopReasons lists the reasons, besides the owner, for which a broadcast pauses.
func StopReasons() []string {
	return append(cloudapi.Reasons(), ReasonFailures, ReasonFeed, ReasonClock, store.PausedReworded)
}

// Engine sends the broadcasts of one shop file. All methods may be called at
// any time, from anywhere, and more than once.
type Engine struct {
	outbox *store.Outbox
	store  *store.Store
	config Config
	http   *http.Client
	lines  *cloudapi.Lines
	token  *tokens
	limits limiter
	news   news
	board  *board

	base context.Context //nolint:containedctx // the life of all background runs
	stop context.CancelFunc
	turn chan struct{} // one token: whose turn it is to start or end a run

	mu     sync.Mutex
	runs   map[store.BroadcastID]*run
	behind map[store.BroadcastID]bool      // followed from here
	rests  map[store.BroadcastID]time.Time // failed, and not to be taken up before
	closed bool

	lock    sync.Mutex
	holders int                // who needs the shop file's lock, guarded by lock
	beat    context.CancelFunc // of the heartbeat while it is held, guarded by lock
	beats   sync.WaitGroup
	others  sync.WaitGroup // what goes on beside the runs, until Close
}

// New makes an engine that holds no lock and opens no connection yet.
func New(outbox *store.Outbox, s *store.Store, config Config) *Engine {
	if config.BaseURL == "" {
		config.BaseURL = DefaultBaseURL
	}
	if config.Version == "" {
		config.Version = DefaultVersion
	}
	if config.InFlight <= 0 {
		config.InFlight = MostInFlight
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	base, stop := context.WithCancel(context.Background())
	return &Engine{
		outbox: outbox, store: s, config: config, http: cloudapi.NewHTTP(4), lines: cloudapi.NewLines(),
		token: &tokens{read: config.Token}, board: newBoard(), base: base, stop: stop,
		turn: make(chan struct{}, 1), runs: map[store.BroadcastID]*run{}, behind: map[store.BroadcastID]bool{}, rests: map[store.BroadcastID]time.Time{},
	}
}

// Start freezes the audience of a draft and sees to it that it is sent, in the
// background: by this process, or by the one that sends already. A broadcast
// that runs is left alone. Fails with *store.BlockedError, *store.MoveError or
// store.ErrNotFound.
func (e *Engine) Start(ctx context.Context, id store.BroadcastID, start store.Start) error {
	return e.begin(ctx, id, func() error { return e.outbox.Start(ctx, id, start) })
}

// Resume lets a paused broadcast go on in the background. Fails as Start does.
func (e *Engine) Resume(ctx context.Context, id store.BroadcastID, staff string) error {
	return e.begin(ctx, id, func() error { return e.resume(ctx, id, staff) })
}

// Continue takes up a broadcast that was sending when its process ended. Fails
// with *store.MoveError for one in another state, else as Start does.
func (e *Engine) Continue(ctx context.Context, id store.BroadcastID) error {
	return e.begin(ctx, id, e.stillSending(ctx, id))
}

// begin starts a run in the background. Where another process has the lock, it
// only records what begin does: that process takes it up, and this one watches.
func (e *Engine) begin(ctx context.Context, id store.BroadcastID, begin func() error) error {
	_, err := e.launch(ctx, id, runOptions{life: e.base, stay: true}, begin)
	if elsewhere(err) {
		e.followBehind(id)
		return nil
	}
	return err
}

// Pause stops further calls, whoever makes them; calls under way finish.
func (e *Engine) Pause(ctx context.Context, id store.BroadcastID, staff string) error {
	defer e.nudge(id)
	if err := e.store.PauseBroadcast(ctx, id, staff); err != nil {
		return fmt.Errorf("pause the broadcast: %w", err)
	}
	return nil
}

// Cancel ends a broadcast for good; calls under way finish.
func (e *Engine) Cancel(ctx context.Context, id store.BroadcastID, staff string) error {
	defer e.nudge(id)
	if err := e.store.CancelBroadcast(ctx, id, staff); err != nil {
		return fmt.Errorf("cancel the broadcast: %w", err)
	}
	return nil
}

// nudge lets a run look at its broadcast now.
func (e *Engine) nudge(id store.BroadcastID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.runs[id]; r != nil {
		r.look()
	}
}

// Snapshot is the newest Progress; false when this engine never ran it.
func (e *Engine) Snapshot(id store.BroadcastID) (Progress, bool) { return e.board.snapshot(id) }

// Watch returns a channel that has a value when a Snapshot changed since the
// last one was taken. It gets none after ctx ended, and is never closed.
func (e *Engine) Watch(ctx context.Context) <-chan struct{} { return e.board.watch(ctx) }

// Close ends all runs, waits until calls under way are settled or ctx ends, and
// gives the lock back. Broadcasts stay as they are, to be continued.
func (e *Engine) Close(ctx context.Context) error {
	e.mu.Lock()
	e.closed = true
	e.mu.Unlock()
	e.stop()
	select { // whoever is just starting a run
	case e.turn <- struct{}{}:
		defer func() { <-e.turn }()
	case <-ctx.Done():
		return fmt.Errorf("wait for a start: %w", ctx.Err())
	}
	e.others.Wait()
	e.mu.Lock()
	running := make([]*run, 0, len(e.runs))
	for _, r := range e.runs {
		r.cancel()
		running = append(running, r)
	}
	e.mu.Unlock()
	for _, r := range running {
		select {
		case <-r.done:
		case <-ctx.Done():
			return fmt.Errorf("wait for the calls under way: %w", ctx.Err())
		}
	}
	e.http.CloseIdleConnections()
	e.lines.CloseIdle()
	return nil
}

// launch takes the lock, lets begin change the broadcast's state and starts a
// run. One that is there already is returned instead. Where another process has
// the lock, begin is done all the same, and the error is *store.LockedError.
func (e *Engine) launch(ctx context.Context, id store.BroadcastID, opts runOptions, begin func() error) (*run, error) {
	select {
	case e.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for another start: %w", ctx.Err())
	}
	defer func() { <-e.turn }()
	r, err := e.running(ctx, id)
	if r != nil || err != nil {
		return r, err
	}
	if err := e.mended(ctx); err != nil {
		return nil, err
	}
	locked := e.acquire(ctx, opts.held)
	if locked != nil && !elsewhere(locked) {
		return nil, locked
	}
	if err := begin(); err != nil || locked != nil {
		if locked == nil {
			return nil, errors.Join(err, e.release(ctx))
		}
		if err == nil {
			err = locked
		}
		return nil, err
	}
	r, err = e.newRun(ctx, id, opts)
	if err != nil {
		return nil, errors.Join(err, e.release(ctx))
	}
	e.mu.Lock()
	e.runs[id] = r
	if e.closed {
		r.cancel()
	}
	e.mu.Unlock()
	go r.live() //nolint:contextcheck // it lives on its own context, and settles after that
	return r, nil
}

// running returns the run of a broadcast that goes on, after it waited for the
// end of one that does not; nil when there is none.
func (e *Engine) running(ctx context.Context, id store.BroadcastID) (*run, error) {
	e.mu.Lock()
	r, closed := e.runs[id], e.closed
	e.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	if r == nil {
		return nil, nil //nolint:nilnil // none
	}
	ending, err := r.ending(ctx)
	if err != nil || !ending {
		return r, err
	}
	r.look()
	select {
	case <-r.done:
		return nil, nil //nolint:nilnil // none any more
	case <-ctx.Done():
		return nil, fmt.Errorf("wait for the end of the last run: %w", ctx.Err())
	}
}

// client speaks for the shop's number.
func (e *Engine) client(shop store.Shop) *cloudapi.Client {
	return cloudapi.New(cloudapi.Config{
		BaseURL: e.config.BaseURL, Version: e.config.Version, PhoneNumberID: shop.PhoneNumberID, WABAID: shop.WABAID,
		Token: e.token.value, HTTP: e.http, Lines: e.lines, Limit: e.config.Timeout, Now: e.config.Now,
	})
}
