package sender

import (
	"sync"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store"
)

// WaitReason is why nobody is called at the moment.
type WaitReason string

// The reasons. Hours and limit may last for hours; the others pass.
const (
	WaitRate     WaitReason = "rate"
	WaitLimit    WaitReason = "messaging_limit"
	WaitHours    WaitReason = "quiet_hours"
	WaitNetwork  WaitReason = "network"
	WaitPlatform WaitReason = "platform" // Meta asked for some minutes
	WaitWarmUp   WaitReason = "warm_up"  // slow at first; nobody waits for long
	WaitRetry    WaitReason = "retry"    // all that is left is tried again later
	// WaitTheirHours is night or a closed day where all live who are left, and
	// WaitNoHours where it always is while the shop is open.
	WaitTheirHours WaitReason = "recipient_hours"
	WaitNoHours    WaitReason = "no_common_hours"
)

// WaitReasons lists the reasons.
func WaitReasons() []WaitReason {
	return []WaitReason{
		WaitRate, WaitLimit, WaitHours, WaitNetwork, WaitPlatform, WaitWarmUp, WaitRetry, WaitTheirHours, WaitNoHours,
	}
}

// Wait says why nobody is called, and until when: zero when nobody can tell.
// The zero Wait is none.
type Wait struct {
	Reason WaitReason
	Until  time.Time
}

// Long reports whether it is a wait that a command does not sit out unasked.
func (w Wait) Long() bool {
	switch w.Reason {
	case WaitLimit, WaitHours, WaitTheirHours, WaitNoHours:
		return true
	case WaitRate, WaitNetwork, WaitPlatform, WaitRetry, WaitWarmUp:
	}
	return false
}

// With a cap, claims are fetched for grantSpan at a time, so that calls share
// the cost of a commit, and lie ready for readySpan at most, so that a
// withdrawal is heard.
const (
	grantSpan = 100 * time.Millisecond
	readySpan = 200 * time.Millisecond
)

// limiter holds every limit of the number, for all broadcasts of the engine.
type limiter struct {
	mu      sync.Mutex
	pace    *pace
	offline int  // rounds without a connection, in a row
	trying  bool // somebody is being called to see whether that is over
	cool    Wait

	limit      int // of people in a rolling day, 0 without
	people     int // that may still be messaged in this rolling day; -1: no limit
	peopleAt   time.Time
	peopleNext time.Time // when the oldest of them leaves the day
}

// setRate gives the number another pace; 0 is no cap. What went out in the last
// second still counts.
func (l *limiter) setRate(perSecond int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	next := newPace(perSecond)
	if l.pace != nil {
		if l.pace.full == next.full {
			return
		}
		next.moments, next.warming = l.pace.moments, l.pace.warming
	}
	l.pace = next
}

// warm begins or ends the slow start.
func (l *limiter) warm(warming bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pace.warming = warming
}

// slower says why the pace is lower than the number's own: WaitWarmUp, WaitRate or "".
func (l *limiter) slower() WaitReason {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.pace.limit < l.pace.full:
		return WaitRate
	case l.pace.rate() < l.pace.full:
		return WaitWarmUp
	}
	return ""
}

// ready is how many claims may lie ready with a cap; 0 without one.
func (l *limiter) ready() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pace.readyMost()
}

// moment is when the next call may be made.
func (l *limiter) moment(wall time.Time) time.Time {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pace.moment(wall)
}

// grant says how many of want may be claimed now or else why not, and until
// when; ready are claimed and not called yet. Nothing of both means that enough
// are ready.
func (l *limiter) grant(now time.Time, want, ready int, c conditions) (n int, wait Wait) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if wait := c.wait(now); wait.Reason != "" {
		return 0, wait
	}
	// Longer than anybody is put off, it is of a clock that has gone back since.
	if left := l.cool.Until.Sub(now); l.cool.Reason != "" && left > 0 && left <= store.LongestPutOff {
		return 0, l.cool
	}
	l.cool = Wait{}
	if l.people == 0 {
		return 0, Wait{WaitLimit, l.peopleNext}
	}
	if l.people > 0 {
		want = min(want, l.people)
	}
	if l.offline > 0 { // one is enough to see whether the line is back, and all that a kill meanwhile leaves unknown
		if l.trying {
			return 0, Wait{Reason: WaitNetwork}
		}
		want = min(want, 1)
	}
	if most := l.pace.readyMost(); most > 0 {
		if most-ready < max(int(l.pace.rate()*grantSpan.Seconds()), 1) {
			return 0, Wait{}
		}
		want = min(want, most-ready)
	}
	return want, Wait{}
}

// stale reports whether the people of the last day must be counted anew: now and
// then, when the limit is used up or another, and when it ends.
func (l *limiter) stale(now time.Time, limit int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	age := now.Sub(l.peopleAt)
	return l.limit != limit || age > peopleEvery || age < 0 || (l.people == 0 && !now.Before(l.peopleNext) && age >= time.Second)
}

// counted takes the number of people called in the last day, and when the first
// of these calls was.
func (l *limiter) counted(now time.Time, limit, used int, first time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.limit, l.peopleAt, l.people = limit, now, -1
	if limit > 0 {
		l.people, l.peopleNext = max(limit-used, 0), first.Add(24*time.Hour)
	}
}

// claimed counts people as called until they are counted again.
func (l *limiter) claimed(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.trying = l.trying || (n > 0 && l.offline > 0)
	if l.people > 0 && n > 0 {
		l.people = max(l.people-n, 0)
		if l.people == 0 {
			l.peopleAt = time.Time{} // who is left, and until when, only the rows can tell
		}
	}
}

// heard takes what an answer means for everybody. It returns whether the pace
// was lowered.
func (l *limiter) heard(d decision, now, wall time.Time, measured float64) (slowed bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, unspent := d.outcome.(store.Unspent)
	l.trying = false
	switch {
	case unspent:
	case d.why == WaitNetwork:
		if l.cool.Reason != WaitNetwork || !now.Before(l.cool.Until) { // else of the same round
			l.offline++
			l.cool = Wait{WaitNetwork, now.Add(backoffs[cloudapi.Offline].delay(l.offline, 0))}
		}
	default:
		l.offline = 0
		if until := now.Add(d.cool); d.cool > 0 && until.After(l.cool.Until) {
			l.cool = Wait{d.why, until}
		}
	}
	return d.slow && l.pace.slow(wall, measured)
}

// conditions are what the shop's own rules say of calling now.
type conditions struct {
	hours    store.Hours
	location *time.Location
	allHours bool // a practice shop and its sandbox
}

func (c conditions) wait(now time.Time) Wait {
	if c.allHours {
		return Wait{}
	}
	if open, next := c.hours.Next(now.In(c.location)); !open {
		return Wait{WaitHours, next.UTC()}
	}
	return Wait{}
}
