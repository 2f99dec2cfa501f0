package store_test

import (
	"errors"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// saysOf is the platform's answer about a number id.
func saysOf(id, shown string) store.Account {
	return store.Account{PhoneNumberID: id, DisplayNumber: shown, Quality: "GREEN", Throughput: 80, Status: "CONNECTED"}
}

// resettle saves the shop with another number, number id or both.
func resettle(t *testing.T, shop *storetest.Shop, change func(*store.Shop)) {
	t.Helper()
	settings, err := shop.Shop(t.Context())
	must(t, err)
	change(&settings)
	shop.Clock.Advance(time.Minute)
	must(t, shop.SaveShop(t.Context(), settings, "Ana"))
	shop.Clock.Advance(time.Minute)
}

// TestRequirement15NobodyCountsAsHavingSavedAnotherNumberThanCallsGoOutFrom: she saved +1 604 555 0199 while the id was …31.
func TestRequirement15NobodyCountsAsHavingSavedAnotherNumberThanCallsGoOutFrom(t *testing.T) {
	t.Parallel()
	const ours, theirs = "+1 604-555-0199", "+1 604-555-0142"
	newID := func(s *store.Shop) { s.PhoneNumberID = "600000000000032" }
	oldID := func(s *store.Shop) { s.PhoneNumberID = "600000000000031" }
	newNumber := func(s *store.Shop) { s.Number = "+16045550142" }
	for _, test := range []struct {
		name  string
		steps []any // what is changed, or what the platform says
		want  store.Grade
	}{
		{"as it was", nil, store.GradeSeenByStaff},
		{"another name", []any{func(s *store.Shop) { s.Name = "Luna" }}, store.GradeSeenByStaff},
		{"another number", []any{newNumber}, store.GradeInvalid},
		{"another id", []any{newID}, store.GradeInvalid},
		{"both", []any{newID, newNumber}, store.GradeInvalid},
		{"another id, of the same number", []any{newID, saysOf("600000000000032", ours)}, store.GradeSeenByStaff},
		{"another id, of another number", []any{newID, saysOf("600000000000032", theirs)}, store.GradeInvalid},
		{"another id, that nothing is said of", []any{newID, saysOf("600000000000032", "")}, store.GradeInvalid},
		{"an answer about the id of before", []any{newID, saysOf("600000000000031", ours)}, store.GradeInvalid},
		{"an answer about no id", []any{newID, saysOf("", ours)}, store.GradeInvalid},
		{"a slip, put right", []any{newID, oldID}, store.GradeInvalid},
		{"a slip, put right and asked", []any{newID, oldID, saysOf("600000000000031", ours)}, store.GradeSeenByStaff},
		{"the number was wrong from the beginning", []any{saysOf("600000000000031", theirs)}, store.GradeInvalid},
		{"and is put right", []any{saysOf("600000000000031", theirs), newNumber}, store.GradeInvalid},
		{"the platform took it back", []any{saysOf("600000000000031", theirs), saysOf("600000000000031", ours)}, store.GradeSeenByStaff},
		{"both, and only the id back", []any{newID, newNumber, oldID}, store.GradeInvalid},
		{"both, and both back and asked", []any{newID, newNumber, oldID, func(s *store.Shop) { s.Number = "+16045550199" }, saysOf("600000000000031", ours)}, store.GradeSeenByStaff},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			id := shop.Customer(t, 1)
			for _, step := range test.steps {
				switch step := step.(type) {
				case func(*store.Shop):
					resettle(t, shop, step)
				case store.Account:
					must(t, shop.SaveAccount(t.Context(), step))
				}
			}
			if got := standing(t, shop, id); got.Saved != test.want {
				t.Errorf("she counts as %s, want %s", got.Saved, test.want)
			}
			if c, err := shop.Store.Contact(t.Context(), id); err != nil || c.Verdict.Sendable() != (test.want == store.GradeSeenByStaff) {
				t.Errorf("verdict %v, %v", c.Verdict.Why, err)
			}
			replayed(t, shop)
		})
	}
}

// TestRequirement15WhoIsAskedAgainCountsAgain: what was attested since the change is for what the shop has now; what is
// only repeated, or dated before it, is not.
func TestRequirement15WhoIsAskedAgainCountsAgain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	asked, repeated := shop.Customer(t, 1), shop.Customer(t, 2)
	before := shop.Clock.Now()
	resettle(t, shop, func(s *store.Shop) { s.PhoneNumberID = "600000000000032" })
	shop.Saved(t, asked)
	_, err := shop.RecordSavedNumber(ctx, store.SavedNumber{Contact: repeated, Grade: store.GradeSeenByStaff, Staff: "Ana", At: before})
	must(t, err)
	if got := standing(t, shop, asked); got.Saved != store.GradeSeenByStaff {
		t.Errorf("asked again, and she counts as %s", got.Saved)
	}
	if got := standing(t, shop, repeated); got.Saved != store.GradeInvalid {
		t.Errorf("an old attestation brought in late counts as %s", got.Saved)
	}
	replayed(t, shop)
}

func TestRequirement15WhyAttestationsCountOrNotIsOnTheRecord(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	shop.Customer(t, 2)
	resettle(t, shop, func(s *store.Shop) { s.PhoneNumberID = "600000000000032" })
	must(t, shop.SaveAccount(t.Context(), saysOf("600000000000032", "+1 604-555-0199")))
	must(t, shop.SaveAccount(t.Context(), saysOf("600000000000032", "+1 604-555-0199"))) // nothing new
	var got string
	row := raw(t, shop).QueryRowContext(t.Context(), `SELECT group_concat(type || ' ' || staff || ': ' || detail, '|' ORDER BY seq)
		FROM audit_events WHERE type IN ('shop_changed', 'number_said') AND detail <> ''`)
	must(t, row.Scan(&got))
	want := "shop_changed Ana: another number or number id; who saved it: 2 before, 0 now|" +
		"number_said : the platform says that number id 600000000000032 is +16045550199; who saved it: 0 before, 2 now"
	if got != want {
		t.Errorf("on the record: %s, want %s", got, want)
	}
}

func TestTheNumberStaysWhileABroadcastIsSentFromIt(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	before, err := shop.Shop(t.Context())
	must(t, err)
	number, id, name := before, before, before
	number.Number, id.PhoneNumberID, name.Name = "+16045550142", "600000000000032", "Luna & Sol"
	sent := shop.Started(t, "sendable:yes")
	for field, changed := range map[string]store.Shop{"number": number, "phone-number-id": id} {
		var invalid *store.InvalidError
		if err := shop.SaveShop(t.Context(), changed, "Ana"); !errors.As(err, &invalid) || invalid.Field != field || invalid.Reason != "sending" {
			t.Errorf("%s: %v, want it refused while a broadcast is sent", field, err)
		}
	}
	if now, err := shop.Shop(t.Context()); err != nil || now != before {
		t.Errorf("the shop is %+v, %v, want it as before", now, err)
	}
	must(t, shop.SaveShop(t.Context(), name, "Ana"))
	must(t, shop.PauseBroadcast(t.Context(), sent, "Ana"))
	must(t, shop.SaveShop(t.Context(), number, "Ana"))
}
