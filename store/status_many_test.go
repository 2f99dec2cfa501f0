package store_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// told is a shop with so many accepted messages and what their statuses name.
func told(t *testing.T, people int) (*storetest.Shop, store.BroadcastID, []store.Status) {
	t.Helper()
	shop := storetest.New(t)
	id, claims := claimMany(t, shop, people)
	mustSettle(t, shop, allAccepted(claims)...)
	names := make([]store.Status, people)
	for i, claim := range claims {
		names[i] = store.Status{Wamid: fmt.Sprintf("wamid.%d", i), PublicID: claim.PublicID()}
	}
	return shop, id, names
}

// TestManyStatusesAreAppliedAsEachAlone tells two shops the same at random, the
// one all at once and the other one by one: both must stand the same.
func TestManyStatusesAreAppliedAsEachAlone(t *testing.T) {
	t.Parallel()
	states := []store.DeliveryState{store.DeliverySent, store.DeliveryDelivered, store.DeliveryRead, store.DeliveryFailed}
	const people = 12
	together, id, names := told(t, people)
	alone, _, others := told(t, people)
	random := rand.New(rand.NewPCG(7, 11))
	for round := range 40 {
		var batch, same []store.Status
		for range 1 + random.IntN(30) {
			who := random.IntN(people)
			s, o := names[who], others[who]
			s.State = states[random.IntN(len(states)-random.IntN(2))]
			s.At = storetest.Start.Add(-time.Duration(random.IntN(5000)) * time.Millisecond)
			if s.State == store.DeliveryFailed {
				s.Code = 131026
			}
			if random.IntN(4) == 0 {
				s.PublicID, o.PublicID = "", ""
			}
			if random.IntN(8) == 0 {
				s.At = time.Time{}
			}
			o.State, o.At, o.Code = s.State, s.At, s.Code
			batch, same = append(batch, s), append(same, o)
		}
		if err := together.RecordFeed(t.Context(), store.Feed{Statuses: batch}); err != nil {
			t.Fatal(err)
		}
		for _, s := range same {
			if err := alone.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{s}}); err != nil {
				t.Fatal(err)
			}
		}
		got, want := deliveries(t, together, id), deliveries(t, alone, id)
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("round %d, after %+v:\ntogether %+v\nalone    %+v", round, batch, got[i], want[i])
			}
		}
		if a, b := together.Counts(t.Context(), t, id), alone.Counts(t.Context(), t, id); fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("round %d: counts %v and %v", round, a, b)
		}
	}
}

func TestManyStatusesTouchNothingElse(t *testing.T) {
	t.Parallel()
	shop, id, names := told(t, 10)
	var batch []store.Status
	for i, s := range names {
		s.State = store.DeliveryDelivered
		switch i {
		case 7: // names another delivery's number
			s.PublicID = names[0].PublicID
		case 8: // a message of somebody else
			s.Wamid, s.PublicID = "wamid.foreign", ""
		case 9: // our own id alone
			s.Wamid = ""
		}
		batch = append(batch, s)
	}
	if err := shop.RecordFeed(t.Context(), store.Feed{Statuses: batch}); err != nil {
		t.Fatal(err)
	}
	for i, d := range deliveries(t, shop, id) {
		want := store.DeliveryDelivered
		if i == 7 || i == 8 {
			want = store.DeliveryAccepted
		}
		if d.State != want {
			t.Errorf("delivery %d is %s, want %s", i, d.State, want)
		}
	}
}

func TestManyStatusesEndTheRestOfWhoIsReached(t *testing.T) {
	t.Parallel()
	shop, _, names := told(t, 8)
	resting := store.PlatformEvent{Contact: 3, Type: "unreachable", At: storetest.Start.Add(-time.Hour), Code: 131026}
	if err := shop.RecordPlatform(t.Context(), resting); err != nil {
		t.Fatal(err)
	}
	for i := range names {
		names[i].State = store.DeliveryDelivered
	}
	if err := shop.RecordFeed(t.Context(), store.Feed{Statuses: names}); err != nil {
		t.Fatal(err)
	}
	c, err := shop.Store.Contact(t.Context(), 3)
	if err != nil || c.Standing.Platform != store.PlatformOK {
		t.Errorf("she is %s, %v, want reachable again", c.Standing.Platform, err)
	}
}
