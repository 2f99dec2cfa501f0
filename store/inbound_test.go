package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

func TestRequirement09StopWordsWithdrawWithinTheSameTransaction(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	tests := map[string]store.Inbound{
		"a word":                 {Kind: "text", Text: "STOP"},
		"in Spanish":             {Kind: "text", Text: "baja!!"},
		"in Turkish":             {Kind: "text", Text: "İPTAL"},
		"in Arabic":              {Kind: "text", Text: "إيقاف"},
		"among politeness":       {Kind: "text", Text: "please stop sending me offers"},
		"a weak word":            {Kind: "text", Text: "cancelar"},
		"a button's words":       {Kind: "button", Text: "Stop promotions", Payload: "x"},
		"a button's payload":     {Kind: "button", Text: "No", Payload: "STOP:4211"},
		"an interactive reply":   {Kind: "interactive", Text: "Darme de baja", Payload: "b1"},
		"a picture with a word":  {Kind: "image", Text: "STOP"},
		"a reaction":             {Kind: "reaction", Text: "🛑"},
		"a kind nobody knows":    {Kind: "hologram", Text: "STOP"},
		"from a clock ahead":     {Kind: "text", Text: "STOP", At: storetest.Start.Add(time.Hour)},
		"without a moment":       {Kind: "text", Text: "STOP", At: time.Time{}},
		"in another spelling":    {Kind: "text", Text: "ｓｔｏｐ 🙏🏽"},
		"with two of one moment": {Kind: "text", Text: "START STOP. STOP"},
	}
	n := 0
	for name, m := range tests {
		n++
		id := shop.Customer(t, n)
		m.Wamid, m.Phone = "wamid."+name, storetest.Phone(n)
		for range 2 { // told twice
			tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
		}
		c, err := shop.Store.Contact(t.Context(), id)
		if err != nil || c.Standing.Consent != store.ConsentWithdrawn || c.Verdict.Sendable() {
			t.Errorf("%s: %+v, %v, want withdrawn", name, c.Standing, err)
		}
		if c.LastInbound.IsZero() || c.LastInbound.After(storetest.Start) {
			t.Errorf("%s: last heard %v", name, c.LastInbound)
		}
		history, err := shop.History(t.Context(), id)
		withdrawals := slices.DeleteFunc(history, func(e store.LedgerEvent) bool { return e.Type != "withdrawn" })
		if err != nil || len(withdrawals) != 1 || withdrawals[0].Evidence != m.Wamid || withdrawals[0].Method != store.MethodInbound {
			t.Errorf("%s: withdrawals %+v, %v, want one with the message as its proof", name, withdrawals, err)
		}
	}
}

func TestRequirement05StopInTheMiddleOfABroadcastStopsTheNextClaim(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 4 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	claimOne(t, shop, id)
	says(t, shop, 1, "stop")
	says(t, shop, 2, "please no more")
	tell(t, shop, store.Feed{Preferences: []store.Preference{{Phone: storetest.Phone(3), Value: "stop", At: shop.Clock.Now()}}})
	claimed, err := shop.Outbox.Claim(t.Context(), id, 10)
	if err != nil || len(claimed.Claims) != 0 || claimed.Excluded != 3 {
		t.Fatalf("Claim = %+v, %v, want nobody", claimed, err)
	}
	excluded, err := shop.Excluded(t.Context(), id)
	got := map[string]int{}
	for _, tally := range excluded {
		got[tally.Reason] = tally.Count
	}
	if err != nil || got["withdrawn"] != 2 || got["review"] != 1 {
		t.Errorf("excluded %v, %v, want 2 withdrawn and 1 in review", got, err)
	}
}

