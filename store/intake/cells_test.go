package intake_test

import (
	"slices"
	"strings"
	"testing"

	"pregon/store/intake"
)

func TestHeadersOfSevenLanguages(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, header, row, person, number string }{
		{"en", "First Name,Last Name,Mobile Number", "Ana,Gil,6045550100", "Ana Gil", "6045550100"},
		{"es", "NOMBRE;APELLIDOS;TELÉFONO MÓVIL", "Ana;Gil Ruiz;6045550100", "Ana Gil Ruiz", "6045550100"},
		{"es two surnames", "Nombre;Apellido 1;Apellido 2;Tlf.", "Ana;Gil;Ruiz;6045550100", "Ana Gil Ruiz", "6045550100"},
		{"es number", "Cliente;Nº de teléfono", "Ana Gil;6045550100", "Ana Gil", "6045550100"},
		{"pt", "Nome,Sobrenome,Celular", "Ana,Gil,6045550100", "Ana Gil", "6045550100"},
		{"pt Portugal", "Nome completo;Telemóvel", "Ana Gil;6045550100", "Ana Gil", "6045550100"},
		{"ca", "Nom;Cognoms;Telèfon mòbil", "Ana;Gil;6045550100", "Ana Gil", "6045550100"},
		{"fr", "Nom;Prénom;Téléphone portable", "Gil;Ana;6045550100", "Ana Gil", "6045550100"},
		{"de", "Vorname;Nachname;Handynummer", "Ana;Gil;6045550100", "Ana Gil", "6045550100"},
		{"it", "Nome;Cognome;Cellulare", "Ana;Gil;6045550100", "Ana Gil", "6045550100"},
		{"signs and case", "full_name, PHONE-no. ", "Ana Gil,6045550100", "Ana Gil", "6045550100"},
		{"decomposed accents", "Nombre,Tele\u0301fono", "Ana Gil,6045550100", "Ana Gil", "6045550100"},
		{"whole name beside its parts", "Name,Given Name,Family Name,Phone", "Ana M. Gil,Ana,Gil,6045550100", "Ana M. Gil", "6045550100"},
		{"surname already in the name", "Nombre,Apellidos,Tel", "Ana Gil,Gil,6045550100", "Ana Gil", "6045550100"},
		{"nickname only", "First Name,Nickname,Phone", ",Anita,6045550100", "Anita", "6045550100"},
		{"numbered", "Name,Phone 2", "Ana Gil,6045550100", "Ana Gil", "6045550100"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := one(t, tt.header+"\n"+tt.row+"\n", intake.Options{})
			if got.Name != tt.person || !slices.Equal(numbers(got), []string{tt.number}) {
				t.Errorf("%q, %q; want %q, %q", got.Name, numbers(got), tt.person, tt.number)
			}
			if len(got.Fields) > 0 {
				t.Errorf("fields %q, want none", got.Fields)
			}
		})
	}
}

func TestSeveralNumbersOfOneRow(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, header, row string
		want              []string
	}{
		{"likeliest first", "Fijo,Teléfono,Móvil,WhatsApp", "6045550103,6045550102,6045550101,6045550100", []string{"6045550100", "6045550101", "6045550102", "6045550103"}},
		{"slash", "Tel,x", "604 555 0100 / 604 555 0101,", []string{"604 555 0100", "604 555 0101"}},
		{"slash of an area code", "Tel,x", "030/1234567,", []string{"030/1234567"}},
		{"comma and line", "Tel,x", "\"6045550100, 6045550101\n6045550102\",", []string{"6045550100", "6045550101", "6045550102"}},
		{"Google's colons", "Tel,x", "6045550100 ::: 6045550101,", []string{"6045550100", "6045550101"}},
		{"twice the same", "Tel,Móvil", "6045550100,6045550100", []string{"6045550100"}},
		{"none", "Tel,Móvil,Nombre", ",,Ana", nil},
		{"fax", "Tel,Fax,Business Fax,Pager,ISDN", "6045550100,6045550101,6045550102,6045550103,6045550104", []string{"6045550100"}},
		{"no number at all", "Tel,x", "ask Ana,", []string{"ask Ana"}},
		{"power of ten", "Tel,x", "6.05E+09,", []string{"6.05E+09"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := one(t, tt.header+"\n"+tt.row+"\n", intake.Options{}); !slices.Equal(numbers(got), tt.want) {
				t.Errorf("phones %q, want %q", numbers(got), tt.want)
			}
		})
	}
}

