package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

func TestCallsCanBeReadByPeople(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{Script: rules(sandbox.Rule{Nth: []int{3}, Do: sandbox.DoResetAfter})})
	d.send(ana)
	d.send(ben)
	if _, err := d.try(http.MethodPost, version+number+"/messages", offer(ana)); err == nil {
		t.Fatal("the third call was answered")
	}
	var page struct {
		Total int `json:"total"`
		Calls []struct {
			To       string          `json:"to"`
			Time     string          `json:"time"`
			Template string          `json:"template"`
			Language string          `json:"language"`
			Params   []sandbox.Param `json:"params"`
			Callback string          `json:"biz_opaque_callback_data"`
			Wamid    string          `json:"wamid"`
			Fault    string          `json:"fault"`
			Answered bool            `json:"answered"`
		} `json:"calls"`
	}
	for _, tt := range []struct {
		query        string
		total, shown int
	}{
		{"", 3, 3},
		{"?to=%2B16045550101", 2, 2},
		{"?to=16045550109", 0, 0},
		{"?limit=1", 3, 1},
		{"?after=1", 3, 2},
		{"?after=1&limit=1", 3, 1},
		{"?after=99", 3, 0},
		{"?after=x&limit=-1", 3, 3},
	} {
		page.Calls = nil
		d.fetch("/sandbox/calls"+tt.query, &page)
		if page.Total != tt.total || len(page.Calls) != tt.shown {
			t.Errorf("%q: %d of %d calls", tt.query, len(page.Calls), page.Total)
		}
	}
	d.fetch("/sandbox/calls?after=2", &page)
	c := page.Calls[0]
	if c.To != ana || c.Time != "2026-11-23T09:00:00Z" || c.Template != "weekly_offer" || c.Language != "en" || len(c.Params) != 2 ||
		c.Callback == "" || c.Wamid == "" || c.Answered || c.Fault != "reset_after" {
		t.Errorf("call %+v", c)
	}
	if a := d.call(http.MethodGet, "/sandbox/calls?to=mother", ""); a.status != http.StatusBadRequest {
		t.Errorf("calls to nobody: %d", a.status)
	}
}

func TestStatsCountWhatHappened(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{DailyLimit: 100, Script: rules(sandbox.Rule{Nth: []int{1}, Code: 131000})})
	d.send(ana)
	d.send(ana)
	d.send(ana)
	d.send(ben)
	d.call(http.MethodPost, version+number+"/messages", `{}`)
	var st sandbox.Stats
	d.fetch("/sandbox/stats", &st)
	if st.Requests != 5 || st.Accepted != 3 || st.People != 2 || st.Repeats != 1 || st.Distinct24h != 2 || st.PeakInFlight != 1 {
		t.Errorf("stats %+v", st)
	}
	if st.Refused[131000] != 1 || st.Refused[100] != 1 || st.Faults[sandbox.DoError] != 1 {
		t.Errorf("refused %v, faults %v", st.Refused, st.Faults)
	}
}

func TestResetForgetsEverything(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{
		CallbackURL: e.url, DailyLimit: 1, Shares: perfect(), Script: rules(sandbox.Rule{Nth: []int{2}, Code: 131000}),
	})
	for range 2 {
		if a := d.send(ana); a.status != http.StatusOK {
			t.Fatalf("first: %s", a.raw)
		}
		if a := d.send(ana); a.Error.Code != 131000 {
			t.Fatalf("second: %s", a.raw)
		}
		if a := d.send(ben); a.Error.Code != 131048 {
			t.Fatalf("third: %s", a.raw)
		}
		if a := d.call(http.MethodPost, "/sandbox/reset", ""); a.status != http.StatusNoContent {
			t.Fatalf("reset: %d", a.status)
		}
	}
	d.drain()
	if st := d.Stats(); st.Accepted != 0 || st.Requests != 0 || st.People != 0 || len(st.Refused) != 0 || st.Webhooks.Updates != 0 || len(e.statuses()) != 0 {
		t.Errorf("stats %+v, heard %q", st, words(e.statuses()))
	}
	if d.CallsTo(ana) != 0 || len(d.Calls()) != 0 {
		t.Error("calls are still there")
	}
}

func TestCustomerWritesOnDemand(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url})
	a := d.call(http.MethodPost, "/sandbox/inbound", `{"from":"+1 604 555 0101","name":"Ana","text":"STOP"}`)
	var got struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(a.raw), &got); err != nil || !strings.HasPrefix(got.ID, "wamid.") {
		t.Fatalf("answer %d %s", a.status, a.raw)
	}
	if a := d.call(http.MethodPost, "/sandbox/preference", `{"from":"+1 604 555 0101","value":"stop"}`); a.status != http.StatusNoContent {
		t.Errorf("preference: %d %s", a.status, a.raw)
	}
	if a := d.call(http.MethodPost, "/sandbox/drain", ""); a.status != http.StatusNoContent {
		t.Errorf("drain: %d %s", a.status, a.raw)
	}
	messages := e.messages()
	if len(messages) != 1 || messages[0]["id"] != got.ID || fmt.Sprint(messages[0]["text"]) != "map[body:STOP]" {
		t.Errorf("messages %v", messages)
	}
	if a := d.call(http.MethodPost, version+number+"/messages", text(ana, "You are off the list.")); a.status != http.StatusOK {
		t.Errorf("answer within the window: %s", a.raw)
	}
	if a := d.send(ana); a.Error.Code != 131050 {
		t.Errorf("marketing after stop: %s", a.raw)
	}
}

func TestControlRefusesWhatItCannotRead(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{})
	for _, tt := range []struct {
		path, body string
		want       int
	}{
		{"/sandbox/inbound", `{"from":"mother","text":"x"}`, http.StatusBadRequest},
		{"/sandbox/inbound", `{"form":"+16045550101"}`, http.StatusBadRequest},
		{"/sandbox/inbound", `{`, http.StatusBadRequest},
		{"/sandbox/preference", `{"from":"+16045550101","value":"maybe"}`, http.StatusBadRequest},
		{"/sandbox/preference", `[]`, http.StatusBadRequest},
		{"/sandbox/template", `{"name":"nope"}`, http.StatusNotFound},
		{"/sandbox/template", `{"nome":"nope"}`, http.StatusBadRequest},
		{"/sandbox/script", `{"rules":[{}]}`, http.StatusBadRequest},
		{"/sandbox/elsewhere", ``, http.StatusNotFound},
		{"/sandbox/script", `{"rules":[{"code":131031}]}`, http.StatusNoContent},
		{"/sandbox/template", `{"name":"weekly_offer","language":"en","status":"DISABLED"}`, http.StatusNoContent},
	} {
		if a := d.call(http.MethodPost, tt.path, tt.body); a.status != tt.want {
			t.Errorf("%s %s: %d %s", tt.path, tt.body, a.status, a.raw)
		}
	}
	if a := d.send(ana); a.Error.Code != 132016 {
		t.Errorf("template disabled from outside: %s", a.raw)
	}
	d.SetTemplateStatus("weekly_offer", "en", "APPROVED")
	if a := d.send(ana); a.Error.Code != 131031 {
		t.Errorf("script from outside: %s", a.raw)
	}
}

func TestWebhookThatNobodyTakesIsReportedByDrain(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	e.deny = 1
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Shares: perfect()})
	d.send(ana)
	if a := d.call(http.MethodPost, "/sandbox/drain", ""); a.status != http.StatusBadRequest {
		t.Errorf("drain: %d %s", a.status, a.raw)
	}
	// The second try comes at once and by itself.
	waitFor(t, func() bool { return d.Stats().Webhooks.Updates == 3 })
}
