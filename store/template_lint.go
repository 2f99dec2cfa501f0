package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"pregon/store/phone"
)

// Fault is what Meta, or Pregon, would refuse in a template that is not handed
// in yet.
type Fault struct {
	Template string // its name
	Part     string // HEADER, BODY, FOOTER, BUTTONS; "" for the template as a whole
	Code     string // see FaultCodes
	Detail   string // the word, place or label it is about; from outside
	Limit    int    // of characters or pieces, where the code is about one
}

// The faults. The rules are those of Meta's template pages, read October 2026;
// no_way_out and no_name are ours.
const (
	FaultName          = "name"            // other than a-z, 0-9 and _, or longer than 512
	FaultLanguage      = "language"        // missing
	FaultCategory      = "category"        // none of Meta's
	FaultNoBody        = "no_body"         // nothing is said
	FaultTwice         = "twice"           // a part is there more than once
	FaultUnknownPart   = "unknown_part"    // a part this program does not know
	FaultTooLong       = "too_long"        // more characters than a part may have
	FaultHeaderFormat  = "header_format"   // a header Meta does not have
	FaultHeaderMarkup  = "header_markup"   // line breaks, emoji or asterisks in a text header
	FaultPlaces        = "places"          // more places to fill in than a part may have
	FaultPlaceName     = "place_name"      // {{ }} around something that is no name
	FaultPlaceOrder    = "place_order"     // {{1}}, {{2}}, … with one left out
	FaultPlacesMixed   = "places_mixed"    // numbers and names in one template
	FaultPlaceAtEnd    = "place_at_end"    // the body begins or ends with one (2388299)
	FaultPlacesTouch   = "places_touch"    // nothing stands between two
	FaultFewWords      = "few_words"       // too many places for so few words (2388293)
	FaultNoExample     = "no_example"      // a place or a picture without an example
	FaultManyButtons   = "many_buttons"    // more than Meta takes
	FaultButtonType    = "button_type"     // a button Meta does not have
	FaultNoLabel       = "no_label"        // a button without words
	FaultButtonOrder   = "button_order"    // quick replies that do not stand together
	FaultURL           = "url"             // no address, or a place that is not at its end
	FaultOwnLink       = "own_link"        // a wa.me address
	FaultPhone         = "phone"           // a call button without a number
	FaultNoWayOut      = "no_way_out"      // no stop word on a button or in the text
	FaultNobodyNamed   = "no_name"         // the shop's name stands nowhere
	FaultCannotBeSent  = "cannot_be_sent"  // Meta would take it, and this program cannot send it
	FaultSameNameTwice = "same_name_twice" // two templates of the file are the same
)

// FaultCodes lists every code of a Fault.
func FaultCodes() []string {
	return []string{
		FaultName, FaultLanguage, FaultCategory, FaultNoBody, FaultTwice, FaultUnknownPart, FaultTooLong, FaultHeaderFormat, FaultHeaderMarkup,
		FaultPlaces, FaultPlaceName, FaultPlaceOrder, FaultPlacesMixed, FaultPlaceAtEnd, FaultPlacesTouch, FaultFewWords, FaultNoExample,
		FaultManyButtons, FaultButtonType, FaultNoLabel, FaultButtonOrder, FaultURL, FaultOwnLink, FaultPhone, FaultNoWayOut,
		FaultNobodyNamed, FaultCannotBeSent, FaultSameNameTwice,
	}
}

// ErrNoTemplate says that a file holds no template.
var ErrNoTemplate = errors.New("no template in the file")

// proposed is a template as it is handed in (POST message_templates).
type proposed struct {
	Name       string          `json:"name"`
	Language   string          `json:"language"`
	Category   string          `json:"category"`
	Components []proposedParts `json:"components"`
}

type proposedParts struct {
	Type    string           `json:"type"`
	Format  string           `json:"format"`
	Text    string           `json:"text"`
	Example json.RawMessage  `json:"example"`
	Buttons []proposedButton `json:"buttons"`
}

