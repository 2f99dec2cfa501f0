package webhook_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/sender/webhook"
	"pregon/store"
	"pregon/store/storetest"
)

// newShopDesk is a receiver that knows its whole shop: the number and the account besides its id.
func newShopDesk(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	settings := storetest.Settings()
	d.Handler = webhook.New(d.shop.Store, webhook.Config{AppSecret: secret, VerifyToken: "s3cret", Shop: webhook.Shop{
		PhoneNumberID: settings.PhoneNumberID, WABAID: settings.WABAID, Number: string(settings.Number),
	}})
	return d
}

// known is all that a shop says of its one customer, its one message, its template and its account.
func (d *desk) known(t *testing.T) map[string]any {
	t.Helper()
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c, err := d.shop.Store.Contact(ctx, d.contact)
	must(err)
	delivery := d.delivery(t)
	b, err := d.shop.Store.Broadcast(ctx, d.broadcast)
	must(err)
	template, err := d.shop.Template(ctx, "offer", "en")
	must(err)
	account, err := d.shop.Account(ctx)
	must(err)
	reviews, err := d.shop.Reviews(ctx)
	must(err)
	counts, err := d.shop.CountContacts(ctx, "")
	must(err)
	verified, err := d.shop.VerifyLedger(ctx)
	must(err)
	return map[string]any{
		"consent": string(c.Standing.Consent), "platform": string(c.Standing.Platform), "held": c.Standing.Held,
		"sendable": c.Verdict.Sendable(), "phone": string(c.Phone), "user": c.UserID, "saved": string(c.Standing.Saved),
		"delivery": string(delivery.State), "code": delivery.Code, "broadcast": string(b.State), "template": template.Status,
		"category": template.Category, "template quality": template.Quality, "quality": account.Quality, "stopped": account.Stopped,
		"limit": account.MessagingLimit, "throughput": account.Throughput, "reviews": len(reviews),
		"people": counts.Total, "chain": verified.OK, "name": c.Name,
	}
}

const (
	herNumber = "16045000001" // storetest.Phone(1)
	herID     = "CA.20417763359018846152"
	head      = `"messaging_product":"whatsapp","metadata":{"display_phone_number":"16045550199","phone_number_id":"` + number + `"}`
	offer     = `"message_template_id":1,"message_template_name":"offer","message_template_language":"en"`
)

