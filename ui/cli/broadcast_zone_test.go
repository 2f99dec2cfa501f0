package cli_test

import (
	"strings"
	"testing"
	"time"

	"pregon/sender/sandbox"
)

// TestPeopleElsewhereAreToldFromTheCheckToTheReport: a shop on Greenwich's time at ten, and customers in Sydney, where it is nine at night.
func TestPeopleElsewhereAreToldFromTheCheckToTheReport(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "init", "--hours", "08:00-20:00") // of which Sydney has 19:00 to 20:00
	file := strings.NewReplacer(number(0), "+61491570156", number(1), "+61491570157", number(2), "+61491570158").Replace(proofs(3))
	d.run(0, "contacts", "import", d.file("sydney.csv", file), "--source", "till")
	d.run(0, "templates", "sync")
	id := d.create()
	var check struct {
		Days, Elsewhere int
		No              int `json:"no_common_hours"`
		Plan            []struct{ From string }
	}
	d.read(&check, "broadcast", "check", id)
	if check.Elsewhere != 3 || check.No != 0 || check.Days != 1 || len(check.Plan) != 1 {
		t.Fatalf("check %+v, want three elsewhere, on one day", check)
	}
	from, err := time.Parse(time.RFC3339, check.Plan[0].From)
	if err != nil || from.UTC().Hour() != 8 {
		t.Errorf("they begin at %s, %v, want eight o'clock the next day", from, err)
	}
	if said := d.run(0, "broadcast", "check", id).out; !strings.Contains(said, "3 live by another clock") || !strings.Contains(said, "08:00: 3 people") {
		t.Errorf("the check says\n%s", said)
	}
	d.run(3, "broadcast", "send", id, "--yes", "--without-feed")
	var report struct {
		Waiting []struct {
			Reason string
			Count  int
		}
		Plan []struct{ People int }
	}
	d.read(&report, "broadcast", "report", id)
	if len(report.Waiting) != 1 || report.Waiting[0].Reason != "recipient_hours" || report.Waiting[0].Count != 3 || len(report.Plan) != 1 {
		t.Errorf("report %+v, want three to wait for their evening", report)
	}
	if said := d.run(0, "broadcast", "report", id).out; !strings.Contains(said, "the rest live where it is night") || !strings.Contains(said, "08:00: 3 people") {
		t.Errorf("the report says\n%s", said)
	}
	d.run(0, "init", "--hours", "09:00-20:00") // night in Sydney, all of it
	said := d.run(0, "broadcast", "report", id).out
	if !strings.Contains(said, "! 3 of them live where it is night whenever the shop is open") || strings.Contains(said, " people\n") {
		t.Errorf("the report says\n%s", said)
	}
}
