package sandbox_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

func TestStatusesAreSignedAndCarryTheCallbackData(t *testing.T) {
	t.Parallel()
	e := newEar(t, "s3cret")
	d := newDesk(t, sandbox.Options{AppSecret: "s3cret", CallbackURL: e.url, Shares: perfect()})
	a := d.send(ana)
	d.drain()
	list := e.statuses()
	if got := words(list); got != "sent delivered read" {
		t.Fatalf("heard %q", got)
	}
	for _, st := range list {
		if st.ID != a.Messages[0].ID || st.Recipient != anaID || st.Callback != "delivery-of-"+ana || st.UserID == "" {
			t.Errorf("status %+v", st)
		}
		if priced := st.Pricing != nil; priced != (st.Status != "read") {
			t.Errorf("pricing of %s: %+v", st.Status, st.Pricing)
		}
	}
}

func TestRefusedWebhookIsSentAgain(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	e.deny = 2
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Shares: perfect()})
	d.send(ana)
	if err := d.Drain(t.Context()); err == nil {
		t.Error("a refused webhook was not reported")
	}
	// The second try comes at once and by itself, the third would come after a second.
	waitFor(t, func() bool { return d.Stats().Webhooks.Refused == 2 })
	d.drain()
	if got := words(e.statuses()); got != "sent delivered read" {
		t.Errorf("heard %q", got)
	}
	if hooks := d.Stats().Webhooks; hooks.Refused != 2 || hooks.Updates != 3 || hooks.Pending != 0 {
		t.Errorf("stats %+v", hooks)
	}
}

func TestSubscribeProvesTheCallbackFirst(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{Shares: perfect()})
	path := version + account + "/subscribed_apps"
	if a := d.call(http.MethodPost, path, `{"override_callback_uri":"`+e.url+`","verify_token":"wrong"}`); a.Error.Code == 0 {
		t.Errorf("wrong verify token: %s", a.raw)
	}
	if a := d.call(http.MethodPost, path, `{"override_callback_uri":"`+e.url+`","verify_token":"verify-me"}`); a.status != http.StatusOK {
		t.Fatalf("right verify token: %s", a.raw)
	}
	d.send(ana)
	d.drain()
	if got := words(e.statuses()); got != "sent delivered read" {
		t.Errorf("heard %q", got)
	}
}

func TestStatusesFollowTheScript(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		opt  sandbox.Options
		want string
	}{
		{"everybody reads", sandbox.Options{Shares: perfect()}, "sent delivered read"},
		{"nobody can be reached", sandbox.Options{Shares: &sandbox.Shares{Undeliverable: 1}}, "failed(131026)"},
		{"nobody is online", sandbox.Options{Shares: &sandbox.Shares{Offline: 1}}, "sent"},
		{"nobody reads", sandbox.Options{Shares: &sandbox.Shares{Unread: 1}}, "sent delivered"},
		{"no payment method", sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Unpaid: true}}}, "failed(131042)"},
		{"a scripted failure", sandbox.Options{Script: rules(sandbox.Rule{Do: sandbox.DoFail, Code: 131049})}, "failed(131049)"},
		{"scripted success", sandbox.Options{Shares: &sandbox.Shares{Undeliverable: 1}, Script: rules(sandbox.Rule{Do: sandbox.DoDeliver})}, "sent delivered read"},
		{"scripted unread", sandbox.Options{Shares: perfect(), Script: rules(sandbox.Rule{Do: sandbox.DoUnread})}, "sent delivered"},
		{"silence for one message", sandbox.Options{Shares: perfect(), Script: rules(sandbox.Rule{Do: sandbox.DoSilent})}, ""},
		{"silence for all", sandbox.Options{Shares: perfect(), Script: sandbox.Script{Webhooks: sandbox.Webhooks{Silent: true}}}, ""},
		{"doubled", sandbox.Options{Delays: instant(), Script: rules(sandbox.Rule{Do: sandbox.DoDouble})}, "sent delivered read sent delivered read"},
		{"all doubled", sandbox.Options{Delays: instant(), Shares: perfect(), Script: sandbox.Script{Webhooks: sandbox.Webhooks{Double: 1}}}, "sent delivered read sent delivered read"},
		{"reversed", sandbox.Options{Script: rules(sandbox.Rule{Do: sandbox.DoReverse})}, "read delivered sent"},
		{"all reversed", sandbox.Options{Shares: perfect(), Script: sandbox.Script{Webhooks: sandbox.Webhooks{Reverse: 1}}}, "read delivered sent"},
		{"held, then released", sandbox.Options{Shares: perfect(), Script: rules(sandbox.Rule{Do: sandbox.DoHeld})}, "sent delivered read"},
		{"held, then refused", sandbox.Options{Shares: perfect(), Script: rules(sandbox.Rule{Do: sandbox.DoHeld, Code: 132015})}, "failed(132015)"},
		{"after a lost answer too", sandbox.Options{Shares: perfect(), Script: rules(sandbox.Rule{Do: sandbox.DoGarbage})}, "sent delivered read"},
		{"none for a refused message", sandbox.Options{Shares: perfect(), Script: rules(sandbox.Rule{Code: 131000})}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			e := newEar(t, sandbox.DefaultAppSecret)
			tt.opt.CallbackURL = e.url
			d := newDesk(t, tt.opt)
			d.send(ana)
			d.drain()
			if got := words(e.statuses()); got != tt.want {
				t.Errorf("heard %q, want %q", got, tt.want)
			}
		})
	}
}

// instant tells statuses in the order they were planned and nothing else.
func instant() *sandbox.Delays { return new(sandbox.Delays{}) }

