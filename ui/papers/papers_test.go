package papers_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"pregon/assets"
	"pregon/store"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/papers"
	"pregon/ui/say"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// behind stands below the page.
type behind struct{}

func (behind) ID() view.ID                 { return view.Contacts }
func (behind) Title() string               { return "Contacts" }
func (behind) Init() tea.Cmd               { return nil }
func (behind) Update(tea.Msg) tea.Cmd      { return nil }
func (behind) Render(view.Size) view.Frame { return view.Frame{Content: "the contacts"} }
func (behind) Actions() []view.Action      { return nil }
func (behind) Typing() bool                { return false }

// desk is a person who looks after the papers of one customer.
type desk struct {
	*uitest.Driver
	shop   *storetest.Shop
	folder string
}

func at(tb testing.TB, shop *storetest.Shop, id store.ContactID, lang string, width, height int) *desk {
	tb.Helper()
	return with(tb, shop, shop.Store, id, lang, width, height)
}

func with(tb testing.TB, shop *storetest.Shop, s papers.Store, id store.ContactID, lang string, width, height int) *desk {
	tb.Helper()
	d := &desk{shop: shop, folder: filepath.Join(tb.TempDir(), "documents")}
	var page *papers.Page
	d.Driver = uitest.NewIn(tb, lang, width, height, func(env *view.Env) tea.Model {
		speak := func(language string) (*say.Printer, error) { return say.New(language, assets.Locales()) }
		page = papers.New(env, papers.Desk{Store: s, Speak: speak, Folder: d.folder}, id)
		return ui.New(env, ui.Options{
			Views: []view.View{behind{}}, Changes: shop.Changes(tb.Context()),
		})
	})
	d.Send(view.Ask{Owner: view.Contacts, Dialog: page})
	return d
}

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// exports are the papers on the record.
func (d *desk) exports(tb testing.TB) (list []string) {
	tb.Helper()
	db, err := sql.Open("sqlite", d.shop.Path())
	must(tb, err)
	defer func() { must(tb, db.Close()) }()
	found, err := db.QueryContext(tb.Context(), `SELECT staff || ' ' || subject || ' ' || detail FROM audit_events WHERE type = 'export' ORDER BY seq`)
	must(tb, err)
	defer func() { must(tb, found.Close()) }()
	for found.Next() {
		var text string
		must(tb, found.Scan(&text))
		list = append(list, text)
	}
	must(tb, found.Err())
	return list
}

// written is the one file there is, and its text.
func (d *desk) written(tb testing.TB, ext string) string {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join(d.folder, "*"+ext))
	must(tb, err)
	if len(files) != 1 {
		tb.Fatalf("%d files in %s", len(files), d.folder)
	}
	text, err := os.ReadFile(files[0])
	must(tb, err)
	info, err := os.Stat(files[0])
	must(tb, err)
	if info.Mode().Perm()&0o077 != 0 {
		tb.Errorf("others may read it: %v", info.Mode())
	}
	return string(text)
}

func TestTheProofIsShownAndWrittenAndEachTimeOnTheRecord(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	d := at(t, shop, shop.Customer(t, 1), "en", 80, 24)
	d.See("Proof sheet", "Receipt", "Erase", "+1 604-500-0001")
	if got := d.exports(t); len(got) != 0 {
		t.Fatalf("the choice alone is on the record: %q", got)
	}
	d.Press("enter")
	d.See("Proof of consent, made on", "save as text", "with up and down")
	d.Press("end")
	d.See("End of the chain")
	d.Press("s")
	d.See("Written to")
	if text := d.written(t, ".txt"); !strings.Contains(text, "May Panadería Luna write to you?") || !strings.Contains(text, "+1 604-500-0001") {
		t.Errorf("the sheet is\n%s", text)
	}
	d.Press("j")
	var proof struct {
		Contact struct {
			Phone string `json:"phone"`
		} `json:"contact"`
		Events []struct {
			Type string `json:"type"`
		} `json:"events"`
	}
	must(t, json.Unmarshal([]byte(d.written(t, ".json")), &proof))
	if proof.Contact.Phone != "+16045000001" || len(proof.Events) != 2 {
		t.Errorf("the document says %+v", proof)
	}
	if got, want := d.exports(t), slices.Repeat([]string{"Marta contact 1 proof"}, 3); !slices.Equal(got, want) {
		t.Errorf("on the record stands %q, want %q", got, want)
	}
}

func TestAPaperThatIsThereStays(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	d := at(t, shop, shop.Customer(t, 1), "en", 80, 24)
	d.Press("enter", "s", "s")
	files, err := os.ReadDir(d.folder)
	must(t, err)
	if len(files) != 2 || files[0].Name() != "pregon-proof-1-2026-11-24-2.txt" || files[1].Name() != "pregon-proof-1-2026-11-24.txt" {
		t.Errorf("there are %v", files)
	}
}

func TestTheReceiptSpeaksTheLanguageOfTheWordsSheWasShown(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	d := at(t, shop, shop.Customer(t, 1), "es", 80, 24)
	d.Press("down", "enter")
	d.Says("you agreed to get messages on WhatsApp", "You can stop this at any time")
	d.Press("s")
	if page := d.written(t, ".html"); !strings.Contains(page, `lang="en"`) || !strings.Contains(page, "you agreed to get messages") {
		t.Errorf("the page is\n%s", page)
	}
	if got := d.exports(t); !slices.Equal(got, []string{"Marta contact 1 receipt", "Marta contact 1 receipt"}) {
		t.Errorf("on the record stands %q", got)
	}
}

