package store_test

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

func merge(t *testing.T, shop *storetest.Shop, keep, drop store.ContactID) int64 {
	t.Helper()
	if err := shop.Merge(t.Context(), keep, drop, "Marta"); err != nil {
		t.Fatal(err)
	}
	last, err := shop.Merges(t.Context(), 1)
	if err != nil || len(last) != 1 || last[0].Kept != keep || last[0].Gone != drop {
		t.Fatalf("Merges = %+v, %v, want the one just made", last, err)
	}
	return last[0].ID
}

func unmerge(t *testing.T, shop *storetest.Shop, id int64) {
	t.Helper()
	if _, err := shop.UndoMerge(t.Context(), id, "Ana"); err != nil {
		t.Fatal(err)
	}
}

// who is all of a contact that undoing a merge gives back; when it was heard of does not count.
func who(t *testing.T, shop *storetest.Shop, id store.ContactID) store.Contact {
	t.Helper()
	c, err := shop.Store.Contact(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	c.Standing.PlatformAt = time.Time{}
	return c
}

func TestUndoneMergeRestoresBothAsTheyWere(t *testing.T) {
	t.Parallel()
	standings := []string{"none", "asked", "given", "confirmed", "refused", "withdrawn", "stopped", "held", "suppressed"}
	for _, keepAs := range standings {
		for _, dropAs := range standings {
			t.Run(keepAs+" and "+dropAs, func(t *testing.T) {
				t.Parallel()
				shop := storetest.New(t)
				for n, as := range []string{keepAs, dropAs} {
					if as == "suppressed" {
						says(t, shop, n+1, "STOP")
					}
				}
				keep, drop := shop.Contact(t, 1), shop.Contact(t, 2)
				position(t, shop, keep, 1, keepAs)
				shop.Clock.Advance(time.Minute)
				position(t, shop, drop, 2, dropAs)
				edit(t, shop, keep, store.EditContact{Fields: map[string]string{"city": "Burnaby"}, Tags: &[]string{"vip"}})
				edit(t, shop, drop, store.EditContact{
					Fields: map[string]string{"city": "Delta", "size": "9"}, Tags: &[]string{"old", "vip"},
				})
				before := [2]store.Contact{who(t, shop, keep), who(t, shop, drop)}
				shop.Clock.Advance(time.Minute)
				id := merge(t, shop, keep, drop)
				shop.Clock.Advance(time.Minute)
				unmerge(t, shop, id)
				for n, was := range before {
					if is := who(t, shop, was.ID); !reflect.DeepEqual(is, was) {
						t.Errorf("contact %d is\n%+v\nand was\n%+v", n+1, is, was)
					}
				}
				if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
					t.Errorf("VerifyLedger = %+v, %v", v, err)
				}
				for _, was := range before {
					if proof, err := shop.Proof(t.Context(), was.ID); err != nil || !proof.Whole {
						t.Errorf("Proof = %v, %v, want whole", proof.Whole, err)
					}
				}
				if keepAs == "given" || dropAs == "suppressed" { // a new file each time
					replayed(t, shop)
				}
			})
		}
	}
}

func edit(t *testing.T, shop *storetest.Shop, id store.ContactID, e store.EditContact) {
	t.Helper()
	if err := shop.Edit(t.Context(), id, e); err != nil {
		t.Fatal(err)
	}
}

// What happens to the one person before the merge is undone.
func TestOptOutAfterAMergeStaysWithBothWhenItIsUndone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name       string
		keep, drop string
		since      func(t *testing.T, shop *storetest.Shop, keep store.ContactID)
		want       [2]store.Consent
		sendable   [2]bool
	}{
		{"nothing", "given", "given", nil, [2]store.Consent{store.ConsentGiven, store.ConsentGiven}, [2]bool{true, true}},
		{
			"a stop by the number of the one", "given", "given",
			func(t *testing.T, shop *storetest.Shop, _ store.ContactID) { t.Helper(); says(t, shop, 1, "STOP") },
			[2]store.Consent{store.ConsentWithdrawn, store.ConsentWithdrawn},
			[2]bool{},
		},
		{
			"a stop by the number of the other", "given", "given",
			func(t *testing.T, shop *storetest.Shop, _ store.ContactID) { t.Helper(); says(t, shop, 2, "STOP") },
			[2]store.Consent{store.ConsentWithdrawn, store.ConsentWithdrawn},
			[2]bool{},
		},
		{
			"a stop in WhatsApp", "given", "given",
			func(t *testing.T, shop *storetest.Shop, _ store.ContactID) {
				t.Helper()
				tell(t, shop, store.Feed{Preferences: []store.Preference{{Phone: storetest.Phone(2), Value: "stop", At: shop.Clock.Now()}}})
			},
			[2]store.Consent{store.ConsentWithdrawn, store.ConsentWithdrawn},
			[2]bool{},
		},
		{
			"a yes at the counter is nobody's who had not agreed", "none", "given",
			func(t *testing.T, shop *storetest.Shop, keep store.ContactID) {
				t.Helper()
				shop.OptIn(t, keep)
				shop.Saved(t, keep)
			},
			[2]store.Consent{store.ConsentExpired, store.ConsentGiven},
			[2]bool{false, true},
		},
		{
			"a saved number seen is nobody's who had not", "asked", "given",
			func(t *testing.T, shop *storetest.Shop, keep store.ContactID) { t.Helper(); shop.Saved(t, keep) },
			[2]store.Consent{store.ConsentAsked, store.ConsentGiven},
			[2]bool{false, true},
		},
		{
			"a number no longer saved", "given", "given",
			func(t *testing.T, shop *storetest.Shop, keep store.ContactID) {
				t.Helper()
				shop.Saved(t, keep)
				if _, err := shop.RevokeSavedNumber(t.Context(), keep, "Marta", ""); err != nil {
					t.Fatal(err)
				}
			},
			[2]store.Consent{store.ConsentGiven, store.ConsentGiven},
			[2]bool{false, true},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			keep, drop := shop.Contact(t, 1), shop.Contact(t, 2)
			position(t, shop, keep, 1, test.keep)
			position(t, shop, drop, 2, test.drop)
			id := merge(t, shop, keep, drop)
			shop.Clock.Advance(time.Minute)
			if test.since != nil {
				test.since(t, shop, keep)
			}
			shop.Clock.Advance(time.Minute)
			unmerge(t, shop, id)
			for n, one := range []store.ContactID{keep, drop} {
				c := who(t, shop, one)
				if c.Standing.Consent != test.want[n] || c.Verdict.Sendable() != test.sendable[n] {
					t.Errorf("contact %d: %+v %v, want %s, sendable %v", n+1, c.Standing, c.Verdict.Why, test.want[n], test.sendable[n])
				}
			}
			replayed(t, shop)
		})
	}
}