func TestReversedStatusesKeepTheTimeTheyHappenedAt(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	exactly := func(d time.Duration) sandbox.Span { return sandbox.Span{Min: d, Max: d} }
	d := newDesk(t, sandbox.Options{
		CallbackURL: e.url,
		Delays:      &sandbox.Delays{Sent: exactly(time.Second), Delivered: exactly(time.Second), Read: exactly(time.Second)},
		Script:      rules(sandbox.Rule{Do: sandbox.DoReverse}),
	})
	from := d.clock.Now().Unix()
	d.send(ana)
	d.clock.advance(time.Minute)
	d.drain()
	var got []string
	for _, st := range e.statuses() {
		at, err := strconv.ParseInt(st.Timestamp, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(st.Status, "+", at-from))
	}
	if want := []string{"read+3", "delivered+2", "sent+1"}; !slices.Equal(got, want) {
		t.Errorf("heard %v, want %v", got, want)
	}
}

func TestWebhooksNeverSpeakFromTheFuture(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Shares: perfect()})
	d.send(ana)
	d.drain()
	for _, st := range e.statuses() {
		if st.Timestamp != strconv.FormatInt(d.clock.Now().Unix(), 10) {
			t.Errorf("%s at %s", st.Status, st.Timestamp)
		}
	}
}

func TestEarlyStatusArrivesBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Script: rules(sandbox.Rule{Do: sandbox.DoEarly})})
	a := d.send(ana)
	list := e.statuses()
	if len(list) != 1 || list[0].Status != "sent" || list[0].ID != a.Messages[0].ID {
		t.Errorf("before the answer: %+v", list)
	}
	d.drain()
	if got := words(e.statuses()); got != "sent delivered read" {
		t.Errorf("in the end: %q", got)
	}
}

func TestHeldMessageSaysSo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Script: rules(sandbox.Rule{Do: sandbox.DoHeld})})
	a := d.send(ana)
	if a.status != http.StatusOK || a.Messages[0].Status != "held_for_quality_assessment" {
		t.Errorf("%s", a.raw)
	}
}

func TestWebhooksAreBatchedUpToTheBound(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{
		CallbackURL: e.url, Shares: perfect(), Script: sandbox.Script{Webhooks: sandbox.Webhooks{Batch: 7}},
	})
	for n := range 10 {
		d.send(person(n))
	}
	d.drain()
	if got := len(e.statuses()); got != 30 {
		t.Errorf("%d statuses", got)
	}
	if got := e.posts(); got != 5 {
		t.Errorf("%d POSTs for 30 updates of at most 7", got)
	}
}

func TestEnvelopeNamesAccountAndNumber(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Shares: perfect()})
	d.send(ana)
	d.drain()
	for _, entry := range e.got[0].Entry {
		for _, c := range entry.Changes {
			meta := c.Value.Metadata
			if entry.ID != account || c.Field != "messages" || meta.ID != number || meta.Display != "16045550199" {
				t.Errorf("entry %s, %s, %+v", entry.ID, c.Field, meta)
			}
		}
	}
}

func TestFailedStatusOfANumberCarriesNoScopedIDAndNoPrice(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Shares: &sandbox.Shares{Undeliverable: 1}})
	d.send(ana)
	d.drain()
	for _, st := range e.statuses() {
		if st.UserID != "" || st.Pricing != nil || st.Recipient != anaID {
			t.Errorf("status %+v", st)
		}
	}
}

func TestStatusOfAScopedIDHasNoNumber(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Shares: perfect()})
	body := strings.Replace(offer("x"), `"to":"x"`, `"recipient":"US.2041"`, 1)
	d.call(http.MethodPost, version+number+"/messages", body)
	d.drain()
	list := e.statuses()
	if len(list) != 3 {
		t.Fatalf("heard %q", words(list))
	}
	for _, st := range list {
		if st.UserID != "US.2041" || st.Recipient != "" {
			t.Errorf("status %+v", st)
		}
	}
}

func TestPersonAnswersByScript(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Script: rules(sandbox.Rule{To: []string{ana}, Do: sandbox.DoReply, Text: "STOP"})})
	d.send(ana)
	d.drain()
	if got := words(e.statuses()); got != "sent delivered" {
		t.Errorf("statuses %q", got)
	}
	messages := e.messages()
	if len(messages) != 1 || messages[0]["from"] != anaID || fmt.Sprint(messages[0]["text"]) != "map[body:STOP]" {
		t.Errorf("messages %v", messages)
	}
}

// A crowd is not all alike, and it is the same crowd every time.
func TestDefaultCrowdFailsAndReadsInBelievableParts(t *testing.T) {
	t.Parallel()
	run := func(seed uint64) (map[string]int, string) {
		e := newEar(t, sandbox.DefaultAppSecret)
		d := newDesk(t, sandbox.Options{CallbackURL: e.url, Seed: seed})
		for n := range 1000 {
			d.send(person(n))
		}
		d.drain()
		counts := make(map[string]int)
		var failed []string
		for _, st := range e.statuses() {
			counts[st.Status]++
			if st.Status == "failed" {
				failed = append(failed, st.Recipient)
			}
		}
		slices.Sort(failed)
		return counts, strings.Join(failed, " ")
	}
	counts, failed := run(0)
	for status, bounds := range map[string][2]int{"sent": {960, 995}, "delivered": {920, 980}, "read": {580, 740}, "failed": {5, 40}} {
		if n := counts[status]; n < bounds[0] || n > bounds[1] {
			t.Errorf("%d of 1000 %s, want %v", n, status, bounds)
		}
	}
	if _, again := run(0); again != failed {
		t.Error("another run fails others")
	}
	if _, other := run(1); other == failed {
		t.Error("another seed fails the same")
	}
}
