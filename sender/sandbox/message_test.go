package sandbox_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

func TestMessageIsCheckedAsTheAPIChecks(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{DisplayNumber: "+1 604-555-0100"})
	if _, err := d.Receive(ben, "hello"); err != nil { // free-form messages to Ben are allowed
		t.Fatal(err)
	}
	long := strings.Repeat("a", 513)
	for _, tt := range []struct {
		name, body string
		code       int
		says       string
	}{
		{"not JSON", `{"messaging_product":`, 100, "Invalid JSON"},
		{"wrong type", `{"messaging_product":"whatsapp","to":"16045550102","type":7}`, 100, "type"},
		{"no product", `{"to":"16045550102"}`, 100, "messaging_product is required"},
		{"another product", `{"messaging_product":"sms","to":"16045550102"}`, 100, "messaging_product must be"},
		{"nobody", `{"messaging_product":"whatsapp","type":"text","text":{"body":"x"}}`, 100, "parameter to is required"},
		{"a word for a number", strings.Replace(offer("x"), `"x"`, `"mother"`, 1), 131009, "to"},
		{"too short", offer("12"), 131009, "to"},
		{"too long", offer("+1604555010112345"), 131009, "to"},
		{"national number", offer("0491570156"), 131009, "to"},
		{"bad scoped id", `{"messaging_product":"whatsapp","recipient":"ana","type":"text","text":{"body":"x"}}`, 131009, "business-scoped"},
		{"to oneself", offer("+16045550100"), 131021, "sender"},
		{"group", `{"messaging_product":"whatsapp","recipient_type":"group","to":"16045550102"}`, 100, "recipient_type"},
		{"callback data too long", strings.Replace(offer(ana), `"delivery-of-`, `"`+long, 1), 100, "biz_opaque_callback_data"},
		{"unknown type", `{"messaging_product":"whatsapp","to":"16045550102","type":"telegram"}`, 100, "Param type"},
		{"no text", `{"messaging_product":"whatsapp","to":"16045550102","type":"text"}`, 100, "text['body']"},
		{"text by default", `{"messaging_product":"whatsapp","to":"16045550102","text":{}}`, 100, "text['body']"},
		{"text too long", text(ben, strings.Repeat("é", 4097)), 100, "4096"},
		{"longest text", text(ben, strings.Repeat("é", 4096)), 0, ""},
		{"no contacts", `{"messaging_product":"whatsapp","to":"16045550102","type":"contacts"}`, 100, "contacts"},
		{"contact without formatted name", contacts(`{"name":{"first_name":"Luna"}}`), 131008, "formatted_name"},
		{"contact with one part of a name", contacts(`{"name":{"formatted_name":"Luna"}}`), 131009, "one more part"},
		{"contact", contacts(`{"name":{"formatted_name":"Luna","first_name":"Luna"}}`), 0, ""},
		{"image without id or link", `{"messaging_product":"whatsapp","to":"16045550102","type":"image","image":{}}`, 131008, "id or link"},
		{"image", `{"messaging_product":"whatsapp","to":"16045550102","type":"image","image":{"id":"9"}}`, 0, ""},
		{"location without one", `{"messaging_product":"whatsapp","to":"16045550102","type":"location"}`, 100, "location"},
		{"number as a number", `{"messaging_product":"whatsapp","to":16045550102,"type":"text","text":{"body":"x"}}`, 0, ""},
		{"no template name", `{"messaging_product":"whatsapp","to":"16045550102","type":"template","template":{}}`, 100, "template['name']"},
		{"no language", template(`"name":"weekly_offer"`), 100, "language"},
		{"unknown template", template(`"name":"nope","language":{"code":"en"}`), 132001, "does not exist in en"},
		{"unknown language", template(`"name":"weekly_offer","language":{"code":"en_US"}`), 132001, "translation en_US"},
		{"pending template", template(`"name":"christmas_orders","language":{"code":"en"}`), 132001, "not approved"},
		{"rejected template", template(`"name":"win_a_car","language":{"code":"en"}`), 132001, "not approved"},
		{"paused template", template(`"name":"too_pushy","language":{"code":"en"}`), 132015, "paused"},
		{"disabled template", template(`"name":"old_newsletter","language":{"code":"en"}`), 132016, "disabled"},
		{"mark as read", `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.x"}`, 0, ""},
		{"mark as read without an id", `{"messaging_product":"whatsapp","status":"read"}`, 100, "message_id"},
	} {
		a := d.call(http.MethodPost, version+number+"/messages", tt.body)
		if a.Error.Code != tt.code || (tt.code == 0) != (a.status == http.StatusOK) {
			t.Errorf("%s: want code %d, got %d %s", tt.name, tt.code, a.status, a.raw)
		}
		if !strings.Contains(a.Error.Message+a.Error.Details, tt.says) {
			t.Errorf("%s: want it to say %q, got %s", tt.name, tt.says, a.raw)
		}
	}
}

