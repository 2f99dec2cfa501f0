package intake_test

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"

	"pregon/store/intake"
)

// The exports of other tools that shops leave, and sheets they keep themselves.
func TestExportsOfOtherToolsAreReadWithoutAMapping(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, file string
		want       intake.Row
	}{
		{
			"phone, name, tags", "Phone Number,Name,Tags\n16045550100,Ana,\"vip,bread\"\n",
			intake.Row{Phones: []intake.Phone{{Text: "16045550100", Label: "Phone Number"}}, Name: "Ana", Tags: []string{"vip", "bread"}},
		},
		{
			"country code apart", "Name,Country Code,Phone,WhatsApp Opted\nAna,+1,6045550100,TRUE\n",
			intake.Row{Phones: []intake.Phone{{Text: "6045550100", Label: "Phone"}}, Name: "Ana", Country: "+1", Claim: "TRUE"},
		},
		{
			"mobile number and tag", "Name,Mobile Number,Tag\nAna,6045550100,vip\n",
			intake.Row{Phones: []intake.Phone{{Text: "6045550100", Label: "Mobile Number", Mobile: true}}, Name: "Ana", Tags: []string{"vip"}},
		},
		{
			"opt-in as a date", "name,phone,opt_in,language\nAna,16045550100,2026-01-02,en\n",
			intake.Row{Phones: []intake.Phone{{Text: "16045550100", Label: "phone"}}, Name: "Ana", Claim: "2026-01-02", Language: "en"},
		},
		{
			"home-made sheet", "LISTADO DE CLIENTES 2026;;;\n;;;\nCliente;Móvil;Grupo;Consentimiento;Fecha\nAna;604 555 0100;VIP;sí;1/2/26\n",
			intake.Row{
				Phones: []intake.Phone{{Text: "604 555 0100", Label: "Móvil", Mobile: true}}, Name: "Ana", Tags: []string{"VIP"},
				Claim: "sí", Fields: map[string]string{"fecha": "1/2/26"},
			},
		},
		{
			"numbers as floats", "Nombre,Teléfono\nAna,6045550100.0\n",
			intake.Row{Phones: []intake.Phone{{Text: "6045550100.0", Label: "Teléfono"}}, Name: "Ana"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := one(t, tt.file, intake.Options{}); !reflect.DeepEqual(got, tt.want) {
				t.Errorf("\n got %+v\nwant %+v", got, tt.want)
			}
		})
	}
}

// A cell of a data row that happens to be a known word must not make it the header.
func TestTheHeaderIsNotMistaken(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, want string }{
		{"words of headers below it", "Quelle;Tel\nWhatsApp;6045550100\nMobile;6045550101\n", "Quelle,Tel"},
		{"titles above it", "Mobile shop\nPrinted by Ana\n\nName,Phone\nAna,6045550100\n", "Name,Phone"},
		{"phone word in the title", "Phone list of the shop,\nName,Phone\nAna,6045550100\n", "Name,Phone"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, _ := readAll(t, tt.file, intake.Options{})
			if got := strings.Join(r.Header(), ","); got != tt.want {
				t.Errorf("header %q, want %q", got, tt.want)
			}
		})
	}
}

func BenchmarkNext(b *testing.B) {
	var file strings.Builder
	file.WriteString("Name,Phone,Tags,City\n")
	for i := range 1000 {
		fmt.Fprintf(&file, "Contact %d,+1604555%04d,\"vip,bread\",San Juan\n", i, i)
	}
	b.ReportAllocs()
	b.SetBytes(int64(file.Len()))
	for b.Loop() {
		r, err := intake.Open(strings.NewReader(file.String()), intake.Options{})
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, io.EOF) {
			b.Fatal(err)
		}
	}
}
