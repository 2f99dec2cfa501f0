package store_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"pregon/assets"
	"pregon/store"
	"pregon/store/optout"
	"pregon/store/storetest"
)

func TestAFeedIsTakenWhollyOrNotAtAll(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Customer(t, 1)
	var pages int
	if err := raw(t, shop).QueryRowContext(ctx, "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if err := shop.LimitPages(ctx, pages+1); err != nil {
		t.Fatal(err)
	}
	feed := store.Feed{Inbound: []store.Inbound{write(shop, 1, "STOP")}}
	for n := range 2000 {
		feed.Unread = append(feed.Unread, store.Unread{Key: strconv.Itoa(n), Type: "flows", Payload: strings.Repeat("x", 500)})
	}
	if err := shop.RecordFeed(ctx, feed); !errors.Is(err, store.ErrDiskFull) {
		t.Fatalf("on a full disk = %v, want ErrDiskFull", err)
	}
	if got := standing(t, shop, id).Consent; got != store.ConsentGiven || countRows(t, shop, "inbound") != 0 {
		t.Errorf("half of it was taken: %s", got)
	}
	if account, err := shop.Account(ctx); err != nil || account.FeedConnected() {
		t.Errorf("counted as heard: %+v, %v", account, err)
	}
	if err := shop.LimitPages(ctx, pages+100_000); err != nil {
		t.Fatal(err)
	}
	tell(t, shop, feed) // as the platform does
	if got := standing(t, shop, id).Consent; got != store.ConsentWithdrawn {
		t.Errorf("told again with room: %s", got)
	}
	if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
}

func TestAFeedIsDurableWhenItReturns(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	tell(t, shop, store.Feed{Inbound: []store.Inbound{write(shop, 1, "STOP")}})
	other := storetest.Open(t, shop.File, shop.Clock) // while the first one still has it open
	if got := standing(t, other, id).Consent; got != store.ConsentWithdrawn {
		t.Errorf("another opening of the file sees %s", got)
	}
}

func TestTwoProgramsThatHearTheSameTakeItOnce(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 20 {
		shop.Customer(t, n)
	}
	other := storetest.Open(t, shop.File, shop.Clock)
	var feed store.Feed
	for n := range 20 {
		feed.Inbound = append(feed.Inbound, write(shop, n, "cancelar"))
		feed.Preferences = append(feed.Preferences, store.Preference{Phone: storetest.Phone(n), Value: "stop", At: storetest.Start})
		feed.Identities = append(feed.Identities, store.Identity{Phone: storetest.Phone(n), UserID: fmt.Sprint("CA.", n)})
	}
	var both sync.WaitGroup
	for _, one := range []*storetest.Shop{shop, other, shop, other} {
		both.Go(func() {
			if err := one.RecordFeed(t.Context(), feed); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	for table, want := range map[string]int{
		"inbound": 20, "platform_events": 20, "identity_events": 20, "review_events": 20,
		"consent_events": 60, // a yes, a word and the switch each
	} {
		if n := countRows(t, shop, table); n != want {
			t.Errorf("%s: %d rows, want %d", table, n, want)
		}
	}
	if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
}

func TestAThousandUpdatesInOneFeed(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Crowd(t, 0, 500)
	var feed store.Feed
	for n := range 1000 {
		m := write(shop, n%500, "hola")
		m.Wamid = fmt.Sprint("wamid.", n)
		if n >= 500 && n%2 == 0 {
			m.Text, m.At = "baja", m.At.Add(time.Second)
		}
		feed.Inbound = append(feed.Inbound, m)
	}
	tell(t, shop, feed)
	board, err := shop.Board(t.Context(), time.Time{})
	if err != nil || board.Withdrawn != 250 || board.Sendable != 250 {
		t.Errorf("board = %+v, %v, want half of them gone", board, err)
	}
}

func TestWhatTheFeedKeepsIsNotChangedByHand(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	poster(t, shop, "luna")
	says(t, shop, 1, "no more")
	says(t, shop, 9, "STOP")
	tell(t, shop, store.Feed{Identities: []store.Identity{{Phone: storetest.Phone(1), UserID: "CA.1"}}})
	db := raw(t, shop)
	for _, text := range []string{
		`UPDATE review_events SET type = 'not_a_refusal'`,
		`DELETE FROM review_events`,
		`UPDATE identity_events SET type = 'merged', other = 2`,
		`DELETE FROM identity_events`,
		`UPDATE identity_stops SET type = 'joined'`,
		`UPDATE identity_stops SET at = 1`,
		`DELETE FROM identity_stops`,
		`UPDATE prompts SET notice_version = 2`,
		`UPDATE prompts SET code = 'sol'`,
		`DELETE FROM prompts`,
		`UPDATE standings SET merged_into = 2 WHERE contact_id = 1`,
		`UPDATE standings SET held = 2`,
		`INSERT INTO past_identities VALUES ('mail', 'x', 1, 1)`,
	} {
		if _, err := db.ExecContext(t.Context(), text); err == nil {
			t.Errorf("%s was let through", text)
		}
	}
	if got := standing(t, shop, id); !got.Held {
		t.Errorf("standing %+v", got)
	}
}

func TestTheGateKeepsWhoIsHeldByHandToo(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Started(t, "customer")
	says(t, shop, 1, "no more")
	_, err := raw(t, shop).ExecContext(t.Context(), `UPDATE deliveries SET state = 'sending', attempts = 1 WHERE broadcast_id = ?`, id)
	if err == nil {
		t.Error("hand-written SQL called somebody who is held")
	}
}

func TestEveryWordTheWordingsPromiseIsUnderstood(t *testing.T) {
	t.Parallel()
	promised := map[string]struct {
		stop  string
		saved string
	}{"en": {"STOP", "SAVED"}, "es": {"BAJA", "GUARDADO"}, "pt": {"SAIR", "SALVO"}}
	notices, err := assets.Notices()
	if err != nil || len(notices) < 6 {
		t.Fatalf("%d wordings, %v", len(notices), err)
	}
	for _, n := range notices {
		want, known := promised[n.Language]
		switch {
		case !known:
			t.Errorf("%s: nobody says which words %s promises", n.ID, n.Language)
		case strings.HasPrefix(n.ID, "optin"):
			if !strings.Contains(n.Text, want.stop) || !optout.Shown(n.Text) {
				t.Errorf("%s does not show %s", n.ID, want.stop)
			}
			if got := optout.Classify(optout.Message{Kind: "text", Text: want.stop}); got.Meaning != optout.Stop || !got.Sure {
				t.Errorf("%s: %s is read as %+v", n.ID, want.stop, got)
			}
		default:
			if got := optout.Classify(optout.Message{Kind: "text", Text: want.saved}); !strings.Contains(n.Text, want.saved) || got.Meaning != optout.Saved {
				t.Errorf("%s: %s is read as %+v", n.ID, want.saved, got)
			}
		}
	}
}
