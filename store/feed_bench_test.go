package store_test

import (
	"fmt"
	"testing"

	"pregon/store"
	"pregon/store/storetest"
)

// BenchmarkInbound takes batches of 100 messages of 10,000 known people, of
// which one in ten says stop.
func BenchmarkInbound(b *testing.B) {
	shop := storetest.New(b)
	shop.Crowd(b, 0, 10_000)
	n := 0
	for b.Loop() {
		var feed store.Feed
		for range 100 {
			n++
			m := store.Inbound{
				Wamid: fmt.Sprint("wamid.", n), Phone: storetest.Phone(n * 7919 % 10_000), UserID: fmt.Sprint("CA.", n*7919%10_000),
				Kind: "text", Text: "Good morning, do you still have rye bread today?", At: shop.Clock.Now(),
			}
			if n%10 == 0 {
				m.Text = "Stop"
			}
			feed.Inbound = append(feed.Inbound, m)
		}
		if err := shop.RecordFeed(b.Context(), feed); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "messages/s")
}
