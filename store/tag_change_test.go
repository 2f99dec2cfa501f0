package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/storetest"
)

// all are the tags of contacts, one after the other.
func all(t *testing.T, shop *storetest.Shop, ids ...store.ContactID) string {
	t.Helper()
	lists := make([]string, 0, len(ids))
	for _, id := range ids {
		lists = append(lists, tagsOf(t, shop, id))
	}
	return strings.Join(lists, " | ")
}

func TestSeveralTagsBecomeOneAndAreUndoneByAnotherProgram(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	a, b, c, d := tagged(t, shop, 1, "vpi"), tagged(t, shop, 2, "v.i.p", "vpi"), tagged(t, shop, 3, "vip", "v.i.p"), tagged(t, shop, 4, "other")
	before := all(t, shop, a, b, c, d)
	change, err := shop.MergeTags(ctx, []string{"VPI", "v.i.p", "vip", "vpi"}, "vip", "Ana")
	if err != nil || change.Contacts() != 3 || change.ID() == 0 {
		t.Fatalf("%d contacts changed, id %d, %v", change.Contacts(), change.ID(), err)
	}
	if got := all(t, shop, a, b, c, d); got != "vip | vip | vip | other" {
		t.Errorf("after the merge %q", got)
	}
	kept, err := shop.TagChanges(ctx)
	want := store.KeptTagChange{ID: change.ID(), Tags: []string{"v.i.p", "vpi"}, Became: "vip", People: 3, Staff: "Ana", At: shop.Clock.Now()}
	if err != nil || len(kept) != 1 || fmt.Sprint(kept[0]) != fmt.Sprint(want) {
		t.Errorf("kept %+v, %v; want %+v", kept, err, want)
	}
	other := storetest.Open(t, shop.File, shop.Clock)
	undone, err := other.UndoTagChange(ctx, 0, "Luz")
	if err != nil || undone.ID != change.ID() {
		t.Fatalf("undid %+v, %v", undone, err)
	}
	if got := all(t, shop, a, b, c, d); got != before {
		t.Errorf("after the undo %q, before %q", got, before)
	}
	for _, id := range []int64{0, change.ID(), 4711} {
		if _, err := shop.UndoTagChange(ctx, id, "Luz"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("undo of %d again = %v, want ErrNotFound", id, err)
		}
	}
}

func TestUndoneHereIsUndoneThere(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := tagged(t, shop, 1, "old")
	change, err := shop.RenameTag(t.Context(), "old", "new", "Ana")
	must(t, err)
	must(t, shop.UndoTags(t.Context(), change))
	if list, err := shop.TagChanges(t.Context()); err != nil || len(list) != 0 || tagsOf(t, shop, id) != "old" {
		t.Errorf("%+v, %v, tags %q", list, err, tagsOf(t, shop, id))
	}
}

func TestChangesAreUndoneInAnyOrder(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := tagged(t, shop, 1, "a", "b")
	first, err := shop.RenameTag(ctx, "a", "c", "Ana")
	must(t, err)
	_, err = shop.RemoveTag(ctx, "b", "Ana")
	must(t, err)
	if _, err := shop.UndoTagChange(ctx, first.ID(), "Ana"); err != nil || tagsOf(t, shop, id) != "a" {
		t.Errorf("the first undone: %q, %v", tagsOf(t, shop, id), err)
	}
	if last, err := shop.UndoTagChange(ctx, 0, "Ana"); err != nil || last.Became != "" || tagsOf(t, shop, id) != "a b" {
		t.Errorf("the last undone: %+v, %q, %v", last, tagsOf(t, shop, id), err)
	}
}

