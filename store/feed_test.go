package store_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func TestRequirement29TheSameFeedAgainLeavesOneRowEach(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	feed := store.Feed{
		Inbound: []store.Inbound{{Wamid: "wamid.in", Phone: storetest.Phone(1), At: storetest.Start, Kind: "text", Text: "hello"}},
		Unread:  []store.Unread{{Key: "a", Type: "security", Payload: `{"event":"PIN_CHANGED"}`}},
	}
	for range 3 {
		if err := shop.RecordFeed(t.Context(), feed); err != nil {
			t.Fatal(err)
		}
	}
	for table, want := range map[string]int{"events": 1, "inbound": 1} {
		if rows := countRows(t, shop, table); rows != want {
			t.Errorf("%s: %d rows, want %d", table, rows, want)
		}
	}
}

func TestOnlyALiveFeedCountsAsHeard(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for _, test := range []struct {
		feed store.Feed
		want bool
	}{{store.Feed{FromFile: true}, false}, {store.Feed{}, true}} {
		if err := shop.RecordFeed(t.Context(), test.feed); err != nil {
			t.Fatal(err)
		}
		if account, err := shop.Account(t.Context()); err != nil || account.FeedConnected() != test.want {
			t.Errorf("%+v: connected %v, %v, want %v", test.feed, account.FeedConnected(), err, test.want)
		}
	}
}

// countRows counts what a table or view holds.
func countRows(t *testing.T, shop *storetest.Shop, table string) int {
	t.Helper()
	var n int
	if err := raw(t, shop).QueryRowContext(t.Context(), "SELECT count(*) FROM "+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// tell hands a feed over.
func tell(t *testing.T, shop *storetest.Shop, feed store.Feed) {
	t.Helper()
	if err := shop.RecordFeed(t.Context(), feed); err != nil {
		t.Fatal(err)
	}
}

// write is a message of customer n, now.
func write(shop *storetest.Shop, n int, text string) store.Inbound {
	return store.Inbound{
		Wamid: fmt.Sprintf("wamid.in%d.%d.%s", n, shop.Clock.Now().UnixNano(), text), Phone: storetest.Phone(n),
		At: shop.Clock.Now(), Kind: "text", Text: text,
	}
}

// says lets customer n write, a second later than whatever was before.
func says(t *testing.T, shop *storetest.Shop, n int, text string) store.Inbound {
	t.Helper()
	shop.Clock.Advance(2 * time.Second)
	m := write(shop, n, text)
	tell(t, shop, store.Feed{Inbound: []store.Inbound{m}})
	return m
}

func TestWhatIsNotUnderstoodIsKeptAndBounded(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	var feed store.Feed
	for n := range 1200 {
		feed.Unread = append(feed.Unread, store.Unread{Key: strconv.Itoa(n), Type: "flows", Payload: `{"n":1}`})
	}
	feed.Unread = append(feed.Unread, store.Unread{Key: "large", Type: "flows", Payload: strings.Repeat("é", 100_000)})
	tell(t, shop, feed)
	if n := countRows(t, shop, "events"); n != 1000 {
		t.Errorf("%d kept, want the newest 1000", n)
	}
	var size int
	if err := raw(t, shop).QueryRowContext(t.Context(), `SELECT max(length(payload)) FROM events`).Scan(&size); err != nil || size > 70_000 {
		t.Errorf("the longest has %d characters, %v", size, err)
	}
}

func TestAFactThatCannotBeAppliedDoesNotKeepTheOthers(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	gone, id := shop.Customer(t, 1), shop.Customer(t, 2)
	if err := shop.Erase(t.Context(), gone, "Ana"); err != nil {
		t.Fatal(err)
	}
	tell(t, shop, store.Feed{
		Inbound: []store.Inbound{
			write(shop, 1, "STOP"), write(shop, 1, "please no more"), {Kind: "text", Text: "no id"}, write(shop, 2, "STOP"),
		},
		Preferences: []store.Preference{{Phone: storetest.Phone(1), Value: "stop"}, {Value: "stop"}, {Phone: storetest.Phone(1), Value: "resume"}},
		Identities:  []store.Identity{{OldPhone: storetest.Phone(1), Phone: storetest.Phone(3)}, {}},
		Templates:   []store.TemplateNews{{Name: "none", Language: "en", Status: "PAUSED"}, {}},
		Account:     []store.AccountNews{{}},
	})
	if got := standing(t, shop, id).Consent; got != store.ConsentWithdrawn {
		t.Errorf("the one behind it: %s, want withdrawn", got)
	}
	if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
		t.Errorf("VerifyLedger = %+v, %v", v, err)
	}
}
