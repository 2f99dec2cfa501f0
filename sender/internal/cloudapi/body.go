package cloudapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pregon/store"
)

// errNoWord says that a parameter has no word, which the gate should have seen.
var errNoWord = errors.New("a parameter has no word")

type template struct {
	Name       string      `json:"name"`
	Language   language    `json:"language"`
	Components []component `json:"components,omitempty"`
}

type language struct {
	Code string `json:"code"`
}

type component struct {
	Type       string      `json:"type"`
	SubType    string      `json:"sub_type,omitempty"`
	Index      string      `json:"index,omitempty"`
	Parameters []parameter `json:"parameters"`
}

type parameter struct {
	Type   string `json:"type"`
	Name   string `json:"parameter_name,omitempty"`
	Text   string `json:"text,omitempty"`
	Coupon string `json:"coupon_code,omitempty"`

	Image    *medium `json:"image,omitempty"`
	Video    *medium `json:"video,omitempty"`
	Document *medium `json:"document,omitempty"`
}

type medium struct {
	ID       string `json:"id,omitempty"`
	Link     string `json:"link,omitempty"`
	Filename string `json:"filename,omitempty"`
}

// Head is the picture, video or document at the head of a template: uploaded
// before, or on the web.
type Head struct {
	Kind string // IMAGE, VIDEO, DOCUMENT; "" for none
	ID   string
	Link string
	Name string // of a document's file
}

// component lays the head out.
func (h Head) component() component {
	m, p := &medium{ID: h.ID, Link: h.Link}, parameter{Type: strings.ToLower(h.Kind)}
	switch h.Kind {
	case "IMAGE":
		p.Image = m
	case "VIDEO":
		p.Video = m
	case "DOCUMENT":
		m.Filename = h.Name
		p.Document = m
	}
	return component{Type: "header", Parameters: []parameter{p}}
}

// form is a template as the API wants it, with gaps for a person's words. It is
// made once for all people of a broadcast.
type form struct {
	message *store.Message
	head    Head
	pieces  []string // JSON between the gaps, one more than there are gaps
	gaps    []gap
}

// gap is where one word goes.
type gap struct {
	key string
	url bool // the end of a button's address
}

// newForm lays a template out, in the order the API wants.
func newForm(m *store.Message, head Head) (*form, error) {
	if m == nil {
		return nil, store.ErrNoClaim
	}
	if m.MediaHeader() != head.Kind {
		return nil, fmt.Errorf("%w: header", errNoWord)
	}
	f := &form{message: m, head: head}
	t := template{Name: m.Name, Language: language{m.Language}}
	if head.Kind != "" {
		t.Components = append(t.Components, head.component())
	}
	buttons := m.Part("BUTTONS").Buttons
	for i, p := range m.Parameters() {
		f.gaps = append(f.gaps, gap{key: p.Key, url: p.Component == "BUTTONS" && buttons[p.Button].Type != "COPY_CODE"})
		if p.Component == "BUTTONS" {
			t.Components = append(t.Components, button(buttons[p.Button].Type, p.Button, mark(i)))
			continue
		}
		kind := strings.ToLower(p.Component)
		if last := len(t.Components) - 1; last < 0 || t.Components[last].Type != kind {
			t.Components = append(t.Components, component{Type: kind})
		}
		into := &t.Components[len(t.Components)-1]
		into.Parameters = append(into.Parameters, parameter{Type: "text", Name: p.Name, Text: mark(i)})
	}
	text, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("encode the template: %w", err)
	}
	rest := string(text)
	for i := range f.gaps {
		before, after, found := strings.Cut(rest, `"`+mark(i)+`"`)
		if !found {
			return nil, fmt.Errorf("%w: %s", errNoWord, f.gaps[i].key)
		}
		f.pieces, rest = append(f.pieces, before), after
	}
	f.pieces = append(f.pieces, rest)
	return f, nil
}

// mark stands in the form where the i-th word goes: a character of nobody's, which no name or key of a template has.
func mark(i int) string { return "\ue000" + strconv.Itoa(i) }

func button(kind string, index int, word string) component {
	c := component{Type: "button", Index: strconv.Itoa(index)}
	if kind == "COPY_CODE" {
		c.SubType, c.Parameters = "copy_code", []parameter{{Type: "coupon_code", Coupon: word}}
		return c
	}
	c.SubType, c.Parameters = "url", []parameter{{Type: "text", Text: word}}
	return c
}

// body is the whole request to one person. The plus stays before a number:
// without it the API may read it as a local one.
func (f *form) body(to store.Address, params store.Params, tag string) ([]byte, error) {
	b := make([]byte, 0, 512)
	b = append(b, `{"messaging_product":"whatsapp","recipient_type":"individual",`...)
	if to.Phone != "" {
		b = appendString(append(b, `"to":`...), string(to.Phone))
	} else {
		b = appendString(append(b, `"recipient":`...), to.UserID)
	}
	b = appendString(append(b, `,"type":"template","biz_opaque_callback_data":`...), tag)
	b = append(append(b, `,"template":`...), f.pieces[0]...)
	for i, g := range f.gaps {
		word := params[g.key]
		if word == "" {
			return nil, fmt.Errorf("%w: %s", errNoWord, g.key)
		}
		if g.url {
			word = escape(word)
		}
		b = append(appendString(b, word), f.pieces[i+1]...)
	}
	return append(b, '}'), nil
}

// whole reports whether there is a word for every gap.
func (f *form) whole(params store.Params) bool {
	for _, g := range f.gaps {
		if params[g.key] == "" {
			return false
		}
	}
	return true
}

// appendString appends a JSON string as encoding/json writes it.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || strings.IndexByte(`"\<>&`, c) >= 0 {
			quoted, err := json.Marshal(s)
			if err != nil {
				return append(b, `""`...) // a string always encodes
			}
			return append(b, quoted...)
		}
	}
	b = append(append(b, '"'), s...)
	return append(b, '"')
}

// escape percent-encodes the end of a button's URL. What divides a path or a
// query stays, since the end may be "spring?u=4211"; what is encoded already
// stays too.
func escape(word string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(word) {
		c := word[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~/?&=", c) >= 0,
			c == '%' && i+2 < len(word) && isHex(word[i+1]) && isHex(word[i+2]):
			b.WriteByte(c)
		default:
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
