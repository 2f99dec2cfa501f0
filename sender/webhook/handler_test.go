package webhook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
	"pregon/sender/webhook"
	"pregon/store"
	"pregon/store/storetest"
)

const (
	secret = "app-secret"
	number = "600000000000031"
)

// desk is a receiver over a shop with one accepted message.
type desk struct {
	*webhook.Handler
	shop      *storetest.Shop
	broadcast store.BroadcastID
	contact   store.ContactID
	public    string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	shop := storetest.New(t)
	contact := shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	claimed, err := shop.Outbox.Claim(t.Context(), id, 1)
	if err != nil || len(claimed.Claims) != 1 {
		t.Fatalf("Claim = %+v, %v", claimed, err)
	}
	claim := claimed.Claims[0]
	if err := shop.Outbox.Settle(t.Context(), []store.Result{{Claim: claim, Outcome: store.Accepted{Wamid: "wamid.1"}}}); err != nil {
		t.Fatal(err)
	}
	h := webhook.New(shop.Store, webhook.Config{AppSecret: secret, VerifyToken: "s3cret", Shop: webhook.Shop{PhoneNumberID: number}})
	return &desk{h, shop, id, contact, claim.PublicID()}
}

// post delivers a body with these signatures and returns the status.
func (d *desk) post(t *testing.T, body []byte, signatures ...string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/webhook", bytes.NewReader(body))
	for _, signature := range signatures {
		r.Header.Add("X-Hub-Signature-256", signature)
	}
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	return w.Code
}

// tell delivers a signed body.
func (d *desk) tell(t *testing.T, body string) int {
	t.Helper()
	return d.post(t, []byte(body), sandbox.Sign(secret, []byte(body)))
}

