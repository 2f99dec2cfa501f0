package intake

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime/quotedprintable"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"
)

// property is one unfolded line of a vCard: "item1.TEL;TYPE=CELL:+1 604 555 0100".
type property struct {
	line   int    // physical line where it starts
	group  string // "item1", lower case; "" for none
	name   string // upper case
	params []param
	value  string // decoded, escapes still in it
	long   bool   // longer than MaxCell: value is cut
}

// param is one parameter. Those that 2.1 writes without a name are types.
type param struct{ name, value string } // upper and lower case

func (p property) types() []string { return p.all("TYPE") }

func (p property) all(name string) []string {
	var values []string
	for _, one := range p.params {
		if one.name == name {
			values = append(values, one.value)
		}
	}
	return values
}

func (p property) first(name string) string {
	if values := p.all(name); len(values) > 0 {
		return values[0]
	}
	return ""
}

// skipped are the properties that may be megabytes of base64 and that no shop needs. They are read past, never held.
var skipped = []string{"PHOTO", "LOGO", "SOUND", "KEY", "X-MS-CARDPICTURE", "X-MS-OL-DESIGN"}

// propertyReader unfolds the lines of vCard 2.1, 3.0 and 4.0. It works on bytes, because old programs fold inside a
// character, and 2.1 names the encoding of each value by itself.
type propertyReader struct {
	r    *bufio.Reader
	end  byte // of a physical line: '\n', or '\r' in files of old Macs
	line int
	buf  []byte
}

// next returns the next property; io.EOF after the last. Lines without a colon are left out.
func (s *propertyReader) next() (property, error) {
	for {
		s.buf = s.buf[:0]
		started := s.line + 1
		skip, long, err := s.physical(false)
		if err != nil {
			return property{}, err
		}
		for {
			more, err := s.continued(skip)
			if err != nil {
				return property{}, err
			}
			if !more {
				break
			}
			_, over, err := s.physical(skip)
			if err != nil && !errors.Is(err, io.EOF) {
				return property{}, err
			}
			long = long || over
		}
		if p, ok := parseProperty(s.buf); ok && !skip {
			p.line, p.long = started, long
			return p, nil
		}
	}
}

// physical appends one physical line to the buffer, without its end. It reports whether the line begins a property
// that is skipped, and whether it was too long to keep whole.
func (s *propertyReader) physical(skip bool) (skips, long bool, err error) {
	fresh := len(s.buf) == 0 && !skip
	s.line++
	for first := true; ; first = false {
		piece, err := s.r.ReadSlice(s.end)
		if err != nil && !errors.Is(err, bufio.ErrBufferFull) && !errors.Is(err, io.EOF) {
			return skip, long, fmt.Errorf("read line %d: %w", s.line, err)
		}
		if first && len(piece) == 0 && errors.Is(err, io.EOF) {
			return skip, long, io.EOF
		}
		if first && fresh {
			skip = startsSkipped(piece)
		}
		if !skip && len(s.buf) <= MaxCell {
			s.buf = append(s.buf, piece...)
		} else if !skip {
			long = true
		}
		if err == nil || errors.Is(err, io.EOF) {
			s.buf = bytes.TrimRight(s.buf, "\r\n")
			return skip, long || len(s.buf) > MaxCell, nil
		}
	}
}

// startsSkipped reports whether a line begins one of the skipped properties.
func startsSkipped(line []byte) bool {
	head := line[:min(len(line), 80)]
	if at := bytes.IndexAny(head, ":;"); at >= 0 {
		head = head[:at]
	}
	if at := bytes.LastIndexByte(head, '.'); at >= 0 {
		head = head[at+1:]
	}
	return slices.Contains(skipped, strings.ToUpper(string(head)))
}

