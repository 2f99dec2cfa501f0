package sender

import (
	"math"
	"testing"
	"time"

	"pregon/store"
)

func TestPaceHalvesAndRecovers(t *testing.T) {
	t.Parallel()
	now := noon
	p := newPace(80)
	if !p.slow(now, 0) || p.limit != 40 {
		t.Fatalf("slowed to %v", p.limit)
	}
	if p.slow(now.Add(time.Second), 0) {
		t.Error("the calls that were too fast together slowed it twice")
	}
	for range 20 {
		now = now.Add(slowOnce)
		p.slow(now, 0)
	}
	if p.limit != 8 {
		t.Errorf("the slowest is %v, want a tenth", p.limit)
	}
	var steps int
	for ; p.limit < 80 && steps < 100; steps++ {
		now = now.Add(raiseEvery)
		before := p.limit
		p.raise(now)
		if p.limit > before+8 {
			t.Fatalf("from %v to %v in one step", before, p.limit)
		}
	}
	if steps != 9 {
		t.Errorf("back after %d steps, want 9", steps)
	}
}

func TestAnUncappedPaceGetsACapForAWhile(t *testing.T) {
	t.Parallel()
	p := newPace(0)
	if at := p.moment(noon); !at.Equal(noon) || p.capped() || p.readyMost() != 0 {
		t.Errorf("the moment is %s, want now", at)
	}
	p.slow(noon, 1000)
	if p.limit != 500 {
		t.Errorf("slowed to %v, want half of what was measured", p.limit)
	}
	now := noon
	for range 3 * 500 {
		now = p.moment(now)
	}
	if len(p.moments) > 1000 {
		t.Errorf("it remembers %d moments", len(p.moments))
	}
	for range raiseSteps {
		now = now.Add(raiseEvery)
		p.raise(now)
	}
	if p.capped() {
		t.Errorf("still capped at %v", p.limit)
	}
	if p.slow(now, 0); math.IsInf(p.limit, 1) || p.limit < tenUncapped {
		t.Errorf("with nothing measured it slowed to %v", p.limit)
	}
}

// TestNoSecondHasMoreThanTheCap drives the pace with callers that come late at random, and looks at every second.
func TestNoSecondHasMoreThanTheCap(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		perSecond int
		late      time.Duration
		every     int     // calls between two stalls
		least     float64 // of the cap
	}{
		{1, 0, 97, 0.99},
		{7, 5 * time.Millisecond, 97, 0.99},
		{80, 0, 97, 0.99},
		{80, 5 * time.Millisecond, 97, 0.99},
		{1000, 15 * time.Millisecond, 97, 0.99},
		{1000, 200 * time.Millisecond, 997, 0.8}, // a machine that stalls goes slower, never faster
	} {
		p := newPace(tt.perSecond)
		now := noon
		var moments []time.Time
		const span = 60 * time.Second
		for stall := 0; now.Before(noon.Add(span)); stall++ {
			if stall%tt.every == 0 {
				now = now.Add(tt.late)
			}
			if at := p.moment(now); at.After(now) {
				now = at
			}
			moments = append(moments, now)
		}
		for i := tt.perSecond; i < len(moments); i++ {
			if within := moments[i].Sub(moments[i-tt.perSecond]); within < time.Second {
				t.Fatalf("%d a second: %d calls within %s", tt.perSecond, tt.perSecond+1, within)
			}
		}
		if got := float64(len(moments)) / span.Seconds() / float64(tt.perSecond); got < tt.least {
			t.Errorf("%d a second with stalls of %s: %.3f of the cap", tt.perSecond, tt.late, got)
		}
	}
}

func TestCallsGoOutEvenly(t *testing.T) {
	t.Parallel()
	p := newPace(100)
	last := p.moment(noon)
	for range 50 {
		last = p.moment(last)
	}
	for range 300 {
		at := p.moment(last)
		if gap := at.Sub(last); gap < 9*time.Millisecond || gap > 13*time.Millisecond {
			t.Fatalf("%s between two calls at 100 a second", gap)
		}
		last = at
	}
}

