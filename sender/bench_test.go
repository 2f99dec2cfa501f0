package sender_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/internal/cloudapi"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

// The figures of the benchmark.
const (
	benchLatency  = 50 * time.Millisecond
	benchInFlight = 256
)

// BenchmarkSending compares the engine, which makes every delivery durable
// before its call and after its answer, with a bare HTTP client that makes the
// same calls at the same concurrency to the same server, in one run.
func BenchmarkSending(b *testing.B) {
	people := brief(5000)
	for b.Loop() {
		storetest.Medians(b, storetest.Often, func(add func(float64, string)) {
			b.StopTimer()
			d := newDesk(b, people, sandbox.Options{Latency: benchLatency})
			id := d.Broadcast(b, everybody)
			e := d.engine(b, d.Shop, func(c *sender.Config) { c.InFlight = benchInFlight })
			bare := d.bare(b, people)
			d.sandbox.Reset()
			if err := d.Outbox.Start(b.Context(), id, asAna.Start); err != nil { // freezing is not sending
				b.Fatal(err)
			}
			b.StartTimer()
			begun := time.Now()
			if ended := run(b, e, id, asAna); ended.State != store.BroadcastDone {
				b.Fatalf("ended %+v", ended)
			}
			took := time.Since(begun)
			if n := d.Counts(b.Context(), b, id)[store.DeliveryAccepted]; n != people {
				b.Fatalf("%d accepted", n)
			}
			add(float64(people)/took.Seconds(), "engine-msgs/s")
			add(float64(people)/bare.Seconds(), "bare-msgs/s")
			add(bare.Seconds()/took.Seconds(), "ratio")
		})
	}
}

// bare sends as many messages without any shop file.
func (d *desk) bare(b *testing.B, people int) time.Duration {
	b.Helper()
	body := []byte(`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16045550101","type":"template",` +
		`"biz_opaque_callback_data":"x","template":{"name":"offer","language":{"code":"en"},"components":[` +
		`{"type":"body","parameters":[{"type":"text","text":"Ana"}]}]}}`)
	client := cloudapi.NewHTTP(benchInFlight)
	defer client.CloseIdleConnections()
	work := make(chan []byte)
	var calls sync.WaitGroup
	begun := time.Now()
	for range benchInFlight {
		calls.Go(func() {
			for body := range work {
				req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, d.url+"/v26.0/600000000000031/messages", bytes.NewReader(body))
				if err != nil {
					b.Error(err)
					return
				}
				req.Header.Set("Authorization", "Bearer practice")
				req.Header.Set("Content-Type", "application/json")
				resp, err := client.Do(req)
				if err != nil {
					b.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
			}
		})
	}
	for n := range people {
		// Different people: the pair limit of the server holds for one.
		work <- bytes.Replace(body, []byte("16045550101"), fmtPhone(n), 1)
	}
	close(work)
	calls.Wait()
	return time.Since(begun)
}

func fmtPhone(n int) []byte { return fmt.Appendf(nil, "1604%07d", 5000000+n) }
