package sender_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
)

// halves tags the customers in two and returns a draft to each half.
func (d *desk) halves(tb testing.TB) (first, second store.BroadcastID) {
	tb.Helper()
	half := len(d.people) / 2
	for i, tag := range []string{"one", "two"} {
		if err := d.TagContacts(tb.Context(), d.people[i*half:(i+1)*half], []string{tag}, nil); err != nil {
			tb.Fatal(err)
		}
	}
	return d.Broadcast(tb, "tag:one"), d.Broadcast(tb, "tag:two")
}

// TestWhatIsTheAccountsTroubleStopsEveryBroadcast has one broadcast meet an error while another is under way.
func TestWhatIsTheAccountsTroubleStopsEveryBroadcast(t *testing.T) {
	t.Parallel()
	for code, reason := range map[int]string{
		190: "platform_token", 10: "platform_permission", 368: "platform_account", 131031: "platform_account",
		131042: "platform_payment", 133010: "platform_number", 131048: "platform_quality",
	} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 60, sandbox.Options{Latency: 30 * time.Millisecond})
			d.script(t, fmt.Sprintf(`[{"every":9,"code":%d}]`, code))
			first, second := d.halves(t)
			e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 2 })
			for _, id := range []store.BroadcastID{first, second} {
				if err := e.Start(t.Context(), id, asAna.Start); err != nil {
					t.Fatal(err)
				}
			}
			for _, id := range []store.BroadcastID{first, second} {
				p := await(t, e, id, func(p sender.Progress) bool { return p.State == store.BroadcastPaused && !p.Running })
				if p.Problem != reason || p.Code != code {
					t.Errorf("broadcast %d stopped for %q (%d), want %s", id, p.Problem, p.Code, reason)
				}
			}
			account, err := d.Account(t.Context())
			if err != nil || account.Stopped != reason {
				t.Errorf("the account is stopped for %q, %v, want %s", account.Stopped, err, reason)
			}
			d.wantNobodyTwice(t)
		})
	}
}

func TestWhatIsOneBroadcastsTroubleLeavesTheOthersAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 20, sandbox.Options{})
	d.script(t, `[{"nth":[1],"code":132000}]`) // our own mistake in one broadcast
	first, second := d.halves(t)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 })
	if ended := run(t, e, first, asAna); ended.State != store.BroadcastPaused || ended.Reason != "platform_request" {
		t.Fatalf("ended %+v", ended)
	}
	d.script(t, `[]`)
	if ended := run(t, e, second, asAna); ended.State != store.BroadcastDone {
		t.Errorf("the other ended %+v", ended)
	}
}

// TestAStoppedAccountStartsNothingUntilItReadsHealthy has a token that ends, and one that is mended.
func TestAStoppedAccountStartsNothingUntilItReadsHealthy(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 8, sandbox.Options{})
	first, second := d.halves(t)
	token := make(chan string, 1)
	token <- "old"
	e := d.engine(t, d.Shop, func(c *sender.Config) {
		c.Token = func(context.Context) (string, error) {
			now := <-token
			token <- now
			return now, nil
		}
	})
	if ended := run(t, e, first, asAna); ended.State != store.BroadcastPaused || ended.Reason != "platform_token" {
		t.Fatalf("ended %+v", ended)
	}
	calls := len(d.sandbox.Calls())
	_, err := e.Run(t.Context(), second, asAna)
	if blocked := wantErrorAs[*store.BlockedError](t, err); blocked != nil && !slices.Contains(blocked.Blockers, store.BlockerAccountStopped) {
		t.Errorf("blocked by %v", blocked.Blockers)
	}
	if n := len(d.sandbox.Calls()); n != calls {
		t.Errorf("%d calls while the account is stopped", n-calls)
	}
	<-token
	token <- "practice"
	for _, id := range []store.BroadcastID{second, first} { // each looks for itself whether it is over
		if ended := run(t, e, id, asAna); ended.State != store.BroadcastDone {
			t.Errorf("broadcast %d ended %+v once the token was mended", id, ended)
		}
	}
	wantCounts(t, d.Counts(t.Context(), t, first), store.Counts{store.DeliveryAccepted: 4})
	d.wantNobodyTwice(t)
}

func TestHealthClearsAStopOnlyWhenAllIsWell(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 2, sandbox.Options{PhoneNumberID: sandbox.DefaultPhoneNumberID, WABAID: sandbox.DefaultWABAID})
	ctx := t.Context()
	if err := d.Outbox.StopAccount(ctx, "platform_payment", 131042); err != nil {
		t.Fatal(err)
	}
	wrong := d.engine(t, d.Shop, func(c *sender.Config) {
		c.Token = func(context.Context) (string, error) { return "old", nil }
	})
	for _, step := range []struct {
		engine *sender.Engine
		want   string
	}{{wrong, "platform_payment"}, {d.engine(t, d.Shop, nil), ""}} {
		if _, err := step.engine.Health(ctx, sender.HealthOf{}); err != nil {
			t.Fatal(err)
		}
		if account, err := d.Account(ctx); err != nil || account.Stopped != step.want {
			t.Errorf("the account is stopped for %q, %v, want %q", account.Stopped, err, step.want)
		}
	}
}

func TestTooManyLateFailuresStopTheRest(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 400, sandbox.Options{Latency: 5 * time.Millisecond})
	id := d.Broadcast(t, everybody)
	rate := 150
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight, c.Rate = 4, &rate })
	feed := d.reopen(t)
	d.during(func(n int64) { // every third message fails after it was accepted
		if calls := d.sandbox.Calls(); n%3 == 0 && len(calls) > 2 {
			late := store.Status{PublicID: calls[len(calls)-2].CallbackData, State: store.DeliveryFailed, Code: 131053, At: d.clock.Now()}
			if err := feed.RecordFeed(t.Context(), store.Feed{FromFile: true, Statuses: []store.Status{late}}); err != nil {
				t.Error(err)
			}
		}
	})
	ended := run(t, e, id, asAna)
	if ended.State != store.BroadcastPaused || ended.Reason != sender.ReasonFailures {
		t.Errorf("ended %+v, want it stopped for its failures", ended)
	}
	if n := d.Counts(t.Context(), t, id)[store.DeliveryQueued]; n == 0 {
		t.Error("nobody was spared")
	}
}
