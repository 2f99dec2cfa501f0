package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/intake"
	"pregon/store/storetest"
)

// TestNobodySeesHalfOfAnUndo: all who leave are there until one moment, and from then on nobody is.
func TestNobodySeesHalfOfAnUndo(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 9000)
	got := mustBring(t, shop, book(2000), nil)
	shop.OptIn(t, contactAt(t, shop, 7).ID)
	other := another(t, shop)
	before := visible(t, other)
	seen := map[store.ImportStep]string{}
	shop.Turns(0)
	undone, err := shop.UndoImport(t.Context(), got.ID, "Ana", func(p store.ImportProgress) {
		if now := visible(t, other); seen[p.Step] == "" {
			seen[p.Step] = now
		} else if now != seen[p.Step] {
			t.Errorf("%s: seen changes at %d of %d", p.Step, p.Rows, p.Of)
		}
	})
	if err != nil || undone.Removed != 1999 || undone.Kept != 1 {
		t.Fatalf("got %+v, %v", undone, err)
	}
	if difference := unlike(seen[store.ImportLooking], before); difference != "" {
		t.Errorf("before it is decided: %s", difference)
	}
	after := visible(t, other)
	if difference := unlike(seen[store.ImportLeaving], after); difference != "" || !strings.Contains(after, "count : {2 1}") {
		t.Errorf("while they are removed: %s", difference)
	}
}

// unlike is the first line in which two pictures differ.
func unlike(got, want string) string {
	lines := strings.Split(want, "\n")
	for n, line := range strings.Split(got, "\n") {
		if n >= len(lines) || line != lines[n] {
			return fmt.Sprintf("%.200s instead of %.200s", line, lines[min(n, len(lines)-1)])
		}
	}
	return ""
}

// TestStaffRecordAYesWhileAnImportIsTakenBack: a counter in another process goes on, also with whom the import added,
// who then stays.
func TestStaffRecordAYesWhileAnImportIsTakenBack(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	known := shop.Contact(t, 1)
	got := mustBring(t, shop, book(8_000), nil)
	brought := contactAt(t, shop, 5_000).ID
	other := another(t, shop)
	shop.Turns(20 * time.Millisecond)
	var waited time.Duration
	var said error
	var beside bool
	done, ended := make(chan struct{}), make(chan struct{})
	begun := false
	undone, err := shop.UndoImport(t.Context(), got.ID, "Ana", func(store.ImportProgress) {
		if begun {
			return
		}
		begun = true
		go func() {
			defer close(done)
			began := time.Now()
			for _, id := range []store.ContactID{known, brought} {
				_, err := other.RecordOptIn(t.Context(), storetest.OptIn(id))
				said = errors.Join(said, err)
			}
			waited = time.Since(began)
			select {
			case <-ended:
			default:
				beside = true
			}
		}()
	})
	close(ended)
	<-done
	if err != nil || said != nil || undone.Removed != 7_998 || undone.Kept != 1 {
		t.Fatalf("the undo: %+v, %v; the yes: %v", undone, err, said)
	}
	if !beside {
		t.Errorf("the yes waited for the whole undo, %v", waited)
	}
	t.Logf("two times yes took %v", waited)
	for _, n := range []int{1, 5_000} {
		if c := contactAt(t, shop, n); c.Standing.Consent != store.ConsentGiven {
			t.Errorf("the yes of %d became %s", n, c.Standing.Consent)
		}
	}
}

