package cli_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

type outcome struct {
	State, Reason string
	Counts        map[string]int
}

func (d *desk) sentOnce(count int) {
	d.Helper()
	for n := range count {
		if times := d.sandbox.CallsTo(number(n)); times != 1 {
			d.Errorf("%s got %d messages", number(n), times)
		}
	}
}

func TestSendReachesWhoAgreedAndNobodyElse(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(12)
	d.run(0, "contacts", "add", "6045550150", "--name", "No Consent", "--source", "till")
	d.run(0, "consent", "revoke", number(11), "--reason", "STOP")
	var check struct {
		Audience, Sendable, Days int
		Excluded                 map[string]int
		Cost                     struct{ Currency, Amount string }
		Blockers                 []string
	}
	d.read(&check, "broadcast", "check", id)
	if check.Audience != 13 || check.Sendable != 11 || check.Excluded["no_consent"] != 1 || check.Excluded["withdrawn"] != 1 {
		t.Errorf("got %+v", check)
	}
	if check.Cost.Currency == "" || check.Cost.Amount == "0.00" || strings.Join(check.Blockers, " ") != "no_feed" {
		t.Errorf("got %+v", check)
	}
	if got := d.run(2, "broadcast", "send", id); !strings.Contains(got.errors, "--yes") {
		t.Errorf("without --yes: %q", got.errors)
	}
	if got := d.run(2, "broadcast", "send", id, "--yes"); !strings.Contains(got.errors, "--without-feed") {
		t.Errorf("without a feed: %q", got.errors)
	}
	if calls := len(d.sandbox.Calls()); calls != 0 {
		t.Fatalf("%d calls before anything was sent", calls)
	}
	var sent outcome
	d.read(&sent, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0")
	if sent.State != "done" || sent.Counts["audience"] != 13 || sent.Counts["accepted"] != 11 || sent.Counts["excluded"] != 2 {
		t.Errorf("got %+v", sent)
	}
	d.sentOnce(11)
	d.read(&sent, "broadcast", "send", id, "--yes")
	if calls := len(d.sandbox.Calls()); calls != 11 || sent.State != "done" {
		t.Errorf("%d calls after sending again, %+v", calls, sent)
	}
	d.run(2, "broadcast", "pause", id)
	d.run(2, "broadcast", "resume", id)
}

func TestReportAddsUpPersonByPerson(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{To: []string{number(1)}, Code: 131026}}}})
	id := d.composed(3)
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed")
	var report struct {
		State, CreatedBy, StartedAt string
		Counts                      map[string]int
		Failures                    []struct {
			Code, Count int
			Title       string
		}
	}
	path := filepath.Join(d.folder, "report.csv")
	d.read(&report, "broadcast", "report", id, "--csv", path)
	if report.Counts["failed"] != 1 || report.Counts["accepted"] != 2 || len(report.Failures) != 1 ||
		report.Failures[0].Code != 131026 || report.Failures[0].Title == "" {
		t.Errorf("got %+v", report)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(data))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if got := strings.Join(rows[0], ","); got != "phone,name,state,reason,code,wamid,attempted_at,accepted_at,delivered_at,read_at,user_id" {
		t.Errorf("header %s", got)
	}
	for n, row := range rows[1:] {
		failed := n == 1
		if row[0] != strings.TrimPrefix(number(n), "+") || (row[2] == "failed") != failed || (row[5] == "") != failed {
			t.Errorf("got %v", row)
		}
	}
	if got := d.run(0, "broadcast", "report", id, "--csv", "-"); got.out != string(data) {
		t.Errorf("on stdout: %q", got.out)
	}
}

func TestParametersAreHeldToTheTemplate(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(1)
	var report struct{ Template, Language string }
	d.read(&report, "broadcast", "report", id)
	create := []string{"broadcast", "create", "--name", "x", "--template", report.Template, "--lang", report.Language, "--audience", "ana"}
	for name, params := range map[string][]string{
		"none": nil, "no such key": {"--param", "shoe=1"}, "no value": {"--param", "shoe"},
		"no such field": {"--param", "1=@shoe"},
	} {
		if got := d.run(2, append(create, params...)...); !strings.Contains(got.errors, "Nothing was changed") {
			t.Errorf("%s: %q", name, got.errors)
		}
	}
	d.run(2, "broadcast", "create", "--name", "x", "--template", report.Template, "--lang", report.Language, "--audience", "tag:a OR")
	var list struct{ Broadcasts []any }
	if d.read(&list, "broadcast", "list"); len(list.Broadcasts) != 1 {
		t.Errorf("%d broadcasts", len(list.Broadcasts))
	}
}

