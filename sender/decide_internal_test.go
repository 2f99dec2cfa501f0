package sender

import (
	"slices"
	"testing"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

var noon = time.Date(2026, time.November, 24, 12, 0, 0, 0, time.UTC)

func later(d time.Duration, code int) store.Later { return store.Later{At: noon.Add(d), Code: code} }

func TestEveryAnswerHasItsSettlement(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		answer  cloudapi.Answer
		attempt int
		want    store.Outcome
		stop    string
	}{
		{"accepted", cloudapi.Answer{Action: cloudapi.Accept, Wamid: "w", Held: true}, 1, store.Accepted{Wamid: "w", Held: true}, ""},
		{"had it before", cloudapi.Answer{Action: cloudapi.Done, Code: 1752041}, 2, store.Accepted{}, ""},
		{"claim not used", cloudapi.Answer{Action: cloudapi.Keep, Kept: true}, 1, store.Unspent{}, ""},
		{"lost", cloudapi.Answer{Action: cloudapi.Lose, Why: "timeout"}, 1, store.Unknown{Why: "timeout"}, ""},
		{"refused", cloudapi.Answer{Action: cloudapi.Fail, Code: 131026}, 1, store.Refused{Code: 131026}, ""},
		{"opted out", cloudapi.Answer{Action: cloudapi.OptOut, Code: 131050}, 1, store.OptedOut{Code: 131050}, ""},
		{"not an answer to a send", cloudapi.Answer{Action: cloudapi.Ignore, Code: 138000}, 1, store.Refused{Code: 138000}, ""},
		{"again, after the least time between two to one person", cloudapi.Answer{Action: cloudapi.Retry, Code: 131000}, 1, later(store.PairEvery, 131000), ""},
		{"again, the third time", cloudapi.Answer{Action: cloudapi.Retry, Code: 131000}, 3, later(8*time.Second, 131000), ""},
		{"again, too often", cloudapi.Answer{Action: cloudapi.Retry, Code: 131000}, 6, store.Refused{Code: 131000}, ""},
		{"again, then our bug", cloudapi.Answer{Action: cloudapi.Retry, Code: 1, Tries: 3, Reason: "platform_request"}, 3, later(0, 1), "platform_request"},
		{"too fast", cloudapi.Answer{Action: cloudapi.Slow, Code: 130429, After: 9 * time.Second}, 1, later(9*time.Second, 130429), ""},
		{"too fast for ever", cloudapi.Answer{Action: cloudapi.Slow, Code: 130429}, 15, later(0, 130429), "platform_rate"},
		{"too many to one person", cloudapi.Answer{Action: cloudapi.Pair, Code: 131056}, 3, later(64*time.Second, 131056), ""},
		{"maintenance", cloudapi.Answer{Action: cloudapi.Hold, Code: 134101, After: 10 * time.Minute}, 1, later(10*time.Minute, 134101), ""},
		{"no line, never given up", cloudapi.Answer{Action: cloudapi.Offline}, 99, later(30*time.Second, 0), ""},
		{"token", cloudapi.Answer{Action: cloudapi.Operator, Code: 190, Reason: "platform_token"}, 1, later(0, 190), "platform_token"},
		{"no token", cloudapi.Answer{Action: cloudapi.Operator, Reason: "platform_token", Kept: true}, 1, store.Unspent{}, "platform_token"},
		{"our bug", cloudapi.Answer{Action: cloudapi.Bug, Code: 132000, Reason: "platform_request"}, 1, later(0, 132000), "platform_request"},
		{"quality", cloudapi.Answer{Action: cloudapi.Pause, Code: 131048, Reason: "platform_quality"}, 1, later(0, 131048), "platform_quality"},
		{"yes and no at once", cloudapi.Answer{Action: cloudapi.Retry, Code: 131000, Doubtful: true}, 1, store.Unknown{Why: "bad_answer"}, ""},
		{"yes and a stop at once", cloudapi.Answer{Action: cloudapi.Operator, Code: 190, Reason: "platform_token", Doubtful: true}, 1, store.Unknown{Why: "bad_answer"}, "platform_token"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := decide(test.answer, test.attempt, noon, 0)
			if d.outcome != test.want {
				t.Errorf("outcome %#v, want %#v", d.outcome, test.want)
			}
			stop := ""
			if d.stop != nil {
				stop = d.stop.Reason
			}
			if stop != test.stop || (stop != "" && !slices.Contains(StopReasons(), stop)) {
				t.Errorf("stop %q, want %q and known", stop, test.stop)
			}
		})
	}
}

