package pace_test

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui/view"
	"pregon/ui/widget/pace"
)

func TestTenTimesASecondAndTheLastIsNeverLost(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	var waits []time.Duration
	env := &view.Env{
		Now: func() time.Time { return now },
		After: func(d time.Duration, msg func(time.Time) tea.Msg) tea.Cmd {
			waits = append(waits, d)
			return func() tea.Msg { return msg(now) }
		},
	}
	done := 0
	act := func() tea.Cmd { done++; return nil }
	p, other := pace.New(env, "me"), pace.New(env, "me")
	if cmd := p.Ask(act); cmd != nil || done != 1 {
		t.Fatalf("the first is not at once: %d", done)
	}
	now = now.Add(40 * time.Millisecond)
	tick := p.Ask(act)
	if again := p.Ask(act); tick == nil || again != nil || done != 1 {
		t.Fatalf("the second and third must become one tick, done %d", done)
	}
	if waits[0] != 60*time.Millisecond {
		t.Errorf("waits %v", waits[0])
	}
	msg, _ := tick().(pace.Wake)
	if msg.Recipient() != "me" || other.Woke(msg) || !p.Woke(msg) || p.Woke(msg) {
		t.Error("the tick must wake its pacer, once")
	}
	now = now.Add(-time.Hour)
	if cmd := p.Ask(act); cmd != nil || done != 2 {
		t.Error("a clock set back must not stop the screen")
	}
}