func TestRequirement08OtherWordsLeaveConsentAsItIs(t *testing.T) {
	t.Parallel()
	words := []string{
		"hello", "YES", "Sí", "sim", "OK", "START", "JOIN", "ALTA", "ALTA luna", "👍", "", "I saved two euros", "no", "no gracias",
		"quiero recibir", "Can you stop by tomorrow?",
	}
	states := []string{"none", "refused", "withdrawn", "given", "confirmed"}
	// After a stop a join word of her own is what brings her back, see below.
	joins := []string{"START", "JOIN", "ALTA", "quiero recibir"}
	shop := storetest.New(t)
	n := 0
	for _, state := range states {
		for _, text := range words {
			if state == "withdrawn" && slices.Contains(joins, text) {
				continue
			}
			n++
			id := shop.Contact(t, n)
			stand(t.Context(), t, shop, id, state, "", "", false)
			before := standing(t, shop, id)
			m := says(t, shop, n, text)
			c, err := shop.Store.Contact(t.Context(), id)
			if err != nil || c.Standing != before {
				t.Errorf("%q from %s: %+v, %v, was %+v", text, state, c.Standing, err, before)
			}
			if !c.LastInbound.Equal(m.At) {
				t.Errorf("%q: last heard %v, want %v", text, c.LastInbound, m.At)
			}
		}
	}
}

func TestRequirement10RefusalInOtherWordsHoldsUntilAPersonDecided(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		message  store.Inbound
		decision store.ReviewDecision
		kind     store.ReviewKind
		want     store.Consent
	}{
		{"words, meant", store.Inbound{Kind: "text", Text: "please no more"}, store.ReviewWithdraw, store.ReviewRefusal, store.ConsentWithdrawn},
		{"words, not meant", store.Inbound{Kind: "text", Text: "no me interesa"}, store.ReviewNotARefusal, store.ReviewRefusal, store.ConsentGiven},
		{"a voice note, meant", store.Inbound{Kind: "audio"}, store.ReviewWithdraw, store.ReviewVoice, store.ConsentWithdrawn},
		{"a voice note, not meant", store.Inbound{Kind: "audio"}, store.ReviewNotARefusal, store.ReviewVoice, store.ConsentGiven},
		{"a sticker", store.Inbound{Kind: "sticker"}, store.ReviewNotARefusal, store.ReviewVoice, store.ConsentGiven},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			id := shop.Customer(t, 1)
			test.message.Wamid, test.message.Phone = "wamid.1", storetest.Phone(1)
			tell(t, shop, store.Feed{Inbound: []store.Inbound{test.message}})
			says(t, shop, 1, "no more") // said again, held once
			c, err := shop.Store.Contact(ctx, id)
			if err != nil || c.Standing.Consent != store.ConsentGiven || !slices.Equal(c.Verdict.Why, []store.Reason{store.ReasonReview}) {
				t.Fatalf("held: %+v %v, %v", c.Standing, c.Verdict.Why, err)
			}
			if ids, err := shop.ContactIDs(ctx, "sendable:yes", store.SortID); err != nil || len(ids) != 0 {
				t.Errorf("sendable while held: %v, %v", ids, err)
			}
			reviews, err := shop.Reviews(ctx)
			if err != nil || len(reviews) != 1 {
				t.Fatalf("Reviews = %+v, %v, want one", reviews, err)
			}
			r := reviews[0]
			if r.Contact != id || r.Kind != test.kind || r.Wamid != "wamid.1" || r.Withdrawn || !slices.Equal(r.Messages, []string{test.message.Text, "no more"}) {
				t.Errorf("review = %+v", r)
			}
			if board, err := shop.Board(ctx, time.Time{}); err != nil || board.Reviews != 1 || board.Sendable != 0 {
				t.Errorf("board = %+v, %v", board, err)
			}
			if err := shop.ResolveReview(ctx, r.ID, test.decision, "Marta"); err != nil {
				t.Fatal(err)
			}
			if err := shop.ResolveReview(ctx, r.ID, test.decision, "Marta"); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("deciding twice = %v, want ErrNotFound", err)
			}
			c, err = shop.Store.Contact(ctx, id)
			if err != nil || c.Standing.Held || c.Standing.Consent != test.want || c.Verdict.Sendable() != (test.want == store.ConsentGiven) {
				t.Errorf("decided: %+v, %v", c.Standing, err)
			}
			if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
				t.Errorf("VerifyLedger = %+v, %v", v, err)
			}
		})
	}
}

