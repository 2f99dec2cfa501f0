// Package storetest makes shop files for tests, by the store's public calls
// only: what a test holds could have been made by a user.
package storetest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/phone"
)

// Start is where a test's clock begins: a Tuesday, ten in the morning.
var Start = time.Date(2026, time.November, 24, 10, 0, 0, 0, time.UTC)

// Clock is a clock that moves only when it is told to.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows Start.
func NewClock() *Clock { return &Clock{now: Start} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Shop is an open shop file that is set up, with one template and one notice.
type Shop struct {
	*store.Store
	Outbox *store.Outbox
	Clock  *Clock
	File   string
}

// New opens a new shop file that is closed with the test.
func New(tb testing.TB) *Shop {
	tb.Helper()
	files, err := setUp()
	must(tb, err)
	folder := filepath.Join(tb.TempDir(), "shop")
	must(tb, os.Mkdir(folder, 0o700))
	for name, content := range files {
		must(tb, os.WriteFile(filepath.Join(folder, name), content, 0o600))
	}
	return Open(tb, filepath.Join(folder, shopFile), NewClock())
}

// Open opens a shop file that may exist already.
func Open(tb testing.TB, path string, clock *Clock) *Shop {
	tb.Helper()
	s, outbox, err := store.Open(tb.Context(), path, store.WithClock(clock.Now))
	must(tb, err)
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return &Shop{Store: s, Outbox: outbox, Clock: clock, File: path}
}

// Settings are those of the tests' shop.
func Settings() store.Shop {
	settings := store.DefaultShop()
	settings.Name, settings.Region, settings.Number = "Panadería Luna", "CA", "+16045550199"
	settings.PhoneNumberID, settings.WABAID = "600000000000031", "500000000000041"
	return settings
}

// Offer is an approved template with one parameter.
func Offer() store.Template {
	return store.Template{
		MetaID: "1", Name: "offer", Language: "en", Status: "APPROVED", Category: "MARKETING", Quality: "GREEN",
		Components: `[{"type":"BODY","text":"Hello {{1}}, bread is half price. Write STOP to leave."}]`,
	}
}

// Phone is a fictional number; different n are different numbers.
func Phone(n int) phone.E164 {
	return phone.E164(fmt.Sprintf("+1604%07d", 5000000+n))
}

// Contact adds a contact without consent.
func (s *Shop) Contact(tb testing.TB, n int) store.ContactID {
	tb.Helper()
	c, err := s.AddContact(tb.Context(), store.NewContact{
		Phone: Phone(n), Name: fmt.Sprintf("Customer %d", n), Source: "counter",
	})
	must(tb, err)
	return c.ID
}

// Customer adds a contact that agreed and saved the number.
func (s *Shop) Customer(tb testing.TB, n int) store.ContactID {
	tb.Helper()
	id := s.Contact(tb, n)
	s.OptIn(tb, id)
	s.Saved(tb, id)
	return id
}

// OptIn records a yes at the counter.
func (s *Shop) OptIn(tb testing.TB, id store.ContactID) {
	tb.Helper()
	_, err := s.RecordOptIn(tb.Context(), OptIn(id))
	must(tb, err)
}

// OptIn is a whole yes at the counter.
func OptIn(id store.ContactID) store.OptIn {
	return store.OptIn{Contact: id, Method: store.MethodSpoken, Notice: "optin-en", Staff: "Marta", Place: "counter"}
}

// Saved records that staff saw the number saved.
func (s *Shop) Saved(tb testing.TB, id store.ContactID) {
	tb.Helper()
	_, err := s.RecordSavedNumber(tb.Context(), store.SavedNumber{Contact: id, Grade: store.GradeSeenByStaff, Staff: "Marta"})
	must(tb, err)
}

// Broadcast saves a draft to an audience.
func (s *Shop) Broadcast(tb testing.TB, audience string) store.BroadcastID {
	tb.Helper()
	b, err := s.CreateBroadcast(tb.Context(), store.Draft{
		Name: "Half price", Template: "offer", Language: "en", Audience: audience,
		Bindings: store.Bindings{"1": {Field: "name", Fallback: "neighbour"}},
	}, "Ana")
	must(tb, err)
	return b.ID
}

// Started saves and starts a broadcast; this shop's outbox holds the lock.
func (s *Shop) Started(tb testing.TB, audience string) store.BroadcastID {
	tb.Helper()
	id := s.Broadcast(tb, audience)
	_, err := s.Outbox.Acquire(tb.Context())
	must(tb, err)
	must(tb, s.Outbox.Start(tb.Context(), id, store.Start{Staff: "Ana", WithoutFeed: true}))
	return id
}

// Counts are the broadcast's, read from the file.
func (s *Shop) Counts(ctx context.Context, tb testing.TB, id store.BroadcastID) store.Counts {
	tb.Helper()
	b, err := s.Store.Broadcast(ctx, id)
	must(tb, err)
	return b.Counts
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}
