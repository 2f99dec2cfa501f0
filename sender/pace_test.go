package sender_test

import (
	"testing"
	"time"

	"pregon/sender"
	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/storetest"
)

func TestTheServersOwnRateIsHeldAndNeverExceeded(t *testing.T) {
	t.Parallel()
	const people, perSecond = 360, 120
	d := newDesk(t, people, sandbox.Options{Rate: perSecond, Latency: 20 * time.Millisecond})
	rate := perSecond
	id := d.Broadcast(t, everybody)
	begun := time.Now()
	untilDone(t, d.engine(t, d.Shop, func(c *sender.Config) { c.Rate, c.InFlight = &rate, 64 }), id)
	took := time.Since(begun)
	if least := (people - perSecond) * time.Second / perSecond; took < least {
		t.Errorf("%d calls took %s, want at least %s", people, took, least)
	}
	if refused := d.sandbox.Stats().Refused; len(refused) != 0 {
		t.Errorf("refused: %v", refused)
	}
	calls := d.sandbox.Calls()
	for i := perSecond; i < len(calls); i++ {
		// The moments are the server's, so a little less than a second is allowed for the way.
		if within := calls[i].At.Sub(calls[i-perSecond].At); within < 900*time.Millisecond {
			t.Fatalf("%d calls within %s", perSecond+1, within)
		}
	}
	d.wantNobodyTwice(t)
}

func TestANewNumberAndNewWordsBeginSlowly(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 30, sandbox.Options{})
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, func(c *sender.Config) { c.Rate = nil })
	begun := time.Now()
	if err := e.Start(t.Context(), id, asAna.Start); err != nil {
		t.Fatal(err)
	}
	await(t, e, id, func(p sender.Progress) bool { return p.Running && p.Slower == sender.WaitWarmUp })
	await(t, e, id, func(p sender.Progress) bool { return p.State == store.BroadcastDone && !p.Running })
	if took := time.Since(begun); took < time.Second {
		t.Errorf("30 calls took %s, want the slow start of 20 a second", took)
	}
	if told := toldOfWarmUp(t, d, id); told != 1 {
		t.Errorf("the record tells of the slow start %d times", told)
	}
}

func TestAnotherNumberBeginsSlowlyAgain(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 4, sandbox.Options{})
	run(t, d.engine(t, d.Shop, nil), d.Broadcast(t, everybody), asAna)
	if calls, taken, err := d.Outbox.Experience(t.Context(), "offer", "en"); err != nil || calls != 4 || taken != 4 {
		t.Errorf("experience %d, %d, %v", calls, taken, err)
	}
	settings := storetest.Settings()
	settings.Name = "Another Name"
	for _, step := range []struct {
		number string
		want   int
	}{{settings.PhoneNumberID, 4}, {"600000000000099", 0}, {settings.PhoneNumberID, 0}} {
		settings.PhoneNumberID = step.number
		if err := d.SaveShop(t.Context(), settings, "Ana"); err != nil {
			t.Fatal(err)
		}
		if calls, taken, err := d.Outbox.Experience(t.Context(), "offer", "en"); err != nil || calls != step.want || taken != 4 {
			t.Errorf("with %s: experience %d, %d, %v, want %d calls", step.number, calls, taken, err, step.want)
		}
	}
}

// toldOfWarmUp is how often the record of a broadcast tells of a slow start.
func toldOfWarmUp(t *testing.T, d *desk, id store.BroadcastID) (told int) {
	t.Helper()
	events, err := d.BroadcastEvents(t.Context(), id, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, event := range events {
		if event.Type == "slowed" && event.Reason == string(sender.WaitWarmUp) {
			told++
		}
	}
	return told
}

func TestWhoChoosesAPaceAndWhoPractisesNeedsNoSlowStart(t *testing.T) {
	t.Parallel()
	for _, practice := range []bool{false, true} {
		d := newDesk(t, 60, sandbox.Options{})
		settings := storetest.Settings()
		settings.Practice = practice
		if err := d.SaveShop(t.Context(), settings, "Ana"); err != nil {
			t.Fatal(err)
		}
		id := d.Broadcast(t, everybody)
		e := d.engine(t, d.Shop, func(c *sender.Config) {
			if practice {
				c.Rate = nil
			}
		})
		if ended := run(t, e, id, asAna); ended.State != store.BroadcastDone {
			t.Errorf("ended %+v", ended)
		}
		if told := toldOfWarmUp(t, d, id); told != 0 {
			t.Errorf("practice %t: the record tells of a slow start %d times", practice, told)
		}
	}
}

func TestTheRestWaitForTheirMorningWhileOthersGoOut(t *testing.T) {
	t.Parallel()
	d := newDesk(t, 4, sandbox.Options{})
	settings := storetest.Settings()
	settings.Number, settings.Timezone = "+61491570156", "Europe/Madrid" // eleven there, night in Vancouver
	if err := d.SaveShop(t.Context(), settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	c, err := d.AddContact(t.Context(), store.NewContact{Phone: "+61491570157", Name: "Nearby", Source: "counter"})
	if err != nil {
		t.Fatal(err)
	}
	d.OptIn(t, c.ID)
	for _, id := range append(d.people, c.ID) { // what was saved was another number
		d.Saved(t, id)
	}
	id := d.Broadcast(t, everybody)
	e := d.engine(t, d.Shop, nil)
	ended := run(t, e, id, asAna)
	vancouver, err := time.LoadLocation("America/Vancouver")
	if err != nil {
		t.Fatal(err)
	}
	nine := time.Date(2026, time.November, 24, 9, 0, 0, 0, vancouver)
	if ended.State != store.BroadcastSending || ended.Wait.Reason != sender.WaitTheirHours || !ended.Wait.Until.Equal(nine) {
		t.Fatalf("ended %+v, want to wait for nine in Vancouver", ended)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 1, store.DeliveryQueued: 4})
	d.clock.advance(nine.Sub(d.clock.Now()))
	if ended := run(t, e, id, asAna); ended.State != store.BroadcastDone {
		t.Errorf("ended %+v at nine", ended)
	}
	wantCounts(t, d.Counts(t.Context(), t, id), store.Counts{store.DeliveryAccepted: 5})
}
