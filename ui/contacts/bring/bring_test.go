package bring_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/xuri/excelize/v2"

	"pregon/store"
	"pregon/store/intake"
	"pregon/store/phone"
	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/contacts/bring"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// stand shows a page alone, as the tab of contacts does.
type stand struct {
	page *bring.Page
	over bool
}

func (s *stand) ID() view.ID     { return view.Contacts }
func (s *stand) Title() string   { return "Bring" }
func (s *stand) Init() tea.Cmd   { return nil }
func (s *stand) Typing() bool    { return s.page.Typing() }
func (s *stand) Unsaved() string { return s.page.Unsaved() }

func (s *stand) Render(size view.Size) view.Frame { return s.page.Render(size) }
func (s *stand) Actions() []view.Action           { return s.page.Actions() }
func (s *stand) Update(msg tea.Msg) tea.Cmd {
	cmd, _ := s.page.Update(msg)
	return cmd
}

// shopFile is the shop's own, but for what a test lets go wrong.
type shopFile struct {
	*store.Store
	fails error
}

func (s *shopFile) StageImport(ctx context.Context, rows *intake.Reader, in store.Import) (*store.StagedImport, error) {
	if s.fails != nil {
		return nil, s.fails
	}
	return s.Store.StageImport(ctx, rows, in)
}

func (s *shopFile) UndoImport(ctx context.Context, id int64, staff string, progress func(store.ImportProgress)) (store.Undone, error) {
	if s.fails != nil {
		return store.Undone{}, s.fails
	}
	return s.Store.UndoImport(ctx, id, staff, progress)
}

type desk struct {
	*uitest.Driver
	tb    testing.TB
	shop  *storetest.Shop
	file  *shopFile
	stand *stand
}

func open(t *testing.T, width, height int) *desk {
	t.Helper()
	shop := storetest.New(t)
	shop.Contact(t, 1)
	d := &desk{tb: t, shop: shop, file: &shopFile{Store: shop.Store}, stand: &stand{}}
	d.Driver = uitest.New(t, width, height, func(env *view.Env) tea.Model {
		d.stand.page = bring.New(env, d.file, func() tea.Cmd { d.stand.over = true; return nil })
		return ui.New(env, ui.Options{Views: []view.View{d.stand}})
	})
	return d
}

// written lays a file and returns its path.
func (d *desk) written(name, text string) string {
	path := filepath.Join(d.tb.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		d.tb.Fatal(err)
	}
	return path
}

// offer goes as far as a file's columns, or what is wrong with it.
func (d *desk) offer(path string) {
	d.Type(path)
	d.Press("enter")
	d.Type("order forms")
	d.Press("enter")
}

func (d *desk) total() int {
	counts, err := d.shop.CountContacts(d.tb.Context(), "")
	if err != nil {
		d.tb.Fatal(err)
	}
	return counts.Total
}

func (d *desk) person(number phone.E164) store.Contact {
	c, err := d.shop.ContactByPhone(d.tb.Context(), number)
	if err != nil {
		d.tb.Fatal(err)
	}
	return c
}

const three = "Name,Mobile,City\nAna,604 555 0141,Lima\nBea,604 555 0142,\nNobody,12,\n"

func TestAFileIsLookedAtTakenInAndTakenBack(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {60, 20}} {
		d := open(t, size[0], size[1])
		d.See("Bring contacts from a file", "File", "Source", "enter next", "esc leave it")
		d.offer(d.written("three.csv", three))
		d.See("three.csv", "CSV", "Mobile", "Number")
		if d.stand.Unsaved() != "" {
			t.Error("a look is nothing to lose")
		}
		d.Press("enter")
		d.See("Nothing is changed yet.", "2  ✓ new contacts", "1  ! cannot be taken", "line 4: not a phone number: 12")
		if d.total() != 1 || d.stand.Unsaved() == "" {
			t.Errorf("%d contacts after a look; asks %q", d.total(), d.stand.Unsaved())
		}
		d.Press("enter")
		d.See("They are in. Who has not agreed yet gets nothing", "2  ✓ new contacts")
		c := d.person("+16045550141")
		if c.Name != "Ana" || c.Fields["city"] != "Lima" || c.Source != "order forms" || c.Verdict.Sendable() || d.stand.Unsaved() != "" {
			t.Errorf("she came in as %+v", c)
		}
		d.Press("u")
		d.See("Taken back: 2 contacts are gone again, 0 are as before.")
		if d.total() != 1 || d.stand.over {
			t.Errorf("%d contacts after the undo; over: %t", d.total(), d.stand.over)
		}
		d.Press("enter")
		if !d.stand.over {
			t.Error("the page stays")
		}
	}
}

func TestAFileAndItsSourceHaveToBeSaid(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.Press("enter")
	d.See("! Which file? Drop it on this window, or type where it lies.")
	d.Type("x")
	d.Unseen("Which file?")
	d.Press("enter", "enter")
	d.See("! Where did these numbers come from?")
	d.Press("tab") // back to the file
	d.Type("y.csv")
	d.Press("shift+tab")
	d.Type("till")
	d.Press("enter")
	d.See("There is no such file.", "xy.csv", "till")
	d.Press("esc")
	if !d.stand.over || d.total() != 1 {
		t.Errorf("over: %t, %d contacts", d.stand.over, d.total())
	}
}

