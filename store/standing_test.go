package store_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

// standing reads where a contact stands.
func standing(t *testing.T, shop *storetest.Shop, id store.ContactID) store.Standing {
	t.Helper()
	c, err := shop.Store.Contact(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return c.Standing
}

func TestPlatformFactsCountByTheirTimeInAnyOrder(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		facts []string // one a minute
		want  store.Platform
	}{
		"a stop":                     {[]string{"stopped"}, store.PlatformStopped},
		"a stop and its end":         {[]string{"stopped", "resumed"}, store.PlatformOK},
		"stopped again":              {[]string{"stopped", "resumed", "stopped"}, store.PlatformStopped},
		"a stop, then a lost phone":  {[]string{"stopped", "unreachable"}, store.PlatformStopped},
		"a stop, then found again":   {[]string{"unreachable", "stopped", "reachable"}, store.PlatformStopped},
		"found again does not start": {[]string{"stopped", "unreachable", "reachable"}, store.PlatformStopped},
		"lost and found":             {[]string{"unreachable", "reachable"}, store.PlatformOK},
		"lost, found and lost":       {[]string{"unreachable", "reachable", "unreachable"}, store.PlatformUnreachable},
		"lost after the stop ended":  {[]string{"stopped", "resumed", "unreachable"}, store.PlatformUnreachable},
		"writes again":               {[]string{"stopped", "unreachable", "resumed"}, store.PlatformOK},
	}
	random := rand.New(rand.NewPCG(5, 6))
	shop := storetest.New(t)
	n := 0
	for name, test := range tests {
		for range 8 {
			n++
			id := shop.Customer(t, n)
			order := random.Perm(len(test.facts))
			for _, i := range order {
				err := shop.RecordPlatform(t.Context(), store.PlatformEvent{
					Contact: id, Type: test.facts[i], At: storetest.Start.Add(time.Duration(i-10) * time.Minute),
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if got := standing(t, shop, id).Platform; got != test.want {
				t.Errorf("%s, told in order %v: %s, want %s", name, order, got, test.want)
			}
		}
	}
}

func TestStopAndResumeOfOneMomentIsAStop(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n, order := range [][]string{{"stopped", "resumed"}, {"resumed", "stopped"}} {
		id := shop.Customer(t, n)
		for _, kind := range order {
			if err := shop.RecordPlatform(t.Context(), store.PlatformEvent{Contact: id, Type: kind, At: storetest.Start}); err != nil {
				t.Fatal(err)
			}
		}
		if got := standing(t, shop, id).Platform; got != store.PlatformStopped {
			t.Errorf("%v: %s, want stopped", order, got)
		}
	}
}

func TestPersonWhoGetsAMessageIsReachableAgain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Customer(t, 1)
	for round, want := range []store.Platform{store.PlatformOK, store.PlatformUnreachable} {
		broadcast := shop.Started(t, "customer")
		claim := claimOne(t, shop, broadcast)
		wamid := fmt.Sprintf("wamid.%d", round)
		if err := shop.Outbox.Settle(ctx, []store.Result{{Claim: claim, Outcome: store.Accepted{Wamid: wamid}}}); err != nil {
			t.Fatal(err)
		}
		shop.Clock.Advance(time.Minute)
		failed := []store.Status{{Wamid: wamid, State: store.DeliveryFailed, Code: 131026, At: shop.Clock.Now()}}
		if err := shop.RecordFeed(ctx, store.Feed{Statuses: failed}); err != nil {
			t.Fatal(err)
		}
		if got := standing(t, shop, id).Platform; got != want {
			t.Fatalf("after failure %d: %s, want %s", round+1, got, want)
		}
		shop.Clock.Advance(8 * 24 * time.Hour)
		if err := shop.FeedHeard(ctx); err != nil {
			t.Fatal(err)
		}
	}
	late := []store.Status{{Wamid: "wamid.0", State: store.DeliveryDelivered, At: shop.Clock.Now()}}
	if err := shop.RecordFeed(ctx, store.Feed{Statuses: late}); err != nil {
		t.Fatal(err)
	}
	if got := standing(t, shop, id).Platform; got != store.PlatformOK {
		t.Errorf("after a message arrived: %s, want ok", got)
	}
}

func TestOptOutFromAClockAheadOfOursIsKept(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	broadcast, claim := accepted(t, shop)
	status := store.Status{PublicID: claim.PublicID(), State: store.DeliveryFailed, Code: 131050, At: storetest.Start.Add(time.Hour)}
	if err := shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{status}}); err != nil {
		t.Fatal(err)
	}
	got := standing(t, shop, 1)
	if got.Consent != store.ConsentWithdrawn || got.Platform != store.PlatformStopped || got.ConsentAt.After(storetest.Start) {
		t.Errorf("standing = %+v, want withdrawn and stopped, now", got)
	}
	if d := only(t, shop, broadcast); d.State != store.DeliveryFailed || d.Code != 131050 || d.EndedAt.After(storetest.Start) {
		t.Errorf("delivery = %+v", d)
	}
}

