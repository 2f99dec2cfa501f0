package restored_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"filippo.io/age"

	"pregon/store"
	"pregon/store/archive"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/restored"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// home stands behind the review.
type home struct{}

func (home) ID() view.ID                 { return view.Broadcasts }
func (home) Title() string               { return "Broadcasts" }
func (home) Init() tea.Cmd               { return nil }
func (home) Update(tea.Msg) tea.Cmd      { return nil }
func (home) Render(view.Size) view.Frame { return view.Frame{Content: "the list of broadcasts"} }
func (home) Actions() []view.Action      { return nil }
func (home) Typing() bool                { return false }

// desk is a person at a shop file that was put back.
type desk struct {
	*uitest.Driver
	shop *storetest.Shop
}

// sit sits down at a shop file.
func sit(t *testing.T, shop *storetest.Shop, lang string, width, height int) *desk {
	t.Helper()
	d := &desk{shop: shop}
	d.Driver = uitest.NewIn(t, lang, width, height, func(env *view.Env) tea.Model {
		return ui.New(env, ui.Options{
			Views: []view.View{home{}}, Changes: shop.Changes(t.Context()),
			Restored: func() view.Dialog { return restored.New(env, shop.Store) },
			Header: func(ctx context.Context) (ui.Header, error) {
				waiting, err := shop.Restored(ctx)
				if err != nil || waiting == nil {
					return ui.Header{Shop: "Luna"}, err
				}
				return ui.Header{Shop: "Luna", Restored: waiting.BackupAt}, nil
			},
		})
	})
	d.Idle()
	return d
}

// putBack makes a backup of a shop and returns the shop file that comes out of it elsewhere.
func putBack(t *testing.T, shop *storetest.Shop) *storetest.Shop {
	t.Helper()
	secret, err := age.GenerateX25519Identity()
	must(t, err)
	seals, err := archive.Recipients(secret.Recipient().String())
	must(t, err)
	opens, err := archive.Identities(strings.NewReader(secret.String()))
	must(t, err)
	from, path := filepath.Join(t.TempDir(), "shop.age"), filepath.Join(t.TempDir(), "shop.db")
	_, err = shop.Backup(t.Context(), from, store.BackupOptions{Lock: seals, Staff: "Ana"})
	must(t, err)
	shop.Clock.Advance(time.Hour)
	_, _, err = store.Restore(t.Context(), path, from, store.RestoreOptions{Lock: opens, Staff: "Ana"}, store.WithClock(shop.Clock.Now))
	must(t, err)
	return storetest.Open(t, path, shop.Clock)
}