func TestRequirement10DecidingNeedsAPersonAndAReview(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	says(t, shop, 1, "no more")
	reviews, err := shop.Reviews(t.Context())
	if err != nil || len(reviews) != 1 {
		t.Fatal(reviews, err)
	}
	var invalid *store.InvalidError
	if err := shop.ResolveReview(t.Context(), reviews[0].ID, store.ReviewNotARefusal, " "); !errors.As(err, &invalid) || invalid.Field != "staff" {
		t.Errorf("nobody decides = %v", err)
	}
	if err := shop.ResolveReview(t.Context(), reviews[0].ID, "maybe", "Marta"); !errors.As(err, &invalid) || invalid.Field != "decision" {
		t.Errorf("maybe = %v", err)
	}
	if err := shop.ResolveReview(t.Context(), "none", store.ReviewWithdraw, "Marta"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no review = %v", err)
	}
	if got := standing(t, shop, 1); !got.Held {
		t.Error("a refused decision let the contact go")
	}
}

func TestRequirement09AFalseStopIsTakenBackOnTheRecord(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		says    []string
		reviews int
		want    store.Consent // after "not a refusal"
	}{
		{"a word with another meaning", []string{"cancelar"}, 1, store.ConsentGiven},
		{"among other words", []string{"Alto. Baja. Gracias"}, 1, store.ConsentGiven},
		{"a plain stop is none", []string{"STOP"}, 0, store.ConsentWithdrawn},
		{"confirmed by a plain stop", []string{"cancelar", "STOP"}, 1, store.ConsentWithdrawn},
		{"said twice", []string{"cancelar", "cancelar"}, 1, store.ConsentWithdrawn},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			id := shop.Customer(t, 1)
			for _, text := range test.says {
				says(t, shop, 1, text)
			}
			if got := standing(t, shop, id); got.Consent != store.ConsentWithdrawn || got.Held {
				t.Fatalf("standing %+v, want withdrawn at once", got)
			}
			reviews, err := shop.Reviews(ctx)
			if err != nil || len(reviews) != test.reviews {
				t.Fatalf("Reviews = %+v, %v, want %d", reviews, err, test.reviews)
			}
			for _, r := range reviews {
				if r.Kind != store.ReviewStopWord || !r.Withdrawn {
					t.Errorf("review = %+v", r)
				}
				if err := shop.ResolveReview(ctx, r.ID, store.ReviewNotARefusal, "Marta"); err != nil {
					t.Fatal(err)
				}
			}
			c, err := shop.Store.Contact(ctx, id)
			if err != nil || c.Standing.Consent != test.want || c.Verdict.Sendable() != (test.want == store.ConsentGiven) {
				t.Errorf("taken back: %+v, %v, want %s", c.Standing, err, test.want)
			}
			var move *store.MoveError
			if _, err := shop.VoidLast(ctx, id, "Marta"); test.want == store.ConsentWithdrawn && !errors.As(err, &move) {
				t.Errorf("voiding a withdrawal without a review = %v, want a MoveError", err)
			}
		})
	}
}

func TestRequirement16AStopFromBeforeTheNewestYesHoldsAndIsLookedAt(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Contact(t, 1)
	old := write(shop, 1, "STOP")
	shop.Clock.Advance(48 * time.Hour)
	shop.OptIn(t, id)
	shop.Saved(t, id)
	tell(t, shop, store.Feed{Inbound: []store.Inbound{old}, FromFile: true})
	if got := standing(t, shop, id); got.Consent != store.ConsentWithdrawn || !got.ConsentAt.Equal(old.At) {
		t.Fatalf("standing %+v, want withdrawn at %v", got, old.At)
	}
	reviews, err := shop.Reviews(ctx)
	if err != nil || len(reviews) != 1 || reviews[0].Kind != store.ReviewLateStop {
		t.Fatalf("Reviews = %+v, %v", reviews, err)
	}
	if err := shop.ResolveReview(ctx, reviews[0].ID, store.ReviewNotARefusal, "Marta"); err != nil {
		t.Fatal(err)
	}
	if c, err := shop.Store.Contact(ctx, id); err != nil || !c.Verdict.Sendable() || !c.Standing.ConsentAt.Equal(shop.Clock.Now()) {
		t.Errorf("after the look: %+v, %v", c.Standing, err)
	}
	// The same second is no earlier second.
	other := shop.Customer(t, 2)
	m := write(shop, 2, "STOP")
	m.At = m.At.Truncate(time.Second)
	tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
	if reviews, err := shop.Reviews(ctx); err != nil || len(reviews) != 0 || standing(t, shop, other).Consent != store.ConsentWithdrawn {
		t.Errorf("within one second: %+v, %v", reviews, err)
	}
}

