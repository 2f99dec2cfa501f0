package store

import (
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"math"
	"math/bits"

	"modernc.org/sqlite"
)

// crowd is a set of contacts, a bit for each id: a million take 125 KB. Of all it holds everybody but those whose bit is set.
type crowd struct {
	bits []uint64
	all  bool
}

// crowdSQL is the crowd of the ids it is given, as an aggregate function: SQLite's own group_concat would make a text of
// them, seven times as much to write and to read again.
const crowdSQL = "pregon_crowd"

// gathering is crowdSQL at work.
type gathering struct{ crowd }

func gather(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return &gathering{}, nil }

// Step takes an id. One beyond two thousand millions is of no shop and would take all memory.
func (g *gathering) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	id, ok := args[0].(int64)
	if !ok || id < 0 || id > math.MaxInt32 {
		return errors.New("no contact has such an id")
	}
	if lacks := int(id/64) + 1 - len(g.bits); lacks > 0 {
		g.bits = append(g.bits, make([]uint64, lacks)...)
	}
	g.bits[id/64] |= 1 << (id % 64)
	return nil
}

// WindowInverse is for windows, which crowds are not asked over.
func (*gathering) WindowInverse(*sqlite.FunctionContext, []driver.Value) error {
	return errors.New("a crowd is of no window")
}

// WindowValue writes the words one after the other; crowdOf reads them.
func (g *gathering) WindowValue(*sqlite.FunctionContext) (driver.Value, error) {
	words := make([]byte, 0, 8*len(g.bits))
	for _, word := range g.bits {
		words = binary.LittleEndian.AppendUint64(words, word)
	}
	return words, nil
}

// Final has nothing to let go of.
func (*gathering) Final(*sqlite.FunctionContext) {}

// crowdOf reads what crowdSQL found; nothing is nobody.
func crowdOf(words []byte) crowd {
	c := crowd{bits: make([]uint64, len(words)/8)}
	for i := range c.bits {
		c.bits[i] = binary.LittleEndian.Uint64(words[8*i:])
	}
	return c
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
