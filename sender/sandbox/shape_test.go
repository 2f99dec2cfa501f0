package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

func withTimeout(t *testing.T, d time.Duration) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithTimeout(t.Context(), d)
}

// The answers below are those of the API's manual, byte for byte but for the
// ids that differ in every run.
func TestAnswersAreThoseOfTheManual(t *testing.T) {
	t.Parallel()
	d := newDesk(t, sandbox.Options{PhoneNumberID: number, WABAID: account, Script: rules(
		sandbox.Rule{To: []string{person(1)}, Code: 130429, Subcode: 2494055, HTTP: 400, Details: "too many"},
		sandbox.Rule{To: []string{person(2)}, Do: sandbox.DoHeld},
	)})
	scoped := strings.Replace(offer("x"), `"to":"x"`, `"recipient":"US.2041"`, 1)
	for _, tt := range []struct{ name, method, path, body, want string }{
		{
			"accepted", http.MethodPost, number + "/messages", offer("+16045550109"),
			`{"messaging_product":"whatsapp","contacts":[{"input":"+16045550109","wa_id":"16045550109"}],"messages":[{"id":"WAMID","message_status":"accepted"}]}`,
		},
		{
			"held", http.MethodPost, number + "/messages", offer(person(2)),
			`{"messaging_product":"whatsapp","contacts":[{"input":"+16045550002","wa_id":"16045550002"}],"messages":[{"id":"WAMID","message_status":"held_for_quality_assessment"}]}`,
		},
		{
			"scoped id", http.MethodPost, number + "/messages", scoped,
			`{"messaging_product":"whatsapp","contacts":[{"input":"US.2041","user_id":"US.2041"}],"messages":[{"id":"WAMID","message_status":"accepted"}]}`,
		},
		{
			"refused", http.MethodPost, number + "/messages", offer(person(1)),
			`{"error":{"message":"(#130429) Rate limit hit","type":"OAuthException","code":130429,"error_subcode":2494055,` +
				`"error_data":{"messaging_product":"whatsapp","details":"too many"},"is_transient":true,"fbtrace_id":"TRACE"}}`,
		},
		{
			"wrong id", http.MethodPost, account + "/messages", offer(ana),
			`{"error":{"message":"Unsupported post request. Object with ID '` + account + `' does not exist, cannot be loaded due to missing permissions, ` +
				`or does not support this operation.","type":"OAuthException","code":100,"error_subcode":33,"fbtrace_id":"TRACE"}}`,
		},
		{
			"wrong shape", http.MethodPost, number + "/messages", `{"to":"1"}`,
			`{"error":{"message":"(#100) The parameter messaging_product is required.","type":"OAuthException","code":100,"fbtrace_id":"TRACE"}}`,
		},
		{
			"number", http.MethodGet, number + "?fields=id,display_phone_number,verified_name,quality_rating,throughput,whatsapp_business_manager_messaging_limit,status,name_status,platform_type,account_mode", "",
			`{"id":"` + number + `","display_phone_number":"+1 604-555-0199","verified_name":"Panadería Luna","quality_rating":"GREEN","throughput":{"level":"STANDARD"},` +
				`"whatsapp_business_manager_messaging_limit":"TIER_UNLIMITED","status":"CONNECTED","name_status":"APPROVED","platform_type":"CLOUD_API","account_mode":"LIVE"}`,
		},
		{
			"apps", http.MethodGet, account + "/subscribed_apps", "",
			`{"data":[{"whatsapp_business_api_data":{"id":"700000000000001","name":"Pregon"}}]}`,
		},
		{"unsubscribed", http.MethodDelete, account + "/subscribed_apps", "", `{"success":true}`},
	} {
		a := d.call(tt.method, version+tt.path, tt.body)
		got := regexp.MustCompile(`wamid\.[A-Za-z0-9+/=]+`).ReplaceAllString(a.raw, "WAMID")
		got = regexp.MustCompile(`"fbtrace_id":"A[A-Za-z0-9_-]{22}"`).ReplaceAllString(got, `"fbtrace_id":"TRACE"`)
		if got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.name, got, tt.want)
		}
		if kind := a.header.Get("Content-Type"); !strings.HasPrefix(kind, "application/json") {
			t.Errorf("%s: content type %q", tt.name, kind)
		}
		if a.header.Get("Facebook-Api-Version") != "v26.0" {
			t.Errorf("%s: headers %v", tt.name, a.header)
		}
	}
}

