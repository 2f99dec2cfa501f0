package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

func TestVerifyNamesTheFirstBadEvent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ tamper, fault, names string }{
		"edited":    {`UPDATE consent_events SET staff = 'Nobody' WHERE contact_id = 2`, "edited", "consent_events"},
		"regraded":  {`UPDATE saved_number_events SET type = 'self_written' WHERE contact_id = 3`, "edited", "saved_number_events"},
		"removed":   {`DELETE FROM consent_events WHERE contact_id = 2`, "missing", "event"},
		"tail gone": {`DELETE FROM saved_number_events WHERE contact_id = 5`, "tail", "event"},
		"reordered": {`UPDATE consent_events SET seq = -6 WHERE seq = 6; UPDATE consent_events SET seq = 6 WHERE seq = 8;
			UPDATE consent_events SET seq = 8 WHERE seq = -6`, "reordered", "consent_events"},
		"re-dated": {`UPDATE audit_events SET occurred_at = 1`, "edited", "audit_events"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			for n := 1; n <= 5; n++ {
				shop.Customer(t, n)
			}
			if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK || v.Events < 10 {
				t.Fatalf("before: %+v, %v", v, err)
			}
			db := raw(t, shop)
			for _, table := range []string{"consent_events", "saved_number_events", "audit_events"} {
				for _, guard := range []string{"_frozen", "_kept"} {
					if _, err := db.ExecContext(t.Context(), "DROP TRIGGER "+table+guard); err != nil {
						t.Fatal(err)
					}
				}
			}
			if _, err := db.ExecContext(t.Context(), test.tamper); err != nil {
				t.Fatal(err)
			}
			v, err := shop.VerifyLedger(t.Context())
			if err != nil || v.OK || v.FirstBad == "" {
				t.Fatalf("after: %+v, %v, want a named fault", v, err)
			}
			if test.fault != "" && (v.Fault != test.fault || !strings.Contains(v.FirstBad, test.names)) {
				t.Errorf("after: %+v, want %s in %s", v, test.fault, test.names)
			}
		})
	}
}

func TestRequirement02GrantNeedsEveryFact(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Contact(t, 1)
	for field, spoil := range map[string]func(*store.OptIn){
		"method": func(in *store.OptIn) { in.Method = "" },
		"staff":  func(in *store.OptIn) { in.Staff = " " },
		"notice": func(in *store.OptIn) { in.Notice = "" },
		"at":     func(in *store.OptIn) { in.At = storetest.Start.Add(time.Hour) },
	} {
		in := storetest.OptIn(id)
		spoil(&in)
		var invalid *store.InvalidError
		if _, err := shop.RecordOptIn(t.Context(), in); !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("without %s: %v", field, err)
		}
	}
	if events, err := shop.History(t.Context(), id); err != nil || len(events) != 0 {
		t.Errorf("refused grants left %d events, %v", len(events), err)
	}
}

// TestRequirement02NoStatementPutsAnIncompleteGrantOnTheLedger repeats a whole grant by hand, without one of its facts.
func TestRequirement02NoStatementPutsAnIncompleteGrantOnTheLedger(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.OptIn(t, shop.Contact(t, 1))
	db := raw(t, shop)
	again := func(spoiled, value string) error {
		columns := []string{
			"contact_id", "type", "occurred_at", "utc_offset", "recorded_at", "method", "place", "staff", "notice", "notice_version",
			"notice_sha256", "language", "purpose", "channel", "business_number", "salt", "digest", "hash",
		}
		values := slices.Clone(columns)
		if spoiled != "" {
			values[slices.Index(columns, spoiled)] = value
		}
		_, err := db.ExecContext(t.Context(), `INSERT INTO consent_events (seq, event_id, prev, `+strings.Join(columns, ", ")+`)
			SELECT (SELECT events + 1 FROM chain), 'by hand', (SELECT head FROM chain), `+strings.Join(values, ", ")+` FROM consent_events WHERE type = 'given' LIMIT 1`)
		return err
	}
	for column, value := range map[string]string{
		"occurred_at": "0", "method": "''", "place": "''", "staff": "''", "notice": "''", "notice_version": "0", "notice_sha256": "''",
		"language": "''", "purpose": "''", "channel": "''", "business_number": "''", "utc_offset": "NULL", "contact_id": "NULL",
	} {
		if err := again(column, value); err == nil || !strings.Contains(err.Error(), "constraint") {
			t.Errorf("without %s: %v, want a constraint that refuses it", column, err)
		}
	}
	if err := again("", ""); err != nil {
		t.Errorf("the whole one: %v, so the others were refused for something else", err)
	}
}