func TestWithdrawalToldLateDoesNotOpenTheWayBack(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Customer(t, 1)
	day := func(n int) time.Time { return storetest.Start.Add(time.Duration(n) * 24 * time.Hour) }
	shop.Clock.Advance(9 * 24 * time.Hour)
	for _, at := range []time.Time{day(6), day(2)} { // the older one is told last
		if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: id, At: at}); err != nil {
			t.Fatal(err)
		}
	}
	if got := standing(t, shop, id); !got.ConsentAt.Equal(day(6)) {
		t.Errorf("withdrawn at %v, want the newest, %v", got.ConsentAt, day(6))
	}
	card := storetest.OptIn(id)
	card.Method, card.Evidence, card.At = store.MethodPaper, "card 4", day(4)
	var move *store.MoveError
	if _, err := shop.RecordOptIn(ctx, card); !errors.As(err, &move) || !move.NeedsAct {
		t.Errorf("a card from before the withdrawal = %v, want a MoveError that asks for an act", err)
	}
	card.At = day(7)
	if _, err := shop.RecordOptIn(ctx, card); err != nil {
		t.Fatal(err)
	}
	// Voiding that card goes back to the withdrawal, with its own date.
	if _, err := shop.VoidLast(ctx, id, "Marta"); err != nil {
		t.Fatal(err)
	}
	if got := standing(t, shop, id); got.Consent != store.ConsentWithdrawn || !got.ConsentAt.Equal(day(6)) {
		t.Errorf("after the void: %+v, want withdrawn on day 6", got)
	}
}

func TestUndoTakesBackOneMistakeAndNeverAWithdrawal(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		acts   []string
		lawful bool // of the last act
		want   store.Consent
	}{
		"nothing there":                  {[]string{"void"}, false, store.ConsentNone},
		"a question":                     {[]string{"ask", "void"}, true, store.ConsentNone},
		"a yes":                          {[]string{"give", "void"}, true, store.ConsentNone},
		"a no":                           {[]string{"refuse", "void"}, true, store.ConsentNone},
		"a yes after a question":         {[]string{"ask", "give", "void"}, true, store.ConsentAsked},
		"a confirmation":                 {[]string{"give", "confirm", "void"}, true, store.ConsentGiven},
		"a second yes":                   {[]string{"give", "give", "void"}, true, store.ConsentGiven},
		"twice":                          {[]string{"give", "give", "void", "void"}, false, store.ConsentGiven},
		"twice, to nothing":              {[]string{"give", "void", "void"}, false, store.ConsentNone},
		"each mistake once":              {[]string{"give", "void", "give", "void"}, true, store.ConsentNone},
		"a withdrawal":                   {[]string{"give", "withdraw", "void"}, false, store.ConsentWithdrawn},
		"a no that is a withdrawal":      {[]string{"give", "refuse", "void"}, false, store.ConsentWithdrawn},
		"a card after the withdrawal":    {[]string{"give", "withdraw", "card", "void"}, true, store.ConsentWithdrawn},
		"a yes upon such a card":         {[]string{"withdraw", "card", "give", "void"}, true, store.ConsentGiven},
		"asking whom withdrew":           {[]string{"withdraw", "ask"}, false, store.ConsentWithdrawn},
		"staff asking again is no act":   {[]string{"withdraw", "give"}, false, store.ConsentWithdrawn},
		"a confirmation out of the blue": {[]string{"confirm"}, false, store.ConsentNone},
		"withdrawing from a void":        {[]string{"give", "void", "withdraw"}, true, store.ConsentWithdrawn},
	}
	shop := storetest.New(t)
	n := 0
	for name, test := range tests {
		n++
		id := shop.Contact(t, n)
		for i, act := range test.acts {
			shop.Clock.Advance(time.Second)
			err := consentAct(t, shop, id, act)
			if lawful := test.lawful || i < len(test.acts)-1; (err == nil) != lawful {
				t.Errorf("%s: %s = %v, lawful %v", name, act, err, lawful)
			}
		}
		if got := standing(t, shop, id).Consent; got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func consentAct(t *testing.T, shop *storetest.Shop, id store.ContactID, act string) error {
	t.Helper()
	ctx := t.Context()
	in := storetest.OptIn(id)
	var err error
	switch act {
	case "ask":
		_, err = shop.RecordAsked(ctx, store.Asked{Contact: id, Staff: "Marta"})
	case "give":
		_, err = shop.RecordOptIn(ctx, in)
	case "confirm":
		in.Confirmed = true
		_, err = shop.RecordOptIn(ctx, in)
	case "card":
		in.Method, in.Evidence = store.MethodPaper, "card 7"
		_, err = shop.RecordOptIn(ctx, in)
	case "refuse":
		_, err = shop.RecordRefusal(ctx, id, "Marta", "")
	case "withdraw":
		_, err = shop.RecordOptOut(ctx, store.OptOut{Contact: id})
	case "void":
		_, err = shop.VoidLast(ctx, id, "Marta")
	default:
		t.Fatalf("no such act: %s", act)
	}
	return err
}

func TestSavedNumberHoldsForTheNumberThatWasSaved(t *testing.T) {
	t.Parallel()
	const one, two = phone.E164("+16045550199"), phone.E164("+16045550198")
	tests := map[string]struct {
		steps []string // a grade to record, or a number to change to
		want  store.Grade
	}{
		"never asked":              {[]string{string(two)}, store.GradeUnknown},
		"told":                     {[]string{"told"}, store.GradeTold},
		"there":                    {[]string{"says_saved", string(two)}, store.GradeInvalid},
		"there and back":           {[]string{"says_saved", string(two), string(one)}, store.GradeSaysSaved},
		"saved anew":               {[]string{"says_saved", string(two), "self_written"}, store.GradeSelfWritten},
		"the newest word counts":   {[]string{"says_saved", string(two), "told", string(one)}, store.GradeInvalid},
		"revoked meanwhile":        {[]string{"says_saved", string(two), "unknown", string(one)}, store.GradeUnknown},
		"revoked, then changed":    {[]string{"says_saved", "unknown", string(two)}, store.GradeUnknown},
		"revoked and saved again":  {[]string{"says_saved", "unknown", "seen_by_staff"}, store.GradeSeenByStaff},
		"a worse word afterwards":  {[]string{"seen_by_staff", "told"}, store.GradeTold},
		"there and back and there": {[]string{"self_written", string(two), string(one), string(two)}, store.GradeInvalid},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			id := shop.Contact(t, 1)
			shop.OptIn(t, id)
			for _, step := range test.steps {
				if err := savedStep(t, shop, id, step); err != nil {
					t.Fatalf("%s: %v", step, err)
				}
			}
			c, err := shop.Store.Contact(t.Context(), id)
			if err != nil || c.Standing.Saved != test.want {
				t.Errorf("saved = %s, %v, want %s", c.Standing.Saved, err, test.want)
			}
			enough := test.want == store.GradeSaysSaved || test.want == store.GradeSeenByStaff || test.want == store.GradeSelfWritten
			if ids, err := shop.ContactIDs(t.Context(), "sendable:yes", store.SortID); err != nil || (len(ids) == 1) != enough || c.Verdict.Sendable() != enough {
				t.Errorf("sendable: %v, %v, verdict %v, want %v", ids, err, c.Verdict.Why, enough)
			}
		})
	}
}