func TestPauseFromAnotherProcessStopsTheRun(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Latency: 20 * time.Millisecond})
	id := d.composed(60)
	running := d.start("broadcast", "send", id, "--yes", "--without-feed", "--rate", "20", "--json")
	d.wait("some are sent", func() bool { return len(d.sandbox.Calls()) > 3 })
	d.run(0, "broadcast", "pause", id)
	got := <-running.done
	var stopped outcome
	decode(t, got.out, &stopped)
	if got.code != 3 || stopped.State != "paused" || stopped.Reason != "owner" || stopped.Counts["queued"] == 0 {
		t.Errorf("exit %d, %+v, %s", got.code, stopped, got.errors)
	}
	if !strings.Contains(got.errors, "pregon broadcast send "+id) {
		t.Errorf("no next step: %q", got.errors)
	}
	d.run(0, "broadcast", "resume", id, "--rate", "0")
	d.sentOnce(60)
}

func TestInterruptedSendGoesOnByTheSameCommand(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Latency: 20 * time.Millisecond})
	id := d.composed(60)
	running := d.start("broadcast", "send", id, "--yes", "--without-feed", "--rate", "20")
	d.wait("some are sent", func() bool { return len(d.sandbox.Calls()) > 3 })
	running.cancel()
	got := <-running.done
	if got.code != 130 || !strings.Contains(got.errors, "nobody gets it twice") {
		t.Errorf("exit %d: %s%s", got.code, got.out, got.errors)
	}
	if calls := len(d.sandbox.Calls()); calls == 60 {
		t.Fatal("it was not interrupted")
	}
	d.run(0, "broadcast", "send", id, "--yes", "--rate", "0")
	d.sentOnce(60)
}

func TestCancelEndsForGood(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(2)
	d.run(0, "broadcast", "cancel", id)
	if got := d.run(2, "broadcast", "send", id, "--yes", "--without-feed"); !strings.Contains(got.errors, "cancelled") {
		t.Errorf("got %q", got.errors)
	}
	if calls := len(d.sandbox.Calls()); calls != 0 {
		t.Errorf("%d calls", calls)
	}
}

func TestClosedShopSaysUntilWhen(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(2)
	d.run(0, "init", "--hours", "12:00-20:00")
	got := d.run(3, "broadcast", "send", id, "--yes", "--without-feed", "--json")
	var waiting outcome
	decode(t, got.out, &waiting)
	if waiting.Reason != "quiet_hours" || waiting.Counts["queued"] != 2 || !strings.Contains(got.errors, "12:00") {
		t.Errorf("%+v, %q", waiting, got.errors)
	}
	d.run(0, "init", "--hours", "09:00-20:00")
	d.run(0, "broadcast", "send", id, "--yes")
	d.sentOnce(2)
}

func TestStoppedByThePlatformSaysWhatToDo(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{Nth: []int{2}, Code: 131042}}}})
	id := d.composed(30)
	got := d.run(3, "broadcast", "send", id, "--yes", "--without-feed", "--json")
	var stopped outcome
	decode(t, got.out, &stopped)
	if stopped.State != "paused" || stopped.Reason != "platform_payment" {
		t.Errorf("got %+v", stopped)
	}
	if !strings.Contains(got.errors, "131042") || !strings.Contains(got.errors, "WhatsApp Manager") {
		t.Errorf("got %q", got.errors)
	}
}

func TestTemplatesAreReadFromThePlatform(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	if got := d.run(0, "templates", "list"); !strings.Contains(got.out, "pregon templates sync") {
		t.Errorf("empty: %q", got.out)
	}
	d.run(0, "templates", "sync")
	var list struct {
		Templates []struct{ Name, Language string }
	}
	d.read(&list, "templates", "list")
	if len(list.Templates) == 0 {
		t.Fatal("none")
	}
	one := list.Templates[0]
	if got := d.run(0, "templates", "show", one.Name, "--lang", one.Language); !strings.Contains(got.out, one.Name) {
		t.Errorf("got %q", got.out)
	}
	d.run(2, "templates", "show", one.Name, "--lang", "xx")
	d.env["PREGON_API_URL"] = "http://127.0.0.1:1"
	if got := d.run(1, "templates", "sync"); !strings.Contains(got.errors, "connection") {
		t.Errorf("no connection: %q", got.errors)
	}
}