func contacts(card string) string {
	return `{"messaging_product":"whatsapp","to":"16045550102","type":"contacts","contacts":[` + card + `]}`
}

func template(inner string) string {
	return `{"messaging_product":"whatsapp","to":"16045550102","type":"template","template":{` + inner + `}}`
}

func TestMarketingEndpointTakesMarketingTemplatesOnly(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Shares: perfect()})
	path := version + number + "/marketing_messages"
	if a := d.call(http.MethodPost, path, offer(ana)); a.status != http.StatusOK {
		t.Errorf("marketing: %s", a.raw)
	}
	if a := d.call(http.MethodPost, path, template(`"name":"new_opening_hours","language":{"code":"en"}`)); a.Error.Code != 134100 {
		t.Errorf("utility: %s", a.raw)
	}
	if a := d.call(http.MethodPost, path, text(ana, "hello")); a.Error.Code != 131055 {
		t.Errorf("text: %s", a.raw)
	}
	d.drain()
	if list := e.statuses(); len(list) == 0 || list[0].Pricing == nil || list[0].Pricing.Category != "marketing_lite" {
		t.Errorf("statuses %+v", list)
	}
}

func TestAuthenticationTemplateCannotGoToAScopedID(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Templates: []sandbox.Template{{
		Name: "code", Language: "en", Category: "AUTHENTICATION", Components: []sandbox.Component{{Type: "BODY", Text: "Your code."}},
	}}})
	body := strings.Replace(template(`"name":"code","language":{"code":"en"}`), `"to":"16045550102"`, `"recipient":"US.2041"`, 1)
	if a := d.call(http.MethodPost, version+number+"/messages", body); a.Error.Code != 131062 {
		t.Errorf("%d %s", a.status, a.raw)
	}
}

// FuzzMessage: whatever is posted, the server answers with a success that is
// in the log or with an error of the API's shape, and never breaks.
func FuzzMessage(f *testing.F) {
	f.Add(offer(ana))
	f.Add(text(ben, "hello"))
	f.Add(contacts(`{"name":{"formatted_name":"Luna","first_name":"Luna"}}`))
	f.Add(template(`"name":"spring_offer","language":{"code":"es_MX"},"components":[{"type":"button","sub_type":"url","index":"0"}]`))
	f.Add(`{"messaging_product":"whatsapp","recipient":"US.1","type":"template","template":{"name":"x","components":[{"type":"carousel","cards":[{}]}]}}`)
	f.Add(`[]`)
	server, err := sandbox.New(sandbox.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := server.Close(); err != nil {
			f.Error(err)
		}
	})
	f.Fuzz(func(t *testing.T, body string) {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodPost, version+number+"/messages", strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer x")
		rec := httptest.NewRecorder()
		server.ServeHTTP(rec, req)
		var a answer
		if err := a.UnmarshalJSON(rec.Body.Bytes()); err != nil {
			t.Fatalf("answer %q: %v", rec.Body, err)
		}
		switch {
		case rec.Code == http.StatusOK && len(a.Messages) == 0 && !strings.Contains(rec.Body.String(), "success"):
			t.Errorf("neither accepted nor refused: %s", rec.Body)
		case rec.Code != http.StatusOK && (a.Error.Type != "OAuthException" || a.Error.Trace == "" || rec.Code >= 500):
			t.Errorf("refused with %d %s", rec.Code, rec.Body)
		}
	})
}
