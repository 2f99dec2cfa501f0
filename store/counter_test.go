package store_test

import (
	"errors"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// visit is a whole visit of somebody new: a yes, with the number seen saved.
func visit(n int) store.Counter {
	in := storetest.OptIn(0)
	in.Staff, in.Place = "", ""
	return store.Counter{
		Phone: storetest.Phone(n), Name: "Lucía Marín", Language: "es", Yes: &in, Saved: store.GradeSeenByStaff, Staff: "Marta",
	}
}

func record(t *testing.T, shop *storetest.Shop, c store.Counter) store.Visit {
	t.Helper()
	made, err := shop.RecordCounter(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// kinds are what the ledgers hold of a contact, the oldest first.
func kinds(t *testing.T, shop *storetest.Shop, id store.ContactID) []string {
	t.Helper()
	events, err := shop.History(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, e := range events {
		list = append(list, e.Type)
	}
	return list
}

func TestAVisitIsWrittenDownAsOne(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	made := record(t, shop, visit(1))
	c := made.Contact
	if !made.Added || !c.Verdict.Sendable() || c.Name != "Lucía Marín" || c.Language != "es" || c.Source != "counter" {
		t.Errorf("%+v", made)
	}
	events, err := shop.History(t.Context(), c.ID)
	if err != nil || len(events) != 2 {
		t.Fatal(events, err)
	}
	if yes := events[0]; yes.Staff != "Marta" || yes.Place != "Panadería Luna" || yes.Notice.ID != "optin-en" {
		t.Errorf("the proof lacks something: %+v", yes)
	}
}

func TestAVisitOfEachKindMeansWhatWasSaid(t *testing.T) {
	t.Parallel()
	yes := storetest.OptIn(0)
	tests := []struct {
		name   string
		before store.Counter // nil where nobody was there before
		say    store.Counter
		want   store.Consent
		saved  store.Grade
	}{
		{name: "no", say: store.Counter{No: true}, want: store.ConsentRefused, saved: store.GradeUnknown},
		{name: "no after yes is a withdrawal", before: store.Counter{Yes: &yes}, say: store.Counter{No: true}, want: store.ConsentWithdrawn, saved: store.GradeUnknown},
		{
			name: "stop", before: store.Counter{Yes: &yes, Saved: store.GradeSaysSaved},
			say:  store.Counter{Stop: &store.OptOut{Reason: "told us", Method: store.MethodSpoken}},
			want: store.ConsentWithdrawn, saved: store.GradeSaysSaved,
		},
		{name: "only the saved number", before: store.Counter{Yes: &yes}, say: store.Counter{Saved: store.GradeSaysSaved}, want: store.ConsentGiven, saved: store.GradeSaysSaved},
		{
			name: "not saved after all", before: store.Counter{Yes: &yes, Saved: store.GradeSeenByStaff},
			say: store.Counter{Saved: store.GradeUnknown}, want: store.ConsentGiven, saved: store.GradeUnknown,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			for _, c := range []store.Counter{test.before, test.say} {
				if c.Yes == nil && !c.No && c.Stop == nil && c.Saved == "" {
					continue
				}
				c.Phone, c.Staff = storetest.Phone(1), "Marta"
				record(t, shop, c)
			}
			c, err := shop.ContactByPhone(t.Context(), storetest.Phone(1))
			if err != nil || c.Standing.Consent != test.want || c.Standing.Saved != test.saved {
				t.Errorf("%+v, %v, want %s and %s", c.Standing, err, test.want, test.saved)
			}
		})
	}
}

func TestAnIncompleteVisitIsRefusedByName(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for _, test := range []struct {
		field string
		spoil func(*store.Counter)
	}{
		{"phone", func(c *store.Counter) { c.Phone = "" }},
		{"staff", func(c *store.Counter) { c.Staff = " " }},
		{"answer", func(c *store.Counter) { c.No = true }},
		{"answer", func(c *store.Counter) { c.Yes, c.Saved = nil, "" }},
		{"grade", func(c *store.Counter) { c.Saved = "sworn" }},
		{"notice", func(c *store.Counter) { c.Yes.Notice = "optin-xx" }},
		{"method", func(c *store.Counter) { c.Yes.Method = "" }},
	} {
		c := visit(1)
		test.spoil(&c)
		var invalid *store.InvalidError
		if _, err := shop.RecordCounter(t.Context(), c); !errors.As(err, &invalid) || invalid.Field != test.field {
			t.Errorf("without %s: %v", test.field, err)
		}
	}
	if ids, err := shop.ContactIDs(t.Context(), "", store.SortID); err != nil || len(ids) != 0 {
		t.Errorf("refused visits left contacts %v, %v", ids, err)
	}
}

// A program that dies between two writes leaves what a failing last write leaves: nothing, or all of it.
func TestAVisitThatFailsInTheMiddleLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"contacts", "consent_events", "saved_number_events"} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			known := record(t, shop, store.Counter{Phone: storetest.Phone(2), Name: "Before", No: true, Staff: "Marta"}).Contact
			chain, err := shop.VerifyLedger(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			_, err = raw(t, shop).ExecContext(t.Context(), `CREATE TRIGGER torn AFTER INSERT ON `+table+` BEGIN SELECT RAISE(ABORT, 'torn'); END`)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := shop.RecordCounter(t.Context(), visit(1)); err == nil {
				t.Fatal("somebody new was recorded")
			}
			if table == "contacts" {
				return
			}
			again := visit(2)
			if _, err := shop.RecordCounter(t.Context(), again); err == nil {
				t.Fatal("somebody known was recorded")
			}
			if _, err := shop.ContactByPhone(t.Context(), storetest.Phone(1)); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("half a visit added her (%v)", err)
			}
			now, err := shop.Store.Contact(t.Context(), known.ID)
			if err != nil || now.Name != "Before" || now.Standing != known.Standing {
				t.Errorf("half a visit changed her: %+v, %v", now, err)
			}
			if after, err := shop.VerifyLedger(t.Context()); err != nil || after.Events != chain.Events || !after.OK {
				t.Errorf("the chain is %+v, was %+v, %v", after, chain, err)
			}
		})
	}
}

