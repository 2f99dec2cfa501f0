package cli_test

import (
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

// TestWhatIsLargerThanTheLimitIsPlannedAndWaits follows a broadcast over the messaging limit from its check to its report.
func TestWhatIsLargerThanTheLimitIsPlannedAndWaits(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{Script: sandbox.Script{Account: sandbox.Account{Tier: "2"}}})
	id := d.composed(5)
	var check struct {
		Days int
		Plan []struct {
			Day, From, Until string
			People           int
		}
	}
	d.read(&check, "broadcast", "check", id)
	if check.Days != 3 || len(check.Plan) != 3 || check.Plan[0].People != 2 || check.Plan[1].People != 2 || check.Plan[2].People != 1 {
		t.Fatalf("check %+v, want two, two and one", check)
	}
	for i, day := range check.Plan {
		from, err := time.Parse(time.RFC3339, day.From)
		if err != nil || day.Day == "" || day.Until < day.From || (i > 0 && day.From <= check.Plan[i-1].From) {
			t.Errorf("day %d is %+v, %v, %v", i, day, from, err)
		}
	}
	if said := d.run(0, "broadcast", "check", id).out; strings.Count(said, " people\n") != 3 {
		t.Errorf("the check says\n%s", said)
	}
	got := d.run(3, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0")
	if !strings.Contains(got.errors, "has to wait") || !strings.Contains(got.errors, "messages are used up") {
		t.Errorf("send says %q", got.errors)
	}
	var report struct {
		State   string
		Waiting []struct {
			Reason, Until string
			Count         int
		}
	}
	d.read(&report, "broadcast", "report", id)
	if report.State != "sending" || len(report.Waiting) != 1 || report.Waiting[0].Reason != "messaging_limit" || report.Waiting[0].Count != 3 {
		t.Fatalf("report %+v, want three to wait for the limit", report)
	}
	if until, err := time.Parse(time.RFC3339, report.Waiting[0].Until); err != nil || until.IsZero() {
		t.Errorf("they wait until %q, %v", report.Waiting[0].Until, err)
	}
	if said := d.run(0, "broadcast", "report", id).out; !strings.Contains(said, "for 3 of them: today's messages are used up") {
		t.Errorf("the report says\n%s", said)
	}
}
