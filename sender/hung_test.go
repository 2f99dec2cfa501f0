//go:build unix

package sender_test

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
)

// stopped is a process that was stopped in the middle of sending, without being
// dead, and an engine here that watches.
type stopped struct {
	*hunt
	victim *exec.Cmd
	pipe   *os.File
	engine *sender.Engine
	ended  chan sender.Ended
}

func newStopped(t *testing.T) *stopped {
	t.Helper()
	s := &stopped{hunt: newHunt(t, 7), ended: make(chan sender.Ended, 1)}
	s.clock.mu.Lock() // a heartbeat comes every five seconds of anybody's clock
	s.clock.begun, s.clock.speed = s.clock.begun.Add(-(crashSpeed-1)*time.Since(s.clock.begun)), 1
	s.clock.mu.Unlock()
	slow, err := sandbox.ParseScript([]byte(`{"rules":[{"do":"slow","delay":"60ms"}]}`))
	if err == nil {
		err = s.sandbox.SetScript(slow)
	}
	if err != nil {
		t.Fatal(err)
	}
	var to *os.File
	s.victim, s.pipe, to, _ = s.process(t.Context(), t, victim{Room: -1, Speed: 1})
	if err := s.victim.Start(); err != nil {
		t.Fatal(err)
	}
	_ = to.Close()
	t.Cleanup(func() {
		_ = s.victim.Process.Kill()
		_ = s.victim.Wait()
		_ = s.pipe.Close()
	})
	waitUntil(t, "it sends", func() bool { return len(s.sandbox.Calls()) >= 3 })
	s.signal(t, syscall.SIGSTOP)
	s.engine = s.desk.engine(t, s.Shop, nil)
	go func() {
		ended, err := s.engine.Run(t.Context(), s.id, asAna)
		if err != nil {
			t.Errorf("Run = %+v, %v", ended, err)
		}
		s.ended <- ended
	}()
	return s
}

func (s *stopped) signal(t *testing.T, sig syscall.Signal) {
	t.Helper()
	if err := s.victim.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
}

func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick, limit := time.NewTicker(10*time.Millisecond), time.After(30*time.Second)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

func (s *stopped) seen() sender.Progress {
	p, _ := s.engine.Snapshot(s.id)
	return p
}

// TestAStoppedProcessKeepsTheLockAndIsNamed: whoever waits for a process that hangs says for whom, and takes nothing away from it.
func TestAStoppedProcessKeepsTheLockAndIsNamed(t *testing.T) {
	t.Parallel()
	s := newStopped(t)
	waitUntil(t, "it is watched", func() bool { return s.seen().Elsewhere })
	if hung := s.seen().Hung; hung != nil {
		t.Errorf("%+v is called silent a moment after it was heard", hung)
	}
	s.clock.advance(time.Minute)
	waitUntil(t, "it is said that it is silent", func() bool { return s.seen().Hung != nil })
	hung := s.seen().Hung
	if hung.PID != s.victim.Process.Pid || hung.BeatAt.IsZero() || s.clock.Now().Sub(hung.BeatAt) < time.Minute {
		t.Errorf("Hung = %+v, want the process %d, silent for a minute", hung, s.victim.Process.Pid)
	}
	calls := len(s.sandbox.Calls())
	if p := s.seen(); !p.Elsewhere || p.Running || p.Counts[store.DeliveryUnknown] != 0 {
		t.Errorf("%+v, want nothing taken away from it", p)
	}
	s.signal(t, syscall.SIGKILL)
	ended := <-s.ended
	if ended.State != store.BroadcastDone || s.seen().Hung != nil {
		t.Errorf("%+v, %+v: want the one that waited to go on to the end", ended, s.seen())
	}
	if after := len(s.sandbox.Calls()); after <= calls {
		t.Errorf("%d calls, as before", after)
	}
	s.over(t)
}

// TestAStoppedProcessThatWakesGoesOn: nobody took its place meanwhile, so nobody gets it twice.
func TestAStoppedProcessThatWakesGoesOn(t *testing.T) {
	t.Parallel()
	s := newStopped(t)
	s.clock.advance(time.Minute)
	waitUntil(t, "it is said that it is silent", func() bool { return s.seen().Hung != nil })
	s.signal(t, syscall.SIGCONT)
	ended := <-s.ended
	if !ended.Elsewhere || ended.State != store.BroadcastDone {
		t.Errorf("%+v, want the other process to have sent to the end", ended)
	}
	if counts := s.Counts(t.Context(), t, s.id); counts[store.DeliveryUnknown] != 0 {
		t.Errorf("%v: some are unknown although nobody was killed", counts)
	}
	s.over(t)
}
