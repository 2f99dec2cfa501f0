package view

import (
	"context"
	"sync/atomic"

	tea "charm.land/bubbletea/v2"
)

// Work counts what runs behind the screens. The header spins while Running is not zero; the test driver
// also looks at Resting, commands that wait for something that may never come.
type Work struct{ running, resting atomic.Int64 }

// Running is the number of questions asked with Do and not yet answered.
func (w *Work) Running() int { return int(w.running.Load()) }

// Resting is the number of commands that wait for a clock or a signal.
func (w *Work) Resting() int { return int(w.resting.Load()) }

// Rest marks the calling command as waiting until the returned function is called.
func (w *Work) Rest() (done func()) {
	w.resting.Add(1)
	return func() { w.resting.Add(-1) }
}

// Latest numbers the questions of one query. Asking again cancels the question before, and only the answer
// to the last one counts. Views hold one Latest per query and one per write; the zero value is ready.
type Latest struct {
	seq     uint64
	waiting bool
	cancel  context.CancelFunc
}

// Waiting says that a question is open: a write that waits is off.
func (l *Latest) Waiting() bool { return l.waiting }

// Drop forgets the open question; its answer will be ignored.
func (l *Latest) Drop() {
	l.seq++
	l.waiting = false
	if l.cancel != nil {
		l.cancel()
	}
}

// Result is the answer to a question asked with Do.
type Result[T any] struct {
	To    ID
	Value T
	Err   error
	query *Latest
	seq   uint64
}

// Recipient is the view that asked.
func (r Result[T]) Recipient() ID { return r.To }

// Of reports whether r answers the last question of q, and closes that question.
func (r Result[T]) Of(q *Latest) bool {
	if r.query != q || r.seq != q.seq || !q.waiting {
		return false
	}
	q.waiting = false
	q.cancel()
	return true
}

// Do asks: work runs outside the screen and its answer comes to owner as a Result[T]. It is the one door
// for I/O. An earlier open question of q is cancelled and its answer dropped. Call it from Update or a
// handler, never from a command.
func Do[T any](env *Env, owner ID, q *Latest, work func(context.Context) (T, error)) tea.Cmd {
	q.Drop()
	ctx, cancel := context.WithCancel(env.Ctx)
	q.waiting, q.cancel = true, cancel
	seq := q.seq
	env.Work.running.Add(1)
	return func() tea.Msg {
		defer env.Work.running.Add(-1)
		value, err := work(ctx)
		return Result[T]{To: owner, Value: value, Err: err, query: q, seq: seq}
	}
}
