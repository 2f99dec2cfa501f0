package table

import "container/list"

// kept is how many rows stay in memory: some ten screens.
const kept = 1024

// cache keeps the rows used last. An entry of an older generation is still drawn but counts as missing.
type cache[K comparable, R any] struct {
	entries    map[K]*list.Element
	order      *list.List // of *entry[K, R], the last used in front
	generation int
}

type entry[K comparable, R any] struct {
	key        K
	row        R
	there      bool // false: asked for and gone
	generation int
}

func newCache[K comparable, R any]() *cache[K, R] {
	return &cache[K, R]{entries: map[K]*list.Element{}, order: list.New()}
}

// age makes everything count as missing.
func (c *cache[K, R]) age() { c.generation++ }

func (c *cache[K, R]) find(key K) *entry[K, R] {
	element, ok := c.entries[key]
	if !ok {
		return nil
	}
	found, _ := element.Value.(*entry[K, R])
	return found
}

func (c *cache[K, R]) get(key K) (row R, ok bool) {
	if e := c.find(key); e != nil && e.there {
		return e.row, true
	}
	return row, false
}

// missing lists those of keys that must be fetched, and counts the others as used.
func (c *cache[K, R]) missing(keys []K) []K {
	var out []K
	for _, key := range keys {
		if e := c.find(key); e == nil || e.generation != c.generation {
			out = append(out, key)
			continue
		}
		c.order.MoveToFront(c.entries[key])
	}
	return out
}

// lose notes that keys were asked for; those that come back are put afterwards.
func (c *cache[K, R]) lose(keys []K) {
	for _, key := range keys {
		c.set(&entry[K, R]{key: key})
	}
}

func (c *cache[K, R]) put(key K, row R) { c.set(&entry[K, R]{key: key, row: row, there: true}) }

func (c *cache[K, R]) set(e *entry[K, R]) {
	e.generation = c.generation
	if old, ok := c.entries[e.key]; ok {
		old.Value = e
		c.order.MoveToFront(old)
		return
	}
	c.entries[e.key] = c.order.PushFront(e)
	for len(c.entries) > kept {
		last := c.order.Back()
		if e, ok := c.order.Remove(last).(*entry[K, R]); ok {
			delete(c.entries, e.key)
		}
	}
}
