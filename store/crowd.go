package store

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// crowd is a set of contacts, a bit for each id: a million take 125 KB. Of all it holds everybody but those whose bit is set.
type crowd struct {
	bits []uint64
	all  bool
}

// crowdOf reads ids as SQLite's group_concat writes them: with commas between. An id beyond two thousand millions is of no
// shop and would take all memory.
func crowdOf(ids string) (crowd, error) {
	var c crowd
	if ids == "" {
		return c, nil
	}
	for id := range strings.SplitSeq(ids, ",") {
		n, err := strconv.ParseUint(id, 10, 31)
		if err != nil {
			return crowd{}, fmt.Errorf("no contact has such an id: %w", err)
		}
		if lacks := int(n/64) + 1 - len(c.bits); lacks > 0 {
			c.bits = append(c.bits, make([]uint64, lacks)...)
		}
		c.bits[n/64] |= 1 << (n % 64)
	}
	return c, nil
}

// not turns the set around.
func (c crowd) not() crowd { return crowd{c.bits, !c.all} }

// and is who is in both. The sets it is made of are not changed.
func (c crowd) and(other crowd) crowd {
	switch {
	case c.all && other.all:
		return crowd{united(c.bits, other.bits), true}
	case c.all:
		return crowd{without(other.bits, c.bits), false}
	case other.all:
		return crowd{without(c.bits, other.bits), false}
	}
	return crowd{without(c.bits, without(c.bits, other.bits)), false}
}

// or is who is in one of them.
func (c crowd) or(other crowd) crowd { return c.not().and(other.not()).not() }

// size is how many are set: of a set of all, how many it lacks.
func (c crowd) size() int {
	n := 0
	for _, word := range c.bits {
		n += bits.OnesCount64(word)
	}
	return n
}

func united(a, b []uint64) []uint64 {
	if len(a) < len(b) {
		a, b = b, a
	}
	sum := append([]uint64(nil), a...)
	for i, word := range b {
		sum[i] |= word
	}
	return sum
}

func without(a, b []uint64) []uint64 {
	rest := append([]uint64(nil), a...)
	for i := range min(len(a), len(b)) {
		rest[i] &^= b[i]
	}
	return rest
}
