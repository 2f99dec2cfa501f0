package store_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestEveryErrorThatCallersDecideOnHasItsWord(t *testing.T) {
	t.Parallel()
	words := map[string]error{
		"not_found": store.ErrNotFound, "conflict": store.ErrConflict, "not_set_up": store.ErrNotSetUp, "foreign_file": store.ErrForeignFile,
		"newer_schema": store.ErrNewerSchema, "damaged": store.ErrDamaged, "disk_full": store.ErrDiskFull, "read_only": store.ErrReadOnly,
		"busy": store.ErrBusy, "key_missing": store.ErrKeyMissing, "draft_changed": store.ErrDraftChanged, "erased": store.ErrErased,
		"lock_lost": store.ErrLockLost, "in_flight": store.ErrInFlight, "not_due": store.ErrNotDue, "no_template": store.ErrNoTemplate,
		"locked": &store.LockedError{},
	}
	for want, err := range words {
		if got := store.Code(fmt.Errorf("start the broadcast: %w", err)); got != want {
			t.Errorf("Code of %v = %q, want %q", err, got, want)
		}
	}
	for _, other := range []error{nil, errors.New("not found"), &store.InvalidError{Field: "name", Reason: "empty"}, &store.MoveError{}} {
		if got := store.Code(other); got != "" {
			t.Errorf("Code(%v) = %q, want none", other, got)
		}
	}
}

func TestARefusalNamesItsFieldAndAMoveItsStates(t *testing.T) {
	t.Parallel()
	if got := (&store.InvalidError{Field: "field.city", Reason: "too_long"}).Error(); got != "field.city: too_long" {
		t.Errorf("an invalid field says %q", got)
	}
	move := (&store.MoveError{Of: "broadcast", From: "finished", To: "sending"}).Error()
	for _, word := range []string{"broadcast", "finished", "sending"} {
		if !strings.Contains(move, word) {
			t.Errorf("an unlawful move says %q, without %s", move, word)
		}
	}
}

func TestWhatCannotBeUndoneOrMergedIsSaidNotToBe(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	here, ctx := shop.Contact(t, 1), t.Context()
	ignore := func(_ any, err error) error { return err }
	for act, err := range map[string]error{
		"preview of a merge":   ignore(shop.PreviewMerge(ctx, here, 4711)),
		"preview into nobody":  ignore(shop.PreviewMerge(ctx, 4711, here)),
		"undo of a merge":      ignore(shop.UndoMerge(ctx, 4711, "Ana")),
		"removal of a tag":     ignore(shop.RemoveTag(ctx, "gold", "Ana")),
		"merge of tags":        ignore(shop.MergeTags(ctx, []string{"gold", "silver"}, "vip", "Ana")),
		"media of a broadcast": shop.SetMedia(ctx, 4711, store.Media{}),
	} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", act, err)
		}
	}
	if changes, err := shop.TagChanges(ctx); err != nil || len(changes) != 0 {
		t.Errorf("what was refused can be undone: %+v, %v", changes, err)
	}
}

func TestAShopThatIsNotSetUpSendsNothingAndSaysWhy(t *testing.T) {
	t.Parallel()
	shop := storetest.Open(t, t.TempDir()+"/shop.db", storetest.NewClock())
	ctx := t.Context()
	for act, do := range map[string]func() error{
		"read the shop": func() error { _, err := shop.Shop(ctx); return err },
		"publish": func() error {
			return shop.PublishNotices(ctx, []store.NoticeText{{ID: "optin-en", Language: "en", Text: "{shop}"}}, "Ana")
		},
		"look ahead": func() error { _, err := shop.Remaining(ctx, 1); return err },
	} {
		if err := do(); !errors.Is(err, store.ErrNotSetUp) {
			t.Errorf("%s: %v, want ErrNotSetUp", act, err)
		}
	}
	if list, err := shop.Notices(ctx); err != nil || len(list) != 0 {
		t.Errorf("notices %+v, %v", list, err)
	}
}

func TestEachStateOfABroadcastRefusesWhatComesTooLate(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	if err := shop.CancelBroadcast(ctx, id, "Ana"); err != nil {
		t.Fatal(err)
	}
	was, err := shop.Store.Broadcast(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	for act, do := range map[string]func() error{
		"save": func() error { return shop.SaveDraft(ctx, id, was.Draft) },
		"schedule": func() error {
			return shop.ScheduleBroadcast(ctx, id, store.Schedule{At: shop.Clock.Now().Add(time.Hour), Staff: "Ana"})
		},
		"pause":  func() error { return shop.PauseBroadcast(ctx, id, "Ana") },
		"resume": func() error { return shop.Outbox.Resume(ctx, id, "Ana") },
		"media":  func() error { return shop.SetMedia(ctx, id, store.Media{}) },
		"start":  func() error { return shop.Outbox.Start(ctx, id, store.Start{Staff: "Ana", WithoutFeed: true}) },
	} {
		move, ok := errors.AsType[*store.MoveError](do())
		if !ok || move.Of != "broadcast" || move.From != string(was.State) {
			t.Errorf("%s: %+v, want a move from %s refused", act, move, was.State)
		}
	}
	if now, err := shop.Store.Broadcast(ctx, id); err != nil || now.State != was.State || !maps.Equal(now.Counts, was.Counts) {
		t.Errorf("the broadcast is %+v now, %v; it was %+v", now, err, was)
	}
}

func TestTheNewestWordingOfEachNoticeIsListedOnce(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	texts := []store.NoticeText{{ID: "b", Language: "en", Text: "one"}, {ID: "a", Language: "es", Text: "uno"}}
	for _, more := range []string{"", " more", ""} {
		texts[0].Text += more
		if err := shop.PublishNotices(ctx, texts, "Ana"); err != nil {
			t.Fatal(err)
		}
	}
	list, err := shop.Notices(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, n := range list {
		if n.ID == "a" || n.ID == "b" {
			got = append(got, fmt.Sprintf("%s v%d %s %s", n.ID, n.Version, n.Language, n.Text))
		}
	}
	if want := []string{"a v1 es uno", "b v2 en one more"}; !slices.Equal(got, want) {
		t.Errorf("notices %q, want %q", got, want)
	}
}