func savedStep(t *testing.T, shop *storetest.Shop, id store.ContactID, step string) error {
	t.Helper()
	if step[0] == '+' {
		settings := storetest.Settings()
		settings.Number = phone.E164(step)
		return shop.SaveShop(t.Context(), settings, "Ana")
	}
	var err error
	if step == "unknown" {
		_, err = shop.RevokeSavedNumber(t.Context(), id, "Marta", "lost the phone")
	} else {
		_, err = shop.RecordSavedNumber(t.Context(), store.SavedNumber{Contact: id, Grade: store.Grade(step), Staff: "Marta"})
	}
	return err
}

func TestErasedIdentitiesStaySuppressedEachByItself(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	gone, err := shop.AddContact(ctx, store.NewContact{Phone: storetest.Phone(1), UserID: "CA.1234567890", Source: "counter"})
	if err != nil {
		t.Fatal(err)
	}
	if err := shop.Erase(ctx, gone.ID, "Ana"); err != nil {
		t.Fatal(err)
	}
	if err := shop.Erase(ctx, gone.ID, "Ana"); !errors.Is(err, store.ErrErased) {
		t.Errorf("erasing twice = %v, want ErrErased", err)
	}
	// The purge frees the identities; here they are freed by hand.
	if _, err := raw(t, shop).ExecContext(ctx, `UPDATE contacts SET phone = NULL, phone_mac = NULL, user_id = 'CA.gone', user_mac = x'00'`); err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		contact store.NewContact
		want    bool
	}{
		"the number":       {store.NewContact{Phone: storetest.Phone(1)}, true},
		"the id":           {store.NewContact{UserID: "CA.1234567890"}, true},
		"the id and more":  {store.NewContact{Phone: storetest.Phone(2), UserID: "CA.1234567890"}, true},
		"somebody else":    {store.NewContact{Phone: storetest.Phone(3), UserID: "CA.1234567891"}, false},
		"an id as a phone": {store.NewContact{UserID: string(storetest.Phone(1))}, false},
	} {
		test.contact.Source = "counter"
		c, err := shop.AddContact(ctx, test.contact)
		if err != nil || c.Standing.Suppressed != test.want {
			t.Errorf("%s: suppressed = %v, %v, want %v", name, c.Standing.Suppressed, err, test.want)
		}
		// Free it again for the next case.
		if _, err := raw(t, shop).ExecContext(ctx, `UPDATE contacts SET phone = NULL, phone_mac = NULL,
			user_id = 'CA.gone' || id, user_mac = x'00' WHERE id = ?`, c.ID); err != nil {
			t.Fatal(err)
		}
	}
}