// continued reports whether the next physical line belongs to the property, and takes off what marks it: a blank in
// front, or in quoted-printable text the "=" at the end.
func (s *propertyReader) continued(skip bool) (bool, error) {
	if !skip && len(s.buf) > 0 && s.buf[len(s.buf)-1] == '=' && isQuotedPrintable(s.buf) {
		s.buf = s.buf[:len(s.buf)-1]
		return true, nil
	}
	following, err := s.r.Peek(1)
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read line %d: %w", s.line, err)
	}
	if following[0] != ' ' && following[0] != '\t' {
		return false, nil
	}
	_, err = s.r.Discard(1)
	return err == nil, nil // one byte was just seen
}

func isQuotedPrintable(line []byte) bool {
	colon := bytes.IndexByte(line, ':')
	return colon > 0 && bytes.Contains(bytes.ToUpper(line[:colon]), []byte("QUOTED-PRINTABLE"))
}

// parseProperty reads an unfolded line; false where it is none.
func parseProperty(line []byte) (property, bool) {
	colon := outsideQuotes(line, ':')
	if colon <= 0 {
		return property{}, false
	}
	head := string(line[:colon])
	name, rest, _ := strings.Cut(head, ";")
	p := property{name: strings.ToUpper(strings.TrimSpace(name))}
	if group, own, found := strings.Cut(p.name, "."); found {
		p.group, p.name = strings.ToLower(group), own
	}
	for rest != "" {
		end := outsideQuotes([]byte(rest), ';')
		one := rest
		if end >= 0 {
			one, rest = rest[:end], rest[end+1:]
		} else {
			rest = ""
		}
		p.params = appendParam(p.params, one)
	}
	p.value = decodeValue(line[colon+1:], p)
	return p, p.name != ""
}

// appendParam adds "TYPE=CELL,VOICE" or the bare "CELL" of 2.1.
func appendParam(params []param, text string) []param {
	name, values, named := strings.Cut(text, "=")
	name = strings.ToUpper(strings.TrimSpace(name))
	if !named {
		name, values = "TYPE", text
		switch strings.ToUpper(strings.TrimSpace(text)) {
		case "QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT":
			name = "ENCODING"
		}
	}
	for one := range strings.SplitSeq(values, ",") {
		one = strings.ToLower(strings.Trim(strings.TrimSpace(one), `"`))
		if one != "" {
			params = append(params, param{name, one})
		}
	}
	return params
}

// outsideQuotes finds a sign that no parameter quotes.
func outsideQuotes(text []byte, sign byte) int {
	quoted := false
	for i, b := range text {
		switch {
		case b == '"':
			quoted = !quoted
		case b == sign && !quoted:
			return i
		}
	}
	return bytes.IndexByte(text, sign) // an odd quote hides nothing
}

// decodeValue returns a value as UTF-8.
func decodeValue(value []byte, p property) string {
	if p.first("ENCODING") == "quoted-printable" {
		plain, err := io.ReadAll(quotedprintable.NewReader(bytes.NewReader(value)))
		if err == nil {
			value = plain
		}
	}
	if named := p.first("CHARSET"); named != "" && named != "utf-8" {
		if encoding, err := htmlindex.Get(named); err == nil {
			if text, err := encoding.NewDecoder().Bytes(value); err == nil {
				value = text
			}
		}
	}
	if utf8.Valid(value) {
		return string(value)
	}
	text, err := io.ReadAll(decode(bytes.NewReader(value), UTF8))
	if err != nil {
		return strings.ToValidUTF8(string(value), "\ufffd")
	}
	return string(text)
}

// unescaped takes the backslashes out of a value of 3.0 and 4.0; those that 2.1 writes mean the same.
func unescaped(text string) string {
	if !strings.Contains(text, `\`) {
		return text
	}
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\N`, "\n", `\,`, ",", `\;`, ";", `\:`, ":").Replace(text)
}

// splitValue parts a value at a sign that no backslash escapes, and takes the escapes out of the parts.
func splitValue(text string, sign byte) []string {
	var parts []string
	start := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case sign:
			parts = append(parts, unescaped(text[start:i]))
			start = i + 1
		}
	}
	return append(parts, unescaped(text[start:]))
}