func TestUndoneMergeGivesBackNumbersMessagesAndDeliveries(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	keep, err := shop.AddContact(ctx, store.NewContact{UserID: "CA.1", Source: "QR"})
	if err != nil {
		t.Fatal(err)
	}
	drop := shop.Customer(t, 2)
	earlier := shop.Contact(t, 3)
	merge(t, shop, drop, earlier)
	shop.Saved(t, drop)
	says(t, shop, 2, "hola")
	broadcast := shop.Started(t, "customer")
	claimOne(t, shop, broadcast)
	before := [2]store.Contact{who(t, shop, keep.ID), who(t, shop, drop)}
	id := merge(t, shop, keep.ID, drop)
	if past, err := shop.ContactDeliveries(ctx, keep.ID); err != nil || len(past) != 1 {
		t.Fatalf("merged: %+v, %v", past, err)
	}
	unmerge(t, shop, id)
	for _, was := range before {
		if is := who(t, shop, was.ID); !reflect.DeepEqual(is, was) {
			t.Errorf("contact is\n%+v\nand was\n%+v", is, was)
		}
	}
	if past, err := shop.ContactDeliveries(ctx, drop); err != nil || len(past) != 1 {
		t.Errorf("her broadcasts = %+v, %v", past, err)
	}
	if c, err := shop.ContactByPhone(ctx, storetest.Phone(3)); err != nil || c.ID != drop {
		t.Errorf("what was merged before leads to %d, %v, want %d", c.ID, err, drop)
	}
	if got, err := shop.Merges(ctx, 10); err != nil || len(got) != 1 || got[0].Gone != earlier {
		t.Errorf("Merges = %+v, %v, want the earlier one", got, err)
	}
	replayed(t, shop)
}

func TestUndoOfAMergeRefusesWhatIsNoUndo(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	a, b, c := shop.Contact(t, 1), shop.Contact(t, 2), shop.Contact(t, 3)
	first := merge(t, shop, a, b)
	second := merge(t, shop, c, a)
	var moved *store.MoveError
	if _, err := shop.UndoMerge(ctx, first, "Ana"); !errors.As(err, &moved) || moved.From != "later" {
		t.Errorf("under a later one = %v", err)
	}
	if _, err := shop.UndoMerge(ctx, second, ""); !errors.As(err, new(*store.InvalidError)) {
		t.Errorf("by nobody = %v", err)
	}
	if _, err := shop.UndoMerge(ctx, 99, "Ana"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("of nothing = %v", err)
	}
	if got, err := shop.UndoMerge(ctx, 0, "Ana"); err != nil || got.ID != second {
		t.Errorf("the last = %+v, %v", got, err)
	}
	unmerge(t, shop, first)
	if _, err := shop.UndoMerge(ctx, first, "Ana"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("twice = %v", err)
	}
	third := merge(t, shop, a, b)
	if err := shop.Erase(ctx, a, "Ana"); err != nil {
		t.Fatal(err)
	}
	if _, err := shop.UndoMerge(ctx, third, "Ana"); !errors.Is(err, store.ErrErased) {
		t.Errorf("of the erased = %v", err)
	}
	// Nor by hand: neither the erased, nor who never was part of the other.
	for _, pair := range [][2]store.ContactID{{b, a}, {c, b}} {
		_, err := raw(t, shop).ExecContext(ctx, `INSERT INTO identity_events (seq, event_id, contact_id, type, occurred_at, utc_offset, recorded_at, other,
			staff, evidence, salt, digest, prev, hash) SELECT events + 1, 'x', ?, 'unmerged', 1, 0, 1, ?, 'x', '', x'', zeroblob(32), head, zeroblob(32)
			FROM chain`, pair[0], pair[1])
		if err == nil || !strings.Contains(err.Error(), "unlawful: unmerge") {
			t.Errorf("%d was parted from %d by hand: %v", pair[0], pair[1], err)
		}
	}
}

