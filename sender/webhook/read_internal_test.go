package webhook

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pregon/store"
)

// ours is the shop of these tests.
var ours = Shop{PhoneNumberID: "600000000000031", WABAID: "500000000000041", Number: "+15550109999"}

const (
	ana   = `"wa_id":"16045550101","user_id":"US.20417763359018846152"`
	meta  = `"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550109999","phone_number_id":"600000000000031"}`
	anaID = "US.20417763359018846152"
)

// envelope puts a change into the envelope as Meta sends it.
func envelope(field, value string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"500000000000041","time":1790000000,"changes":[{"field":"` +
		field + `","value":` + value + `}]}]}`
}

// wrote is a delivery with one message of Ana's; rest is what stands besides the head.
func wrote(rest string) string {
	return envelope("messages", `{`+meta+`,"contacts":[{"profile":{"name":"Ana","username":"ana.luna"},`+ana+`}],
		"messages":[{"from":"16045550101","from_user_id":"`+anaID+`","id":"wamid.IN1","timestamp":"1790000100",`+rest+`}]}`)
}

func saying(kind, text, payload string) store.Feed {
	return store.Feed{Inbound: []store.Inbound{{
		Wamid: "wamid.IN1", Phone: "+16045550101", UserID: anaID, Name: "Ana", At: second(1790000100), Kind: kind, Text: text, Payload: payload,
	}}}
}

func second(at int64) time.Time { return time.Unix(at, 0).UTC() }

func tellsAccount(news store.AccountNews) store.Feed {
	news.At = second(1790000000)
	return store.Feed{Account: []store.AccountNews{news}}
}

func tellsTemplate(news store.TemplateNews) store.Feed {
	news.Name, news.Language, news.At = "spring_offer", "es_MX", second(1790000000)
	return store.Feed{Templates: []store.TemplateNews{news}}
}

const named = `"message_template_id":800000000000021,"message_template_name":"spring_offer","message_template_language":"es_MX"`

type shape struct {
	name, body string
	want       store.Feed
	unread     string // the kind that is kept unread, "" none
}

func statusShapes() []shape {
	one := func(s store.Status) store.Feed { return store.Feed{Statuses: []store.Status{s}} }
	in := func(statuses string) string { return envelope("messages", `{`+meta+`,"statuses":[`+statuses+`]}`) }
	return []shape{
		{
			name: "sent", body: in(`{"id":"wamid.HBgLMTU=","status":"sent","timestamp":"1790000001","recipient_id":"16045550101",
			"recipient_user_id":"` + anaID + `","biz_opaque_callback_data":"0198.17","conversation":{"id":"x","expiration_timestamp":1790000999,
			"origin":{"type":"marketing"}},"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"marketing"}}`),
			want: one(store.Status{
				Wamid: "wamid.HBgLMTU=", State: store.DeliverySent, At: second(1790000001), Phone: "+16045550101", UserID: anaID, PublicID: "0198.17",
			}),
		},
		{
			name: "delivered to one without a number, the time a number", body: in(`{"id":"wamid.2","status":"delivered","timestamp":1790000002,"recipient_user_id":"` + anaID + `"}`),
			want: one(store.Status{Wamid: "wamid.2", State: store.DeliveryDelivered, At: second(1790000002), UserID: anaID}),
		},
		{
			name: "played is read, milliseconds", body: in(`{"id":"wamid.3","status":"played","timestamp":"1790000003000","recipient_id":16045550101}`),
			want: one(store.Status{Wamid: "wamid.3", State: store.DeliveryRead, At: second(1790000003), Phone: "+16045550101"}),
		},
		{
			name: "failed, with error_data as a string", body: in(`{"id":"wamid.4","status":"failed","timestamp":"1790000004","recipient_id":"16045550101",
			"errors":[{"code":131049,"title":"x","message":"y","error_data":"{\"details\":\"z\"}","href":"https://developers.facebook.com/"}]}`),
			want: one(store.Status{Wamid: "wamid.4", State: store.DeliveryFailed, At: second(1790000004), Phone: "+16045550101", Code: 131049}),
		},
		{
			name: "failed, the code a string behind a zero", body: in(`{"id":"wamid.5","status":"failed","errors":[{"code":0},{"code":"131026"}]}`),
			want: one(store.Status{Wamid: "wamid.5", State: store.DeliveryFailed, Code: 131026}),
		},
		{
			name: "failed without a reason", body: in(`{"id":"wamid.6","status":"failed","timestamp":"soon","errors":{"code":1}}`),
			want: one(store.Status{Wamid: "wamid.6", State: store.DeliveryFailed}),
		},
		{
			name: "to a group", body: in(`{"id":"wamid.7","status":"sent","recipient_id":"16045550199","recipient_type":"group"}`),
			want: one(store.Status{Wamid: "wamid.7", State: store.DeliverySent}),
		},
		{name: "states that say nothing", body: in(`{"id":"wamid.8","status":"deleted"},{"id":"wamid.8","status":"warning"},{"status":"read"},{"id":"","status":"read"}`)},
		{name: "of another number of the app", body: strings.Replace(in(`{"id":"wamid.9","status":"read"}`), "600000000000031", "600000000000099", 1)},
		{
			name: "without metadata", body: envelope("messages", `{"statuses":[{"id":"wamid.9","status":"read"}]}`),
			want: one(store.Status{Wamid: "wamid.9", State: store.DeliveryRead}),
		},
	}
}

func messageShapes() []shape {
	return []shape{
		{name: "text", body: wrote(`"type":"text","text":{"body":"STOP"}`), want: saying("text", "STOP", "")},
		{name: "escaped", body: wrote(`"type":"text","text":{"body":"\u00a1BAJA\u0021 \/ \ud83d\uded1"}`), want: saying("text", "¡BAJA! / 🛑", "")},
		{
			name: "quick reply of a template", body: wrote(`"type":"button","button":{"payload":"STOP:4211","text":"No more messages"},"context":{"from":"15550109999","id":"wamid.OURS"}`),
			want: func() store.Feed {
				f := saying("button", "No more messages", "STOP:4211")
				f.Inbound[0].ContextWamid = "wamid.OURS"
				return f
			}(),
		},
		{name: "reply button", body: wrote(`"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"stop","title":"Baja"}}`), want: saying("interactive", "Baja", "stop")},
		{name: "list", body: wrote(`"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"row1","title":"Stop","description":"no more"}}`), want: saying("interactive", "Stop", "row1")},
		{name: "form", body: wrote(`"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{}"}}`), want: saying("interactive", "Sent", "")},
		{name: "picture", body: wrote(`"type":"image","image":{"id":"9","mime_type":"image/jpeg","sha256":"x","caption":"stop this"}`), want: saying("image", "stop this", "")},
		{name: "voice note", body: wrote(`"type":"audio","audio":{"id":"9","voice":true}`), want: saying("audio", "", "")},
		{name: "sticker", body: wrote(`"type":"sticker","sticker":{"id":"9"}`), want: saying("sticker", "", "")},
		{name: "reaction", body: wrote(`"type":"reaction","reaction":{"message_id":"wamid.OURS","emoji":"👎"}`), want: saying("reaction", "👎", "")},
		{name: "reaction taken back", body: wrote(`"type":"reaction","reaction":{"message_id":"wamid.OURS"}`), want: saying("reaction", "", "")},
		{name: "place", body: wrote(`"type":"location","location":{"latitude":49.2,"longitude":-123.1}`), want: saying("location", "", "")},
		{name: "card", body: wrote(`"type":"contacts","contacts":[{"name":{"formatted_name":"Luna"}}]`), want: saying("contacts", "", "")},
		{name: "order", body: wrote(`"type":"order","order":{"catalog_id":"1","text":"two loaves","product_items":[]}`), want: saying("order", "two loaves", "")},
		{name: "edited", body: wrote(`"type":"edit","edit":{"original_message_id":"wamid.IN0","message":{"type":"text","text":{"body":"STOP"}}}`), want: saying("edit", "STOP", "")},
		{name: "taken back", body: wrote(`"type":"revoke","revoke":{"original_message_id":"wamid.IN0"}`), want: saying("revoke", "", "")},
		{name: "unsupported", body: wrote(`"type":"unsupported","errors":[{"code":131051,"title":"Message type unknown"}]`), want: saying("unsupported", "", ""), unread: "messages.unsupported"},
		{name: "a kind to come", body: wrote(`"type":"hologram","hologram":{}`), want: saying("hologram", "", ""), unread: "messages.hologram"},
		{name: "no kind", body: wrote(`"text":{"body":"stop"}`), want: saying("unknown", "stop", ""), unread: "messages.unknown"},
		{name: "fields of other types", body: wrote(`"type":"text","text":{"body":"STOP"},"button":7,"context":"x","image":[1],"interactive":null,"referral":{"source_type":"ad"}`), want: saying("text", "STOP", "")},
		{
			name: "a number only", body: envelope("messages", `{`+meta+`,"messages":[{"from":"16045550101","id":"wamid.IN1","timestamp":1790000100,"type":"text","text":{"body":7}}]}`),
			want: store.Feed{Inbound: []store.Inbound{{Wamid: "wamid.IN1", Phone: "+16045550101", At: second(1790000100), Kind: "text", Text: "7"}}},
		},
		{
			name: "a business-scoped id only", body: envelope("messages", `{`+meta+`,"contacts":[{"profile":{"name":"Ana"},"user_id":"`+anaID+`"}],"messages":[{"from_user_id":"`+anaID+`","id":"wamid.IN1","type":"text","text":{"body":"STOP"}}]}`),
			want: store.Feed{Inbound: []store.Inbound{{Wamid: "wamid.IN1", UserID: anaID, Name: "Ana", Kind: "text", Text: "STOP"}}},
		},
		{
			name: "the scoped id in from", body: envelope("messages", `{`+meta+`,"messages":[{"from":"`+anaID+`","id":"wamid.IN1","type":"text","text":{"body":"STOP"}}]}`),
			want: store.Feed{Inbound: []store.Inbound{{Wamid: "wamid.IN1", UserID: anaID, Kind: "text", Text: "STOP"}}},
		},
		{
			name: "the writer only among the contacts", body: envelope("messages", `{`+meta+`,"contacts":[{`+ana+`}],"messages":[{"id":"wamid.IN1","type":"text","text":{"body":"STOP"}}]}`),
			want: store.Feed{Inbound: []store.Inbound{{Wamid: "wamid.IN1", Phone: "+16045550101", UserID: anaID, Kind: "text", Text: "STOP"}}},
		},
		{
			name: "two writers, names not mixed up", body: envelope("messages", `{`+meta+`,"contacts":[{"profile":{"name":"Bea"},"wa_id":"16045550102"},{"profile":{"name":"Ana"},`+ana+`}],
			"messages":[{"from":"16045550101","id":"wamid.IN1","type":"text","text":{"body":"hi"}},{"from":"16045550102","id":"wamid.IN2","type":"text","text":{"body":"ho"}},{"id":"wamid.IN3","type":"text","text":{"body":"who?"}}]}`),
			want: store.Feed{Inbound: []store.Inbound{
				{Wamid: "wamid.IN1", Phone: "+16045550101", UserID: anaID, Name: "Ana", Kind: "text", Text: "hi"},
				{Wamid: "wamid.IN2", Phone: "+16045550102", Name: "Bea", Kind: "text", Text: "ho"},
			}}, unread: "messages.text",
		},
		{name: "without an id", body: envelope("messages", `{`+meta+`,"messages":[{"from":"16045550101","type":"text","text":{"body":"STOP"}}]}`), unread: "messages.text"},
		{name: "not a message", body: envelope("messages", `{`+meta+`,"messages":["STOP"]}`), unread: "messages"},
		{name: "only errors", body: envelope("messages", `{`+meta+`,"errors":[{"code":131000,"title":"Something went wrong"}]}`), unread: "messages.errors"},
		{name: "neither", body: envelope("messages", `{`+meta+`}`)},
	}
}

func personShapes() []shape {
	changed := func(i store.Identity) store.Feed {
		i.At, i.Evidence = second(1790000100), "wamid.IN1"
		return store.Feed{Identities: []store.Identity{i}}
	}
	prefers := func(rest string) string {
		return envelope("user_preferences", `{`+meta+`,"contacts":[{"profile":{"name":"Ana"},`+ana+`}],"user_preferences":[{`+rest+`}]}`)
	}
	preference := func(p store.Preference) store.Feed { return store.Feed{Preferences: []store.Preference{p}} }
	return []shape{
		{
			name: "another number", body: wrote(`"type":"system","system":{"body":"User A changed from 16045550101 to 16045550102","type":"user_changed_number","wa_id":"16045550102","user_id":"US.2"}`),
			want: changed(store.Identity{Phone: "+16045550102", OldPhone: "+16045550101", UserID: "US.2", OldUserID: anaID}),
		},
		{
			name: "another number, as it was told before", body: wrote(`"type":"system","system":{"type":"user_changed_number","new_wa_id":"16045550102","customer":"16045550101"}`),
			want: changed(store.Identity{Phone: "+16045550102", OldPhone: "+16045550101", OldUserID: anaID}),
		},
		{
			name: "another scoped id", body: wrote(`"type":"system","system":{"type":"user_changed_user_id","user_id":"US.2"}`),
			want: changed(store.Identity{Phone: "+16045550101", UserID: "US.2", OldUserID: anaID}),
		},
		{name: "another telephone", body: wrote(`"type":"system","system":{"type":"customer_identity_changed","identity":"x"}`), unread: "messages.system"},
		{
			name: "scoped ids", body: envelope("user_id_update", `{"user_id":{"previous":"US.1","current":"US.2"},"wa_id":"16045550101"}`),
			want: store.Feed{Identities: []store.Identity{{Phone: "+16045550101", UserID: "US.2", OldUserID: "US.1", At: second(1790000000)}}},
		},
		{
			name: "scoped ids in a list", body: envelope("user_id_update", `{"user_id_update":[{"user_id":{"previous":"US.1","current":"US.2"},"timestamp":"1790000005"},{"user_id":{}}]}`),
			want: store.Feed{Identities: []store.Identity{{UserID: "US.2", OldUserID: "US.1", At: second(1790000005)}}}, unread: "user_id_update",
		},
		{
			name: "stop", body: prefers(ana + `,"detail":"User requested to stop marketing messages","category":"marketing_messages","value":"stop","timestamp":1790000200`),
			want: preference(store.Preference{Phone: "+16045550101", UserID: anaID, Value: "stop", At: second(1790000200), Evidence: "User requested to stop marketing messages"}),
		},
		{
			name: "resume, the time a string, no number", body: prefers(`"user_id":"` + anaID + `","category":"marketing_messages","value":"resume","timestamp":"1790000300"`),
			want: preference(store.Preference{UserID: anaID, Value: "resume", At: second(1790000300)}),
		},
		{
			name: "stop, the person only among the contacts", body: prefers(`"value":"stop"`),
			want: preference(store.Preference{Phone: "+16045550101", UserID: anaID, Value: "stop"}),
		},
		{name: "signup", body: prefers(ana + `,"category":"marketing_messages","value":"signup","signup_id":"1"`), unread: "user_preferences"},
		{name: "another category", body: prefers(ana + `,"category":"calls","value":"stop"`), unread: "user_preferences"},
		{name: "another number's", body: strings.Replace(prefers(ana+`,"value":"stop"`), "600000000000031", "600000000000099", 1)},
	}
}

func templateShapes() []shape {
	return []shape{
		{
			name: "paused", body: envelope("message_template_status_update", `{"event":"PAUSED",`+named+`,"reason":"NONE","message_template_category":"MARKETING","other_info":{"title":"FIRST_PAUSE","description":"…"}}`),
			want: tellsTemplate(store.TemplateNews{Status: "PAUSED", Reason: "FIRST_PAUSE"}),
		},
		{name: "approved, no reason", body: envelope("message_template_status_update", `{"event":"approved",`+named+`,"reason":null}`), want: tellsTemplate(store.TemplateNews{Status: "APPROVED"})},
		{
			name: "rejected", body: envelope("message_template_status_update", `{"event":"REJECTED",`+named+`,"reason":"INVALID_FORMAT","rejection_info":{"reason":"x","recommendation":"y"}}`),
			want: tellsTemplate(store.TemplateNews{Status: "REJECTED", Reason: "INVALID_FORMAT"}),
		},
		{
			name: "disabled", body: envelope("message_template_status_update", `{"event":"DISABLED",`+named+`,"disable_info":{"disable_date":"2026-11-20"},"rejection_info":{"reason":"abuse"}}`),
			want: tellsTemplate(store.TemplateNews{Status: "DISABLED", Reason: "abuse"}),
		},
		{name: "quality", body: envelope("message_template_quality_update", `{"previous_quality_score":"GREEN","new_quality_score":"RED",`+named+`}`), want: tellsTemplate(store.TemplateNews{Quality: "RED"})},
		{name: "category done", body: envelope("template_category_update", `{"previous_category":"UTILITY","new_category":"MARKETING",`+named+`}`), want: tellsTemplate(store.TemplateNews{Category: "MARKETING"})},
		{name: "category announced", body: envelope("template_category_update", `{"new_category":"UTILITY","correct_category":"MARKETING","category_update_timestamp":1790009999,`+named+`}`), unread: "template_category_update"},
		{name: "other words", body: envelope("message_template_components_update", `{`+named+`,"message_template_element":"Hello"}`), want: tellsTemplate(store.TemplateNews{Reworded: true})},
		{name: "no name", body: envelope("message_template_status_update", `{"event":"PAUSED"}`), unread: "message_template_status_update"},
		{name: "of another account", body: strings.Replace(envelope("message_template_status_update", `{"event":"PAUSED",`+named+`}`), "500000000000041", "500000000000099", 1)},
	}
}

func accountShapes() []shape {
	return []shape{
		{
			name: "throughput", body: envelope("phone_number_quality_update", `{"display_phone_number":"+1 (555) 010-9999","event":"THROUGHPUT_UPGRADE","max_daily_conversations_per_business":"TIER_100K"}`),
			want: tellsAccount(store.AccountNews{Kind: "phone_number_quality_update", Event: "THROUGHPUT_UPGRADE", MessagingLimit: "TIER_100K", Throughput: 1000}),
		},
		{
			name: "flagged, as it was told before", body: envelope("phone_number_quality_update", `{"display_phone_number":"15550109999","event":"FLAGGED","current_limit":"TIER_1K"}`),
			want: tellsAccount(store.AccountNews{Kind: "phone_number_quality_update", Event: "FLAGGED", Quality: "RED", MessagingLimit: "TIER_1K"}),
		},
		{name: "another number of the account", body: envelope("phone_number_quality_update", `{"display_phone_number":"15550108888","event":"FLAGGED"}`)},
		{
			name: "limit as a number", body: envelope("business_capability_update", `{"max_daily_conversations_per_business":2000,"max_phone_numbers_per_business":25}`),
			want: tellsAccount(store.AccountNews{Kind: "business_capability_update", MessagingLimit: "2000"}),
		},
		{
			name: "limit as a word", body: envelope("business_capability_update", `{"max_daily_conversations_per_business":"TIER_2K"}`),
			want: tellsAccount(store.AccountNews{Kind: "business_capability_update", MessagingLimit: "TIER_2K"}),
		},
		{name: "no limit", body: envelope("business_capability_update", `{"max_daily_conversations_per_business":-1}`), want: tellsAccount(store.AccountNews{Kind: "business_capability_update", MessagingLimit: "-1"})},
		{
			name: "restricted", body: envelope("account_update", `{"event":"ACCOUNT_RESTRICTION","restriction_info":[{"restriction_type":"RESTRICTED_BIZ_INITIATED_MESSAGING","expiration":1790099999},{"restriction_type":"RESTRICTED_ADD_PHONE_NUMBER_ACTION"},7]}`),
			want: tellsAccount(store.AccountNews{Kind: "account_update", Event: "ACCOUNT_RESTRICTION", Restrictions: []store.Restriction{
				{Type: "RESTRICTED_BIZ_INITIATED_MESSAGING", Until: second(1790099999)}, {Type: "RESTRICTED_ADD_PHONE_NUMBER_ACTION"},
			}}),
		},
		{
			name: "disabled", body: envelope("account_update", `{"event":"DISABLED_UPDATE","ban_info":{"waba_ban_state":"DISABLE","waba_ban_date":"April 17, 2026"}}`),
			want: tellsAccount(store.AccountNews{Kind: "account_update", Event: "DISABLED_UPDATE", BanState: "DISABLE"}),
		},
		{
			name: "violation", body: envelope("account_update", `{"event":"ACCOUNT_VIOLATION","violation_info":{"violation_type":"SCAM"}}`),
			want: tellsAccount(store.AccountNews{Kind: "account_update", Event: "ACCOUNT_VIOLATION", Detail: "SCAM"}),
		},
		{
			name: "alert", body: envelope("account_alerts", `{"entity_type":"WABA","alert_severity":"WARNING","alert_type":"INCREASED_CAPABILITIES_ELIGIBILITY_FAILED","alert_description":"no"}`),
			want: tellsAccount(store.AccountNews{Kind: "account_alerts", Event: "INCREASED_CAPABILITIES_ELIGIBILITY_FAILED", Detail: "no"}),
		},
		{name: "review", body: envelope("account_review_update", `{"decision":"REJECTED"}`), want: tellsAccount(store.AccountNews{Kind: "account_review_update", Event: "REJECTED"})},
		{
			name: "name", body: envelope("phone_number_name_update", `{"display_phone_number":"15550109999","decision":"APPROVED","requested_verified_name":"Luna","rejection_reason":"NONE"}`),
			want: tellsAccount(store.AccountNews{Kind: "phone_number_name_update", Event: "APPROVED", VerifiedName: "Luna"}),
		},
		{name: "an update without an event", body: envelope("account_update", `{"x":1}`), unread: "account_update"},
		{name: "a field to come", body: envelope("astral_projection", `{"x":1}`), unread: "astral_projection"},
		{name: "security", body: envelope("security", `{"event":"PIN_CHANGED","requester":"1"}`), unread: "security"},
		{name: "an empty field to come", body: envelope("astral_projection", `null`)},
	}
}

// TestEveryShapeIsRead holds the reader to real-looking deliveries of every
// kind, one by one, and to nothing more than they say.
func TestEveryShapeIsRead(t *testing.T) {
	t.Parallel()
	for group, shapes := range map[string][]shape{
		"status": statusShapes(), "message": messageShapes(), "person": personShapes(), "template": templateShapes(), "account": accountShapes(),
	} {
		for _, test := range shapes {
			t.Run(group+"/"+test.name, func(t *testing.T) {
				t.Parallel()
				got, understood := read([]byte(test.body), ours)
				if !json.Valid([]byte(test.body)) || !understood {
					t.Fatalf("not understood: %s", test.body)
				}
				unread := got.Unread
				got.Unread = nil
				if !reflect.DeepEqual(got, test.want) {
					t.Errorf("read\n%+v, want\n%+v", got, test.want)
				}
				switch {
				case test.unread == "" && len(unread) > 0:
					t.Errorf("kept unread: %+v", unread)
				case test.unread != "" && (len(unread) != 1 || unread[0].Type != test.unread || unread[0].Key == "" || !json.Valid([]byte(unread[0].Payload))):
					t.Errorf("unread %+v, want one of kind %s", unread, test.unread)
				}
			})
		}
	}
}

func TestAllOfABatchIsRead(t *testing.T) {
	t.Parallel()
	var statuses []string
	for range 500 {
		statuses = append(statuses, `{"id":"wamid.1","status":"sent"}`)
	}
	change := `{"field":"messages","value":{` + meta + `,"statuses":[` + strings.Join(statuses, ",") + `],"messages":[{"from":"16045550101","id":"wamid.2","type":"text","text":{"body":"STOP"}}]}}`
	body := `{"entry":[{"changes":[` + change + `,` + change + `]},{"changes":[null,7,` + change + `]},"x"]}`
	got, understood := read([]byte(body), ours)
	if !understood || len(got.Statuses) != 1500 || len(got.Inbound) != 3 {
		t.Errorf("%d statuses and %d messages of 1500 and 3", len(got.Statuses), len(got.Inbound))
	}
}

func TestWhatIsKeptUnreadIsBounded(t *testing.T) {
	t.Parallel()
	long := `{"x":"` + strings.Repeat("y", 1<<20) + `"}`
	one, _ := read([]byte(envelope("history", long)), ours)
	again, _ := read([]byte(envelope("history", long)), ours)
	other, _ := read([]byte(envelope("history", strings.Replace(long, "y", "z", 1))), ours)
	if got := one.Unread[0]; len(got.Payload) > 100 || got != again.Unread[0] || got.Key == other.Unread[0].Key {
		t.Errorf("kept %d bytes under %s, %s and %s", len(got.Payload), got.Key, again.Unread[0].Key, other.Unread[0].Key)
	}
	text, _ := read([]byte(wrote(`"type":"text","text":{"body":"`+strings.Repeat("ñ", maxText)+`"}`)), ours)
	if got := text.Inbound[0].Text; len(got) > maxText || strings.Trim(got, "ñ") != "" {
		t.Errorf("%d bytes of text, cut inside a letter: %v", len(got), strings.Trim(got, "ñ") != "")
	}
}

// FuzzRead: whatever comes, reading it ends, gives only what the store can hold
// and gives the same again.
func FuzzRead(f *testing.F) {
	for _, shapes := range [][]shape{statusShapes(), messageShapes(), personShapes(), templateShapes(), accountShapes()} {
		for _, s := range shapes {
			f.Add([]byte(s.body))
		}
	}
	f.Add([]byte(`{"entry":[{"time":1e300,"changes":[{"field":"messages","value":{"statuses":[{"id":1,"status":"sent","timestamp":-1}]}}]}]}`))
	f.Add([]byte(`{"entry":{}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		feed, understood := read(body, ours)
		if !understood && feed.Updates() > 0 {
			t.Error("read without understanding")
		}
		again, _ := read(body, ours)
		if !reflect.DeepEqual(feed, again) {
			t.Error("read twice it is not the same")
		}
		for _, s := range feed.Statuses {
			if s.Wamid == "" || len(s.Wamid) > maxID || s.State == "" || (!s.At.IsZero() && s.At.Year() > 4200) {
				t.Errorf("status %+v", s)
			}
		}
		for _, m := range feed.Inbound {
			if m.Wamid == "" || m.Kind == "" || len(m.Text) > maxText || (m.Phone == "" && m.UserID == "") {
				t.Errorf("message %+v", m)
			}
		}
		for _, p := range feed.Preferences {
			if p.Value != store.PreferenceStop && p.Value != store.PreferenceResume {
				t.Errorf("preference %+v", p)
			}
		}
		for _, u := range feed.Unread {
			if u.Key == "" || !json.Valid([]byte(u.Payload)) || len(u.Payload) > maxRaw {
				t.Errorf("unread %+v", u)
			}
		}
	})
}