func TestRequirement17StopOfAStrangerSuppressesWhoeverIsAddedLater(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	tell(t, shop, store.Feed{
		Inbound: []store.Inbound{
			write(shop, 1, "STOP"),
			{Wamid: "wamid.u", UserID: "CA.111", Kind: "button", Payload: "STOP", At: shop.Clock.Now()},
			write(shop, 3, "hello"),
		},
		Preferences: []store.Preference{{Phone: storetest.Phone(4), Value: "stop"}, {Phone: storetest.Phone(5), Value: "resume"}},
	})
	tests := []struct {
		name    string
		contact store.NewContact
		want    bool
	}{
		{"the number", store.NewContact{Phone: storetest.Phone(1)}, true},
		{"the id", store.NewContact{Phone: storetest.Phone(2), UserID: "CA.111"}, true},
		{"who said hello", store.NewContact{Phone: storetest.Phone(3)}, false},
		{"the switch", store.NewContact{Phone: storetest.Phone(4)}, true},
		{"the switch, on", store.NewContact{Phone: storetest.Phone(5)}, false},
	}
	for _, test := range tests {
		test.contact.Source = "list"
		c, err := shop.AddContact(ctx, test.contact)
		if err != nil || c.Standing.Suppressed != test.want {
			t.Errorf("%s: %+v, %v, want suppressed %v", test.name, c.Standing, err, test.want)
		}
		in := storetest.OptIn(c.ID)
		if _, err := shop.RecordOptIn(ctx, in); err == nil && test.want && standing(t, shop, c.ID).Consent == store.ConsentGiven && !standing(t, shop, c.ID).Suppressed {
			t.Errorf("%s: staff alone brought her back", test.name)
		}
	}
	// Nothing of strangers stands in the file in the clear.
	for _, column := range []string{"inbound.wamid", "inbound.text", "identity_stops.evidence"} {
		table, field, _ := cut(column)
		var found int
		number := string(storetest.Phone(1))[1:9] // enough of it that no digest has it by chance
		query := fmt.Sprintf(`SELECT count(*) FROM %s WHERE %s LIKE '%%wamid%%' OR %s LIKE '%%%s%%'`, table, field, field, number)
		if table == "inbound" {
			query += ` AND contact_id IS NULL`
		}
		if err := raw(t, shop).QueryRowContext(ctx, query).Scan(&found); err != nil || found != 0 {
			t.Errorf("%s: %d rows name a stranger, %v", column, found, err)
		}
	}
}

func cut(column string) (table, field string, found bool) {
	for i, r := range column {
		if r == '.' {
			return column[:i], column[i+1:], true
		}
	}
	return column, "", false
}

func TestRequirement11TheSwitchInWhatsAppCountsByItsTime(t *testing.T) {
	t.Parallel()
	at := func(minutes int) time.Time { return storetest.Start.Add(time.Duration(minutes-60) * time.Minute) }
	type told struct {
		value  string
		minute int
	}
	tests := map[string]struct {
		told []told
		want store.Platform
	}{
		"a stop":                      {[]told{{"stop", 1}}, store.PlatformStopped},
		"stop and resume":             {[]told{{"stop", 1}, {"resume", 2}}, store.PlatformOK},
		"an older resume":             {[]told{{"stop", 5}, {"resume", 2}}, store.PlatformStopped},
		"a resume told first":         {[]told{{"resume", 2}, {"stop", 1}}, store.PlatformOK},
		"stopped again":               {[]told{{"stop", 1}, {"resume", 2}, {"stop", 3}}, store.PlatformStopped},
		"the same stop after all":     {[]told{{"stop", 1}, {"resume", 2}, {"stop", 1}}, store.PlatformOK},
		"both of one moment":          {[]told{{"resume", 1}, {"stop", 1}}, store.PlatformStopped},
		"both of one moment, swapped": {[]told{{"stop", 1}, {"resume", 1}}, store.PlatformStopped},
		"another value":               {[]told{{"signup", 1}}, store.PlatformOK},
	}
	shop := storetest.New(t)
	n := 0
	for name, test := range tests {
		n++
		id := shop.Customer(t, n)
		for _, one := range test.told {
			tell(t, shop, store.Feed{Preferences: []store.Preference{{Phone: storetest.Phone(n), Value: one.value, At: at(one.minute)}}})
		}
		got := standing(t, shop, id)
		stopped := slices.ContainsFunc(test.told, func(one told) bool { return one.value == "stop" })
		if got.Platform != test.want || (got.Consent == store.ConsentWithdrawn) != stopped {
			t.Errorf("%s: %+v, want %s, and a stop is a withdrawal that a resume does not end", name, got, test.want)
		}
	}
}

