//go:build unix

package ui_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/ui"
	"pregon/ui/contacts"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// BenchmarkScroll presses the keys that move in a list of contacts, and measures from the key to the drawn frame, in
// which rows that are not there yet are dots, and to the frame with all of them.
func BenchmarkScroll(b *testing.B) {
	for _, people := range []int{10_000, 100_000, 1_000_000} {
		if testing.Short() {
			people /= 500
		}
		b.Run(strconv.Itoa(people), func(b *testing.B) { scroll(b, people) })
	}
}

// walked is what the app takes, in bytes, when somebody looks through the whole list and searches in it.
func walked(b *testing.B, file string) int64 {
	b.Helper()
	path, err := built()
	if err != nil {
		b.Fatal(err)
	}
	terminal := uitest.Run(b, 120, 36, []string{"PREGON_DB=" + file, "PREGON_LANG=en"}, path)
	terminal.See("1 Contacts")
	for _, keys := range [][]string{{"end"}, {"home", "pgdown", "end", "pgup"}, {"/", "a", "n", "a"}, {"\x1b"}, {"end"}} {
		before := terminal.Screen()
		terminal.Press(keys...)
		terminal.Until("nothing is under way", func(screen string) bool {
			header, _, _ := strings.Cut(screen, "\n")
			return screen != before && !strings.HasSuffix(strings.TrimSpace(header), "…")
		})
	}
	peak := terminal.PeakMemory()
	terminal.Press("ctrl+c", "ctrl+c")
	terminal.Ended()
	return peak
}

func scroll(b *testing.B, people int) {
	b.Helper()
	shop := crowd(b, people, 0)
	d := uitest.New(b, 120, 36, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{Views: []view.View{contacts.New(env, shop.Store)}})
	})
	var frames, whole []time.Duration
	for b.Loop() {
		for _, keys := range [][]string{
			slices.Repeat([]string{"pgdown"}, 100), slices.Repeat([]string{"end", "home"}, 50),
			slices.Repeat([]string{"j"}, 100), slices.Repeat([]string{"end", "pgup", "pgup", "home", "pgdown"}, 20),
		} {
			for _, key := range keys {
				began := time.Now()
				d.Touch(key)
				frames = append(frames, time.Since(began))
				d.Idle()
				_ = d.Looks()
				whole = append(whole, time.Since(began))
			}
		}
	}
	b.ReportMetric(float64(walked(b, shop.File))/1e6, "MB-app")
	ms := func(list []time.Duration, percent int) float64 {
		slices.Sort(list)
		return float64(list[min(len(list)-1, len(list)*percent/100)].Microseconds()) / 1000
	}
	b.ReportMetric(ms(frames, 50), "p50-ms/frame")
	b.ReportMetric(ms(frames, 99), "p99-ms/frame")
	b.ReportMetric(ms(whole, 99), "p99-ms/rows")
	b.ReportMetric(0, "ns/op")
}
