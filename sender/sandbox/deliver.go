package sandbox

import (
	"context"
	"fmt"
	"time"
)

// deliver tells the callback what is due until ctx ends.
func (s *Server) deliver(ctx context.Context) {
	for ctx.Err() == nil {
		var timer <-chan time.Time
		stop := func() bool { return true }
		if due, ok := s.next(); ok {
			t := time.NewTimer(max(due.Sub(s.opt.Now()), time.Millisecond))
			timer, stop = t.C, t.Stop
		}
		select {
		case <-ctx.Done():
		case <-s.wake:
		case <-timer:
		}
		stop()
		if _, err := s.flush(ctx, false); err != nil {
			return
		}
	}
}

func (s *Server) next() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.state.pending) == 0 {
		return time.Time{}, false
	}
	return s.state.pending[0].due, true
}

// Drain tells the callback everything that is pending now, however far off,
// and returns when it has been told. What the receiver does not take waits
// for its next try and is reported as an error.
func (s *Server) Drain(ctx context.Context) error {
	refused, err := s.flush(ctx, true)
	if err != nil {
		return fmt.Errorf("drain webhooks: %w", err)
	}
	if refused > 0 {
		return fmt.Errorf("drain webhooks: %d were not answered with 200", refused)
	}
	return nil
}

// flush posts batch after batch and returns how many were refused. Refused
// ones go back into the queue at the end, so that it ends.
func (s *Server) flush(ctx context.Context, all bool) (int, error) {
	select {
	case s.posting <- struct{}{}:
	case <-ctx.Done():
		return 0, fmt.Errorf("wait for webhooks: %w", ctx.Err())
	}
	defer func() { <-s.posting }()
	var refused []*update
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, u := range refused {
			s.putBack(u)
		}
	}()
	for ctx.Err() == nil {
		batch := s.take(all)
		if len(batch) == 0 {
			break
		}
		if again := s.post(ctx, batch); again != nil {
			refused = append(refused, again)
		}
	}
	if err := ctx.Err(); err != nil {
		return len(refused), fmt.Errorf("post webhooks: %w", err)
	}
	return len(refused), nil
}

// postNow tells one update before anything else happens.
func (s *Server) postNow(ctx context.Context, u *update) {
	select {
	case s.posting <- struct{}{}:
	case <-ctx.Done():
		return
	}
	again := s.post(ctx, []*update{u})
	<-s.posting
	if again != nil {
		s.mu.Lock()
		s.putBack(again)
		s.mu.Unlock()
	}
}
