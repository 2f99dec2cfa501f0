package store_test

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func proof(t *testing.T, shop *storetest.Shop, id store.ContactID) store.Proof {
	t.Helper()
	p, err := shop.Proof(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestAProofHoldsEverythingKnownOfOnePerson(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	other, id := shop.Customer(t, 1), shop.Customer(t, 2)
	broadcast := shop.Started(t, "sendable:yes")
	p := proof(t, shop, id)
	verified, err := shop.VerifyLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case p.Contact.ID != id || p.Shop.Name != "Panadería Luna" || !p.At.Equal(shop.Clock.Now()):
		t.Errorf("it is about %+v of %q at %v", p.Contact, p.Shop.Name, p.At)
	case len(p.Events) != 2 || p.Events[0].Contact != id || p.Events[1].Ledger != "saved_number":
		t.Errorf("its events are %+v", p.Events)
	case len(p.Deliveries) != 1 || p.Deliveries[0].Broadcast != broadcast:
		t.Errorf("its broadcasts are %+v", p.Deliveries)
	case !p.Whole || p.Head != verified.Head || p.Total != verified.Events:
		t.Errorf("it says whole %v, head %s of %d; the ledger says %+v", p.Whole, p.Head, p.Total, verified)
	}
	if _, err := shop.Proof(t.Context(), other+100); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of nobody = %v, want ErrNotFound", err)
	}
}

func TestAProofSaysWhenItsOwnEventsWereChanged(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		tamper string
		whole  bool
	}{
		"the staff's name":       {`UPDATE consent_events SET staff = 'Nobody' WHERE contact_id = 2`, false},
		"the moment":             {`UPDATE consent_events SET occurred_at = occurred_at - 1 WHERE contact_id = 2`, false},
		"the grade":              {`UPDATE saved_number_events SET type = 'self_written', evidence = 'x' WHERE contact_id = 2`, false},
		"the words shown":        {`UPDATE consent_events SET notice_sha256 = 'x' WHERE contact_id = 2`, false},
		"its place in the chain": {`UPDATE consent_events SET prev = zeroblob(32) WHERE contact_id = 2`, false},
		"whose it is":            {`UPDATE consent_events SET contact_id = 2 WHERE contact_id = 1`, false},
		"somebody else's":        {`UPDATE consent_events SET staff = 'Nobody' WHERE contact_id = 1`, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			shop.Customer(t, 1)
			id := shop.Customer(t, 2)
			db := raw(t, shop)
			for _, statement := range []string{"DROP TRIGGER consent_events_frozen", "DROP TRIGGER saved_number_events_frozen", test.tamper} {
				if _, err := db.ExecContext(t.Context(), statement); err != nil {
					t.Fatal(err)
				}
			}
			if p := proof(t, shop, id); p.Whole != test.whole {
				t.Errorf("whole = %v, want %v", p.Whole, test.whole)
			}
		})
	}
}

func TestTheYesOfAProofIsTheOneThatStands(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Contact(t, 1)
	yes := func(evidence string) {
		t.Helper()
		in := storetest.OptIn(id)
		in.Evidence = evidence
		if _, err := shop.RecordOptIn(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		shop.Clock.Advance(time.Hour)
	}
	want := func(when, evidence string) {
		t.Helper()
		e, found := proof(t, shop, id).Yes()
		if found != (evidence != "") || e.Evidence != evidence {
			t.Errorf("%s: the yes is %q, %v; want %q", when, e.Evidence, found, evidence)
		}
	}
	want("before any", "")
	yes("card 1")
	want("after the first", "card 1")
	yes("card 2")
	want("after a second", "card 2")
	if _, err := shop.VoidLast(t.Context(), id, "Marta"); err != nil {
		t.Fatal(err)
	}
	want("after the second was taken back", "card 1")
	if _, err := shop.RecordOptOut(t.Context(), store.OptOut{Contact: id, Reason: "said stop", Staff: "Marta"}); err != nil {
		t.Fatal(err)
	}
	want("after she withdrew", "")
}

func TestRequirement03TheProofShowsTheWordsOfThenAfterTheyChanged(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	before, _ := proof(t, shop, id).Yes()
	err := shop.PublishNotices(t.Context(), []store.NoticeText{{ID: "optin-en", Language: "en", Text: "Quite other words."}}, "Ana")
	if err != nil {
		t.Fatal(err)
	}
	after, _ := proof(t, shop, id).Yes()
	if after.Notice != before.Notice || !strings.Contains(after.Notice.Text, "Panadería Luna") || after.Notice.Version != 1 {
		t.Errorf("before %+v, after %+v", before.Notice, after.Notice)
	}
	if p := proof(t, shop, id); !p.Whole {
		t.Error("the new words broke the old proof")
	}
}

// BenchmarkLedger prints how long it takes to verify a ledger, and to prove what one person agreed to; PREGON_BENCH_EVENTS
// says with how many events.
func BenchmarkLedger(b *testing.B) {
	events := 20_000
	if n, err := strconv.Atoi(os.Getenv("PREGON_BENCH_EVENTS")); err == nil {
		events = n
	}
	shop := multitude(b, events/4)
	if err := shop.Ask(b.Context(), events, events/8); err != nil {
		b.Fatal(err)
	}
	const id = 1
	shop.OptIn(b, id)
	shop.Saved(b, id)
	b.Run("verify", func(b *testing.B) {
		for b.Loop() {
			v, err := shop.VerifyLedger(b.Context())
			if err != nil || !v.OK || v.Events < int64(events) {
				b.Fatal(v, err)
			}
		}
		b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/verify")
		b.ReportMetric(0, "ns/op")
	})
	b.Run("proof", func(b *testing.B) {
		for b.Loop() {
			p, err := shop.Proof(b.Context(), id)
			if err != nil || !p.Whole {
				b.Fatal(p.Whole, err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/1000, "ms/proof")
		b.ReportMetric(0, "ns/op")
	})
}
