package cli_test

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pregon/sender/sandbox"
	"pregon/store"
	"pregon/store/phone"
	"pregon/ui/cli"
)

// nasty are pieces of which names and fields are made: what a spreadsheet would run, what a CSV breaks on, what is not ASCII.
var nasty = []string{
	"=", "+", "-", "@", "\t", "＝", "＋", "－", "＠", "'", `"`, ",", ";", "|", "\n", "\r", "\x00", "HYPERLINK(1)", "José", "Ana", "世界", "👩‍🍳", "é", " ", "0", "1E5", "#",
}

func gibberish(random *rand.Rand) string {
	var text strings.Builder
	for range 1 + random.IntN(5) {
		text.WriteString(nasty[random.IntN(len(nasty))])
	}
	return text.String()
}

// Whatever a name or a field holds: an export brings it back as it was, once more nothing changes, and no cell of it begins
// with what a spreadsheet runs.
func TestRequirement27AnExportComesBackTheSameAndRunsNothing(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(27, 27))
	d := newShop(t, sandbox.Options{})
	open, err := d.open(t.Context(), filepath.Join(d.folder, "pregon", "shop.db"), cli.Connect{})
	if err != nil {
		t.Fatal(err)
	}
	const people, unnumbered = 120, 12
	for n := range people {
		c := store.NewContact{Name: gibberish(random), Source: "till", Fields: map[string]string{"note": gibberish(random), "city": gibberish(random)}}
		c.Phone = phone.E164("+1604555" + phoneTail(n))
		if n%10 == 9 { // WhatsApp tells no number of some
			c.Phone, c.UserID = "", "CA."+phoneTail(n)
		}
		for range random.IntN(3) {
			if tag, err := store.CleanTag(gibberish(random)); err == nil {
				c.Tags = append(c.Tags, tag)
			}
		}
		if _, err := open.Store.AddContact(t.Context(), c); err != nil {
			t.Fatalf("%q: %v", c.Name, err)
		}
	}
	if err := open.Store.Close(); err != nil {
		t.Fatal(err)
	}
	for name, held := range map[string]int{"out.csv": people, "out.vcf": people - unnumbered} { // a card is of a number
		out := filepath.Join(d.folder, name)
		d.run(0, "contacts", "export", out)
		var again imported
		d.read(&again, "contacts", "import", out, "--source", "till", "--vouch", "our own export")
		if again.Unchanged != held || again.Added+again.Updated+again.Rejected != 0 {
			t.Errorf("%s into the same shop: %+v", name, again)
		}
	}
	out := filepath.Join(d.folder, "out.csv")
	other := newShop(t, sandbox.Options{})
	other.run(0, "contacts", "import", out, "--source", "till", "--vouch", "our own export")
	back := filepath.Join(other.folder, "back.csv")
	other.run(0, "contacts", "export", back)
	first, second := whole(t, out), whole(t, back)
	if fmt.Sprint(first) != fmt.Sprint(second) {
		for i := range first {
			if fmt.Sprint(first[i]) != fmt.Sprint(second[i]) {
				t.Errorf("row %d went out as %q and came back as %q", i, first[i], second[i])
			}
		}
	}
	for i, row := range first {
		if strings.Trim(row[0], "0123456789") != "" && i > 0 {
			t.Errorf("row %d: the phone is %q, not digits", i, row[0])
		}
		for _, cell := range row {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r\x00") || strings.HasPrefix(cell, "＝") || strings.HasPrefix(cell, "＋") || strings.HasPrefix(cell, "－") || strings.HasPrefix(cell, "＠") {
				t.Errorf("row %d: a spreadsheet would run %q", i, cell)
			}
		}
	}
}

func phoneTail(n int) string { return fmt.Sprintf("%04d", 1000+n) }

// whole are all cells of a CSV file.
func whole(t *testing.T, path string) [][]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatal(len(rows), err)
	}
	return rows
}
