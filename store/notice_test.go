package store_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// newest finds the newest version of a notice.
func newest(t *testing.T, shop *storetest.Shop, id string) store.Notice {
	t.Helper()
	notices, err := shop.Notices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range notices {
		if n.ID == id {
			return n
		}
	}
	t.Fatalf("no notice %s in %v", id, notices)
	return store.Notice{}
}

func TestNoticeIsTheWordsThatWereShown(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	settings := storetest.Settings()
	settings.Name, settings.Products, settings.TimesAMonth, settings.PrivacyURL = "Pan {number} & Co", "bread", 3, "https://luna.example/p"
	publish := func(text string) store.Notice {
		t.Helper()
		err := shop.PublishNotices(ctx, []store.NoticeText{{ID: "optin-pt", Language: "pt", Text: text}}, "Ana")
		if err != nil {
			t.Fatal(err)
		}
		return newest(t, shop, "optin-pt") //nolint:contextcheck // t carries it
	}
	if err := shop.SaveShop(ctx, settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	const wording = "{shop}: {products}, {times}×. {number} {privacy} {unknown}"
	first := publish(wording)
	// The shop's own words are put in once: a name is not read as a place.
	if want := "Pan {number} & Co: bread, 3×. +1 604-555-0199 https://luna.example/p {unknown}"; first.Text != want {
		t.Errorf("text = %q, want %q", first.Text, want)
	}
	sum := sha256.Sum256([]byte(first.Text))
	if first.SHA256 != hex.EncodeToString(sum[:]) || first.Version != 1 || first.Language != "pt" {
		t.Errorf("notice = %+v, want version 1 in pt with its own hash", first)
	}
	if again := publish(wording); again != first {
		t.Errorf("the same words became %+v", again)
	}
	settings.TimesAMonth = 4
	if err := shop.SaveShop(ctx, settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	if changed := publish(wording); changed.Version != 2 || changed.SHA256 == first.SHA256 {
		t.Errorf("other words are %+v, want version 2 with another hash", changed)
	}
	settings.TimesAMonth = 3
	if err := shop.SaveShop(ctx, settings, "Ana"); err != nil {
		t.Fatal(err)
	}
	if back := publish(wording); back.Version != 3 || back.SHA256 != first.SHA256 {
		t.Errorf("the first words again are %+v, want version 3 with the first hash", back)
	}
}

func TestNoticesNeedAShop(t *testing.T) {
	t.Parallel()
	shop := storetest.Open(t, filepath.Join(t.TempDir(), "shop.db"), storetest.NewClock())
	if err := shop.PublishNotices(t.Context(), []store.NoticeText{{ID: "a", Language: "en", Text: "b"}}, "Ana"); !errors.Is(err, store.ErrNotSetUp) {
		t.Errorf("PublishNotices = %v, want ErrNotSetUp", err)
	}
	if notices, err := shop.Notices(t.Context()); err != nil || len(notices) != 0 {
		t.Errorf("Notices = %v, %v, want none", notices, err)
	}
}

func TestOptInNamesTheVersionThatWasShown(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	first := newest(t, shop, "optin-en")
	if err := shop.PublishNotices(ctx, []store.NoticeText{{ID: "optin-en", Language: "en", Text: "Other words"}}, "Ana"); err != nil {
		t.Fatal(err)
	}
	second := newest(t, shop, "optin-en")
	for n, test := range []struct {
		version int
		want    store.Notice
		lawful  bool
	}{{0, second, true}, {1, first, true}, {2, second, true}, {3, store.Notice{}, false}, {-1, store.Notice{}, false}} {
		in := storetest.OptIn(shop.Contact(t, n))
		in.Version = test.version
		made, err := shop.RecordOptIn(ctx, in)
		var invalid *store.InvalidError
		if refused := errors.As(err, &invalid) && invalid.Field == "notice"; refused == test.lawful || made.Notice != test.want {
			t.Errorf("version %d: %+v, %v, want %+v", test.version, made.Notice, err, test.want)
		}
	}
}

func TestHistoryIsEveryActInOrderEachChainedToTheOneBefore(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Contact(t, 1)
	var made []store.LedgerEvent
	add := func(event store.LedgerEvent, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		made = append(made, event)
		shop.Clock.Advance(time.Minute)
	}
	zone := time.FixedZone("", -8*3600)
	in := storetest.OptIn(id)
	in.At, in.Evidence = storetest.Start.Add(-time.Hour).In(zone), "card 3"
	add(shop.RecordAsked(ctx, store.Asked{Contact: id, Staff: "Marta"}))
	add(shop.RecordOptIn(ctx, in))
	add(shop.RecordSavedNumber(ctx, store.SavedNumber{Contact: id, Grade: store.GradeSelfWritten, Evidence: "wamid.S"}))
	add(shop.VoidLast(ctx, id, "Ana"))
	add(shop.RecordOptOut(ctx, store.OptOut{Contact: id, Reason: "wrote STOP", Method: store.MethodInbound}))
	add(shop.RevokeSavedNumber(ctx, id, "Ana", "a new phone"))
	history, err := shop.History(ctx, id)
	if err != nil || len(history) != len(made) {
		t.Fatalf("History = %d events, %v, want %d", len(history), err, len(made))
	}
	for i, got := range history {
		if got != made[i] {
			t.Errorf("event %d = %+v\nwhen it was made: %+v", i, got, made[i])
		}
		if i > 0 && got.Prev != history[i-1].Hash {
			t.Errorf("event %d follows %s, the one before is %s", i, got.Prev, history[i-1].Hash)
		}
	}
	if !history[1].At.Equal(in.At) || !history[1].RecordedAt.Equal(storetest.Start.Add(time.Minute)) {
		t.Errorf("the yes is dated %v, recorded %v", history[1].At, history[1].RecordedAt)
	}
	if history[3].Supersedes != history[1].ID {
		t.Errorf("the void names %q, want the yes, %q", history[3].Supersedes, history[1].ID)
	}
	if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK || v.Head != history[len(history)-1].Hash {
		t.Errorf("VerifyLedger = %+v, %v, want the last event as head", v, err)
	}
}
