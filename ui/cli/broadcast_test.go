package cli_test

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
	"pregon/store"
)

type checked struct {
	ID, Audience, Sendable, Days int
	Excluded                     map[string]int
	Cost                         struct {
		Currency, Amount string
		Unpriced         int
	}
	Blockers []string
}

type reported struct {
	ID                              int
	Name, Template, Language, State string
	Reason                          string
	CreatedBy                       string `json:"created_by"`
	StartedAt                       string `json:"started_at"`
	FinishedAt                      string `json:"finished_at"`
	Counts                          map[string]int
	Failures                        []struct{ Code, Count int }
	Excluded                        map[string]int
}

func TestCheckCountsEveryReason(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{DailyLimit: 2})
	id := d.composed(8)
	d.run(0, "contacts", "add", "6045550150", "--name", "Never asked", "--source", "till")
	d.run(0, "consent", "revoke", number(7), "--reason", "STOP")
	d.run(0, "consent", "unsaved", number(6), "--reason", "new phone")
	d.run(0, "contacts", "erase", number(5))
	if err := d.sandbox.SetScript(sandbox.Script{Account: sandbox.Account{Tier: "2"}}); err != nil {
		t.Fatal(err)
	}
	var c checked
	d.read(&c, "broadcast", "check", id)
	want := map[string]int{"withdrawn": 1, "not_saved": 1, "no_consent": 1}
	if c.Sendable != 5 || fmt.Sprint(c.Excluded) != fmt.Sprint(want) || c.Audience != 8 {
		t.Errorf("got %+v", c)
	}
	if c.Days != 3 { // five people, two a day
		t.Errorf("%d days", c.Days)
	}
	sum := c.Sendable
	for _, n := range c.Excluded {
		sum += n
	}
	if sum != c.Audience {
		t.Errorf("%d people are in no count of %d", c.Audience-sum, c.Audience)
	}
	said := d.run(0, "broadcast", "check", id).out
	for _, part := range []string{"8 in the audience, 5 get it", "3 days", "Cost, an estimate", "No feed"} {
		if !strings.Contains(said, part) {
			t.Errorf("no %q in\n%s", part, said)
		}
	}
}

func TestCheckNamesEveryBlocker(t *testing.T) {
	t.Parallel()
	paused := func(d *desk) { d.sandbox.SetTemplateStatus("fresh_bread", "en", "PAUSED") }
	account := func(a sandbox.Account) func(*desk) {
		return func(d *desk) {
			if err := d.sandbox.SetScript(sandbox.Script{Account: a}); err != nil {
				d.Fatal(err)
			}
		}
	}
	tests := []struct {
		name, want string
		do         func(*desk)
	}{
		{"as it is", "no_feed", func(*desk) {}},
		{"template paused", "template_not_approved", paused},
		{"red number", "quality_red", account(sandbox.Account{Quality: "RED"})},
		{"number cut off", "number_not_connected", account(sandbox.Account{Status: "DISCONNECTED"})},
		{"no payment", "payment_problem", account(sandbox.Account{Unpaid: true})},
		{"token over", "token_expired", account(sandbox.Account{Expires: sandbox.Duration(-time.Hour)})},
		{"token that may not send", "permission_messaging", account(sandbox.Account{Scopes: "business_management"})},
		{"wrong clock", "clock_wrong", account(sandbox.Account{Clock: sandbox.Duration(time.Hour)})},
		{"nobody left", "nobody_sendable", func(d *desk) { d.run(0, "consent", "revoke", number(0), "--reason", "STOP") }},
		{"no token", "no_token", func(d *desk) { delete(d.env, "PREGON_TOKEN") }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := newShop(t, sandbox.Options{})
			id := d.composed(1)
			tt.do(d)
			var c checked
			d.read(&c, "broadcast", "check", id)
			if !slices.Contains(c.Blockers, tt.want) {
				t.Errorf("got %v, want %s", c.Blockers, tt.want)
			}
			got := d.command(t.Context(), "broadcast", "send", id, "--yes")
			if got.code != 2 && got.code != 1 {
				t.Errorf("it was sent: exit %d, %s", got.code, got.errors)
			}
			if calls := len(d.sandbox.Calls()); calls != 0 {
				t.Errorf("%d calls", calls)
			}
		})
	}
}

