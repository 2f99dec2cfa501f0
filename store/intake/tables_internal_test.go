package intake

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

func TestTheDelimiterIsTheOneThatMakesTheMostEvenRows(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, sample string
		want         byte
	}{
		{"commas", "Name,Phone\nAna,6045550100\n", ','},
		{"semicolons", "Name;Phone\nAna;6045550100\n", ';'},
		{"tabs", "Name\tPhone\nAna\t6045550100\n", '\t'},
		{"bars", "Name|Phone\nAna|6045550100\n", '|'},
		{"one column", "Phone\n6045550100\n", ','},
		{"nothing", "", ','},
		{"commas within cells of another", "Name;Phone\nRuiz, Ana;6045550100\nSoto, Bea;6045550101\n", ';'},
		{"a delimiter within quotes", "\"Name;Nick;Title\",Phone\n\"a;b;c\",6045550100\n", ','},
		{"no names, and rows of which more are even", "a;b,c\nd;e\nf;g\n", ';'},
		{"names decide, not the number of rows", "Name,Phone\na;b;c\nd;e;f\n", ','},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := delimiterOf(tt.sample, false, nil); got != tt.want {
				t.Errorf("delimiterOf(%q) = %q, want %q", tt.sample, got, tt.want)
			}
		})
	}
}

func TestTheHintOfADelimiterIsTakenOnlyForOneThatIsRead(t *testing.T) {
	t.Parallel()
	for sample, want := range map[string]bool{
		"sep=;\r\nTel": true, "SEP=,\nTel": true, "Sep=\t\nTel": true, "sep=|": true,
		"sep=": false, "sep": false, "": false, "sep=x\nTel": false, "sep =;": false, " sep=;": false, "separator=;": false,
	} {
		comma, found := delimiterHint(sample)
		if found != want || found && strings.IndexByte(delimiters, comma) < 0 {
			t.Errorf("delimiterHint(%q) = %q, %v; want %v", sample, comma, found, want)
		}
	}
}

func TestBytesThatAreNoUTF8AreMendedWhereverTheyAreSplit(t *testing.T) {
	t.Parallel()
	for file, want := range map[string]string{
		"Íñigo": "Íñigo", "\xcd\xf1igo": "Íñigo", "caf\xe9, café": "café, café", "\x80 5": "€ 5", "\xefbb": "ïbb", "té\xf1": "téñ",
		"\xef\xbb\xbfAna": "Ana", "pan 🥖\xe7": "pan 🥖ç", "\xf0\x9f": "ðŸ", "": "",
	} {
		for name, r := range map[string]io.Reader{
			"whole": strings.NewReader(file), "byte by byte": iotest.OneByteReader(strings.NewReader(file)), "with its end": iotest.DataErrReader(strings.NewReader(file)),
		} {
			got, err := io.ReadAll(decode(r, UTF8))
			if err != nil || string(got) != want {
				t.Errorf("%q, %s: %q, %v; want %q", file, name, got, err, want)
			}
		}
	}
}

func TestAWindowThatSplitsALetterIsStillUTF8(t *testing.T) {
	t.Parallel()
	for _, letter := range []string{"ñ", "€", "🥖"} {
		for cut := 1; cut < len(letter); cut++ {
			start := append(bytes.Repeat([]byte("a"), window-cut), letter[:cut]...)
			if encoding, text := detect(start); encoding != UTF8 || !text {
				t.Errorf("%d bytes of %q at the end of the window: %q, %v", cut, letter, encoding, text)
			}
		}
	}
}

func TestTheEndOfAFileNeverMakesItNoText(t *testing.T) {
	t.Parallel()
	for start, want := range map[string]Encoding{
		"Ana": UTF8, "caf\xc3": Windows1252, "\xff\xfeA\x00": UTF16LE, "\xfe\xff\x00A": UTF16BE, "A\x00n\x00a\x00": UTF16LE, "\x00A\x00n\x00a": UTF16BE,
	} {
		if got, text := detect([]byte(start)); got != want || !text {
			t.Errorf("detect(%q) = %q, %v; want %q", start, got, text, want)
		}
	}
	for _, start := range []string{"\x00\x00\x00\x00", "a\x00\x00b\x00\x00c\x00\x00"} {
		if got, text := detect([]byte(start)); text {
			t.Errorf("detect(%q) = %q, want that it is no text", start, got)
		}
	}
}