// change is one change of one field, in the envelope as Meta sends it.
func change(field, value string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"500000000000041","time":1795514401,"changes":[{"field":"` + field +
		`","value":` + value + `}]}]}`
}

// writes is one message of hers, two hours after the shop's clock began.
func writes(rest string) string {
	return change("messages", `{`+head+`,"contacts":[{"profile":{"name":"Ana"},"wa_id":"`+herNumber+`","user_id":"`+herID+`"}],"messages":[{"from":"`+
		herNumber+`","from_user_id":"`+herID+`","id":"wamid.IN1","timestamp":"1795521600",`+rest+`}]}`)
}

func becomes(rest string) string {
	return change("messages", `{`+head+`,"statuses":[{"id":"wamid.1","timestamp":"1795514500","recipient_id":"`+herNumber+`",`+rest+`}]}`)
}

func prefers(value string) string {
	return change("user_preferences", `{`+head+`,"user_preferences":[{"wa_id":"`+herNumber+`","user_id":"`+herID+
		`","detail":"d","category":"marketing_messages","value":"`+value+`","timestamp":1795521600}]}`)
}

// withdrawn is what a clear no leads to.
var withdrawn = map[string]string{"consent": "withdrawn", "sendable": "false", "user": herID}

// heard is who wrote something that changes nothing but which id is hers.
var heard = map[string]string{"user": herID}

func merged(all ...map[string]string) map[string]string {
	one := map[string]string{}
	for _, m := range all {
		maps.Copy(one, m)
	}
	return one
}

type telling struct {
	name, body string
	changes    map[string]string // of what is known, nothing else
}

func tellings() []telling {
	paused := map[string]string{"broadcast": "paused"}
	judged := merged(heard, map[string]string{"held": "true", "reviews": "1", "sendable": "false"})
	return []telling{
		{"sent", becomes(`"status":"sent","pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"marketing"}`), map[string]string{"delivery": "sent"}},
		{"delivered", becomes(`"status":"delivered"`), map[string]string{"delivery": "delivered"}},
		{"read", becomes(`"status":"read"`), map[string]string{"delivery": "read"}},
		{"played", becomes(`"status":"played"`), map[string]string{"delivery": "read"}},
		{"deleted, which says nothing", becomes(`"status":"deleted"`), nil},
		{"warned, which says nothing", becomes(`"status":"warning"`), nil},
		{"a state to come", becomes(`"status":"teleported"`), nil},
		{"failed, not on WhatsApp", becomes(`"status":"failed","errors":[{"code":131026,"title":"t"}]`), map[string]string{"delivery": "failed", "code": "131026"}},
		{"failed, held back by Meta", becomes(`"status":"failed","errors":[{"code":131049,"title":"t"}]`), map[string]string{
			"delivery": "failed", "code": "131049", "sendable": "false", // she rests for a week
		}},
		{"failed, because she stopped offers", becomes(`"status":"failed","errors":[{"code":131050,"title":"t"}]`), map[string]string{
			"delivery": "failed", "code": "131050", "consent": "withdrawn", "platform": "stopped", "sendable": "false",
		}},
		{"failed without a reason", becomes(`"status":"failed"`), map[string]string{"delivery": "failed"}},
		{"with her other id", becomes(`"status":"sent","recipient_user_id":"` + herID + `"`), map[string]string{"delivery": "sent", "user": herID}},
		{"for another number of the app", strings.Replace(becomes(`"status":"read"`), number, "600000000000099", 1), nil},
		{"for another account", strings.Replace(change("account_update", `{"event":"ACCOUNT_DELETED"}`), "500000000000041", "500000000000099", 1), nil},

		{"STOP", writes(`"type":"text","text":{"body":"STOP"}`), withdrawn},
		{"stop, in Spanish and with a smile", writes(`"type":"text","text":{"body":"¡BAJA! \ud83d\ude42"}`), withdrawn},
		{"stop, on the button of the message", writes(`"type":"button","button":{"payload":"stop","text":"No more offers"},"context":{"from":"16045550199","id":"wamid.1"}`), withdrawn},
		{"stop, on a reply button", writes(`"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"x","title":"Stop"}}`), withdrawn},
		{"stop, in an edit", writes(`"type":"edit","edit":{"original_message_id":"wamid.IN0","message":{"type":"text","text":{"body":"STOP"}}}`), withdrawn},
		{"a greeting", writes(`"type":"text","text":{"body":"Good morning, are you open?"}`), heard},
		{"a picture", writes(`"type":"image","image":{"id":"9","mime_type":"image/jpeg"}`), heard},
		{"a sticker, which somebody has to see", writes(`"type":"sticker","sticker":{"id":"9"}`), judged},
		{"a place", writes(`"type":"location","location":{"latitude":49.2,"longitude":-123.1}`), heard},
		{"an order", writes(`"type":"order","order":{"catalog_id":"1","text":"two loaves","product_items":[]}`), heard},
		{"something unsupported", writes(`"type":"unsupported","errors":[{"code":131051,"title":"t"}]`), heard},
		{"a kind to come", writes(`"type":"hologram","hologram":{}`), heard},
		{"a voice note, which somebody has to hear", writes(`"type":"audio","audio":{"id":"9","voice":true}`), judged},
		{"words that may be a no", writes(`"type":"text","text":{"body":"please no more"}`), judged},

		{"Meta's own stop", prefers("stop"), merged(withdrawn, map[string]string{"platform": "stopped"})},
		{"Meta's own resume, without a stop", prefers("resume"), heard},
		{"a sign-up, which is no consent", prefers("signup"), nil},
		{"another telephone", writes(`"type":"system","system":{"type":"customer_identity_changed"}`), nil},

		{"the template paused", change("message_template_status_update", `{"event":"PAUSED",`+offer+`,"reason":"NONE"}`), merged(paused, map[string]string{"template": "PAUSED"})},
		{"the template disabled", change("message_template_status_update", `{"event":"DISABLED",`+offer+`}`), merged(paused, map[string]string{"template": "DISABLED"})},
		{"the template approved", change("message_template_status_update", `{"event":"APPROVED",`+offer+`,"reason":null}`), nil},
		{"another template paused", change("message_template_status_update", `{"event":"PAUSED","message_template_name":"other","message_template_language":"en"}`), nil},
		{"the template's quality", change("message_template_quality_update", `{"previous_quality_score":"GREEN","new_quality_score":"RED",`+offer+`}`), merged(paused, map[string]string{"template quality": "RED"})},
		{"the template's category", change("template_category_update", `{"previous_category":"MARKETING","new_category":"UTILITY",`+offer+`}`), merged(paused, map[string]string{"category": "UTILITY"})},
		{"a category announced", change("template_category_update", `{"new_category":"MARKETING","correct_category":"UTILITY",`+offer+`}`), nil},

		{"the limit as a number", change("business_capability_update", `{"max_daily_conversations_per_business":2000}`), map[string]string{"limit": "2000"}},
		{"the limit as a word", change("business_capability_update", `{"max_daily_conversations_per_business":"TIER_10K"}`), map[string]string{"limit": "10000"}},
		{"no limit", change("business_capability_update", `{"max_daily_conversations_per_business":-1}`), map[string]string{"limit": "0"}},
		{"the account restricted", change("account_update", `{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":1895600000}]}`), merged(paused, map[string]string{"stopped": "account_restricted"})},
		{"the account restricted in what we do not use", change("account_update", `{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_ADD_PHONE_NUMBER_ACTION"}]}`), nil},
		{"the account disabled", change("account_update", `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLE","waba_ban_date":"April 17, 2026"}}`), merged(paused, map[string]string{"stopped": "account_disabled"})},
		{"the account to be disabled one day", change("account_update", `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"SCHEDULE_FOR_DISABLE"}}`), nil},
		{"the account deleted", change("account_update", `{"event":"ACCOUNT_DELETED"}`), merged(paused, map[string]string{"stopped": "account_deleted"})},
		{"the account gone elsewhere", change("account_update", `{"event":"ACCOUNT_OFFBOARDED"}`), merged(paused, map[string]string{"stopped": "account_offboarded"})},
		{"an alert", change("account_alerts", `{"entity_type":"WABA","alert_severity":"CRITICAL","alert_type":"X"}`), nil},
		{"a violation", change("account_update", `{"event":"ACCOUNT_VIOLATION","violation_info":{"violation_type":"SCAM"}}`), nil},
		{"a PIN", change("security", `{"event":"PIN_CHANGED"}`), nil},
		{"a field to come", change("astral_projection", `{"x":{"y":[1,2,3]}}`), nil},
		{"no field", `{"object":"whatsapp_business_account","entry":[{"id":"500000000000041","changes":[{}]}]}`, nil},
		{"no entries", `{"object":"whatsapp_business_account"}`, nil},
		{"another product", `{"object":"instagram","entry":[{"id":"1","changes":[{"field":"messages","value":{"text":"STOP"}}]}]}`, nil},
	}
}

// TestWhatMetaTellsIsWhatTheShopThenSays posts each shape of an event as Meta sends it and compares everything the
// shop knows: what the event means has changed, and nothing else has.
func TestWhatMetaTellsIsWhatTheShopThenSays(t *testing.T) {
	t.Parallel()
	for _, tt := range tellings() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newShopDesk(t)
			want := d.known(t)
			for what, value := range tt.changes {
				want[what] = value
			}
			d.shop.Clock.Advance(3 * time.Hour)
			for range 2 { // Meta tells everything again
				if code := d.tell(t, tt.body); code != 200 {
					t.Fatalf("answered %d", code)
				}
			}
			got := d.known(t)
			for _, what := range slices.Sorted(maps.Keys(want)) {
				if fmt.Sprint(got[what]) != fmt.Sprint(want[what]) {
					t.Errorf("%s is %v, want %v", what, got[what], want[what])
				}
			}
		})
	}
}