// pending is a shop with one broadcast that had begun, one that was planned for two hours later, and a draft.
func pending(t *testing.T) (shop *storetest.Shop, begun, planned store.BroadcastID) {
	t.Helper()
	shop = storetest.New(t)
	for n := range 4 {
		shop.Customer(t, n)
	}
	must(t, shop.FeedHeard(t.Context()))
	begun = shop.Started(t, "sendable:yes")
	claimed, err := shop.Outbox.Claim(t.Context(), begun, 2)
	must(t, err)
	must(t, shop.Outbox.Settle(t.Context(), []store.Result{{Claim: claimed.Claims[0], Outcome: store.Accepted{Wamid: "w1"}, At: shop.Clock.Now()}}))
	planned = shop.Broadcast(t, "country:CA")
	b, err := shop.Store.Broadcast(t.Context(), planned)
	must(t, err)
	b.Name = "Saturday’s bread"
	must(t, shop.SaveDraft(t.Context(), planned, b.Draft))
	must(t, shop.ScheduleBroadcast(t.Context(), planned, store.Schedule{At: storetest.Start.Add(2 * time.Hour), Staff: "Ana", People: 4}))
	shop.Broadcast(t, "tag:vip")
	return putBack(t, shop), begun, planned
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (d *desk) state(t *testing.T, id store.BroadcastID) store.Broadcast {
	t.Helper()
	b, err := d.shop.Store.Broadcast(t.Context(), id)
	must(t, err)
	return b
}

func (d *desk) waits(t *testing.T) bool {
	t.Helper()
	waiting, err := d.shop.Restored(t.Context())
	must(t, err)
	return waiting != nil
}

func TestARestoredFileSaysOnEveryScreenThatNothingGoesOut(t *testing.T) {
	t.Parallel()
	shop, _, _ := pending(t)
	d := sit(t, shop, "en", 80, 24)
	d.Says("put back from a backup of 24 Nov 2026 10:00", "Nothing goes out until it is reviewed. f3 review", "the list of broadcasts")
	d.Press("?")
	d.Says("Review the restored shop file")
	d.Press("esc")
	d.Click("f3 review")
	d.Says("Review of the restored shop file", "as it was on 24 Nov 2026 10:00. Ana put it back", "2 broadcasts had begun", "1 draft stays")
}

func TestAFileThatWaitsForNoReviewOffersNone(t *testing.T) {
	t.Parallel()
	d := sit(t, storetest.New(t), "en", 80, 24)
	d.Unseen("put back", "f3")
	d.Press("f3")
	d.Unseen("Review of")
	d.Says("the list of broadcasts")
}

func TestTheReviewDecidesOneByOneAndThenUnlocksSending(t *testing.T) {
	t.Parallel()
	shop, begun, planned := pending(t)
	d := sit(t, shop, "en", 80, 30)
	d.Press("f3", "enter")
	d.Says("1 of 2", "Half price", "It had begun when the backup was made", "2 waiting · 1 accepted · 1 unknown",
		"It ends for good. The 2 who still wait in it do not get it", "You know that nobody got it after 24 Nov 2026 10:00",
		"Nobody is called until somebody opens it", "If you are wrong, some get it twice.")
	d.Press("e")
	d.Says("2 of 2", "Saturday’s bread", "It was planned for 24 Nov 2026 12:00. Ana confirmed it for 4 people.", "It is a draft again and has no time.", "goes out by itself at its time")
	if !d.waits(t) || d.state(t, begun).State != store.BroadcastPaused {
		t.Fatal("something was done before the last step")
	}
	d.Press("g")
	d.Says("With this key the shop may send again. The key itself sends nothing.", "Half price: ends for good; 2 do not get it.",
		"Saturday’s bread: It stays planned", "on the record that Marta")
	d.Press("enter")
	if !d.waits(t) {
		t.Fatal("Enter alone unlocked sending")
	}
	d.Press("y")
	d.Says("The shop may send again. Nothing was sent by this.", "the list of broadcasts")
	d.Advance(2 * time.Second)
	d.Unseen("put back from a backup")
	if b := d.state(t, begun); b.State != store.BroadcastCancelled || b.Counts[store.DeliveryCancelled] != 2 {
		t.Errorf("the begun one is %s, %v", b.State, b.Counts)
	}
	if b := d.state(t, planned); b.State != store.BroadcastScheduled || d.waits(t) {
		t.Errorf("the planned one is %s", b.State)
	}
	if events, err := d.shop.BroadcastEvents(t.Context(), begun, 1); err != nil || len(events) != 1 || events[0].Staff != "Marta" {
		t.Errorf("on the record: %+v, %v", events, err)
	}
}

func TestWhatIsKeptStaysPausedAndWhatWasPlannedIsADraft(t *testing.T) {
	t.Parallel()
	shop, begun, planned := pending(t)
	d := sit(t, shop, "en", 80, 30)
	d.Press("f3", "enter", "g", "e")
	d.Says("Half price: stays paused until somebody lets it go on.", "is a draft again, without a time.")
	d.Press("y")
	if b := d.state(t, begun); b.State != store.BroadcastPaused || b.Counts[store.DeliveryQueued] != 2 {
		t.Errorf("the begun one is %s, %v", b.State, b.Counts)
	}
	if b := d.state(t, planned); b.State != store.BroadcastDraft {
		t.Errorf("the planned one is %s", b.State)
	}
	if _, err := d.shop.Outbox.Acquire(t.Context()); err != nil {
		t.Fatal(err)
	}
	must(t, d.shop.Outbox.Resume(t.Context(), begun, "Marta"))
}

func TestAnAnswerCanBeChangedBeforeTheLastStep(t *testing.T) {
	t.Parallel()
	shop, begun, _ := pending(t)
	d := sit(t, shop, "en", 80, 30)
	d.Press("f3", "enter", "g", "left")
	d.Says("1 of 2", "You chose to keep it.")
	d.Press("e", "left", "left", "left")
	d.Says("2 broadcasts had begun")
	d.Press("enter")
	d.Says("You chose to end it.")
	d.Press("e", "g", "y")
	if b := d.state(t, begun); b.State != store.BroadcastCancelled {
		t.Errorf("it is %s", b.State)
	}
}

func TestAReviewThatIsLeftDecidesNothing(t *testing.T) {
	t.Parallel()
	shop, begun, _ := pending(t)
	d := sit(t, shop, "en", 80, 30)
	d.Press("f3", "enter", "e", "ctrl+c", "ctrl+c")
	d.Says("The review is not finished, and nothing of it is kept. Leave?")
	d.Press("esc", "esc")
	d.Says("Nothing was decided, and nothing goes out until the review is done.", "f3 review")
	if !d.waits(t) || d.state(t, begun).State != store.BroadcastPaused {
		t.Error("something was decided")
	}
	d.Press("f3", "enter")
	d.Unseen("You chose")
}

func TestAReviewDoneElsewhereClosesThisOne(t *testing.T) {
	t.Parallel()
	shop, _, _ := pending(t)
	d := sit(t, shop, "en", 80, 30)
	d.Press("f3", "enter")
	must(t, shop.AcceptRestored(t.Context(), store.RestoreReview{Staff: "Lucía"}))
	d.Advance(2 * time.Second)
	d.Says("Nothing waits for a review any more.", "the list of broadcasts")
}

func TestABroadcastThatEndedMeanwhileIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	shop, begun, planned := pending(t)
	d := sit(t, shop, "en", 80, 30)
	d.Press("f3", "enter", "g", "g")
	d.Says("With this key")
	must(t, shop.CancelBroadcast(t.Context(), begun, "Ana"))
	d.Advance(2 * time.Second)
	d.Says("1 of 1", "Saturday’s bread", "You chose to keep it.")
	d.Press("e", "y")
	if b := d.state(t, planned); b.State != store.BroadcastDraft || d.waits(t) {
		t.Errorf("it is %s", b.State)
	}
}

