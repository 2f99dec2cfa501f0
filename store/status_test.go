package store_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func accepted(t *testing.T, shop *storetest.Shop) (store.BroadcastID, store.Claim) {
	t.Helper()
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	claim := claimOne(t, shop, id)
	if err := shop.Outbox.Settle(t.Context(), []store.Result{{Claim: claim, Outcome: store.Accepted{Wamid: "wamid.A"}}}); err != nil {
		t.Fatal(err)
	}
	return id, claim
}

func only(t *testing.T, shop *storetest.Shop, id store.BroadcastID) store.Delivery {
	t.Helper()
	list, err := shop.Deliveries(t.Context(), id, store.DeliveryFilter{})
	if err != nil || len(list) != 1 {
		t.Fatalf("Deliveries = %v, %v", list, err)
	}
	return list[0]
}

func TestStatusesInAnyOrderEndInTheSameState(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4))
	for range 12 {
		shop := storetest.New(t)
		id, claim := accepted(t, shop)
		statuses := []store.Status{
			{Wamid: "wamid.A", State: store.DeliverySent, At: storetest.Start.Add(time.Second)},
			{PublicID: claim.PublicID(), State: store.DeliveryDelivered, At: storetest.Start.Add(2 * time.Second)},
			{Wamid: "wamid.A", PublicID: claim.PublicID(), State: store.DeliveryRead, At: storetest.Start.Add(3 * time.Second)},
			{Wamid: "wamid.A", State: store.DeliveryFailed, Code: 131026, At: storetest.Start.Add(time.Second)},
		}
		statuses = append(statuses, statuses...)
		random.Shuffle(len(statuses), func(i, j int) { statuses[i], statuses[j] = statuses[j], statuses[i] })
		for _, status := range statuses {
			if err := shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{status}}); err != nil {
				t.Fatal(err)
			}
		}
		if d := only(t, shop, id); d.State != store.DeliveryRead || d.Code != 0 || d.ReadAt.IsZero() || d.DeliveredAt.IsZero() {
			t.Errorf("ended as %+v", d)
		}
	}
}

func TestStatusBeforeTheAnswerWasStored(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	claim := claimOne(t, shop, id)
	early := []store.Status{
		{Wamid: "wamid.A", State: store.DeliveryDelivered, At: storetest.Start}, // names nothing we know yet
	}
	if err := shop.RecordFeed(t.Context(), store.Feed{Statuses: early}); err != nil {
		t.Fatal(err)
	}
	if err := shop.Outbox.Settle(t.Context(), []store.Result{{Claim: claim, Outcome: store.Accepted{Wamid: "wamid.A"}}}); err != nil {
		t.Fatal(err)
	}
	if d := only(t, shop, id); d.State != store.DeliveryDelivered {
		t.Errorf("state = %s, want delivered", d.State)
	}
}

func TestUnknownIsResolvedByTheFirstStatusThatNamesIt(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	claim := claimOne(t, shop, id)
	if err := shop.Outbox.Settle(t.Context(), []store.Result{{Claim: claim, Outcome: store.Unknown{Why: "timeout"}}}); err != nil {
		t.Fatal(err)
	}
	status := store.Status{Wamid: "wamid.B", PublicID: claim.PublicID(), State: store.DeliverySent, At: storetest.Start}
	if err := shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{status}}); err != nil {
		t.Fatal(err)
	}
	if d := only(t, shop, id); d.State != store.DeliverySent || d.Wamid != "wamid.B" || d.AcceptedAt.IsZero() {
		t.Errorf("resolved as %+v", d)
	}
}

func TestStatusOfAnotherShopsDeliveryMovesNothing(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	id := shop.Started(t, "sendable:yes")
	for _, status := range []store.Status{
		{PublicID: "0198aaaa-bbbb-7ccc-8ddd-eeeeeeeeeeee.1", State: store.DeliveryRead, At: storetest.Start},
		{PublicID: "nonsense", Wamid: "wamid.X", State: store.DeliveryRead, At: storetest.Start},
	} {
		if err := shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{status}}); err != nil {
			t.Fatal(err)
		}
	}
	if d := only(t, shop, id); d.State != store.DeliveryQueued {
		t.Errorf("state = %s, want queued", d.State)
	}
}

func TestUndeliverableTwiceInARowRestsThePerson(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	person := shop.Customer(t, 1)
	for round, want := range []store.Platform{store.PlatformOK, store.PlatformUnreachable} {
		id := shop.Started(t, "customer")
		if err := shop.Outbox.Settle(ctx, []store.Result{{Claim: claimOne(t, shop, id), Outcome: store.Refused{Code: 131026}}}); err != nil {
			t.Fatal(err)
		}
		if c, err := shop.Store.Contact(ctx, person); err != nil || c.Standing.Platform != want {
			t.Errorf("after %d: %s, %v, want %s", round+1, c.Standing.Platform, err, want)
		}
		shop.Clock.Advance(time.Minute)
	}
}

func TestOneWamidGivenTwiceSettlesTheWholeBatch(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for n := range 3 {
		shop.Customer(t, n)
	}
	id := shop.Started(t, "sendable:yes")
	claimed, err := shop.Outbox.Claim(t.Context(), id, 3)
	if err != nil {
		t.Fatal(err)
	}
	var results []store.Result
	for _, claim := range claimed.Claims {
		results = append(results, store.Result{Claim: claim, Outcome: store.Accepted{Wamid: "wamid.same"}})
	}
	if err := shop.Outbox.Settle(t.Context(), results); err != nil {
		t.Fatal(err)
	}
	status := store.Status{Wamid: "wamid.same", PublicID: claimed.Claims[2].PublicID(), State: store.DeliveryRead, At: storetest.Start}
	if err := shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{status}}); err != nil {
		t.Fatal(err)
	}
	if counts := shop.Counts(t.Context(), t, id); counts[store.DeliveryAccepted] != 2 || counts[store.DeliveryRead] != 1 {
		t.Errorf("counts = %v, want 2 accepted and 1 read", counts)
	}
}
