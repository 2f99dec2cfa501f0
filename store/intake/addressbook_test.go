package intake_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pregon/store/intake"
)

// sheetOf builds a file of the columns of a program with the given cells of one
// contact, all others being empty.
func sheetOf(header string, cells map[string]string) string {
	names := strings.Split(header, ",")
	row := make([]string, len(names))
	for i, name := range names {
		row[i] = `"` + cells[name] + `"`
	}
	return header + "\n" + strings.Join(row, ",") + "\n"
}

const (
	googleNew = "First Name,Middle Name,Last Name,Phonetic First Name,Phonetic Middle Name,Phonetic Last Name,Name Prefix," +
		"Name Suffix,Nickname,File As,Organization Name,Organization Title,Organization Department,Birthday,Notes,Photo," +
		"Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value," +
		"Phone 3 - Label,Phone 3 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,Address 1 - City," +
		"Address 1 - PO Box,Address 1 - Region,Address 1 - Postal Code,Address 1 - Country,Address 1 - Extended Address," +
		"Website 1 - Label,Website 1 - Value,Relation 1 - Label,Relation 1 - Value,Custom Field 1 - Label,Custom Field 1 - Value"
	googleOld = "Name,Given Name,Additional Name,Family Name,Yomi Name,Given Name Yomi,Additional Name Yomi,Family Name Yomi," +
		"Name Prefix,Name Suffix,Initials,Nickname,Short Name,Maiden Name,Birthday,Gender,Location,Billing Information," +
		"Directory Server,Mileage,Occupation,Hobby,Sensitivity,Priority,Subject,Notes,Language,Photo,Group Membership," +
		"E-mail 1 - Type,E-mail 1 - Value,Phone 1 - Type,Phone 1 - Value,Phone 2 - Type,Phone 2 - Value,Organization 1 - Name"
	outlook = "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,Business Street,Home City," +
		"Home Postal Code,Home Country/Region,Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback," +
		"Car Phone,Company Main Phone,Home Fax,Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,Other Phone,Pager," +
		"Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Birthday,Categories,Children,E-mail Address,Gender," +
		"Government ID Number,Language,Notes,Spouse"
)

func TestGoogleSince2024(t *testing.T) {
	t.Parallel()
	file := sheetOf(googleNew, map[string]string{
		"First Name": "Ana", "Last Name": "Gil", "Labels": "* myContacts ::: Clientes ::: VIP ::: clientes", "E-mail 1 - Value": "ana@shop.example",
		"Phone 1 - Label": "Work Fax", "Phone 1 - Value": "+1 604-555-0109", "Phone 2 - Label": "Home", "Phone 2 - Value": "+1 604-555-0102",
		"Phone 3 - Label": "* Móvil", "Phone 3 - Value": "+1 604-555-0100 ::: +1 604-555-0101", "Address 1 - City": "Lugo",
		"Address 1 - Country": "ES", "Relation 1 - Value": "Berta", "Birthday": "1990-01-01", "Photo": "https://x.example/y",
	})
	want := intake.Row{
		Phones: []intake.Phone{
			{Text: "+1 604-555-0100", Label: "Móvil", Mobile: true},
			{Text: "+1 604-555-0101", Label: "Móvil", Mobile: true},
			{Text: "+1 604-555-0102", Label: "Home", Elsewhere: true},
		},
		Name: "Ana Gil", Tags: []string{"Clientes", "VIP"},
		Fields: map[string]string{"email": "ana@shop.example", "city": "Lugo", "birthday": "1990-01-01"},
	}
	if got := one(t, file, intake.Options{}); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestGoogleBefore2024(t *testing.T) {
	t.Parallel()
	file := sheetOf(googleOld, map[string]string{
		"Name": "Ana María Gil", "Given Name": "Ana", "Family Name": "Gil", "Group Membership": "* My Contacts ::: Friends",
		"Gender": "female", "Language": "Español", "Phone 1 - Type": "Pager", "Phone 1 - Value": "+1 604-555-0109",
		"Phone 2 - Type": "Mobile", "Phone 2 - Value": "'+1 604-555-0100",
	})
	want := intake.Row{
		Phones: []intake.Phone{{Text: "+1 604-555-0100", Label: "Mobile", Mobile: true}},
		Name:   "Ana María Gil", Language: "es", Tags: []string{"Friends"},
	}
	if got := one(t, file, intake.Options{}); !reflect.DeepEqual(got, want) {
		t.Errorf("\n got %+v\nwant %+v", got, want)
	}
}

func TestOutlook(t *testing.T) {
	t.Parallel()
	file := sheetOf(outlook, map[string]string{
		"First Name": "Ana", "Middle Name": "María", "Last Name": "Gil", "Company": "Panadería", "Categories": "Red Category;VIP",
		"Assistant's Phone": "6045550191", "Business Fax": "6045550192", "Home Fax": "6045550193", "ISDN": "6045550194",
		"Pager": "6045550195", "Telex": "6045550196", "TTY/TDD Phone": "6045550197", "Callback": "6045550198",
		"Company Main Phone": "6045550199", "Business Phone 2": "6045550103", "Home Phone": "6045550102",
		"Primary Phone": "6045550101", "Mobile Phone": "6045550100", "Government ID Number": "X1", "Spouse": "Eva",
		"Children": "Bo", "Gender": "Female", "Home Country/Region": "Spain", "Home City": "Lugo", "Birthday": "0/0/00",
	})
	r, rows := readAll(t, file, intake.Options{})
	if r.Format() != intake.FormatOutlook {
		t.Errorf("Format() = %q", r.Format())
	}
	got := rows[0]
	if want := []string{"6045550100", "6045550101", "6045550102", "6045550103"}; !slices.Equal(numbers(got), want) {
		t.Errorf("phones %q, want %q", numbers(got), want)
	}
	if !got.Phones[0].Mobile || got.Phones[1].Mobile {
		t.Errorf("phones %+v: only the first is a mobile", got.Phones)
	}
	if got.Name != "Ana María Gil" || !slices.Equal(got.Tags, []string{"Red Category", "VIP"}) || got.Country != "" {
		t.Errorf("row %+v", got)
	}
	if want := map[string]string{"city": "Lugo"}; !reflect.DeepEqual(got.Fields, want) {
		t.Errorf("fields %q, want %q", got.Fields, want)
	}
}

func TestFormatsAreRecognised(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]intake.Format{
		googleNew: intake.FormatGoogle, googleOld: intake.FormatGoogle, outlook: intake.FormatOutlook,
		"Name,Phone": intake.FormatCSV, "First Name,Last Name,Mobile Phone,Home Phone": intake.FormatCSV,
	} {
		if r, _ := readAll(t, sheetOf(header, nil), intake.Options{}); r.Format() != want {
			t.Errorf("%.40s: Format() = %q, want %q", header, r.Format(), want)
		}
		if r, _ := readAll(t, sheetOf(header, nil), intake.Options{Format: intake.FormatCSV}); r.Format() != intake.FormatCSV {
			t.Errorf("%.40s: Format() = %q although asked for CSV", header, r.Format())
		}
	}
}

func TestCompanyStandsInForAName(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, header, column string }{
		{"Google since 2024", googleNew, "Organization Name"},
		{"Google before 2024", googleOld, "Organization 1 - Name"},
		{"Outlook", outlook, "Company"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := one(t, sheetOf(tt.header, map[string]string{tt.column: "Horno Luna"}), intake.Options{}); got.Name != "Horno Luna" {
				t.Errorf("name %q", got.Name)
			}
		})
	}
}
