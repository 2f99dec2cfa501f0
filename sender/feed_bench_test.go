//go:build unix

package sender_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/sender/webhook"
	"pregon/store"
	"pregon/store/storetest"
)

// The figures of the feed's benchmark.
const (
	feedRate   = 1000 // messages a second, meanwhile
	feedSecret = "an-app-secret"
)

// feedPeople are told of, three times each, while feedSending are sent to.
func feedPeople() int  { return brief(8000) }
func feedSending() int { return brief(20_000) }

// BenchmarkFeed posts signed statuses to the receiver over loopback, each
// answered after it is durable, while the engine sends at its rate on the same
// file: how many updates a second, and how long the slowest hundredth waited.
func BenchmarkFeed(b *testing.B) {
	for _, tt := range []feedBench{{1, 64, false, true}, {1, 64, true, true}, {100, 8, false, true}, {100, 8, true, true}, {100, 8, false, false}} {
		b.Run(fmt.Sprintf("batch=%d/sending=%t/known=%t", tt.batch, tt.sending, tt.known), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				tt.run(b)
				b.StartTimer()
			}
		})
	}
}

// feedBench is one way of telling. Known says that the shop has the
// business-scoped ids of the people already, as after the first broadcast.
type feedBench struct {
	batch, clients int
	sending, known bool
}

func (f feedBench) run(b *testing.B) {
	b.Helper()
	batch, clients := f.batch, f.clients
	d := newDesk(b, 0, sandbox.Options{Rate: feedRate})
	d.Crowd(b, 0, feedPeople())
	if f.known {
		d.acquaint(b)
	}
	bodies := d.feedBodies(b, batch)
	receiver := httptest.NewServer(webhook.New(d.Store, webhook.Config{AppSecret: feedSecret, VerifyToken: "x"}))
	defer receiver.Close()
	if f.sending {
		d.Crowd(b, feedPeople(), feedSending())
		stop := d.keepSending(b)
		defer stop()
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, MaxConnsPerHost: clients}}
	defer client.CloseIdleConnections()
	took := make([]time.Duration, len(bodies))
	var next atomic.Int64
	var posts sync.WaitGroup
	begun, before, cpu := time.Now(), d.calls.Load(), cpuTime(b)
	for range clients {
		posts.Go(func() {
			for i := next.Add(1) - 1; int(i) < len(bodies); i = next.Add(1) - 1 {
				start := time.Now()
				if err := postFeed(b.Context(), client, receiver.URL, bodies[i]); err != nil {
					b.Error(err)
					return
				}
				took[i] = time.Since(start)
			}
		})
	}
	posts.Wait()
	all, burnt := time.Since(begun), cpuTime(b)-cpu
	slices.Sort(took)
	p99 := took[len(took)*99/100]
	updates := float64(3 * feedPeople())
	sent := float64(d.calls.Load()-before) / all.Seconds()
	each := float64(burnt.Microseconds()) / updates // of client, server and, meanwhile, the broadcast
	b.Logf("batches of %d: %.0f updates/s, median %v, p99 %v, %.0f µs of processor each, while %.0f messages/s", batch,
		updates/all.Seconds(), took[len(took)/2], p99, each, sent)
	b.ReportMetric(each, "cpu-µs/update")
	b.ReportMetric(updates/all.Seconds(), "updates/s")
	b.ReportMetric(float64(p99.Microseconds())/1000, "p99-ms")
	b.ReportMetric(sent, "sent/s")
	list, err := d.Deliveries(b.Context(), 1, store.DeliveryFilter{})
	if err != nil || len(list) == 0 {
		b.Fatalf("%d deliveries, %v", len(list), err)
	}
	for _, delivery := range list {
		if delivery.State != store.DeliveryRead {
			b.Fatalf("delivery %+v was not told to the end", delivery)
		}
	}
}

func scopedID(n int) string { return fmt.Sprintf("CA.%d", 20417763359018846+n) }