// TestToWhomSomethingHappensMeanwhileStays: before they are hidden and after, when a screen still has her.
func TestToWhomSomethingHappensMeanwhileStays(t *testing.T) {
	t.Parallel()
	name := "Renamed"
	acts := map[int]func(*store.Store, context.Context, store.ContactID) error{
		1: func(s *store.Store, ctx context.Context, id store.ContactID) error {
			_, err := s.RecordOptIn(ctx, storetest.OptIn(id))
			return err
		},
		2: func(s *store.Store, ctx context.Context, id store.ContactID) error {
			return s.Edit(ctx, id, store.EditContact{Name: &name})
		},
		3: func(s *store.Store, ctx context.Context, id store.ContactID) error {
			return s.TagContacts(ctx, []store.ContactID{id}, []string{"vip"}, nil)
		},
		4: func(s *store.Store, ctx context.Context, id store.ContactID) error {
			_, err := s.RecordOptOut(ctx, store.OptOut{Contact: id, Reason: "STOP"})
			return err
		},
	}
	for _, step := range []store.ImportStep{store.ImportLooking, store.ImportLeaving} {
		t.Run(string(step), func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			shop.Contact(t, 9000)
			got := mustBring(t, shop, book(3000), nil)
			other, ids := another(t, shop), map[int]store.ContactID{}
			for n := range acts {
				ids[n] = contactAt(t, shop, n).ID
			}
			done, begun := make(chan struct{}), false
			shop.Turns(0)
			undone, err := shop.UndoImport(t.Context(), got.ID, "Ana", func(p store.ImportProgress) {
				if p.Step != step || p.Rows < 1000 && step == store.ImportLooking || begun {
					return
				}
				begun = true
				go func() {
					defer close(done)
					for n, act := range acts {
						if err := act(other, t.Context(), ids[n]); err != nil {
							t.Errorf("%d: %v", n, err)
						}
					}
				}()
			})
			<-done
			if err != nil || undone.Removed != 2996 || undone.Kept != 4 {
				t.Errorf("got %+v, %v", undone, err)
			}
			for n := range acts {
				contactAt(t, shop, n)
			}
			if counts, err := shop.CountContacts(t.Context(), ""); err != nil || counts.Total != 5 {
				t.Errorf("%+v, %v", counts, err)
			}
		})
	}
}

func TestWhoLeavesCanBeWrittenDownAnew(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	got := mustBring(t, shop, book(3000), nil)
	other := another(t, shop)
	done, begun := make(chan struct{}), false
	shop.Turns(0)
	undone, err := shop.UndoImport(t.Context(), got.ID, "Ana", func(p store.ImportProgress) {
		if p.Step == store.ImportLeaving && !begun {
			begun = true
			go func() {
				defer close(done)
				_, err := other.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(2), Name: "At the counter", Source: "till"})
				if err != nil {
					t.Error(err)
				}
			}()
		}
	})
	<-done
	if err != nil || undone.Removed != 2999 || undone.Kept != 0 {
		t.Errorf("got %+v, %v", undone, err)
	}
	if c := contactAt(t, shop, 2); c.Name != "At the counter" || len(c.Tags) != 0 {
		t.Errorf("got %+v", c)
	}
}

// TestWhateverRefersToAContactKeepsHer: a table that comes later has to say so too.
func TestWhateverRefersToAContactKeepsHer(t *testing.T) {
	t.Parallel()
	var forgotten string
	row := raw(t, storetest.New(t)).QueryRowContext(t.Context(), `SELECT coalesce(group_concat(m.name || '.' || f."from"), '')
		FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f
		WHERE m.type = 'table' AND f."table" = 'contacts' AND m.name NOT IN ('standings', 'import_changes')
		AND NOT EXISTS (SELECT 1 FROM sqlite_schema g WHERE g.type = 'trigger' AND g.tbl_name = m.name
			AND g.sql LIKE '%AFTER INSERT%INSERT OR IGNORE INTO staying VALUES (NEW.' || f."from" || ')%')`)
	if err := row.Scan(&forgotten); err != nil || forgotten != "" {
		t.Errorf("%s do not keep whom they name, %v", forgotten, err)
	}
}

func TestUndoStoppedBeforeAnythingIsSeenLeavesTheImportIn(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	got := mustBring(t, shop, book(3000), nil)
	before := content(t, shop)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	shop.Turns(0)
	_, err := shop.UndoImport(ctx, got.ID, "Ana", func(store.ImportProgress) { cancel() })
	if !errors.Is(err, context.Canceled) || errors.Is(err, store.ErrHalfUndone) {
		t.Fatalf("got %v", err)
	}
	if content(t, shop) != before {
		t.Error("the shop is not as it was")
	}
	if undone, err := shop.UndoImport(t.Context(), got.ID, "Ana", nil); err != nil || undone.Removed != 3000 {
		t.Errorf("again: %+v, %v", undone, err)
	}
}