func statuses(list ...string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"500000000000041","changes":[{"field":"messages","value":{` +
		`"metadata":{"phone_number_id":"` + number + `"},"statuses":[` + strings.Join(list, ",") + `]}}]}]}`
}

func (d *desk) delivery(t *testing.T) store.Delivery {
	t.Helper()
	list, err := d.shop.Deliveries(t.Context(), d.broadcast, store.DeliveryFilter{})
	if err != nil || len(list) != 1 {
		t.Fatalf("Deliveries = %v, %v", list, err)
	}
	return list[0]
}

func TestHandshakeNeedsTheToken(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	tests := []struct {
		name, query string
		want        int
	}{
		{"right", "hub.mode=subscribe&hub.challenge=4071955830&hub.verify_token=s3cret", 200},
		{"wrong token", "hub.mode=subscribe&hub.challenge=1&hub.verify_token=s3cre", 403},
		{"no token", "hub.mode=subscribe&hub.challenge=1", 403},
		{"wrong mode", "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=s3cret", 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			d.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/webhook?"+test.query, nil))
			if w.Code != test.want {
				t.Fatalf("status %d, want %d", w.Code, test.want)
			}
			if test.want == 200 && (w.Body.String() != "4071955830" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain")) {
				t.Errorf("answered %q as %q, want the bare challenge as text", w.Body, w.Header().Get("Content-Type"))
			}
		})
	}
}

func TestWithoutSecretsNothingIsAccepted(t *testing.T) {
	t.Parallel()
	h := webhook.New(storetest.New(t).Store, webhook.Config{})
	body := statuses()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
	r.Header.Set("X-Hub-Signature-256", sandbox.Sign("", []byte(body)))
	for _, r := range []*http.Request{r, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?hub.mode=subscribe&hub.verify_token=", nil)} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized && w.Code != http.StatusForbidden {
			t.Errorf("%s answered %d", r.Method, w.Code)
		}
	}
}

func TestAForgedDeliveryStoresNothing(t *testing.T) {
	t.Parallel()
	body := []byte(statuses(`{"id":"wamid.1","status":"read","timestamp":"1790000001"}`))
	good := sandbox.Sign(secret, body)
	tests := []struct {
		name       string
		signatures []string
	}{
		{"none", nil},
		{"of another secret", []string{sandbox.Sign("other", body)}},
		{"of another body", []string{sandbox.Sign(secret, append(bytes.Clone(body), ' '))}},
		{"doubled", []string{good, good}},
		{"with a second", []string{good, "sha256=00"}},
		{"without the prefix", []string{strings.TrimPrefix(good, "sha256=")}},
		{"cut", []string{good[:len(good)-2]}},
		{"empty", []string{"sha256="}},
		{"not hexadecimal", []string{"sha256=zz"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			if code := d.post(t, body, test.signatures...); code != http.StatusUnauthorized {
				t.Errorf("status %d, want 401", code)
			}
			account, err := d.shop.Account(t.Context())
			if got := d.delivery(t).State; got != store.DeliveryAccepted || err != nil || account.FeedConnected() {
				t.Errorf("delivery %s, account %+v, %v: it left a trace", got, account, err)
			}
		})
	}
}

func TestTheSignatureIsCheckedOverTheRawBytes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	body := "  " + strings.ReplaceAll(statuses(`{"id":"wamid.1","status":"sent","timestamp":1790000001,"x":"\u00f1\/"}`), ",", ", ")
	if code := d.tell(t, body); code != http.StatusOK || d.delivery(t).State != store.DeliverySent {
		t.Errorf("status %d, delivery %s, want 200 and sent", code, d.delivery(t).State)
	}
}

func TestTooLargeABodyIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if code := d.tell(t, strings.Repeat(" ", 3<<20+1)); code != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d, want 413", code)
	}
	if code := d.tell(t, statuses()+strings.Repeat(" ", 2<<20)); code != http.StatusOK {
		t.Errorf("status %d for 2 MB, want 200", code)
	}
}

func TestStatusesAreDurableWhenAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	one := func(state string, at int) string {
		return fmt.Sprintf(`{"id":"wamid.1","status":%q,"timestamp":"%d","biz_opaque_callback_data":%q}`, state, at, d.public)
	}
	// Backwards, doubled, and in batches, as they come.
	for _, body := range []string{statuses(one("read", 1790000003)), statuses(one("sent", 1790000001), one("delivered", 1790000002)), statuses(one("sent", 1790000001))} {
		if code := d.tell(t, body); code != http.StatusOK {
			t.Fatalf("status %d, want 200", code)
		}
	}
	got := storetest.Open(t, d.shop.File, d.shop.Clock)
	list, err := got.Deliveries(t.Context(), d.broadcast, store.DeliveryFilter{})
	if err != nil || list[0].State != store.DeliveryRead || !list[0].SentAt.Equal(time.Unix(1790000001, 0)) {
		t.Errorf("another opening of the file sees %+v, %v", list, err)
	}
}

func TestWhatCannotBeReadSpoilsNothingElse(t *testing.T) {
	t.Parallel()
	good := `{"id":"wamid.1","status":"delivered","timestamp":"1790000002"}`
	tests := []struct {
		name, body string
		want       store.DeliveryState
	}{
		{"unknown states", statuses(`{"id":"wamid.1","status":"warning"}`, `{"status":"read"}`, `7`, good), store.DeliveryDelivered},
		{"wrong types", statuses(`{"id":"wamid.1","status":"delivered","timestamp":{},"errors":{"code":1},"pricing":"x"}`), store.DeliveryDelivered},
		{"another field before", strings.Replace(statuses(good), `[{"field":"messages"`, `[{"field":"security","value":1},null,{"field":"messages"`, 1), store.DeliveryDelivered},
		{"another number of the app", strings.Replace(statuses(good), number, "600000000000099", 1), store.DeliveryAccepted},
		{"only another field", `{"entry":[{"changes":[{"field":"account_update","value":{"event":"DISABLED_UPDATE"}}]}]}`, store.DeliveryAccepted},
		{"no JSON", `<html>`, store.DeliveryAccepted},
		{"no object", `[1,2]`, store.DeliveryAccepted},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			if code := d.tell(t, test.body); code != http.StatusOK {
				t.Errorf("status %d, want 200: the same bytes would come again", code)
			}
			account, err := d.shop.Account(t.Context())
			if got := d.delivery(t).State; got != test.want || err != nil || !account.FeedConnected() {
				t.Errorf("delivery %s, want %s; feed heard: %v, %v", got, test.want, account.FeedConnected(), err)
			}
		})
	}
}

func TestAStopToldByAStatusWithdraws(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.tell(t, statuses(`{"id":"wamid.1","status":"failed","timestamp":"1790000002","errors":[{"code":"131050","title":"x"}]}`))
	c, err := d.shop.Store.Contact(t.Context(), d.contact)
	if err != nil || c.Standing.Consent != store.ConsentWithdrawn || c.Standing.Platform != store.PlatformStopped {
		t.Errorf("standing %+v, %v, want withdrawn and stopped", c.Standing, err)
	}
}

func TestWhatCannotBeStoredIsAskedForAgain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	second, _, err := store.Open(t.Context(), shop.File)
	if err != nil {
		t.Fatal(err)
	}
	if err := second.Close(); err != nil {
		t.Fatal(err)
	}
	d := &desk{Handler: webhook.New(second, webhook.Config{AppSecret: secret})}
	if code := d.tell(t, statuses()); code != http.StatusInternalServerError {
		t.Errorf("status %d on a closed file, want 500", code)
	}
}

func FuzzDelivery(f *testing.F) {
	f.Add(statuses(`{"id":"wamid.1","status":"failed","timestamp":"1790000002","errors":[{"code":131049}]}`))
	f.Add(`{"entry":[{"changes":[{"field":"messages","value":{"statuses":[{"id":1,"status":"sent","timestamp":1e300}]}}]}]}`)
	f.Add(`{"entry":{}}`)
	shop := storetest.New(f)
	d := &desk{Handler: webhook.New(shop.Store, webhook.Config{AppSecret: secret})}
	f.Fuzz(func(t *testing.T, body string) {
		if code := d.tell(t, body); code != http.StatusOK {
			t.Errorf("a signed body of %d bytes was answered %d, valid JSON: %v", len(body), code, json.Valid([]byte(body)))
		}
	})
}
