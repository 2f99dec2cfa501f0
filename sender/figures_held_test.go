//go:build unix

package sender_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

// sizes of a benchmark are those of its usual run, or those that PREGON_FIGURES asks for in full.
func size(usual, whole int) int {
	if os.Getenv("PREGON_FIGURES") == "" {
		return brief(usual)
	}
	return whole
}

// brief is a tenth of a size where only the running counts.
func brief(size int) int {
	if testing.Short() {
		return max(1, size/10)
	}
	return size
}

// calm is a desk on the real clock with a crowd, which is brought in by the import.
func calm(b *testing.B, people int, opt sandbox.Options) *desk {
	b.Helper()
	d := newDesk(b, 0, opt)
	d.clock.speed = 1
	d.Crowd(b, 0, people)
	return d
}

// BenchmarkRateHeld sends at the number's throughput to a server that refuses the first call too many: how much of the
// cap was used, and how often it was overrun (130429).
func BenchmarkRateHeld(b *testing.B) {
	for _, perSecond := range []int{80, 1000} {
		b.Run(fmt.Sprintf("cap=%d", perSecond), func(b *testing.B) {
			for b.Loop() {
				people := perSecond * size(3, 60)
				d := calm(b, people, sandbox.Options{Rate: perSecond, Latency: 50 * time.Millisecond})
				id := d.Broadcast(b, everybody)
				e := d.engine(b, d.Shop, func(c *sender.Config) { c.Rate, c.InFlight = &perSecond, 0 })
				if err := e.Start(b.Context(), id, asAna.Start); err != nil {
					b.Fatal(err)
				}
				ended(b, e, id)
				calls := d.sandbox.Calls()
				refused := 0
				for _, n := range d.sandbox.Stats().Refused {
					refused += n
				}
				// What the first second's allowance lets out at once is not pace.
				first, last := calls[perSecond/10], calls[len(calls)-1]
				held := float64(len(calls)-1-perSecond/10) / last.At.Sub(first.At).Seconds() / float64(perSecond)
				b.ReportMetric(held, "of-cap")
				b.ReportMetric(float64(refused), "refused")
				if len(calls) != people {
					b.Fatalf("%d calls for %d people", len(calls), people)
				}
			}
		})
	}
}

// ended waits for the end of a broadcast, however long it takes.
func ended(b *testing.B, e *sender.Engine, id store.BroadcastID) {
	b.Helper()
	changed := e.Watch(b.Context())
	for {
		if p, _ := e.Snapshot(id); p.State == store.BroadcastDone && !p.Running {
			return
		}
		<-changed
	}
}

// BenchmarkStop receives STOP from people that wait in the queue of a broadcast at 1,000 a second: how long after it
// was received the last call to one of them was made. None is the rule: 0.
func BenchmarkStop(b *testing.B) {
	const perSecond = 1000
	for b.Loop() {
		people := perSecond * size(3, 20)
		d := calm(b, people, sandbox.Options{Rate: perSecond, Latency: 50 * time.Millisecond})
		id := d.Broadcast(b, everybody)
		rate := perSecond
		e := d.engine(b, d.Shop, func(c *sender.Config) { c.Rate, c.InFlight = &rate, 0 })
		if err := e.Start(b.Context(), id, asAna.Start); err != nil {
			b.Fatal(err)
		}
		stopped := map[string]time.Time{}
		for stops := 0; ; stops++ {
			p, _ := e.Snapshot(id)
			// A quarter of a second ahead of the queue's head, so that some are being claimed in that moment.
			next := p.Counts[store.DeliveryAccepted] + p.Counts[store.DeliverySending] + perSecond/4 + stops%8
			if next >= people-perSecond/4 {
				break
			}
			number := storetest.Phone(next)
			received := time.Now()
			err := d.RecordFeed(b.Context(), store.Feed{Inbound: []store.Inbound{{
				Wamid: "stop." + strconv.Itoa(stops), Phone: number, Kind: "text", Text: "STOP", At: d.clock.Now(),
			}}})
			if err != nil {
				b.Fatal(err)
			}
			if _, again := stopped[string(number)]; !again {
				stopped[string(number)] = received
			}
			runtime.Gosched()
		}
		ended(b, e, id)
		var worst time.Duration
		late := 0
		for _, call := range d.sandbox.Calls() {
			if at, ok := stopped["+"+call.To]; ok && call.At.After(at) {
				late, worst = late+1, max(worst, call.At.Sub(at))
			}
		}
		if len(stopped) == 0 {
			b.Fatal("nobody said stop")
		}
		b.ReportMetric(float64(len(stopped)), "stops")
		b.ReportMetric(float64(late), "called-after")
		b.ReportMetric(float64(worst.Microseconds())/1000, "last-call-ms")
	}
}