func TestADroppedFileIsPasted(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.Send(tea.PasteMsg{Content: "'" + d.written("my three.csv", three) + "'"}) // as terminals quote it
	d.Press("enter")
	d.Send(tea.PasteMsg{Content: "the fair"})
	d.Press("enter")
	d.See("my three.csv", "604 555 0141")
}

// TestGoingBackTakesNothingIn: m goes back to the columns, esc to the question and then out; nothing stays of a look.
func TestGoingBackTakesNothingIn(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.offer(d.written("three.csv", three))
	d.Press("enter")
	d.See("Nothing is changed yet.")
	d.Press("m")
	d.See("This is what its columns are taken for.")
	d.Press("enter")
	d.See("2  ✓ new contacts")
	d.Press("m", "esc")
	d.See("Bring contacts from a file", "three.csv")
	d.Press("esc")
	if !d.stand.over || d.total() != 1 {
		t.Errorf("over: %t, %d contacts", d.stand.over, d.total())
	}
	if list, err := d.shop.Imports(t.Context(), 5); err != nil || len(list) != 0 {
		t.Errorf("it is on the list of imports: %+v, %v", list, err)
	}
}

func TestAColumnIsGivenAnotherMeaning(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.offer(d.written("odd.csv", "Wer;Wo;Was\nAna;604 555 0141;pan\n"))
	d.See("Nobody can tell which column holds the numbers.")
	d.Press("enter")
	d.See("press → until it says so")
	d.Press("j", "l")
	d.See("This is what its columns are taken for.", "Number")
	d.Press("home", "space")
	d.See("Name ", "Ana")
	d.Press("h", "right", "enter")
	d.See("1  ✓ new contacts")
	d.Press("enter")
	if c := d.person("+16045550141"); c.Name != "Ana" || c.Fields["was"] != "pan" {
		t.Errorf("she came in as %+v", c)
	}
}

// TestAMeaningBeforeUndoesTheNext: also on the column that the first key makes the one of the numbers.
func TestAMeaningBeforeUndoesTheNext(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"not known": "Wer;Wo;Was\nAna;604 555 0141;pan\n", "known": "Name;Phone;Was\nAna;604 555 0141;pan\n",
	} {
		d := open(t, 80, 24)
		d.offer(d.written("odd.csv", text))
		d.Press("j")
		for _, presses := range []int{1, 2, 7, 8} {
			before := d.Screen()
			for range presses {
				d.Press("l")
			}
			for range presses {
				d.Press("h")
			}
			if after := d.Screen(); after != before {
				t.Fatalf("%s: after %d there and back\n%s\nbefore\n%s", name, presses, after, before)
			}
		}
	}
}

func TestWhatIsSaidOfOneFileIsNotSaidOfTheNext(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.offer(d.written("odd.csv", "Wer;Wo\nAna;604 555 0141 / 604 555 0142\n"))
	d.Press("j", "l", "enter")
	d.See("Some people have several mobiles")
	d.Press("f", "m", "esc")
	d.Press("end", "ctrl+u")
	d.offer(d.written("next.csv", "Qui;Quoi\nBea;604 555 0143 / 604 555 0144\n"))
	d.See("Nobody can tell which column holds the numbers.")
	d.Press("home", "j", "l", "enter")
	d.See("Some people have several mobiles")
}

func TestCardsSayThemselvesWhatIsWhat(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.offer(d.written("phone.vcf", "BEGIN:VCARD\nFN:Ana\nTEL;CELL:604 555 0141\nTEL;CELL:604 555 0142\nEND:VCARD\n"))
	d.Press("right")
	d.See("Cards say themselves what is what.")
	d.Press("enter")
	d.See("Some people have several mobiles: f takes the first, b all.", "line 1: more than one number")
	d.Press("enter")
	d.See("There is nothing to take in")
	d.Press("f")
	d.See("1  ✓ new contacts")
	d.Press("m", "enter")
	d.See("1  ✓ new contacts") // the answer stays
	d.Press("enter")
	if d.total() != 2 || d.person("+16045550141").Name != "Ana" {
		t.Errorf("%d contacts", d.total())
	}
}

func TestASheetIsChosen(t *testing.T) {
	t.Parallel()
	d := open(t, 60, 20)
	book := excelize.NewFile()
	path := filepath.Join(t.TempDir(), "book.xlsx")
	_, err := book.NewSheet("Old")
	for _, sheet := range []string{"Sheet1", "Old"} {
		err = errors.Join(err, book.SetSheetRow(sheet, "A1", &[]any{"Name", "Phone"}), book.SetSheetRow(sheet, "A2", &[]any{"Of " + sheet, 16045550141}))
	}
	if err := errors.Join(err, book.SaveAs(path), book.Close()); err != nil {
		t.Fatal(err)
	}
	d.offer(path)
	d.See("Which sheet has the contacts?", "Sheet1", "Old", "enter this sheet")
	d.Press("down", "down", "enter")
	d.See("book.xlsx", "Of Old")
	d.Press("esc", "enter", "enter") // the question is asked again
	d.See("Which sheet has the contacts?")
	d.Press("enter", "enter", "enter")
	if d.person("+16045550141").Name != "Of Sheet1" {
		t.Errorf("she came in as %q", d.person("+16045550141").Name)
	}
}

