package sender

import (
	"slices"
	"testing"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

func TestOnlyWaitsOfHoursAreLong(t *testing.T) {
	t.Parallel()
	long := []WaitReason{WaitLimit, WaitHours, WaitTheirHours, WaitNoHours}
	for _, reason := range append(WaitReasons(), "") {
		if got := (Wait{Reason: reason}).Long(); got != slices.Contains(long, reason) {
			t.Errorf("%q is long: %v", reason, got)
		}
	}
}

func TestEveryAnswerThatIsTriedAgainHasItsWaits(t *testing.T) {
	t.Parallel()
	for _, action := range []cloudapi.Action{cloudapi.Retry, cloudapi.Slow, cloudapi.Pair, cloudapi.Offline, cloudapi.Hold} {
		b, known := backoffs[action]
		if !known || b.first <= 0 || b.most < b.first || b.factor < 1 {
			t.Errorf("%s: %+v", action, b)
		}
		last := time.Duration(0)
		for attempt := 1; attempt <= 20; attempt++ {
			wait := b.delay(attempt, 0)
			if wait < last || wait > b.most {
				t.Errorf("%s: attempt %d waits %s after %s", action, attempt, wait, last)
			}
			last = wait
		}
		if b.delay(0, 0) != b.first || b.delay(-1, 0) != b.first {
			t.Errorf("%s: before the first attempt it waits %s", action, b.delay(0, 0))
		}
	}
}

// Who got something, or may have, is not called again within six seconds.
func TestWhoWasAskedForIsNotCalledAgainAtOnce(t *testing.T) {
	t.Parallel()
	for _, action := range []cloudapi.Action{cloudapi.Retry, cloudapi.Slow, cloudapi.Pair, cloudapi.Hold} {
		later, ok := decide(cloudapi.Answer{Action: action}, 1, noon, 0).outcome.(store.Later)
		if !ok || later.At.Sub(noon) < store.PairEvery {
			t.Errorf("%s: %+v, want %s at least", action, later, store.PairEvery)
		}
	}
	later, ok := decide(cloudapi.Answer{Action: cloudapi.Offline}, 1, noon, 0).outcome.(store.Later)
	if !ok || later.At.Sub(noon) >= store.PairEvery {
		t.Errorf("a call that was never written: %+v", later)
	}
}

func TestWhatTheAPIAsksForIsWaitedHoweverLong(t *testing.T) {
	t.Parallel()
	for _, action := range []cloudapi.Action{cloudapi.Retry, cloudapi.Slow, cloudapi.Pair, cloudapi.Hold} {
		later, ok := decide(cloudapi.Answer{Action: action, After: time.Hour}, 1, noon, 1).outcome.(store.Later)
		if !ok || !later.At.Equal(noon.Add(time.Hour)) {
			t.Errorf("%s: %+v, want an hour", action, later)
		}
	}
}

func TestOnlyTooFastLowersThePaceAndOnlyMaintenanceHoldsAll(t *testing.T) {
	t.Parallel()
	tests := map[cloudapi.Action]struct {
		slow bool
		why  WaitReason
	}{
		cloudapi.Slow: {true, WaitRate}, cloudapi.Hold: {false, WaitPlatform}, cloudapi.Offline: {false, WaitNetwork},
		cloudapi.Retry: {}, cloudapi.Pair: {}, cloudapi.Fail: {}, cloudapi.OptOut: {}, cloudapi.Accept: {}, cloudapi.Lose: {},
	}
	for action, want := range tests {
		d := decide(cloudapi.Answer{Action: action, Wamid: "w"}, 1, noon, 0)
		if d.slow != want.slow || d.why != want.why {
			t.Errorf("%s: slow %v for %q, want %v for %q", action, d.slow, d.why, want.slow, want.why)
		}
	}
}

func TestTheBreakerForgetsARowThatIsBroken(t *testing.T) {
	t.Parallel()
	suspect := func(code int) cloudapi.Answer {
		return cloudapi.Answer{Action: cloudapi.Fail, Code: code, Suspect: true}
	}
	good := cloudapi.Answer{Action: cloudapi.Accept, Wamid: "w"}
	tests := []struct {
		name    string
		answers []cloudapi.Answer
		stops   bool
	}{
		{"four in a row", []cloudapi.Answer{suspect(7), suspect(7), suspect(7), suspect(7)}, false},
		{"five in a row", []cloudapi.Answer{suspect(7), suspect(7), suspect(7), suspect(7), suspect(7)}, true},
		{"a message between", []cloudapi.Answer{suspect(7), suspect(7), suspect(7), suspect(7), good, suspect(7)}, false},
		{"another code between", []cloudapi.Answer{suspect(7), suspect(7), suspect(7), suspect(7), suspect(8), suspect(7)}, false},
		{"no line between", []cloudapi.Answer{suspect(7), suspect(7), suspect(7), suspect(7), {Action: cloudapi.Offline}, suspect(7)}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var b breaker
			var stop *Stop
			for _, a := range tt.answers {
				if stopped := b.heard(a, decide(a, 1, noon, 0).outcome); stopped != nil {
					stop = stopped
				}
			}
			if (stop != nil) != tt.stops || stop != nil && (stop.Reason != cloudapi.ReasonCode || stop.Code != 7) {
				t.Errorf("stopped with %+v, want %v", stop, tt.stops)
			}
		})
	}
}