func TestUndoTakesAVisitBackAsAWhole(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	first := visit(1)
	first.Saved, first.Name, first.Language = store.GradeSaysSaved, "Lucía", ""
	was := record(t, shop, first).Contact
	shop.Clock.Advance(time.Hour)
	wrong := visit(1) // meant for somebody else
	wrong.Name = "Zoë"
	visits := []store.Visit{record(t, shop, wrong)}
	visits = append(visits, record(t, shop, store.Counter{Phone: storetest.Phone(1), Saved: store.GradeUnknown, Staff: "Marta"}))
	now, err := shop.VoidCounter(t.Context(), "Marta", visits...)
	if err != nil {
		t.Fatal(err)
	}
	if now.Name != was.Name || now.Language != was.Language || now.Standing != was.Standing {
		t.Errorf("after the undo %+v, before %+v", now, was)
	}
	if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
		t.Errorf("the chain is %+v, %v", v, err)
	}
	if _, err := shop.VoidCounter(t.Context(), "Marta", visits...); !isMove(err) {
		t.Errorf("undone twice: %v", err)
	}
}

func TestUndoKeepsWhoWasAddedWithoutConsent(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	now, err := shop.VoidCounter(t.Context(), "Marta", record(t, shop, visit(1)))
	if err != nil || now.Standing.Consent != store.ConsentNone || now.Standing.Saved != store.GradeUnknown || now.Name != "Lucía Marín" {
		t.Errorf("%+v, %v", now, err)
	}
}