// BenchmarkGrowth sends 10,000 in files that hold more and more past deliveries: the seconds it takes, against the
// smallest file of the same run.
func BenchmarkGrowth(b *testing.B) {
	for b.Loop() {
		people := size(2_000, 10_000)
		shop, clock := crowd(b, people)
		url := aside(b, 0)
		var first float64
		past := 0
		for _, wanted := range []int{1, 10, max(10, size(10, 100))} {
			for ; past < wanted*people; past += people {
				handOut(b, shop, clock)
			}
			var took []float64
			for range storetest.Often {
				forget(b, url)
				took = append(took, sendAll(b, shop, clock, url, people).took.Seconds())
				past += people
			}
			if first == 0 {
				first = storetest.Median(took)
			}
			b.ReportMetric(storetest.Median(took)/first, fmt.Sprintf("of-first-at-%d", wanted*people))
		}
		b.ReportMetric(first, "first-s")
	}
}

// handOut is a broadcast to everybody that the platform took, without any call.
func handOut(b *testing.B, shop *storetest.Shop, clock *fastClock) {
	b.Helper()
	ctx := b.Context()
	if _, err := shop.Outbox.Acquire(ctx); err != nil {
		b.Fatal(err)
	}
	id := shop.Broadcast(b, everybody)
	if err := shop.Outbox.Start(ctx, id, asAna.Start); err != nil {
		b.Fatal(err)
	}
	for {
		claimed, err := shop.Outbox.Claim(ctx, id, 500)
		if err != nil {
			b.Fatal(err)
		}
		if len(claimed.Claims) == 0 {
			break
		}
		results := make([]store.Result, len(claimed.Claims))
		for i, claim := range claimed.Claims {
			results[i] = store.Result{Claim: claim, Outcome: store.Accepted{Wamid: "wamid." + claim.PublicID()}}
		}
		if err := shop.Outbox.Settle(ctx, results); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := shop.Outbox.Finish(ctx, id); err != nil {
		b.Fatal(err)
	}
	if err := shop.Outbox.Release(ctx); err != nil {
		b.Fatal(err)
	}
	clock.advance(35 * 24 * time.Hour)
}

// BenchmarkMemory sends to few and to many in a process of its own, as fast as answers come: the most memory it held.
func BenchmarkMemory(b *testing.B) {
	for b.Loop() {
		storetest.Medians(b, size(storetest.Often, 1), func(add func(float64, string)) {
			var peaks []float64
			for _, people := range []int{size(2_000, 10_000), size(20_000, 1_000_000)} {
				peak := sentPeak(b, people)
				add(peak, fmt.Sprintf("MB-at-%d", people))
				peaks = append(peaks, peak)
			}
			add(slices.Max(peaks)/slices.Min(peaks), "ratio")
		})
	}
}

func sentPeak(b *testing.B, people int) float64 {
	b.Helper()
	shop, _ := crowd(b, people)
	id := shop.Broadcast(b, everybody)
	if _, err := shop.Outbox.Acquire(b.Context()); err != nil {
		b.Fatal(err)
	}
	if err := shop.Outbox.Start(b.Context(), id, asAna.Start); err != nil {
		b.Fatal(err)
	}
	if err := shop.Outbox.Release(b.Context()); err != nil {
		b.Fatal(err)
	}
	peak := peakOf(b, victim{
		File: shop.File, URL: aside(b, 0), Broadcast: id, Begun: time.Now(), InFlight: benchInFlight, Room: -1,
	})
	if counts := shop.Counts(b.Context(), b, id); counts[store.DeliveryAccepted] != people {
		b.Fatalf("counts %v", counts)
	}
	return peak
}

// peakOf lets this test binary send as the program does and returns the most memory it held, in MB.
func peakOf(b *testing.B, v victim) float64 {
	b.Helper()
	told, err := json.Marshal(v)
	if err != nil {
		b.Fatal(err)
	}
	from, to, err := os.Pipe()
	if err != nil {
		b.Fatal(err)
	}
	var complaints bytes.Buffer
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	command := exec.CommandContext(ctx, os.Args[0])
	command.Env = append(os.Environ(), victimVariable+"="+string(told))
	command.ExtraFiles, command.Stderr = []*os.File{to}, &complaints
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	_ = to.Close()
	var said last
	var heard sync.WaitGroup
	heard.Go(func() { err = json.NewDecoder(from).Decode(&said) })
	if waitErr := command.Wait(); waitErr != nil {
		b.Fatalf("%v: %s", waitErr, complaints.String())
	}
	heard.Wait()
	_ = from.Close()
	if err != nil || said.State != store.BroadcastDone {
		b.Fatalf("it ended as %+v, %v: %s", said, err, complaints.String())
	}
	if said.Peak == 0 {
		b.Skip("this system tells nothing of its memory")
	}
	return float64(said.Peak) / 1024
}
