package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// node is one object of the graph with its fields in the order they are shown.
type node []field

type field struct {
	name  string
	value any
}

// MarshalJSON keeps the order of the fields.
func (n node) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, f := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Quote(f.name))
		b.WriteByte(':')
		value, err := json.Marshal(f.value)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", f.name, err)
		}
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// pick keeps the named fields, and the id, which is always there. A field
// that is known but has no value is left out, as the API does.
func (n node) pick(kind, fields string, whenNone ...string) (node, *failure) {
	names := splitFields(fields)
	if len(names) == 0 {
		names = whenNone
	}
	var out node
	for _, name := range append(slices.Clone(names), "id") {
		at := slices.IndexFunc(n, func(f field) bool { return f.name == name })
		if at < 0 {
			return nil, invalid("Tried accessing nonexisting field (%s) on node type (%s)", name, kind)
		}
		already := slices.ContainsFunc(out, func(f field) bool { return f.name == name })
		if !already && n[at].value != nil {
			out = append(out, n[at])
		}
	}
	return out, nil
}

// splitFields cuts "a,b{c,d},e.limit(3)" into a, b and e.
func splitFields(fields string) []string {
	var names []string
	depth, start := 0, 0
	add := func(part string) {
		if end := strings.IndexAny(part, "{.("); end >= 0 {
			part = part[:end]
		}
		if part = strings.TrimSpace(part); part != "" {
			names = append(names, part)
		}
	}
	for i := range len(fields) {
		switch fields[i] {
		case '{', '(':
			depth++
		case '}', ')':
			depth--
		case ',':
			if depth == 0 {
				add(fields[start:i])
				start = i + 1
			}
		}
	}
	add(fields[start:])
	return names
}
