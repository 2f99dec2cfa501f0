package store

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// examples are the words that whoever wrote a template put into its places to show what belongs there.
type examples struct {
	Body        [][]string     `json:"body_text"`
	Header      []string       `json:"header_text"`
	NamedBody   []namedExample `json:"body_text_named_params"`
	NamedHeader []namedExample `json:"header_text_named_params"`
}

type namedExample struct {
	Name    string `json:"param_name"`
	Example string `json:"example"`
}

// Example is the word that shows what belongs into a place of the text, "" where the template has none.
func (m *Message) Example(p Parameter) string {
	var parts []struct {
		Type    string          `json:"type"`
		Example json.RawMessage `json:"example"`
	}
	var e examples
	if json.Unmarshal([]byte(m.source), &parts) != nil {
		return "" // it is a help to the reader and no more
	}
	for _, part := range parts {
		if strings.EqualFold(part.Type, p.Component) && json.Unmarshal(part.Example, &e) != nil {
			return ""
		}
	}
	positional, named := e.Header, e.NamedHeader
	if p.Component == "BODY" {
		named = e.NamedBody
		if positional = nil; len(e.Body) > 0 {
			positional = e.Body[0]
		}
	}
	if p.Name != "" {
		if i := slices.IndexFunc(named, func(n namedExample) bool { return n.Name == p.Name }); i >= 0 {
			return named[i].Example
		}
		return ""
	}
	n, err := strconv.Atoi(strings.TrimPrefix(p.Key, "header."))
	if err != nil || n < 1 || n > len(positional) {
		return ""
	}
	return positional[n-1]
}
