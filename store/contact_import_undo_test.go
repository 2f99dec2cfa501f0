package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/intake"
	"pregon/store/storetest"
)

func undo(t *testing.T, shop *storetest.Shop, id int64) store.Undone {
	t.Helper()
	got, err := shop.UndoImport(t.Context(), id, "Ana", nil)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func everybody(t *testing.T, shop *storetest.Shop) []store.Contact {
	t.Helper()
	ids, err := shop.ContactIDs(t.Context(), "", store.SortID)
	if err != nil {
		t.Fatal(err)
	}
	list, err := shop.ContactsByID(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestUndoneImportLeavesThePeopleThereWere(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	mustBring(t, shop, "name,phone,city,language,tags\nOld,"+string(storetest.Phone(2))+",Lima,es,vip\n", nil)
	before := everybody(t, shop)
	shop.Clock.Advance(time.Hour)
	text := "name,phone,city,language,tags,color\n" + fmt.Sprintf("New,%s,San Juan,en,vip;bread,red\nAna,%s,,,,\nBea,%s,,,new,\n",
		storetest.Phone(2), storetest.Phone(3), storetest.Phone(4))
	got := mustBring(t, shop, text, func(in *store.Import) { in.Tags = []string{"fair"} })
	if got.Added != 2 || got.Updated != 1 {
		t.Fatalf("got %+v", got)
	}
	want := store.Undone{ID: got.ID, Removed: 2, Restored: 1}
	if u := undo(t, shop, got.ID); u != want {
		t.Errorf("got %+v, want %+v", u, want)
	}
	if after := everybody(t, shop); !reflect.DeepEqual(after, before) {
		t.Errorf("\n got %+v\nwant %+v", after, before)
	}
	if _, err := shop.UndoImport(t.Context(), got.ID, "Ana", nil); !errors.Is(err, store.ErrUndone) {
		t.Errorf("undone twice: %v", err)
	}
	if again := mustBring(t, shop, text, nil); again.Added != 2 {
		t.Errorf("the same file again: %+v", again)
	}
}

func TestUndoKeepsWhoHasAHistory(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	got := mustBring(t, shop, book(9), nil)
	shop.Clock.Advance(time.Hour)
	id := func(n int) store.ContactID { return contactAt(t, shop, n).ID }
	shop.OptIn(t, id(0))
	shop.Saved(t, id(1))
	if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: id(2), Reason: "STOP"}); err != nil {
		t.Fatal(err)
	}
	name := "Renamed"
	if err := shop.Edit(ctx, id(3), store.EditContact{Name: &name}); err != nil {
		t.Fatal(err)
	}
	if err := shop.TagContacts(ctx, []store.ContactID{id(4)}, []string{"vip"}, nil); err != nil {
		t.Fatal(err)
	}
	if err := shop.Erase(ctx, id(5), "Ana"); err != nil {
		t.Fatal(err)
	}
	shop.OptIn(t, id(6))
	shop.Saved(t, id(6))
	shop.Started(t, `"C 6" OR "C 7"`) // and one line says why the other was left out
	if u := undo(t, shop, got.ID); u.Removed != 1 || u.Kept != 8 {
		t.Errorf("got %+v", u)
	}
	for _, n := range []int{0, 1, 2, 3, 4, 6, 7} {
		contactAt(t, shop, n)
	}
	if list := everybody(t, shop); len(list) != 7 { // and one is erased
		t.Errorf("%d people are left", len(list))
	}
	if v, err := shop.VerifyLedger(ctx); err != nil || !v.OK {
		t.Errorf("ledger: %+v, %v", v, err)
	}
}

func TestUndoVoidsTheOptInsOfTheFile(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Contact(t, 2)
	got := mustBring(t, shop, proofHeader+proofRow(1, true)+proofRow(2, true)+proofRow(3, true), nil)
	shop.Clock.Advance(time.Hour)
	if _, err := shop.RecordOptOut(t.Context(), store.OptOut{Contact: contactAt(t, shop, 3).ID, Reason: "STOP"}); err != nil {
		t.Fatal(err)
	}
	if u := undo(t, shop, got.ID); u.Voided != 2 || u.Kept != 2 || u.Removed != 0 {
		t.Errorf("got %+v", u)
	}
	for n, want := range map[int]store.Consent{1: store.ConsentNone, 2: store.ConsentNone, 3: store.ConsentWithdrawn} {
		c := contactAt(t, shop, n)
		if c.Standing.Consent != want || c.Standing.Saved != store.GradeUnknown || c.Verdict.Sendable() {
			t.Errorf("contact %d: %+v", n, c.Standing)
		}
	}
	if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
		t.Errorf("ledger: %+v, %v", v, err)
	}
}

