package intake_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"pregon/store/intake"
)

func TestSafeCell(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, cell, want string }{
		{"empty", "", ""},
		{"word", "Ana", "Ana"},
		{"digits", "16045550100", "16045550100"},
		{"formula", "=1+1", "'=1+1"},
		{"plus", "+16045550100", "'+16045550100"},
		{"minus", "-1", "'-1"},
		{"at", "@SUM(A1)", "'@SUM(A1)"},
		{"tab", "\t=1", "'\t=1"},
		{"carriage return", "\r=1", "'\r=1"},
		{"line feed", "\n=1", "'\n=1"},
		{"zero", "\x00=1", "'\x00=1"},
		{"full-width equals", "＝1", "'＝1"},
		{"full-width plus", "＋1", "'＋1"},
		{"full-width minus", "－1", "'－1"},
		{"full-width at", "＠x", "'＠x"},
		{"inside", "a=1", "a=1"},
		{"name with an apostrophe", "'s-Gravenhage", "'s-Gravenhage"},
		{"already marked", "'=1", "''=1"},
		{"apostrophe", "'", "'"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := intake.SafeCell(tt.cell)
			if got != tt.want || intake.Unsafe(got) != tt.cell {
				t.Errorf("SafeCell(%q) = %q and back %q; want %q", tt.cell, got, intake.Unsafe(got), tt.want)
			}
		})
	}
}

func TestSafeCellIsSafeAndCanBeUndone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.String(), rapid.StringMatching(`'{0,3}[=+@＝1-9a-]{0,3}`)).Draw(t, "cell")
		safe := intake.SafeCell(cell)
		if strings.IndexAny(safe, "=+-@\t\r\n\x00＝＋－＠") == 0 {
			t.Errorf("SafeCell(%q) = %q", cell, safe)
		}
		if back := intake.Unsafe(safe); back != cell {
			t.Errorf("Unsafe(SafeCell(%q)) = %q", cell, back)
		}
	})
}

func TestSpreadsheetsMarkOfDigitsIsTakenOff(t *testing.T) {
	t.Parallel()
	if got := intake.Unsafe("'6045550100"); got != "6045550100" {
		t.Errorf("Unsafe = %q", got)
	}
}

func TestRejectsAreTheOwnRowsWithAReason(t *testing.T) {
	t.Parallel()
	file := "My list\nPhone;Name;Note\n+16045550100;=cmd|x;\"a;b\nc\"\n12;Ana\n\"Bea\" x;y\n"
	r, rows := readAll(t, file, intake.Options{})
	var out bytes.Buffer
	rejects, err := intake.NewRejectsWriter(&out, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := rejects.Write(row, "invalid_number"); err != nil {
			t.Fatal(err)
		}
	}
	if err := rejects.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffPhone;Name;Note;reason\n'+16045550100;'=cmd|x;\"a;b\nc\";invalid_number\n12;Ana;;invalid_number\n" +
		"\"\"\"Bea\"\" x;y\";;;invalid_number\n"
	if out.String() != want {
		t.Errorf("\n got %q\nwant %q", out.String(), want)
	}

	_, again := readAll(t, out.String(), intake.Options{})
	for i, row := range again[:2] {
		if row.Name != rows[i].Name || row.Phones[0] != rows[i].Phones[0] || row.Fields["note"] != rows[i].Fields["note"] {
			t.Errorf("brought again: %+v, was %+v", row, rows[i])
		}
		if _, kept := row.Fields["reason"]; kept {
			t.Errorf("the reason came back as a field: %q", row.Fields)
		}
	}
}

func TestRejectsOfAFileWithoutHeader(t *testing.T) {
	t.Parallel()
	r, rows := readAll(t, "12\tAna\n6045550100\tBea\n", intake.Options{Map: map[string]string{"phone": "#1"}})
	if len(rows) != 1 {
		t.Fatalf("%d rows", len(rows))
	}
	var out bytes.Buffer
	rejects, err := intake.NewRejectsWriter(&out, r)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(rejects.Write(rows[0], "=x"), rejects.Flush()); err != nil {
		t.Fatal(err)
	}
	records := csv.NewReader(strings.NewReader(strings.TrimPrefix(out.String(), "\ufeff")))
	records.Comma = '\t'
	if all, err := records.ReadAll(); err != nil || all[len(all)-1][2] != "'=x" {
		t.Errorf("%q, %v", all, err)
	}
}

// full is a disk that takes some bytes and no more.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	if len(p) > f.room {
		return 0, errDisk
	}
	f.room -= len(p)
	return len(p), nil
}

func TestRejectsSayWhenTheDiskIsFull(t *testing.T) {
	t.Parallel()
	r, rows := readAll(t, "Phone,Name\n12,Ana\n", intake.Options{})
	for _, room := range []int{0, 5} {
		rejects, err := intake.NewRejectsWriter(&full{room: room}, r)
		if err == nil {
			err = errors.Join(rejects.Write(rows[0], "x"), rejects.Flush())
		}
		if !errors.Is(err, errDisk) {
			t.Errorf("with room for %d bytes: %v", room, err)
		}
	}
}
