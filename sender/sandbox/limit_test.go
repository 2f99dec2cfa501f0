package sandbox_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

func person(n int) string { return fmt.Sprintf("+1604555%04d", n) }

func TestThroughputAboveTheRateIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Rate: 10})
	for n := range 12 {
		a := d.send(person(n))
		if want := n < 10; (a.status == http.StatusOK) != want {
			t.Errorf("message %d in the same second: %s", n+1, a.raw)
		}
		if n >= 10 && (a.Error.Code != 130429 || a.Error.Details == "") {
			t.Errorf("refused with %s", a.raw)
		}
	}
	d.clock.advance(100 * time.Millisecond)
	if a := d.send(person(20)); a.status != http.StatusOK {
		t.Errorf("a tenth of a second later: %s", a.raw)
	}
	if a := d.send(person(21)); a.Error.Code != 130429 {
		t.Errorf("and one more: %s", a.raw)
	}
	if st := d.Stats(); st.Accepted != 11 || st.Refused[130429] != 3 {
		t.Errorf("stats %+v", st)
	}
}

func TestRefusedCallsUseUpThroughputToo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Rate: 2})
	for range 2 {
		d.call(http.MethodPost, version+number+"/messages", `{}`)
	}
	if a := d.call(http.MethodPost, version+number+"/messages", `{}`); a.Error.Code != 130429 {
		t.Errorf("third call: %s", a.raw)
	}
}

func TestPairLimitLendsABurstAndTakesItBack(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	for n := range 45 {
		if a := d.send(ana); a.status != http.StatusOK {
			t.Fatalf("message %d of the burst: %s", n+1, a.raw)
		}
	}
	if a := d.send(ana); a.Error.Code != 131056 {
		t.Errorf("the 46th: %s", a.raw)
	}
	if a := d.send(ben); a.status != http.StatusOK {
		t.Errorf("somebody else: %s", a.raw)
	}
	d.clock.advance(5 * time.Second)
	if a := d.send(ana); a.Error.Code != 131056 {
		t.Errorf("after 5 s: %s", a.raw)
	}
	d.clock.advance(time.Second)
	if a := d.send(ana); a.status != http.StatusOK {
		t.Errorf("after 6 s: %s", a.raw)
	}
	if a := d.send(ana); a.Error.Code != 131056 {
		t.Errorf("and at once again: %s", a.raw)
	}
}

func TestDailyLimitCountsDistinctPeopleOverARollingDay(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{DailyLimit: 2})
	accepted := func(to string) bool {
		a := d.send(to)
		if a.status != http.StatusOK && a.Error.Code != 131048 {
			t.Fatalf("%s: %s", to, a.raw)
		}
		return a.status == http.StatusOK
	}
	steps := []struct {
		name    string
		advance time.Duration
		to      string
		want    bool
	}{
		{"the first person", 0, person(1), true},
		{"the second", 0, person(2), true},
		{"the third is one too many", 0, person(3), false},
		{"a second message costs nothing", 20 * time.Hour, person(1), true},
		{"after 24 h the second is free again", 4 * time.Hour, person(3), true},
		{"but the first still counts by the later message", 0, person(2), false},
		{"until that one is a day old", 20 * time.Hour, person(2), true},
	}
	for _, step := range steps {
		d.clock.advance(step.advance)
		if got := accepted(step.to); got != step.want {
			t.Errorf("%s: accepted %v", step.name, got)
		}
	}
}

func TestPeopleWhoWroteDoNotCountAgainstTheDailyLimit(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{DailyLimit: 1})
	for n := range 3 {
		if _, err := d.Receive(person(n), "hello"); err != nil {
			t.Fatal(err)
		}
		if a := d.send(person(n)); a.status != http.StatusOK {
			t.Errorf("person %d: %s", n, a.raw)
		}
	}
	if got := d.Stats().Distinct24h; got != 0 {
		t.Errorf("%d people counted", got)
	}
	if a := d.send(person(9)); a.status != http.StatusOK {
		t.Errorf("a stranger: %s", a.raw)
	}
}

// A refusal by one limit must not be charged to another.
func TestRefusalByTheDailyLimitLeavesThePairLimitAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{DailyLimit: 1})
	d.send(ana)
	for range 50 {
		if a := d.send(ben); a.Error.Code != 131048 {
			t.Fatalf("above the limit: %s", a.raw)
		}
	}
	d.clock.advance(24 * time.Hour)
	if a := d.send(ben); a.status != http.StatusOK {
		t.Errorf("a day later: %s", a.raw)
	}
}
