package intake

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
)

// cardHeader are the columns that cards are handed back under, for a file of rejects that can be brought again.
var cardHeader = []string{
	"Name", "Mobile", "Phone", "Tags", "Language", "field.email", "field.birthday", "field.city", "field.postal_code", "field.notes",
}

// maxProperties is how many properties of one card are looked at.
const maxProperties = 500

// cards gives the contacts of a vCard file.
type cards struct {
	source  *propertyReader
	pending *property // the BEGIN of a card, where the one before had no end
}

func isVCard(start []byte) bool {
	start = bytes.TrimLeft(bytes.TrimPrefix(start, []byte("\xef\xbb\xbf")), " \t\r\n")
	const begin = "BEGIN:VCARD"
	return len(start) >= len(begin) && bytes.EqualFold(start[:len(begin)], []byte(begin))
}

// openVCard reads cards. UTF-16 is decoded whole; all else value by value.
func (r *Reader) openVCard(buffered *bufio.Reader, start []byte) {
	encoding, _ := detect(start)
	text := buffered
	if encoding == UTF16LE || encoding == UTF16BE {
		text = bufio.NewReaderSize(decode(buffered, encoding), window)
	}
	end := byte('\n')
	if !bytes.Contains(start, []byte("\n")) {
		end = '\r'
	}
	r.format, r.header = FormatVCard, cardHeader
	r.dialect = Dialect{Delimiter: ',', Encoding: encoding}
	for _, name := range cardHeader {
		r.columns = append(r.columns, columnOf(name))
	}
	r.rows = &cards{source: &propertyReader{r: text, end: end}}
}

// next returns the next card that is a person.
func (c *cards) next() (Row, error) {
	for {
		begin, err := c.begin()
		if err != nil {
			return Row{}, err
		}
		card, ended, err := c.card()
		if err != nil {
			return Row{}, err
		}
		row := card.row(begin)
		switch {
		case card.group:
			continue
		case card.long:
			row.Defect = DefectLong
		case !ended:
			row.Defect = DefectUnfinished
		default:
			return row, nil
		}
		return Row{Line: row.Line, Raw: row.Raw, Defect: row.Defect}, nil
	}
}

// begin finds the next BEGIN:VCARD and returns its line.
func (c *cards) begin() (int, error) {
	if c.pending != nil {
		line := c.pending.line
		c.pending = nil
		return line, nil
	}
	for {
		p, err := c.source.next()
		if err != nil {
			return 0, err
		}
		if p.marks("BEGIN") {
			return p.line, nil
		}
	}
}

func (p property) marks(what string) bool {
	name := strings.TrimPrefix(p.name, "\ufeff")
	return name == what && strings.EqualFold(strings.TrimSpace(p.value), "VCARD")
}

// card reads the properties up to END:VCARD; false where the card has no end. A card inside a card is the agent of
// 2.1, somebody else.
func (c *cards) card() (card, bool, error) {
	var one card
	depth, agent := 0, false
	for n := 0; ; n++ {
		p, err := c.source.next()
		if errors.Is(err, io.EOF) {
			return one, false, nil
		}
		if err != nil {
			return card{}, false, err
		}
		switch {
		case p.marks("BEGIN") && !agent:
			c.pending = &p
			return one, false, nil
		case p.marks("BEGIN"):
			depth, agent = depth+1, false
		case p.marks("END") && depth == 0:
			return one, true, nil
		case p.marks("END"):
			depth--
		case depth > 0:
		case p.name == "AGENT":
			agent = true
		case n < maxProperties:
			one.take(p)
			agent = false
		}
	}
}

// card is what is kept of the properties of one card.
type card struct {
	names    names
	full     string
	phones   []property
	labels   map[string]string // by group
	tags     []string
	language string
	fields   map[string]string
	group    bool // a list of people, not a person
	long     bool
}

// take puts one property where it belongs.
func (c *card) take(p property) {
	switch p.name {
	case "FN":
		c.full = cmp.Or(c.full, oneLine(unescaped(p.value)))
	case "N":
		c.name(splitValue(p.value, ';'))
	case "NICKNAME":
		c.names.add(RoleOtherName, tidy(unescaped(p.value)))
	case "ORG":
		c.names.add(RoleOtherName, tidy(splitValue(p.value, ';')[0]))
	case "TEL":
		c.phones = append(c.phones, p)
	case "X-ABLABEL":
		c.label(p.group, p.value)
	case "CATEGORIES":
		for _, tag := range splitValue(p.value, ',') {
			c.tags = addTags(c.tags, tidy(tag))
		}
	case "LANG", "LANGUAGE":
		c.language = cmp.Or(c.language, languageOf(tidy(p.value)))
	case "KIND", "X-ADDRESSBOOKSERVER-KIND":
		c.group = c.group || strings.EqualFold(strings.TrimSpace(p.value), "group")
	default:
		c.field(p)
		return
	}
	c.long = c.long || p.long
}

