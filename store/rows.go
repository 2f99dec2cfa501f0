package store

import (
	"encoding/json"
	"strconv"
)

// rows is a list of rows for json_each: a number each, or an array.
type rows struct {
	text []byte
	n    int
}

// add appends numbers and texts; a row of one number is that number.
func (r *rows) add(first int64, more ...any) {
	r.text = append(r.text, ',')
	if r.n == 0 {
		r.text[0] = '['
	}
	r.n++
	if len(more) == 0 {
		r.text = strconv.AppendInt(r.text, first, 10)
		return
	}
	r.text = strconv.AppendInt(append(r.text, '['), first, 10)
	for _, value := range more {
		r.text = append(r.text, ',')
		switch v := value.(type) {
		case int64:
			r.text = strconv.AppendInt(r.text, v, 10)
		case string:
			r.text = appendText(r.text, v)
		}
	}
	r.text = append(r.text, ']')
}

// appendText appends a JSON string.
func appendText(into []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(into, `""`...) // a string always encodes
			}
			return append(into, quoted...)
		}
	}
	into = append(append(into, '"'), s...)
	return append(into, '"')
}

// list is the JSON array of the rows.
func (r *rows) list() string {
	if r.n == 0 {
		return "[]"
	}
	return string(r.text) + "]"
}
