package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/audience"
	"pregon/store/storetest"
)

func save(t *testing.T, shop *storetest.Shop, name, query string) store.SavedAudience {
	t.Helper()
	a, err := shop.SaveAudience(t.Context(), name, query, "Ana")
	must(t, err)
	return a
}

// regular adds a customer who can be sent to, with tags.
func regular(t *testing.T, shop *storetest.Shop, n int, tags ...string) store.ContactID {
	t.Helper()
	id := shop.Customer(t, n)
	must(t, shop.TagContacts(t.Context(), []store.ContactID{id}, tags, nil))
	return id
}

func found(t *testing.T, shop *storetest.Shop, query string, want ...store.ContactID) {
	t.Helper()
	got, err := shop.ContactIDs(t.Context(), query, store.SortID)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%q finds %v, %v; want %v", query, got, err, want)
	}
}

func TestASavedAudienceIsFoundByItsNameInAnyCase(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	vip, both := regular(t, shop, 1, "vip"), regular(t, shop, 2, "vip", "staff")
	a := save(t, shop, "  Clientes   Fíeles ", " tag:vip -tag:staff ")
	if a.Name != "Clientes Fíeles" || a.Query != "tag:vip -tag:staff" || a.By != "Ana" || !a.At.Equal(shop.Clock.Now()) {
		t.Errorf("it is %+v", a)
	}
	for _, query := range []string{`audience:"Clientes Fíeles"`, `audience:"clientes fieles"`, `AUDIENCE:" CLIENTES  FIELES "`} {
		found(t, shop, query, vip)
		found(t, shop, "-"+query, both)
		if got, err := shop.CountContacts(t.Context(), query); err != nil || got.Total != 1 || got.Sendable != 1 {
			t.Errorf("%s counts %+v, %v", query, got, err)
		}
		if got, err := shop.FirstContactIDs(t.Context(), query, 10); err != nil || !slices.Equal(got, []store.ContactID{vip}) {
			t.Errorf("%s begins with %v, %v", query, got, err)
		}
	}
	if got, err := shop.SavedAudience(t.Context(), "CLIENTES fieles"); err != nil || got != a {
		t.Errorf("it comes back as %+v, %v; want %+v", got, err, a)
	}
	save(t, shop, "all", "-tag:none")
	if list, err := shop.SavedAudiences(t.Context()); err != nil || len(list) != 2 || list[0].Name != "all" || list[1] != a {
		t.Errorf("the list is %+v, %v", list, err)
	}
}

