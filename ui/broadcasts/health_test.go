package broadcasts_test

import (
	"testing"
	"time"

	"pregon/sender"
)

// finds makes the engine find something.
func (d *desk) finds(findings ...sender.Finding) {
	d.engine.mu.Lock()
	defer d.engine.mu.Unlock()
	d.engine.found = findings
}

func (d *desk) asked() int {
	d.engine.mu.Lock()
	defer d.engine.mu.Unlock()
	return d.engine.asked
}

func TestWhatWouldStopItAtMetaIsSaidBeforeTheRitual(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.finds(
		sender.Finding{Check: sender.CheckPayment, Level: sender.LevelStop, Code: sender.CodePaymentProblem, Facts: sender.Facts{Code: 141006}},
		sender.Finding{Check: sender.CheckToken, Level: sender.LevelOK, Code: sender.CodeTokenOK},
		sender.Finding{Check: sender.CheckClock, Level: sender.LevelWarn, Code: sender.CodeUnchecked},
	)
	d.compose()
	d.See("Meta has a problem with", "payment (#141006)", "under payments")
	d.Unseen("Type 5 to send", "could not be looked at", "does not end")
	d.Type("5")
	d.Press("enter")
	d.Advance(time.Minute)
	if d.engine.started() != 0 {
		t.Fatal("it was started")
	}
	d.finds() // mended in another window
	d.Press("shift+tab", "tab")
	d.See("Type 5 to send to 5 people")
	d.Unseen("payment")
	if d.asked() != 2 {
		t.Errorf("asked %d times, want once each time the step is come to", d.asked())
	}
}

func TestWhatIsOnlyWorthAWordLetsItGo(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.finds(sender.Finding{
		Check: sender.CheckToken, Level: sender.LevelWarn, Code: sender.CodeTokenExpires, Facts: sender.Facts{Span: 72 * time.Hour},
	})
	d.compose()
	d.See("It ends in 3 days", "Type 5 to send to 5 people")
	d.Type("5")
	d.Press("enter")
	d.Advance(time.Minute)
	if d.engine.started() != 1 {
		t.Errorf("started %d times", d.engine.started())
	}
}

func TestHostileFactsAreShownHarmless(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.finds(sender.Finding{
		Check: sender.CheckNumber, Level: sender.LevelStop, Code: sender.CodeNumberDiffers, Facts: sender.Facts{Name: "+1\x1b[2J\u202e604"},
	})
	d.compose()
	d.See("Meta sends from", "customers saved")
	d.Unseen("\x1b[2J", "\u202e")
}
