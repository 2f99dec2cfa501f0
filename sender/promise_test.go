package sender_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

func TestABroadcastReachesEverybodyOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 60, sandbox.Options{})
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, nil)
	if ended := run(t, e, id, asAna); ended.State != store.BroadcastDone {
		t.Fatalf("ended %+v", ended)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 60})
	if stats := d.sandbox.Stats(); stats.Accepted != 60 || stats.Repeats != 0 || stats.PeakInFlight > 16 {
		t.Errorf("the server saw %+v", stats)
	}
	for _, call := range d.sandbox.Calls() {
		if call.CallbackData == "" || len(call.Params) != 1 {
			t.Fatalf("call %+v lacks its delivery's id or the person's words", call)
		}
	}
	if again := run(t, e, id, asAna); again.State != store.BroadcastDone || d.sandbox.Stats().Accepted != 60 {
		t.Errorf("running a finished broadcast again: %+v, %d calls", again, d.sandbox.Stats().Accepted)
	}
}

func TestRequirement05OptOutMidBroadcastStopsNextCall(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 12, sandbox.Options{})
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 })
	counter := d.reopen(t)
	d.during(func(n int64) {
		if n != 4 {
			return
		}
		// While the fourth call is under way, the fifth customer withdraws.
		if _, err := counter.RecordOptOut(t.Context(), store.OptOut{Contact: d.people[4], Staff: "Marta"}); err != nil {
			t.Error(err)
		}
	})
	untilDone(t, e, id)
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 11, store.DeliveryExcluded: 1})
	if n := d.sandbox.CallsTo(string(storetest.Phone(4))); n != 0 {
		t.Errorf("who withdrew was called %d times", n)
	}
	excluded, err := d.Excluded(t.Context(), id)
	if err != nil || len(excluded) != 1 || excluded[0].Reason != "withdrawn" {
		t.Errorf("Excluded = %v, %v, want the withdrawal", excluded, err)
	}
}

// TestRequirement06TheAPIIsCalledForNobodyElse walks consent, saved number, the platform's word and the suppression list
// through a whole broadcast, and compares the calls that came in with the rule.
func TestRequirement06TheAPIIsCalledForNobodyElse(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 0, sandbox.Options{})
	n := 0
	want := map[string]bool{}
	for _, consent := range []string{"none", "asked", "given", "confirmed", "refused", "withdrawn"} {
		for _, grade := range []store.Grade{"", store.GradeTold, store.GradeSaysSaved, store.GradeSeenByStaff, store.GradeSelfWritten, store.GradeInvalid} {
			for _, platform := range []string{"", "stopped", "unreachable"} {
				for _, listed := range []string{"", "erased", "suppressed"} {
					n++
					d.stand(t, n, consent, grade, platform, listed)
					agreed, saved := consent == "given" || consent == "confirmed", grade != "" && grade != store.GradeTold && grade != store.GradeInvalid
					if agreed && saved && platform == "" && listed == "" {
						want[string(storetest.Phone(n))[1:]] = true
					}
				}
			}
		}
	}
	if len(want) != 2*3 {
		t.Fatalf("%d may be called, and the rule says 6", len(want))
	}
	d.Customer(t, n+1)
	want[string(storetest.Phone(n + 1))[1:]] = true
	id := d.Broadcast(t, "added:<30d")
	if ended := run(t, d.engine(t, d.Shop, nil), id, asAna); ended.State != store.BroadcastDone {
		t.Fatalf("ended %+v", ended)
	}
	for _, call := range d.sandbox.Calls() {
		if !want[strings.TrimPrefix(call.To, "+")] {
			t.Errorf("the API was called for %s", call.To)
		}
		delete(want, strings.TrimPrefix(call.To, "+"))
	}
	for number := range want {
		t.Errorf("%s may be called and was not", number)
	}
}

