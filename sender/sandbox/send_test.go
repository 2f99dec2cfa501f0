package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

func TestAcceptedMessageIsAnsweredAsTheAPIDoesAndLogged(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	a := d.send(ana)
	if a.status != http.StatusOK || len(a.Contacts) != 1 || len(a.Messages) != 1 {
		t.Fatalf("answer %d %s", a.status, a.raw)
	}
	if a.Contacts[0].Input != ana || a.Contacts[0].WaID != anaID || a.Contacts[0].UserID != "" {
		t.Errorf("contact %+v", a.Contacts[0])
	}
	if !strings.HasPrefix(a.Messages[0].ID, "wamid.HBgL") || a.Messages[0].Status != "accepted" {
		t.Errorf("message %+v", a.Messages[0])
	}
	calls := d.Calls()
	if len(calls) != 1 {
		t.Fatalf("%d calls in the log", len(calls))
	}
	c := calls[0]
	if c.WaID != anaID || c.Wamid != a.Messages[0].ID || c.Template != "weekly_offer" || c.Language != "en" ||
		c.CallbackData != "delivery-of-"+ana || !c.Answered || !c.At.Equal(d.clock.Now()) {
		t.Errorf("call %+v", c)
	}
	want := []sandbox.Param{{Component: "body", Value: "Ana"}, {Component: "body", Value: "bread"}}
	if len(c.Params) != 2 || c.Params[0] != want[0] || c.Params[1] != want[1] {
		t.Errorf("params %+v", c.Params)
	}
	if d.CallsTo("16045550101") != 1 || d.CallsTo(ben) != 0 {
		t.Errorf("CallsTo: %d and %d", d.CallsTo("16045550101"), d.CallsTo(ben))
	}
}

func TestBusinessScopedIDIsAddressedWithoutANumber(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	body := strings.Replace(offer("x"), `"to":"x"`, `"recipient":"US.20417763359018846152"`, 1)
	a := d.call(http.MethodPost, version+number+"/messages", body)
	if a.status != http.StatusOK || a.Contacts[0].UserID != "US.20417763359018846152" || a.Contacts[0].WaID != "" {
		t.Fatalf("answer %d %s", a.status, a.raw)
	}
	if d.CallsTo("US.20417763359018846152") != 1 {
		t.Error("call not counted")
	}
}

func TestWaIDIsWhatWhatsAppMakesOfTheNumber(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	for _, tt := range []struct{ name, to, want string }{
		{"as people write it", "+1 (604) 555-0101", "16045550101"},
		{"without plus", "61491570156", "61491570156"},
		{"Mexico gets the 1", "+52 55 1234 5678", "5215512345678"},
		{"Argentina gets the 9", "+54 11 1234 5678", "5491112345678"},
		{"Argentina keeps the 9", "+54 9 11 1234 5678", "5491112345678"},
		{"Minas Gerais loses the ninth digit", "+55 31 91234-5678", "553112345678"},
		{"São Paulo keeps it", "+55 11 91234-5678", "5511912345678"},
	} {
		if a := d.send(tt.to); a.status != http.StatusOK || a.Contacts[0].WaID != tt.want {
			t.Errorf("%s: %s, want wa_id %s", tt.name, a.raw, tt.want)
		}
	}
}

func TestTokenIsChecked(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Token: "another"})
	a := d.send(ana)
	if a.status != http.StatusUnauthorized || a.Error.Code != 190 || a.Error.Type != "OAuthException" || a.Error.Trace == "" {
		t.Errorf("answer %d %s", a.status, a.raw)
	}
	if len(d.Calls()) != 0 || d.Stats().Refused[190] != 1 {
		t.Errorf("stats %+v", d.Stats())
	}
}

func TestWrongIDsLookLikeMissingPermission(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{PhoneNumberID: number, WABAID: account})
	for _, tt := range []struct{ name, method, path string }{
		{"account id for a number", http.MethodPost, version + account + "/messages"},
		{"number id for an account", http.MethodGet, version + number + "/message_templates"},
		{"nobody's id", http.MethodGet, version + "12345"},
	} {
		if a := d.call(tt.method, tt.path, offer(ana)); a.status != http.StatusBadRequest || a.Error.Code != 100 || a.Error.Subcode != 33 {
			t.Errorf("%s: %d %s", tt.name, a.status, a.raw)
		}
	}
	if a := d.call(http.MethodGet, "/nonsense/1", ""); a.Error.Code != 2500 {
		t.Errorf("unknown version: %s", a.raw)
	}
}

func TestFreeFormNeedsAnOpenWindow(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	send := func() answer {
		return d.call(http.MethodPost, version+number+"/messages", text(ana, "Thanks, you are off the list."))
	}
	if a := send(); a.Error.Code != 131047 {
		t.Errorf("without a window: %s", a.raw)
	}
	if _, err := d.Receive(ana, "STOP"); err != nil {
		t.Fatal(err)
	}
	if a := send(); a.status != http.StatusOK {
		t.Errorf("in the window: %s", a.raw)
	}
	d.clock.advance(24 * time.Hour)
	if a := send(); a.Error.Code != 131047 {
		t.Errorf("after 24 hours: %s", a.raw)
	}
}

func TestStopSwitchRefusesMarketingOnly(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	if err := d.Prefer(ana, "stop"); err != nil {
		t.Fatal(err)
	}
	if a := d.send(ana); a.Error.Code != 131050 {
		t.Errorf("marketing: %s", a.raw)
	}
	hours := `{"messaging_product":"whatsapp","to":"` + ana + `","type":"template","template":{"name":"new_opening_hours","language":{"code":"en"}}}`
	if a := d.call(http.MethodPost, version+number+"/messages", hours); a.status != http.StatusOK {
		t.Errorf("utility: %s", a.raw)
	}
	if err := d.Prefer(ana, "resume"); err != nil {
		t.Fatal(err)
	}
	if a := d.send(ana); a.status != http.StatusOK {
		t.Errorf("after resume: %s", a.raw)
	}
	if err := d.Prefer(ana, "perhaps"); err == nil {
		t.Error("a third preference was taken")
	}
}
