package store

import (
	"context"
	"errors"
	"fmt"
	"math"
)

// IDs is a long list of ids in an order: four bytes each and in parts, so that a million are read and kept in four
// megabytes, where a slice of them would for a while take several times eight.
type IDs[K ~int64] struct{ parts [][]uint32 }

const idsPart = 1 << 12

// add appends an id. One beyond four thousand millions is of no shop.
func (l *IDs[K]) add(id K) error {
	if id < 0 || id > math.MaxUint32 {
		return errors.New("no row has such an id")
	}
	last := len(l.parts) - 1
	if last < 0 || len(l.parts[last]) == idsPart {
		l.parts, last = append(l.parts, nil), last+1
		if last > 0 { // a short list takes what it needs
			l.parts[last] = make([]uint32, 0, idsPart)
		}
	}
	l.parts[last] = append(l.parts[last], uint32(id))
	return nil
}

// Len is how many there are.
func (l *IDs[K]) Len() int {
	if len(l.parts) == 0 {
		return 0
	}
	return (len(l.parts)-1)*idsPart + len(l.parts[len(l.parts)-1])
}

// At is the id at a place, from 0 to Len.
func (l *IDs[K]) At(i int) K { return K(l.parts[i/idsPart][i%idsPart]) }

// All is the list as a slice.
func (l *IDs[K]) All() []K {
	all := make([]K, l.Len())
	for i := range all {
		all[i] = l.At(i)
	}
	return all
}

// readIDs appends what a query of ids returns; most is how many at most, 0 for all.
func readIDs[K ~int64](ctx context.Context, f *file, into *IDs[K], query condition, most int) error {
	if most > 0 {
		query.sql += fmt.Sprintf(" LIMIT %d", most)
	}
	return f.each(ctx, query.sql, query.args, func(scan func(...any) error) error {
		var id K
		if err := scan(&id); err != nil {
			return err
		}
		return into.add(id)
	})
}
