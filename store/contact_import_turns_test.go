package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/intake"
	"pregon/store/storetest"
)

// another opens the shop file once more, with connections and a turn of its own, as another process does.
func another(t *testing.T, shop *storetest.Shop) *store.Store {
	t.Helper()
	other, _, err := store.Open(t.Context(), shop.File, store.WithClock(shop.Clock.Now))
	must(t, err)
	t.Cleanup(func() { must(t, other.Close()) })
	return other
}

// halfway imports a text in as many transactions as it can be cut into, and calls during once when the row-th is in. The
// import waits for it, with the turn to write.
func halfway(t *testing.T, shop *storetest.Shop, text string, row int, during func()) (store.Imported, error) {
	t.Helper()
	shop.Turns(0)
	begun := false
	got, err := bring(t, shop, text, func(in *store.Import) {
		in.Progress = func(p store.ImportProgress) {
			if p.Step == store.ImportKeeping && p.Rows >= row && !begun {
				begun = true
				during()
			}
		}
	})
	if !begun {
		t.Fatal("the import ended before")
	}
	return got, err
}

// slowly is halfway with during beside the import, which goes on.
func slowly(t *testing.T, shop *storetest.Shop, text string, row int, during func()) (store.Imported, error) {
	t.Helper()
	done := make(chan struct{})
	got, err := halfway(t, shop, text, row, func() {
		go func() {
			defer close(done)
			during()
		}()
	})
	<-done
	return got, err
}

// visible is all that anybody can read of who there is.
func visible(t *testing.T, s *store.Store) string {
	t.Helper()
	ctx := t.Context()
	var all strings.Builder
	note := func(what string, value any, err error) {
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: %v", what, err)
		}
		fmt.Fprintf(&all, "%s: %v\n", what, value)
	}
	for _, query := range []string{"", "C", "-tag:x", "tag:new", "604555", "consent:none", "sendable:yes", "lang:es OR c"} {
		for _, order := range []store.ContactSort{store.SortName, store.SortAdded, store.SortID} {
			ids, err := s.ContactIDs(ctx, query, order)
			note("list "+query, ids, err)
		}
		first, err := s.FirstContactIDs(ctx, query, 20)
		note("first "+query, first, err)
		counts, err := s.CountContacts(ctx, query)
		note("count "+query, counts, err)
	}
	for _, n := range []int{1, 2, 1500} {
		c, err := s.ContactByPhone(ctx, storetest.Phone(n))
		note("by number", c.ID, err)
	}
	board, err := s.Board(ctx, time.Time{})
	note("board", board, err)
	tags, err := s.Tags(ctx)
	note("tags", tags, err)
	used, err := s.TagInUse(ctx, "new")
	note("tag in use", used, err)
	fields, err := s.FieldNames(ctx)
	note("fields", fields, err)
	imports, err := s.Imports(ctx, 10)
	note("imports", imports, err)
	pairs, total, err := s.Duplicates(ctx, 10)
	note("duplicates", fmt.Sprint(pairs, total), err)
	return all.String()
}

func TestNobodySeesAnImportBeforeItsEnd(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	other := another(t, shop)
	before := visible(t, other)
	var during string
	got, err := halfway(t, shop, book(3000), 2000, func() { during = visible(t, other) })
	if err != nil || got.Added != 2999 {
		t.Fatalf("got %+v, %v", got, err)
	}
	if during != before {
		t.Errorf("before:\n%.2000s\nduring:\n%.2000s", before, during)
	}
	if after := visible(t, other); after == before || !strings.Contains(after, "{3000 1}") {
		t.Errorf("after: %.2000s", after)
	}
}

func TestACountDuringWhichAnImportBringsSomeInShowsNoneOfThem(t *testing.T) {
	t.Parallel()
	one := store.ContactCounts{Total: 1, Sendable: 1}
	for query, want := range map[string]store.ContactCounts{"": one, "-sendable:yes": {}, "lang:es OR c": one} {
		t.Run(query, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			shop.Customer(t, 1)
			other := another(t, shop)
			brought, counted, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
			counts, err := other.CountAround(t.Context(), query, func() {
				go func() {
					_, err := halfway(t, shop, book(3000), 2000, func() {
						close(brought)
						<-counted
					})
					ended <- err
				}()
				<-brought
			})
			close(counted)
			must(t, <-ended)
			if err != nil || counts != want {
				t.Errorf("counts %+v, %v, want %+v", counts, err, want)
			}
		})
	}
}

