package store_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// auditLine is one line of the record as the file holds it.
type auditLine struct{ kind, staff, subject string }

func auditLines(t *testing.T, shop *storetest.Shop) (lines []auditLine) {
	t.Helper()
	list, err := raw(t, shop).QueryContext(t.Context(), `SELECT type, staff, subject FROM audit_events ORDER BY seq`)
	must(t, err)
	defer func() { must(t, list.Close()) }()
	for list.Next() {
		var l auditLine
		must(t, list.Scan(&l.kind, &l.staff, &l.subject))
		lines = append(lines, l)
	}
	must(t, list.Err())
	return lines
}

// Who did what must be found later, and what was refused was not done.
func TestEachActOfStaffPutsItsLineOnTheRecordAndARefusedOneNone(t *testing.T) {
	t.Parallel()
	const staff = "Iván"
	tests := []struct {
		name, kind string
		do         func(context.Context, *storetest.Shop) error
	}{
		{"settings", "shop_changed", func(ctx context.Context, s *storetest.Shop) error {
			return s.SaveShop(ctx, storetest.Settings(), staff)
		}},
		{"settings that are refused", "", func(ctx context.Context, s *storetest.Shop) error { return s.SaveShop(ctx, store.Shop{}, staff) }},
		{"a new wording", "notice_published", func(ctx context.Context, s *storetest.Shop) error {
			return s.PublishNotices(ctx, []store.NoticeText{{ID: "new", Language: "en", Text: "Hello from {shop}"}}, staff)
		}},
		{"a saved audience", "audience_saved", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.SaveAudience(ctx, "Regulars", "tag:vip", staff)
			return err
		}},
		{"an audience that cannot be read", "", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.SaveAudience(ctx, "Regulars", "tag:", staff)
			return err
		}},
		{"a deleted audience that is not there", "", func(ctx context.Context, s *storetest.Shop) error {
			_, err := s.DeleteAudience(ctx, "Regulars", staff)
			return err
		}},
		{"a line of its own", "export", func(ctx context.Context, s *storetest.Shop) error {
			return s.RecordAudit(ctx, store.AuditEvent{Type: "export", Staff: staff, Subject: "contacts", Detail: "12"})
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			before := len(auditLines(t, shop))
			err := tt.do(t.Context(), shop)
			if (err == nil) != (tt.kind != "") {
				t.Errorf("the act: %v", err)
			}
			added := auditLines(t, shop)[before:]
			switch {
			case tt.kind == "" && len(added) != 0:
				t.Errorf("what was refused is on the record: %+v", added)
			case tt.kind != "" && (len(added) != 1 || added[0].kind != tt.kind || added[0].staff != staff):
				t.Errorf("on the record: %+v, want %s by %s", added, tt.kind, staff)
			}
			if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
				t.Errorf("the chain afterwards: %+v, %v", v, err)
			}
		})
	}
}

func TestTheSameWordingPublishedAgainIsNoLineAndNoVersion(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	texts := []store.NoticeText{{ID: "new", Language: "en", Text: "{shop}: {times} a month"}}
	must(t, shop.PublishNotices(t.Context(), texts, "Ana"))
	before := auditLines(t, shop)
	must(t, shop.PublishNotices(t.Context(), texts, "Ana"))
	if after := auditLines(t, shop); !slices.Equal(before, after) {
		t.Errorf("the record grew by %+v", after[len(before):])
	}
	settings := storetest.Settings()
	settings.TimesAMonth++
	must(t, shop.SaveShop(t.Context(), settings, "Ana"))
	must(t, shop.PublishNotices(t.Context(), texts, "Ana"))
	lines := auditLines(t, shop)
	if last := lines[len(lines)-1]; last != (auditLine{"notice_published", "Ana", "new v2"}) {
		t.Errorf("the last line is %+v, want the second version", last)
	}
}

