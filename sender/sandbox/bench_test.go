package sandbox_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

// BenchmarkMessages is a bare client against the server over loopback. The
// server must not be what limits a sender: 15,000 messages a second without
// latency, and with it whatever the connections allow.
func BenchmarkMessages(b *testing.B) {
	for _, tt := range []struct {
		latency     time.Duration
		connections int
		webhooks    bool
	}{
		{0, 32, false},
		{0, 32, true},
		{50 * time.Millisecond, 256, false},
		{50 * time.Millisecond, 1024, false},
	} {
		b.Run(fmt.Sprintf("latency=%s/connections=%d/webhooks=%t", tt.latency, tt.connections, tt.webhooks), func(b *testing.B) {
			opt := sandbox.Options{Latency: tt.latency}
			if tt.webhooks {
				receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
				defer receiver.Close()
				opt.CallbackURL = receiver.URL
			}
			benchmarkMessages(b, opt, tt.connections)
		})
	}
}

func benchmarkMessages(b *testing.B, opt sandbox.Options, connections int) {
	b.Helper()
	server, err := sandbox.New(opt)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := server.Close(); err != nil {
			b.Error(err)
		}
	}()
	url, err := server.Start(b.Context(), "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	defer client.CloseIdleConnections()
	url += version + number + "/messages"

	var next, failed atomic.Int64
	var done sync.WaitGroup
	b.ResetTimer()
	for range connections {
		done.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				if err := postOffer(b, client, url, i); err != nil {
					failed.Add(1)
				}
			}
		})
	}
	done.Wait()
	b.StopTimer()
	if failed.Load() > 0 || len(server.Calls()) != b.N {
		b.Fatalf("%d of %d failed, %d in the log", failed.Load(), b.N, len(server.Calls()))
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msgs/s")
}

func postOffer(b *testing.B, client *http.Client, url string, i int64) error {
	b.Helper()
	body := []byte(offer(fmt.Sprintf("+1604%08d", i)))
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer practice")
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", res.Status)
	}
	return res.Body.Close()
}
