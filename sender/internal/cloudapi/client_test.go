package cloudapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

func secret(context.Context) (string, error) { return "secret", nil }

func client(url string, limit time.Duration) *cloudapi.Client {
	return cloudapi.New(cloudapi.Config{
		BaseURL: url, Version: "v26.0", PhoneNumberID: "600000000000031", WABAID: "500000000000041", Limit: limit,
		Token: secret, HTTP: cloudapi.NewHTTP(8),
	})
}

// claims are permissions for n calls of a shop made for this test.
func claims(t *testing.T, n int) []store.Claim {
	t.Helper()
	shop := storetest.New(t)
	for i := range n {
		shop.Customer(t, i)
	}
	claimed, err := shop.Outbox.Claim(t.Context(), shop.Started(t, "sendable:yes"), n)
	if err != nil || len(claimed.Claims) != n {
		t.Fatalf("Claim = %+v, %v", claimed, err)
	}
	return claimed.Claims
}

func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

func TestSendMakesOneCallWithTheClaimsWords(t *testing.T) {
	t.Parallel()
	claim := claims(t, 1)[0]
	var calls atomic.Int32
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		body, _ := io.ReadAll(r.Body)
		for _, want := range []string{`"to":"` + string(storetest.Phone(0)) + `"`, `"text":"Customer 0"`, `"` + claim.PublicID() + `"`} {
			if !strings.Contains(string(body), want) {
				t.Errorf("the body %s lacks %s", body, want)
			}
		}
		if r.Method != http.MethodPost || r.URL.Path != "/v26.0/600000000000031/messages" || r.Header.Get("Authorization") != "Bearer secret" {
			t.Errorf("%s %s with %q", r.Method, r.URL, r.Header.Get("Authorization"))
		}
		_, _ = io.WriteString(w, `{"messages":[{"id":"wamid.1"}]}`)
	})
	c := client(url, time.Minute)
	if a := c.SendTemplate(t.Context(), claim); a.Action != cloudapi.Accept || a.Wamid != "wamid.1" {
		t.Errorf("SendTemplate = %+v", a)
	}
	if a := c.SendTemplate(t.Context(), claim); a.Action != cloudapi.Lose || calls.Load() != 1 {
		t.Errorf("the same claim again = %+v after %d calls, want no second call", a, calls.Load())
	}
	if a := c.SendTemplate(t.Context(), store.Claim{}); !a.Kept || calls.Load() != 1 {
		t.Errorf("no claim = %+v after %d calls, want no call", a, calls.Load())
	}
}

func TestLostCallsTellWhetherTheyWereWritten(t *testing.T) {
	t.Parallel()
	// Nobody is ever given this port; a port that was free a moment ago may be another test's by now.
	const nobody = "http://127.0.0.1:1"
	hijack := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_, _ = io.WriteString(conn, answer)
				err = conn.Close()
			}
			if err != nil {
				t.Error(err)
			}
		}
	}
	release := make(chan struct{})
	silent := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-release
	})
	t.Cleanup(func() { close(release) })
	tests := []struct {
		name, url string
		want      cloudapi.Answer
	}{
		{"nobody listens", nobody, cloudapi.Answer{Action: cloudapi.Offline, Why: "connection_lost"}},
		{"no answer in time", silent, cloudapi.Answer{Action: cloudapi.Lose, Why: "timeout"}},
		{"closed without an answer", serve(t, hijack("")), cloudapi.Answer{Action: cloudapi.Lose, Why: "connection_lost"}},
		{
			"half an answer", serve(t, hijack("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"messages\":[{\"id\"")),
			cloudapi.Answer{Action: cloudapi.Lose, Why: "connection_lost"},
		},
		{
			"endless answer", serve(t, func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, `{"x":"`+strings.Repeat("x", 2<<20)+`","messages":[{"id":"w"}]}`)
			}), cloudapi.Answer{Action: cloudapi.Lose, Why: "bad_answer"},
		},
		{
			"redirect", serve(t, func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
			}),
			cloudapi.Answer{Action: cloudapi.Operator, Reason: cloudapi.ReasonAddress, HTTP: 307},
		},
	}
	permits := claims(t, len(tests))
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := client(test.url, 300*time.Millisecond).SendTemplate(t.Context(), permits[i]); got != test.want {
				t.Errorf("SendTemplate = %+v, want %+v", got, test.want)
			}
		})
	}
}

