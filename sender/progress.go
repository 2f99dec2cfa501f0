package sender

import (
	"context"
	"sync"
	"time"

	"pregon/store"
)

// Progress is how far one broadcast is: a picture of the moment, never a
// difference to the one before, so that a late reader misses nothing.
type Progress struct {
	Broadcast store.BroadcastID
	Name      string // from the owner
	State     store.BroadcastState
	Running   bool // in this process
	Elsewhere bool // another process sends it, and this is read from the rows
	// Hung is that other process when it has the lock and shows no life: it is
	// stopped or stuck, and a person has to end it.
	Hung    *store.LockedError
	Counts  store.Counts
	Rate    float64       // answers a second, over the last seconds
	Wait    Wait          // why nobody is called now; zero when somebody is
	Slower  WaitReason    // why the pace is lower than the number's: WaitWarmUp, WaitRate, or ""
	Left    time.Duration // at this rate; 0 when it cannot be told
	Problem string        // the last one: a StopReason, or the reason of a pause
	Code    int           // the platform's, of the problem
	Err     error         // of the run itself, after it ended: the disk, the lock
}

// left is how long it takes at this rate.
func (p *Progress) left() time.Duration {
	if p.Rate <= 0 {
		return 0
	}
	waiting := p.Counts[store.DeliveryQueued] + p.Counts[store.DeliverySending]
	return time.Duration(float64(waiting) / p.Rate * float64(time.Second)).Round(time.Second)
}

// board holds the newest Progress of every broadcast and tells whoever watches
// that something is new, without ever waiting for them.
type board struct {
	mu       sync.Mutex
	progress map[store.BroadcastID]Progress
	watchers map[chan struct{}]struct{}
}

func newBoard() *board {
	return &board{progress: map[store.BroadcastID]Progress{}, watchers: map[chan struct{}]struct{}{}}
}

func (b *board) snapshot(id store.BroadcastID) (Progress, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p, found := b.progress[id]
	return p, found
}

// change edits one snapshot and signals it.
func (b *board) change(id store.BroadcastID, edit func(*Progress)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.progress[id]
	edit(&p)
	b.progress[id] = p
	for watcher := range b.watchers {
		select {
		case watcher <- struct{}{}:
		default: // it has not looked since the last
		}
	}
}

func (b *board) watch(ctx context.Context) <-chan struct{} {
	watcher := make(chan struct{}, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watchers[watcher] = struct{}{}
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.watchers, watcher)
	})
	return watcher
}

// speedSpan is the time over which the rate is measured.
const speedSpan = 3 * time.Second

// speed measures answers a second from counts taken now and then.
type speed struct{ marks []mark }

type mark struct {
	at    time.Time
	total int64
}

func (s *speed) mark(at time.Time, total int64) float64 {
	s.marks = append(s.marks, mark{at, total})
	for len(s.marks) > 2 && at.Sub(s.marks[1].at) >= speedSpan {
		s.marks = s.marks[1:]
	}
	first := s.marks[0]
	if passed := at.Sub(first.at).Seconds(); passed > 0 {
		return float64(total-first.total) / passed
	}
	return 0
}