func TestRequirement11AStatus131050IsAWithdrawalOfHerNewSelfToo(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	twin, err := shop.AddContact(t.Context(), store.NewContact{UserID: "CA.9", Source: "QR"})
	if err != nil {
		t.Fatal(err)
	}
	id := shop.Started(t, "customer")
	claim := claimOne(t, shop, id)
	tell(t, shop, store.Feed{Statuses: []store.Status{{
		Wamid: "wamid.A", PublicID: claim.PublicID(), State: store.DeliveryFailed, Code: 131050, At: shop.Clock.Now(), UserID: "CA.9",
	}}})
	if got := standing(t, shop, 1); got.Consent != store.ConsentWithdrawn || got.Platform != store.PlatformStopped {
		t.Errorf("standing %+v", got)
	}
	c, err := shop.ContactByPhone(t.Context(), storetest.Phone(1))
	if err != nil || c.UserID != "CA.9" {
		t.Errorf("linked: %+v, %v", c, err)
	}
	if other, err := shop.Store.Contact(t.Context(), twin.ID); err != nil || other.MergedInto != c.ID {
		t.Errorf("the twin: %+v, %v, want merged", other, err)
	}
}

func TestAnAnswerToAMessageNamesWhoSentIt(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	accepted(t, shop)
	tell(t, shop, store.Feed{Inbound: []store.Inbound{{
		Wamid: "wamid.in", UserID: "CA.77", Kind: "button", Text: "Stop promotions", ContextWamid: "wamid.A", At: shop.Clock.Now(),
	}}})
	c, err := shop.Store.Contact(t.Context(), 1)
	if err != nil || c.Standing.Consent != store.ConsentWithdrawn || c.UserID != "CA.77" {
		t.Errorf("contact %+v, %v, want withdrawn and linked", c, err)
	}
}

func TestANoToABroadcastIsForAPersonToJudge(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	accepted(t, shop)
	m := write(shop, 1, "No, gracias")
	m.ContextWamid = "wamid.A"
	tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
	if got := standing(t, shop, 1); !got.Held || got.Consent != store.ConsentGiven {
		t.Errorf("standing %+v, want held", got)
	}
}

func TestProfileNamesFillOnlyWhatIsEmpty(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	empty, err := shop.AddContact(t.Context(), store.NewContact{Phone: phone.E164("+16045550100"), Source: "list"})
	if err != nil {
		t.Fatal(err)
	}
	named := shop.Contact(t, 2)
	long := fmt.Sprintf("%0300d", 1)
	for _, m := range []store.Inbound{
		{Wamid: "1", Phone: "+16045550100", Kind: "text", Text: "hi", Name: "  Ana\x1b[2J " + long},
		{Wamid: "2", Phone: storetest.Phone(2), Kind: "text", Text: "hi", Name: "Somebody"},
	} {
		tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
	}
	c, err := shop.Store.Contact(t.Context(), empty.ID)
	if err != nil || c.Name == "" || len(c.Name) > 200 {
		t.Errorf("name %q, %v", c.Name, err)
	}
	if c, err := shop.Store.Contact(t.Context(), named); err != nil || c.Name != "Customer 2" {
		t.Errorf("the shop's own name became %q, %v", c.Name, err)
	}
}
