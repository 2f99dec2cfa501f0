package people_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"pregon/assets"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui/broadcasts/people"
	"pregon/ui/say"
	"pregon/ui/theme"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

func english(t *testing.T) *say.Printer {
	t.Helper()
	p, err := say.New("en", assets.Locales())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWhatBecameOfAMessageHasTheRoleOfItsMeaning(t *testing.T) {
	t.Parallel()
	p := english(t)
	for _, tt := range []struct {
		of   store.Delivery
		role theme.Role
		want string
	}{
		{store.Delivery{State: store.DeliveryExcluded, Reason: "withdrawn"}, theme.Warn, "said stop"},
		{store.Delivery{State: store.DeliveryFailed, Code: 131026}, theme.Bad, "is not on WhatsApp (131026)"},
		{store.Delivery{State: store.DeliveryFailed}, theme.Bad, "failed, no reason given"},
		{store.Delivery{State: store.DeliveryFailed, Code: 131026, Reason: store.ReasonGivenUp}, theme.Bad, "given up: nobody knows whether it arrived"},
		{store.Delivery{State: store.DeliveryUnknown}, theme.Warn, "nobody knows whether it arrived; it is not sent again"},
		{store.Delivery{State: store.DeliveryDelivered}, theme.Good, "delivered"},
		{store.Delivery{State: store.DeliveryRead}, theme.Good, "read"},
		{store.Delivery{State: store.DeliveryQueued}, theme.Plain, "waiting"},
		{store.Delivery{State: store.DeliveryCancelled}, theme.Plain, "cancelled before it was sent"},
	} {
		if words, role := people.Fate(p, tt.of); words != tt.want || role != tt.role {
			t.Errorf("%s %d: %q with the role %v, want %q", tt.of.State, tt.of.Code, words, role, tt.want)
		}
	}
}

func TestTheMomentIsTheLatestOfAll(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2026, 11, 24, 10, minute, 0, 0, time.UTC) }
	for name, tt := range map[string]struct {
		of   store.Delivery
		want time.Time
	}{
		"nothing happened":             {store.Delivery{}, time.Time{}},
		"called":                       {store.Delivery{AttemptedAt: at(1)}, at(1)},
		"read before it was delivered": {store.Delivery{AttemptedAt: at(1), ReadAt: at(3), DeliveredAt: at(4)}, at(4)},
		"left out":                     {store.Delivery{EndedAt: at(2)}, at(2)},
		"failed after it was accepted": {store.Delivery{AttemptedAt: at(1), AcceptedAt: at(2), EndedAt: at(9)}, at(9)},
	} {
		if got := people.Moment(tt.of); !got.Equal(tt.want) {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}

func TestWhoHasNoNameIsCalledByTheNumber(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Ana": "Ana", "": "+1 604-555-0123", "  ": "+1 604-555-0123"} {
		if got := people.Called(english(t), store.Delivery{Name: name, Phone: "+16045550123"}); got != want {
			t.Errorf("%q is called %q", name, got)
		}
	}
}

// screen is the page as a tab of the app.
type screen struct {
	*people.Page
	fill tea.Cmd
}

func (*screen) ID() view.ID     { return view.Broadcasts }
func (*screen) Title() string   { return "Broadcasts" }
func (s *screen) Init() tea.Cmd { return s.fill }

// blind is a shop file whose deliveries cannot be read.
type blind struct{ people.Store }

func (blind) DeliveryIDs(context.Context, store.BroadcastID, store.DeliveryFilter) (*store.IDs[store.DeliveryID], error) {
	return nil, errors.New("the disk is gone")
}

func shown(t *testing.T, width, height int, s people.Store, of store.BroadcastID, filter store.DeliveryFilter, left *int) *uitest.Driver {
	t.Helper()
	d := uitest.Show(t, width, height, func(env *view.Env) view.View {
		page, fill := people.New(env, s, of, "Still waiting", filter, func() tea.Cmd { *left++; return nil })
		return &screen{page, fill}
	})
	d.Idle()
	return d
}

