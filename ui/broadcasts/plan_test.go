package broadcasts_test

import (
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui/view"
)

func TestADraftIsThrownAwayOnlyAfterAYes(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	first := d.shop.Broadcast(t, "country:CA")
	d.shop.Broadcast(t, "tag:vip")
	d.Send(view.StoreChanged{})
	d.Press("down", "x")
	d.See("Throw “Half price” away?", "nothing was sent, and nothing will", "keep it")
	d.Press("up", "n")
	d.Unseen("Throw “Half price” away?")
	d.Press("down", "x", "enter")
	if list := d.drafts(t); len(list) != 2 {
		t.Fatal("Enter alone threw a draft away")
	}
	d.Press("x", "up", "y")
	list := d.drafts(t)
	if len(list) != 1 || list[0].ID == first {
		t.Errorf("left %+v: the one asked about was another", list)
	}
}

func TestWhatStartedCannotBeThrownAway(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.shop.Started(t, "country:CA")
	d.Send(view.StoreChanged{})
	d.Press("x")
	d.Unseen("Throw", "throw away")
	if list := d.drafts(t); len(list) != 1 || list[0].State != store.BroadcastSending {
		t.Errorf("left %+v", list)
	}
}

// planned walks to the last step and plans the broadcast for a time.
func (d *desk) planned(when string) {
	d.compose()
	d.Press("up")
	d.Type(when)
}

func TestABroadcastIsPlannedAsPeopleSayIt(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.planned("tomorrow 10:30")
	d.See("that is 25 Nov 2026 10:30, in 1 day", "Type 5 to plan it for 5 people, 25 Nov 2026")
	d.Press("enter")
	d.Press("enter", "enter", "enter")
	if b := d.drafts(t)[0]; b.State != store.BroadcastDraft {
		t.Fatal("Enter alone planned it")
	}
	d.Type("5")
	d.Press("enter")
	d.See("Planned for 25 Nov 2026 10:30", "by that time is left out")
	want := time.Date(2026, 11, 25, 10, 30, 0, 0, time.UTC)
	if b := d.drafts(t)[0]; b.State != store.BroadcastScheduled || !b.SendAt.Equal(want) || b.Confirmed.People != 5 || b.Confirmed.By != "Marta" {
		t.Errorf("it is %s for %v", b.State, b.SendAt)
	}
	d.Advance(time.Hour)
	if d.engine.started() != 0 {
		t.Error("the screen started what was planned")
	}
	d.Press("esc")
	d.See("planned", "Wed 10:30")
	d.Press("enter")
	d.See("Planned for 25 Nov 2026 10:30", "take the plan back")
	d.Press("u")
	d.See("The plan is taken back. Nothing goes out by itself.")
	if b := d.drafts(t)[0]; b.State != store.BroadcastDraft || !b.SendAt.IsZero() {
		t.Errorf("it is %s for %v", b.State, b.SendAt)
	}
	d.Press("tab")
	d.See("Type 5 to send to 5 people")
}

func TestATimeThatCannotBeIsSaid(t *testing.T) {
	t.Parallel()
	for when, want := range map[string]string{
		"someday":         "Write a day and a time, such as tomorrow 10:30. Empty is now.",
		"2025-11-24 9:00": "24 Nov 2025 09:00 is over already.",
		"10:00:30":        "Write a day and a time",
	} {
		d := open(t, 80, 24)
		d.people(t)
		d.planned(when)
		d.See(strings.Split(want, ",")[0])
		d.Press("enter")
		d.Type("5")
		d.Press("enter")
		d.Advance(time.Minute)
		if b := d.drafts(t)[0]; b.State != store.BroadcastDraft || d.engine.started() != 0 {
			t.Errorf("%q: it is %s", when, b.State)
		}
	}
}

func TestWithoutAFeedThePlanIsAcceptedInWords(t *testing.T) {
	t.Parallel()
	d := openIn(t, "en", 80, 24, false)
	d.people(t)
	d.planned("tomorrow 10:30")
	d.See("Type ACCEPT")
	d.Press("enter")
	d.Type("accept")
	d.Press("enter")
	d.Type("5")
	d.Press("enter")
	if b := d.drafts(t)[0]; b.State != store.BroadcastScheduled || !b.WithoutFeed {
		t.Errorf("it is %s, accepted %v", b.State, b.WithoutFeed)
	}
}

func TestWhatAPlanAsksIsSaid(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	id := d.shop.Broadcast(t, "country:CA")
	must(t, d.shop.ScheduleBroadcast(t.Context(), id, store.Schedule{At: d.Now().Add(time.Hour), Staff: "Ana"}))
	d.Send(view.OpenBroadcast{ID: int64(id)})
	d.See("Nobody confirmed to how many people it", "Press u to take the plan")
}

