package store_test

import (
	"slices"
	"testing"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

// twins lists the pairs that seem to be one person.
func twins(t *testing.T, shop *storetest.Shop) []store.Twins {
	t.Helper()
	pairs, total, err := shop.Duplicates(t.Context(), 100)
	if err != nil || total != len(pairs) {
		t.Fatal(pairs, total, err)
	}
	return pairs
}

func added(t *testing.T, shop *storetest.Shop, c store.NewContact) store.ContactID {
	t.Helper()
	c.Source = "list"
	made, err := shop.AddContact(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return made.ID
}

func TestTwoSpellingsOfANumberAreFoundAsDuplicates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, one, other string
		found            bool
	}{
		{"Brazil's ninth digit", "+5511961234567", "+551161234567", true},
		{"Mexico's old 1", "+5215512345678", "+525512345678", true},
		{"Argentina's 9", "+5491123456789", "+541123456789", true},
		{"Brazil, a landline", "+551121234567", "+5511921234567", false},
		{"two neighbours", "+16045550101", "+16045550102", false},
		{"Spain has one spelling", "+34600000001", "+3460000000", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			shop := storetest.New(t)
			one := added(t, shop, store.NewContact{Phone: phone.E164(test.one)})
			other := added(t, shop, store.NewContact{Phone: phone.E164(test.other)})
			var want []store.Twins
			if test.found {
				want = []store.Twins{{Why: store.SameSpelling, One: one, Other: other}}
			}
			if got := twins(t, shop); !slices.Equal(got, want) {
				t.Errorf("Duplicates = %+v, want %+v", got, want)
			}
			if same := slices.Contains(phone.E164(test.one).Variants(), phone.E164(test.other)); same != test.found {
				t.Errorf("the spellings are variants: %v, and duplicates: %v", same, test.found)
			}
			if !test.found {
				return
			}
			id := merge(t, shop, one, other)
			if got := twins(t, shop); len(got) != 0 {
				t.Errorf("merged, and still %+v", got)
			}
			unmerge(t, shop, id)
			if got := twins(t, shop); !slices.Equal(got, want) {
				t.Errorf("undone: %+v, want %+v", got, want)
			}
			if err := shop.Erase(t.Context(), other, "Ana"); err != nil {
				t.Fatal(err)
			}
			if got := twins(t, shop); len(got) != 0 {
				t.Errorf("erased, and still %+v", got)
			}
		})
	}
}

func TestOneIDOfTwoContactsIsFoundAsADuplicate(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	one := added(t, shop, store.NewContact{Phone: storetest.Phone(1), UserID: "CA.1"})
	tell(t, shop, store.Feed{Identities: []store.Identity{{OldUserID: "CA.1", UserID: "CA.2"}}})
	other := added(t, shop, store.NewContact{UserID: "CA.1"})
	if got := twins(t, shop); len(got) != 1 || got[0] != (store.Twins{Why: store.SameID, One: one, Other: other}) {
		t.Errorf("Duplicates = %+v", got)
	}
}

func TestARowThatNamesTwoContactsIsFoundAsADuplicate(t *testing.T) {
	t.Parallel()
	shop := storetest.New(t)
	one := added(t, shop, store.NewContact{Phone: storetest.Phone(1), Name: "Ana"})
	other := added(t, shop, store.NewContact{UserID: "CA.7", Name: "Ana G"})
	text := "name,phone,user_id\nAna,+16045000001,CA.7\nEva,+16045000002,CA.8\n"
	tried := mustBring(t, shop, text, func(in *store.Import) { in.DryRun = true })
	if tried.Twins != 1 || len(twins(t, shop)) != 0 {
		t.Errorf("a dry run tells of %d, and kept %+v", tried.Twins, twins(t, shop))
	}
	brought := mustBring(t, shop, text, nil)
	want := store.Twins{Why: store.SameRow, One: one, Other: other}
	if got := twins(t, shop); brought.Twins != 1 || len(got) != 1 || got[0] != want {
		t.Errorf("%d told, Duplicates = %+v, want %+v", brought.Twins, got, want)
	}
	if standing(t, shop, one).Consent != store.ConsentNone {
		t.Error("a row gave consent")
	}
	if _, err := shop.UndoImport(t.Context(), brought.ID, "Ana", nil); err != nil {
		t.Fatal(err)
	}
	if got := twins(t, shop); len(got) != 0 {
		t.Errorf("the import is undone, and still %+v", got)
	}
}

// Whoever withdrew under one spelling stays so, whichever the file has and however whole its proof is.
func TestAnotherSpellingInAFileRevivesNobody(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, known, brought string }{
		{"Brazil", "+5511961234567", "+551161234567"},
		{"Mexico", "+525512345678", "+5215512345678"},
		{"Argentina", "+5491123456789", "+541123456789"},
	}
	for _, test := range tests {
		for _, as := range []string{"withdrawn", "refused", "none"} {
			t.Run(test.name+", "+as, func(t *testing.T) {
				t.Parallel()
				shop := storetest.New(t)
				id := added(t, shop, store.NewContact{Phone: phone.E164(test.known), Name: "Ana"})
				position(t, shop, id, 1, as)
				got := mustBring(t, shop, "name,phone,consent_at,consent_method,consent_notice,consent_evidence\nAna,"+test.brought+
					",2026-11-01,paper,optin-en,card 7\n", nil)
				ids, err := shop.ContactIDs(t.Context(), "", store.SortID)
				if err != nil || !slices.Equal(ids, []store.ContactID{id}) || got.Added != 0 || got.Unchanged != 1 {
					t.Fatalf("%+v, contacts %v, %v: want the one there was", got, ids, err)
				}
				agreed := standing(t, shop, id).Consent
				if want := as == "none"; (agreed == store.ConsentGiven) != want || (got.OptedIn == 1) != want {
					t.Errorf("consent %s, %+v", agreed, got)
				}
			})
		}
	}
}