// stand puts the contact with number n where its consent, saved number, platform and suppression are to stand.
func (d *desk) stand(t *testing.T, n int, consent string, grade store.Grade, platform, listed string) {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	id := d.Contact(t, n)
	var err error
	switch consent {
	case "asked":
		_, err = d.RecordAsked(ctx, store.Asked{Contact: id, Staff: "Marta"})
	case "given", "confirmed", "withdrawn":
		d.OptIn(t, id)
	case "refused":
		_, err = d.RecordRefusal(ctx, id, "Marta", "")
	}
	must(err)
	if consent == "confirmed" {
		in := storetest.OptIn(id)
		in.Confirmed, in.Method, in.Evidence = true, store.MethodInbound, "wamid.1"
		_, err = d.RecordOptIn(ctx, in)
		must(err)
	}
	switch grade {
	case "":
	case store.GradeInvalid:
		d.Saved(t, id)
		_, err = d.RevokeSavedNumber(ctx, id, "Marta", "asked who we are")
	default:
		_, err = d.RecordSavedNumber(ctx, store.SavedNumber{Contact: id, Grade: grade, Staff: "Marta"})
	}
	must(err)
	if consent == "withdrawn" {
		_, err = d.RecordOptOut(ctx, store.OptOut{Contact: id})
		must(err)
	}
	if platform != "" {
		must(d.RecordPlatform(ctx, store.PlatformEvent{Contact: id, Type: platform}))
	}
	switch listed {
	case "erased":
		must(d.Erase(ctx, id, "Ana"))
	case "suppressed": // who was erased under WhatsApp's id turns out to be her
		twin, err := d.AddContact(ctx, store.NewContact{UserID: fmt.Sprint("CA.", n), Source: "QR"})
		must(err)
		must(d.Erase(ctx, twin.ID, "Ana"))
		must(d.RecordFeed(ctx, store.Feed{FromFile: true, Identities: []store.Identity{{Phone: storetest.Phone(n), UserID: twin.UserID}}}))
	}
}

func TestTimeoutAfterWritingIsUnknownAndNeverResent(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 5, sandbox.Options{})
	d.script(t, `[{"nth":[3],"do":"slow","delay":"3s"}]`)
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.Timeout = 300 * time.Millisecond })
	untilDone(t, e, id)
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 4, store.DeliveryUnknown: 1})
	list, err := d.Deliveries(t.Context(), id, store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryUnknown}})
	if err != nil || len(list) != 1 || list[0].Reason != "timeout" {
		t.Errorf("unknown = %+v, %v, want the timeout as its reason", list, err)
	}
	if stats := d.sandbox.Stats(); stats.Accepted != 5 || stats.Repeats != 0 {
		t.Errorf("the server saw %+v, want each once", stats)
	}
}

func TestConnectionRefusedBeforeWritingIsRetried(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 8, sandbox.Options{})
	line := newLine(t, d.url)
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.BaseURL = line.url })
	line.cut()
	if err := e.Start(t.Context(), id, asAna.Start); err != nil {
		t.Fatal(err)
	}
	p := await(t, e, id, func(p sender.Progress) bool { return p.Wait.Reason == sender.WaitNetwork })
	if p.State != store.BroadcastSending {
		t.Errorf("state %s without a line, want sending", p.State)
	}
	line.mend(t)
	await(t, e, id, func(p sender.Progress) bool { return !p.Running })
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 8})
	d.wantNobodyTwice(t)
}

