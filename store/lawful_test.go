package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

var consents = []store.Consent{
	store.ConsentNone, store.ConsentAsked, store.ConsentGiven, store.ConsentConfirmed, store.ConsentRefused, store.ConsentWithdrawn, store.ConsentExpired,
}

// act is a consent event as it would stand in the ledger.
type act struct {
	kind     string
	method   store.Method
	evidence string
	when     time.Duration // after the event that led to where she stands
}

// her is whether only she herself can have done it.
func (a act) her() bool {
	ways := []store.Method{store.MethodPaper, store.MethodQRInbound, store.MethodInbound, store.MethodWeb}
	return slices.Contains(ways, a.method) && a.evidence != ""
}

// wrote is whether she did it in WhatsApp.
func (a act) wrote() bool {
	return (a.method == store.MethodInbound || a.method == store.MethodQRInbound) && a.evidence != ""
}

// lawful is the rule of consent, in words of its own: what may follow on where she stands.
func (a act) lawful(from store.Consent) bool {
	never := from == store.ConsentNone || from == store.ConsentAsked || from == store.ConsentRefused || from == store.ConsentExpired
	agreed := from == store.ConsentGiven || from == store.ConsentConfirmed
	yes := a.kind == "given" || a.kind == "confirmed"
	if yes && a.when < 0 && (from == store.ConsentRefused || from == store.ConsentWithdrawn || from == store.ConsentExpired) {
		return false // an older yes ends no newer no
	}
	if yes && from == store.ConsentWithdrawn {
		return a.her() && a.when > 0 // the way back is hers alone
	}
	switch a.kind {
	case "withdrawn":
		return true // at any time, by anyone
	case "asked", "refused":
		return never
	case "given":
		return never || agreed
	case "confirmed":
		return agreed || from == store.ConsentAsked || from == store.ConsentExpired || a.wrote()
	case "expired":
		return agreed
	}
	return false
}

// acts are all there can be; how a question or a no came about decides nothing.
func acts() []act {
	var all []act
	for _, kind := range []string{"given", "confirmed"} {
		for _, method := range store.Methods() {
			for _, evidence := range []string{"", "card 7"} {
				for _, when := range []time.Duration{-time.Hour, 0, time.Hour} {
					all = append(all, act{kind, method, evidence, when})
				}
			}
		}
	}
	for _, kind := range []string{"asked", "refused", "withdrawn", "expired"} {
		all = append(all, act{kind, store.MethodSpoken, "", -time.Hour}, act{kind, store.MethodInbound, "wamid.7", time.Hour})
	}
	return all
}

// TestNoConsentMovesUnlawfully tries every event after every state, by every method, with and without a proof, before
// and after the one that led there: by the file's own guards, whoever writes the SQL.
func TestNoConsentMovesUnlawfully(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Contact(t, 1)
	b := newBench(t, shop)
	const since = 1_800_000_000_000
	tried := 0
	for _, from := range consents {
		b.within(func(do doing) {
			for _, a := range acts() {
				err := do(`INSERT INTO consent_events SELECT events + 1, 'e', 1, ?, ?, 0, ?, ?, 'counter', 'Marta', 'optin-en', 1,
					'x', 'en', 'marketing', 'whatsapp', '+16045550199', ?, '', '', x'00', zeroblob(32), head, zeroblob(32) FROM chain`,
					a.kind, since+a.when.Milliseconds(), since+2*time.Hour.Milliseconds(), a.method, a.evidence)
				b.judge(fmt.Sprintf("%s then %+v", from, a), err, a.lawful(from), "unlawful")
				tried++
			}
		}, forced{"standings", fmt.Sprintf(`UPDATE standings SET consent = '%s', consent_at = %d`, from, since)})
	}
	if tried != 7*(2*6*2*3+4*2) {
		t.Errorf("%d were tried", tried)
	}
}