func TestAScheduleIsTakenOnlyOfWhoCanStart(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id, ctx := shop.Broadcast(t, "sendable:yes"), t.Context()
	at := shop.Clock.Now().Add(48 * time.Hour)
	must(t, shop.ScheduleBroadcast(ctx, id, store.Schedule{At: at, Staff: "Ana"}))
	b, err := shop.Store.Broadcast(ctx, id)
	if err != nil || b.State != store.BroadcastScheduled || !b.SendAt.Equal(at) || b.Asks() != "" {
		t.Errorf("scheduled: %+v, %v", b, err)
	}
	if due, err := shop.DueBroadcasts(ctx); err != nil || len(due) != 0 {
		t.Errorf("due before its time: %v, %v", due, err)
	}
	shop.Clock.Advance(48 * time.Hour)
	if due, err := shop.DueBroadcasts(ctx); err != nil || !slices.Equal(due, []store.BroadcastID{id}) {
		t.Errorf("due at its time: %v, %v", due, err)
	}
	must(t, shop.ScheduleBroadcast(ctx, id, store.Schedule{Staff: "Ana"}))
	if due, err := shop.DueBroadcasts(ctx); err != nil || len(due) != 0 {
		t.Errorf("taken back and due: %v, %v", due, err)
	}
	if b, err := shop.Store.Broadcast(ctx, id); err != nil || b.State != store.BroadcastDraft || b.Asks() != "" {
		t.Errorf("taken back: %+v, %v", b, err)
	}
}

func TestConfirmationIsGivenOnlyForPeople(t *testing.T) {
	t.Parallel()
	for people, want := range map[int]bool{0: false, 1: true, 4000: true} {
		if got := (store.Confirmation{By: "Ana", People: people}).Given(); got != want {
			t.Errorf("for %d people: %v", people, got)
		}
	}
	asked := store.Broadcast{State: store.BroadcastScheduled, Reason: string(store.QuestionMissed)}
	if asked.Asks() != store.QuestionMissed {
		t.Errorf("it asks %q", asked.Asks())
	}
	asked.State = store.BroadcastPaused
	if asked.Asks() != "" {
		t.Errorf("paused it asks %q", asked.Asks())
	}
}

func TestAnUploadIsGoodUpToItsLastMomentOnly(t *testing.T) {
	t.Parallel()
	at := storetest.Start
	u := store.Upload{ID: "9", Number: "600000000000031", At: at}
	for name, tt := range map[string]struct {
		upload store.Upload
		number string
		after  time.Duration
		want   bool
	}{
		"at once":               {u, u.Number, 0, true},
		"its last moment":       {u, u.Number, store.MediaLives - 1, true},
		"a moment later":        {u, u.Number, store.MediaLives, false},
		"by a clock gone back":  {u, u.Number, -1, false},
		"from another number":   {u, "600000000000032", 0, false},
		"that was never made":   {store.Upload{Number: u.Number, At: at}, u.Number, 0, false},
		"of no number, to none": {store.Upload{ID: "9", At: at}, "", 0, true},
	} {
		if got := tt.upload.Good(tt.number, at.Add(tt.after)); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestTheFirstSensitiveTagIsNamedWithItsKind(t *testing.T) {
	t.Parallel()
	tests := []struct {
		tags []string
		tag  string
		kind store.Sensitive
	}{
		{[]string{"vip", "Diabética", "gay"}, "Diabética", store.SensitiveHealth},
		{[]string{"vip", "bread"}, "", store.NotSensitive},
		{nil, "", store.NotSensitive},
	}
	for _, tt := range tests {
		if tag, kind := store.FirstSensitive(tt.tags); tag != tt.tag || kind != tt.kind {
			t.Errorf("of %q: %q, %q; want %q, %q", tt.tags, tag, kind, tt.tag, tt.kind)
		}
	}
}

func TestACostIsRoundedToWholeCents(t *testing.T) {
	t.Parallel()
	for micro, want := range map[int64]string{
		0: "0.00", 4_999: "0.00", 5_000: "0.01", 9_999: "0.01", 10_000: "0.01", 990_000: "0.99", 995_000: "1.00", 1_000_000: "1.00", 10_090_000: "10.09",
	} {
		if got := (store.Cost{Micro: micro}).Decimal(); got != want {
			t.Errorf("%d millionths are %s, want %s", micro, got, want)
		}
	}
}