// TestStaffRecordAYesWhileAnImportIsKept measures what a counter in another process waits.
func TestStaffRecordAYesWhileAnImportIsKept(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Contact(t, 1)
	other := another(t, shop)
	var waited time.Duration
	var said error
	var after store.ContactCounts
	shop.Turns(50 * time.Millisecond)
	done, begun := make(chan struct{}), false
	got, err := bring(t, shop, book(20_000), func(in *store.Import) {
		in.Progress = func(p store.ImportProgress) {
			if p.Step != store.ImportKeeping || begun {
				return
			}
			begun = true
			go func() {
				defer close(done)
				began := time.Now()
				_, said = other.RecordOptIn(t.Context(), storetest.OptIn(id))
				waited = time.Since(began)
				after, _ = other.CountContacts(t.Context(), "")
			}()
		}
	})
	<-done
	if err != nil || said != nil || got.Added != 19_999 {
		t.Fatalf("the import: %+v, %v; the yes: %v", got, err, said)
	}
	if after.Total != 1 {
		t.Errorf("the yes waited for the whole import, %v", waited)
	}
	t.Logf("the yes waited %v", waited)
	if c := contactAt(t, shop, 1); c.Standing.Consent != store.ConsentGiven {
		t.Errorf("the yes became %s", c.Standing.Consent)
	}
}

// TestWhoeverIsWrittenDownMeanwhileGoesBeforeTheFile: at the counter, by her stop, and under another spelling, before
// her row is in and after.
func TestWhoeverIsWrittenDownMeanwhileGoesBeforeTheFile(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	other := another(t, shop)
	text := "name,phone,tags,user_id\nLong,+5511961234567,,\nShort,+551161234568,,\n" + strings.TrimPrefix(book(4000), "name,phone,tags\nBad,12,\n") + "Last,,,CA.7\n"
	got, err := slowly(t, shop, text, 1000, func() {
		for _, c := range []store.NewContact{
			{Phone: storetest.Phone(2), Name: "At the counter"},
			{Phone: storetest.Phone(3999)},
			{Phone: "+551161234567"},
			{Phone: "+5511961234568"},
			{Phone: "+16045550177", UserID: "CA.7"},
		} {
			c.Source = "till"
			if _, err := other.AddContact(t.Context(), c); err != nil {
				t.Errorf("%+v: %v", c, err)
			}
		}
		if err := other.RecordFeed(t.Context(), store.Feed{Inbound: []store.Inbound{write(shop, 3, "STOP"), write(shop, 3998, "STOP")}}); err != nil {
			t.Error(err)
		}
	})
	if err != nil || got.Rows != 4003 || got.Added != 4003-7 || got.Suppressed != 2 || got.Updated+got.Unchanged != 5 {
		t.Fatalf("got %+v, %v", got, err)
	}
	counts, err := shop.CountContacts(t.Context(), "")
	if err != nil || counts.Total != 4001 {
		t.Errorf("%d people, %v", counts.Total, err)
	}
	for _, n := range []int{3, 3998} {
		if _, err := shop.ContactByPhone(t.Context(), storetest.Phone(n)); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("who said stop was brought in: %v", err)
		}
	}
	if c := contactAt(t, shop, 2); c.Source != "till" || c.Name != "C 2" {
		t.Errorf("got %+v", c)
	}
	undone, err := shop.UndoImport(t.Context(), got.ID, "Ana", nil)
	if err != nil || undone.Removed != got.Added {
		t.Errorf("undone: %+v, %v", undone, err)
	}
	if c := contactAt(t, shop, 2); c.Name != "At the counter" {
		t.Errorf("after the undo: %+v", c)
	}
}

// TestProofMeetsWhoWasWrittenDownAfterItWasKept: her row was ready to be written on the file's contact, which left.
func TestProofMeetsWhoWasWrittenDownAfterItWasKept(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	other := another(t, shop)
	var text strings.Builder
	text.WriteString(proofHeader)
	for n := 1; n <= 2500; n++ {
		text.WriteString(proofRow(n, true))
	}
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		db := raw(t, shop)
		look := time.NewTicker(time.Millisecond)
		defer look.Stop()
		for ready := false; !ready; <-look.C {
			if err := db.QueryRowContext(t.Context(), `SELECT count(*) > 0 FROM arriving_rows`).Scan(&ready); err != nil {
				return
			}
		}
		if _, err := other.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(2), Name: "At the counter", Source: "till"}); err != nil &&
			!errors.Is(err, store.ErrConflict) { // too late is not wrong
			t.Error(err)
		}
	}()
	shop.Turns(0)
	got := mustBring(t, shop, text.String(), nil)
	<-kept
	if got.Added+got.Updated != 2500 || got.OptedIn != 2500 {
		t.Errorf("got %+v", got)
	}
	if c := contactAt(t, shop, 2); c.Standing.Consent != store.ConsentGiven || !c.Verdict.Sendable() {
		t.Errorf("got %+v", c)
	}
	t.Logf("%d were met", got.Updated)
}

