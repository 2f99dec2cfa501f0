package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

const (
	number  = sandbox.DefaultPhoneNumberID
	account = sandbox.DefaultWABAID
	ana     = "+1 604 555 0101"
	anaID   = "16045550101"
	ben     = "+1 604 555 0102"
	version = "/v26.0/"
)

// desk is a server on loopback, a client of it, and a clock that stands still
// until it is moved.
type desk struct {
	t *testing.T
	*sandbox.Server
	url   string
	clock *clock
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func newDesk(t *testing.T, opt sandbox.Options) *desk {
	t.Helper()
	d := &desk{t: t, clock: &clock{now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}}
	if opt.Now == nil {
		opt.Now = d.clock.Now
	}
	if opt.Token == "" {
		opt.Token = "practice"
	}
	server, err := sandbox.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	d.Server = server
	if d.url, err = server.Start(t.Context(), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	return d
}

// answer is what came back, decoded as far as tests look at it.
type answer struct {
	status int
	header http.Header
	raw    string

	Contacts []struct{ Input, WaID, UserID string }
	Messages []struct{ ID, Status string }
	Error    struct {
		Message string
		Type    string
		Code    int
		Subcode int
		Details string
		Trace   string
	}
}

func (a *answer) UnmarshalJSON(data []byte) error {
	var wire struct {
		Contacts []struct {
			Input  string `json:"input"`
			WaID   string `json:"wa_id"`
			UserID string `json:"user_id"`
		} `json:"contacts"`
		Messages []struct {
			ID     string `json:"id"`
			Status string `json:"message_status"`
		} `json:"messages"`
		Error struct {
			Message string `json:"message"`
			Type    string `json:"type"`
			Code    int    `json:"code"`
			Subcode int    `json:"error_subcode"`
			Data    struct {
				Details string `json:"details"`
			} `json:"error_data"`
			Trace string `json:"fbtrace_id"`
		} `json:"error"`
	}
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	for _, c := range wire.Contacts {
		a.Contacts = append(a.Contacts, struct{ Input, WaID, UserID string }{c.Input, c.WaID, c.UserID})
	}
	for _, m := range wire.Messages {
		a.Messages = append(a.Messages, struct{ ID, Status string }{m.ID, m.Status})
	}
	e := &a.Error
	e.Message, e.Type, e.Code, e.Subcode = wire.Error.Message, wire.Error.Type, wire.Error.Code, wire.Error.Subcode
	e.Details, e.Trace = wire.Error.Data.Details, wire.Error.Trace
	return nil
}

// call makes one request and fails the test only if the transport fails.
func (d *desk) call(method, path, body string) answer {
	t := d.t
	t.Helper()
	a, err := d.try(method, path, body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return a
}

func (d *desk) try(method, path, body string) (answer, error) {
	var a answer
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		return a, err
	}
	req.Header.Set("Authorization", "Bearer practice")
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return a, err
	}
	raw, err := io.ReadAll(res.Body)
	if closeErr := res.Body.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return a, err
	}
	if json.Valid(raw) && bytes.HasPrefix(raw, []byte("{")) && res.Header.Get("Content-Type") != "text/html" {
		_ = json.Unmarshal(raw, &a) // hostile answers have other types on purpose
	}
	a.status, a.header, a.raw = res.StatusCode, res.Header, string(raw)
	return a, nil
}

// send posts the weekly offer to one person.
func (d *desk) send(to string) answer {
	t := d.t
	t.Helper()
	return d.call(http.MethodPost, version+number+"/messages", offer(to))
}

func offer(to string) string {
	return fmt.Sprintf(`{"messaging_product":"whatsapp","recipient_type":"individual","to":%q,"type":"template",`+
		`"biz_opaque_callback_data":"delivery-of-%s","template":{"name":"weekly_offer","language":{"code":"en"},`+
		`"components":[{"type":"body","parameters":[{"type":"text","text":"Ana"},{"type":"text","text":"bread"}]}]}}`, to, to)
}

func text(to, body string) string {
	return fmt.Sprintf(`{"messaging_product":"whatsapp","to":%q,"type":"text","text":{"body":%q}}`, to, body)
}

// ear is a webhook receiver that verifies every signature.
type ear struct {
	url  string
	mu   sync.Mutex
	got  []hook
	raw  [][]byte
	deny int // so many POSTs are answered with 500
}

type hook struct {
	Entry []struct {
		ID      string `json:"id"`
		Changes []struct {
			Field string `json:"field"`
			Value struct {
				Metadata struct {
					Display string `json:"display_phone_number"`
					ID      string `json:"phone_number_id"`
				} `json:"metadata"`
				Statuses    []status         `json:"statuses"`
				Messages    []map[string]any `json:"messages"`
				Preferences []map[string]any `json:"user_preferences"`
				Event       string           `json:"event"`
			} `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

type status struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	Timestamp string `json:"timestamp"`
	Recipient string `json:"recipient_id"`
	UserID    string `json:"recipient_user_id"`
	Callback  string `json:"biz_opaque_callback_data"`
	Pricing   *struct {
		Category string `json:"category"`
		Type     string `json:"type"`
	} `json:"pricing"`
	Errors []struct {
		Code int `json:"code"`
	} `json:"errors"`
}

func newEar(t *testing.T, secret string) *ear {
	t.Helper()
	e := &ear{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			if r.URL.Query().Get("hub.verify_token") != "verify-me" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("X-Hub-Signature-256") != sandbox.Sign(secret, body) {
			t.Errorf("webhook with a wrong signature: %s %v", body, err)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		if !e.take(body) {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	t.Cleanup(server.Close)
	e.url = server.URL
	return e
}

func (e *ear) take(body []byte) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.deny > 0 {
		e.deny--
		return false
	}
	var h hook
	if json.Unmarshal(body, &h) != nil {
		return false
	}
	e.got = append(e.got, h)
	e.raw = append(e.raw, body)
	return true
}

// statuses returns everything heard about messages, in the order it was heard.
func (e *ear) statuses() []status {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []status
	for _, h := range e.got {
		for _, entry := range h.Entry {
			for _, c := range entry.Changes {
				list = append(list, c.Value.Statuses...)
			}
		}
	}
	return list
}

// messages returns everything people wrote.
func (e *ear) messages() []map[string]any {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []map[string]any
	for _, h := range e.got {
		for _, entry := range h.Entry {
			for _, c := range entry.Changes {
				list = append(list, c.Value.Messages...)
			}
		}
	}
	return list
}

func (e *ear) posts() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.got)
}

func words(list []status) string {
	var b bytes.Buffer
	for i, s := range list {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(s.Status)
		for _, e := range s.Errors {
			fmt.Fprintf(&b, "(%d)", e.Code)
		}
	}
	return b.String()
}

// drain delivers every pending webhook.
func (d *desk) drain() {
	t := d.t
	t.Helper()
	if err := d.Drain(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
}

// perfect is a crowd in which everybody reads.
func perfect() *sandbox.Shares { return new(sandbox.Shares{}) }
