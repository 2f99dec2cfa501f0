package sender_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
)

const (
	aDay  = 24 * time.Hour
	aYear = 364 * aDay // the same day of the week, so that the shop stays open
)

// TestClockThatJumpsSendsNobodyTwiceAndForgetsNobody moves the shop's clock in
// the middle of a broadcast in which people are being put off.
func TestClockThatJumpsSendsNobodyTwiceAndForgetsNobody(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{time.Minute, -time.Minute, aDay, -aDay, aYear, -aYear} {
		t.Run(fmt.Sprint(jump), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 60, sandbox.Options{})
			d.script(t, `[{"every":5,"code":131000,"times":6},{"every":7,"code":131056,"times":4},{"share":0.03,"do":"reset_after"}]`)
			id := d.Broadcast(t, everybody)
			d.during(func(n int64) {
				if n == 25 {
					d.clock.advance(jump)
				}
			})
			untilDone(t, d.engine(t, d.Shop, nil), id)
			counts := d.Counts(t.Context(), t, id)
			if counts[store.DeliveryAccepted]+counts[store.DeliveryUnknown] != 60 || counts[store.DeliveryAccepted] < 50 {
				t.Errorf("counts = %v, want everybody at an end", counts)
			}
			d.wantNobodyTwice(t)
		})
	}
}

// TestClockThatJumpsKeepsTheLimits sends a second broadcast to the same people
// after the clock went back: nobody gets two, and the day's limit still counts.
func TestClockThatJumpsKeepsTheLimits(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{-time.Hour, -aDay, -aYear, aDay} {
		t.Run(fmt.Sprint(jump), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 6, sandbox.Options{})
			first := d.Broadcast(t, everybody)
			untilDone(t, d.engine(t, d.Shop, nil), first)
			d.clock.advance(jump)
			second := d.Broadcast(t, everybody)
			e := d.engine(t, d.reopen(t), nil)
			if _, err := e.Run(t.Context(), second, asAna); err == nil {
				counts := d.Counts(t.Context(), t, second)
				if counts[store.DeliveryExcluded] != 6 {
					t.Errorf("counts = %v, want everybody left out", counts)
				}
			} else {
				_ = wantErrorAs[*store.BlockedError](t, err)
			}
			d.wantNobodyTwice(t)
		})
	}
}

// TestLimitUsedUpByAWrongYearIsNotUsedUpForAYear has the clock of the shop set
// right after a broadcast went out in a year to come.
func TestLimitUsedUpByAWrongYearIsNotUsedUpForAYear(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 8, sandbox.Options{})
	if err := d.SaveAccount(t.Context(), store.Account{MessagingLimit: 4, Throughput: 80, Status: "CONNECTED"}); err != nil {
		t.Fatal(err)
	}
	d.clock.advance(aYear)
	id := d.Broadcast(t, everybody)
	if ended := run(t, d.engine(t, d.Shop, nil), id, asAna); ended.Wait.Reason != sender.WaitLimit {
		t.Fatalf("ended %+v, want the limit used up", ended)
	}
	d.clock.advance(-aYear)
	if ended := run(t, d.engine(t, d.reopen(t), nil), id, asAna); ended.State != store.BroadcastDone {
		t.Errorf("ended %+v, want it done: nobody is left to wait for", ended)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 8})
	d.wantNobodyTwice(t)
}

// apart is a desk whose shop lives by another clock than the server: off by so much, and not told before the server
// answered so many times.
func apart(t *testing.T, people int, off time.Duration, untold int64) (d *desk, right *fastClock) {
	t.Helper()
	right = &fastClock{begun: time.Now(), speed: 40}
	var answers atomic.Int64
	d = newDesk(t, people, sandbox.Options{Clock: func() time.Time {
		if answers.Add(1) <= untold {
			return time.Time{}
		}
		return right.Now()
	}})
	d.clock.advance(off)
	return d, right
}

func wantClockWrong(t *testing.T, ended sender.Ended) {
	t.Helper()
	if ended.State != store.BroadcastPaused || ended.Reason != sender.ReasonClock {
		t.Errorf("ended %+v, want it paused because of the clock", ended)
	}
}

func TestNobodyIsCalledWhileTheClockIsWrong(t *testing.T) {
	t.Parallel()
	for off, wrong := range map[time.Duration]bool{
		-7 * aDay: true, -20 * time.Minute: true, 20 * time.Minute: true, aYear: true, 10 * time.Minute: false,
	} {
		t.Run(fmt.Sprint(off), func(t *testing.T) {
			t.Parallel()
			d, _ := apart(t, 6, off, 0)
			id := d.Broadcast(t, everybody)
			e := d.engine(t, d.Shop, nil)
			if wrong {
				wantClockWrong(t, run(t, e, id, asAna))
				wantClockWrong(t, run(t, e, id, asAna)) // who goes on without setting it is told again
				wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryQueued: 6})
				if n := d.calls.Load(); n != 0 {
					t.Errorf("%d calls were made", n)
				}
				d.clock.advance(-off)
			}
			untilDone(t, e, id)
			wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 6})
			d.wantNobodyTwice(t)
		})
	}
}

func TestAClockThatGoesWrongStopsABroadcastAtTheNextAnswer(t *testing.T) {
	t.Parallel()
	for _, jump := range []time.Duration{-7 * aDay, aDay} {
		t.Run(fmt.Sprint(jump), func(t *testing.T) {
			t.Parallel()
			d, _ := apart(t, 40, 0, 0)
			id := d.Broadcast(t, everybody)
			d.during(func(n int64) {
				if n == 5 {
					d.clock.advance(jump)
				}
			})
			e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 })
			wantClockWrong(t, run(t, e, id, asAna))
			if n := d.calls.Load(); n != 5 {
				t.Errorf("%d calls were made, want none after the answer that told it", n)
			}
			d.clock.advance(-jump)
			untilDone(t, e, id)
			wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 40})
			d.wantNobodyTwice(t)
		})
	}
}

// TestCallsOfAClockThatWasBehindAreDatedByTheServer has a server that does not tell its time before the first calls
// were made, a week behind; one of them is lost while others are answered.
func TestCallsOfAClockThatWasBehindAreDatedByTheServer(t *testing.T) {
	t.Parallel()
	d, right := apart(t, 60, -7*aDay, 1)
	d.script(t, `[{"nth":[1],"do":"reset_after","delay":"300ms"}]`)
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 4 })
	wantClockWrong(t, run(t, e, id, asAna))
	counts := d.Counts(t.Context(), t, id)
	if counts[store.DeliveryUnknown] != 1 || counts[store.DeliveryAccepted] == 0 || counts[store.DeliveryQueued] < 40 {
		t.Errorf("counts = %v, want one lost and few called", counts)
	}
	d.clock.advance(7 * aDay)
	list, err := d.Deliveries(t.Context(), id, store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryUnknown, store.DeliveryAccepted}})
	if err != nil {
		t.Fatal(err)
	}
	for _, delivery := range list {
		if ago := right.Now().Sub(delivery.AttemptedAt); ago > time.Hour {
			t.Errorf("a call that is %s looks %s old", delivery.State, ago)
		}
	}
}
