//go:build unix

package sender_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/sender/webhook"
	"pregon/store"
	"pregon/store/storetest"
)

// serviceWanted tells, in the environment, the process that TestFiguresService runs in what to serve.
const serviceWanted = "PREGON_FIGURES_SERVICE"

// service is what such a process is told.
type service struct {
	File  string    `json:"file"`
	URL   string    `json:"url"`
	Begun time.Time `json:"begun"` // of its clock
}

// TestFiguresService is no test: it is the parts of `pregon serve`, the schedule and the receiver on one shop file, in a
// process of their own.
func TestFiguresService(t *testing.T) {
	t.Parallel()
	told := os.Getenv(serviceWanted)
	if told == "" {
		t.Skip("only run by the benchmarks")
	}
	var v service
	if err := json.Unmarshal([]byte(told), &v); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	clock := &fastClock{begun: v.Begun, speed: 1}
	s, outbox, err := store.Open(ctx, v.File, store.WithClock(clock.Now))
	if err != nil {
		t.Fatal(err)
	}
	rate := feedRate
	e := sender.New(outbox, s, sender.Config{
		BaseURL: v.URL, Rate: &rate, Now: clock.Now, Token: func(context.Context) (string, error) { return "practice", nil },
	})
	receiver := httptest.NewServer(webhook.New(s, webhook.Config{AppSecret: sandbox.DefaultAppSecret, VerifyToken: feedSecret}))
	var work sync.WaitGroup
	work.Go(func() { e.Schedule(ctx) })
	_, _ = fmt.Fprintln(os.Stdout, "serves "+receiver.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the benchmark closes it
	stop()
	work.Wait()
	receiver.Close()
	if err := e.Close(context.WithoutCancel(ctx)); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	_, _ = fmt.Fprintln(os.Stdout, "held", peakMemory())
}

// serving starts the service; end lets it stop and returns the most memory it held, in MB.
func serving(b *testing.B, v service) (url string, end func() float64) {
	b.Helper()
	told, err := json.Marshal(v)
	if err != nil {
		b.Fatal(err)
	}
	c := begin(b, "TestFiguresService", serviceWanted+"="+string(told))
	return c.url, func() float64 {
		_ = c.in.Close()
		var peak int
		var word string
		if _, err := fmt.Fscan(c.out, &word, &peak); err != nil || word != "held" {
			b.Fatalf("the service said %q, %v", word, err)
		}
		_, _ = io.Copy(io.Discard, c.out)
		if err := c.cmd.Wait(); err != nil {
			b.Fatal(err)
		}
		if peak == 0 {
			b.Skip("this system tells nothing of its memory")
		}
		return float64(peak) / 1024
	}
}

// BenchmarkServeMemory has the service send to few and to many at 1,000 a second while the Cloud API, in a process of its
// own, tells by signed webhooks what became of each, sent, delivered and read: the most memory the service held.
func BenchmarkServeMemory(b *testing.B) {
	for b.Loop() {
		var peaks []float64
		for _, people := range []int{size(2_000, 10_000), size(20_000, 1_000_000)} {
			peak := servedPeak(b, people)
			b.ReportMetric(peak, fmt.Sprintf("MB-at-%d", people))
			peaks = append(peaks, peak)
		}
		b.ReportMetric(slices.Max(peaks)/slices.Min(peaks), "ratio")
	}
}

func servedPeak(b *testing.B, people int) float64 {
	b.Helper()
	shop, clock := crowd(b, people)
	api := aside(b, 0)
	url, end := serving(b, service{File: shop.File, URL: api, Begun: clock.begun})
	subscribe(b, api, url)
	id := shop.Broadcast(b, everybody)
	if err := shop.Outbox.Start(b.Context(), id, asAna.Start); err != nil {
		b.Fatal(err)
	}
	heard := time.NewTicker(time.Second)
	defer heard.Stop()
	for last, still := 0, 0; ; {
		<-heard.C
		counts := shop.Counts(b.Context(), b, id)
		read := counts[store.DeliveryRead]
		if read == people {
			return end()
		}
		if still++; read != last {
			last, still = read, 0
		}
		if still > 60 {
			b.Fatalf("nothing was heard for a minute; counts %v", counts)
		}
	}
}

// subscribe has the Cloud API tell the service what becomes of each message.
func subscribe(b *testing.B, api, url string) {
	b.Helper()
	body := fmt.Sprintf(`{"override_callback_uri":%q,"verify_token":%q}`, url, feedSecret)
	path := api + "/v26.0/" + storetest.Settings().WABAID + "/subscribed_apps"
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer practice")
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	answer, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b.Fatalf("subscribing answered %s %s", resp.Status, answer)
	}
}