// TestConsentIsRefusedInWordsWhereTheFileRefusesIt does the same by the program's own verbs, as staff would: what is
// unlawful is a *MoveError that says where she stands, and leaves her there.
func TestConsentIsRefusedInWordsWhereTheFileRefusesIt(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	n := 0
	verbs := map[string]func(store.ContactID) (store.LedgerEvent, error){
		"asked": func(id store.ContactID) (store.LedgerEvent, error) {
			return shop.RecordAsked(ctx, store.Asked{Contact: id, Staff: "Marta"})
		},
		"given": func(id store.ContactID) (store.LedgerEvent, error) { return shop.RecordOptIn(ctx, storetest.OptIn(id)) },
		"given on paper": func(id store.ContactID) (store.LedgerEvent, error) {
			in := storetest.OptIn(id)
			in.Method, in.Evidence = store.MethodPaper, "card 7"
			return shop.RecordOptIn(ctx, in)
		},
		"confirmed": func(id store.ContactID) (store.LedgerEvent, error) {
			in := storetest.OptIn(id)
			in.Confirmed, in.Method, in.Evidence = true, store.MethodInbound, "wamid.7"
			return shop.RecordOptIn(ctx, in)
		},
		"refused": func(id store.ContactID) (store.LedgerEvent, error) { return shop.RecordRefusal(ctx, id, "Marta", "") },
		"withdrawn": func(id store.ContactID) (store.LedgerEvent, error) {
			return shop.RecordOptOut(ctx, store.OptOut{Contact: id})
		},
		"voided": func(id store.ContactID) (store.LedgerEvent, error) { return shop.VoidLast(ctx, id, "Marta") },
	}
	// What each verb leads to from each state; "" is refused. A no of who had agreed is a withdrawal, and a mistake
	// taken back leads to where she stood before.
	leads := map[store.Consent]map[string]store.Consent{
		store.ConsentNone: {"asked": "asked", "given": "given", "given on paper": "given", "confirmed": "confirmed", "refused": "refused", "withdrawn": "withdrawn"},
		store.ConsentAsked: {
			"asked": "asked", "given": "given", "given on paper": "given", "confirmed": "confirmed", "refused": "refused", "withdrawn": "withdrawn", "voided": "none",
		},
		store.ConsentGiven:     {"given": "given", "given on paper": "given", "confirmed": "confirmed", "refused": "withdrawn", "withdrawn": "withdrawn", "voided": "none"},
		store.ConsentConfirmed: {"given": "given", "given on paper": "given", "confirmed": "confirmed", "refused": "withdrawn", "withdrawn": "withdrawn", "voided": "given"},
		store.ConsentRefused: {
			"asked": "asked", "given": "given", "given on paper": "given", "confirmed": "confirmed", "refused": "refused", "withdrawn": "withdrawn", "voided": "none",
		},
		store.ConsentWithdrawn: {"given on paper": "given", "confirmed": "confirmed", "refused": "withdrawn", "withdrawn": "withdrawn"},
	}
	for from, want := range leads {
		for verb, do := range verbs {
			n++
			id := shop.Contact(t, n)
			stand(ctx, t, shop, id, strings.TrimPrefix(string(from), "none"), "", "", false)
			shop.Clock.Advance(time.Second)
			_, err := do(id)
			now := standing(t, shop, id).Consent
			if to := want[verb]; to != "" {
				if err != nil || now != to {
					t.Errorf("%s, %s: %v and %s, want %s", from, verb, err, now, to)
				}
				continue
			}
			move, refused := errors.AsType[*store.MoveError](err)
			nothing := from == store.ConsentNone && verb == "voided" && errors.Is(err, store.ErrNotFound)
			if now != from || (!nothing && (!refused || move.Of != "consent" || move.From != string(from))) {
				t.Errorf("%s, %s: %#v and %s, want it refused and %s", from, verb, err, now, from)
			}
			if refused && move.NeedsAct != (from == store.ConsentWithdrawn) {
				t.Errorf("%s, %s: that only she can do it is said as %v", from, verb, move.NeedsAct)
			}
		}
	}
}

