package sandbox

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxPayload = 256
	maxCoupon  = 15
)

func (c *checker) checkButton(sent *componentSend) *failure {
	index, err := strconv.Atoi(string(sent.Index))
	if err != nil || index < 0 {
		return refuse(131008, "buttons: index is missing or not a number")
	}
	if index >= len(c.form.buttons) {
		return refuse(132018, "buttons: Button at index %d does not exist in the template", index)
	}
	if c.buttons[index] {
		return refuse(132018, "buttons: Button at index %d is there twice", index)
	}
	c.buttons[index] = true

	want := &c.form.buttons[index]
	kind := strings.ToUpper(sent.SubType)
	if kind != want.kind {
		return refuse(132018, "buttons: Button at index %d is of type %s, not %s", index, want.kind, kind)
	}
	switch kind {
	case "URL":
		return c.checkURL(index, want, sent.Parameters)
	case "QUICK_REPLY":
		return c.checkPayload(index, sent.Parameters)
	case "COPY_CODE":
		return c.checkCoupon(index, sent.Parameters)
	case "PHONE_NUMBER", "REQUEST_CONTACT_INFO":
		return stray(index, kind)
	default:
		return nil // flows, catalogs and the like are taken as they come
	}
}

func stray(index int, kind string) *failure {
	return refuse(132018, "buttons: Button at index %d of type %s does not take parameters", index, kind)
}

func (c *checker) checkURL(index int, want *buttonSlot, params []parameter) *failure {
	if len(want.vars) == 0 && len(params) > 0 {
		return stray(index, "URL")
	}
	if len(params) != len(want.vars) {
		return refuse(131008, "buttons: Button at index %d of type URL requires a parameter", index)
	}
	return c.texts("button", index, &want.slot, params)
}

func (c *checker) checkPayload(index int, params []parameter) *failure {
	if len(params) == 0 {
		return nil
	}
	p := params[0]
	if len(params) > 1 || !strings.EqualFold(p.Type, "payload") || utf8.RuneCountInString(p.Payload) > maxPayload {
		return refuse(132012, "buttons: Button at index %d takes one payload of at most %d characters", index, maxPayload)
	}
	if p.Payload == "" {
		return refuse(131008, "buttons: Button at index %d has an empty payload", index)
	}
	c.add("button", index, "", p.Payload)
	return nil
}

func (c *checker) checkCoupon(index int, params []parameter) *failure {
	if len(params) != 1 || !strings.EqualFold(params[0].Type, "coupon_code") {
		return refuse(131008, "buttons: Button at index %d of type COPY_CODE requires a parameter", index)
	}
	code := params[0].Coupon
	if code == "" || len(code) > maxCoupon || strings.IndexFunc(code, notAlphanumeric) >= 0 {
		return refuse(132018, "buttons: coupon_code must be at most %d letters and digits", maxCoupon)
	}
	c.add("button", index, "", code)
	return nil
}

func notAlphanumeric(r rune) bool {
	return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
}

func (c *checker) checkOffer(params []parameter) *failure {
	if c.form.offer == nil {
		return refuse(132018, "limited_time_offer: the template has no offer")
	}
	if len(params) != 1 || params[0].Offer == nil || params[0].Offer.ExpiresMS <= 0 {
		return refuse(132012, "limited_time_offer: expiration_time_ms must be a time in milliseconds")
	}
	c.add("limited_time_offer", 0, "", strconv.FormatInt(params[0].Offer.ExpiresMS, 10))
	return nil
}

// cardBase keeps the buttons of one card apart from those of the next in Param.Index.
const cardBase = 100

func (c *checker) checkCards(cards []cardSend) *failure {
	if len(cards) != len(c.form.cards) {
		return refuse(132000, "carousel: number of cards (%d) does not match the expected number (%d)",
			len(cards), len(c.form.cards))
	}
	for i := range cards {
		sub := checker{form: &c.form.cards[i], buttons: make(map[int]bool), base: cardBase * (i + 1)}
		for j := range cards[i].Components {
			if fail := sub.component(&cards[i].Components[j]); fail != nil {
				return fail
			}
		}
		if fail := sub.missing(); fail != nil {
			return fail
		}
		c.params = append(c.params, sub.params...)
	}
	return nil
}