func TestRequirement16WithdrawnComesBackOnlyByANewActOfTheCustomer(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Customer(t, 1)
	if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: id, Reason: "said stop", Staff: "Marta"}); err != nil {
		t.Fatal(err)
	}
	var move *store.MoveError
	if _, err := shop.RecordOptIn(ctx, storetest.OptIn(id)); !errors.As(err, &move) || !move.NeedsAct {
		t.Errorf("grant by staff = %v, want a MoveError that asks for an act", err)
	}
	if _, err := shop.VoidLast(ctx, id, "Marta"); !errors.As(err, &move) {
		t.Errorf("voiding the withdrawal = %v, want a MoveError", err)
	}
	card := storetest.OptIn(id)
	card.Method, card.Evidence, card.At = store.MethodPaper, "card 12", storetest.Start.Add(-time.Hour)
	if _, err := shop.RecordOptIn(ctx, card); !errors.As(err, &move) {
		t.Errorf("a card signed before the withdrawal = %v, want a MoveError", err)
	}
	shop.Clock.Advance(time.Hour)
	card.At = time.Time{}
	if _, err := shop.RecordOptIn(ctx, card); err != nil {
		t.Errorf("a card signed after it = %v", err)
	}
}

func TestMistakeAtTheCounterIsVoided(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Contact(t, 1)
	steps := []struct {
		act  func() error
		want store.Consent
	}{
		{func() error { _, err := shop.RecordRefusal(ctx, id, "Marta", ""); return err }, store.ConsentRefused},
		{func() error { _, err := shop.VoidLast(ctx, id, "Marta"); return err }, store.ConsentNone},
		{func() error { _, err := shop.RecordOptIn(ctx, storetest.OptIn(id)); return err }, store.ConsentGiven},
		{func() error { _, err := shop.RecordOptIn(ctx, storetest.OptIn(id)); return err }, store.ConsentGiven},
		{func() error { _, err := shop.VoidLast(ctx, id, "Marta"); return err }, store.ConsentGiven},
		{func() error { _, err := shop.RecordRefusal(ctx, id, "Marta", ""); return err }, store.ConsentWithdrawn},
	}
	for i, step := range steps {
		if err := step.act(); err != nil {
			t.Fatalf("step %d: %v", i, err)
		}
		if c, err := shop.Store.Contact(ctx, id); err != nil || c.Standing.Consent != step.want {
			t.Errorf("step %d: %s, %v, want %s", i, c.Standing.Consent, err, step.want)
		}
	}
}

