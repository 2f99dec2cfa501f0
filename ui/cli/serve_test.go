package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"pregon/sender/sandbox"
	"pregon/sender/webhook"
	"pregon/store"
	"pregon/ui/cli"
)

// Secrets of these tests.
const (
	appSecret   = "an-app-secret"
	verifyToken = "a-verify-token"
)

// service is pregon serve while it runs.
type service struct {
	*desk
	stop     context.CancelFunc
	done     chan answer
	Webhook  string `json:"webhook"`
	Healthz  string `json:"healthz"`
	complain *locked
}

// locked is a buffer for two.
type locked struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (d *desk) secrets() {
	d.env["PREGON_APP_SECRET"], d.env["PREGON_VERIFY_TOKEN"] = appSecret, verifyToken
}

// serve starts the service and returns when it listens.
func (d *desk) serve(args ...string) *service {
	d.Helper()
	d.secrets()
	ctx, cancel := context.WithCancel(d.Context())
	s := &service{desk: d, stop: cancel, done: make(chan answer, 1), complain: &locked{}}
	said, out := io.Pipe()
	env := maps.Clone(d.env)
	var ended sync.WaitGroup
	ended.Go(func() {
		code := cli.Run(ctx, cli.Deps{
			Args: append([]string{"serve", "--webhook", "127.0.0.1:0", "--json"}, args...),
			Env:  func(name string) string { return env[name] }, In: strings.NewReader(""), Out: out, Err: s.complain,
			Version: "test", Now: d.now, Open: d.open, Webhook: receiver, Keyring: func(string) string { return "" },
		})
		_ = out.Close()
		s.done <- answer{code, "", s.complain.String()}
	})
	d.Cleanup(func() {
		cancel()
		ended.Wait()
	})
	if err := json.NewDecoder(said).Decode(s); err != nil {
		cancel()
		d.Fatalf("serve said nothing: %v\n%s", err, s.complain)
	}
	go func() { _, _ = io.Copy(io.Discard, said) }()
	return s
}

// door joins the receiver as main does.
type door struct{ *webhook.Handler }

func (d door) Serve(whose cli.Whose) { d.Handler.Serve(webhook.Shop(whose)) }

func receiver(s *store.Store, feed cli.Feed) cli.Receiver {
	return door{webhook.New(s, webhook.Config{
		AppSecret: feed.AppSecret, VerifyToken: feed.VerifyToken, Shop: webhook.Shop(feed.Whose), Log: feed.Log,
	})}
}

// ends stops the service, which is its normal end.
func (s *service) ends() {
	s.Helper()
	s.stop()
	if got := <-s.done; got.code != 0 {
		s.Errorf("serve ended with %d\n%s", got.code, got.errors)
	}
}

func (s *service) health() map[string]any {
	s.Helper()
	answer, err := http.Get(s.Healthz) //nolint:noctx // of this test alone
	if err != nil {
		s.Fatal(err)
	}
	text, err := io.ReadAll(answer.Body)
	if closeErr := answer.Body.Close(); err != nil || closeErr != nil || answer.StatusCode != http.StatusOK {
		s.Fatalf("%d %s, %v, %v", answer.StatusCode, text, err, closeErr)
	}
	var document map[string]any
	decode(s.T, string(text), &document)
	return document
}

func TestServeReceivesWhatThePlatformTells(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{AppSecret: appSecret})
	id := d.composed(5)
	s := d.serve()
	if got := s.health(); got["ok"] != true || got["feed_heard_at"] != "" || got["engine"] != "idle" {
		t.Errorf("before: %v", got)
	}
	if err := d.sandbox.Subscribe(t.Context(), s.Webhook, verifyToken); err != nil {
		t.Fatal(err)
	}
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0")
	var report struct {
		Counts map[string]int
	}
	d.wait("something is told of each", func() bool {
		if err := d.sandbox.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.read(&report, "broadcast", "report", id)
		return report.Counts["accepted"] == 0
	})
	if got := s.health(); got["feed_heard_at"] == "" || got["feed_fresh"] != true {
		t.Errorf("after: %v", got)
	}
	s.ends()
}

func TestServeFollowsTheShopToAnotherNumber(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{AppSecret: appSecret})
	_, statuses := d.sentTo(1)
	s := d.serve()
	const other = "600000000000077"
	body := []byte(strings.Replace(saved(`"statuses":[`+statuses[0]+`]`), sandbox.DefaultPhoneNumberID, other, 1))
	post := func() string {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Webhook, bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Hub-Signature-256", sandbox.Sign(appSecret, body))
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if err := answer.Body.Close(); err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("answered %s, %v", answer.Status, err)
		}
		var report struct {
			Broadcasts []struct{ Counts map[string]int }
		}
		d.read(&report, "broadcast", "list")
		if report.Broadcasts[0].Counts["delivered"] == 1 {
			return "taken"
		}
		return "left out"
	}
	if got := post(); got != "left out" {
		t.Errorf("another number's: %s", got)
	}
	d.run(0, "init", "--phone-number-id", other)
	d.wait("the receiver knows the new number", func() bool { return post() == "taken" })
	s.ends()
}