func TestAFileWithNothingPendingIsUnlockedInOneStep(t *testing.T) {
	t.Parallel()
	for name, drafts := range map[string]int{"nothing at all": 0, "a draft, which stays": 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			for range drafts {
				shop.Broadcast(t, "tag:vip")
			}
			d := sit(t, putBack(t, shop), "en", 80, 30)
			d.Press("f3")
			d.Says("there is nothing to decide", "Who said stop after 24 Nov 2026 10:00 is not in it. Enter those",
				"until somebody has read this and unlocked it", "With this key the shop may send again", "on the record that Marta", "y unlock sending")
			d.Unseen("begin the review", "of each broadcast", "← back")
			if drafts == 0 {
				d.Unseen("draft")
			} else {
				d.Says("1 draft stays as it is")
			}
			d.Press("enter", "left", "b")
			if !d.waits(t) {
				t.Fatal("another key unlocked it")
			}
			d.Press("y")
			d.Says("The shop may send again.")
			if d.waits(t) {
				t.Error("it still waits")
			}
		})
	}
}

// The last broadcast of which it would ask ends while the review is open.
func TestAReviewThatHasNothingLeftToAskIsOnePage(t *testing.T) {
	t.Parallel()
	shop, begun, planned := pending(t)
	d := sit(t, shop, "en", 80, 30)
	d.Press("f3", "enter", "g")
	must(t, shop.CancelBroadcast(t.Context(), begun, "Ana"))
	must(t, shop.CancelBroadcast(t.Context(), planned, "Ana"))
	d.Advance(2 * time.Second)
	d.Says("there is nothing to decide", "y unlock sending")
	d.Press("y")
	d.Says("The shop may send again.")
}

func TestNobodyUnlocksWithoutAName(t *testing.T) {
	t.Parallel()
	d := sit(t, putBack(t, storetest.New(t)), "en", 80, 24)
	d.Env.Staff = func() string { return "" }
	d.Press("f3", "y")
	d.Says("Nobody knows who you are")
	if !d.waits(t) {
		t.Error("it was unlocked by nobody")
	}
}

func TestAPlannedOneSaysWhatItsTimeMeans(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name  string
		later time.Duration
		want  string
	}{
		{"to come", time.Hour, "It stays planned and goes out by itself at its time."},
		{"just come", 2*time.Hour + time.Minute, "Its time has just come: it goes out at once."},
		{"long past", 3 * time.Hour, "It stays planned, but asks before anybody gets it."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop, _, _ := pending(t)
			d := sit(t, shop, "en", 80, 30)
			d.Advance(test.later)
			d.Press("f3", "enter", "e")
			d.Says(test.want)
		})
	}
}

func TestWhatTheShopFileRefusesIsSaid(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name string
		fail *broken
		want string
	}{
		{"reading", &broken{read: errors.New("\x1b[31mraw")}, "for number 1 in the log"},
		{"writing", &broken{write: store.ErrDiskFull}, "Not saved: the disk is full."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.fail.Store = putBack(t, storetest.New(t)).Store
			d := uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
				return ui.New(env, ui.Options{
					Views: []view.View{home{}}, Restored: func() view.Dialog { return restored.New(env, test.fail) },
					Header: func(context.Context) (ui.Header, error) { return ui.Header{Restored: storetest.Start}, nil },
				})
			})
			d.Press("f3")
			if test.fail.read == nil {
				d.Press("y")
			}
			d.Says(test.want)
			d.Unseen("raw", "Nothing was sent by this")
		})
	}
}

// broken is a shop file that does not do what it is asked.
type broken struct {
	*store.Store
	read, write error
}

func (b *broken) Restored(ctx context.Context) (*store.Restored, error) {
	if b.read != nil {
		return nil, b.read
	}
	return b.Store.Restored(ctx)
}

func (b *broken) AcceptRestored(context.Context, store.RestoreReview) error { return b.write }

func TestScreens(t *testing.T) {
	t.Parallel()
	for _, size := range []struct {
		name, lang string
		w, h       int
	}{{"60x20", "en", 60, 20}, {"80x24", "en", 80, 24}, {"120x36", "en", 120, 36}, {"80x24-es", "es", 80, 24}, {"60x20-pt", "pt", 60, 20}} {
		t.Run(size.name, func(t *testing.T) {
			t.Parallel()
			shop, _, _ := pending(t)
			d := sit(t, shop, size.lang, size.w, size.h)
			d.Golden("home-" + size.name)
			d.Press("f3")
			d.Golden("begin-" + size.name)
			d.Press("enter")
			d.Golden("begun-" + size.name)
			d.Press("pgdown", "pgdown", "pgdown")
			d.Golden("more-" + size.name)
			d.Press("e")
			d.Golden("planned-" + size.name)
			d.Press("g")
			d.Golden("last-" + size.name)
		})
	}
}
