package sandbox

import (
	"encoding/json"
	"fmt"
)

// message is the body of POST messages as far as the API looks at it.
type message struct {
	Product       string          `json:"messaging_product"`
	RecipientType string          `json:"recipient_type"`
	To            looseText       `json:"to"`
	Recipient     string          `json:"recipient"`
	Type          string          `json:"type"`
	Callback      string          `json:"biz_opaque_callback_data"`
	Template      *templateSend   `json:"template"`
	Text          *textSend       `json:"text"`
	Contacts      []contactCard   `json:"contacts"`
	Image         *mediaSend      `json:"image"`
	Video         *mediaSend      `json:"video"`
	Audio         *mediaSend      `json:"audio"`
	Document      *mediaSend      `json:"document"`
	Sticker       *mediaSend      `json:"sticker"`
	Location      json.RawMessage `json:"location"`
	Interactive   json.RawMessage `json:"interactive"`
	Reaction      json.RawMessage `json:"reaction"`
	Status        string          `json:"status"` // "read" marks an inbound message
	MessageID     string          `json:"message_id"`
}

// looseText reads a string or a number, since the API takes both.
type looseText string

func (t *looseText) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		var s string
		if err := json.Unmarshal(data, &s); err != nil {
			return fmt.Errorf("read text: %w", err)
		}
		*t = looseText(s)
		return nil
	}
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil {
		return fmt.Errorf("read number: %w", err)
	}
	*t = looseText(n)
	return nil
}

type templateSend struct {
	Name     string `json:"name"`
	Language struct {
		Code   string `json:"code"`
		Policy string `json:"policy"`
	} `json:"language"`
	Components []componentSend `json:"components"`
}

type componentSend struct {
	Type       string      `json:"type"`
	SubType    string      `json:"sub_type"`
	Index      looseText   `json:"index"`
	Parameters []parameter `json:"parameters"`
	Cards      []cardSend  `json:"cards"`
}

type cardSend struct {
	Index      int             `json:"card_index"`
	Components []componentSend `json:"components"`
}

type parameter struct {
	Type     string        `json:"type"`
	Name     string        `json:"parameter_name"`
	Text     string        `json:"text"`
	Payload  string        `json:"payload"`
	Coupon   string        `json:"coupon_code"`
	Currency *currencySend `json:"currency"`
	DateTime *struct {
		Fallback string `json:"fallback_value"`
	} `json:"date_time"`
	Image    *mediaSend `json:"image"`
	Video    *mediaSend `json:"video"`
	Document *mediaSend `json:"document"`
	GIF      *mediaSend `json:"gif"`
	Location *struct {
		Latitude  looseText `json:"latitude"`
		Longitude looseText `json:"longitude"`
	} `json:"location"`
	Offer *struct {
		ExpiresMS int64 `json:"expiration_time_ms"`
	} `json:"limited_time_offer"`
}

type currencySend struct {
	Fallback string `json:"fallback_value"`
	Code     string `json:"code"`
	Amount   *int64 `json:"amount_1000"`
}

type mediaSend struct {
	ID   string `json:"id"`
	Link string `json:"link"`
}

type textSend struct {
	Body string `json:"body"`
}

type contactCard struct {
	Name struct {
		Formatted string `json:"formatted_name"`
		First     string `json:"first_name"`
		Last      string `json:"last_name"`
		Middle    string `json:"middle_name"`
		Prefix    string `json:"prefix"`
		Suffix    string `json:"suffix"`
	} `json:"name"`
}