func TestServeNeedsToKnowWhoItHears(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	got := d.run(2, "serve", "--webhook", "127.0.0.1:0")
	for _, want := range []string{"PREGON_APP_SECRET, PREGON_VERIFY_TOKEN", "Nothing was started", "--secrets"} {
		if !strings.Contains(got.errors, want) {
			t.Errorf("no %q in %q", want, got.errors)
		}
	}
	d.env["PREGON_APP_SECRET"] = appSecret
	if got := d.run(2, "serve"); strings.Contains(got.errors, "PREGON_APP_SECRET") || !strings.Contains(got.errors, "PREGON_VERIFY_TOKEN") {
		t.Errorf("got %q", got.errors)
	}
	d.secrets()
	for _, address := range []string{"http://shop.example.com", "shop.example.com", "ftp://shop.example.com", "https://"} {
		if got := d.run(2, "serve", "--public-url", address); !strings.Contains(got.errors, "https://") {
			t.Errorf("%s: %q", address, got.errors)
		}
	}
}

func TestServeSaysWhichAddressIsTaken(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	s := d.serve()
	taken := strings.TrimSuffix(strings.TrimPrefix(s.Webhook, "http://"), "/webhook")
	other := d.start("serve", "--webhook", taken)
	got := <-other.done
	if got.code != 1 || !strings.Contains(got.errors, taken) || !strings.Contains(got.errors, "Nothing was started") {
		t.Errorf("%d %q", got.code, got.errors)
	}
	s.ends()
}

func TestServeProvesItsPublicAddress(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	s := d.serve()
	s.ends()
	open := d.serve("--public-url", d.env["PREGON_API_URL"]) // where the practice API answers, and not we
	d.wait("the round trip is written down", func() bool { return open.health()["round_trip_problem"] == "foreign" })
	if got := open.health(); got["round_trip_at"] != "" {
		t.Errorf("it passed: %v", got)
	}
	open.ends()
}

func TestServeKeepsTheScheduleAndTheOwnersWord(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{AppSecret: appSecret})
	d.run(0, "contacts", "import", d.customers(4), "--source", "till")
	d.run(0, "templates", "sync")
	args := []string{"broadcast", "create", "--name", "Bread", "--template", "fresh_bread", "--lang", "en", "--audience", "added:<30d"}
	for _, key := range []string{"1", "2", "3", "4"} {
		args = append(args, "--param", key+"=@first_name:neighbour")
	}
	if got := d.run(2, append(args, "--at", "2026-11-24T09:00")...); !strings.Contains(got.errors, "is over") {
		t.Errorf("a time that is over: %q", got.errors)
	}
	at := d.now().Add(4 * time.Second).UTC()
	composed := d.run(0, append(args, "--at", at.Format(time.RFC3339))...)
	id := strings.TrimSpace(composed.out)
	if !strings.Contains(composed.errors, "pregon broadcast send "+id+" --yes") {
		t.Errorf("no next step: %q", composed.errors)
	}
	if got := d.run(0, "broadcast", "list"); !strings.Contains(got.out, "to be decided") {
		t.Errorf("unconfirmed: %q", got.out)
	}
	later := d.now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	var confirmed outcome
	d.read(&confirmed, "broadcast", "send", id, "--yes", "--without-feed", "--staff", "Ana")
	if confirmed.State != "scheduled" || len(d.sandbox.Calls()) != 0 {
		t.Errorf("confirmed: %+v after %d calls", confirmed, len(d.sandbox.Calls()))
	}
	other := d.create()
	d.run(0, "broadcast", "send", other, "--yes", "--without-feed", "--at", later)
	if got := d.run(0, "broadcast", "report", id); !strings.Contains(got.out, "Confirmed by Ana for 4 people") {
		t.Errorf("report: %q", got.out)
	}
	s := d.serve()
	var report struct {
		State     string
		StartedAt string `json:"started_at"`
	}
	d.wait("it went out", func() bool {
		d.read(&report, "broadcast", "report", id)
		return report.State == "done"
	})
	d.sentOnce(4)
	if report.StartedAt < at.Format(time.RFC3339) {
		t.Errorf("started at %s, scheduled for %s", report.StartedAt, at)
	}
	d.read(&report, "broadcast", "report", other)
	if report.State != "scheduled" {
		t.Errorf("the other one is %+v", report)
	}
	s.ends()
}

func TestMissedBroadcastIsShownWithWhatToDo(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(3)
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed", "--at", d.now().Add(time.Minute).UTC().Format(time.RFC3339))
	d.ahead.Add(int64(2 * time.Hour))
	s := d.serve()
	var report struct{ State, Reason string }
	d.wait("it asks", func() bool {
		d.read(&report, "broadcast", "report", id)
		return report.Reason != ""
	})
	if report.State != "scheduled" || report.Reason != "missed" {
		t.Errorf("report %+v", report)
	}
	for _, args := range [][]string{{"broadcast", "report", id}, {"broadcast", "list"}} {
		got := d.run(0, args...)
		for _, want := range []string{"did not go out", "Nothing was sent", "pregon broadcast send " + id + " --yes", "pregon broadcast cancel " + id} {
			if !strings.Contains(got.out, want) {
				t.Errorf("%v: no %q in %q", args, want, got.out)
			}
		}
	}
	if len(d.sandbox.Calls()) != 0 {
		t.Error("it was sent")
	}
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0") // the owner says yes
	d.sentOnce(3)
	s.ends()
}
