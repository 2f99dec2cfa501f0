package store_test

import (
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// BenchmarkGate is what the store costs a delivery while it is sent: its share of a claim and of a settlement, in
// batches as without a cap. The median batch counts, since a machine has other things to do as well.
func BenchmarkGate(b *testing.B) {
	const people, batch = 20_000, 128
	shop := storetest.New(b)
	shop.Crowd(b, 0, people)
	var claims, settles []time.Duration
	for b.Loop() {
		b.StopTimer()
		shop.Clock.Advance(35 * 24 * time.Hour)
		id := shop.Started(b, "sendable:yes")
		b.StartTimer()
		for {
			begun := time.Now()
			claimed, err := shop.Outbox.Claim(b.Context(), id, batch)
			if err != nil {
				b.Fatal(err)
			}
			if len(claimed.Claims) < batch {
				break
			}
			claims = append(claims, time.Since(begun))
			results := make([]store.Result, 0, batch)
			for _, claim := range claimed.Claims {
				results = append(results, store.Result{Claim: claim, Outcome: store.Accepted{Wamid: "wamid.HBgLMTYwNDU1NTAx" + claim.PublicID()[20:]}})
			}
			begun = time.Now()
			if err := shop.Outbox.Settle(b.Context(), results); err != nil {
				b.Fatal(err)
			}
			settles = append(settles, time.Since(begun))
		}
	}
	for unit, took := range map[string][]time.Duration{"claim-µs": claims, "settle-µs": settles} {
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3/batch, unit)
		b.ReportMetric(float64(took[len(took)/20].Nanoseconds())/1e3/batch, unit+"-best")
	}
}