func TestNobodyTwiceUnderFaults(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 300, sandbox.Options{})
	d.script(t, `[{"share":0.02,"do":"reset_after","times":9},{"share":0.02,"do":"reset_before"},{"share":0.02,"do":"half"},
		{"share":0.02,"http":500},{"share":0.02,"http":500,"accepted":true},{"share":0.02,"do":"garbage"},{"share":0.02,"do":"html"},
		{"every":11,"code":130429,"times":3},{"every":13,"http":429,"times":2},{"every":17,"code":131000,"times":9},
		{"every":19,"code":131056,"times":4},{"share":0.02,"code":131026},{"share":0.01,"do":"error_in_ok","code":131000}]`)
	id := d.Broadcast(t, everybody)
	untilDone(t, d.engine(t, d.Shop, nil), id)
	counts := d.Counts(t.Context(), t, id)
	accepted := counts[store.DeliveryAccepted]
	if counts.Audience() != 300 || accepted+counts[store.DeliveryUnknown]+counts[store.DeliveryFailed] != 300 || accepted < 220 {
		t.Errorf("counts = %v, want all of 300 at their end", counts)
	}
	if stats := d.sandbox.Stats(); stats.Repeats != 0 || stats.Accepted < accepted || stats.Accepted > accepted+counts[store.DeliveryUnknown] {
		t.Errorf("the server took %d with %d repeats, the shop counts %v", stats.Accepted, stats.Repeats, counts)
	}
	d.wantNobodyTwice(t)
}

func TestARefusedTokenLeavesEverybodyQueued(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 40, sandbox.Options{})
	d.script(t, `[{"from":1,"code":190,"subcode":463,"times":40}]`)
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, nil)
	ended := run(t, e, id, asAna)
	if ended.State != store.BroadcastPaused || ended.Reason != "platform_token" || ended.Code != 190 {
		t.Fatalf("ended %+v, want paused for the token", ended)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryQueued: 40})
	if p, _ := e.Snapshot(id); p.Problem != "platform_token" || p.Code != 190 || p.Running {
		t.Errorf("snapshot %+v does not tell the problem", p)
	}
	d.script(t, `[]`)
	untilDone(t, e, id)
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 40})
}

func TestAPausedTemplateStopsAndIsRemembered(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 10, sandbox.Options{})
	d.script(t, `[{"from":4,"code":132015}]`)
	id := d.Broadcast(t, everybody)
	ended := run(t, d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 }), id, asAna)
	if ended.State != store.BroadcastPaused || ended.Reason != "platform_template" || ended.Code != 132015 {
		t.Fatalf("ended %+v", ended)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 3, store.DeliveryQueued: 7})
	if template, err := d.Template(t.Context(), "offer", "en"); err != nil || template.Sendable() {
		t.Errorf("template %+v, %v, want it not sendable", template, err)
	}
}

func TestStoppedAtWhatsAppWithdraws(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 3, sandbox.Options{})
	if err := d.sandbox.Prefer(string(storetest.Phone(1)), "stop"); err != nil {
		t.Fatal(err)
	}
	id := d.Broadcast(t, everybody)
	untilDone(t, d.engine(t, d.Shop, nil), id)
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 2, store.DeliveryFailed: 1})
	c, err := d.Store.Contact(t.Context(), d.people[1])
	if err != nil || c.Standing.Consent != store.ConsentWithdrawn || c.Standing.Platform != store.PlatformStopped {
		t.Errorf("standing %+v, %v, want withdrawn in the same settlement", c.Standing, err)
	}
}

func TestTooManyFailuresStopTheBroadcast(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 120, sandbox.Options{})
	d.script(t, `[{"every":5,"code":132005}]`)
	id := d.Broadcast(t, everybody)
	ended := run(t, d.engine(t, d.Shop, nil), id, asAna)
	if ended.State != store.BroadcastPaused || ended.Reason != sender.ReasonFailures {
		t.Fatalf("ended %+v, want paused by the breaker", ended)
	}
	if counts := d.Counts(t.Context(), t, id); counts[store.DeliveryQueued] == 0 {
		t.Errorf("counts = %v: it went on to the end", counts)
	}
}

func TestPersonalFailuresDoNotStopTheBroadcast(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 120, sandbox.Options{})
	d.script(t, `[{"every":2,"code":131026}]`)
	id := d.Broadcast(t, everybody)
	if ended := run(t, d.engine(t, d.Shop, nil), id, asAna); ended.State != store.BroadcastDone {
		t.Errorf("ended %+v, want done", ended)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 60, store.DeliveryFailed: 60})
}

