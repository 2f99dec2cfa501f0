package store

import (
	"errors"
	"testing"
	"time"
	"unsafe"
)

// onTheWall moves what the clock on the wall shows, and leaves the steady one as it is.
func onTheWall(t time.Time, seconds int64) time.Time {
	wall := (*uint64)(unsafe.Pointer(&t))      // no other way to tell what a sleeping computer shows
	*wall = uint64(int64(*wall) + seconds<<30) // the seconds stand above 30 bits
	return t
}

func TestAClaimExpiresByEitherClock(t *testing.T) {
	t.Parallel()
	issued := time.Now()
	tests := []struct {
		name string
		now  time.Time
		want error
	}{
		{"at once", issued, nil},
		{"just in time", issued.Add(SpendWithin), nil},
		{"late", issued.Add(SpendWithin + time.Nanosecond), ErrExpired},
		{"the computer slept for an hour, and the steady clock with it", onTheWall(issued.Add(time.Second), 3600), ErrExpired},
		{"the clock was turned back an hour meanwhile", onTheWall(issued.Add(time.Minute), -3600), ErrExpired},
		{"the clock was turned back, and it is in time", onTheWall(issued.Add(time.Second), -3600), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			claim := Claim{&grant{deadline: issued.Add(SpendWithin), now: func() time.Time { return tt.now }}}
			if _, err := claim.Spend(); !errors.Is(err, tt.want) {
				t.Errorf("Spend = %v, want %v", err, tt.want)
			}
		})
	}
}
