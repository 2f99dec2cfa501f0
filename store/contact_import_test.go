package store_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pregon/store"
	"pregon/store/intake"
	"pregon/store/storetest"
)

const proofHeader = "name,phone,consent_at,consent_method,consent_notice,consent_evidence,saved_grade,saved_at\n"

func bring(t *testing.T, shop *storetest.Shop, text string, change func(*store.Import)) (store.Imported, error) {
	t.Helper()
	rows, err := intake.Open(strings.NewReader(text), intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	in := store.Import{File: "book.csv", Source: "till", Staff: "Marta"}
	if change != nil {
		change(&in)
	}
	return shop.Import(t.Context(), rows, in)
}

func mustBring(t *testing.T, shop *storetest.Shop, text string, change func(*store.Import)) store.Imported {
	t.Helper()
	got, err := bring(t, shop, text, change)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func contactAt(t *testing.T, shop *storetest.Shop, n int) store.Contact {
	t.Helper()
	c, err := shop.ContactByPhone(t.Context(), storetest.Phone(n))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func proofRow(n int, saved bool) string {
	row := fmt.Sprintf("Customer %d,%s,2026-11-01T10:00:00Z,paper,optin-es@1,card %d", n, storetest.Phone(n), n)
	if saved {
		return row + ",seen_by_staff,2026-11-02T10:00:00Z\n"
	}
	return row + ",,\n"
}

func TestRequirement07OnlyAWholeProofOptsIn(t *testing.T) {
	t.Parallel()
	n := 0
	tests := []struct{ name, cells, want string }{
		{"whole", "2026-11-01T10:00:00Z,paper,optin-es,card 7,,", "given"},
		{"a day is enough of a date", "2026-11-01,spoken,optin-es v1,heard by Ana,,", "given"},
		{"no date", ",paper,optin-es,card 7,,", "none"},
		{"no method", "2026-11-01T10:00:00Z,,optin-es,card 7,,", "none"},
		{"no notice", "2026-11-01T10:00:00Z,paper,,card 7,,", "none"},
		{"no evidence", "2026-11-01T10:00:00Z,paper,optin-es,,,", "none"},
		{"blanks for evidence", "2026-11-01T10:00:00Z,paper,optin-es,  ,,", "none"},
		{"blanks for a notice", "2026-11-01T10:00:00Z,paper,  ,card 7,,", "none"},
		{"unknown method", "2026-11-01T10:00:00Z,bulk,optin-es,card 7,,", "none"},
		{"unknown notice", "2026-11-01T10:00:00Z,paper,optin-xx,card 7,,", "none"},
		{"unknown version", "2026-11-01T10:00:00Z,paper,optin-es@9,card 7,,", "none"},
		{"unreadable date", "yesterday,paper,optin-es,card 7,,", "none"},
		{"in the future", "2027-11-01T10:00:00Z,paper,optin-es,card 7,,", "none"},
	}
	shop := storetest.New(t)
	for _, tt := range tests {
		n++
		got := mustBring(t, shop, proofHeader+fmt.Sprintf("Ana,%s,", storetest.Phone(n))+tt.cells+"\n", nil)
		c := contactAt(t, shop, n)
		if string(c.Standing.Consent) != tt.want || got.Added != 1 {
			t.Errorf("%s: got %s, want %s (%+v)", tt.name, c.Standing.Consent, tt.want, got)
		}
		if tt.want == "none" && c.Verdict.Sendable() {
			t.Errorf("%s: broadcasts go to her", tt.name)
		}
		if proven := got.OptedIn == 1 && got.Unproven == 0; proven != (tt.want == "given") {
			t.Errorf("%s: counted as %+v", tt.name, got)
		}
	}
}

func TestClaimWithoutProofIsCounted(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	var text strings.Builder
	text.WriteString("name,phone,opted in\n")
	for n, claim := range []string{"yes", "no", "", "TRUE"} {
		fmt.Fprintf(&text, "C,%s,%s\n", storetest.Phone(n), claim)
	}
	got := mustBring(t, shop, text.String(), nil)
	if got.Added != 4 || got.Unproven != 2 || got.OptedIn != 0 {
		t.Errorf("got %+v", got)
	}
	counts, err := shop.CountContacts(t.Context(), "")
	if err != nil || counts.Sendable != 0 {
		t.Errorf("sendable: %d, %v", counts.Sendable, err)
	}
}

func TestSavedNumberComesWithTheProofOnly(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	text := proofHeader + proofRow(1, true) + proofRow(2, false) +
		fmt.Sprintf("No proof,%s,,,,,seen_by_staff,2026-11-02T10:00:00Z\n", storetest.Phone(3))
	got := mustBring(t, shop, text, nil)
	if got.OptedIn != 2 || got.Attested != 1 {
		t.Errorf("got %+v", got)
	}
	for n, want := range map[int]store.Grade{1: store.GradeSeenByStaff, 2: store.GradeUnknown, 3: store.GradeUnknown} {
		if c := contactAt(t, shop, n); c.Standing.Saved != want {
			t.Errorf("contact %d: saved %s, want %s", n, c.Standing.Saved, want)
		}
	}
	if c := contactAt(t, shop, 1); !c.Verdict.Sendable() {
		t.Errorf("a whole proof is not sendable: %v", c.Verdict.Why)
	}
}

func TestImportNeverRevives(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	ctx := t.Context()
	withdrawn, refused, erased := shop.Customer(t, 1), shop.Contact(t, 2), shop.Customer(t, 3)
	if _, err := shop.RecordOptOut(ctx, store.OptOut{Contact: withdrawn, Reason: "STOP"}); err != nil {
		t.Fatal(err)
	}
	if _, err := shop.RecordRefusal(ctx, refused, "Marta", ""); err != nil {
		t.Fatal(err)
	}
	if err := shop.Erase(ctx, erased, "Marta"); err != nil {
		t.Fatal(err)
	}
	// Also a proof that is newer than the no: a file is nobody's own act.
	shop.Clock.Advance(72 * time.Hour)
	newer := shop.Clock.Now().Add(-time.Hour).Format(time.RFC3339)
	var text strings.Builder
	text.WriteString(proofHeader)
	for n := 1; n <= 3; n++ {
		fmt.Fprintf(&text, "Back,%s,%s,paper,optin-es,card,seen_by_staff,%s\n", storetest.Phone(n), newer, newer)
	}
	got := mustBring(t, shop, text.String(), nil)
	if got.OptedIn != 0 || got.Unproven != 2 || got.Suppressed != 1 {
		t.Errorf("got %+v", got)
	}
	for n, want := range map[int]store.Consent{1: store.ConsentWithdrawn, 2: store.ConsentRefused} {
		if c := contactAt(t, shop, n); c.Standing.Consent != want {
			t.Errorf("contact %d is %s, want %s", n, c.Standing.Consent, want)
		}
	}
	if c := contactAt(t, shop, 3); c.Verdict.Sendable() || c.Name == "Back" {
		t.Errorf("an erased contact was touched: %+v", c)
	}
}

func TestSameFileAgainChangesNothing(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	text := proofHeader + proofRow(1, true) + proofRow(2, false)
	mustBring(t, shop, text, nil)
	before, err := shop.VerifyLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := mustBring(t, shop, text, nil)
	if got.Unchanged != 2 || got.Added+got.Updated+got.OptedIn+got.Attested != 0 {
		t.Errorf("got %+v", got)
	}
	after, err := shop.VerifyLedger(t.Context())
	if err != nil || !after.OK || after.Events != before.Events+1 { // the import's own line
		t.Errorf("ledger: %+v after %+v, %v", after, before, err)
	}
}

func TestConfirmedIsNotLoweredByAFile(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	id := shop.Customer(t, 1)
	in := storetest.OptIn(id)
	in.Confirmed, in.Method, in.Evidence = true, store.MethodInbound, "wamid.X"
	if _, err := shop.RecordOptIn(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	mustBring(t, shop, proofHeader+proofRow(1, false), nil)
	if c := contactAt(t, shop, 1); c.Standing.Consent != store.ConsentConfirmed {
		t.Errorf("got %s", c.Standing.Consent)
	}
}

func TestKnownContactsAreUpdatedNotDoubled(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	text := "name,phone,language,tags,city\nAna,%[1]s,es,vip,\"San Juan\"\nAna again,%[1]s,,,\nBea,%[2]s,,,\n"
	mustBring(t, shop, "name,phone,city\nOld,"+string(storetest.Phone(1))+",Lima\n", nil)
	got := mustBring(t, shop, fmt.Sprintf(text, storetest.Phone(1), storetest.Phone(2)), func(in *store.Import) {
		in.Tags = []string{"Market Day"}
	})
	if got.Rows != 3 || got.Updated != 1 || got.Added != 1 || got.Duplicates != 1 {
		t.Errorf("got %+v", got)
	}
	c := contactAt(t, shop, 1)
	if c.Name != "Ana" || c.Language != "es" || c.Fields["city"] != "San Juan" || strings.Join(c.Tags, " ") != "market-day vip" {
		t.Errorf("got %+v", c)
	}
	if c.Source != "till" {
		t.Errorf("source: %q", c.Source)
	}
}

func TestRejectsSayWhy(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	text := "name,phone\nA,12\nB,\nC,1.60E+10\n" + strings.Repeat("x", 300) + "," + string(storetest.Phone(9)) + "\nD,604 555 0101\n"
	var why []string
	got := mustBring(t, shop, text, func(in *store.Import) {
		in.Rejected = func(row intake.Row, reject store.Reject) error {
			if row.Line != reject.Line {
				t.Errorf("line %d and %d", row.Line, reject.Line)
			}
			why = append(why, fmt.Sprintf("%d %s", reject.Line, reject.Reason))
			return nil
		}
	})
	want := "2 invalid_number, 3 no_number, 4 spoiled_number, 5 name_too_long"
	if strings.Join(why, ", ") != want || got.Rejected != 4 || got.Added != 1 {
		t.Errorf("got %v, %+v", why, got)
	}
}

func TestDryRunTellsAndWritesNothing(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	var rows strings.Builder
	rows.WriteString(proofHeader)
	for n := range 1200 {
		rows.WriteString(proofRow(n%1100, true))
	}
	text := rows.String()
	before, err := shop.VerifyLedger(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	tried := mustBring(t, shop, text, func(in *store.Import) { in.DryRun = true })
	after, err := shop.VerifyLedger(t.Context())
	if err != nil || after != before {
		t.Errorf("the ledger moved: %+v, %+v, %v", before, after, err)
	}
	if counts, err := shop.CountContacts(t.Context(), ""); err != nil || counts.Total != 0 {
		t.Errorf("%d contacts, %v", counts.Total, err)
	}
	done := mustBring(t, shop, text, nil)
	tried.ID, done.ID = 0, 0
	if !reflect.DeepEqual(tried, done) || done.Added != 1100 || done.Duplicates != 100 {
		t.Errorf("tried %+v, done %+v", tried, done)
	}
}

// content is everything a shop file holds, for comparing before and after. How the index of names lies in it is left out:
// it depends on what was there once.
func content(t *testing.T, shop *storetest.Shop) string {
	t.Helper()
	db := raw(t, shop)
	var all strings.Builder
	const columns = `SELECT m.name, group_concat('quote("' || c.name || '")', ' || '','' || ') FROM sqlite_schema m
		JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.sql NOT LIKE 'CREATE VIRTUAL%' AND m.name NOT GLOB 'contacts_grams_*' GROUP BY m.name ORDER BY m.name`
	tables, err := db.QueryContext(t.Context(), columns)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(tables.Err(), tables.Close()); err != nil {
			t.Error(err)
		}
	}()
	for tables.Next() {
		var name, cells, rows string
		if err := tables.Scan(&name, &cells); err != nil {
			t.Fatal(err)
		}
		row := db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT coalesce(group_concat(%s, x'0a'), '') FROM %q", cells, name))
		if err := row.Scan(&rows); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "%s\n%s\n", name, rows)
	}
	return all.String()
}

func book(people int) string {
	var text strings.Builder
	text.WriteString("name,phone,tags\nBad,12,\n")
	for n := range people {
		fmt.Fprintf(&text, "C %d,%s,new\n", n, storetest.Phone(n))
	}
	return text.String()
}

func TestStoppedImportLeavesTheFileAsItWas(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	shop.Customer(t, 1)
	before := content(t, shop)
	steps := map[store.ImportStep]int{}
	for _, at := range []store.ImportStep{store.ImportReading, store.ImportComparing, store.ImportKeeping} {
		ctx, cancel := context.WithCancel(t.Context())
		rows, err := intake.Open(strings.NewReader(book(5000)), intake.Options{})
		if err != nil {
			t.Fatal(err)
		}
		_, err = shop.Import(ctx, rows, store.Import{Source: "till", Staff: "Marta", Progress: func(p store.ImportProgress) {
			if steps[p.Step]++; p.Step == at {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("%s: got %v", at, err)
		}
		if content(t, shop) != before {
			t.Errorf("%s: the file is not as it was", at)
		}
	}
	if len(steps) != 3 {
		t.Errorf("steps: %v", steps)
	}
	if got := mustBring(t, shop, book(5000), nil); got.Added != 4999 || got.Updated != 1 || got.Rejected != 1 {
		t.Errorf("the same file again: %+v", got)
	}
}

func TestFileThatBreaksOffLeavesNothing(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	before := content(t, shop)
	_, err := bring(t, shop, book(3000)+"\"never closed,6045550101\n", nil)
	var quote *intake.QuoteError
	if !errors.As(err, &quote) || content(t, shop) != before {
		t.Errorf("got %v", err)
	}
	refusing := errors.New("the disk of the rejects is full")
	_, err = bring(t, shop, book(10), func(in *store.Import) {
		in.Rejected = func(intake.Row, store.Reject) error { return refusing }
	})
	if !errors.Is(err, refusing) || content(t, shop) != before {
		t.Errorf("got %v", err)
	}
}

func TestImportIsRefusedWithoutItsOrigin(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	for field, change := range map[string]func(*store.Import){
		"source": func(in *store.Import) { in.Source = " " },
		"staff":  func(in *store.Import) { in.Staff = "" },
		"tag":    func(in *store.Import) { in.Tags = []string{" "} },
	} {
		_, err := bring(t, shop, "name,phone\nA,6045550101\n", change)
		var invalid *store.InvalidError
		if !errors.As(err, &invalid) || invalid.Field != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
	if counts, err := shop.CountContacts(t.Context(), ""); err != nil || counts.Total != 0 {
		t.Errorf("%d contacts, %v", counts.Total, err)
	}
}

func TestNoticesAreNamedWithTheirVersion(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"optin-es": "optin-es 0", "optin-es@2": "optin-es 2", "optin-es  v3": "optin-es 3", "optin-es@v4": "optin-es 4",
		"optin-es@": "optin-es@ 0", "optin-es@-1": "optin-es@-1 0", "": " 0", "optin-es.v5": "optin-es 5",
	} {
		id, version := store.ParseNotice(text)
		if got := fmt.Sprintf("%s %d", id, version); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestSeveralMobilesAreAskedAbout(t *testing.T) {
	t.Parallel()
	one, two, home := storetest.Phone(1), storetest.Phone(2), storetest.Phone(3)
	text := fmt.Sprintf("Name,Mobile,Mobile 2,Home Phone,WhatsApp\nAna,%s,%s,%s,\nBea,%[1]s,%[1]s,%[3]s,\nCleo,%[1]s,%[2]s,,%[4]s\nDora,,,%[3]s,\n",
		one, two, home, storetest.Phone(4))
	tests := []struct {
		choice              store.PhoneChoice
		added, rejected, at int
	}{
		{store.AskPhone, 3, 1, 1}, {store.FirstPhone, 3, 0, 1}, {store.AllPhones, 4, 0, 2},
	}
	for _, tt := range tests {
		shop := storetest.New(t)
		var reject store.Reject
		got := mustBring(t, shop, text, func(in *store.Import) {
			in.Phones = tt.choice
			in.Rejected = func(_ intake.Row, one store.Reject) error { reject = one; return nil }
		})
		if got.Added != tt.added || got.Rejected != tt.rejected || got.Rows != 4 {
			t.Errorf("%q: %+v", tt.choice, got)
		}
		if want := string(one) + " / " + string(two); tt.rejected == 1 && (reject.Reason != "several_numbers" || reject.Value != want || reject.Line != 2) {
			t.Errorf("got %+v", reject)
		}
		if c := contactAt(t, shop, 4); c.Name != "Cleo" {
			t.Errorf("the number on WhatsApp was not taken: %+v", c)
		}
	}
	if _, err := bring(t, storetest.New(t), text, func(in *store.Import) { in.Phones = "both" }); !errors.As(err, new(*store.InvalidError)) {
		t.Errorf("got %v", err)
	}
}

// TestTwoNumbersThatNobodyLabelledAreAskedAbout: in Canada no number tells whether it is a mobile.
func TestTwoNumbersThatNobodyLabelledAreAskedAbout(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		text  string
		asked bool
	}{
		"in one cell of Google's":    {"Name,Phone 1 - Label,Phone 1 - Value\nAna,,604 555 0101 ::: 604 555 0102\n", true},
		"in one cell":                {"Name,Phone\nAna,604 555 0101 / 604 555 0102\n", true},
		"in two columns":             {"Name,Phone,Phone 2\nAna,604 555 0101,604 555 0102\n", true},
		"on a card":                  {"BEGIN:VCARD\nFN:Ana\nTEL:604 555 0101\nTEL:604 555 0102\nEND:VCARD\n", true},
		"twice the same":             {"Name,Phone\nAna,604 555 0101 / +1 604-555-0101\n", false},
		"one is a mobile":            {"Name,Phone,Mobile\nAna,604 555 0102,604 555 0101\n", false},
		"one at home, one at work":   {"Name,Home Phone,Business Phone\nAna,604 555 0101,604 555 0102\n", false},
		"one without a word":         {"Name,Phone,Home Phone\nAna,604 555 0101,604 555 0102\n", false},
		"one on a card, one at home": {"BEGIN:VCARD\nFN:Ana\nTEL;HOME:604 555 0102\nTEL:604 555 0101\nEND:VCARD\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			var reject store.Reject
			got := mustBring(t, shop, tt.text, func(in *store.Import) {
				in.Region = "CA"
				in.Rejected = func(_ intake.Row, one store.Reject) error { reject = one; return nil }
			})
			switch {
			case tt.asked && (got.Added != 0 || reject.Reason != "several_numbers" || reject.Value != "+16045550101 / +16045550102"):
				t.Errorf("not asked about: %+v, %+v", got, reject)
			case !tt.asked && got.Added != 1:
				t.Errorf("got %+v, %+v", got, reject)
			case !tt.asked:
				if c, err := shop.ContactByPhone(t.Context(), "+16045550101"); err != nil || c.Name != "Ana" {
					t.Errorf("came in as %+v, %v", c, err)
				}
			}
		})
	}
}

// Brazil, Mexico and Argentina have two spellings of a mobile; whichever a file has, it is the same person.
func TestSamePersonInEverySpelling(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, known, brought string }{
		{"Brazil with the ninth digit", "+55 11 9 6123 4567", "+55 11 6123 4567"},
		{"Mexico with the old 1", "+52 55 1234 5678", "+52 1 55 1234 5678"},
		{"Argentina without the 9", "+54 9 11 2345 6789", "+54 11 2345 6789"},
		{"in words of the country", "+1 604 555 0101", "(604) 555-0101"},
	}
	for _, tt := range tests {
		shop := storetest.New(t)
		first := mustBring(t, shop, "name,phone\nAna,"+tt.known+"\nAna,"+tt.brought+"\n", nil)
		if first.Added != 1 || first.Duplicates != 1 {
			t.Errorf("%s, in one file: %+v", tt.name, first)
		}
		if again := mustBring(t, shop, "name,phone\nAna Gil,"+tt.brought+"\n", nil); again.Updated != 1 {
			t.Errorf("%s, known: %+v", tt.name, again)
		}
		ids, err := shop.ContactIDs(t.Context(), "", store.SortID)
		if err != nil || len(ids) != 1 {
			t.Fatalf("%s: %d people, %v", tt.name, len(ids), err)
		}
		if err := shop.Erase(t.Context(), ids[0], "Ana"); err != nil {
			t.Fatal(err)
		}
		if back := mustBring(t, shop, "name,phone\nAna,"+tt.brought+"\n", nil); back.Suppressed != 1 || back.Added != 0 {
			t.Errorf("%s, erased: %+v", tt.name, back)
		}
	}
}

func TestPeopleAreKnownByTheirIDToo(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	if _, err := shop.AddContact(t.Context(), store.NewContact{UserID: "CA.1", Name: "Ana", Source: "till"}); err != nil {
		t.Fatal(err)
	}
	text := "name,phone,user_id\nAna Gil,,CA.1\nBea,,CA.2\nBea,,CA.2\nCleo," + string(storetest.Phone(1)) + ",CA.3\nCleo,,CA.3\nNobody,,\n"
	got := mustBring(t, shop, text, nil)
	if got.Updated != 1 || got.Added != 2 || got.Duplicates != 2 || got.Rejected != 1 {
		t.Errorf("got %+v", got)
	}
	if c := contactAt(t, shop, 1); c.UserID != "CA.3" || c.Name != "Cleo" {
		t.Errorf("got %+v", c)
	}
	if again := mustBring(t, shop, text, nil); again.Unchanged != 3 || again.Added+again.Updated != 0 {
		t.Errorf("again: %+v", again)
	}
}