func TestAnAccountsPeopleAreCountedAnewWhenTheyMayHaveChanged(t *testing.T) {
	t.Parallel()
	var l limiter
	l.setRate(0)
	l.counted(noon, 10, 4, noon.Add(-time.Hour))
	tests := []struct {
		name  string
		after time.Duration
		limit int
		want  bool
	}{
		{"at once", 0, 10, false},
		{"as old as they may be", peopleEvery, 10, false},
		{"older", peopleEvery + 1, 10, true},
		{"another limit", 0, 20, true},
		{"a clock that has gone back", -1, 10, true},
	}
	for _, tt := range tests {
		if got := l.stale(noon.Add(tt.after), tt.limit); got != tt.want {
			t.Errorf("%s: stale %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestTheLimitIsGrantedToTheLastPersonAndSaysWhenItEnds(t *testing.T) {
	t.Parallel()
	var l limiter
	l.setRate(0)
	open := conditions{allHours: true}
	l.counted(noon, 10, 7, noon.Add(-time.Hour))
	if n, wait := l.grant(noon, 50, 0, open); n != 3 || wait != (Wait{}) {
		t.Errorf("%d granted of three, %+v", n, wait)
	}
	l.claimed(3)
	if n, wait := l.grant(noon, 50, 0, open); n != 0 || wait != (Wait{WaitLimit, noon.Add(23 * time.Hour)}) {
		t.Errorf("%d granted beyond the limit, %+v", n, wait)
	}
	if !l.stale(noon, 10) {
		t.Error("who is left after the last person is not counted anew")
	}
	l.counted(noon, 10, 12, noon) // more than the limit, which was lowered
	if n, wait := l.grant(noon, 50, 0, open); n != 0 || wait.Reason != WaitLimit {
		t.Errorf("%d granted below a lowered limit, %+v", n, wait)
	}
	l.counted(noon, 0, 5000, noon)
	if n, wait := l.grant(noon, 50, 0, open); n != 50 || wait != (Wait{}) {
		t.Errorf("%d granted without a limit, %+v", n, wait)
	}
}

func TestACoolingDownNeverOutlastsAClockThatWentBack(t *testing.T) {
	t.Parallel()
	var l limiter
	l.setRate(0)
	l.counted(noon, 0, 0, time.Time{})
	open := conditions{allHours: true}
	hold := decide(cloudapi.Answer{Action: cloudapi.Hold, Code: 134101, After: 10 * time.Minute}, 1, noon, 0)
	l.heard(hold, noon, noon, 0)
	if n, wait := l.grant(noon.Add(10*time.Minute-1), 5, 0, open); n != 0 || wait.Reason != WaitPlatform {
		t.Errorf("%d granted during maintenance, %+v", n, wait)
	}
	back := noon.Add(-store.LongestPutOff)
	if n, wait := l.grant(back, 5, 0, open); n != 5 || wait != (Wait{}) {
		t.Errorf("%d granted by a clock that went back, %+v", n, wait)
	}
}
