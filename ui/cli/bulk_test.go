package cli_test

import (
	"strings"
	"testing"

	"pregon/sender/sandbox"
)

// TestRequirement07NoCommandOptsInMoreThanOnePerson tries what somebody would who has a list and no proofs.
func TestRequirement07NoCommandOptsInMoreThanOnePerson(t *testing.T) {
	t.Parallel()
	d := newShop(t, sandbox.Options{})
	d.run(0, "contacts", "import", d.file("plain.csv", "name,phone,tags\nAna,"+number(0)+",vip\nEva,"+number(1)+",vip\n"), "--source", "till")
	agreed := []string{"--method", "paper", "--evidence", "card 1", "--notice", "optin-es", "--staff", "Luz"}
	saved := []string{"--grade", "seen_by_staff", "--staff", "Luz"}
	for _, args := range [][]string{
		append([]string{"consent", "grant", number(0), number(1)}, agreed...),
		append([]string{"consent", "grant", number(0) + "," + number(1)}, agreed...),
		append([]string{"consent", "grant", number(0) + " " + number(1)}, agreed...),
		append([]string{"consent", "grant", "tag:vip"}, agreed...),
		append([]string{"consent", "grant", "id:1,2"}, agreed...),
		append([]string{"consent", "grant"}, agreed...),
		append([]string{"consent", "saved", number(0), number(1)}, saved...),
		append([]string{"consent", "saved", "tag:vip"}, saved...),
	} {
		d.run(2, args...)
	}
	if found := d.names("consent:given OR consent:confirmed OR saved:yes"); found != "" {
		t.Errorf("%q were opted in", found)
	}
}

// TestRequirement07NoFormatOfFilesOptsInWithoutItsProof brings the same people once more, in every format, with claims alone.
func TestRequirement07NoFormatOfFilesOptsInWithoutItsProof(t *testing.T) {
	t.Parallel()
	card := "BEGIN:VCARD\nVERSION:3.0\nFN:Ana\nTEL;TYPE=CELL:" + number(0) + "\nNOTE:opted in on 2026-11-01\nX-PREGON-FIELD:consent_at;2026-11-01\n" +
		"X-PREGON-FIELD:consent_method;paper\nX-PREGON-FIELD:consent_notice;optin-es\nX-PREGON-FIELD:consent_evidence;card 7\nX-PREGON-FIELD:saved_grade;self_written\nEND:VCARD\n"
	files := map[string]string{
		"claims.csv":   "name,phone,opted in,whatsapp opt-in,consent\nAna," + number(0) + ",yes,TRUE,given\n",
		"undated.csv":  "name,phone,consent_method,consent_notice,consent_evidence,saved_grade,saved_at\nAna," + number(0) + ",paper,optin-es,card 7,self_written,2026-11-02\n",
		"google.csv":   "Name,Given Name,Family Name,Group Membership,Phone 1 - Type,Phone 1 - Value,Custom Field 1 - Type,Custom Field 1 - Value\nAna,Ana,,* myContacts,Mobile," + number(0) + ",consent_at,2026-11-01\n",
		"outlook.csv":  "First Name,Last Name,Mobile Phone,Categories,Notes\nAna,,\"" + number(0) + "\",opted-in,consent given\n",
		"contacts.vcf": card,
	}
	for name, text := range files {
		d := newShop(t, sandbox.Options{})
		for range 2 { // also of who is known by then
			var got imported
			d.read(&got, "contacts", "import", d.file(name, text), "--source", "till")
			if got.Rows != 1 || got.OptedIn != 0 || got.Rejected != 0 {
				t.Errorf("%s: %+v", name, got)
			}
		}
		if c := d.contact(number(0)); c.Sendable || c.Consent != "none" {
			t.Errorf("%s: she is %+v", name, c)
		}
		if found := d.names("sendable:yes OR saved:yes"); strings.TrimSpace(found) != "" {
			t.Errorf("%s: %q", name, found)
		}
	}
}