func TestReportTellsEverybodysFate(t *testing.T) {
	t.Parallel()
	d := lived(t)
	var r reported
	d.read(&r, "broadcast", "report", "1")
	want := map[string]int{"audience": 8, "accepted": 3, "failed": 1, "unknown": 1, "excluded": 3, "queued": 0, "sending": 0, "sent": 0, "delivered": 0, "read": 0, "cancelled": 0}
	if fmt.Sprint(r.Counts) != fmt.Sprint(want) {
		t.Errorf("counts %v, want %v", r.Counts, want)
	}
	if r.State != "done" || r.Name != "Bread" || r.Template != "fresh_bread" || r.Language != "en" || r.CreatedBy != "Marta" || r.StartedAt == "" || r.FinishedAt == "" {
		t.Errorf("got %+v", r)
	}
	if len(r.Failures) != 1 || r.Failures[0].Code != 131026 || r.Excluded["withdrawn"] != 1 || r.Excluded["no_consent"] != 2 {
		t.Errorf("got %+v", r)
	}
	var list struct{ Broadcasts []reported }
	d.read(&list, "broadcast", "list")
	var states []string
	for _, b := range list.Broadcasts {
		states = append(states, fmt.Sprint(b.ID, b.State))
		total := 0
		for state, n := range b.Counts {
			if state != "audience" {
				total += n
			}
		}
		if total != b.Counts["audience"] {
			t.Errorf("%d: %v do not add up", b.ID, b.Counts)
		}
	}
	slices.Sort(states)
	if got := strings.Join(states, " "); got != "1done 2cancelled 3draft" {
		t.Errorf("got %s", got)
	}
}

func TestReportCSVIsSafeAndWhole(t *testing.T) {
	t.Parallel()
	d := lived(t)
	rows, err := csv.NewReader(strings.NewReader(d.run(0, "broadcast", "report", "1", "--csv", "-").out)).ReadAll()
	if err != nil || len(rows) != 9 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	states := map[string]int{}
	for _, row := range rows[1:] {
		states[row[2]]++
		if strings.ContainsAny(row[0], "+ ") {
			t.Errorf("phone %q", row[0])
		}
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				t.Errorf("%q would be run by a spreadsheet", cell)
			}
			if strings.ContainsRune(cell, 0x1b) {
				t.Errorf("%q would be obeyed by a terminal", cell)
			}
		}
		for _, at := range row[6:] {
			if _, err := time.Parse(time.RFC3339, at); at != "" && err != nil {
				t.Errorf("time %q", at)
			}
		}
		switch row[2] {
		case "accepted":
			if row[5] == "" || row[6] == "" || row[7] == "" {
				t.Errorf("accepted without its times: %v", row)
			}
		case "failed":
			if row[4] != "131026" {
				t.Errorf("failed without its code: %v", row)
			}
		case "excluded":
			if row[3] == "" || row[6] != "" {
				t.Errorf("left out: %v", row)
			}
		}
	}
	if fmt.Sprint(states) != fmt.Sprint(map[string]int{"accepted": 3, "failed": 1, "unknown": 1, "excluded": 3}) {
		t.Errorf("states %v", states)
	}
}

func TestPauseAndCancelReachARunWithinASecond(t *testing.T) {
	t.Parallel()
	for verb, want := range map[string]struct {
		code  int
		state string
	}{"pause": {3, "paused"}, "cancel": {1, "cancelled"}} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			d := newShop(t, sandbox.Options{})
			id := d.composed(80)
			running := d.start("broadcast", "send", id, "--yes", "--without-feed", "--rate", "10", "--json")
			d.wait("some are sent", func() bool { return len(d.sandbox.Calls()) > 2 })
			d.run(0, "broadcast", verb, id)
			at := len(d.sandbox.Calls())
			got := <-running.done
			// Counted in calls, ten a second: a busy machine stretches the clock, not the pace.
			if more := len(d.sandbox.Calls()) - at; more > 10 {
				t.Errorf("%d were sent after that", more)
			}
			var ended outcome
			decode(t, got.out, &ended)
			if got.code != want.code || ended.State != want.state {
				t.Errorf("exit %d, %+v: %s", got.code, ended, got.errors)
			}
			if verb == "cancel" && ended.Counts["cancelled"] == 0 {
				t.Errorf("got %+v", ended)
			}
			sum := 0
			for state, n := range ended.Counts {
				if state != "audience" {
					sum += n
				}
			}
			if sum != 80 {
				t.Errorf("%d of 80 are in a count: %v", sum, ended.Counts)
			}
		})
	}
}

