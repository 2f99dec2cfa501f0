package cloudapi_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/sender/internal/cloudapi"
	"pregon/store/storetest"
)

// saying answers every path that begins so with a body, everything else with 404 and Graph's error for no object.
func saying(t *testing.T, bodies map[string]string) *cloudapi.Client {
	t.Helper()
	return client(serve(t, func(w http.ResponseWriter, r *http.Request) {
		for path, body := range bodies {
			if strings.HasPrefix(r.URL.Path, "/v26.0/"+path) {
				_, _ = w.Write([]byte(body))
				return
			}
		}
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":{"code":100,"error_subcode":33}}`))
	}), 0)
}

func TestTokenTellsOfItself(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       cloudapi.Token
	}{
		{"for ever", `{"data":{"is_valid":true,"expires_at":0,"scopes":["a","b"]}}`, cloudapi.Token{Valid: true, Scopes: []string{"a", "b"}}},
		{"ends", `{"data":{"is_valid":true,"expires_at":1798761600}}`, cloudapi.Token{Valid: true, ExpiresAt: time.Unix(1798761600, 0).UTC()}},
		{"ends, as text", `{"data":{"is_valid":true,"expires_at":"1798761600"}}`, cloudapi.Token{Valid: true, ExpiresAt: time.Unix(1798761600, 0).UTC()}},
		{"over", `{"data":{"is_valid":false,"expires_at":1}}`, cloudapi.Token{ExpiresAt: time.Unix(1, 0).UTC()}},
		{"nothing said", `{"data":{}}`, cloudapi.Token{Valid: true}},
		{"other types", `{"data":{"is_valid":"yes","expires_at":[],"scopes":"all"}}`, cloudapi.Token{Valid: true}},
		{"no object", `{"data":7}`, cloudapi.Token{Valid: true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := saying(t, map[string]string{"debug_token": tt.body}).Token(t.Context())
			if err != nil || fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %+v, %v, want %+v", got, err, tt.want)
			}
		})
	}
	if _, err := saying(t, map[string]string{"debug_token": "not json"}).Token(t.Context()); err == nil {
		t.Error("nonsense was taken for a token")
	}
}

func TestPayerIsFundedOnlyByAnID(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]cloudapi.Payer{
		`{"currency":"EUR","primary_funding_id":"300"}`: {Currency: "EUR", Funded: true},
		`{"currency":"EUR","primary_funding_id":300}`:   {Currency: "EUR", Funded: true},
		`{"currency":"EUR","primary_funding_id":null}`:  {Currency: "EUR"},
		`{"currency":"EUR","primary_funding_id":""}`:    {Currency: "EUR"},
		`{"currency":"EUR","primary_funding_id":"0"}`:   {Currency: "EUR", Funded: true},
		`{"currency":"EUR","primary_funding_id":0}`:     {Currency: "EUR"},
		`{"id":"1"}`: {},
	} {
		got, err := saying(t, map[string]string{"500000000000041": body}).Payer(t.Context())
		if err != nil || got != want {
			t.Errorf("%s: got %+v, %v, want %+v", body, got, err, want)
		}
	}
}

func TestSubscribedIsAnyApp(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{
		`{"data":[{"whatsapp_business_api_data":{"id":"7"}}]}`: true, `{"data":[]}`: false, `{}`: false, `{"data":null}`: false,
	} {
		got, err := saying(t, map[string]string{"500000000000041/subscribed_apps": body}).Subscribed(t.Context())
		if err != nil || got != want {
			t.Errorf("%s: got %v, %v", body, got, err)
		}
	}
	_, err := saying(t, nil).Subscribed(t.Context())
	var call *cloudapi.CallError
	if !errors.As(err, &call) || call.Code != 100 || call.Subcode != 33 {
		t.Errorf("got %v", err)
	}
}

func TestAnAccountsIDGivenAsANumbersIsFound(t *testing.T) {
	t.Parallel()
	ours := storetest.Settings().Number
	tests := []struct {
		name, body, id string
		account        bool
	}{
		{"ours is among them", `{"data":[{"id":"1","display_phone_number":"+1 604-555-0100"},{"id":"2","display_phone_number":"+1 604-555-0199"}]}`, "2", true},
		{"others only", `{"data":[{"id":"1","display_phone_number":"+1 604-555-0100"}]}`, "", true},
		{"none yet", `{"data":[]}`, "", true},
		{"wrong types", `{"data":[7,{"id":7}]}`, "", true},
		{"not JSON", `<html>`, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			id, account := saying(t, map[string]string{"600000000000031/phone_numbers": tt.body}).NumberID(t.Context(), ours.ShownAs)
			if id != tt.id || account != tt.account {
				t.Errorf("got %q, %v", id, account)
			}
		})
	}
	if id, account := saying(t, nil).NumberID(t.Context(), ours.ShownAs); id != "" || account {
		t.Errorf("a refusal: %q, %v", id, account)
	}
	if saying(t, nil).AccountIsNumber(t.Context()) {
		t.Error("a refusal was taken for a number")
	}
	if !saying(t, map[string]string{"500000000000041": `{"id":"5","display_phone_number":"x"}`}).AccountIsNumber(t.Context()) {
		t.Error("a number was not seen")
	}
}

func TestClocksAreComparedByTheAnswersDate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		name, date string
		ahead      time.Duration
		known      bool
	}{
		{"the same", "Tue, 24 Nov 2026 10:00:00 GMT", 0, true},
		{"ours is fast", "Tue, 24 Nov 2026 09:30:00 GMT", 30 * time.Minute, true},
		{"ours is slow", "Tue, 24 Nov 2026 12:00:00 GMT", -2 * time.Hour, true},
		{"not a date", "soon", 0, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Date"] = []string{tt.date}
				w.WriteHeader(http.StatusUnauthorized) // a refusal tells the time as well
			})
			c := cloudapi.New(cloudapi.Config{
				BaseURL: url, Version: "v26.0", PhoneNumberID: "1", WABAID: "2", HTTP: cloudapi.NewHTTP(1), Now: func() time.Time { return now },
				Token: secret,
			})
			if _, known := c.Ahead(); known {
				t.Error("it knows before it asked")
			}
			if _, err := c.Number(t.Context()); err == nil {
				t.Fatal("the refusal was taken for an answer")
			}
			if ahead, known := c.Ahead(); ahead != tt.ahead || known != tt.known {
				t.Errorf("got %v, %v", ahead, known)
			}
		})
	}
}

func TestNoErrorOfAPreflightShowsTheToken(t *testing.T) {
	t.Parallel()
	c := client("http://127.0.0.1:1", time.Second)
	_, tokenErr := c.Token(t.Context())
	_, payerErr := c.Payer(t.Context())
	_, appsErr := c.Subscribed(t.Context())
	for i, err := range []error{tokenErr, payerErr, appsErr} {
		if err == nil || strings.Contains(err.Error(), "secret") || strings.Contains(fmt.Sprintf("%+v", err), "secret") {
			t.Errorf("%d: %v", i, err)
		}
	}
	var call *cloudapi.CallError
	if !errors.As(tokenErr, &call) || !slices.Contains([]string{cloudapi.ReasonNetwork}, call.Reason) {
		t.Errorf("got %v", tokenErr)
	}
}