func TestWhatCannotBeSavedIsRefusedAndLeavesNothing(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	save(t, shop, "Regulars", "tag:vip")
	tests := []struct{ name, title, query, want string }{
		{"no name", " \t ", "tag:vip", "name: empty"},
		{"a name of accents alone", "\u0301", "tag:vip", "name: empty"},
		{"a name that is too long", strings.Repeat("a", 61), "tag:vip", "name: too_long"},
		{"a name that would command the terminal", "a\x1b[2J", "tag:vip", "name: unknown"},
		{"an empty audience is nobody", "empty", "  ", "query: empty"},
		{"a query that cannot be read", "broken", "tag:vip color:red", "unknown_key"},
		{"a query that names another", "nested", "tag:vip audience:regulars", "nested"},
		{"a query that would name itself", "self", "audience:self", "nested"},
		{"a name that is taken", "regulars", "tag:b", "conflict"},
		{"a name that is taken but for accents", "Régulars", "tag:b", "conflict"},
	}
	for _, tt := range tests {
		_, err := shop.SaveAudience(t.Context(), tt.title, tt.query, "Ana")
		got := store.Code(err)
		if invalid, ok := errors.AsType[*store.InvalidError](err); ok {
			got = invalid.Error()
		}
		if syntax, ok := errors.AsType[*audience.SyntaxError](err); ok {
			got = syntax.Code.String()
		}
		if got != tt.want {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
	if list, err := shop.SavedAudiences(t.Context()); err != nil || len(list) != 1 || list[0].Query != "tag:vip" {
		t.Errorf("the list is %+v, %v", list, err)
	}
}

func TestAnAudienceNobodySavedIsRefusedWithItsPlace(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	const query = "tag:vip OR audience:regulars"
	refused := map[string]error{}
	_, refused["list"] = shop.ContactIDs(t.Context(), query, store.SortID)
	_, refused["first"] = shop.FirstContactIDs(t.Context(), query, 5)
	_, refused["count"] = shop.CountContacts(t.Context(), query)
	_, refused["create"] = shop.CreateBroadcast(t.Context(), store.Draft{Name: "x", Template: "offer", Language: "en", Audience: query}, "Ana")
	_, refused["check"] = shop.CheckDraft(t.Context(), store.Draft{Name: "x", Template: "offer", Language: "en", Audience: query})
	_, refused["readers"] = shop.Recipients(t.Context(), store.Draft{Template: "offer", Language: "en", Audience: query}, 0, 5)
	for act, err := range refused {
		syntax, ok := errors.AsType[*audience.SyntaxError](err)
		if !ok || syntax.Code != audience.CodeNoAudience || query[syntax.Pos:syntax.End] != "audience:regulars" || syntax.Word != "regulars" {
			t.Errorf("%s: %v", act, err)
		}
	}
}

func TestADraftFollowsItsSavedAudienceUntilItStarts(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	regular(t, shop, 1, "vip")
	regular(t, shop, 2, "old")
	regular(t, shop, 3, "old")
	save(t, shop, "mine", "tag:vip")
	draft, err := shop.Store.Broadcast(ctx, shop.Broadcast(t, "audience:mine"))
	must(t, err)
	people := func(want int) {
		t.Helper()
		if check, err := shop.Check(ctx, draft.ID); err != nil || check.Audience != want || check.Sendable != want {
			t.Errorf("the check counts %d and %d, %v; want %d", check.Audience, check.Sendable, err, want)
		}
	}
	people(1)
	shop.Clock.Advance(time.Hour)
	changed, err := shop.ChangeAudience(ctx, "MINE", "tag:old", "Luz")
	if err != nil || changed.Name != "mine" || changed.By != "Luz" || !changed.At.Equal(shop.Clock.Now()) {
		t.Errorf("it is %+v, %v", changed, err)
	}
	people(2)
	_, err = shop.Outbox.Acquire(ctx)
	must(t, err)
	must(t, shop.Outbox.Start(ctx, draft.ID, store.Start{Staff: "Ana", WithoutFeed: true}))
	_, err = shop.ChangeAudience(ctx, "mine", "-tag:nobody", "Luz")
	must(t, err)
	if got := shop.Counts(ctx, t, draft.ID); got.Audience() != 2 {
		t.Errorf("the started broadcast has %d people", got.Audience())
	}
	if b, err := shop.Store.Broadcast(ctx, draft.ID); err != nil || b.Audience != "audience:mine" {
		t.Errorf("its audience is %q, %v: its text is what was confirmed", b.Audience, err)
	}
}

func TestAnAudienceInUseStays(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	shop.Customer(t, 1)
	save(t, shop, "Mine", "sendable:yes")
	id := shop.Broadcast(t, `tag:vip OR -audience:"MINE"`)
	_, deleting := shop.DeleteAudience(ctx, "mine", "Ana")
	_, renaming := shop.RenameAudience(ctx, "mine", "ours", "Ana")
	for act, err := range map[string]error{"delete": deleting, "rename": renaming} {
		used, ok := errors.AsType[*store.InUseError](err)
		if !ok || !slices.Equal(used.Broadcasts, []string{"Half price"}) || used.Error() == "" {
			t.Errorf("%s = %v, want the broadcast named", act, err)
		}
	}
	if a, err := shop.RenameAudience(ctx, "mine", "MÍNE", "Luz"); err != nil || a.Name != "MÍNE" || a.Query != "sendable:yes" {
		t.Errorf("another spelling of the same name: %+v, %v", a, err)
	}
	must(t, shop.DiscardDraft(ctx, id, "Ana"))
	if a, err := shop.RenameAudience(ctx, "mine", "ours", "Ana"); err != nil || a.Name != "ours" {
		t.Errorf("after the draft is gone: %+v, %v", a, err)
	}
	started := shop.Started(t, "audience:ours")
	if _, err := shop.DeleteAudience(ctx, "ours", "Ana"); err != nil {
		t.Errorf("a started broadcast has its people: %v", err)
	}
	if got := shop.Counts(ctx, t, started); got.Audience() != 1 {
		t.Errorf("it lost its people: %v", got)
	}
}

func TestADeletedAudienceComesBackAsItWas(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	vip := regular(t, shop, 1, "vip")
	a := save(t, shop, "Mine", "tag:vip")
	shop.Clock.Advance(time.Hour)
	gone, err := shop.DeleteAudience(ctx, "mine", "Luz")
	if err != nil || gone != a {
		t.Errorf("deleted %+v, %v; want %+v", gone, err, a)
	}
	if _, err := shop.SavedAudience(ctx, "mine"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("it is still there: %v", err)
	}
	must(t, shop.RestoreAudience(ctx, gone))
	if back, err := shop.SavedAudience(ctx, "mine"); err != nil || back != a {
		t.Errorf("it came back as %+v, %v; want %+v", back, err, a)
	}
	found(t, shop, "audience:mine", vip)
	if err := shop.RestoreAudience(ctx, gone); !errors.Is(err, store.ErrConflict) {
		t.Errorf("twice = %v, want ErrConflict", err)
	}
	missing := []error{}
	_, err = shop.DeleteAudience(ctx, "nobody", "Ana")
	missing = append(missing, err)
	_, err = shop.ChangeAudience(ctx, "nobody", "tag:a", "Ana")
	missing = append(missing, err)
	_, err = shop.RenameAudience(ctx, "nobody", "b", "Ana")
	for _, err := range append(missing, err) {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("of none = %v, want ErrNotFound", err)
		}
	}
	if _, err := shop.ChangeAudience(ctx, "mine", "audience:mine", "Ana"); err == nil {
		t.Error("a change may make it name itself")
	}
	save(t, shop, "other", "tag:b")
	if _, err := shop.RenameAudience(ctx, "other", "MINE", "Ana"); !errors.Is(err, store.ErrConflict) {
		t.Errorf("a taken name = %v, want ErrConflict", err)
	}
}

func TestSavedAudiencesAreOnTheRecordWithoutTheirWords(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	save(t, shop, "friends of Xiomara", "xiomara")
	_, err := shop.ChangeAudience(t.Context(), "friends of xiomara", "tag:x", "Luz")
	must(t, err)
	_, err = shop.DeleteAudience(t.Context(), "friends of xiomara", "Luz")
	must(t, err)
	var lines, named int
	row := raw(t, shop).QueryRowContext(t.Context(), `SELECT count(*), coalesce(sum(detail || subject LIKE '%xiomara%'), 0)
		FROM audit_events WHERE type LIKE 'audience_%'`)
	if err := row.Scan(&lines, &named); err != nil || lines != 3 || named != 0 {
		t.Errorf("%d lines, %d of them with words that a purge could not take out, %v", lines, named, err)
	}
	if v, err := shop.VerifyLedger(t.Context()); err != nil || !v.OK {
		t.Errorf("the chain: %+v, %v", v, err)
	}
}

func TestRequirement17APurgeTakesThePersonOutOfSavedAudiences(t *testing.T) {
	t.Parallel()
	shop, id := wholeLife(t)
	ctx := t.Context()
	save(t, shop, "her", `tag:vip OR "`+lostName+`"`)
	save(t, shop, "Friends of "+lostName, "tag:vip")
	save(t, shop, "by number", string(storetest.Phone(77))[1:]+" OR tag:x")
	other := save(t, shop, "others", "customer tag:vip")
	words := []string{lostName, string(storetest.Phone(77))[2:], "Friends of"}
	if len(remains(t, shop, words)) == 0 {
		t.Fatal("the search finds nothing even before the purge")
	}
	must(t, shop.Erase(ctx, id, "Ana"))
	must(t, shop.Purge(ctx, id, "Ana"))
	if left := remains(t, shop, words); len(left) > 0 {
		t.Errorf("still there: %q", left)
	}
	list, err := shop.SavedAudiences(ctx)
	must(t, err)
	erased := 0
	for _, a := range list {
		if a.Query == "erased" {
			erased++
		}
		found(t, shop, `audience:"`+a.Name+`" -tag:none -customer`)
	}
	if len(list) != 4 || erased != 3 || !slices.Contains(list, other) {
		t.Errorf("they are %+v", list)
	}
}

func TestTheRenewalListIsThoseWhoExpireWithinTheTime(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	idle, late := shop.Customer(t, 1), shop.Contact(t, 2)
	shop.Contact(t, 3) // never agreed
	gone := shop.Customer(t, 4)
	withdraw(t, shop, gone)
	shop.Clock.Advance(300 * 24 * time.Hour)
	shop.OptIn(t, late)
	seen := shop.Customer(t, 5)
	soon := func(want int) {
		t.Helper()
		if board, err := shop.Board(ctx, shop.Clock.Now()); err != nil || board.ExpireSoon != want {
			t.Errorf("the board says %d expire soon, %v; want %d", board.ExpireSoon, err, want)
		}
	}
	found(t, shop, store.ExpireSoonQuery)
	soon(0)
	found(t, shop, "expires:>60d", idle, late, seen)
	found(t, shop, "-expires:>60d", 3, gone)
	shop.Clock.Advance(372 * 24 * time.Hour) // 59 days are left of two years
	found(t, shop, "expires:<58d")
	found(t, shop, store.ExpireSoonQuery, idle)
	found(t, shop, "expires:<2m -expires:<1m", idle)
	found(t, shop, "expires:>60d", late, seen)
	soon(1)
	shop.Saved(t, idle) // she was at the counter: that uses it
	found(t, shop, store.ExpireSoonQuery)
	soon(0)
	shop.Clock.Advance(731 * 24 * time.Hour)
	found(t, shop, "expires:<0d", idle, late, seen) // overdue, until the retention runs
	if done, err := shop.Retain(ctx); err != nil || done.Expired != 3 {
		t.Errorf("the retention = %+v, %v; want the same three", done, err)
	}
	found(t, shop, "expires:<9y")
}

func TestTheRenewalListIsFoundByAnIndex(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	statements, err := shop.FirstPageSQL(t.Context(), store.ExpireSoonQuery)
	must(t, err)
	db := raw(t, shop)
	lines := plan(t, db, constants(t)["selectExpiring"])
	if !slices.ContainsFunc(lines, func(line string) bool { return strings.Contains(line, "standings_consented") }) {
		t.Errorf("the retention looks at everybody: %q", lines)
	}
	counted := plan(t, db, `SELECT count(*) FROM contacts c JOIN standings s ON s.contact_id = c.id WHERE s.erased = 0 AND `+constants(t)["expiringSQL"])
	if !slices.ContainsFunc(counted, func(line string) bool { return strings.Contains(line, "standings_consented") }) {
		t.Errorf("the count looks at everybody: %q", counted)
	}
	if len(statements) == 0 {
		t.Error("no first page")
	}
}

func TestTheVocabularyKnowsWhatTheShopHas(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	regular(t, shop, 1, "vip", "zoo")
	id := regular(t, shop, 2, "zoo")
	must(t, shop.Edit(t.Context(), id, store.EditContact{Fields: map[string]string{"city": "Vigo"}}))
	save(t, shop, "Good customers", "tag:vip")
	v, err := shop.Vocabulary(t.Context())
	must(t, err)
	for text, want := range map[string]string{
		"tag:": "zoo vip", "field.": "field.city:", "audience:": `"Good customers"`, "z": "tag:zoo", "consent:c": "confirmed",
	} {
		if got := strings.Join(v.Complete(text, len(text)).Options, " "); got != want {
			t.Errorf("%q is completed by %q, want %q", text, got, want)
		}
	}
	for query, code := range map[string]audience.Code{
		`audience:"GOOD customers" tag:vip`: 0, "audience:bad": audience.CodeNoAudience, "tag:": audience.CodeMissingValue,
	} {
		err := v.Check(query)
		syntax, _ := errors.AsType[*audience.SyntaxError](err)
		if (err == nil) != (code == 0) || err != nil && syntax.Code != code {
			t.Errorf("%q = %v, want %s", query, err, code)
		}
	}
	var none store.Vocabulary
	if err := none.Check("audience:anything"); err != nil {
		t.Errorf("before anything is read a name is no fault: %v", err)
	}
	if err := none.Check("tag:"); err == nil || len(none.Complete("tag:", 4).Options) != 0 {
		t.Errorf("before anything is read: %v", err)
	}
}
