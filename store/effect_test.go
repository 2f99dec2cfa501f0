package store_test

import (
	"slices"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// arrived is a broadcast that reached four people and was refused for a fifth.
func arrived(t *testing.T) (*storetest.Shop, store.BroadcastID) {
	t.Helper()
	shop := storetest.New(t)
	for n := range 5 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "customer")
	settle(t, shop, id, store.Accepted{Wamid: "w0"}, store.Accepted{Wamid: "w1"}, store.Accepted{Wamid: "w2"}, store.Accepted{Wamid: "w3"}, store.Refused{Code: 131026})
	return shop, id
}

// writes puts a message of a person into the file.
func writes(t *testing.T, shop *storetest.Shop, contact store.ContactID, wamid string, at time.Time) {
	t.Helper()
	_, err := raw(t, shop).ExecContext(t.Context(), `INSERT INTO inbound (wamid, contact_id, kind, meaning, at, received_at)
		VALUES (?, ?, 'text', 'none', ?, ?)`, wamid, contact, at.UnixMilli(), at.UnixMilli())
	check(t, err)
}

func TestEffectsAreCountedForThreeDays(t *testing.T) {
	t.Parallel()
	shop, id := arrived(t)
	people := deliveries(t, shop, id)
	stop := func(n int) {
		_, err := shop.RecordOptOut(t.Context(), store.OptOut{Contact: people[n].Contact, Staff: "Ana"})
		check(t, err)
	}
	writes(t, shop, people[0].Contact, "before", storetest.Start.Add(-time.Minute))
	writes(t, shop, people[1].Contact, "at once", storetest.Start)
	writes(t, shop, people[1].Contact, "again", storetest.Start.Add(time.Hour))
	writes(t, shop, people[2].Contact, "just in time", storetest.Start.Add(store.EffectWithin))
	writes(t, shop, people[3].Contact, "too late", storetest.Start.Add(store.EffectWithin+time.Millisecond))
	writes(t, shop, people[4].Contact, "of somebody it never reached", storetest.Start.Add(time.Hour))
	shop.Clock.Advance(time.Hour)
	stop(1)
	stop(4)
	shop.Clock.Advance(store.EffectWithin)
	stop(0)
	got, err := shop.Effects(t.Context(), id)
	if want := (store.Effects{Answered: 2, Stopped: 1}); err != nil || got != want {
		t.Errorf("Effects = %+v, %v, want %+v", got, err, want)
	}
	for name, filter := range map[string]store.DeliveryFilter{"answered": {Answered: true}, "stopped": {Stopped: true}} {
		list, err := shop.Deliveries(t.Context(), id, filter)
		want := map[string][]store.ContactID{"answered": {people[1].Contact, people[2].Contact}, "stopped": {people[1].Contact}}[name]
		var ids []store.ContactID
		for _, d := range list {
			ids = append(ids, d.Contact)
		}
		if err != nil || !slices.Equal(ids, want) {
			t.Errorf("%s: %v, %v, want %v", name, ids, err, want)
		}
	}
}

func TestReadsAreCountedOverTime(t *testing.T) {
	t.Parallel()
	shop, id := arrived(t)
	read := func(wamid string, after time.Duration) {
		shop.Clock.Advance(time.Hour)
		check(t, shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{{Wamid: wamid, State: store.DeliveryRead, At: storetest.Start.Add(after)}}}))
	}
	read("w0", time.Minute)
	read("w1", 61*time.Minute)
	read("w2", 62*time.Minute)
	shop.Clock.Advance(100 * time.Hour)
	read("w3", 90*time.Hour) // beyond what is asked for
	got, err := shop.Reads(t.Context(), id, storetest.Start, time.Hour, 4)
	if err != nil || !slices.Equal(got, []int{1, 2, 0, 0}) {
		t.Errorf("Reads = %v, %v", got, err)
	}
}