func TestLanguagesByCodeAndName(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"es": "es", "ES": "es", "pt_BR": "pt-BR", "es-MX": "es-MX", "Español": "es", "castellano": "es", "English": "en",
		"Inglés": "en", "Português": "pt", "català": "ca", "Français": "fr", "DEUTSCH": "de", "Italiano": "it",
	} {
		if got := one(t, "Tel,Idioma\n6045550100,"+text+"\n", intake.Options{}); got.Language != want || got.Fields != nil {
			t.Errorf("%q: language %q, fields %q; want %q", text, got.Language, got.Fields, want)
		}
	}
	got := one(t, "Tel,Idioma\n6045550100,with her hands\n", intake.Options{})
	if got.Language != "" || got.Fields["language"] != "with her hands" {
		t.Errorf("no language: %+v", got)
	}
}

func TestTextIsFreeOfControlCharacters(t *testing.T) {
	t.Parallel()
	got := one(t, "Tel,Name,Tags,Note\n\" 604\x1b5550100\",\"A\x00na\x1b[2J\tGil\u0085\",\"v\x07ip\",\"a\r\nb\x7f\"\n", intake.Options{})
	texts := append(numbers(got), got.Name, got.Tags[0], got.Fields["note"])
	for _, text := range texts {
		if strings.ContainsAny(text, "\x00\x07\x1b\x7f\u0085\r\t") || text != strings.TrimSpace(text) {
			t.Errorf("%q", text)
		}
	}
	if got.Fields["note"] != "a\nb" {
		t.Errorf("note %q", got.Fields["note"])
	}
}

func TestFieldKeys(t *testing.T) {
	t.Parallel()
	tests := []struct{ header, want string }{
		{"City", "city"},
		{" Código  Postal ", "codigo_postal"},
		{"E-mail (privé)", "e_mail_prive"},
		{"Straße", "straße"},
		{"ИМЯ", "имя"},
		{"नाम", "नाम"},
		{"城市", "城市"},
		{"***", ""},
		{"", ""},
		{"codigo_postal", "codigo_postal"},
		{strings.Repeat("word ", 40), strings.TrimSuffix(strings.Repeat("word_", 12), "_")},
	}
	for _, tt := range tests {
		got := intake.FieldKey(tt.header)
		if got != tt.want {
			t.Errorf("FieldKey(%q) = %q, want %q", tt.header, got, tt.want)
		}
		if again := intake.FieldKey(got); again != got {
			t.Errorf("FieldKey(%q) = %q, not itself", got, again)
		}
	}
}

func TestTheFirstOfTwoColumnsWithOneKeyIsKept(t *testing.T) {
	t.Parallel()
	got := one(t, "Tel,City,CITY,city\n6045550100,,Lugo,Vigo\n", intake.Options{})
	if got.Fields["city"] != "Lugo" || len(got.Fields) != 1 {
		t.Errorf("fields %q", got.Fields)
	}
}

func TestTagsOfACellAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	for _, tags := range [][]string{
		{"vip"}, {"vip", "old"}, {"a,b", "c"}, {"a;b|c", "d"}, {`"quoted"`, "e"}, {`in "the" middle`}, {"* mine", "f"}, {"a:::b", "g"}, {`"`, "h"}, {`a"b;c`}, nil,
	} {
		cell := intake.JoinTags(tags)
		rows, err := intake.Open(strings.NewReader("name,phone,tags\nAna,6045550100,\""+strings.ReplaceAll(cell, `"`, `""`)+"\"\n"), intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		row, err := rows.Next()
		if err != nil || !slices.Equal(row.Tags, tags) {
			t.Errorf("%q was written as %q and read as %q, %v", tags, cell, row.Tags, err)
		}
	}
	for cell, want := range map[string][]string{ // of other programs
		"vip; old , new|x": {"vip", "old", "new", "x"}, "* myContacts ::: Friends": {"Friends"}, `"vip"; "old"`: {"vip", "old"}, `"half; open`: {`"half`, "open"},
		`5" pipe; x`: {`5" pipe`, "x"}, `"a" b; c`: {`"a" b`, "c"}, ";;": nil,
	} {
		rows, err := intake.Open(strings.NewReader("name,phone,tags\nAna,6045550100,\""+strings.ReplaceAll(cell, `"`, `""`)+"\"\n"), intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if row, err := rows.Next(); err != nil || !slices.Equal(row.Tags, want) {
			t.Errorf("%q is read as %q, %v, want %q", cell, row.Tags, err, want)
		}
	}
}
