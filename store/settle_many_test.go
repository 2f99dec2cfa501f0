package store_test

import (
	"fmt"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// claimMany are claims on so many customers of a started broadcast.
func claimMany(t *testing.T, shop *storetest.Shop, n int) (store.BroadcastID, []store.Claim) {
	t.Helper()
	for i := range n {
		shop.Customer(t, i)
	}
	id := shop.Started(t, "sendable:yes")
	got, err := shop.Outbox.Claim(t.Context(), id, n)
	if err != nil || len(got.Claims) != n {
		t.Fatalf("Claim = %+v, %v", got, err)
	}
	return id, got.Claims
}

func allAccepted(claims []store.Claim) []store.Result {
	var results []store.Result
	for i, claim := range claims {
		results = append(results, store.Result{
			Claim: claim, Outcome: store.Accepted{Wamid: fmt.Sprintf("wamid.%d", i)}, At: storetest.Start.Add(-time.Duration(i) * time.Millisecond),
		})
	}
	return results
}

func TestManyAcceptedAreSettledAsEachAlone(t *testing.T) {
	t.Parallel()
	for _, together := range []bool{false, true} {
		shop := storetest.New(t)
		id, claims := claimMany(t, shop, 12)
		results := allAccepted(claims)
		results[3].Outcome = store.Refused{Code: 131026}
		results[5].Outcome = store.Accepted{Wamid: "wamid.5", Held: true}
		results[7].Outcome = store.Accepted{} // a duplicate request that was taken before
		results[8].Outcome = store.Accepted{Wamid: `"odd\"`}
		for range 2 { // settling twice changes nothing
			if together {
				mustSettle(t, shop, results...)
				continue
			}
			for _, result := range results {
				mustSettle(t, shop, result)
			}
		}
		for i, d := range deliveries(t, shop, id) {
			want, wamid := store.DeliveryAccepted, fmt.Sprintf("wamid.%d", i)
			switch i {
			case 3:
				want, wamid = store.DeliveryFailed, ""
			case 7:
				wamid = ""
			case 8:
				wamid = `"odd\"`
			}
			late := storetest.Start.Sub(d.AcceptedAt)
			if d.State != want || d.Wamid != wamid || (want == store.DeliveryAccepted && (late < 0 || late > 11*time.Millisecond)) {
				t.Errorf("together %t: delivery %d is %s with %q, accepted %s ago", together, i, d.State, d.Wamid, late)
			}
		}
		if counts := shop.Counts(t.Context(), t, id); counts[store.DeliveryAccepted] != 11 || counts.Audience() != 12 {
			t.Errorf("together %t: counts = %v", together, counts)
		}
	}
}

func mustSettle(t *testing.T, shop *storetest.Shop, results ...store.Result) {
	t.Helper()
	if err := shop.Outbox.Settle(t.Context(), results); err != nil {
		t.Fatal(err)
	}
}

func TestAStatusThatOvertookItsAnswerStands(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id, claims := claimMany(t, shop, 8)
	ctx := t.Context()
	err := shop.RecordFeed(ctx, store.Feed{Statuses: []store.Status{
		{Wamid: "wamid.2", PublicID: claims[2].PublicID(), State: store.DeliveryDelivered, At: storetest.Start},
		{Wamid: "wamid.6", State: store.DeliveryRead, At: storetest.Start}, // names no delivery yet
	}})
	if err != nil {
		t.Fatal(err)
	}
	mustSettle(t, shop, allAccepted(claims)...)
	want := map[int]store.DeliveryState{2: store.DeliveryDelivered, 6: store.DeliveryRead}
	for i, d := range deliveries(t, shop, id) {
		state := store.DeliveryAccepted
		if want[i] != "" {
			state = want[i]
		}
		if d.State != state || d.Wamid != fmt.Sprintf("wamid.%d", i) || d.AcceptedAt.IsZero() {
			t.Errorf("delivery %d is %s with %q, accepted at %v, want %s", i, d.State, d.Wamid, d.AcceptedAt, state)
		}
	}
}

func TestOneWamidForTwoCostsNobodyElse(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id, claims := claimMany(t, shop, 10)
	results := allAccepted(claims)
	results[1].Outcome = results[0].Outcome
	mustSettle(t, shop, results[:5]...)
	results[9].Outcome = results[0].Outcome // also one that is settled already
	mustSettle(t, shop, results[5:]...)
	// Who is told of by our own id is the one it was; by the platform's alone, one of them.
	err := shop.RecordFeed(t.Context(), store.Feed{Statuses: []store.Status{
		{Wamid: "wamid.0", PublicID: claims[9].PublicID(), State: store.DeliveryRead, At: storetest.Start},
		{Wamid: "wamid.0", State: store.DeliverySent, At: storetest.Start},
	}})
	if err != nil {
		t.Fatal(err)
	}
	states := map[store.DeliveryState]int{}
	for i, d := range deliveries(t, shop, id) {
		states[d.State]++
		if want := map[int]string{1: "wamid.0", 9: "wamid.0"}[i]; want != "" && d.Wamid != want {
			t.Errorf("delivery %d has the id %q", i, d.Wamid)
		}
	}
	if states[store.DeliveryRead] != 1 || states[store.DeliverySent] > 1 || states[store.DeliveryAccepted] < 8 {
		t.Errorf("states %v, want one read and no more than one sent", states)
	}
}

func TestAClaimGivenUpIsNotSettledWithTheOthers(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id, claims := claimMany(t, shop, 8)
	mustSettle(t, shop, store.Result{Claim: claims[4], Outcome: store.Unknown{Why: "timeout"}})
	mustSettle(t, shop, allAccepted(claims)...)
	for i, d := range deliveries(t, shop, id) {
		if want := map[bool]store.DeliveryState{true: store.DeliveryUnknown, false: store.DeliveryAccepted}[i == 4]; d.State != want {
			t.Errorf("delivery %d is %s, want %s", i, d.State, want)
		}
	}
}

func TestExcludedAndClaimedComeOutOfOneBatch(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 40 {
		if n%3 == 0 {
			shop.Customer(t, n)
		} else {
			shop.Contact(t, n)
		}
	}
	id := shop.Started(t, "customer")
	seen := map[store.DeliveryID]bool{}
	for range 10 {
		got, err := shop.Outbox.Claim(ctx, id, 3)
		if err != nil || len(got.Claims) > 3 || got.Examined < len(got.Claims)+got.Excluded {
			t.Fatalf("Claim = %+v, %v", got, err)
		}
		for _, claim := range got.Claims {
			if seen[claim.Delivery()] || claim.Attempt() != 1 {
				t.Errorf("delivery %d is claimed again, attempt %d", claim.Delivery(), claim.Attempt())
			}
			seen[claim.Delivery()] = true
			mustSettle(t, shop, store.Result{Claim: claim, Outcome: store.Accepted{Wamid: claim.PublicID()}})
		}
	}
	want := store.Counts{store.DeliveryAccepted: 14, store.DeliveryExcluded: 26}
	if counts := shop.Counts(ctx, t, id); counts[store.DeliveryAccepted] != 14 || counts[store.DeliveryExcluded] != 26 {
		t.Errorf("counts = %v, want %v", counts, want)
	}
}
