package draft_test

import (
	"testing"
	"time"

	"pregon/store"
)

func TestACountThatIsTypedTooEarlyLeadsNowhere(t *testing.T) {
	t.Parallel()
	empty := whole()
	empty.Bindings = nil
	for name, b := range map[string]store.Broadcast{"words are missing": empty, "not looked at yet": whole()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, 80, 24, b)
			d.Click("5 Send")
			d.See("▸ 5 Send")
			d.Type("1q,?4w")
			d.See("▸ 5 Send")
			d.Unseen("Leave", "Keys:")
			if d.left > 0 || d.Ended() {
				t.Error("a letter left the draft")
			}
		})
	}
}

func TestEnterAtTheLastStepSaysWhatIsInTheWay(t *testing.T) {
	t.Parallel()
	empty := whole()
	empty.Bindings = nil
	d := open(t, 80, 24, empty)
	d.Press("tab", "tab", "tab")
	d.Advance(6 * time.Second)
	d.Press("enter")
	d.See("Give every place of the template its words.")
	d = ready(t)
	d.Press("enter")
	d.See("Enter alone begins nothing: type 4 first.")
	if len(d.starts) > 0 {
		t.Error("it started")
	}
}

func TestACheckOfNothingSaysWhatToChoose(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, store.Broadcast{})
	d.Press("tab", "tab", "tab")
	d.See("▸ 4 Check", "Choose a template in step 1.", "Say in step 2 who is to get it.")
	d.Unseen("0 will get it")
}

func TestTheNameIsReachedFromTheFirstStep(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24, store.Broadcast{})
	d.See("shift+tab name")
	d.Press("shift+tab")
	d.Type("Bread week")
	d.Press("enter")
	d.See("Bread week", "▸ 1 Template")
}
