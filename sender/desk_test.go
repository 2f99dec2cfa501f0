package sender_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

// everybody is who may be sent to.
const everybody = "sendable:yes"

// fastClock runs through a shop's day: so many seconds a second, from
// storetest.Start, a Tuesday at ten. Retries then take moments.
type fastClock struct {
	mu    sync.Mutex
	begun time.Time
	speed float64
	ahead time.Duration
}

func (c *fastClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return storetest.Start.Add(c.ahead + time.Duration(float64(time.Since(c.begun))*c.speed))
}

func (c *fastClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += d
}

// desk is a shop with customers, the practice Cloud API, and an engine.
type desk struct {
	*storetest.Shop
	clock   *fastClock
	sandbox *sandbox.Server
	url     string
	people  []store.ContactID

	calls  atomic.Int64
	lists  atomic.Int64 // of the templates
	onCall atomic.Pointer[func(n int64)]
}

// during has act run by the server while it answers each call, from the first.
func (d *desk) during(act func(n int64)) { d.onCall.Store(&act) }

func (d *desk) serve(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/message_templates") {
		d.lists.Add(1)
	}
	if r.Method == http.MethodPost {
		n := d.calls.Add(1)
		if act := d.onCall.Load(); act != nil {
			(*act)(n)
		}
	}
	d.sandbox.ServeHTTP(w, r)
}

func offer() sandbox.Template {
	return sandbox.Template{
		ID: "1", Name: "offer", Language: "en", Status: "APPROVED", Category: "MARKETING",
		Components: []sandbox.Component{{Type: "BODY", Text: "Hello {{1}}, bread is half price. Write STOP to leave."}},
	}
}

func newDesk(tb testing.TB, people int, opt sandbox.Options) *desk {
	tb.Helper()
	d := &desk{Shop: storetest.New(tb), clock: &fastClock{begun: time.Now(), speed: 40}}
	for n := range people {
		d.people = append(d.people, d.Customer(tb, n))
	}
	account := store.Account{Quality: "GREEN", Throughput: 80, Status: "CONNECTED"}
	if err := d.SaveAccount(tb.Context(), account); err != nil {
		tb.Fatal(err)
	}
	d.Shop = d.reopen(tb)
	if opt.Token = "practice"; opt.Templates == nil {
		opt.Templates = []sandbox.Template{offer()}
	}
	if opt.Shares == nil {
		opt.Shares = &sandbox.Shares{}
	}
	if opt.Clock == nil {
		opt.Clock = d.clock.Now
	}
	server, err := sandbox.New(opt)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := server.Close(); err != nil {
			tb.Error(err)
		}
	})
	d.sandbox = server
	front := httptest.NewServer(http.HandlerFunc(d.serve))
	tb.Cleanup(front.Close)
	d.url = front.URL
	return d
}

// reopen opens the shop file once more, as another process would.
func (d *desk) reopen(tb testing.TB) *storetest.Shop {
	tb.Helper()
	s, outbox, err := store.Open(tb.Context(), d.File, store.WithClock(d.clock.Now))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return &storetest.Shop{Store: s, Outbox: outbox, File: d.File}
}

// engine makes one over a handle of the shop file; edit changes its settings.
func (d *desk) engine(tb testing.TB, shop *storetest.Shop, edit func(*sender.Config)) *sender.Engine {
	tb.Helper()
	uncapped := 0
	config := sender.Config{
		BaseURL: d.url, Rate: &uncapped, InFlight: 16, Now: d.clock.Now, Timeout: 10 * time.Second,
		Token: func(context.Context) (string, error) { return "practice", nil },
	}
	if edit != nil {
		edit(&config)
	}
	e := sender.New(shop.Outbox, shop.Store, config)
	tb.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			tb.Error(err)
		}
	})
	return e
}

var asAna = sender.RunOptions{Start: store.Start{Staff: "Ana", WithoutFeed: true}}

// run runs a broadcast in the foreground until it ends.
func run(tb testing.TB, e *sender.Engine, id store.BroadcastID, opts sender.RunOptions) sender.Ended {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), time.Minute)
	defer cancel()
	ended, err := e.Run(ctx, id, opts)
	if err != nil {
		tb.Fatalf("Run = %+v, %v", ended, err)
	}
	return ended
}

// untilDone runs a broadcast again and again, as an owner would who resumes it.
func untilDone(tb testing.TB, e *sender.Engine, id store.BroadcastID) {
	tb.Helper()
	for range 50 {
		if run(tb, e, id, asAna).State == store.BroadcastDone {
			return
		}
	}
	tb.Fatal("the broadcast never ended")
}

// await looks at the snapshots until want holds.
func await(tb testing.TB, e *sender.Engine, id store.BroadcastID, want func(sender.Progress) bool) sender.Progress {
	tb.Helper()
	ctx, cancel := context.WithTimeout(tb.Context(), 20*time.Second)
	defer cancel()
	changed := e.Watch(ctx)
	for {
		p, _ := e.Snapshot(id)
		if want(p) {
			return p
		}
		select {
		case <-changed:
		case <-ctx.Done():
			tb.Fatalf("waited in vain; last %+v", p)
		}
	}
}

func wantCounts(tb testing.TB, got, want store.Counts) {
	tb.Helper()
	for state, n := range got {
		if n != want[state] {
			tb.Errorf("counts = %v, want %v", got, want)
			return
		}
	}
	if got.Audience() != want.Audience() {
		tb.Errorf("counts = %v, want %v", got, want)
	}
}

// wantNobodyTwice looks at the server's own log.
func (d *desk) wantNobodyTwice(tb testing.TB) {
	tb.Helper()
	seen := map[string]int{}
	for _, call := range d.sandbox.Calls() {
		seen[call.To]++
		if seen[call.To] > 1 {
			tb.Errorf("%s got %d messages", call.To, seen[call.To])
		}
	}
}

// script tells the sandbox how to fail.
func (d *desk) script(tb testing.TB, rules string) {
	tb.Helper()
	script, err := sandbox.ParseScript(fmt.Appendf(nil, `{"rules":%s}`, rules))
	if err == nil {
		err = d.sandbox.SetScript(script)
	}
	if err != nil {
		tb.Fatal(err)
	}
}

func wantErrorAs[T error](tb testing.TB, err error) T {
	tb.Helper()
	var as T
	if !errors.As(err, &as) {
		tb.Errorf("error %v (%T), want a %T", err, err, as)
	}
	return as
}
