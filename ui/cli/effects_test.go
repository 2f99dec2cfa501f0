package cli_test

import (
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

func TestTheReportSaysWhatTheBroadcastCaused(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	id := d.composed(3)
	d.run(0, "broadcast", "send", id, "--yes", "--without-feed", "--rate", "0")
	var report struct {
		Answered    int
		StopsCaused int `json:"stops_caused"`
	}
	d.read(&report, "broadcast", "report", id)
	if report.Answered != 0 || report.StopsCaused != 0 {
		t.Errorf("before anybody said anything: %+v", report)
	}
	d.run(0, "consent", "revoke", number(1), "--reason", "STOP")
	d.read(&report, "broadcast", "report", id)
	if report.StopsCaused != 1 {
		t.Errorf("got %+v", report)
	}
	if got := d.run(0, "broadcast", "report", id); !strings.Contains(got.out, "answered within three days: 0, stopped because of it: 1") {
		t.Errorf("it says\n%s", got.out)
	}
}
