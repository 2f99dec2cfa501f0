package sender

import (
	"slices"
	"testing"
	"time"
)

// TestNewsIsReadOnceAMinuteAtMostAndSeldomWhileThatFails walks through what is told and read, second by second.
func TestNewsIsReadOnceAMinuteAtMostAndSeldomWhileThatFails(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)
	const read, failed, noToken = "read", "failed", "no token"
	tests := []struct {
		name string
		told func(second int) int64
		then string // what comes of each reading
		want []int  // the seconds at which it is read
	}{
		{"nothing is told", func(int) int64 { return 0 }, read, nil},
		{"told once", func(second int) int64 { return min(int64(second/5), 1) }, read, []int{15}},
		{"told again every second", func(second int) int64 { return int64(second) + 1 }, read, []int{10, 70, 130, 190, 250}},
		{"told again after it was read", func(second int) int64 { return 1 + min(int64(second/75), 1) }, read, []int{10, 85}},
		{"it fails", func(int) int64 { return 1 }, failed, []int{10, 70, 190}},
		{"there is no token", func(int) int64 { return 1 }, noToken, []int{10, 70, 130, 190, 250}},
	}
	for _, test := range tests {
		var n news
		var got []int
		for second := range 300 {
			now, told := start.Add(time.Duration(second)*time.Second), test.told(second)
			if !n.due(told, now) {
				continue
			}
			got = append(got, second)
			switch test.then {
			case read:
				n.read(told, now)
			case failed:
				n.putOff(now, true)
			case noToken:
				n.putOff(now, false)
			}
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: read at %v, want %v", test.name, got, test.want)
		}
	}
}

func TestNewsOfAClockThatWentBackIsRead(t *testing.T) {
	t.Parallel()
	now := time.Date(2027, time.November, 24, 10, 0, 0, 0, time.UTC)
	var n news
	n.read(1, now)
	now = now.AddDate(-1, 0, 0)
	if !n.due(2, now) {
		t.Error("it waits for a year")
	}
	for range 20 {
		n.putOff(now, true)
	}
	if n.due(2, now.Add(newsSeldom-time.Second)) || !n.due(2, now.Add(newsSeldom)) {
		t.Error("it is not tried once an hour after many failures")
	}
}