// begun is a broadcast that waits for two people.
func begun(t *testing.T) (*storetest.Shop, store.BroadcastID) {
	t.Helper()
	shop := storetest.New(t)
	all := []store.ContactID{shop.Customer(t, 1), shop.Customer(t, 2)}
	shop.Customer(t, 3)
	if err := shop.TagContacts(t.Context(), all, []string{"vip"}, nil); err != nil {
		t.Fatal(err)
	}
	return shop, shop.Started(t, "tag:vip")
}

func TestThoseBehindALineAreListedWithWhatBecameOfThem(t *testing.T) {
	t.Parallel()
	shop, of := begun(t)
	var left int
	for _, size := range [][2]int{{100, 24}, {60, 20}} {
		d := shown(t, size[0], size[1], shop, of, store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryQueued}}, &left)
		d.See("Still waiting", "2 people", "Customer 1", "Customer 2")
		d.Unseen("Customer 3", "Nobody")
		for line := range strings.SplitSeq(d.Screen(), "\n") {
			if theme.Width(line) > size[0] {
				t.Errorf("%d cells: %q", size[0], line)
			}
		}
	}
}

// TestWhoHasLeftTheFileIsListedAsErased: her row stays, for the counts.
func TestWhoHasLeftTheFileIsListedAsErased(t *testing.T) {
	t.Parallel()
	shop, of := begun(t)
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	her, err := shop.ContactByPhone(t.Context(), storetest.Phone(1))
	must(err)
	must(shop.Erase(t.Context(), her.ID, "Ana"))
	must(shop.Purge(t.Context(), her.ID, "Ana"))
	d := shown(t, 80, 24, shop, of, store.DeliveryFilter{}, new(int))
	d.See("2 people", "erased  ")
	d.Unseen("erased-")
	if got := people.Called(english(t), store.Delivery{UserID: "erased-1"}); got != "erased" {
		t.Errorf("she is called %q", got)
	}
}

func TestWhoHasNoNumberIsListedByWhatsAppsID(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	c, err := shop.AddContact(t.Context(), store.NewContact{UserID: "CA.1349120865530274", Source: "counter", Tags: []string{"vip"}})
	if err != nil {
		t.Fatal(err)
	}
	shop.OptIn(t, c.ID)
	shop.Saved(t, c.ID)
	of := shop.Started(t, "tag:vip")
	for _, size := range []struct {
		width, height int
		want          string
	}{{120, 36, "CA.1349120865530"}, {80, 24, "CA.1349120865530"}} {
		d := shown(t, size.width, size.height, shop, of, store.DeliveryFilter{}, new(int))
		d.See("1 person", size.want)
	}
	if got := people.Called(english(t), store.Delivery{UserID: "CA.1"}); got != "CA.1" {
		t.Errorf("she is called %q", got)
	}
}

func TestNobodyBehindALineIsSaid(t *testing.T) {
	t.Parallel()
	shop, of := begun(t)
	var left int
	d := shown(t, 60, 20, shop, of, store.DeliveryFilter{States: []store.DeliveryState{store.DeliveryFailed}}, &left)
	d.See("0 people", "Nobody stands behind this line of the report.")
	d.Press("enter")
	d.See("Nobody is in this list")
	if d.Press("esc"); left != 1 {
		t.Errorf("it was left %d times", left)
	}
}

func TestAListThatCannotBeReadIsNotAnEmptyOne(t *testing.T) {
	t.Parallel()
	var left int
	d := shown(t, 80, 20, blind{}, 1, store.DeliveryFilter{}, &left)
	d.Unseen("Nobody stands behind this line")
	if slices.Contains(strings.Fields(d.Screen()), "gone") {
		t.Error("the error itself is shown to the reader")
	}
}