func TestATagThatIsAskedForStays(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	id := shop.Customer(t, 1)
	must(t, shop.TagContacts(ctx, []store.ContactID{id}, []string{"staff", "vip"}, nil))
	save(t, shop, "Everybody else", "-tag:STAFF")
	draft := shop.Broadcast(t, "lang:es OR (tag:x -tag:Staff)")
	_, renaming := shop.RenameTag(ctx, "staff", "team", "Ana")
	_, merging := shop.MergeTags(ctx, []string{"vip", "staff"}, "good", "Ana")
	_, removing := shop.RemoveTag(ctx, "staff", "Ana")
	for act, err := range map[string]error{"rename": renaming, "merge": merging, "remove": removing} {
		used, ok := errors.AsType[*store.InUseError](err)
		if !ok || !slices.Equal(used.Audiences, []string{"Everybody else"}) || !slices.Equal(used.Broadcasts, []string{"Half price"}) {
			t.Errorf("%s = %v, want both named", act, err)
		}
	}
	if got := tagsOf(t, shop, id); got != "staff vip" {
		t.Errorf("a refused change left %q", got)
	}
	if _, err := shop.MergeTags(ctx, []string{"vip"}, "staff", "Ana"); err != nil {
		t.Errorf("into a tag that is asked for: %v", err)
	}
	must(t, shop.DiscardDraft(ctx, draft, "Ana"))
	_, err := shop.DeleteAudience(ctx, "everybody else", "Ana")
	must(t, err)
	if _, err := shop.RemoveTag(ctx, "staff", "Ana"); err != nil {
		t.Errorf("when nothing asks any more: %v", err)
	}
}

func TestOnlyTheLastChangesAreKept(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	tagged(t, shop, 1, "t0")
	for n := range 23 {
		_, err := shop.RenameTag(ctx, fmt.Sprintf("t%d", n), fmt.Sprintf("t%d", n+1), "Ana")
		must(t, err)
		shop.Clock.Advance(time.Minute)
	}
	list, err := shop.TagChanges(ctx)
	if err != nil || len(list) != 20 || list[0].Became != "t23" || list[19].Became != "t4" {
		t.Errorf("%d are kept, from %+v, %v", len(list), list, err)
	}
	var rows int
	if err := raw(t, shop).QueryRowContext(ctx, `SELECT count(*) FROM tag_change_rows`).Scan(&rows); err != nil || rows != 40 {
		t.Errorf("%d rows are kept, %v", rows, err)
	}
}

func TestUndoSkipsWhoIsGoneAndWhoseNumberWentToAnother(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	stays, erased := tagged(t, shop, 1, "old"), tagged(t, shop, 2, "old")
	gone := tagged(t, shop, 3, "old")
	_, err := shop.RemoveTag(ctx, "old", "Ana")
	must(t, err)
	must(t, shop.Erase(ctx, erased, "Ana"))
	db := raw(t, shop)
	for _, statement := range []string{`DELETE FROM standings WHERE contact_id = ?`, `DELETE FROM contacts WHERE id = ?`} { // as an import that is undone does
		_, err := db.ExecContext(ctx, statement, gone)
		must(t, err)
	}
	if again := shop.Contact(t, 4); again != gone {
		t.Fatalf("the id of who is gone was not given again: %d", again)
	}
	_, err = shop.UndoTagChange(ctx, 0, "Ana")
	must(t, err)
	if got := all(t, shop, stays, gone); got != "old | " {
		t.Errorf("after the undo %q: who got the id has nothing to do with it", got)
	}
}

func TestRequirement17APurgeTakesTheTagsOutOfWhatCanBeUndone(t *testing.T) {
	t.Parallel()
	shop, id := wholeLife(t)
	ctx := t.Context()
	_, err := shop.RenameTag(ctx, lostTag, lostTag+"2", "Ana")
	must(t, err)
	must(t, shop.Erase(ctx, id, "Ana"))
	must(t, shop.Purge(ctx, id, "Ana"))
	if left := remains(t, shop, []string{lostTag}); len(left) > 0 {
		t.Errorf("still there: %q", left)
	}
	if list, err := shop.TagChanges(ctx); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestTagsInUse(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	tagged(t, shop, 1, "big spender")
	for tag, want := range map[string]bool{"Big Spender": true, "big-spender": true, "big": false} {
		if got, err := shop.TagInUse(t.Context(), tag); err != nil || got != want {
			t.Errorf("%q: %v, %v", tag, got, err)
		}
	}
	if _, err := shop.TagInUse(t.Context(), " "); err == nil {
		t.Error("an empty tag is no tag")
	}
}