// TestSavedNumbersAreOfTheKindsThereAre: no grade without who saw or heard it, in SQL either.
func TestSavedNumbersAreOfTheKindsThereAre(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Contact(t, 1)
	b := newBench(t, shop)
	for _, tt := range []struct {
		kind, staff, number, evidence string
		lawful                        bool
	}{
		{"unknown", "", "+16045550199", "", true},
		{"told", "", "+16045550199", "", true},
		{"says_saved", "Marta", "+16045550199", "", true},
		{"says_saved", "", "+16045550199", "wamid.1", false},
		{"seen_by_staff", "Marta", "+16045550199", "", true},
		{"seen_by_staff", "", "+16045550199", "wamid.1", false},
		{"self_written", "", "+16045550199", "wamid.1", true},
		{"self_written", "Marta", "+16045550199", "", true},
		{"self_written", "", "+16045550199", "", false},
		{"invalid", "", "+16045550199", "", true},
		{"told", "", "", "", false},
		{"sure", "Marta", "+16045550199", "", false},
		{"", "Marta", "+16045550199", "", false},
	} {
		insert := fmt.Sprintf(`INSERT INTO saved_number_events SELECT events + 1, 'e', 1, '%s', 5, 0, 5, '%s', '%s', '%s', '', x'00', zeroblob(32), head,
			zeroblob(32) FROM chain`, tt.kind, tt.staff, tt.number, tt.evidence)
		b.judge(fmt.Sprintf("%+v", tt), b.try(insert), tt.lawful, "CHECK")
	}
}

// reachedBy is what a status of the platform makes of a message: it only moves forward, a failure is final unless the
// message arrived after all, and what never went out by our books stays what it is.
func reachedBy(from, told store.DeliveryState) store.DeliveryState {
	rank := map[store.DeliveryState]int{
		store.DeliverySending: 0, store.DeliveryUnknown: 0, store.DeliveryAccepted: 1, store.DeliverySent: 2, store.DeliveryFailed: 2,
		store.DeliveryDelivered: 3, store.DeliveryRead: 4,
	}
	at, wentOut := rank[from]
	switch {
	case !wentOut:
		return from
	case told == store.DeliveryFailed:
		if at >= rank[store.DeliveryDelivered] {
			return from
		}
		return store.DeliveryFailed
	case rank[told] <= at:
		return from
	}
	return told
}

// TestEveryStatusOnEveryStateLeadsWhereTheManualSays, each alone and among many at once, which are applied another way.
func TestEveryStatusOnEveryStateLeadsWhereTheManualSays(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 40 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "customer")
	b, err := shop.Store.Broadcast(ctx, id)
	must(t, err)
	db := raw(t, shop)
	db.SetMaxOpenConns(1)
	reset := func(from store.DeliveryState) {
		t.Helper()
		tx, err := db.BeginTx(ctx, nil)
		must(t, err)
		unguarded(ctx, t, tx, forced{"deliveries", fmt.Sprintf(`UPDATE deliveries SET state = '%s', reason = 'x', attempts = 1, wamid = 'wamid.' || id,
			accepted_at = 1, sent_at = 0, delivered_at = 0, read_at = 0, ended_at = 0`, from)})
		_, err = tx.ExecContext(ctx, `UPDATE broadcast_counts AS c SET n = (SELECT count(*) FROM deliveries d
			WHERE d.broadcast_id = c.broadcast_id AND d.state = c.state)`)
		must(t, err)
		must(t, tx.Commit())
	}
	for _, from := range deliveryStates {
		for _, told := range []store.DeliveryState{store.DeliverySent, store.DeliveryDelivered, store.DeliveryRead, store.DeliveryFailed} {
			for _, many := range []int{1, 40} {
				reset(from)
				var feed store.Feed
				for n := range many {
					feed.Statuses = append(feed.Statuses, store.Status{
						Wamid: fmt.Sprintf("wamid.%d", n+1), PublicID: fmt.Sprintf("%s.%d", b.PublicID, n+1), State: told, At: shop.Clock.Now(), Code: 131049,
					})
				}
				must(t, shop.RecordFeed(ctx, feed))
				must(t, shop.RecordFeed(ctx, feed)) // Meta tells everything again
				want := reachedBy(from, told)
				list, err := shop.Deliveries(ctx, id, store.DeliveryFilter{States: []store.DeliveryState{want}})
				must(t, err)
				if others := 40 - many; len(list) < many || (want != from && len(list) != many) || (want == from && len(list) != many+others) {
					t.Errorf("%s, told %s of %d: %d of 40 are %s", from, told, many, len(list), want)
				}
				if counts := shop.Counts(ctx, t, id); counts.Audience() != 40 || counts[want] != len(list) {
					t.Errorf("%s, told %s of %d: the counts are %v", from, told, many, counts)
				}
			}
		}
	}
}
