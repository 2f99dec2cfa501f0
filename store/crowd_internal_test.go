package store

import (
	"database/sql/driver"
	"math/rand/v2"
	"testing"
)

// TestCrowdsAreSets holds what crowds do against plain maps of the same ids.
func TestCrowdsAreSets(t *testing.T) {
	t.Parallel()
	const last = 300
	random := rand.New(rand.NewPCG(7, 7))
	type set struct {
		crowd crowd
		holds map[int]bool
	}
	draw := func() set {
		var ids []int
		s := set{holds: map[int]bool{}}
		for id := 1 + random.IntN(last); id <= last; id += 1 + random.IntN(90) {
			ids, s.holds[id] = append(ids, id), true
		}
		s.crowd = gathered(t, ids...)
		return s
	}
	sets := []set{draw()}
	for range 2_000 {
		a, b := sets[random.IntN(len(sets))], draw()
		got := set{holds: map[int]bool{}}
		kind := random.IntN(3)
		switch kind {
		case 0:
			got.crowd = a.crowd.and(b.crowd)
		case 1:
			got.crowd = a.crowd.or(b.crowd)
		case 2:
			got.crowd = a.crowd.not()
		}
		members := 0
		for id := 1; id <= last; id++ {
			got.holds[id] = map[int]bool{0: a.holds[id] && b.holds[id], 1: a.holds[id] || b.holds[id], 2: !a.holds[id]}[kind]
			if got.holds[id] {
				members++
			}
		}
		size := got.crowd.size()
		if got.crowd.all {
			size = last - size
		}
		if size != members {
			t.Fatalf("operation %d: %d in it, want %d", kind, size, members)
		}
		for id := 1; id <= last; id++ {
			if isIn := is(t, got.crowd, id); isIn != got.holds[id] {
				t.Fatalf("operation %d: %d is in it %v, want %v", kind, id, isIn, got.holds[id])
			}
		}
		if sets = append(sets, got); len(sets) > 20 {
			sets = sets[1:]
		}
	}
}

// is reports whether an id is in a crowd.
func is(t *testing.T, c crowd, id int) bool {
	t.Helper()
	return c.and(gathered(t, id)).size() == 1
}

// gathered is the crowd of ids, by way of what SQLite hands over.
func gathered(t *testing.T, ids ...int) crowd {
	t.Helper()
	var g gathering
	for _, id := range ids {
		if err := g.Step(nil, []driver.Value{int64(id)}); err != nil {
			t.Fatal(err)
		}
	}
	value, err := g.WindowValue(nil)
	words, ok := value.([]byte)
	if err != nil || !ok {
		t.Fatal(value, err)
	}
	return crowdOf(words)
}

func TestACrowdIsGatheredFromIDsAlone(t *testing.T) {
	t.Parallel()
	for _, id := range []driver.Value{"1", int64(-3), 1.5, nil, int64(1) << 31, []byte("1")} {
		var g gathering
		if err := g.Step(nil, []driver.Value{id}); err == nil {
			t.Errorf("%v is taken in", id)
		}
	}
	if c := gathered(t); c.size() != 0 || c.all {
		t.Errorf("nobody is %+v", c)
	}
}
