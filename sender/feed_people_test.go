package sender_test

import (
	"errors"
	"net/http/httptest"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/sender/webhook"
	"pregon/store"
	"pregon/store/storetest"
)

// listening connects the practice API's webhooks to the shop's receiver, which
// has a handle of its own, as another process would.
func (d *desk) listening(t *testing.T) {
	t.Helper()
	receiver := httptest.NewServer(webhook.New(d.reopen(t).Store, webhook.Config{
		AppSecret: sandbox.DefaultAppSecret, VerifyToken: "practice",
	}))
	t.Cleanup(receiver.Close)
	if err := d.sandbox.Subscribe(t.Context(), receiver.URL, "practice"); err != nil {
		t.Fatal(err)
	}
}

// until waits for something that the feed brings, at each change of the file.
func (d *desk) until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(10 * time.Second)
	defer deadline.Stop()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-deadline.C:
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func (d *desk) contact(t *testing.T, n int) store.Contact {
	t.Helper()
	c, err := d.Store.Contact(t.Context(), d.people[n])
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRequirement05AStopSentFromAPhoneMidBroadcastStopsItsCall(t *testing.T) {
	t.Parallel()
	acts := map[string]struct {
		act    func(s *sandbox.Server, from string) error
		reason store.Reason
	}{
		"a word": {func(s *sandbox.Server, from string) error { _, err := s.Receive(from, "¡Baja!"); return err }, store.ReasonWithdrawn},
		"a button": {func(s *sandbox.Server, from string) error {
			_, err := s.Tap(from, "STOP:1", "Stop promotions")
			return err
		}, store.ReasonWithdrawn},
		"the switch":    {func(s *sandbox.Server, from string) error { return s.Prefer(from, "stop") }, store.ReasonWithdrawn},
		"other words":   {func(s *sandbox.Server, from string) error { _, err := s.Receive(from, "no me interesa"); return err }, store.ReasonReview},
		"small talk":    {func(s *sandbox.Server, from string) error { _, err := s.Receive(from, "¿Hay churros?"); return err }, ""},
		"somebody else": {func(s *sandbox.Server, _ string) error { _, err := s.Receive("+16045559999", "STOP"); return err }, ""},
	}
	for name, test := range acts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, 8, sandbox.Options{})
			d.listening(t)
			id := d.Broadcast(t, everybody)
			e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 })
			phone := string(storetest.Phone(6))
			d.during(func(n int64) {
				if n != 2 {
					return
				}
				if err := test.act(d.sandbox, phone); err != nil {
					t.Error(err)
				}
				d.until(t, "the message", func() bool { return d.received(t, test.reason) })
			})
			untilDone(t, e, id)
			calls := 1
			if test.reason != "" {
				calls = 0
				excluded, err := d.Excluded(t.Context(), id)
				if err != nil || len(excluded) != 1 || excluded[0].Reason != string(test.reason) {
					t.Errorf("Excluded = %v, %v, want %s", excluded, err, test.reason)
				}
			}
			if n := d.sandbox.CallsTo(phone); n != calls {
				t.Errorf("called %d times, want %d", n, calls)
			}
			d.wantNobodyTwice(t)
		})
	}
}

// received reports whether what the sixth customer did is in the file.
func (d *desk) received(t *testing.T, reason store.Reason) bool {
	t.Helper()
	if reason == "" {
		return true
	}
	why := d.contact(t, 6).Verdict.Why
	return len(why) > 0 && why[0] == reason
}

func TestRequirement14StatusesTellWhichIdANumberHas(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 3, sandbox.Options{})
	d.listening(t)
	id := d.Broadcast(t, everybody)
	untilDone(t, d.engine(t, d.Shop, nil), id)
	d.until(t, "the statuses", func() bool { return d.contact(t, 0).UserID != "" && d.contact(t, 2).UserID != "" })
	// From now on the id alone is enough for a stop.
	c := d.contact(t, 1)
	d.until(t, "her id", func() bool { c = d.contact(t, 1); return c.UserID != "" })
	if _, err := d.sandbox.Receive(c.UserID, "STOP"); err != nil {
		t.Fatal(err)
	}
	d.until(t, "the stop", func() bool { return d.contact(t, 1).Standing.Consent == store.ConsentWithdrawn })
	if got := d.contact(t, 1); got.Standing.Saved != store.GradeSeenByStaff {
		t.Errorf("linking an id spoiled the attestation: %+v", got.Standing)
	}
}

// heardWhileSending has a broadcast hear news of Meta after its second call, and returns how it ended.
func heardWhileSending(t *testing.T, news store.Feed) (*desk, *sender.Engine, store.BroadcastID, sender.Ended) {
	t.Helper()
	d := newDesk(t, 6, sandbox.Options{})
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.InFlight = 1 })
	receiver := d.reopen(t)
	news.FromFile = true
	d.during(func(n int64) {
		if n != 2 {
			return
		}
		if err := receiver.RecordFeed(t.Context(), news); err != nil {
			t.Error(err)
		}
	})
	return d, e, id, run(t, e, id, asAna)
}

func TestTemplateNewsPauseARunningBroadcast(t *testing.T) {
	t.Parallel()
	d, _, _, ended := heardWhileSending(t, store.Feed{Templates: []store.TemplateNews{{Name: "offer", Language: "en", Status: "PAUSED"}}})
	if ended.State != store.BroadcastPaused || ended.Reason != "platform_template" {
		t.Errorf("ended %+v, want paused for the template", ended)
	}
	if n := d.calls.Load(); n > 3 {
		t.Errorf("%d calls, want it to stop at the next claim", n)
	}
	if template, err := d.Template(t.Context(), "offer", "en"); err != nil || template.Sendable() {
		t.Errorf("template %+v, %v", template, err)
	}
}

func TestAccountNewsPauseARunningBroadcast(t *testing.T) {
	t.Parallel()
	d, e, id, ended := heardWhileSending(t, store.Feed{
		Account: []store.AccountNews{{Kind: "account_update", Event: "DISABLED_UPDATE", BanState: "DISABLE"}},
	})
	if ended.State != store.BroadcastPaused || ended.Reason != "platform_account" {
		t.Errorf("ended %+v, want paused for the account", ended)
	}
	// And it does not go on while the account is stopped.
	before := d.calls.Load()
	var blocked *store.BlockedError
	if _, err := e.Run(t.Context(), id, asAna); !errors.As(err, &blocked) {
		t.Errorf("with a stopped account = %v, want blocked", err)
	}
	if n := d.calls.Load(); n != before {
		t.Errorf("%d calls after the account was stopped", n-before)
	}
}
