package store_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pregon/store"
	"pregon/store/phone"
	"pregon/store/storetest"
)

// namedPeople are added in this order, so that their ids are 1 and up.
func namedPeople(t *testing.T, names ...string) *storetest.Shop {
	t.Helper()
	shop := storetest.New(t)
	for i, name := range names {
		_, err := shop.AddContact(t.Context(), store.NewContact{Phone: storetest.Phone(i), Name: name, Source: "till"})
		must(t, err)
	}
	return shop
}

// first asks for the first page and for the whole list.
func first(t *testing.T, shop *storetest.Shop, query string) (page, whole []store.ContactID) {
	t.Helper()
	page, err := shop.FirstContactIDs(t.Context(), query, 10)
	must(t, err)
	whole, err = shop.ContactIDs(t.Context(), query, store.SortName)
	must(t, err)
	return page, whole
}

func TestWhatIsTypedStandsAnywhereInANameOrNumber(t *testing.T) {
	t.Parallel()
	shop := namedPeople(t, "Lucía Marín", "Ana P.", "Mariana Ñandú", "José \"Pepe\" Ruiz", "O'Brien 50%", "李小龍", "", "🌵 Cactus_Bar")
	tests := []struct {
		query string
		want  []store.ContactID
	}{
		{"lu", []store.ContactID{1}},
		{"CÍA", []store.ContactID{1}},
		{"in", []store.ContactID{1}},
		{"ín", []store.ContactID{1}},
		{"ana", []store.ContactID{2, 3}},
		{"mar", []store.ContactID{3, 1}},
		{"ñ", []store.ContactID{2, 3}}, // n with its mark folds into n, as accents do
		{"p.", []store.ContactID{2}},
		{"zz", nil},
		{"zzz", nil},
		{"%", []store.ContactID{5}},
		{"s_b", []store.ContactID{8}},
		{"o'b", []store.ContactID{5}},
		{"小龍", []store.ContactID{6}},
		{"龍", []store.ContactID{6}},
		{"🌵", []store.ContactID{8}},
		{"5000006", []store.ContactID{7}},
		{"6045000006", []store.ContactID{7}},
		{"\"(604) 500-0006\"", []store.ContactID{7}},
		{"06", []store.ContactID{7}},
		{"rui 03", []store.ContactID{4}},
		{"ana -mariana", []store.ContactID{2}},
		{"lucia OR pepe", []store.ContactID{4, 1}},
	}
	for _, test := range tests {
		page, whole := first(t, shop, test.query)
		slices.Sort(page)
		sorted := slices.Sorted(slices.Values(whole))
		want := slices.Sorted(slices.Values(test.want))
		if test.query == "ñ" { // every n, so that all names with one fit
			want = []store.ContactID{1, 2, 3, 5}
		}
		if !slices.Equal(sorted, want) {
			t.Errorf("%q lists %v, want %v", test.query, sorted, want)
		}
		if !slices.Equal(page, want) {
			t.Errorf("%q begins with %v, want %v", test.query, page, want)
		}
	}
}

func TestNamesThatBeginWithTheWordComeFirst(t *testing.T) {
	t.Parallel()
	shop := namedPeople(t, "Susana Abad", "Ana Zorn", "Mariana Gil", "Anabel Ruiz", "Ana Amor")
	for _, query := range []string{"ana", "an", "Ána"} {
		page, whole := first(t, shop, query)
		want := []store.ContactID{5, 2, 4, 3, 1}
		if !slices.Equal(whole, want) || !slices.Equal(page, want) {
			t.Errorf("%q: list %v, first page %v; want %v", query, whole, page, want)
		}
	}
}

func TestTheSearchFollowsWhatChanges(t *testing.T) {
	t.Parallel()
	shop := namedPeople(t, "Lucía Marín", "Ana P.")
	ctx := t.Context()
	name := "Zoraida Vega"
	must(t, shop.Edit(ctx, 1, store.EditContact{Name: &name}))
	for query, want := range map[string]int{"lucia": 0, "zora": 1, "ve": 1, "marin": 0} {
		if page, whole := first(t, shop, query); len(page) != want || len(whole) != want {
			t.Errorf("after a new name %q finds %v and %v, want %d", query, page, whole, want)
		}
	}
	must(t, shop.Erase(ctx, 1, "Ana"))
	for _, query := range []string{"zora", "zo", "5000000", ""} {
		if page, whole := first(t, shop, query); slices.Contains(page, 1) || slices.Contains(whole, 1) {
			t.Errorf("%q finds the erased: %v, %v", query, page, whole)
		}
	}
}