type proposedButton struct {
	Type    string          `json:"type"`
	Text    string          `json:"text"`
	URL     string          `json:"url"`
	Phone   string          `json:"phone_number"`
	Example json.RawMessage `json:"example"`
}

// LintTemplates looks at one template, a list of them, or what GET
// message_templates answered, as JSON. shop is the shop's name; "" where it is
// not known. The error is of the JSON, or ErrNoTemplate.
func LintTemplates(data []byte, shop string) (names []string, faults []Fault, err error) {
	list, err := readProposed(data)
	if err != nil {
		return nil, nil, err
	}
	seen := map[[2]string]bool{}
	for _, p := range list {
		l := lint{of: p.Name}
		if key := [2]string{p.Name, p.Language}; seen[key] {
			l.add("", FaultSameNameTwice, p.Language, 0)
		} else {
			seen[key] = true
		}
		l.template(p, shop)
		names, faults = append(names, p.Name), append(faults, l.faults...)
	}
	return names, faults, nil
}

func readProposed(data []byte) ([]proposed, error) {
	text := strings.TrimSpace(strings.TrimPrefix(string(data), "\ufeff"))
	var list []proposed
	var err error
	switch {
	case strings.HasPrefix(text, "["):
		err = json.Unmarshal([]byte(text), &list)
	default:
		var one struct {
			proposed
			Data []proposed `json:"data"`
		}
		if err = json.Unmarshal([]byte(text), &one); len(one.Data) > 0 {
			list = one.Data
		} else if len(one.Components) > 0 || one.Name != "" {
			list = []proposed{one.proposed}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("decode the templates: %w", err)
	}
	if len(list) == 0 {
		return nil, ErrNoTemplate
	}
	return list, nil
}

// lint collects the faults of one template.
type lint struct {
	of     string
	faults []Fault
}

func (l *lint) add(part, code, detail string, limit int) {
	l.faults = append(l.faults, Fault{l.of, part, code, detail, limit})
}

var (
	templateName  = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)
	anyPlace      = regexp.MustCompile(`\{\{([^{}]*)\}\}`)
	lawfulPlace   = regexp.MustCompile(`^(?:[1-9][0-9]*|[a-z_][a-z0-9_]*)$`)
	touching      = regexp.MustCompile(`\}\}\s*\{\{`)
	ownLink       = regexp.MustCompile(`(?i)//(?:www\.)?(?:wa\.me|api\.whatsapp\.com)(?:[/?]|$)`)
	headerFormats = []string{"TEXT", "IMAGE", "VIDEO", "DOCUMENT", "LOCATION", "GIF", "PRODUCT"}
	// A broadcast carries these; see [Media].
	sendableHeaders = []string{"IMAGE", "VIDEO", "DOCUMENT"}
	categories      = []string{"MARKETING", "UTILITY", "AUTHENTICATION"}
	buttonTypes     = []string{
		"QUICK_REPLY", "URL", "PHONE_NUMBER", "COPY_CODE", "OTP", "CATALOG", "MPM", "SPM", "FLOW", "VOICE_CALL", "REQUEST_CONTACT_INFO", "ORDER_DETAILS", "APP",
	}
)

// The most characters of a part, and the most buttons of a kind.
const (
	mostHeader  = 60
	mostBody    = 1024
	mostFooter  = 60
	mostLabel   = 25
	mostURL     = 2000
	mostPhone   = 20
	mostButtons = 10
)