// acquaint tells which business-scoped ids the people have.
func (d *desk) acquaint(b *testing.B) {
	b.Helper()
	for n := 0; n < feedPeople(); n += 500 {
		var feed store.Feed
		for i := n; i < min(n+500, feedPeople()); i++ {
			feed.Identities = append(feed.Identities, store.Identity{Phone: storetest.Phone(i), UserID: scopedID(i)})
		}
		if err := d.RecordFeed(b.Context(), feed); err != nil {
			b.Fatal(err)
		}
	}
}

// feedBodies sends a broadcast to everybody and returns what Meta would tell of it.
func (d *desk) feedBodies(b *testing.B, batch int) [][]byte {
	b.Helper()
	ctx := b.Context()
	id := d.Started(b, everybody)
	var lists [3][]string
	for {
		claimed, err := d.Outbox.Claim(ctx, id, 500)
		if err != nil {
			b.Fatal(err)
		}
		if len(claimed.Claims) == 0 {
			break
		}
		results := make([]store.Result, len(claimed.Claims))
		for i, claim := range claimed.Claims {
			wamid := "wamid." + claim.PublicID()
			results[i] = store.Result{Claim: claim, Outcome: store.Accepted{Wamid: wamid}}
			for n, state := range []string{"sent", "delivered", "read"} {
				lists[n] = append(lists[n], fmt.Sprintf(`{"id":%q,"status":%q,"timestamp":"1790000%03d","recipient_id":%q,"recipient_user_id":%q,`+
					`"biz_opaque_callback_data":%q,"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"marketing"}}`,
					wamid, state, n, fmtPhone(len(lists[n])), scopedID(len(lists[n])), claim.PublicID()))
			}
		}
		if err := d.Outbox.Settle(ctx, results); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := d.Outbox.Finish(ctx, id); err != nil {
		b.Fatal(err)
	}
	if err := d.Outbox.Release(ctx); err != nil {
		b.Fatal(err)
	}
	var bodies [][]byte
	for chunk := range slices.Chunk(slices.Concat(lists[0], lists[1], lists[2]), batch) {
		bodies = append(bodies, []byte(`{"object":"whatsapp_business_account","entry":[{"id":"500000000000041","changes":[{"field":"messages","value":{`+
			`"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550109999","phone_number_id":"600000000000031"},"statuses":[`+strings.Join(chunk, ",")+`]}}]}]}`))
	}
	if len(lists[0]) != feedPeople() {
		b.Fatalf("%d people were sent to", len(lists[0]))
	}
	return bodies
}

// keepSending sends to the rest of the crowd until it is stopped.
func (d *desk) keepSending(b *testing.B) (stop func()) {
	b.Helper()
	id := d.Broadcast(b, everybody)
	if _, err := d.Outbox.Acquire(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := d.Outbox.Start(b.Context(), id, asAna.Start); err != nil {
		b.Fatal(err)
	}
	if err := d.Outbox.Release(b.Context()); err != nil {
		b.Fatal(err)
	}
	rate := feedRate
	e := d.engine(b, d.Shop, func(c *sender.Config) { c.Rate, c.InFlight = &rate, 0 })
	if err := e.Continue(b.Context(), id); err != nil {
		b.Fatal(err)
	}
	await(b, e, id, func(p sender.Progress) bool { return p.Counts[store.DeliveryAccepted] > feedRate })
	return func() {
		if err := e.Close(context.WithoutCancel(b.Context())); err != nil {
			b.Error(err)
		}
	}
}

func postFeed(ctx context.Context, client *http.Client, url string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("X-Hub-Signature-256", sandbox.Sign(feedSecret, body))
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, answer.Body)
	if closeErr := answer.Body.Close(); err == nil {
		err = closeErr
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", answer.Status)
	}
	return err
}

// cpuTime is what this process used of the processors so far, which says on a
// busy machine what the clock cannot.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