func TestUndoChangesNothingWhereItCannotUndoAll(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		then func(t *testing.T, shop *storetest.Shop, id store.ContactID) error
	}{
		{"she withdrew since", func(t *testing.T, shop *storetest.Shop, id store.ContactID) error {
			t.Helper()
			_, err := shop.RecordOptOut(t.Context(), store.OptOut{Contact: id, Reason: "wrote STOP"})
			return err
		}},
		{"she wrote that she saved it since", func(t *testing.T, shop *storetest.Shop, id store.ContactID) error {
			t.Helper()
			_, err := shop.RecordSavedNumber(t.Context(), store.SavedNumber{Contact: id, Grade: store.GradeSelfWritten, Evidence: "wamid.1"})
			return err
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			made := record(t, shop, visit(1))
			if err := test.then(t, shop, made.Contact.ID); err != nil {
				t.Fatal(err)
			}
			before := kinds(t, shop, made.Contact.ID)
			if _, err := shop.VoidCounter(t.Context(), "Marta", made); !isMove(err) {
				t.Errorf("got %v", err)
			}
			if after := kinds(t, shop, made.Contact.ID); len(after) != len(before) {
				t.Errorf("the ledgers hold %v, held %v", after, before)
			}
		})
	}
}

func TestAWithdrawalAtTheCounterIsNeverTakenBack(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	record(t, shop, visit(1))
	made := record(t, shop, store.Counter{Phone: storetest.Phone(1), Stop: &store.OptOut{Reason: "told us"}, Staff: "Marta"})
	if _, err := shop.VoidCounter(t.Context(), "Marta", made); !isMove(err) {
		t.Errorf("got %v", err)
	}
	for field, visits := range map[string][]store.Visit{"visit": nil, "several": {made, record(t, shop, visit(2))}} {
		var invalid *store.InvalidError
		if _, err := shop.VoidCounter(t.Context(), "Marta", visits...); !errors.As(err, &invalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestErasedContactTakesNothingNew(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := record(t, shop, visit(1)).Contact.ID
	if err := shop.Erase(t.Context(), id, "Ana"); err != nil {
		t.Fatal(err)
	}
	name := "Somebody"
	acts := map[string]func() error{
		"tag":   func() error { return shop.TagContacts(t.Context(), []store.ContactID{id}, []string{"vip"}, nil) },
		"untag": func() error { return shop.TagContacts(t.Context(), []store.ContactID{id}, nil, []string{"vip"}) },
		"edit":  func() error { return shop.Edit(t.Context(), id, store.EditContact{Name: &name}) },
		"fields": func() error {
			return shop.Edit(t.Context(), id, store.EditContact{Fields: map[string]string{"city": "Vigo"}})
		},
		"counter": func() error {
			_, err := shop.RecordCounter(t.Context(), visit(1))
			return err
		},
	}
	for act, try := range acts {
		if err := try(); !errors.Is(err, store.ErrErased) {
			t.Errorf("%s: %v, want ErrErased", act, err)
		}
	}
	if c, err := shop.Store.Contact(t.Context(), id); err != nil || c.Name != "Lucía Marín" || len(c.Tags) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

// The file itself refuses as well, whoever writes to it; blanking is what erasure is.
func TestErasedRowCanOnlyBeBlanked(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := record(t, shop, visit(1)).Contact.ID
	db := raw(t, shop)
	const rename = `UPDATE contacts SET name = 'Zoë', folded = 'zoe' WHERE id = ?`
	if _, err := db.ExecContext(t.Context(), rename, id); err != nil {
		t.Fatal(err)
	}
	if err := shop.Erase(t.Context(), id, "Ana"); err != nil {
		t.Fatal(err)
	}
	for _, refused := range []string{
		`UPDATE contacts SET name = 'Lucía', folded = 'lucia' WHERE id = ?`, `UPDATE contacts SET fields = '{"a":"b"}' WHERE id = ?`,
		`INSERT INTO contact_tags (contact_id, tag) VALUES (?, 'vip')`,
	} {
		if _, err := db.ExecContext(t.Context(), refused, id); err == nil {
			t.Errorf("allowed: %s", refused)
		}
	}
	if _, err := db.ExecContext(t.Context(), `UPDATE contacts SET name = '', folded = '', fields = '{}' WHERE id = ?`, id); err != nil {
		t.Errorf("blanking is refused: %v", err)
	}
}