func TestABoughtListComesInOnlyWithTheOwnersAnswer(t *testing.T) {
	t.Parallel()
	d := open(t, 60, 20)
	var text strings.Builder
	text.WriteString("phone\nx\n")
	for n := range 60 {
		fmt.Fprintf(&text, "+1604556%04d\n", n)
	}
	d.offer(d.written("list.csv", text.String()))
	d.Press("enter")
	d.See("This looks like a bought list", "Answer")
	d.Press("enter")
	d.See("First say how these people became your customers.")
	d.Press("tab", "down", "tab") // to the rows, and back to the answer
	d.Type("tickets of our raffle")
	d.Press("enter")
	d.See("They are in.")
	list, err := d.shop.Imports(t.Context(), 1)
	if err != nil || len(list) != 1 || list[0].Vouch != "tickets of our raffle" {
		t.Errorf("on the record: %+v, %v", list, err)
	}
}

func TestWhatIsWrongWithAFileIsSaidWhereItIsAsked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, says string }{
		"empty.csv":   {" ", "The file is empty."},
		"old.xls":     {"\xd0\xcf\x11\xe0", "Save it as .xlsx or CSV"},
		"photo.jpg":   {"\x00\x01\x02\x00\x00\x00\x07\x00", "This kind of file is not read."},
		"broken.xlsx": {"PK\x03\x04", "This workbook cannot be read"},
	} {
		d := open(t, 60, 20)
		d.offer(d.written(name, test.text))
		if said := strings.Join(strings.Fields(d.Screen()), " "); !strings.Contains(said, test.says) || !strings.Contains(said, "Bring contacts from a file") {
			t.Errorf("%s: no %q in\n%s", name, test.says, d.Screen())
		}
	}
	d := open(t, 60, 20)
	d.offer(t.TempDir())
	d.See("This is a folder.")
}

func TestAFileThatGoesMeanwhileChangesNothing(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	path := d.written("three.csv", three)
	d.offer(path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	d.Press("enter")
	d.See("There is no such file.", "This is what its columns are taken for.")
	if d.total() != 1 {
		t.Errorf("%d contacts", d.total())
	}
}

func TestWhatTheShopFileRefusesIsSaidAndCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  error
		says string
	}{
		{store.ErrDiskFull, "Not saved: the disk is full."},
		{context.Canceled, "Stopped. Nothing of the file was taken in."},
		{errors.New("\x1b[31mraw"), "That did not work, and nothing was changed."},
	} {
		d := open(t, 80, 24)
		d.offer(d.written("three.csv", three))
		d.file.fails = test.err
		d.Press("enter")
		d.See(test.says, "enter read the file")
		d.Unseen("raw")
		d.file.fails = nil
		d.Press("enter", "enter")
		d.See("They are in.")
		d.file.fails = test.err
		d.Press("u")
		d.See(test.says)
		if d.total() != 3 {
			t.Errorf("%v: %d contacts", test.err, d.total())
		}
		d.file.fails = nil
		d.Press("u")
		d.See("Taken back: 2 contacts are gone again")
	}
}

func TestWhoGotOnWithTheShopSinceStaysAtAnUndo(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.offer(d.written("three.csv", three))
	d.Press("enter", "enter")
	d.shop.OptIn(t, d.person("+16045550142").ID)
	d.Press("u")
	d.See("Taken back: 1 contact is gone again", "1 contact stays, because something happened to")
}

func TestEverybodyKnownIsNothingToTakeIn(t *testing.T) {
	t.Parallel()
	d := open(t, 80, 24)
	d.offer(d.written("again.csv", "name,phone\nCustomer 1,"+string(storetest.Phone(1))+"\n"))
	d.Press("enter")
	d.See("1  known, nothing new")
	d.Press("enter")
	d.See("There is nothing to take in: everybody is known already.")
	if list, err := d.shop.Imports(t.Context(), 5); err != nil || len(list) != 0 {
		t.Errorf("it is on the list of imports: %+v, %v", list, err)
	}
}

func TestNamesOfAFileChangeNothingOnScreen(t *testing.T) {
	t.Parallel()
	d := open(t, 60, 20)
	d.offer(d.written("evil.csv", "Name,Phone,\"No\x1b]0;te\"\n\"\x1b[2JEvil\u202e\",604 555 0141,x\nBad\x07,12,y\n"))
	d.See("Evil")
	d.Press("enter")
	d.See("line 3: not a phone number")
	if strings.ContainsAny(d.Screen(), "\x07\u202e") {
		t.Errorf("the screen obeys a file: %q", d.Screen())
	}
}
