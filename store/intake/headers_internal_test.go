package intake

import (
	"slices"
	"strings"
	"testing"
)

// A name in a table that is not folded would never be found.
func TestEveryKnownHeaderIsWrittenFolded(t *testing.T) {
	t.Parallel()
	for name := range phoneHeaders {
		if fold(name) != name || counted.MatchString(name) {
			t.Errorf("%q can never be found", name)
		}
		if _, twice := headers[name]; twice {
			t.Errorf("%q stands in both tables", name)
		}
		if neverPhone(name) {
			t.Errorf("%q is taken for a phone", name)
		}
	}
	for name := range headers {
		if fold(name) != name {
			t.Errorf("%q can never be found", name)
		}
	}
}

func TestEveryKnownHeaderIsFoundAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	for name := range phoneHeaders {
		for _, written := range []string{name, strings.ToUpper(name), " " + name + " ", name + " 2", name + "."} {
			if got := columnOf(written); got.Role != RolePhone || got.rank != phoneHeaders[name] {
				t.Errorf("columnOf(%q) = %+v", written, got)
			}
		}
	}
	for name, role := range headers {
		for _, written := range []string{name, strings.ToUpper(name), " " + name + ": "} {
			if got := columnOf(written); got.Role != role {
				t.Errorf("columnOf(%q) = %+v, want %q", written, got, role)
			}
		}
	}
}

func TestAHeaderOfSeveralWordsForAPhoneIsOne(t *testing.T) {
	t.Parallel()
	for want, written := range map[rank][]string{
		rankWhatsApp: {"Telemóvel (WhatsApp)", "WhatsApp / Móvil", "Nº WhatsApp", "Celular/WhatsApp", "Número do WhatsApp"},
		rankMobile: {
			"Núm. mòbil", "Numéro de portable", "N° portable", "Tél. portable", "N. cellulare", "Nº de telemóvel", "Nº móvil", "Tfno. móvil",
			"Mobilfunknummer", "Mobiltelefonnummer", "Telefon (mobil)", "Mobile Nr.", "Mobile #", "Tel. / Handy", "Telèfon mòbil 2", "Móvil de contacto",
		},
		rankPhone: {"Telèfon de contacte", "Num. di telefono", "Contacto telefónico", "Tel no", "No. tel", "Recapito telefonico", "Contact No.", "Telefon Nr. 1"},
		rankHome:  {"Nº fijo", "Numéro fixe"},
	} {
		for _, header := range written {
			if got := columnOf(header); got.Role != RolePhone || got.rank != want {
				t.Errorf("columnOf(%q) = %+v, want rank %d", header, got, want)
			}
		}
	}
	for _, header := range []string{
		"Fax / Teléfono", "No WhatsApp", "no phone", "Nº cliente", "Numéro", "N°", "Contacto", "Nº de factura", "Phone type", "Tel. hours", "Móvil verificado", "Fax Nr.",
	} {
		if got := columnOf(header); got.Role == RolePhone {
			t.Errorf("columnOf(%q) = %+v", header, got)
		}
	}
	for _, header := range []string{"Cognoms i nom", "Name, Vorname", "Vor- und Nachname", "Apellidos y nombre", "Cognome e nome", "Nom et prénom", "Prénom et nom"} {
		if got := columnOf(header); got.Role != RoleName {
			t.Errorf("columnOf(%q) = %+v", header, got)
		}
	}
}

func TestMappableRolesAreTheOnesRowsHavePlaceFor(t *testing.T) {
	t.Parallel()
	for _, field := range Targets() {
		if field == fieldPrefix {
			continue
		}
		if role := Role(field); role == RoleIgnored || role == RolePhoneLabel || role == RoleField {
			t.Errorf("%q can be mapped to", field)
		}
	}
	if !slices.Contains(Targets(), fieldPrefix) {
		t.Error("free fields cannot be mapped to")
	}
}

func TestWhatLooksLikeAPhone(t *testing.T) {
	t.Parallel()
	tests := []struct {
		cell string
		want bool
	}{
		{"604 555 0100", true},
		{"+16045550100", true},
		{"'(604) 555-0100", true},
		{"030/1234567", true},
		{"٠٦٠٤٥٥٥٠١٠٠", true},
		{"", false},
		{"Ana", false},
		{"123", false},
		{"12/31/2026", false},
		{"12.50 €", false},
		{"2026-01-01T10:00", false},
		{"123456789012345678", false},
		{"6.05E+09", false},
	}
	for _, tt := range tests {
		if got := looksLikePhone(tt.cell); got != tt.want {
			t.Errorf("looksLikePhone(%q) = %v", tt.cell, got)
		}
	}
}

func TestEncodingIsToldFromTheFirstBytes(t *testing.T) {
	t.Parallel()
	split := strings.Repeat("a", window-1) + "é" // the window ends inside the accent
	tests := []struct {
		name, start string
		want        Encoding
		text        bool
	}{
		{"ASCII", "Phone,Name", UTF8, true},
		{"accent split by the window", split[:window], UTF8, true},
		{"accent at the very end", strings.Repeat("a", window-2) + "é", UTF8, true},
		{"half an accent in a short file", "Tel\xc3", Windows1252, true},
		{"stray zero", "Phone,Name\n6045550100,A\x00na\n", UTF8, true},
		{"zeros on both sides", strings.Repeat("\x00\x01\x02\x00", 20), "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got, text := detect([]byte(tt.start)); got != tt.want || text != tt.text {
				t.Errorf("detect = %q, %v; want %q, %v", got, text, tt.want, tt.text)
			}
		})
	}
}

// As Outlook, phones and shops write them in seven languages.
func TestHeadersOfRealFilesAreUnderstood(t *testing.T) {
	t.Parallel()
	for role, names := range map[Role][]string{
		RolePhone: {
			"Teléfono móvil", "Teléfono particular 2", "Teléfono del trabajo", "Celular/WhatsApp", "Telemóvel", "Telefone Principal",
			"Tél. mobile", "Téléphone (domicile)", "Tél. personnel", "N° de téléphone", "Telefon geschäftlich", "Handy-Nr.", "Tel.-Nr.",
			"Telefon (privat)", "Cellulare", "Telefono principale", "Telefono (ufficio)", "Telèfon mòbil", "Telèfon de la feina",
			"Telèfon principal", "phone_number", "Phone (mobile)", "Primary Phone",
		},
		RoleField: {
			"Fax del trabajo", "RDSI", "Localizador", "Buscapersonas", "Fax comercial", "Pager", "Télécopie (bureau)", "Fax geschäftlich",
			"Cercapersone", "Fax (uff.)", "Cercapersones", "ISDN", "TTY/TDD Phone", "Telex", "Callback", "Assistant's Phone", "Company Main Phone",
		},
		RoleName:      {"Contacte", "Nombres", "Kundin", "Nom i cognoms", "Contatto"},
		RoleFirstName: {"Prénoms", "Vorname", "Primer nom"},
		RoleLastName:  {"Primer cognom", "Nom de famille", "Cognome", "Sobrenome", "Apellido 2"},
		RoleOtherName: {"Razón social", "Ragione sociale", "Firma", "Razão social"},
	} {
		for _, name := range names {
			if got := columnOf(name); got.Role != role {
				t.Errorf("%q is taken for %q, want %q", name, got.Role, role)
			}
		}
	}
}