func TestWarmingUpIsSlowerAndEnds(t *testing.T) {
	t.Parallel()
	l := &limiter{people: -1}
	l.setRate(80)
	l.warm(true)
	if l.slower() != WaitWarmUp || l.ready() != warmRate/5 {
		t.Errorf("slower because of %q, %d ready", l.slower(), l.ready())
	}
	if l.pace.slow(noon, 0); l.slower() != WaitRate {
		t.Errorf("slower because of %q, want the API's own word first", l.slower())
	}
	l.setRate(20) // a number beside the phone app is no slower than that
	if l.slower() != "" {
		t.Errorf("slower because of %q", l.slower())
	}
	l.setRate(80)
	l.warm(false)
	if l.slower() != "" {
		t.Errorf("slower because of %q", l.slower())
	}
}

func TestAnotherRunDoesNotForgetTheLastSecond(t *testing.T) {
	t.Parallel()
	l := &limiter{people: -1}
	l.setRate(10)
	now := noon
	for range 10 {
		now = l.moment(now)
	}
	for _, rate := range []int{10, 5} {
		l.setRate(rate)
		if at := l.moment(now); at.Sub(noon) < 900*time.Millisecond {
			t.Errorf("a run at %d begins %s after the first call of the last", rate, at.Sub(noon))
		}
	}
}

func TestGrantsAreWholeBatches(t *testing.T) {
	t.Parallel()
	l := &limiter{people: -1}
	l.setRate(80)
	open := conditions{allHours: true}
	for ready, want := range map[int]int{0: 16, 8: 8, 9: 0, 16: 0, 20: 0} {
		if n, wait := l.grant(noon, 256, ready, open); n != want || wait.Reason != "" {
			t.Errorf("with %d ready: granted %d, %+v, want %d", ready, n, wait, want)
		}
	}
	if n, _ := l.grant(noon, 3, 0, open); n != 3 {
		t.Errorf("granted %d of three slots", n)
	}
	l.setRate(0)
	if n, _ := l.grant(noon, 256, 100, open); n != 256 {
		t.Errorf("granted %d without a cap", n)
	}
}

func TestTheLateBreakerLooksAtWindows(t *testing.T) {
	t.Parallel()
	counts := func(accepted, failed int) store.Counts {
		return store.Counts{store.DeliveryAccepted: accepted, store.DeliveryFailed: failed, store.DeliveryQueued: 999, store.DeliveryExcluded: 5}
	}
	tally := func(code, n int) []store.Tally { return []store.Tally{{Code: code, Count: n}} }
	var b lateBreaker
	steps := []struct {
		name     string
		counts   store.Counts
		failures []store.Tally
		due      bool
		stop     bool
	}{
		{"the failures of before count for nothing", counts(50, 50), tally(131053, 50), true, false},
		{"fewer than a window", counts(80, 69), tally(131053, 69), false, false},
		{"a tenth exactly", counts(95, 55), tally(131053, 55), true, false},
		{"what says something of the person", counts(145, 80), []store.Tally{{Code: 131053, Count: 55}, {Code: 131049, Count: 25}}, true, false},
		{"too many", counts(190, 92), []store.Tally{{Code: 131053, Count: 67}, {Code: 131049, Count: 25}}, true, true},
	}
	for _, step := range steps {
		if due := b.due(step.counts); due != step.due {
			t.Errorf("%s: due %t", step.name, due)
		}
		if !step.due {
			continue
		}
		stop := b.heard(step.counts, step.failures)
		if (stop != nil) != step.stop || (stop != nil && stop.Code != 131053) {
			t.Errorf("%s: %+v", step.name, stop)
		}
	}
	b = lateBreaker{begun: true, done: 100_000}
	if b.due(counts(100_100, 0)) || !b.due(counts(105_000, 0)) {
		t.Error("the windows do not grow with what was sent")
	}
}
