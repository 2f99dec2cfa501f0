package sender_test

import (
	"fmt"
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
