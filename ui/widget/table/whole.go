package table

import (
	"context"
	"slices"
)

// Whole is a source that reads all its rows at each question, for lists of some hundred.
type Whole[K comparable, R any] struct {
	Read func(context.Context) ([]R, error)
	Key  func(R) K
}

// Keys names all rows in order.
func (w Whole[K, R]) Keys(ctx context.Context) (Spine[K], error) {
	list, err := w.Read(ctx)
	keys := make(Keys[K], len(list))
	for i, row := range list {
		keys[i] = w.Key(row)
	}
	return keys, err
}

// Rows returns the rows of these keys.
func (w Whole[K, R]) Rows(ctx context.Context, keys []K) ([]R, error) {
	list, err := w.Read(ctx)
	return slices.DeleteFunc(list, func(row R) bool { return !slices.Contains(keys, w.Key(row)) }), err
}
