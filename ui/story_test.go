//go:build unix

package ui_test

import (
	"strings"
	"testing"

	"pregon/ui/uitest"
)

// TestTheStoryOfOneBroadcast plays the main job on the real program in a real
// terminal: a customer is opted in at the counter, a broadcast is composed and
// sent, she withdraws while it runs and is left out with the reason and the
// time, and the report adds up.
func TestTheStoryOfOneBroadcast(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	terminal := uitest.Run(t, 100, 30, p.environment, p.path, "demo")
	terminal.See("PRACTICE", "64 of 64", "can get it")

	terminal.Press("2")
	terminal.See("Read aloud, or turn the screen")
	terminal.Type("6045550170")
	terminal.See("+1 604-555-0170", "not yet a customer")
	terminal.Press("enter")
	terminal.Type("Zelda Marin")
	terminal.Press("enter")
	terminal.See("Y  She said yes")
	terminal.Press("y")
	terminal.See("Broadcasts begin once our number is saved.")
	terminal.Press("d")
	terminal.See("Zelda can get broadcasts", "number seen saved by Marta")
	terminal.Press("enter")
	terminal.Gone("Zelda")

	terminal.Press("esc")
	terminal.See("enter next customer", "q quit")
	terminal.Press("4")
	terminal.See("No broadcasts yet")
	terminal.Press("n")
	terminal.See("1 Template", "fresh_bread")
	terminal.Press("down", "enter")
	terminal.See("✓ fresh_bread")
	terminal.Type("lang:en OR zelda")
	terminal.See("28")
	terminal.Press("enter")
	terminal.See("{{1}}")
	terminal.Press("right", "enter")
	for _, words := range []string{"neighbour", "Saturday", "rye bread", "8:00"} {
		terminal.Type(words)
		terminal.See(words)
		terminal.Press("enter", "enter")
	}
	terminal.See("19 will get it", "9 will not", "has not agreed", "number not saved")
	terminal.See("▸ 5 Send")
	for range 500 { // who gets it has to be looked at first, once it is counted
		if strings.Contains(terminal.Screen(), "Type 19 to send to 19 people") {
			break
		}
		terminal.Press("shift+tab")
		terminal.See("▸ 4 Check")
		terminal.Press("tab")
		terminal.See("▸ 5 Send")
	}
	terminal.Press("enter")
	terminal.See("Type 19 to send to 19 people") // enter alone never starts
	terminal.Type("19")
	terminal.Press("enter")
	terminal.See("Sends to 19 people in")
	terminal.See("sending", "waiting", "accepted")

	terminal.Press("2")
	terminal.See("Saved our number?")
	terminal.Press("enter")
	terminal.See("enter next line")
	terminal.Type("6045550170")
	terminal.See("Zelda Marin")
	terminal.Press("esc")
	terminal.See("q quit")
	terminal.Press("w")
	terminal.See("Zelda")
	terminal.Press("y")
	terminal.See("Withdrawn at")

	terminal.Press("4")
	terminal.See("by Marta · 28 people", "1  said stop", "3  number not saved", "6  has not agreed")
	p.add(terminal)
}

// add leaves the app and lets the command line add the report up.
func (p *program) add(terminal *uitest.Terminal) {
	p.Helper()
	terminal.Press("ctrl+c", "ctrl+c")
	if code := terminal.Ended(); code != 0 {
		p.Errorf("the app ended with %d", code)
	}
	var list struct {
		Broadcasts []struct {
			State    string         `json:"state"`
			Counts   counts         `json:"counts"`
			Excluded map[string]int `json:"excluded"`
		} `json:"broadcasts"`
	}
	p.environment = append(p.environment, "PREGON_DB=")
	p.run(&list, "broadcast", "list", "--json", "--db", p.demoFile())
	if len(list.Broadcasts) != 1 {
		p.Fatalf("%d broadcasts", len(list.Broadcasts))
	}
	b := list.Broadcasts[0]
	c := b.Counts
	sum := c.Queued + c.Excluded + c.Sending + c.Accepted + c.Sent + c.Delivered + c.Read + c.Failed + c.Unknown + c.Cancelled
	if b.State != "done" || c.Audience != 28 || sum != 28 || c.Excluded != 10 || b.Excluded["withdrawn"] != 1 {
		p.Errorf("report = %+v", b)
	}
}
