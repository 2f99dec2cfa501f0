//go:build unix

package ui_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	cloud "pregon/sender/sandbox"
)

// running is a long-lived command of the program, which says first where it listens.
type running struct {
	*exec.Cmd
	said       map[string]string
	complaints *shared
}

// shared is a buffer for two.
type shared struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *shared) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *shared) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

func (p *program) launch(args ...string) *running {
	p.Helper()
	ctx, cancel := context.WithCancel(context.Background()) // the test's own ends before its cleanups
	command := exec.CommandContext(ctx, p.path, append(args, "--json")...)
	command.Env = p.environment
	r := &running{Cmd: command, said: map[string]string{}, complaints: &shared{}}
	command.Stderr = r.complaints
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		cancel()
		p.Fatal(err)
	}
	p.Cleanup(func() {
		cancel()
		_ = command.Wait() // it may have ended long ago
	})
	if err := json.NewDecoder(out).Decode(&r.said); err != nil {
		p.Fatalf("pregon %v said nothing: %v\n%s", args, err, r.complaints)
	}
	return r
}

// ends asks it to stop and holds it to a clean end.
func (p *program) ends(r *running) {
	p.Helper()
	if err := r.Process.Signal(syscall.SIGTERM); err != nil {
		p.Fatal(err)
	}
	if err := r.Wait(); err != nil {
		p.Fatalf("stopped it ended with %v\n%s", err, r.complaints)
	}
}

// ask posts to the practice API and decodes the answer into one, unless nil.
func (p *program) ask(url, body string, answer any) {
	p.Helper()
	request, err := http.NewRequestWithContext(p.Context(), http.MethodPost, url, strings.NewReader(body))
	if body == "" {
		request, err = http.NewRequestWithContext(p.Context(), http.MethodGet, url, nil)
	}
	if err != nil {
		p.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer test-token")
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		p.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if closeErr := response.Body.Close(); err != nil || closeErr != nil || response.StatusCode >= 300 {
		p.Fatalf("%s answered %s: %s, %v, %v", url, response.Status, text, err, closeErr)
	}
	if answer != nil {
		if err := json.Unmarshal(text, answer); err != nil {
			p.Fatalf("%s answered %s: %v", url, text, err)
		}
	}
}

// until asks again and again until it holds.
func (p *program) until(what string, holds func() bool) {
	p.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-limit:
			p.Fatalf("%s: not within a minute", what)
		}
	}
}

type calls struct {
	Total int `json:"total"`
	Calls []struct {
		To string `json:"to"`
	} `json:"calls"`
}

func (p *program) called(api string) int {
	p.Helper()
	var c calls
	p.ask(api+"/sandbox/calls?limit=0", "", &c)
	return c.Total
}

type reported struct {
	State    string         `json:"state"`
	Reason   string         `json:"reason"`
	Counts   counts         `json:"counts"`
	Excluded map[string]int `json:"excluded"`
}

func (p *program) report(id string) reported {
	p.Helper()
	var r reported
	p.run(&r, "broadcast", "report", id, "--json")
	return r
}

// TestTheServiceSendsHearsAndSurvivesAStop runs the program as a shop does:
// the service receives what the practice API tells by signed webhooks and
// starts a scheduled broadcast; the broadcast is paused from another process,
// the service is stopped in the middle of it and started again, and a customer
// who writes STOP meanwhile gets nothing.
func TestTheServiceSendsHearsAndSurvivesAStop(t *testing.T) {
	t.Parallel()
	const people = 300
	p := newProgram(t, "PREGON_APP_SECRET=an-app-secret", "PREGON_VERIFY_TOKEN=a-verify-token")
	api := p.launch("sandbox", "--latency", "5ms").said["url"]
	p.environment = append(p.environment, "PREGON_API_URL="+api)
	id := p.shopWith(people)
	service := p.launch("serve", "--webhook", "127.0.0.1:0")
	webhook := service.said["webhook"]
	p.ask(api+"/v26.0/"+cloud.DefaultWABAID+"/subscribed_apps", fmt.Sprintf(`{"override_callback_uri":%q,"verify_token":"a-verify-token"}`, webhook), nil)
	p.ask(api+"/sandbox/inbound", `{"from":"16045000000","text":"Hello"}`, nil)
	var health map[string]any
	p.until("the feed is heard", func() bool {
		p.ask(service.said["healthz"], "", &health)
		return health["feed_fresh"] == true
	})
	p.run(nil, "broadcast", "send", id, "--yes", "--at", time.Now().Add(2*time.Second).UTC().Format(time.RFC3339Nano), "--json")

	p.until("it is being sent", func() bool { return p.called(api) >= 20 })
	p.run(nil, "broadcast", "pause", id, "--json")
	p.until("it rests", func() bool { r := p.report(id); return r.State == "paused" && r.Counts.Sending == 0 })
	rested := p.called(api)
	p.ask(api+"/sandbox/inbound", fmt.Sprintf(`{"from":"1604%07d","text":"STOP"}`, 5000000+people-1), nil)
	p.until("the statuses of all arrive", func() bool {
		r := p.report(id)
		return r.Counts.Accepted == 0 && r.Counts.Sent+r.Counts.Delivered+r.Counts.Read > 0
	})
	if again := p.called(api); again != rested || rested >= people {
		t.Errorf("%d calls when it was paused, %d later", rested, again)
	}
	resume := p.command("broadcast", "resume", id, "--json")
	if err := resume.Start(); err != nil {
		t.Fatal(err)
	}
	p.until("it goes on", func() bool { return p.called(api) >= rested+20 })
	if err := resume.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := resume.Wait(); resume.ProcessState.ExitCode() != 130 {
		t.Errorf("interrupted it ended with %v", err)
	}

	// The service takes up at its start what nobody sends any more, and is
	// stopped in the middle of that.
	p.ends(service)
	before := p.called(api)
	address := strings.TrimSuffix(strings.TrimPrefix(webhook, "http://"), "/webhook")
	service = p.launch("serve", "--webhook", address)
	p.until("it goes on", func() bool { return p.called(api) >= before+20 })
	p.ends(service)
	if r := p.report(id); r.State != "sending" || r.Counts.Sending+r.Counts.Unknown != 0 || r.Counts.Queued == 0 {
		t.Errorf("a stop in the middle left %+v", r)
	}
	service = p.launch("serve", "--webhook", address)
	p.until("it is done", func() bool { return p.report(id).State == "done" })
	p.until("all is told", func() bool { return p.report(id).Counts.Accepted == 0 })
	r := p.report(id)
	if r.Counts.Unknown+r.Counts.Queued+r.Counts.Cancelled != 0 || r.Counts.Audience != people || r.Excluded["withdrawn"] != 1 {
		t.Errorf("it ended as %+v", r)
	}
	var all calls
	p.ask(api+"/sandbox/calls", "", &all)
	seen := map[string]int{}
	for _, call := range all.Calls {
		if seen[call.To]++; seen[call.To] > 1 {
			t.Errorf("%s got %d messages", call.To, seen[call.To])
		}
	}
	if len(seen) != people-1 {
		t.Errorf("%d people got it, want all but the one who wrote STOP of %d", len(seen), people)
	}
	p.ends(service)
}