// TestTheFirstPageIsTheBeginningOfTheList compares every search a person may
// type with the list, and the list with a search in Go.
func TestTheFirstPageIsTheBeginningOfTheList(t *testing.T) {
	t.Parallel()
	shop := multitude(t, 1_500)
	ids, err := shop.ContactIDs(t.Context(), "", store.SortName)
	must(t, err)
	everybody, err := shop.ContactsByID(t.Context(), ids)
	must(t, err)
	for _, query := range typed() {
		want := 0
		for _, c := range everybody {
			if fits(c, query) {
				want++
			}
		}
		page, err := shop.FirstContactIDs(t.Context(), query, 100)
		must(t, err)
		whole, err := shop.ContactIDs(t.Context(), query, store.SortName)
		must(t, err)
		if len(whole) != want || !slices.Equal(page, whole[:min(100, len(whole))]) {
			t.Errorf("%q: %d in the list, want %d; the first page has %d and begins %v, the list %v", query, len(whole), want, len(page),
				page[:min(3, len(page))], whole[:min(3, len(whole))])
		}
	}
}

// fits is the search as the contract has it, the slow way.
func fits(c store.Contact, query string) bool {
	for word := range strings.FieldsSeq(query) {
		digits := strings.Trim(word, "+")
		number := digits != "" && strings.Trim(digits, "0123456789") == "" && strings.Contains(string(c.Phone), digits)
		if !strings.Contains(store.Fold(c.Name), store.Fold(word)) && !number {
			return false
		}
	}
	return true
}

func TestAFirstPageIsNotLongerThanAsked(t *testing.T) {
	t.Parallel()
	shop := multitude(t, 300)
	for _, query := range []string{"", "a", "an", "ana", "60", "604", "tag:vip", "-tag:vip a"} {
		page, err := shop.FirstContactIDs(t.Context(), query, 7)
		if err != nil || len(page) != 7 {
			t.Errorf("%q: %d, %v; want 7", query, len(page), err)
		}
	}
	if _, err := shop.FirstContactIDs(t.Context(), "tag:", 7); err == nil {
		t.Error("a query that does not parse lists somebody")
	}
}

// TestNoSearchReadsTheWholeTable looks at the plan of every kind of search: a
// page may walk an index of names up to its bound, and nothing else.
func TestNoSearchReadsTheWholeTable(t *testing.T) {
	t.Parallel()
	shop := multitude(t, 300)
	db := raw(t, shop)
	for _, query := range []string{"a", "an", "ana", "ana garc", "6", "60", "604", "60455501", "zz", "zzz", "+1604"} {
		statements, err := shop.FirstPageSQL(t.Context(), query)
		must(t, err)
		for _, sql := range statements {
			for _, line := range plan(t, db, sql) {
				bounded := strings.Contains(sql, "ORDER BY folded, phone, id LIMIT ?) c") && (line == "SCAN c" || strings.Contains(line, "contacts_folded"))
				if strings.HasPrefix(line, "SCAN c") && !bounded && !strings.Contains(line, "VIRTUAL TABLE") {
					t.Errorf("%q: %s\n%s", query, line, sql)
				}
			}
		}
	}
}

// FuzzSearch tries what may be typed: the page never holds who does not fit.
func FuzzSearch(f *testing.F) {
	for _, seed := range []string{"a", "an", "ana", "\"a b\"", "zz", "604", "+1 604", "ñ", "é", "%", "_", "\\", "\"", "''", "\x01\x01\x01", "a\"b\"c", "龍", "-a", "tag:vip a", "(a OR b) c"} {
		f.Add(seed)
	}
	shop := storetest.New(f)
	for i, name := range []string{"Ana", "Zoe \"Q\"", "龍 Li", "50%_\\", ""} {
		if _, err := shop.AddContact(f.Context(), store.NewContact{Phone: phone.E164(fmt.Sprintf("+1604555010%d", i)), Name: name, Source: "till"}); err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, query string) {
		whole, err := shop.ContactIDs(t.Context(), query, store.SortName)
		page, pageErr := shop.FirstContactIDs(t.Context(), query, 10)
		if (err == nil) != (pageErr == nil) {
			t.Fatalf("%q: the list says %v, its first page %v", query, err, pageErr)
		}
		if !slices.Equal(page, whole) {
			t.Errorf("%q: the list is %v, its first page %v", query, whole, page)
		}
	})
}

// TestALongListHasEverybodyOnce reads a list that comes in several parts.
func TestALongListHasEverybodyOnce(t *testing.T) {
	t.Parallel()
	const people = 9_000
	shop := multitude(t, people)
	for query, want := range map[string]int{"": people, "tag:vip": people / 10} {
		for _, sort := range []store.ContactSort{store.SortName, store.SortID} {
			ids, err := shop.ContactIDs(t.Context(), query, sort)
			must(t, err)
			slices.Sort(ids)
			if once := slices.Compact(slices.Clone(ids)); len(ids) != want || len(once) != want {
				t.Errorf("%q by %s: %d contacts, %d of them once; want %d", query, sort, len(ids), len(once), want)
			}
		}
	}
}