func (l *lint) template(p proposed, shop string) {
	if !templateName.MatchString(p.Name) {
		l.add("", FaultName, p.Name, 512)
	}
	if strings.TrimSpace(p.Language) == "" {
		l.add("", FaultLanguage, "", 0)
	}
	if !slices.Contains(categories, strings.ToUpper(p.Category)) {
		l.add("", FaultCategory, p.Category, 0)
	}
	m := &Message{Name: p.Name, Language: p.Language}
	var said strings.Builder
	named, numbered := false, false
	for _, c := range p.Components {
		kind := strings.ToUpper(c.Type)
		if m.Part(kind).Type != "" {
			l.add(kind, FaultTwice, "", 1)
		}
		part := Component{Type: kind, Format: strings.ToUpper(c.Format), Text: c.Text}
		for _, b := range c.Buttons {
			part.Buttons = append(part.Buttons, Button{Type: strings.ToUpper(b.Type), Text: b.Text, URL: b.URL})
		}
		m.Components = append(m.Components, part)
		_, _ = said.WriteString(" " + c.Text) // a strings.Builder takes everything
		l.part(kind, part, c)
		for _, match := range anyPlace.FindAllStringSubmatch(c.Text, -1) {
			_, err := strconv.Atoi(strings.TrimSpace(match[1]))
			named, numbered = named || err != nil, numbered || err == nil
		}
	}
	if named && numbered {
		l.add("", FaultPlacesMixed, "", 0)
	}
	if strings.TrimSpace(m.Part("BODY").Text) == "" {
		l.add("BODY", FaultNoBody, "", 0)
	}
	if !m.WayOut() {
		l.add("", FaultNoWayOut, "", 0)
	}
	if shop != "" && !strings.Contains(strings.ToLower(said.String()), strings.ToLower(shop)) {
		l.add("", FaultNobodyNamed, shop, 0)
	}
}

func (l *lint) part(kind string, part Component, c proposedParts) {
	switch kind {
	case "HEADER":
		l.header(part, c)
	case "BODY":
		l.length(kind, c.Text, mostBody)
		l.places(kind, c, 0)
		l.body(c.Text)
	case "FOOTER":
		l.length(kind, c.Text, mostFooter)
		if anyPlace.MatchString(c.Text) {
			l.add(kind, FaultPlaces, "", 0)
		}
	case "BUTTONS":
		l.buttons(c.Buttons)
	case "CAROUSEL", "LIMITED_TIME_OFFER":
		l.add(kind, FaultCannotBeSent, kind, 0)
	default:
		l.add(kind, FaultUnknownPart, c.Type, 0)
	}
}

func (l *lint) length(kind, text string, most int) {
	if n := utf8.RuneCountInString(text); n > most {
		l.add(kind, FaultTooLong, strconv.Itoa(n), most)
	}
}

func (l *lint) header(part Component, c proposedParts) {
	const kind = "HEADER"
	switch {
	case !slices.Contains(headerFormats, part.Format):
		l.add(kind, FaultHeaderFormat, c.Format, 0)
	case part.Format != "TEXT":
		if !slices.Contains(sendableHeaders, part.Format) {
			l.add(kind, FaultCannotBeSent, part.Format, 0)
		}
		if empty(c.Example) && part.Format != "LOCATION" {
			l.add(kind, FaultNoExample, part.Format, 0)
		}
	default:
		l.length(kind, c.Text, mostHeader)
		if strings.ContainsFunc(c.Text, func(r rune) bool {
			return r == '\n' || r == '*' || unicode.Is(unicode.So, r) || r == '\ufe0f'
		}) {
			l.add(kind, FaultHeaderMarkup, "", 0)
		}
		l.places(kind, c, 1)
	}
}

// places looks at what is to be filled in; most is how many there may be, 0 for as many as the words carry.
func (l *lint) places(kind string, c proposedParts, most int) {
	var numbers []int
	var found int
	for _, match := range anyPlace.FindAllStringSubmatch(c.Text, -1) {
		found++
		inside := strings.TrimSpace(match[1])
		if !lawfulPlace.MatchString(inside) {
			l.add(kind, FaultPlaceName, match[0], 0)
			continue
		}
		if n, err := strconv.Atoi(inside); err == nil {
			numbers = append(numbers, n)
		}
	}
	slices.Sort(numbers)
	for i, n := range slices.Compact(numbers) {
		if n != i+1 {
			l.add(kind, FaultPlaceOrder, "{{"+strconv.Itoa(i+1)+"}}", 0)
			break
		}
	}
	if most > 0 && found > most {
		l.add(kind, FaultPlaces, "", most)
	}
	if found > 0 && empty(c.Example) {
		l.add(kind, FaultNoExample, "", 0)
	}
}

