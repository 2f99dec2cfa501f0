package webhook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pregon/store"
)

// disk is where a queue commits to: it may be held, and refuses what is called bad.
type disk struct {
	mu      sync.Mutex
	commits [][]string
	held    chan struct{} // closed: not held
	began   chan struct{} // has room for one
}

var errBad = errors.New("bad")

func (d *disk) commit(ctx context.Context, feed store.Feed) error {
	select {
	case d.began <- struct{}{}:
	default:
	}
	<-d.held
	if err := ctx.Err(); err != nil {
		return err
	}
	var wamids []string
	for _, status := range feed.Statuses {
		switch status.Wamid {
		case "bad":
			return errBad
		case "broken":
			panic("broken")
		}
		wamids = append(wamids, status.Wamid)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.commits = append(d.commits, wamids)
	return nil
}

func newDisk() (*disk, *queue) {
	d := &disk{held: make(chan struct{}), began: make(chan struct{}, 1)}
	return d, newQueue(d.commit)
}

func told(wamid string) store.Feed { return store.Feed{Statuses: []store.Status{{Wamid: wamid}}} }

// waits until so many stand in the queue.
func (q *queue) waits(t *testing.T, count int) {
	t.Helper()
	limit := time.NewTimer(20 * time.Second)
	defer limit.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		q.mu.Lock()
		waiting := len(q.waiting)
		q.mu.Unlock()
		if waiting == count {
			return
		}
		select {
		case <-tick.C:
		case <-limit.C:
			t.Fatalf("%d wait, want %d", waiting, count)
		}
	}
}

func TestDeliveriesThatArriveTogetherShareACommit(t *testing.T) {
	t.Parallel()
	d, q := newDisk()
	var posts sync.WaitGroup
	post := func(wamid string) {
		posts.Go(func() {
			if err := q.record(t.Context(), told(wamid)); err != nil {
				t.Errorf("%s: %v", wamid, err)
			}
			d.mu.Lock()
			defer d.mu.Unlock()
			if !slices.ContainsFunc(d.commits, func(c []string) bool { return slices.Contains(c, wamid) }) {
				t.Errorf("%s was answered before it was durable", wamid)
			}
		})
	}
	post("first")
	<-d.began
	q.waits(t, 0)
	for n := range 50 {
		post(fmt.Sprint("later", n))
	}
	q.waits(t, 50)
	close(d.held)
	posts.Wait()
	if len(d.commits) != 2 || len(d.commits[0]) != 1 || len(d.commits[1]) != 50 {
		t.Errorf("commits %v, want one of 1 and one of 50", d.commits)
	}
}

func TestACommitIsBounded(t *testing.T) {
	t.Parallel()
	d, q := newDisk()
	batch := func(n int) store.Feed { return store.Feed{Statuses: make([]store.Status, n)} }
	var posts sync.WaitGroup
	for _, n := range []int{1, mostInCommit + 5, mostInCommit - 1, 2} {
		posts.Go(func() {
			if err := q.record(t.Context(), batch(n)); err != nil {
				t.Error(err)
			}
		})
		if n == 1 {
			<-d.began
		}
	}
	q.waits(t, 3)
	close(d.held)
	posts.Wait()
	for _, c := range d.commits {
		if len(c) > mostInCommit && len(c) != mostInCommit+5 {
			t.Errorf("a commit of %d updates", len(c))
		}
	}
	if len(d.commits) != 4 {
		t.Errorf("%d commits, want 4", len(d.commits))
	}
}

func TestOneDeliveryThatCannotBeStoredCostsTheOthersNothing(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"bad", "broken"} {
		t.Run(bad, func(t *testing.T) {
			t.Parallel()
			d, q := newDisk()
			answers := map[string]chan error{}
			for _, wamid := range []string{"first", "one", bad, "two"} {
				answers[wamid] = make(chan error, 1)
				answer := answers[wamid]
				go func() { answer <- q.record(t.Context(), told(wamid)) }()
				if wamid == "first" {
					<-d.began
				}
			}
			q.waits(t, 3)
			close(d.held)
			for wamid, answer := range answers {
				if err := <-answer; (err != nil) != (wamid == bad) {
					t.Errorf("%s: %v", wamid, err)
				}
			}
			stored := slices.Concat(d.commits...)
			slices.Sort(stored)
			if !slices.Equal(stored, []string{"first", "one", "two"}) {
				t.Errorf("stored %v", stored)
			}
		})
	}
}

func TestWhoHangsUpTakesNobodyElseAlong(t *testing.T) {
	t.Parallel()
	d, q := newDisk()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	close(d.held)
	if err := q.record(ctx, told("gone")); err != nil || len(d.commits) != 1 {
		t.Errorf("record = %v, %d commits: it was signed and whole, so it is kept", err, len(d.commits))
	}
}
