package sandbox_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

func TestTokenTellsUntilWhenAndWhatFor(t *testing.T) {
	t.Parallel()
	type told struct {
		Data struct {
			Valid   bool     `json:"is_valid"`
			Expires int64    `json:"expires_at"`
			Scopes  []string `json:"scopes"`
		} `json:"data"`
	}
	tests := []struct {
		name    string
		account sandbox.Account
		valid   bool
		in      time.Duration // 0: for ever
		scopes  string
	}{
		{"as it comes", sandbox.Account{}, true, 0, "whatsapp_business_management whatsapp_business_messaging"},
		{"ends", sandbox.Account{Expires: sandbox.Duration(72 * time.Hour)}, true, 72 * time.Hour, "whatsapp_business_management whatsapp_business_messaging"},
		{"over", sandbox.Account{Expires: sandbox.Duration(-time.Hour)}, false, -time.Hour, "whatsapp_business_management whatsapp_business_messaging"},
		{"may send only", sandbox.Account{Scopes: "whatsapp_business_messaging"}, true, 0, "whatsapp_business_messaging"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, sandbox.Options{Script: sandbox.Script{Account: tt.account}})
			var got told
			d.fetch(version+"debug_token?input_token=practice", &got)
			want := int64(0)
			if tt.in != 0 {
				want = d.clock.Now().Add(tt.in).Unix()
			}
			if got.Data.Valid != tt.valid || got.Data.Expires != want || strings.Join(got.Data.Scopes, " ") != tt.scopes {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestRulesReachTheToken(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{Endpoint: "token", Code: 190, Subcode: 463}}}})
	if got := d.call(http.MethodGet, version+"debug_token?input_token=practice", ""); got.status != http.StatusUnauthorized || got.Error.Code != 190 || got.Error.Subcode != 463 {
		t.Errorf("got %+v", got)
	}
	if got := d.call(http.MethodGet, version+number, ""); got.status != http.StatusOK {
		t.Errorf("the number was hit too: %+v", got)
	}
}

func TestTheServersClockIsItsOwn(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{0, 20 * time.Minute, -3 * time.Hour} {
		d := newDesk(t, sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Clock: sandbox.Duration(ahead)}}})
		served, err := http.ParseTime(d.call(http.MethodGet, version+number, "").header.Get("Date"))
		if err != nil || !served.Equal(d.clock.Now().Add(ahead)) {
			t.Errorf("%v: got %v, %v", ahead, served, err)
		}
	}
}

func TestWithoutASubscriptionThereIsSilence(t *testing.T) {
	t.Parallel()
	apps := version + account + "/subscribed_apps"
	count := func(d *desk) int {
		t.Helper()
		var list struct{ Data []any }
		d.fetch(apps, &list)
		return len(list.Data)
	}
	d := newDesk(t, sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Unheard: true}}, Shares: perfect()})
	ear := newEar(t, sandbox.DefaultAppSecret)
	if err := d.SetCallback(ear.url); err != nil {
		t.Fatal(err)
	}
	if n := count(d); n != 0 {
		t.Errorf("%d apps", n)
	}
	d.send(ana)
	d.drain()
	if n := ear.posts(); n != 0 {
		t.Errorf("%d webhooks without a subscription", n)
	}
	if err := d.SetScript(sandbox.Script{}); err != nil {
		t.Fatal(err)
	}
	if n := count(d); n != 1 {
		t.Errorf("%d apps after it was subscribed", n)
	}
	if got := d.call(http.MethodDelete, apps, ""); got.status != http.StatusOK {
		t.Fatalf("got %+v", got)
	}
	if n := count(d); n != 0 {
		t.Errorf("%d apps after it was taken away", n)
	}
	if got := d.call(http.MethodPost, apps, ""); got.status != http.StatusOK {
		t.Fatalf("got %+v", got)
	}
	if n := count(d); n != 1 {
		t.Errorf("%d apps after it was put back", n)
	}
}