func TestPauseAndCancelReachARunInAnotherProcess(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		act  func(context.Context, *storetest.Shop, store.BroadcastID) error
		want store.BroadcastState
		left store.DeliveryState
	}{
		{"pause", func(ctx context.Context, s *storetest.Shop, id store.BroadcastID) error {
			return s.PauseBroadcast(ctx, id, "Marta")
		}, store.BroadcastPaused, store.DeliveryQueued},
		{"cancel", func(ctx context.Context, s *storetest.Shop, id store.BroadcastID) error {
			return s.CancelBroadcast(ctx, id, "Marta")
		}, store.BroadcastCancelled, store.DeliveryCancelled},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 30, sandbox.Options{Latency: 10 * time.Millisecond})
			id := d.Broadcast(t, everybody)
			slow := 2 // so that it mostly waits
			e := d.engine(t, d.Shop, func(c *sender.Config) { c.Rate = &slow })
			if err := e.Start(t.Context(), id, asAna.Start); err != nil {
				t.Fatal(err)
			}
			await(t, e, id, func(sender.Progress) bool { return d.calls.Load() > 0 })
			if err := test.act(t.Context(), d.reopen(t), id); err != nil {
				t.Fatal(err)
			}
			asked := d.calls.Load()
			p := await(t, e, id, func(p sender.Progress) bool { return !p.Running })
			// Counted in calls: a busy machine stretches the clock, not the pace.
			if more := int(d.calls.Load() - asked); more > slow {
				t.Errorf("%d calls after that, want those of a second at most", more)
			}
			calls := len(d.sandbox.Calls())
			if p.State != test.want || p.Counts[store.DeliverySending] != 0 || p.Counts[test.left] != 30-calls {
				t.Errorf("after %d calls: %s, %v", calls, p.State, p.Counts)
			}
		})
	}
}

func TestKilledBetweenClaimAndSettleIsNeverSentAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 20, sandbox.Options{})
	id := d.Broadcast(t, everybody)
	// A process that claimed, and then was no more: its file handle closes with it.
	dead := d.reopen(t)
	if _, err := dead.Outbox.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := dead.Outbox.Start(t.Context(), id, asAna.Start); err != nil {
		t.Fatal(err)
	}
	if claimed, err := dead.Outbox.Claim(t.Context(), id, 7); err != nil || len(claimed.Claims) != 7 {
		t.Fatalf("Claim = %+v, %v", claimed, err)
	}
	e := d.engine(t, d.Shop, nil)
	if err := e.Continue(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	p := await(t, e, id, func(p sender.Progress) bool { return p.Elsewhere })
	if calls := len(d.sandbox.Calls()); calls != 0 || p.Running {
		t.Errorf("%d calls beside the holder of the lock", calls)
	}
	if err := dead.Outbox.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	await(t, e, id, func(p sender.Progress) bool { return p.State == store.BroadcastDone && !p.Running })
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 13, store.DeliveryUnknown: 7})
	d.wantNobodyTwice(t)
}

func TestBrokenOffRunsAreSettledAndContinue(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 60, sandbox.Options{Latency: 20 * time.Millisecond})
	id := d.Broadcast(t, everybody)
	for round := range 3 {
		e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 4 })
		ctx, cancel := context.WithCancel(t.Context())
		d.during(func(n int64) {
			if n == int64(10*(round+1)) {
				cancel()
			}
		})
		ended, err := e.Run(ctx, id, asAna)
		if !errors.Is(err, context.Canceled) || ended.State != store.BroadcastSending {
			t.Fatalf("Run = %+v, %v, want it broken off", ended, err)
		}
		counts := d.Counts(t.Context(), t, id)
		if counts[store.DeliverySending] != 0 || counts[store.DeliveryUnknown] != 0 {
			t.Fatalf("counts = %v after the end, want every call settled", counts)
		}
		if held, err := d.Holder(t.Context()); held != nil || err != nil {
			t.Fatalf("the lock is held by %v, %v", held, err)
		}
	}
	untilDone(t, d.engine(t, d.Shop, nil), id)
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 60})
	d.wantNobodyTwice(t)
}