func TestUndoStoppedAfterItIsSeenIsFinishedByTheNext(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	got := mustBring(t, shop, book(3000), nil)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	shop.Turns(0)
	_, err := shop.UndoImport(ctx, got.ID, "Ana", func(p store.ImportProgress) {
		if p.Step == store.ImportLeaving {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || !errors.Is(err, store.ErrHalfUndone) {
		t.Fatalf("got %v", err)
	}
	settled, err := shop.SettleImport(t.Context())
	if want := (store.SettledImport{ID: got.ID, Undone: true}); err != nil || settled != want {
		t.Errorf("settled %+v, %v", settled, err)
	}
	if counts, err := shop.CountContacts(t.Context(), ""); err != nil || counts.Total != 0 {
		t.Errorf("%+v, %v", counts, err)
	}
	if settled, err = shop.SettleImport(t.Context()); err != nil || settled.ID != 0 {
		t.Errorf("settled twice: %+v, %v", settled, err)
	}
}

// departureVariable has this test binary take an import back and do nothing else.
const departureVariable = "PREGON_TEST_DEPARTURE"

func depart(path string) error {
	s, _, err := store.Open(context.Background(), path, store.WithClock(storetest.NewClock().Now))
	if err != nil {
		return err
	}
	s.Turns(0)
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	id, err := strconv.ParseInt(string(text), 10, 64)
	if err == nil {
		_, err = s.UndoImport(context.Background(), id, "Ana", nil)
	}
	return errors.Join(err, s.Close())
}

// TestKilledUndoIsFinished kills the process with SIGKILL while it looks, when it has hidden them, while it restores
// whom the import changed and voids its opt-ins, and while it removes.
func TestKilledUndoIsFinished(t *testing.T) {
	t.Parallel()
	for name, point := range map[string]string{
		"begun":          `SELECT import_id <> 0 FROM leaving`,
		"some looked at": `SELECT looked > 700 FROM leaving`,
		"hidden":         `SELECT hidden FROM leaving`,
		"some restored":  `SELECT restored > 80 FROM leaving`,
		"some voided":    `SELECT voided > 80 FROM leaving`,
		"some removed":   `SELECT removed > 0 FROM leaving`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			var old, text strings.Builder
			old.WriteString("name,phone,city\n")
			text.WriteString(strings.TrimSuffix(proofHeader, "\n") + ",city\n")
			for n := 1; n <= 2000; n++ {
				switch {
				case n <= 200:
					fmt.Fprintf(&old, "Old %d,%s,Lima\n", n, storetest.Phone(n))
					fmt.Fprintf(&text, "New %d,%s,,,,,,,Lugo\n", n, storetest.Phone(n))
				case n <= 400:
					text.WriteString(strings.TrimSuffix(proofRow(n, true), "\n") + ",Lugo\n")
				default:
					fmt.Fprintf(&text, "New %d,%s,,,,,,,Lugo\n", n, storetest.Phone(n))
				}
			}
			mustBring(t, shop, old.String(), nil)
			got := mustBring(t, shop, text.String(), nil)
			killAt(t, shop, departureVariable, strconv.FormatInt(got.ID, 10), point)
			settled, err := shop.SettleImport(t.Context())
			if want := (store.SettledImport{ID: got.ID, Undone: true}); err != nil || settled != want {
				t.Fatalf("settled %+v, %v", settled, err)
			}
			var detail string
			row := raw(t, shop).QueryRowContext(t.Context(), `SELECT group_concat(detail) FROM audit_events WHERE type = 'import_undone'`)
			if err := row.Scan(&detail); err != nil || detail != `{"kept":200,"removed":1600,"restored":200,"voided":200}` {
				t.Errorf("on the record: %s, %v", detail, err)
			}
			if c := contactAt(t, shop, 3); c.Name != "Old 3" || c.Fields["city"] != "Lima" {
				t.Errorf("got %+v", c)
			}
			if c := contactAt(t, shop, 300); c.Standing.Consent != store.ConsentNone {
				t.Errorf("got %+v", c)
			}
			counts, err := shop.CountContacts(t.Context(), "")
			if want := (store.ContactCounts{Total: 400}); err != nil || counts != want {
				t.Errorf("%+v, %v", counts, err)
			}
			if verified, err := shop.VerifyLedger(t.Context()); err != nil || !verified.OK {
				t.Errorf("the ledger: %+v, %v", verified, err)
			}
			if again := mustBring(t, shop, book(3), nil); again.Added+again.Updated+again.Unchanged != 3 {
				t.Errorf("another file: %+v", again)
			}
		})
	}
}

// TestImportStoppedWhileItWritesIsTakenBack: its people were seen already, and some had agreed.
func TestImportStoppedWhileItWritesIsTakenBack(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	mustBring(t, shop, "name,phone,city\nOld,"+string(storetest.Phone(1))+",Lima\n", nil)
	before := everybody(t, shop)
	var text strings.Builder
	text.WriteString(strings.TrimSuffix(proofHeader, "\n") + ",city\n")
	fmt.Fprintf(&text, "New,%s,,,,,,,Lugo\n", storetest.Phone(1))
	for n := 2; n <= 1000; n++ {
		text.WriteString(strings.TrimSuffix(proofRow(n, n > 800), "\n") + ",Lugo\n")
	}
	rows, err := intake.Open(strings.NewReader(text.String()), intake.Options{})
	must(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	steps := map[store.ImportStep]int{}
	shop.Turns(0)
	_, err = shop.Import(ctx, rows, store.Import{Source: "till", Staff: "Marta", Progress: func(p store.ImportProgress) {
		if steps[p.Step]++; p.Step == store.ImportWriting && p.Rows >= 150 {
			cancel()
		}
	}})
	stopped, ok := errors.AsType[*store.StoppedError](err)
	if !ok || !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	u := stopped.Undone
	if u.Removed+u.Kept != 999 || u.Kept == 0 || u.Voided != u.Kept || u.Restored != 1 || steps[store.ImportLeaving] == 0 {
		t.Errorf("got %+v, after %v", u, steps)
	}
	after := everybody(t, shop)
	if fmt.Sprint(after[0]) != fmt.Sprint(before[0]) || len(after) != 1+u.Kept {
		t.Errorf("%d people, and of those there were %+v", len(after), after[0])
	}
	for _, c := range after {
		if c.Verdict.Sendable() || c.Standing.Consent != store.ConsentNone {
			t.Errorf("still agrees: %+v", c)
		}
	}
	list, err := shop.Imports(t.Context(), 1)
	if err != nil || list[0].ID != u.ID || list[0].UndoneAt.IsZero() {
		t.Errorf("on the list: %+v, %v", list, err)
	}
	if settled, err := shop.SettleImport(t.Context()); err != nil || settled.ID != 0 {
		t.Errorf("something was left: %+v, %v", settled, err)
	}
}

// TestImportStoppedBeforeItsFirstOptInLeavesEverybodyAsTheyWere: its people were seen, but nothing stands on a ledger.
func TestImportStoppedBeforeItsFirstOptInLeavesEverybodyAsTheyWere(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	var old, text strings.Builder
	old.WriteString("name,phone,city\n")
	text.WriteString("name,phone,city\n")
	for n := range 1000 {
		fmt.Fprintf(&old, "Old %d,%s,Lima\n", n, storetest.Phone(n))
		fmt.Fprintf(&text, "New %d,%s,Lugo\nCame %d,%s,Vigo\n", n, storetest.Phone(n), n, storetest.Phone(n+2000))
	}
	mustBring(t, shop, old.String(), nil)
	before, shown := everybody(t, shop), visible(t, shop.Store)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	rows, err := intake.Open(strings.NewReader(text.String()), intake.Options{})
	must(t, err)
	staged, err := shop.StageImport(t.Context(), rows, store.Import{Source: "till", Staff: "Marta"})
	must(t, err)
	defer func() { must(t, staged.Close()) }()
	shop.Turns(0)
	staged.Watch(func(p store.ImportProgress) {
		if p.Step == store.ImportWriting {
			cancel()
		}
	})
	if _, err := staged.Commit(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	if after := everybody(t, shop); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("%d people, the first %+v", len(after), after[0])
	}
	if difference := unlike(visible(t, shop.Store), shown); !strings.HasPrefix(difference, "imports: ") { // it is on the list
		t.Errorf("what is seen has changed: %s", difference)
	}
	staged.Watch(nil) // and the same file may be taken in all the same
	if got, err := staged.Commit(t.Context()); err != nil || got.Added != 1000 || got.Updated != 1000 {
		t.Errorf("once more: %+v, %v", got, err)
	}
}
