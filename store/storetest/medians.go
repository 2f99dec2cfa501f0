package storetest

import (
	"maps"
	"slices"
	"testing"
)

// Often is how often a benchmark measures in one run: a ratio of two single runs says as much of the machine's other work.
const Often = 5

// Medians measures so often, once where only the running counts (-short), and reports the median of each figure by its
// unit; all of them are logged.
func Medians(b *testing.B, times int, measure func(add func(value float64, unit string))) {
	b.Helper()
	if testing.Short() {
		times = 1
	}
	figures := map[string][]float64{}
	for range times {
		measure(func(value float64, unit string) { figures[unit] = append(figures[unit], value) })
	}
	for _, unit := range slices.Sorted(maps.Keys(figures)) {
		b.Logf("%s: %.3g", unit, figures[unit])
		b.ReportMetric(Median(figures[unit]), unit)
	}
}

// Median of an odd number of values.
func Median(values []float64) float64 {
	values = slices.Sorted(slices.Values(values))
	return values[len(values)/2]
}
