package store

import (
	"math/rand/v2"
	"strconv"
	"strings"
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
		var ids []string
		s := set{holds: map[int]bool{}}
		for id := 1 + random.IntN(last); id <= last; id += 1 + random.IntN(90) {
			ids, s.holds[id] = append(ids, strconv.Itoa(id)), true
		}
		var err error
		if s.crowd, err = crowdOf(strings.Join(ids, ",")); err != nil {
			t.Fatal(err)
		}
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
			if isIn := is(got.crowd, id); isIn != got.holds[id] {
				t.Fatalf("operation %d: %d is in it %v, want %v", kind, id, isIn, got.holds[id])
			}
		}
		if sets = append(sets, got); len(sets) > 20 {
			sets = sets[1:]
		}
	}
}

// is reports whether an id is in a crowd.
func is(c crowd, id int) bool {
	only, err := crowdOf(strconv.Itoa(id))
	return err == nil && c.and(only).size() == 1
}

func TestACrowdIsReadFromIDsAlone(t *testing.T) {
	t.Parallel()
	for _, ids := range []string{"1,x", "-3", "1.5", "1, 2", "2147483648"} {
		if _, err := crowdOf(ids); err == nil {
			t.Errorf("%q is read", ids)
		}
	}
	if c, err := crowdOf(""); err != nil || c.size() != 0 || c.all {
		t.Errorf("nobody is %+v, %v", c, err)
	}
}