func TestEveryStopByThePlatformIsExitThree(t *testing.T) {
	t.Parallel()
	for code, reason := range map[int]string{
		190: "platform_token", 10: "platform_permission", 131031: "platform_account", 131042: "platform_payment", 133010: "platform_number",
		132015: "platform_template", 132016: "platform_template", 131048: "platform_quality", 132000: "platform_request", 131053: "platform_media",
		131063: "platform_endpoint", 368: "platform_account",
	} {
		t.Run(strconv.Itoa(code), func(t *testing.T) {
			t.Parallel()
			d := newShop(t, sandbox.Options{Script: sandbox.Script{Rules: []sandbox.Rule{{Nth: []int{1}, Code: code}}}})
			id := d.composed(3)
			got := d.run(3, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0", "--json")
			var ended outcome
			decode(t, got.out, &ended)
			if ended.State != "paused" || ended.Reason != reason || ended.Counts["audience"] != 3 {
				t.Errorf("got %+v, want %s", ended, reason)
			}
			if !strings.Contains(got.errors, strconv.Itoa(code)) || !strings.Contains(got.errors, "pregon broadcast send "+id+" --yes") {
				t.Errorf("no code or no next step: %q", got.errors)
			}
			if code == 131048 { // a number slowed for its quality rests first
				if got := d.run(2, "broadcast", "resume", id, "--rate", "0"); !strings.Contains(got.errors, "pregon doctor") {
					t.Errorf("within its rest it says %q", got.errors)
				}
				d.ahead.Add(int64(store.QualityRests + time.Minute))
			}
			d.run(0, "broadcast", "resume", id, "--rate", "0")
			for n := range 3 {
				if times := d.sandbox.CallsTo(number(n)); times > 1 {
					t.Errorf("%s got %d", number(n), times)
				}
			}
		})
	}
}

func TestOneMessageAPersonAWeek(t *testing.T) {
	t.Parallel()
	d := lived(t)
	var c checked
	d.read(&c, "broadcast", "check", "3")
	if c.Excluded["too_soon"] == 0 || c.Sendable != c.Audience-sumOf(c.Excluded) {
		t.Errorf("got %+v", c)
	}
	d.ahead.Add(int64(8 * 24 * time.Hour))
	var later checked
	d.read(&later, "broadcast", "check", "3")
	if later.Excluded["too_soon"] != 0 || later.Sendable <= c.Sendable {
		t.Errorf("eight days later: %+v", later)
	}
}

func sumOf(counts map[string]int) int {
	sum := 0
	for _, n := range counts {
		sum += n
	}
	return sum
}

func TestProgressGoesToStderrOnly(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(5)
	got := d.run(0, "broadcast", "send", id, "--yes", "--without-feed")
	if strings.Count(got.out, "\n") != 1 || !strings.Contains(got.out, "5 in the audience") {
		t.Errorf("stdout %q", got.out)
	}
	if strings.ContainsRune(got.errors, 0x1b) {
		t.Errorf("stderr is no terminal, and got %q", got.errors)
	}
}

func TestTemplatesAreListedAsMetaHasThem(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	var synced struct{ Synced int }
	d.read(&synced, "templates", "sync")
	var list struct {
		Templates []struct {
			Name, Language, Status, Category, Quality string
			Parameters                                []string
		}
	}
	d.read(&list, "templates", "list")
	if synced.Synced == 0 || len(list.Templates) != synced.Synced {
		t.Errorf("%d read, %d listed", synced.Synced, len(list.Templates))
	}
	for _, one := range list.Templates {
		var shown struct {
			Name, Language string
			Components     []struct{ Type, Text string }
		}
		d.read(&shown, "templates", "show", one.Name, "--lang", one.Language)
		if shown.Name != one.Name || shown.Language != one.Language || len(shown.Components) == 0 {
			t.Errorf("got %+v", shown)
		}
	}
	d.sandbox.SetTemplateStatus("fresh_bread", "en", "REJECTED")
	d.run(0, "templates", "sync")
	if got := d.run(0, "templates", "show", "fresh_bread", "--lang", "en").out; !strings.Contains(got, "REJECTED") {
		t.Errorf("got %q", got)
	}
	got := d.run(0, createBread()...)
	if !strings.Contains(got.errors, "REJECTED") || strings.TrimSpace(got.out) != "1" {
		t.Errorf("a draft of it: %+v", got)
	}
}
