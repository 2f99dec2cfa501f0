package sandbox_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// first is the only change of the first webhook, for comparing with the API's manual.
func (e *ear) first(t *testing.T) string {
	t.Helper()
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.raw) == 0 {
		t.Fatal("no webhook")
	}
	var h struct {
		Entry []struct {
			Changes []json.RawMessage `json:"changes"`
		} `json:"entry"`
	}
	if err := json.Unmarshal(e.raw[0], &h); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := json.Compact(&out, h.Entry[0].Changes[0]); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

const meta = `"messaging_product":"whatsapp","metadata":{"display_phone_number":"16045550199","phone_number_id":"` + number + `"}`

func TestInboundTextHasTheShapeOfTheAPI(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url})
	id, err := d.Receive("+1 604 555 0101", "STOP")
	if err != nil {
		t.Fatal(err)
	}
	d.drain()
	got := e.first(t)
	user := between(got, `"user_id":"`, `"`)
	want := `{"field":"messages","value":{` + meta + `,"contacts":[{"profile":{"name":"Customer 0101"},"wa_id":"16045550101","user_id":"` + user + `"}],` +
		`"messages":[{"from":"16045550101","from_user_id":"` + user + `","id":"` + id + `","timestamp":"1795424400","type":"text","text":{"body":"STOP"}}]}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTapOnAButtonCarriesPayloadAndText(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url})
	if _, err := d.Tap(ana, "STOP:4211", "Stop"); err != nil {
		t.Fatal(err)
	}
	d.drain()
	if got := e.first(t); !strings.Contains(got, `"type":"button","button":{"payload":"STOP:4211","text":"Stop"}`) {
		t.Errorf("webhook %s", got)
	}
}

func TestInboundOfAScopedIDHasNoNumber(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url})
	if _, err := d.Receive("US.2041", "hello"); err != nil {
		t.Fatal(err)
	}
	d.drain()
	got := e.first(t)
	if strings.Contains(got, `"from":`) || strings.Contains(got, `"wa_id"`) || !strings.Contains(got, `"from_user_id":"US.2041"`) {
		t.Errorf("webhook %s", got)
	}
}

func TestPreferenceHasTheShapeOfTheAPI(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url})
	if err := d.Prefer(ana, "stop"); err != nil {
		t.Fatal(err)
	}
	d.drain()
	got := e.first(t)
	user := between(got, `"user_id":"`, `"`)
	want := `{"field":"user_preferences","value":{` + meta + `,"contacts":[{"profile":{"name":"Customer 0101"},"wa_id":"16045550101","user_id":"` + user + `"}],` +
		`"user_preferences":[{"wa_id":"16045550101","user_id":"` + user + `","detail":"User requested to stop marketing messages",` +
		`"category":"marketing_messages","value":"stop","timestamp":1795424400}]}}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestPausedTemplateIsToldAndRefused(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url})
	if !d.SetTemplateStatus("weekly_offer", "en", "PAUSED") {
		t.Fatal("no such template")
	}
	if a := d.send(ana); a.Error.Code != 132015 {
		t.Errorf("send: %s", a.raw)
	}
	d.drain()
	want := `{"field":"message_template_status_update","value":{"event":"PAUSED","message_template_category":"MARKETING",` +
		`"message_template_id":800000000000021,"message_template_language":"en","message_template_name":"weekly_offer","reason":"NONE"}}`
	if got := e.first(t); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if d.SetTemplateStatus("weekly_offer", "fr", "PAUSED") {
		t.Error("a template that does not exist was paused")
	}
	d.Reset()
	if a := d.send(ana); a.status != 200 {
		t.Errorf("after a reset: %s", a.raw)
	}
}

func TestNobodyWritesWithoutAnAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	_, err := d.Receive("mother", "hello")
	if _, ok := errors.AsType[*sandbox.AddressError](err); !ok {
		t.Errorf("receive: %v", err)
	}
	if _, ok := errors.AsType[*sandbox.AddressError](d.Prefer("", "stop")); !ok {
		t.Error("a preference of nobody was taken")
	}
	if _, ok := errors.AsType[*sandbox.PreferenceError](d.Prefer(ana, "")); !ok {
		t.Error("no preference was taken")
	}
}

func between(s, from, to string) string {
	_, rest, _ := strings.Cut(s, from)
	part, _, _ := strings.Cut(rest, to)
	return part
}