func TestRequirement15ChangedNumberInvalidatesEveryAttestation(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	grades := []store.Grade{store.GradeUnknown, store.GradeTold, store.GradeSaysSaved, store.GradeSeenByStaff, store.GradeSelfWritten}
	for n, grade := range grades {
		shop.OptIn(t, shop.Contact(t, n+1))
		if grade == store.GradeUnknown {
			continue
		}
		if _, err := shop.RecordSavedNumber(ctx, store.SavedNumber{Contact: store.ContactID(n + 1), Grade: grade, Staff: "Marta"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, step := range []struct {
		number phone.E164
		holds  bool
	}{{"+16045550198", false}, {"+16045550199", true}} {
		settings := storetest.Settings()
		settings.Number = step.number
		if err := shop.SaveShop(ctx, settings, "Ana"); err != nil {
			t.Fatal(err)
		}
		for n, grade := range grades {
			want := grade
			if !step.holds && grade != store.GradeUnknown {
				want = store.GradeInvalid
			}
			c, err := shop.Store.Contact(ctx, store.ContactID(n+1))
			if err != nil || c.Standing.Saved != want || c.Verdict.Sendable() != (step.holds && n > 1) {
				t.Errorf("%s: %s is now %s, %v, want %s", step.number, grade, c.Standing.Saved, err, want)
			}
		}
	}
}

func TestErasedPersonStaysSuppressedWhenAddedAgain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Customer(t, 1)
	if err := shop.Erase(ctx, id, "Ana"); err != nil {
		t.Fatal(err)
	}
	if _, err := shop.RecordOptIn(ctx, storetest.OptIn(id)); !errors.Is(err, store.ErrErased) {
		t.Errorf("grant after erasure = %v, want ErrErased", err)
	}
	// The purge frees the number; here it is freed by hand.
	if _, err := raw(t, shop).ExecContext(ctx, `UPDATE contacts SET phone = NULL, phone_mac = NULL, user_id = 'CA.gone', user_mac = x'00'`); err != nil {
		t.Fatal(err)
	}
	again := shop.Customer(t, 1)
	if c, err := shop.Store.Contact(ctx, again); err != nil || c.Verdict.Sendable() || !c.Standing.Suppressed {
		t.Errorf("added again: %+v, %v, want suppressed", c.Standing, err)
	}
}

func TestRequirement03ExactWordsStayWhenTheNoticeChanges(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Customer(t, 1)
	if err := shop.PublishNotices(ctx, []store.NoticeText{{ID: "optin-en", Language: "en", Text: "Other words of {shop}"}}, "Ana"); err != nil {
		t.Fatal(err)
	}
	events, err := shop.History(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	if got := events[0].Notice; got.Version != 1 || !strings.Contains(got.Text, "May Panadería Luna write to you?") {
		t.Errorf("words shown = %+v", got)
	}
	notices, err := shop.Notices(ctx)
	if err != nil || notices[0].Version != 2 {
		t.Errorf("newest notice = %+v, %v, want version 2", notices, err)
	}
}

// TestRequirement04StandingsAreRebuiltFromTheLedgers drops the projection and replays the events.
func TestRequirement04StandingsAreRebuiltFromTheLedgers(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	n := 0
	for _, consent := range []string{"none", "asked", "given", "confirmed", "refused", "withdrawn"} {
		for _, grade := range []store.Grade{"", store.GradeTold, store.GradeSelfWritten} {
			n++
			stand(ctx, t, shop, shop.Contact(t, n), consent, grade, "", n%5 == 0)
		}
	}
	db := raw(t, shop)
	const rebuilt = `SELECT group_concat(line, '
') FROM (SELECT c.id || ' ' ||
		coalesce((SELECT type FROM consent_events WHERE contact_id = c.id AND type <> 'erased' ORDER BY seq DESC LIMIT 1), 'none') || ' ' ||
		coalesce((SELECT type FROM saved_number_events WHERE contact_id = c.id ORDER BY seq DESC LIMIT 1), 'unknown') || ' ' ||
		EXISTS (SELECT 1 FROM consent_events WHERE contact_id = c.id AND type = 'erased') AS line
		FROM contacts c ORDER BY c.id)`
	const projected = `SELECT group_concat(line, '
') FROM (SELECT contact_id || ' ' || consent || ' ' || saved || ' ' || erased AS line FROM standings ORDER BY contact_id)`
	var want, got string
	if err := db.QueryRowContext(ctx, rebuilt).Scan(&want); err != nil {
		t.Fatal(err)
	}
	if err := db.QueryRowContext(ctx, projected).Scan(&got); err != nil || got != want {
		t.Errorf("standings:\n%s\nledgers:\n%s\n%v", got, want, err)
	}
}