func TestUndoLeavesWhatWasChangedAgain(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Contact(t, 1)
	got := mustBring(t, shop, "name,phone,city,language\nFile,"+string(storetest.Phone(1))+",Lima,es\n", nil)
	name := "By hand"
	if err := shop.Edit(t.Context(), id, store.EditContact{Name: &name}); err != nil {
		t.Fatal(err)
	}
	undo(t, shop, got.ID)
	if c := contactAt(t, shop, 1); c.Name != name || c.Language != "" || len(c.Fields) != 0 {
		t.Errorf("got %+v", c)
	}
}

func TestUndoIsRefused(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	if _, err := shop.UndoImport(t.Context(), 7, "Ana", nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
	var invalid *store.InvalidError
	if _, err := shop.UndoImport(t.Context(), 7, " ", nil); !errors.As(err, &invalid) || invalid.Field != "staff" {
		t.Errorf("got %v", err)
	}
}

func TestEveryContactTellsWhereSheComesFrom(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	first := mustBring(t, shop, "name,phone\nAna,"+string(storetest.Phone(1))+"\n", nil)
	second := mustBring(t, shop, "x,,\nname,phone,\n,,\nAna Gil,"+string(storetest.Phone(1))+"\n", func(in *store.Import) {
		in.File, in.Source, in.Staff = "b.csv", "fair", "Ana"
	})
	from, err := shop.Provenance(t.Context(), contactAt(t, shop, 1).ID)
	if err != nil || len(from) != 2 {
		t.Fatalf("got %+v, %v", from, err)
	}
	if f := from[0]; f.Import.ID != first.ID || f.Import.File != "book.csv" || f.Row != 2 || len(f.Import.SHA256) != 64 || f.Import.Source != "till" {
		t.Errorf("got %+v", f)
	}
	if f := from[1]; f.Import.ID != second.ID || f.Row != 4 || f.Import.Source != "fair" || f.Import.Staff != "Ana" || f.Import.Updated != 1 ||
		!f.Import.At.Equal(shop.Clock.Now()) {
		t.Errorf("got %+v", f)
	}
	if from, err := shop.Provenance(t.Context(), shop.Contact(t, 9)); err != nil || len(from) != 0 {
		t.Errorf("added by hand: %+v, %v", from, err)
	}
	list, err := shop.Imports(t.Context(), 1)
	if err != nil || len(list) != 1 || list[0].ID != second.ID || !list[0].UndoneAt.IsZero() {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestErasedLeaveNoWordInTheRecordOfChanges(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Contact(t, 1)
	got := mustBring(t, shop, "name,phone\nSecret,"+string(storetest.Phone(1))+"\n", nil)
	if err := shop.Erase(t.Context(), id, "Ana"); err != nil {
		t.Fatal(err)
	}
	var words string
	row := raw(t, shop).QueryRowContext(t.Context(), `SELECT group_concat(before || after) FROM import_changes`)
	if err := row.Scan(&words); err != nil || strings.Contains(words, "Secret") || strings.Contains(words, "Customer") {
		t.Errorf("%q, %v", words, err)
	}
	undo(t, shop, got.ID)
}

func TestBoughtListNeedsTheOwnersAnswer(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	var text strings.Builder
	text.WriteString("phone\n")
	for n := range 200 {
		fmt.Fprintf(&text, "%s\n", storetest.Phone(199-n))
	}
	want := []intake.Sign{intake.SignNoNames, intake.SignConsecutive}
	before := content(t, shop)
	_, err := bring(t, shop, text.String(), nil)
	bought, ok := errors.AsType[*store.BoughtError](err)
	if !ok || !reflect.DeepEqual(bought.Signs, want) || content(t, shop) != before {
		t.Fatalf("got %v", err)
	}
	if tried := mustBring(t, shop, text.String(), func(in *store.Import) { in.DryRun = true }); !reflect.DeepEqual(tried.Signs, want) {
		t.Errorf("tried: %+v", tried)
	}
	const answer = "our own tickets, numbered by the till"
	got := mustBring(t, shop, text.String(), func(in *store.Import) { in.Vouch = answer })
	list, err := shop.Imports(t.Context(), 1)
	if err != nil || got.Added != 200 || list[0].Vouch != answer {
		t.Errorf("%+v, %+v, %v", got, list, err)
	}
	var detail string
	row := raw(t, shop).QueryRowContext(t.Context(), `SELECT detail FROM audit_events WHERE type = 'import'`)
	if err := row.Scan(&detail); err != nil || !strings.Contains(detail, answer) || !strings.Contains(detail, "consecutive") {
		t.Errorf("audit: %s, %v", detail, err)
	}
}

func TestStagedImportShowsItsRowsAndCanBeDropped(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Contact(t, 1)
	gone := shop.Contact(t, 2)
	if err := shop.Erase(t.Context(), gone, "Ana"); err != nil {
		t.Fatal(err)
	}
	text := "name,phone\n" + fmt.Sprintf("New,%s\nCustomer 1,%s\nGone,%s\nNew,%[1]s\nBad,12\nOther,%[4]s\n",
		storetest.Phone(5), storetest.Phone(1), storetest.Phone(2), storetest.Phone(3))
	shop.Contact(t, 3)
	rows, err := intake.Open(strings.NewReader(text), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	before := content(t, shop)
	staged, err := shop.StageImport(t.Context(), rows, store.Import{Source: "till", Staff: "Ana"})
	if err != nil {
		t.Fatal(err)
	}
	if where, err := staged.TempStore(t.Context()); err != nil || where != 1 {
		t.Errorf("the rows are held in memory (%d), %v", where, err)
	}
	for kind, want := range map[store.RowKind]string{
		store.RowAdded: "2 New", store.RowUnchanged: "3 Customer 1", store.RowSuppressed: "4 Gone", store.RowDuplicate: "5 New",
		store.RowRejected: "6 Bad", store.RowUpdated: "7 Other",
	} {
		list, err := staged.Rows(t.Context(), kind, 10)
		if err != nil || len(list) != 1 || fmt.Sprintf("%d %s", list[0].Line, list[0].Name) != want {
			t.Errorf("%s: %+v, %v", kind, list, err)
		}
	}
	if err := errors.Join(staged.Close(), staged.Close()); err != nil || content(t, shop) != before {
		t.Errorf("dropped: %v", err)
	}
}

// Between the look and the yes, the counter goes on working.
func TestCommitComparesAgainWhatChangedInBetween(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	rows, err := intake.Open(strings.NewReader(book(3)), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	staged, err := shop.StageImport(t.Context(), rows, store.Import{Source: "till", Staff: "Ana"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := staged.Close(); err != nil {
			t.Error(err)
		}
	}()
	if p := staged.Preview(); p.Added != 3 {
		t.Fatalf("preview: %+v", p)
	}
	shop.Contact(t, 0)
	if err := shop.Erase(t.Context(), shop.Contact(t, 1), "Ana"); err != nil {
		t.Fatal(err)
	}
	got, err := staged.Commit(t.Context())
	if err != nil || got.Added != 1 || got.Updated != 1 || got.Suppressed != 1 || got.Rejected != 1 {
		t.Errorf("got %+v, %v", got, err)
	}
}
