package webhook

import (
	"context"
	"fmt"
	"sync"

	"pregon/store"
)

// mostInCommit is how many updates share one commit: few enough that whoever
// waits for the shop file meanwhile, the sender included, waits for a moment.
const mostInCommit = 1000

// queue lets deliveries that arrive together share one commit: making it
// durable costs the disk the same for one status as for hundreds. Whoever comes
// while a commit is under way is in the next one.
type queue struct {
	commit func(context.Context, store.Feed) error
	turn   chan struct{} // holds one token: whose turn it is to commit

	mu      sync.Mutex
	waiting []*parcel
}

// parcel is one delivery that waits to be durable.
type parcel struct {
	feed store.Feed
	size int        // updates
	done chan error // has room for the one answer
}

func newQueue(commit func(context.Context, store.Feed) error) *queue {
	return &queue{commit: commit, turn: make(chan struct{}, 1)}
}

// record returns when the delivery is durable, or could not be made so. It does
// not end with ctx: others may wait for the same commit.
func (q *queue) record(ctx context.Context, feed store.Feed) error {
	ctx = context.WithoutCancel(ctx)
	p := &parcel{feed: feed, size: feed.Updates(), done: make(chan error, 1)}
	q.mu.Lock()
	q.waiting = append(q.waiting, p)
	q.mu.Unlock()
	for {
		select {
		case err := <-p.done:
			return err
		case q.turn <- struct{}{}:
			q.settle(ctx, q.next())
			<-q.turn
		}
	}
}

// next takes those who waited longest.
func (q *queue) next() []*parcel {
	q.mu.Lock()
	defer q.mu.Unlock()
	n, updates := 0, 0
	for n < len(q.waiting) && (n == 0 || updates+q.waiting[n].size <= mostInCommit) {
		updates += q.waiting[n].size
		n++
	}
	taken := q.waiting[:n:n]
	q.waiting = q.waiting[n:]
	if len(q.waiting) == 0 {
		q.waiting = nil
	}
	return taken
}

// settle commits what was taken and answers each. One delivery that cannot be
// stored does not cost the others: then each is tried alone.
func (q *queue) settle(ctx context.Context, taken []*parcel) {
	if len(taken) == 0 {
		return
	}
	all := taken[0].feed
	for _, p := range taken[1:] {
		all.Add(p.feed)
	}
	err := q.try(ctx, all)
	for _, p := range taken {
		alone := err
		if err != nil && len(taken) > 1 {
			alone = q.try(ctx, p.feed)
		}
		p.done <- alone
	}
}

// try never ends the program for the sake of one delivery, and leaves nobody waiting.
func (q *queue) try(ctx context.Context, feed store.Feed) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("store a delivery: %v", broken)
		}
	}()
	return q.commit(ctx, feed)
}