func TestImportStoppedBetweenItsTransactionsLeavesTheShopAsItWas(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	before, shown := content(t, shop), visible(t, shop.Store)
	shop.Turns(0)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows, err := intake.Open(strings.NewReader(book(3000)), intake.Options{})
	must(t, err)
	_, err = shop.Import(ctx, rows, store.Import{Source: "till", Staff: "Marta", Progress: func(p store.ImportProgress) {
		if p.Step == store.ImportKeeping && p.Rows > 1500 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if after := content(t, shop); after != before || visible(t, shop.Store) != shown {
		t.Error("the shop is not as it was")
	}
	if got := mustBring(t, shop, book(3000), nil); got.Added != 2999 {
		t.Errorf("the same file again: %+v", got)
	}
}

// arrivalVariable has this test binary import a file and nothing else.
const arrivalVariable = "PREGON_TEST_ARRIVAL"

func arrive(path string) error {
	s, _, err := store.Open(context.Background(), path, store.WithClock(storetest.NewClock().Now))
	if err != nil {
		return err
	}
	s.Turns(0)
	rows, err := intake.Open(os.Stdin, intake.Options{})
	if err != nil {
		return err
	}
	_, err = s.Import(context.Background(), rows, store.Import{File: "cards.csv", Source: "cards", Staff: "Marta"})
	return errors.Join(err, s.Close())
}

// TestKilledImportIsWhollyInOrWhollyOut kills the importing process with SIGKILL at points of its life: while people
// come, when they are all there and not shown, and while what is proved of them is written.
func TestKilledImportIsWhollyInOrWhollyOut(t *testing.T) {
	t.Parallel()
	const people = 1500
	var text strings.Builder
	text.WriteString(proofHeader)
	for n := 1; n <= people; n++ {
		text.WriteString(proofRow(n, true))
	}
	for name, point := range map[string]string{
		"begun":           `SELECT first < 9223372036854775807 FROM arriving`,
		"some are in":     `SELECT count(*) > 700 FROM contacts`,
		"all are in":      `SELECT count(*) >= 1500 FROM contacts`,
		"proofs are kept": `SELECT count(*) > 0 FROM arriving_rows`,
		"shown":           `SELECT import_id <> 0 AND first = 9223372036854775807 FROM arriving`,
		"some agreed":     `SELECT count(*) > 300 FROM consent_events`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			shop.Contact(t, 0)
			before, shown := content(t, shop), visible(t, shop.Store)
			killAt(t, shop, arrivalVariable, text.String(), point)
			if now := visible(t, shop.Store); now != shown && !strings.Contains(now, fmt.Sprintf("count : {%d ", people+1)) {
				t.Errorf("after the kill some are seen: %.300s", now)
			}
			settled, err := shop.SettleImport(t.Context())
			if err != nil || settled.ID == 0 {
				t.Fatalf("settled %+v, %v", settled, err)
			}
			counts, err := shop.CountContacts(t.Context(), "")
			must(t, err)
			if want := (store.ContactCounts{Total: people + 1, Sendable: people}); settled.Finished && counts != want {
				t.Errorf("finished, but %+v", counts)
			}
			if !settled.Finished && content(t, shop) != before {
				t.Error("taken back, but the shop is not as it was")
			}
			verified, err := shop.VerifyLedger(t.Context())
			if err != nil || !verified.OK {
				t.Errorf("the ledger: %+v, %v", verified, err)
			}
			again := mustBring(t, shop, text.String(), nil)
			if again.Added+again.Unchanged != people || (again.Added == 0) != settled.Finished {
				t.Errorf("the same file again: %+v", again)
			}
		})
	}
}

// killAt kills a process that does what a variable says, with text on its input, when a question to the shop file is answered with 1.
func killAt(t *testing.T, shop *storetest.Shop, variable, text, question string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), variable+"="+shop.File)
	command.Stdin = strings.NewReader(text)
	must(t, command.Start())
	db := raw(t, shop)
	look := time.NewTicker(time.Millisecond)
	defer look.Stop()
	for reached := false; !reached; {
		select {
		case <-t.Context().Done():
			return
		case <-look.C:
		}
		must(t, db.QueryRowContext(t.Context(), question).Scan(&reached))
	}
	must(t, command.Process.Kill())
	if err := command.Wait(); err == nil {
		t.Error("it ended before it was killed")
	}
}