// field keeps what an address book's row keeps too; see kept.
func (c *card) field(p property) {
	switch p.name {
	case "EMAIL":
		c.set("email", unescaped(p.value))
	case "BDAY":
		c.set("birthday", unescaped(p.value))
	case "NOTE":
		c.set("notes", unescaped(p.value))
	case "ADR":
		if parts := splitValue(p.value, ';'); len(parts) > 5 {
			c.set("city", parts[3])
			c.set("postal_code", parts[5])
		}
	case fieldProperty:
		if parts := splitValue(p.value, ';'); len(parts) == 2 {
			c.set(FieldKey(parts[0]), parts[1])
		}
	default:
		return
	}
	c.long = c.long || p.long
}

func (c *card) set(key, text string) {
	if text = tidy(text); text == "" || key == "" || c.fields[key] != "" {
		return
	}
	if c.fields == nil {
		c.fields = map[string]string{}
	}
	c.fields[key] = text
}

// name takes the parts of N: family, given, additional, prefixes, suffixes.
func (c *card) name(parts []string) {
	for i, role := range []Role{RoleLastName, RoleFirstName, RoleMiddleName} {
		if i < len(parts) {
			c.names.add(role, tidy(parts[i]))
		}
	}
}

func (c *card) label(group, value string) {
	if group == "" {
		return
	}
	if c.labels == nil {
		c.labels = map[string]string{}
	}
	// Apple writes its own labels as _$!<Mobile>!$_.
	c.labels[group] = oneLine(strings.TrimSuffix(strings.TrimPrefix(unescaped(value), "_$!<"), ">!$_"))
}

func oneLine(text string) string { return strings.Join(strings.Fields(tidy(text)), " ") }

// row is the card as a row.
func (c *card) row(line int) Row {
	r := Row{Line: line, Tags: c.tags, Language: c.language, Fields: c.fields}
	if r.Name = c.full; r.Name == "" {
		r.Name = c.names.join()
	}
	r.Phones = c.listPhones()
	var mobiles, others []string
	for _, p := range r.Phones {
		if p.Mobile {
			mobiles = append(mobiles, p.Text)
		} else {
			others = append(others, p.Text)
		}
	}
	r.Raw = []string{
		r.Name, strings.Join(mobiles, " "+several+" "), strings.Join(others, " "+several+" "), strings.Join(c.tags, ";"), c.language,
		c.fields["email"], c.fields["birthday"], c.fields["city"], c.fields["postal_code"], c.fields["notes"],
	}
	return r
}

// listPhones orders the numbers of a card, the likeliest mobile first.
func (c *card) listPhones() []Phone {
	var found []candidate
	for _, p := range c.phones {
		label := c.labels[p.group]
		if slices.ContainsFunc(p.types(), neverType) || neverPhone(label) {
			continue
		}
		one := candidate{Phone: Phone{Text: tidy(unescaped(p.value)), Label: label}, rank: telRank(p, label)}
		if id := p.first("WAID"); digits(id) >= 7 && digits(id) == len(id) {
			one.Text, one.rank = "+"+id, rankWhatsApp
		}
		if one.Label == "" && len(p.types()) > 0 {
			one.Label = strings.Join(p.types(), " ")
		}
		if one.Text != "" {
			found = append(found, one)
		}
	}
	return ranked(found)
}

// neverType reports whether a type of 2.1, 3.0 or 4.0 is no phone of a person.
func neverType(t string) bool {
	switch t {
	case "fax", "pager", "isdn", "modem", "bbs", "textphone", "tlx", "telex", "pcs-fax":
		return true
	}
	return false
}

// telRank ranks a number by its types, else by its label.
func telRank(p property, label string) rank {
	for _, t := range p.types() {
		switch t {
		case "cell", "mobile", "iphone", "x-iphone", "x-mobile":
			return rankMobile
		case "whatsapp", "x-whatsapp":
			return rankWhatsApp
		}
	}
	if label != "" {
		return labelRank(label)
	}
	for _, t := range p.types() {
		switch t {
		case "home":
			return rankHome
		case "work":
			return rankWork
		case "car":
			return rankOther
		}
	}
	return rankPhone
}