func TestWhereNoYesStandsThereIsNoReceiptAndItSaysWhy(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	d := at(t, shop, shop.Contact(t, 1), "en", 80, 24)
	d.Says("There is none: it is the copy of a yes, and no yes of hers stands")
	d.Press("down", "enter")
	d.Unseen("You can stop this at any time")
	if got := d.exports(t); len(got) != 0 {
		t.Errorf("on the record stands %q", got)
	}
}

func TestNobodyIsErasedByEnterOrAnotherWord(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	d := at(t, shop, id, "en", 80, 24)
	d.Press("down", "down", "enter")
	d.Says("Erase Customer 1, +1 604-500-0001?", "On 22 Dec 2026: name, number", "There is no way back, also not before that day.")
	for _, typed := range []string{"", "yes"} {
		d.Type(typed)
		d.Press("enter")
		d.See("That is not ERASE. Nothing was changed.")
	}
	d.Press("esc", "esc")
	if c, err := shop.Store.Contact(t.Context(), id); err != nil || c.Standing.Erased {
		t.Errorf("she is %+v, %v", c.Standing, err)
	}
}

func TestAnErasureBlocksNowAndTellsTheDayAndMayGoAtOnce(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	d := at(t, shop, id, "en", 80, 24)
	d.Press("down", "down", "enter")
	d.Type("erase")
	d.Press("enter")
	d.Says("She is blocked for good and on the suppression list.", "What names her leaves the file on 22 Dec 2026",
		"There is none: it is the copy of a yes, and no yes of hers stands (erased).")
	c, err := shop.Store.Contact(t.Context(), id)
	must(t, err)
	if !c.Standing.Erased || c.Verdict.Sendable() || c.Phone == "" {
		t.Fatalf("after the first step she is %+v", c)
	}
	d.Press("enter")
	d.Says("Take what names Customer 1, +1 604-500-0001 out of the file?", "At once instead of on 22 Dec 2026", "Nothing brings it back.")
	d.Type("ERASE")
	d.Press("enter")
	d.Says("Everything that named this person has left the file.")
	d.Unseen("500-0001")
	if c, err = shop.Store.Contact(t.Context(), id); err != nil || c.Phone != "" {
		t.Errorf("after the second step she is %+v, %v", c, err)
	}
	d.Press("enter")
	d.Unseen("Type ERASE")
}

// TestWhatAPurgeDeletesBesidesIsSaid: a copy of the file from before an update still holds her.
func TestWhatAPurgeDeletesBesidesIsSaid(t *testing.T) {
	t.Parallel()
	for copies, said := range map[int]string{0: "", 2: "Copies of the shop file from before an update were deleted, since they still hold people who are to be forgotten: 2."} {
		shop := storetest.New(t)
		for n := range copies {
			must(t, os.WriteFile(fmt.Sprintf("%s.schema-%d.bak", shop.Path(), n), nil, 0o600))
		}
		id := shop.Customer(t, 1)
		must(t, shop.Erase(t.Context(), id, "Ana"))
		d := at(t, shop, id, "en", 80, 24)
		d.Press("down", "down", "enter")
		d.Type("ERASE")
		d.Press("enter")
		d.Says("Everything that named this person has left the file.", said)
		if said == "" {
			d.Unseen("Copies of")
		}
		if left, err := shop.Copies(); err != nil || len(left) != 0 {
			t.Errorf("%d copies are left, %v", len(left), err)
		}
	}
}

// broken is a shop file that fails where it is told to.
type broken struct {
	papers.Store
	record, erase error
}

func (b *broken) RecordAudit(ctx context.Context, event store.AuditEvent) error {
	if b.record != nil {
		return b.record
	}
	return b.Store.RecordAudit(ctx, event)
}

func (b *broken) Erase(ctx context.Context, id store.ContactID, staff string) error {
	if b.erase != nil {
		return b.erase
	}
	return b.Store.Erase(ctx, id, staff)
}

func TestWhatCannotBeRecordedIsNotShown(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	s := &broken{Store: shop.Store, record: store.ErrBusy, erase: store.ErrKeyMissing}
	d := with(t, shop, s, shop.Customer(t, 1), "en", 80, 24)
	d.Press("enter")
	d.Says("Not saved: another program holds the shop file. Try again.")
	d.Unseen("Proof of consent")
	d.Press("down", "down", "enter")
	d.Type("ERASE")
	d.Press("enter")
	d.Says("Not saved: the key beside the shop file is missing.")
}

func TestAFolderThatCannotBeWrittenSaysSoAndNothingIsLost(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	d := at(t, shop, shop.Customer(t, 1), "en", 80, 24)
	must(t, os.WriteFile(d.folder, nil, 0o600)) // a file where the folder should be
	d.Press("enter", "s")
	d.Says("The paper could not be written to", "Nothing of the shop was changed.")
	if err := error(&papers.FolderError{Folder: "x", Err: os.ErrExist}); !errors.Is(err, os.ErrExist) {
		t.Error("the system's word is lost")
	}
}

func TestNobodyIsNoPage(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	d := at(t, shop, 4711, "en", 80, 24)
	d.Says("This contact is no longer there.")
	d.Unseen("Proof sheet")
}

func TestPapersOnEverySize(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]struct {
		lang          string
		width, height int
	}{"80x24": {"en", 80, 24}, "120x36": {"en", 120, 36}, "60x20": {"en", 60, 20}, "80x24-es": {"es", 80, 24}, "60x20-pt": {"pt", 60, 20}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			d := at(t, shop, shop.Customer(t, 1), size.lang, size.width, size.height)
			d.Golden("choice-" + name)
			d.Press("down", "down", "enter")
			d.Golden("erase-" + name)
		})
	}
}
