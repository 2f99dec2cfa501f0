//go:build unix

package ui_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	cloud "pregon/sender/sandbox"
)

// stab kills the program at one point of a call's life.
type stab int

const (
	beforeTaken  stab = iota // claimed and written, the API has not taken it
	beforeAnswer             // the API took it, no answer came
	afterAnswer              // answered, perhaps not settled
)

// killer is the Cloud API, with a knife.
type killer struct {
	api *cloud.Server

	mu    sync.Mutex
	point stab
	after int // calls until the next stab
	knife func()
}

func (k *killer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	point, knife := k.next(r)
	if knife != nil && point == beforeTaken {
		knife()
		return
	}
	if knife != nil && point == beforeAnswer {
		k.api.ServeHTTP(httptest.NewRecorder(), r)
		knife()
		return
	}
	k.api.ServeHTTP(w, r)
	if knife != nil {
		if flusher, ok := w.(http.Flusher); ok {
			flusher.Flush()
		}
		knife()
	}
}

// next says whether this call is the one, and takes the knife away with it.
func (k *killer) next(r *http.Request) (stab, func()) {
	if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/messages") {
		return 0, nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.after--; k.after >= 0 || k.knife == nil {
		return 0, nil
	}
	knife := k.knife
	k.knife = nil
	return k.point, knife
}

func (k *killer) arm(point stab, after int, knife func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.point, k.after, k.knife = point, after, knife
}

type counts struct {
	Audience, Queued, Excluded, Sending, Accepted, Sent, Delivered, Read, Failed, Unknown, Cancelled int
}

// TestKilledProgramMessagesNobodyTwiceAndForgetsNobody kills the program with
// SIGKILL at every point of a call, and starts the same command again, until
// the broadcast is done.
func TestKilledProgramMessagesNobodyTwiceAndForgetsNobody(t *testing.T) {
	t.Parallel()
	const people = 120
	api, err := cloud.New(cloud.Options{Token: "test-token", Latency: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	k := &killer{api: api}
	server := httptest.NewServer(k)
	t.Cleanup(server.Close)
	p := newProgram(t, "PREGON_API_URL="+server.URL)
	id := p.shopWith(people)

	var kills atomic.Int32
	for round := 0; ; round++ {
		command := p.command("broadcast", "send", id, "--yes", "--without-feed", "--rate", "60", "--json")
		var output bytes.Buffer
		command.Stdout, command.Stderr = &output, &output
		started := make(chan struct{})
		k.arm(stab(round%3), round%7, func() {
			<-started // the process is known
			kills.Add(1)
			if err := command.Process.Kill(); err != nil {
				t.Error(err)
			}
		})
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		close(started)
		err := command.Wait()
		if err == nil {
			break
		}
		if command.ProcessState.ExitCode() != -1 || round > 3*people {
			t.Fatalf("round %d: %v\n%s", round, err, output.String())
		}
	}
	var report struct {
		State  string `json:"state"`
		Counts counts `json:"counts"`
	}
	p.run(&report, "broadcast", "report", id, "--json")
	c := report.Counts
	if report.State != "done" || c.Audience != people || c.Queued+c.Sending+c.Excluded+c.Cancelled != 0 ||
		c.Accepted+c.Sent+c.Delivered+c.Read+c.Failed+c.Unknown != people {
		t.Errorf("report = %+v", report)
	}
	taken := map[string]int{}
	for _, call := range api.Calls() {
		taken[call.WaID]++
	}
	for number, n := range taken {
		if n > 1 {
			t.Errorf("%s was messaged %d times", number, n)
		}
	}
	if missing := people - len(taken); missing > c.Unknown || kills.Load() < 3 {
		t.Errorf("%d people got nothing and are not unknown (%d unknown, %d kills)", missing, c.Unknown, kills.Load())
	}
	t.Logf("%d kills: %d accepted, %d unknown, %d messages taken", kills.Load(), c.Accepted, c.Unknown, len(taken))
}

// shopWith sets a shop up with that many customers who agreed and saved the
// number, and saves a broadcast to all of them.
func (p *program) shopWith(people int) string {
	p.Helper()
	p.run(nil, "init", "--name", "Panadería Luna", "--region", "CA", "--number", "+16045550199",
		"--phone-number-id", cloud.DefaultPhoneNumberID, "--waba-id", cloud.DefaultWABAID,
		"--timezone", noonZone(time.Now()), "--hours", "08:00-21:00", "--days", "mon,tue,wed,thu,fri,sat,sun", "--json")
	var rows strings.Builder
	rows.WriteString("name,phone,consent_at,consent_method,consent_notice,consent_evidence,saved_grade,saved_at\n")
	for n := range people {
		fmt.Fprintf(&rows, "Customer %d,+1604%07d,2026-10-01T10:00:00Z,paper,optin-en,card %d,seen_by_staff,2026-10-01T10:00:00Z\n", n, 5000000+n, n)
	}
	file := filepath.Join(p.TempDir(), "contacts.csv")
	if err := os.WriteFile(file, []byte(rows.String()), 0o600); err != nil {
		p.Fatal(err)
	}
	p.run(nil, "contacts", "import", file, "--source", "cards signed in the shop", "--vouch", "signed in the shop", "--json")
	p.run(nil, "templates", "sync", "--json")
	var templates struct {
		Templates []struct {
			Name, Language, Status string
			Parameters             []string
		} `json:"templates"`
	}
	p.run(&templates, "templates", "list", "--json")
	for _, template := range templates.Templates {
		if template.Name != "weekly_offer" {
			continue
		}
		args := []string{"broadcast", "create", "--name", "Half price", "--template", template.Name, "--lang", template.Language, "--audience", "sendable:yes", "--json"}
		for _, parameter := range template.Parameters {
			args = append(args, "--param", parameter+"=x")
		}
		var made struct {
			ID int `json:"id"`
		}
		p.run(&made, args...)
		return strconv.Itoa(made.ID)
	}
	p.Fatalf("no weekly_offer among %+v", templates)
	return ""
}

// noonZone is a time zone in which it is about noon, so that a real shop's
// hours are open whenever the test runs.
func noonZone(now time.Time) string {
	ahead := 12 - now.UTC().Hour()           // -11 to 12
	return fmt.Sprintf("Etc/GMT%+d", -ahead) // POSIX: the sign is turned round
}
