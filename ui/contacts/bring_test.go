package contacts_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/xuri/excelize/v2"

	"pregon/store/storetest"
	"pregon/ui"
	"pregon/ui/contacts"
	"pregon/ui/uitest"
	"pregon/ui/view"
)

// book writes a file and returns where it lies.
func book(tb testing.TB, name, text string) string {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), name)
	must(tb, os.WriteFile(path, []byte(text), 0o600))
	return path
}

const clients = "Customers of the bakery;;;\nNombre;Móvil;Etiquetas;Ciudad\nAna Gil;604 555 0141;vip;Lima\n" +
	"Bea;604 555 0142 / 604 555 0143;;\nCleo;12;;\nLucía;604 555 0101;;Lima\nAna;(604) 555-0141;;\n"

// offer goes as far as the columns of a file.
func (d *desk) offer(path string) {
	d.Press("i")
	d.Type(path)
	d.Press("enter")
	d.Type("order forms")
	d.Press("enter")
}

func TestFileComesInAfterALookAndGoesOutAgain(t *testing.T) {
	t.Parallel()
	shop, lucia, _, _ := bakery(t)
	d := at(t, shop, 80, 24)
	d.offer(book(t, "clients.csv", clients))
	d.See("clients.csv · CSV", "Nombre", "Name", "Móvil", "Number", "604 555 0141", "ciudad")
	d.Press("enter")
	d.See("1  ✓ new contacts", "1  ✓ known, with something new", "1  stand twice", "2  ! cannot be taken",
		"line 4: more than one number: +16045550142 / +16045550143", "line 5: not a phone number: 12 · Cleo")
	if c := d.person(lucia); c.Name != "Lucía Marín" {
		t.Errorf("the look changed something: %+v", c)
	}
	d.Press("b")
	d.See("3  ✓ new contacts", "1  ! cannot be taken")
	d.Press("enter")
	d.See("They are in", "3  ✓ new contacts")
	if c := d.person(lucia); c.Name != "Lucía" || c.Fields["city"]+c.Fields["ciudad"] != "Lima" {
		t.Errorf("got %+v", c)
	}
	d.Press("u")
	d.See("Taken back: 3 contacts are gone again, 1 are as before.")
	if c := d.person(lucia); c.Name != "Lucía Marín" || len(c.Fields) != 0 {
		t.Errorf("got %+v", c)
	}
	d.Press("enter")
	d.See("4 of 4", "Lucía Marín")
}

func TestLeavingTakesNothingIn(t *testing.T) {
	t.Parallel()
	shop := street(t)
	d := at(t, shop, 80, 24)
	d.offer(book(t, "clients.csv", clients))
	d.Press("esc") // to the question
	d.See("Bring contacts from a file")
	d.Press("enter", "enter", "enter")
	d.See("Nothing is changed yet")
	d.Press("m")
	d.See("taken for")
	d.Press("enter", "esc")
	d.See("4 of 4")
	d.Unseen("Ana Gil")
}

func TestFilesThatCannotComeInSayWhy(t *testing.T) {
	t.Parallel()
	shop := street(t)
	d := at(t, shop, 80, 24)
	d.Press("i", "enter")
	d.See("Which file?")
	d.Type("/nowhere/at/all.csv")
	d.Press("enter", "enter")
	d.See("Where did these numbers come from?")
	d.Type("x")
	d.Press("enter")
	d.See("There is no such file.")
	for name, want := range map[string]string{
		"empty.csv": "The file is empty.", "old.xls": "Save it as .xlsx or CSV", "picture.bin": "This kind of file is not read.",
		"quote.csv": "A quote opens in line 2", "broken.xlsx": "Save it as .xlsx or CSV",
	} {
		text := map[string]string{
			"empty.csv": " ", "old.xls": "\xd0\xcf\x11\xe0", "picture.bin": "\x00\x01\x02\x00\x00\x00\x07\x00", "quote.csv": "phone\n\"6045550101\n",
			"broken.xlsx": "PK\x03\x04",
		}[name]
		d.Press("esc")
		d.offer(book(t, name, text))
		if name == "quote.csv" && !strings.Contains(d.Screen(), want) {
			d.Press("enter")
		}
		d.See(want)
	}
	d.Press("esc")
	d.offer(filepath.Dir(book(t, "a.csv", "x")))
	d.See("This is a folder.")
}