func TestWithoutATokenTheClaimIsKept(t *testing.T) {
	t.Parallel()
	c := cloudapi.New(cloudapi.Config{HTTP: cloudapi.NewHTTP(1), Token: func(context.Context) (string, error) { return "", io.EOF }})
	claim := claims(t, 1)[0]
	if a := c.SendTemplate(t.Context(), claim); !a.Kept || a.Action != cloudapi.Operator || a.Reason != cloudapi.ReasonToken {
		t.Errorf("SendTemplate = %+v, want the claim kept and the operator called", a)
	}
	if _, err := claim.Spend(); err != nil {
		t.Errorf("the claim was spent: %v", err)
	}
}

func practice(t *testing.T, opt sandbox.Options) string {
	t.Helper()
	opt.Token = "secret"
	server, err := sandbox.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	url, err := server.Start(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return url
}

func TestTemplatesAreReadPageByPage(t *testing.T) {
	t.Parallel()
	one := sandbox.DefaultTemplates()[0]
	var many []sandbox.Template
	for i := range 230 {
		copied := one
		copied.ID, copied.Name = "", "offer_"+strings.Repeat("x", i)
		many = append(many, copied)
	}
	list, err := client(practice(t, sandbox.Options{Templates: many}), time.Minute).Templates(t.Context())
	if err != nil || len(list) != 230 {
		t.Fatalf("Templates = %d, %v, want 230", len(list), err)
	}
	first := list[0]
	if m, err := first.Message(); err != nil || len(m.Parameters()) != 2 || first.Status != "APPROVED" || first.Quality != "GREEN" {
		t.Errorf("the first is %+v, %v", first, err)
	}
}

func TestAnUnreadableTemplateDoesNotHideTheOthers(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"data":[{"id":1,"name":"odd","language":"en","status":"APPROVED","components":{"a":1}},7,
			{"id":"2","name":"fine","language":"en","status":"APPROVED","category":"UTILITY","components":[{"type":"BODY","text":"x"}],"quality_score":null}],
			"paging":{"cursors":{"after":"a"}}}`)
	})
	list, err := client(url, time.Minute).Templates(t.Context())
	if err != nil || len(list) != 2 || list[0].Sendable() || !list[1].Sendable() {
		t.Errorf("Templates = %+v, %v", list, err)
	}
}

func TestAccountIsWhatTheStoreKeeps(t *testing.T) {
	t.Parallel()
	url := practice(t, sandbox.Options{
		PhoneNumberID: sandbox.DefaultPhoneNumberID, WABAID: sandbox.DefaultWABAID, Currency: "CAD",
		Script: sandbox.Script{Account: sandbox.Account{Quality: "YELLOW", Tier: "TIER_2K", Throughput: "HIGH", Unverified: true}},
	})
	c := client(url, time.Minute)
	got, err := c.Account(t.Context())
	want := store.Account{
		DisplayNumber: sandbox.DefaultDisplayNumber, VerifiedName: sandbox.DefaultVerifiedName, Quality: "YELLOW",
		MessagingLimit: 2000, Throughput: 1000, Status: "CONNECTED", Currency: "CAD",
	}
	if err != nil || got != want {
		t.Errorf("Account = %+v, %v\nwant      %+v", got, err, want)
	}
	health, err := c.Health(t.Context())
	if err != nil || health.CanSend != "LIMITED" || len(health.Troubles) != 1 || health.Troubles[0].Code != 141010 {
		t.Errorf("Health = %+v, %v, want limited by 141010", health, err)
	}
}

func TestAReadingCallSaysWhyItFailed(t *testing.T) {
	t.Parallel()
	url := practice(t, sandbox.Options{})
	c := cloudapi.New(cloudapi.Config{
		BaseURL: url, Version: "v26.0", PhoneNumberID: "600000000000031", WABAID: "500000000000041", HTTP: cloudapi.NewHTTP(1),
		Token: func(context.Context) (string, error) { return "wrong", nil },
	})
	_, err := c.Templates(t.Context())
	var failed *cloudapi.CallError
	if !errors.As(err, &failed) || failed.Reason != cloudapi.ReasonToken || failed.Code != 190 {
		t.Errorf("Templates = %v, want the token refused with 190", err)
	}
	if strings.Contains(err.Error(), "wrong") {
		t.Errorf("the error %q shows the token", err)
	}
}

func TestTheMessagingLimitIsReadUnderItsOldNameToo(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"id":"1","display_phone_number":"+1 604 555 0199","messaging_limit_tier":"TIER_UNLIMITED"}`)
	})
	got, err := client(url, time.Minute).Number(t.Context())
	if err != nil || got.MessagingLimit != 0 || got.Status != "" {
		t.Errorf("Number = %+v, %v, want no limit", got, err)
	}
}
