package sandbox

import (
	"container/heap"
	"time"
)

// update is one thing the callback will be told, or that will happen first
// and be told then.
type update struct {
	due time.Time // when to tell it
	at  time.Time // when it happened
	seq uint64

	rec    *record // a status of this message
	status string
	code   int
	change *change     // something ready to be told
	held   *assessment // ends in statuses
	reply  *utterance  // ends in an inbound message
	again  *parcel     // a POST the receiver did not take
	review bool        // a template handed in is decided about
	home   *state      // where it is pending; a Reset forgets it
}

// queue is a heap by due time.
type queue []*update

// Len implements [heap.Interface].
func (q *queue) Len() int { return len(*q) }

// Less implements [heap.Interface].
func (q *queue) Less(i, j int) bool {
	a, b := (*q)[i], (*q)[j]
	if a.due.Equal(b.due) {
		return a.seq < b.seq
	}
	return a.due.Before(b.due)
}

// Swap implements [heap.Interface].
func (q *queue) Swap(i, j int) { (*q)[i], (*q)[j] = (*q)[j], (*q)[i] }

// Push implements [heap.Interface].
func (q *queue) Push(x any) {
	if u, ok := x.(*update); ok {
		*q = append(*q, u)
	}
}

// Pop implements [heap.Interface].
func (q *queue) Pop() any {
	old := *q
	last := len(old) - 1
	u := old[last]
	old[last] = nil
	*q = old[:last]
	return u
}

// push needs s.mu. An update without a time is due now.
func (s *Server) push(u *update) {
	if u.due.IsZero() {
		u.due = s.opt.Now()
	}
	if u.at.IsZero() {
		u.at = u.due
	}
	st := s.state
	st.seq++
	u.seq = st.seq
	heap.Push(&st.pending, u)
	if st.pending[0] == u {
		select {
		case s.wake <- struct{}{}:
		default: // already told
		}
	}
}

// putBack needs s.mu. What was on its way during a Reset is forgotten.
func (s *Server) putBack(u *update) {
	if u.home == s.state {
		s.push(u)
	}
}

// maxBatch is Meta's bound on updates in one POST.
const maxBatch = 1000

// take removes the updates of one POST: those due, or any when all is set.
// Things that happen first (a held message released, a person answering)
// happen here and put their own updates into the queue.
func (s *Server) take(all bool) []*update {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.opt.Now()
	limit := s.opt.Script.Webhooks.Batch
	if limit == 0 {
		limit = 100
	}
	var batch []*update
	for st := s.state; len(st.pending) > 0 && len(batch) < limit; {
		head := st.pending[0]
		if !all && head.due.After(now) {
			break
		}
		if head.again != nil && len(batch) > 0 {
			break
		}
		heap.Pop(&st.pending)
		if head.at.After(now) {
			head.at = now // told early by Drain; nobody hears from the future
		}
		switch {
		case head.held != nil:
			s.assessed(head.held, head.due)
		case head.review:
			s.endReviews(head.due, all)
		case head.reply != nil:
			s.heard(head.reply)
		case head.again != nil:
			return []*update{head}
		default:
			batch = append(batch, head)
		}
	}
	return batch
}