func TestColumnsAreGivenTheirMeaning(t *testing.T) {
	t.Parallel()
	shop := street(t)
	d := at(t, shop, 80, 24)
	d.offer(book(t, "odd.csv", "Quién;Dónde;Nota\nAna Gil;604 555 0141;pan\nBea;604 555 0142;\n"))
	d.See("Nobody can tell which column", "Dónde")
	d.Press("enter")
	d.See("press → until it says so")
	d.Press("down", "right")
	d.See("Number", "604 555 0141 · 604 555 0142")
	d.Press("up", "right")
	d.See("Name ", "Ana Gil")
	d.Press("left", "right", "enter")
	d.See("2  ✓ new contacts")
	d.Press("enter", "enter")
	d.See("6 of 6", "Ana Gil")
}

func TestSheetIsChosen(t *testing.T) {
	t.Parallel()
	shop := street(t)
	file := excelize.NewFile()
	_, err := file.NewSheet("Clientes")
	must(t, err)
	for _, sheet := range []string{"Sheet1", "Clientes"} {
		must(t, file.SetSheetRow(sheet, "A1", &[]any{"Name", "Phone"}))
		must(t, file.SetSheetRow(sheet, "A2", &[]any{"From " + sheet, 16045550141}))
	}
	path := filepath.Join(t.TempDir(), "book.xlsx")
	must(t, file.SaveAs(path))
	must(t, file.Close())
	d := at(t, shop, 80, 24)
	d.offer(path)
	d.See("Which sheet", "Sheet1", "Clientes")
	d.Press("down", "enter")
	d.See("book.xlsx · Excel · Clientes", "From Clientes")
	d.Press("enter", "enter", "enter")
	d.See("From Clientes")
}

func TestBoughtListAsksForTheAnswer(t *testing.T) {
	t.Parallel()
	shop := street(t)
	var text strings.Builder
	text.WriteString("phone\n")
	for n := range 60 {
		fmt.Fprintf(&text, "+1604556%04d\n", n)
	}
	d := at(t, shop, 80, 24)
	d.offer(book(t, "list.csv", text.String()))
	d.Press("enter")
	d.See("60  ✓ new contacts", "This looks like a bought list: hardly anybody has a name; the numbers")
	d.Press("enter")
	d.See("First say how these people became your customers.")
	d.Type("tickets of our raffle")
	d.Press("enter")
	d.See("They are in")
	list, err := shop.Imports(t.Context(), 1)
	if err != nil || list[0].Vouch != "tickets of our raffle" || list[0].Source != "order forms" || list[0].File != "list.csv" {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestPathIsCompleted(t *testing.T) {
	t.Parallel()
	shop := street(t)
	folder := t.TempDir()
	for _, name := range []string{"customers-new.csv", "customers-old.csv", ".hidden"} {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600))
	}
	must(t, os.Mkdir(filepath.Join(folder, "photos"), 0o700))
	d := at(t, shop, 120, 24)
	d.Press("i")
	d.Type(folder + "/")
	d.Press("tab")
	d.See("customers-new.csv", "customers-old.csv", "photos/")
	d.Unseen(".hidden")
	d.Type("p")
	d.Press("tab")
	d.See(filepath.Base(folder) + "/photos/")
	for range "photos/" {
		d.Press("backspace")
	}
	d.Type("c")
	d.Press("tab")
	d.See("/customers-")
	d.Type("zzz")
	d.Press("tab") // nothing begins so
	d.See("/customers-zzz")
}

func TestHalfAnImportIsAskedAbout(t *testing.T) {
	t.Parallel()
	shop := street(t)
	var tab *contacts.View
	d := &desk{shop: shop, counter: &neighbour{}, tb: t}
	d.Driver = uitest.New(t, 80, 24, func(env *view.Env) tea.Model {
		tab = contacts.New(env, shop.Store)
		return ui.New(env, ui.Options{Views: []view.View{tab, d.counter}})
	})
	d.offer(book(t, "clients.csv", clients))
	if tab.Unsaved() != "" {
		t.Error("a look is nothing to lose")
	}
	d.Press("enter")
	if tab.Unsaved() == "" {
		t.Error("what was read is lost without a word")
	}
	d.Press("enter")
	if tab.Unsaved() != "" {
		t.Error("what is in is asked about")
	}
}

func TestImportLooks(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "clients.csv")
	must(t, os.WriteFile(path, []byte(clients), 0o600))
	for _, size := range [][2]int{{40, 12}, {60, 20}, {80, 24}, {120, 40}} {
		t.Run(fmt.Sprintf("%dx%d", size[0], size[1]), func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			d := at(t, shop, size[0], size[1])
			name := func(step string) string { return fmt.Sprintf("import-%s-%dx%d", step, size[0], size[1]) }
			d.Press("i")
			d.Golden(name("asking"))
			d.Press("esc")
			d.offer(path)
			d.Golden(name("columns"))
			d.Press("enter")
			d.Golden(name("look"))
			d.Press("enter")
			d.Golden(name("done"))
		})
	}
}