func TestANameIsPutTogetherFromWhateverColumnsThereAre(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		of   names
		want string
	}{
		{"whole", names{whole: "Ana Ruiz"}, "Ana Ruiz"},
		{"first and last", names{first: "Ana", last: "Ruiz"}, "Ana Ruiz"},
		{"with a middle", names{first: "Ana", middle: "María", last: "Ruiz"}, "Ana María Ruiz"},
		{"last only", names{last: "Ruiz"}, "Ruiz"},
		{"whole beside its parts", names{whole: "Ana Ruiz", first: "Ana", last: "Ruiz"}, "Ana Ruiz"},
		{"whole that turns out to be the first", names{whole: "Ana", last: "Ruiz"}, "Ana Ruiz"},
		{"whole that turns out to be the last", names{whole: "Ruiz", first: "Ana"}, "Ana Ruiz"},
		{"whole that holds the last in other letters", names{whole: "Ana RUÍZ", last: "Ruiz"}, "Ana RUÍZ"},
		{"whole that holds the first in other letters", names{whole: "ANÁ Ruiz", first: "Ana"}, "ANÁ Ruiz"},
		{"another name for want of one", names{other: "Panadería Luna"}, "Panadería Luna"},
		{"another name beside one", names{first: "Ana", other: "Panadería Luna"}, "Ana"},
		{"nothing", names{}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := tt.of.join(); got != tt.want {
				t.Errorf("join = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestSeveralColumnsOfOnePartOfANameAreJoinedAndOtherNamesAreNot(t *testing.T) {
	t.Parallel()
	var n names
	for _, part := range []struct {
		role Role
		text string
	}{
		{RoleLastName, "Ruiz"},
		{RoleFirstName, " Ana \n Luz "},
		{RoleLastName, "de  la Paz"},
		{RoleOtherName, "Lucy"},
		{RoleOtherName, "Luna Ltd"},
		{RolePhone, "6045550100"},
	} {
		n.add(part.role, part.text)
	}
	if got := n.join(); got != "Ana Luz Ruiz de la Paz" || n.other != "Lucy" {
		t.Errorf("join = %q, other %q", got, n.other)
	}
}

func TestTagsOfACellAreEachThereOnce(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, cell string
		before     []string
		want       []string
	}{
		{"commas", "vip, bread", nil, []string{"vip", "bread"}},
		{"semicolons and bars", "vip;bread|cake", nil, []string{"vip", "bread", "cake"}},
		{"lines", "vip\nbread", nil, []string{"vip", "bread"}},
		{"as Google writes them", "vip ::: * myContacts ::: bread", nil, []string{"vip", "bread"}},
		{"nothing but Google's own", "* myContacts ::: * starred", nil, nil},
		{"in other letters", "VIP,vip", nil, []string{"VIP"}},
		{"there before", "VIP,bread", []string{"vip"}, []string{"vip", "bread"}},
		{"blanks within and around", "  big   spender ,, ; ", nil, []string{"big spender"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := addTags(tt.before, tt.cell); !slices.Equal(got, tt.want) {
				t.Errorf("addTags(%q, %q) = %q, want %q", tt.before, tt.cell, got, tt.want)
			}
		})
	}
}

func TestRecordsAreCutAsSpreadsheetsCutThem(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       []string // cells joined by bars, one text a record
	}{
		{"plain", "a,b\nc,d\n", []string{"a|b", "c|d"}},
		{"no line break at the end", "a,b\nc,d", []string{"a|b", "c|d"}},
		{"empty cells", ",,\n", []string{"||"}},
		{"quotes around a comma", `"a,b",c` + "\n", []string{"a,b|c"}},
		{"quotes around a line break", "\"a\nb\",c\nd,e\n", []string{"a\nb|c", "d|e"}},
		{"doubled quotes", `"say ""hi""",c` + "\n", []string{`say "hi"|c`}},
		{"an empty quoted cell", `"",c` + "\n", []string{"|c"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			reader := newRecordReader(bufio.NewReader(strings.NewReader(tt.text)), ',', false)
			var got []string
			for {
				rec, err := reader.next()
				if err != nil {
					break
				}
				if rec.defect != "" {
					t.Errorf("line %d has the defect %s", rec.line, rec.defect)
				}
				got = append(got, strings.Join(rec.cells, "|"))
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("records %q, want %q", got, tt.want)
			}
		})
	}
}

func TestATextIsTidiedWithoutLosingItsLines(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"\tAna\t": "Ana", "a\r\nb": "a\nb", "a\rb": "a b", "a\tb": "a b", "\ufeffAna": "Ana", "a\x00b": "a b", "\x1b[31mAna": "[31mAna", "\u00a0": "", "": "",
	} {
		if got := tidy(text); got != want {
			t.Errorf("tidy(%q) = %q, want %q", text, got, want)
		}
	}
}
