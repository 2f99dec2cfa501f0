package sandbox

import (
	"strconv"
	"strings"
)

// Param is one value that a template was filled with.
type Param struct {
	Component string `json:"component"`      // header, body, button, limited_time_offer
	Index     int    `json:"index"`          // of the button; of the card times 100 in a carousel
	Name      string `json:"name,omitempty"` // of a named variable
	Value     string `json:"value"`
}

// check compares what was sent with the template and returns the values in order.
func (f *form) check(components []componentSend) ([]Param, *failure) {
	c := checker{form: f, buttons: make(map[int]bool, len(f.buttons))}
	for i := range components {
		if fail := c.component(&components[i]); fail != nil {
			return nil, fail
		}
	}
	return c.params, c.missing()
}

// checker is one pass over the components of one send.
type checker struct {
	form         *form
	header, body bool
	offer, cards bool
	buttons      map[int]bool
	params       []Param
	base         int // added to Param.Index inside a card
}

func (c *checker) component(sent *componentSend) *failure {
	switch strings.ToLower(sent.Type) {
	case "header":
		c.header = true
		return c.checkHeader(sent.Parameters)
	case "body":
		c.body = true
		return c.texts("body", 0, &c.form.body, sent.Parameters)
	case "button":
		return c.checkButton(sent)
	case "limited_time_offer":
		c.offer = true
		return c.checkOffer(sent.Parameters)
	case "carousel":
		c.cards = true
		return c.checkCards(sent.Cards)
	case "footer":
		if len(sent.Parameters) > 0 {
			return refuse(132018, "footer: component does not take parameters")
		}
		return nil
	default:
		return invalid("Param template['components'][0]['type'] must be one of {HEADER, BODY, BUTTON, FOOTER, "+
			"LIMITED_TIME_OFFER, CAROUSEL} - got %s.", strconv.Quote(sent.Type))
	}
}

// missing finds what the template needs and the send left out.
func (c *checker) missing() *failure {
	f := c.form
	if !c.header && f.header != nil {
		if fail := c.checkHeader(nil); fail != nil {
			return fail
		}
	}
	if !c.body && len(f.body.vars) > 0 {
		return wrongCount("body", 0, len(f.body.vars))
	}
	for i, b := range f.buttons {
		if c.buttons[i] {
			continue
		}
		if b.kind == "COPY_CODE" || (b.kind == "URL" && len(b.vars) > 0) {
			return refuse(131008, "buttons: Button at index %d of type %s requires a parameter", i, b.kind)
		}
	}
	if !c.offer && f.offer != nil && f.offer.HasExpiration {
		return refuse(131008, "limited_time_offer: expiration_time_ms is required")
	}
	if !c.cards && len(f.cards) > 0 {
		return refuse(131008, "carousel: cards are required")
	}
	return nil
}

func wrongCount(component string, got, want int) *failure {
	return refuse(132000, "%s: number of localizable_params (%d) does not match the expected number of params (%d)",
		component, got, want)
}

func (c *checker) checkHeader(params []parameter) *failure {
	want := c.form.header
	switch {
	case want == nil && len(params) == 0:
		return nil
	case want == nil:
		return wrongCount("header", len(params), 0)
	case want.format == "TEXT":
		return c.texts("header", 0, want, params)
	case len(params) == 0:
		return refuse(132012, "header: Format mismatch, expected %s, received UNKNOWN", want.format)
	case len(params) > 1:
		return wrongCount("header", len(params), 1)
	case !strings.EqualFold(params[0].Type, want.format):
		return refuse(132012, "header: Format mismatch, expected %s, received %s", want.format, strings.ToUpper(params[0].Type))
	}
	return c.medium(&params[0])
}

func (c *checker) medium(p *parameter) *failure {
	if strings.EqualFold(p.Type, "location") {
		if p.Location == nil || p.Location.Latitude == "" || p.Location.Longitude == "" {
			return refuse(132012, "header: location needs latitude and longitude")
		}
		c.add("header", 0, "", string(p.Location.Latitude+","+p.Location.Longitude))
		return nil
	}
	kind := strings.ToLower(p.Type)
	media := map[string]*mediaSend{"image": p.Image, "video": p.Video, "document": p.Document, "gif": p.GIF}[kind]
	if fail := checkMedia("header: "+kind, media); fail != nil {
		return fail
	}
	c.add("header", 0, "", or(media.ID, media.Link))
	return nil
}