// body looks at what only a body is held to.
func (l *lint) body(text string) {
	const kind = "BODY"
	places := anyPlace.FindAllStringIndex(text, -1)
	if len(places) == 0 {
		return
	}
	trimmed := strings.TrimSpace(text)
	if strings.HasPrefix(trimmed, "{{") || strings.HasSuffix(trimmed, "}}") {
		l.add(kind, FaultPlaceAtEnd, "", 0)
	}
	if touching.MatchString(text) {
		l.add(kind, FaultPlacesTouch, "", 0)
	}
	// Meta names no number: two words of its own for every place, and one more, are our guess at it.
	if words := len(strings.Fields(anyPlace.ReplaceAllString(text, " "))); words < 2*len(places)+1 {
		l.add(kind, FaultFewWords, strconv.Itoa(len(places)), 2*len(places)+1)
	}
}

func (l *lint) buttons(buttons []proposedButton) {
	const kind = "BUTTONS"
	count := map[string]int{}
	groups, last := 0, ""
	for _, b := range buttons {
		is := strings.ToUpper(b.Type)
		count[is]++
		if is == "QUICK_REPLY" && last != is {
			groups++
		}
		last = is
		l.button(is, b)
	}
	for is, most := range map[string]int{"URL": 2, "PHONE_NUMBER": 1, "COPY_CODE": 1, "VOICE_CALL": 1} {
		if count[is] > most {
			l.add(kind, FaultManyButtons, is, most)
		}
	}
	if len(buttons) > mostButtons {
		l.add(kind, FaultManyButtons, "", mostButtons)
	}
	if groups > 1 {
		l.add(kind, FaultButtonOrder, "", 0)
	}
}

func (l *lint) button(is string, b proposedButton) {
	const kind = "BUTTONS"
	switch {
	case !slices.Contains(buttonTypes, is):
		l.add(kind, FaultButtonType, b.Type, 0)
	case strings.TrimSpace(b.Text) == "" && is != "COPY_CODE" && is != "REQUEST_CONTACT_INFO":
		l.add(kind, FaultNoLabel, is, 0)
	}
	l.length(kind, b.Text, mostLabel)
	switch is {
	case "URL":
		l.url(b)
	case "PHONE_NUMBER":
		if _, err := phone.Parse(b.Phone, ""); err != nil || len(b.Phone) > mostPhone {
			l.add(kind, FaultPhone, b.Phone, mostPhone)
		}
	case "QUICK_REPLY", "COPY_CODE":
	default:
		if slices.Contains(buttonTypes, is) {
			l.add(kind, FaultCannotBeSent, is, 0)
		}
	}
}

func (l *lint) url(b proposedButton) {
	const kind = "BUTTONS"
	places := anyPlace.FindAllStringIndex(b.URL, -1)
	l.length(kind, b.URL, mostURL)
	switch {
	case !strings.HasPrefix(strings.ToLower(b.URL), "https://") && !strings.HasPrefix(strings.ToLower(b.URL), "http://"),
		len(places) > 1, len(places) == 1 && places[0][1] != len(b.URL):
		l.add(kind, FaultURL, b.URL, 0)
	case ownLink.MatchString(b.URL):
		l.add(kind, FaultOwnLink, b.URL, 0)
	}
	if len(places) > 0 && empty(b.Example) {
		l.add(kind, FaultNoExample, b.Text, 0)
	}
}

// empty reports whether an example says nothing.
func empty(raw json.RawMessage) bool {
	text := strings.TrimSpace(string(raw))
	return slices.Contains([]string{"", "null", `""`, "[]", "{}"}, text)
}
