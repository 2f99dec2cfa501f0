//go:build unix

package ui_test

import (
	"testing"

	"pregon/ui/uitest"
)

// TestTheFirstRunWalksThroughSettingUp is what stands in the contract of `pregon` without a shop file.
func TestTheFirstRunWalksThroughSettingUp(t *testing.T) {
	t.Parallel()
	p := newProgram(t)
	terminal := uitest.Run(t, 80, 24, p.environment, p.path)
	terminal.See("Set up your shop", "enter next")
	for _, line := range []string{"Panaderia Luna", "CA", "604 555 0199", "600000000000031", "600000000000041"} {
		terminal.Type(line)
		terminal.See(line)
		terminal.Press("enter")
	}
	terminal.See("America/Vancouver")
	terminal.Press("\x13") // ctrl+s
	terminal.See("The shop is set up.", "Panaderia Luna")
	terminal.Press("2")
	terminal.See("Read aloud, or turn the screen", "Panaderia Luna")
	terminal.Press("esc")
	terminal.See("q quit")
	terminal.Press("q")
	if code := terminal.Ended(); code != 0 {
		t.Fatalf("ended with %d", code)
	}
	var account struct {
		Name   string `json:"name"`
		Number string `json:"number"`
	}
	p.run(&account, "init", "--json")
	if account.Name != "Panaderia Luna" || account.Number != "+16045550199" {
		t.Errorf("%+v", account)
	}
}
