package store_test

import (
	"bytes"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// Words that stand nowhere else, so that one byte of them would be found.
const (
	lostName     = "Xiomara Quetzalcóatl"
	lostField    = "Zapopan-Tlaquepaque"
	lostTag      = "wyvernclub"
	lostEvidence = "card-of-xiomara-77"
	lostReason   = "xiomara moved away"
	lostWamid    = "wamid.HBgLXIOMARA"
	lostUser     = "CA.7777777777777777"
)

var lostWords = []string{
	lostName, "xiomara", "Xiomara", "quetzal", lostField, "zapopan", lostTag, lostEvidence, lostReason, lostWamid, "XIOMARA",
	string(storetest.Phone(77))[1:], string(storetest.Phone(78))[1:], lostUser,
}

// wholeLife is a shop with one person of whom everything was recorded, among others.
func wholeLife(t *testing.T) (*storetest.Shop, store.ContactID) {
	t.Helper()
	shop := storetest.New(t)
	ctx := t.Context()
	for n := range 30 {
		shop.Customer(t, n)
	}
	c, err := shop.AddContact(ctx, store.NewContact{
		Phone: storetest.Phone(77), Name: lostName, Language: "en", Source: "counter", Tags: []string{lostTag},
		Fields: map[string]string{"city": lostField},
	})
	must(t, err)
	in := storetest.OptIn(c.ID)
	in.Evidence = lostEvidence
	_, err = shop.RecordOptIn(ctx, in)
	must(t, err)
	_, err = shop.RecordSavedNumber(ctx, store.SavedNumber{Contact: c.ID, Grade: store.GradeSelfWritten, Staff: "Marta", Evidence: lostEvidence})
	must(t, err)
	shop.Broadcast(t, `"`+lostName+`"`)
	id := shop.Started(t, "sendable:yes OR "+string(storetest.Phone(77))[2:])
	claimed, err := shop.Outbox.Claim(ctx, id, 100)
	must(t, err)
	results := make([]store.Result, 0, len(claimed.Claims))
	for _, claim := range claimed.Claims {
		results = append(results, store.Result{Claim: claim, Outcome: store.Accepted{Wamid: "wamid.of." + claim.PublicID()}})
	}
	must(t, shop.Outbox.Settle(ctx, results))
	must(t, shop.RecordPlatform(ctx, store.PlatformEvent{Contact: c.ID, Type: "unreachable", At: shop.Clock.Now(), Evidence: lostEvidence}))
	must(t, shop.Edit(ctx, c.ID, store.EditContact{Fields: map[string]string{"city": lostField, "note": lostReason}}))
	// Somebody asks for a message by the platform's id, so that all of them are filed.
	must(t, shop.RecordFeed(ctx, store.Feed{Statuses: []store.Status{
		{Wamid: "wamid.of.nobody", State: store.DeliverySent, At: shop.Clock.Now()},
	}}))
	// She writes, gets another number, is judged, and a status of hers fits no message.
	moved := storetest.Phone(78)
	must(t, shop.RecordFeed(ctx, store.Feed{
		Inbound: []store.Inbound{{
			Wamid: lostWamid + "in", Phone: storetest.Phone(77), UserID: lostUser, Name: lostName, At: shop.Clock.Now(), Kind: "text",
			Text: "please no more messages to " + lostName,
		}},
		Identities: []store.Identity{{Phone: moved, OldPhone: storetest.Phone(77), UserID: lostUser, At: shop.Clock.Now(), Evidence: lostWamid + "sys"}},
	}))
	reviews, err := shop.Reviews(ctx)
	must(t, err)
	for _, review := range reviews {
		must(t, shop.ResolveReview(ctx, review.ID, store.ReviewNotARefusal, "Marta"))
	}
	_, err = shop.RecordOptOut(ctx, store.OptOut{Contact: c.ID, Reason: lostReason, Staff: "Marta"})
	must(t, err)
	return shop, c.ID
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// remains lists which of the words stand in the files of the shop, byte for byte.
func remains(t *testing.T, shop *storetest.Shop, words []string) []string {
	t.Helper()
	var found []string
	for _, companion := range []string{"", "-wal", "-shm"} {
		data, err := os.ReadFile(shop.File + companion)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		must(t, err)
		for _, word := range words {
			if bytes.Contains(data, []byte(word)) {
				found = append(found, word+" in "+companion)
			}
		}
	}
	return found
}

func TestRequirement17NoByteOfAPurgedPersonStaysAndTheChainHolds(t *testing.T) {
	t.Parallel()
	shop, id := wholeLife(t)
	ctx := t.Context()
	sent, err := shop.ContactDeliveries(ctx, id)
	must(t, err)
	words := append(slices.Clone(lostWords), sent[0].Wamid)
	if before := remains(t, shop, words); len(before) < len(words)-2 {
		t.Fatalf("the search finds only %v even before the purge", before)
	}
	must(t, shop.Erase(ctx, id, "Ana"))
	others, err := shop.VerifyLedger(ctx)
	must(t, err)
	must(t, shop.Purge(ctx, id, "Ana"))
	for _, left := range remains(t, shop, words) {
		t.Errorf("%s is still there", left)
	}
	v, err := shop.VerifyLedger(ctx)
	if err != nil || !v.OK || v.Events != others.Events+1 {
		t.Errorf("the chain: %+v, %v; %d events before", v, err, others.Events)
	}
	again, err := shop.AddContact(ctx, store.NewContact{Phone: storetest.Phone(77), Name: "Back", Source: "list"})
	if err != nil || again.Verdict.Sendable() || !again.Standing.Suppressed || again.ID == id {
		t.Errorf("the same number comes back as %+v, %v, want it suppressed", again, err)
	}
}

func TestAPurgeLeavesTheOthersAsTheyWere(t *testing.T) {
	t.Parallel()
	shop, id := wholeLife(t)
	ctx := t.Context()
	ids, err := shop.ContactIDs(ctx, "", store.SortID)
	must(t, err)
	before, err := shop.ContactsByID(ctx, ids)
	must(t, err)
	must(t, shop.Erase(ctx, id, "Ana"))
	must(t, shop.Purge(ctx, id, "Ana"))
	for _, c := range before {
		if c.ID == id {
			continue
		}
		after, err := shop.Store.Contact(ctx, c.ID)
		if err != nil || after.Name != c.Name || after.Phone != c.Phone || after.Standing != c.Standing {
			t.Errorf("%+v became %+v, %v", c, after, err)
		}
	}
	found, err := shop.ContactIDs(ctx, "customer", store.SortID)
	if err != nil || len(found) != 30 {
		t.Errorf("a search finds %d of 30, %v", len(found), err)
	}
	if got := shop.Counts(ctx, t, 2); got.Audience() != 31 || got[store.DeliveryAccepted] != 31 {
		t.Errorf("the report counts %v: a purge took a line", got)
	}
}

func TestTheHistoryOfAPurgedPersonKeepsItsDates(t *testing.T) {
	t.Parallel()
	shop, id := wholeLife(t)
	ctx := t.Context()
	before, err := shop.History(ctx, id)
	must(t, err)
	must(t, shop.Erase(ctx, id, "Ana"))
	must(t, shop.Purge(ctx, id, "Ana"))
	after, err := shop.History(ctx, id)
	must(t, err)
	if len(after) != len(before)+1 || after[len(after)-1].Type != string(store.EventErased) {
		t.Fatalf("%d events became %d", len(before), len(after))
	}
	for i, e := range before {
		if after[i].ID != e.ID || !after[i].At.Equal(e.At) || after[i].Type != e.Type || after[i].Notice != e.Notice || after[i].Hash != e.Hash {
			t.Errorf("%+v became %+v", e, after[i])
		}
		if strings.Contains(strings.ToLower(after[i].Evidence+after[i].Reason), "xiomara") {
			t.Errorf("%+v still names her", after[i])
		}
	}
	if p, err := shop.Proof(ctx, id); err != nil || p.Contact.Name != "" || p.Contact.Phone != "" {
		t.Errorf("the proof names %+v, %v", p.Contact, err)
	}
}

func TestAPurgeComesOnItsDayAndByItself(t *testing.T) {
	t.Parallel()
	shop, id := wholeLife(t)
	ctx := t.Context()
	must(t, shop.Erase(ctx, id, "Ana"))
	at, purged, err := shop.PurgeDate(ctx, id)
	if err != nil || purged || !at.Equal(shop.Clock.Now().Add(store.PurgeAfter)) {
		t.Fatalf("it is to be purged %v, %v, %v", at, purged, err)
	}
	for _, step := range []struct {
		wait   time.Duration
		purged bool
	}{{0, false}, {store.PurgeAfter - time.Hour, false}, {2 * time.Hour, true}} {
		shop.Clock.Advance(step.wait)
		if _, err := shop.Retain(ctx); err != nil {
			t.Fatal(err)
		}
		if _, purged, err = shop.PurgeDate(ctx, id); err != nil || purged != step.purged {
			t.Errorf("after %v more: purged %v, %v; want %v", step.wait, purged, err, step.purged)
		}
	}
}

func TestNobodyIsPurgedWhileAMessageIsOnItsWay(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Customer(t, 77)
	claimed, err := shop.Outbox.Claim(ctx, shop.Started(t, "sendable:yes"), 1)
	must(t, err)
	must(t, shop.Erase(ctx, id, "Ana"))
	if err := shop.Purge(ctx, id, "Ana"); !errors.Is(err, store.ErrInFlight) {
		t.Fatalf("Purge = %v, want ErrInFlight", err)
	}
	must(t, shop.Outbox.Settle(ctx, []store.Result{{Claim: claimed.Claims[0], Outcome: store.Accepted{Wamid: "wamid.1"}}}))
	must(t, shop.Purge(ctx, id, "Ana"))
}

func TestOnlyWhoWasErasedIsPurged(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	if err := shop.Purge(t.Context(), id, "Ana"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("Purge = %v, want ErrNotFound", err)
	}
	if c, err := shop.Store.Contact(t.Context(), id); err != nil || c.Name == "" || !c.Verdict.Sendable() {
		t.Errorf("she is %+v, %v", c, err)
	}
}

func TestRequirement01OnlyAPurgeMayTakeWordsOutOfALedger(t *testing.T) {
	t.Parallel()
	shop, id := wholeLife(t)
	must(t, shop.Erase(t.Context(), id, "Ana"))
	db := raw(t, shop)
	tests := map[string]string{
		"edit":                    `UPDATE consent_events SET evidence = 'better' WHERE contact_id = 31`,
		"delete":                  `DELETE FROM consent_events WHERE contact_id = 31`,
		"redact without a purge":  `UPDATE consent_events SET evidence = 'erased', reason = 'erased', salt = x'' WHERE contact_id = 31`,
		"delete a grade":          `DELETE FROM saved_number_events`,
		"edit a grade":            `UPDATE saved_number_events SET type = 'self_written' WHERE contact_id = 31`,
		"edit a stop":             `UPDATE platform_events SET code = 1 WHERE contact_id = 31`,
		"forget an erasure":       `DELETE FROM erasures`,
		"plan one for the living": `INSERT INTO erasures (contact_id, purge_at) VALUES (1, 0)`,
	}
	for name, statement := range tests {
		if _, err := db.ExecContext(t.Context(), statement); err == nil {
			t.Errorf("%s went through", name)
		}
	}
	// Even within a purge nothing but the words goes.
	_, err := db.ExecContext(t.Context(), `UPDATE erasures SET begun = 1 WHERE contact_id = ?`, id)
	must(t, err)
	for _, column := range []string{"staff = 'Nobody'", "occurred_at = 1", "type = 'given'", "evidence = 'better'", "hash = zeroblob(32)"} {
		_, err := db.ExecContext(t.Context(), `UPDATE consent_events SET salt = x'', reason = CASE reason WHEN '' THEN '' ELSE 'erased' END,
			evidence = CASE evidence WHEN '' THEN '' ELSE 'erased' END, `+column+` WHERE contact_id = ?`, id)
		if err == nil {
			t.Errorf("%s went through within a purge", column)
		}
	}
	_, err = db.ExecContext(t.Context(), `UPDATE erasures SET begun = 0 WHERE contact_id = ?`, id)
	must(t, err)
	must(t, shop.Purge(t.Context(), id, "Ana"))
	var tombstones, words int
	row := db.QueryRowContext(t.Context(), `SELECT count(*) FILTER (WHERE type = 'erased'),
		count(*) FILTER (WHERE evidence NOT IN ('', 'erased') OR reason NOT IN ('', 'erased')) FROM consent_events WHERE contact_id = ?`, id)
	if err := row.Scan(&tombstones, &words); err != nil || tombstones != 1 || words != 0 {
		t.Errorf("the purge left %d tombstones and %d rows with words, %v", tombstones, words, err)
	}
}

func TestARowThatLostItsWordsWithoutAPurgeIsNamed(t *testing.T) {
	t.Parallel()
	shop, _ := wholeLife(t)
	db := raw(t, shop)
	for _, statement := range []string{
		"DROP TRIGGER consent_events_frozen", `UPDATE consent_events SET salt = x'', evidence = 'erased' WHERE contact_id = 3`,
	} {
		_, err := db.ExecContext(t.Context(), statement)
		must(t, err)
	}
	if v, err := shop.VerifyLedger(t.Context()); err != nil || v.OK || v.Fault != "edited" {
		t.Errorf("%+v, %v: somebody can hide an edit as an erasure", v, err)
	}
}
