package sender

import (
	"testing"
	"time"

	"pregon/store"
)

// TestALostLineIsTriedWithOnePerson holds down what a kill leaves unknown while
// there is no connection: people who were claimed and certainly not called.
func TestALostLineIsTriedWithOnePerson(t *testing.T) {
	t.Parallel()
	open := conditions{allHours: true}
	now := time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)
	l := &limiter{pace: newPace(0), people: -1}
	lost := decision{outcome: store.Later{At: now}, why: WaitNetwork, cool: time.Second}
	steps := []struct {
		name  string
		heard *decision
		want  int
	}{
		{"a line that was never lost", nil, 64},
		{"lost", &lost, 1},
		{"still lost", &lost, 1},
		{"a call came through", &decision{outcome: store.Accepted{Wamid: "w"}}, 64},
		{"lost again", &lost, 1},
		{"refused is an answer too", &decision{outcome: store.Refused{Code: 131026}}, 64},
	}
	for _, step := range steps {
		if step.heard != nil {
			l.heard(*step.heard, now, now, 0)
		}
		now = now.Add(time.Minute)
		if n, wait := l.grant(now, 64, 0, open); n != step.want || wait.Reason != "" {
			t.Errorf("%s: granted %d, %+v, want %d", step.name, n, wait, step.want)
		}
		l.claimed(0) // nobody was left to claim, so nobody is being tried
		if n, _ := l.grant(now, 64, 0, open); n != step.want {
			t.Errorf("%s: granted %d after an empty claim, want %d", step.name, n, step.want)
		}
		l.claimed(step.want)
		if n, wait := l.grant(now, 64, 0, open); step.want == 1 && (n != 0 || wait.Reason != WaitNetwork) {
			t.Errorf("%s: granted %d more while one is being tried, %+v", step.name, n, wait)
		}
	}
}