// TestAnEventIsTakenWithOthersInOneDelivery: Meta puts up to a thousand of them into one body; one that cannot be read
// costs none of the others.
func TestAnEventIsTakenWithOthersInOneDelivery(t *testing.T) {
	t.Parallel()
	d := newShopDesk(t)
	d.shop.Clock.Advance(3 * time.Hour)
	var entries []string
	for _, tt := range tellings() {
		if _, entry, found := strings.Cut(tt.body, `"entry":[`); found && strings.Contains(tt.body, "whatsapp_business_account") {
			entries = append(entries, strings.TrimSuffix(entry, "]}"))
		}
	}
	body := `{"object":"whatsapp_business_account","entry":[7,null,` + strings.Join(entries, `,{"changes":[{"field":"messages","value":"?"}]},`) + `]}`
	if code := d.tell(t, body); code != 200 {
		t.Fatalf("answered %d", code)
	}
	got := d.known(t)
	for what, want := range map[string]string{
		"consent": string(store.ConsentWithdrawn), "platform": "stopped", "sendable": "false", "delivery": "read", "broadcast": "paused", "chain": "true", "people": "1",
	} {
		if fmt.Sprint(got[what]) != want {
			t.Errorf("%s is %v, want %s", what, got[what], want)
		}
	}
}