func TestStatusIsThatOfTheManual(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Script: rules(
		sandbox.Rule{To: []string{person(1)}, Do: sandbox.DoFail, Code: 131049},
		sandbox.Rule{To: []string{person(2)}, Do: sandbox.DoUnread},
	)})
	for _, tt := range []struct{ to, want string }{
		{
			person(1), `{"id":"WAMID","status":"failed","timestamp":"1795424400","recipient_id":"16045550001","biz_opaque_callback_data":"delivery-of-+16045550001",` +
				`"errors":[{"code":131049,"title":"This message was not delivered to maintain healthy ecosystem engagement",` +
				`"message":"This message was not delivered to maintain healthy ecosystem engagement",` +
				`"error_data":{"details":"This message was not delivered to maintain healthy ecosystem engagement"},` +
				`"href":"https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"}]}`,
		},
		{
			person(2), `{"id":"WAMID","status":"sent","timestamp":"1795424400","recipient_id":"16045550002","recipient_user_id":"ZZ.ID",` +
				`"biz_opaque_callback_data":"delivery-of-+16045550002","pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"marketing"}}`,
		},
	} {
		before := len(e.raw)
		d.send(tt.to)
		d.drain()
		var h struct {
			Object string `json:"object"`
			Entry  []struct {
				Changes []struct {
					Value struct {
						Statuses []json.RawMessage `json:"statuses"`
					} `json:"value"`
				} `json:"changes"`
			} `json:"entry"`
		}
		if err := json.Unmarshal(e.raw[before], &h); err != nil {
			t.Fatal(err)
		}
		got := string(h.Entry[0].Changes[0].Value.Statuses[0])
		got = regexp.MustCompile(`wamid\.[A-Za-z0-9+/=]+`).ReplaceAllString(got, "WAMID")
		got = regexp.MustCompile(`ZZ\.\d{20}`).ReplaceAllString(got, "ZZ.ID")
		if got != tt.want || h.Object != "whatsapp_business_account" {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
}

// Every code of the manual is known with its HTTP status, so that a script
// need only name the code.
func TestCodesHaveTheirStatus(t *testing.T) {
	t.Parallel()
	statuses := map[int][]int{
		400: {
			1, 4, 33, 100, 192, 2500, 130472, 131008, 131009, 131021, 131026, 131030, 131037, 131042, 131047, 131048, 131049, 131050,
			131051, 131052, 131053, 131055, 131056, 131062, 131063, 131064, 132000, 132005, 132007, 132008, 132012, 132015, 132016,
			132018, 132068, 132069, 133005, 133006, 133008, 133009, 133010, 133015, 133016, 134011, 134100, 134101, 134102, 135000, 1752041,
		},
		401: {104, 190},
		403: {10, 200, 368, 130403, 130497, 131005, 131031},
		404: {803, 132001},
		429: {17, 613, 80007, 80008, 130429},
		500: {3, 131000, 131016, 131045, 133000},
		503: {2, 131057, 133004, 2494100},
	}
	d := newDesk(t, sandbox.Options{})
	for status, codes := range statuses {
		for _, code := range codes {
			if err := d.SetScript(rules(sandbox.Rule{Code: code})); err != nil {
				t.Fatal(err)
			}
			a := d.send(ana)
			if a.status != status || a.Error.Code != code || strings.Contains(a.raw, "Unknown error") {
				t.Errorf("code %d: %d %s, want %d", code, a.status, a.raw, status)
			}
		}
	}
}

func TestWamidsDifferBetweenRunsAndMessages(t *testing.T) {
	t.Parallel()
	seen := make(map[string]bool)
	for range 3 {
		d := newDesk(t, sandbox.Options{})
		for n := range 20 {
			id := d.send(person(n)).Messages[0].ID
			if seen[id] || len(id) > 200 {
				t.Errorf("wamid %s", id)
			}
			seen[id] = true
		}
	}
}

func TestScopedIDOfANumberIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	e := newEar(t, sandbox.DefaultAppSecret)
	d := newDesk(t, sandbox.Options{CallbackURL: e.url, Shares: perfect()})
	for n := range 50 {
		d.send(person(n))
		if _, err := d.Receive(person(n), "hello"); err != nil {
			t.Fatal(err)
		}
	}
	d.drain()
	shape := regexp.MustCompile(`^[A-Z]{2}\.[A-Za-z0-9]{1,128}$`)
	byNumber, byID := make(map[string]string), make(map[string]string)
	note := func(number, id string) {
		if !shape.MatchString(id) {
			t.Errorf("%s has id %q", number, id)
		}
		if old, ok := byNumber[number]; ok && old != id {
			t.Errorf("%s is %s and %s", number, old, id)
		}
		if old, ok := byID[id]; ok && old != number {
			t.Errorf("%s is %s and %s", id, old, number)
		}
		byNumber[number], byID[id] = id, number
	}
	for _, st := range e.statuses() {
		note(st.Recipient, st.UserID)
	}
	for _, m := range e.messages() {
		note(fmt.Sprint(m["from"]), fmt.Sprint(m["from_user_id"]))
	}
	if len(byNumber) != 50 {
		t.Errorf("%d people", len(byNumber))
	}
}

// FuzzReceive: whoever is said to write, either the server says who cannot,
// or the window of exactly that person opens.
func FuzzReceive(f *testing.F) {
	for _, from := range []string{ana, "16045550101", "US.2041", "ZZ.ENT.1", "+", "", "(604)", "+52 55 1234 5678", "٠١٢٣٤٥٦٧", "1\x00"} {
		f.Add(from)
	}
	server, err := sandbox.New(sandbox.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		if err := server.Close(); err != nil {
			f.Error(err)
		}
	})
	f.Fuzz(func(t *testing.T, from string) {
		id, err := server.Receive(from, "hello")
		if (err == nil) != strings.HasPrefix(id, "wamid.") {
			t.Errorf("%q: id %q, error %v", from, id, err)
		}
		if server.CallsTo(from) != 0 {
			t.Errorf("%q counts as called", from)
		}
	})
}
