//go:build unix

package ui_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/store"
	"pregon/store/intake"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/contacts"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// crowd is a shop with many customers, of whom some may be sent to.
func crowd(b *testing.B, people, sendable int) *storetest.Shop {
	b.Helper()
	shop := storetest.New(b)
	var rows strings.Builder
	rows.WriteString("name,phone,tags\n")
	for n := range people {
		fmt.Fprintf(&rows, "%s %s,+1604%07d,%s\n", first[n%len(first)], last[n/7%len(last)], 5000000+n, []string{"vip", "", "sunday"}[n%3])
	}
	reader, err := intake.Open(strings.NewReader(rows.String()), intake.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if _, err := shop.Import(b.Context(), reader, store.Import{File: "crowd.csv", Source: "made for measuring", Staff: "Ana"}); err != nil {
		b.Fatal(err)
	}
	for id := range sendable {
		shop.OptIn(b, store.ContactID(id+1))
		shop.Saved(b, store.ContactID(id+1))
	}
	return shop
}

var (
	first = []string{"Ana", "José", "Lucía", "Marta", "Wei", "Omar", "Priya", "Zoë", "Núria", "Åsa"}
	last  = []string{"Ruiz", "García", "Marín", "Puig", "Oliveira", "Khan", "Smith", "Li", "Ferrer"}
)

// BenchmarkKeystrokeWhileSending presses keys in a list of 100,000 contacts
// while a broadcast claims and settles without pause, and measures from the key
// to the drawn frame.
func BenchmarkKeystrokeWhileSending(b *testing.B) {
	shop := crowd(b, size(b, 100_000), 2_000)
	stop := make(chan struct{})
	var sending sync.WaitGroup
	sending.Go(func() { sendForever(b, shop, stop) })
	var app tea.Model
	d := uitest.New(b, 120, 36, func(env *view.Env) tea.Model {
		app = ui.New(env, ui.Options{Views: []view.View{contacts.New(env, shop.Store)}})
		return app
	})
	keys := []string{"down", "down", "down", "pgdown", "up", "end", "home", "pgdown", "pgdown", "down"}
	var took []time.Duration
	for b.Loop() {
		for n := range 500 {
			began := time.Now()
			d.Touch(keys[n%len(keys)])
			took = append(took, time.Since(began))
			d.Idle()
		}
	}
	close(stop)
	sending.Wait()
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms/key")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms/key")
	b.ReportMetric(0, "ns/op")
}

func sendForever(b *testing.B, shop *storetest.Shop, stop <-chan struct{}) {
	b.Helper()
	for round := 0; ; round++ {
		shop.Clock.Advance(32 * 24 * time.Hour)
		id := shop.Started(b, "sendable:yes")
		for {
			select {
			case <-stop:
				return
			default:
			}
			claimed, err := shop.Outbox.Claim(b.Context(), id, 8)
			if err != nil {
				b.Error(err)
				return
			}
			if len(claimed.Claims) == 0 {
				break
			}
			results := make([]store.Result, 0, len(claimed.Claims))
			for _, claim := range claimed.Claims {
				results = append(results, store.Result{Claim: claim, Outcome: store.Accepted{Wamid: "wamid." + claim.PublicID()}})
			}
			if err := shop.Outbox.Settle(b.Context(), results); err != nil {
				b.Error(err)
				return
			}
		}
	}
}

// BenchmarkStart measures from starting the program on 100,000 contacts to its
// first whole frame in a real terminal, against an empty Bubble Tea program in
// turn, and prints the medians and what lies between.
func BenchmarkStart(b *testing.B) {
	shop := crowd(b, size(b, 100_000), 0)
	path, err := built()
	if err != nil {
		b.Fatal(err)
	}
	empty := filepath.Join(b.TempDir(), "empty")
	if output, err := exec.CommandContext(b.Context(), "go", "build", "-o", empty, "./testdata/empty").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, output)
	}
	var bare, ours []time.Duration
	environment := []string{"PREGON_DB=" + shop.File, "PREGON_LANG=en"}
	for b.Loop() {
		for range 7 {
			bare = append(bare, firstFrame(b, environment, empty))
			ours = append(ours, firstFrame(b, environment, path))
		}
	}
	slices.Sort(bare)
	slices.Sort(ours)
	ms := func(list []time.Duration) float64 { return float64(list[len(list)/2].Microseconds()) / 1000 }
	b.ReportMetric(ms(bare), "ms-empty")
	b.ReportMetric(ms(ours), "ms-ours")
	b.ReportMetric(ms(ours)-ms(bare), "ms-beyond")
	b.ReportMetric(0, "ns/op")
}

func firstFrame(b *testing.B, environment []string, path string) time.Duration {
	b.Helper()
	began := time.Now()
	terminal := uitest.Run(b, 120, 36, environment, path)
	terminal.See("1 Contacts")
	took := time.Since(began)
	terminal.Press("ctrl+c", "ctrl+c")
	terminal.Ended()
	return took
}

// size is how many are measured: all, or a tenth where only the running counts.
func size(b *testing.B, people int) int {
	b.Helper()
	if testing.Short() {
		return people / 10
	}
	return people
}
