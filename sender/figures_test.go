package sender_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/internal/cloudapi"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

// serverWanted names, in the environment, the address on which the process that TestFiguresServer runs in has to
// serve, so that the server's work is not counted as the sender's.
const serverWanted = "PREGON_FIGURES_SERVER"

// TestFiguresServer is no test: it is the Cloud API in a process of its own, for the benchmarks.
func TestFiguresServer(t *testing.T) {
	t.Parallel()
	options := os.Getenv(serverWanted)
	if options == "" {
		t.Skip("only run by the benchmarks")
	}
	latency := time.Duration(0)
	if _, err := fmt.Sscan(options, (*int64)(&latency)); err != nil {
		t.Fatal(err)
	}
	server, err := sandbox.New(sandbox.Options{
		Token: "practice", Templates: []sandbox.Template{offer()}, Shares: &sandbox.Shares{}, Latency: latency,
		Clock: func() time.Time { return time.Time{} }, // that of the shop is in another process
	})
	if err != nil {
		t.Fatal(err)
	}
	url, err := server.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = fmt.Fprintln(os.Stdout, "serves "+url)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the benchmark closes it
	if err := server.Close(); err != nil {
		t.Error(err)
	}
}

// aside runs the Cloud API in a process of its own and returns its address.
func aside(b *testing.B, latency time.Duration) string {
	b.Helper()
	c := begin(b, "TestFiguresServer", fmt.Sprintf("%s=%d", serverWanted, int64(latency)))
	b.Cleanup(func() {
		_ = c.in.Close()
		_, _ = io.Copy(io.Discard, c.out)
		_ = c.cmd.Wait()
	})
	return c.url
}

// child is a test of this binary in a process of its own, which serves until its input is closed.
type child struct {
	cmd *exec.Cmd
	in  io.Closer
	out io.Reader
	url string
}

// begin starts one, told by the environment what to do; it is killed with the benchmark.
func begin(b *testing.B, test, told string) child {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+test+"$", "-test.count=1", "-test.timeout=0")
	cmd.Env, cmd.Stderr = append(os.Environ(), told), os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	c := child{cmd: cmd, in: in, out: out}
	var word string
	if _, err := fmt.Fscan(out, &word, &c.url); err != nil || word != "serves" {
		b.Fatalf("%s said %q %q, %v", test, word, c.url, err)
	}
	return c
}

// figure is one measured run: how long, and how much of the processor this process took.
type figure struct{ took, cpu time.Duration }

func measure(run func()) figure {
	cpu, begun := processorTime(), time.Now()
	run()
	return figure{time.Since(begun), processorTime() - cpu}
}

// crowd is a shop with so many customers, brought in by the import, and its clock.
func crowd(tb testing.TB, people int) (*storetest.Shop, *fastClock) {
	tb.Helper()
	shop := storetest.New(tb)
	clock := &fastClock{begun: time.Now(), speed: 1}
	shop.Crowd(tb, 0, people)
	d := &desk{Shop: shop, clock: clock}
	if err := shop.SaveAccount(tb.Context(), store.Account{Quality: "GREEN", Throughput: 80, Status: "CONNECTED"}); err != nil {
		tb.Fatal(err)
	}
	return d.reopen(tb), clock
}

// bare makes so many calls at the same concurrency with nothing but net/http.
func bare(b *testing.B, url string, people, inFlight int) {
	b.Helper()
	const body = `{"messaging_product":"whatsapp","recipient_type":"individual","to":"%s","type":"template",` +
		`"biz_opaque_callback_data":"x","template":{"name":"offer","language":{"code":"en"},"components":[` +
		`{"type":"body","parameters":[{"type":"text","text":"Ana"}]}]}}`
	client := cloudapi.NewHTTP(inFlight)
	defer client.CloseIdleConnections()
	var next atomic.Int64
	var calls sync.WaitGroup
	for range inFlight {
		calls.Go(func() {
			for n := next.Add(1); n <= int64(people); n = next.Add(1) {
				body := fmt.Appendf(nil, body, storetest.Phone(int(n)))
				if err := post(b.Context(), client, url, body); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	calls.Wait()
}

func post(ctx context.Context, client *http.Client, url string, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/v26.0/600000000000031/messages", bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer practice")
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("answered %s", resp.Status)
	}
	return resp.Body.Close()
}

// forget has the server start from nothing, so that its own limits never act.
func forget(b *testing.B, url string) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url+"/sandbox/reset", http.NoBody)
	if err != nil {
		b.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		b.Fatalf("reset answered %s", resp.Status)
	}
}

// BenchmarkEngineAgainstBare is what all the engine's care costs: the same calls as a bare client makes to the same
// server at the same concurrency, but every delivery durable before its call and after its answer. Medians of five
// pairs in one run; the server is a process of its own, so CPU is that of the sender alone.
func BenchmarkEngineAgainstBare(b *testing.B) {
	people := 20_000
	if testing.Short() {
		people = 1_000
	}
	shop, clock := crowd(b, people)
	for _, latency := range []time.Duration{50 * time.Millisecond, 0} {
		b.Run("latency="+latency.String(), func(b *testing.B) {
			url := aside(b, latency)
			for b.Loop() {
				storetest.Medians(b, storetest.Often, func(add func(float64, string)) {
					other := measure(func() { bare(b, url, people, benchInFlight) })
					forget(b, url)
					own := sendAll(b, shop, clock, url, people)
					forget(b, url)
					add(other.took.Seconds()/own.took.Seconds(), "rate-ratio")
					add(float64(own.cpu)/float64(other.cpu), "cpu-ratio")
					add(float64(people)/own.took.Seconds(), "engine-msgs/s")
					add(float64(people)/other.took.Seconds(), "bare-msgs/s")
					add(float64(own.cpu.Microseconds())/float64(people), "engine-µs/msg")
				})
			}
		})
	}
}

// sendAll sends one broadcast to everybody as fast as answers come; freezing the audience is not sending.
func sendAll(b *testing.B, shop *storetest.Shop, clock *fastClock, url string, people int) figure {
	b.Helper()
	uncapped := 0
	id := shop.Broadcast(b, everybody)
	if err := shop.Outbox.Start(b.Context(), id, asAna.Start); err != nil {
		b.Fatal(err)
	}
	e := sender.New(shop.Outbox, shop.Store, sender.Config{
		BaseURL: url, Rate: &uncapped, InFlight: benchInFlight, Now: clock.Now,
		Token: func(context.Context) (string, error) { return "practice", nil },
	})
	own := measure(func() {
		if ended := run(b, e, id, asAna); ended.State != store.BroadcastDone {
			b.Fatalf("ended %+v", ended)
		}
	})
	if err := e.Close(context.Background()); err != nil {
		b.Fatal(err)
	}
	if counts := shop.Counts(b.Context(), b, id); counts[store.DeliveryAccepted] != people {
		b.Fatalf("counts %v", counts)
	}
	clock.advance(35 * 24 * time.Hour) // so that nobody has had too much
	return own
}