// A merge holds words of both people until it is undone or one of them is erased.
func TestRequirement17APurgeTakesThePersonOutOfWhatAMergeKept(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	keep, err := shop.AddContact(ctx, store.NewContact{UserID: "CA.1", Source: "QR"})
	if err != nil {
		t.Fatal(err)
	}
	drop, err := shop.AddContact(ctx, store.NewContact{
		Phone: storetest.Phone(2), Name: "Quetzalina", Source: "list", Tags: []string{"xylophone"}, Fields: map[string]string{"city": "Ulaanbaatar"},
	})
	if err != nil {
		t.Fatal(err)
	}
	says(t, shop, 2, "hola")
	merge(t, shop, keep.ID, drop.ID)
	if err := errors.Join(shop.Erase(ctx, keep.ID, "Ana"), shop.Purge(ctx, keep.ID, "Ana")); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{shop.File, shop.File + "-wal"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"Quetzalina", "xylophone", "Ulaanbaatar", strings.TrimPrefix(string(storetest.Phone(2)), "+")} {
			if strings.Contains(string(data), word) {
				t.Errorf("%s still holds %s", file, word)
			}
		}
	}
}

// Whatever is merged, undone and heard of in between: the ledgers alone lead to the same standings, and nobody may be
// sent to of whom the ledgers do not say so.
func TestRequirement04MergesAndTheirUndoingFollowFromTheLedgers(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			ctx := t.Context()
			random := rand.New(rand.NewPCG(seed, 16))
			const people = 8
			for n := range people {
				position(t, shop, shop.Contact(t, n), n, []string{"none", "given", "withdrawn", "refused", "stopped", "held"}[random.IntN(6)])
			}
			undone := 0
			for range 120 {
				shop.Clock.Advance(time.Minute)
				one := store.ContactID(1 + random.IntN(people))
				switch random.IntN(6) {
				case 0, 1:
					err := shop.Merge(ctx, one, store.ContactID(1+random.IntN(people)), "Marta")
					if err != nil && !errors.Is(err, store.ErrErased) && !errors.As(err, new(*store.InvalidError)) {
						t.Fatal(err)
					}
				case 2, 3:
					if _, err := shop.UndoMerge(ctx, 0, "Ana"); err == nil {
						undone++
					} else if !errors.Is(err, store.ErrNotFound) {
						t.Fatal(err)
					}
				case 4:
					says(t, shop, random.IntN(people), []string{"STOP", "no more", "hola", "GUARDADO"}[random.IntN(4)])
				default:
					if _, err := shop.RecordSavedNumber(ctx, store.SavedNumber{Contact: one, Grade: store.GradeSaysSaved, Staff: "Marta"}); err != nil && !errors.Is(err, store.ErrErased) {
						t.Fatal(err)
					}
				}
			}
			if undone < 10 {
				t.Errorf("only %d merges were undone", undone)
			}
			if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
				t.Errorf("VerifyLedger = %+v, %v", v, err)
			}
			replayed(t, shop)
		})
	}
}

func TestPreviewOfAMergeIsWhatItMakesAndChangesNothing(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	keep, drop := shop.Customer(t, 1), shop.Contact(t, 2)
	edit(t, shop, drop, store.EditContact{Tags: &[]string{"vip"}})
	if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: drop, Staff: "Marta"}); err != nil {
		t.Fatal(err)
	}
	before := count(ctx, t, raw(t, shop), "SELECT events FROM chain")
	would, err := shop.PreviewMerge(ctx, keep, drop)
	if err != nil {
		t.Fatal(err)
	}
	if after := count(ctx, t, raw(t, shop), "SELECT events FROM chain"); after != before {
		t.Errorf("trying wrote %d events", after-before)
	}
	if kept, err := shop.Merges(ctx, 9); err != nil || len(kept) != 0 {
		t.Errorf("trying kept %+v, %v", kept, err)
	}
	merge(t, shop, keep, drop)
	is := who(t, shop, keep)
	if would.Standing.Consent != is.Standing.Consent || !slices.Equal(would.Tags, is.Tags) || !slices.Equal(would.Verdict.Why, is.Verdict.Why) {
		t.Errorf("preview %+v, merged %+v", would, is)
	}
	if _, err := shop.PreviewMerge(ctx, keep, drop); !errors.Is(err, store.ErrErased) {
		t.Errorf("merged already: %v", err)
	}
}

func count(ctx context.Context, t *testing.T, db *sql.DB, query string) (n int) {
	t.Helper()
	if err := db.QueryRowContext(ctx, query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
