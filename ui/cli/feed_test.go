package cli_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// saved is one body of a webhook, as somebody's receiver wrote it down.
func saved(value string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"` + sandbox.DefaultWABAID + `","changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"` +
		sandbox.DefaultPhoneNumberID + `"},` + value + `}}]}]}`
}

type feedTaken struct {
	Lines, Taken, Statuses, Messages, Unread, Rejected int
	Rejects                                            []struct {
		Line   int
		Reason string
	}
}

// sentTo sends a broadcast and returns what the practice API told nobody, as
// statuses of those who got it.
func (d *desk) sentTo(count int) (id string, statuses []string) {
	d.Helper()
	id = d.composed(count)
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0")
	for _, call := range d.sandbox.Calls() {
		statuses = append(statuses, fmt.Sprintf(`{"id":%q,"status":"delivered","timestamp":"1790000000","biz_opaque_callback_data":%q}`, call.Wamid, call.CallbackData))
	}
	return id, statuses
}

func TestSavedEventsAreTakenInOnceAndConnectNothing(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id, statuses := d.sentTo(3)
	path := d.file("saved.jsonl", strings.Join([]string{
		saved(`"statuses":[` + statuses[0] + `]`), "", saved(`"statuses":[` + statuses[1] + `,` + statuses[2] + `]`), "{half a line",
		`{"anything":1}`, saved(`"messages":[{"from":"` + number(0)[1:] + `","id":"wamid.IN","type":"hologram"}]`), "[1,2]",
	}, "\r\n"))
	for _, round := range []string{"first", "again"} {
		var got feedTaken
		d.read(&got, "feed", "import", path)
		if got.Lines != 7 || got.Taken != 3 || got.Statuses != 3 || got.Messages != 1 || got.Unread != 1 || got.Rejected != 3 {
			t.Errorf("%s: %+v", round, got)
		}
		if len(got.Rejects) != 3 || got.Rejects[0].Line != 4 || got.Rejects[1].Line != 5 || got.Rejects[2].Line != 7 {
			t.Errorf("%s: rejects %+v", round, got.Rejects)
		}
		var report struct{ Counts map[string]int }
		d.read(&report, "broadcast", "report", id)
		if report.Counts["delivered"] != 3 {
			t.Errorf("%s: %v", round, report.Counts)
		}
	}
	var check struct{ Blockers []string }
	d.read(&check, "broadcast", "check", d.create())
	if !strings.Contains(strings.Join(check.Blockers, " "), "no_feed") {
		t.Errorf("a file connected a feed: %v", check.Blockers)
	}
	got := d.run(0, "feed", "import", path)
	for _, want := range []string{"3 events taken in", "line 4 is no event", "does not connect a feed"} {
		if !strings.Contains(got.out, want) {
			t.Errorf("no %q in %q", want, got.out)
		}
	}
}

func TestFilesWithoutEventsAreRefused(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	for name, text := range map[string]string{
		"empty": "", "blank": "\n\n", "a table": "name,phone\nAna,6045550101\n", "one endless line": strings.Repeat("x", 4<<20), "numbers": "1\n2\n",
	} {
		if got := d.run(2, "feed", "import", d.file("x.jsonl", text)); !strings.Contains(got.errors, "Nothing was changed") {
			t.Errorf("%s: %q", name, got.errors)
		}
	}
	if got := d.run(2, "feed", "import", d.folder+"/none"); !strings.Contains(got.errors, "cannot be read") {
		t.Errorf("no file: %q", got.errors)
	}
}

func TestALineThatIsTooLongDoesNotHideTheNext(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	long := saved(`"x":"` + strings.Repeat("y", 3<<20) + `"`)
	path := d.file("x.jsonl", long+"\n"+saved(`"statuses":[{"id":"wamid.x","status":"sent"}]`))
	var got feedTaken
	d.read(&got, "feed", "import", path)
	if got.Lines != 2 || got.Taken != 1 || len(got.Rejects) != 1 || got.Rejects[0].Line != 1 || got.Rejects[0].Reason != "too_long" {
		t.Errorf("got %+v", got)
	}
}

func TestManySavedEventsAreTakenWhole(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	file, err := os.Create(d.folder + "/many.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	out := json.NewEncoder(file)
	for n := range 2500 {
		if err := out.Encode(json.RawMessage(saved(fmt.Sprintf(`"statuses":[{"id":"wamid.%d","status":"sent"}]`, n)))); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	var got feedTaken
	d.read(&got, "feed", "import", file.Name())
	if got.Taken != 2500 || got.Statuses != 2500 || got.Rejected != 0 {
		t.Errorf("got %+v", got)
	}
}
