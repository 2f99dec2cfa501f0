package webhook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"pregon/store"
)

// What strangers write is kept up to these, in bytes.
const (
	maxID   = 512      // longer than any id Meta gives
	maxText = 8 << 10  // twice what WhatsApp lets people write
	maxRaw  = 16 << 10 // of what is kept for not being understood
)

// The envelope of a delivery. Everything may be missing or of another type;
// what cannot be read is left out, and the rest is taken.
type (
	delivery struct {
		Entry []json.RawMessage `json:"entry"`
	}
	entry struct {
		ID      loose             `json:"id"`
		Time    loose             `json:"time"`
		Changes []json.RawMessage `json:"changes"`
	}
	change struct {
		Field string          `json:"field"`
		Value json.RawMessage `json:"value"`
	}
	metadata struct {
		PhoneNumberID loose `json:"phone_number_id"`
	}
)

// reader collects what one delivery tells of one shop.
type reader struct {
	shop Shop
	feed store.Feed
	at   time.Time // of the entry, zero where not told
}

// read finds everything in a delivery that is about the shop; understood is
// false when it is not even the envelope. Shapes: Meta's pages on webhook
// fields, as gathered in April to October 2026.
func read(body []byte, shop Shop) (feed store.Feed, understood bool) {
	var d delivery
	if !decode(body, &d) || d.Entry == nil {
		return store.Feed{}, false
	}
	r := &reader{shop: shop}
	for _, e := range each[entry](d.Entry) {
		r.at = e.Time.moment()
		ours := shop.WABAID == "" || e.ID == "" || string(e.ID) == shop.WABAID
		for _, raw := range e.Changes {
			r.change(raw, ours)
		}
	}
	return r.feed, true
}

// change reads one change. ours says whether the account is the shop's; a
// message names its number besides.
func (r *reader) change(raw json.RawMessage, ours bool) {
	var c change
	if !decode(raw, &c) {
		return
	}
	switch {
	case c.Field == "messages":
		r.messages(c.Value)
	case c.Field == "user_preferences":
		r.preferences(c.Value)
	case !ours:
	case c.Field == "user_id_update":
		r.userIDs(c.Value)
	case strings.HasPrefix(c.Field, "message_template_"), c.Field == "template_category_update":
		r.template(c.Field, c.Value)
	case c.Field == "phone_number_quality_update", c.Field == "business_capability_update", c.Field == "account_update",
		c.Field == "account_review_update", c.Field == "phone_number_name_update", c.Field == "account_alerts":
		r.account(c.Field, c.Value)
	default:
		r.unread(c.Field, c.Value)
	}
}

// another reports whether a value is about another number of the same app.
func (r *reader) another(raw json.RawMessage) bool {
	var of metadata
	return decode(raw, &of) && r.shop.PhoneNumberID != "" && of.PhoneNumberID != "" &&
		string(of.PhoneNumberID) != r.shop.PhoneNumberID
}

// unread keeps what is not understood as it came, the same one once.
func (r *reader) unread(kind string, raw json.RawMessage) {
	if len(raw) == 0 || string(raw) == "null" {
		return
	}
	kind = loose(kind).cut(maxID)
	hash := sha256.Sum256(raw)
	kept := store.Unread{Key: kind + ":" + hex.EncodeToString(hash[:16]), Type: kind, Payload: string(raw)}
	if len(raw) > maxRaw {
		kept.Payload = `{"bytes":` + strconv.Itoa(len(raw)) + `}`
	}
	r.feed.Unread = append(r.feed.Unread, kept)
}