func TestJitterAddsUpToAHalf(t *testing.T) {
	t.Parallel()
	b := backoff{first: time.Second, most: 10 * time.Second, factor: 2}
	for attempt := range 2000 {
		if low, high := b.delay(attempt, 0), b.delay(attempt, 1); low < time.Second || high > 15*time.Second || high != low*3/2 {
			t.Fatalf("attempt %d: %s to %s", attempt, low, high)
		}
	}
}

func TestBreaker(t *testing.T) {
	t.Parallel()
	good := cloudapi.Answer{Action: cloudapi.Accept, Wamid: "w"}
	fail := func(code int) cloudapi.Answer { return cloudapi.Answer{Action: cloudapi.Fail, Code: code} }
	tests := []struct {
		name string
		// answer gives the n-th answer.
		answer func(n int) cloudapi.Answer
		want   string
	}{
		{"all well", func(int) cloudapi.Answer { return good }, ""},
		{"a tenth fails", func(n int) cloudapi.Answer { return pick(n%10 == 0, fail(132005), good) }, ""},
		{"more than a tenth", func(n int) cloudapi.Answer { return pick(n%8 == 0, fail(132005), good) }, ReasonFailures},
		{"many lost", func(n int) cloudapi.Answer {
			return pick(n%4 == 0, cloudapi.Answer{Action: cloudapi.Lose, Why: "timeout"}, good)
		}, ReasonFailures},
		{"personal ones do not count", func(n int) cloudapi.Answer { return fail(personal[n%len(personal)]) }, ""},
		{"some to try again", func(n int) cloudapi.Answer {
			return pick(n%3 == 0, cloudapi.Answer{Action: cloudapi.Retry, Code: 2}, good)
		}, ""},
		{"nearly all to try again", func(n int) cloudapi.Answer {
			return pick(n%9 != 0, cloudapi.Answer{Action: cloudapi.Retry, Code: 2}, good)
		}, ReasonFailures},
		{"too fast is not a failure", func(int) cloudapi.Answer { return cloudapi.Answer{Action: cloudapi.Slow, Code: 130429} }, ""},
		{"the same unknown code", func(int) cloudapi.Answer { return cloudapi.Answer{Action: cloudapi.Fail, Code: 7, Suspect: true} }, cloudapi.ReasonCode},
		{"an unknown code now and then", func(n int) cloudapi.Answer {
			return pick(n%20 == 0, cloudapi.Answer{Action: cloudapi.Fail, Code: 7, Suspect: true}, good)
		}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var b breaker
			got := ""
			for n := range 200 {
				answer := test.answer(n)
				if stop := b.heard(answer, decide(answer, 1, noon, 0).outcome); stop != nil {
					got = stop.Reason
					break
				}
			}
			if got != test.want {
				t.Errorf("stopped for %q, want %q", got, test.want)
			}
		})
	}
}

func pick[T any](yes bool, a, b T) T {
	if yes {
		return a
	}
	return b
}

func TestTheWaitWithoutALineGrowsAndEndsWithAnAnswer(t *testing.T) {
	t.Parallel()
	var l limiter
	l.setRate(0)
	l.counted(noon, 0, 0, time.Time{})
	open := conditions{allHours: true}
	offline := decide(cloudapi.Answer{Action: cloudapi.Offline}, 1, noon, 0)
	now := noon
	for round, want := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		for range 10 { // those in flight fail together
			l.heard(offline, now, now, 0)
		}
		if _, wait := l.grant(now, 5, 0, open); wait != (Wait{WaitNetwork, now.Add(want)}) {
			t.Fatalf("round %d: %+v, want %s", round, wait, want)
		}
		now = now.Add(want)
		if n, wait := l.grant(now, 5, 0, open); n != 1 {
			t.Fatalf("round %d: %d granted afterwards, %+v", round, n, wait)
		}
	}
	l.heard(decide(cloudapi.Answer{Action: cloudapi.Accept, Wamid: "w"}, 1, now, 0), now, now, 0)
	l.heard(offline, now, now, 0)
	if _, wait := l.grant(now, 5, 0, open); wait.Until.Sub(now) != time.Second {
		t.Errorf("after an answer it waits until %s, want a second again", wait.Until)
	}
}

func TestSpeedIsOfTheLastSeconds(t *testing.T) {
	t.Parallel()
	var s speed
	got := 0.0
	for i := range 100 {
		got = s.mark(noon.Add(time.Duration(i)*250*time.Millisecond), int64(min(i, 50)*10))
	}
	if got != 0 || len(s.marks) > 14 {
		t.Errorf("rate %v from %d marks long after the last answer, want 0 from few", got, len(s.marks))
	}
	s = speed{}
	for i := range 41 {
		got = s.mark(noon.Add(time.Duration(i)*250*time.Millisecond), int64(i*10))
	}
	if got != 40 {
		t.Errorf("rate %v, want 40", got)
	}
}