func TestAnEditTakesThePlanBackAndSaysSo(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.planned("tomorrow 10:30")
	d.Press("enter")
	d.Type("5")
	d.Press("enter")
	for range 3 {
		d.Send(before())
	}
	d.Type(" lang:es")
	d.See("The plan is taken back, because the broadcast is another now")
	if b := d.drafts(t)[0]; b.State != store.BroadcastDraft || !b.SendAt.IsZero() {
		t.Errorf("it is %s for %v", b.State, b.SendAt)
	}
}

func TestAPlanThatWasMissedIsSaid(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	id := d.shop.Broadcast(t, "country:CA")
	must(t, d.shop.ScheduleBroadcast(t.Context(), id, store.Schedule{At: d.Now().Add(time.Minute), Staff: "Ana", People: 5}))
	d.Advance(time.Hour)
	d.Send(view.OpenBroadcast{ID: int64(id)})
	d.See("passed while nothing ran that could", "Nothing was sent. Press u to take")
}

func TestWhatSomebodyElseStartedIsWatched(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.compose()
	must(t, d.shop.Outbox.Start(t.Context(), d.drafts(t)[0].ID, store.Start{Staff: "Ana"}))
	d.Send(view.StoreChanged{})
	d.See("sending", "0 of 8")
	d.Type("5")
	d.Press("enter")
	d.Advance(time.Minute)
	if d.engine.started() != 0 {
		t.Error("it started twice")
	}
}

func TestAChangeDuringTheStartIsSaidInWords(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.compose()
	d.engine.fail = store.ErrDraftChanged
	d.Type("5")
	d.Press("enter")
	d.Advance(6 * time.Second)
	d.See("Somebody changed this broadcast while it was starting", "Nothing was sent")
}

// trying opens the test of a draft and types a number.
func (d *desk) trying(number string) {
	d.compose()
	d.Send(before())
	d.Press("t")
	d.Type(number)
}

func TestATestGoesToOnesOwnNumberAloneAndIsABroadcast(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.trying(string(storetest.Phone(3)))
	d.See("Test of “Broadcast of 24 Nov”", "Customer 3 can get it.", "counts as a broadcast to that person")
	for range 20 {
		d.Press("enter")
	}
	d.Advance(time.Minute)
	if d.engine.started() != 0 {
		t.Fatal("Enter alone sent the test")
	}
	d.Press("esc", "enter")
	d.Type("1")
	d.Press("enter")
	d.See("any key to stop")
	d.Advance(6 * time.Second)
	if d.engine.started() != 1 {
		t.Fatalf("started %v", d.engine.starts)
	}
	d.See("Test: Broadcast of 24 Nov", "0 of 1")
	list := d.drafts(t)
	if len(list) != 2 || list[0].Counts.Audience() != 1 || list[0].State != store.BroadcastSending || list[1].State != store.BroadcastDraft {
		t.Fatalf("there are %+v", list)
	}
	d.settle(t, list[0].ID, store.Accepted{Wamid: "wamid.test"})
	d.Press("esc")
	d.See("4 will get it · 4 will not", "got one not long ago") // the gate knows no test
	d.Press("t")
	d.See("got one not long ago", "take a colleague's number")
}

func TestATestIsRefusedWithWhatToDo(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, number, want string }{
		{"a stranger", "+16045550150", "not among the contacts. Go to the counter with 2"},
		{"never asked", string(storetest.Phone(6)), "has not agreed → ask at the counter"},
		{"withdrew", string(storetest.Phone(7)), "said stop → nothing to do"},
		{"number not saved", string(storetest.Phone(5)), "number not saved"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, 80, 24)
			d.people(t)
			d.trying(tt.number)
			d.See(strings.Split(tt.want, ". ")[0])
			d.Press("enter")
			d.Type("1")
			d.Press("enter")
			d.Advance(time.Minute)
			if d.engine.started() != 0 || len(d.drafts(t)) != 1 {
				t.Error("it was sent")
			}
		})
	}
}

func TestAnyKeyStopsATest(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"x", "enter", "esc", "up"} {
		d := open(t, 80, 24)
		d.people(t)
		d.trying(string(storetest.Phone(3)))
		d.Press("enter")
		d.Type("1")
		d.Press("enter", key)
		d.Advance(time.Minute)
		if d.engine.started() != 0 {
			t.Errorf("%s did not stop it", key)
		}
	}
}

func TestLeavingTheTabStopsATest(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.people(t)
	d.trying(string(storetest.Phone(3)))
	d.Press("enter")
	d.Type("1")
	d.Press("enter")
	d.view.Hidden()
	d.Advance(time.Minute)
	if d.engine.started() != 0 {
		t.Error("it went while nobody looked")
	}
}

func TestTrialsLookTheSameEverywhere(t *testing.T) {
	t.Parallel()
	for name, size := range sizes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, size[0], size[1])
			d.people(t)
			d.trying(string(storetest.Phone(3)))
			d.Golden("trial-" + name)
			d.Press("esc", "tab", "up")
			d.Type("tomorrow 10:30")
			d.Golden("when-" + name)
			d.Press("enter")
			d.Type("5")
			d.Press("enter")
			d.Golden("planned-" + name)
		})
	}
}
